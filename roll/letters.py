"""A letter: a mail we owe, finished as bytes before it enters the outbox."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class LetterKind(StrEnum):
    """What a letter is for. Each kind has its templates, its golden files and its function in notifications.mails."""

    ACKNOWLEDGEMENT = "acknowledgement"
    RETURN = "return"
    CONFIRM = "confirm"
    RECEIPT = "receipt"
    CREDITED = "credited"
    REMINDER = "reminder"
    OVERDUE = "overdue"
    DIGEST = "digest"
    ALERT = "alert"


class LetterState(StrEnum):
    """Where a letter is on its way. `planned` exists only in a rehearsal."""

    PLANNED = "planned"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class OurLetter:
    """A letter of ours that a mail names by its Message-ID: it is one, answers one, or returns one.

    `mail_id` is the mail that it answered, None where it answered none. `queued_at` is aware.
    """

    id: int
    kind: str
    to: str
    campaign: str | None
    unit: str | None
    mail_id: int | None
    message_id: str
    queued_at: datetime


@dataclass(frozen=True, slots=True)
class Letter:
    """One finished letter. `key` is unique: a second run or a second worker adds nothing. `due_at` is aware.

    `to` is the envelope recipient, `cc` a second one or empty; `data` the whole message (RFC 5322, CRLF)
    that every attempt sends unchanged.
    """

    key: str
    kind: LetterKind
    to: str
    subject: str
    message_id: str
    data: bytes
    due_at: datetime
    campaign: str | None = None
    unit: str | None = None
    step: str = ""
    mail_id: int | None = None
    cc: str = ""
