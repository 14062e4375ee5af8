"""INSERTs that meet a row which is there already, in the dialect of the connection."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

Insert = sqlite.Insert | postgresql.Insert


def into(connection: sa.Connection, table: sa.Table) -> Insert:
    """Return an INSERT that knows ON CONFLICT."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def ignoring(connection: sa.Connection, table: sa.Table) -> Insert:
    """Return an INSERT that leaves existing rows alone."""
    return into(connection, table).on_conflict_do_nothing()


def replacing(connection: sa.Connection, table: sa.Table) -> Insert:
    """Return an INSERT of whole rows that replaces what stands under the same primary key."""
    statement = into(connection, table)
    key = [column.name for column in table.primary_key]
    rest = {column.name: statement.excluded[column.name] for column in table.columns if column.name not in key}
    return statement.on_conflict_do_update(index_elements=key, set_=rest)
