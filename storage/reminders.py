"""What the outbox says of reminders: who was told when that it owes its report, and which must not go out any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from roll import letters, outcomes
from storage import failed_addresses, outbox, tables

KINDS = (letters.LetterKind.REMINDER.value, letters.LetterKind.OVERDUE.value)
_CANCELLED, _QUEUED = letters.LetterState.CANCELLED.value, letters.LetterState.QUEUED.value
_CAME_FIRST = "the unit's mail came in first"
_OVER = "its time was over before it went out: the unit is told of the step that is due then"
# A reminder that was cancelled for one of these was never to be sent: the step is still owed.
_STILL_OWED = (_OVER, outbox.WITHHELD)

_LETTER = tables.letters.c


@dataclass(frozen=True, slots=True)
class Told:
    """When a unit was last told that it owes its report (`last`, None for never), and by how many reminders so far.

    `written` is when a reminder was last written to it, whatever became of it: there is one a day.
    """

    last: datetime | None = None
    reminders: int = 0
    written: datetime | None = None


def told(connection: sa.Connection, campaign: str) -> dict[str, Told]:
    """Return what each unit of a campaign was told: by reminders, and by letters with which its report went back."""
    found: dict[str, Told] = {}
    for row in connection.execute(_TOLD, {"campaign": campaign}):
        so_far = found.get(row.unit, Told())
        counts = row.kind in KINDS and row.state != _CANCELLED and not row.is_owed
        last = so_far.last if row.is_owed else max(row.queued_at, so_far.last or row.queued_at)
        written = max(row.queued_at, so_far.written or row.queued_at) if row.kind in KINDS else so_far.written
        found[row.unit] = Told(last, so_far.reminders + counts, written)
    return found


_WENT_BACK = sa.exists().where(
    tables.mails.c.id == _LETTER.mail_id, tables.mails.c.outcome == outcomes.Outcome.RETURNED.value
)
# Withdrawn before it went out; or refused at the unit's address, while the unit may have another.
_IS_OWED = sa.or_(
    sa.and_(_LETTER.state == _CANCELLED, _LETTER.error.in_(_STILL_OWED)),
    sa.and_(_LETTER.state == letters.LetterState.FAILED.value, _LETTER.error.startswith(failed_addresses.REFUSED)),
)
_TOLD = sa.select(_LETTER.unit, _LETTER.kind, _LETTER.state, _LETTER.queued_at, _IS_OWED.label("is_owed")).where(
    _LETTER.campaign == sa.bindparam("campaign"),
    _LETTER.unit.is_not(None),
    sa.or_(
        _LETTER.kind.in_(KINDS),
        sa.and_(
            _LETTER.kind.in_((letters.LetterKind.RETURN.value, letters.LetterKind.RECEIPT.value)),
            _LETTER.state != _CANCELLED,
            _WENT_BACK,
        ),
    ),
)


def withdraw(connection: sa.Connection, campaign: str, unit: str, before: datetime) -> int:
    """Cancel the queued reminders to a unit of a campaign that were written before an instant; return how many.

    They say how many days are left and that nothing came: true when they were written.
    """
    statement = (
        sa.update(tables.letters)
        .where(
            _LETTER.campaign == campaign,
            _LETTER.unit == unit,
            _LETTER.kind.in_(KINDS),
            _LETTER.state == _QUEUED,
            _LETTER.due_at < before,
        )
        .values(state=_CANCELLED, error=_OVER)
    )
    return connection.execute(statement).rowcount


def units_with_queued(connection: sa.Connection) -> list[tuple[str, str]]:
    """Return (campaign, unit) of the reminders that wait to be sent, each once."""
    queued = sa.and_(_LETTER.kind.in_(KINDS), _LETTER.state == _QUEUED)
    query = sa.select(_LETTER.campaign, _LETTER.unit).where(queued).distinct()
    return [(str(campaign), str(unit)) for campaign, unit in connection.execute(query)]


def cancel(connection: sa.Connection, campaign: str | None, units: Sequence[str]) -> int:
    """Cancel queued reminders of units that have reported meanwhile, of all campaigns for None; return how many."""
    if campaign is None:
        return connection.execute(_CANCEL_EVERYWHERE, {"of_units": list(units)}).rowcount
    return connection.execute(_CANCEL, {"of_campaign": campaign, "of_units": list(units)}).rowcount


# Made once, as in storage.inbox: every mail runs it.
_CANCEL_EVERYWHERE = (
    sa.update(tables.letters)
    .where(
        _LETTER.unit.in_(sa.bindparam("of_units", expanding=True)),
        _LETTER.kind.in_(KINDS),
        _LETTER.state == _QUEUED,
    )
    .values(state=_CANCELLED, error=_CAME_FIRST)
)
_CANCEL = _CANCEL_EVERYWHERE.where(_LETTER.campaign == sa.bindparam("of_campaign"))
