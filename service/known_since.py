"""Since when it is known whose a mail is: in this order mails see each other, read for the first time or again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa

from service.situation import Situation
from storage import decisions, registry


class Entered(Protocol):
    """A ledger row, as far as it says when a mail came."""

    @property
    def received_at(self) -> datetime:
        """When the mailbox received it."""

    @property
    def entered_at(self) -> datetime:
        """When it entered the ledger."""


def registered(situation: Situation, row: Entered, senders: Sequence[str]) -> tuple[str, ...]:
    """Return the units whose registered address a mail came from, as of its receipt."""
    register, day = situation.register_at(row.received_at), situation.day_of(row.received_at)
    return tuple(dict.fromkeys(unit for each in senders for unit in register.units_of_address(each, day)))


def of_sender(connection: sa.Connection, row: Entered, senders: Sequence[str], units: Sequence[str]) -> datetime:
    """Return when a mail became its units': on entry, or when a person taught the sender's address afterwards.

    `units` are those whose registered address it is. What a person decided about the mail itself goes before this.
    """
    addresses = [address.casefold() for address in senders]
    taught = [decisions.taught_at(connection, unit, addresses) for unit in units]
    later = [at for at in taught if at is not None and at > row.entered_at]
    if not later or any(registry.is_given(connection, unit, addresses) for unit in units):
        return row.entered_at
    return min(later)
