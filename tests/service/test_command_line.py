"""The command line as a program that others call: exit status, which stream, JSON alone on standard output."""

import json
import os
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pytest

from service import cli
from storage.database import CURRENT_SCHEMA
from tests import databases
from tests.forms import workbooks
from tests.journeys.office import CAMPAIGN, CAO_LOC, Office, form_2019, report_mail

ROLLCALL = Path(sys.executable).parent / "rollcall"
STEP = "2019-06-27T08:00"


def call(folder: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(ROLLCALL), *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def letters(office: Office, *arguments: str) -> list[dict[str, Any]]:
    listed = office.run("letters", *arguments, "--json").json
    assert isinstance(listed, list)
    return listed


def with_a_report(office: Office, text: str = "UBND huyện Cao Lộc") -> None:
    """Let a report be answered, the answer still queued."""
    workbook = workbooks.filled_2019(form_2019(), text, seed=1)
    office.deliver(report_mail(f"Phong <{CAO_LOC}>", "BC", "bc.xlsx", workbook))
    office.run("poll", "--no-send")


def test_every_command_is_there_and_explains_itself() -> None:
    context = click.Context(cli.rollcall)
    names = cli.rollcall.list_commands(context)

    assert names == [
        "init", "doctor", "run", "poll", "import", "send", "status", "messages", "replay", "review", "letters", "pause",
        "resume", "remind", "digest", "plan", "consolidate", "export", "form", "campaign", "units", "audit", "forget",
        "mailbox", "user", "db", "backup", "restore",
    ]  # fmt: skip
    for name in names:
        command = cli.rollcall.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert command.get_short_help_str()


@pytest.mark.parametrize(
    "command", [["letters"], ["form", "blank"], ["campaign", "extend"], ["letters", "preview"], ["run"]]
)
def test_help_goes_to_standard_output_without_a_configuration(tmp_path: Path, command: list[str]) -> None:
    done = call(tmp_path, *command, "--help")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Usage: rollcall {' '.join(command)}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command",
    [
        "user add lan",
        "user list --json",
        "user disable lan",
    ],
)
def test_a_command_to_come_says_so_in_one_sentence(tmp_path: Path, command: str) -> None:
    done = call(tmp_path, *command.split())

    assert (done.returncode, done.stdout) == (2, "")
    assert "is to come" in done.stderr
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command",
    [
        "doctor",
        "run",
        "send",
        "letters",
        "letters 1",
        "letters cancel 1",
        "letters preview reminder --unit H182",
        "pause",
        "resume",
        "campaign list",
        "campaign extend a b 2019-07-09",
        "campaign exempt a b --why c",
        "units list",
        "db upgrade",
    ],
)
def test_without_a_configuration_a_command_cannot_run_and_says_how_to_make_one(tmp_path: Path, command: str) -> None:
    done = call(tmp_path, *command.split())

    assert done.returncode == 2
    assert "`rollcall init`" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command", ["letters x", "letters cancel", "letters preview gift", "campaign", "send --at", "form"]
)
def test_bad_usage_is_status_2_on_standard_error(tmp_path: Path, command: str) -> None:
    done = call(tmp_path, *command.split())

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr


def test_the_configuration_is_found_by_option_then_variable_then_folder(office: Office, tmp_path_factory: Any) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    config = str(office.folder / "config.toml")

    by_option = call(elsewhere, "--config", config, "units", "list", "--json", ROLLCALL_CONFIG="/nowhere.toml")
    by_variable = call(elsewhere, "units", "list", "--json", ROLLCALL_CONFIG=config)
    by_folder = call(office.folder, "units", "list", "--json")

    assert by_option.stdout == by_variable.stdout == by_folder.stdout
    assert json.loads(by_folder.stdout)[0]["code"]
    assert list(elsewhere.iterdir()) == []


def test_letters_are_listed_and_shown_whole(office: Office) -> None:
    with_a_report(office)

    (listed,) = letters(office)
    shown = office.run("letters", str(listed["id"]))

    assert set(listed) == {"id", "campaign", "unit", "kind", "step", "at", "to", "subject", "state"}
    assert (listed["kind"], listed["unit"], listed["to"], listed["state"]) == (
        "acknowledgement", "H183", CAO_LOC, "queued",
    )  # fmt: skip
    assert letters(office, str(listed["id"])) == [listed]
    assert shown.out.startswith("queued\n")
    assert "Kính gửi: UBND huyện Cao Lộc" in shown.out
    assert f"Subject: {listed['subject']}" in shown.out
    assert listed["subject"] in office.run("letters").out


def test_the_letters_of_a_unit_a_kind_or_a_state_are_listed(office: Office) -> None:
    with_a_report(office)
    every = letters(office)

    assert letters(office, "--unit", "h183", "--kind", "acknowledgement", "--state", "queued") == every != []
    for other in (("--unit", "H182"), ("--kind", "return"), ("--state", "sent"), ("--campaign", "khac")):
        assert letters(office, *other) == []
    assert letters(office, "list", "--state", "queued") == every


def test_a_letter_that_is_not_there_is_refused(office: Office) -> None:
    for command in (("letters", "7"), ("letters", "cancel", "7")):
        assert "There is no letter 7" in office.run(*command, status=2).err
    assert 'There is no letter "xx"; `rollcall letters` lists them by id.' in office.run("letters", "xx", status=2).err


def test_a_queued_letter_is_cancelled_once_and_never_sent(office: Office) -> None:
    with_a_report(office)
    (listed,) = letters(office)

    cancelled = office.run("letters", "cancel", str(listed["id"]))
    again = office.run("letters", "cancel", str(listed["id"]), status=1)
    office.run("send")

    assert f"Letter {listed['id']} to {CAO_LOC} is cancelled." in cancelled.out
    assert "only a queued letter can be cancelled" in again.err
    assert letters(office)[0]["state"] == "cancelled"
    assert office.sink is not None
    assert office.sink.letters == []


def test_send_sends_what_is_owed_once(office: Office) -> None:
    with_a_report(office)

    assert office.run("send", "--json").json == {"sent": 1, "failed": 0}
    assert office.run("send", "--json").json == {"sent": 0, "failed": 0}
    assert letters(office)[0]["state"] == "sent"


def test_send_without_a_connection_could_not_run_and_the_letter_stays_queued(office: Office, free_port: int) -> None:
    with_a_report(office)
    office.write_config(smtp_port=str(free_port))

    done = office.run("send", "--json", status=2)

    assert done.json == {"sent": 0, "failed": 0}
    assert "nothing listens there" in done.err
    assert letters(office)[0]["state"] == "queued"


def test_a_letter_that_the_server_refuses_is_status_1(office: Office) -> None:
    with_a_report(office)
    assert office.sink is not None
    office.sink.script("RCPT", "550 5.1.1 no such user")

    done = office.run("send", "--json", status=1)

    assert done.json == {"sent": 0, "failed": 1}
    assert CAO_LOC in done.err


def test_pause_stops_all_sending_until_resume(office: Office) -> None:
    with_a_report(office)

    assert office.run("pause").out == "All sending is paused; `rollcall resume` starts it again.\n"
    paused = office.run("send", "--json")
    assert (paused.json, "Sending is paused" in paused.err) == ({"sent": 0, "failed": 0}, True)
    office.run("poll")
    assert office.sink is not None
    assert office.sink.letters == []
    assert office.run("pause").out.startswith("All sending was paused already")

    assert office.run("resume").out == "Letters are sent again.\n"
    assert office.run("send", "--json").json == {"sent": 1, "failed": 0}
    assert office.run("resume").out == "Sending was not paused.\n"
    with closing(databases.connect(office.folder / "rollcall.db")) as base:
        assert [row[0] for row in base.execute("SELECT what FROM trail ORDER BY id")] == ["pause", "resume"]


def test_sending_can_be_stopped_while_a_campaign_has_a_mistake(office: Office) -> None:
    (office.folder / "campaigns" / CAMPAIGN.name / "campaign.toml").write_text("name = 1", "utf-8")

    office.run("pause", status=0)
    office.run("letters", status=0)
    office.run("status", status=2)


def test_a_preview_is_what_then_goes_out(office: Office) -> None:
    preview = office.run("letters", "preview", "reminder", "--unit", "h183", "--at", STEP)
    office.run("remind", "--at", STEP)

    (sent,) = [letter for letter in letters(office) if letter["unit"] == "H183"]
    shown = office.run("letters", str(sent["id"])).out.partition("\n")[2]
    assert without_time(preview.out) == without_time(shown)
    assert "Kính gửi: UBND huyện Cao Lộc" in preview.out


def without_time(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith(("Date:", "Message-ID:"))]


def test_an_answer_is_previewed_from_the_units_mails(office: Office) -> None:
    with_a_report(office)

    preview = office.run("letters", "preview", "acknowledgement", "--unit", "H183", "--json").json
    refused = office.run("letters", "preview", "return", "--unit", "H183", status=2)

    assert [(letter["kind"], letter["to"], letter["state"]) for letter in preview] == [
        ("acknowledgement", CAO_LOC, "planned")
    ]
    assert len(letters(office)) == 1
    assert "its mails are answered with: acknowledgement" in refused.err


@pytest.mark.parametrize("kind", ["reminder", "overdue", "digest"])
def test_a_letter_of_the_ladder_can_be_previewed_at_any_time(office: Office, kind: str) -> None:
    shown = office.run("letters", "preview", kind, "--unit", "H183", "--at", "2019-06-12T09:00")

    assert shown.out.startswith("From: ")
    assert letters(office) == []


def test_a_preview_without_a_unit_or_with_an_unknown_one_is_refused(office: Office) -> None:
    assert "--unit CODE" in office.run("letters", "preview", "reminder", status=2).err
    assert 'has no unit "H999"' in office.run("letters", "preview", "reminder", "--unit", "H999", status=2).err


def test_db_upgrade_makes_the_schema_and_then_has_nothing_to_do(office: Office) -> None:
    databases.drop_under(office.folder)
    databases.url_of(office.folder / "rollcall.db", migrated=False)
    assert f"has the schema {CURRENT_SCHEMA} now (before: none)" in office.run("db", "upgrade").out
    assert f"has the schema {CURRENT_SCHEMA} already" in office.run("db", "upgrade").out


def test_a_newer_database_is_refused_by_every_command(office: Office) -> None:
    office.run("db", "upgrade")
    with closing(databases.connect(office.folder / "rollcall.db")) as base, base:
        base.execute("UPDATE alembic_version SET version_num = '9999'")

    for command in (("db", "upgrade"), ("send",), ("units", "list")):
        refused = office.run(*command, status=2)
        assert "written by a newer Rollcall" in refused.err
        assert refused.out == ""


def test_a_reader_that_goes_away_leaves_no_traceback(office: Office) -> None:
    office.run("db", "upgrade")
    command = f"'{ROLLCALL}' units list --json | head -c 10"

    done = subprocess.run(
        command, shell=True, cwd=office.folder, capture_output=True, text=True, timeout=60, check=False
    )

    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


# Files handed in


@pytest.fixture
def handed_in(office: Office) -> Path:
    """A workbook of Cao Lộc as a file of 3 July 2019."""
    path = office.folder / "BC Cao Loc.xlsx"
    path.write_bytes(workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", 8))
    saved_at = datetime(2019, 7, 3, 9, tzinfo=UTC).timestamp()
    os.utime(path, (saved_at, saved_at))
    return path


def test_a_file_handed_in_is_listed_with_its_receipt_number_and_what_its_time_was_taken_from(
    office: Office, handed_in: Path
) -> None:
    told = office.run("import", str(handed_in), "--unit", "H183").out
    assert "TN-2019-0001" in told
    assert "03/07/2019 16:00" in told
    assert "theo ngày giờ của tệp" in office.run("messages", "1").out


def test_the_time_of_receipt_can_be_told_and_decides_what_is_on_time(office: Office, handed_in: Path) -> None:
    office.run("import", str(handed_in), "--unit", "H183", "--received", "2019-07-08T10:00")
    (unit,) = [unit for unit in office.run("status", "--json", "--at", "2019-07-09").json["units"] if unit["versions"]]
    assert (unit["code"], unit["on_time"], unit["received_at"]) == ("H183", False, "2019-07-08T10:00:00+07:00")


def test_a_file_that_is_handed_in_again_is_told_as_the_mail_it_is(office: Office, handed_in: Path) -> None:
    office.run("import", str(handed_in), "--unit", "H183")
    told = office.run("import", str(handed_in), "--unit", "H183").out.splitlines()
    assert told[0].startswith("0 new, 0 handled (nothing new)")
    assert told[1].startswith("BC Cao Loc.xlsx is TN-2019-0001 already (đã tiếp nhận")
    assert told[1].endswith("03/07/2019 16:00).")


def test_a_file_outside_the_campaign_is_taken_once_its_time_of_receipt_is_told(office: Office, handed_in: Path) -> None:
    saved_at = datetime(2018, 3, 1, 2, tzinfo=UTC).timestamp()
    os.utime(handed_in, (saved_at, saved_at))
    command = ("import", str(handed_in), "--unit", "H183")
    assert "TN-2018-0001 is outside the campaign, by its time of receipt (01/03/2018 09:00" in office.run(*command).out

    told = office.run(*command, "--received", "2019-07-03T10:00").out
    again = office.run(*command, "--received", "2019-07-03T10:00").out

    assert "TN-2018-0001 was here already, received 01/03/2018 09:00; it is received 03/07/2019 10:00 now." in told
    assert told.startswith("0 new, 1 handled (1 accepted)")
    assert "BC Cao Loc.xlsx is TN-2018-0001 already (đã tiếp nhận" in again
    (unit,) = [unit for unit in office.run("status", "--json", "--at", "2019-07-09").json["units"] if unit["versions"]]
    assert (unit["state"], unit["received_at"]) == ("valid", "2019-07-03T10:00:00+07:00")
    assert office.run("review", "--json").json == []
    with closing(databases.connect(office.folder / "rollcall.db")) as connection:
        (noted,) = connection.execute("select subject, detail from trail where what = 'received'").fetchall()
    assert noted == ("mail 1", "2018-03-01T02:00:00+00:00 -> 2019-07-03T10:00:00+07:00")
    audited = office.run("audit", status=None).out
    assert "TN-2018-0001" not in audited


def test_a_corrected_file_with_an_older_time_is_told_not_to_count_and_counts_once_its_time_is_told(
    office: Office, handed_in: Path
) -> None:
    office.run("import", str(handed_in), "--unit", "H183")
    corrected = office.folder / "BC Cao Loc sua.xlsx"
    corrected.write_bytes(workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", 9))
    saved_at = datetime(2019, 7, 2, 9, tzinfo=UTC).timestamp()
    os.utime(corrected, (saved_at, saved_at))

    told = office.run("import", str(corrected), "--unit", "H183").out
    assert (
        "TN-2019-0002: another version of H183 counts, TN-2019-0001, received 03/07/2019 16:00, which is later than "
        "02/07/2019 16:00; if this one came after it, import it again with --unit H183 --received TIME."
    ) in told

    later = office.run("import", str(corrected), "--unit", "H183", "--received", "2019-07-04T08:00").out
    assert "another version" not in later
    (unit,) = [unit for unit in office.run("status", "--json", "--at", "2019-07-09").json["units"] if unit["versions"]]
    assert (unit["receipt"], unit["versions"]) == ("TN-2019-0002", 2)


def test_a_file_with_errors_is_told_with_their_number_and_where_to_see_them(office: Office, handed_in: Path) -> None:
    office.run("import", str(handed_in), "--unit", "H183")
    wrong = office.folder / "BC sai.xlsx"
    wrong.write_bytes(workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", 1, {"D42": "mười lăm??"}))
    told = office.run("import", str(wrong), "--unit", "H183", "--received", "2019-07-04T08:00").out
    assert "TN-2019-0002: 1 error; `rollcall messages TN-2019-0002` shows them." in told
    assert "TN-2019-0002: the version of H183 that was accepted before still counts, TN-2019-0001, received" in told
    shown = office.run("messages", "TN-2019-0002").out
    assert shown.count("    error ") == 1


def test_a_receipt_time_that_is_still_to_come_is_refused_and_nothing_is_taken_in(
    office: Office, handed_in: Path
) -> None:
    ahead = datetime(2099, 7, 3, 9, tzinfo=UTC).timestamp()
    os.utime(handed_in, (ahead, ahead))
    by_file = office.run("import", str(handed_in), "--unit", "H183", status=2)
    assert "BC Cao Loc.xlsx would have been received at 2099-07-03 09:00+00:00, which is still to come" in by_file.err
    office.run("import", str(handed_in), "--unit", "H183", "--received", "2099-01-01", status=2)
    assert office.run("messages", "--json").json == []


def test_a_file_handed_in_for_a_unit_that_its_workbook_does_not_name_is_taken_with_a_word_of_warning(
    office: Office, handed_in: Path
) -> None:
    told = office.run("import", str(handed_in), "--unit", "H184").err
    assert "The workbook (UBND huyện Cao Lộc) is of H183, not of H184." in told
    assert "rollcall review assign 1 UNIT" in told
    undone = office.run("review", "undo", "1", status=2)
    assert "it was handed in for H184; `rollcall review assign 1 UNIT`" in undone.err


@pytest.mark.parametrize("day", ["2019-06-31", "2019-02-29T08:00", "2019-07-05T25:00"])
def test_a_day_that_the_calendar_does_not_have_is_told_as_such(office: Office, day: str) -> None:
    assert "is no day of the calendar, or no hour of a day" in office.run("status", "--at", day, status=2).err


def test_where_no_letter_is_due_a_sentence_says_so(office: Office) -> None:
    assert office.run("plan", "--at", "2020-01-01").out == "Không có thư nào (tính đến 01/01/2020 00:00).\n"
