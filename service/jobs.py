"""The jobs, each one unit of work: take mails in, understand them, send what is owed. The clock is an argument.

Who decides when a job runs is the command line or service.schedule; what is due is asked of storage.
"""

import logging
from collections.abc import Iterator, Sequence
from typing import Self

import sqlalchemy as sa

from intake import decide, message, readers
from notifications import compose
from roll import letters, mails, outcomes
from roll.mistakes import OperatorError
from service import answers, assemble, situation
from service.fetching import INTAKE, take_in
from service.sending import send
from service.tally import Tally
from storage import inbox, outbox
from storage import reports as stored_reports

# Header fields of real mails take 5 to 20 KB, with every server's own lines.
HEAD_READ = 64 * 1024

_log = logging.getLogger("rollcall")


class Preparation:
    """What a run of mails is understood with: the situation and the children, there from `begin` to the end."""

    def __init__(self, rollcall: assemble.Rollcall) -> None:
        self._rollcall = rollcall
        self._begun: tuple[situation.Situation, readers.Readers] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._begun:
            self._begun[1].close()

    def begin(self) -> tuple[situation.Situation, readers.Readers]:
        """Load the situation and let the children start, the first time; return both."""
        if self._begun is None:
            known = situation.load(self._rollcall)
            self._begun = (known, self._rollcall.open_readers(known.forms))
            self._begun[1].start()
        return self._begun


def handle_waiting(rollcall: assemble.Rollcall, tally: Tally) -> None:
    """Understand every mail that was entered and not handled yet, and queue the letters it causes."""
    with Preparation(rollcall) as preparation:
        _handle_waiting(rollcall, tally, preparation)


def _handle_waiting(rollcall: assemble.Rollcall, tally: Tally, preparation: Preparation) -> None:
    with rollcall.store.alone(INTAKE):
        with rollcall.store.reading() as connection:
            rows = inbox.waiting(connection)
        if rows:
            _handle(rollcall, rows, tally, preparation)


def _handle(rollcall: assemble.Rollcall, rows: Sequence[inbox.Waiting], tally: Tally, preparation: Preparation) -> None:
    """Read, decide and record mails; one that no try can read is set aside, and the others go on."""
    known, open_readers = preparation.begin()
    by_id = {row.id: row for row in rows}
    for mail_id, contents in open_readers.read_all(raws(rollcall, rows)):
        row = by_id[mail_id]
        if rollcall.is_stopping():
            # Asked to stop: what is left stays waiting in the ledger for the next run.
            return
        if isinstance(contents, readers.Failed):
            set_aside(known, row, "poison", contents.detail, tally)
            continue
        try:
            _settle(rollcall, known, row, contents, tally)
        except (OperatorError, sa.exc.OperationalError):
            # A broken template, a full disk: not this mail's fault. It stays waiting, and the run says why.
            raise
        except Exception:  # noqa: BLE001 - the one catch-all of this unit of work: set aside, visible, replayable
            _log.exception("mail %s could not be handled and is set aside", row.receipt)
            set_aside(known, row, "internal_error", "see the log", tally)


def raws(rollcall: assemble.Rollcall, rows: Sequence[inbox.Waiting]) -> Iterator[tuple[int, bytes]]:
    """Yield (id, raw bytes) of ledger rows, one at a time."""
    for row in rows:
        with rollcall.store.reading() as connection:
            data = inbox.raw(connection, row.sha256)
        yield row.id, data


def set_aside(known: situation.Situation, row: inbox.Waiting, reason: str, detail: str, tally: Tally) -> None:
    """End a mail as quarantined for a reason: visible to staff, to be read again with `replay`."""
    rollcall = known.rollcall
    try:
        _record_head(known, row, reason, detail)
    except Exception:  # noqa: BLE001 - the one catch-all here: whatever a mail holds, it ends with an outcome
        _log.exception("not even the head of mail %s could be read", row.receipt)
        with rollcall.store.writing() as connection:
            inbox.set_aside(connection, row.id, reason, detail, rollcall.now())
    tally.handled += 1
    tally.outcomes["quarantined"] += 1


def _record_head(known: situation.Situation, row: inbox.Waiting, reason: str, detail: str) -> None:
    with known.rollcall.store.reading() as connection:
        contents = mails.Contents(message.parse(_head(inbox.raw(connection, row.sha256))).headers)
        knowledge = situation.known_of(known, connection, row, contents)
    record(known.rollcall, answers.Case(row, contents, _quarantined(knowledge, reason, detail), knowledge), [])


def _head(raw: bytes) -> bytes:
    """Return the header fields of a mail, which say whose it may be even where the rest cannot be read."""
    ends = [place for mark in (b"\r\n\r\n", b"\n\n") if (place := raw.find(mark, 0, HEAD_READ)) >= 0]
    return raw[: min(ends, default=HEAD_READ)] + b"\r\n\r\n"


def mail_of(row: inbox.Waiting) -> mails.Mail:
    """Return a ledger row as the mail that decisions are made on."""
    return mails.Mail(row.id, row.receipt, row.mailbox, row.folder, None, row.received_at, row.sha256)


def understand(
    known: situation.Situation, connection: sa.Connection, row: inbox.Waiting, contents: mails.Contents
) -> answers.Case:
    """Return what a mail amounts to as things stand; nothing is written."""
    knowledge = situation.known_of(known, connection, row, contents)
    understood = _quarantined(knowledge, "too_large") if row.cut else decide.decide(mail_of(row), contents, knowledge)
    return answers.Case(row, contents, understood, knowledge)


def _quarantined(known: decide.Known, reason: str, detail: str = "") -> mails.Understanding:
    """A mail that could not be read, or not whole, waits for a person, for whichever unit it may be."""
    units = tuple(dict.fromkeys((*known.identity.registered, *known.identity.hinted)))
    return mails.Understanding(
        outcomes.Outcome.QUARANTINED,
        reason,
        detail=detail,
        proposal=units[0] if len(units) == 1 else None,
        candidates=units,
        evidence=known.identity.evidence,
    )


def _settle(
    rollcall: assemble.Rollcall, known: situation.Situation, row: inbox.Waiting, contents: mails.Contents, tally: Tally
) -> None:
    with rollcall.store.reading() as connection:
        case = understand(known, connection, row, contents)
    tally.queued += record(rollcall, case, answer(known, case, tally))
    tally.handled += 1
    tally.outcomes[case.understood.outcome.value] += 1


def answer(known: situation.Situation, case: answers.Case, tally: Tally) -> list[letters.Letter]:
    """Return the letters that answer a mail; an address that cannot be written to is told to staff."""
    try:
        return answers.answers(known, case)
    except compose.AddressError as error:
        tally.troubles.append(f"{case.row.receipt} cannot be answered: {error}")
        return []


def record(rollcall: assemble.Rollcall, case: answers.Case, owed: Sequence[letters.Letter]) -> int:
    """Write what a mail was understood to be and the letters it causes, in one transaction; return how many letters."""
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


def complete_pass(rollcall: assemble.Rollcall, tally: Tally) -> bool:
    """Take in and understand everything there is; return whether every folder of every mailbox could be read."""
    with Preparation(rollcall) as preparation:
        complete = take_in(rollcall, tally, preparation.begin)
        _handle_waiting(rollcall, tally, preparation)
    return complete


def poll(rollcall: assemble.Rollcall, *, sends: bool = True) -> Tally:
    """One complete pass: fetch what is new, handle it, send what is owed."""
    tally = Tally()
    complete_pass(rollcall, tally)
    if sends:
        send(rollcall, tally)
    return tally
