"""The jobs, each one unit of work: take mails in, understand them, send what is owed. The parts and the clock are arguments.

Who decides when a job runs is the command line or service.schedule; what is due is asked of storage.
"""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from intake import decide, mailbox, mailbox_errors, readers
from notifications import compose, smtp, smtp_errors
from roll import letters, mails
from service import answers, assemble, situation
from storage import decisions, inbox, outbox
from storage import reports as stored_reports

_log = logging.getLogger("rollcall")

PAUSED = "paused"
# The locks that keep two processes apart (storage.database.Database.alone).
_INTAKE, _SENDING = "intake", "sending"


@dataclass(slots=True)
class Tally:
    """What a run did, in the contract's words, and what went wrong, one sentence each."""

    received: int = 0
    handled: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    queued: int = 0
    sent: int = 0
    failed: int = 0
    troubles: list[str] = field(default_factory=list)
    mailboxes_failed: int = 0
    complete: bool = True


def take_in(rollcall: assemble.Rollcall, tally: Tally) -> bool:
    """Fetch what is new in every folder of every mailbox into the ledger; return whether the pass was complete."""
    with rollcall.store.alone(_INTAKE):
        with rollcall.store.writing() as connection:
            pass_id = inbox.begin_pass(connection, rollcall.now())
        troubles: list[str] = []
        for account in rollcall.accounts():
            try:
                tally.received += _take_in_mailbox(rollcall, account, troubles)
            except mailbox_errors.MailboxError as error:
                troubles.append(error.sentence)
                tally.mailboxes_failed += 1
        with rollcall.store.writing() as connection:
            inbox.end_pass(connection, pass_id, rollcall.now(), "\n".join(troubles))
    tally.troubles += troubles
    tally.complete = not troubles
    return tally.complete


def _take_in_mailbox(rollcall: assemble.Rollcall, account: mailbox.MailboxAccount, troubles: list[str]) -> int:
    received = 0
    with mailbox.Mailbox(account) as box:
        for folder in box.folders():
            with rollcall.store.reading() as connection:
                known = inbox.cursor_of(connection, account.name, folder)
            cursor = mailbox.Cursor(*known) if known else None
            for batch in box.batches(folder, cursor):
                received += _enter(rollcall, account.name, batch)
                troubles += _not_entered(account.name, batch)
    return received


def _enter(rollcall: assemble.Rollcall, name: str, batch: mailbox.Batch) -> int:
    arrivals = [
        inbox.Arrival(
            data=fetched.data,
            mailbox=name,
            folder=batch.folder,
            uidvalidity=batch.uidvalidity,
            uid=fetched.uid,
            received_at=fetched.received_at,
            received_by="internaldate",
        )
        for fetched in batch.mails
    ]
    with rollcall.store.writing() as connection:
        added = inbox.enter(connection, arrivals, rollcall.now(), rollcall.zone)
        inbox.move_cursor(connection, name, batch.folder, batch.uidvalidity, batch.last_uid)
        for uid in batch.vanished:
            subject = f"{name}/{batch.folder}/{batch.uidvalidity}/{uid}"
            decisions.note(connection, rollcall.now(), "rollcall", "vanished before fetch", subject)
    return added


def _not_entered(name: str, batch: mailbox.Batch) -> list[str]:
    return [
        f"Mailbox {name}, folder {batch.folder}: the mail with UID {mail.uid} has {mail.size // 1_000_000} MB, more than "
        "Rollcall takes in; it stays on the server. Open it there and hand its workbook in with `rollcall import`."
        for mail in batch.too_large
    ]


def handle_waiting(rollcall: assemble.Rollcall, tally: Tally) -> None:
    """Understand every mail that was entered and not handled yet, and queue the letters it causes."""
    with rollcall.store.alone(_INTAKE):
        with rollcall.store.reading() as connection:
            rows = inbox.waiting(connection)
        if rows:
            handle(rollcall, rows, tally)


def handle(rollcall: assemble.Rollcall, rows: Sequence[inbox.Waiting], tally: Tally) -> None:
    """Read, decide and record mails; one that no try can read is set aside, and the others go on."""
    known = situation.load(rollcall)
    by_id = {row.id: row for row in rows}
    with rollcall.open_readers(known.forms) as open_readers:
        for mail_id, contents in open_readers.read_all(raws(rollcall, rows)):
            row = by_id[mail_id]
            if isinstance(contents, readers.Failed):
                set_aside(rollcall, row, "poison", contents.detail, tally)
                continue
            try:
                _settle(rollcall, known, row, contents, tally)
            except Exception:  # the one catch-all of this unit of work: the mail is set aside, visible, replayable
                _log.exception("mail %s could not be handled and is set aside", row.receipt)
                set_aside(rollcall, row, "internal_error", "see the log", tally)


def raws(rollcall: assemble.Rollcall, rows: Sequence[inbox.Waiting]) -> Iterator[tuple[int, bytes]]:
    """Yield (id, raw bytes) of ledger rows, one at a time."""
    for row in rows:
        with rollcall.store.reading() as connection:
            data = inbox.raw(connection, row.sha256)
        yield row.id, data


def set_aside(rollcall: assemble.Rollcall, row: inbox.Waiting, reason: str, detail: str, tally: Tally) -> None:
    """End a mail as quarantined: visible to staff, and to be read again with `replay`."""
    with rollcall.store.writing() as connection:
        inbox.set_aside(connection, row.id, reason, detail, rollcall.now())
    tally.handled += 1
    tally.outcomes["quarantined"] += 1


def mail_of(row: inbox.Waiting) -> mails.Mail:
    """Return a ledger row as the mail that decisions are made on."""
    return mails.Mail(row.id, row.receipt, row.mailbox, row.folder, None, row.received_at, row.sha256)


def understand(
    known: situation.Situation, connection: sa.Connection, row: inbox.Waiting, contents: mails.Contents
) -> answers.Case:
    """Return what a mail amounts to as things stand; nothing is written."""
    knowledge = situation.known_of(known, connection, row, contents)
    return answers.Case(row, contents, decide.decide(mail_of(row), contents, knowledge), knowledge)


def _settle(
    rollcall: assemble.Rollcall, known: situation.Situation, row: inbox.Waiting, contents: mails.Contents, tally: Tally
) -> None:
    with rollcall.store.reading() as connection:
        case = understand(known, connection, row, contents)
    letter = answer(known, case, tally)
    tally.queued += record(rollcall, case, [letter] if letter else [])
    tally.handled += 1
    tally.outcomes[case.understood.outcome.value] += 1


def answer(known: situation.Situation, case: answers.Case, tally: Tally) -> letters.Letter | None:
    """Return the letter that answers a mail; an address that cannot be written to is told to staff."""
    try:
        return answers.answer(known, case)
    except compose.AddressError as error:
        tally.troubles.append(f"{case.row.receipt} cannot be answered: {error}")
        return None


def record(rollcall: assemble.Rollcall, case: answers.Case, owed: Sequence[letters.Letter]) -> int:
    """Write what a mail was understood to be and the letters it causes, in one transaction; return the letters queued."""
    withheld = rollcall.config.letters.mode == "off"
    settled_at = case.known.settled_at or case.row.entered_at
    with rollcall.store.writing() as connection:
        touched = stored_reports.forget(connection, case.row.id)
        inbox.record(connection, case.row.id, case.contents, case.understood, rollcall.now())
        stored_reports.record(connection, mail_of(case.row), case.contents, case.understood.reports, settled_at)
        for campaign, unit in touched:
            stored_reports.settle(connection, campaign, unit)
        _stop_reminding(connection, case.understood)
        added = outbox.put(connection, owed, rollcall.now(), withheld=withheld)
    return 0 if withheld else len(added)


def _stop_reminding(connection: sa.Connection, understood: mails.Understanding) -> None:
    """A queued "not received" must not go out after something came in (domain rule 5 of the mails)."""
    concerned = {understood.unit, *understood.candidates, *(report.unit for report in understood.reports)} - {None}
    if understood.campaign and concerned:
        outbox.cancel_reminders(connection, understood.campaign, sorted(filter(None, concerned)))


def send(rollcall: assemble.Rollcall, tally: Tally) -> None:
    """Send what is owed and due, once."""
    if rollcall.config.letters.mode == "off":
        return
    with rollcall.store.reading() as connection:
        if decisions.switch(connection, PAUSED):
            return
    with rollcall.store.alone(_SENDING):
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
                outbox.reclaim(connection)


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


def complete_pass(rollcall: assemble.Rollcall, tally: Tally) -> bool:
    """Take in and understand everything there is; return whether every folder of every mailbox could be read."""
    complete = take_in(rollcall, tally)
    handle_waiting(rollcall, tally)
    return complete


def poll(rollcall: assemble.Rollcall, *, sends: bool = True) -> Tally:
    """One complete pass: fetch what is new, handle it, send what is owed."""
    tally = Tally()
    complete_pass(rollcall, tally)
    if sends:
        send(rollcall, tally)
    return tally
