"""The ledger: every mail that was ever shown to us, its bytes, and what became of it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from roll import mails, outcomes
from storage import confirmations, inserts, reports, tables
from storage.entering import Arrival, correct_time, enter, rows_of_files

__all__ = [
    "Arrival", "Result", "Waiting", "begin_pass", "by_ids", "by_receipts", "correct_time", "cursor_of", "end_pass",
    "enter", "find", "first_with_bytes",
    "forget_unfetched", "last_complete_pass", "move_cursor", "note_unfetched", "places", "raw", "raws", "record",
    "rows_of_files", "set_aside", "unfetched", "waiting",
]  # fmt: skip

# The part of the body kept beside the raw bytes, for pages and digests; more than a screenful is read in the raw mail.
TEXT_KEPT = 4_000
# Digits of the largest id a database holds (63 bits); more digits are nobody's id.
LONGEST_ID = 18
# Passes kept, a week of one a minute: only the last complete one is ever asked for.
PASSES_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """A ledger row whose bytes are to be read: for the first time, or again (`handled_at`)."""

    id: int
    receipt: str
    sha256: str
    size: int
    mailbox: str
    folder: str
    received_at: datetime
    entered_at: datetime
    answerable: bool
    handed_in_for: str
    file_name: str
    cut: bool
    handled_at: datetime | None


# Statements of the way that every mail goes are made once: making one costs several times as much as running it.
_MAILS = tables.mails.c
_RAWS = sa.select(tables.raws.c.sha256, tables.raws.c.data).where(
    tables.raws.c.sha256.in_(sa.bindparam("hashes", expanding=True))
)
_FIRST_WITH_BYTES = (
    sa.select(_MAILS.sha256, sa.func.min(_MAILS.id))
    .where(_MAILS.sha256.in_(sa.bindparam("hashes", expanding=True)))
    .group_by(_MAILS.sha256)
)
_CHANGE = sa.update(tables.mails).where(_MAILS.id == sa.bindparam("row_id"))
_FORGET_CANDIDATES = sa.delete(tables.candidates).where(
    tables.candidates.c.mail_id.in_(sa.bindparam("mail_ids", expanding=True))
)


def cursor_of(connection: sa.Connection, mailbox: str, folder: str) -> tuple[int, int] | None:
    """Return (UIDVALIDITY, last UID) of a folder, None before the first pass."""
    row = connection.execute(
        sa.select(tables.folders.c.uidvalidity, tables.folders.c.last_uid).where(
            tables.folders.c.mailbox == mailbox, tables.folders.c.folder == folder
        )
    ).first()
    return (row.uidvalidity, row.last_uid) if row else None


def move_cursor(connection: sa.Connection, mailbox: str, folder: str, uidvalidity: int, last_uid: int) -> None:
    """Remember how far a folder was read. Belongs into the transaction that enters the mails.

    Under a new UIDVALIDITY every mail is listed again, so what was still to be had under the old one is forgotten.
    """
    row = {"mailbox": mailbox, "folder": folder, "uidvalidity": uidvalidity, "last_uid": last_uid}
    connection.execute(inserts.replacing(connection, tables.folders), row)
    columns = tables.unfetched.c
    void = sa.and_(columns.mailbox == mailbox, columns.folder == folder, columns.uidvalidity != uidvalidity)
    connection.execute(sa.delete(tables.unfetched).where(void))


def waiting(connection: sa.Connection) -> list[Waiting]:
    """Return the rows that were entered and not handled yet, in order of receipt by us."""
    return _rows(connection, _MAILS.handled_at.is_(None))


def by_ids(connection: sa.Connection, ids: Iterable[int] | None) -> list[Waiting]:
    """Return ledger rows by id (all of them for None) in the shape of `waiting`, handled or not."""
    return _rows(connection) if ids is None else _rows(connection, _MAILS.id.in_(list(ids)))


def by_receipts(connection: sa.Connection, receipts: Iterable[str]) -> list[Waiting]:
    """Return ledger rows by receipt number, in order of receipt by us."""
    return _rows(connection, _MAILS.receipt.in_(list(receipts)))


def _rows(connection: sa.Connection, *wanted: sa.ColumnElement[bool]) -> list[Waiting]:
    columns = (_MAILS[name] for name in Waiting.__dataclass_fields__)
    return [Waiting(*row) for row in connection.execute(sa.select(*columns).where(*wanted).order_by(_MAILS.id))]


def raw(connection: sa.Connection, sha256: str) -> bytes:
    """Return the bytes of a mail."""
    return raws(connection, [sha256])[sha256]


def raws(connection: sa.Connection, hashes: Sequence[str]) -> dict[str, bytes]:
    """Return the bytes of some mails by their hashes; the caller sees to it that they fit into memory together."""
    found = {sha256: bytes(data) for sha256, data in connection.execute(_RAWS, {"hashes": list(hashes)})}
    missing = set(hashes) - set(found)
    if missing:
        raise LookupError(f"the bytes of a mail are not in the database: {sorted(missing)}")
    return found


def find(connection: sa.Connection, id_or_receipt: str) -> int | None:
    """Return the id of the mail with this id or receipt number, None where there is none."""
    text = id_or_receipt.strip().upper()
    wanted = tables.mails.c.receipt == text
    if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID:
        wanted = tables.mails.c.id == int(text)
    return connection.execute(sa.select(tables.mails.c.id).where(wanted)).scalar()


def first_with_bytes(connection: sa.Connection, hashes: Sequence[str]) -> dict[str, int]:
    """Return the id of the earliest ledger row with each of some bytes, by their hashes."""
    rows = connection.execute(_FIRST_WITH_BYTES, {"hashes": list(dict.fromkeys(hashes))})
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class Result:
    """What one ledger row was understood to be, out of these contents."""

    mail_id: int
    contents: mails.Contents
    understanding: mails.Understanding


def record(connection: sa.Connection, results: Sequence[Result], now: datetime) -> None:
    """Write what mails were understood to be. Belongs into one transaction with their versions and letters."""
    ids = [result.mail_id for result in results]
    candidates = [
        {"mail_id": result.mail_id, "unit": unit}
        for result in results
        for unit in dict.fromkeys(result.understanding.candidates)
    ]
    connection.execute(_CHANGE, [_row_of(result, now) for result in results])
    connection.execute(_FORGET_CANDIDATES, {"mail_ids": ids})
    if candidates:
        connection.execute(sa.insert(tables.candidates), candidates)


def _row_of(result: Result, now: datetime) -> dict[str, object]:
    headers, contents, understanding = result.contents.headers, result.contents, result.understanding
    return {
        "row_id": result.mail_id,
        "handled_at": now,
        "outcome": understanding.outcome.value,
        "reason": understanding.reason,
        "detail": understanding.detail,
        "unit": understanding.unit,
        "proposal": understanding.proposal,
        "campaign": understanding.campaign,
        "signed_copy": understanding.signed_copy,
        "sender": headers.from_addresses[0] if headers.from_addresses else "",
        "sender_name": headers.from_name,
        "subject": headers.subject,
        "message_id": headers.message_id,
        "references": " ".join(headers.references),
        "text": contents.text[:TEXT_KEPT],
        "parts": json.dumps([_part_row(part) for part in contents.parts], ensure_ascii=False),
        "evidence": json.dumps([asdict(piece) for piece in understanding.evidence], ensure_ascii=False),
    }


def _part_row(part: mails.Part) -> dict[str, object]:
    return {
        "name": part.name,
        "kind": part.kind,
        "size": part.size,
        "sha256": part.sha256,
        "used": part.used,
        "why": part.why,
        "path": part.path,
    }


def set_aside(connection: sa.Connection, mail_id: int, reason: str, detail: str, now: datetime) -> None:
    """End a mail that could not be read as quarantined, visible and replayable (design.md, "What always holds", 9).

    What an earlier reading made of it goes, as it would not come of reading it now; the units it was understood to be
    of stay its candidates, so that none of them is called missing meanwhile.
    """
    touched = reports.forget(connection, mail_id)
    confirmations.forget(connection, mail_id)
    for campaign, unit in touched:
        reports.settle(connection, campaign, unit)
    row = {"handled_at": now, "outcome": outcomes.Outcome.QUARANTINED.value, "reason": reason, "detail": detail}
    connection.execute(_CHANGE, {"row_id": mail_id, **row})
    rows = [{"mail_id": mail_id, "unit": unit} for unit in dict.fromkeys(unit for _, unit in touched)]
    if rows:
        connection.execute(inserts.ignoring(connection, tables.candidates), rows)


def note_unfetched(
    connection: sa.Connection, mailbox: str, folder: str, uidvalidity: int, uids: Sequence[int], now: datetime
) -> None:
    """Remember mails that the server listed and did not hand over."""
    rows = [
        {"mailbox": mailbox, "folder": folder, "uidvalidity": uidvalidity, "uid": uid, "noted_at": now} for uid in uids
    ]
    if rows:
        connection.execute(inserts.ignoring(connection, tables.unfetched), rows)


def unfetched(connection: sa.Connection, mailbox: str, folder: str) -> list[tuple[int, int]]:
    """Return (UIDVALIDITY, UID) of the mails of a folder that are still to be had."""
    columns = tables.unfetched.c
    query = sa.select(columns.uidvalidity, columns.uid).where(columns.mailbox == mailbox, columns.folder == folder)
    return [(row.uidvalidity, row.uid) for row in connection.execute(query.order_by(columns.uid))]


def forget_unfetched(connection: sa.Connection, mailbox: str, folder: str, uids: Sequence[int]) -> None:
    """Forget mails that came after all, or that the server does not list any more."""
    columns = tables.unfetched.c
    connection.execute(
        sa.delete(tables.unfetched).where(
            columns.mailbox == mailbox, columns.folder == folder, columns.uid.in_(list(uids))
        )
    )


def begin_pass(connection: sa.Connection, now: datetime) -> int:
    """Note that a pass over all mailboxes begins; return its id."""
    return int(
        connection.execute(sa.insert(tables.passes).values(began_at=now).returning(tables.passes.c.id)).scalar_one()
    )


def end_pass(connection: sa.Connection, pass_id: int, now: datetime, error: str) -> None:
    """Note how a pass ended; it is complete where `error` is empty."""
    passes = tables.passes.c
    connection.execute(sa.update(tables.passes).where(passes.id == pass_id).values(finished_at=now, error=error))
    if not error:
        connection.execute(sa.delete(tables.passes).where(passes.id <= pass_id - PASSES_KEPT))


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass over all mailboxes that ended; `error` is empty where it was complete."""

    began_at: datetime
    error: str


def last_pass(connection: sa.Connection) -> Pass | None:
    """Return the last pass that ended, None before the first."""
    passes = tables.passes.c
    query = sa.select(passes.began_at, passes.error).where(passes.finished_at.is_not(None))
    row = connection.execute(query.order_by(passes.id.desc()).limit(1)).first()
    return Pass(*row) if row else None


def last_complete_pass(connection: sa.Connection) -> datetime | None:
    """Return when the last complete pass began."""
    passes = tables.passes.c
    complete = sa.and_(passes.finished_at.is_not(None), passes.error == "")
    return connection.execute(sa.select(passes.began_at).where(complete).order_by(passes.id.desc()).limit(1)).scalar()


def places(connection: sa.Connection) -> Iterator[tuple[str, str, int | None, int | None, str]]:
    """Yield (mailbox, folder, uidvalidity, uid, sha256) of every row, for the audit."""
    columns = tables.mails.c
    query = sa.select(columns.mailbox, columns.folder, columns.uidvalidity, columns.uid, columns.sha256)
    for row in connection.execute(query):
        yield row.mailbox, row.folder, row.uidvalidity, row.uid, row.sha256
