"""The jobs, each one unit of work: take mails in, understand them, send what is owed. The clock is an argument.

Who decides when a job runs is the command line or service.schedule; what is due is asked of storage.
"""

import contextlib
import itertools
from collections.abc import Iterator

from forms import form as forms_form
from intake import readers
from roll.mistakes import OperatorError
from service import (
    assemble,
    calling_staff,
    ledger_bytes,
    recording,
    reviewing,
    situation,
    staff_mail,
    understanding,
)
from service.fetching import INTAKE, take_in
from service.ledger_bytes import Entered
from service.sending import send
from service.tally import Tally
from storage import inbox

# Making a transaction durable costs as much as recording several mails, and on a slow disk as much as fifty. More of
# them gain nothing that can be measured, and hold the lock of SQLite longer: eight take some ten milliseconds.
MAILS_PER_TRANSACTION = 8


def handle_waiting(rollcall: assemble.Rollcall, tally: Tally) -> None:
    """Understand every mail that was entered and not handled yet, and queue the letters it causes."""
    with rollcall.store.alone(INTAKE), contextlib.ExitStack() as opened:
        _handle(rollcall, _left_over(rollcall), tally, _Ahead(rollcall, opened))
    staff_mail.carry_out(rollcall, tally)


def complete_pass(rollcall: assemble.Rollcall, tally: Tally) -> bool:
    """Take in and understand everything there is; return whether every folder of every mailbox could be read.

    All is taken in before any of it is read: no line to a server is held while a mail is looked into, and what stops
    the reading keeps no mail out of the ledger.
    """
    with rollcall.store.alone(INTAKE), contextlib.ExitStack() as opened:
        ahead = _Ahead(rollcall, opened)
        take_in(rollcall, tally, ahead.start)
        _handle(rollcall, _left_over(rollcall), tally, ahead)
    staff_mail.carry_out(rollcall, tally)
    reviewing.settle_what_was_answered(rollcall, tally)
    calling_staff.note_templates_at_fault(rollcall, tally)
    return tally.complete


class _Ahead:
    """Readers that start while mails still come: their start takes as long as the reading of a hundred mails."""

    def __init__(self, rollcall: assemble.Rollcall, opened: contextlib.ExitStack) -> None:
        self._rollcall, self._opened = rollcall, opened
        self._forms: list[forms_form.Form] = []
        self._readers: readers.Readers | None = None

    def start(self) -> None:
        """Let them start, once. What keeps them from it is told when mails are to be read."""
        if self._readers is None:
            with contextlib.suppress(OperatorError):
                self._forms = situation.load(self._rollcall).forms
                self._readers = self._opened.enter_context(self._rollcall.open_readers(self._forms))
                self._readers.start()

    def readers_of(self, forms: list[forms_form.Form]) -> readers.Readers:
        """Return readers of these forms: those that were started, where the forms are still the same."""
        if self._readers is None or self._forms != forms:
            self._readers = self._opened.enter_context(self._rollcall.open_readers(forms))
        return self._readers


def _left_over(rollcall: assemble.Rollcall) -> Iterator[Entered]:
    """Yield the mails that were entered and not handled yet."""
    with rollcall.store.reading() as connection:
        rows = inbox.waiting(connection)
    return ledger_bytes.with_bytes(rollcall, rows)


def _handle(rollcall: assemble.Rollcall, entered: Iterator[Entered], tally: Tally, ahead: _Ahead) -> None:
    """Read, decide and record mails while they come; one that no try can read is set aside, and the others go on."""
    first = next(entered, None)
    if first is None:
        return
    known = situation.load(rollcall)
    rows: dict[int, inbox.Waiting] = {}
    open_readers = ahead.readers_of(known.forms)
    source = _noted(itertools.chain([first], entered), rows)
    for batch in open_readers.read_batches(source, MAILS_PER_TRANSACTION):
        read = [(rows.pop(mail_id), contents) for mail_id, contents in batch]
        for understood in understanding.understand_all(known, read, open_readers, tally):
            if rollcall.is_stopping():
                # Asked to stop: what is left stays waiting in the ledger for the next run, and nobody may say
                # meanwhile that it did not come.
                tally.complete = False
                return
            recording.record_all(known, understood, tally)


def _noted(entered: Iterator[Entered], rows: dict[int, inbox.Waiting]) -> Iterator[tuple[int, bytes]]:
    for row, raw in entered:
        rows[row.id] = row
        yield row.id, raw


def poll(rollcall: assemble.Rollcall, *, sends: bool = True) -> Tally:
    """One complete pass: fetch what is new, handle it, send what is owed."""
    tally = Tally()
    complete_pass(rollcall, tally)
    if sends:
        send(rollcall, tally)
    return tally
