"""Two workers on one database and one mailbox: one version and one answer for each mail, on both databases."""

import email
import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta

import pytest

from tests.intake import mails
from tests.journeys.office import JULY_3, Office
from tests.journeys.test_killed import reports
from tests.journeys.test_lost_connections import settle

# Of each hundred some are reports, whose reading takes most of the time; the others are questions.
REPORTS_OF_HUNDRED = 20


def start_poll(office: Office) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "service", "poll"],
        cwd=office.folder,
        env=dict(os.environ),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def question(number: int) -> bytes:
    """Return a mail without a report, from an address that nobody else writes from."""
    return mails.mail(
        f"<hoi{number}@mail.example>", f"Hỏi {number}", "Em hỏi ạ.", Message_ID=f"<q{number}@mail.example>"
    )


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("count", [100, pytest.param(1000, marks=pytest.mark.soak)])
@pytest.mark.parametrize("kind", ["of the run", "postgresql"])
def test_two_workers_that_start_at_once_share_the_mails_and_do_none_twice(
    office: Office, kind: str, count: int
) -> None:
    if kind == "postgresql":
        settle(office)
    some = count * REPORTS_OF_HUNDRED // 100
    asked = [(question(number), JULY_3 + timedelta(seconds=number)) for number in range(count - some)]
    office.dovecot.append_many(office.user, [*reports(office, some), *asked])

    workers = [start_poll(office) for _ in range(2)]
    for worker in workers:
        _, told = worker.communicate(timeout=1500)
        assert worker.returncode in {0, 1}, told.decode()
        assert b"Traceback" not in told

    messages = office.run("messages", "--json").json
    assert len(messages) == count
    assert len({message["receipt"] for message in messages}) == count
    accepted = [message for message in messages if message["outcome"] == "accepted"]
    assert len(accepted) == some
    assert all(len(message["reports"]) == len(message["answers"]) == 1 for message in accepted)
    assert len({(message["unit"], message["version"]) for message in accepted}) == some
    assert all(len(message["answers"]) <= 1 for message in messages)
    assert office.sink is not None
    sent = Counter(email.message_from_bytes(letter.data)["Message-ID"] for letter in office.sink.letters)
    assert set(sent.values()) == {1}
    office.run("audit")
