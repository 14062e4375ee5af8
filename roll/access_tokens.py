"""Sign-in by OAuth2 as the way in and the way out both see it: where a token comes from, and how it is said.

XOAUTH2 is Google's and Microsoft's own (developers.google.com, "OAuth 2.0 Mechanism"); OAUTHBEARER is RFC 7628. Tokens
are secrets: nothing here logs or shows one.
"""

from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

# In order of preference: the standard first. Both are known to Gmail, Exchange Online knows XOAUTH2 alone.
MECHANISMS = ("OAUTHBEARER", "XOAUTH2")


class NoAccessError(Exception):
    """There is no token to sign in with. `sentence` tells people; `lasting`: it does not pass by itself."""

    def __init__(self, sentence: str, *, lasting: bool) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.lasting = lasting


class AccessTokens(Protocol):
    """Where the access tokens of one account come from."""

    def current(self) -> str:
        """Return a token that is good for some minutes at least. Raises NoAccessError."""

    def instead_of(self, refused: str) -> str | None:
        """Return another token for one that a server refused, None where a new one would be refused as well.

        Raises NoAccessError.
        """


@dataclass(frozen=True, slots=True)
class Saying:
    """What a client says in one of the two mechanisms: at once, and to the server's report of an error."""

    mechanism: str
    first: bytes
    to_error: bytes

    def answers(self) -> Callable[[bytes], bytes]:
        """Return a function from each challenge of the server to the answer, for one sign-in."""
        coming = iter((self.first, self.to_error))
        return lambda _challenge: next(coming, b"")

    def encoded(self) -> tuple[str, str]:
        """Return both in base64, as they travel."""
        return b64encode(self.first).decode("ascii"), b64encode(self.to_error).decode("ascii")


def say(offered: Iterable[str], user: str, token: str) -> Saying | None:
    """Return how to sign in with `token` by the best mechanism that a server offers, None where it offers neither."""
    known = {name.upper() for name in offered}
    mechanism = next((name for name in MECHANISMS if name in known), None)
    if mechanism == "OAUTHBEARER":
        # RFC 5801 §4 for the name; RFC 7628 §3.1 for the rest, §3.2.3 for the answer to an error.
        name = user.replace("=", "=3D").replace(",", "=2C")
        return Saying(mechanism, f"n,a={name},\x01auth=Bearer {token}\x01\x01".encode(), b"\x01")
    if mechanism == "XOAUTH2":
        # An error is answered by an empty line, and then the server refuses ("Error Response", same page).
        return Saying(mechanism, f"user={user}\x01auth=Bearer {token}\x01\x01".encode(), b"")
    return None
