"""How one mailbox is reached: the plain values of a [[mailbox]] of config.toml."""

from dataclasses import dataclass, field
from typing import Literal

from roll.access_tokens import AccessTokens


@dataclass(frozen=True, slots=True)
class MailboxAccount:
    r"""One [[mailbox]] of config.toml.

    `tokens`: where access tokens come from, for a sign-in by OAuth2; None: by `password`.
    `junk`, `sent` empty: the folder that the server marks \Junk or \Sent (RFC 6154), if any.
    """

    name: str
    address: str
    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    user: str
    password: str = field(repr=False)
    folders: tuple[str, ...] = ("INBOX",)
    junk: str = ""
    sent: str = ""
    tokens: AccessTokens | None = field(default=None, repr=False, compare=False)

    @property
    def server(self) -> str:
        """Host and port, for sentences."""
        return f"{self.host}:{self.port}"
