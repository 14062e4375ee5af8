"""Working days of Vietnam and the edges of days."""

import subprocess
import sys
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from roll import calendar
from roll.calendar import WorkingDays

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture(scope="module")
def working() -> WorkingDays:
    return calendar.working_days_of_vietnam(range(2018, 2027))


def test_public_holidays_and_weekends_are_not_worked(working: WorkingDays):
    days_off = [
        "2019-01-01",
        "2019-02-05",
        "2019-04-15",
        "2019-04-30",
        "2019-05-01",
        "2019-09-02",
        "2019-07-06",
        "2019-07-07",
    ]
    assert [day for day in days_off if working.is_working(date.fromisoformat(day))] == []
    assert working.is_working(date(2019, 7, 5))


def test_a_day_swapped_with_a_saturday_is_off_and_the_saturday_is_worked(working: WorkingDays):
    assert not working.is_working(date(2019, 4, 29))
    assert working.is_working(date(2019, 5, 4))
    assert not working.is_working(date(2026, 8, 31))
    assert working.is_working(date(2026, 8, 22))


def test_the_offices_own_days_win_over_the_public_calendar():
    working = calendar.working_days_of_vietnam(
        [2019], days_off=[date(2019, 5, 4), date(2019, 7, 5)], days_worked=[date(2019, 4, 29), date(2019, 7, 6)]
    )
    assert [working.is_working(date(2019, 5, 4)), working.is_working(date(2019, 7, 5))] == [False, False]
    assert [working.is_working(date(2019, 4, 29)), working.is_working(date(2019, 7, 6))] == [True, True]


def test_the_nearest_working_day_is_found_over_tet(working: WorkingDays):
    assert working.on_or_before(date(2019, 2, 7)) == date(2019, 2, 1)
    assert working.on_or_after(date(2019, 2, 2)) == date(2019, 2, 11)
    assert working.on_or_after(date(2019, 7, 5)) == working.on_or_before(date(2019, 7, 5)) == date(2019, 7, 5)


def test_working_days_are_counted_from_the_day_after(working: WorkingDays):
    assert working.add(date(2019, 7, 5), 1) == date(2019, 7, 8)
    assert working.add(date(2019, 7, 6), 1) == date(2019, 7, 8)
    assert working.add(date(2019, 7, 5), 3) == date(2019, 7, 10)
    assert working.add(date(2019, 7, 8), -1) == date(2019, 7, 5)
    assert working.add(date(2019, 7, 6), 0) == date(2019, 7, 8)


def test_days_outside_the_known_years_are_not_guessed(working: WorkingDays):
    with pytest.raises(ValueError, match="known from 2018 to 2026, not for 2027-01-01"):
        working.add(date(2026, 12, 31), 1)


@pytest.mark.usefixtures("process_zone")
def test_days_and_instants_are_the_offices_wherever_the_process_runs():
    midnight = datetime(2019, 7, 4, 17, tzinfo=UTC)
    assert calendar.at(date(2019, 7, 5), time(0), ZONE) == midnight
    assert calendar.day_of(midnight, ZONE) == date(2019, 7, 5)
    assert calendar.last_day_before(midnight, ZONE) == date(2019, 7, 4)
    assert calendar.last_day_before(calendar.at(date(2019, 7, 5), time(17), ZONE), ZONE) == date(2019, 7, 5)


def test_importing_the_calendar_does_not_load_the_holidays():
    """The 0.2 s are paid by who asks for a schedule, not by every command."""
    code = "import sys, roll.ladder; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
