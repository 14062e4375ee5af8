"""What earlier mails leave behind that tells whose a later mail is; read once for a run of mails.

None of these columns is worth an index of its own: they are asked for in one pass over rows that the run needs anyway.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage import decisions, tables

_MAILS, _VERSIONS = tables.mails.c, tables.versions.c
_DECISIONS = tables.decisions.c
_CREDITED = (
    sa.select(_MAILS.id, _MAILS.receipt, _MAILS.sender, _VERSIONS.unit, _VERSIONS.settled_at)
    .join(tables.versions, _VERSIONS.mail_id == _MAILS.id)
    .order_by(_MAILS.id, _VERSIONS.part)
)
_ASSIGNED = (
    sa.select(_MAILS.id, _MAILS.receipt, _MAILS.sender, _DECISIONS.unit, _DECISIONS.at)
    .join(tables.decisions, _DECISIONS.mail_id == _MAILS.id)
    .where(_DECISIONS.kind == decisions.ASSIGN, _DECISIONS.undone_at.is_(None), _DECISIONS.unit.is_not(None))
    .order_by(_DECISIONS.id)
)


@dataclass(frozen=True, slots=True)
class Credited:
    """A mail that was known to be a unit's from an instant on."""

    mail_id: int
    receipt: str
    sender: str
    unit: str
    settled_at: datetime


def credited(connection: sa.Connection) -> Iterator[Credited]:
    """Yield the mails whose reports count for units, and those that people assigned, each with its unit."""
    for query in (_CREDITED, _ASSIGNED):
        for row in connection.execute(query):
            yield Credited(*row)
