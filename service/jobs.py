"""The jobs, each one unit of work: take mails in, understand them, send what is owed. The clock is an argument.

Who decides when a job runs is the command line or service.schedule; what is due is asked of storage.
"""

from collections.abc import Iterator, Sequence
from typing import Self

from intake import readers
from service import assemble, recording, situation, understanding
from service.fetching import INTAKE, take_in
from service.sending import send
from service.tally import Tally
from storage import inbox

# Making a transaction durable costs as much as recording several mails, and on a slow disk as much as fifty. More of
# them gain nothing that can be measured, and hold the lock of SQLite longer: eight take some ten milliseconds.
MAILS_PER_TRANSACTION = 8
# What is read of the ledger ahead of the readers; reading mails singly costs a third more a mail.
BYTES_AT_ONCE = 1024 * 1024


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
    for batch in open_readers.read_batches(raws(rollcall, rows), MAILS_PER_TRANSACTION):
        read = [(by_id[mail_id], contents) for mail_id, contents in batch]
        for understood in understanding.understand_all(known, read, tally):
            if rollcall.is_stopping():
                # Asked to stop: what is left stays waiting in the ledger for the next run.
                return
            recording.record_all(known, understood, tally)


def raws(rollcall: assemble.Rollcall, rows: Sequence[inbox.Waiting]) -> Iterator[tuple[int, bytes]]:
    """Yield (id, raw bytes) of ledger rows, a few in memory at a time."""
    for some in _within(rows, BYTES_AT_ONCE):
        with rollcall.store.reading() as connection:
            data = inbox.raws(connection, [row.sha256 for row in some])
        for row in some:
            yield row.id, data[row.sha256]


def _within(rows: Sequence[inbox.Waiting], most: int) -> Iterator[list[inbox.Waiting]]:
    """Yield rows in groups of at most `most` bytes, or one larger mail."""
    group: list[inbox.Waiting] = []
    size = 0
    for row in rows:
        if group and size + row.size > most:
            yield group
            group, size = [], 0
        group.append(row)
        size += row.size
    if group:
        yield group


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
