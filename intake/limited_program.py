"""A program from outside run on bytes from outside, by a reader: nothing is written, and little can be spent.

The bytes are given to it as a file in memory (memfd_create(2)) that has no name and cannot be changed, so that nothing
is left on a disk whoever is killed when. Its own limits are stricter than the reader's: it can write no file at all.
"""

import contextlib
import fcntl
import functools
import os
import resource
import selectors
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from intake import confinement

# Dictionaries of the usual archivers take up to 64 MB (7-Zip's "ultra"); reader and program together stay near
# invariant C5 of the fault catalogue.
MEMORY_BYTES = 256 * 1024 * 1024
# Standard streams, the archive, and what the C library opens for a moment.
OPEN_FILES = 16
# The largest file that can come: a mail of 60 MB is fetched at most (intake.mailbox).
FILE_BYTES = 64 * 1024 * 1024
# What a program says of its troubles; the rest of more is not read.
ERROR_BYTES = 64 * 1024
_READ_AT_ONCE = 1 << 18
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
_SEALS = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE


class NotRunError(Exception):
    """The program could not be run: the machine does not let it start, or gives no room for the file."""


class TooSlowError(Exception):
    """The program did not end in its time, and was killed."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program left: its exit status, its output, whether that was cut off, and what it said of troubles."""

    status: int
    output: bytes
    is_cut: bool
    troubles: bytes


def run(command: Sequence[str], data: bytes, most: int, seconds: float) -> Ran:
    """Run `command` on a file of these bytes, whose path is its last argument; take `most` bytes of its output.

    Raises NotRunError and TooSlowError.
    """
    with _file_in_memory(data) as file:
        try:
            process = subprocess.Popen(
                [*command, f"/proc/self/fd/{file}"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=[file],
                cwd="/",
                env=_ENVIRONMENT,
                preexec_fn=functools.partial(_confine, os.getpid(), seconds),  # noqa: PLW1509 - a reader has no threads
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise NotRunError(str(error)) from error
        with process:
            try:
                output, is_cut, troubles = _collect(process, most, time.monotonic() + seconds)
            finally:
                if process.poll() is None:
                    process.kill()
        return Ran(process.returncode, output, is_cut, troubles)


@contextlib.contextmanager
def _file_in_memory(data: bytes) -> Iterator[int]:
    """Yield the number of an open file of these bytes, in memory, sealed.

    A reader may write no file; this one is let through by raising its limit for just this moment.
    """
    now, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        file = os.memfd_create("archive", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    except OSError as error:
        raise NotRunError(str(error)) from error
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        try:
            _write(file, data)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (now, most))
        yield file
    finally:
        os.close(file)


def _write(file: int, data: bytes) -> None:
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[os.write(file, rest) :]
        fcntl.fcntl(file, fcntl.F_ADD_SEALS, _SEALS)
    except OSError as error:
        raise NotRunError(str(error)) from error


def _confine(parent: int, seconds: float) -> None:
    confinement.die_with(parent)
    processor = int(seconds) + 1
    confinement.limit(
        (
            (resource.RLIMIT_FSIZE, 0, 0),
            (resource.RLIMIT_CORE, 0, 0),
            (resource.RLIMIT_NOFILE, OPEN_FILES, OPEN_FILES),
            (resource.RLIMIT_CPU, processor, processor),
            (resource.RLIMIT_AS, MEMORY_BYTES, MEMORY_BYTES),
        )
    )


def _collect(process: "subprocess.Popen[bytes]", most: int, deadline: float) -> tuple[bytes, bool, bytes]:
    """Return what the program wrote, whether that was cut off, and its complaints. Raises TooSlowError."""
    assert process.stdout is not None
    assert process.stderr is not None
    output, troubles = bytearray(), bytearray()
    with selectors.DefaultSelector() as pipes:
        pipes.register(process.stdout, selectors.EVENT_READ, output)
        pipes.register(process.stderr, selectors.EVENT_READ, troubles)
        while pipes.get_map():
            left = deadline - time.monotonic()
            if left <= 0:
                raise TooSlowError
            for key, _ in pipes.select(left):
                piece = os.read(key.fd, _READ_AT_ONCE)
                if not piece:
                    pipes.unregister(key.fileobj)
                elif key.data is output or len(troubles) < ERROR_BYTES:
                    key.data.extend(piece)
            if len(output) > most:
                return bytes(output[:most]), True, bytes(troubles)
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired as error:
        raise TooSlowError from error
    return bytes(output), False, bytes(troubles)
