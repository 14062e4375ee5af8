"""Whether reminders that wait may still go out: they are good on their day, and while the mailbox is known.

One that waits - the way out was down, the budget spent - tells of days left and of nothing received. When its hours are
over it is withdrawn and the unit is told anew of the step that is due then; while no pass over the mailbox succeeds it
waits (design.md, "What always holds", 5).
"""

from datetime import datetime, time, timedelta

from roll import calendar, campaigns, ladder
from service import assemble
from storage import digests, inbox, reminders

# A pass is made every minute; a reminder that is sent by hand (`rollcall send`) may follow a pass by cron, every hour.
KNOWN_FOR = timedelta(hours=1)


def withdraw_late_reminders(rollcall: assemble.Rollcall) -> None:
    """Cancel the queued reminders whose hours are over."""
    now = rollcall.now()
    with rollcall.store.reading() as connection:
        waiting = reminders.campaigns_with_queued(connection)
    if not waiting:
        return
    with rollcall.store.writing() as connection:
        for campaign, _ in rollcall.loaded():
            if campaign.name in waiting:
                working = ladder.working_days(campaign, now, rollcall.office_days())
                reminders.withdraw(connection, campaign.name, ladder.withdraws_before(campaign, working, now))


def withdraw_late_digests(rollcall: assemble.Rollcall) -> None:
    """Cancel the digests of earlier days that wait, on a day that has one of its own: it tells the same and more."""
    now = rollcall.now()
    today = calendar.at(calendar.day_of(now, rollcall.zone), time(0), rollcall.zone)
    with rollcall.store.reading() as connection:
        waiting = digests.addressees_waiting(connection, today)
    if waiting and any(_has_digest(rollcall, campaign, today) for campaign, _ in rollcall.loaded()):
        with rollcall.store.writing() as connection:
            for to in waiting:
                digests.withdraw(connection, to, today)


def _has_digest(rollcall: assemble.Rollcall, campaign: campaigns.Campaign, today: datetime) -> bool:
    working = ladder.working_days(campaign, rollcall.now(), rollcall.office_days())
    days = {calendar.day_of(at, rollcall.zone) for at in ladder.digest_times(campaign, working)}
    return calendar.day_of(today, rollcall.zone) in days


def is_mailbox_known(rollcall: assemble.Rollcall) -> bool:
    """Return whether the last pass over the mailboxes was complete, is not long ago, and all it took in is handled."""
    with rollcall.store.reading() as connection:
        last, waits = inbox.last_pass(connection), inbox.has_waiting(connection)
    return last is not None and not last.error and not waits and rollcall.now() - last.began_at <= KNOWN_FOR
