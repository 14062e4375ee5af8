"""Looking at a database as it is: its file and its schema. Nothing is made, nothing is changed."""

from pathlib import Path

import sqlalchemy.exc

from storage import database

SQLITE = "sqlite:///"


def file_of(url: str) -> Path | None:
    """Return the file of an SQLite database, None for a server's."""
    return Path(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None


def schema_found(store: database.Database) -> str | None:
    """Return the schema of a database as it is, None for one that is empty or not there.

    Raises DatabaseUnusableError where it cannot be opened.
    """
    file = file_of(store.url.render_as_string(hide_password=False))
    if file is not None and (not file.is_file() or file.stat().st_size == 0):
        return None
    try:
        return database.schema_of(store)
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise database.cannot_be_opened(store, error) from error
