"""The schedule: what is due is asked of the database, one job's fault stops nothing, and a stop is clean."""

import base64
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from service import assemble, schedule
from service.config import load
from storage import restraint
from tests import databases
from tests.forms import workbooks
from tests.journeys.office import CAO_LOC, VIETNAM, Office, form_2019, report_mail
from tests.servers import ports

BIN = Path(sys.executable).parent
SEVEN_DAYS_BEFORE = datetime(2019, 6, 27, 8, 1, tzinfo=VIETNAM)


@contextmanager
def rollcall_at(office: Office, at: datetime) -> Iterator[assemble.Rollcall]:
    """A Rollcall of the office whose clock shows `at` now and goes on."""
    config = load(office.folder / "config.toml", os.environ)
    rollcall = assemble.open_rollcall(config, assemble.shifted_clock(at))
    try:
        yield rollcall
    finally:
        rollcall.store.close()


def wait_until(happened: Callable[[], bool], seconds: float = 30.0) -> None:
    """Return as soon as something happened; fail after a while."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def addressees(office: Office) -> list[str]:
    assert office.sink is not None
    return [to for letter in office.sink.letters for to in letter.rcpt_to]


def report(unit: str, from_: str, seed: int) -> bytes:
    return report_mail(from_, "Bao cao", "bao-cao.xlsx", workbooks.filled_2019(form_2019(), unit, seed=seed))


def test_a_due_reminder_goes_out_once_however_often_it_is_asked(office: Office) -> None:
    with rollcall_at(office, SEVEN_DAYS_BEFORE) as rollcall:
        for _ in range(2):
            asked = schedule.Schedule(rollcall)
            asked.remind()
            asked.remind()

    reminded = addressees(office)
    assert CAO_LOC in reminded
    assert len(reminded) == len(set(reminded)) >= 11


def test_before_a_step_nothing_is_due_and_no_pass_is_made(office: Office) -> None:
    with rollcall_at(office, SEVEN_DAYS_BEFORE - timedelta(hours=1)) as rollcall:
        schedule.Schedule(rollcall).remind()

    assert addressees(office) == []
    assert passes(office) == 0


def test_who_reported_after_the_step_fell_due_is_not_reminded_since_a_pass_comes_first(office: Office) -> None:
    office.deliver(report("UBND huyện Cao Lộc", CAO_LOC, 1), SEVEN_DAYS_BEFORE - timedelta(minutes=5))

    with rollcall_at(office, SEVEN_DAYS_BEFORE) as rollcall:
        schedule.Schedule(rollcall).remind()

    assert passes(office) == 1
    subjects = [
        b"[Nh" in letter.data.split(b"\r\n\r\n")[0] for letter in office.sink.letters if letter.rcpt_to == (CAO_LOC,)
    ]
    assert len(subjects) == 1  # the acknowledgement alone


def test_while_the_mailbox_cannot_be_read_nobody_is_reminded_and_the_step_stays_due(office: Office) -> None:
    office.write_config(password="sai")
    with rollcall_at(office, SEVEN_DAYS_BEFORE) as rollcall:
        schedule.Schedule(rollcall).remind()
    assert addressees(office) == []

    office.write_config()
    with rollcall_at(office, SEVEN_DAYS_BEFORE + timedelta(hours=2)) as rollcall:
        schedule.Schedule(rollcall).remind()
    assert CAO_LOC in addressees(office)


def test_the_digest_goes_to_staff_once_a_day(office: Office) -> None:
    with rollcall_at(office, SEVEN_DAYS_BEFORE) as rollcall:
        asked = schedule.Schedule(rollcall)
        asked.tell_staff()
        asked.tell_staff()
    assert addressees(office) == ["phong.tebdg@so.example"]

    with rollcall_at(office, SEVEN_DAYS_BEFORE + timedelta(days=1)) as rollcall:
        schedule.Schedule(rollcall).tell_staff()
    assert addressees(office) == ["phong.tebdg@so.example"] * 2


def test_a_changed_campaign_folder_is_applied_and_a_mistake_in_one_is_told_once(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    with rollcall_at(office, SEVEN_DAYS_BEFORE) as rollcall:
        asked = schedule.Schedule(rollcall)
        file = next((office.folder / "campaigns").glob("*/campaign.toml"))
        right = file.read_text("utf-8")
        file.write_text(right.replace("remind_at", "remind_att"), "utf-8")
        asked.pass_over()
        asked.pass_over()
        assert sum("remind_att" in record.message for record in caplog.records) == 1
        assert [campaign.title for campaign, _ in rollcall.loaded()] == ["Tháng hành động vì trẻ em năm 2019"]

        file.write_text(right.replace('title = "Tháng', 'title = "Tuần', 1), "utf-8")
        asked.pass_over()
        assert [campaign.title for campaign, _ in rollcall.loaded()] == ["Tuần hành động vì trẻ em năm 2019"]


def test_one_failing_job_is_logged_and_the_schedule_goes_on(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    with rollcall_at(office, SEVEN_DAYS_BEFORE) as rollcall:
        file = office.folder / "rollcall.db"
        with closing(databases.connect(file)) as base, base:
            base.execute("ALTER TABLE passes RENAME TO passes_away")
        running = schedule.Schedule(rollcall, every=timedelta(seconds=0.2))
        running.start()
        try:
            wait_until(lambda: "the job pass failed" in caplog.text)
            with closing(databases.connect(file)) as base, base:
                base.execute("ALTER TABLE passes_away RENAME TO passes")
            wait_until(lambda: CAO_LOC in addressees(office))
        finally:
            running.stop()


def test_a_stopped_schedule_begins_nothing_more(office: Office) -> None:
    with rollcall_at(office, SEVEN_DAYS_BEFORE) as rollcall:
        running = schedule.Schedule(rollcall, every=timedelta(seconds=0.2))
        running.start()
        wait_until(lambda: passes(office) > 0)
        running.stop()
        made = passes(office)
        time.sleep(0.6)
        assert passes(office) == made


def passes(office: Office) -> int:
    with closing(databases.connect(office.folder / "rollcall.db")) as base:
        return int(base.execute("SELECT count(*) FROM passes").fetchone()[0])


@contextmanager
def running(office: Office) -> Iterator[subprocess.Popen[str]]:
    """`rollcall run` as a process that leads a group of its own, killed at the end whatever happens."""
    office.write_config(extra=f"[web]\nport = {ports.free_port()}")
    process = subprocess.Popen(
        [str(BIN / "rollcall"), "run"],
        cwd=office.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def stop(process: subprocess.Popen[str], how: signal.Signals, *, whole_group: bool = False) -> str:
    """Stop a running process by a signal; require a clean end and return what it said."""
    if whole_group:
        os.killpg(process.pid, how)
    else:
        process.send_signal(how)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, ""), err
    assert "Traceback" not in err
    with pytest.raises(ProcessLookupError):  # no child is left behind
        os.killpg(process.pid, 0)
    return err


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_run_answers_a_mail_by_itself_and_stops_cleanly(office: Office, how: signal.Signals) -> None:
    office.deliver(report("UBND huyện Cao Lộc", CAO_LOC, 1))
    with running(office) as process:
        assert office.sink is not None
        office.sink.wait_for(1, 40)
        said = stop(process, how)

    assert "1 received, 1 handled" in said
    assert said.endswith("Stopped.\n")
    assert addressees(office) == [CAO_LOC]


def test_ctrl_c_in_the_middle_of_many_mails_finishes_what_is_done_and_loses_none(office: Office) -> None:
    raws = [report("UBND huyện Cao Lộc", CAO_LOC, seed) for seed in range(12)]
    for raw in raws:
        office.deliver(raw)
    with running(office) as process:
        wait_until(lambda: is_made(office) and ledger(office) == len(raws))
        stop(process, signal.SIGINT, whole_group=True)

    office.run("poll", status=0)
    office.run("audit", status=0)
    messages = office.run("messages", "--json").json
    assert [message["outcome"] for message in messages] == ["accepted"] * len(raws)
    owed = [row["state"] for row in office.run("letters", "--json").json if row["kind"] == "acknowledgement"]
    assert sorted(owed) == ["queued"] * (len(raws) - restraint.MOST_AN_HOUR) + ["sent"] * restraint.MOST_AN_HOUR
    assert addressees(office).count(CAO_LOC) == restraint.MOST_AN_HOUR, "no more in an hour to one address"


def is_made(office: Office) -> bool:
    return databases.IS_POSTGRESQL or (office.folder / "rollcall.db").exists()


def ledger(office: Office) -> int:
    with closing(databases.connect(office.folder / "rollcall.db")) as base:
        made = "SELECT 1 FROM sqlite_master WHERE name = 'mails'"
        if not databases.IS_POSTGRESQL and not base.execute(made).fetchone():
            return 0
        return int(base.execute("SELECT count(*) FROM mails").fetchone()[0])


def test_run_serves_the_staff_page_to_whom_it_told_the_password(office: Office) -> None:
    with running(office) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        address, user, password = re.search(r"(http://127\S+) \(user (\w+), password (\S+),", said).groups()
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(address, timeout=20)
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        signed_in = urllib.request.Request(address, headers={"Authorization": f"Basic {token}"})
        with urllib.request.urlopen(signed_in, timeout=20) as page:
            assert page.status == 200
            assert "Tháng hành động vì trẻ em năm 2019" in page.read().decode()
        stop(process, signal.SIGTERM)


def test_a_port_that_is_taken_is_told_and_nothing_runs(office: Office) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        office.write_config(extra=f"[web]\nport = {port}")

        refused = office.run("run", status=2)

    assert f"127.0.0.1:{port}" in refused.err
    assert "correct [web] host and port" in refused.err
    assert passes(office) == 0


def test_run_says_why_it_cannot_start(office: Office) -> None:
    (office.folder / "config.toml").write_text("[office]\n", "utf-8")

    assert office.run("run", status=2).err.count("\n") == 2
