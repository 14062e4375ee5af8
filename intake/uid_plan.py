"""How a folder is walked through: which UIDs to ask for at once, which mails to fetch together. Pure arithmetic.

Asking for everything at once breaks on a big mailbox (one SEARCH answer of 170,000 UIDs is longer than imaplib
reads), asking for mails one by one is 17 times slower over a line of 40 ms. Both limits are met here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

# imaplib refuses a line of 1,000,000 bytes; a UID has at most 10 digits and a blank, so 50,000 UIDs are 550,000
# bytes.
UIDS_PER_SEARCH = 50_000
# UIDs named in one FETCH of sizes: 500 of 10 digits are 5.5 KB of command, under the 8,000 octets every server takes
# (RFC 7162 §4).
UIDS_PER_SIZE_FETCH = 500
# Fetched in one go: measured best between 50 and 200 mails, and eight megabytes bound what one batch costs in memory.
MAILS_PER_BATCH = 50
BYTES_PER_BATCH = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Announced:
    """What the server says about a mail before it is fetched: its UID, RFC822.SIZE and INTERNALDATE (aware)."""

    uid: int
    size: int
    received_at: datetime


def search_windows(after: int, uid_next: int, exists: int) -> Iterator[str]:
    """Yield UID ranges that cover every UID above `after`, each with a bounded answer.

    `uid_next` and `exists` are what EXAMINE said. The last range is open ("n:*"), so mails that arrive meanwhile are
    seen too; by RFC 3501 §6.4.8 it also returns the last mail when nothing is new, which the caller drops.
    """
    first = after + 1
    while exists > UIDS_PER_SEARCH and uid_next - first > UIDS_PER_SEARCH:
        yield f"{first}:{first + UIDS_PER_SEARCH - 1}"
        first += UIDS_PER_SEARCH
    yield f"{first}:*"


def batches(mails: Iterable[Announced]) -> Iterator[tuple[Announced, ...]]:
    """Group mails in order, each group within MAILS_PER_BATCH and BYTES_PER_BATCH; a larger mail is alone."""
    group: list[Announced] = []
    total = 0
    for mail in mails:
        if group and (len(group) == MAILS_PER_BATCH or total + mail.size > BYTES_PER_BATCH):
            yield tuple(group)
            group, total = [], 0
        group.append(mail)
        total += mail.size
    if group:
        yield tuple(group)


def slices(uids: Sequence[int], length: int) -> Iterator[Sequence[int]]:
    """Cut `uids` into runs of at most `length`."""
    return (uids[start : start + length] for start in range(0, len(uids), length))
