"""Telling a person that something is wrong with the machine, by another way than letters: once, and when it is over.

A look is one unit of work: what holds now (service.alarm_conditions) is laid beside what is known, and what is owed is
told through each channel. Everything is kept in the database, so that a restart neither repeats nor forgets an alarm.
Calls to staff about letters (service.calling_staff) go by letter, through the outbox; these go past it, past its brake
and its budget, since they tell that it is shut.

Against storms: a condition counts once it was seen at two looks, is over once it was gone for GONE_FOR, and is told
again at most each REPEATED_AFTER while it lasts. One that came back soon after it was over must be gone for longer.
"""

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from notifications.alarms import AlarmFacts, Condition, Event, write
from service import alarm_channels, alarm_conditions, assemble, heartbeat
from service.alarm_conditions import Found
from storage import alarms, database, decisions, inbox

_log = logging.getLogger("rollcall")

GONE_FOR = timedelta(minutes=3)
"""Three looks: a recovery, too, is told within five minutes (C8), and a single good pass among bad ones is none."""
GONE_FOR_LONGER = timedelta(hours=1)
"""What comes back within a day is told again; then at most once an hour, however it flaps."""
REPEATED_AFTER = timedelta(days=1)
"""A day, as with every other call to staff (service.calling_staff): an alarm that comes oftener is no longer read."""
# Nobody looked for as long: the machine was off, and a mailbox that was not read meanwhile is no fault (C8's ten
# minutes, as that is the shortest time that counts).
ABSENT_FROM = alarm_conditions.NO_PASS_FOR

_LOOKED_AT, _WATCHING_SINCE = "alarms_looked_at", "alarms_watching_since"


def channels_of(rollcall: assemble.Rollcall) -> list[alarm_channels.Channel]:
    """Return the ways that alarms go, as [alarm] of config.toml says."""
    section, found = rollcall.config.alarm, list[alarm_channels.Channel]()
    if section.smtp is not None:
        account = rollcall.alarm_account(section.smtp)
        found.append(alarm_channels.MailChannel(account, section.smtp.to, rollcall.config.office.language))
    if section.command:
        found.append(alarm_channels.CommandChannel(section.command))
    if url := section.webhook_url.get_secret_value():
        found.append(alarm_channels.WebChannel(url))
    return found


class Watch:
    """Looks once a minute, in a thread of its own: a pass that hangs is just one more condition."""

    def __init__(
        self, rollcall: assemble.Rollcall, usage: alarm_conditions.DiskUsage = alarm_conditions.disk_usage
    ) -> None:
        """`usage` tells how full a disk is."""
        self._rollcall, self._usage = rollcall, usage
        self._channels = {channel.name: channel for channel in channels_of(rollcall)}
        section = rollcall.config.alarm
        self._heartbeat = heartbeat.Heartbeat(section.heartbeat_url.get_secret_value(), section.heartbeat_file)
        # Where the database cannot be used, that alone is remembered here.
        self._memory: database.Database | None = None
        self._troubles: tuple[str, ...] = ()

    def run(self, stopping: threading.Event, seconds: float) -> None:
        """Look until `stopping` is set."""
        while not stopping.is_set():
            try:
                self.look()
            except Exception:  # noqa: BLE001 - the one catch-all of this unit of work: one look's fault ends no watch
                _log.exception("the look for alarms failed; it is done again in %g seconds", seconds)
            stopping.wait(seconds)

    def look(self) -> None:
        """Look at every condition once, tell what is to be told, and give a sign of life after a complete pass."""
        now, troubles = self._rollcall.now(), list[str]()
        unusable: dict[Condition, Found] = {}
        try:
            with self._rollcall.store.alone(alarms.ALARMS):
                found = alarm_conditions.find(self._rollcall, self._watching_since(now), self._usage)
                troubles += self._advance_and_tell(self._rollcall.store, found, now)
            with self._rollcall.store.reading() as connection:
                complete = inbox.last_complete_pass(connection)
            troubles += self._heartbeat.beat(complete)
        except (sa.exc.SQLAlchemyError, OSError) as error:
            told = error.orig if isinstance(error, sa.exc.DBAPIError) else error
            details = (f"{type(told).__name__}: {str(told).splitlines()[0] if str(told) else 'no more is known'}",)
            unusable = {Condition.DATABASE: Found(Condition.DATABASE, now, details=details)}
        if unusable and self._memory is None:
            self._memory = alarms.in_memory()  # made here, as it belongs to the thread that makes it
        if self._memory is not None:
            troubles += self._advance_and_tell(self._memory, unusable, now)
        self._log_new(troubles)

    def _watching_since(self, now: datetime) -> datetime:
        """Return since when somebody looks without a long absence; a program that restarts again and again is one."""
        with self._rollcall.store.writing() as connection:
            looked, since = (_instant(decisions.switch(connection, name)) for name in (_LOOKED_AT, _WATCHING_SINCE))
            if since is None or looked is None or since > now or abs(now - looked) > ABSENT_FROM:
                since = now
                decisions.set_switch(connection, _WATCHING_SINCE, since.isoformat())
            decisions.set_switch(connection, _LOOKED_AT, now.isoformat())
            alarms.clear_old(connection, now)
            told = alarms.open_alarms(connection).get(Condition.NO_PASS)
        # What was told already is not over because the machine was off.
        return told.since if told is not None and told.raised_at is not None else since

    def _advance_and_tell(self, store: database.Database, found: Mapping[Condition, Found], now: datetime) -> list[str]:
        with store.writing() as connection:
            advance(connection, found, list(self._channels), now)
            owed = alarms.due(connection, list(self._channels), now)
        troubles, failed = [], set[str]()
        for notice in owed:
            if notice.channel in failed:
                continue  # it failed just now; the others of this channel wait for the next look
            try:
                message = self._message(notice, now)
                alarm_channels.tell_in_time(self._channels[notice.channel], message)
            except alarm_channels.ChannelError as error:
                failed.add(notice.channel)
                troubles.append(error.sentence)
                with store.writing() as connection:
                    alarms.postpone(connection, notice, error.sentence, now)
            else:
                with store.writing() as connection:
                    alarms.mark_told(connection, notice, now)
        return troubles

    def _message(self, notice: alarms.Notice, now: datetime) -> alarm_channels.Message:
        alarm = notice.alarm
        # A channel that was down tells what is so now: what was over meanwhile has a notice of its own in its place.
        facts = AlarmFacts(
            Condition(alarm.condition),
            Event(notice.event),
            alarm.since.astimezone(self._rollcall.zone),
            now.astimezone(self._rollcall.zone),
            alarm.over_at and alarm.over_at.astimezone(self._rollcall.zone),
            **{**alarm.facts, "details": tuple(alarm.facts["details"])},
        )
        key = f"alarm:{alarm.condition}:{alarm.since.isoformat()}:{notice.event}:{notice.made_at.isoformat()}"
        return message_of(self._rollcall, facts, key)

    def _log_new(self, troubles: Sequence[str]) -> None:
        """Log what went wrong, once as long as it stays so."""
        told, self._troubles = self._troubles, tuple(dict.fromkeys(troubles))
        for trouble in self._troubles:
            if trouble not in told:
                _log.warning("%s", trouble)


def message_of(rollcall: assemble.Rollcall, facts: AlarmFacts, key: str) -> alarm_channels.Message:
    """Return a notice in words, with its facts for a program."""
    told = write(rollcall.office(), facts)
    told_facts = {
        "condition": facts.condition.value,
        "event": facts.event.value,
        "since": facts.since.isoformat(),
        "at": facts.at.isoformat(),
        "over_at": facts.over_at.isoformat() if facts.over_at else "",
        "count": facts.count,
        "limit": facts.limit,
        "office": rollcall.config.office.name,
    }
    return alarm_channels.Message(told, facts.at, told_facts, key)


def trial_message(rollcall: assemble.Rollcall) -> alarm_channels.Message:
    """Return the notice that says that it is a test."""
    now = rollcall.now().astimezone(rollcall.zone)
    facts = AlarmFacts(Condition.TEST, Event.TEST, now, now)
    return message_of(rollcall, facts, f"alarm:test:{now.isoformat()}")


def advance(
    connection: sa.Connection, found: Mapping[Condition, Found], channels: Sequence[str], now: datetime
) -> None:
    """Lay what holds now beside what is known, and queue what is to be told through each channel."""
    known = alarms.open_alarms(connection)
    for condition, each in found.items():
        facts = {name: value for name, value in asdict(each).items() if name in {"count", "limit", "details"}}
        if (alarm := known.get(condition.value)) is None:
            alarms.begin(connection, condition.value, min(each.since, now), facts, now)
        else:
            _holds(connection, alarm, facts, channels, now)
    for name, alarm in known.items():
        if name not in found:
            _holds_no_more(connection, alarm, channels, now)


def _holds(
    connection: sa.Connection, alarm: alarms.Alarm, facts: dict[str, Any], channels: Sequence[str], now: datetime
) -> None:
    if alarm.raised_at is None:
        _log.warning("alarm: %s, since %s", alarm.condition, alarm.since.isoformat(" ", "minutes"))
    alarms.change(connection, alarm, facts=facts, gone_at=None, raised_at=alarm.raised_at or now)
    last = alarms.last_notices(connection, alarm)
    # A channel that is new in the configuration hears of what holds already.
    alarms.put(connection, alarm.id, [name for name in channels if name not in last], Event.RAISED, now)
    again = [name for name in channels if name in last and now - last[name] >= REPEATED_AFTER]
    alarms.put(connection, alarm.id, again, Event.REPEATED, now)


def _holds_no_more(connection: sa.Connection, alarm: alarms.Alarm, channels: Sequence[str], now: datetime) -> None:
    if alarm.raised_at is None:
        alarms.forget(connection, alarm)
    elif alarm.gone_at is None:
        alarms.change(connection, alarm, gone_at=now)
    elif now - alarm.gone_at >= _must_be_gone_for(connection, alarm):
        alarms.change(connection, alarm, over_at=alarm.gone_at)
        alarms.put(connection, alarm.id, channels, Event.OVER, now)
        _log.warning("alarm over: %s, since %s", alarm.condition, alarm.gone_at.isoformat(" ", "minutes"))


def _must_be_gone_for(connection: sa.Connection, alarm: alarms.Alarm) -> timedelta:
    before = alarms.last_over(connection, alarm.condition)
    came_back = before is not None and alarm.seen_at - before < REPEATED_AFTER
    return GONE_FOR_LONGER if came_back else GONE_FOR


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
