"""What holds letters back: the caps for one address, the account's budget, and the count that pulls the brake.

A loop that no mark gives away - two machines that answer each other - is ended here (fault catalogue, 2.2, rows 4 and
7). Nothing is dropped: what is held back goes out when its time has come.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from roll import letters
from storage import outbox, tables

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Fault catalogue, 2.2, row 7: automatic mails to one address in an hour, and in a day.
MOST_AN_HOUR, MOST_A_DAY = 3, 10
# Letters held back by the caps within an hour that mean a loop. An office of 90 units has one or two a day (a unit that
# corrects its report four times in an hour); a loop makes one at each pass.
BRAKE_AT = 20
# What reminders may take of a day's budget: the rest is for answers to those who report today.
REMINDERS_SHARE = 0.9
# The kinds that go to staff; every other goes to units and strangers, and is capped.
_TO_STAFF = (letters.LetterKind.DIGEST.value, letters.LetterKind.ALERT.value)
_REMINDERS = (letters.LetterKind.REMINDER.value, letters.LetterKind.OVERDUE.value)
_HELD = "held back: the address has got {count} automatic letters within {span}"

_LETTER = tables.letters.c
_SENT_TO = (
    sa.select(_LETTER.sent_at)
    .where(
        _LETTER.to == sa.bindparam("address"),
        _LETTER.state == letters.LetterState.SENT.value,
        _LETTER.sent_at > sa.bindparam("since"),
        _LETTER.kind.not_in(_TO_STAFF),
    )
    .order_by(_LETTER.sent_at.desc())
    .limit(MOST_A_DAY)
)
_SENT = sa.select(sa.func.count()).where(
    _LETTER.state == letters.LetterState.SENT.value, _LETTER.sent_at > sa.bindparam("since")
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may go out. `budget` is that of the account in 24 hours, 0 for none; `uncapped` are staff's addresses.

    `alerts_only`: all sending is stopped but what calls staff. `reminders`: whether they may go out now.
    """

    budget: int = 0
    uncapped: Collection[str] = ()
    alerts_only: bool = False
    reminders: bool = True


@dataclass(slots=True)
class Claimed:
    """The letter to send next, None where nothing is owed or nothing may go out now.

    `held_back` are the addresses whose letters were held back on the way; `spent`: the day's budget is used up.
    """

    owed: outbox.Owed | None = None
    held_back: list[str] = field(default_factory=list)
    spent: bool = False


def claim_next(connection: sa.Connection, now: datetime, limits: Limits) -> Claimed:
    """Take the next letter that is due and may go out, marking it as being sent."""
    claimed = Claimed()
    kinds = _kinds_allowed(connection, now, limits)
    while (due := outbox.next_due(connection, now, kinds)) is not None:
        until = None if due.to in limits.uncapped or due.kind in _TO_STAFF else _free_again(connection, due.to, now)
        if until is None:
            claimed.owed = outbox.claim(connection, due.id)
            return claimed
        count, span = (MOST_A_DAY, "24 hours") if until - now > HOUR else (MOST_AN_HOUR, "an hour")
        outbox.hold_back(connection, due.id, until, _HELD.format(count=count, span=span))
        claimed.held_back.append(due.to)
    is_short = kinds is not None and not limits.alerts_only and bool(limits.budget)
    claimed.spent = is_short and outbox.next_due(connection, now) is not None
    return claimed


def _kinds_allowed(connection: sa.Connection, now: datetime, limits: Limits) -> tuple[str, ...] | None:
    """Return the kinds that may go out now, None for all."""
    if limits.alerts_only:
        return (letters.LetterKind.ALERT.value,)
    sent = connection.execute(_SENT, {"since": now - DAY}).scalar_one() if limits.budget else 0
    if limits.budget and sent >= limits.budget:
        return ()
    if not limits.reminders or (limits.budget and sent >= limits.budget * REMINDERS_SHARE):
        return tuple(kind.value for kind in letters.LetterKind if kind.value not in _REMINDERS)
    return None


def _free_again(connection: sa.Connection, address: str, now: datetime) -> datetime | None:
    """Return when the address may get another automatic letter, None for at once."""
    sent = list(connection.execute(_SENT_TO, {"address": address, "since": now - DAY}).scalars())
    times = [sent[most - 1] + span for most, span in ((MOST_AN_HOUR, HOUR), (MOST_A_DAY, DAY)) if len(sent) >= most]
    return max((time for time in times if time > now), default=None)


def held_back(connection: sa.Connection, now: datetime) -> int:
    """Return how many letters of the last hour wait because their address has had enough.

    Behind the first one of an address the others wait in their order, unmarked.
    """
    queued = letters.LetterState.QUEUED.value
    had_enough = sa.select(_LETTER.to).where(
        _LETTER.state == queued, _LETTER.error.startswith(_HELD.partition("{")[0]), _LETTER.next_try_at > now
    )
    query = sa.select(sa.func.count()).where(
        _LETTER.state == queued, _LETTER.to.in_(had_enough), _LETTER.queued_at > now - HOUR
    )
    return int(connection.execute(query).scalar_one())


def sent_since(connection: sa.Connection, since: datetime) -> int:
    """Return how many letters went out after an instant."""
    return int(connection.execute(_SENT, {"since": since}).scalar_one())
