"""Erasing what a mail brought: its bytes and texts go, with the letters that answered it; what was counted stays.

The ledger row stays with its receipt number, place and times, so that the mail is never taken in again, and a tombstone
says what the bytes were (SHA-256), when they went, by whom and why. What is deleted is written over on the disk.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
import sqlalchemy as sa

from roll import letters, outcomes, reports
from storage import decisions, pieces, tables
from storage.boards import WAITING
from storage.reports import put_together, values_in

# The reason of a mail that waited for a person until it was erased, and what stands where a name or a text was.
ERASED = "erased"
GONE = "(erased)"
# What a mail's row tells in words of its sender; ids by which other mails know their thread stay.
_TEXTS = ("sender", "sender_name", "subject", "text", "detail", "file_name")
_MAILS, _LETTERS, _VERSIONS = tables.mails.c, tables.letters.c, tables.versions.c


@dataclass(frozen=True, slots=True)
class Tombstone:
    """When something was erased, by whom and why."""

    at: datetime
    by: str
    why: str


def erased(connection: sa.Connection) -> dict[int, str]:
    """Return the SHA-256 of what was erased, by the ids of the mails."""
    columns = tables.tombstones.c
    return {row.mail_id: row.sha256 for row in connection.execute(sa.select(columns.mail_id, columns.sha256))}


def with_its_own(connection: sa.Connection, mail_ids: Collection[int]) -> list[int]:
    """Return mails with those that go with them: other copies of their bytes, and all mails of one report in several.

    A report out of several mails is read from all of them; without one the others would say something else.
    """
    found: set[int] = set()
    left = set(mail_ids)
    while left:
        found |= left
        hashes = sa.select(_MAILS.sha256).where(_MAILS.id.in_(left))
        next_ones = set(connection.execute(sa.select(_MAILS.id).where(_MAILS.sha256.in_(hashes))).scalars())
        for mail_id in left:
            next_ones |= {*pieces.owners_of(connection, mail_id), *pieces.pieces_of(connection, mail_id)}
        left = next_ones - found
    return sorted(found)


def of_unit(connection: sa.Connection, unit: str) -> list[int]:
    """Return the mails that are a unit's, or brought a report of it."""
    brought = sa.select(_VERSIONS.mail_id).where(_VERSIONS.unit == unit)
    query = sa.select(_MAILS.id).where(sa.or_(_MAILS.unit == unit, _MAILS.id.in_(brought)))
    return list(connection.execute(query.order_by(_MAILS.id)).scalars())


def received_before(connection: sa.Connection, before: datetime) -> list[int]:
    """Return the mails received before an instant that wait for nobody and are not erased yet."""
    gone = sa.select(tables.tombstones.c.mail_id)
    settled = sa.and_(_MAILS.handled_at.is_not(None), _MAILS.outcome.not_in(WAITING))
    query = sa.select(_MAILS.id).where(_MAILS.received_at < before, settled, _MAILS.id.not_in(gone))
    return list(connection.execute(query.order_by(_MAILS.id)).scalars())


def erase(connection: sa.Connection, mail_ids: Sequence[int], tombstone: Tombstone, *, readings: bool) -> list[str]:
    """Erase mails; return the receipt numbers of those that were not erased before.

    `readings`: the texts that were read of their reports too; figures, dates and choices stay.
    """
    _write_over(connection)
    known = erased(connection)
    query = sa.select(_MAILS.id, _MAILS.receipt, _MAILS.sha256, _MAILS.outcome).where(_MAILS.id.in_(mail_ids))
    rows = [row for row in connection.execute(query.order_by(_MAILS.id)) if row.id not in known]
    for row in rows:
        told = {"mail_id": row.id, "sha256": row.sha256, "at": tombstone.at, "by": tombstone.by, "why": tombstone.why}
        connection.execute(sa.insert(tables.tombstones), told)
        connection.execute(sa.update(tables.raws).where(tables.raws.c.sha256 == row.sha256).values(data=b""))
        _erase_row(connection, row.id, waited=row.outcome in WAITING)
        _erase_letters(connection, row.id)
        _erase_report(connection, row.id, readings=readings)
        decisions.note(connection, tombstone.at, tombstone.by, "forget", row.receipt, tombstone.why)
    return [row.receipt for row in rows]


def is_erased(connection: sa.Connection, sha256: str) -> Tombstone | None:
    """Return the tombstone of some bytes, None where they were never erased."""
    columns = tables.tombstones.c
    row = connection.execute(sa.select(columns.at, columns.by, columns.why).where(columns.sha256 == sha256)).first()
    return Tombstone(*row) if row else None


def _write_over(connection: sa.Connection) -> None:
    """Let SQLite write zeros over what it deletes (sqlite.org/pragma.html, secure_delete)."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")


def _erase_row(connection: sa.Connection, mail_id: int, *, waited: bool) -> None:
    values: dict[str, object] = {**dict.fromkeys(_TEXTS, ""), "parts": "[]", "evidence": "[]"}
    if waited:
        # Nobody can decide on it any more; its unit has reported only what others of its mails say.
        values |= {"outcome": outcomes.Outcome.NOTED.value, "reason": ERASED, "proposal": None}
    connection.execute(sa.update(tables.mails).where(_MAILS.id == mail_id).values(**values))
    if waited:
        connection.execute(sa.delete(tables.candidates).where(tables.candidates.c.mail_id == mail_id))


def _erase_letters(connection: sa.Connection, mail_id: int) -> None:
    """Empty the letters that answered a mail; what had not gone out does not go out any more."""
    answers = _LETTERS.mail_id == mail_id
    waits = sa.and_(answers, _LETTERS.state == letters.LetterState.QUEUED.value)
    cancelled = {"state": letters.LetterState.CANCELLED.value, "error": "its mail was erased"}
    connection.execute(sa.update(tables.letters).where(waits).values(**cancelled))
    # An address of its own for each, so that nobody takes them for many letters to one.
    nobody = sa.literal("erased-") + sa.cast(_LETTERS.id, sa.Text) + sa.literal("@rollcall.invalid")
    connection.execute(sa.update(tables.letters).where(answers).values(data=b"", subject=GONE, to=nobody))
    ids = sa.select(_LETTERS.id).where(answers)
    for table in (tables.copies, tables.refusals):
        connection.execute(sa.delete(table).where(table.c.letter_id.in_(ids)))


def _erase_report(connection: sa.Connection, mail_id: int, *, readings: bool) -> None:
    versions = list(connection.execute(sa.select(_VERSIONS.id).where(_VERSIONS.mail_id == mail_id)).scalars())
    mine = _VERSIONS.mail_id == mail_id
    connection.execute(sa.update(tables.versions).where(mine).values(file_name=GONE, detail=""))
    for version_id in versions:
        _erase_sources(connection, version_id)
        problems = tables.problems.c
        texts = {"found": "", "message": GONE}
        connection.execute(sa.update(tables.problems).where(problems.version_id == version_id).values(**texts))
        if readings:
            _erase_texts(connection, version_id)


def _erase_sources(connection: sa.Connection, version_id: int) -> None:
    origins = tables.origins.c
    document = connection.execute(sa.select(origins.sources).where(origins.version_id == version_id)).scalar()
    if document:
        whole = put_together(document)
        sources = tuple(replace(each, file_name=GONE) for each in whole.sources)
        kept = msgspec.json.encode(msgspec.structs.replace(whole, sources=sources)).decode()
        connection.execute(sa.update(tables.origins).where(origins.version_id == version_id).values(sources=kept))


def _erase_texts(connection: sa.Connection, version_id: int) -> None:
    readings = tables.readings.c
    row = connection.execute(sa.select(tables.readings).where(readings.version_id == version_id)).one()
    kept = {
        name: msgspec.json.encode([_without_text(value) for value in values_in(getattr(row, name))]).decode()
        for name in ("header", "values")
    }
    connection.execute(sa.update(tables.readings).where(readings.version_id == version_id).values(kept))


def _without_text(value: reports.Value) -> reports.Value:
    if value.type != "text" or value.raw is None:
        return value
    return msgspec.structs.replace(value, raw=None, value=None, rule=ERASED)
