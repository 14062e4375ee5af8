"""What stands in the ledger of the thread and the sender of a mail, before that mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage import tables

_MAILS, _VERSIONS = tables.mails.c, tables.versions.c


@dataclass(frozen=True, slots=True)
class Before:
    """The instant and the ledger id before which things must have been there to be seen."""

    instant: datetime
    mail_id: int


def mails_named(connection: sa.Connection, message_ids: Sequence[str], before: Before) -> dict[str, tuple[int, str]]:
    """Return (id, receipt number) of the earlier mails with these Message-IDs; of several, the first that came."""
    query = sa.select(_MAILS.message_id, _MAILS.id, _MAILS.receipt).where(
        _MAILS.message_id.in_(message_ids), _MAILS.id < before.mail_id
    )
    return {row.message_id: (row.id, row.receipt) for row in connection.execute(query.order_by(_MAILS.id.desc()))}


def with_files_from(connection: sa.Connection, sender: str, before: Before, most: int) -> list[tuple[int, str, str]]:
    """Return (id, receipt number, subject) of an address's last earlier mails that brought a file, newest first."""
    query = (
        sa.select(_MAILS.id, _MAILS.receipt, _MAILS.subject)
        .where(_MAILS.sender == sender, _MAILS.parts != "[]", _MAILS.id < before.mail_id)
        .order_by(_MAILS.received_at.desc(), _MAILS.id.desc())
        .limit(most)
    )
    return [(row.id, row.receipt, row.subject) for row in connection.execute(query)]


def units_reported_from(connection: sa.Connection, sender: str, before: Before) -> list[str]:
    """Return the units of which a report came from an address, as it was known by then."""
    query = (
        sa.select(_VERSIONS.unit)
        .join(tables.mails, _MAILS.id == _VERSIONS.mail_id)
        .where(_MAILS.sender == sender, _MAILS.id < before.mail_id, _VERSIONS.settled_at <= before.instant)
    )
    return sorted(set(connection.execute(query).scalars()))
