"""A whole office for a journey: configuration, real servers, the 2019 campaign, the command line as a process."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from forms import form as forms_form
from tests import command, databases
from tests.command import Result
from tests.intake import mails
from tests.servers.dovecot import PASSWORD, DovecotServer
from tests.servers.smtp_sink import SmtpSink

REPOSITORY = Path(__file__).parents[2]
CAMPAIGN = REPOSITORY / "campaigns" / "thang-hanh-dong-2019"
VIETNAM = timezone(timedelta(hours=7))
JULY_3 = datetime(2019, 7, 3, 15, 20, tzinfo=VIETNAM)
CAO_LOC = "phongldtbxhdt.caoloc@langson.example"
ADDRESS = "ptelangson@so.example"


def form_2019() -> forms_form.Form:
    """Return the form of the 2019 campaign."""
    return forms_form.load_form((CAMPAIGN / "form.toml").read_bytes(), "form.toml")


@dataclass
class Office:
    """A folder with config.toml and the 2019 campaign, and the servers it talks to."""

    folder: Path
    user: str
    dovecot: DovecotServer
    sink: SmtpSink | None = None
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Write the configuration."""
        shutil.copytree(CAMPAIGN, self.folder / "campaigns" / CAMPAIGN.name)
        self.write_config()

    def write_config(self, **changes: str) -> None:
        """Write config.toml; `changes` replace whole lines by their key's path in this file's template."""
        values = {
            "imap_host": "127.0.0.1",
            "imap_port": str(self.dovecot.port),
            "security": "none",
            "password": PASSWORD,
            "folders": '["INBOX"]',
            "smtp_port": str(self.sink.port if self.sink else 1),
            "mode": "units",
            "extra": "",
            **changes,
        }
        (self.folder / "config.toml").write_text(
            _CONFIG.format(user=self.user, address=ADDRESS, **values) + databases.section(self.folder / "rollcall.db"),
            "utf-8",
        )

    def run(self, *arguments: str, status: int | None = 0, environment: dict[str, str] | None = None) -> Result:
        """Call `rollcall` and require its exit status (None: any); `run`, and with an environment, as a process."""
        own = {**self.environment, **(environment or {})}
        # `run` blocks signals for its whole process.
        needs_process = bool(own) or arguments[0] == "run"
        done = self._run_process(arguments, own) if needs_process else command.call(self.folder, *arguments)
        if status is not None:
            assert done.status == status, f"{arguments}: {done.status}\n{done.out[-2000:]}\n{done.err[-4000:]}"
        return done

    def _run_process(self, arguments: tuple[str, ...], environment: dict[str, str]) -> Result:
        done = subprocess.run(
            [sys.executable, "-m", "service", *arguments],
            cwd=self.folder,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def deliver(self, raw: bytes, received_at: datetime = JULY_3, folder: str = "INBOX") -> int:
        """Put a mail into the mailbox by APPEND; return its UID."""
        return self.dovecot.append(self.user, raw, received_at, folder)


def report_mail(from_: str, subject: str, name: str, workbook: bytes, **options: Any) -> bytes:
    """Return a mail with one workbook attached."""
    text = "Kính gửi phòng TEBĐG, em gửi báo cáo của huyện ạ. Em cảm ơn chị!"
    return mails.mail(from_, subject, text, attachments=[(name, workbook)], **options)


_CONFIG = """
[office]
name = "Sở Lao động - Thương binh và Xã hội tỉnh Lạng Sơn"
department = "Phòng Trẻ em - Bình đẳng giới"
phone = "0205 3000 996"

[[mailbox]]
name = "main"
address = "{address}"
host = "{imap_host}"
port = {imap_port}
security = "{security}"
user = "{user}"
password = "{password}"
folders = {folders}

[smtp]
host = "127.0.0.1"
port = {smtp_port}
security = "none"
from = "{address}"

[letters]
mode = "{mode}"

[staff]
digest_to = ["phong.tebdg@so.example"]
{extra}
"""
