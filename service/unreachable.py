"""Addresses to which letters do not get through: nothing more is written to them until they speak, or staff say so.

A bounce can be written by anybody; one counts here that names a letter of ours by its Message-ID, which only those know
through whose hands the letter went, and that says of the letter's own address that it failed for good. So does a
server that refuses the address itself while the letter is handed over. A bounce that gives another reason (a full box,
a letter that is taken for spam) says little of the address; only several letters' do.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from intake import bounced, sender
from roll import delivery_status
from storage import failed_addresses

# A box that is full, or a server that refuses one letter, may take the next. Three: the reminders before a deadline of
# the usual ladder (-7d, -3d, -1d), so that the follow-up goes elsewhere.
LETTERS_IN_A_ROW = 3


@dataclass(frozen=True, slots=True)
class Unreachable:
    """An address that failed for good, since when, and who said so in which words."""

    address: str
    since: datetime
    why: str


@dataclass(frozen=True, slots=True)
class _Failure:
    """That an address failed once: `at_once` if that settles it, else `letters` are those of ours that came back."""

    found: Unreachable
    at_once: bool
    letters: tuple[int, ...] = ()


def load(connection: sa.Connection) -> dict[str, Unreachable]:
    """Return the addresses that nothing is written to, by their keys (intake.sender.address_key)."""
    failures = sorted(_failures(connection), key=lambda each: each.found.since)
    if not failures:
        return {}
    heard = _last_heard(connection, [each.found.address for each in failures])
    since_then: dict[str, list[_Failure]] = {}
    for each in failures:
        key = sender.address_key(each.found.address)
        if heard.get(key, each.found.since) <= each.found.since:
            since_then.setdefault(key, []).append(each)
    return {key: found[-1].found for key, found in since_then.items() if _settles(found)}


def _settles(failures: Sequence[_Failure]) -> bool:
    """Tell whether the failures of an address since it last spoke mean that no letter reaches it."""
    came_back = {letter for each in failures for letter in each.letters}
    return len(came_back) >= LETTERS_IN_A_ROW or any(each.at_once for each in failures)


def _failures(connection: sa.Connection) -> Iterable[_Failure]:
    for notice in failed_addresses.notices(connection, bounced.LETTER):
        written_to = {sender.address_key(address) for address in notice.written_to}
        for piece in notice.evidence:
            if piece["source"] == bounced.FAILED and sender.address_key(piece["text"]) in written_to:
                # Mails that were understood before statuses were kept have none.
                status = piece.get("status", "")
                at_once = not status or delivery_status.is_about_address(status)
                yield _Failure(Unreachable(piece["text"], notice.received_at, notice.receipt), at_once, notice.letters)
    for refused in failed_addresses.refused(connection):
        yield _Failure(Unreachable(refused.address, refused.at, refused.reply), at_once=True)


def _last_heard(connection: sa.Connection, addresses: list[str]) -> dict[str, datetime]:
    """Return when an address last proved to live: its own mail, or the word of staff."""
    heard: dict[str, datetime] = {}
    for address, at in failed_addresses.signs_of_life(connection, addresses):
        key = sender.address_key(address)
        heard[key] = max(at, heard.get(key, at))
    return heard
