"""The limited process that reads mails: what a hostile mail can cost is one of these.

A child is a Python process of its own with a pipe in and a pipe out. It serves one mail at a time, has no more
memory, files and time than the limits below, answers in plain JSON that the parent validates, and dies with its parent.
It is started as a fresh interpreter, never forked beside threads and database connections.
"""

import contextlib
import ctypes
import fcntl
import os
import resource
import selectors
import signal
import struct
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from typing import IO, TYPE_CHECKING, TypeVar

import pydantic

from forms import form as forms_form
from roll import mails, reports

if TYPE_CHECKING:
    from intake import contents

# One input may cost at most 30 s and 512 MB in a child (invariant C5 of the fault catalogue).
SECONDS_PER_MAIL = 30.0
MEMORY_BYTES = 512 * 1024 * 1024
# The answer for a 100,000-row list sheet is about 20 MB; anything larger is not a report.
ANSWER_BYTES = 64 * 1024 * 1024
# Fragmentation of a long-lived reader stays small if it is replaced now and then.
MAILS_PER_CHILD = 500
OPEN_FILES = 64
# A mail goes through the pipe in one piece where it fits; the kernel's limit for everybody is this much (pipe(7)).
PIPE_BYTES = 1024 * 1024

_FRAME = struct.Struct(">cQ")
Answer = TypeVar("Answer", mails.Contents, reports.Reading)
_CONTENTS = pydantic.TypeAdapter(mails.Contents)
_READING = pydantic.TypeAdapter(reports.Reading)
_DEATH_SIGNAL_OPTION = 1  # PR_SET_PDEATHSIG of prctl(2)


class ReadingFailedError(Exception):
    """A mail could not be read: the child died, took too long, or has a bug. `detail` says which."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class Child:
    """One reader process, started when first used and again after it was killed."""

    def __init__(self, forms: Sequence[forms_form.Form], seconds: float = SECONDS_PER_MAIL) -> None:
        self._forms = b"\n".join(forms_form.to_json(form) for form in forms)
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._served = 0

    def read_mail(self, raw: bytes) -> mails.Contents:
        """Return the contents of a mail. Raises ReadingFailedError."""
        return self._validated(_CONTENTS.validate_json, self._ask(b"M", raw))

    def read_workbook(self, data: bytes, name: str) -> reports.Reading:
        """Return the reading of one workbook. Raises ReadingFailedError."""
        encoded = name.encode("utf-8", "replace")
        request = struct.pack(">I", len(encoded)) + encoded + data
        return self._validated(_READING.validate_json, self._ask(b"W", request))

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    with contextlib.suppress(BrokenPipeError):
                        pipe.close()
            self._process = None

    def _validated(self, validate: Callable[[bytes], Answer], answer: bytes) -> Answer:
        try:
            return validate(answer)
        except pydantic.ValidationError as error:
            self.close()
            detail = f"the reader's answer is not of the agreed shape: {error.error_count()} faults"
            raise ReadingFailedError(detail) from error

    def _ask(self, operation: bytes, payload: bytes) -> bytes:
        try:
            if self._process is None or self._served >= MAILS_PER_CHILD:
                self.start()
            self._served += 1
            kind, answer = self._exchange(operation, payload)
        except (OSError, EOFError) as error:
            detail = self._obituary(error)
            raise ReadingFailedError(detail) from error
        if kind != b"R":
            self.close()
            raise ReadingFailedError(answer.decode("utf-8", "replace"))
        return answer

    def _obituary(self, error: Exception) -> str:
        process = self._process
        if isinstance(error, TimeoutError):
            self.close()
            return f"reading took longer than {self._seconds:.0f} seconds"
        try:
            ended = f"the reader ended while reading (status {process.wait(1) if process is not None else None})"
        except subprocess.TimeoutExpired:
            ended = f"the reader was ended: {error or 'it closed its answers'}"
        self.close()
        return ended

    def start(self) -> None:
        """Start the process and give it the forms; one that runs is replaced."""
        self.close()
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from intake import child; child.main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "2"},
        )
        self._served = 0
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            os.set_blocking(pipe.fileno(), False)
            with contextlib.suppress(OSError):  # a user's pipes may be limited further; then it is only slower
                fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        self._exchange(b"F", self._forms)

    def _exchange(self, operation: bytes, payload: bytes) -> tuple[bytes, bytes]:
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        deadline = time.monotonic() + self._seconds
        _send(self._process.stdin, _FRAME.pack(operation, len(payload)), deadline)
        _send(self._process.stdin, payload, deadline)
        kind, size = _FRAME.unpack(_receive(self._process.stdout, _FRAME.size, deadline))
        if size > ANSWER_BYTES:
            raise EOFError("the answer is too large")
        return kind, _receive(self._process.stdout, size, deadline)


def _wait(pipe: IO[bytes], event: int, deadline: float) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, event)
        if not selector.select(max(0.0, deadline - time.monotonic())):
            raise TimeoutError


def _send(pipe: IO[bytes], data: bytes, deadline: float) -> None:
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(pipe.fileno(), view) :]
        except BlockingIOError:
            _wait(pipe, selectors.EVENT_WRITE, deadline)


def _receive(pipe: IO[bytes], size: int, deadline: float) -> bytes:
    received = bytearray()
    while len(received) < size:
        try:
            chunk = os.read(pipe.fileno(), min(size - len(received), 1 << 20))
        except BlockingIOError:
            _wait(pipe, selectors.EVENT_READ, deadline)
            continue
        if not chunk:
            raise EOFError
        received += chunk
    return bytes(received)


def main() -> None:
    """Run as the child: serve requests from standard input until it closes."""
    from intake import contents  # noqa: PLC0415 - the parent, which imports this file too, reads no workbook

    _confine()
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not get into the answers
    reader: contents.Reader | None = None
    while header := source.read(_FRAME.size):
        operation, size = _FRAME.unpack(header)
        payload = source.read(size)
        if operation == b"F":
            reader = contents.Reader([forms_form.from_json(line) for line in payload.splitlines()])
            answer = (b"R", b"{}")
        else:
            assert reader is not None
            answer = _serve(reader, operation, payload)
        sink.write(_FRAME.pack(answer[0], len(answer[1])))
        sink.write(answer[1])
        sink.flush()


def _serve(reader: "contents.Reader", operation: bytes, payload: bytes) -> tuple[bytes, bytes]:
    try:
        if operation == b"M":
            return b"R", _CONTENTS.dump_json(reader.read(payload))
        length = struct.unpack(">I", payload[:4])[0]
        name = payload[4 : 4 + length].decode("utf-8", "replace")
        return b"R", _READING.dump_json(reader.read_workbook(payload[4 + length :], name))
    except Exception:  # noqa: BLE001 - the one catch-all of this unit of work: the mail is set aside, the child replaced
        return b"E", traceback.format_exc(limit=-6).encode("utf-8", "replace")


def _confine() -> None:
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL_OPTION, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its children itself
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))
