"""The ladder: when each step is due, what moves it, what drops it, and what is owed after a silence."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roll import calendar, ladder, steps
from roll.calendar import WorkingDays
from roll.campaigns import Campaign
from roll.steps import Step

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
WORKING = calendar.working_days_of_vietnam(range(2017, 2025))
Declare = Callable[..., Campaign]


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def days_of(due_steps: tuple[ladder.DueStep, ...]) -> list[tuple[str, str]]:
    return [(due.step.text, f"{due.at:%d/%m}") for due in due_steps]


@pytest.mark.usefixtures("process_zone")
def test_the_ladder_of_2019_falls_on_the_days_that_the_domain_rules_give(declare: Declare):
    due_steps = ladder.schedule(declare(), WORKING)
    assert [(due.step.text, due.at.isoformat()) for due in due_steps] == [
        ("-7d", "2019-06-27T08:00:00+07:00"),
        ("-3d", "2019-07-01T08:00:00+07:00"),
        ("-1d", "2019-07-03T08:00:00+07:00"),
        ("+1d", "2019-07-08T08:00:00+07:00"),
    ]


def test_steps_forward_count_from_the_last_on_time_day_where_there_is_no_grace(declare: Declare):
    assert days_of(ladder.schedule(declare(grace_until=None), WORKING))[-1] == ("+1d", "05/07")


def test_a_step_before_the_deadline_moves_back_from_a_day_off_and_one_after_it_moves_on(declare: Declare):
    campaign = declare(reminders='["-5d", "-4d", "+1d", "+2d"]')  # 29/6 Saturday, 30/6 Sunday, 06/7, 07/7
    assert days_of(ladder.schedule(campaign, WORKING)) == [("-4d", "28/06"), ("+2d", "08/07")]


def test_a_step_moves_over_the_offices_own_day_off(declare: Declare):
    campaign = declare(days_off="[2019-06-27, 2019-07-08]")
    assert days_of(ladder.schedule(campaign, ladder.working_days(campaign))) == [
        ("-7d", "26/06"), ("-3d", "01/07"), ("-1d", "03/07"), ("+1d", "09/07"),
    ]  # fmt: skip


def test_of_two_steps_that_move_to_one_day_the_later_of_the_ladder_stays(declare: Declare):
    campaign = declare(due_before="2019-07-01", grace_until=None, reminders='["-3d", "-2d", "-1d"]')
    assert days_of(ladder.schedule(campaign, WORKING)) == [("-3d", "27/06"), ("-1d", "28/06")]


def test_steps_from_the_close_on_are_dropped(declare: Declare):
    assert days_of(ladder.schedule(declare(closes="2019-07-08T08:00:00"), WORKING))[-1] == ("-1d", "03/07")
    assert days_of(ladder.schedule(declare(closes="2019-07-08T08:00:01"), WORKING))[-1] == ("+1d", "08/07")


def test_steps_before_the_opening_are_dropped(declare: Declare):
    assert days_of(ladder.schedule(declare(opens="2019-07-01T09:00:00"), WORKING)) == [
        ("-1d", "03/07"),
        ("+1d", "08/07"),
    ]


def test_a_step_before_the_deadline_is_dropped_where_it_would_fall_after_it(declare: Declare):
    noon = declare(due_before="2019-07-04T12:00:00", grace_until=None, reminders='["-1d", "-0d"]')
    assert days_of(ladder.schedule(noon, WORKING)) == [("-1d", "03/07"), ("-0d", "04/07")]
    early = declare(due_before="2019-07-04T07:00:00", grace_until=None, reminders='["-1d", "-0d"]')
    assert days_of(ladder.schedule(early, WORKING)) == [("-1d", "03/07")]


def test_an_extension_moves_the_whole_ladder_of_the_unit(declare: Declare):
    due_steps = ladder.schedule(declare(closes="2019-07-20"), WORKING, local("2019-07-13"))
    assert days_of(due_steps) == [("-7d", "05/07"), ("-3d", "09/07"), ("-1d", "11/07"), ("+1d", "15/07")]
    assert {due.deadline for due in due_steps} == {local("2019-07-13")}


def test_nothing_is_overdue_before_an_extension_ends_even_past_the_close(declare: Declare):
    due_steps = ladder.schedule(declare(), WORKING, local("2019-07-13"))
    assert days_of(due_steps) == [("-7d", "05/07"), ("-3d", "09/07"), ("-1d", "11/07")]


def test_an_extension_within_the_grace_leaves_the_grace(declare: Declare):
    assert days_of(ladder.schedule(declare(), WORKING, local("2019-07-05T12:00")))[-1] == ("+1d", "08/07")


def test_the_latest_step_due_is_the_one_to_catch_up(declare: Declare):
    due_steps = ladder.schedule(declare(), WORKING)
    assert ladder.latest_due(due_steps, local("2019-06-27T07:59:59")) is None
    assert ladder.latest_due(due_steps, local("2019-06-27T08:00")) == due_steps[0]
    assert ladder.latest_due(due_steps, local("2019-07-02")) == due_steps[1]
    assert ladder.latest_due(due_steps, local("2020-01-01")) == due_steps[3]


def test_a_step_is_owed_once_and_missed_ones_are_not_made_up_for(declare: Declare):
    due_steps = ladder.schedule(declare(), WORKING)
    now = local("2019-07-02T10:00")
    assert ladder.owed(due_steps, now, None) == due_steps[1]
    assert ladder.owed(due_steps, now, local("2019-06-27T08:00")) == due_steps[1]
    assert ladder.owed(due_steps, now, local("2019-07-01T08:00")) is None
    assert ladder.owed(due_steps, local("2019-07-03T08:00"), now) == due_steps[2]


def test_a_unit_is_reminded_once_a_day_at_most(declare: Declare):
    due_steps = ladder.schedule(declare(remind_at='"16:00"'), WORKING)
    told_this_morning = local("2019-07-03T00:30")
    assert ladder.owed(due_steps, local("2019-07-03T16:00"), told_this_morning) is None
    assert ladder.owed(due_steps, local("2019-07-04T00:00"), told_this_morning) == due_steps[2]


def test_an_extension_does_not_repeat_reminders_in_arrears(declare: Declare):
    extended = ladder.schedule(declare(), WORKING, local("2019-07-11"))  # -7d now falls on 03/7
    assert ladder.owed(extended, local("2019-07-04T15:00"), local("2019-07-03T08:00")) is None
    assert ladder.owed(extended, local("2019-07-08T08:00"), local("2019-07-03T08:00")) == extended[1]


def test_a_reminder_that_waits_is_good_on_its_day_until_its_hours_its_deadline_or_the_close_are_over(declare: Declare):
    # Wednesday 3 July, reminded at 08:00; the deadline, and the close, lie on that day.
    at_noon = declare(due_before="2019-07-03T12:00:00", grace_until=None, closes="2019-07-03T15:00:00")
    wrote = local("2019-07-03T08:00")

    def is_withdrawn(at: str, extended_until: datetime | None = None) -> bool:
        return wrote < ladder.withdraws_before(at_noon, WORKING, local(at), extended_until)

    assert not is_withdrawn("2019-07-03T11:59")
    assert is_withdrawn("2019-07-03T12:00"), "it names a deadline that is over"
    assert local("2019-07-03T12:30") >= ladder.withdraws_before(at_noon, WORKING, local("2019-07-03T13:00"))
    assert local("2019-07-03T12:30") < ladder.withdraws_before(at_noon, WORKING, local("2019-07-03T15:00"))
    extended = local("2019-07-05T00:00")
    assert not is_withdrawn("2019-07-03T16:29", extended)
    assert is_withdrawn("2019-07-03T16:30", extended)
    assert is_withdrawn("2019-07-04T07:00", extended)


def test_the_digest_comes_each_working_day_from_the_opening_to_the_close_and_a_final_one_after_it(declare: Declare):
    times = ladder.digest_times(declare(), WORKING)
    assert (times[0], times[-2]) == (local("2019-06-03T07:30"), local("2019-07-09T07:30"))
    assert times[-1] == local("2019-07-10T07:30")
    assert len(times) == 28
    assert all(WORKING.is_working(at.date()) for at in times)


def test_without_a_close_the_digest_comes_until_the_working_day_after_the_last_step(declare: Declare):
    assert ladder.digest_times(declare(closes=None), WORKING)[-1] == local("2019-07-09T07:30")
    assert ladder.digest_times(declare(closes=None, reminders='["-1d"]'), WORKING)[-1] == local("2019-07-08T07:30")


def test_the_digest_does_not_come_before_the_opening_and_the_final_one_waits_for_a_working_day(declare: Declare):
    times = ladder.digest_times(declare(opens="2019-06-03T08:00:00", closes="2019-07-12T16:00:00"), WORKING)
    assert times[0] == local("2019-06-04T07:30")
    assert times[-2:] == (local("2019-07-12T07:30"), local("2019-07-15T07:30"))


@pytest.mark.parametrize("text", ["7d", "-7", "--7d", "-7h", "-366d", "+0d", "", "-٧d", "-7d\n-1d"])
def test_what_is_no_step_is_refused(text: str):
    with pytest.raises(ValueError, match=r"is not a step|is out of range"):
        steps.parse_step(text)


any_step = st.builds(Step, days=st.integers(1, 40), is_before=st.booleans())
any_instant = st.datetimes(datetime(2019, 1, 1), datetime(2022, 1, 1)).map(lambda at: at.replace(tzinfo=ZONE))


@st.composite
def any_campaign(draw: st.DrawFn) -> Campaign:
    opens = draw(any_instant)
    due_before = opens + draw(st.timedeltas(timedelta(hours=1), timedelta(days=90)))
    grace_until = due_before + draw(st.timedeltas(timedelta(), timedelta(days=10)))
    closes = draw(st.none() | st.timedeltas(timedelta(), timedelta(days=30)).map(lambda length: grace_until + length))
    ladder_steps = sorted(draw(st.sets(any_step, max_size=8)), key=lambda step: step.rank)
    return Campaign(
        name="x", title="", short_title="", report_title="", document="", references=(), deadline_text="",
        opens=opens, due_before=due_before, grace_until=grace_until, closes=closes, answers_from=opens,
        reminders=tuple(ladder_steps), remind_at=draw(st.times().map(lambda at: at.replace(tzinfo=None))),
        digest_at=time(7, 30), signed_copy=False, reports_to="", zone=ZONE,
    )  # fmt: skip


any_working = st.builds(
    lambda off, worked: replace(
        WORKING, days_off=WORKING.days_off | off, days_worked=WORKING.days_worked | (worked - off)
    ),
    off=st.frozensets(st.dates(date(2019, 1, 1), date(2022, 6, 1)), max_size=30),
    worked=st.frozensets(st.dates(date(2019, 1, 1), date(2022, 6, 1)), max_size=30),
)
any_extension = st.none() | any_instant


@given(any_campaign(), any_working, any_extension)
def test_no_step_is_on_a_day_off_no_two_on_one_day_and_the_order_is_kept(
    campaign: Campaign, working: WorkingDays, extended_until: datetime | None
):
    due_steps = ladder.schedule(campaign, working, extended_until)
    days = [due.at.date() for due in due_steps]
    assert all(working.is_working(day) for day in days)
    assert days == sorted(set(days))
    assert [due.step for due in due_steps] == [
        step for step in campaign.reminders if step in {due.step for due in due_steps}
    ]


@given(any_campaign(), any_working, any_extension)
def test_no_step_says_something_untrue(campaign: Campaign, working: WorkingDays, extended_until: datetime | None):
    end = campaign.end(extended_until)
    for due in ladder.schedule(campaign, working, extended_until):
        assert campaign.opens <= due.at
        assert end is None or due.at < end
        assert due.at.timetz() == campaign.remind_at.replace(tzinfo=ZONE)
        if due.step.is_before:
            assert due.at < due.deadline
        else:
            assert due.at >= campaign.end_of_grace(extended_until)


@given(any_campaign(), any_working, any_extension, any_instant)
def test_going_through_the_days_one_by_one_sends_the_schedule(
    campaign: Campaign, working: WorkingDays, extended_until: datetime | None, start: datetime
):
    """Whoever looks at every instant of the schedule from `start` on sends each step once, after one to catch up."""
    due_steps = ladder.schedule(campaign, working, extended_until)
    last_reminded, sent = None, []
    for now in sorted({start, *(due.at for due in due_steps if due.at > start)}):
        for _again in range(2):
            due = ladder.owed(due_steps, now, last_reminded)
            if due is not None:
                last_reminded, sent = now, [*sent, (due, now.date())]
    caught_up = ladder.latest_due(due_steps, start)
    later = [due for due in due_steps if due.at > start]
    if caught_up is not None and later and later[0].at.date() == start.date():
        later = later[1:]  # its day has had its reminder: the one to catch up
    assert [due for due, _ in sent] == ([caught_up] if caught_up else []) + later
    assert len({day for _, day in sent}) == len(sent)


@given(any_campaign())
def test_digests_come_on_working_days_once_a_day_within_the_window(campaign: Campaign):
    times = ladder.digest_times(campaign, WORKING)
    assert list(times) == sorted({at.date(): at for at in times}.values())
    assert all(WORKING.is_working(at.date()) for at in times)
    assert all(campaign.covers(at) for at in times[:-1])


def test_the_working_days_of_a_campaign_reach_far_enough_for_any_ladder(declare: Declare):
    campaign = declare(
        opens="2019-01-01", due_before="2019-01-02", grace_until="2019-12-31", closes=None, reminders='["-0d", "+365d"]'
    )
    assert days_of(ladder.schedule(campaign, ladder.working_days(campaign))) == [("+365d", "29/12")]
    extension = local("2022-12-31")
    working = ladder.working_days(campaign, extension)
    assert days_of(ladder.schedule(campaign, working, extension))[-1] == ("+365d", "02/01")
