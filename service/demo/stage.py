"""The fortnight that the demo plays before it opens: mails come in, officers decide, letters go out in their time."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from forms import form as forms_form
from service import assemble, config, digesting, jobs, reminding, situation
from service.demo import samples
from service.demo.mailbox import LOOPBACK, DemoMailbox
from service.demo.sample_mails import OUR_ADDRESS
from service.demo.sample_rows import VIETNAM
from service.demo.sink import DemoSink
from service.tally import Tally
from storage import decisions, reminders

CAMPAIGN = Path(__file__).parents[2] / "campaigns" / "thang-hanh-dong-2019"
# The demo's clock when it opens: the morning after the deadline, the digest of the day just written.
NOW = datetime(2019, 7, 5, 9, 30, tzinfo=VIETNAM)
_FIRST_DAY = date(2019, 6, 20)
BEGINS = datetime(2019, 6, 20, tzinfo=VIETNAM)
# The first step of the campaign's ladder; before it nobody is reminded, and the office needs no digest yet.
_FIRST_LETTERS = date(2019, 6, 27)
# Twice a working day is enough for a fortnight that passes in seconds; `rollcall run` looks every minute.
_MORNING, _EVENING = time(8, 0), time(17, 30)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class _Ruling:
    """What an officer decides on an evening: more time for a unit, or none owed."""

    day: date
    kind: str
    unit: str
    note: str
    until: datetime | None = None


_RULINGS = (
    _Ruling(date(2019, 6, 25), decisions.EXEMPT, "BCHQS", "báo cáo theo hệ thống ngành dọc"),
    _Ruling(
        date(2019, 7, 2),
        decisions.EXTEND,
        "H188",
        "theo thư xin lùi thời hạn",
        datetime(2019, 7, 9, tzinfo=VIETNAM).astimezone(UTC),
    ),
)


def configure(folder: Path, mailbox: DemoMailbox, sink: DemoSink, page: tuple[str, int]) -> config.Config:
    """Write config.toml and the campaign into `folder`; return the configuration. `page` is host and port."""
    shutil.copytree(CAMPAIGN, folder / "campaigns" / CAMPAIGN.name)
    path = folder / "config.toml"
    told = {"mailbox_port": mailbox.port, "user": mailbox.user, "password": mailbox.password, "sink_port": sink.port}
    path.write_text(
        _CONFIG.format(address=OUR_ADDRESS, host=LOOPBACK, page_host=page[0], page_port=page[1], **told), "utf-8"
    )
    path.chmod(0o600)
    return config.load(path, {})


def form() -> forms_form.Form:
    """Return the form of the demo's campaign."""
    return forms_form.load_form((CAMPAIGN / "form.toml").read_bytes(), "form.toml")


@dataclass(slots=True)
class Fortnight:
    """The days from the first mail to NOW, played round by round. `done` is told what each round did."""

    rollcall: assemble.Rollcall
    mailbox: DemoMailbox
    waiting: list[samples.Sample]
    done: Callable[[datetime, Tally], None]
    tally: Tally = field(default_factory=Tally)

    def rounds(self) -> Iterator[None]:
        """Play the days; yields between rounds, so that the caller may stop."""
        for at in _rounds():
            self._deliver(at)
            self.rollcall.clock = assemble.fixed_clock(at)
            tally = jobs.poll(self.rollcall) if at.time() == _EVENING else self._tell(at)
            self.done(at, tally)
            self._add(tally)
            self._decide(at)
            yield
        self.rollcall.clock = assemble.shifted_clock(NOW)

    def _deliver(self, at: datetime) -> None:
        while self.waiting and self.waiting[0].received_at <= at:
            sample = self.waiting.pop(0)
            self.mailbox.deliver(sample.raw, sample.received_at)

    def _tell(self, at: datetime) -> Tally:
        """Remind who is to be reminded, and write the digest of the day, each after a complete pass."""
        tally = Tally()
        for tell in (reminding.run, digesting.run):
            known = situation.load(self.rollcall)
            open_ones = [campaign.name for campaign in known.all_campaigns if campaign.is_open(at)]
            ids, _ = tell(known, open_ones, at, tally)
            tally.queued += len(ids)
        return tally

    def _decide(self, at: datetime) -> None:
        for ruling in _RULINGS:
            if (ruling.day, _EVENING) != (at.date(), at.time()):
                continue
            decision = decisions.NewDecision(
                ruling.kind, "demo", None, CAMPAIGN.name, ruling.unit, ruling.until, ruling.note
            )
            with self.rollcall.store.writing() as connection:
                decisions.decide(connection, decision, self.rollcall.now())
                reminders.cancel(connection, CAMPAIGN.name, [ruling.unit])

    def _add(self, tally: Tally) -> None:
        for name in ("received", "handled", "queued", "sent", "failed"):
            setattr(self.tally, name, getattr(self.tally, name) + getattr(tally, name))
        self.tally.outcomes += tally.outcomes
        self.tally.troubles += tally.troubles


def _rounds() -> Iterator[datetime]:
    day = _FIRST_DAY
    while day < NOW.date():
        if day.weekday() < _SATURDAY and day >= _FIRST_LETTERS:
            yield datetime.combine(day, _MORNING, VIETNAM)
        if day.weekday() < _SATURDAY:
            yield datetime.combine(day, _EVENING, VIETNAM)
        day += timedelta(days=1)
    yield NOW


_CONFIG = """\
# The demo's own configuration; it is written anew at each start.

[office]
name = "Sở Lao động - Thương binh và Xã hội tỉnh Lạng Sơn"
department = "Phòng Trẻ em - Bình đẳng giới"
phone = "0205 3000 996"

[[mailbox]]
address = "{address}"
host = "{host}"
port = {mailbox_port}
security = "none"
user = "{user}"
password = "{password}"

[smtp]
host = "{host}"
port = {sink_port}
security = "none"
from = "{address}"

[staff]
digest_to = ["phong.tebdg@so.example"]

[web]
host = "{page_host}"
port = {page_port}
"""
