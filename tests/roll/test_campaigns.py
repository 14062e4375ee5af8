"""Campaigns: instants, the window, lateness, and the sentence for each mistake in campaign.toml."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from roll import campaigns
from roll.campaigns import Campaign
from roll.mistakes import OperatorError
from roll.units import Obligation, RosterEntry, Unit

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
Declare = Callable[..., Campaign]


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def problems_of(text: str) -> tuple[str, ...]:
    with pytest.raises(OperatorError) as caught:
        campaigns.parse_campaign(text.encode(), ZONE, "campaign.toml")
    return caught.value.problems


def problems_with(declare: Declare, **changes: str | None) -> tuple[str, ...]:
    with pytest.raises(OperatorError) as caught:
        declare(**changes)
    return caught.value.problems


def test_what_may_be_left_out_has_its_default(declare: Declare):
    campaign = declare(grace_until=None, closes=None, reminders=None)
    assert campaign == Campaign(
        name="thang-hanh-dong-2019",
        title="Tháng hành động vì trẻ em năm 2019",
        short_title="BC Tháng hành động vì trẻ em năm 2019",
        report_title="báo cáo Tháng hành động vì trẻ em năm 2019",
        document="",
        references=(),
        opens=local("2019-06-01"),
        deadline_text="trước ngày 05 tháng 7 năm 2019",
        due_before=local("2019-07-05"),
        grace_until=local("2019-07-05"),
        closes=None,
        answers_from=local("2019-06-01"),
        reminders=campaign.reminders,
        remind_at=time(8),
        digest_at=time(7, 30),
        signed_copy=False,
        reports_to="",
        zone=ZONE,
    )
    assert [step.text for step in campaign.reminders] == ["-7d", "-3d", "-1d", "+1d"]


def test_every_key_of_the_file_is_read(declare: Declare):
    campaign = declare(
        short_title='"BC THĐTE 2019"',
        report_title='"báo cáo kết quả"',
        document='"Công văn ngày 25/4/2019"',
        references='["1332/LĐTBXH-TE", "1415/VP-KGVX"]',
        answers_from="2019-06-10T07:00:00",
        remind_at='"09:15"',
        digest_at="07:00:00",
        signed_copy="true",
        reports_to='"Bộ LĐTBXH"',
        days_off="[2019-06-07]",
        days_worked="[2019-06-08]",
    )
    assert (campaign.short_title, campaign.report_title) == ("BC THĐTE 2019", "báo cáo kết quả")
    assert campaign.references == ("1332/LĐTBXH-TE", "1415/VP-KGVX")
    assert (campaign.document, campaign.reports_to) == ("Công văn ngày 25/4/2019", "Bộ LĐTBXH")
    assert campaign.answers_from == local("2019-06-10T07:00")
    assert (campaign.remind_at, campaign.digest_at, campaign.signed_copy) == (time(9, 15), time(7), True)
    assert (campaign.days_off, campaign.days_worked) == ((date(2019, 6, 7),), (date(2019, 6, 8),))
    assert not campaign.is_answered(local("2019-06-10T06:59:59"))
    assert campaign.is_answered(local("2019-06-10T07:00"))


def test_an_empty_ladder_reminds_nobody(declare: Declare):
    assert declare(reminders="[]").reminders == ()


def test_the_ladder_is_put_in_the_order_of_its_days(declare: Declare):
    ladder = declare(reminders='["+3d", "-1d", "+1d", "-0d", "-7d"]').reminders
    assert [step.text for step in ladder] == ["-7d", "-1d", "-0d", "+1d", "+3d"]


@pytest.mark.usefixtures("process_zone")
def test_a_date_is_midnight_in_the_office_wherever_the_process_runs(declare: Declare):
    campaign = declare()
    assert campaign.due_before.astimezone(UTC) == datetime(2019, 7, 4, 17, tzinfo=UTC)
    assert campaign.is_on_time(datetime(2019, 7, 4, 16, 59, 59, 999999, tzinfo=UTC))
    assert not campaign.is_on_time(datetime(2019, 7, 4, 17, tzinfo=UTC))
    assert campaign.last_on_time_day == date(2019, 7, 4)
    assert campaign.last_day_of_grace == date(2019, 7, 5)


@pytest.mark.parametrize("offset", [-12, 0, 7, 14])
def test_a_receipt_time_counts_as_an_instant_whatever_its_offset(declare: Declare, offset: int):
    zone = timezone(timedelta(hours=offset))
    campaign = declare()
    assert campaign.is_on_time(local("2019-07-04T23:59:59").astimezone(zone))
    assert not campaign.is_on_time(local("2019-07-05T00:00:00").astimezone(zone))


def test_a_time_with_an_offset_is_kept_and_one_without_is_the_offices(declare: Declare):
    campaign = declare(due_before="2019-07-05T00:00:00Z", grace_until="2019-07-05T17:00:00")
    assert campaign.due_before == datetime(2019, 7, 5, tzinfo=UTC)
    assert campaign.last_on_time_day == date(2019, 7, 5)
    assert campaign.grace_until == datetime(2019, 7, 5, 10, tzinfo=UTC)
    assert campaign.last_day_of_grace == date(2019, 7, 5)


def test_the_window_opens_with_its_first_instant_and_closes_before_its_last(declare: Declare):
    campaign = declare()
    window = [local(text) for text in ("2019-05-31T23:59:59", "2019-06-01", "2019-07-09T23:59:59", "2019-07-10")]
    assert [campaign.covers(at) for at in window] == [False, True, True, False]
    assert [campaign.is_open(at) for at in window] == [False, True, True, False]
    assert replace(campaign, closes=None).covers(local("2030-01-01"))


def test_late_is_from_the_end_of_grace_on(declare: Declare):
    campaign = declare()
    assert not campaign.is_late(local("2019-07-05T23:59:59"))
    assert campaign.is_late(local("2019-07-06"))
    assert declare(grace_until=None).is_late(local("2019-07-05"))


def test_an_extension_moves_deadline_grace_and_close_and_never_shortens_them(declare: Declare):
    campaign = declare()
    later, earlier = local("2019-07-12"), local("2019-06-20")
    assert campaign.is_on_time(local("2019-07-11T23:59:59"), later)
    assert not campaign.is_on_time(later, later)
    assert campaign.is_late(later, later)
    assert campaign.covers(local("2019-07-11"), later)
    assert (campaign.deadline(earlier), campaign.end_of_grace(earlier), campaign.end(earlier)) == (
        campaign.due_before,
        campaign.grace_until,
        campaign.closes,
    )
    within_grace = local("2019-07-05T12:00")
    assert campaign.deadline(within_grace) == within_grace
    assert campaign.end_of_grace(within_grace) == campaign.grace_until


def test_an_entry_is_found_by_its_units_code(declare: Declare):
    entry = RosterEntry(Unit(code="CL", name="Cao Lộc", short_name="Cao Lộc"), Obligation.REQUIRED)
    campaign = replace(declare(), roster=(entry,))
    assert campaign.entry("CL") is entry
    assert campaign.entry("cl") is None


def test_an_empty_file_is_told_what_it_needs():
    assert problems_of("") == (
        "campaign.toml: opens is missing; write opens = followed by a date such as 2019-07-05.",
        "campaign.toml: due_before is missing; write due_before = followed by a date such as 2019-07-05.",
        'campaign.toml: title is missing; write title = "...".',
        'campaign.toml: name is missing; write name = "...".',
        'campaign.toml: deadline_text is missing; write deadline_text = "...".',
    )


def test_every_mistake_is_told_at_once():
    assert problems_of(
        'name = "Tháng 6"\ntitle = 6\nopens = "2019-06-01"\ndue_before = 2019-07-05\ngrace_until = 2019-07-01\n'
        'deadline_text = " "\nreminders = ["-7", "-1d", "-1d", "+0d"]\nremind_at = "8h"\nsigned_copy = "yes"\n'
        'references = "1332"\ndays_off = [2019-06-03]\ndays_worked = [2019-06-03]\ncloses_at = 2019-07-10\n'
    ) == (
        (
            "campaign.toml: opens must be a date or a time without quotation marks, not '2019-06-01'; "
            "write opens = 2019-07-05 or opens = 2019-07-05T17:00:00."
        ),
        (
            "campaign.toml: grace_until is 2019-07-01 00:00:00+07:00, which lies before due_before, "
            "2019-07-05 00:00:00+07:00; correct one of them."
        ),
        'campaign.toml: title must be a text, not 6; write title = "...".',
        "campaign.toml: 2019-06-03 stands in days_off and in days_worked; keep one of them.",
        (
            "campaign.toml: name is 'Tháng 6'; "
            "write small letters a to z, digits and hyphens, such as thang-hanh-dong-2019."
        ),
        'campaign.toml: references must be a list of texts, not \'1332\'; write references = ["...", "..."].',
        "campaign.toml: deadline_text is blank; write what it is.",
        'campaign.toml: reminders has \'-7\'; write a number of days before or after, such as "-7d" or "+1d".',
        "campaign.toml: reminders has '-1d' twice; keep one of them.",
        'campaign.toml: reminders has \'+0d\'; write a number of days before or after, such as "-7d" or "+1d".',
        'campaign.toml: remind_at must be a time of day; write remind_at = "08:00".',
        "campaign.toml: signed_copy must be true or false, without quotation marks, not 'yes'.",
        'campaign.toml: closes_at is not a key here; did you mean "closes"?',
    )


def test_the_instants_must_come_in_their_order(declare: Declare):
    assert problems_with(declare, opens="2019-07-05", closes="2019-07-05") == (
        (
            "campaign.toml: due_before is 2019-07-05 00:00:00+07:00, which is not after opens, 2019-07-05 "
            "00:00:00+07:00; correct one of them."
        ),
        (
            "campaign.toml: closes is 2019-07-05 00:00:00+07:00, which lies before grace_until, 2019-07-06 "
            "00:00:00+07:00; correct one of them."
        ),
    )
    assert declare(grace_until="2019-07-05", closes="2019-07-05").closes == local("2019-07-05")


@pytest.mark.parametrize("name", ["../x", "A", "a b", "-a", "a" * 65, "tháng", "a/b"])
def test_a_name_must_do_as_a_folder_name_and_part_of_an_address(declare: Declare, name: str):
    (problem,) = problems_with(declare, name=f'"{name}"')
    assert problem.startswith(f"campaign.toml: name is {name!r}; ")


def test_a_year_that_is_a_slip_of_typing_is_told(declare: Declare):
    assert problems_with(declare, closes="9999-12-31") == (
        "campaign.toml: closes is in the year 9999; write one from 2000 to 2100.",
    )


def test_a_file_that_is_no_toml_or_no_utf_8_is_told_in_one_sentence():
    assert problems_of("name = Tháng") == (
        "campaign.toml is not valid TOML: Invalid value (at line 1, column 8); correct it there.",
    )
    with pytest.raises(OperatorError, match=r"campaign\.toml is not UTF-8 text; save it with the encoding UTF-8\."):
        campaigns.parse_campaign("name".encode("utf-16"), ZONE, "campaign.toml")


@pytest.mark.parametrize(
    "day", ["2019-06-31", "2019-13-01", "2019-7-5", "05/07/2019", "05-07-2019", "5.7.2019", "2019-07-05T25:00:00"]
)
def test_a_day_that_the_calendar_does_not_have_is_told_as_such(day: str):
    (problem,) = problems_of(f'name = "a"\n due_before = {day}  # hạn\n')
    assert problem == (
        f"campaign.toml, line 2: {day} is no date; write due_before = followed by a day of the calendar as "
        "year-month-day, such as 2019-07-05."
    )


@pytest.mark.parametrize("line", ["host = 127.0.0.1", "version = 2019.1.2", "due_before = 2019-07-05 nope"])
def test_what_only_looks_like_a_date_is_not_called_one(line: str):
    (problem,) = problems_of(f'name = "a"\n{line}\n')
    assert problem.startswith("campaign.toml is not valid TOML: ")


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter():
    text = '\ufeffname = "a"\r\ntitle = "b"\r\nopens = 2019-06-01\r\ndue_before = 2019-07-05\r\ndeadline_text = "c"\r\n'
    assert campaigns.parse_campaign(text.encode(), ZONE, "campaign.toml").title == "b"
