"""One IMAP connection that can only read: connect, sign in, list, EXAMINE, UID SEARCH, UID FETCH.

The only home of imapclient: its exceptions, and those of imaplib and ssl below it, end here as the errors of
intake.mailbox_errors, or as `Broken` and `Refused`, which intake.mailbox answers by asking once more. TLS is
verified, 1.2 or later, and never given up (RFC 8314 §3); a plain connection is for loopback alone.
"""

import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

import imapclient
from imapclient import exceptions

from intake import imap_sign_in, mailbox_errors
from intake.mailbox_account import MailboxAccount
from intake.mailbox_errors import MailboxUnreachable, SignInRefused, TlsRefused
from roll import servers, sign_in_refusals

# Seconds. A connect that takes longer than 20 has failed, a server that stalls a minute within an answer has too, and
# a goodbye is not worth waiting for.
CONNECT_TIMEOUT = 20.0
READ_TIMEOUT = 60.0
LOGOUT_TIMEOUT = 5.0
# An answer may take two read timeouts, and this many bytes a second where much was asked for: a socket's own timeout
# begins anew with each byte, so a line that gives one byte a second would hold the pass for months. A modem of 1998 is
# no slower than this (ITU-T V.90, 56 kbit/s).
SLOWEST = 7 * 1024
# No literal is read beyond this, whatever the server announces: imaplib would reserve the announced length at once.
MAX_LITERAL = 64 * 1024 * 1024
# The highest UID there can be (RFC 9051 §2.3.1.1); "4294967295:*" is the last mail of any folder (§6.4.8 of RFC
# 3501).
_LAST_UID = 2**32 - 1

# RFC 5530 §3 and what Gmail says: refusals that pass by themselves.
_TEMPORARY = (
    "[UNAVAILABLE]",
    "[INUSE]",
    "[LIMIT]",
    "[OVERQUOTA]",
    "[SERVERBUG]",
    "TOO MANY SIMULTANEOUS",
    "BANDWIDTH LIMITS",
)
# What imapclient and imaplib raise, besides their own errors, when a server's answer cannot be taken apart.
_GARBLED = (ValueError, LookupError, TypeError, AttributeError, AssertionError)


@dataclass(frozen=True, slots=True)
class Examined:
    """What EXAMINE said of a folder: UIDVALIDITY, the next UID and the number of mails."""

    folder: str
    uidvalidity: int
    uid_next: int
    exists: int


@dataclass(frozen=True, slots=True)
class Folder:
    r"""A folder that can be opened, with the marks that the server gives it (RFC 6154)."""

    name: str
    marks: frozenset[str] = frozenset()

    @property
    def junk(self) -> bool:
        """Tell whether junk is put here."""
        return "junk" in self.marks

    @property
    def sent(self) -> bool:
        """Tell whether people's own mails lie here."""
        return "sent" in self.marks

    @property
    def drafts(self) -> bool:
        """Tell whether mails lie here that are not written to their end."""
        return "drafts" in self.marks

    @property
    def trash(self) -> bool:
        """Tell whether deleted mails lie here."""
        return "trash" in self.marks

    @property
    def all(self) -> bool:
        """Tell whether every mail of the mailbox is shown here."""
        return "all" in self.marks


@dataclass(slots=True)
class Meter:
    """Counts the bytes of mails that were downloaded, over all connections of a mailbox."""

    bytes: int = 0


class Broken(Exception):  # noqa: N818 - an event for intake.mailbox, not an error for people
    """The connection is of no more use: cut, stalled, or the server talks nonsense."""


class Refused(Exception):  # noqa: N818 - likewise
    """The server answered NO or BAD, and the connection goes on."""


class Connection:
    """A signed-in connection. Made by `Connection(account, timeout)`, ended by `close`. Not for several threads."""

    def __init__(self, account: MailboxAccount, timeout: float = READ_TIMEOUT, meter: Meter | None = None) -> None:
        """Connect and sign in.

        Raises MailboxUnreachable, SignInRefused or TlsRefused. `timeout`: seconds for any single read. `meter` counts
        what is downloaded.
        """
        self._account = account
        self._patience, self._meter = 2 * timeout, meter or Meter()
        if account.tokens:
            self._client = imap_sign_in.with_token(account, timeout, self._open)
        else:
            self._client = self._open(account, timeout)

    def _open(self, account: MailboxAccount, timeout: float) -> imapclient.IMAPClient:
        self._client = _connect(account, timeout, self._meter)
        try:
            with self._in_time():
                _sign_in(self._client, account)
        except mailbox_errors.MailboxError:
            self.drop()
            raise
        return self._client

    def close(self) -> None:
        """Log out; a server that is already gone is no fault now."""
        with suppress(exceptions.IMAPClientError, OSError, *_GARBLED):
            self._client.socket().settimeout(LOGOUT_TIMEOUT)
            with self._in_time():
                self._client.logout()
            return
        self.drop()

    def drop(self) -> None:
        """Close the socket without a word: for a connection that is broken."""
        with suppress(OSError):
            self._client.shutdown()

    def capabilities(self) -> tuple[str, ...]:
        """Return the server's capabilities, sorted."""
        with self._for_the_pass():
            return tuple(sorted(name.decode("ascii", "replace") for name in self._client.capabilities()))

    def folders(self) -> tuple[Folder, ...]:
        """Return the folders that can be opened, names decoded from modified UTF-7 (RFC 3501 §5.1.3)."""
        with self._for_the_pass():
            listed = self._client.list_folders()
        lowered = [({flag.lower() for flag in flags}, name) for flags, _, name in listed]
        closed = {b"\\noselect", b"\\nonexistent"}
        return tuple(
            Folder(name, frozenset(flag.decode("ascii", "replace").removeprefix("\\") for flag in flags))
            for flags, name in lowered
            if not flags & closed
        )

    def examine(self, folder: str) -> Examined:
        """Open `folder` read-only. Raises Refused when the server will not."""
        with self._for_the_pass(refusal_passes=True):
            said = self._client.select_folder(folder, readonly=True)
        uidvalidity = said.get(b"UIDVALIDITY")
        if not uidvalidity:
            raise MailboxUnreachable(
                f'The server {self._account.server} gives folder "{folder}" no UIDVALIDITY, so its mails cannot be '
                f"told apart: mailbox {self._account.name} needs a server that keeps UIDs (RFC 9051 §2.3.1.1)."
            )
        uid_next = said.get(b"UIDNEXT") or self.last_uid() + 1
        return Examined(folder, uidvalidity, uid_next, said.get(b"EXISTS", 0))

    def search(self, uids: str, since: date | None = None) -> list[int]:
        """Return those of the range `uids` ("n:m" or "n:*") that exist in the open folder, ascending.

        `since`: only mails whose INTERNALDATE is not before this day (RFC 9051 §6.4.4).
        """
        with self._for_the_pass():
            return sorted(self._client.search(["UID", uids, *(("SINCE", since) if since else ())]))

    def last_uid(self) -> int:
        """Return the highest UID that exists in the open folder, 0 where it is empty."""
        return max(self.search(f"{_LAST_UID}:*"), default=0)

    def noop(self) -> None:
        """Let the server tell what other clients did meanwhile."""
        with self._for_the_pass():
            self._client.noop()

    def fetch(self, uids: Sequence[int], parts: Sequence[str], expected: int = 0) -> dict[int, dict[bytes, Any]]:
        """UID FETCH. `expected`: how many bytes the answer should have, so that it may take its time.

        An entry may lack parts: servers speak of flags unasked (RFC 9051 §7.5.2). Raises Refused or Broken.
        """
        try:
            with self._in_time(expected):
                found: dict[int, dict[bytes, Any]] = self._client.fetch(list(uids), list(parts))
        except (exceptions.IMAPClientAbortError, exceptions.ProtocolError, OSError, *_GARBLED) as error:
            self._raise_goodbye(error)
            raise Broken(mailbox_errors.quote(str(error))) from error
        except exceptions.IMAPClientError as error:
            self._raise_if_temporary(error)
            raise Refused(mailbox_errors.quote(str(error))) from error
        return found

    @contextmanager
    def _for_the_pass(self, *, refusal_passes: bool = False) -> Iterator[None]:
        """Any failure inside ends the pass, except a plain NO where the caller has an answer to it."""
        try:
            with self._in_time():
                yield
        except (exceptions.IMAPClientAbortError, exceptions.ProtocolError, OSError, *_GARBLED) as error:
            self._raise_goodbye(error)
            raise mailbox_errors.unreachable(
                self._account, f"the connection broke ({mailbox_errors.reason(error)})"
            ) from error
        except exceptions.IMAPClientError as error:
            self._raise_if_temporary(error)
            if sign_in_refusals.NO_MAILBOX in str(error):
                raise _sign_in_error(self._account, error) from error
            if refusal_passes:
                raise Refused(mailbox_errors.quote(str(error))) from error
            raise mailbox_errors.unreachable(
                self._account, f"it refused a command ({mailbox_errors.reason(error)})"
            ) from error

    @contextmanager
    def _in_time(self, expected: int = 0) -> Iterator[None]:
        """Cut the line under an answer that comes, and does not come to its end."""
        watch = threading.Timer(self._patience + expected / SLOWEST, self._cut)
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()

    def _cut(self) -> None:
        # Below TLS: ssl's own shutdown would take its state away from under the read that is waiting.
        with suppress(OSError):
            socket.socket.shutdown(self._client.socket(), socket.SHUT_RDWR)

    def _raise_goodbye(self, error: Exception) -> None:
        """A server that says BYE means it (RFC 9051 §7.1.5): the pass ends, nobody knocks again at once."""
        if "BYE" in self._client._imap.untagged_responses:  # noqa: SLF001 - imaplib keeps it nowhere else
            raise mailbox_errors.unreachable(
                self._account, f"it ended the connection ({mailbox_errors.reason(error)})"
            ) from error

    def _raise_if_temporary(self, error: Exception) -> None:
        if any(code in str(error).upper() for code in _TEMPORARY):
            raise mailbox_errors.unreachable(
                self._account, f"it refuses for now ({mailbox_errors.reason(error)})"
            ) from error


def _connect(account: MailboxAccount, timeout: float, meter: Meter) -> imapclient.IMAPClient:
    if account.security == "none" and not servers.is_loopback(account.host):
        raise TlsRefused(
            f'Mailbox {account.name} would send its password in the clear to {account.server}: set `security` to "tls" '
            f'or "starttls" ("none" is for this machine alone).'
        )
    context = _verifying() if account.security != "none" else None
    timeouts = imapclient.SocketTimeout(min(CONNECT_TIMEOUT, timeout), timeout)
    try:
        implicit = account.security == "tls"
        client = imapclient.IMAPClient(
            account.host, account.port, ssl=implicit, ssl_context=context if implicit else None, timeout=timeouts
        )
    except (exceptions.IMAPClientError, OSError, *_GARBLED) as error:
        raise mailbox_errors.not_connected(account, error) from error
    make_lean(client, meter)
    if context and not implicit:
        _start_tls(client, account, context)
    return client


def _verifying() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def make_lean(client: imapclient.IMAPClient, meter: Meter) -> None:
    """Count what is downloaded; turn off what imapclient turns on: literals shown for debugging, the process's zone.

    imapclient sets imaplib's debug level to 5, so each literal is written out twice for a log line nobody reads: 7.5
    times the time of a fetch. `normalise_times` would turn INTERNALDATE into naive local time. A literal's announced
    length is checked before imaplib reserves it (CPython gh-119511).
    """
    client.normalise_times = False
    line = client._imap  # noqa: SLF001 - the guard test in tests/intake/test_imap.py tells when this stops to work
    line.debug = 0
    read = line.read

    def read_bounded(size: int) -> bytes:
        if size > MAX_LITERAL:
            raise exceptions.IMAPClientAbortError(f"literal of {size} bytes announced")
        data: bytes = read(size)
        meter.bytes += size
        return data

    line.read = read_bounded


def _start_tls(client: imapclient.IMAPClient, account: MailboxAccount, context: ssl.SSLContext) -> None:
    try:
        client.starttls(context)
    except (exceptions.IMAPClientError, OSError, *_GARBLED) as error:
        with suppress(OSError):
            client.shutdown()
        if isinstance(error, exceptions.IMAPClientError):
            raise TlsRefused(
                f"The server {account.server} of mailbox {account.name} does not take STARTTLS: set `security` to "
                f'"tls" and `port` to 993, or ask who runs the server; Rollcall does not sign in without TLS.'
            ) from error
        raise mailbox_errors.not_connected(account, error) from error


def _sign_in(client: imapclient.IMAPClient, account: MailboxAccount) -> None:
    try:
        if account.tokens is not None:
            imap_sign_in.say_token(client, account)
        elif client.has_capability("AUTH=PLAIN"):
            client.plain_login(account.user, account.password)
        else:
            client.login(account.user, account.password)
    except UnicodeEncodeError as error:
        raise SignInRefused(
            f"The server {account.server} of mailbox {account.name} takes only plain ASCII passwords: "
            f"choose a password without accents."
        ) from error
    except (exceptions.IMAPClientAbortError, OSError, *_GARBLED) as error:
        raise mailbox_errors.unreachable(
            account, f"the connection broke at sign-in ({mailbox_errors.reason(error, account.password)})"
        ) from error
    except exceptions.IMAPClientError as error:
        # imapclient tells of a line that broke, or a goodbye, as of a refusal: that is no wrong password.
        if isinstance(error.__context__, exceptions.IMAPClientAbortError):
            raise mailbox_errors.unreachable(
                account, f"the connection broke at sign-in ({mailbox_errors.reason(error, account.password)})"
            ) from error
        raise _sign_in_error(account, error) from error


def _sign_in_error(account: MailboxAccount, error: Exception) -> mailbox_errors.MailboxError:
    said = mailbox_errors.reason(error, account.password)
    if any(code in str(error).upper() for code in _TEMPORARY):
        return mailbox_errors.unreachable(account, f"it refuses for now ({said})")
    if "PRIVACYREQUIRED" in str(error).upper():
        return TlsRefused(
            f"The server {account.server} of mailbox {account.name} takes no sign-in without TLS: set `security` "
            f'to "tls" or "starttls".'
        )
    clicks = sign_in_refusals.clicks(account.host, said, by_oauth2=account.tokens is not None)
    return SignInRefused(
        f'The server {account.server} refuses the sign-in of "{account.user}" to mailbox {account.name} ({said}): '
        f"{clicks}."
    )
