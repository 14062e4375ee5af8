"""The ladder: at which instants a unit is reminded, and when staff get their digest.

The question is always "what is due at this instant and not yet done?", never "is today exactly N days before?", so
that a machine that slept catches up. Who still owes a report is storage's knowledge, not the ladder's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from roll import calendar
from roll.calendar import WorkingDays
from roll.campaigns import Campaign
from roll.steps import Step


@dataclass(frozen=True, slots=True)
class DueStep:
    """A step of the ladder with its instant `at` (in the office's zone) and the unit's `deadline` that it speaks of."""

    step: Step
    at: datetime
    deadline: datetime


@dataclass(frozen=True, slots=True)
class OfficeDays:
    """Days that an office works, or does not, otherwise than the public calendar says; for all its campaigns."""

    off: tuple[date, ...] = ()
    worked: tuple[date, ...] = ()


def working_days(campaign: Campaign, until: datetime | None = None, office: OfficeDays | None = None) -> WorkingDays:
    """Return the working days that any schedule of the campaign can ask for up to `until`: now, the last extension.

    A campaign's own days go before the office's, and these before the public calendar.
    """
    ends = [campaign.grace_until, campaign.closes or campaign.grace_until, until or campaign.grace_until]
    # One year back for a step that moves to before New Year; two ahead for one a year after the end that moves on.
    # `until` may lie long before a campaign that is to open in another year.
    first = min(campaign.opens.year, *(end.year for end in ends))
    years = range(first - 1, max(end.year for end in ends) + 3)
    office = office or OfficeDays()
    off = (set(office.off) - set(campaign.days_worked)) | set(campaign.days_off)
    worked = (set(office.worked) - set(campaign.days_off)) | set(campaign.days_worked)
    return calendar.working_days_of_vietnam(years, off, worked)


def hours_begin(campaign: Campaign, working: WorkingDays, at: datetime) -> datetime:
    """Return the first instant from `at` on at which reminders may go out; `at` itself within the hours."""
    day = calendar.day_of(at, campaign.zone)
    begins = calendar.at(day, campaign.remind_at, campaign.zone)
    if working.is_working(day) and at < calendar.at(day, campaign.remind_until, campaign.zone):
        return max(at, begins)
    return calendar.at(working.on_or_after(day + timedelta(days=1)), campaign.remind_at, campaign.zone)


def withdraws_before(
    campaign: Campaign, working: WorkingDays, at: datetime, extended_until: datetime | None = None
) -> datetime:
    """Return the instant before which a unit's reminder was written that must not go out any more at `at`.

    It says how many days are left: it is good on its day, within the hours, and written anew otherwise. It names the
    unit's deadline, so it ends with it; nothing goes out from the close on.
    """
    deadline, end = campaign.deadline(extended_until), campaign.end(extended_until)
    if end is not None and end <= at:
        return at
    day = calendar.day_of(at, campaign.zone)
    is_in_time = working.is_working(day) and at < calendar.at(day, campaign.remind_until, campaign.zone)
    of_the_day = calendar.at(day if is_in_time else day + timedelta(days=1), time(0), campaign.zone)
    return max(of_the_day, deadline) if deadline <= at else of_the_day


def schedule(campaign: Campaign, working: WorkingDays, extended_until: datetime | None = None) -> tuple[DueStep, ...]:
    """Return the steps of one unit in their order, each at `remind_at` on a working day, no two on one day.

    Of two steps that move to one day the later of the ladder stays: it is the more urgent, its words fit the days left.
    A step is left out where it would say something untrue: before the campaign opens, a step before the deadline
    that falls at or after it, any step from the close on.
    """
    by_day: dict[date, DueStep] = {}
    for step in campaign.reminders:
        due = _due_step(campaign, step, working, extended_until)
        if due is not None:
            by_day[due.at.date()] = due
    return tuple(by_day.values())


def _due_step(campaign: Campaign, step: Step, working: WorkingDays, extended_until: datetime | None) -> DueStep | None:
    deadline, end = campaign.deadline(extended_until), campaign.end(extended_until)
    if step.is_before:
        day = calendar.last_day_before(deadline, campaign.zone) - timedelta(days=step.days)
        # A day before the opening only moves further back; the calendar need not reach that far.
        if day < calendar.day_of(campaign.opens, campaign.zone):
            return None
        day = working.on_or_before(day)
    else:
        last_day = calendar.last_day_before(campaign.end_of_grace(extended_until), campaign.zone)
        day = working.on_or_after(last_day + timedelta(days=step.days))
    at = calendar.at(day, campaign.remind_at, campaign.zone)
    is_true = campaign.opens <= at and (end is None or at < end) and (at < deadline or not step.is_before)
    return DueStep(step, at, deadline) if is_true else None


def latest_due(steps: Sequence[DueStep], now: datetime) -> DueStep | None:
    """Return the latest step that fell due by `now`, None where none did.

    A unit that was not reminded for a while gets this one only, not each missed one.
    """
    return max((due for due in steps if due.at <= now), key=lambda due: due.at, default=None)


def owed(steps: Sequence[DueStep], now: datetime, last_told: datetime | None) -> DueStep | None:
    """Return the step that a unit which still owes its report is to be reminded of at `now`, None where there is none.

    `last_told` is when a letter was last queued that says to the unit that it owes its report: a reminder, or one by
    which its report went back. A step is done once the unit was told at or after its instant, whichever step that was:
    so a step whose day moved (an extension, a new ladder) is not repeated in arrears. Nobody is told twice on a day.
    """
    due = latest_due(steps, now)
    if due is None or last_told is None:
        return due
    zone = due.at.tzinfo
    assert zone is not None
    was_told_today = calendar.day_of(last_told, zone) == calendar.day_of(now, zone)
    return None if last_told >= due.at or was_told_today else due


def digest_times(
    campaign: Campaign, working: WorkingDays, extended_until: datetime | None = None
) -> tuple[datetime, ...]:
    """Return the instants of the staff digest: `digest_at` on each working day from the opening to the close.

    The last one is the final one: the first after the close, or where the campaign does not close that of the working
    day after the last step, when its effect can be told. `extended_until` is the latest extension of a unit: the end
    waits for it.
    """
    end = campaign.end(extended_until) or _end_without_close(campaign, working, extended_until)
    day = calendar.day_of(campaign.opens, campaign.zone)
    times = []
    while (at := calendar.at(day, campaign.digest_at, campaign.zone)) < end:
        if at >= campaign.opens and working.is_working(day):
            times.append(at)
        day += timedelta(days=1)
    if campaign.closes is not None:
        times.append(calendar.at(working.on_or_after(day), campaign.digest_at, campaign.zone))
    return tuple(times)


def _end_without_close(campaign: Campaign, working: WorkingDays, extended_until: datetime | None) -> datetime:
    steps = (*schedule(campaign, working), *schedule(campaign, working, extended_until))
    last_day = max([campaign.last_day_of_grace, *(due.at.date() for due in steps)])
    return calendar.at(working.add(last_day, 1) + timedelta(days=1), campaign.digest_at, campaign.zone)
