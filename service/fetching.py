"""Fetching: what is new in every folder of every mailbox goes into the ledger, durably, before anything is read.

Nothing on the server is changed, each mail is downloaded once, and no line to a server stays open afterwards.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from intake import mailbox, mailbox_errors
from service import assemble, elsewhere, inflow, recounting, refused_sign_ins, sent_folders
from service.tally import Tally
from storage import decisions, inbox

# The lock that keeps two processes from taking in and understanding at once (storage.database.Database.alone).
INTAKE = "intake"
_UNFINISHED = "the pass was stopped before its end"


def take_in(rollcall: assemble.Rollcall, tally: Tally, on_mail: Callable[[], None] = lambda: None) -> None:
    """Fetch what is new into the ledger, a batch at a time; `on_mail` is called after each that brought some.

    The pass is complete where `tally.complete` says so afterwards: every folder, every mail. For the holder of the
    lock INTAKE.
    """
    tally.complete = False
    with rollcall.store.writing() as connection:
        pass_id = inbox.begin_pass(connection, rollcall.now())
    troubles, error = list[str](), _UNFINISHED
    try:
        for account in rollcall.accounts():
            if rollcall.is_stopping():
                break
            _take_in_patiently(_Pass(rollcall, tally, on_mail, troubles), account)
        if not rollcall.is_stopping():
            error = "\n".join(troubles)
            tally.complete = not troubles
    finally:
        with rollcall.store.writing() as connection:
            inbox.end_pass(connection, pass_id, rollcall.now(), error)


@dataclass(frozen=True, slots=True)
class _Pass:
    """A pass over all mailboxes. `troubles` are what keeps it from being complete."""

    rollcall: assemble.Rollcall
    tally: Tally
    on_mail: Callable[[], None]
    troubles: list[str]


def _take_in_patiently(over: _Pass, account: mailbox.MailboxAccount) -> None:
    """Take in one mailbox, unless it failed lately: then it stays failed, and was told to be when it did."""
    patience = over.rollcall.waits[account.name] if over.rollcall.waits else None
    if patience and not patience.is_over():
        over.troubles.append(patience.why)
        return
    told = list[str]()
    failure: mailbox_errors.MailboxError | None = None
    try:
        _take_in_mailbox(over, account, told)
    except mailbox_errors.MailboxError as error:
        failure = error
        told.append(error.sentence)
        over.tally.mailboxes_failed += 1
    if patience:
        refused = isinstance(failure, mailbox_errors.SignInRefused)
        at_least = refused_sign_ins.AFTER_REFUSAL if refused else timedelta(0)
        patience.note(failed=failure is not None, why="\n".join(told), at_least=at_least)
    over.troubles.extend(told)
    over.tally.troubles += told


def _take_in_mailbox(over: _Pass, account: mailbox.MailboxAccount, troubles: list[str]) -> None:
    rollcall = over.rollcall
    with inflow.open_inflow(rollcall, account, over.tally, over.on_mail) as flow:
        folders, missing = flow.box.folders_there()
        if missing and not folders:
            raise missing
        troubles += [missing.sentence] if missing else []
        for folder in folders:
            _take_in_folder(flow, folder, troubles)
            if rollcall.is_stopping():
                return
        sent_folders.look(rollcall, flow.box, flow.name)
        elsewhere.look(flow)


def _take_in_folder(flow: inflow.Inflow, folder: str, troubles: list[str]) -> None:
    """Take in one folder; that it was renamed since the folders were listed keeps no other from being read."""
    with flow.rollcall.store.reading() as connection:
        known = inbox.cursor_of(connection, flow.name, folder)
    try:
        for batch in flow.box.batches(folder, mailbox.Cursor(*known) if known else None):
            flow.enter(batch, moves_cursor=True)
            if flow.rollcall.is_stopping():
                return
        recounting.recount(flow, folder)
        _once_more(flow, folder, troubles)
    except mailbox_errors.FolderMissing as error:
        troubles.append(error.sentence)


def _once_more(flow: inflow.Inflow, folder: str, troubles: list[str]) -> None:
    """Ask again for mails of a folder that the server listed before and did not hand over."""
    if not flow.unfetched(folder):
        return
    _ask_again(flow, folder)
    troubles += [
        f"Mailbox {flow.name}, folder {folder}: the server lists the mail with UID {uid} and does not hand it over; "
        "Rollcall asks again at each pass. If it stays so, move the mail out and back in a mail program."
        for _, uid in flow.unfetched(folder)
    ]


def _ask_again(flow: inflow.Inflow, folder: str) -> None:
    """Ask once more for mails that an earlier batch did not bring; forget those that the server lists no more."""
    listing = flow.box.listing(folder)
    wanted, listed = flow.unfetched(folder), set(listing.uids)
    there = [uid for validity, uid in wanted if validity == listing.uidvalidity and uid in listed]
    came: list[int] = []
    for batch in flow.box.fetch(folder, there):
        flow.enter(batch, moves_cursor=False)
        came += [fetched.uid for fetched in batch.mails] + [mail.uid for mail in batch.too_large]
    gone = [uid for _, uid in wanted if uid not in there]
    with flow.rollcall.store.writing() as connection:
        inbox.forget_unfetched(connection, flow.name, folder, came + gone)
        for uid in gone:
            what = f"{flow.name}/{folder}/{uid}"
            decisions.note(connection, flow.rollcall.now(), "rollcall", "vanished before fetch", what)
