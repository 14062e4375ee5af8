"""Fetching: what is new in every folder of every mailbox goes into the ledger, durably, before anything is read.

Nothing on the server is changed. What was entered is handed on from memory, so that it is read while the next batch
comes; what is not taken any more stays waiting in the ledger.
"""

from collections.abc import Generator, Iterator, Sequence

from intake import mailbox, mailbox_errors
from service import assemble, sent_folders, sign_ins
from service.tally import Tally
from storage import decisions, inbox

# The lock that keeps two processes from taking in and understanding at once (storage.database.Database.alone).
INTAKE = "intake"
_UNFINISHED = "the pass was stopped before its end"

Entered = tuple[inbox.Waiting, bytes]


def take_in(rollcall: assemble.Rollcall, tally: Tally) -> Generator[Entered]:
    """Fetch what is new into the ledger, a batch at a time, and yield each mail that was entered with its bytes.

    The pass is complete where `tally.complete` says so after the last one: every folder, every mail. For the holder of
    the lock INTAKE.
    """
    tally.complete = False
    with rollcall.store.writing() as connection:
        pass_id = inbox.begin_pass(connection, rollcall.now())
    troubles, error = list[str](), _UNFINISHED
    try:
        for account in rollcall.accounts():
            yield from _take_in_mailbox(rollcall, account, tally, troubles)
        error = "\n".join(troubles)
        tally.complete = not troubles
    finally:
        tally.troubles += troubles
        with rollcall.store.writing() as connection:
            inbox.end_pass(connection, pass_id, rollcall.now(), error)


def _take_in_mailbox(
    rollcall: assemble.Rollcall, account: mailbox.MailboxAccount, tally: Tally, troubles: list[str]
) -> Iterator[Entered]:
    name = account.name
    try:
        with mailbox.Mailbox(account) as box:
            for folder in box.folders():
                for batch in _new_in(rollcall, box, name, folder):
                    yield from _enter(rollcall, name, batch, tally, moves_cursor=True)
                yield from _once_more(rollcall, box, (name, folder), tally, troubles)
            sent_folders.look(rollcall, box, name)
        sign_ins.note_accepted(rollcall, name)
    except mailbox_errors.MailboxError as error:
        if isinstance(error, mailbox_errors.SignInRefused):
            sign_ins.note_refused(rollcall, name, error.sentence)
        troubles.append(error.sentence)
        tally.mailboxes_failed += 1


def _new_in(rollcall: assemble.Rollcall, box: mailbox.Mailbox, name: str, folder: str) -> Iterator[mailbox.Batch]:
    with rollcall.store.reading() as connection:
        known = inbox.cursor_of(connection, name, folder)
    return box.batches(folder, mailbox.Cursor(*known) if known else None)


def _once_more(
    rollcall: assemble.Rollcall, box: mailbox.Mailbox, place: tuple[str, str], tally: Tally, troubles: list[str]
) -> Iterator[Entered]:
    """Ask again for mails of a (mailbox, folder) that the server listed before and did not hand over."""
    if not _unfetched(rollcall, place):
        return
    yield from _ask_again(rollcall, box, place, tally)
    name, folder = place
    troubles += [
        f"Mailbox {name}, folder {folder}: the server lists the mail with UID {uid} and does not hand it over; "
        "Rollcall asks again at each pass. If it stays so, move the mail out and back in a mail program."
        for _, uid in _unfetched(rollcall, place)
    ]


def _unfetched(rollcall: assemble.Rollcall, place: tuple[str, str]) -> list[tuple[int, int]]:
    with rollcall.store.reading() as connection:
        return inbox.unfetched(connection, *place)


def _ask_again(
    rollcall: assemble.Rollcall, box: mailbox.Mailbox, place: tuple[str, str], tally: Tally
) -> Iterator[Entered]:
    """Ask once more for mails that an earlier batch did not bring; forget those that the server lists no more."""
    name, folder = place
    listing = box.listing(folder)
    wanted = _unfetched(rollcall, place)
    there = [uid for validity, uid in wanted if validity == listing.uidvalidity and uid in set(listing.uids)]
    came: list[int] = []
    for batch in box.fetch(folder, there):
        yield from _enter(rollcall, name, batch, tally, moves_cursor=False)
        came += [fetched.uid for fetched in batch.mails] + [mail.uid for mail in batch.too_large]
    gone = [uid for _, uid in wanted if uid not in there]
    with rollcall.store.writing() as connection:
        inbox.forget_unfetched(connection, name, folder, came + gone)
        for uid in gone:
            decisions.note(connection, rollcall.now(), "rollcall", "vanished before fetch", f"{name}/{folder}/{uid}")


def _enter(
    rollcall: assemble.Rollcall, name: str, batch: mailbox.Batch, tally: Tally, *, moves_cursor: bool
) -> list[Entered]:
    arrivals = _arrivals(name, batch)
    with rollcall.store.writing() as connection:
        new = inbox.enter(connection, arrivals, rollcall.now(), rollcall.zone)
        inbox.note_unfetched(connection, name, batch.folder, batch.uidvalidity, batch.vanished, rollcall.now())
        if moves_cursor:
            inbox.move_cursor(connection, name, batch.folder, batch.uidvalidity, batch.last_uid)
        rows = inbox.by_receipts(connection, new)
    tally.received += len(rows)
    return [(row, new[row.receipt]) for row in rows]


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
