"""Several readers at work at once, so that one slow mail does not hold up the others.

All is done in the caller's thread: while it settles one mail, the readers work on the next ones, which wait in their
pipes. A thread for each reader would fight with the caller for the interpreter lock at every mail.
"""

import collections
import contextlib
import os
import selectors
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn, Self, TypeVar

import msgspec

from forms import form as forms_form
from intake import child
from intake.fork_server import ForkServer
from intake.reader_process import Lost, ReaderProcess, Request
from intake.wanted import Wanted
from roll import mails, reports
from roll.mistakes import OperatorError

# One input may cost at most 30 s in a reader (invariant C5 of the fault catalogue).
SECONDS_PER_MAIL = 30.0
# A fork server is there in a third of a second; on a machine that is short of everything it may take this long.
START_SECONDS = 30.0
# Readers that end before they have begun, one after the other, before it is said that none can be started.
STARTS = 4
# A poison mail is tried three times in one pass (invariant C5), each time after all others.
TRIES = 3
# Results come in order unless the oldest one keeps the others waiting longer than this.
PATIENCE_SECONDS = 2.0
# What is read is handed on together with what else is read by then: one transaction takes them all.
BATCH_SECONDS = 0.05
# Requests at a reader: one is being read, the others are there when it is done, whatever the caller does meanwhile.
REQUESTS_PER_READER = 8
# What waits at all readers together; a mailbox of 25 MB scans must not fill the memory.
BYTES_WAITING = 32 * 1024 * 1024

_CONTENTS = msgspec.json.Decoder(mails.Contents)
_READING = msgspec.json.Decoder(reports.Reading)
_BYTES = msgspec.json.Decoder(bytes)
_MARKED = msgspec.json.Decoder(reports.Marked)
_LEARNED = msgspec.json.Decoder(reports.Learned)
_TOGETHER = msgspec.json.Decoder(reports.Together)
_Answer = TypeVar("_Answer")
_NO_READER = (
    "No process can be started that reads mails ({error}). Look whether the machine is out of memory or processes; the "
    "mails wait in the ledger, and are read at the next pass."
)


class ReadingFailedError(Exception):
    """A workbook could not be read: the reader died, took too long, or has a bug. `detail` says which."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Failed:
    """A mail that no try could read."""

    detail: str


Read = tuple[int, mails.Contents | Failed]


@dataclass(eq=False, slots=True)
class _MailRequest(Request[mails.Contents]):
    """A mail on its way through a reader. `id` is the caller's; `oldest_since` is when all before it were done."""

    id: int = 0
    oldest_since: float | None = None


class Readers:
    """A few readers behind one door, for one thread. Closing it ends them."""

    def __init__(
        self,
        forms: Sequence[forms_form.Form],
        count: int,
        seconds: float = SECONDS_PER_MAIL,
        start_seconds: float = START_SECONDS,
    ) -> None:
        """`seconds`: what one mail may take; `start_seconds`: what the start of a reader may take."""
        self._seconds = start_seconds, seconds
        self._count = count
        self._server = ForkServer(forms)
        self._readers: list[ReaderProcess] = []
        self._attended_at = 0.0
        self._fruitless_starts = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Let the readers start while other things are done."""
        while len(self._readers) < self._count:
            self._readers.append(self._fork())

    def close(self) -> None:
        """End every reader. They are started again if they are asked once more."""
        for reader in self._readers:
            reader.close()
        self._readers.clear()
        self._attended_at = 0.0
        self._server.close()

    def read_workbook(self, data: bytes, name: str) -> reports.Reading:
        """Return the reading of one workbook. Raises ReadingFailedError, OperatorError where no reader can start."""
        return self._of_workbook(Request(child.WORKBOOK, _named(data, name), _READING))

    def mark_workbook(self, data: bytes, name: str) -> reports.Marked:
        """Return the reading of one workbook with its marked copy. Raises as `read_workbook` does."""
        return self._of_workbook(Request(child.MARK, _named(data, name), _MARKED))

    def learn_workbook(self, data: bytes, name: str) -> reports.Learned:
        """Return the form.toml that a blank workbook makes. Raises as `read_workbook` does."""
        return self._of_workbook(Request(child.LEARN, _named(data, name), _LEARNED))

    def mark_in_mail(self, raw: bytes, place: int, reading: reports.Reading) -> bytes:
        """Return the marked copy of a mail's part number `place`, empty where it can have none.

        `reading` has the verdict and the problems to mark. May be asked while `read_batches` is under way. Raises as
        `read_workbook` does.
        """
        order = msgspec.json.encode((place, replace(reading, header=(), values=())))
        return self._of_workbook(Request(child.MARK_IN_MAIL, _after(order, raw), _BYTES))

    def read_together(self, raws: Sequence[tuple[bytes, tuple[int, ...] | None]]) -> reports.Together:
        """Return the workbooks of several mails, the oldest first, as one report; with each mail which of its parts.

        May be asked while `read_batches` is under way. Raises as `read_workbook` does.
        """
        order = msgspec.json.encode([Wanted(len(raw), parts) for raw, parts in raws])
        return self._of_workbook(Request(child.TOGETHER, _after(order, b"".join(raw for raw, _ in raws)), _TOGETHER))

    def _of_workbook(self, request: Request[_Answer]) -> _Answer:
        self._ask(request)
        while not request.is_done:
            self._attend(None)
        if request.answer is None:
            raise ReadingFailedError(request.failure)
        return request.answer

    def read_all(self, items: Iterable[tuple[int, bytes]]) -> Iterator[Read]:
        """Yield (id, contents or failure) for every (id, raw mail), in order unless one is slow.

        Raises OperatorError where no reader can be started: that is no mail's fault.
        """
        for batch in self.read_batches(items, 1):
            yield from batch

    def read_batches(self, items: Iterable[tuple[int, bytes]], most: int) -> Iterator[list[Read]]:
        """Do as `read_all`, several at a time: at most so many, and none that the others would have to wait for."""
        failed: list[_MailRequest] = []
        for attempt in range(1, TRIES + 1):
            again = ((request.id, request.payload) for request in failed)
            source, failed = (items if attempt == 1 else list(again)), []
            for batch in self._read_once(source, most):
                if attempt < TRIES:
                    failed += [request for request in batch if request.answer is None]
                    batch = [request for request in batch if request.answer is not None]  # noqa: PLW2901
                if batch:
                    yield [(request.id, request.answer or Failed(request.failure)) for request in batch]

    def _read_once(self, items: Iterable[tuple[int, bytes]], most: int) -> Iterator[list[_MailRequest]]:
        source = iter(items)
        waiting: collections.deque[_MailRequest] = collections.deque()
        batch: list[_MailRequest] = []
        until = 0.0
        while True:
            while self._has_room(waiting) and (item := next(source, None)) is not None:
                waiting.append(_MailRequest(child.MAIL, item[1], _CONTENTS, id=item[0]))
                self._ask(waiting[-1])
                self._attend(0)
            if not waiting and not batch:
                return
            if not batch:
                until = time.monotonic() + BATCH_SECONDS
                batch = [self._next_done(waiting)]
            elif len(batch) < most and self._is_done_by(until, waiting):
                batch.append(waiting.popleft())
            else:
                yield batch
                batch = []

    def _is_done_by(self, until: float, waiting: Sequence[_MailRequest]) -> bool:
        """Say whether the oldest mail is read, or will have been at an instant (time.monotonic)."""
        self._attend(0)
        while waiting and not waiting[0].is_done and (left := until - time.monotonic()) > 0:
            self._attend(left)
        return bool(waiting) and waiting[0].is_done

    def _has_room(self, waiting: Sequence[_MailRequest]) -> bool:
        if not waiting:
            return True
        if sum(len(request.payload) for request in waiting) >= BYTES_WAITING:
            return False
        if not any(reader.pid for reader in self._readers):
            return True  # while they start, mails are taken in all the same
        most = self._count * REQUESTS_PER_READER
        return sum(not request.is_done for request in waiting) < most and len(waiting) < 2 * most

    def _next_done(self, waiting: collections.deque[_MailRequest]) -> _MailRequest:
        """Take the oldest mail out of `waiting`, or, where it keeps the others waiting too long, one that is read."""
        self._attend(0)
        oldest = waiting[0]
        oldest.oldest_since = oldest.oldest_since or time.monotonic()
        while not oldest.is_done:
            patience = oldest.oldest_since + PATIENCE_SECONDS - time.monotonic()
            other = next((request for request in waiting if request.is_done), None)
            if other is not None and patience <= 0:
                waiting.remove(other)
                return other
            self._attend(patience if other is not None else None)
        return waiting.popleft()

    # The readers.

    def _ask(self, request: Request[Any]) -> None:
        self.start()
        min(self._readers, key=lambda each: len(each.requests)).ask(request)

    def _attend(self, seconds: float | None) -> None:
        """Write and read what can be; where nothing came, wait for `seconds` (None: as long as a reader may take)."""
        self._put_off_deadlines()
        heard = sum(self._serve(place, reader) for place, reader in enumerate(self._readers))
        self._attended_at = time.monotonic()
        if heard or seconds == 0:
            return
        due = [at for reader in self._readers if (at := reader.due(PATIENCE_SECONDS)) is not None]
        left = min(due, default=time.monotonic()) - time.monotonic()
        with selectors.PollSelector() as pipes:
            for reader in self._readers:
                pipes.register(reader.from_it, selectors.EVENT_READ)
                if reader.has_outgoing:
                    pipes.register(reader.to_it, selectors.EVENT_WRITE)
            pipes.select(max(0.0, left if seconds is None else min(left, seconds)))
        self._attended_at = time.monotonic()

    def _put_off_deadlines(self) -> None:
        """Give the readers the time in which the caller was busy with other things and did not listen to them."""
        away = time.monotonic() - self._attended_at if self._attended_at else 0.0
        for reader in self._readers:
            reader.postpone(away)

    def _serve(self, place: int, reader: ReaderProcess) -> bool:
        """Exchange with one reader what can be exchanged now; return whether it answered, or will not any more."""
        try:
            reader.write()
            heard = reader.read()
            if not heard:
                reader.check_time()
        except Lost as lost:
            self._replace(place, str(lost))
            return True
        if reader.pid is not None:
            self._fruitless_starts = 0
        if reader.is_worn:
            self._replace(place)
        elif (due := reader.due(PATIENCE_SECONDS)) is not None and time.monotonic() >= due:
            self._share(reader)
        return heard

    def _share(self, slow: ReaderProcess) -> None:
        """Ask the others as well for what waits behind a mail that takes long; whoever is first has read it."""
        others = [reader for reader in self._readers if reader is not slow]
        for request in slow.take_shared():
            if others and not request.is_done:
                min(others, key=lambda each: len(each.requests)).ask(request)

    def _replace(self, place: int, failure: str = "") -> None:
        """Put a new reader in the place of one. With a `failure`, what that was reading has failed.

        The rest is asked again; all of it where the reader never began. Raises OperatorError where none ever does.
        """
        old = self._readers[place]
        status = self._part_with(old)
        unread = [request for request in old.requests if not request.is_done]
        if old.pid is None:
            self._count_fruitless_start(failure)
        else:
            self._fruitless_starts = 0
            if failure and unread and unread[0] is old.requests[0]:
                unread.pop(0).failure = f"{failure} (status {status})" if status else failure
        self._readers[place] = self._fork()
        for request in unread:
            self._readers[place].ask(request)

    def _count_fruitless_start(self, failure: str) -> None:
        self._fruitless_starts += 1
        if self._fruitless_starts > STARTS:
            self._give_up(failure)

    def _give_up(self, why: str) -> NoReturn:
        """Say that no reader can be started; none of those that were tried is ever asked again."""
        self.close()
        self._fruitless_starts = 0
        raise OperatorError([_NO_READER.format(error=why)])

    def _fork(self) -> ReaderProcess:
        try:
            pipes = self._server.fork()
        except OSError:
            # It was killed, by a system short of memory for instance, and its readers with it.
            self._server.kill()
            try:
                pipes = self._server.fork()
            except OSError as error:
                self._give_up(str(error))
        return ReaderProcess(*pipes, *self._seconds)

    def _part_with(self, reader: ReaderProcess) -> int | None:
        """End a reader; return its exit status, None where it is not known."""
        reader.close()
        if reader.pid is not None:
            with contextlib.suppress(OSError):
                return os.waitstatus_to_exitcode(self._server.end(reader.pid))
        # It has not said yet which process it is, or the fork server does not answer: that may be what holds it up.
        self._server.kill()
        return None


def _named(data: bytes, name: str) -> bytes:
    return _after(name.encode("utf-8", "replace"), data)


def _after(told: bytes, data: bytes) -> bytes:
    return child.NAME_SIZE.pack(len(told)) + told + data
