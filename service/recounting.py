"""Recounting: what the server shows below the cursor and the ledger does not have is taken in after all.

A store of several machines may show UID 105 before 104 (fault catalogue 2.1, row 11), so the last days are listed anew
each hour, and the whole folder once a day. The same look finds UIDs that were given to other mails under the same
UIDVALIDITY (row 2).
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from intake import mailbox, uid_plan
from service import inflow
from storage import decisions, inbox, places

# Of the fault catalogue, 2.1, rows 9 and 11; an hour of SEARCH answers for a week's mails is some kilobytes.
EVERY_HOUR, EVERY_DAY = timedelta(hours=1), timedelta(days=1)
# Mails that come late come within minutes; a week covers a machine that was repaired meanwhile.
RECENT = timedelta(days=7)
_WHOLE, _RECENT = "recounted:", "recounted_recent:"


def recount(flow: inflow.Inflow, folder: str) -> None:
    """Compare a folder with the ledger where that is due, and take in what is missing.

    What only the daily look found is told to staff: nothing should be missing by then.
    """
    whole = flow.begin(f"{_WHOLE}{folder}:", EVERY_DAY)
    if not flow.begin(f"{_RECENT}{folder}:", EVERY_HOUR) and not whole:
        return
    since = (flow.rollcall.now() - RECENT).date()
    listing = flow.box.listing(folder, None if whole else since)
    with flow.rollcall.store.reading() as connection:
        known = places.of_folder(connection, flow.name, folder, listing.uidvalidity)
        cursor = inbox.cursor_of(connection, flow.name, folder)
    if cursor is None or cursor[0] != listing.uidvalidity:
        return
    awaited = {uid for _, uid in flow.unfetched(folder)}
    missing = [uid for uid in listing.uids if uid <= cursor[1] and uid not in known and uid not in awaited]
    recent = flow.box.listing(folder, since).uids if whole else listing.uids
    reused = _reused(flow.box, folder, {uid: known[uid] for uid in recent if uid in known})
    for batch in flow.box.fetch(folder, [*missing, *reused]):
        flow.enter(batch, moves_cursor=False)
    _note(flow, folder, "came late", missing)
    _note(flow, folder, "another mail under a known UID", reused)
    if whole and missing:
        flow.tally.troubles.append(
            f"Mailbox {flow.name}, folder {folder}: {len(missing)} mails were not in the ledger and are taken in now "
            f"(UID {', '.join(map(str, missing[:10]))}): look at the server's log for why they came late."
        )


def _reused(box: mailbox.Mailbox, folder: str, known: Mapping[int, places.Place]) -> list[int]:
    """Return the UIDs whose mail is another one now.

    Size and receipt time must differ both for one of them: some servers tell sizes or times that are not exact. Then
    those of which either differs are asked for, and known bytes change nothing.
    """
    told = box.announced(folder, list(known)) if known else {}
    differing = [_differs(told[uid], place) for uid, place in known.items() if uid in told and not place.cut]
    if not any(size and time for size, time in differing):
        return []
    return [uid for uid, place in known.items() if uid in told and any(_differs(told[uid], place))]


def _differs(told: uid_plan.Announced, place: places.Place) -> tuple[bool, bool]:
    return told.size != place.size, told.received_at != place.received_at


def _note(flow: inflow.Inflow, folder: str, what: str, uids: Sequence[int]) -> None:
    if uids:
        with flow.rollcall.store.writing() as connection:
            for uid in uids:
                decisions.note(connection, flow.rollcall.now(), "rollcall", what, f"{flow.name}/{folder}/{uid}")
