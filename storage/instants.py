"""Instants in the database: aware in Python, UTC on the disk."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa


class Instant(sa.TypeDecorator[datetime]):
    """An aware instant, kept in UTC. A naive one is a mistake of ours and is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> Any:
        """Convert to UTC; SQLite keeps text without an offset."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Return it aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
