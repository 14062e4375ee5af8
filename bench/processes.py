"""A command as a whole process: how long it runs, and how much memory it and all its children have at most."""

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# How often memory is looked at. A look at three processes takes 3 to 4 ms of processor time, so time and memory are
# measured in runs of their own.
SAMPLE_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Run:
    """One finished run: wall seconds, processor seconds of the tree, what it printed."""

    seconds: float
    processor_seconds: float
    out: str


def run(command: Sequence[str], folder: Path) -> Run:
    """Run a command to its end. Raises RuntimeError, with what it said, where it does not exit with 0."""
    before = os.times()
    began = time.perf_counter()
    out = _finish(_start(command, folder))
    seconds = time.perf_counter() - began
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(seconds, spent, out)


def peak_megabytes(command: Sequence[str], folder: Path) -> float:
    """Run a command to its end; return the most memory that its process tree had: proportional set sizes, summed."""
    process = _start(command, folder)
    peak = _Peak(process.pid)
    _finish(process)
    return peak.stop()


def _start(command: Sequence[str], folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _finish(process: subprocess.Popen[str]) -> str:
    out, errors = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{process.args!r} exited with {process.returncode}:\n{out}{errors}")
    return out


class _Peak:
    """Looks at a process tree from a thread of its own until it is stopped."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        self._over.set()
        self._thread.join()
        return self._peak / 1000

    def _look(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            self._peak = max(self._peak, sum(map(proportional_kilobytes, tree(self._pid))))


def tree(pid: int) -> list[int]:
    """Return a process and all its descendants, as far as they still run."""
    found, seen = [pid], 0
    while seen < len(found):
        for task in Path(f"/proc/{found[seen]}/task").glob("*/children"):
            try:
                found += [int(child) for child in task.read_text().split()]
            except OSError:  # the process ended meanwhile
                continue
        seen += 1
    return found


def proportional_kilobytes(pid: int) -> float:
    """Return a process's proportional set size (proc(5), smaps_rollup): shared pages count as shares.

    0 once it ended.
    """
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) * 1.024 for line in lines if line.startswith("Pss:")), 0.0)
