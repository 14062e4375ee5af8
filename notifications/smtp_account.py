"""How letters go out: the plain values of the [smtp] of config.toml."""

from dataclasses import dataclass, field
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
