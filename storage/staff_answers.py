"""What became of the mails by which staff took up a proposal; kept for ever, as decisions are."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage import tables


@dataclass(frozen=True, slots=True)
class Answer:
    """A mail of staff that takes up a proposal."""

    mail_id: int
    receipt: str
    sender: str
    subject: str


_ANSWERS = tables.staff_answers.c


def is_used(connection: sa.Connection, word: str, mail_id: int) -> bool:
    """Return whether another mail than this one took up a proposal already."""
    taken = sa.and_(_ANSWERS.word == word, _ANSWERS.carried_out, _ANSWERS.mail_id != mail_id)
    return connection.execute(sa.select(_ANSWERS.mail_id).where(taken).limit(1)).scalar() is not None


def to_carry_out(connection: sa.Connection) -> list[Answer]:
    """Return the mails whose decision was not made yet, in the order of the ledger."""
    mails = tables.mails.c
    query = (
        sa.select(mails.id, mails.receipt, mails.sender, mails.subject)
        .where(
            mails.outcome == "noted",
            mails.reason == "staff_decision",
            mails.id.not_in(sa.select(_ANSWERS.mail_id)),
        )
        .order_by(mails.id)
    )
    return [Answer(*row) for row in connection.execute(query)]


def keep(connection: sa.Connection, mail_id: int, word: str, now: datetime, *, carried_out: bool) -> None:
    """Write what became of an answer."""
    row = {"mail_id": mail_id, "word": word, "done_at": now, "carried_out": carried_out}
    connection.execute(sa.insert(tables.staff_answers).values(row))
