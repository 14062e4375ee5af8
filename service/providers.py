"""Mail providers whose servers are known, so that an address and a password are enough.

Hosts and ports are the ones each provider's own help page for mail programs gives.
"""

from dataclasses import dataclass

from service.sign_in import client

TLS, STARTTLS, NONE = "tls", "starttls", "none"


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server: its host, port and how the line is secured (`tls`, `starttls`)."""

    host: str
    port: int
    security: str


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider. `authserv_id` is the name in its Authentication-Results (RFC 8601, 2.5), empty where not known.

    `daily_limit` is how many letters an account may send in 24 hours by its help pages, that of a private one where
    there are several; 0 where none is given. `sign_in` names what is known of its sign-in by OAuth2 (service.sign_in),
    empty where it is not.
    """

    domains: tuple[str, ...]
    imap: Server
    smtp: Server
    authserv_id: str = ""
    daily_limit: int = 0
    sign_in: str = ""


PROVIDERS = (
    Provider(
        domains=("gmail.com", "googlemail.com"),
        imap=Server("imap.gmail.com", 993, TLS),
        smtp=Server("smtp.gmail.com", 465, TLS),
        authserv_id="mx.google.com",
        daily_limit=500,  # support.google.com/mail/answer/22839; 2,000 for Workspace
        sign_in=client.GOOGLE,
    ),
    # Before Outlook: an office with its own domain at this host has an account for organisations.
    Provider(
        domains=("office365.com", "onmicrosoft.com"),
        imap=Server("outlook.office365.com", 993, TLS),
        smtp=Server("smtp.office365.com", 587, STARTTLS),
        sign_in=client.MICROSOFT,
    ),
    Provider(
        domains=("outlook.com", "outlook.com.vn", "hotmail.com", "live.com", "msn.com"),
        imap=Server("outlook.office365.com", 993, TLS),
        smtp=Server("smtp-mail.outlook.com", 587, STARTTLS),
        daily_limit=300,  # what a new account may send (support.microsoft.com, "Sending limits in Outlook.com")
        sign_in=client.MICROSOFT,
    ),
    Provider(
        domains=("yahoo.com", "yahoo.com.vn", "ymail.com"),
        imap=Server("imap.mail.yahoo.com", 993, TLS),
        smtp=Server("smtp.mail.yahoo.com", 465, TLS),
        daily_limit=500,  # help.yahoo.com, SLN3353
    ),
    Provider(
        domains=("zoho.com", "zohomail.com"),
        imap=Server("imap.zoho.com", 993, TLS),
        smtp=Server("smtp.zoho.com", 465, TLS),
    ),
    Provider(
        domains=("icloud.com", "me.com", "mac.com"),
        imap=Server("imap.mail.me.com", 993, TLS),
        smtp=Server("smtp.mail.me.com", 587, STARTTLS),
    ),
    Provider(
        domains=("fastmail.com",),
        imap=Server("imap.fastmail.com", 993, TLS),
        smtp=Server("smtp.fastmail.com", 465, TLS),
    ),
)


def of_mailbox(address: str, host: str) -> Provider | None:
    """Return the provider of a mailbox, None where it is not known. `host` is its IMAP host, empty where none is given.

    A given host decides: an office may keep its own domain with a provider.
    """
    by_address = _of_address(address)
    if not host or (by_address is not None and by_address.imap.host == host.lower()):
        return by_address
    return next((provider for provider in PROVIDERS if provider.imap.host == host.lower()), None)


def of_way_out(host: str) -> Provider | None:
    """Return the provider of an SMTP host, None where it is not known."""
    return next((provider for provider in PROVIDERS if provider.smtp.host == host.lower()), None)


def _of_address(address: str) -> Provider | None:
    domain = address.rpartition("@")[2].lower()
    for provider in PROVIDERS:
        if any(domain == known or domain.endswith(f".{known}") for known in provider.domains):
            return provider
    return None
