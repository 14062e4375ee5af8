"""Who has an SQLite database open: whatever works on it shares it, a restore has it to itself.

The lock is the operating system's, on a file beside the database, which stays when the database is moved aside; it dies
with its process.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from roll.mistakes import OperatorError

_ENDING = ".use.lock"


class OccupiedError(OperatorError):
    """The database is in use, or is being restored; the sentence says what to do."""


def share(database: Path) -> int:
    """Say that this process works on a database; return the descriptor that holds it until it is closed.

    Raises OccupiedError while it is being restored, OSError where the file beside it cannot be had.
    """
    return _locked(
        database,
        fcntl.LOCK_SH,
        f"The database {database} is being restored from a backup at this moment. Try again when that is done.",
    )


@contextlib.contextmanager
def alone(database: Path) -> Iterator[None]:
    """Have a database to oneself. Raises OccupiedError where any other process, or this one, works on it."""
    descriptor = _locked(
        database,
        fcntl.LOCK_EX,
        f"Rollcall is at work on the database {database}. Stop `rollcall run` (and any other command that works on "
        "it), then restore again.",
    )
    try:
        yield
    finally:
        os.close(descriptor)


def _locked(database: Path, how: int, sentence: str) -> int:
    descriptor = os.open(f"{database}{_ENDING}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise OccupiedError([sentence]) from None
    return descriptor
