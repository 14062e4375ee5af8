"""How letters go out: the plain values of the [smtp] of config.toml."""

from base64 import b64encode
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

    @property
    def plain_credentials(self) -> str:
        """User and password as AUTH PLAIN sends them (RFC 4616 §2)."""
        return _base64(f"\0{self.user}\0{self.password}")

    @property
    def login_answers(self) -> tuple[str, str]:
        """User and password as AUTH LOGIN sends them, one after the other."""
        return _base64(self.user), _base64(self.password)

    def without_secrets(self, said: bytes) -> bytes:
        """Return the server's words without the password, as it is or as it was sent: some servers echo a command."""
        if self.password:
            for secret in (self.plain_credentials, self.login_answers[1], self.password):
                said = said.replace(secret.encode(), b"***")
        return said


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode("ascii")
