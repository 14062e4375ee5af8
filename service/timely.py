"""Whether reminders that wait may still go out: they are good on their day, and while the mailbox is known.

One that waits - the way out was down, the budget spent - tells of days left and of nothing received. When its hours are
over it is withdrawn and the unit is told anew of the step that is due then; while no pass over the mailbox succeeds it
waits (design.md, "What always holds", 5).
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta

from roll import calendar, campaigns, ladder
from service import assemble
from storage import decisions, digests, inbox, reminders

# A pass is made every minute; a reminder that is sent by hand (`rollcall send`) may follow a pass by cron, every hour.
KNOWN_FOR = timedelta(hours=1)


def withdraw_late_reminders(rollcall: assemble.Rollcall) -> None:
    """Cancel the queued reminders whose hours are over, or whose deadline, or whose unit's time to report."""
    now = rollcall.now()
    with rollcall.store.reading() as connection:
        waiting = reminders.units_with_queued(connection)
    if not waiting:
        return
    with rollcall.store.writing() as connection:
        for campaign, _ in rollcall.loaded():
            extended = decisions.extensions(connection, campaign.name)
            working = _working_days(rollcall, campaign, extended)
            for unit in [unit for name, unit in waiting if name == campaign.name]:
                before = ladder.withdraws_before(campaign, working, now, extended.get(unit))
                reminders.withdraw(connection, campaign.name, unit, before)


def withdraw_late_digests(rollcall: assemble.Rollcall) -> None:
    """Cancel the digests that wait since before the day of the latest one: that tells the same and more."""
    today = calendar.day_of(rollcall.now(), rollcall.zone)
    with rollcall.store.reading() as connection:
        waiting = digests.addressees_waiting(connection, calendar.at(today, time(0), rollcall.zone))
    if not waiting:
        return
    days = [day for campaign, _ in rollcall.loaded() for day in _digest_days(rollcall, campaign) if day <= today]
    if days:
        with rollcall.store.writing() as connection:
            for to in waiting:
                digests.withdraw(connection, to, calendar.at(max(days), time(0), rollcall.zone))


def _digest_days(rollcall: assemble.Rollcall, campaign: campaigns.Campaign) -> Iterator[date]:
    with rollcall.store.reading() as connection:
        extended = decisions.extensions(connection, campaign.name)
    working = _working_days(rollcall, campaign, extended)
    for at in ladder.digest_times(campaign, working, max(extended.values(), default=None)):
        yield calendar.day_of(at, rollcall.zone)


def _working_days(
    rollcall: assemble.Rollcall, campaign: campaigns.Campaign, extended: Mapping[str, datetime]
) -> calendar.WorkingDays:
    return ladder.working_days(campaign, max([rollcall.now(), *extended.values()]), rollcall.office_days())


def is_mailbox_known(rollcall: assemble.Rollcall) -> bool:
    """Return whether the last pass over the mailboxes was complete, is not long ago, and all it took in is handled."""
    with rollcall.store.reading() as connection:
        last, waits = inbox.last_pass(connection), inbox.has_waiting(connection)
    return last is not None and not last.error and not waits and rollcall.now() - last.began_at <= KNOWN_FOR
