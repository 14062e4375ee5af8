"""Sending what is owed: the stored bytes, once, the server's answer noted."""

from notifications import smtp, smtp_errors
from service import assemble, calling_staff
from service.tally import Tally
from storage import outbox, restraint

# The lock that keeps two processes from sending at once (storage.database.Database.alone).
SENDING = "sending"
_BRAKE = (
    "All sending was stopped: too many letters had to be held back, as when two machines answer each other. "
    "`rollcall letters` lists what waits, `rollcall resume` starts sending again."
)
_SPENT = "The {limit} letters that the account may send in 24 hours are used up; the others wait ([smtp] daily_limit)."


def send(rollcall: assemble.Rollcall, tally: Tally) -> None:
    """Send what is owed and due, once. While the brake is pulled only what calls staff goes out."""
    calling_staff.note_templates_at_fault(rollcall, tally)
    if rollcall.config.letters.mode == "off":
        return
    with rollcall.store.reading() as connection:
        if calling_staff.stopped(connection) == "person":
            return
    with rollcall.store.alone(SENDING):
        with rollcall.store.writing() as connection:
            outbox.reclaim(connection)
        _brake(rollcall, tally)
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


def _brake(rollcall: assemble.Rollcall, tally: Tally) -> None:
    if calling_staff.pull_brake_if_looping(rollcall):
        tally.troubles.append(_BRAKE)


def _claim(rollcall: assemble.Rollcall, tally: Tally) -> outbox.Owed | None:
    """Return the next letter that may go out; staff are called about what may not."""
    claimed = _claim_next(rollcall)
    if claimed.held_back:
        calling_staff.note_held_back(rollcall, claimed.held_back)
    elif claimed.spent:
        tally.troubles.append(_SPENT.format(limit=rollcall.config.smtp.daily_limit))
        calling_staff.note_spent(rollcall)
    if claimed.owed is None and (claimed.held_back or claimed.spent):
        _brake(rollcall, tally)
        return _claim_next(rollcall, alerts_only=True).owed
    return claimed.owed


def _claim_next(rollcall: assemble.Rollcall, *, alerts_only: bool = False) -> restraint.Claimed:
    with rollcall.store.writing() as connection:
        only_alerts = alerts_only or bool(calling_staff.stopped(connection))
        return restraint.claim_next(connection, rollcall.now(), calling_staff.limits(rollcall, alerts_only=only_alerts))


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
