"""The fork server as its parent sees it: started once, asked for readers, and ended with them."""

import contextlib
import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import Sequence

from forms import form as forms_form
from intake import child

# A mail goes through a pipe in one piece where it fits; the kernel's limit for everybody is this much (pipe(7)).
PIPE_BYTES = 1024 * 1024
# Killing and fetching a process is a matter of milliseconds; a machine that is short of memory may take this long.
END_SECONDS = 10.0


class ForkServer:
    """One fork server, started when a reader is first asked for."""

    def __init__(self, forms: Sequence[forms_form.Form]) -> None:
        self._forms = b"\n".join(forms_form.to_json(form) for form in forms)
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

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
        control, process = self._control, self._process
        self._control = self._process = None
        if control is not None:
            control.close()
        if process is not None:
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()  # its readers follow it
                process.wait()

    def kill(self) -> None:
        """End a fork server that may not listen any more, and every reader with it."""
        if self._process is not None:
            self._process.kill()
        self.close()

    def _start(self) -> socket.socket:
        # Each request is one packet: a descriptor cannot get parted from what is asked for it.
        control, its_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        control.settimeout(END_SECONDS)
        with its_end:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", "from intake import child; child.main()", str(its_end.fileno())],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,  # whatever a library prints
                pass_fds=[its_end.fileno()],
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "2"},
            )
        assert self._process.stdin is not None
        _widen(self._process.stdin.fileno())
        with self._process.stdin as forms, contextlib.suppress(BrokenPipeError):
            forms.write(self._forms)
        self._control = control
        return control


def _pipe() -> tuple[int, int]:
    source, sink = os.pipe()
    _widen(sink)
    return source, sink


def _widen(pipe: int) -> None:
    with contextlib.suppress(OSError):  # a user's pipes may be limited further; then it is only slower
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
