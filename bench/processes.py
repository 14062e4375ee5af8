"""A command as a whole process: how long it runs, and how much memory it and all its children have at most."""

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# How often memory is looked at; a look costs a few tenths of a millisecond a process.
SAMPLE_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Run:
    """One finished run: wall seconds, processor seconds of the tree, peak proportional set size of the tree in MB."""

    seconds: float
    processor_seconds: float
    peak_megabytes: float
    out: str


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> Run:
    """Run a command to its end. Raises RuntimeError, with what it said, where it does not exit with 0."""
    before = os.times()
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    peak = _Peak(process.pid)
    out, errors = process.communicate()
    seconds = time.perf_counter() - began
    after = os.times()
    megabytes = peak.stop()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} exited with {process.returncode}:\n{out}{errors}")
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(seconds, spent, megabytes, out)


class _Peak:
    """Looks at a process tree from a thread of its own until it is stopped."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = 0
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
    """Return a process's proportional set size (proc(5), smaps_rollup): shared pages count as shares. 0 once it ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) * 1.024 for line in lines if line.startswith("Pss:")), 0.0)
