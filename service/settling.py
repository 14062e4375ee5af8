"""What a decision about a mail changes in others: those that were settled since saw what the mail had been.

A workbook that was a copy of a report is one itself once that report is another unit's.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from service import assemble, rereading
from service.tally import Tally
from storage import decisions, inbox, overviews

# The mails of a unit are read again in the order of the ledger, not of the decisions: each round puts more of them
# right, and the second or third finds nothing to change. What is left after this many, a replay finds.
MOST_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Before:
    """A mail as it was before a decision: the units it was understood to be of, and since when others saw it so."""

    mail_id: int
    units: frozenset[str]
    since: datetime


def before(connection: sa.Connection, mail_id: int) -> Before:
    """Return a mail as the decisions in force have it."""
    assigned = decisions.assignment(decisions.of_mail(connection, mail_id))
    since = assigned.at if assigned else inbox.by_ids(connection, [mail_id])[0].entered_at
    return Before(mail_id, _units_of(connection, mail_id), since)


def _units_of(connection: sa.Connection, mail_id: int) -> frozenset[str]:
    (row,) = overviews.ledger(connection, mail_id)
    return frozenset(unit for unit in (row.unit, *(report["unit"] for report in row.reports)) if unit)


def again(rollcall: assemble.Rollcall, decided: Sequence[Before], others: Collection[int] = ()) -> Tally:
    """Understand mails again that were decided on, and what was settled since of the units they were and are of.

    `others` are more mails to read again. A mail that was nobody's before was seen by none.
    """
    tally = Tally()
    wanted = _wanted(rollcall, decided, others)
    for _ in range(MOST_ROUNDS):
        changes = rereading.reread(rollcall, sorted(wanted), rereading.How(writes=True, answers=True), tally)
        read, wanted = wanted, _wanted(rollcall, decided, others)
        is_settled = len(wanted) == len(decided) or not any(change.differs for change in changes)
        if wanted == read and is_settled:
            break
    return tally


def _wanted(rollcall: assemble.Rollcall, decided: Sequence[Before], others: Collection[int]) -> set[int]:
    with rollcall.store.reading() as connection:
        return {*others}.union(*(_seen_by(connection, each) for each in decided))


def _seen_by(connection: sa.Connection, was: Before) -> set[int]:
    units = was.units | _units_of(connection, was.mail_id) if was.units else was.units
    return {was.mail_id, *overviews.settled_since(connection, units, was.since)}
