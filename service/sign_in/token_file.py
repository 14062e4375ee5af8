"""The tokens of one account in a file that only its owner can read, replaced as a whole or not at all.

A file and not a table: a copy of the database must not open the mailbox.
"""

import json
import os
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from service import on_disk

# A token whose life the provider does not tell (RFC 6749 §5.1 only recommends it) is taken for half of the usual hour.
UNTOLD_LIFE = timedelta(minutes=30)
# Longer than Google's (1 hour) and Microsoft's (up to 28 hours with continuous access evaluation).
LONGEST_LIFE = timedelta(days=2)
_OWNER_ONLY = 0o600
_OWNER_ONLY_FOLDER = 0o700


class UnusableError(Exception):
    """The file cannot be read or written, or holds something else; the message says which."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What is kept. `failures` and `try_at`: renewing failed so often, and is not tried before; `over`: for good."""

    refresh_token: str = field(repr=False)
    access_token: str = field(repr=False)
    obtained_at: datetime
    expires_at: datetime
    failures: int = 0
    try_at: datetime | None = None
    over: str = ""

    def failed(self, try_at: datetime) -> "Tokens":
        """Return them with one more failure to renew."""
        return replace(self, failures=self.failures + 1, try_at=try_at)


def from_answer(answer: dict[str, Any], now: datetime, refresh_token: str = "") -> Tokens | None:
    """Return the tokens of a provider's answer (RFC 6749 §5.1), None where it holds none that lasts.

    `refresh_token`: the one used so far, which stays where no other comes (§6).
    """
    access, refresh = answer.get("access_token"), answer.get("refresh_token") or refresh_token
    if not (isinstance(access, str) and access and isinstance(refresh, str) and refresh):
        return None
    try:
        life = min(timedelta(seconds=float(answer["expires_in"])), LONGEST_LIFE)
    except (KeyError, TypeError, ValueError, OverflowError):
        life = UNTOLD_LIFE
    return Tokens(refresh, access, now, now + life)


def read(path: Path) -> Tokens | None:
    """Return what a file holds, None where there is none. Raises UnusableError."""
    try:
        told = json.loads(path.read_bytes())
        for key in ("obtained_at", "expires_at", "try_at"):
            told[key] = datetime.fromisoformat(told[key]).astimezone(UTC) if told[key] else None
        return Tokens(**told)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UnusableError(f"{path} cannot be read ({error.strerror})") from error
    except (ValueError, TypeError, KeyError, AttributeError):
        raise UnusableError(f"{path} holds no tokens") from None


def write(path: Path, tokens: Tokens) -> None:
    """Replace the file; what stood there before is gone only once the new is on the disk. Raises UnusableError."""
    new = path.with_name(f"{path.name}.new")
    told = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in asdict(tokens).items()}
    try:
        path.parent.mkdir(mode=_OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, _OWNER_ONLY)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(descriptor, _OWNER_ONLY)  # one that was left behind keeps its mode otherwise
            json.dump(told, file)
            file.flush()
            os.fsync(descriptor)
        new.replace(path)
        on_disk.sync_folder(path.parent)
    except OSError as error:
        raise UnusableError(f"{path} cannot be written ({error.strerror})") from error
