"""What is known of a mail from the office's own people when it is decided on: who, with what proof, which proposal."""

import sqlalchemy as sa

from intake import case as cases
from roll import mails, proposals
from service import assemble
from storage import inbox, staff_answers


def word_of(
    rollcall: assemble.Rollcall,
    connection: sa.Connection,
    row: inbox.Waiting,
    contents: mails.Contents,
    proof: tuple[str, str],
) -> cases.StaffWord | None:
    """Return what is known of a mail from staff or with a proposal in its subject, None for any other.

    `proof` is the verdict on the sender, and the name of the server that is believed, empty for none.
    """
    verdict, authserv_id = proof
    senders = [address.casefold() for address in contents.headers.from_addresses]
    by = senders[0] if len(senders) == 1 and senders[0] in rollcall.staff_addresses() else ""
    word = proposals.find(contents.headers.subject)
    if not by and not word:
        return None
    is_proven = verdict == "pass" or (verdict != "fail" and not authserv_id)
    token, detail = _token(rollcall, connection, row, word) if word else ("", "")
    return cases.StaffWord(by, is_proven, token, detail)


def _token(rollcall: assemble.Rollcall, connection: sa.Connection, row: inbox.Waiting, word: str) -> tuple[str, str]:
    proposal = proposals.read(word, rollcall.secret())
    if proposal is None:
        return "forged", ""
    told = f"{proposal.kind} {proposal.mail_id} {proposal.unit}".strip()
    if row.received_at.astimezone(rollcall.zone).date() > proposal.last_day:
        return "expired", told
    return ("used", f"{told} (used before)") if staff_answers.is_used(connection, word, row.id) else ("valid", told)
