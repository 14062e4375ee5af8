"""What persons of the office answered by hand, as their Sent folders show: evidence, for ever, and never intake."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage import inserts, tables


@dataclass(frozen=True, slots=True)
class Place:
    """A Sent folder under one UIDVALIDITY."""

    mailbox: str
    folder: str
    uidvalidity: int


@dataclass(frozen=True, slots=True)
class Sent:
    """One mail in a Sent folder that answers others: to whom, and which ones, by their Message-IDs."""

    uid: int
    sent_at: datetime
    message_id: str
    to: tuple[str, ...]
    subject: str
    answers: tuple[str, ...]


def note(connection: sa.Connection, place: Place, found: Sequence[Sent], now: datetime) -> None:
    """Keep what was found in a Sent folder, our own letters left out."""
    ids = [each.message_id for each in found if each.message_id]
    letter = tables.letters.c
    ours = set(connection.execute(sa.select(letter.message_id).where(letter.message_id.in_(ids))).scalars())
    kept = [each for each in found if each.message_id not in ours]
    at = {"mailbox": place.mailbox, "folder": place.folder, "uidvalidity": place.uidvalidity}
    mails = [
        {
            **at,
            "uid": each.uid,
            "sent_at": each.sent_at,
            "seen_at": now,
            "message_id": each.message_id,
            "to": " ".join(each.to),
            "subject": each.subject,
        }
        for each in kept
    ]
    replies = [{**at, "uid": each.uid, "answers": answered} for each in kept for answered in each.answers]
    for table, rows in ((tables.sent_mails, mails), (tables.sent_replies, replies)):
        if rows:
            connection.execute(inserts.ignoring(connection, table), rows)


def answered_at(connection: sa.Connection, message_id: str, senders: Sequence[str]) -> datetime | None:
    """Return when a person first answered a mail to its sender; None where nobody did, or the mail has no id.

    A reply to somebody else, such as a colleague who is asked, is none to the sender.
    """
    if not message_id:
        return None
    mails, replies = tables.sent_mails.c, tables.sent_replies.c
    same = sa.and_(*(mails[name] == replies[name] for name in ("mailbox", "folder", "uidvalidity", "uid")))
    query = (
        sa.select(mails.sent_at, mails.to)
        .join(tables.sent_replies, same)
        .where(replies.answers == message_id)
        .order_by(mails.sent_at)
    )
    wanted = {sender.casefold() for sender in senders}
    return next((row.sent_at for row in connection.execute(query) if wanted & set(row.to.split())), None)
