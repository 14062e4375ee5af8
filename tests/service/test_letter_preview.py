"""A letter that is looked at beforehand: where it would not go out as things stand, that is said beside it."""

from collections.abc import Callable

import pytest

from tests.forms import workbooks
from tests.journeys.office import form_2019, report_mail
from tests.service.stepped import BAC_SON, FIRST, JUSTICE, NAME, Stepped, on

Step = Callable[..., Stepped]


@pytest.fixture
def stepped(step: Step) -> Stepped:
    """An office whose last day on time is Thursday 4 July, with three steps after it."""
    return step(reminders='["-3d", "+1d", "+4d"]', closes="2019-07-25")


def remarks(stepped: Stepped, kind: str, at: str, unit: str = BAC_SON) -> list[str]:
    """Return what is said after the letter: the lines after its last one but the names of its files."""
    told = stepped.command("letters", "preview", kind, "--unit", unit, "--at", at)
    after = told.rstrip().rpartition("liên hệ số điện thoại nêu trên.)\n")[2].splitlines()
    return [line for line in after if line and not line.startswith("[")]


def test_of_a_letter_that_goes_out_nothing_is_remarked(stepped: Stepped) -> None:
    assert remarks(stepped, "reminder", "2019-07-01T08:30") == []


def test_a_letter_to_come_stands_as_on_its_day(stepped: Stepped) -> None:
    (remark,) = remarks(stepped, "reminder", "2019-06-20T08:30")
    assert remark == "The step -3d is due on 2019-07-01; the letter stands here as it would be written then."


def test_a_reminder_after_the_deadline_goes_out_no_more(stepped: Stepped) -> None:
    (remark,) = remarks(stepped, "reminder", "2019-07-08T08:30")
    assert remark.endswith("and the deadline is over: it goes out no more.")


def test_a_follow_up_that_waits_for_a_word_says_so(stepped: Stepped) -> None:
    (remark,) = remarks(stepped, "overdue", "2019-07-09T08:30")
    assert remark == "The step +4d waits for an officer's word: see `rollcall campaign follow-up`."


def test_who_owes_nothing_and_who_is_exempt_get_none(stepped: Stepped) -> None:
    workbook = workbooks.filled_2019(form_2019(), "UBND huyện Bắc Sơn", 1)
    stepped.office.deliver(report_mail(f"<{FIRST}>", "BC", "a.xlsx", workbook), on(1, 9))
    stepped.poll(on(1, 9))
    stepped.command("campaign", "exempt", NAME, JUSTICE, "--why", "sáp nhập")

    for unit in (BAC_SON, JUSTICE):
        (remark,) = remarks(stepped, "reminder", "2019-07-01T10:00", unit)
        assert remark == f"{unit} owes nothing now: this letter would not go out."
