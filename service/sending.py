"""Sending what is owed: the stored bytes, once, the server's answer noted."""

from collections.abc import Callable

from notifications import smtp, smtp_errors
from service import assemble, calling_staff
from service.tally import Tally
from storage import outbox, restraint

# The lock that keeps two processes from sending at once (storage.database.Database.alone).
SENDING = "sending"
# Broken lines in one run after which it is the server's fault: the first may be that of the letter then on the line.
MOST_BREAKS = 2
_BRAKE = (
    "All sending was stopped: too many letters had to be held back, as when two machines answer each other. "
    "`rollcall letters` lists what waits, `rollcall resume` starts sending again."
)
_SPENT = "The {limit} letters that the account may send in 24 hours are used up; the others wait ([smtp] daily_limit)."


def send(
    rollcall: assemble.Rollcall, tally: Tally, open_sender: Callable[[smtp.SmtpAccount], smtp.Sender] = smtp.Sender
) -> None:
    """Send what is owed and due, once. While the brake is pulled only what calls staff goes out."""
    if rollcall.config.letters.mode == "off":
        return
    with rollcall.store.reading() as connection:
        if calling_staff.stopped(connection) == "person":
            return
    with rollcall.store.alone(SENDING):
        with rollcall.store.writing() as connection:
            outbox.reclaim(connection)
        _brake(rollcall, tally)
        if (owed := _claim(rollcall, tally)) is not None:
            _send_from(rollcall, tally, owed, open_sender(rollcall.smtp_account()))


def _send_from(rollcall: assemble.Rollcall, tally: Tally, first: outbox.Owed, way_out: smtp.Sender) -> None:
    """Send the claimed letter and those after it, until nothing is owed or nothing can be sent."""
    owed: outbox.Owed | None = first
    broken = 0
    try:
        with way_out as sender:
            while owed is not None:
                delivery = sender.send(owed.to, owed.data)
                _note(rollcall, tally, owed, delivery)
                broken += delivery.broke
                if delivery.pause or broken == MOST_BREAKS:
                    tally.way_out_shut = True
                    return
                owed = _claim(rollcall, tally)
    except smtp_errors.SmtpError as error:
        tally.way_out_shut = True
        tally.troubles.append(error.sentence)
        if owed is not None:
            with rollcall.store.writing() as connection:
                outbox.put_back(connection, owed, error.sentence)


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


def _note(rollcall: assemble.Rollcall, tally: Tally, owed: outbox.Owed, delivery: smtp.Delivery) -> None:
    """Note the server's answer to one letter."""
    with rollcall.store.writing() as connection:
        if delivery.fate is smtp.Fate.SENT:
            outbox.mark_sent(connection, owed.id, rollcall.now())
            tally.sent += 1
        elif delivery.fate is smtp.Fate.PERMANENT:
            outbox.mark_failed(connection, owed.id, delivery.reason)
            tally.failed += 1
        else:
            concerns_account = delivery.pause and not delivery.broke
            setback = outbox.Setback(delivery.reason, concerns_account, delivery.broke)
            outbox.postpone(connection, owed, rollcall.now(), setback)
            tally.failed += 1
    if delivery.fate is not smtp.Fate.SENT:
        tally.troubles.append(f"The letter to {owed.to} was not delivered: {delivery.reason}")
