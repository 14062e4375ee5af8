"""What a person must be told of, asked of the database and the machine: invariant C8 of the fault catalogue.

Only what is there now: whether it was told already is for service.alarming. Nothing of a mail's own is looked at.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from notifications.alarms import Condition
from service import assemble, calling_staff, doctor_machine, timely
from storage import alarms, inbox, restraint

# The numbers of invariant C8 of the fault catalogue; the share of free disk is that of `rollcall doctor`
# (doctor_machine.LEAST_FREE_PERCENT), the share of the quota that from which reminders wait (restraint.SHORT_FROM).
NO_PASS_FOR = timedelta(minutes=10)  # C8
OUTBOX_OLDER_THAN = timedelta(minutes=30)  # C8

# Free and all bytes of the disk that a folder is on.
DiskUsage = Callable[[Path], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Found:
    """A condition that holds: since when, how many of what limit, and sentences that say more."""

    condition: Condition
    since: datetime
    count: int = 0
    limit: int = 0
    details: tuple[str, ...] = ()


def disk_usage(folder: Path) -> tuple[int, int]:
    """Return the free bytes and all bytes of the disk that a folder is on. Raises OSError."""
    usage = shutil.disk_usage(folder)
    return usage.free, usage.total


def find(
    rollcall: assemble.Rollcall, watching_since: datetime, usage: DiskUsage = disk_usage
) -> dict[Condition, Found]:
    """Return every condition that holds now.

    `watching_since`: since when somebody looks; a machine that was off is no mailbox that could not be read.
    Raises sqlalchemy's errors and OSError where the database cannot be asked.
    """
    now = rollcall.now()
    with rollcall.store.reading() as connection:
        found = [
            *_no_pass(connection, now, watching_since),
            *_sign_in(rollcall, connection),
            *_quota(rollcall, connection, now),
            *_outbox(rollcall, connection, now),
            *_quarantined(connection, now),
        ]
    found += _disk(rollcall, now, usage)
    return {each.condition: each for each in found}


def _no_pass(connection: sa.Connection, now: datetime, watching_since: datetime) -> Iterator[Found]:
    complete, last = inbox.last_complete_pass(connection), inbox.last_pass(connection)
    if now - max(complete or watching_since, watching_since) > NO_PASS_FOR:
        why = tuple(last.error.splitlines()) if last is not None else ()
        yield Found(Condition.NO_PASS, complete or watching_since, limit=_minutes(NO_PASS_FOR), details=why)


def _sign_in(rollcall: assemble.Rollcall, connection: sa.Connection) -> Iterator[Found]:
    used = {section.name for section in rollcall.config.mailbox}
    # The way out is tried only while something is to go out: what was refused then is no news once nothing waits.
    limits = calling_staff.limits(rollcall, connection)
    if alarms.overdue_letters(connection, rollcall.now(), None, limits.stopped, restraint.HELD)[0]:
        used.add("")
    refused = [each for each in alarms.refused_accounts(connection) if each.account in used]
    if refused:
        sentences = tuple(each.sentence for each in refused)
        yield Found(Condition.SIGN_IN, refused[0].since, count=len(refused), details=sentences)


def _quota(rollcall: assemble.Rollcall, connection: sa.Connection, now: datetime) -> Iterator[Found]:
    budget = rollcall.config.smtp.daily_limit
    used = restraint.recipients_of_a_day(connection, now) if budget else 0
    if budget and used >= budget * restraint.SHORT_FROM:
        yield Found(Condition.QUOTA, now, count=used, limit=budget)


def _outbox(rollcall: assemble.Rollcall, connection: sa.Connection, now: datetime) -> Iterator[Found]:
    """What waits by a rule is not late: a person's pause, the caps, the budget, reminders without a known mailbox."""
    if rollcall.config.letters.mode == "off" or calling_staff.stopped(connection) == "person":
        return
    limits = calling_staff.limits(rollcall, connection, reminders=timely.is_mailbox_known(rollcall))
    kinds = restraint.kinds_now(connection, now, replace(limits, alerts_only=False))
    before = now - OUTBOX_OLDER_THAN
    count, since = alarms.overdue_letters(connection, before, kinds, limits.stopped, restraint.HELD)
    if since is not None:
        yield Found(Condition.OUTBOX, since, count=count, limit=_minutes(OUTBOX_OLDER_THAN))


def _quarantined(connection: sa.Connection, now: datetime) -> Iterator[Found]:
    count, since = alarms.quarantined(connection)
    if count:
        yield Found(Condition.QUARANTINED, since or now, count=count)


def _disk(rollcall: assemble.Rollcall, now: datetime, usage: DiskUsage) -> Iterator[Found]:
    least = doctor_machine.LEAST_FREE_PERCENT
    free, total = usage(doctor_machine.place_of(rollcall.config.database.url))
    if free * 100 < total * least:
        yield Found(Condition.DISK, now, count=free * 100 // total, limit=least)


def _minutes(span: timedelta) -> int:
    return round(span.total_seconds() / 60)
