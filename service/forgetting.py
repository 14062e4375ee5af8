"""Forgetting: what mails brought is erased because a person says so, or because it was kept as long as it should be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from roll.mistakes import OperatorError
from service import assemble, fetching, reviewing
from storage import erasing, inbox

OURSELVES = "rollcall"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be forgotten: mails by id or receipt number, or all of a unit; and why."""

    mails: Sequence[str]
    unit: str
    why: str


def chosen(rollcall: assemble.Rollcall, wanted: Wanted) -> list[inbox.Waiting]:
    """Return the ledger rows that go, with those that go with them. Raises OperatorError with all that is wrong."""
    ids = [reviewing.find(rollcall, mail) for mail in wanted.mails]
    with rollcall.store.reading() as connection:
        ids += erasing.of_unit(connection, wanted.unit) if wanted.unit else []
        rows = inbox.by_ids(connection, erasing.with_its_own(connection, ids))
        gone = erasing.erased(connection)
    waiting = [f"{row.receipt} is not handled yet; run `rollcall poll`." for row in rows if row.handled_at is None]
    if waiting:
        raise OperatorError(waiting)
    return [row for row in rows if row.id not in gone]


def forget(rollcall: assemble.Rollcall, wanted: Wanted, who: str) -> list[str]:
    """Erase mails for good; return their receipt numbers. Raises OperatorError."""
    with rollcall.store.alone(fetching.INTAKE):
        ids = [row.id for row in chosen(rollcall, wanted)]
        with rollcall.store.writing() as connection:
            tombstone = erasing.Tombstone(rollcall.now(), who, wanted.why)
            receipts = erasing.erase(connection, ids, tombstone, readings=True)
        rollcall.store.clear_log()
    return receipts


def keep_to_retention(rollcall: assemble.Rollcall) -> list[str]:
    """Erase the mails and letters that were kept as long as [retention] says; return their receipt numbers.

    What waits for a person is never touched, and every value that was read of a report stays.
    """
    days = rollcall.config.retention.mails
    if not days:
        return []
    with rollcall.store.reading() as connection:
        old = erasing.received_before(connection, rollcall.now() - timedelta(days=days))
    if not old:
        return []
    with rollcall.store.alone(fetching.INTAKE):
        with rollcall.store.writing() as connection:
            tombstone = erasing.Tombstone(rollcall.now(), OURSELVES, f"kept for {days} days ([retention] mails)")
            receipts = erasing.erase(connection, old, tombstone, readings=False)
        rollcall.store.clear_log()
    return receipts
