"""What must hold of an office whatever happened to it, told from outside: mailbox, letters that arrived, SQL.

Nothing of the program is asked: it could share the mistake. The names C1, C2 ... are those of the list of invariants in
the house's catalogue of faults.
"""

import email
import hashlib
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.servers.smtp_sink import Letter


@dataclass(frozen=True)
class Outside:
    """What can be seen without the program: mails of the mailbox (bytes), letters that arrived, who may be written to.

    `may_repeat`: how many letters may have come twice, because a line or a process broke after the last dot.
    """

    mailbox: Sequence[bytes]
    letters: Sequence[Letter]
    addresses: Collection[str]
    may_repeat: int = 0


def violations(database: Path, outside: Outside) -> list[str]:
    """Return a sentence for each invariant that does not hold of a SQLite database and what is outside of it."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as base:
        base.row_factory = sqlite3.Row
        found = [*_whole(base), *_conserved(base, outside), *_single(base), *_answered(base, outside)]
    return [*found, *_silent(outside)]


def _whole(base: sqlite3.Connection) -> Iterator[str]:
    for (said,) in base.execute("PRAGMA integrity_check"):
        if said != "ok":
            yield f"the database is damaged: {said}"
    for row in base.execute("PRAGMA foreign_key_check"):
        yield f"the database refers to what is not there: {tuple(row)}"


def _conserved(base: sqlite3.Connection, outside: Outside) -> Iterator[str]:
    """C1: what the mailbox showed is in the ledger, once, with its bytes."""
    shown = Counter(hashlib.sha256(raw).hexdigest() for raw in outside.mailbox)
    entered = Counter(row["sha256"] for row in base.execute("SELECT sha256 FROM mails"))
    for sha256 in shown - entered:
        yield f"C1: a mail is not in the ledger: {sha256}"
    for sha256 in entered - shown:
        yield f"C1: a mail is in the ledger more often than in the mailbox: {sha256}"
    for row in base.execute("SELECT sha256, data FROM raws"):
        if hashlib.sha256(row["data"]).hexdigest() != row["sha256"]:
            yield f"C1: the bytes of a mail are others than those that came: {row['sha256']}"
    for row in base.execute("SELECT receipt FROM mails WHERE outcome IS NULL"):
        yield f"C1: a mail has no outcome: {row['receipt']}"


def _single(base: sqlite3.Connection) -> Iterator[str]:
    """C2: one current version of a report, one version of a mail's part, numbers without a gap."""
    numbers = defaultdict(list)
    for row in base.execute("SELECT campaign, unit, number, current FROM versions ORDER BY number"):
        numbers[row["campaign"], row["unit"]].append((row["number"], row["current"]))
    for whose, found in numbers.items():
        if sum(current for _, current in found) > 1:
            yield f"C2: several versions are current: {whose}"
        if [number for number, _ in found] != list(range(1, len(found) + 1)):
            yield f"C2: versions are not numbered one by one: {whose}: {found}"
    for row in base.execute("SELECT mail_id, part FROM versions GROUP BY mail_id, part HAVING count(*) > 1"):
        yield f"C2: a part of a mail is stored twice: {tuple(row)}"


def _answered(base: sqlite3.Connection, outside: Outside) -> Iterator[str]:
    """C4: what is sent arrived, the same bytes each time, once but where a line broke after the dot."""
    arrived = defaultdict(list)
    for letter in outside.letters:
        arrived[str(email.message_from_bytes(letter.data)["Message-ID"])].append(letter.data)
    known = {row["message_id"]: row["state"] for row in base.execute("SELECT message_id, state FROM letters")}
    for message_id, state in known.items():
        if state not in ("sent", "cancelled"):
            yield f"C4: a letter is {state}: {message_id}"
        if state == "sent" and message_id not in arrived:
            yield f"C4: a letter is said to be sent and never arrived: {message_id}"
    for message_id, copies in arrived.items():
        if message_id not in known:
            yield f"C4: a letter arrived that is not in the outbox: {message_id}"
        if len(set(copies)) > 1:
            yield f"C4: a letter came in different words: {message_id}"
    repeats = sum(len(copies) - 1 for copies in arrived.values())
    if repeats > outside.may_repeat:
        yield f"C4: {repeats} letters came twice, {outside.may_repeat} may"


def _silent(outside: Outside) -> Iterator[str]:
    """C6: nobody is written to who should not."""
    for letter in outside.letters:
        for address in letter.rcpt_to:
            if address not in outside.addresses:
                yield f"C6: {address} was written to"


def effects(database: Path) -> dict[str, Counter[tuple[object, ...]]]:
    """Return what happened, without numbers and instants: two runs that come to the same have the same effects."""
    asked = {
        "mails": "SELECT sha256, outcome, reason, detail, unit, campaign, signed_copy, parts FROM mails",
        "versions": "SELECT mails.sha256, part, versions.campaign, versions.unit, number, current, verdict, "
        'versions.outcome, readings."values" FROM versions JOIN mails ON mails.id = mail_id '
        "JOIN readings ON version_id = versions.id",
        "problems": "SELECT sheet, cell, code, found, expected FROM problems",
        "letters": 'SELECT kind, campaign, unit, step, "to", state FROM letters',
        "decisions": "SELECT kind, campaign, unit, note, undone_at IS NULL FROM decisions",
        "trail": "SELECT what FROM trail",
    }
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as base:
        found = {name: Counter(map(tuple, base.execute(query))) for name, query in asked.items()}
    # A person who gives an order again, since he saw no answer, has given it twice.
    return found | {name: Counter(set(found[name])) for name in ("decisions", "trail")}
