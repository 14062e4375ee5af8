"""Mails that brought one piece of a report, or may have: what a later mail with another piece must know of them."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from roll import mails, outcomes
from storage import decisions, reports, tables
from storage.reports import PART_OF_REPORT, WAITS_FOR_MORE

# Of these, one may be the signed copy that comes as "(3/3)".
_PIECES = (WAITS_FOR_MORE, PART_OF_REPORT, "signed_copy")


@dataclass(frozen=True, slots=True)
class PieceRow:
    """A ledger row that may be a piece; `assigned_at` is when a person said whose it is, None where nobody did."""

    id: int
    receipt: str
    sha256: str
    received_at: datetime
    entered_at: datetime
    assigned_at: datetime | None
    sender: str
    subject: str
    unit: str | None
    campaign: str | None
    reason: str
    files: tuple[tuple[int, str, str], ...]


def rows_of(connection: sa.Connection, units: Sequence[str], mail_ids: Collection[int]) -> list[PieceRow]:
    """Return the mails of units that brought a piece, and those that brought some versions, in order of receipt."""
    columns = tables.mails.c
    names = ("id", "receipt", "sha256", "received_at", "entered_at", "sender", "subject", "unit", "campaign", "reason")
    is_piece = sa.and_(columns.unit.in_(list(units)), columns.reason.in_(_PIECES))
    query = sa.select(*(columns[name] for name in (*names, "parts"))).where(
        sa.or_(is_piece, columns.id.in_(list(mail_ids)))
    )
    found = connection.execute(query.order_by(columns.received_at, columns.id)).all()
    made = decisions.of_mails(connection, [row.id for row in found])
    given = {mail_id: decisions.assignment(about) for mail_id, about in made.items()}
    assigned_at = {mail_id: decision.at for mail_id, decision in given.items() if decision}
    return [
        PieceRow(
            **{name: getattr(row, name) for name in names},
            assigned_at=assigned_at.get(row.id),
            files=_files(row.parts),
        )
        for row in found
    ]


def _files(parts: str) -> tuple[tuple[int, str, str], ...]:
    return tuple(
        (place, part["name"], part["sha256"])
        for place, part in enumerate(json.loads(parts))
        if part["kind"] in mails.WORKBOOK_KINDS
    )


def owners_of(connection: sa.Connection, mail_id: int) -> list[int]:
    """Return the mails that made a report whole of which a mail is a piece, in the order in which they were settled."""
    return [row.mail_id for row in _owners(connection, mail_id)]


def whole_reports_of(connection: sa.Connection, mail_id: int) -> dict[str, str]:
    """Return, by unit, the receipt number of the first mail that made the unit's report whole with a mail as a piece.

    A piece that was given to another unit since is none of the former one's report.
    """
    found: dict[str, str] = {}
    for row in _owners(connection, mail_id):
        found.setdefault(row.unit, row.receipt)
    return found


def _owners(connection: sa.Connection, mail_id: int) -> list[Any]:
    columns = tables.versions.c
    query = (
        sa.select(columns.mail_id, columns.unit, tables.mails.c.receipt, tables.origins.c.sources)
        .join(tables.origins, tables.origins.c.version_id == columns.id)
        .join(tables.mails, tables.mails.c.id == columns.mail_id)
        .where(tables.origins.c.sources.is_not(None), columns.mail_id != mail_id)
        .order_by(columns.settled_at, columns.mail_id, columns.part)
    )
    return [
        row
        for row in connection.execute(query)
        if any(source.mail_id == mail_id for source in reports.put_together(row.sources).sources)
    ]


def pieces_of(connection: sa.Connection, mail_id: int) -> set[int]:
    """Return the other mails out of which a mail's reports were put together."""
    query = (
        sa.select(tables.origins.c.sources)
        .join(tables.versions, tables.versions.c.id == tables.origins.c.version_id)
        .where(tables.versions.c.mail_id == mail_id)
    )
    documents = connection.execute(query).scalars()
    return {source.mail_id for each in documents for source in reports.put_together(each).sources} - {mail_id}


def reopen(connection: sa.Connection, mail_ids: Collection[int]) -> None:
    """Let mails wait again whose report fell apart: it was read anew, and they are no part of it any more."""
    columns = tables.mails.c
    was_closed = sa.and_(columns.id.in_(list(mail_ids)), columns.reason == PART_OF_REPORT)
    rows = connection.execute(sa.select(columns.id, columns.unit).where(was_closed)).all()
    values = {"outcome": outcomes.Outcome.HELD.value, "reason": WAITS_FOR_MORE, "detail": ""}
    connection.execute(sa.update(tables.mails).where(columns.id.in_([row.id for row in rows])).values(values))
    candidates = [{"mail_id": row.id, "unit": row.unit} for row in rows if row.unit]
    if candidates:
        connection.execute(sa.insert(tables.candidates), candidates)


def out_of_step(connection: sa.Connection, mail_id: int) -> list[int]:
    """Return the mails that no longer agree with what a mail was understood to be, as one report and its pieces.

    They are the owners of a report that has the mail as a piece, which it is not any more; and the pieces that were
    closed by nobody's report.
    """
    columns = tables.mails.c
    reason = connection.execute(sa.select(columns.reason).where(columns.id == mail_id)).scalar_one()
    brought = connection.execute(sa.select(tables.versions.c.id).where(tables.versions.c.mail_id == mail_id)).first()
    is_piece = reason in {WAITS_FOR_MORE, PART_OF_REPORT} or brought is not None
    reopened = sa.and_(columns.reason == WAITS_FOR_MORE, columns.detail == "", columns.id != mail_id)
    waiting = connection.execute(sa.select(columns.id).where(reopened).order_by(columns.id)).scalars()
    return [*([] if is_piece else owners_of(connection, mail_id)), *waiting]
