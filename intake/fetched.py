"""What a pass over a mailbox yields: raw mails in batches, and how far it came."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a folder has been taken in: the highest UID, valid only under this UIDVALIDITY (RFC 9051 §2.3.1.1)."""

    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """One mail, raw. `received_at` is INTERNALDATE with the offset that the server gave it."""

    folder: str
    uidvalidity: int
    uid: int
    received_at: datetime
    data: bytes


@dataclass(frozen=True, slots=True)
class TooLarge:
    """A mail above HARD_CAP, left on the server: `size` in bytes as announced, `head` its first HEAD bytes."""

    uid: int
    size: int
    received_at: datetime
    head: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """Some new mails of one folder in the order of their UIDs.

    `vanished` are UIDs that the server listed and then did not hand over, asked twice (another client deleted the
    mail, or the server lies about it); those it still lists may be asked for again by Mailbox.fetch. `last_uid` is
    the cursor's UID once this batch is stored.
    """

    folder: str
    uidvalidity: int
    mails: tuple[Fetched, ...]
    vanished: tuple[int, ...]
    last_uid: int
    too_large: tuple[TooLarge, ...] = ()


@dataclass(frozen=True, slots=True)
class Heads:
    """The header fields of some mails of a folder, with UID and INTERNALDATE; `last_uid` is the cursor's UID then."""

    folder: str
    uidvalidity: int
    mails: tuple[tuple[int, datetime, bytes], ...]
    last_uid: int


@dataclass(frozen=True, slots=True)
class Listing:
    """Every UID that a folder holds, ascending: for comparing it with the ledger."""

    folder: str
    uidvalidity: int
    uids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Description:
    """What `doctor` shows of a mailbox. `folders` are those read, with their number of mails; `junk` may be empty."""

    capabilities: tuple[str, ...]
    folders: tuple[tuple[str, int], ...]
    junk: str
