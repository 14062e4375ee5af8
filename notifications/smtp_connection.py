"""A connection to the server that letters go out by: made, secured, signed in."""

import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import replace

from notifications import smtp_errors
from notifications.smtp_account import SmtpAccount
from notifications.smtp_errors import SignInRefused, SmtpError, TlsRefused
from notifications.smtp_replies import SIGN_IN_REPLIES, quote
from roll import access_tokens, servers, sign_in_refusals

# Reply code, RFC 5321 §4.2.3.
_OK = 250


def connect(account: SmtpAccount, timeout: float) -> smtplib.SMTP:
    """Return a connection on which letters may go. Raises SmtpUnreachable, SignInRefused or TlsRefused.

    `timeout`: seconds to wait for each reply. A token that is refused for its age is replaced once, on a new
    connection: letters wait for it and none is given up (535 is what servers say to an old token).
    """
    if account.tokens is None or not account.user:
        return _connect(account, timeout)
    tokens = account.tokens
    token = _token(account, tokens.current)
    try:
        return _connect(replace(account, password=token or ""), timeout)
    except SignInRefused:
        other = _token(account, lambda: tokens.instead_of(token or ""))
        if other is None:
            raise
        return _connect(replace(account, password=other), timeout)


def _token(account: SmtpAccount, ask: Callable[[], str | None]) -> str | None:
    try:
        return ask()
    except access_tokens.NoAccessError as error:
        if error.lasting:
            raise SignInRefused(error.sentence) from error
        raise smtp_errors.unreachable(account, error.sentence.rstrip(".")) from error


def _connect(account: SmtpAccount, timeout: float) -> smtplib.SMTP:
    if account.security == "none" and not servers.is_loopback(account.host):
        raise TlsRefused(
            f"Letters and password would travel in the clear to {account.server}: set [smtp] `security` to "
            f'"tls" or "starttls" ("none" is for this machine alone).'
        )
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    line: smtplib.SMTP | None = None
    try:
        line = _greet(account, timeout, context)
        _expect(line.ehlo())
        if account.security == "starttls":
            line.starttls(context=context)
            _expect(line.ehlo())
        if account.user:
            _sign_in(line, account)
    except (SmtpError, smtplib.SMTPException, OSError, ValueError) as error:
        if line is not None:
            line.close()
        raise error if isinstance(error, SmtpError) else _not_connected(account, error) from error
    return line


def _greet(account: SmtpAccount, timeout: float, context: ssl.SSLContext) -> smtplib.SMTP:
    """Connect. Our name for EHLO is our address (RFC 5321 §4.1.3): looking for a better one may take minutes."""
    us = "[127.0.0.1]"
    line: smtplib.SMTP
    if account.security == "tls":
        line = smtplib.SMTP_SSL(account.host, account.port, us, timeout=timeout, context=context)
    else:
        line = smtplib.SMTP(account.host, account.port, us, timeout=timeout)
    line.local_hostname = _address_literal(line)
    return line


def _expect(reply: tuple[int, bytes], code: int = _OK) -> None:
    if reply[0] != code:
        raise smtplib.SMTPResponseException(*reply)


def _address_literal(line: smtplib.SMTP) -> str:
    address = str(line.sock.getsockname()[0]) if line.sock is not None else "127.0.0.1"
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


def _sign_in(line: smtplib.SMTP, account: SmtpAccount) -> None:
    """AUTH PLAIN, else LOGIN (Exchange Online offers no PLAIN), once: a second try after a refusal locks accounts."""
    offered = str(line.esmtp_features.get("auth", "")).upper().split()
    if account.tokens is not None:
        reply = _say_token(line, account, offered)
    elif "PLAIN" in offered:
        reply = line.docmd("AUTH", f"PLAIN {account.plain_credentials}")
    elif "LOGIN" in offered:
        reply = line.docmd("AUTH", "LOGIN")
        for answer in account.login_answers:
            reply = line.docmd(answer) if reply[0] == 334 else reply  # noqa: PLR2004 - RFC 4954 §4
    else:
        raise SignInRefused(
            f"The server {account.server} offers no sign-in by password: correct [smtp] `port` and `security`, "
            f"or leave `user` out where none is needed."
        )
    _expect(reply, 235)


def _say_token(line: smtplib.SMTP, account: SmtpAccount, offered: Sequence[str]) -> tuple[int, bytes]:
    """AUTH OAUTHBEARER or XOAUTH2; a report of an error (334) is answered, then comes the refusal (RFC 7628 §3.2.3)."""
    saying = access_tokens.say(offered, account.user, account.password)
    if saying is None:
        raise SignInRefused(
            f"The server {account.server} offers no sign-in by OAuth2: correct [smtp] `host`, `port` and `security`, "
            f"or sign in by an app password."
        )
    first, to_error = saying.encoded()
    reply = line.docmd("AUTH", f"{saying.mechanism} {first}")
    return line.docmd(to_error) if reply[0] == 334 else reply  # noqa: PLR2004 - RFC 4954 §4


def _not_connected(account: SmtpAccount, error: Exception) -> SmtpError:
    """Return the error for a connection that did not come about, up to and with its sign-in."""
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return TlsRefused(
            f'The server {account.server} does not take STARTTLS: set [smtp] `security` to "tls" and `port` to 465, '
            f"or ask who runs the server; Rollcall does not send without TLS."
        )
    if isinstance(error, smtplib.SMTPResponseException):
        return _refused_connection(account, error)
    return smtp_errors.not_connected(account, error)


def _refused_connection(account: SmtpAccount, error: smtplib.SMTPResponseException) -> SmtpError:
    words = error.smtp_error.encode() if isinstance(error.smtp_error, str) else error.smtp_error
    quoted = quote(account.without_secrets(words))
    if error.smtp_code < 0:
        return smtp_errors.unreachable(account, f"what answers there does not speak SMTP ({quoted})")
    said = f"{error.smtp_code} {quoted}"
    if error.smtp_code in SIGN_IN_REPLIES:
        clicks = sign_in_refusals.clicks(account.host, said, by_oauth2=account.tokens is not None, section="[smtp]")
        return SignInRefused(f'The server {account.server} refuses the sign-in of "{account.user}" ({said}): {clicks}.')
    return smtp_errors.unreachable(account, f"it said {said}")
