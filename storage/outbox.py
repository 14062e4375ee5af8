"""The outbox: every letter we owe, from its finished bytes to the server's answer.

States go queued -> sending -> sent, failed or back to queued. A letter is claimed by an UPDATE that names the old
state, so two workers are harmless; who sends holds the database's `sending` lock, which dies with its process, so a
letter found in `sending` by the next holder is one whose delivery ended unknown: it goes out again with the same bytes
and Message-ID (RFC 1047). A letter that was sent is history and changes no more.
"""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from roll import letters
from storage import inserts, tables

# Waits between tries (RFC 5321 §4.5.4.1 asks for at least 30 minutes in the long run and 4-5 days in all).
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240))
GIVE_UP_AFTER = timedelta(days=5)
# A refusal that concerns the account takes a letter no further in WAITS than this: once that is mended nothing waits
# for hours, and a fault of the letter's own still finds all its longer waits before it is given up.
_ACCOUNT_TRIES = 3
# How long an answer that is being retried holds back later letters to the same address, so that they arrive in their
# order: greylisting lasts minutes to an hour or two (RFC 6647 §4.2), and what takes longer is that letter's own fault.
HOLDS_BACK_FOR = timedelta(hours=4)

# The order in which letters go out: an answer before a reminder, a digest last.
_ORDER = (
    letters.LetterKind.ACKNOWLEDGEMENT,
    letters.LetterKind.RETURN,
    letters.LetterKind.CONFIRM,
    letters.LetterKind.RECEIPT,
    letters.LetterKind.REMINDER,
    letters.LetterKind.OVERDUE,
    letters.LetterKind.DIGEST,
)
# A unit's contact hears of a report as soon as its sender does; what calls staff goes before everything.
_PRIORITIES = {kind: place for place, kind in enumerate(_ORDER)} | {
    letters.LetterKind.CREDITED: 0,
    letters.LetterKind.ALERT: -1,
}
WITHHELD = "letters are switched off ([letters] mode)"
BY_A_PERSON = "cancelled by a person"
_REPLACED = "its mail was understood otherwise before it went out"
_LAST_ANSWER = _ORDER.index(letters.LetterKind.RECEIPT)


@dataclass(frozen=True, slots=True)
class Due:
    """A letter that may be claimed."""

    id: int
    to: str
    kind: str


@dataclass(frozen=True, slots=True)
class Owed:
    """A claimed letter, ready to be sent. `cc` is a second addressee, or empty."""

    id: int
    to: str
    cc: str
    data: bytes
    kind: str
    tries: int
    queued_at: datetime


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter as the commands and pages show it; `id` is None for one that is only planned."""

    id: int | None
    campaign: str | None
    unit: str | None
    kind: str
    step: str
    due_at: datetime
    to: str
    subject: str
    state: str
    message_id: str
    mail_id: int | None
    sent_at: datetime | None
    error: str


def put(
    connection: sa.Connection, owed: Sequence[letters.Letter], now: datetime, *, withheld: bool = False
) -> list[int]:
    """Queue letters whose keys are new; return the ids of those added. `withheld` writes them as cancelled.

    A letter waits for its `due_at` where that is still to come.
    """
    state = letters.LetterState.CANCELLED if withheld else letters.LetterState.QUEUED
    rows = [
        {name: getattr(letter, name) for name in letters.Letter.__dataclass_fields__ if name != "cc"}
        | {
            "kind": letter.kind.value,
            "state": state.value,
            "priority": _PRIORITIES[letter.kind],
            "queued_at": now,
            "next_try_at": max(now, letter.due_at),
            "error": WITHHELD if withheld else "",
        }
        for letter in owed
    ]
    if not rows:
        return []
    statement = inserts.ignoring(connection, tables.letters).returning(_LETTER.id, _LETTER.key)
    added = {row.key: row.id for row in connection.execute(statement, rows)}
    copies = [{"letter_id": added[each.key], "cc": each.cc} for each in owed if each.cc and each.key in added]
    if copies:
        connection.execute(sa.insert(tables.copies), copies)
    return sorted(added.values())


def replace_answers(
    connection: sa.Connection, mail_id: int, owed: Sequence[letters.Letter], now: datetime, *, withheld: bool = False
) -> list[int]:
    """Queue what a mail that was understood anew is answered with; return the ids of what is added.

    What still waits of its earlier answers and is none of these is cancelled. One that was cancelled so, and is owed
    again after all, is queued again.
    """
    keys = [letter.key for letter in owed]
    waits = sa.and_(_LETTER.mail_id == mail_id, _LETTER.state == _QUEUED, _LETTER.key.not_in(keys))
    cancelled = letters.LetterState.CANCELLED.value
    connection.execute(sa.update(tables.letters).where(waits).values(state=cancelled, error=_REPLACED))
    if not withheld:
        again = sa.and_(_LETTER.key.in_(keys), _LETTER.state == cancelled, _LETTER.error == _REPLACED)
        connection.execute(sa.update(tables.letters).where(again).values(state=_QUEUED, error=""))
    return put(connection, owed, now, withheld=withheld)


def of_mail(connection: sa.Connection, mail_id: int) -> list[LetterRow]:
    """Return the letters that answer a mail, in the order in which they were queued."""
    return _rows(connection, _LETTER.mail_id == mail_id)


def with_message_ids(connection: sa.Connection, message_ids: Sequence[str]) -> list[letters.OurLetter]:
    """Return the letters with these Message-IDs, in the order of queueing."""
    columns = (_LETTER[name] for name in letters.OurLetter.__dataclass_fields__)
    query = sa.select(*columns).where(_LETTER.message_id.in_(list(message_ids))).order_by(_LETTER.id)
    return [letters.OurLetter(*row) for row in connection.execute(query)]


def reclaim(connection: sa.Connection, why: str = "the program stopped while this letter was being sent") -> int:
    """Queue again what was being sent and was not: its process died, or `why`. For the holder of the lock `sending`."""
    statement = (
        sa.update(tables.letters)
        .where(tables.letters.c.state == letters.LetterState.SENDING.value)
        .values(state=letters.LetterState.QUEUED.value, error=why)
    )
    return connection.execute(statement).rowcount


def put_back(connection: sa.Connection, owed: Owed, why: str) -> None:
    """Queue a claimed letter again that was never tried, because nothing could be sent at all."""
    _set(connection, owed.id, _LETTER.state == _SENDING, state=_QUEUED, tries=_LETTER.tries - 1, error=why)


def claim_next(connection: sa.Connection, now: datetime) -> Owed | None:
    """Take the next letter that is due, marking it as being sent; None where nothing is owed now."""
    due = next_due(connection, now)
    return None if due is None else claim(connection, due.id)


def next_due(
    connection: sa.Connection, now: datetime, kinds: Collection[str] | None = None, but: Sequence[str] = ()
) -> Due | None:
    """Return the next letter that is due, of these kinds only, and to no address of `but` (in lower case).

    None where nothing is owed now.
    """
    query = _NEXT if kinds is None else _NEXT.where(_LETTER.kind.in_(list(kinds)))
    if but:
        copied = sa.exists().where(tables.copies.c.letter_id == _LETTER.id, sa.func.lower(tables.copies.c.cc).in_(but))
        query = query.where(sa.func.lower(_LETTER.to).not_in(but), ~copied)
    row = connection.execute(query, {"now": now, "held_back_since": now - HOLDS_BACK_FOR}).first()
    return Due(*row) if row else None


def claim(connection: sa.Connection, letter_id: int) -> Owed | None:
    """Mark a queued letter as being sent; None where somebody else was quicker."""
    row = connection.execute(_CLAIM, {"letter_id": letter_id}).first()
    if row is None:
        return None
    copy = sa.select(tables.copies.c.cc).where(tables.copies.c.letter_id == letter_id)
    cc = connection.execute(copy).scalar() or ""
    return Owed(row.id, row.to, cc, bytes(row.data), row.kind, row.tries, row.queued_at)


def hold_back(connection: sa.Connection, letter_id: int, until: datetime, why: str) -> None:
    """Let a queued letter wait: it is no try, and nothing is wrong with it."""
    _set(connection, letter_id, _LETTER.state == _QUEUED, next_try_at=until, error=why)


_LETTER = tables.letters.c
_EARLIER = tables.letters.alias("earlier")
_QUEUED, _SENDING = letters.LetterState.QUEUED.value, letters.LetterState.SENDING.value
_HELD_BACK = sa.exists().where(
    _EARLIER.c.to == _LETTER.to,
    _EARLIER.c.state.in_((_QUEUED, _SENDING)),
    _EARLIER.c.id < _LETTER.id,
    _EARLIER.c.priority <= _LAST_ANSWER,
    _EARLIER.c.queued_at > sa.bindparam("held_back_since"),
)
# Only the id is sorted for: with the bytes beside it, each claim would carry every queued letter through the sort.
# Another worker's row is passed over (PostgreSQL; SQLite has one writer at a time).
_NEXT = (
    sa.select(_LETTER.id, _LETTER.to, _LETTER.kind)
    .where(_LETTER.state == _QUEUED, _LETTER.next_try_at <= sa.bindparam("now"), ~_HELD_BACK)
    .order_by(_LETTER.priority, _LETTER.id)
    .limit(1)
    .with_for_update(skip_locked=True, of=tables.letters)
)
_CLAIM = (
    sa.update(tables.letters)
    .where(_LETTER.id == sa.bindparam("letter_id"), _LETTER.state == _QUEUED)
    .values(state=_SENDING, tries=_LETTER.tries + 1)
    .returning(_LETTER.id, _LETTER.to, _LETTER.data, _LETTER.kind, _LETTER.tries, _LETTER.queued_at)
)


def mark_sent(connection: sa.Connection, letter_id: int, now: datetime, note: str = "") -> None:
    """Note that the server took a letter; `note`: that it refused the second addressee, in its words."""
    unsent = _LETTER.state != letters.LetterState.SENT.value
    _set(connection, letter_id, unsent, state=letters.LetterState.SENT.value, sent_at=now, error=note)


def mark_failed(connection: sa.Connection, letter_id: int, now: datetime, error: str) -> None:
    """Note that the server refused a letter for good; `next_try_at` is from then on when it failed."""
    failed = letters.LetterState.FAILED.value
    _set(connection, letter_id, _LETTER.state == _SENDING, state=failed, next_try_at=now, error=error)


@dataclass(frozen=True, slots=True)
class Setback:
    """Why a letter was not sent. `concerns_account`: it is nothing that this letter could have done better.

    `broke_line`: the line broke on it, or fell silent; it is tried again later than others, which might go meanwhile.
    """

    error: str
    concerns_account: bool = False
    broke_line: bool = False


def postpone(connection: sa.Connection, owed: Owed, now: datetime, setback: Setback) -> None:
    """Queue a letter again for a later try, the wait growing and jittered.

    It is given up after GIVE_UP_AFTER, but not before every wait was tried: the machine may have been off for days.
    Never for what concerns the account.
    """
    tries = min(owed.tries, _ACCOUNT_TRIES) if setback.concerns_account else owed.tries
    if not setback.concerns_account and now - owed.queued_at > GIVE_UP_AFTER and tries > len(WAITS):
        mark_failed(connection, owed.id, now, f"given up after {tries} tries: {setback.error}")
        return
    step = min(tries + setback.broke_line, len(WAITS)) - 1
    wait = WAITS[step] * random.uniform(0.8, 1.2)  # noqa: S311 - jitter, no secret
    sending = _LETTER.state == _SENDING
    _set(connection, owed.id, sending, state=_QUEUED, tries=tries, next_try_at=now + wait, error=setback.error)


def _set(connection: sa.Connection, letter_id: int, allowed: sa.ColumnElement[bool], **columns: object) -> None:
    """Change a letter where its state allows it: one that was sent is history, whoever else held it."""
    connection.execute(sa.update(tables.letters).where(_LETTER.id == letter_id, allowed).values(**columns))


def cancel(connection: sa.Connection, letter_id: int) -> bool:
    """Cancel a letter that is still queued; return whether it was."""
    statement = (
        sa.update(tables.letters)
        .where(tables.letters.c.id == letter_id, tables.letters.c.state == letters.LetterState.QUEUED.value)
        .values(state=letters.LetterState.CANCELLED.value, error=BY_A_PERSON)
    )
    return connection.execute(statement).rowcount == 1


def rows(connection: sa.Connection, ids: Sequence[int] | None = None) -> list[LetterRow]:
    """Return letters (all of them for None) in the order in which they were queued."""
    return _rows(connection) if ids is None else _rows(connection, _LETTER.id.in_(list(ids)))


def failed_since(connection: sa.Connection, since: datetime) -> list[LetterRow]:
    """Return the letters that failed for good since an instant."""
    return _rows(connection, _LETTER.state == letters.LetterState.FAILED.value, _LETTER.next_try_at >= since)


def _rows(connection: sa.Connection, *wanted: sa.ColumnElement[bool]) -> list[LetterRow]:
    columns = (_LETTER[name] for name in LetterRow.__dataclass_fields__)
    return [LetterRow(*row) for row in connection.execute(sa.select(*columns).where(*wanted).order_by(_LETTER.id))]


def data_of(connection: sa.Connection, letter_id: int) -> bytes | None:
    """Return a letter's bytes."""
    return connection.execute(sa.select(tables.letters.c.data).where(tables.letters.c.id == letter_id)).scalar()


def keys(connection: sa.Connection, kind: letters.LetterKind, prefix: str = "") -> set[str]:
    """Return the keys of the letters of a kind that begin with a prefix, whatever became of the letters."""
    # Not LIKE, which takes capitals for small letters in SQLite.
    begins = sa.func.substr(_LETTER.key, 1, len(prefix)) == prefix
    return set(connection.execute(sa.select(_LETTER.key).where(_LETTER.kind == kind.value, begins)).scalars())


def answered(connection: sa.Connection, mail_id: int) -> bool:
    """Return whether a mail already has an answer in the outbox."""
    query = sa.select(tables.letters.c.id).where(tables.letters.c.mail_id == mail_id).limit(1)
    return connection.execute(query).first() is not None


def has_key(connection: sa.Connection, key: str) -> bool:
    """Return whether a letter with this key stands in the outbox, whatever became of it."""
    return connection.execute(sa.select(tables.letters.c.id).where(tables.letters.c.key == key)).first() is not None
