"""What holds letters back: the caps for one address, and the account's budget of a day.

Nothing is dropped: what is held back goes out when its time has come. What ends a loop that no mark gives away is in
storage.brake (fault catalogue, 2.2, rows 4 and 7).

An instant that lies in the future was written by a clock that ran ahead, or is seen by one that was set back. Such a
letter counts as one sent now, as long as it lies no further ahead than the span that is counted: so a small step back
frees nobody early, and a large one holds nobody for longer than a second span.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from roll import letters
from storage import outbox, tables

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Fault catalogue, 2.2, row 7: automatic mails to one address in an hour, and in a day.
MOST_AN_HOUR, MOST_A_DAY = 3, 10
# Fault catalogue, 2.2, row 4: when this share of a day's budget is used, reminders wait, and what is left is for
# answers to those who report today.
SHORT_FROM = 0.8
# Digests that go out in a day when the budget is short: one, so that somebody at the office knows how things stand.
DIGESTS_WHEN_SHORT = 1
# What is left of a budget for calling staff alone, at least one letter: whoever is told that it is used up must get it.
KEPT_FOR_ALERTS = 0.05
# The kinds that go to staff; every other goes to units and strangers, and is capped.
TO_STAFF = (letters.LetterKind.DIGEST.value, letters.LetterKind.ALERT.value)
REMINDERS = (letters.LetterKind.REMINDER.value, letters.LetterKind.OVERDUE.value)
_ALERTS = (letters.LetterKind.ALERT.value,)
HELD = "held back: "
_HELD = HELD + "the address has got {count} automatic letters within {span}"

_LETTER, _COPY = tables.letters.c, tables.copies.c
_OF_LATE = sa.and_(_LETTER.sent_at > sa.bindparam("since"), _LETTER.sent_at <= sa.bindparam("ahead"))
_WITH_COPIES = tables.copies.join(tables.letters, _COPY.letter_id == _LETTER.id)
_TO_IT = sa.and_(_OF_LATE, _LETTER.kind.not_in(TO_STAFF))
_SENT_TO = (
    sa.union_all(
        sa.select(_LETTER.sent_at).where(_TO_IT, sa.func.lower(_LETTER.to) == sa.bindparam("address")),
        sa.select(_LETTER.sent_at)
        .select_from(_WITH_COPIES)
        .where(_TO_IT, sa.func.lower(_COPY.cc) == sa.bindparam("address")),
    )
    .order_by(sa.desc("sent_at"))
    .limit(MOST_A_DAY)
)
_LETTERS_SENT = sa.select(sa.func.count()).select_from(tables.letters).where(_OF_LATE)
_COPIES_SENT = sa.select(sa.func.count()).select_from(_WITH_COPIES).where(_OF_LATE)
_DIGESTS_SENT = _LETTERS_SENT.where(_LETTER.kind == letters.LetterKind.DIGEST.value)
_COPIES_OF = sa.select(_COPY.cc).where(_COPY.letter_id == sa.bindparam("letter_id"))


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may go out. `budget` is that of the account in 24 hours, 0 for none; `uncapped` are staff's addresses.

    `alerts_only`: all sending is stopped but what calls staff. `reminders`: whether they may go out now. `stopped`:
    addresses that get no letter until a person says so. Addresses are in lower case.
    """

    budget: int = 0
    uncapped: Collection[str] = ()
    alerts_only: bool = False
    reminders: bool = True
    stopped: Sequence[str] = ()


@dataclass(slots=True)
class Claimed:
    """The letter to send next, None where nothing is owed or nothing may go out now.

    `held_back` are the addresses whose letters were held back on the way. `spent`: the day's budget is used up and a
    letter waits for it; `short`: so much of it is used that reminders and digests wait.
    """

    owed: outbox.Owed | None = None
    held_back: list[str] = field(default_factory=list)
    spent: bool = False
    short: bool = False


@dataclass(frozen=True, slots=True)
class _Room:
    """What may go out now: `kinds`, None for all, to so many recipients (`left`, None for any number)."""

    kinds: Collection[str] | None = None
    left: int | None = None


def claim_next(connection: sa.Connection, now: datetime, limits: Limits) -> Claimed:
    """Take the next letter that is due and may go out, marking it as being sent."""
    claimed = Claimed()
    room = _room(connection, now, limits)
    while (due := outbox.next_due(connection, now, room.kinds, limits.stopped)) is not None:
        addresses = _recipients(connection, due)
        if due.kind not in _ALERTS and room.left is not None and len(addresses) > room.left:
            break
        until = None if due.kind in TO_STAFF else _free_again(connection, addresses - set(limits.uncapped), now)
        if until is None:
            claimed.owed = outbox.claim(connection, due.id)
            return claimed
        count, span = (MOST_A_DAY, "24 hours") if until - now > HOUR else (MOST_AN_HOUR, "an hour")
        outbox.hold_back(connection, due.id, until, _HELD.format(count=count, span=span))
        claimed.held_back.append(due.to)
    if room.left is not None and outbox.next_due(connection, now, _may_ever(limits), limits.stopped) is not None:
        claimed.spent = due is not None or room.left <= 0
        claimed.short = not claimed.spent
    return claimed


def _may_ever(limits: Limits) -> list[str] | None:
    """Return the kinds that wait for the budget alone, None for all."""
    return None if limits.reminders else _but(REMINDERS)


def _recipients(connection: sa.Connection, due: outbox.Due) -> set[str]:
    """Return the addresses that a letter goes to, in lower case."""
    copies = connection.execute(_COPIES_OF, {"letter_id": due.id}).scalars()
    return {address.lower() for address in (due.to, *copies)}


def _room(connection: sa.Connection, now: datetime, limits: Limits) -> _Room:
    """Return what may go out now. Alerts always may: what calls staff matters more than a letter too many."""
    if limits.alerts_only:
        return _Room(_ALERTS)
    waits = set() if limits.reminders else set(REMINDERS)
    if not limits.budget:
        return _Room(_but(waits))
    used = recipients_of_a_day(connection, now)
    left = limits.budget - max(1, round(limits.budget * KEPT_FOR_ALERTS)) - used
    if left <= 0:
        return _Room(_ALERTS, left)
    if used >= limits.budget * SHORT_FROM:
        waits |= {*REMINDERS, *_digests_that_wait(connection, now)}
    return _Room(_but(waits), left)


def kinds_now(connection: sa.Connection, now: datetime, limits: Limits) -> list[str] | None:
    """Return the kinds of letters that may go out now, None for all."""
    kinds = _room(connection, now, limits).kinds
    return None if kinds is None else list(kinds)


def _digests_that_wait(connection: sa.Connection, now: datetime) -> Collection[str]:
    """Return the kind of digests where as many went out within a day as may when the budget is short."""
    sent = connection.execute(_DIGESTS_SENT, _within(now, DAY)).scalar_one()
    return (letters.LetterKind.DIGEST.value,) if sent >= DIGESTS_WHEN_SHORT else ()


def _but(waits: Collection[str]) -> list[str] | None:
    """Return the kinds that need not wait, None for all."""
    return [kind.value for kind in letters.LetterKind if kind.value not in waits] if waits else None


def recipients_of_a_day(connection: sa.Connection, now: datetime) -> int:
    """Return to how many recipients letters went within 24 hours: providers count each of a letter's addressees."""
    within = _within(now, DAY)
    return sum(int(connection.execute(query, within).scalar_one()) for query in (_LETTERS_SENT, _COPIES_SENT))


def _within(now: datetime, span: timedelta) -> dict[str, datetime]:
    return {"since": now - span, "ahead": now + span}


def _free_again(connection: sa.Connection, addresses: Collection[str], now: datetime) -> datetime | None:
    """Return when all of some addresses may get another automatic letter, None for at once."""
    times = [
        sent[most - 1] + span
        for address in addresses
        for most, span in ((MOST_AN_HOUR, HOUR), (MOST_A_DAY, DAY))
        if len(sent := _sent_to(connection, address, now, span)) >= most
    ]
    return max((time for time in times if time > now), default=None)


def _sent_to(connection: sa.Connection, address: str, now: datetime, span: timedelta) -> list[datetime]:
    """Return when the last letters went to an address within a span, the latest first."""
    return list(connection.execute(_SENT_TO, {"address": address, **_within(now, span)}).scalars())


def set_right(connection: sa.Connection, now: datetime) -> None:
    """Let no letter wait for an instant that a clock gave which ran ahead: it is due now.

    The longest that a letter rightly waits is twice the day of the caps, or for its own `due_at`.
    """
    waits = sa.update(tables.letters).where(_LETTER.state == letters.LetterState.QUEUED.value)
    from_ahead = waits.where(_LETTER.queued_at > now, _LETTER.due_at <= _LETTER.queued_at)
    connection.execute(from_ahead.values(queued_at=now, next_try_at=now))
    too_late = waits.where(_LETTER.next_try_at > now + 2 * DAY, _LETTER.next_try_at > _LETTER.due_at)
    connection.execute(too_late.values(next_try_at=now))
