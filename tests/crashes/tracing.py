"""strace laid upon a command that waits: it harms the Nth call of one kind, or only counts the calls (strace(1))."""

import os
import re
import shutil
import signal
import subprocess
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.crashes.zygote import Zygote
from tests.servers import required

# Calls by which anything leaves the process: to the database and its log, to files, to the mail servers.
CALLS = ("write", "pwrite64", "fsync", "fdatasync", "ftruncate", "rename", "unlink", "sendto", "connect")
KILL, INPUT_OUTPUT, NO_SPACE = "signal=KILL", "error=EIO", "error=ENOSPC"
_ATTACH_WITHIN = 20.0
_CALL = re.compile(r"^(?:\[pid +\d+\] )?(\w+)\(", re.MULTILINE)


@dataclass(frozen=True)
class Harm:
    """What happens at which call: the `number`th of its kind in the process, counted from 1."""

    call: str
    number: int
    what: str

    def __str__(self) -> str:
        return f"{self.call} {self.number}: {self.what}"


@dataclass(frozen=True)
class Ran:
    """How a traced command ended: its exit status (negative: a signal), the calls that it made, whether harm came."""

    status: int
    calls: Counter[str]
    harmed: bool


def require_strace() -> None:
    """Skip where strace is not installed; where nothing may be skipped (CI=true), fail.

    A kernel that lets nobody trace is no program to install: there it is skipped in any case.
    """
    there = shutil.which("strace") is not None
    required.require(there, "strace is not installed: apt-get install strace")
    tried = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"this machine lets nothing be traced: {tried.stderr.strip()}")


def run(zygote: Zygote, folder: Path, arguments: tuple[str, ...], harm: Harm | None = None) -> Ran:
    """Run a command under strace; return how it ended."""
    log = folder / "strace.txt"
    child = zygote.begin(folder, arguments)
    inject = ["-e", f"inject={harm.call}:{harm.what}:when={harm.number}"] if harm else []
    command = ["strace", "-p", str(child), "-o", str(log), "-e", f"trace={','.join(CALLS)}", "-s", "0", *inject]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        _wait_until_attached(tracer)
        os.kill(child, signal.SIGUSR1)
        status = zygote.end()
        tracer.wait(60)
    told = log.read_text("utf-8", "replace")
    calls = Counter(_CALL.findall(told))
    return Ran(status, calls, "INJECTED" in told or status == -signal.SIGKILL)


def _wait_until_attached(tracer: "subprocess.Popen[str]") -> None:
    assert tracer.stderr is not None
    overdue = threading.Timer(_ATTACH_WITHIN, tracer.kill)
    overdue.start()
    line = tracer.stderr.readline()
    overdue.cancel()
    assert "attached" in line, f"strace could not attach: {line}"
