"""The fork server as its parent sees it: started once, asked for readers, and ended with them."""

import contextlib
import fcntl
import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import BinaryIO

from forms import form as forms_form
from intake import child

# A mail goes through a pipe in one piece where it fits; the kernel's limit for everybody is this much (pipe(7)).
PIPE_BYTES = 1024 * 1024
# Killing and fetching a process is a matter of milliseconds; a machine that is short of memory may take this long.
END_SECONDS = 10.0
# What its processes complain of, a traceback each, is a few hundred lines; more is the work of a mail.
LINES_LOGGED, LINE_BYTES = 1_000, 2_000

_log = logging.getLogger("rollcall")


class ForkServer:
    """One fork server, started when a reader is first asked for."""

    def __init__(self, forms: Sequence[forms_form.Form]) -> None:
        self._forms = b"\n".join(forms_form.to_json(form) for form in forms)
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._listener: threading.Thread | None = None

    def fork(self) -> tuple[int, int]:
        """Ask for a reader; return the pipe to it and the pipe from it, neither of which blocks.

        It says HELLO when it is there, which is not waited for. Raises OSError where the fork server is gone.
        """
        control = self._control or self._start()
        its_source, to_it = _pipe()
        try:
            from_it, its_sink = _pipe()
        except OSError:
            os.close(its_source)
            os.close(to_it)
            raise
        try:
            socket.send_fds(control, [child.PID.pack(child.FORK, 0)], [its_source, its_sink])
        except OSError:
            os.close(to_it)
            os.close(from_it)
            raise
        finally:
            os.close(its_source)
            os.close(its_sink)
        os.set_blocking(to_it, False)
        os.set_blocking(from_it, False)
        return to_it, from_it

    def end(self, pid: int) -> int:
        """Kill one reader; return its wait status. Raises OSError where the fork server is gone."""
        if self._control is None:
            raise ProcessLookupError("the fork server does not run")
        self._control.send(child.PID.pack(child.END, pid))
        answer = self._control.recv(child.PID.size)
        if len(answer) < child.PID.size:
            raise ConnectionResetError("the fork server ended")
        return int(child.PID.unpack(answer)[1])

    def close(self) -> None:
        """End the fork server and every reader."""
        control, process, listener = self._control, self._process, self._listener
        self._control = self._process = self._listener = None
        if control is not None:
            control.close()
        if process is not None:
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()  # its readers follow it
                process.wait()
        if listener is not None:
            listener.join(END_SECONDS)

    def kill(self) -> None:
        """End a fork server that may not listen any more, and every reader with it."""
        if self._process is not None:
            self._process.kill()
        self.close()

    def _start(self) -> socket.socket:
        # Each request is one packet: a descriptor cannot get parted from what is asked for it.
        control, its_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        control.settimeout(END_SECONDS)
        with its_end, self._listen() as complaints:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", "from intake import child; child.main()", str(its_end.fileno())],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,  # whatever a library prints
                stderr=complaints,
                pass_fds=[its_end.fileno()],
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "2"},
            )
        assert self._process.stdin is not None
        _widen(self._process.stdin.fileno())
        with self._process.stdin as forms, contextlib.suppress(BrokenPipeError):
            forms.write(self._forms)
        self._control = control
        return control

    def _listen(self) -> BinaryIO:
        """Return where the processes write what they complain of; it goes into the log.

        Not the parent's own standard error: a reader may write to no file, and the log may be one. Raises OSError where
        that cannot be listened to.
        """
        source, sink = os.pipe()
        listener = threading.Thread(target=_log_lines, args=(os.fdopen(source, "rb"),), daemon=True)
        try:
            listener.start()
        except RuntimeError as error:
            os.close(sink)
            raise BlockingIOError(str(error)) from error
        self._listener = listener
        return os.fdopen(sink, "wb")


def _log_lines(complaints: BinaryIO) -> None:
    """Write to the log what the processes complain of, until the last of them has ended."""
    with complaints:
        for number, line in enumerate(iter(lambda: complaints.readline(LINE_BYTES), b"")):
            if number < LINES_LOGGED:
                _log.warning("a reader says: %s", line.decode("utf-8", "backslashreplace").rstrip())
            elif number == LINES_LOGGED:
                _log.warning("the readers say more than %d lines; the rest is left out", LINES_LOGGED)


def _pipe() -> tuple[int, int]:
    source, sink = os.pipe()
    _widen(sink)
    return source, sink


def _widen(pipe: int) -> None:
    with contextlib.suppress(OSError):  # a user's pipes may be limited further; then it is only slower
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
