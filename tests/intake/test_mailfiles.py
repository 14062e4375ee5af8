"""Mails in files, and the instant at which they were received."""

import os
from datetime import UTC, datetime

import pytest

from intake import mailfiles
from tests.intake import mails

FILE_TIME = datetime(2019, 7, 9, 1, 2, 3, tzinfo=UTC)
BELOW = "from b by c; Mon, 1 Jul 2019 00:00:00 +0000"


def received(*fields: str) -> bytes:
    return b"".join(f"Received: {field}\r\n".encode() for field in fields) + mails.mail()


def test_the_topmost_received_decides_in_its_own_zone():
    raw = received("from a by mx.example; Thu, 04 Jul 2019 23:59:59 +0700 (ICT)", BELOW)
    assert mailfiles.receipt_time(raw, FILE_TIME) == (datetime(2019, 7, 4, 16, 59, 59, tzinfo=UTC), "received")


def test_a_folded_received_is_read():
    raw = received("from a\r\n\tby mx.example with ESMTPS;\r\n\tThu, 04 Jul 2019 23:59:59 +0700", BELOW)
    assert mailfiles.receipt_time(raw, FILE_TIME)[0] == datetime(2019, 7, 4, 16, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "date",
    [
        "",
        "nonsense",
        "Thu, 04 Jul 2019 23:59:59 +9999",
        "Thu, 32 Jul 2019 10:00:00 +0700",
        "1 Jan 1979 00:00:00 +0000",
        "31 Dec 9999 23:59:00 -2359",
    ],
)
def test_without_a_date_in_the_topmost_received_the_file_time_counts(date):
    assert mailfiles.receipt_time(received(f"from a by b; {date}", BELOW), FILE_TIME) == (FILE_TIME, "file_time")


def test_the_mbox_line_comes_second():
    line = b"From caoloc@unit.example Thu Jul  4 15:20:00 2019\n"
    assert mailfiles.receipt_time(line + mails.mail(), FILE_TIME) == (
        datetime(2019, 7, 4, 15, 20, tzinfo=UTC),
        "from_line",
    )
    assert mailfiles.receipt_time(line + received("by b; Thu, 4 Jul 2019 16:00:00 +0000"), FILE_TIME)[1] == "received"
    assert mailfiles.receipt_time(b"From x y z\n" + mails.mail(), FILE_TIME)[1] == "file_time"


def test_the_senders_date_never_counts():
    raw = mails.mail(Date="Thu, 04 Jul 2019 15:20:00 +0700")
    assert mailfiles.receipt_time(raw, FILE_TIME) == (FILE_TIME, "file_time")


def test_a_file_is_read_whole(tmp_path):
    path = tmp_path / "thư.eml"
    path.write_bytes(mails.mail())
    os.utime(path, (FILE_TIME.timestamp(), FILE_TIME.timestamp()))
    assert mailfiles.read_eml(path) == mailfiles.MailFile(path, mails.mail(), FILE_TIME, "file_time")
