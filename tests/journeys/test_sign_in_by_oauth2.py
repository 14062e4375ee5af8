"""A whole office without a password: consent, mail in and out by token, tokens that end, and secrets seen nowhere."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.sign_in import token_file
from tests import command
from tests.command import Result
from tests.forms import workbooks
from tests.journeys.office import ADDRESS, CAMPAIGN, CAO_LOC, JULY_3, form_2019, report_mail
from tests.servers.dovecot import DovecotServer, require_dovecot
from tests.servers.oauth_server import CANARY, OauthServer
from tests.servers.smtp_sink import SmtpSink

CONFIG = """
[office]
name = "Sở Lao động"
[[mailbox]]
name = "main"
address = "{address}"
host = "127.0.0.1"
port = {imap_port}
security = "none"
user = "{user}"
{keys}
[smtp]
host = "127.0.0.1"
port = {smtp_port}
security = "none"
user = "{user}"
from = "{address}"
auth = "oauth2"
[staff]
digest_to = ["phong.tebdg@so.example"]
"""


@pytest.fixture(scope="module")
def provider() -> Iterator[OauthServer]:
    with OauthServer() as server:
        yield server


@pytest.fixture(scope="module")
def by_token(provider: OauthServer) -> Iterator[DovecotServer]:
    require_dovecot()
    with DovecotServer(introspection=provider.url("introspect")) as server:
        yield server


@dataclass
class Office:
    """A folder, and the servers that it signs in to by token. Everything that commands say is kept."""

    folder: Path
    user: str
    provider: OauthServer
    dovecot: DovecotServer
    sink: SmtpSink
    said: str = ""

    def run(self, *arguments: str, status: int = 0) -> Result:
        done = command.call(self.folder, *arguments)
        self.said += done.out + done.err
        assert done.status == status, (arguments, done)
        return done

    @property
    def tokens(self) -> Path:
        return self.folder / "secrets" / f"{self.user}.tokens"

    def age(self, **time: float) -> None:
        """Let the tokens be as old as if time had passed."""
        kept = json.loads(self.tokens.read_text())
        for key in ("obtained_at", "expires_at"):
            kept[key] = (datetime.fromisoformat(kept[key]) - timedelta(**time)).isoformat()
        self.tokens.write_text(json.dumps(kept))

    def kept(self) -> token_file.Tokens:
        kept = token_file.read(self.tokens)
        assert kept is not None
        return kept

    def report(self, subject: str) -> None:
        """Let a unit send a report that is answered."""
        book = workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", len(self.said), {}, workbooks.SHEETS)
        mail = report_mail(CAO_LOC, subject, "BC.xlsx", book)
        self.dovecot.append(self.user, mail, JULY_3)

    def outbox(self) -> list[tuple[str, int]]:
        with sqlite3.connect(self.folder / "rollcall.db") as database:
            rows = database.execute("SELECT state, count(*) FROM letters GROUP BY state ORDER BY state").fetchall()
        database.close()
        return rows


@pytest.fixture
def office(tmp_path: Path, mailbox_user: str, provider: OauthServer, by_token: DovecotServer) -> Iterator[Office]:
    provider.user, provider.interval, provider.asked = mailbox_user, 0.01, []
    campaign = tmp_path / "campaigns" / CAMPAIGN.name
    campaign.parent.mkdir()
    campaign.symlink_to(CAMPAIGN)
    with SmtpSink(owner_of=provider.owner_of) as sink:
        keys = provider.keys()
        (tmp_path / "config.toml").write_text(
            CONFIG.format(address=ADDRESS, user=mailbox_user, imap_port=by_token.port, smtp_port=sink.port, keys=keys)
        )
        yield Office(tmp_path, mailbox_user, provider, by_token, sink)


def secrets_shown(office: Office) -> list[str]:
    """Return where a secret of the provider stands besides the two files that must hold it."""
    found = [
        path.name
        for path in office.folder.rglob("*")
        if path.is_file() and path not in {office.folder / "config.toml", office.tokens}
        if CANARY.encode() in path.read_bytes()
    ]
    with sqlite3.connect(office.folder / "rollcall.db") as database:
        dump = "\n".join(database.iterdump())
    database.close()
    said = {"what was said": office.said, "the dump": dump, "the letters": repr(office.sink.letters)}
    return found + [name for name, text in said.items() if CANARY in text]


def test_an_office_works_without_a_password(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    told = office.run("doctor", status=1).err
    assert "nobody has consented yet; run `rollcall mailbox login main`" in told

    told = office.run("mailbox", "login", "main").err
    assert "2. Enter the code WDJB-MJHT" in told
    assert "signed in to" in told
    assert "Letters can go out by" in told
    assert office.tokens.stat().st_mode & 0o777 == 0o600

    office.report("Báo cáo")
    office.run("--debug", "poll")
    assert len(office.sink.wait_for(1)) == 1
    assert office.run("doctor").status == 0
    assert [question["page"] for question in office.provider.asked] == ["/device", "/token"]
    assert secrets_shown(office) == []
    assert CANARY not in caplog.text


def test_tokens_that_end_or_are_withdrawn_cost_no_mail_and_no_letter(office: Office) -> None:
    office.run("mailbox", "login", "main")
    office.run("pause")
    office.age(hours=2)
    office.report("Báo cáo")
    office.run("poll")
    assert office.kept().obtained_at > datetime.now(UTC) - timedelta(minutes=1)

    # Withdrawn before its time, as by an administrator: 535, one renewal, and the letter goes out.
    office.age(minutes=20)
    office.provider.withdraw(office.kept().access_token)
    office.run("resume")
    office.run("send")
    assert len(office.sink.wait_for(1)) == 1
    assert [question.get("grant_type") for question in office.provider.asked][2:] == ["refresh_token"] * 2
    assert secrets_shown(office) == []


def test_a_permission_that_has_ended_keeps_letters_until_somebody_consents_again(office: Office) -> None:
    office.run("mailbox", "login", "main")
    office.run("pause")
    office.report("Báo cáo")
    office.run("poll")
    office.run("resume")
    office.provider.refresh_tokens.clear()
    office.provider.withdraw(office.kept().access_token)
    office.age(hours=2)

    for command_line, status in (("send", 2), ("poll", 2), ("doctor", 1)):
        told = office.run(command_line, status=status).err
        assert "run `rollcall mailbox login main` and consent again" in told
    assert office.outbox() == [("queued", 1)]

    office.run("mailbox", "login", "main")
    office.run("send")
    assert len(office.sink.wait_for(1)) == 1
    assert secrets_shown(office) == []


def test_consent_by_another_account_is_told_at_once(office: Office) -> None:
    office.provider.user = "another"
    told = office.run("mailbox", "login", "main", status=1).err
    assert "consent with the mailbox's own account" in told
    assert secrets_shown(office) == []


def test_a_name_that_does_not_sign_in_by_oauth2_is_told(office: Office) -> None:
    told = command.call(office.folder, "mailbox", "login", "hai").err
    assert told == '"hai" does not sign in by OAuth2; those that do: main.\n'


def test_a_machine_without_a_browser_takes_the_address_that_is_pasted(office: Office) -> None:
    arguments = [sys.executable, "-m", "service", "mailbox", "login", "main", "--paste"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        arguments, cwd=office.folder, env={**os.environ}, stdin=pipe, stdout=pipe, stderr=pipe, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        address = next(line for line in process.stderr if "/authorize?" in line).strip()
        process.stdin.write(office.provider.consent(address) + "\n")
        process.stdin.close()
        told = process.stderr.read()
        assert process.wait(30) == 0, told
    assert "Letters can go out by" in told
    assert office.kept().refresh_token in office.provider.refresh_tokens
