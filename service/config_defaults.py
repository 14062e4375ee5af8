"""What config.toml leaves out: servers from the provider, the account of [smtp], secrets from where they are kept.

Works on the raw tables before they are checked, so that one wrong key hides no other mistake; values of a wrong type
are left for the check to tell.
"""

from collections.abc import Mapping

from pydantic import SecretStr

from roll import roster_rows, servers
from service import config_secrets, config_sign_in, office_days, providers
from service.config_draft import Draft, Table, text_of
from service.config_secrets import PASSWORD

_IMAP_PORTS = {"tls": 993, "starttls": 143, "none": 143}  # RFC 8314, 3.2 and 4; RFC 9051, 2.1
_SMTP_PORTS = {"tls": 465, "starttls": 587, "none": 25}  # RFC 8314, 3.3; RFC 6409, 3.1; RFC 5321, 4.5.4.2
_STARTTLS_PORTS = (143, 587, 25)

DEFAULT_DATABASE = "sqlite:///rollcall.db"
DEFAULT_CAMPAIGNS = "campaigns"
DEFAULT_DAYS_FILE = office_days.USUAL_NAME
_SQLITE = "sqlite:///"


def complete(draft: Draft) -> None:
    """Fill in what the file leaves out, and complain of what cannot be filled in or does not fit together."""
    if isinstance(draft.tables.get("mailbox"), dict):
        draft.complain("mailbox", "is written as [mailbox]; write [[mailbox]], with two brackets on each side.")
        draft.tables["mailbox"] = [draft.tables["mailbox"]]
    for number, mailbox in enumerate(draft.mailboxes(), start=1):
        _complete_mailbox(draft, mailbox, f"mailbox[{number}]")
    _check_names(draft)
    _complete_smtp(draft)
    _complete_alarm(draft)
    _place_files(draft)
    if draft.section("letters").get("mode") == "staff" and not draft.section("staff").get("digest_to"):
        draft.complain(
            "staff.digest_to", 'is empty, but letters.mode = "staff" sends all letters there; write an address.'
        )


def _is_address(text: str) -> bool:
    try:
        return bool(roster_rows.normalise_address(text))
    except ValueError:
        return False  # told when the address itself is checked


def _complete_mailbox(draft: Draft, mailbox: Table, path: str) -> None:
    address, host = text_of(mailbox, "address"), text_of(mailbox, "host")
    provider = providers.of_mailbox(address, host)
    if "host" not in mailbox and provider is None and _is_address(address):
        draft.complain(
            f"{path}.host", f'is missing, and the provider of {address} is not known; write host = "imap...".'
        )
    _complete_server(mailbox, provider.imap if provider else None, _IMAP_PORTS)
    _check_line(draft, mailbox, path)
    if address:
        mailbox.setdefault("name", address)
    mailbox.setdefault("user", address)
    mailbox.setdefault("authserv_id", provider.authserv_id if provider else "")
    if not config_sign_in.complete(draft, mailbox, path, provider.sign_in if provider else ""):
        mailbox["password"] = config_secrets.read(draft, mailbox, path)


def _complete_server(table: Table, known: providers.Server | None, ports: Mapping[str, int]) -> None:
    """Fill in host, port and security: the provider's, else the standard port, TLS unless the port says STARTTLS."""
    if known is not None and text_of(table, "host").lower() in ("", known.host):
        table.setdefault("host", known.host)
        if "port" not in table and "security" not in table:
            table.update(port=known.port, security=known.security)
    table.setdefault("security", "starttls" if table.get("port") in _STARTTLS_PORTS else "tls")
    table.setdefault("port", ports.get(str(table["security"]), ports["tls"]))


def _check_line(draft: Draft, table: Table, path: str) -> None:
    host = text_of(table, "host")
    if table.get("security") == "none" and host and not servers.is_loopback(host):
        draft.complain(
            f"{path}.security",
            f'is "none", which is for this machine only, and the host is {host}; write "tls" or "starttls".',
        )


def _check_names(draft: Draft) -> None:
    names = [text_of(mailbox, "name") for mailbox in draft.mailboxes()]
    for number, name in enumerate(names, start=1):
        if name and name in names[: number - 1]:
            draft.complain(f"mailbox[{number}].name", f"is {name!r}, as another mailbox's; give each its own.")


def _complete_smtp(draft: Draft) -> None:
    """Complete [smtp]. Where it names no host, server and account are the first mailbox's."""
    mailbox = next(iter(draft.mailboxes()), {})
    smtp = draft.tables.setdefault("smtp", {})
    if not isinstance(smtp, dict):
        return
    address = text_of(mailbox, "address")
    if _is_address(address):
        smtp.setdefault("from", address)
    is_known = "host" in smtp or _take_provider(smtp, mailbox)
    if is_known:
        _complete_server(smtp, None, _SMTP_PORTS)
        _check_line(draft, smtp, "smtp")
        _check_sign_in(draft, smtp)
    elif _is_address(address) and draft.section("letters").get("mode") != "off":
        draft.complain(
            "smtp.host", 'is missing, and the provider of the first mailbox is not known; write host = "smtp...".'
        )


def _take_provider(smtp: Table, mailbox: Table) -> bool:
    """Put in the server and the account of the first mailbox's provider; return whether it is known."""
    provider = providers.of_mailbox(text_of(mailbox, "address"), text_of(mailbox, "host"))
    if provider is None:
        return False
    _complete_server(smtp, provider.smtp, _SMTP_PORTS)
    smtp.setdefault("daily_limit", provider.daily_limit)
    smtp.setdefault("user", mailbox["user"])
    if config_sign_in.takes_over(smtp, mailbox):
        config_sign_in.take_over(smtp, mailbox)
    elif mailbox.get("auth") != config_sign_in.OAUTH2 and not any(key in smtp for key in PASSWORD.keys):
        secret = mailbox.get("password")
        smtp["password"] = secret if isinstance(secret, SecretStr) else SecretStr("")  # its fault is told there
    return True


def _check_sign_in(draft: Draft, smtp: Table) -> None:
    """Read the secret of [smtp], or complete its sign-in by OAuth2: that of the same user's mailbox, or its own."""
    same = [box for box in draft.mailboxes() if text_of(box, "user") == text_of(smtp, "user")]
    if text_of(smtp, "user") and same and config_sign_in.takes_over(smtp, same[0]):
        config_sign_in.take_over(smtp, same[0])
    provider = providers.of_way_out(text_of(smtp, "host"))
    if config_sign_in.complete(draft, smtp, "smtp", provider.sign_in if provider else ""):
        if not text_of(smtp, "user"):
            draft.complain("smtp.user", 'is missing beside auth = "oauth2"; write the account that signs in.')
        return
    _check_password(draft, smtp, "smtp")


def _check_password(draft: Draft, smtp: Table, path: str) -> None:
    """Read the secret of a way out that signs in by password; there is none without a user."""
    has_secret = any(key in smtp for key in PASSWORD.keys)
    if text_of(smtp, "user"):
        if not isinstance(smtp.get("password"), SecretStr):
            smtp["password"] = config_secrets.read(draft, smtp, path)
    elif has_secret:
        draft.complain(
            f"{path}.user", "is missing beside its secret; write user, or leave the secret out for no sign-in."
        )


def _complete_alarm(draft: Draft) -> None:
    """Complete [alarm.smtp]. It takes nothing from the other accounts: it must work when they do not."""
    smtp = draft.section("alarm").get("smtp")
    if not isinstance(smtp, dict):
        return
    if not text_of(smtp, "host"):
        draft.complain("alarm.smtp.host", 'is missing; write host = "smtp..." of another account than that of [smtp].')
    _complete_server(smtp, None, _SMTP_PORTS)
    _check_line(draft, smtp, "alarm.smtp")
    _check_password(draft, smtp, "alarm.smtp")
    if not text_of(smtp, "from"):
        smtp["from"] = text_of(smtp, "user")
    ours = {text_of(mailbox, "address").casefold() for mailbox in draft.mailboxes()}
    told = smtp.get("to")
    for address in told if isinstance(told, list) else []:
        if isinstance(address, str) and address.strip().casefold() in ours:
            fault = f"names {address}, the mailbox that Rollcall reads; write the address of a person."
            draft.complain("alarm.smtp.to", fault)


def _place_files(draft: Draft) -> None:
    """Take the relative paths of database, campaigns and working days from the configuration's folder."""
    database = draft.tables.setdefault("database", {})
    if isinstance(database, dict):
        url = database.setdefault("url", DEFAULT_DATABASE)
        if isinstance(url, str) and url.startswith(_SQLITE) and len(url) > len(_SQLITE) and ":memory:" not in url:
            database["url"] = f"{_SQLITE}{draft.folder / url.removeprefix(_SQLITE)}"
    draft.tables.setdefault("campaigns", {})
    for name, key, default in (
        ("campaigns", "path", DEFAULT_CAMPAIGNS),
        ("office", "days_file", DEFAULT_DAYS_FILE),
        ("alarm", "heartbeat_file", None),
    ):
        section = draft.tables.get(name)
        if isinstance(section, dict):
            path = section.setdefault(key, default)
            if isinstance(path, str) and path.strip():
                section[key] = draft.folder / path.strip()
