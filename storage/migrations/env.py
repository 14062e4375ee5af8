"""Alembic's entry: runs the revisions over the connection that storage.migrate hands in."""

from typing import Any, Literal

from alembic import context

from storage import instants, tables


def render(kind: str, item: Any, _autogenerate: object) -> str | Literal[False]:
    """A revision is a record: it names SQL's types, not ours, which may change after it."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, instants.Instant) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=tables.metadata,
    transactional_ddl=True,
    render_as_batch=True,
    render_item=render,
)
with context.begin_transaction():
    context.run_migrations()
    if connection.dialect.name == "sqlite":
        # Raised inside the transaction: a revision that breaks a reference has changed nothing.
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise ValueError(f"the revision leaves references to nothing: {broken[:3]}")
