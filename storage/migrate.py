"""Bringing a database to the current schema with Alembic, in one transaction a revision.

SQLite's driver is in autocommit and `transactional_ddl` is on, so a revision killed half-way has left nothing behind.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"


def configuration(migrations: Path = MIGRATIONS) -> Config:
    """Return Alembic's configuration, made here: there is no ini file to lose."""
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    return config


def to_head(engine: sa.Engine, migrations: Path = MIGRATIONS) -> None:
    """Run every revision of the folder `migrations` that is still missing."""
    config = configuration(migrations)
    with engine.connect() as connection, _tables_may_be_made_anew(connection):
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextlib.contextmanager
def _tables_may_be_made_anew(connection: sa.Connection) -> Iterator[None]:
    """Leave SQLite's foreign keys alone meanwhile; env.py checks them before it commits.

    SQLite changes a table by making it anew, and dropping the old one would delete what refers to it: with `versions`
    every value (its ALTER TABLE page, 7). The pragma counts only outside a transaction, hence on the driver itself.
    """
    driver = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" or driver is None:
        yield
        return
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")
