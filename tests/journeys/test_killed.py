"""`poll` killed at random instants loses nothing, stores nothing twice and answers everybody once."""

import csv
import email
import os
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from datetime import timedelta

import pytest

from tests import databases
from tests.forms import workbooks
from tests.journeys.office import JULY_3, Office, form_2019, report_mail

REPORTS = 60
KILLS = 30
# What CI has time for; `make soak` does all of them.
FEWER_KILLS = 10


def start_poll(office: Office) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "service", "poll"],
        cwd=office.folder,
        env={**os.environ, **office.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill(process: subprocess.Popen[bytes]) -> bool:
    """Kill, and tell whether it was still running."""
    running = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    return running


def kill_within_the_first_migration(office: Office) -> None:
    """The schema's revision runs from the moment the write-ahead log appears until its commit."""
    process = start_poll(office)
    deadline = time.monotonic() + 20
    while not databases.IS_POSTGRESQL and not (office.folder / "rollcall.db-wal").exists():
        assert time.monotonic() < deadline, "the first migration never began"
        assert process.poll() is None, "poll ended before it made a database"
    assert kill(process)


def reports(office: Office, count: int) -> list[tuple[bytes, object]]:
    form = form_2019()
    roster = office.folder / "campaigns" / "thang-hanh-dong-2019" / "units.csv"
    entries = list(csv.DictReader(roster.read_text("utf-8-sig").splitlines()))
    mails = []
    for number in range(count):
        # Three to a unit at most: no address gets more answers than that in an hour (storage.restraint).
        unit = entries[number % len(entries)]
        workbook = workbooks.filled_2019(form, unit["name"], seed=number)
        sender = unit["addresses"].split(";")[0]
        raw = report_mail(
            f"<{sender}>", f"BC {number}", f"BC {number}.xlsx", workbook, Message_ID=f"<r{number}@unit.example>"
        )
        mails.append((raw, JULY_3 + timedelta(seconds=number)))
    return mails


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kills", [FEWER_KILLS, pytest.param(KILLS, marks=pytest.mark.soak)])
def test_60_reports_through_many_kills_end_as_60_rows_one_version_each_and_one_acknowledgement_each(
    office: Office, kills: int
) -> None:
    seed = int(os.environ.get("ROLLCALL_TEST_SEED", "20190705"))
    chance = random.Random(seed)
    waiting = reports(office, REPORTS)
    kill_within_the_first_migration(office)
    killed = 1
    while killed < kills:
        batch = [waiting.pop(0) for _ in range(min(len(waiting), chance.randint(0, 4)))]
        if batch:
            office.dovecot.append_many(office.user, batch)
        process = start_poll(office)
        time.sleep(chance.uniform(0.05, 2.2))
        killed += kill(process)
    office.dovecot.append_many(office.user, waiting)

    for _ in range(3):
        office.run("poll")

    messages = office.run("messages", "--json").json
    assert len(messages) == REPORTS
    assert {message["outcome"] for message in messages} == {"accepted"}
    assert all(len(message["reports"]) == 1 for message in messages)
    versions = sorted((message["unit"], message["version"]) for message in messages)
    assert len(set(versions)) == REPORTS
    by_mail: dict[str, set[str]] = defaultdict(set)
    for letter in office.sink.letters:
        answer = email.message_from_bytes(letter.data)
        by_mail[answer["In-Reply-To"]].add(answer["Message-ID"])
    assert set(by_mail) == {f"<r{number}@unit.example>" for number in range(REPORTS)}
    assert all(len(ids) == 1 for ids in by_mail.values()), "a repeat must carry the same Message-ID"
    assert all(len(message["answers"]) == 1 and message["answers"][0]["state"] == "sent" for message in messages)
    office.run("audit")
