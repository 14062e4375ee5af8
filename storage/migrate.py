"""Bringing a database to the current schema with Alembic, in one transaction a revision.

SQLite's driver is in autocommit and `transactional_ddl` is on, so a revision killed half-way has left nothing behind.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"


def configuration() -> Config:
    """Return Alembic's configuration, made here: there is no ini file to lose."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def to_head(engine: sa.Engine) -> None:
    """Run every revision that is still missing."""
    config = configuration()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
