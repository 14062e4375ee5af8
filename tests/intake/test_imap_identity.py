"""One message under several UIDs, and several messages that look alike: what the whole office makes of them.

The numbers are those of the rows of the fault catalogue, section 2.1.
"""

import os
from pathlib import Path

import pytest

from service import assemble, config, jobs
from storage import overviews
from tests.forms import workbooks
from tests.journeys.office import CAO_LOC, JULY_3, Office, form_2019, report_mail
from tests.servers.dovecot import DovecotServer
from tests.servers.smtp_sink import SmtpSink


@pytest.fixture
def office(tmp_path: Path, dovecot: DovecotServer, mailbox_user: str, smtp_sink: SmtpSink) -> Office:
    """A configured office with an empty mailbox."""
    return Office(tmp_path, mailbox_user, dovecot, smtp_sink)


def report(seed: int = 1) -> bytes:
    workbook = workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", seed=seed)
    return report_mail(f"<{CAO_LOC}>", "Báo cáo", "BC.xlsx", workbook, Message_ID="<same@u.example>")


def test_a_mail_moved_out_and_back_three_times_has_one_effect(office: Office) -> None:
    """Row 3, on Dovecot: read, moved away, un-spammed, moved back; each time it has another UID."""
    office.deliver(report())
    rollcall = assemble.open_rollcall(config.load(office.folder / "config.toml", os.environ), lambda: JULY_3)
    jobs.poll(rollcall)
    for place in ("Đã xử lý", "Junk", "Đã xử lý"):
        with office.dovecot.client(office.user) as person:
            if not person.folder_exists(place):
                person.create_folder(place)
            person.select_folder("INBOX")
            person.move(person.search("ALL"), place)
        if place == "Junk":
            jobs.poll(rollcall)
        with office.dovecot.client(office.user, place) as person:
            person.move(person.search("ALL"), "INBOX")
        jobs.poll(rollcall)
    with rollcall.store.reading() as connection:
        rows = sorted(overviews.ledger(connection), key=lambda row: row.id)
    rollcall.store.close()
    assert [(row.folder, row.uid, row.outcome) for row in rows] == [
        ("INBOX", 1, "accepted"),
        ("INBOX", 2, "duplicate"),
        ("Junk", 1, "duplicate"),
        ("INBOX", 3, "duplicate"),
        ("INBOX", 4, "duplicate"),
    ]
    assert office.sink is not None
    assert [letter.rcpt_to for letter in office.sink.letters] == [(CAO_LOC,)], "one mail, one answer"


def test_two_reports_under_one_message_id_are_both_read_and_both_answered(office: Office) -> None:
    """Row 5: the second is another version, however its sender's program numbers its mails."""
    for seed in (1, 2):
        office.deliver(report(seed))
    done = office.run("poll", "--json").json
    assert (done["received"], done["outcomes"]["accepted"], done["sent"]) == (2, 2, 2)
    versions = [row["version"] for row in office.run("messages", "--json").json]
    assert versions == [1, 2]


def test_the_first_reminder_says_what_providers_never_let_through(office: Office) -> None:
    """Row 24: who sends what Gmail refuses never reaches us, so no answer of ours can tell him."""
    shown = office.run("letters", "preview", "reminder", "--unit", "H183", "--at", "2019-06-27T08:00").out
    assert "25 MB" in shown
    assert "mật khẩu" in shown


def test_a_received_field_of_another_time_than_the_mailbox_is_shown_and_decides_nothing(office: Office) -> None:
    """Row 22: a migration may change INTERNALDATE; the officer sees both, and the mailbox counts."""
    received = b"Received: from a.example by mx.so.example; Wed, 3 Jul 2019 07:05:00 +0700\r\n"
    office.deliver(received + report())
    office.deliver(received.replace(b"07:05", b"15:17") + report(2))
    office.run("poll", "--no-send")
    rows = office.run("messages", "--json").json
    assert [row["received_at"] for row in rows] == ["2019-07-03T15:20:00+07:00"] * 2
    remark = "Hộp thư ghi nhận thư lúc 15:20 03/07/2019, máy chủ thư ghi lúc 07:05 03/07/2019"
    assert [remark in office.run("messages", str(row["id"])).out for row in rows] == [True, False]
