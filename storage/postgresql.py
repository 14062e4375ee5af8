"""PostgreSQL as this program uses it: how it connects, what a transaction begins with, and what the server must be.

Writers go one at a time, as they do in SQLite: what is written often depends on what was read before it in the same
transaction, and an office's mails leave a single writer idle nearly always. So no transaction meets a deadlock or has
to be run again. A lock of the server's own (advisory) keeps them apart: it dies with its session.
"""

import contextlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

# The oldest that still gets its makers' corrections (postgresql.org/support/versioning: 14 got its last in November
# 2026), that of Debian 12: the tests run on it.
OLDEST_VERSION = 15
# How long a writer waits for another one, as in SQLite.
LOCK_TIMEOUT_MS = 30_000
# A line that is dead without a word is given up after 15 + 3 x 15 seconds, by the program and by the server: the locks
# of a machine that fell are then free within the minute that a claim may outlive its process across hosts.
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
_WRITING = "writing"
_SESSION_ID = sa.select(sa.func.pg_backend_pid())
# PostgreSQL keeps no zero byte in a text (its manual, 8.3); this sign stands for one (U+2400, SYMBOL FOR NULL).
_ZERO, _SIGN_OF_ZERO = "\x00", "\u2400"

_log = logging.getLogger("rollcall")


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
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_key_of(_WRITING))))


class LockLostError(sa.exc.OperationalError):
    """The server ended the session that held a lock, and another process may hold it by now."""

    def __init__(self, work: str) -> None:
        super().__init__(
            None, None, ConnectionError(f"the database server ended the session that held the lock {work}")
        )


class Held:
    """A lock on a piece of work that a session of the server holds, for whoever opened it."""

    def __init__(self, connection: sa.Connection, work: str) -> None:
        """Wait until the lock is had; `connection` is in autocommit, so that long work is no open transaction."""
        self._connection, self._work, self._is_lost = connection, work, False
        connection.execute(sa.select(sa.func.pg_advisory_lock(_key_of(work))))
        self._session = connection.execute(_SESSION_ID).scalar()

    def assert_held(self) -> None:
        """Ask the server over the session itself. Raises LockLostError where it was lost, and the lock with it."""
        if not self._is_lost:
            try:
                # A connection that was lost is made anew by itself: another session, which holds nothing.
                self._is_lost = self._connection.execute(_SESSION_ID).scalar() != self._session
            except sa.exc.SQLAlchemyError as error:
                self._is_lost = True
                raise LockLostError(self._work) from error
        if self._is_lost:
            raise LockLostError(self._work)

    def give_back(self) -> None:
        """Free the lock: one of the session outlives transactions and the connection goes back to the pool with it."""
        try:
            self.assert_held()
            self._connection.execute(sa.select(sa.func.pg_advisory_unlock(_key_of(self._work))))
        except sa.exc.OperationalError as error:
            # The lock went with its session. What was done under it is done, and what is done next says the rest.
            _log.debug("the lock %s was lost before it was given back: %s", self._work, error)


@contextlib.contextmanager
def holding(engine: sa.Engine, work: str) -> Iterator[Held]:
    """Hold the lock on a piece of work."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        held = Held(connection, work)
        try:
            yield held
        finally:
            held.give_back()


def _key_of(work: str) -> sa.ColumnElement[int]:
    """Return the number of the lock that stands for a piece of work. Locks are each database's own."""
    return sa.func.hashtext(f"rollcall {work}")


def is_gone(error: BaseException) -> bool:
    """Return whether an error tells that the server could not be reached, or ended the session: temporary."""
    if isinstance(error, LockLostError):
        return False
    is_lost = isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated
    # What the server itself refuses has a code; a connection that cannot be made has none, and 57P.. is a server that
    # starts, stops or was told to end the session (PostgreSQL's manual, appendix A).
    code = getattr(getattr(error, "orig", None), "sqlstate", None)
    return is_lost or (isinstance(error, sa.exc.OperationalError) and (code is None or code.startswith(("08", "57P"))))


def advice(error: BaseException) -> str:
    """Return what to do where a database on a server cannot be opened."""
    code = getattr(getattr(error, "orig", None), "sqlstate", None)
    if code == "42501":  # insufficient_privilege: from version 15 on only its owner may make tables in a database
        return "Make the user of [database] url the owner of its database: ALTER DATABASE ... OWNER TO ... ."
    return (
        "See that the server runs and takes connections from here, and check the host, port, user, password and "
        "database in [database] url."
    )


def unfit(connection: sa.Connection) -> str:
    """Return why this server's database cannot be used, and what to do; empty where it can."""
    version = connection.dialect.server_version_info or (0,)
    encoding = str(connection.exec_driver_sql("SHOW server_encoding").scalar())
    return too_old(version) or _other_encoding(encoding)


def too_old(version: tuple[object, ...]) -> str:
    """Return why a server of this version cannot be used; empty where it can."""
    if version >= (OLDEST_VERSION,):
        return ""
    return (
        f"is on PostgreSQL {'.'.join(map(str, version))}, and Rollcall needs {OLDEST_VERSION} or newer: older ones get "
        "no corrections any more and Rollcall is not tried on them. Upgrade the server."
    )


def _other_encoding(encoding: str) -> str:
    if encoding == "UTF8":
        return ""
    return (
        f"has the encoding {encoding}, which cannot hold Vietnamese text. Make it anew: "
        "createdb --template=template0 --encoding=UTF8 NAME."
    )
