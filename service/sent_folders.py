"""The Sent folders: what persons of the office answered by hand, as evidence. Sent mail is never taken in.

Only header fields are fetched and only what ties a reply to its mail is kept; our own letters, which some servers file
there too, are left out.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from intake import mailbox, message
from service import assemble
from storage import inbox, sent


def look(rollcall: assemble.Rollcall, box: mailbox.Mailbox, name: str) -> None:
    """Note which mails were answered in the Sent folder of a mailbox since the last time."""
    folder = box.sent_folder()
    if not folder:
        return
    with rollcall.store.reading() as connection:
        known = inbox.cursor_of(connection, name, folder)
    for heads in box.heads(folder, mailbox.Cursor(*known) if known else None):
        with rollcall.store.writing() as connection:
            place = sent.Place(name, folder, heads.uidvalidity)
            sent.note(connection, place, list(_sent(heads)), rollcall.now())
            inbox.move_cursor(connection, name, folder, heads.uidvalidity, heads.last_uid)


def _sent(heads: mailbox.Heads) -> Iterator[sent.Sent]:
    for uid, sent_at, head in heads.mails:
        headers = message.parse(head + b"\r\n").headers
        automatic = any(field == "auto-submitted" and value.lower() != "no" for field, value in headers.machine)
        answers = tuple(dict.fromkeys(filter(None, (headers.in_reply_to, *headers.references))))
        if answers and not automatic:
            to = tuple(address.casefold() for address in headers.to)
            yield sent.Sent(uid, _utc(sent_at), headers.message_id, to, headers.subject, answers)


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)
