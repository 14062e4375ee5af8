"""Sending what is owed: the stored bytes, once, the server's answer noted."""

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from notifications import smtp, smtp_errors
from notifications.alerts import AlertReason
from service import assemble, calling_staff, sign_ins, timely
from service.tally import Tally
from storage import failed_addresses, outbox, restraint

# The lock that keeps two processes from sending at once (storage.database.Database.alone).
SENDING = "sending"
# Broken lines in one run after which it is the server's fault: the first may be that of the letter then on the line.
MOST_BREAKS = 2
# How often a run that takes long asks whether the hours of reminders are over.
_HOURS_LOOKED_AT = timedelta(minutes=1)
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


def send(
    rollcall: assemble.Rollcall, tally: Tally, open_sender: Callable[[smtp.SmtpAccount], smtp.Sender] = smtp.Sender
) -> None:
    """Send what is owed and due, once. While the brake is pulled only what calls staff goes out."""
    calling_staff.note_templates_at_fault(rollcall, tally)
    if rollcall.config.letters.mode == "off":
        return
    with rollcall.store.reading() as connection:
        if calling_staff.stopped(connection) in {"person", "restore"}:
            return
    with rollcall.store.alone(SENDING):
        with rollcall.store.writing() as connection:
            outbox.reclaim(connection)
            restraint.set_right(connection, rollcall.now())
        timely.withdraw_late_reminders(rollcall)
        timely.withdraw_late_digests(rollcall)
        calling_staff.note_unread_mailbox(rollcall)
        _stop_what_loops(rollcall, tally)
        if (owed := _claim(rollcall, tally)) is not None:
            _send_from(rollcall, tally, owed, open_sender(rollcall.smtp_account()))


def _send_from(rollcall: assemble.Rollcall, tally: Tally, first: outbox.Owed, way_out: smtp.Sender) -> None:
    """Send the claimed letter and those after it, until nothing is owed or nothing can be sent."""
    owed: outbox.Owed | None = first
    broken, looked_at = 0, rollcall.now()
    try:
        with way_out as sender:
            sign_ins.note_accepted(rollcall, sign_ins.WAY_OUT)
            while owed is not None:
                delivery = sender.send(owed.to, owed.data, owed.cc)
                _note(rollcall, tally, owed, delivery)
                broken += delivery.broke
                if delivery.pause or broken == MOST_BREAKS:
                    tally.way_out_shut = True
                    return
                if rollcall.now() - looked_at >= _HOURS_LOOKED_AT:
                    looked_at = rollcall.now()
                    timely.withdraw_late_reminders(rollcall)
                owed = _claim(rollcall, tally)
    except smtp_errors.SmtpError as error:
        if isinstance(error, smtp_errors.SignInRefused):
            sign_ins.note_refused(rollcall, sign_ins.WAY_OUT, error.sentence)
        tally.way_out_shut = True
        tally.troubles.append(error.sentence)
        if owed is not None:
            with rollcall.store.writing() as connection:
                outbox.put_back(connection, owed, error.sentence)


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


def _note(rollcall: assemble.Rollcall, tally: Tally, owed: outbox.Owed, delivery: smtp.Delivery) -> None:
    """Note the server's answer to one letter: what is not noted goes out again."""
    now = rollcall.now()
    rollcall.store.note(lambda connection: _write(connection, now, owed, delivery))
    tally.sent += delivery.fate is smtp.Fate.SENT
    tally.failed += delivery.fate is not smtp.Fate.SENT
    if delivery.fate is not smtp.Fate.SENT:
        tally.troubles.append(f"The letter to {owed.to} was not delivered: {delivery.reason}")
    elif delivery.copy is not None:
        tally.troubles.append(f"The copy for {owed.cc} of the letter to {owed.to} was refused: {delivery.copy.reason}")


def _write(connection: sa.Connection, now: datetime, owed: outbox.Owed, delivery: smtp.Delivery) -> None:
    """Write the answer to one letter; a second time it changes nothing."""
    if delivery.fate is smtp.Fate.SENT:
        outbox.mark_sent(connection, owed.id, now, _of_copy(delivery.copy))
    elif delivery.fate is smtp.Fate.PERMANENT:
        outbox.mark_failed(connection, owed.id, now, _why(delivery))
    else:
        concerns_account = delivery.pause and not delivery.broke
        setback = outbox.Setback(delivery.reason, concerns_account, delivery.broke)
        outbox.postpone(connection, owed, now, setback)
    _note_refusal(connection, now, owed, delivery)


def _note_refusal(connection: sa.Connection, now: datetime, owed: outbox.Owed, delivery: smtp.Delivery) -> None:
    """Note the addressee that a server refused: the first of a letter that failed, the second of one that was sent."""
    said, address = (delivery.copy, owed.cc) if delivery.fate is smtp.Fate.SENT else (delivery, owed.to)
    if said is not None and said.refuses_address:
        refused = failed_addresses.Refused(address, now, said.reason)
        failed_addresses.note_refusal(connection, owed.id, refused)


def _why(delivery: smtp.Delivery) -> str:
    return f"{failed_addresses.REFUSED}{delivery.reason}" if delivery.refuses_address else delivery.reason


def _of_copy(copy: smtp.Delivery | None) -> str:
    """Return what is noted of a letter that only its first addressee got."""
    if copy is None:
        return ""
    return _why(copy) if copy.refuses_address else f"the copy was refused: {copy.reason}"
