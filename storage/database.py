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
# For a file that is made new. Most of the database are raw mails of 150 KB on average, a chain of pages each: a page of
# 4 KB, as is usual, costs 4 % more time a mail.
PAGE_SIZE = 16_384

CURRENT_SCHEMA = "0011"

_IN_MEMORY = ":memory:"


class DatabaseUnusableError(OperatorError):
    """The database cannot be used as it is; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__([sentence])
        self.sentence = sentence


class Database:
    """One database and its transactions. Opening it makes no connection."""

    def __init__(self, url: str) -> None:
        """Raises DatabaseUnusableError where the program that speaks to this kind of database is not installed."""
        self.url = sa.engine.make_url(url)
        try:
            self.engine = _sqlite_engine(self.url) if self.is_sqlite else sa.create_engine(self.url)
        except (ImportError, sa.exc.NoSuchModuleError) as error:
            raise DatabaseUnusableError(
                f"The database {_name(self)} needs a driver that is not installed ({error}). Install it, or use "
                "sqlite:///rollcall.db."
            ) from error

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
        options = {"reading": True} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def alone(self, work: str) -> Iterator[None]:
        """Wait until no other process does `work` on this database, then keep the others out.

        The lock is the operating system's (SQLite) or the server's (PostgreSQL, advisory): it dies with its process.
        It is not to be taken twice by one thread.
        """
        with self._locked_on_server(work) if not self.is_sqlite else self._locked_beside_file(work):
            yield

    @contextlib.contextmanager
    def _locked_beside_file(self, work: str) -> Iterator[None]:
        if self.url.database in {None, "", _IN_MEMORY}:
            yield  # nobody else can have it
            return
        descriptor = os.open(f"{self.url.database}.{work}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    @contextlib.contextmanager
    def _locked_on_server(self, work: str) -> Iterator[None]:
        # In autocommit, so that a long piece of work is no open transaction; and given back, since a lock of the
        # session outlives transactions and the connection goes back to the pool with it.
        key = sa.func.hashtext(f"rollcall {work}")
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.select(sa.func.pg_advisory_lock(key)))
            try:
                yield
            finally:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(key)))

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _sqlite_engine(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url)

    @event.listens_for(engine, "do_connect")
    def keep_private(_dialect: object, _record: object, arguments: Any, _parameters: object) -> None:
        # It holds the raw mails: nobody else on the machine may read it. The log beside it takes the same mode.
        # Only a file that is not there yet may be opened here: to close any descriptor of a database drops every lock
        # that this process has on it, and another process may then delete its log (sqlite.org/howtocorrupt.html, 2.2).
        if arguments[0] != _IN_MEMORY:
            with contextlib.suppress(OSError):  # connecting says in SQLite's words why the file cannot be had
                os.close(os.open(arguments[0], os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        # The timeout first: changing the journal waits for a lock too, when two processes open a new file at once.
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            f"page_size={PAGE_SIZE}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        is_reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")

    return engine


def schema_of(database: Database) -> str | None:
    """Return the schema's revision, None for an empty database.

    Raises DatabaseUnusableError where the database holds another program's tables.
    """
    with database.reading() as connection:
        present = set(sa.inspect(connection).get_table_names())
        if "alembic_version" in present:
            return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    if present:
        # A first revision that was killed leaves nothing behind, so these tables are not ours.
        raise DatabaseUnusableError(
            f"The database {_name(database)} holds tables of another program ({', '.join(sorted(present)[:3])}). "
            "Give Rollcall a database of its own in [database] url."
        )
    return None


def prepare(database: Database) -> None:
    """Create an empty database at the current schema; refuse one that is older or newer.

    Raises DatabaseUnusableError, naming `rollcall db upgrade` for an older one.
    """
    _check_place(database)
    try:
        found = schema_of(database)
        if found is None:
            upgrade(database)
            found = schema_of(database)
    except (sa.exc.DatabaseError, OSError) as error:
        cause = error.orig if isinstance(error, sa.exc.DatabaseError) else error
        raise DatabaseUnusableError(
            f"The database {_name(database)} cannot be opened ({cause}). Check the path in [database] url, "
            "its permissions, that its disk is not full, and that the file is a Rollcall database."
        ) from error
    if found != CURRENT_SCHEMA:
        raise DatabaseUnusableError(_age_sentence(database, str(found)))


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
