"""Two faults of a mailbox at a time: afterwards every mail that the server holds is in the ledger exactly once."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.intake.reception import Reception
from tests.intake.test_imap_faults import BREAKS, FOR_NOW
from tests.servers.scripted_imap import NOON, STEPS, ScriptedImap, Stored, letter

Deed = Callable[[ScriptedImap, random.Random], None]


def say_or_break(server: ScriptedImap, chance: random.Random) -> None:
    """Rows 12 and 14, and the network: a refusal or a break at some command."""
    server.faults.append((chance.choice(STEPS), chance.choice((*FOR_NOW, *BREAKS))))


def lie(server: ScriptedImap, chance: random.Random) -> None:
    """Rows 7 and 18: a literal that is too long, an answer that is cut off, flags unasked."""
    changes = (
        lambda answer: answer.replace(b"BODY[] {", b"BODY[] {9"),
        lambda answer: answer.replace(b"BODY[] {", b"BODY[] NIL {", 1),
        lambda answer: b"* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n" + answer,
        lambda answer: b"* 2 EXPUNGE\r\n" + answer,
    )
    server.faults.append((chance.choice(("SIZES", "BODIES")), chance.choice(changes)))


def renumber(server: ScriptedImap, _: random.Random) -> None:
    """Row 1: another UIDVALIDITY, the UIDs close together."""
    inbox = server.folders["INBOX"]
    inbox.uidvalidity += 1
    for uid, mail in enumerate(inbox.mails, start=1):
        mail.uid = uid
    inbox.uid_next = len(inbox.mails) + 1


def show_late(server: ScriptedImap, chance: random.Random) -> None:
    """Row 11: the next mail gets its UID now and is shown later."""
    server.deliver(letter(chance.randrange(10**9)), NOON, hidden=True)


def delete_one(server: ScriptedImap, chance: random.Random) -> None:
    """Rows 6 and 10: sequence numbers shift."""
    inbox = server.folders["INBOX"]
    inbox.mails.remove(chance.choice(inbox.mails))


def use_junk(server: ScriptedImap, chance: random.Random) -> None:
    """Row 9: a mail that the server takes for junk."""
    server.deliver(letter(chance.randrange(10**9)), NOON, "Junk")


DEEDS: tuple[Deed, ...] = (say_or_break, say_or_break, lie, renumber, show_late, delete_one, use_junk)


def survive(folder: Path, seed: int) -> None:
    """Let two faults meet mails that come, until all is well again; compare server and ledger."""
    chance = random.Random(seed)
    with ScriptedImap() as server:
        server.folders["Junk"] = type(server.folders["INBOX"])(7000, marks="\\Junk")
        reception = Reception(folder, (server.account(),), read_timeout=0.2)
        for round_ in range(3):
            for number in range(chance.randrange(1, 4)):
                server.deliver(letter(100 * round_ + number), NOON)
            if round_ < 2:
                chance.choice(DEEDS)(server, chance)
            reception.take_in(timedelta(minutes=11))
        for mail in server.folders["INBOX"].mails:
            mail.hidden = False
        server.faults.clear()
        reception.take_in(timedelta(hours=2))
        reception.take_in_all()
        held: list[Stored] = [mail for each in server.folders.values() for mail in each.shown()]
    ledger = Counter(reception.mails())
    assert all(ledger[mail.data] == 1 for mail in held), seed
    assert not [data for data, count in ledger.items() if count > 1], seed


@pytest.mark.parametrize("seed", range(10))
def test_any_two_faults_leave_every_mail_in_the_ledger_once(tmp_path: Path, seed: int) -> None:
    survive(tmp_path, seed)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_five_hundred_pairs_of_faults_leave_every_mail_in_the_ledger_once(tmp_path: Path) -> None:
    for seed in range(1000, 1500):
        folder = tmp_path / str(seed)
        folder.mkdir()
        survive(folder, seed)
