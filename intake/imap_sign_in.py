"""Signing in to IMAP with an access token (AUTHENTICATE OAUTHBEARER or XOAUTH2; RFC 7628, roll.access_tokens)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from intake import mailbox_errors
from intake.mailbox_account import MailboxAccount
from intake.mailbox_errors import SignInRefused
from roll import access_tokens

_Client = TypeVar("_Client")


def with_token(
    account: MailboxAccount, timeout: float, open_signed_in: Callable[[MailboxAccount, float], _Client]
) -> _Client:
    """Return what `open_signed_in` opens for an account whose password is a token.

    A token that is refused for its age is replaced once, on a new connection. Raises as `open_signed_in` does.
    """
    tokens = account.tokens
    if tokens is None:
        raise ValueError("the account has no tokens")
    token = _token(account, tokens.current) or ""
    try:
        return open_signed_in(replace(account, password=token), timeout)
    except SignInRefused:
        other = _token(account, lambda: tokens.instead_of(token))
        if other is None:
            raise
        return open_signed_in(replace(account, password=other), timeout)


def _token(account: MailboxAccount, ask: Callable[[], str | None]) -> str | None:
    try:
        return ask()
    except access_tokens.NoAccessError as error:
        if error.lasting:
            raise SignInRefused(f"Mailbox {account.name}: {error.sentence}") from error
        raise mailbox_errors.unreachable(account, error.sentence.rstrip(".")) from error


def say_token(client: Any, account: MailboxAccount) -> None:
    """Sign in with the token that is the account's password; `client` is the IMAPClient of intake.imap.

    Raises SignInRefused where the server knows neither mechanism, and what imapclient raises.
    """
    offered = [name for name in access_tokens.MECHANISMS if client.has_capability(f"AUTH={name}")]
    saying = access_tokens.say(offered, account.user, account.password)
    if saying is None:
        raise SignInRefused(
            f"The server {account.server} of mailbox {account.name} offers no sign-in by OAuth2: correct `host` and "
            f'`port`, or sign in by an app password (auth = "password").'
        )
    client.sasl_login(saying.mechanism, saying.answers())
