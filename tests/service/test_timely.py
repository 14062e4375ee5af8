"""Reminders go out within the hours of a working day, on fresh knowledge only; what waited too long is told anew."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from roll import ladder
from service import timely
from tests.servers.smtp_sink import HANG_UP
from tests.service.stepped import BAC_SON, FIRST, JUSTICE_ADDRESS, STAFF, VAN_LANG_ADDRESS, Stepped, on, text_of

Step = Callable[..., Stepped]
ALL = sorted([FIRST, VAN_LANG_ADDRESS, JUSTICE_ADDRESS])
# The last day on time is Thursday 4 July; the step three days before it is Monday's.
MONDAY, TUESDAY = 1, 2
DOWN = "421 4.3.2 not now"


@pytest.mark.parametrize(("hour", "minute", "is_told"), [(7, 59, False), (8, 0, True), (16, 29, True), (16, 30, False)])
def test_a_reminder_goes_out_only_within_the_hours_of_the_office(
    step: Step, hour: int, minute: int, is_told: bool
) -> None:
    stepped = step(reminders='["-3d"]')
    stepped.remind(on(MONDAY, hour, minute))
    assert stepped.told() == (ALL if is_told else [])


def test_what_could_not_be_told_in_its_hours_is_told_on_the_next_working_day_in_the_words_of_that_day(
    step: Step,
) -> None:
    stepped = step(reminders='["-3d"]', remind_at='"09:15"', remind_until='"11:00"')
    stepped.remind(on(MONDAY, 11, 0))
    stepped.remind(on(TUESDAY, 9, 14))
    assert stepped.told() == []

    stepped.remind(on(TUESDAY, 9, 15))

    (letter, *_) = stepped.new_letters()
    assert letter["Subject"].startswith("[Nhắc gửi báo cáo - còn 02 ngày]")


def test_no_reminder_goes_out_on_a_holiday_a_weekend_or_a_day_off_of_the_office_and_one_does_on_a_make_up_day(
    step: Step,
) -> None:
    stepped = step(reminders='["-3d"]', days_off="[2019-07-02]", days_worked="[2019-06-29]")
    working = stepped.known().working_days(stepped.campaign())
    campaign = stepped.campaign()
    assert ladder.hours_begin(campaign, working, on(TUESDAY, 9)) == on(3, 8)
    assert ladder.hours_begin(campaign, working, on(30, 9, month=6)) == on(MONDAY, 8)
    assert ladder.hours_begin(campaign, working, on(29, 9, month=6)) == on(29, 9, month=6)
    assert ladder.hours_begin(campaign, working, on(2, 9, month=9)) == on(3, 8, month=9)

    stepped.remind(on(TUESDAY, 9))
    assert stepped.told() == []
    stepped.remind(on(3, 8))
    assert stepped.told() == ALL


def test_a_reminder_that_waits_past_its_hours_is_withdrawn_and_the_unit_is_told_anew_the_next_morning(
    step: Step,
) -> None:
    stepped = step(reminders='["-3d"]')
    stepped.sink.script("MAIL", DOWN)
    stepped.remind(on(MONDAY, 16, 0))
    assert stepped.states() == ["queued"] * 3
    stepped.sink.script("MAIL")

    stepped.poll(on(MONDAY, 16, 31))
    assert (stepped.told(), stepped.states()) == ([], ["cancelled"] * 3)
    assert "told of the step that is due then" in stepped.outbox("reminder")[0].error

    stepped.remind(on(TUESDAY, 8, 5))
    letters = stepped.new_letters()
    assert sorted(letter["To"] for letter in letters) == ALL
    assert all("còn 02 ngày" in letter["Subject"] for letter in letters), "the days left of Tuesday, not of Monday"
    assert "Tính đến 08 giờ 05 phút, ngày 02/7/2019" in text_of(letters[0])


def test_who_runs_remind_once_a_day_tells_each_unit_anew_in_the_same_run_in_which_the_old_letter_is_withdrawn(
    step: Step,
) -> None:
    stepped = step(reminders='["-3d"]')
    stepped.sink.script("MAIL", DOWN)
    stepped.remind(on(MONDAY, 9))
    stepped.sink.script("MAIL")

    stepped.remind(on(TUESDAY, 9))

    assert (stepped.told(), stepped.states()) == (ALL, ["cancelled"] * 3 + ["sent"] * 3)


def test_a_reminder_that_was_cancelled_by_a_person_is_not_told_anew(step: Step) -> None:
    stepped = step(reminders='["-3d"]')
    stepped.sink.script("MAIL", DOWN)
    stepped.remind(on(MONDAY, 9))
    (cancelled,) = (row for row in stepped.outbox("reminder") if row.to == FIRST)
    stepped.command("letters", "cancel", str(cancelled.id))
    stepped.sink.script("MAIL")

    stepped.remind(on(TUESDAY, 8, 5))

    assert stepped.told() == sorted([VAN_LANG_ADDRESS, JUSTICE_ADDRESS])
    assert stepped.states(unit=BAC_SON) == ["cancelled"]


def test_a_reminder_that_was_queued_does_not_go_out_after_a_pass_that_failed_and_does_after_the_next_good_one(
    step: Step,
) -> None:
    stepped = step(reminders='["-3d"]')
    stepped.sink.script("MAIL", DOWN)
    stepped.remind(on(MONDAY, 8))
    stepped.sink.script("MAIL")
    stepped.configure(imap_port="1")

    failed = stepped.poll(on(MONDAY, 9))
    assert not failed.complete
    # Staff alone hear of it: for an hour nobody could read what came.
    assert (stepped.told(), stepped.states()) == ([STAFF], ["queued"] * 3)

    stepped.configure()
    stepped.poll(on(MONDAY, 9, 30))
    assert (stepped.told(), stepped.states()) == (ALL, ["sent"] * 3)


def test_a_reminder_that_was_queued_does_not_go_out_when_the_last_pass_is_too_long_ago(step: Step) -> None:
    stepped = step(reminders='["-3d"]')
    stepped.sink.script("MAIL", DOWN)
    stepped.remind(on(MONDAY, 8))
    stepped.sink.script("MAIL")

    stepped.send(on(MONDAY, 8) + timely.KNOWN_FOR + timedelta(seconds=1))
    assert (stepped.told(), stepped.states()) == ([], ["queued"] * 3)

    stepped.poll(on(MONDAY, 10), sends=False)
    stepped.send(on(MONDAY, 10) + timely.KNOWN_FOR)
    assert (stepped.told(), stepped.states()) == (ALL, ["sent"] * 3)


def test_while_the_mailbox_is_not_known_it_is_reminders_alone_that_wait(step: Step) -> None:
    stepped = step(reminders='["-3d"]')
    stepped.sink.script("MAIL", HANG_UP)
    stepped.tell_staff(on(MONDAY, 7, 30))
    stepped.remind(on(MONDAY, 8))
    stepped.sink.script("MAIL")

    stepped.send(on(MONDAY, 12))

    assert (stepped.states("digest"), stepped.states()) == (["sent"], ["queued"] * 3)


def test_no_reminder_is_queued_where_the_mailbox_cannot_be_read_and_the_next_good_pass_catches_up(step: Step) -> None:
    stepped = step(reminders='["-3d"]')
    stepped.configure(imap_port="1")
    tally = stepped.remind(on(MONDAY, 8))
    assert stepped.outbox("reminder") == []
    assert any("No reminder was queued" in trouble for trouble in tally.troubles)

    stepped.configure()
    stepped.remind(on(MONDAY, 14))
    assert stepped.told() == ALL
