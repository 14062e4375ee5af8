"""The databases of tests: SQLite files, or with ROLLCALL_TEST_DATABASE=postgresql databases of a private server.

A test names a database by the file that it is in SQLite; the same name is the same database. On PostgreSQL it is a copy
of a template that was migrated once a run, made when it is first asked for and dropped with the test's folder.
"""

import functools
import hashlib
import os
import sqlite3
from pathlib import Path
from typing import Any, Self

import pytest

from storage import database
from tests.servers import postgresql

IS_POSTGRESQL = os.environ.get("ROLLCALL_TEST_DATABASE", "sqlite") == "postgresql"
# Of a test that is about a database file, or about how SQLite carries out a statement.
only_sqlite = pytest.mark.skipif(IS_POSTGRESQL, reason="about SQLite alone")
_TEMPLATE, _EMPTY = "migrated", "template0"
_made: dict[Path, str] = {}
_servers: list[postgresql.PostgresqlServer] = []


@functools.cache
def server() -> postgresql.PostgresqlServer:
    """Return the server of this run, started when it is first asked for, with the migrated template on it."""
    postgresql.require_postgresql()
    started = postgresql.PostgresqlServer()
    _servers.append(started)
    started.start()
    with started.connect() as admin:
        admin.execute(f"CREATE DATABASE {_TEMPLATE} TEMPLATE {_EMPTY}")
    store = database.Database(started.url(_TEMPLATE))
    database.prepare(store)
    store.close()
    return started


def url_of(file: Path, *, migrated: bool = True) -> str:
    """Return the `[database] url` of the database that a test names by a file, making it where a server keeps it."""
    if not IS_POSTGRESQL:
        return f"sqlite:///{file}"
    return server_url_of(file, migrated=migrated)


def server_url_of(file: Path, *, migrated: bool = True) -> str:
    """Return the same for a database on PostgreSQL, whatever the run is on."""
    if file not in _made:
        name = f"test_{hashlib.sha256(str(file).encode()).hexdigest()[:24]}"
        with server().connect() as admin:
            admin.execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE if migrated else _EMPTY}")
        _made[file] = name
    return server().url(_made[file])


def section(file: Path) -> str:
    """Return the lines of config.toml that name a database; none for the file that is meant without them."""
    return f'[database]\nurl = "{url_of(file)}"\n' if IS_POSTGRESQL else ""


def connect(file: Path) -> Any:
    """Return a connection of the driver's own that understands `?`: another program that looks at the database."""
    return _Connection(server().connect(_made[file])) if file in _made else sqlite3.connect(file)


class _Connection:
    """A connection to PostgreSQL that is used as one of sqlite3."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave it open, as sqlite3 does; every statement was committed by itself."""

    def execute(self, statement: str, parameters: tuple[Any, ...] = ()) -> Any:
        """Run one statement."""
        return self._connection.execute(statement.replace("%", "%%").replace("?", "%s"), parameters)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def drop_under(folder: Path) -> None:
    """Drop the databases that are named by files in a folder: their test is over."""
    for file in [file for file in _made if file.is_relative_to(folder)]:
        with server().connect() as admin:
            admin.execute(f"DROP DATABASE {_made.pop(file)} WITH (FORCE)")


def close() -> None:
    """Stop the server of this run."""
    while _servers:
        _servers.pop().remove()
    server.cache_clear()
