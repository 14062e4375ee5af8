"""Fetching: what is new in every folder of every mailbox goes into the ledger, durably, before anything is read.

The connection is closed before the first mail is understood. Nothing on the server is changed.
"""

from collections.abc import Callable, Iterator, Sequence

from intake import mailbox, mailbox_errors
from service import assemble
from service.tally import Tally
from storage import decisions, inbox

# The lock that keeps two processes from taking in and understanding at once (storage.database.Database.alone).
INTAKE = "intake"


def take_in(rollcall: assemble.Rollcall, tally: Tally, arrived: Callable[[], object] = lambda: None) -> bool:
    """Fetch what is new into the ledger; return whether the pass was complete: every folder, every mail.

    `arrived` is called after each batch that brought mails, so that what they need can start meanwhile.
    """
    with rollcall.store.alone(INTAKE):
        with rollcall.store.writing() as connection:
            pass_id = inbox.begin_pass(connection, rollcall.now())
        troubles: list[str] = []
        for account in rollcall.accounts():
            try:
                with mailbox.Mailbox(account) as box:
                    for folder in box.folders():
                        for batch in _new_in(rollcall, box, account.name, folder):
                            tally.received += _enter(rollcall, account.name, batch, moves_cursor=True)
                            if batch.mails:
                                arrived()
                        tally.received += _once_more(rollcall, box, account.name, folder, troubles)
            except mailbox_errors.MailboxError as error:
                troubles.append(error.sentence)
                tally.mailboxes_failed += 1
        with rollcall.store.writing() as connection:
            inbox.end_pass(connection, pass_id, rollcall.now(), "\n".join(troubles))
    tally.troubles += troubles
    tally.complete = not troubles
    return tally.complete


def _new_in(rollcall: assemble.Rollcall, box: mailbox.Mailbox, name: str, folder: str) -> Iterator[mailbox.Batch]:
    with rollcall.store.reading() as connection:
        known = inbox.cursor_of(connection, name, folder)
    return box.batches(folder, mailbox.Cursor(*known) if known else None)


def _once_more(rollcall: assemble.Rollcall, box: mailbox.Mailbox, name: str, folder: str, troubles: list[str]) -> int:
    received = 0
    if _unfetched(rollcall, name, folder):
        received = _ask_again(rollcall, box, name, folder)
        troubles += [
            f"Mailbox {name}, folder {folder}: the server lists the mail with UID {uid} and does not hand it over; "
            "Rollcall asks again at each pass. If it stays so, move the mail out and back in a mail program."
            for _, uid in _unfetched(rollcall, name, folder)
        ]
    return received


def _unfetched(rollcall: assemble.Rollcall, name: str, folder: str) -> list[tuple[int, int]]:
    with rollcall.store.reading() as connection:
        return inbox.unfetched(connection, name, folder)


def _ask_again(rollcall: assemble.Rollcall, box: mailbox.Mailbox, name: str, folder: str) -> int:
    """Ask once more for mails that an earlier batch did not bring; forget those that the server lists no more."""
    listing = box.listing(folder)
    wanted = _unfetched(rollcall, name, folder)
    there = [uid for validity, uid in wanted if validity == listing.uidvalidity and uid in set(listing.uids)]
    received = 0
    came: list[int] = []
    for batch in box.fetch(folder, there):
        received += _enter(rollcall, name, batch, moves_cursor=False)
        came += [fetched.uid for fetched in batch.mails] + [mail.uid for mail in batch.too_large]
    gone = [uid for _, uid in wanted if uid not in there]
    with rollcall.store.writing() as connection:
        inbox.forget_unfetched(connection, name, folder, came + gone)
        for uid in gone:
            decisions.note(connection, rollcall.now(), "rollcall", "vanished before fetch", f"{name}/{folder}/{uid}")
    return received


def _enter(rollcall: assemble.Rollcall, name: str, batch: mailbox.Batch, *, moves_cursor: bool) -> int:
    with rollcall.store.writing() as connection:
        added = inbox.enter(connection, _arrivals(name, batch), rollcall.now(), rollcall.zone)
        inbox.note_unfetched(connection, name, batch.folder, batch.uidvalidity, batch.vanished, rollcall.now())
        if moves_cursor:
            inbox.move_cursor(connection, name, batch.folder, batch.uidvalidity, batch.last_uid)
    return added


def _arrivals(name: str, batch: mailbox.Batch) -> Sequence[inbox.Arrival]:
    """A mail that is too large enters with its beginning only, and waits for a person."""
    whole = [(mail.uid, mail.received_at, mail.data, False) for mail in batch.mails]
    cut = [(mail.uid, mail.received_at, mail.head, True) for mail in batch.too_large]
    return [
        inbox.Arrival(
            data=data,
            mailbox=name,
            folder=batch.folder,
            uidvalidity=batch.uidvalidity,
            uid=uid,
            received_at=received_at,
            received_by="internaldate",
            cut=is_cut,
        )
        for uid, received_at, data, is_cut in sorted(whole + cut, key=lambda mail: mail[0])
    ]
