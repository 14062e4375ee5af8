"""From the configuration's sections to what signs in: the application at the provider, and the tokens of an account."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

from service.config import Account, Config, Mailbox
from service.sign_in import client
from service.sign_in.access import Access

# What `mailbox login` is called with for an [smtp] that has tokens of its own.
SMTP = "smtp"


def sections(config: Config) -> dict[str, Account]:
    """Return the sections that sign in by OAuth2, by the name that `mailbox login` is called with."""
    found: dict[str, Account] = {box.name: box for box in config.mailbox if box.auth == "oauth2"}
    if config.smtp.auth == "oauth2" and name_of(config, config.smtp) == SMTP:
        found[SMTP] = config.smtp
    return found


def name_of(config: Config, section: Account) -> str:
    """Return the name under which a section's tokens are got: [smtp] may have those of a mailbox."""
    if isinstance(section, Mailbox):
        return section.name
    return next((box.name for box in config.mailbox if box.token_file == section.token_file), SMTP)


def client_of(section: Account) -> client.Client:
    """Return the application that signs in, with what is known of its provider."""
    named = client.Client(
        user=section.user,
        client_id=section.client_id,
        token_url=section.token_url,
        scope=section.scope,
        token_file=Path(section.token_file),
        authorize_url=section.authorize_url,
        device_url=section.device_url,
        provider=section.provider,
        secret=section.client_secret.get_secret_value(),
    )
    preset = client.PRESETS.get(section.provider)
    return preset.fill(named, section.tenant) if preset else named


def access_of(section: Account, name: str, alone: Callable[[str], AbstractContextManager[None]]) -> Access:
    """Return where the tokens of a section come from; `alone` is its database's lock.

    The clock is the machine's whatever instant a command acts as of: tokens end by the provider's.
    """
    return Access(client_of(section), name, alone, lambda: datetime.now(UTC))
