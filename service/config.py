"""The configuration: config.toml and the environment, as frozen values (contract: config.toml).

Every key of the file has its field here, with its default; `config.example.toml` describes them. Parts of the program
receive plain values from it and never the whole.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from roll import declaration, roster_rows, servers
from roll.mistakes import OperatorError
from service import (
    config_defaults,
    config_draft,
    config_environment,
    config_problems,
    config_secrets,
    config_sign_in,
)

# A round with its corrections and its consolidation takes weeks; reading mails again needs their bytes until then.
SHORTEST_RETENTION = 90
_HOST = re.compile(r"[A-Za-z0-9.:_-]{1,255}", re.ASCII)  # RFC 1035, 2.3.4: 255 octets; colons for IPv6


def _check_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("contains a line break or a character that cannot be seen; write it on one line.")
    return text


def _check_address(text: str) -> str:
    try:
        return roster_rows.normalise_address(text)
    except ValueError as error:
        raise ValueError(f"is {text!r}, which is not a mail address; {error}.") from error


def _check_host(text: str) -> str:
    if not _HOST.fullmatch(text):
        raise ValueError(f"is {text!r}, which is not the name of a host; write it as imap.langson.example.")
    return text


def _check_timezone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"is {text!r}, which is no known time zone; write it as Asia/Ho_Chi_Minh.") from error
    return text


def _check_database(text: str) -> str:
    is_file = text.startswith("sqlite:///") and text != "sqlite:///" and ":memory:" not in text
    if not is_file and not text.startswith("postgresql+psycopg://"):
        raise ValueError(
            "is not a database Rollcall can use; write sqlite:///rollcall.db or postgresql+psycopg://... ."
        )
    return text


def _check_days(days: int) -> int:
    if days and days < SHORTEST_RETENTION:
        raise ValueError(f"is {days}; write {SHORTEST_RETENTION} days or more, or 0 to keep everything.")
    return days


def _check_public_url(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.netloc):
        raise ValueError(
            f"is {text!r}, which is not the address of a page; write it as https://rollcall.langson.example."
        )
    return text.rstrip("/")


def _check_web_address(secret: SecretStr) -> SecretStr:
    """Refuse what is no web address, without showing it: it may hold a secret."""
    text = secret.get_secret_value().strip()
    try:
        parts = urlsplit(text)
        fits = not text or bool(parts.hostname and parts.port != 0 and text.isascii() and text.isprintable())
    except ValueError:
        fits = False
    if not fits or " " in text:
        raise ValueError("is not a web address; write it as https://alarm.langson.example/... .")
    if text and parts.scheme != "https" and not (parts.scheme == "http" and servers.is_loopback(parts.hostname or "")):
        raise ValueError('must begin with "https://"; http is for this machine only.')
    return SecretStr(text)


def _refuse_truth(value: object) -> object:
    """Keep pydantic from taking true for 1."""
    return str(value) if isinstance(value, bool) else value


def _take_blank(value: object) -> object:
    """Take a blank variable of the environment for an empty list."""
    return () if value == "" else value


Line = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_check_line)]
NeededLine = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_check_line)]
MailAddress = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_check_address)]
Addresses = Annotated[tuple[MailAddress, ...], BeforeValidator(_take_blank)]
Host = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_check_host)]
Port = Annotated[int, BeforeValidator(_refuse_truth), Field(ge=1, le=65535)]
Endpoint = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(config_sign_in.check_endpoint)]
Security = Literal["tls", "starttls", "none"]


class Section(BaseModel):
    """A table of config.toml. Unknown keys are errors; a message never shows what was written."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Office(Section):
    """The body that asks, as its letters name it."""

    name: NeededLine
    department: Line = ""
    phone: Line = ""
    timezone: Annotated[str, AfterValidator(_check_timezone)] = "Asia/Ho_Chi_Minh"
    days_file: Path = Path(config_defaults.DEFAULT_DAYS_FILE)
    language: Literal["vi", "en"] = "vi"

    @property
    def zone(self) -> ZoneInfo:
        """Return the office's time zone."""
        return ZoneInfo(self.timezone)


class PasswordAccount(Section):
    """A server and how to sign in by password. `password` is the secret itself, wherever it was written.

    `load` fills in every key, so that the defaults here stand only where there is nothing to fill in.
    """

    host: Host = ""
    port: Port = 993
    security: Security = "tls"
    user: Line = ""
    password: SecretStr = SecretStr("")
    password_file: str = ""
    password_env: str = ""


class Account(PasswordAccount):
    """One that may sign in by OAuth2 instead. `client_secret` is the secret itself, wherever it was written.

    From `provider` on, the keys are those of auth = "oauth2"; what is left empty of them is known of the provider.
    """

    auth: Literal["password", "oauth2"] = "password"
    provider: Literal["", "google", "microsoft"] = ""
    client_id: Line = ""
    client_secret: SecretStr = SecretStr("")
    client_secret_file: str = ""
    client_secret_env: str = ""
    tenant: Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(config_sign_in.check_tenant)] = (
        "common"
    )
    token_file: str = ""
    token_url: Endpoint = ""
    authorize_url: Endpoint = ""
    device_url: Endpoint = ""
    scope: Line = ""


class Mailbox(Account):
    """A mailbox to fetch from, over IMAP. `authserv_id` empty: no Authentication-Results is believed.

    `daily_download`: megabytes that may be downloaded within 24 hours, 0 for any number. Gmail locks an account for a
    day beyond 2,500 (support.google.com/a/answer/1071518); a fifth is left to the office's own mail programs.
    """

    address: MailAddress
    name: NeededLine = "main"
    folders: Annotated[tuple[NeededLine, ...], Field(min_length=1)] = ("INBOX",)
    junk: Line = ""
    sent: Line = ""
    authserv_id: Line = ""
    daily_download: Annotated[int, BeforeValidator(_refuse_truth), Field(ge=0)] = 2000


class Smtp(Account):
    """The server that letters go out by. `user` empty: no sign-in. `daily_limit`: letters in 24 hours, 0 for any."""

    port: Port = 465
    sender: MailAddress = Field(default="", alias="from")
    daily_limit: Annotated[int, BeforeValidator(_refuse_truth), Field(ge=0)] = 0


class Letters(Section):
    """Which letters leave: `off` none, `staff` all of them to staff, `units` each to its addressee."""

    mode: Literal["off", "staff", "units"] = "units"


class Database(Section):
    """Where everything is kept. The URL may hold a password and is not shown."""

    url: Annotated[str, AfterValidator(_check_database)] = Field(default=config_defaults.DEFAULT_DATABASE, repr=False)


class Staff(Section):
    """The office's own people. `addresses`: who may decide by mail besides those who get the digest and the alerts."""

    digest_to: Addresses = ()
    alert_to: Addresses = ()
    addresses: Addresses = ()


class Web(Section):
    """The staff page."""

    host: Host = "127.0.0.1"
    port: Port = 8080
    public_url: Annotated[str, AfterValidator(_check_public_url)] = ""


class Retention(Section):
    """How long what mails brought is kept, in days; 0 for ever. `mails`: their bytes and texts, and our answers."""

    mails: Annotated[int, BeforeValidator(_refuse_truth), AfterValidator(_check_days)] = 0


class Campaigns(Section):
    """Where the campaign folders are."""

    path: Path = Path(config_defaults.DEFAULT_CAMPAIGNS)


class AlarmSmtp(PasswordAccount):
    """The mail account that alarms go out by, another one than letters go by. `user` empty: no sign-in."""

    port: Port = 465
    sender: MailAddress = Field(default="", alias="from")
    to: Annotated[Addresses, Field(min_length=1)]


class Alarm(Section):
    """How a person is told when something is wrong with the machine. A web address may hold a secret."""

    smtp: AlarmSmtp | None = None
    command: tuple[NeededLine, ...] = ()
    webhook_url: Annotated[SecretStr, AfterValidator(_check_web_address)] = SecretStr("")
    heartbeat_url: Annotated[SecretStr, AfterValidator(_check_web_address)] = SecretStr("")
    heartbeat_file: Path | None = None


class Config(BaseSettings):
    """The whole configuration. `smtp` has no host only where no letters leave and no server is known."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        env_prefix=config_environment.PREFIX,
        env_nested_delimiter=config_environment.DELIMITER,
    )

    office: Office
    mailbox: Annotated[tuple[Mailbox, ...], Field(min_length=1)]
    smtp: Smtp = Smtp()
    letters: Letters = Letters()
    database: Database = Database()
    staff: Staff = Staff()
    web: Web = Web()
    campaigns: Campaigns = Campaigns()
    retention: Retention = Retention()
    alarm: Alarm = Alarm()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  (the names are pydantic-settings')
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what `load` passes: it has read the file and the environment that it was given."""
        return (init_settings,)

    def describe(self) -> dict[str, str]:
        """Return the effective settings by their paths, secrets only as "(set)", for the log and for `doctor`."""
        described: dict[str, str] = {}
        for name, value in self:
            if isinstance(value, tuple):
                for number, mailbox in enumerate(value, start=1):
                    described |= _describe_section(f"mailbox[{number}]", mailbox)
            else:
                described |= _describe_section(name, value)
        return described


def _describe_section(path: str, section: Section) -> dict[str, str]:
    described: dict[str, str] = {}
    for name, value in section:
        if isinstance(value, Section):
            described |= _describe_section(f"{path}.{name}", value)
            continue
        text = "; ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
        if isinstance(value, SecretStr):
            text = "(set)" if value.get_secret_value() else ""
        if name == "url":
            text = re.sub(r"(://[^:/@]*):[^@]*@", r"\1:(set)@", text)
        described[f"{path}.{type(section).model_fields[name].alias or name}"] = text
    return described


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """Return the configuration in the file `path`, with what `environ` overrides.

    Relative paths are taken from the file's folder; secrets are read from where the file says they are. Raises
    OperatorError with every problem, none of which shows a secret.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        advice = "write one with `rollcall init`, or name another with --config."
        raise OperatorError([f"{path} cannot be read ({error.strerror}); {advice}"]) from error
    tables = declaration.read_toml(data, path.name)
    overrides = config_environment.read(environ, Config)
    lay_over(tables, overrides.tables)
    draft = config_draft.Draft(tables, path.absolute().parent, environ)
    config_defaults.complete(draft)
    problems = [config_problems.sentence(path.name, overrides, *problem) for problem in draft.problems]
    try:
        config = Config(**draft.tables)
    except ValidationError as error:
        found = config_problems.describe(error, Config)
        problems += [config_problems.sentence(path.name, overrides, *problem) for problem in found]
    if overrides.problems or problems:
        raise OperatorError([*overrides.problems, *problems])
    return config


def lay_over(tables: dict[str, Any], overrides: Mapping[str, Mapping[str, Any]]) -> None:
    """Put what the environment says over the file's tables; its secret replaces the file's, however that was given."""
    for name, keys in overrides.items():
        table = tables.setdefault(name, {})
        if not isinstance(table, dict):
            continue
        for secrets in (config_secrets.PASSWORD, config_secrets.CLIENT_SECRET):
            if any(key in keys for key in secrets.keys):
                for key in secrets.keys:
                    table.pop(key, None)
        for key, value in keys.items():
            if isinstance(value, dict) and isinstance(table.get(key, {}), dict):
                lay_over(table, {key: value})
            else:
                table[key] = value
