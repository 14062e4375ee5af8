"""Elsewhere: mails that a filter of the mailbox took out of the folders that are read, before Rollcall saw them.

They are looked for once a day in the folders where such mails end (fault catalogue 2.1, row 9). Staff are told; whether
the folder is to be read is theirs to say.
"""

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta

from intake import mailbox_errors, message
from service import inflow
from storage import inbox, places

# Staff read the digest once a day; what lies elsewhere is told as often.
EVERY_DAY = timedelta(days=1)
# SEARCH SINCE knows days only, in the server's own zone (RFC 9051 §6.4.4).
_OVERLAP = timedelta(days=1)
# Mails without a known Message-ID that are compared by their bytes, of one folder a day: each costs a download.
COMPARED = 50
_LOOKED = "looked_elsewhere:"


def look(flow: inflow.Inflow) -> None:
    """Tell, once a day, of mails that came since the last look and lie only in folders that are not read."""
    last = flow.last(_LOOKED, EVERY_DAY)
    if last is None:
        return
    since = (last - _OVERLAP).date()
    for folder in flow.box.other_folders():
        try:
            unknown = list(_unknown(flow, folder, since))
        except mailbox_errors.FolderMissing:
            continue  # it was renamed since the folders were listed: the next look finds it
        if unknown:
            flow.tally.troubles.append(
                f'Mailbox {flow.name}: {len(unknown)} mails received since {since} lie in folder "{folder}" and never '
                f"came to a folder that is read (UID {', '.join(map(str, unknown[:10]))}): a filter of the mailbox "
                f"moves them. If reports may be among them, mend the filter, or add the folder to `folders` of this "
                f"mailbox."
            )


def _unknown(flow: inflow.Inflow, folder: str, since: date) -> Iterator[int]:
    """Yield the UIDs of the mails of a folder that the ledger knows neither by Message-ID nor by their bytes."""
    ours = flow.rollcall.our_addresses()
    heads = {uid: message.parse(head + b"\r\n").headers for uid, head in flow.box.heads_since(folder, since)}
    with flow.rollcall.store.reading() as connection:
        known = places.known_message_ids(connection, [each.message_id for each in heads.values() if each.message_id])
    left = [
        uid
        for uid, headers in heads.items()
        if headers.message_id not in known and not ours & {each.casefold() for each in headers.from_addresses}
    ]
    hashes: dict[int, str] = {}
    for batch in flow.box.fetch(folder, left[:COMPARED]):
        hashes |= {mail.uid: hashlib.sha256(mail.data).hexdigest() for mail in batch.mails}
    with flow.rollcall.store.reading() as connection:
        entered = inbox.first_with_bytes(connection, list(hashes.values()))
    yield from (uid for uid in left if hashes.get(uid) not in entered)
