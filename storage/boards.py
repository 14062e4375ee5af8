"""The board: where every unit of a campaign stands at an instant, out of versions, waiting mails and decisions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from roll import board, campaigns, outcomes, units
from storage import confirmations, decisions, tables
from storage.reports import PART_OF_REPORT

# The outcomes of mails that wait for a person.
WAITING = (outcomes.Outcome.HELD.value, outcomes.Outcome.QUARANTINED.value)

# The reason of an accepted mail that says that there was nothing to report.
NIL_REASON = "nil"

# A waiting mail that fits no campaign's window may still be an early report, such as one sent before the opening. What
# came longer before than this belongs to an earlier round, and does not hold its unit in every round to come.
MAY_COME_EARLY = timedelta(days=30)


@dataclass(slots=True)
class _Known:
    """What the ledger holds of one unit in one campaign, gathered row by row."""

    reported_at: datetime | None = None
    waiting_since: datetime | None = None
    last_at: datetime | None = None
    receipt: str | None = None
    versions: int = 0
    accepted: str = ""
    returned: bool = False
    held: bool = False
    nil: bool = False
    signed_copy: bool = False
    sent_back: board.Returned | None = None

    @property
    def first_at(self) -> datetime | None:
        """Return when the unit's report first came; a mail that waits for a person counts while there is nothing else.

        So a question in time does not make a late report one that came in time.
        """
        return self.reported_at or self.waiting_since

    def see(self, received_at: datetime, receipt: str, *, reports: bool) -> None:
        """Take a mail's receipt time and number into account; `reports` where it was read as a report."""
        if self.last_at is None or received_at >= self.last_at:
            self.last_at, self.receipt = received_at, receipt
        if reports:
            self.reported_at = min(received_at, self.reported_at or received_at)
        else:
            self.waiting_since = min(received_at, self.waiting_since or received_at)

    def see_returned(self, sent_back: board.Returned) -> None:
        """Take into account what went back to the unit; the last of it counts."""
        self.returned = True
        if self.sent_back is None or sent_back.received_at >= self.sent_back.received_at:
            self.sent_back = sent_back


def board_of(
    connection: sa.Connection, campaign: campaigns.Campaign, at: datetime, *, seen_until: datetime | None = None
) -> board.Board:
    """Return the campaign's board at the instant `at`, with what was received up to then (or up to `seen_until`)."""
    seen = seen_until or at
    known = _gather(connection, campaign, seen)
    extensions = decisions.extensions(connection, campaign.name)
    exempted = decisions.exempted(connection, campaign.name)
    standings = []
    for entry in campaign.roster:
        code = entry.unit.code
        standings.append(
            _standing(campaign, entry, known.get(code, _Known()), at, _Ruling(extensions.get(code), code in exempted))
        )
    return board.Board(campaign.name, campaign.title, at, tuple(standings), unassigned(connection, seen))


@dataclass(frozen=True, slots=True)
class _Ruling:
    extended_until: datetime | None
    exempt: bool


def _gather(connection: sa.Connection, campaign: campaigns.Campaign, seen: datetime) -> dict[str, _Known]:
    known: dict[str, _Known] = {}
    mails, versions = tables.mails.c, tables.versions.c
    rows = connection.execute(
        sa.select(
            versions.unit,
            versions.outcome,
            versions.reason,
            versions.part,
            versions.file_name,
            versions.mail_id,
            confirmations.verdict_at(seen),
            versions.received_at,
            mails.receipt,
        )
        .join(tables.mails, mails.id == versions.mail_id)
        .where(versions.campaign == campaign.name, versions.received_at <= seen)
        # The order of roll.reports.standing: the last accepted one counts.
        .order_by(versions.received_at, versions.mail_id, versions.part)
    )
    for row in rows:
        unit = known.setdefault(row.unit, _Known())
        unit.see(row.received_at, row.receipt, reports=True)
        unit.versions += 1
        if row.outcome == outcomes.Outcome.ACCEPTED.value:
            unit.accepted = row.verdict
        else:
            sent_back = board.Returned(row.mail_id, row.receipt, row.received_at, row.reason, row.part, row.file_name)
            unit.see_returned(sent_back)
    for mail in _nil_reports(connection, campaign, seen):
        unit = known.setdefault(mail.unit, _Known())
        unit.see(mail.received_at, mail.receipt, reports=True)
        unit.nil = True
    for mail in other_mails(connection, campaign, seen):
        unit = known.setdefault(mail.unit, _Known())
        is_returned = mail.outcome == outcomes.Outcome.RETURNED.value
        unit.see(mail.received_at, mail.receipt, reports=is_returned)
        unit.held |= not is_returned
        if is_returned and (unit.sent_back is None or unit.sent_back.mail_id != mail.id):
            unit.see_returned(board.Returned(mail.id, mail.receipt, mail.received_at, mail.reason))
    for mail in _pieces(connection, campaign, seen):
        known.setdefault(mail.unit, _Known()).see(mail.received_at, mail.receipt, reports=True)
    for code in _signed_copies(connection, campaign, seen):
        known.setdefault(code, _Known()).signed_copy = True
    return known


def _nil_reports(connection: sa.Connection, campaign: campaigns.Campaign, seen: datetime) -> sa.CursorResult[Any]:
    """Return the mails that were taken as a unit's word that there is nothing to report."""
    mails = tables.mails.c
    query = sa.select(mails.unit, mails.received_at, mails.receipt).where(
        mails.outcome == outcomes.Outcome.ACCEPTED.value,
        mails.reason == NIL_REASON,
        mails.campaign == campaign.name,
        mails.unit.is_not(None),
        mails.received_at <= seen,
    )
    return connection.execute(query.order_by(mails.received_at, mails.id))


def _pieces(connection: sa.Connection, campaign: campaigns.Campaign, seen: datetime) -> sa.CursorResult[Any]:
    """Return the mails that brought a piece of a report: what came in time makes it one that was sent in time."""
    mails = tables.mails.c
    is_piece = sa.and_(mails.reason == PART_OF_REPORT, mails.campaign == campaign.name, mails.unit.is_not(None))
    query = sa.select(mails.unit, mails.received_at, mails.receipt).where(is_piece, mails.received_at <= seen)
    return connection.execute(query.order_by(mails.received_at, mails.id))


def _signed_copies(connection: sa.Connection, campaign: campaigns.Campaign, seen: datetime) -> list[str]:
    """Return the units whose signed copy came."""
    mails = tables.mails.c
    query = sa.select(mails.unit).where(
        mails.signed_copy, mails.campaign == campaign.name, mails.unit.is_not(None), mails.received_at <= seen
    )
    return [str(code) for code in connection.execute(query.distinct()).scalars()]


def other_mails(connection: sa.Connection, campaign: campaigns.Campaign, seen: datetime) -> sa.CursorResult[Any]:
    """Return, by unit, the mails that wait for a person or were returned and that may bear on the campaign."""
    mails = tables.mails.c
    may_be_early = mails.received_at >= campaign.opens - MAY_COME_EARLY
    return connection.execute(
        sa.select(tables.candidates.c.unit, mails.outcome, mails.received_at, mails.receipt, mails.id, mails.reason)
        .join(tables.mails, mails.id == tables.candidates.c.mail_id)
        .where(
            mails.received_at <= seen,
            sa.or_(mails.campaign == campaign.name, sa.and_(mails.campaign.is_(None), may_be_early)),
            mails.outcome.in_((*WAITING, outcomes.Outcome.RETURNED.value)),
        )
        .order_by(mails.received_at, mails.id)
    )


def _standing(
    campaign: campaigns.Campaign, entry: units.RosterEntry, known: _Known, at: datetime, ruling: _Ruling
) -> board.Standing:
    state, first_at = _state(known, ruling), known.first_at
    owes = state in {outcomes.State.MISSING, outcomes.State.NEEDS_FIX}
    return board.Standing(
        code=entry.unit.code,
        name=entry.unit.name,
        short_name=entry.unit.short_name,
        kind=entry.unit.kind,
        obligation=entry.obligation.value,
        state=state,
        phone=entry.unit.phone,
        on_time=None if first_at is None else campaign.is_on_time(first_at, ruling.extended_until),
        late=first_at is not None and campaign.is_late(first_at, ruling.extended_until),
        overdue=owes and campaign.is_late(at, ruling.extended_until),
        versions=known.versions,
        received_at=first_at,
        receipt=known.receipt,
        extended_until=ruling.extended_until,
        signed_copy=known.signed_copy,
        returned=known.sent_back,
    )


def _state(known: _Known, ruling: _Ruling) -> outcomes.State:
    """Return the unit's state. What a person exempted stays so whatever comes: no machine undoes his decision."""
    if ruling.exempt:
        return outcomes.State.EXEMPT
    if known.accepted:
        return outcomes.State(known.accepted)
    if known.nil:
        return outcomes.State.NIL
    if known.held:
        return outcomes.State.HELD
    return outcomes.State.NEEDS_FIX if known.returned else outcomes.State.MISSING


def unassigned(connection: sa.Connection, seen: datetime) -> int:
    """Return how many mails received up to an instant wait without a unit."""
    mails = tables.mails.c
    query = sa.select(sa.func.count()).where(
        mails.outcome.in_(WAITING), mails.unit.is_(None), mails.received_at <= seen
    )
    return int(connection.execute(query).scalar_one())
