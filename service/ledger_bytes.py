"""Ledger rows with the bytes of their mails, a few in memory at a time."""

from collections.abc import Iterator, Sequence

from service import assemble
from storage import inbox

Entered = tuple[inbox.Waiting, bytes]

# What is read of the ledger ahead of the readers; reading mails singly costs a third more a mail.
BYTES_AT_ONCE = 1024 * 1024


def with_bytes(rollcall: assemble.Rollcall, rows: Sequence[inbox.Waiting]) -> Iterator[Entered]:
    """Yield ledger rows with their bytes, a few in memory at a time."""
    for some in _within(rows, BYTES_AT_ONCE):
        with rollcall.store.reading() as connection:
            data = inbox.raws(connection, [row.sha256 for row in some])
        for row in some:
            yield row, data[row.sha256]


def _within(rows: Sequence[inbox.Waiting], most: int) -> Iterator[list[inbox.Waiting]]:
    """Yield rows in groups of at most `most` bytes, or one larger mail."""
    group: list[inbox.Waiting] = []
    size = 0
    for row in rows:
        if group and size + row.size > most:
            yield group
            group, size = [], 0
        group.append(row)
        size += row.size
    if group:
        yield group
