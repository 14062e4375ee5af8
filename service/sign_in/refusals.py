"""What a provider's token endpoint says, as a sentence with the clicks that mend it.

Microsoft's numbers: learn.microsoft.com, "Microsoft Entra authentication and authorization error codes". Its page says
that the numbers may change, so nothing but the advice hangs on them. Google's: developers.google.com, "Using OAuth 2.0
to Access Google APIs", "Refresh token expiration", and its error pages.
"""

import re

from service.sign_in.client import GOOGLE, MICROSOFT, Client
from service.sign_in.token_endpoint import RefusedError

_NUMBER = re.compile(r"\bAADSTS(\d{4,8})\b")

_AGAIN = "run `rollcall mailbox login {name}` and consent again"
_ENTRA = "entra.microsoft.com, App registrations, the application"
_BY_NUMBER = {
    "50034": "the account is not in this directory: check `user` and `tenant`",
    "50020": "the account is not in this directory: check `tenant`, and sign in with the mailbox's own account",
    "50053": "the account is locked for now: wait, then sign in at outlook.office.com once with its password",
    "50055": "the account's password has expired: change it at outlook.office.com, then " + _AGAIN,
    "50057": "the account is disabled: an administrator enables it at admin.microsoft.com, Users, Active users",
    "50076": "a second factor is asked for now: " + _AGAIN + ", with the telephone at hand",
    "50078": "the second factor has to be shown again: " + _AGAIN + ", with the telephone at hand",
    "50079": "the account has to set up a second factor: sign in at aka.ms/mfasetup, then " + _AGAIN,
    "50105": "the account may not use the application: an administrator assigns it at entra.microsoft.com, Enterprise "
    "applications, the application, Users and groups",
    "50126": "user or password was wrong: " + _AGAIN,
    "50173": "the permission was revoked, often by a change of the password: " + _AGAIN,
    "50194": "the application is for one organisation only: write its directory (tenant) ID as `tenant`",
    "53003": "a rule of the organisation (Conditional Access) blocks it: an administrator looks at "
    "entra.microsoft.com, Sign-in logs",
    "530035": "the organisation's security defaults block it: an administrator looks at "
    "entra.microsoft.com, Sign-in logs",
    "65001": "nobody has consented for this application: "
    + _AGAIN
    + ", or an administrator grants it at "
    + _ENTRA
    + ", API permissions, Grant admin consent",
    "65004": "the consent was declined: " + _AGAIN + " and press Accept",
    "90094": "an administrator has to consent: at " + _ENTRA + ", API permissions, Grant admin consent",
    "700016": "the application is not known in this directory: check `client_id` and `tenant`",
    "700082": "the permission has ended since it was not used for long: " + _AGAIN,
    "70008": "the permission has ended since it was not used for long: " + _AGAIN,
    "70043": "the organisation wants a person to sign in from time to time (Conditional Access, sign-in frequency): "
    + _AGAIN
    + ", and ask an administrator to leave the mailbox out of that rule",
    "700084": "the application is registered as a single-page application: at " + _ENTRA + ", Authentication, add the "
    "platform Mobile and desktop applications with http://localhost, then " + _AGAIN,
    "90002": "there is no such directory: correct `tenant`",
    "9002332": "the application is not for personal accounts: write its directory (tenant) ID as `tenant`",
    "7000215": "the client secret is wrong: at "
    + _ENTRA
    + ", Certificates & secrets, make a new one and keep its Value, "
    "not its ID, as `client_secret_file`",
    "7000218": "the application is not open to this kind of sign-in: at "
    + _ENTRA
    + ", Authentication, set Allow public "
    "client flows to Yes",
    "7000222": "the client secret has expired: at " + _ENTRA + ", Certificates & secrets, make a new one and keep its "
    "Value as `client_secret_file`",
    "700025": "the application needs no client secret: leave client_secret out",
}
_GOOGLE_ENDED = (
    "the permission has ended: "
    + _AGAIN
    + ". It ends by itself after 7 days where the application is still in Testing "
    "(console.cloud.google.com, Google Auth Platform, Audience, Publish app), when the account's password is changed, "
    "and when it is withdrawn at myaccount.google.com/connections"
)
_BY_CODE = {
    "invalid_grant": "the permission has ended, was withdrawn or was given to another application: " + _AGAIN,
    "invalid_client": "the application's id or secret is wrong or has ended: correct `client_id` and "
    "`client_secret_file`",
    "unauthorized_client": "the application may not do this: check `client_id` and how the application is registered",
    "invalid_scope": "the application may not ask for this: check `scope` and the application's permissions",
    "access_denied": "the consent was declined: " + _AGAIN + " and allow it",
    "authorization_declined": "the consent was declined: " + _AGAIN + " and press Accept",
    "expired_token": "the code was not entered in time: " + _AGAIN,
    "code_expired": "the code was not entered in time: " + _AGAIN,
    "interaction_required": "a person has to sign in again: " + _AGAIN,
    "consent_required": "a person has to consent again: " + _AGAIN,
    "admin_policy_enforced": "the organisation's Google administrator blocks the application: admin.google.com, "
    "Security, API controls, Manage app access",
    "org_internal": "the application is for its own organisation only: console.cloud.google.com, Google Auth Platform, "
    "Audience",
    "disabled_client": "the application was disabled: console.cloud.google.com, Google Auth Platform, Clients",
    "deleted_client": "the application was deleted: console.cloud.google.com, Google Auth Platform, Clients, and write "
    "the new one's `client_id`",
    "redirect_uri_mismatch": "the application is registered for another kind of program: make a client of the type "
    "Desktop app and write its `client_id`",
}
_OTHERWISE = "check `client_id`, `client_secret_file`, `scope` and how the application is registered"
# After these no further try helps: only a person's new consent does (RFC 6749 §5.2, OpenID Connect Core §3.1.2.6).
OVER = frozenset({"invalid_grant", "interaction_required", "consent_required", "login_required"})


def sentence(client: Client, name: str, refused: RefusedError) -> str:
    """Return what a refusal means; `name` is what `mailbox login` is called with."""
    clicks = _clicks(client, refused).format(name=name)
    return f'No sign-in for "{client.user}": the provider says {refused}; {clicks}.'


def _clicks(client: Client, refused: RefusedError) -> str:
    number = _NUMBER.search(refused.described)
    if number and number[1] in _BY_NUMBER:
        return _BY_NUMBER[number[1]]
    if client.provider == GOOGLE and refused.code == "invalid_grant":
        return _GOOGLE_ENDED
    if client.provider == MICROSOFT and refused.code not in _BY_CODE and number:
        return f"look it up at login.microsoftonline.com/error?code={number[1]}"
    return _BY_CODE.get(refused.code, _OTHERWISE)
