"""Letters out: bytes that are finished go to one addressee, over one connection for many letters.

With smtp_connection the only home of smtplib. Every reply of the server becomes a Delivery, which tells the outbox what
to do next; what concerns all letters alike (no server, no sign-in, no TLS) is raised as notifications.smtp_errors. TLS
is verified, 1.2 or later, and never given up (RFC 8314 §3). This file composes nothing and keeps no state beyond the
connection.
"""

import smtplib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import Self

from notifications import envelope, smtp_connection, smtp_errors
from notifications.smtp_account import SmtpAccount
from notifications.smtp_replies import (
    Delivery,
    Fate,
    quote,
    refusal,
    refusal_of_address,
    refusal_of_sender,
)

__all__ = ["Delivery", "Fate", "Sender", "SmtpAccount"]

# Seconds. RFC 5321 §4.5.3.2 allows five minutes for most replies; a submission server that needs one is out of order.
REPLY_TIMEOUT = 60.0
# RFC 5321 §4.5.3.2.6: ten minutes for the answer to the final dot; hanging up earlier makes the letter go out twice.
DOT_TIMEOUT = 600.0
# The answer to QUIT tells nothing that matters: every letter has had its own.
QUIT_TIMEOUT = 5.0

# Reply codes, RFC 5321 §4.2.3.
_CLOSING = 421
_FIRST_REFUSAL, _LAST_REPLY = 400, 599
# RFC 5321 §4.2.1: the first digit says it all. Done; or go on, as DATA is answered.
_DONE, _GO_ON = 2, 3


class _Lost(Exception):  # noqa: N818 - an event inside this file
    """The connection broke, or the server talks nonsense, or (`silent`) says nothing in time."""

    def __init__(self, why: str, *, silent: bool = False) -> None:
        super().__init__(why)
        self.silent = silent


class Sender:
    """The way out, connected from `with` to its end. Not for several threads."""

    def __init__(self, account: SmtpAccount, timeout: float = REPLY_TIMEOUT, dot_timeout: float = DOT_TIMEOUT) -> None:
        """`timeout`: seconds for any single reply, `dot_timeout`: for the one after the letter."""
        self._account = account
        self._timeout = timeout
        self._dot_timeout = dot_timeout
        self._line: smtplib.SMTP | None = None
        # A connection that has answered before may have idled out since; a fresh one has no such excuse.
        self._is_fresh = True

    def __enter__(self) -> Self:
        """Connect and sign in. Raises SmtpUnreachable, SignInRefused or TlsRefused."""
        self._open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say goodbye; a server that is already gone is no fault now."""
        self._quit()

    def check(self) -> None:
        """Connect, sign in and say goodbye, sending nothing. Raises as `__enter__` does."""
        self._quit()
        self._open()
        self._quit()

    def send(self, to: str, data: bytes, cc: str = "") -> Delivery:
        """Hand over one letter: `data` goes out byte for byte (only dots are stuffed, RFC 5321 §4.5.2).

        `data` has CRLF line ends. A second addressee who is refused (`cc`) does not keep the first from his letter.
        Raises SmtpError only when a lost connection cannot be made again.
        """
        try:
            envelope.fit_to_send(data)
            addressees = [envelope.envelope_address(address) for address in (to, cc) if address]
        except ValueError as error:
            return Delivery(Fate.PERMANENT, str(error))
        try:
            refused = self._open_transaction(data) or self._address(addressees[0])
            if refused:
                return refused
            copy = self._address_copy(addressees[1:])
            if (refused := self._begin_data(copy)) is not None:
                return refused
            self._hand_over(envelope.framed(data))
        except _Lost as lost:
            self._hang_up()
            why = f"the connection broke before the letter was handed over: {lost}"
            return Delivery(Fate.TEMPORARY, why, pause=lost.silent, broke=True)
        return replace(self._answer_to_the_dot(), copy=copy)

    def _open_transaction(self, data: bytes) -> Delivery | None:
        """MAIL FROM. A server hangs up on a connection that was idle: then once more, on a new one.

        Nothing of the letter is in it but its size: what goes wrong here on a fresh connection concerns all letters.
        """
        if self._line is not None and not self._is_fresh:
            try:
                code, said = self._mail_from(data)
            except _Lost:
                code, said = _CLOSING, b""
            if code != _CLOSING:
                return self._refused(refusal_of_sender(code, said)) if code >= _FIRST_REFUSAL else None
            self._hang_up()
        if self._line is None:
            self._open()
        try:
            code, said = self._mail_from(data)
        except _Lost as lost:
            self._hang_up()
            why = f"the server did not take up the letter: {lost}"
            return Delivery(Fate.TEMPORARY, why, pause=True)
        return self._refused(refusal_of_sender(code, said)) if code >= _FIRST_REFUSAL else None

    def _mail_from(self, data: bytes) -> tuple[int, bytes]:
        line, self._is_fresh = self._connected, False
        return self._reply(lambda: line.mail(self._account.sender, _mail_options(line, data)))

    def _address(self, addressee: str) -> Delivery | None:
        code, said = self._reply(lambda: self._connected.rcpt(addressee))
        return self._refused(refusal_of_address(code, said)) if code >= _FIRST_REFUSAL else None

    def _address_copy(self, addressees: Sequence[str]) -> Delivery | None:
        """Return how the second addressee was refused. The transaction goes on for the first one."""
        for addressee in addressees:
            code, said = self._reply(lambda addressee=addressee: self._connected.rcpt(addressee))  # type: ignore[misc]
            if code >= _FIRST_REFUSAL:
                return refusal_of_address(code, said)
        return None

    def _begin_data(self, copy: Delivery | None) -> Delivery | None:
        """DATA, unless the refusal of the second addressee was one of the whole account or server."""
        if copy is not None and copy.pause:
            return self._refused(copy)
        code, said = self._reply(lambda: self._connected.docmd("DATA"), fits=_GO_ON)
        return self._refused(refusal(code, said)) if code >= _FIRST_REFUSAL else None

    def _hand_over(self, framed: bytes) -> None:
        """Send the letter with its final dot. Raises _Lost when the line breaks on the way."""
        try:
            self._connected.send(framed)
        except (smtplib.SMTPException, OSError) as error:
            raise _Lost(smtp_errors.words(error), silent=smtp_errors.is_silence(error)) from error

    def _answer_to_the_dot(self) -> Delivery:
        line = self._connected
        try:
            _set_timeout(line, self._dot_timeout)
            code, said = self._reply(line.getreply)
            _set_timeout(line, self._timeout)
        except _Lost as lost:
            self._hang_up()
            why = f"the connection broke between the letter and its answer: {lost}"
            return Delivery(Fate.AMBIGUOUS, why, pause=lost.silent, broke=True)
        return self._refused(refusal(code, said)) if code >= _FIRST_REFUSAL else Delivery(Fate.SENT, quote(said))

    def _refused(self, delivery: Delivery) -> Delivery:
        """Leave the connection ready for the next letter (RFC 5321 §4.1.1.5), or not at all."""
        try:
            clean = not delivery.pause and self._reply(self._connected.rset)[0] < _FIRST_REFUSAL
        except _Lost:
            clean = False
        if not clean:
            self._hang_up()
        return delivery

    def _reply(self, ask: Callable[[], tuple[int, bytes]], fits: int = _DONE) -> tuple[int, bytes]:
        """Return the server's reply, a refusal or one with the digit that fits. Raises _Lost when there is none."""
        try:
            code, said = ask()
        except (smtplib.SMTPException, OSError) as error:
            raise _Lost(smtp_errors.words(error), silent=smtp_errors.is_silence(error)) from error
        said = self._account.without_secrets(said)
        if code // 100 != fits and not _FIRST_REFUSAL <= code <= _LAST_REPLY:
            raise _Lost(f"no SMTP reply that fits ({code} {quote(said)})")
        return code, said

    def _open(self) -> None:
        self._line = smtp_connection.connect(self._account, self._timeout)
        self._is_fresh = True

    @property
    def _connected(self) -> smtplib.SMTP:
        if self._line is None:
            raise _Lost("not connected")
        return self._line

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with suppress(OSError):
                line.close()

    def _quit(self) -> None:
        if self._line is not None:
            with suppress(smtplib.SMTPException, OSError):
                _set_timeout(self._line, min(self._timeout, QUIT_TIMEOUT))
                self._line.quit()
        self._hang_up()


# The conversation.


def _mail_options(line: smtplib.SMTP, data: bytes) -> list[str]:
    """SIZE (RFC 1870) lets a server refuse before the letter travels; BODY (RFC 6152) announces 8-bit lines."""
    options = [f"SIZE={len(data)}"] if line.has_extn("size") else []
    return options if data.isascii() or not line.has_extn("8bitmime") else [*options, "BODY=8BITMIME"]


def _set_timeout(line: smtplib.SMTP, seconds: float) -> None:
    if line.sock is not None:
        line.sock.settimeout(seconds)
