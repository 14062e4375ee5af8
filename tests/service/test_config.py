"""config.toml: what may be left out, what the environment overrides, where secrets are, each mistake's sentence."""

import tomllib
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel

from roll.mistakes import OperatorError
from service import config
from service.sign_in import accounts

HERE = Path(__file__).parent
BAD_CONFIGURATIONS = sorted((HERE / "bad_configurations").iterdir())
EXAMPLE = HERE.parent.parent / "config.example.toml"

SMALLEST = """
[office]
name = "Sở Lao động"
[[mailbox]]
address = "Baocao@Gmail.com"
password = "abcd efgh ijkl mnop"
"""
OWN_SERVER = """
[office]
name = "Sở Lao động"
[[mailbox]]
address = "baocao@langson.example"
host = "imap.langson.example"
password = "correct horse battery"
"""


def load(folder: Path, text: str, **environ: str) -> config.Config:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return config.load(path, environ)


def problems_of(folder: Path, text: str, **environ: str) -> tuple[str, ...]:
    with pytest.raises(OperatorError) as caught:
        load(folder, text, **environ)
    return caught.value.problems


@pytest.mark.parametrize("folder", BAD_CONFIGURATIONS, ids=lambda folder: folder.name)
def test_a_bad_configuration_is_told_in_exactly_these_sentences(folder: Path):
    with pytest.raises(OperatorError) as caught:
        config.load(folder / "config.toml", {})
    assert "\n".join(caught.value.problems) + "\n" == (folder / "expected.txt").read_text(encoding="utf-8")


def test_no_sentence_shows_a_secret_or_speaks_of_the_library():
    for folder in BAD_CONFIGURATIONS:
        told = (folder / "expected.txt").read_text(encoding="utf-8")
        assert not any(word in told for word in ("hunter2", "abcd efgh", "pydantic", "Input should", "Field required"))


def test_a_known_provider_needs_no_more_than_address_and_secret(tmp_path: Path):
    loaded = load(tmp_path, SMALLEST)
    (mailbox,) = loaded.mailbox
    assert (mailbox.host, mailbox.port, mailbox.security) == ("imap.gmail.com", 993, "tls")
    assert (mailbox.user, mailbox.address, mailbox.name) == ("Baocao@Gmail.com", "Baocao@gmail.com", "Baocao@Gmail.com")
    assert (mailbox.folders, mailbox.junk, mailbox.authserv_id) == (("INBOX",), "", "mx.google.com")
    assert (loaded.smtp.host, loaded.smtp.port, loaded.smtp.security) == ("smtp.gmail.com", 465, "tls")
    assert (loaded.smtp.user, loaded.smtp.sender) == ("Baocao@Gmail.com", "Baocao@gmail.com")
    assert loaded.smtp.password.get_secret_value() == "abcdefghijklmnop"
    assert (loaded.letters.mode, loaded.office.zone, loaded.office.language) == (
        "units",
        ZoneInfo("Asia/Ho_Chi_Minh"),
        "vi",
    )
    assert (loaded.web.host, loaded.web.port, loaded.web.public_url) == ("127.0.0.1", 8080, "")
    assert loaded.staff.digest_to == ()


@pytest.mark.parametrize(
    ("address", "imap", "smtp"),
    [
        ("a@googlemail.com", ("imap.gmail.com", 993, "tls"), ("smtp.gmail.com", 465, "tls")),
        ("a@outlook.com", ("outlook.office365.com", 993, "tls"), ("smtp-mail.outlook.com", 587, "starttls")),
        ("a@so.onmicrosoft.com", ("outlook.office365.com", 993, "tls"), ("smtp.office365.com", 587, "starttls")),
        ("a@yahoo.com.vn", ("imap.mail.yahoo.com", 993, "tls"), ("smtp.mail.yahoo.com", 465, "tls")),
        ("a@zoho.com", ("imap.zoho.com", 993, "tls"), ("smtp.zoho.com", 465, "tls")),
        ("a@icloud.com", ("imap.mail.me.com", 993, "tls"), ("smtp.mail.me.com", 587, "starttls")),
        ("a@fastmail.com", ("imap.fastmail.com", 993, "tls"), ("smtp.fastmail.com", 465, "tls")),
    ],
)
def test_the_servers_of_providers_are_known(tmp_path: Path, address: str, imap: object, smtp: object):
    loaded = load(tmp_path, SMALLEST.replace("Baocao@Gmail.com", address))
    assert [(server.host, server.port, server.security) for server in (loaded.mailbox[0], loaded.smtp)] == [
        imap,
        smtp,
    ]


def test_an_own_domain_kept_by_a_provider_takes_its_servers_from_the_host(tmp_path: Path):
    loaded = load(tmp_path, OWN_SERVER.replace("imap.langson.example", "outlook.office365.com"))
    assert (loaded.smtp.host, loaded.smtp.user) == ("smtp.office365.com", "baocao@langson.example")


def test_an_address_of_a_provider_on_another_host_takes_nothing_from_the_provider(tmp_path: Path):
    text = (
        SMALLEST
        + 'host = "localhost"\nport = 10143\nsecurity = "none"\n'
        + '[smtp]\nhost = "127.0.0.1"\nport = 10025\nsecurity = "none"\n'
    )
    loaded = load(tmp_path, text)
    assert (loaded.mailbox[0].authserv_id, loaded.mailbox[0].port) == ("", 10143)
    assert (loaded.smtp.user, loaded.smtp.port, loaded.smtp.sender) == ("", 10025, "Baocao@gmail.com")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.1", "::1"])
def test_a_line_without_encryption_may_go_to_this_machine(tmp_path: Path, host: str):
    text = OWN_SERVER.replace("imap.langson.example", host) + 'security = "none"\n[letters]\nmode = "off"\n'
    assert load(tmp_path, text).mailbox[0].port == 143


def test_the_port_follows_the_security_and_the_security_the_port(tmp_path: Path):
    smtp = '\n[smtp]\nhost = "smtp.langson.example"\n'
    loaded = load(tmp_path, OWN_SERVER + 'security = "starttls"\n' + smtp + "port = 587\n")
    assert [(server.port, server.security) for server in (loaded.mailbox[0], loaded.smtp)] == [
        (143, "starttls"),
        (587, "starttls"),
    ]
    loaded = load(tmp_path, OWN_SERVER + smtp)
    assert [(server.port, server.security) for server in (loaded.mailbox[0], loaded.smtp)] == [
        (993, "tls"),
        (465, "tls"),
    ]


def test_where_no_letters_leave_no_server_is_needed_for_them(tmp_path: Path):
    loaded = load(tmp_path, OWN_SERVER + '[letters]\nmode = "off"\n')
    assert loaded.smtp.host == ""
    assert loaded.smtp.sender == "baocao@langson.example"


def test_spaces_matter_in_a_secret_that_is_no_app_password(tmp_path: Path):
    loaded = load(tmp_path, OWN_SERVER + '[smtp]\nhost = "smtp.langson.example"\n')
    assert loaded.mailbox[0].password.get_secret_value() == "correct horse battery"


def test_a_secret_comes_from_a_file_beside_the_configuration(tmp_path: Path):
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "imap").write_bytes("\ufeffabcd\u00a0efgh ijkl mnop\r\n".encode())
    loaded = load(tmp_path, SMALLEST.replace('password = "abcd efgh ijkl mnop"', 'password_file = "secrets/imap"'))
    assert loaded.mailbox[0].password.get_secret_value() == "abcdefghijklmnop"


def test_a_secret_comes_from_the_environment_variable_that_is_named(tmp_path: Path):
    text = SMALLEST.replace('password = "abcd efgh ijkl mnop"', 'password_env = "IMAP_PASSWORD"')
    assert load(tmp_path, text, IMAP_PASSWORD="hunter2").mailbox[0].password.get_secret_value() == "hunter2"


def test_relative_paths_are_taken_from_the_configurations_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir("/")
    loaded = load(tmp_path, SMALLEST)
    assert loaded.database.url == f"sqlite:///{tmp_path}/rollcall.db"
    assert loaded.campaigns.path == tmp_path / "campaigns"
    loaded = load(
        tmp_path, SMALLEST + '[database]\nurl = "sqlite:////srv/rollcall.db"\n[campaigns]\npath = "/srv/campaigns"\n'
    )
    assert (loaded.database.url, loaded.campaigns.path) == ("sqlite:////srv/rollcall.db", Path("/srv/campaigns"))


def test_the_environment_overrides_any_key_outside_the_mailboxes(tmp_path: Path):
    loaded = load(
        tmp_path,
        SMALLEST + '[staff]\nalert_to = ["it@langson.example"]\n[smtp]\npassword_file = "nowhere"\n',
        ROLLCALL_OFFICE__PHONE="02053 000 000",
        ROLLCALL_WEB__PORT="8081",
        ROLLCALL_STAFF__DIGEST_TO="a@x.example; b@x.example",
        ROLLCALL_STAFF__ALERT_TO="",
        ROLLCALL_SMTP__FROM="phong@langson.example",
        ROLLCALL_SMTP__PASSWORD="hunter2",
        ROLLCALL_CONFIG="/etc/rollcall/config.toml",
        UNRELATED__KEY="x",
    )
    assert (loaded.office.phone, loaded.office.name, loaded.web.port) == ("02053 000 000", "Sở Lao động", 8081)
    assert (loaded.staff.digest_to, loaded.staff.alert_to) == (("a@x.example", "b@x.example"), ())
    assert (loaded.smtp.sender, loaded.smtp.password.get_secret_value()) == ("phong@langson.example", "hunter2")


def test_a_list_in_the_environment_may_be_json(tmp_path: Path):
    loaded = load(tmp_path, SMALLEST, ROLLCALL_STAFF__DIGEST_TO='["a@x.example", "b@x.example"]')
    assert loaded.staff.digest_to == ("a@x.example", "b@x.example")


ALARM = """
[alarm]
webhook_url = "https://alarm.langson.example/hook/hunter2"
[alarm.smtp]
host = "smtp.another.example"
user = "alarm@another.example"
password = "hunter2"
to = ["it@langson.example"]
"""


def test_the_account_of_alarms_takes_nothing_from_the_other_accounts(tmp_path: Path):
    loaded = load(tmp_path, SMALLEST + ALARM, ROLLCALL_ALARM__SMTP__HOST="127.0.0.1", ROLLCALL_ALARM__COMMAND="/a;b")
    assert loaded.alarm.smtp is not None
    assert (loaded.alarm.smtp.host, loaded.alarm.smtp.port) == ("127.0.0.1", 465)
    assert (loaded.alarm.smtp.sender, loaded.alarm.smtp.to) == ("alarm@another.example", ("it@langson.example",))
    assert (loaded.alarm.command, loaded.alarm.heartbeat_file) == (("/a", "b"), None)
    assert load(tmp_path, SMALLEST).alarm == config.Alarm()


def test_the_secrets_of_alarms_are_never_shown(tmp_path: Path):
    loaded = load(tmp_path, SMALLEST + ALARM)
    described = loaded.describe()
    assert "hunter2" not in repr(loaded) + str(described)
    assert (described["alarm.webhook_url"], described["alarm.smtp.password"]) == ("(set)", "(set)")


def test_what_is_wrong_in_the_environment_names_the_variable(tmp_path: Path):
    assert problems_of(
        tmp_path,
        SMALLEST,
        ROLLCALL_WEB__PORT="http",
        ROLLCALL_WEB__HSOT="x",
        ROLLCALL_OFICE__NAME="x",
        ROLLCALL_MAILBOX__PASSWORD="hunter2",
        ROLLCALL_STAFF__DIGEST_TO='["a@x.example"',
    ) == (
        "ROLLCALL_MAILBOX__PASSWORD cannot be set in the environment; write mailboxes in the file.",
        'ROLLCALL_OFICE__NAME names no section of the configuration; did you mean "office"?',
        'ROLLCALL_STAFF__DIGEST_TO: staff.digest_to must be a list; write digest_to = ["..."].',
        "ROLLCALL_WEB__PORT: web.port must be a whole number from 1 to 65535, without quotation marks.",
        'ROLLCALL_WEB__HSOT: web.hsot is not a key of [web]; did you mean "host"?',
    )


def test_secrets_are_never_shown(tmp_path: Path):
    text = SMALLEST.replace("abcd efgh ijkl mnop", "hunter2") + (
        '[database]\nurl = "postgresql+psycopg://rollcall:hunter2@db.langson.example/rollcall"\n'
    )
    loaded = load(tmp_path, text)
    described = loaded.describe()
    assert "hunter2" not in repr(loaded) + str(loaded) + str(described)
    assert described["database.url"] == "postgresql+psycopg://rollcall:(set)@db.langson.example/rollcall"
    assert (described["mailbox[1].password"], described["smtp.password"]) == ("(set)", "(set)")
    assert (described["smtp.from"], described["web.port"]) == ("Baocao@gmail.com", "8080")


def test_no_mistake_beside_a_secret_shows_it(tmp_path: Path):
    told = problems_of(
        tmp_path,
        SMALLEST.replace("password =", "pasword ="),
        ROLLCALL_SMTP__PASWORD="hunter2",
        ROLLCALL_SMTP__USER="hunter2\n",
    )
    assert len(told) == 3
    assert "abcd" not in str(told)
    assert "hunter2" not in str(told)


def test_a_secret_that_is_no_text_is_told_without_showing_it(tmp_path: Path):
    assert problems_of(tmp_path, SMALLEST.replace('"abcd efgh ijkl mnop"', "123456")) == (
        "config.toml: mailbox[1].password must be a text; put it in quotation marks.",
    )


def test_a_configuration_that_is_not_there_is_told_with_what_to_do(tmp_path: Path):
    with pytest.raises(OperatorError) as caught:
        config.load(tmp_path / "config.toml", {})
    assert caught.value.problems == (
        (
            f"{tmp_path}/config.toml cannot be read (No such file or directory); "
            "write one with `rollcall init`, or name another with --config."
        ),
    )


def test_the_configuration_cannot_be_changed(tmp_path: Path):
    loaded = load(tmp_path, SMALLEST)
    with pytest.raises(ValueError, match="frozen"):
        loaded.web.port = 1  # type: ignore[misc]
    with pytest.raises(ValueError, match="frozen"):
        loaded.web = config.Web()  # type: ignore[misc]


def keys_of_the_program() -> set[str]:
    def keys_of(model: type[BaseModel], place: str = "") -> set[str]:
        keys = set()
        for name, info in model.model_fields.items():
            candidates = [info.annotation, *get_args(info.annotation)]
            models = [kind for kind in candidates if isinstance(kind, type) and issubclass(kind, BaseModel)]
            key = f"{place}{info.alias or name}"
            keys |= keys_of(models[0], f"{key}.") if models else {key}
        return keys

    return keys_of(config.Config)


def keys_of_the_example() -> set[str]:
    """Return its keys, with those that stand behind a # because another one takes their place."""
    keys, section = set(), ""
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.split("]")[0].strip("[")
        elif " = " in line and section:
            keys.add(f"{section}.{line.removeprefix('# ').split(' = ')[0]}")
    return keys


def test_the_example_names_every_key_and_no_other():
    assert keys_of_the_example() == keys_of_the_program()


def test_every_key_of_the_example_has_a_comment():
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    keys = [line for line in lines if " = " in line and not line.startswith("#")]
    assert [line for line in keys if " #" not in line] == []


def test_the_example_loads_and_says_the_defaults_where_it_says_left_out(tmp_path: Path):
    (tmp_path / "secrets").mkdir()
    for name in ("imap", "smtp", "alarm"):
        (tmp_path / "secrets" / name).write_text("secret", encoding="utf-8")
    text = EXAMPLE.read_text(encoding="utf-8")
    loaded = load(tmp_path, text)
    assert loaded.mailbox[0].host == tomllib.loads(text)["mailbox"][0]["host"]
    assert loaded.letters.mode == "staff"


# Sign-in by OAuth2.

BY_OAUTH2 = """
[office]
name = "Sở Lao động"
[[mailbox]]
name = "main"
address = "Baocao@Gmail.com"
auth = "oauth2"
client_id = "1234.apps.googleusercontent.com"
client_secret = "hunter2"
"""


def test_a_known_provider_needs_no_more_than_the_application_and_one_consent_serves_both_ways(tmp_path: Path):
    loaded = load(tmp_path, BY_OAUTH2)
    (mailbox,), smtp = loaded.mailbox, loaded.smtp
    assert (mailbox.provider, mailbox.token_file) == ("google", f"{tmp_path}/secrets/{mailbox.user}.tokens")
    assert (smtp.auth, smtp.host, smtp.user, smtp.token_file) == (
        "oauth2",
        "smtp.gmail.com",
        mailbox.user,
        mailbox.token_file,
    )
    assert accounts.sections(loaded) == {"main": mailbox}
    assert accounts.client_of(smtp) == accounts.client_of(mailbox)
    assert accounts.client_of(mailbox).token_url == "https://oauth2.googleapis.com/token"
    assert "hunter2" not in str(loaded.describe()) + repr(loaded) + repr(accounts.client_of(mailbox))


def test_an_own_domain_at_microsoft_names_its_directory(tmp_path: Path):
    text = BY_OAUTH2.replace("Baocao@Gmail.com", "baocao@langson.example") + (
        'host = "outlook.office365.com"\ntenant = "langson.onmicrosoft.com"\n'
    )
    client = accounts.client_of(load(tmp_path, text).smtp)
    assert client.device_url == "https://login.microsoftonline.com/langson.onmicrosoft.com/oauth2/v2.0/devicecode"


def test_a_way_out_with_another_account_has_a_permission_of_its_own(tmp_path: Path):
    text = BY_OAUTH2 + (
        '[smtp]\nhost = "smtp.office365.com"\nport = 587\nuser = "phong@langson.example"\nauth = "oauth2"\n'
        'client_id = "2"\nclient_secret_env = "OUT"\ntoken_file = "out"\n'
    )
    loaded = load(tmp_path, text, OUT="hunter3")
    assert list(accounts.sections(loaded)) == ["main", "smtp"]
    client = accounts.client_of(loaded.smtp)
    assert (client.provider, client.secret, client.token_file) == ("microsoft", "hunter3", tmp_path / "out")


def test_a_way_out_by_password_beside_a_mailbox_by_oauth2_keeps_its_password(tmp_path: Path):
    text = BY_OAUTH2 + '[smtp]\nhost = "smtp.langson.example"\nuser = "Baocao@Gmail.com"\npassword = "hunter3"\n'
    smtp = load(tmp_path, text).smtp
    assert (smtp.auth, smtp.password.get_secret_value(), smtp.token_file) == ("password", "hunter3", "")


def test_the_name_of_a_token_file_leaves_its_folder_never(tmp_path: Path):
    text = BY_OAUTH2 + 'user = "../../a/b"\n'
    assert load(tmp_path, text).mailbox[0].token_file == f"{tmp_path}/secrets/.._.._a_b.tokens"
