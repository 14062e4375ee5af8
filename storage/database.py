"""The database: opening it, its transactions, its schema's age.

SQLite runs with write-ahead log and full synchronous, so that a commit that returned is on the disk. The driver is in
autocommit and every transaction is opened by us: `BEGIN IMMEDIATE` for writing (a read that turns into a write would
otherwise fail with "database is locked" whatever the busy timeout), plain `BEGIN` for reading a stable picture.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from roll.mistakes import OperatorError
from storage import tables

# How long a writer waits for another one; a batch of 50 mails takes well under a second.
BUSY_TIMEOUT_MS = 30_000

CURRENT_SCHEMA = "0001"


class DatabaseUnusableError(OperatorError):
    """The database cannot be used as it is; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__([sentence])
        self.sentence = sentence


class Database:
    """One database and its transactions. Opening it makes no connection."""

    def __init__(self, url: str) -> None:
        self.url = sa.engine.make_url(url)
        self.engine = _sqlite_engine(self.url) if self.is_sqlite else sa.create_engine(self.url)

    @property
    def is_sqlite(self) -> bool:
        """Return whether this is an SQLite file."""
        return self.url.get_backend_name() == "sqlite"

    @contextlib.contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Open a transaction that commits on leaving and rolls back on an exception."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Open a transaction that sees one stable picture and never blocks a writer."""
        with self.engine.connect().execution_options(reading=True) as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def alone(self, work: str) -> Iterator[None]:
        """Wait until no other process does `work` on this database, then keep the others out.

        The lock is the operating system's (SQLite) or the server's (PostgreSQL, advisory): it dies with its process.
        """
        if not self.is_sqlite:
            with self.engine.connect() as connection:
                connection.execute(sa.select(sa.func.pg_advisory_lock(sa.func.hashtext(work))))
                yield
            return
        descriptor = os.open(f"{self.url.database}.{work}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _sqlite_engine(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url)

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        is_reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")

    return engine


def schema_of(database: Database) -> str | None:
    """Return the schema's revision, None for an empty database."""
    with database.reading() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def prepare(database: Database) -> None:
    """Create an empty database at the current schema; refuse one that is older or newer.

    Raises DatabaseUnusableError, naming `rollcall db upgrade` for an older one.
    """
    _check_place(database)
    try:
        found = schema_of(database)
    except sa.exc.DatabaseError as error:
        raise DatabaseUnusableError(
            f"The database {_name(database)} cannot be opened ({error.orig}). Check the path in [database] url, "
            "its permissions, and that the file is a Rollcall database."
        ) from error
    if found is None:
        upgrade(database)
    elif found != CURRENT_SCHEMA:
        raise DatabaseUnusableError(_age_sentence(database, found))


def upgrade(database: Database) -> None:
    """Bring the schema to the current revision. A run that was killed half-way is simply run again."""
    from storage import migrate  # noqa: PLC0415 - alembic costs 100 ms, and only the first start and upgrades need it

    with database.alone("schema"):
        migrate.to_head(database.engine)


def _check_place(database: Database) -> None:
    if database.is_sqlite and database.url.database and not Path(database.url.database).parent.is_dir():
        raise DatabaseUnusableError(
            f"The folder of the database {_name(database)} does not exist. Create it, or correct [database] url."
        )


def _age_sentence(database: Database, found: str) -> str:
    if found < CURRENT_SCHEMA:
        return (
            f"The database {_name(database)} has the older schema {found} (this program needs {CURRENT_SCHEMA}). "
            "Make a copy of it, then run `rollcall db upgrade`."
        )
    return (
        f"The database {_name(database)} has the schema {found}, which this program (schema {CURRENT_SCHEMA}) "
        "does not know. It was written by a newer Rollcall: install that version."
    )


def _name(database: Database) -> str:
    return database.url.render_as_string(hide_password=True)


__all__ = ["CURRENT_SCHEMA", "Database", "DatabaseUnusableError", "prepare", "schema_of", "tables", "upgrade"]
