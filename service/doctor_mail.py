"""Probes of the self-check: the mailboxes, and the way out. Nothing is fetched, nothing is sent."""

from collections.abc import Iterator

from intake import mailbox as mailboxes
from intake import mailbox_errors
from notifications import smtp, smtp_errors
from service.doctor_findings import Finding

# Seconds for a single answer of a server; a sign-in that takes longer fails people as well.
ANSWER_SECONDS = 15.0
# What intake.mailbox relies on (RFC 9051 and RFC 3501, "IMAP4rev2" and "IMAP4rev1").
_NEEDED = ("IMAP4REV1", "IMAP4REV2")
# The server marks the junk folder by itself (RFC 6154).
_MARKS_JUNK = "SPECIAL-USE"


def mailbox(account: mailboxes.MailboxAccount, seconds: float = ANSWER_SECONDS) -> list[Finding]:
    """Sign in to a mailbox, open every folder that is read, and look at what the server can do."""
    try:
        with mailboxes.Mailbox(account, seconds) as box:
            signed_in = Finding("imap sign-in", ok=True, sentence=_signed_in(account))
            try:
                described = box.describe()
            except mailbox_errors.FolderMissing as error:
                return [signed_in, Finding("folders", ok=False, sentence=error.sentence)]
            return [signed_in, _folders(account, described), *_capabilities(account, described)]
    except mailbox_errors.MailboxError as error:
        return [Finding("imap sign-in", ok=False, sentence=error.sentence)]


def _signed_in(account: mailboxes.MailboxAccount) -> str:
    return f'Mailbox {account.name}: signed in to {account.server} as "{account.user}" (security {account.security}).'


def _folders(account: mailboxes.MailboxAccount, described: mailboxes.Description) -> Finding:
    counts = ", ".join(f"{name} ({count} mails)" for name, count in described.folders)
    return Finding("folders", ok=True, sentence=f"Mailbox {account.name}: {counts} can be read.")


def _capabilities(account: mailboxes.MailboxAccount, described: mailboxes.Description) -> Iterator[Finding]:
    offered = {name.upper() for name in described.capabilities}
    if not offered.intersection(_NEEDED):
        fault = f"The server {account.server} of mailbox {account.name} speaks no IMAP4rev1; use another server."
        yield Finding("capabilities", ok=False, sentence=fault)
    elif not described.junk:
        marks = "marks no folder" if _MARKS_JUNK in offered else "cannot mark a folder"
        told = f"Mailbox {account.name}: the server {marks} as junk; where it has such a folder, name it in `junk`."
        yield Finding("capabilities", ok=True, sentence=told)
    else:
        told = f"Mailbox {account.name}: the server offers all that is needed; the junk folder is {described.junk}."
        yield Finding("capabilities", ok=True, sentence=told)


def way_out(account: smtp.SmtpAccount | None, seconds: float = ANSWER_SECONDS) -> list[Finding]:
    """Connect to the server that letters go out by, sign in where a user is set, and say goodbye."""
    if account is None:
        return [Finding("smtp sign-in", ok=True, sentence="No letter leaves, so no SMTP server is needed.")]
    try:
        smtp.Sender(account, seconds).check()
    except smtp_errors.SmtpError as error:
        return [Finding("smtp sign-in", ok=False, sentence=error.sentence)]
    how = f'signed in as "{account.user}"' if account.user else "connected without a sign-in, as no user is set"
    told = f"Letters can go out by {account.server}: {how} (security {account.security}); nothing was sent."
    return [Finding("smtp sign-in", ok=True, sentence=told)]
