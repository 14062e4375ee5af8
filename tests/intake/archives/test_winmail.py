"""Outlook's winmail.dat: its files with their names, its words, and what is damaged in it."""

import contextlib
import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake import contents, message, part_remarks, tnef_files, unpack, zip_files
from service.demo import sample_archives
from tests.intake import known, mails
from tests.intake.archives import cases

TNEF = "application/ms-tnef"
BEGIN, TITLE, DATA, PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
MAIL_PROPERTIES = 0x00069003
LONG_NAME, HTML, BINARY, UNICODE = 0x3707, 0x1013, 0x0102, 0x001F


def attribute(level: int, tag: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, tag, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def properties(*pairs: tuple[int, int, bytes]) -> bytes:
    """Return MAPI properties of (type, name, value), each of one value ([MS-OXTNEF] 2.1.3.4)."""
    found = struct.pack("<I", len(pairs))
    for kind, name, value in pairs:
        found += struct.pack("<HHII", kind, name, 1, len(value)) + value + bytes(-len(value) % 4)
    return found


def winmail(*attributes: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


def named(title: bytes, long_name: str = "", data: bytes = b"content") -> bytes:
    """Return the attributes of one file."""
    found = attribute(2, BEGIN, bytes(14)) + attribute(2, TITLE, title + b"\0") + attribute(2, DATA, data)
    if long_name:
        value = (long_name + "\0").encode("utf-16-le")
        found += attribute(2, PROPERTIES, properties((UNICODE, LONG_NAME, value)))
    return found


def members(data: bytes) -> list[tuple[str, bytes]]:
    return [(member.name, member.data) for member in tnef_files.members(data, zip_files.Budget())]


def mail_with(data: bytes, text: str = "") -> bytes:
    parts = [mails.part("text/plain; charset=utf-8", text.encode())] if text else []
    parts.append(mails.attachment("winmail.dat", data, TNEF))
    return mails.head(f"<{known.CAO_LOC}>") + mails.multipart(parts)


def test_a_report_in_it_is_read_and_listed_below_it() -> None:
    data = sample_archives.winmail("Em gửi báo cáo ạ.", [(cases.NAME, cases.report()), ("anh.jpg", cases.PHOTO)])
    inside = contents.Reader([known.form_2019()]).read(mail_with(data, "Em gửi ạ."))
    assert [(part.name, part.path, part.kind, part.used) for part in inside.parts] == [
        ("winmail.dat", "", "tnef", False),
        (cases.NAME, "winmail.dat", "xlsx", True),
        ("anh.jpg", "winmail.dat", "image", False),
    ]
    understood = known.decided(inside)
    assert (understood.outcome.value, understood.reason) == ("accepted", "valid")


def test_an_archive_in_it_is_one_archive_deep() -> None:
    inner = mails.zipped([("b.zip", mails.zipped([(cases.NAME, cases.report())]))])
    leaf = message.Leaf("winmail.dat", TNEF, winmail(named(b"BC.zip", data=inner)), inline=False, content_id="")
    found = unpack.unpack([leaf])
    assert found.dangers == ()
    assert found.files[-1].path == "winmail.dat/BC.zip/b.zip"


@pytest.mark.parametrize(
    ("title", "long_name", "shown"),
    [
        (b"BAOCAO~1.XLS", "Báo cáo huyện Cao Lộc.xls", "Báo cáo huyện Cao Lộc.xls"),
        ("BÁO CÁO.xls".encode("cp1258"), "", "BÁO CÁO.xls"),
        ("Báo cáo.xls".encode(), "", "Báo cáo.xls"),
        (b"", "", ""),
    ],
)
def test_names_are_read_long_ones_first(title: bytes, long_name: str, shown: str) -> None:
    assert members(winmail(named(title, long_name))) == [(shown, b"content")]


def test_the_words_of_the_mail_are_taken_where_it_has_none_of_its_own() -> None:
    data = sample_archives.winmail("Em gửi báo cáo ạ.", [])
    assert message.parse(mail_with(data)).text == "Em gửi báo cáo ạ."
    assert message.parse(mail_with(data, "Phòng gửi.")).text == "Phòng gửi."


def test_words_in_html_are_taken_as_well() -> None:
    html = "<p>Em gửi báo cáo ạ.</p>".encode()
    data = winmail(attribute(1, MAIL_PROPERTIES, properties((BINARY, HTML, html))))
    assert message.parse(mail_with(data)).text.strip() == "Em gửi báo cáo ạ."


def test_a_file_before_which_something_odd_stands_is_still_found() -> None:
    odd = attribute(1, 0x00018004, b"\xff\xfe\x81 subject in no code page") + attribute(1, 0x00080000, b"odd")
    assert members(winmail(odd, named(b"BC.xls"))) == [("BC.xls", b"content")]


def test_what_is_cut_off_gives_what_is_whole() -> None:
    data = winmail(named(b"1.xls"), named(b"2.xls", data=b"x" * 400))
    assert members(data[:-100])[0] == ("1.xls", b"content")


@pytest.mark.parametrize("data", [winmail(), winmail(b"\x07" * 40), winmail()[:4], winmail(b"\x02" + b"\xff" * 30)])
def test_what_holds_nothing_is_damaged(data: bytes) -> None:
    with pytest.raises(zip_files.Damaged):
        members(data)
    leaf = message.Leaf("winmail.dat", TNEF, data, inline=False, content_id="")
    assert [file.why for file in unpack.unpack([leaf]).files] == [part_remarks.DAMAGED_ARCHIVE]


def test_a_count_of_billions_costs_seconds_not_minutes() -> None:
    endless = struct.pack("<I", 1) + struct.pack("<HH", 0x1002, 0x3001) + struct.pack("<I", 0xFFFFFFFF)
    started = time.monotonic()
    data = winmail(named(b"BC.xls"), attribute(1, MAIL_PROPERTIES, endless))
    assert members(data) == [("BC.xls", b"content")]
    assert time.monotonic() - started < 20


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_one_never_raises_anything_else(data: st.DataObject) -> None:
    whole = bytearray(
        winmail(named(b"BC.xls", "Báo cáo.xls"), attribute(1, MAIL_PROPERTIES, properties((BINARY, HTML, b"x"))))
    )
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(6, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(zip_files.Damaged, zip_files.Hostile):
        members(bytes(whole))
    assert isinstance(tnef_files.words(bytes(whole)), tuple)
