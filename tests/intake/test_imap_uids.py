"""UIDs as they are: renumbered, given twice, late, out of order, gone; each mail is in the ledger once all the same.

The numbers are those of the rows of the fault catalogue, section 2.1.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from intake import mailbox
from tests.intake.reception import Reception
from tests.servers.dovecot import DovecotServer
from tests.servers.meddler import Meddler
from tests.servers.scripted_imap import NOON, Folder, ScriptedImap, letter

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def server() -> Iterator[ScriptedImap]:
    """A server with five mails."""
    with ScriptedImap() as scripted:
        for number in range(5):
            scripted.deliver(letter(number), NOON)
        yield scripted


@pytest.fixture
def reception(server: ScriptedImap, tmp_path: Path) -> Reception:
    """An office with its mailbox there, all of it taken in."""
    opened = Reception(tmp_path, (server.account(),))
    opened.take_in()
    return opened


def numbers(reception: Reception) -> list[bytes]:
    return sorted(reception.mails())


def test_a_changed_uidvalidity_takes_in_what_is_new_and_repeats_nothing(
    dovecot: DovecotServer, mailbox_user: str, tmp_path: Path
) -> None:
    """Row 1, on Dovecot: 500 mails known, 20 new."""
    dovecot.append_many(mailbox_user, [(letter(number), NOON) for number in range(500)])
    reception = Reception(tmp_path, (dovecot.account(mailbox_user),), read_timeout=20)
    assert reception.take_in().received == 500
    dovecot.renumber(mailbox_user, 4_000_000_000)
    dovecot.append_many(mailbox_user, [(letter(number), NOON) for number in range(500, 520)])
    done = reception.take_in()
    assert (done.received, done.complete) == (20, True)
    assert reception.mails() == [letter(number) for number in range(520)]
    assert reception.take_in().received == 0


def test_a_folder_made_anew_within_the_second_is_read_from_its_beginning(
    server: ScriptedImap, reception: Reception
) -> None:
    """Row 2: the same UIDVALIDITY, and the next UID below the cursor."""
    server.folders["INBOX"] = Folder(uidvalidity=1000)
    server.deliver(letter(1), NOON)
    server.deliver(letter(77), NOON)
    assert reception.take_in().received == 2
    assert numbers(reception) == sorted([*map(letter, range(5)), letter(1), letter(77)])
    assert reception.take_in().received == 0
    assert server.bodies_fetched() == [1, 2, 3, 4, 5, 1, 2]


def test_a_folder_made_anew_and_empty_is_known_as_empty(server: ScriptedImap, reception: Reception) -> None:
    """Row 2: the cursor follows, so that the first mail of the new folder is seen."""
    server.folders["INBOX"] = Folder(uidvalidity=1000)
    reception.take_in()
    server.deliver(letter(77), NOON)
    assert reception.take_in().received == 1


def test_a_reused_uid_below_the_cursor_is_found_within_the_hour(server: ScriptedImap, reception: Reception) -> None:
    """Row 2: the new folder has outgrown the old one, so only sizes and times tell."""
    server.folders["INBOX"] = Folder(uidvalidity=1000)
    for number in range(5):
        server.deliver(letter(100 + number, size=500 * number), NOON + timedelta(minutes=number))
    server.deliver(letter(200), NOON)
    assert reception.take_in().received == 1
    assert reception.take_in(HOUR).received == 5
    assert len(reception.mails()) == 11
    assert ("another mail under a known UID", "main/INBOX/1") in reception.trail()
    assert reception.take_in(HOUR).received == 0


def test_a_server_whose_next_uid_is_wrong_is_not_read_again_and_again(
    server: ScriptedImap, reception: Reception
) -> None:
    """Row 2 and row 15: a UIDNEXT that lags behind the mails is no sign of a new folder."""
    server.folders["INBOX"].uid_next = 3
    assert reception.take_in().received == 0
    assert server.bodies_fetched() == [1, 2, 3, 4, 5]


def test_a_server_that_rounds_sizes_is_not_read_again_each_hour(server: ScriptedImap, reception: Reception) -> None:
    """Row 2 and row 15: where only the size is off, the mail is the same."""

    def round_up(answer: bytes) -> bytes:
        return answer.replace(b"RFC822.SIZE 5", b"RFC822.SIZE 6")

    server.faults = [("SIZES", round_up)] * 3
    reception.take_in(HOUR)
    assert server.bodies_fetched() == [1, 2, 3, 4, 5]


def test_a_mail_that_appears_late_below_the_cursor_is_taken_in_within_the_hour(
    server: ScriptedImap, reception: Reception
) -> None:
    """Row 11: UID 6 commits after UID 7."""
    server.deliver(letter(6), NOON, hidden=True)
    server.deliver(letter(7), NOON)
    assert reception.take_in().received == 1
    server.folders["INBOX"].mails[5].hidden = False
    assert reception.take_in(timedelta(minutes=1)).received == 0
    late = reception.take_in(HOUR)
    assert (late.received, late.troubles) == (1, [])
    assert reception.mails()[-1] == letter(6)
    assert ("came late", "main/INBOX/6") in reception.trail()


def test_the_daily_count_finds_what_the_hourly_one_cannot_and_tells_staff(
    server: ScriptedImap, reception: Reception
) -> None:
    """Rows 9 and 11: an old mail below the cursor, which no search of the last days shows."""
    server.deliver(letter(6), NOON - timedelta(days=60), hidden=True)
    server.deliver(letter(7), NOON)
    reception.take_in()
    server.folders["INBOX"].mails[5].hidden = False
    assert reception.take_in(HOUR).received == 0
    found = reception.take_in(DAY)
    assert found.received == 1
    assert "1 mails were not in the ledger and are taken in now (UID 6)" in found.troubles[0]
    assert found.complete
    assert reception.take_in(DAY).troubles == []


@pytest.mark.parametrize("step", ["SIZES", "BODIES"])
@pytest.mark.parametrize("said", ["OK done", "NO [EXPUNGEISSUED] some are gone", "* 2 FETCH (UID 2 FLAGS (\\Deleted))"])
def test_a_mail_expunged_before_it_is_fetched_is_noted_and_costs_no_other(
    server: ScriptedImap, tmp_path: Path, step: str, said: str
) -> None:
    """Row 6: the three ways in which servers tell of it (RFC 2180 §4.1)."""

    def tell_and_expunge(answer: bytes) -> bytes:
        server.folders["INBOX"].mails = [mail for mail in server.folders["INBOX"].mails if mail.uid != 2]
        tag = answer.rstrip().rpartition(b"\r\n")[2].split()[0]
        if said.startswith("*"):
            return said.encode() + b"\r\n" + tag + b" OK done\r\n"
        return tag + b" " + said.encode() + b"\r\n"

    server.faults = [(step, tell_and_expunge)]
    reception = Reception(tmp_path, (server.account(),))
    assert reception.take_in().received == 4
    assert numbers(reception) == [letter(number) for number in (0, 2, 3, 4)]
    assert ("vanished before fetch", "main/INBOX/2") in reception.trail()
    assert reception.take_in().troubles == []


@pytest.mark.parametrize("command", [b"UID SEARCH", b"RFC822.SIZE", b"BODY.PEEK"])
def test_mails_expunged_by_another_program_at_any_step_shift_nothing(
    dovecot: DovecotServer, mailbox_user: str, tmp_path: Path, command: bytes
) -> None:
    """Rows 6 and 10, on Dovecot: sequence numbers shift, UIDs do not."""
    dovecot.append_many(mailbox_user, [(letter(number), NOON) for number in range(6)])
    said: list[bytes] = []

    def expunge_first(chunk: bytes) -> bytes:
        if command in chunk and not any(command in earlier for earlier in said):
            with dovecot.client(mailbox_user, "INBOX") as other:
                other.delete_messages([1, 3])
                other.expunge()
        said.append(chunk)
        return chunk

    with Meddler(dovecot.port, expunge_first) as wire:
        reception = Reception(tmp_path, (dovecot.account(mailbox_user, port=wire.port),), read_timeout=10)
        reception.take_in()
    assert {letter(number) for number in (1, 3, 4, 5)} <= set(reception.mails())
    uids = {data: uid for _, uid, data in reception.ledger()}
    assert all(uids[letter(number)] == number + 1 for number in (1, 3, 4, 5))
    commands = b"".join(said).split(b"\r\n")
    assert not [one for one in commands if b"FETCH" in one and b"UID FETCH" not in one]


@pytest.mark.parametrize("step", ["SEARCH", "SIZES", "BODIES", "NOOP"])
@pytest.mark.parametrize("unasked", [b"* 3 FETCH (UID 3 FLAGS (\\Seen))", b"* 3 FETCH (FLAGS (\\Seen))", b"* 9 EXISTS"])
def test_what_a_server_tells_unasked_costs_no_mail(
    server: ScriptedImap, tmp_path: Path, step: str, unasked: bytes
) -> None:
    """Row 7: flags that another program flips are told in the midst of any answer (RFC 9051 §7.5.2)."""
    changes: list[Callable[[bytes], bytes]] = [
        lambda answer: unasked + b"\r\n" + answer,
        lambda answer: (
            answer.rstrip().rpartition(b"\r\n")[0]
            + b"\r\n" * (b"\r\n" in answer.rstrip())
            + unasked
            + b"\r\n"
            + answer.rstrip().rpartition(b"\r\n")[2]
            + b"\r\n"
        ),
    ]
    for change in changes:
        server.faults = [(step, change)]
        folder = tmp_path / str(len(server.commands))
        folder.mkdir()
        reception = Reception(folder, (server.account(),))
        assert reception.take_in().complete
        assert reception.mails() == [letter(number) for number in range(5)]


def test_two_hundred_thousand_mails_are_listed_within_bounds(server: ScriptedImap) -> None:
    """Row 16: no single answer is longer than imaplib reads."""
    inbox = server.folders["INBOX"]
    (first, *_) = inbox.mails
    inbox.mails = [type(first)(uid, b"", NOON) for uid in range(1, 200_001)]
    inbox.uid_next = 200_001
    with mailbox.Mailbox(server.account()) as box:
        assert len(box.listing("INBOX").uids) == 200_000
        assert list(box.batches("INBOX", mailbox.Cursor(1000, 200_000))) == []
    assert server.count("SEARCH") >= 5


def test_the_last_mail_is_not_new_because_a_search_names_it(server: ScriptedImap, reception: Reception) -> None:
    """Row 17: UID 6:* names UID 5 where there is no sixth (RFC 3501 §6.4.8)."""
    assert reception.take_in().received == 0
    assert server.bodies_fetched() == [1, 2, 3, 4, 5]
