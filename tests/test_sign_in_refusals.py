"""What mail servers say when they refuse a sign-in, word for word, and which click each is answered by."""

from pathlib import Path

import pytest

from roll import sign_in_refusals
from service.sign_in import refusals
from service.sign_in.client import GOOGLE, MICROSOFT, Client
from service.sign_in.token_endpoint import RefusedError

GMAIL, OUTLOOK, YAHOO, ZOHO = "imap.gmail.com", "outlook.office365.com", "imap.mail.yahoo.com", "imap.zoho.com"
SMTP_GMAIL, SMTP_OUTLOOK, SMTP_YAHOO = "smtp.gmail.com", "smtp.office365.com", "smtp.mail.yahoo.com"
BY_PASSWORD = [
    (
        GMAIL,
        "[ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)",
        "myaccount.google.com/apppasswords",
    ),
    (SMTP_GMAIL, "534 5.7.9 Application-specific password required. Learn more at", "turn on 2-Step Verification"),
    (GMAIL, "[AUTHENTICATIONFAILED] Invalid credentials (Failure)", "make a new one at myaccount.google.com"),
    (SMTP_GMAIL, "535 5.7.8 Username and Password not accepted. Learn more at", "make a new one at myaccount"),
    (
        GMAIL,
        "[ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)",
        "sign in as the mailbox at mail.google.com",
    ),
    (SMTP_GMAIL, "534 5.7.14 Please log in via your web browser and 5.7.14 then try again.", "mail.google.com"),
    (GMAIL, "[WEBALERT https://accounts.google.com/signin/continue?x] Web login required.", "mail.google.com"),
    (
        GMAIL,
        (
            "[ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page and enable your "
            "account for IMAP access. (Failure)"
        ),
        "Forwarding and POP/IMAP, Enable IMAP",
    ),
    (GMAIL, "[ALERT] IMAP access is disabled for your domain. Please contact your", "admin.google.com"),
    (OUTLOOK, "LOGIN failed.", 'write auth = "oauth2"'),
    (
        "smtp-mail.outlook.com",
        "535 5.7.139 Authentication unsuccessful, basic authentication is disabled. [PN0PR01CA0024.INDPRD01]",
        'write auth = "oauth2"',
    ),
    (
        SMTP_OUTLOOK,
        "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy.",
        'write auth = "oauth2"',
    ),
    (SMTP_OUTLOOK, "535 5.7.3 Authentication unsuccessful [SN2PR00CA0018.namprd00]", 'write auth = "oauth2"'),
    (YAHOO, "[AUTHENTICATIONFAILED] LOGIN Invalid credentials", "login.yahoo.com/account/security"),
    (SMTP_YAHOO, "535 5.7.0 (#AUTH005) Too many bad auth attempts.", "login.yahoo.com/account/security"),
    (
        ZOHO,
        "[ALERT] You are yet to enable IMAP for your account. Please contact your administrator (Failure)",
        "tick IMAP Access",
    ),
    (ZOHO, "[AUTHENTICATIONFAILED] Invalid credentials(Failure)", "accounts.zoho.com"),
    ("imap.so.example", "[AUTHENTICATIONFAILED] Authentication failed.", "check `user` and its password"),
    ("imap.so.example", "Invalid credentials", "check `user` and its password"),
]
BY_OAUTH2 = [
    (GMAIL, "[AUTHENTICATIONFAILED] Invalid credentials (Failure)", "rollcall mailbox login"),
    (OUTLOOK, "AUTHENTICATE failed.", "ticks IMAP"),
    (OUTLOOK, "User is authenticated but not connected.", "ticks IMAP"),
    (
        SMTP_OUTLOOK,
        (
            "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit "
            "https://aka.ms/smtp_auth_disabled for more information."
        ),
        "clears Turn off SMTP AUTH protocol",
    ),
    (
        SMTP_OUTLOOK,
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.",
        "ticks Authenticated SMTP",
    ),
    (
        SMTP_OUTLOOK,
        (
            "535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated "
            "successfully. Contact your administrator."
        ),
        "Sign-in logs",
    ),
    ("imap.so.example", "[AUTHENTICATIONFAILED] Authentication failed.", "rollcall mailbox login"),
]


@pytest.mark.parametrize(("host", "said", "click"), BY_PASSWORD)
def test_a_refused_password_is_answered_by_what_to_click(host: str, said: str, click: str) -> None:
    assert click in sign_in_refusals.clicks(host, said, by_oauth2=False)


@pytest.mark.parametrize(("host", "said", "click"), BY_OAUTH2)
def test_a_refused_token_is_answered_by_what_to_click(host: str, said: str, click: str) -> None:
    told = sign_in_refusals.clicks(host, said, by_oauth2=True)
    assert click in told
    assert 'write auth = "oauth2"' not in told


def test_the_section_is_named_where_the_user_stands_there() -> None:
    told = sign_in_refusals.clicks("smtp.so.example", "535 no", by_oauth2=False, section="[smtp]")
    assert told.startswith("check [smtp] `user` and its password")


# What a provider's token endpoint says (learn.microsoft.com, "Microsoft Entra authentication and authorization error
# codes"; developers.google.com, "Using OAuth 2.0 to Access Google APIs").

AT_MICROSOFT = [
    ("AADSTS65001: The user or administrator has not consented to use the application", "Grant admin consent"),
    ("AADSTS50076: Due to a configuration change made by your administrator", "with the telephone at hand"),
    ("AADSTS50079: the user is required to use multifactor authentication", "aka.ms/mfasetup"),
    ("AADSTS50173: The provided grant has expired due to it being revoked", "change of the password"),
    ("AADSTS700082: The refresh token has expired due to inactivity.", "not used for long"),
    ("AADSTS70043: The refresh token has expired", "leave the mailbox out of that rule"),
    ("AADSTS53003: Access has been blocked by Conditional Access policies.", "Sign-in logs"),
    ("AADSTS50194: Application is not configured as a multi-tenant application.", "(tenant) ID as `tenant`"),
    ("AADSTS700016: Application with identifier was not found in the directory", "check `client_id` and `tenant`"),
    ("AADSTS7000215: Invalid client secret provided.", "keep its Value, not its ID"),
    ("AADSTS7000222: The provided client secret keys for app are expired.", "has expired"),
    ("AADSTS7000218: The request body must contain client_assertion", "Allow public client flows"),
    ("AADSTS9999999: something new", "login.microsoftonline.com/error?code=9999999"),
]


def client(provider: str) -> Client:
    return Client("baocao@so.example", "x", "https://so.example/token", "mail", Path("x"), provider=provider)


@pytest.mark.parametrize(("said", "click"), AT_MICROSOFT)
def test_each_number_of_microsoft_is_answered_by_what_to_click(said: str, click: str) -> None:
    told = refusals.sentence(client(MICROSOFT), "main", RefusedError("interaction_needed", said))
    assert click in told
    assert "{" not in told


@pytest.mark.parametrize(
    ("code", "click"),
    [
        ("invalid_grant", "Publish app"),
        ("admin_policy_enforced", "Manage app access"),
        ("redirect_uri_mismatch", "Desktop app"),
        ("unforeseen", "check `client_id`"),
    ],
)
def test_each_code_of_google_is_answered_by_what_to_click(code: str, click: str) -> None:
    assert click in refusals.sentence(client(GOOGLE), "main", RefusedError(code, ""))
