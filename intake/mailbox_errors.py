"""What can be wrong with a mailbox, in words that an operator can act on.

Every error carries `sentence`: one plain sentence of what happened, where, and what to do about it. None quotes a
password or the text of a mail; what the server said is quoted cut and cleaned (`quote`).
"""

import socket
import ssl
from collections.abc import Sequence

from intake.mailbox_account import MailboxAccount

# A server's reply text is at most 510 octets (RFC 9051 §7.1 inherits the line habit); two screen lines tell enough.
_QUOTE_LENGTH = 200
# Names of folders listed in one sentence: an office's mailbox has fewer, and a longer list is not read.
_FOLDERS_NAMED = 20


class MailboxError(Exception):
    """Something about a mailbox. `sentence` says what, where, and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class MailboxUnreachable(MailboxError):  # noqa: N818 - named for what happened
    """Temporary: no server there, no answer in time, the server said goodbye or talks nonsense. Try again later."""


class SignInRefused(MailboxError):  # noqa: N818 - named for what happened
    """The server does not accept this user with this password. Trying again by itself does not help."""


class TlsRefused(MailboxError):  # noqa: N818 - named for what happened
    """No trustworthy TLS: a bad certificate, or no TLS on that port. Never answered by going on without."""


class FolderMissing(MailboxError):  # noqa: N818 - named for what happened
    """A configured folder is not on the server. `existing` holds the names that are."""

    def __init__(self, sentence: str, existing: Sequence[str]) -> None:
        super().__init__(sentence)
        self.existing = tuple(existing)


class BudgetSpent(MailboxError):  # noqa: N818 - named for what happened
    """What may be downloaded in a day is used up; the rest comes when some of it is a day old."""


def budget_spent(account: MailboxAccount) -> BudgetSpent:
    """Return the error for a mailbox of which no more may be downloaded now."""
    return BudgetSpent(
        f"Mailbox {account.name} has new mail, and all was downloaded that may be within 24 hours: the rest comes by "
        f"itself as the hours pass; where the server allows more, raise `daily_download` of this mailbox."
    )


def folder_missing(mailbox: str, missing: Sequence[str], existing: Sequence[str]) -> FolderMissing:
    """Return the error for folders of [[mailbox]] `mailbox` that the server does not have."""
    names = ", ".join(f'"{name}"' for name in missing)
    there = ", ".join(f'"{name}"' for name in existing[:_FOLDERS_NAMED])
    more = " and others" if len(existing) > _FOLDERS_NAMED else ""
    return FolderMissing(
        f"Mailbox {mailbox} has no folder {names}: correct `folders` or `junk` of this mailbox in config.toml; "
        f"the server has {there}{more}.",
        existing,
    )


def quote(text: str, secret: str = "") -> str:
    """Return what a server said, fit for a sentence: printable, on one line, cut, without `secret`."""
    clean = "".join(c if c.isprintable() else " " for c in text)
    if secret:
        clean = clean.replace(secret, "***")
    clean = " ".join(clean.split()).rstrip(".")
    return clean if len(clean) <= _QUOTE_LENGTH else clean[:_QUOTE_LENGTH] + "..."


def unreachable(account: MailboxAccount, why: str) -> MailboxUnreachable:
    """Return the error for a server that cannot be used now; `why` completes "it cannot be read: ..."."""
    return MailboxUnreachable(
        f"Mailbox {account.name} cannot be read at {account.server}: {why}; check `host`, `port` and the network if "
        f"this lasts, Rollcall tries again at the next pass."
    )


def not_connected(account: MailboxAccount, error: Exception) -> MailboxError:
    """Return the error for a connection that did not come about, up to and with the server's greeting."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return TlsRefused(
            f"The certificate of {account.server} is not to be trusted ({quote(error.verify_message)}): check `host` "
            f"of mailbox {account.name}, or have the server's certificate put right; Rollcall does not connect without."
        )
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return TlsRefused(
            f"There is no TLS at {account.server} ({error.reason or 'handshake failed'}): check `port` and `security` "
            f'of mailbox {account.name} ("tls" usually goes with 993, "starttls" with 143).'
        )
    if isinstance(error, socket.gaierror):
        return unreachable(account, "the host name is not known")
    if isinstance(error, ConnectionRefusedError):
        return unreachable(account, "nothing listens there")
    if isinstance(error, TimeoutError):
        silent = "" if account.security == "tls" else ' (a port that speaks TLS from the start needs `security` "tls")'
        return unreachable(account, f"no answer came in time{silent}")
    return unreachable(account, f"the connection failed ({reason(error)})")


def reason(error: Exception, secret: str = "") -> str:
    """Return what `error` says, fit for a sentence and without `secret`."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return quote(text, secret) or type(error).__name__
