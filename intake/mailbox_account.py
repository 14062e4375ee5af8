"""How one mailbox is reached: the plain values of a [[mailbox]] of config.toml."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal


@dataclass(frozen=True, slots=True)
class MailboxAccount:
    r"""One [[mailbox]] of config.toml. `junk` empty: the folder that the server marks \Junk (RFC 6154), if any."""

    name: str
    address: str
    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    user: str
    password: str = field(repr=False)
    folders: tuple[str, ...] = ("INBOX",)
    junk: str = ""

    @property
    def server(self) -> str:
        """Host and port, for sentences."""
        return f"{self.host}:{self.port}"


def is_loopback(host: str) -> bool:
    """Tell whether `host` is this machine: localhost or a loopback address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
