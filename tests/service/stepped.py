"""An office on real servers whose clock is moved by hand: a small roster, and the jobs of `rollcall run` one by one."""

import email
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.message import EmailMessage

from click.testing import CliRunner

from roll import campaigns
from roll.mistakes import OperatorError
from service import assemble, cli, config, digesting, jobs, reminding, sending, situation
from service.cli import session
from service.tally import Tally
from storage import outbox
from tests.journeys.office import CAMPAIGN, VIETNAM, Office
from tests.journeys.post import Clock
from tests.servers.smtp_sink import SmtpSink

# Two addresses, one address, a department.
BAC_SON, VAN_LANG, JUSTICE = "H185", "H182", "STP"
FIRST, SECOND = "phongldtbxhdt.bacson@langson.example", "ldtbxh.bacson@mail.example"
VAN_LANG_ADDRESS, JUSTICE_ADDRESS = "phongldtbxhdt.vanlang@langson.example", "sotuphap@langson.example"
STAFF = "phong.tebdg@so.example"
NAME = CAMPAIGN.name


def on(day: int, hour: int = 8, minute: int = 0, month: int = 7) -> datetime:
    """Return an instant of 2019 in the office's zone."""
    return datetime(2019, month, day, hour, minute, tzinfo=VIETNAM)


@dataclass
class Stepped:
    """An office with its Rollcall on a clock that stands until it is moved.

    `declares` replaces whole lines of campaign.toml by their keys; `units` are the codes that stay on the roster.
    """

    office: Office
    clock: Clock
    units: tuple[str, ...] = (BAC_SON, VAN_LANG, JUSTICE)
    declares: Mapping[str, str] = field(default_factory=dict)
    _told: int = 0

    def __post_init__(self) -> None:
        """Write the campaign, and open the office."""
        folder = self.office.folder / "campaigns" / NAME
        lines = (folder / "units.csv").read_text("utf-8").splitlines(keepends=True)
        kept = [line for line in lines[1:] if line.split(",")[0] in self.units]
        (folder / "units.csv").write_text("".join([lines[0], *kept]), "utf-8")
        declared = (folder / "campaign.toml").read_text("utf-8")
        for key, value in self.declares.items():
            declared = re.sub(rf"^{key} = .*\n", "", declared, flags=re.MULTILINE) + f"{key} = {value}\n"
        (folder / "campaign.toml").write_text(declared, "utf-8")
        self.rollcall = self._open()

    def _open(self) -> assemble.Rollcall:
        loaded = config.load(self.office.folder / "config.toml", os.environ)
        return assemble.open_rollcall(loaded, self.clock)

    @property
    def sink(self) -> SmtpSink:
        """Return the server that takes the letters."""
        assert self.office.sink is not None
        return self.office.sink

    def command(self, *arguments: str, status: int = 0) -> str:
        """Call a command in this process, by the wall clock; require its status and return all that it says.

        A process of its own would be the longest part of every test.
        """
        done = CliRunner().invoke(cli.rollcall, ["--config", str(self.office.folder / "config.toml"), *arguments])
        refused = isinstance(done.exception, OperatorError | session.CannotRunError)
        assert (2 if refused else done.exit_code) == status, (done.output, done.exception)
        return done.output + (str(done.exception) if refused else "")

    def close(self) -> None:
        """Close the database."""
        self.rollcall.store.close()

    def configure(self, **changes: str) -> None:
        """Write config.toml anew and begin again with it, as a restart does."""
        self.office.write_config(**changes)
        self.reopen()

    def reopen(self) -> None:
        """Begin again with config.toml and the campaign as they are now."""
        self.close()
        self.rollcall = self._open()

    def known(self) -> situation.Situation:
        """Return the situation as the database has it now."""
        return situation.load(self.rollcall)

    def campaign(self) -> campaigns.Campaign:
        """Return the campaign of 2019."""
        campaign = self.known().campaign(NAME)
        assert campaign is not None
        return campaign

    def remind(self, at: datetime) -> Tally:
        """Move the clock; queue and send the reminders that are due then, as `rollcall remind` does."""
        return self._job(at, reminding.run)

    def tell_staff(self, at: datetime) -> Tally:
        """Move the clock; queue and send the digests that are due then, as `rollcall digest` does."""
        return self._job(at, digesting.run)

    def _job(self, at: datetime, job: object) -> Tally:
        self.clock.at, tally = at, Tally()
        known = self.known()
        assert callable(job)
        job(known, [each.name for each in known.all_campaigns], at, tally)
        return tally

    def poll(self, at: datetime, *, sends: bool = True) -> Tally:
        """Move the clock; take in what came and send what is owed, as `rollcall poll` does."""
        self.clock.at = at
        return jobs.poll(self.rollcall, sends=sends)

    def send(self, at: datetime) -> Tally:
        """Move the clock; send what is owed, as `rollcall send` does."""
        self.clock.at, tally = at, Tally()
        sending.send(self.rollcall, tally)
        return tally

    def new_letters(self) -> list[EmailMessage]:
        """Return the letters that the server took since this was asked last."""
        new, self._told = self.sink.letters[self._told :], len(self.sink.letters)
        return [parsed(letter.data) for letter in new]

    def told(self) -> list[str]:
        """Return to whom the new letters are, sorted."""
        return sorted(str(letter["To"]) for letter in self.new_letters())

    def outbox(self, kind: str, unit: str | None = None) -> list[outbox.LetterRow]:
        """Return the letters of a kind, of one unit where it is named, in the order of queueing."""
        with self.rollcall.store.reading() as connection:
            rows = outbox.rows(connection)
        return [row for row in rows if row.kind == kind and unit in {None, row.unit}]

    def states(self, kind: str = "reminder", unit: str | None = None) -> list[str]:
        """Return the states of the letters of a kind, in the order of queueing."""
        return [row.state for row in sorted(self.outbox(kind, unit), key=lambda row: row.id or 0)]


def parsed(raw: bytes) -> EmailMessage:
    """Return a letter as a mail program reads it."""
    message = email.message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(letter: EmailMessage) -> str:
    """Return the plain text of a letter, each run of white space as one space."""
    body = letter.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def files_of(letter: EmailMessage) -> dict[str, bytes]:
    """Return the files attached to a letter."""
    return {str(part.get_filename()): bytes(part.get_content()) for part in letter.iter_attachments()}
