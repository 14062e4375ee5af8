"""Refused sign-ins: a password that a server did not take is not tried again soon, by whatever process.

A service that is started anew each minute would else lock the account (fault catalogue 2.1, row 20). What is kept is
when, and a fingerprint of user and password: a corrected password is another one, and is tried at once.
"""

import hmac
from datetime import datetime, timedelta

from intake import mailbox, mailbox_errors
from service import assemble
from storage import decisions

# Ten wrong sign-ins within an hour lock an account at some servers; six are under that.
AFTER_REFUSAL = timedelta(minutes=10)

_REFUSED = "sign_in_refused:"


def raise_if_refused_lately(rollcall: assemble.Rollcall, account: mailbox.MailboxAccount) -> None:
    """Raise SignInRefused where the server refused just this password less than AFTER_REFUSAL ago.

    It is remembered in the database, so a service that is restarted again and again knocks no more often.
    """
    with rollcall.store.reading() as connection:
        known = decisions.switch(connection, _REFUSED + account.name)
    at, _, fingerprint = known.partition(" ")
    if not at or fingerprint != _fingerprint(rollcall, account):
        return
    refused_at = datetime.fromisoformat(at).astimezone(rollcall.zone)
    again = refused_at + AFTER_REFUSAL
    if refused_at <= rollcall.now() < again:
        raise mailbox_errors.SignInRefused(
            f'The server {account.server} refused the sign-in of "{account.user}" to mailbox {account.name} at '
            f"{refused_at:%H:%M}: Rollcall tries the same password again after {again:%H:%M}, and a corrected one at "
            f"once."
        )


def note(rollcall: assemble.Rollcall, account: mailbox.MailboxAccount) -> None:
    """Remember that the server refused a password now."""
    value = f"{rollcall.now().isoformat()} {_fingerprint(rollcall, account)}"
    with rollcall.store.writing() as connection:
        decisions.set_switch(connection, _REFUSED + account.name, value)


def forget(rollcall: assemble.Rollcall, account: mailbox.MailboxAccount) -> None:
    """Forget a refusal, since the server took a password."""
    with rollcall.store.reading() as connection:
        known = decisions.switch(connection, _REFUSED + account.name)
    if known:
        with rollcall.store.writing() as connection:
            decisions.set_switch(connection, _REFUSED + account.name, "")


def _fingerprint(rollcall: assemble.Rollcall, account: mailbox.MailboxAccount) -> str:
    """Return what tells one sign-in from another and does not tell the password."""
    told = f"{account.server}\0{account.user}\0{account.password}"
    return hmac.new(rollcall.secret(), told.encode(), "sha256").hexdigest()
