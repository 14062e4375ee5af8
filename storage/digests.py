"""What digests told, and digests that wait: the next one says what changed, and takes the place of one not yet sent."""

import json
from datetime import datetime

import sqlalchemy as sa

from roll import letters
from storage import inserts, tables

_LETTER = tables.letters.c
_DIGEST, _QUEUED = letters.LetterKind.DIGEST.value, letters.LetterState.QUEUED.value
_MERGED = "a later digest tells the same and more"


def note(connection: sa.Connection, campaign: str, at: datetime, figures: dict[str, int]) -> None:
    """Keep the figures that a digest told of a campaign."""
    row = {"campaign": campaign, "told_at": at, "figures": json.dumps(figures, sort_keys=True)}
    connection.execute(inserts.replacing(connection, tables.digests), row)


def last_told(connection: sa.Connection, campaign: str) -> tuple[datetime, dict[str, int]] | None:
    """Return when a digest that went out last told of a campaign, and its figures; None before the first.

    One that was written and never sent told nobody.
    """
    digest = tables.digests.c
    # By the instant, so that it is found in an index: those of the letters stand behind their bytes.
    is_sent = sa.and_(_LETTER.kind == _DIGEST, _LETTER.state == letters.LetterState.SENT.value)
    sent = sa.select(_LETTER.id).where(_LETTER.queued_at == digest.told_at, is_sent).exists()
    query = (
        sa.select(digest.told_at, digest.figures)
        .where(digest.campaign == campaign, sent)
        .order_by(digest.told_at.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return (row.told_at, json.loads(row.figures)) if row else None


def keys_told(connection: sa.Connection) -> set[str]:
    """Return the keys of the digests that were written, but of those in whose place a later one comes."""
    query = sa.select(_LETTER.key).where(_LETTER.kind == _DIGEST, _LETTER.error != _MERGED)
    return set(connection.execute(query).scalars())


def addressees_waiting(connection: sa.Connection, before: datetime) -> list[str]:
    """Return to whom digests wait to be sent that were queued before an instant."""
    waits = sa.and_(_LETTER.kind == _DIGEST, _LETTER.state == _QUEUED, _LETTER.queued_at < before)
    return [str(to) for to in connection.execute(sa.select(_LETTER.to).where(waits).distinct()).scalars()]


def withdraw(connection: sa.Connection, to: str, before: datetime) -> int:
    """Cancel the digests to an address that were queued before an instant and wait still; return how many.

    Their keys become free: a later digest may tell of the same day.
    """
    waits = sa.and_(_LETTER.kind == _DIGEST, _LETTER.to == to, _LETTER.state == _QUEUED, _LETTER.queued_at < before)
    cancelled = letters.LetterState.CANCELLED.value
    changes = {"state": cancelled, "error": _MERGED, "key": _LETTER.key + ":" + sa.cast(_LETTER.id, sa.String)}
    return connection.execute(sa.update(tables.letters).where(waits).values(changes)).rowcount
