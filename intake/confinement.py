"""What a process that touches hostile bytes may cost: taken on by the process itself, once, before it begins."""

import contextlib
import ctypes
import os
import resource
import signal
from collections.abc import Iterable

_DEATH_SIGNAL_OPTION = 1  # PR_SET_PDEATHSIG of prctl(2)


def die_with(parent: int) -> None:
    """Let the kernel kill this process as soon as its parent, whose process number this is, ends."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL_OPTION, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)  # it died before the kernel knew that this one is to follow it


def limit(limits: Iterable[tuple[int, int, int]]) -> None:
    """Take on limits, each (which of setrlimit(2), now, at most); what is stricter already stays so."""
    for what, now, most in limits:
        hard = resource.getrlimit(what)[1]
        own = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (min(now, own), own))


def allow_seconds(seconds: int) -> None:
    """Let the kernel end this process when it has used the processor for so long from now on."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + seconds
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (until if hard == resource.RLIM_INFINITY else min(until, hard), hard))
