"""Sending what is owed: the stored bytes, once, the server's answer noted."""

from notifications import smtp, smtp_errors
from service import assemble
from service.tally import Tally
from storage import decisions, outbox

# The switch by which people stop all sending.
PAUSED = "paused"
# The lock that keeps two processes from sending at once (storage.database.Database.alone).
SENDING = "sending"


def send(rollcall: assemble.Rollcall, tally: Tally) -> None:
    """Send what is owed and due, once."""
    if rollcall.config.letters.mode == "off":
        return
    with rollcall.store.reading() as connection:
        if decisions.switch(connection, PAUSED):
            return
    with rollcall.store.alone(SENDING):
        with rollcall.store.writing() as connection:
            outbox.reclaim(connection)
        if (owed := _claim(rollcall)) is None:
            return
        try:
            with smtp.Sender(rollcall.smtp_account()) as sender:
                while owed is not None and _deliver(rollcall, sender, owed, tally):
                    owed = _claim(rollcall)
        except smtp_errors.SmtpError as error:
            tally.troubles.append(error.sentence)
            with rollcall.store.writing() as connection:
                outbox.reclaim(connection, error.sentence)


def _claim(rollcall: assemble.Rollcall) -> outbox.Owed | None:
    with rollcall.store.writing() as connection:
        return outbox.claim_next(connection, rollcall.now())


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
