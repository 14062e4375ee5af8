"""Deadlines to the second, whatever zone anything runs in; and the ladder: what is planned is what goes out."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.forms import workbooks
from tests.journeys.office import CAO_LOC, VIETNAM, Office, form_2019, report_mail
from tests.servers.dovecot import DovecotServer

BINH_GIA = "phongldtbxhdt.binhgia@langson.example"
LAST_SECOND = datetime(2019, 7, 4, 23, 59, 59, tzinfo=VIETNAM)
FIRST_SECOND_AFTER = datetime(2019, 7, 5, 0, 0, 0, tzinfo=VIETNAM)


def deliver_report(office: Office, sender: str, unit: str, received_at: datetime, **options: str) -> None:
    workbook = workbooks.filled_2019(form_2019(), unit, seed=len(unit))
    office.deliver(report_mail(f"<{sender}>", "BC", f"{unit}.xlsx", workbook, **options), received_at)


def states(office: Office, at: str) -> dict[str, dict]:
    return {unit["code"]: unit for unit in office.run("status", "--json", "--at", at).json["units"]}


@pytest.mark.parametrize("zone", ["Asia/Ho_Chi_Minh", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_the_last_second_of_4_july_is_on_time_and_the_next_is_not_whatever_the_date_header_and_the_zone(
    tmp_path, mailbox_user, zone
) -> None:
    with DovecotServer({"TZ": zone}) as server:
        office = Office(tmp_path, mailbox_user, server, environment={"TZ": zone})
        misleading = {"Date": "Mon, 01 Jul 2019 08:00:00 +0700"}
        deliver_report(office, BINH_GIA, "UBND huyện Bình Gia", FIRST_SECOND_AFTER, **misleading)
        misleading = {"Date": "Sat, 06 Jul 2019 08:00:00 +0700"}
        deliver_report(office, CAO_LOC, "UBND huyện Cao Lộc", LAST_SECOND, **misleading)

        office.run("poll", "--no-send", "--json")

        units = states(office, "2019-07-05T12:00")
    assert (units["H183"]["on_time"], units["H183"]["received_at"]) == (True, "2019-07-04T23:59:59+07:00")
    assert (units["H181"]["on_time"], units["H181"]["received_at"]) == (False, "2019-07-05T00:00:00+07:00")


def test_late_begins_with_the_end_of_grace_and_overdue_are_those_still_missing_then(office: Office) -> None:
    end_of_grace = datetime(2019, 7, 6, tzinfo=VIETNAM)
    deliver_report(office, CAO_LOC, "UBND huyện Cao Lộc", end_of_grace - timedelta(seconds=1))
    deliver_report(office, BINH_GIA, "UBND huyện Bình Gia", end_of_grace)

    office.run("poll", "--no-send")

    before = office.run("status", "--json", "--at", "2019-07-05T23:59:59").json
    after = office.run("status", "--json", "--at", "2019-07-06T00:00:00").json
    assert before["totals"]["overdue"] == 0
    assert (after["totals"]["late"], after["totals"]["received"]) == (1, 2)
    assert after["totals"]["overdue"] == after["totals"]["missing"] == after["totals"]["expected"] - 2


def reminders(rows: list[dict], day: str) -> list[tuple]:
    return sorted(
        (row["at"], row["kind"], row["step"], row["unit"], row["to"], row["subject"])
        for row in rows
        if row["kind"] in {"reminder", "overdue"} and row["at"].startswith(day)
    )


def test_what_plan_shows_beforehand_is_what_remind_does_on_each_day(office: Office) -> None:
    deliver_report(office, CAO_LOC, "UBND huyện Cao Lộc", datetime(2019, 6, 20, 9, tzinfo=VIETNAM))
    office.run("poll")
    planned = office.run("plan", "--json", "--at", "2019-06-25T12:00").json
    days = sorted({row["at"][:10] for row in planned if row["kind"] in {"reminder", "overdue"}})
    assert days == ["2019-06-27", "2019-07-01", "2019-07-03", "2019-07-08"]

    day, end = datetime(2019, 6, 26, 9, 30), datetime(2019, 7, 10)
    while day < end:
        done = office.run("remind", "--json", "--at", day.isoformat()).json
        assert reminders(done, "2019") == reminders(planned, f"{day:%Y-%m-%d}"), day
        assert all(row["state"] == "sent" for row in done)
        day += timedelta(days=1)


def test_three_runs_on_a_day_send_each_missing_required_unit_one_letter_and_others_none(office: Office) -> None:
    deliver_report(office, CAO_LOC, "UBND huyện Cao Lộc", datetime(2019, 6, 20, 9, tzinfo=VIETNAM))
    office.run("poll")
    office.run("campaign", "exempt", "thang-hanh-dong-2019", "STP", "--why", "không có hoạt động")
    acknowledged = len(office.sink.letters)

    runs = [office.run("remind", "--json", "--at", f"2019-07-01T{hour}:00").json for hour in ("08", "11", "16")]

    board = office.run("status", "--json", "--at", "2019-07-01T17:00").json
    missing = {
        unit["code"] for unit in board["units"] if unit["state"] == "missing" and unit["obligation"] == "required"
    }
    assert {row["unit"] for row in runs[0]} == missing
    assert len(runs[0]) == len(missing)
    assert (runs[1], runs[2]) == ([], [])
    assert len(office.sink.letters) - acknowledged == len(missing)
    assert {"H183", "STP"} & missing == set()


def test_with_the_mail_server_down_nobody_is_reminded_and_the_reason_is_said(office: Office) -> None:
    office.write_config(imap_port="1")

    result = office.run("remind", "--json", "--at", "2019-07-01T08:00", status=2)

    assert result.json == []
    assert "No reminder was queued" in result.err
    assert office.sink.letters == []
    office.write_config()
    assert len(office.run("remind", "--json", "--at", "2019-07-01T08:30").json) > 0


def test_a_unit_whose_mail_waits_for_a_person_is_not_reminded(office: Office) -> None:
    workbook = workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", seed=3)
    received_at = datetime(2019, 6, 20, 9, tzinfo=VIETNAM)
    office.deliver(report_mail("Hoa <hoa.nguyen85@mail.example>", "", "Book1.xlsx", workbook), received_at)
    office.run("poll")

    reminded = {row["unit"] for row in office.run("remind", "--json", "--at", "2019-06-27T08:00").json}

    assert "H183" not in reminded
    assert "H181" in reminded


def test_an_extension_moves_the_units_ladder_and_an_overdue_state(office: Office) -> None:
    office.run("campaign", "extend", "thang-hanh-dong-2019", "H181", "2019-07-09T00:00")

    planned = office.run("plan", "--json", "--at", "2019-06-01T00:00").json

    days = [row["at"][:10] for row in planned if row["unit"] == "H181"]
    # The last on-time day is now Monday 8 July: seven days before it, three before it (Friday), one after it.
    assert days == ["2019-07-01", "2019-07-05", "2019-07-09"]
    assert states(office, "2019-07-08T12:00")["H181"]["overdue"] is False
    assert states(office, "2019-07-09T00:00")["H181"]["overdue"] is True


def test_the_clock_of_a_run_is_the_one_that_was_given(office: Office) -> None:
    shown = office.run("status", "--json", "--at", "2019-07-05T08:00:00+00:00").json
    assert datetime.fromisoformat(shown["at"]) == datetime(2019, 7, 5, 8, tzinfo=UTC)
    assert shown["at"].endswith("+07:00")
