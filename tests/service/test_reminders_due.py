"""What the schedule asks each minute: a campaign of which nothing can be due costs no look at its mails."""

import os
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from service import assemble, config, digesting, owing, reminding, schedule, situation
from storage import decisions
from tests.journeys.office import CAMPAIGN, VIETNAM
from tests.service.reported import ReportedOffice
from tests.storage import samples

# The 2019 round opens on 1 June, is due before 5 July, and closes on CLOSES; its first step is that of -7d.
IN_HOURS = datetime(2019, 6, 27, 9, tzinfo=VIETNAM)
BEFORE_ITS_FIRST_STEP = datetime(2019, 6, 26, 9, tzinfo=VIETNAM)
CLOSES = datetime(2019, 7, 10, tzinfo=VIETNAM)
IN_GRACE = datetime(2019, 7, 8, 9, tzinfo=VIETNAM)


def opened(folder: Path, **declares: str) -> assemble.Rollcall:
    """Return an office with one round, of which nothing came in; its clock stands."""
    office = ReportedOffice(folder)
    file = folder / "campaigns" / CAMPAIGN.name / "campaign.toml"
    declared = file.read_text("utf-8")
    for key, value in declares.items():
        declared = re.sub(rf"^{key} = .*\n", f"{key} = {value}\n", declared, flags=re.MULTILINE)
    file.write_text(declared, "utf-8")
    return assemble.open_rollcall(config.load(office.folder / "config.toml", os.environ), lambda: IN_HOURS)


@pytest.fixture
def rollcall(tmp_path: Path) -> Iterator[assemble.Rollcall]:
    """An office with one round that has its ladder and a close."""
    office = opened(tmp_path)
    yield office
    office.store.close()


def extend(rollcall: assemble.Rollcall, unit: str, until: datetime) -> None:
    said = decisions.NewDecision(decisions.EXTEND, "chị Lan", campaign=CAMPAIGN.name, unit=unit, until=until)
    with rollcall.store.writing() as connection:
        decisions.decide(connection, said, IN_HOURS)


def due(rollcall: assemble.Rollcall, at: datetime) -> tuple[int, bool]:
    """Return how many reminders are due at an instant, and whether mails or versions were read for it."""
    known = situation.load(rollcall)
    heard = samples.listen(rollcall.store)
    before = len(heard())
    steps = schedule.reminders_due(known, known.all_campaigns[0], at)
    return len(steps), any("FROM mails" in text or "FROM versions" in text for text in heard()[before:])


@pytest.mark.parametrize(
    "at",
    [
        pytest.param(datetime(2019, 5, 31, 9, tzinfo=VIETNAM), id="before it opens"),
        pytest.param(BEFORE_ITS_FIRST_STEP, id="before its first step"),
        pytest.param(IN_HOURS.replace(hour=7, minute=59), id="before the hours"),
        pytest.param(IN_HOURS.replace(hour=20), id="after the hours"),
        pytest.param(datetime(2019, 6, 29, 9, tzinfo=VIETNAM), id="on a Saturday"),
        pytest.param(CLOSES + timedelta(days=1, hours=9), id="after its close"),
        pytest.param(datetime(2026, 7, 1, 9, tzinfo=VIETNAM), id="years after its close"),
    ],
)
def test_where_no_reminder_can_be_due_no_mail_is_read(rollcall: assemble.Rollcall, at: datetime) -> None:
    assert due(rollcall, at) == (0, False)


def test_from_the_first_step_on_the_board_is_looked_at(rollcall: assemble.Rollcall) -> None:
    reminders, looked = due(rollcall, IN_HOURS)
    assert (reminders >= 11, looked) == (True, True)


def test_a_unit_whose_time_was_extended_past_the_close_is_reminded_after_it(rollcall: assemble.Rollcall) -> None:
    at = CLOSES + timedelta(days=1, hours=9)  # Thursday 11 July
    extend(rollcall, "H182", at + timedelta(days=2))
    assert due(rollcall, at) == (1, True)


def hours_of_the_round(rollcall: assemble.Rollcall) -> tuple[list[datetime], list[datetime]]:
    """Return the hours around the round at which reminders are due, and those at which they are looked for."""
    known = situation.load(rollcall)
    (campaign,) = known.all_campaigns
    standing = owing.standings(known, campaign, IN_HOURS)
    hours = [datetime(2019, 5, 30, tzinfo=VIETNAM) + timedelta(hours=hour) for hour in range(60 * 24)]
    some_due = [at for at in hours if any(reminding.due_at(known, campaign, standing, at))]
    return some_due, [at for at in hours if reminding.may_be_due(known, campaign, at)]


def test_while_nobody_reports_it_is_looked_exactly_when_something_is_due(rollcall: assemble.Rollcall) -> None:
    some_due, looked_for = hours_of_the_round(rollcall)
    assert some_due
    assert looked_for == some_due


def test_nothing_that_is_due_is_missed_where_one_unit_has_more_time(rollcall: assemble.Rollcall) -> None:
    extend(rollcall, "H182", CLOSES + timedelta(days=9))
    some_due, looked_for = hours_of_the_round(rollcall)
    assert max(some_due) > CLOSES + timedelta(days=7)
    assert set(some_due) <= set(looked_for)


def test_a_round_without_a_ladder_looks_at_nothing(tmp_path: Path) -> None:
    office = opened(tmp_path, reminders="[]")
    try:
        assert due(office, IN_GRACE) == (0, False)
    finally:
        office.store.close()


def test_digests_of_a_round_that_ended_years_ago_are_not_looked_for(rollcall: assemble.Rollcall) -> None:
    known = situation.load(rollcall)
    heard = samples.listen(rollcall.store)
    assert not digesting._owed_to(known, known.all_campaigns, datetime(2026, 7, 1, 9, tzinfo=VIETNAM), "a@so.example")
    assert not heard()
    assert digesting._owed_to(known, known.all_campaigns, IN_HOURS, "a@so.example")
    assert heard()
