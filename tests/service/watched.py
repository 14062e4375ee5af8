"""An office watched for alarms: three ways out, a clock moved by hand, and what was told through each way."""

import email
import json
import os
from dataclasses import dataclass
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from typing import Any

from service import alarming, assemble, config, jobs
from service.tally import Tally
from storage import inbox
from tests.journeys.office import Office
from tests.journeys.post import Clock
from tests.servers.smtp_sink import SmtpSink
from tests.servers.web_receiver import WebReceiver

MINUTE = timedelta(minutes=1)
# What stands in the configuration as a secret, and must stand nowhere else.
CANARY = "hunter2"
# Keeps what it gets, as a person's own program would hand it on; fails while a file says so.
SCRIPT = """#!/bin/sh
test -e "{folder}/command-fails" && exit 3
{{ cat; echo; }} >> "{folder}/command-got"
env > "{folder}/command-environment"
"""


@dataclass
class Watched:
    """An office with [alarm], looked at by hand. `free` is the share of its disk that is free, in percent."""

    office: Office
    clock: Clock
    sink: SmtpSink
    web: WebReceiver
    free: int = 50

    def __post_init__(self) -> None:
        """Write the configuration and the command, and begin."""
        self.script = self.office.folder / "tell-person"
        self.script.write_text(SCRIPT.format(folder=self.office.folder), "utf-8")
        self.script.chmod(0o755)
        self.configure()

    def configure(self, **changes: str) -> None:
        """Write config.toml anew and begin again with it."""
        alarm = (
            f'[alarm]\ncommand = ["{self.script}", "--sms"]\nwebhook_url = "{self.web.url}"\n'
            f'[alarm.smtp]\nhost = "127.0.0.1"\nport = {self.sink.port}\nsecurity = "none"\n'
            f'user = "alarm@another.example"\npassword = "{CANARY}"\nto = ["it@langson.example"]\n'
        )
        self.office.write_config(**{"extra": alarm, **changes})
        self.restart()

    def restart(self) -> None:
        """End the program and begin again, as a machine that was switched on does."""
        if hasattr(self, "rollcall"):
            self.rollcall.store.close()
        loaded = config.load(self.office.folder / "config.toml", os.environ)
        self.rollcall: assemble.Rollcall = assemble.open_rollcall(loaded, self.clock)
        self.watch = alarming.Watch(self.rollcall, usage=lambda _folder: (self.free, 100))

    def look(self, minutes: int = 1, *, passes: bool = True) -> None:
        """Let some minutes go by: in each a pass is complete (unless not `passes`), then somebody looks."""
        for _ in range(minutes):
            self.clock.at += MINUTE
            if passes:
                self.note_pass()
            self.watch.look()

    def read_and_look(self, minutes: int = 1) -> None:
        """Let some minutes go by: in each the mailbox is read, or tried to, then somebody looks."""
        for _ in range(minutes):
            self.clock.at += MINUTE
            self.read()
            self.watch.look()

    def read(self) -> None:
        """Make a pass over the mailbox."""
        jobs.complete_pass(self.rollcall, Tally())

    def note_pass(self) -> None:
        """Note a complete pass without making it: it would be the longest part of a minute."""
        with self.rollcall.store.writing() as connection:
            inbox.end_pass(connection, inbox.begin_pass(connection, self.clock.at), self.clock.at, "")

    def told(self) -> list[tuple[str, str]]:
        """Return (condition, event) of each notice; require that all three ways told the same, in the same words."""
        by_web = [json.loads(got.body) for got in self.web.requests if got.method == "POST"]
        assert by_web == self.by_command()
        mails = [(str(mail["Subject"]), body_of(mail)) for mail in self.mails()]
        same = [(each["subject"], each["text"].partition("\n\n")[2]) for each in by_web]
        assert mails == same
        return pairs(by_web)

    def by_web(self) -> list[tuple[str, str]]:
        """Return (condition, event) of what was posted."""
        return pairs([json.loads(got.body) for got in self.web.requests])

    def by_command(self) -> list[dict[str, Any]]:
        """Return what the command got."""
        file = self.office.folder / "command-got"
        return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line] if file.exists() else []

    def mails(self) -> list[EmailMessage]:
        """Return the mails that the other account sent."""
        parsed = [email.message_from_bytes(each.data, policy=policy.default) for each in self.sink.letters]
        return [mail for mail in parsed if isinstance(mail, EmailMessage)]

    def all_that_was_said(self) -> str:
        """Return everything that left through any way, with the command's environment."""
        environment = self.office.folder / "command-environment"
        said = [got.body.decode() for got in self.web.requests]
        said += [json.dumps(each, ensure_ascii=False) for each in self.by_command()]
        said += [f"{mail}{body_of(mail)}" for mail in self.mails()]
        return "\n".join([*said, environment.read_text("utf-8") if environment.exists() else ""])


def pairs(notices: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return condition and event of each notice."""
    return [(each["condition"], each["event"]) for each in notices]


def body_of(mail: EmailMessage) -> str:
    """Return the text of a mail."""
    return str(mail.get_content()).replace("\r\n", "\n")
