"""What the office's application is at the provider: its endpoints, its id, its secret. Plain values."""

from dataclasses import dataclass, field, replace
from pathlib import Path

GOOGLE, MICROSOFT = "google", "microsoft"


@dataclass(frozen=True, slots=True)
class Client:
    """An application registered with a provider, on behalf of one mail account (`user`).

    `authorize_url` empty: no consent in a browser here; `device_url` empty: none by code. `redirect_host` is how the
    provider wants loopback written. `more` are further parameters of the authorization request. `token_file` is where
    the tokens of this account are kept.
    """

    user: str
    client_id: str
    token_url: str
    scope: str
    token_file: Path
    authorize_url: str = ""
    device_url: str = ""
    redirect_host: str = "127.0.0.1"
    more: tuple[tuple[str, str], ...] = ()
    provider: str = ""
    secret: str = field(default="", repr=False)

    def credentials(self) -> dict[str, str]:
        """Return the parameters by which the application says who it is (RFC 6749 §2.3.1)."""
        return {"client_id": self.client_id, **({"client_secret": self.secret} if self.secret else {})}


@dataclass(frozen=True, slots=True)
class Preset:
    """What is known of a provider. `{tenant}` stands for the organisation's directory."""

    token_url: str
    authorize_url: str
    scope: str
    device_url: str = ""
    redirect_host: str = "127.0.0.1"
    more: tuple[tuple[str, str], ...] = ()

    def fill(self, client: Client, tenant: str) -> Client:
        """Return `client` with what it leaves empty taken from here."""
        return replace(
            client,
            token_url=client.token_url or self.token_url.replace("{tenant}", tenant),
            authorize_url=client.authorize_url or self.authorize_url.replace("{tenant}", tenant),
            device_url=client.device_url or self.device_url.replace("{tenant}", tenant),
            scope=client.scope or self.scope,
            redirect_host=self.redirect_host,
            more=self.more,
        )


_LOGIN = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0"
PRESETS = {
    # developers.google.com, "OAuth 2.0 for Desktop Apps" and "OAuth 2.0 Mechanism" (scope). A lasting permission is
    # given with access_type=offline, and at a second consent only with prompt=consent. The Gmail scope is not allowed
    # for consent by code ("OAuth 2.0 for TV and Limited-Input Device Applications", allowed scopes).
    GOOGLE: Preset(
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
        scope="https://mail.google.com/",
        more=(("access_type", "offline"), ("prompt", "consent")),
    ),
    # learn.microsoft.com, "Authenticate an IMAP, POP or SMTP connection using OAuth" (scopes), "OAuth 2.0 device
    # authorization grant". Of loopback addresses only http://localhost can be registered in its pages ("Redirect URI
    # restrictions").
    MICROSOFT: Preset(
        token_url=f"{_LOGIN}/token",
        authorize_url=f"{_LOGIN}/authorize",
        device_url=f"{_LOGIN}/devicecode",
        scope="https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access",
        redirect_host="localhost",
    ),
}
