"""What the database says of addresses that letters did not reach, and of signs that they live."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from roll import outcomes
from storage import decisions, inserts, tables

# How the outbox says that a server refused the address itself, before the server's words: of a letter that failed the
# first addressee, of one that was sent the second.
REFUSED = "the address is refused: "
# A bounce that names a letter of ours says so in its evidence: "12 (reminder) a@b.example".
_LETTER_NAMED = re.compile(r"(\d{1,18}) \(")


@dataclass(frozen=True, slots=True)
class Notice:
    """A bounce of a letter of ours: its number, whom it was written to, what the bounce says of which address."""

    receipt: str
    received_at: datetime
    letters: tuple[int, ...]
    written_to: tuple[str, ...]
    evidence: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Refused:
    """An address that a server refused while a letter was handed over, and the server's words."""

    address: str
    at: datetime
    reply: str


def notices(connection: sa.Connection, source: str) -> Iterator[Notice]:
    """Yield the bounces that name a letter of ours, in order of receipt; `source` marks that piece of evidence."""
    mails = tables.mails.c
    noted = sa.and_(mails.outcome == outcomes.Outcome.NOTED.value, mails.reason == "bounce")
    query = sa.select(mails.receipt, mails.received_at, mails.evidence).where(noted)
    for row in connection.execute(query.order_by(mails.received_at, mails.id)).all():
        evidence = json.loads(row.evidence)
        said = [piece["text"] for piece in evidence if piece["source"] == source]
        named = [int(match[1]) for text in said if (match := _LETTER_NAMED.match(text))]
        if written_to := _written_to(connection, named):
            yield Notice(row.receipt, row.received_at, tuple(named), written_to, evidence)


def _written_to(connection: sa.Connection, letter_ids: Sequence[int]) -> tuple[str, ...]:
    letter, copy = tables.letters.c, tables.copies.c
    first = sa.select(letter.to).where(letter.id.in_(letter_ids))
    second = sa.select(copy.cc).where(copy.letter_id.in_(letter_ids))
    return tuple(connection.execute(sa.union_all(first, second)).scalars()) if letter_ids else ()


def note_refusal(connection: sa.Connection, letter_id: int, refused: Refused) -> None:
    """Note that a server refused an addressee of a letter; of each letter the first such word counts."""
    row = {"letter_id": letter_id, "address": refused.address, "at": refused.at, "reply": refused.reply}
    connection.execute(inserts.ignoring(connection, tables.refusals), row)


def refused(connection: sa.Connection) -> Iterator[Refused]:
    """Yield the addresses that servers refused, in the order of the letters."""
    refusal = tables.refusals.c
    query = sa.select(refusal.address, refusal.at, refusal.reply).order_by(refusal.letter_id)
    for row in connection.execute(query):
        yield Refused(*row)


def signs_of_life(connection: sa.Connection, addresses: Sequence[str]) -> Iterator[tuple[str, datetime]]:
    """Yield (address, instant) of the last mail of each of some addresses, and of each word of staff that it lives."""
    mails, made = tables.mails.c, tables.decisions.c
    small = [address.lower() for address in addresses]
    # However they write themselves: found in the index of senders alone, and only then looked up among the mails.
    written = tables.mails.alias("written").c.sender
    spelled = sa.select(written).where(sa.func.lower(written).in_(small)).distinct()
    wrote = sa.select(mails.sender, sa.func.max(mails.received_at)).where(mails.sender.in_(spelled))
    for address, at in connection.execute(wrote.group_by(mails.sender)):
        yield address, at
    said = sa.select(made.note, made.at).where(made.kind == decisions.REACHABLE, made.undone_at.is_(None))
    for address, at in connection.execute(said):
        yield address, at
