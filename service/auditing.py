"""The audit: mailbox = ledger, values = what reading again gives, letters = owed. Nothing is changed."""

import hashlib

from service import answers, assemble, mailbox_count, rereading, situation
from service.tally import Tally
from storage import erasing, inbox, outbox


def audit(rollcall: assemble.Rollcall) -> tuple[list[str], list[str]]:
    """Return (differences, mailboxes that could not be looked at), one sentence each."""
    unreachable: list[str] = []
    differences = _mailbox_differences(rollcall, unreachable)
    differences += _byte_differences(rollcall)
    differences += _unhandled(rollcall)
    differences += _value_differences(rollcall)
    return differences, unreachable


def _mailbox_differences(rollcall: assemble.Rollcall, unreachable: list[str]) -> list[str]:
    return [
        f"Mailbox {found.account}, folder {found.folder}: the mail with UID {uid} is not in the ledger; "
        "run `rollcall poll`."
        for found in mailbox_count.count(rollcall, unreachable)
        for uid in found.missing
    ]


def _byte_differences(rollcall: assemble.Rollcall) -> list[str]:
    differences = []
    with rollcall.store.reading() as connection:
        gone = erasing.erased(connection)
    for row in rereading.rows_of(rollcall, None):
        if row.id in gone:
            differences += _of_erased(rollcall, row, gone[row.id])
            continue
        with rollcall.store.reading() as connection:
            found = hashlib.sha256(inbox.raw(connection, row.sha256)).hexdigest()
        if found != row.sha256:
            differences.append(
                f"{row.receipt}: the stored bytes are not those that came (SHA-256 {found}); restore a backup."
            )
    return differences


def _of_erased(rollcall: assemble.Rollcall, row: inbox.Waiting, sha256: str) -> list[str]:
    """A tombstone stands for bytes that are gone: it names them, and nothing is left of them."""
    with rollcall.store.reading() as connection:
        is_left = bool(inbox.raw(connection, row.sha256))
    wrong = (
        "its bytes are there still" if is_left else "its tombstone is of other bytes" if sha256 != row.sha256 else ""
    )
    return [f"{row.receipt} was erased, and {wrong}; restore a backup."] if wrong else []


def _unhandled(rollcall: assemble.Rollcall) -> list[str]:
    with rollcall.store.reading() as connection:
        return [
            f"{row.receipt}: entered and not handled yet; run `rollcall poll`." for row in inbox.waiting(connection)
        ]


def _value_differences(rollcall: assemble.Rollcall) -> list[str]:
    differences = []
    owed = _Owed(rollcall)
    for change in rereading.reread(rollcall, None, rereading.How(writes=False, answers=False), Tally(), owed.look):
        if change.differs:
            old, new = rereading.first_difference(change)
            differences.append(
                f"{change.receipt}: the ledger says '{old}', reading again gives '{new}'; run `rollcall replay`."
            )
    return differences + owed.missing


class _Owed:
    """Collects the mails whose answer is in the outbox under no key."""

    def __init__(self, rollcall: assemble.Rollcall) -> None:
        self.rollcall = rollcall
        self.missing: list[str] = []

    def look(self, known: situation.Situation, case: answers.Case) -> None:
        """Note a mail that should have been answered and was not."""
        owed = answers.answers(known, case)
        if not owed:
            return
        with self.rollcall.store.reading() as connection:
            stands = outbox.answered(connection, case.row.id)
            if not stands and not all(outbox.has_key(connection, letter.key) for letter in owed):
                self.missing.append(
                    f"{case.row.receipt}: no answer stands in the outbox; run `rollcall replay {case.row.id} --answer`."
                )
