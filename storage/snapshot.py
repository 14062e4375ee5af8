"""A copy of an SQLite database as it stood at one instant, made while others work on it, and the look at such a copy.

`VACUUM INTO` (sqlite.org/lang_vacuum.html) reads in one transaction: under write-ahead logging it holds up no writer
and is held up by none, unlike the online backup API, which begins anew whenever somebody writes. What was deleted is
not in the copy.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from storage import decisions
from storage.database import Database, upgrade

# What the manifest of a backup counts, by the tables' names: what a person compares after a restore.
COUNTED = ("mails", "raws", "versions", "decisions", "letters", "trail")


def take(store: Database, target: Path) -> None:
    """Write a copy of the database to a new file that only this user can read.

    Raises FileExistsError where the file is there, sqlalchemy.exc.DatabaseError where the disk is full.
    """
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    # Outside of a transaction, as VACUUM must be: the engine's own `begin` would open one.
    with contextlib.closing(store.engine.raw_connection()) as connection:
        connection.cursor().execute("VACUUM INTO ?", (str(target),))


def faults(copy: Path) -> list[str]:
    """Return what SQLite finds wrong with the file of a database, nothing for one that is whole."""
    try:
        with _opened(copy) as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(5)")]
            broken = connection.execute("PRAGMA foreign_key_check").fetchmany(5)
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [each for each in found if each != "ok"] + [f"a row of {row[0]} refers to nothing" for row in broken]


def counts(copy: Path) -> dict[str, int]:
    """Return how many rows the tables of COUNTED have in the file of a database."""
    with _opened(copy) as connection:
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in COUNTED}  # noqa: S608 - our own names


def schema(copy: Path) -> str:
    """Return the schema's revision of the file of a database."""
    with _opened(copy) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


@contextlib.contextmanager
def _opened(copy: Path) -> Iterator[sqlite3.Connection]:
    """Open a file to be read only, as it is: `immutable` makes neither locks nor files beside it."""
    with contextlib.closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        yield connection


def make_ready(copy: Path, switches: dict[str, str], noted: tuple[datetime, str, str]) -> None:
    """Bring a copy to the schema of this program, set switches in it and note in its trail who restored what.

    `noted` is when, who, and the words. The copy is one file afterwards, and on the disk.
    """
    store = Database(f"sqlite:///{copy}")
    try:
        upgrade(store)
        with store.writing() as connection:
            for name, value in switches.items():
                decisions.set_switch(connection, name, value)
            at, who, words = noted
            decisions.note(connection, at, who, "restore", "the database", words)
    finally:
        store.close()
    close_log(copy)


def close_log(file: Path) -> None:
    """Put what is in the write-ahead log beside a database into it, so that it is one file.

    For who has the database to itself. Raises sqlite3.DatabaseError where it is damaged.
    """
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    if mode != "delete":
        raise sqlite3.OperationalError("its log could not be closed")
    with file.open("rb") as written:
        os.fsync(written.fileno())


def queued_letters(copy: Path) -> int:
    """Return how many letters wait in the file of a database, or were being sent."""
    with _opened(copy) as connection:
        return int(
            connection.execute("SELECT count(*) FROM letters WHERE state IN ('queued', 'sending')").fetchone()[0]
        )
