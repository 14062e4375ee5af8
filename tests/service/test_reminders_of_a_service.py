"""The reminders of `rollcall run`, over days and beside other work: made up for, in their hours, and never untrue."""

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from roll.letters import LetterKind
from service import assemble, jobs, reminding, schedule, sending, situation
from service.config import load
from service.tally import Tally
from storage import decisions, tables
from tests.forms import workbooks
from tests.journeys.office import CAMPAIGN, CAO_LOC, VIETNAM, Office, form_2019, report_mail
from tests.servers import ports

FIRST_STEP = datetime(2019, 6, 27, 8, 1, tzinfo=VIETNAM)


class Clocked:
    """A Rollcall on the office's servers whose clock is set by hand; it goes on by `tick` whenever it is asked."""

    def __init__(self, office: Office) -> None:
        self.now, self.tick = FIRST_STEP, timedelta()
        self.rollcall = assemble.open_rollcall(load(office.folder / "config.toml", os.environ), self._ask)

    def _ask(self) -> datetime:
        self.now += self.tick
        return self.now

    def reminders(self) -> Counter[str]:
        """Return how many reminders are in which state."""
        letter = tables.letters.c
        with self.rollcall.store.reading() as connection:
            kind = letter.kind == LetterKind.REMINDER.value
            return Counter(connection.execute(sa.select(letter.state).where(kind)).scalars())


@pytest.fixture
def clocked(office: Office) -> Iterator[Clocked]:
    opened = Clocked(office)
    yield opened
    opened.rollcall.store.close()


def test_reminders_that_could_not_go_out_are_written_anew_the_next_day_by_the_same_process(office: Office) -> None:
    office.write_config(smtp_port=str(ports.free_port()))
    clocked = Clocked(office)
    service = schedule.Schedule(clocked.rollcall)
    service.remind()
    (waiting,) = clocked.reminders().values()

    clocked.now = FIRST_STEP.replace(hour=16, minute=45)
    service.pass_over()
    assert clocked.reminders() == {"cancelled": waiting}
    clocked.now = FIRST_STEP + timedelta(days=1)
    service.remind()

    assert clocked.reminders() == {"cancelled": waiting, "queued": waiting}
    clocked.rollcall.store.close()


def test_a_campaign_that_opens_years_ahead_keeps_no_other_one_from_reminding(office: Office, clocked: Clocked) -> None:
    far = office.folder / "campaigns" / "nam-2031"
    shutil.copytree(office.folder / "campaigns" / CAMPAIGN.name, far)
    told = (far / "campaign.toml").read_text("utf-8")
    (far / "campaign.toml").write_text(told.replace("2019", "2031"), "utf-8")
    service = schedule.Schedule(clocked.rollcall)

    service.pass_over()
    service.remind()

    assert clocked.reminders()["sent"] > 0


def test_a_run_that_takes_until_the_hours_are_over_sends_no_reminder_after_them(clocked: Clocked) -> None:
    clocked.now = FIRST_STEP.replace(hour=16, minute=27)
    jobs.complete_pass(clocked.rollcall, Tally())
    known = situation.load(clocked.rollcall)
    reminding.remind(known, known.all_campaigns, clocked.now)
    clocked.tick = timedelta(seconds=2)

    sending.send(clocked.rollcall, Tally())

    letter = tables.letters.c
    with clocked.rollcall.store.reading() as connection:
        sent = connection.execute(sa.select(letter.sent_at).where(letter.sent_at.is_not(None))).scalars().all()
    local = [instant.astimezone(VIETNAM) for instant in sent]
    assert local
    assert max(local) < FIRST_STEP.replace(hour=16, minute=31)
    assert clocked.reminders()["cancelled"] > 0


def test_a_report_that_comes_in_while_reminders_are_written_is_not_told_that_nothing_came(
    office: Office, clocked: Clocked
) -> None:
    jobs.complete_pass(clocked.rollcall, Tally())
    known = situation.load(clocked.rollcall)
    workbook = workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", 1)
    office.deliver(report_mail(f"<{CAO_LOC}>", "BC", "a.xlsx", workbook), FIRST_STEP)
    # Another process records the mail after this one looked at who owes.
    jobs.complete_pass(clocked.rollcall, Tally())

    done = reminding.remind(known, known.all_campaigns, clocked.now)

    assert done.ids
    assert CAO_LOC not in reminded(clocked)


def test_a_unit_that_is_let_off_while_reminders_are_written_gets_none(clocked: Clocked) -> None:
    jobs.complete_pass(clocked.rollcall, Tally())
    known = situation.load(clocked.rollcall)
    off = decisions.NewDecision("exempt", "staff", None, CAMPAIGN.name, "H183")
    with clocked.rollcall.store.writing() as connection:
        decisions.decide(connection, off, clocked.now)

    reminding.remind(known, known.all_campaigns, clocked.now)

    assert CAO_LOC not in reminded(clocked)


def reminded(clocked: Clocked) -> set[str]:
    """Return to whom reminders were queued."""
    letter = tables.letters.c
    with clocked.rollcall.store.reading() as connection:
        return set(connection.execute(sa.select(letter.to).where(letter.kind == LetterKind.REMINDER.value)).scalars())
