"""The keys of a sign-in by OAuth2 in config.toml: what may be left out, what is missing, what does not fit."""

import re

from pydantic import SecretStr

from service import config_secrets
from service.config_draft import Draft, Table, text_of
from service.config_secrets import CLIENT_SECRET, PASSWORD
from service.sign_in import token_endpoint

OAUTH2 = "oauth2"
_ENDPOINTS = ("token_url", "authorize_url", "device_url", "scope")
_KEYS = ("provider", "client_id", *CLIENT_SECRET.keys, "tenant", "token_file", *_ENDPOINTS)
# Where tokens are kept: beside the other secrets, named by the account without what no file name holds.
_FOLDER = "secrets"
_NOT_IN_FILE_NAMES = re.compile(r"[^A-Za-z0-9@._+-]", re.ASCII)
# A GUID, or a domain name (learn.microsoft.com, "Protocols", tenant).
_TENANT = re.compile(r"[A-Za-z0-9.-]{1,255}", re.ASCII)


def check_tenant(text: str) -> str:
    """Return the directory of an organisation at Microsoft as it is written. Raises ValueError."""
    if not _TENANT.fullmatch(text):
        raise ValueError(f"is {text!r}, which is no directory; write its ID or its name, as langson.onmicrosoft.com.")
    return text


def check_endpoint(text: str) -> str:
    """Return the address of an endpoint, or nothing, as it is written. Raises ValueError."""
    if text and not token_endpoint.is_safe(text):
        raise ValueError(f"is {text!r}, to which no secret may go; write an address that begins with https://.")
    return text


def complete(draft: Draft, table: Table, path: str, known: str) -> bool:
    """Fill in the keys of a table that signs in by OAuth2 and complain of those that are wrong.

    `known` names the provider, empty where it is not known. Returns False for a table that signs in by password.
    """
    if table.get("auth") != OAUTH2:
        for key in (key for key in _KEYS if key in table):
            draft.complain(f"{path}.{key}", 'is for auth = "oauth2"; write that too, or leave this key out.')
        return False
    for key in (key for key in PASSWORD.keys if table.pop(key, None) is not None):
        draft.complain(f"{path}.{key}", 'stands beside auth = "oauth2", which needs no password; leave it out.')
    table.setdefault("provider", known)
    if not text_of(table, "client_id"):
        draft.complain(
            f"{path}.client_id", "is missing; write the ID of the office's application (docs/sign-in.md says how)."
        )
    if table["provider"] == "" and not _has_endpoints(table):
        draft.complain(
            f"{path}.provider",
            'is missing, and this server is not known; write "google" or "microsoft", or token_url, scope, and '
            "authorize_url or device_url.",
        )
    if not isinstance(table.get("client_secret"), SecretStr) and any(key in table for key in CLIENT_SECRET.keys):
        table["client_secret"] = config_secrets.read(draft, table, path, CLIENT_SECRET)
    _place_tokens(draft, table)
    return True


def _has_endpoints(table: Table) -> bool:
    return all(text_of(table, key) for key in ("token_url", "scope")) and any(
        text_of(table, key) for key in ("authorize_url", "device_url")
    )


def _place_tokens(draft: Draft, table: Table) -> None:
    usual = f"{_FOLDER}/{_NOT_IN_FILE_NAMES.sub('_', text_of(table, 'user'))}.tokens"
    given = table.setdefault("token_file", usual)
    if isinstance(given, str):
        table["token_file"] = str(draft.folder / (given.strip() or usual))


def takes_over(smtp: Table, mailbox: Table) -> bool:
    """Tell whether [smtp] signs in with the consent of a mailbox: by OAuth2, with no application of its own."""
    if mailbox.get("auth") != OAUTH2 or any(key in smtp for key in _KEYS):
        return False
    if any(key in smtp for key in PASSWORD.keys):
        return False
    return smtp.get("auth", OAUTH2) == OAUTH2 and text_of(smtp, "user") == text_of(mailbox, "user")


def take_over(smtp: Table, mailbox: Table) -> None:
    """Give [smtp] the application and the tokens of a mailbox that is complete."""
    smtp["auth"] = OAUTH2
    file_and_variable = CLIENT_SECRET.keys[1:]
    smtp.update({key: mailbox[key] for key in _KEYS if key in mailbox and key not in file_and_variable})
