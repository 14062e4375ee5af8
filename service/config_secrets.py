"""Secrets of config.toml: written there, in a file of their own, or in a variable of the environment; never shown."""

import re
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from service.config_draft import Draft, Table

# Google and Yahoo show an app password as four groups of four; any other secret may hold spaces that count.
_APP_PASSWORD = re.compile(r"[A-Za-z0-9]{4}(?:\s[A-Za-z0-9]{4}){3}")
_VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret: the key it is written under, and what it is called in sentences."""

    key: str
    noun: str

    @property
    def keys(self) -> tuple[str, str, str]:
        """Return the three keys under which it may be given."""
        return (self.key, f"{self.key}_file", f"{self.key}_env")


PASSWORD = Secret("password", "password")
CLIENT_SECRET = Secret("client_secret", "client secret")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a secret is said to be: the value of one of its keys, and that key's path."""

    value: str
    path: str
    noun: str


def read(draft: Draft, table: Table, path: str, secret: Secret = PASSWORD) -> Any:
    """Return the secret of a table as SecretStr; complain where there is none, more than one, or it cannot be read."""
    given = [key for key in secret.keys if key in table]
    if len(given) != 1:
        found = " and ".join(given) if given else "no secret"
        written, in_file, in_variable = secret.keys
        draft.complain(path, f"has {found}; write exactly one of {in_file}, {in_variable} and {written}.")
        return SecretStr("")
    (key,), value = given, table[given[0]]
    if not isinstance(value, str):
        return value if key == secret.key else SecretStr("")
    read_from = dict(zip(secret.keys, (_written, _in_file, _in_variable), strict=True))[key]
    found = read_from(draft, _Place(value.strip(), f"{path}.{key}", secret.noun))
    return SecretStr("".join(found.split()) if _APP_PASSWORD.fullmatch(found) else found)


def _written(draft: Draft, place: _Place) -> str:
    if not place.value:
        draft.complain(place.path, f"is blank; write the {place.noun}.")
    return place.value


def _in_variable(draft: Draft, place: _Place) -> str:
    if not _VARIABLE_NAME.fullmatch(place.value):
        # Not shown: it may be the secret itself, written under the wrong key.
        draft.complain(place.path, "is not the name of an environment variable; write a name such as IMAP_PASSWORD.")
        return ""
    secret = draft.environ.get(place.value, "").strip()
    if not secret:
        fault = f"names {place.value}, which is not set in the environment; set it to the {place.noun}."
        draft.complain(place.path, fault)
    return secret


def _in_file(draft: Draft, place: _Place) -> str:
    name, advice = place.value, f"put the {place.noun} alone in"
    if not name:
        draft.complain(place.path, f"is blank; write the name of the file that holds the {place.noun}.")
        return ""
    try:
        secret = (draft.folder / name).read_text(encoding="utf-8-sig").strip()
    except OSError as error:
        draft.complain(place.path, f"names {name}, which cannot be read ({error.strerror}); {advice} that file.")
        return ""
    except ValueError:  # UnicodeDecodeError, or a null character in the name
        draft.complain(place.path, f"names {name!r}, which is not a text file; {advice} a text file.")
        return ""
    if not secret:
        draft.complain(place.path, f"names {name}, which is empty; {advice} that file.")
    return secret
