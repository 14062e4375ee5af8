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
    assert mailfiles.read_eml(path) == mailfiles.MailFile(
        path, mails.mail(), FILE_TIME, "file_time", folder=tmp_path.name, name="thư.eml", done=len(mails.mail())
    )


@pytest.mark.parametrize(
    "date",
    ["Thu Jul  4 22:20:00 2019 +0700", "Thu Jul 04 15:20:00 +0000 2019", "Thu Jul  4 15:20:00 UTC 2019"],
)
def test_a_zone_in_the_mbox_line_counts(date):
    line = f"From 1637@xxx {date}\r\n".encode()
    instant = datetime(2019, 7, 4, 15, 20, tzinfo=UTC)
    assert mailfiles.receipt_time(mails.mail(), FILE_TIME, line) == (instant, "from_line")


def maildir(path, **names):
    """Make a Maildir; each name of a file by its folder, "a" and "b" being their subjects."""
    for folder in ("cur", "new", "tmp"):
        (path / folder).mkdir(parents=True)
    for place, name in (each for folder, all_ in names.items() for each in [(folder, name) for name in all_]):
        (path / place / name).write_bytes(mails.mail(subject=name))
    return path


def names_read(path):
    return [mail.name for source in mailfiles.sources_at(path) for mail in mailfiles.read(source)]


def snapshot(path):
    return {each: (each.stat().st_mtime_ns, each.stat().st_mode) for each in sorted(path.rglob("*"))}


def test_a_maildir_is_read_in_order_of_delivery_without_what_is_still_coming_and_stays_as_it_is(tmp_path):
    box = maildir(
        tmp_path / "Thư",
        cur=["999.M1.host:2,S", "1562234569.M1.host:2,RS"],
        new=["1562234567.M2.host"],
        tmp=["1.M.host"],
    )
    (box / "dovecot-uidlist").write_text("3 V1 N4")
    before = snapshot(box)
    (source,) = mailfiles.sources_at(box)
    found = list(mailfiles.read(source))
    assert [mail.name for mail in found] == ["999.M1.host:2,S", "1562234567.M2.host", "1562234569.M1.host:2,RS"]
    assert {mail.folder for mail in found} == {"Thư"}
    assert found[-1].done == source.size
    assert snapshot(box) == before


def test_a_mail_that_a_mail_program_marks_meanwhile_is_found_under_its_new_name(tmp_path):
    box = maildir(tmp_path / "box", new=["1.M1.host", "2.M2.host"])
    (source,) = mailfiles.sources_at(box)
    found = mailfiles.read(source)
    next(found)
    (box / "new" / "2.M2.host").rename(box / "cur" / "2.M2.host:2,S")
    assert next(found).name == "2.M2.host:2,S"


def test_a_mail_that_is_gone_meanwhile_costs_no_other(tmp_path):
    box = maildir(tmp_path / "box", new=["1.M1.host", "2.M2.host", "3.M3.host"])
    (source,) = mailfiles.sources_at(box)
    found = mailfiles.read(source)
    next(found)
    (box / "new" / "2.M2.host").unlink()
    assert isinstance(next(found), FileNotFoundError)
    assert next(found).name == "3.M3.host"


def test_a_folder_gives_every_kind_in_it_and_below_it(tmp_path):
    maildir(tmp_path / "Maildir", cur=["1.M1.host:2,S"])
    maildir(tmp_path / "Maildir" / ".Sent", cur=["2.M1.host:2,S"])
    line = b"From a@b Thu Jul  4 15:20:00 2019\n"
    (tmp_path / "Inbox").write_bytes(line + mails.mail() + b"\n" + line + mails.mail())
    (tmp_path / "Inbox.msf").write_bytes(line)
    (tmp_path / "notes").write_bytes(b"From now on\n")
    (tmp_path / "year.mbox").mkdir()
    (tmp_path / "year.mbox" / "mbox").write_bytes(line + mails.mail())
    (tmp_path / "one.EML").write_bytes(mails.mail())
    (tmp_path / "loop").symlink_to(tmp_path)
    assert names_read(tmp_path) == [
        "Inbox, mail 1", "Inbox, mail 2", "1.M1.host:2,S", "2.M1.host:2,S", "one.EML", "mbox, mail 1"
    ]  # fmt: skip


def test_a_mail_of_an_mbox_has_its_own_time_and_the_mbox_as_its_folder(tmp_path):
    box = tmp_path / "thư.mbox"
    box.write_bytes(b"From a@b Thu Jul  4 15:20:00 2019\n" + mails.mail() + b"\nFrom x\n" + mails.mail())
    os.utime(box, (FILE_TIME.timestamp(), FILE_TIME.timestamp()))
    one, other = mailfiles.read(mailfiles.sources_at(box)[0])
    assert (one.raw, one.folder, one.time_source) == (mails.mail(), "thư.mbox", "from_line")
    assert (other.raw, other.received_at, other.time_source) == (mails.mail(), FILE_TIME, "file_time")


def test_a_file_of_another_kind_holds_no_mails(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"From a@b Thu Jul  4 15:20:00 2019\n")
    assert mailfiles.sources_at(tmp_path / "a.pdf") == []
