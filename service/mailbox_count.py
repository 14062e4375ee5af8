"""Counting: every mail that the server shows must be in the ledger. The folders are listed, nothing is fetched."""

from collections.abc import Iterator
from dataclasses import dataclass

from intake import mailbox, mailbox_errors
from service import assemble
from storage import inbox


@dataclass(frozen=True, slots=True)
class FolderCount:
    """One folder: how many mails the server shows, and the UIDs of those that the ledger does not have.

    With `up_to_cursor` a mail that came after the last pass is not counted: it is the next pass's.
    """

    account: str
    folder: str
    seen: int
    missing: tuple[int, ...]


def count(rollcall: assemble.Rollcall, unreachable: list[str], *, up_to_cursor: bool = False) -> Iterator[FolderCount]:
    """Yield the count of every folder that is read; sentences on mailboxes that cannot be to `unreachable`."""
    with rollcall.store.reading() as connection:
        places = {(box, folder, validity, uid) for box, folder, validity, uid, _ in inbox.places(connection)}
    for account in rollcall.accounts():
        try:
            with mailbox.Mailbox(account) as box:
                for folder in box.folders():
                    listing = box.listing(folder)
                    last = _cursor(rollcall, account.name, folder, listing.uidvalidity) if up_to_cursor else None
                    uids = [uid for uid in listing.uids if last is None or uid <= last]
                    missing = (uid for uid in uids if (account.name, folder, listing.uidvalidity, uid) not in places)
                    yield FolderCount(account.name, folder, len(uids), tuple(missing))
        except mailbox_errors.MailboxError as error:
            unreachable.append(error.sentence)


def _cursor(rollcall: assemble.Rollcall, account: str, folder: str, uidvalidity: int) -> int:
    """Return the last UID that passes have come to, 0 where they have not been there since the UIDs began anew."""
    with rollcall.store.reading() as connection:
        known = inbox.cursor_of(connection, account, folder)
    return known[1] if known is not None and known[0] == uidvalidity else 0
