"""The office's own days: the public calendar of Vietnam, what the office adds to it, and each mistake's sentence."""

import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from roll import calendar, ladder
from roll.mistakes import OperatorError
from service import office_days
from service.schedule import Schedule
from tests.service.stepped import BAC_SON, FIRST, Stepped, on

Step = Callable[..., Stepped]
BAD_DAYS = sorted((Path(__file__).parent / "bad_days").iterdir())
DAYS = "day,kind,note\n# announced in December\n2019-07-01,off,nghỉ bù\n2019-06-29,worked,làm bù cho 01/07\n"


def read(folder: Path, text: str) -> ladder.OfficeDays:
    file = folder / "working-days.csv"
    file.write_text(text, "utf-8", newline="")
    return office_days.read(file)


def write(stepped: Stepped, text: str, name: str = "working-days.csv") -> None:
    (stepped.office.folder / name).write_text(text, "utf-8")


def open_for_bac_son(step: Step) -> Stepped:
    """Return an office whose one unit is reminded on Monday 1 July, three days before the last on-time day."""
    return step((BAC_SON,), reminders='["-3d"]')


@pytest.mark.parametrize("folder", BAD_DAYS, ids=lambda folder: folder.name)
def test_a_bad_list_of_days_is_told_in_exactly_these_sentences(folder: Path) -> None:
    with pytest.raises(OperatorError) as caught:
        office_days.read(folder / "working-days.csv")
    told = "\n".join(caught.value.problems).replace(str(folder), "FOLDER") + "\n"
    assert told == (folder / "expected.txt").read_text("utf-8")


@pytest.mark.parametrize(
    "text",
    [
        DAYS,
        "\ufeff" + DAYS.replace("\n", "\r\n"),
        DAYS.replace(",", ";"),
        DAYS.replace("off", "Nghỉ ").replace("worked", " LÀM BÙ"),
        unicodedata.normalize("NFD", DAYS.replace("off", "nghỉ").replace("worked", "làm bù")),
        DAYS.replace("\n2019", "\n\n,,\n 2019"),
        DAYS.replace("nghỉ bù", '"nghỉ bù'),
    ],
    ids=[
        "plain", "as Excel saves UTF-8", "with semicolons", "in Vietnamese", "decomposed", "with blank lines",
        "with a quotation mark left open",
    ],
)  # fmt: skip
def test_the_list_is_read_however_it_was_saved(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == ladder.OfficeDays((date(2019, 7, 1),), (date(2019, 6, 29),))


def test_no_file_and_an_empty_one_add_no_day(tmp_path: Path) -> None:
    assert office_days.read(tmp_path / "working-days.csv") == ladder.OfficeDays()
    assert read(tmp_path, "") == read(tmp_path, "day,kind,note\n") == ladder.OfficeDays()


@pytest.mark.parametrize(
    ("day", "is_worked"),
    [
        (date(2025, 1, 28), False),  # the eve of Tết
        (date(2025, 4, 7), False),  # the Hùng Kings
        (date(2025, 9, 1), False),  # National Day has two days
        (date(2025, 5, 2), False),  # swapped by announcement
        (date(2025, 4, 26), True),  # the Saturday worked for it
        (date(2025, 4, 19), False),  # any other Saturday
        (date(2025, 4, 29), True),
    ],
)
def test_the_public_calendar_of_vietnam_has_its_holidays_and_make_up_days(day: date, is_worked: bool) -> None:
    assert calendar.working_days_of_vietnam([2025]).is_working(day) is is_worked


def test_a_step_on_a_day_off_of_the_office_goes_out_on_the_make_up_day_before_it(step: Step) -> None:
    stepped = open_for_bac_son(step)
    write(stepped, DAYS)
    stepped.configure()
    stepped.remind(on(28, 9, month=6))
    assert stepped.told() == []
    stepped.remind(on(29, 9, month=6))
    assert stepped.told() == [FIRST]


def test_a_campaigns_own_days_go_before_those_of_the_office(step: Step) -> None:
    stepped = step((BAC_SON,), reminders='["-3d"]', days_worked="[2019-07-01]", days_off="[2019-06-29]")
    write(stepped, DAYS)
    stepped.configure()
    working = stepped.known().working_days(stepped.campaign())
    assert [working.is_working(day) for day in (date(2019, 7, 1), date(2019, 6, 29))] == [True, False]


def test_the_file_may_have_another_name(step: Step) -> None:
    stepped = open_for_bac_son(step)
    write(stepped, DAYS, "ngay-lam-viec.csv")
    config = stepped.office.folder / "config.toml"
    named = config.read_text("utf-8").replace("[office]", '[office]\ndays_file = "ngay-lam-viec.csv"')
    config.write_text(named, "utf-8")
    stepped.reopen()
    assert stepped.rollcall.office_days().off == (date(2019, 7, 1),)


def test_a_list_that_is_spoilt_while_the_office_runs_is_told_and_the_days_read_before_hold_on(
    step: Step, caplog: pytest.LogCaptureFixture
) -> None:
    stepped = open_for_bac_son(step)
    write(stepped, DAYS)
    stepped.configure()
    schedule = Schedule(stepped.rollcall)
    write(stepped, "day,kind,note\n2019-07-01,maybe,\n")

    stepped.clock.at = on(29, 9, month=6)
    schedule.remind()

    assert stepped.told() == [FIRST]
    assert 'line 2: kind is \'maybe\'; write "off" (nghỉ) or "worked" (làm bù). The days read before' in caplog.text


def test_a_list_that_is_mended_while_the_office_runs_holds_at_once(step: Step) -> None:
    stepped = open_for_bac_son(step)
    schedule = Schedule(stepped.rollcall)
    stepped.clock.at = on(29, 9, month=6)
    schedule.remind()
    assert stepped.told() == []

    write(stepped, DAYS)
    schedule.remind()

    assert stepped.told() == [FIRST]


def test_no_command_runs_on_a_spoilt_list_and_all_its_mistakes_are_told(step: Step) -> None:
    stepped = open_for_bac_son(step)
    write(stepped, "day,kind,note\n2019-07-01,maybe,\n1/7/2019,off,\n")
    told = stepped.command("remind", "--at", "2019-07-01T09:00", status=2)
    assert "line 2: kind is 'maybe'" in told
    assert "line 3: '1/7/2019' is no date" in told


def test_a_list_that_was_named_and_is_not_there_is_told_and_none_of_the_usual_name_is_no_fault(tmp_path: Path) -> None:
    assert office_days.read(tmp_path / "working-days.csv") == ladder.OfficeDays()
    with pytest.raises(OperatorError, match=r"ngay\.csv is not there; correct \[office\] `days_file`"):
        office_days.read(tmp_path / "ngay.csv")
