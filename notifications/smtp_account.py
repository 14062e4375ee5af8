"""How letters go out: the plain values of the [smtp] of config.toml."""

from base64 import b64encode
from dataclasses import dataclass, field
from typing import Literal

from roll import access_tokens
from roll.access_tokens import AccessTokens


@dataclass(frozen=True, slots=True)
class SmtpAccount:
    """The [smtp] of config.toml. `sender` is the bare address of the envelope. `user` empty: no sign-in.

    `tokens`: where access tokens come from, for a sign-in by OAuth2; None: by `password`.
    """

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    tokens: AccessTokens | None = field(default=None, repr=False, compare=False)

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
            sayings = [access_tokens.say([name], self.user, self.password) for name in access_tokens.MECHANISMS]
            by_token = [saying.encoded()[0] for saying in sayings if saying is not None]
            for secret in (*by_token, self.plain_credentials, self.login_answers[1], self.password):
                said = said.replace(secret.encode(), b"***")
        return said


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode("ascii")
