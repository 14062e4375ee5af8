"""How much was downloaded from each mailbox: counted by the hour in `counters`, asked for by the last 24."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from storage import inserts, tables

# Whole kilobytes, since a counter is a number of 32 bits.
KILOBYTE = 1024
# Providers count a day, and do not say when it begins: the last 24 hours never hold more than their day may.
_DAY = timedelta(hours=24)


def add(connection: sa.Connection, mailbox: str, size: int, now: datetime) -> None:
    """Count `size` bytes more, rounded up to whole kilobytes; hours that count no more are forgotten."""
    statement = inserts.into(connection, tables.counters).values(name=_series(mailbox, now), last=-(-size // KILOBYTE))
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["name"], set_={"last": tables.counters.c.last + statement.excluded.last}
        )
    )
    connection.execute(sa.delete(tables.counters).where(_of(mailbox), tables.counters.c.name < _first(mailbox, now)))


def of_a_day(connection: sa.Connection, mailbox: str, now: datetime) -> int:
    """Return how many bytes were downloaded within the last 24 hours, by whole hours."""
    within = tables.counters.c.name.between(_first(mailbox, now), _series(mailbox, now))
    query = sa.select(sa.func.sum(tables.counters.c.last)).where(_of(mailbox), within)
    return int(connection.execute(query).scalar() or 0) * KILOBYTE


def _of(mailbox: str) -> sa.ColumnElement[bool]:
    return tables.counters.c.name.startswith(_prefix(mailbox), autoescape=True)


def _prefix(mailbox: str) -> str:
    return f"download:{mailbox}:"


def _series(mailbox: str, now: datetime) -> str:
    return f"{_prefix(mailbox)}{now:%Y-%m-%dT%H}"


def _first(mailbox: str, now: datetime) -> str:
    return _series(mailbox, now - _DAY)
