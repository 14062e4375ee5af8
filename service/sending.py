"""Sending what is owed: the stored bytes, once, the server's answer noted."""

from notifications import smtp, smtp_errors
from notifications.alerts import AlertReason
from service import assemble, calling_staff, timely
from service.tally import Tally
from storage import outbox, restraint

# The lock that keeps two processes from sending at once (storage.database.Database.alone).
SENDING = "sending"
_BRAKE = (
    "All sending was stopped: many addresses answer by themselves, or more letters were to go out than mails can "
    "explain. `rollcall letters` lists what waits, `rollcall resume` starts sending again."
)
_LOOP = (
    "Letters to {address} were stopped: it seems to answer by itself. `rollcall letters` lists what waits, `rollcall "
    "resume` starts sending to it again."
)
_SPENT = "The {limit} letters that the account may send in 24 hours are used up; the others wait ([smtp] daily_limit)."
_SHORT = (
    "Most of the {limit} letters that the account may send in 24 hours are used: reminders and digests wait, answers "
    "go out ([smtp] daily_limit)."
)


def send(rollcall: assemble.Rollcall, tally: Tally) -> None:
    """Send what is owed and due, once. While the brake is pulled only what calls staff goes out."""
    if rollcall.config.letters.mode == "off":
        return
    with rollcall.store.reading() as connection:
        if calling_staff.stopped(connection) == "person":
            return
    with rollcall.store.alone(SENDING):
        with rollcall.store.writing() as connection:
            outbox.reclaim(connection)
            restraint.set_right(connection, rollcall.now())
        timely.withdraw_late_reminders(rollcall)
        _stop_what_loops(rollcall, tally)
        if (owed := _claim(rollcall, tally)) is None:
            return
        try:
            with smtp.Sender(rollcall.smtp_account()) as sender:
                while owed is not None and _deliver(rollcall, sender, owed, tally):
                    owed = _claim(rollcall, tally)
        except smtp_errors.SmtpError as error:
            tally.troubles.append(error.sentence)
            with rollcall.store.writing() as connection:
                outbox.reclaim(connection, error.sentence)


def _stop_what_loops(rollcall: assemble.Rollcall, tally: Tally) -> None:
    tally.troubles += [_LOOP.format(address=address) for address in calling_staff.stop_loops(rollcall)]
    if calling_staff.pull_brake(rollcall):
        tally.troubles.append(_BRAKE)


def _claim(rollcall: assemble.Rollcall, tally: Tally) -> outbox.Owed | None:
    """Return the next letter that may go out; staff are called about what may not."""
    claimed = _claim_next(rollcall)
    if claimed.held_back:
        calling_staff.note_held_back(rollcall, claimed.held_back)
    if claimed.spent or claimed.short:
        reason, sentence = (AlertReason.BUDGET, _SPENT) if claimed.spent else (AlertReason.SHORT, _SHORT)
        calling_staff.note_budget(rollcall, reason)
        told = sentence.format(limit=rollcall.config.smtp.daily_limit)
        tally.troubles += [told] if told not in tally.troubles else []
    if claimed.owed is None and (claimed.held_back or claimed.spent or claimed.short):
        return _claim_next(rollcall, alerts_only=True).owed
    return claimed.owed


def _claim_next(rollcall: assemble.Rollcall, *, alerts_only: bool = False) -> restraint.Claimed:
    with rollcall.store.writing() as connection:
        may_remind = timely.is_mailbox_known(rollcall)
        limits = calling_staff.limits(rollcall, connection, alerts_only=alerts_only, reminders=may_remind)
        return restraint.claim_next(connection, rollcall.now(), limits)


def _deliver(rollcall: assemble.Rollcall, sender: smtp.Sender, owed: outbox.Owed, tally: Tally) -> bool:
    """Send one letter and note the server's answer; return whether the next one may be tried."""
    delivery = sender.send(owed.to, owed.data)
    with rollcall.store.writing() as connection:
        if delivery.fate is smtp.Fate.SENT:
            outbox.mark_sent(connection, owed.id, rollcall.now())
            tally.sent += 1
        elif delivery.fate is smtp.Fate.PERMANENT:
            outbox.mark_failed(connection, owed.id, delivery.reason)
            tally.failed += 1
        else:
            outbox.postpone(connection, owed, rollcall.now(), delivery.reason)
            tally.failed += 1
    if delivery.fate is not smtp.Fate.SENT:
        tally.troubles.append(f"The letter to {owed.to} was not delivered: {delivery.reason}")
    return not delivery.pause
