"""The jobs, each one unit of work: take mails in, understand them, send what is owed. The clock is an argument.

Who decides when a job runs is the command line or service.schedule; what is due is asked of storage.
"""

import contextlib
import itertools
from collections.abc import Iterator

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
from service.fetching import INTAKE, Entered, take_in
from service.sending import send
from service.tally import Tally
from storage import inbox

# Making a transaction durable costs as much as recording several mails, and on a slow disk as much as fifty. More of
# them gain nothing that can be measured, and hold the lock of SQLite longer: eight take some ten milliseconds.
MAILS_PER_TRANSACTION = 8


def handle_waiting(rollcall: assemble.Rollcall, tally: Tally) -> None:
    """Understand every mail that was entered and not handled yet, and queue the letters it causes."""
    with rollcall.store.alone(INTAKE):
        _handle(rollcall, _left_over(rollcall), tally)
    staff_mail.carry_out(rollcall, tally)


def complete_pass(rollcall: assemble.Rollcall, tally: Tally) -> bool:
    """Take in and understand everything there is; return whether every folder of every mailbox could be read."""
    with rollcall.store.alone(INTAKE), contextlib.closing(take_in(rollcall, tally)) as incoming:
        try:
            _handle(rollcall, itertools.chain(_left_over(rollcall), incoming), tally)
        except OperatorError:
            # A folder that cannot be read: what is in the mailbox is kept all the same, and waits for it to be mended.
            for _ in incoming:
                pass
            raise
    staff_mail.carry_out(rollcall, tally)
    reviewing.settle_what_was_answered(rollcall, tally)
    calling_staff.note_templates_at_fault(rollcall, tally)
    return tally.complete


def _left_over(rollcall: assemble.Rollcall) -> Iterator[Entered]:
    """Yield the mails that an earlier run entered and did not come to."""
    with rollcall.store.reading() as connection:
        rows = inbox.waiting(connection)
    return ledger_bytes.with_bytes(rollcall, rows)


def _handle(rollcall: assemble.Rollcall, entered: Iterator[Entered], tally: Tally) -> None:
    """Read, decide and record mails while they come; one that no try can read is set aside, and the others go on."""
    first = next(entered, None)
    if first is None:
        return
    known = situation.load(rollcall)
    rows: dict[int, inbox.Waiting] = {}
    with rollcall.open_readers(known.forms) as open_readers:
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
