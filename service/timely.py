"""Whether reminders that wait may still go out: they are good on their day, and while the mailbox is known.

One that waits - the way out was down, the budget spent - tells of days left and of nothing received. When its hours are
over it is withdrawn and the unit is told anew of the step that is due then; while no pass over the mailbox succeeds it
waits (design.md, "What always holds", 5).
"""

from datetime import timedelta

from roll import ladder
from service import assemble
from storage import inbox, reminders

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


def is_mailbox_known(rollcall: assemble.Rollcall) -> bool:
    """Return whether the last pass over the mailboxes was complete, and is not long ago."""
    with rollcall.store.reading() as connection:
        last = inbox.last_pass(connection)
    return last is not None and not last.error and rollcall.now() - last.began_at <= KNOWN_FOR
