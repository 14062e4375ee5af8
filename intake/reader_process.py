"""One reader as its parent sees it: what it was asked, what it answers, and until when."""

import collections
import itertools
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import msgspec

from intake import child

# The answer for a 100,000-row list sheet is about 20 MB; anything larger is not a report.
ANSWER_BYTES = 64 * 1024 * 1024
# Fragmentation of a long-lived reader stays small if it is replaced now and then.
REQUESTS_PER_READER = 500
_READ_AT_ONCE = 1 << 20
_Answer = TypeVar("_Answer")


class Lost(Exception):  # noqa: N818 - what became of the process, to be told with the request that it failed
    """The process cannot be used any more: it ended, or what it says makes no sense."""


@dataclass(eq=False, slots=True)
class Request(Generic[_Answer]):
    """What a reader is asked. `answer` is there once it came; `failure` says why it never will.

    `is_shared`: a second reader was asked as well, which happens once at most.
    """

    operation: bytes
    payload: bytes
    decoder: msgspec.json.Decoder[_Answer]
    answer: _Answer | None = None
    failure: str = ""
    is_shared: bool = False

    @property
    def is_done(self) -> bool:
        """Whether nothing more is to come."""
        return self.answer is not None or bool(self.failure)

    def take(self, answer: bytes) -> None:
        """Keep an answer. Raises Lost where it is not of the agreed shape."""
        try:
            self.answer = self.decoder.decode(answer)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise Lost(f"the reader's answer is not of the agreed shape: {error}") from error


@dataclass(eq=False, slots=True)
class ReaderProcess:
    """A reader with its pipes (neither blocks). The first of `requests` is being read, the others wait in the pipe.

    `pid` is None until the process has said that it is there. `deadline` (time.monotonic) is that of starting, or of
    the first request; None while there is none.
    """

    to_it: int
    from_it: int
    start_seconds: float
    seconds: float
    requests: collections.deque[Request[Any]] = field(default_factory=collections.deque)
    pid: int | None = None
    deadline: float | None = None
    served: int = 0
    _is_closed: bool = False
    _outgoing: collections.deque[memoryview] = field(default_factory=collections.deque)
    _incoming: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        """Let the time to start run."""
        self._start_clock()

    @property
    def has_outgoing(self) -> bool:
        """Whether something waits to be written."""
        return bool(self._outgoing)

    @property
    def is_worn(self) -> bool:
        """Whether it has served as many requests as one process should."""
        return self.served >= REQUESTS_PER_READER

    def due(self, patience: float) -> float | None:
        """Return when (time.monotonic) it is to be looked at, whatever it says: at its deadline, or once it is slow.

        It is slow when the first request takes longer than `patience` seconds and others wait that nobody else was
        asked. None where it is asked nothing.
        """
        if self.deadline is None or self.pid is None or all(request.is_shared for request in self._waiting()):
            return self.deadline
        return min(self.deadline, self.deadline - self.seconds + patience)

    def take_shared(self) -> list[Request[Any]]:
        """Return the requests behind the first that nobody else was asked, once; they stay here as well."""
        shared = [request for request in self._waiting() if not request.is_shared]
        for request in shared:
            request.is_shared = True
        return shared

    def _waiting(self) -> Iterator[Request[Any]]:
        return itertools.islice(self.requests, 1, None)

    def postpone(self, seconds: float) -> None:
        """Put the deadline off by the time in which nobody listened to the reader: that is not its fault."""
        if self.deadline is not None:
            self.deadline += seconds

    def ask(self, request: Request[Any]) -> None:
        """Take a request; it is read after those that were asked before."""
        self.requests.append(request)
        header = child.FRAME.pack(request.operation, len(request.payload))
        self._outgoing += [memoryview(header), memoryview(request.payload)]
        if len(self.requests) == 1 and self.pid is not None:
            self._start_clock()
        self.write()

    def write(self) -> None:
        """Write what the pipe takes; reading tells where nobody is at its other end."""
        while self._outgoing:
            try:
                written = os.write(self.to_it, self._outgoing[0])
            except BlockingIOError:
                return
            except BrokenPipeError:
                self._outgoing.clear()
                return
            rest = self._outgoing[0][written:]
            if rest:
                self._outgoing[0] = rest
            else:
                self._outgoing.popleft()

    def read(self) -> bool:
        """Take in what was answered; return whether anything was. Raises Lost where nothing good will come any more."""
        heard = False
        while True:
            try:
                piece = os.read(self.from_it, _READ_AT_ONCE)
            except BlockingIOError:
                return heard
            if not piece:
                raise Lost("the reader ended while reading")
            heard = True
            self._incoming += piece
            self._take_answers()

    def check_time(self) -> None:
        """Raise Lost where the deadline has passed."""
        if self.deadline is not None and time.monotonic() >= self.deadline:
            what, seconds = ("starting", self.start_seconds) if self.pid is None else ("reading", self.seconds)
            raise Lost(f"{what} took longer than {seconds:.0f} seconds")

    def _take_answers(self) -> None:
        header = child.FRAME.size
        while len(self._incoming) >= header:
            kind, size = child.FRAME.unpack_from(self._incoming)
            if size > ANSWER_BYTES:
                raise Lost("the answer is too large")
            if len(self._incoming) < header + size:
                return
            answer = bytes(memoryview(self._incoming)[header : header + size])
            del self._incoming[: header + size]
            self._take(kind, answer)

    def _take(self, kind: bytes, answer: bytes) -> None:
        if kind == child.HELLO and self.pid is None:
            self.pid = child.PID.unpack(answer)[1]
        elif kind == child.RESULT and self.requests:
            self.requests[0].take(answer)
            self.requests.popleft()
            self.served += 1
        else:
            raise Lost(answer.decode("utf-8", "replace") if kind == child.BUG else "an answer that nobody asked for")
        self._start_clock()

    def _start_clock(self) -> None:
        now = time.monotonic()
        if self.pid is None:
            self.deadline = self.deadline or now + self.start_seconds
        else:
            self.deadline = now + self.seconds if self.requests else None

    def close(self) -> None:
        """Close the pipes, once: their numbers may soon be somebody else's."""
        if not self._is_closed:
            self._is_closed = True
            os.close(self.to_it)
            os.close(self.from_it)
