"""config.toml without its secrets, for what leaves the machine: a backup is kept where the office is not."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import tomlkit
from tomlkit.items import AoT, Table

# Keys whose value is a secret; a test holds this against the configuration's own secret fields. A key that names the
# place of a secret (`password_file`, `password_env`) stays: it is what a restored office must fill again. So does where
# a token is asked for; the addresses that alarms go to hold a secret themselves.
SECRET_KEY = re.compile(r"password|passphrase|secret|token|api_?key|^(?:webhook|heartbeat)_url$", re.IGNORECASE)
_PLACE = re.compile(r"_(?:file|env)$|^token_url$", re.IGNORECASE)
_IN_URL = re.compile(r"(://[^:/@\s]*):[^@\s]*@")
# Shorter text than this stands in a remark by chance, and no line is worth losing for it.
_SHORTEST_TOLD = 4
REMARK = "not in the backup: write it again"


def without_secrets(text: str, secrets: Sequence[str]) -> tuple[str, list[str]]:
    """Return config.toml without its secrets, and the keys that were left out, by their paths.

    `secrets` are the effective ones: a remark in which one stands is left out as well. Raises
    tomlkit.exceptions.ParseError where it is no TOML.
    """
    document = tomlkit.parse(text)
    left_out = list(_take_out(document, ""))
    kept = [line for line in tomlkit.dumps(document).split("\n") if not _tells(line, secrets)]
    return "\n".join(kept), left_out


def _take_out(table: Any, path: str) -> Iterator[str]:
    for key in list(table):
        value, here = table[key], f"{path}{key}"
        if is_secret(key):
            table.remove(key)
            if isinstance(table, Table):
                table.add(tomlkit.comment(f"{key}: {REMARK}"))
            yield here
        elif isinstance(value, AoT | list) and value and isinstance(value[0], Mapping):
            for number, each in enumerate(value, start=1):
                yield from _take_out(each, f"{here}[{number}].")
        elif isinstance(value, Mapping):
            yield from _take_out(value, f"{here}.")
        elif isinstance(value, str) and _IN_URL.search(value):
            table[key] = _IN_URL.sub(r"\1@", value)
            yield f"{here} (the password in it)"


def is_secret(key: str) -> bool:
    """Say whether a key of config.toml holds a secret itself."""
    return bool(SECRET_KEY.search(key)) and not _PLACE.search(key)


def _tells(line: str, secrets: Sequence[str]) -> bool:
    """Say whether a secret stands in the remark of a line."""
    remark = line.partition("#")[2]
    return any(secret in remark for secret in secrets if len(secret) >= _SHORTEST_TOLD)
