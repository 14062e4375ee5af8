"""Alarms about the machine as the database keeps them: each occurrence, and what was told of it through each channel.

A notice is told once: it is noted as told as soon as the channel took it, so that only a program that dies between the
two tells it again. For the holder of the lock ALARMS.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage import database, inserts, tables

# The lock that keeps two processes from telling the same alarm (storage.database.Database.alone).
ALARMS = "alarms"
# Waits between tries of a channel that fails. The first ones are short: an alarm is to be told within five minutes
# (invariant C8 of the fault catalogue); the last is how long a mended channel may stay unnoticed.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 1, 2, 5, 10, 30, 60))
# How long ended alarms are kept: long enough to look back over a campaign of a year.
KEPT_FOR = timedelta(days=400)

_ALARM, _NOTICE, _REFUSED = tables.alarms.c, tables.alarm_notices.c, tables.refused_accounts.c


@dataclass(frozen=True, slots=True)
class Alarm:
    """One occurrence. `raised_at` is None until it was seen twice; `gone_at` is when it was first seen no more.

    `over_at` is set once it is taken for over. `facts` are what the notices say of it.
    """

    id: int
    condition: str
    since: datetime
    seen_at: datetime
    raised_at: datetime | None
    gone_at: datetime | None
    over_at: datetime | None
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Notice:
    """What is to be told, or was, of an alarm through one channel."""

    id: int
    alarm: Alarm
    channel: str
    event: str
    made_at: datetime
    told_at: datetime | None
    tries: int
    error: str


def in_memory() -> database.Database:
    """Return a database in memory with the tables of alarms, for as long as no other can be used.

    It belongs to the thread that makes it.
    """
    store = database.Database("sqlite:///:memory:")
    with store.writing() as connection:
        tables.metadata.create_all(connection, tables=[tables.alarms, tables.alarm_notices])
    return store


def open_alarms(connection: sa.Connection) -> dict[str, Alarm]:
    """Return what is not over, by condition."""
    rows = connection.execute(_alarms().where(_ALARM.over_at.is_(None)))
    return {row.condition: _alarm(row) for row in rows}


def last_over(connection: sa.Connection, condition: str) -> datetime | None:
    """Return when the last occurrence of a condition ended, None where there was none."""
    return connection.execute(sa.select(sa.func.max(_ALARM.over_at)).where(_ALARM.condition == condition)).scalar()


def begin(connection: sa.Connection, condition: str, since: datetime, facts: dict[str, Any], now: datetime) -> None:
    """Note that a condition was seen for the first time."""
    row = {"condition": condition, "since": since, "seen_at": now, "facts": json.dumps(facts)}
    connection.execute(sa.insert(tables.alarms).values(**row))


def change(connection: sa.Connection, alarm: Alarm, **columns: Any) -> None:
    """Change what is known of an alarm."""
    if "facts" in columns:
        columns["facts"] = json.dumps(columns["facts"])
    connection.execute(sa.update(tables.alarms).where(_ALARM.id == alarm.id).values(**columns))


def forget(connection: sa.Connection, alarm: Alarm) -> None:
    """Forget a condition that was seen only once."""
    connection.execute(sa.delete(tables.alarms).where(_ALARM.id == alarm.id))


def put(connection: sa.Connection, alarm_id: int, channels: Collection[str], event: str, now: datetime) -> None:
    """Queue a notice for each channel, in place of an earlier one of this alarm that could not be told yet."""
    waits = sa.and_(_NOTICE.alarm_id == alarm_id, _NOTICE.channel.in_(list(channels)), _NOTICE.told_at.is_(None))
    connection.execute(sa.delete(tables.alarm_notices).where(waits))
    rows = [
        {"alarm_id": alarm_id, "channel": channel, "event": event, "made_at": now, "next_try_at": now, "tries": 0}
        for channel in channels
    ]
    if rows:
        connection.execute(sa.insert(tables.alarm_notices), [row | {"error": ""} for row in rows])


def last_notices(connection: sa.Connection, alarm: Alarm) -> dict[str, datetime]:
    """Return when the last notice of an alarm was made, by channel."""
    made = sa.func.max(_NOTICE.made_at).label("made_at")
    query = sa.select(_NOTICE.channel, made).where(_NOTICE.alarm_id == alarm.id).group_by(_NOTICE.channel)
    return {row.channel: row.made_at for row in connection.execute(query)}


def due(connection: sa.Connection, channels: Collection[str], now: datetime) -> list[Notice]:
    """Return the notices to be told now through these channels, in the order in which they were made."""
    # One whose next try lies further ahead than any wait was written by a clock that ran ahead.
    is_due = sa.or_(_NOTICE.next_try_at <= now, _NOTICE.next_try_at > now + max(WAITS))
    return _notices(connection, _NOTICE.told_at.is_(None), _NOTICE.channel.in_(list(channels)), is_due)


def untold(connection: sa.Connection) -> list[Notice]:
    """Return the notices that were tried in vain so far."""
    return _notices(connection, _NOTICE.told_at.is_(None), _NOTICE.tries > 0)


def of_condition(connection: sa.Connection, condition: str) -> list[Notice]:
    """Return every notice of the occurrences of a condition, in the order in which they were made."""
    return _notices(connection, _ALARM.condition == condition)


def mark_told(connection: sa.Connection, notice: Notice, now: datetime) -> None:
    """Note that a channel took a notice."""
    changes = {"told_at": now, "tries": notice.tries + 1, "error": ""}
    connection.execute(sa.update(tables.alarm_notices).where(_NOTICE.id == notice.id).values(**changes))


def postpone(connection: sa.Connection, notice: Notice, error: str, now: datetime) -> None:
    """Note that a channel failed; the notice is tried again after a wait that grows. It is never given up."""
    wait = WAITS[min(notice.tries, len(WAITS) - 1)]
    changes = {"tries": notice.tries + 1, "next_try_at": now + wait, "error": error}
    connection.execute(sa.update(tables.alarm_notices).where(_NOTICE.id == notice.id).values(**changes))


def clear_old(connection: sa.Connection, now: datetime) -> None:
    """Forget alarms that ended long ago, with what was told of them."""
    connection.execute(sa.delete(tables.alarms).where(_ALARM.over_at < now - KEPT_FOR))


def _alarms() -> sa.Select[Any]:
    return sa.select(*(_ALARM[name] for name in Alarm.__dataclass_fields__)).order_by(_ALARM.id)


def _alarm(row: Any) -> Alarm:
    fields = {name: getattr(row, name) for name in Alarm.__dataclass_fields__}
    return Alarm(**fields | {"facts": json.loads(row.facts)})


def _notices(connection: sa.Connection, *wanted: sa.ColumnElement[bool]) -> list[Notice]:
    columns = [_ALARM[name] for name in Alarm.__dataclass_fields__ if name != "id"]
    own = [_NOTICE[name] for name in Notice.__dataclass_fields__ if name not in {"alarm", "id"}]
    query = (
        sa.select(_ALARM.id, _NOTICE.id.label("notice_id"), *columns, *own)
        .select_from(tables.alarm_notices.join(tables.alarms))
        .where(*wanted)
        .order_by(_NOTICE.id)
    )
    return [
        Notice(row.notice_id, _alarm(row), row.channel, row.event, row.made_at, row.told_at, row.tries, row.error)
        for row in connection.execute(query)
    ]


# What conditions are told from, where no other module of this room keeps it.


@dataclass(frozen=True, slots=True)
class Refused:
    """An account that its server refuses: a mailbox by its name, the way out by an empty one."""

    account: str
    since: datetime
    sentence: str


def refused_accounts(connection: sa.Connection) -> list[Refused]:
    """Return the accounts that are refused now, oldest first."""
    columns = (_REFUSED[name] for name in Refused.__dataclass_fields__)
    return [Refused(*row) for row in connection.execute(sa.select(*columns).order_by(_REFUSED.since))]


def note_refused(connection: sa.Connection, account: str, sentence: str, now: datetime) -> None:
    """Note that a server refuses an account; since when is kept from the first time."""
    row = {"account": account, "since": now, "sentence": sentence}
    connection.execute(inserts.ignoring(connection, tables.refused_accounts), row)
    connection.execute(sa.update(tables.refused_accounts).where(_REFUSED.account == account).values(sentence=sentence))


def forget_refused(connection: sa.Connection, account: str) -> None:
    """Note that a server takes an account again."""
    connection.execute(sa.delete(tables.refused_accounts).where(_REFUSED.account == account))


def quarantined(connection: sa.Connection) -> tuple[int, datetime | None]:
    """Return how many mails are quarantined, and since when the first of them is."""
    mails = tables.mails.c
    query = sa.select(sa.func.count(), sa.func.min(mails.handled_at)).where(mails.outcome == "quarantined")
    count, since = connection.execute(query).one()
    return int(count), since


def overdue_letters(
    connection: sa.Connection, before: datetime, kinds: Collection[str] | None, but: Sequence[str], held: str
) -> tuple[int, datetime | None]:
    """Return how many letters of these kinds (None: all) are due since before an instant, and since when the first is.

    Not those to addresses of `but` (in lower case), nor those that a rule holds back: their `error` begins with `held`.
    """
    letter = tables.letters.c
    since = sa.case((letter.due_at > letter.queued_at, letter.due_at), else_=letter.queued_at)
    is_held = sa.func.substr(letter.error, 1, len(held)) == held
    wanted = [letter.state.in_(("queued", "sending")), since < before, ~is_held]
    wanted += [letter.kind.in_(list(kinds))] if kinds is not None else []
    wanted += [sa.func.lower(letter.to).not_in(list(but))] if but else []
    count, first = connection.execute(sa.select(sa.func.count(), sa.func.min(since)).where(*wanted)).one()
    return int(count), first
