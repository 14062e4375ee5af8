"""How letters go out: the plain values of the [smtp] of config.toml."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal


@dataclass(frozen=True, slots=True)
class SmtpAccount:
    """The [smtp] of config.toml. `sender` is the bare address of the envelope. `user` empty: no sign-in."""

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)

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
