"""What mail servers say when they refuse a sign-in, and the clicks that mend it.

Each wording is one that people met and wrote down in public threads of mail programs, or that the provider's own help
page quotes; clicks are those of the help pages named beside them, in the words of their English pages.
"""

import re
from dataclasses import dataclass

# What a server's host name ends with.
_GMAIL = ("gmail.com", "googlemail.com")
_MICROSOFT = ("office365.com", "outlook.com")
_YAHOO = ("yahoo.com",)
_ZOHO = ("zoho.com", "zoho.eu", "zoho.in")


@dataclass(frozen=True, slots=True)
class Refusal:
    """One wording. `hosts` empty: said by nobody else. `by_oauth2`: what to do where OAuth2 was used, if otherwise."""

    said: str
    clicks: str
    hosts: tuple[str, ...] = ()
    by_oauth2: str = ""


# What Exchange Online says to the first command after a sign-in that it took.
NO_MAILBOX = "authenticated but not connected"

_APP_KEY = (
    "turn on 2-Step Verification at myaccount.google.com/security, make an app password at "
    "myaccount.google.com/apppasswords, and put it in the place of the account's own password"
)
_CONSENT = "run `rollcall mailbox login` for this mailbox and consent with the mailbox's own account"
_SMTP_AUTH = (
    "an administrator opens admin.microsoft.com, Users, Active users, the mailbox's user, Mail, Manage email apps, "
    "ticks Authenticated SMTP and saves; it takes some minutes"
)
_BASIC_OFF = (
    'Microsoft takes no password here any more: write auth = "oauth2" and run `rollcall mailbox login` '
    "(docs/sign-in.md)"
)
_IMAP_ALLOWED = (
    "an administrator opens admin.microsoft.com, Users, Active users, the mailbox's user, Mail, Manage email apps, and "
    "ticks IMAP"
)
_REFUSALS = (
    # support.google.com/accounts/answer/185833; IMAP says it after [ALERT], SMTP as 534 5.7.9.
    Refusal(r"application-specific password required|InvalidSecondFactor", _APP_KEY),
    # support.google.com/mail/answer/78754; IMAP [ALERT] or [WEBALERT ...], SMTP 534 5.7.14.
    Refusal(
        r"log in (?:via|with) your web browser|WEBALERT|web login required",
        "Google wants to see a person: sign in as the mailbox at mail.google.com in a browser, confirm that it was "
        "you, then try again within some minutes; an app password is not asked this "
        "(myaccount.google.com/apppasswords)",
        by_oauth2="Google wants to see a person: sign in as the mailbox at mail.google.com in a browser, confirm "
        "that it was you, then try again",
    ),
    # Gmail's switch and its administrators' (support.google.com/mail/answer/7126229, .../a/answer/105694).
    Refusal(
        r"not enabled for IMAP use",
        "open mail.google.com as the mailbox, Settings, See all settings, Forwarding and POP/IMAP, Enable IMAP, Save "
        "changes",
    ),
    Refusal(
        r"IMAP access is disabled for your domain",
        "an administrator opens admin.google.com, Apps, Google Workspace, Gmail, End User Access, and turns on IMAP",
    ),
    # IMAP [AUTHENTICATIONFAILED] Invalid credentials (Failure); SMTP 535 5.7.8 (.../mail/?p=BadCredentials).
    Refusal(
        r"invalid credentials|username and password not accepted|BadCredentials",
        "the user or the app password is wrong, or the app password ended when the account's password was changed: "
        "make a new one at myaccount.google.com/apppasswords",
        _GMAIL,
        by_oauth2=f"the token is of another account or was withdrawn: {_CONSENT}",
    ),
    # learn.microsoft.com, "Enable or disable authenticated client SMTP submission"; aka.ms/smtp_auth_disabled.
    Refusal(r"SmtpClientAuthentication is disabled for the Mailbox", _SMTP_AUTH),
    Refusal(
        r"SmtpClientAuthentication is disabled",
        "an administrator opens admin.exchange.microsoft.com, Settings, Mail flow, and clears Turn off SMTP AUTH "
        f"protocol for your organization, or allows this mailbox alone: {_SMTP_AUTH}",
    ),
    Refusal(r"basic authentication is disabled", _BASIC_OFF),
    Refusal(
        r"security defaults policy",
        "the organisation's security defaults take no password: " + _BASIC_OFF,
        by_oauth2="the organisation's security defaults block this sign-in: an administrator looks at "
        "entra.microsoft.com, Sign-in logs",
    ),
    Refusal(
        r"did not meet the criteria to be authenticated",
        "a rule of the organisation (Conditional Access) or a missing permission blocks it: an administrator looks at "
        "entra.microsoft.com, Sign-in logs; " + _SMTP_AUTH,
    ),
    # Exchange Online says no more than this; the causes are those of learn.microsoft.com, "Authenticate an IMAP, POP or
    # SMTP connection using OAuth".
    Refusal(
        r"AUTHENTICATE failed|LOGIN failed|5\.7\.3 authentication unsuccessful",
        _BASIC_OFF,
        _MICROSOFT,
        by_oauth2="the token is of another account, or lacks the permission: check `user`, "
        + _CONSENT
        + "; "
        + _IMAP_ALLOWED,
    ),
    # Exchange Online takes the token and has no mailbox behind it.
    Refusal(
        NO_MAILBOX,
        f"the account has no mailbox of that name, or the token lacks the permission: check `user`, {_CONSENT}; "
        f"{_IMAP_ALLOWED}",
    ),
    # help.yahoo.com, SLN15241.
    Refusal(
        r"invalid credentials|AUTH005|too many bad auth",
        "Yahoo takes an app password alone: make one at login.yahoo.com/account/security, Generate app password",
        _YAHOO,
    ),
    # zoho.com/mail/help/imap-access.html.
    Refusal(
        r"yet to enable IMAP for your account",
        "open mail.zoho.com as the mailbox, Settings, Mail Accounts, the address, and tick IMAP Access",
    ),
    Refusal(
        r"invalid credentials|authentication failed",
        "check `user`; where two-factor sign-in is on, make an app password at accounts.zoho.com, Security, App "
        "Passwords",
        _ZOHO,
    ),
)
_PASSWORD = "check `user` and its password; an app password ends when the account's own password is changed"  # noqa: S105
_TOKEN = f"check `user`, or {_CONSENT}"


def clicks(host: str, said: str, *, by_oauth2: bool, section: str = "") -> str:
    """Return what mends a refusal, without a full stop: by the server's host and its words.

    `section`: where `user` stands, as "[smtp]".
    """
    return _clicks(host, said, by_oauth2=by_oauth2).replace(
        "check `user`", f"check {section} `user`".replace("  ", " ")
    )


def _clicks(host: str, said: str, *, by_oauth2: bool) -> str:
    for refusal in _REFUSALS:
        if refusal.hosts and not host.lower().endswith(refusal.hosts):
            continue
        if re.search(refusal.said, said, re.IGNORECASE):
            return (refusal.by_oauth2 if by_oauth2 else "") or refusal.clicks
    return _TOKEN if by_oauth2 else _PASSWORD
