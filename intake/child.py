"""The limited processes that read mails: what a hostile mail can cost is one of these.

A fork server is started as a fresh interpreter, prepares the forms once and never sees a mail; each reader is a fork of
it, and it has neither threads nor a database that forking could tear apart. A reader serves one mail at a time, has no
more memory, files and time than its limits, answers in plain JSON that the parent validates, and dies with the fork
server, which ends as soon as its parent does.

What runs in these processes is here; intake.fork_server and intake.readers are the parent's side.
"""

import contextlib
import gc
import mimetypes
import os
import resource
import signal
import socket
import struct
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from forms import form as forms_form
from intake import confinement, limited_program, sandbox
from intake.wanted import Wanted
from roll import reports

if TYPE_CHECKING:
    from intake import contents

# One input may cost at most 512 MB in a reader (invariant C5 of the fault catalogue).
MEMORY_BYTES = 512 * 1024 * 1024
OPEN_FILES = 64
# Of the processor, for one request: what the parent's clock allows (intake.readers), and a second more.
CPU_SECONDS = 31

FRAME = struct.Struct(">cQ")
"""Before each piece that travels: its kind, and its size in bytes."""
PID = struct.Struct(">ci")
"""What is asked of the fork server, with the process it is about."""
FORK, END = b"F", b"X"
"""Asked of the fork server: a reader on the two pipes that come along; the end of one."""
MAIL, WORKBOOK, MARK, LEARN, MARK_IN_MAIL, TOGETHER = b"M", b"W", b"K", b"L", b"J", b"T"
"""Asked of a reader."""
HELLO, RESULT, BUG = b"H", b"R", b"E"
"""Answered by a reader: its process number, once it is there; what it read; a traceback."""
NAME_SIZE = struct.Struct(">I")
"""Before the name of a workbook, the order to mark one in a mail or to read several, which comes before the bytes."""

_ENCODE = msgspec.json.Encoder().encode
_DECODE_ORDER = msgspec.json.Decoder(tuple[int, reports.Reading]).decode
_DECODE_WANTED = msgspec.json.Decoder(tuple[Wanted, ...]).decode


def main() -> None:
    """Run as the fork server: forms on standard input, requests on the socket whose number is the argument."""
    from intake import contents, seven_zip  # noqa: PLC0415 - the parent, which imports this file too, reads no workbook

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its children itself
    forms = [forms_form.from_json(line) for line in sys.stdin.buffer.read().splitlines()]
    reader = contents.Reader(forms, seven_zip.find())
    # What the readers share with this process stays shared: collecting garbage would write to every page.
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as control:
        _serve_forks(control, reader)


def _serve_forks(control: socket.socket, reader: "contents.Reader") -> None:
    """Fork and end readers until the parent is gone; then none is left behind."""
    forked: set[int] = set()
    while True:
        request, pipes, _, _ = socket.recv_fds(control, PID.size, 2)
        if not request:
            break
        operation, pid = PID.unpack(request)
        if operation == FORK:
            forked.add(_fork(control, reader, pipes))
        else:
            control.send(PID.pack(END, _end(pid, forked)))
    for pid in tuple(forked):
        _end(pid, forked)


def _fork(control: socket.socket, reader: "contents.Reader", pipes: list[int]) -> int:
    server = os.getpid()
    pid = os.fork()
    if pid:
        for pipe in pipes:
            os.close(pipe)
        return pid
    status = 1
    try:
        control.close()
        # The pipes stay open until what went wrong is said: the parent kills a reader whose pipe has closed.
        with os.fdopen(pipes[0], "rb") as source, os.fdopen(pipes[1], "wb") as sink:
            try:
                confine(server)
                serve(reader, source, sink)
                status = 0
            except BrokenPipeError:
                # Who asked has ended in the middle of it, and nobody is there to be told.
                status = 1
            except BaseException:  # noqa: BLE001 - the one catch-all of this process: said, and another reads the mail
                traceback.print_exc()
    finally:
        os._exit(status)  # nothing of the fork server's own end runs here


def _end(pid: int, forked: set[int]) -> int:
    """Kill a reader; return its wait status (waitpid(2)), 0 for a process that is none of ours."""
    if pid not in forked:
        return 0
    forked.discard(pid)
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError):
            kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]


def serve(reader: "contents.Reader", source: BinaryIO, sink: BinaryIO) -> None:
    """Run as a reader: answer requests from `source` on `sink` until it closes."""
    _answer(sink, HELLO, PID.pack(HELLO, os.getpid()))
    while header := source.read(FRAME.size):
        operation, size = FRAME.unpack(header)
        confinement.allow_seconds(CPU_SECONDS)
        _answer(sink, *_read(reader, operation, source.read(size)))


def _answer(sink: BinaryIO, kind: bytes, answer: bytes) -> None:
    sink.write(FRAME.pack(kind, len(answer)))
    sink.write(answer)
    sink.flush()


def _read(reader: "contents.Reader", operation: bytes, payload: bytes) -> tuple[bytes, bytes]:
    try:
        if operation == MAIL:
            return RESULT, _ENCODE(reader.read(payload))
        start = NAME_SIZE.size
        end = start + NAME_SIZE.unpack_from(payload)[0]
        if operation == MARK_IN_MAIL:
            place, reading = _DECODE_ORDER(payload[start:end])
            return RESULT, _ENCODE(reader.mark_in_mail(payload[end:], place, reading))
        if operation == TOGETHER:
            asked = _DECODE_WANTED(payload[start:end])
            return RESULT, _ENCODE(reader.read_together(asked, _pieces(payload, end, [each.size for each in asked])))
        name = payload[start:end].decode("utf-8", "replace")
        answers = {WORKBOOK: reader.read_workbook, MARK: reader.mark_workbook, LEARN: reader.learn_workbook}
        return RESULT, _ENCODE(answers[operation](payload[end:], name))
    except Exception:  # noqa: BLE001 - the one catch-all of this unit of work: the mail is set aside, the reader replaced
        return BUG, traceback.format_exc(limit=-6).encode("utf-8", "replace")


def _pieces(payload: bytes, start: int, sizes: list[int]) -> list[bytes]:
    """Return the mails that stand one behind the other from `start` on."""
    pieces = []
    for size in sizes:
        pieces.append(payload[start : start + size])
        start += size
    return pieces


def confine(server: int) -> None:
    """Take on the limits of a reader, and die with the fork server, whose process number is `server`."""
    confinement.die_with(server)
    # What it starts is ended with it: a group of their own that none of them can leave any more.
    os.setpgid(0, 0)
    # openpyxl asks for it, and the table of the system lies where nothing may be read any more.
    mimetypes.init()
    sandbox.close_in(str(Path(__file__).parents[1] / room) for room in ("roll", "forms", "intake"))
    confinement.limit(
        (
            (resource.RLIMIT_AS, MEMORY_BYTES, MEMORY_BYTES),
            (resource.RLIMIT_NOFILE, OPEN_FILES, OPEN_FILES),
            # No file can be written. The one exception is intake.limited_program's, which has no name and is in memory.
            (resource.RLIMIT_FSIZE, 0, limited_program.FILE_BYTES),
            (resource.RLIMIT_CORE, 0, 0),
        )
    )
