"""A process with everything imported that forks a command for each line it is given: a start of Python is the most of a
run, and thousands are made.

Line in: JSON {"folder", "arguments"}. Line out: the child's process number; then the child waits until it gets SIGUSR1,
so that a tracer can lay hold of it first. After its end a second line: its exit status, negative for a signal.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self


class Zygote:
    """The parent's side, for a `with`."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crashes.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def begin(self, folder: Path, arguments: tuple[str, ...]) -> int:
        """Fork a command that waits for SIGUSR1; return its process number."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"folder": str(folder), "arguments": arguments}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def end(self) -> int:
        """Wait until the command ended; return its exit status, negative for a signal."""
        return self._answer()

    def _answer(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


def _import_everything() -> None:
    from service import assemble, digesting, jobs, reminding, rereading, reviewing, sending  # noqa: F401, PLC0415
    from service.cli import digest, poll, remind, replay, review, send  # noqa: F401, PLC0415


def _be_the_command(folder: str, arguments: list[str]) -> None:
    """Become `rollcall` in a folder; does not return."""
    signal.sigwait({signal.SIGUSR1})
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})
    os.chdir(folder)
    said = os.open("said.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(said, 1)
    os.dup2(said, 2)
    from service import cli  # noqa: PLC0415

    sys.stdout = os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", closefd=False, buffering=1)
    status = 1
    try:
        cli.main(arguments)
    except SystemExit as left:
        status = int(left.code or 0)
    finally:
        sys.stdout.flush()
        os._exit(status)


def _tell(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def _serve() -> None:
    _import_everything()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            _be_the_command(asked["folder"], asked["arguments"])
        _tell(child)
        _, status = os.waitpid(child, 0)
        _tell(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    _serve()
