"""The ledger: every mail that was ever shown to us, its bytes, and what became of it."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from roll import mails, outcomes
from storage import tables

# The part of the body kept beside the raw bytes, for pages and digests; more than a screenful is read in the raw mail.
TEXT_KEPT = 4_000


@dataclass(frozen=True, slots=True)
class Arrival:
    """One mail as it comes in, before anything is known about it. `received_at` is aware."""

    data: bytes
    mailbox: str
    folder: str
    uidvalidity: int | None
    uid: int | None
    received_at: datetime
    received_by: str
    answerable: bool = True
    handed_in_for: str = ""
    file_name: str = ""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """A ledger row whose bytes are still to be read."""

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


# Statements of the way that every mail goes are made once: making one costs several times as much as running it.
_MAILS = tables.mails.c
_PLACE = sa.and_(_MAILS.mailbox == sa.bindparam("mailbox"), _MAILS.folder == sa.bindparam("folder"))
_SAME_BYTES = _MAILS.sha256 == sa.bindparam("sha256")
_KNOWN_BY_BYTES = sa.select(_MAILS.id).where(_PLACE, _SAME_BYTES)
_KNOWN_BY_UID = sa.select(_MAILS.id).where(
    _PLACE, _MAILS.uidvalidity == sa.bindparam("uidvalidity"), _MAILS.uid == sa.bindparam("uid")
)
_KNOWN_BEFORE_RENUMBERING = _KNOWN_BY_BYTES.where(_MAILS.uidvalidity != sa.bindparam("uidvalidity")).order_by(_MAILS.id)
_NEXT_NUMBER = (
    sa.update(tables.counters)
    .where(tables.counters.c.name == sa.bindparam("series"))
    .values(last=tables.counters.c.last + 1)
    .returning(tables.counters.c.last)
)
_RAW = sa.select(tables.raws.c.data).where(tables.raws.c.sha256 == sa.bindparam("sha256"))
_FIRST_WITH_BYTES = sa.select(sa.func.min(_MAILS.id)).where(_SAME_BYTES, _MAILS.id < sa.bindparam("before_id"))
_CHANGE = sa.update(tables.mails).where(_MAILS.id == sa.bindparam("row_id"))
_FORGET_CANDIDATES = sa.delete(tables.candidates).where(tables.candidates.c.mail_id == sa.bindparam("mail_id"))


def cursor_of(connection: sa.Connection, mailbox: str, folder: str) -> tuple[int, int] | None:
    """Return (UIDVALIDITY, last UID) of a folder, None before the first pass."""
    row = connection.execute(
        sa.select(tables.folders.c.uidvalidity, tables.folders.c.last_uid).where(
            tables.folders.c.mailbox == mailbox, tables.folders.c.folder == folder
        )
    ).first()
    return (row.uidvalidity, row.last_uid) if row else None


def move_cursor(connection: sa.Connection, mailbox: str, folder: str, uidvalidity: int, last_uid: int) -> None:
    """Remember how far a folder was read. Belongs into the transaction that enters the mails."""
    row = {"mailbox": mailbox, "folder": folder, "uidvalidity": uidvalidity, "last_uid": last_uid}
    place = sa.and_(tables.folders.c.mailbox == mailbox, tables.folders.c.folder == folder)
    if connection.execute(sa.update(tables.folders).where(place).values(row)).rowcount == 0:
        connection.execute(sa.insert(tables.folders).values(row))


def enter(connection: sa.Connection, arrivals: Sequence[Arrival], now: datetime, receipt_year_zone: object) -> int:
    """Write mails into the ledger with their bytes; return how many rows are new.

    A mail already known by its place, or by its bytes in the same folder under another UIDVALIDITY, keeps its row.
    """
    hashes = [hashlib.sha256(arrival.data).hexdigest() for arrival in arrivals]
    _keep_bytes(connection, dict(zip(hashes, (arrival.data for arrival in arrivals), strict=True)))
    fresh = []
    for arrival, sha256 in zip(arrivals, hashes, strict=True):
        if not _is_known(connection, arrival, sha256):
            fresh.append((arrival, sha256))
    rows = [
        {
            **{name: getattr(arrival, name) for name in _ENTRY_COLUMNS},
            "receipt": _next_receipt(connection, arrival.received_at, receipt_year_zone),
            "sha256": sha256,
            "size": len(arrival.data),
            "entered_at": now,
        }
        for arrival, sha256 in fresh
    ]
    if rows:
        connection.execute(sa.insert(tables.mails), rows)
    return len(rows)


_ENTRY_COLUMNS = (
    "mailbox", "folder", "uidvalidity", "uid", "received_at", "received_by", "answerable", "handed_in_for", "file_name",
    "cut",
)  # fmt: skip


def insert_ignoring(connection: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that leaves existing rows alone, in the dialect of the connection."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def _keep_bytes(connection: sa.Connection, data_of: Mapping[str, bytes]) -> None:
    rows = [{"sha256": sha256, "data": data} for sha256, data in data_of.items()]
    if rows:
        connection.execute(insert_ignoring(connection, tables.raws), rows)


def _is_known(connection: sa.Connection, arrival: Arrival, sha256: str) -> bool:
    place = {"mailbox": arrival.mailbox, "folder": arrival.folder}
    if arrival.uid is None:
        return connection.execute(_KNOWN_BY_BYTES, {**place, "sha256": sha256}).first() is not None
    here = {"uidvalidity": arrival.uidvalidity, "uid": arrival.uid}
    if connection.execute(_KNOWN_BY_UID, {**place, **here}).first() is not None:
        return True
    elsewhere = {**place, "sha256": sha256, "uidvalidity": arrival.uidvalidity}
    row = connection.execute(_KNOWN_BEFORE_RENUMBERING, elsewhere).first()
    if row is None:
        return False
    connection.execute(_CHANGE, {"row_id": row.id, **here})
    return True


def _next_receipt(connection: sa.Connection, received_at: datetime, zone: object) -> str:
    # One series a year for everything that comes in (Nghị định 30/2020/NĐ-CP, Điều 22); TN stands for "tiếp nhận".
    year = received_at.astimezone(zone).year  # type: ignore[arg-type]
    return f"TN-{year}-{next_number(connection, f'receipt-{year}'):04d}"


def next_number(connection: sa.Connection, series: str) -> int:
    """Return the next number of a series, without gaps inside committed transactions."""
    found = connection.execute(_NEXT_NUMBER, {"series": series}).scalar()
    if found is None:
        connection.execute(sa.insert(tables.counters).values(name=series, last=1))
        return 1
    return int(found)


def waiting(connection: sa.Connection) -> list[Waiting]:
    """Return the rows that were entered and not handled yet, in order of receipt by us."""
    columns = [tables.mails.c[name] for name in Waiting.__dataclass_fields__]
    rows = connection.execute(
        sa.select(*columns).where(tables.mails.c.handled_at.is_(None)).order_by(tables.mails.c.id)
    )
    return [Waiting(*row) for row in rows]


def by_ids(connection: sa.Connection, ids: Iterable[int] | None) -> list[Waiting]:
    """Return ledger rows by id (all of them for None) in the shape of `waiting`, handled or not."""
    columns = [tables.mails.c[name] for name in Waiting.__dataclass_fields__]
    query = sa.select(*columns).order_by(tables.mails.c.id)
    if ids is not None:
        query = query.where(tables.mails.c.id.in_(list(ids)))
    return [Waiting(*row) for row in connection.execute(query)]


def raw(connection: sa.Connection, sha256: str) -> bytes:
    """Return the bytes of a mail."""
    return bytes(connection.execute(_RAW, {"sha256": sha256}).scalar_one())


def find(connection: sa.Connection, id_or_receipt: str) -> int | None:
    """Return the id of the mail with this id or receipt number, None where there is none."""
    wanted = tables.mails.c.receipt == id_or_receipt.strip().upper()
    if id_or_receipt.isdigit():
        wanted = tables.mails.c.id == int(id_or_receipt)
    return connection.execute(sa.select(tables.mails.c.id).where(wanted)).scalar()


def first_with_bytes(connection: sa.Connection, sha256: str, before_id: int) -> int | None:
    """Return the earliest earlier ledger row with the same bytes."""
    return connection.execute(_FIRST_WITH_BYTES, {"sha256": sha256, "before_id": before_id}).scalar()


def record(
    connection: sa.Connection, mail_id: int, contents: mails.Contents, understanding: mails.Understanding, now: datetime
) -> None:
    """Write what a mail was understood to be. Belongs into one transaction with its versions and letters."""
    headers = contents.headers
    row = {
        "row_id": mail_id,
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
    connection.execute(_CHANGE, row)
    connection.execute(_FORGET_CANDIDATES, {"mail_id": mail_id})
    if understanding.candidates:
        rows = [{"mail_id": mail_id, "unit": unit} for unit in dict.fromkeys(understanding.candidates)]
        connection.execute(sa.insert(tables.candidates), rows)


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
    """End a mail that could not be read as quarantined, visible and replayable (design.md, "What always holds", 9)."""
    connection.execute(
        sa.update(tables.mails)
        .where(tables.mails.c.id == mail_id)
        .values(handled_at=now, outcome=outcomes.Outcome.QUARANTINED.value, reason=reason, detail=detail)
    )


def note_unfetched(
    connection: sa.Connection, mailbox: str, folder: str, uidvalidity: int, uids: Sequence[int], now: datetime
) -> None:
    """Remember mails that the server listed and did not hand over."""
    rows = [
        {"mailbox": mailbox, "folder": folder, "uidvalidity": uidvalidity, "uid": uid, "noted_at": now} for uid in uids
    ]
    if rows:
        connection.execute(insert_ignoring(connection, tables.unfetched), rows)


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
    connection.execute(
        sa.update(tables.passes).where(tables.passes.c.id == pass_id).values(finished_at=now, error=error)
    )


def last_complete_pass(connection: sa.Connection) -> datetime | None:
    """Return when the last complete pass began."""
    return connection.execute(
        sa.select(sa.func.max(tables.passes.c.began_at)).where(
            tables.passes.c.finished_at.is_not(None), tables.passes.c.error == ""
        )
    ).scalar()


def places(connection: sa.Connection) -> Iterator[tuple[str, str, int | None, int | None, str]]:
    """Yield (mailbox, folder, uidvalidity, uid, sha256) of every row, for the audit."""
    columns = tables.mails.c
    query = sa.select(columns.mailbox, columns.folder, columns.uidvalidity, columns.uid, columns.sha256)
    yield from connection.execute(query).tuples()
