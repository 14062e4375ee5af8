"""What staff ask: the ledger and what waits. Where units stand is in storage.boards, what counts in storage.counted."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from roll import outcomes
from storage import tables
from storage.boards import WAITING, board_of, unassigned

__all__ = [
    "MailRow", "board_of", "counts", "ledger", "problems_noticed", "unassigned", "waiting_for_a_person",
]  # fmt: skip

# Above so many mails everything is read and sorted out here: a statement takes 32,766 parameters at most (SQLite).
ROWS_ASKED_BY_ID = 500


@dataclass(frozen=True, slots=True)
class MailRow:
    """One ledger row as the commands and pages show it; times are aware, UTC."""

    id: int
    receipt: str
    mailbox: str
    folder: str
    uid: int | None
    received_at: datetime
    received_by: str
    sender: str
    sender_name: str
    subject: str
    outcome: str | None
    reason: str
    detail: str
    unit: str | None
    proposal: str | None
    campaign: str | None
    message_id: str
    text: str
    sha256: str
    parts: list[dict[str, Any]] = field(default_factory=list)
    evidence: list[dict[str, Any]] = field(default_factory=list)
    reports: list[dict[str, Any]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)


_MAIL_COLUMNS = (
    "id", "receipt", "mailbox", "folder", "uid", "received_at", "received_by", "sender", "sender_name", "subject",
    "outcome", "reason", "detail", "unit", "proposal", "campaign", "message_id", "text", "sha256",
)  # fmt: skip


def ledger(connection: sa.Connection, mail_id: int | None = None, outcome: str | None = None) -> list[MailRow]:
    """Return the ledger in order of receipt, or one mail, or the mails of one outcome."""
    wanted = []
    if mail_id is not None:
        wanted.append(tables.mails.c.id == mail_id)
    if outcome is not None:
        wanted.append(tables.mails.c.outcome == outcome)
    return _ledger(connection, *wanted)


def waiting_for_a_person(connection: sa.Connection) -> list[MailRow]:
    """Return the held and quarantined mails in order of receipt."""
    return _ledger(connection, tables.mails.c.outcome.in_(WAITING))


def taken_with_a_wish(connection: sa.Connection, wishes: Collection[str], since: datetime) -> list[MailRow]:
    """Return the accepted mails received since an instant whose words want something besides (their `detail`)."""
    mails = tables.mails.c
    accepted = mails.outcome == outcomes.Outcome.ACCEPTED.value
    return _ledger(connection, accepted, mails.detail.in_(list(wishes)), mails.received_at >= since)


def received_between(connection: sa.Connection, since: datetime, before: datetime) -> list[MailRow]:
    """Return the handled mails received since an instant and before another, in order of receipt."""
    mails = tables.mails.c
    return _ledger(connection, mails.received_at >= since, mails.received_at < before, mails.handled_at.is_not(None))


def _ledger(connection: sa.Connection, *wanted: sa.ColumnElement[bool]) -> list[MailRow]:
    mails = tables.mails.c
    query = sa.select(*(mails[name] for name in (*_MAIL_COLUMNS, "parts", "evidence")))
    query = query.where(*wanted).order_by(mails.received_at, mails.id)
    rows = [
        MailRow(**{**row, "parts": json.loads(row["parts"]), "evidence": json.loads(row["evidence"])})
        for row in connection.execute(query).mappings()
    ]
    by_id = {row.id: row for row in rows}
    if by_id:
        _add_reports(connection, by_id)
        _add_answers(connection, by_id)
    return rows


def _of_mails(column: sa.ColumnElement[int], by_id: dict[int, MailRow]) -> sa.ColumnElement[bool]:
    return column.in_(list(by_id)) if len(by_id) <= ROWS_ASKED_BY_ID else column.is_not(None)


def _add_reports(connection: sa.Connection, by_id: dict[int, MailRow]) -> None:
    versions = tables.versions.c
    query = sa.select(tables.versions).where(_of_mails(versions.mail_id, by_id))
    for version in connection.execute(query.order_by(versions.mail_id, versions.part)):
        if version.mail_id in by_id:
            by_id[version.mail_id].reports.append(
                {
                    "id": version.id,
                    "unit": version.unit,
                    "campaign": version.campaign,
                    "version": version.number,
                    "verdict": version.verdict,
                    "outcome": version.outcome,
                    "current": version.current,
                    "part": version.part,
                }
            )


def _add_answers(connection: sa.Connection, by_id: dict[int, MailRow]) -> None:
    letter = tables.letters.c
    query = sa.select(letter.id, letter.mail_id, letter.kind, letter.to, letter.state, letter.message_id)
    for row in connection.execute(query.where(_of_mails(letter.mail_id, by_id)).order_by(letter.id)):
        if row.mail_id in by_id:
            by_id[row.mail_id].answers.append(
                {"id": row.id, "kind": row.kind, "to": row.to, "state": row.state, "message_id": row.message_id}
            )


def waiting_of_unit(connection: sa.Connection, unit: str, reason: str) -> list[int]:
    """Return the ids of the mails that wait for one reason and may be a unit's."""
    mails, candidates = tables.mails.c, tables.candidates.c
    query = (
        sa.select(mails.id)
        .join(tables.candidates, candidates.mail_id == mails.id)
        .where(candidates.unit == unit, mails.reason == reason, mails.outcome.in_(WAITING))
        .order_by(mails.id)
    )
    return list(connection.execute(query).scalars())


def from_the_senders_of(connection: sa.Connection, mail_ids: Collection[int]) -> list[MailRow]:
    """Return every handled mail that came from the addresses from which some mails came, in order of receipt."""
    mails = tables.mails.c
    senders = sa.select(mails.sender).where(mails.id.in_(list(mail_ids)), mails.sender != "")
    return _ledger(connection, mails.sender.in_(senders), mails.handled_at.is_not(None)) if mail_ids else []


def settled_since(connection: sa.Connection, units: Collection[str], since: datetime) -> list[int]:
    """Return the ids of the handled mails of some units that came, or were decided on, at or after an instant."""
    mails, made, versions = tables.mails.c, tables.decisions.c, tables.versions.c
    brought = sa.select(versions.mail_id).where(versions.unit.in_(list(units)))
    decided = sa.select(made.mail_id).where(made.at >= since, made.undone_at.is_(None), made.mail_id.is_not(None))
    query = sa.select(mails.id).where(
        sa.or_(mails.unit.in_(list(units)), mails.id.in_(brought)),
        mails.handled_at.is_not(None),
        sa.or_(mails.entered_at >= since, mails.id.in_(decided)),
    )
    return list(connection.execute(query.order_by(mails.id)).scalars())


@dataclass(frozen=True, slots=True)
class Noticed:
    """A notice about a current version, which only staff see, and since when that version is known."""

    unit: str
    code: str
    message: str
    settled_at: datetime


def problems_noticed(connection: sa.Connection, campaign: str) -> list[Noticed]:
    """Return the notices of the current versions of a campaign, unit by unit."""
    versions, problems = tables.versions.c, tables.problems.c
    query = (
        sa.select(versions.unit, problems.code, problems.message, versions.settled_at)
        .join(tables.problems, problems.version_id == versions.id)
        .where(versions.campaign == campaign, versions.current, problems.severity == "notice")
        .order_by(versions.unit, problems.position)
    )
    return [Noticed(*row) for row in connection.execute(query)]


def counts(connection: sa.Connection) -> dict[str, int]:
    """Return how many mails each outcome has, and how many are not handled (`unhandled`)."""
    mails = tables.mails.c
    query = sa.select(mails.outcome, sa.func.count().label("mails")).group_by(mails.outcome)
    return {row.outcome or "unhandled": row.mails for row in connection.execute(query)}
