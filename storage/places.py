"""What the ledger has of one folder, for comparing it with what the server shows."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage import tables

# Hashes and ids asked for at once: SQLite allows 32,766 parameters a statement (its limits page, 9).
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Place:
    """A UID as it was entered. `size` and `received_at` are those of its latest mail; `cut`: it was too large."""

    uid: int
    size: int
    received_at: datetime
    cut: bool


def of_folder(connection: sa.Connection, mailbox: str, folder: str, uidvalidity: int) -> dict[int, Place]:
    """Return what stands in the ledger for the UIDs of a folder under this UIDVALIDITY."""
    columns = tables.mails.c
    query = sa.select(columns.uid, columns.size, columns.received_at, columns.cut).where(
        columns.mailbox == mailbox, columns.folder == folder, columns.uidvalidity == uidvalidity
    )
    return {row.uid: Place(*row) for row in connection.execute(query.order_by(columns.id)) if row.uid is not None}


def known_message_ids(connection: sa.Connection, message_ids: list[str]) -> set[str]:
    """Return those of some Message-IDs that a mail of the ledger has."""
    found: set[str] = set()
    for start in range(0, len(message_ids), _AT_ONCE):
        some = message_ids[start : start + _AT_ONCE]
        query = sa.select(tables.mails.c.message_id).where(tables.mails.c.message_id.in_(some))
        found |= set(connection.execute(query).scalars())
    return found
