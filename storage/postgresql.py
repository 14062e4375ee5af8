"""PostgreSQL as this program uses it: how it connects, what a transaction begins with, and what the server must be.

Writers go one at a time, as they do in SQLite: what is written often depends on what was read before it in the same
transaction, and an office's mails leave a single writer idle nearly always. So no transaction meets a deadlock or has
to be run again. A lock of the server's own (advisory) keeps them apart: it dies with its session.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

# The oldest version that still gets its maker's corrections (postgresql.org/support/versioning: 14 until November
# 2026), and the oldest that Debian ships with support (15, in Debian 12): the tests run on 15.
OLDEST_VERSION = 150_000
# How long a writer waits for another one, as in SQLite.
LOCK_TIMEOUT_MS = 30_000
# A line that is dead without a word is given up after 15 + 3 x 15 seconds, by the program and by the server: the locks of
# a machine that fell are then free within the minute that a claim may outlive its process across hosts.
_IDLE, _INTERVAL, _PROBES = 15, 15, 3
_CONNECT_SECONDS = 10
_LINE = {
    "connect_timeout": _CONNECT_SECONDS,
    "keepalives_idle": _IDLE,
    "keepalives_interval": _INTERVAL,
    "keepalives_count": _PROBES,
    # Of data that nobody confirms: probes are not sent meanwhile (tcp(7), TCP_USER_TIMEOUT).
    "tcp_user_timeout": (_IDLE + _INTERVAL * _PROBES) * 1000,
    "application_name": "rollcall",
}
# With quotes, numbers and times as the program writes them, whatever the server's own settings are.
_SESSION = (
    f"SET tcp_keepalives_idle = {_IDLE}; SET tcp_keepalives_interval = {_INTERVAL}; "
    f"SET tcp_keepalives_count = {_PROBES}; SET timezone = 'UTC'; SET client_encoding = 'UTF8'"
)
_WRITING = "rollcall writing"
# PostgreSQL keeps no zero byte in a text (its manual, 8.3); this sign stands for one (U+2400, SYMBOL FOR NULL).
_ZERO, _SIGN_OF_ZERO = "\x00", "\u2400"


def make_engine(url: sa.URL) -> sa.Engine:
    """Return an engine; no connection is made. Raises ImportError where the driver is not installed."""
    # A connection that was lost while it waited in the pool is replaced before it is used.
    engine = sa.create_engine(url, pool_pre_ping=True, connect_args=_LINE)

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        before, connection.autocommit = connection.autocommit, True
        with contextlib.closing(connection.cursor()) as cursor:
            cursor.execute(_SESSION)
        connection.autocommit = before

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def keep_zero_bytes_out(
        _connection: object, _cursor: object, statement: str, parameters: Any, _context: object, _many: object
    ) -> tuple[str, Any]:
        return statement, _without_zero_bytes(parameters)

    return engine


def _without_zero_bytes(given: Any) -> Any:
    """Return parameters with a sign in the place of each zero byte in a text; bytes are left as they are."""
    if isinstance(given, str):
        return given.replace(_ZERO, _SIGN_OF_ZERO)
    if isinstance(given, Mapping):
        return {name: _without_zero_bytes(value) for name, value in given.items()}
    if isinstance(given, Sequence) and not isinstance(given, bytes | bytearray | memoryview):
        return type(given)(map(_without_zero_bytes, given))  # type: ignore[call-arg]
    return given


def key_of(work: str) -> sa.ColumnElement[int]:
    """Return the number of the lock that stands for a piece of work. Locks are each database's own."""
    return sa.func.hashtext(f"rollcall {work}")


def keep_other_writers_out(connection: sa.Connection) -> None:
    """Wait until no other transaction writes, then keep the others out until this one ends."""
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}")
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(_WRITING))))


class Held:
    """A lock on a piece of work that a session of the server holds, for whoever opened it."""

    def __init__(self, connection: sa.Connection, work: str) -> None:
        """Wait until the lock is had; `connection` is in autocommit, so that long work is no open transaction."""
        self._connection, self._work = connection, work
        connection.execute(sa.select(sa.func.pg_advisory_lock(key_of(work))))

    def assert_held(self) -> None:
        """Ask the server over the session itself. Raises sa.exc.OperationalError where it was lost, and the lock with it."""
        self._connection.execute(sa.select(1))

    def give_back(self) -> None:
        """Free the lock: one of the session outlives transactions and the connection goes back to the pool with it."""
        # Where the session was lost the lock went with it. What was done is done; the next transaction says the rest.
        with contextlib.suppress(sa.exc.OperationalError):
            self._connection.execute(sa.select(sa.func.pg_advisory_unlock(key_of(self._work))))


@contextlib.contextmanager
def holding(engine: sa.Engine, work: str) -> Iterator[Held]:
    """Hold the lock on a piece of work."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        held = Held(connection, work)
        try:
            yield held
        finally:
            held.give_back()


def unfit(connection: sa.Connection) -> str:
    """Return why this server's database cannot be used, and what to do; empty where it can."""
    version = connection.dialect.server_version_info or (0,)
    if version[0] * 10_000 < OLDEST_VERSION:
        shown = ".".join(map(str, version))
        return (
            f"is on PostgreSQL {shown}, and Rollcall needs {OLDEST_VERSION // 10_000} or newer: older ones are not tried "
            "with it and get no corrections any more. Upgrade the server."
        )
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
    if encoding != "UTF8":
        return (
            f"has the encoding {encoding}, which cannot hold Vietnamese text. Make it anew: "
            "createdb --template=template0 --encoding=UTF8 rollcall."
        )
    return ""
