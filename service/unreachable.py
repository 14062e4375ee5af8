"""Addresses to which letters do not get through: nothing more is written to them until they speak, or staff say so.

A bounce can be written by anybody; one counts here that names a letter of ours by its Message-ID, which only those know
through whose hands the letter went, and that says of the letter's own address that it failed for good. So does a
server that refuses the address itself while the letter is handed over.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from intake import bounced, sender
from storage import failed_addresses


@dataclass(frozen=True, slots=True)
class Unreachable:
    """An address that failed for good, since when, and who said so in which words."""

    address: str
    since: datetime
    why: str


def load(connection: sa.Connection) -> dict[str, Unreachable]:
    """Return the addresses that nothing is written to, by their keys (intake.sender.address_key)."""
    failed: dict[str, Unreachable] = {}
    for each in sorted(_failures(connection), key=lambda each: each.since):
        failed[sender.address_key(each.address)] = each
    if not failed:
        return {}
    heard = _last_heard(connection, [each.address for each in failed.values()])
    return {key: each for key, each in failed.items() if heard.get(key, each.since) <= each.since}


def _failures(connection: sa.Connection) -> Iterable[Unreachable]:
    for notice in failed_addresses.notices(connection, bounced.LETTER):
        written_to = {sender.address_key(address) for address in notice.written_to}
        for piece in notice.evidence:
            if piece["source"] == bounced.FAILED and sender.address_key(piece["text"]) in written_to:
                yield Unreachable(piece["text"], notice.received_at, notice.receipt)
    for refused in failed_addresses.refused(connection):
        yield Unreachable(refused.address, refused.at, refused.reply)


def _last_heard(connection: sa.Connection, addresses: list[str]) -> dict[str, datetime]:
    """Return when an address last proved to live: its own mail, or the word of staff."""
    heard: dict[str, datetime] = {}
    for address, at in failed_addresses.signs_of_life(connection, addresses):
        key = sender.address_key(address)
        heard[key] = max(at, heard.get(key, at))
    return heard
