"""What staff ask: where each unit stands, what the ledger holds, what waits, every current value."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from roll import board, campaigns, outcomes, units
from storage import decisions, reports, tables

_WAITING = (outcomes.Outcome.HELD.value, outcomes.Outcome.QUARANTINED.value)


@dataclass(slots=True)
class _Known:
    """What the ledger holds of one unit in one campaign, gathered row by row."""

    first_at: datetime | None = None
    last_at: datetime | None = None
    receipt: str | None = None
    versions: int = 0
    accepted: str = ""
    returned: bool = False
    held: bool = False

    def see(self, received_at: datetime, receipt: str) -> None:
        """Take a mail's receipt time and number into account."""
        if self.first_at is None or received_at < self.first_at:
            self.first_at = received_at
        if self.last_at is None or received_at >= self.last_at:
            self.last_at, self.receipt = received_at, receipt


def board_of(
    connection: sa.Connection, campaign: campaigns.Campaign, at: datetime, *, seen_until: datetime | None = None
) -> board.Board:
    """Return the campaign's board at the instant `at`, with what was received up to then (or up to `seen_until`)."""
    known = _gather(connection, campaign, seen_until or at)
    extensions = decisions.extensions(connection, campaign.name)
    exempted = decisions.exempted(connection, campaign.name)
    standings = []
    for entry in campaign.roster:
        code = entry.unit.code
        standings.append(
            _standing(campaign, entry, known.get(code, _Known()), at, _Ruling(extensions.get(code), code in exempted))
        )
    return board.Board(campaign.name, campaign.title, at, tuple(standings), unassigned(connection, at))


@dataclass(frozen=True, slots=True)
class _Ruling:
    extended_until: datetime | None
    exempt: bool


def _gather(connection: sa.Connection, campaign: campaigns.Campaign, at: datetime) -> dict[str, _Known]:
    known: dict[str, _Known] = {}
    mails, versions = tables.mails.c, tables.versions.c
    rows = connection.execute(
        sa.select(versions.unit, versions.outcome, versions.verdict, versions.received_at, mails.receipt)
        .join(tables.mails, mails.id == versions.mail_id)
        .where(versions.campaign == campaign.name, versions.received_at <= at)
        .order_by(versions.received_at, versions.id)
    )
    for row in rows:
        unit = known.setdefault(row.unit, _Known())
        unit.see(row.received_at, row.receipt)
        unit.versions += 1
        if row.outcome == outcomes.Outcome.ACCEPTED.value:
            unit.accepted = row.verdict
        else:
            unit.returned = True
    for mail in _other_mails(connection, campaign.name, at):
        unit = known.setdefault(mail.unit, _Known())
        unit.see(mail.received_at, mail.receipt)
        if mail.outcome == outcomes.Outcome.RETURNED.value:
            unit.returned = True
        else:
            unit.held = True
    return known


def _other_mails(connection: sa.Connection, campaign: str, at: datetime) -> sa.CursorResult[Any]:
    mails = tables.mails.c
    return connection.execute(
        sa.select(tables.candidates.c.unit, mails.outcome, mails.received_at, mails.receipt)
        .join(tables.mails, mails.id == tables.candidates.c.mail_id)
        .where(
            mails.received_at <= at,
            sa.or_(mails.campaign == campaign, mails.campaign.is_(None)),
            mails.outcome.in_((*_WAITING, outcomes.Outcome.RETURNED.value)),
        )
        .order_by(mails.received_at, mails.id)
    )


def _standing(
    campaign: campaigns.Campaign, entry: units.RosterEntry, known: _Known, at: datetime, ruling: _Ruling
) -> board.Standing:
    state = _state(known, ruling)
    due = max(filter(None, (campaign.due_before, ruling.extended_until)))
    grace = max(filter(None, (campaign.grace_until, ruling.extended_until)))
    owes = state in {outcomes.State.MISSING, outcomes.State.NEEDS_FIX}
    return board.Standing(
        code=entry.unit.code,
        name=entry.unit.name,
        short_name=entry.unit.short_name,
        kind=entry.unit.kind,
        obligation=entry.obligation.value,
        state=state,
        phone=entry.unit.phone,
        on_time=None if known.first_at is None else known.first_at < due,
        late=known.first_at is not None and known.first_at >= grace,
        overdue=owes and at >= grace,
        versions=known.versions,
        received_at=known.first_at,
        receipt=known.receipt,
        extended_until=ruling.extended_until,
    )


def _state(known: _Known, ruling: _Ruling) -> outcomes.State:
    if known.accepted:
        return outcomes.State(known.accepted)
    if known.held:
        return outcomes.State.HELD
    if known.returned:
        return outcomes.State.NEEDS_FIX
    return outcomes.State.EXEMPT if ruling.exempt else outcomes.State.MISSING


def unassigned(connection: sa.Connection, at: datetime) -> int:
    """Return how many mails wait without a unit."""
    mails = tables.mails.c
    query = sa.select(sa.func.count()).where(mails.outcome.in_(_WAITING), mails.unit.is_(None), mails.received_at <= at)
    return int(connection.execute(query).scalar_one())


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
    mails = tables.mails.c
    query = sa.select(*(mails[name] for name in (*_MAIL_COLUMNS, "parts", "evidence"))).order_by(
        mails.received_at, mails.id
    )
    if mail_id is not None:
        query = query.where(mails.id == mail_id)
    if outcome is not None:
        query = query.where(mails.outcome == outcome)
    rows = [
        MailRow(**{**row, "parts": json.loads(row["parts"]), "evidence": json.loads(row["evidence"])})
        for row in connection.execute(query).mappings()
    ]
    _add_reports(connection, rows)
    _add_answers(connection, rows)
    return rows


def _add_reports(connection: sa.Connection, rows: list[MailRow]) -> None:
    by_id = {row.id: row for row in rows}
    versions = tables.versions.c
    query = sa.select(tables.versions).order_by(versions.mail_id, versions.part)
    if len(by_id) == 1:
        query = query.where(versions.mail_id.in_(by_id))
    for version in connection.execute(query):
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


def _add_answers(connection: sa.Connection, rows: list[MailRow]) -> None:
    by_id = {row.id: row for row in rows}
    letter = tables.letters.c
    query = sa.select(letter.id, letter.mail_id, letter.kind, letter.to, letter.state, letter.message_id).order_by(
        letter.id
    )
    query = query.where(letter.mail_id.in_(by_id)) if len(by_id) == 1 else query.where(letter.mail_id.is_not(None))
    for row in connection.execute(query):
        if row.mail_id in by_id:
            by_id[row.mail_id].answers.append(
                {"id": row.id, "kind": row.kind, "to": row.to, "state": row.state, "message_id": row.message_id}
            )


def waiting_for_a_person(connection: sa.Connection) -> list[MailRow]:
    """Return the held and quarantined mails in order of receipt."""
    return [row for outcome in _WAITING for row in ledger(connection, outcome=outcome)]


@dataclass(frozen=True, slots=True)
class CurrentValue:
    """One current value of a campaign with everything that leads back to its cell."""

    unit: str
    version: int
    verdict: str
    received_at: datetime
    message: int
    file: str
    place: str
    value: Any


def current_values(connection: sa.Connection, campaign: str) -> Iterator[CurrentValue]:
    """Yield every value of every current accepted version, in the roster's and the form's order."""
    versions, values = tables.versions.c, tables.values.c
    query = (
        sa.select(
            versions.unit, versions.number.label("version"), versions.verdict, versions.received_at, versions.mail_id,
            versions.file_name, *tables.values.columns,
        )
        .join(tables.values, values.version_id == versions.id)
        .join(
            tables.roster,
            sa.and_(tables.roster.c.campaign == versions.campaign, tables.roster.c.unit == versions.unit),
        )
        .where(
            versions.campaign == campaign,
            versions.current,
            versions.outcome == outcomes.Outcome.ACCEPTED.value,
        )
        .order_by(tables.roster.c.position, values.version_id, values.position)
    )  # fmt: skip
    for row in connection.execute(query).mappings():
        yield CurrentValue(
            row["unit"], row["version"], row["verdict"], row["received_at"], row["mail_id"], row["file_name"],
            row["place"], reports.value_of_row(row),
        )  # fmt: skip


def problems_noticed(connection: sa.Connection, campaign: str) -> list[tuple[str, str]]:
    """Return (unit, message) of the notices of current versions, which only staff see."""
    versions, problems = tables.versions.c, tables.problems.c
    query = (
        sa.select(versions.unit, problems.message)
        .join(tables.problems, problems.version_id == versions.id)
        .where(versions.campaign == campaign, versions.current, problems.severity == "notice")
        .order_by(versions.unit, problems.position)
    )
    return [(row.unit, row.message) for row in connection.execute(query)]


def counts(connection: sa.Connection) -> dict[str, int]:
    """Return how many mails each outcome has, and how many are not handled (`unhandled`)."""
    mails = tables.mails.c
    query = sa.select(sa.func.coalesce(mails.outcome, "unhandled"), sa.func.count()).group_by(mails.outcome)
    return dict(connection.execute(query).tuples().all())
