"""What can be wrong with the way out, in words that an operator can act on. `sentence`: what, where, what to do."""

import socket
import ssl

from notifications.smtp_account import SmtpAccount
from notifications.smtp_replies import quote

_SILENCE = "no answer came in time"


class SmtpError(Exception):
    """The server for outgoing mail cannot be used now. Concerns every letter, not one. `sentence` tells people."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class SmtpUnreachable(SmtpError):  # noqa: N818 - named for what happened
    """Temporary: no server there, no answer in time, or not now."""


class SignInRefused(SmtpError):  # noqa: N818 - named for what happened
    """The server does not accept this user with this password."""


class TlsRefused(SmtpError):  # noqa: N818 - named for what happened
    """No trustworthy TLS there. Never answered by going on without."""


def not_connected(account: SmtpAccount, error: Exception) -> SmtpError:
    """Return the error for a connection that did not come about, up to and with the server's greeting."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return TlsRefused(
            f"The certificate of {account.server} is not to be trusted ({quote(error.verify_message)}): check [smtp] "
            f"`host`, or have the server's certificate put right; Rollcall does not send without."
        )
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return TlsRefused(
            f"There is no TLS at {account.server} ({error.reason or 'handshake failed'}): check [smtp] `port` and "
            f'`security` ("tls" usually goes with 465, "starttls" with 587).'
        )
    why = words(error)
    if why == _SILENCE and account.security != "tls":
        why += ' (a port that speaks TLS from the start needs `security` "tls")'
    return unreachable(account, why)


def unreachable(account: SmtpAccount, why: str) -> SmtpUnreachable:
    """Return the error for a server that cannot be used now; `why` completes "letters cannot be sent: ..."."""
    return SmtpUnreachable(
        f"Letters cannot be sent through {account.server}: {why}; check [smtp] `host`, `port` and the network if this "
        f"lasts, what is owed stays queued."
    )


def is_silence(error: Exception) -> bool:
    """Tell whether nothing was said in time, as opposed to a line that broke."""
    return isinstance(error, TimeoutError) or "timed out" in str(error)  # smtplib hides the one inside its own


def words(error: Exception) -> str:
    """Return what `error` says, in plain words where they are known."""
    if isinstance(error, socket.gaierror):
        return "the host name is not known"
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there"
    if is_silence(error):
        return _SILENCE
    return quote(str(error)) or type(error).__name__
