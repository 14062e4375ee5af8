"""What the files of a mail are, and what archives may do to us."""

import io
import random
import stat
import struct
import zipfile
from collections.abc import Sequence

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake import message, part_remarks, unpack, zip_files
from tests.intake import mails


def workbook() -> bytes:
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    return buffer.getvalue()


BOOK = workbook()


def leaf(name: str, data: bytes, declared: str = "application/octet-stream", *, inline: bool = False) -> message.Leaf:
    return message.Leaf(name, declared, data, inline, "")


def unpacked(*files: tuple[str, bytes]) -> unpack.Unpacked:
    return unpack.unpack([leaf(name, data) for name, data in files])


def dangers(data: bytes) -> tuple[str, ...]:
    return unpacked(("BC.zip", data)).dangers


def patched(archive: bytes, change: dict[int, bytes]) -> bytes:
    """Return `archive` with bytes replaced at the given offsets."""
    data = bytearray(archive)
    for at, new in change.items():
        data[at : at + len(new)] = new
    return bytes(data)


class TestKindsByContent:
    @pytest.mark.parametrize("name", ["BC.xlsx", "BC.xls", "AT00001.dat", "", "anh.jpg"])
    def test_a_workbook_is_one_whatever_its_name(self, name):
        (file,) = unpacked((name, BOOK)).files
        assert (file.name, file.kind, file.data, file.why, file.path) == (name, "xlsx", BOOK, "", "")

    @pytest.mark.parametrize(
        ("name", "data", "kind"),
        [
            ("BC.xlsx", b"", "empty"),
            ("~$BC thang hanh dong.xlsx", b"\x04Lan " + b" " * 160, "lock_file"),
            ("BC.rar", b"Rar!\x1a\x07\x01\x00" + b"x" * 20, "rar"),
            ("BC.7z", b"7z\xbc\xaf\x27\x1c" + b"x" * 20, "7z"),
            ("winmail.dat", b"\x78\x9f\x3e\x22" + b"x" * 20, "tnef"),
        ],
    )
    def test_what_is_not_opened_says_why(self, name, data, kind):
        found = unpacked((name, data))
        assert [(file.kind, bool(file.why)) for file in found.files] == [(kind, True)]
        assert found.dangers == ()

    def test_a_picture_in_the_signature_is_told_from_an_attached_one(self):
        picture = b"\x89PNG\r\n\x1a\n" + b"x" * 20
        found = unpack.unpack([leaf("image001.png", picture, "image/png", inline=True), leaf("anh.png", picture)])
        assert [(file.kind, file.why) for file in found.files] == [("image", "inline image"), ("image", "")]

    def test_an_invitation_is_a_calendar(self):
        (file,) = unpack.unpack([leaf("", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "text/calendar")]).files
        assert file.kind == "calendar"

    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("anh.jpg", b"MZ\x90\x00" + b"x" * 60),
            ("bieu mau.js", b"WScript.Echo(1)"),
            ("BC.xlsx.exe. ", b"text"),
            ("BC.scr", b"x"),
            ("x", b"\x7fELF"),
        ],
    )
    def test_a_program_is_a_danger_also_inside_an_archive(self, name, data):
        assert unpacked((name, data)).dangers == ("executable",)
        assert dangers(mails.zipped([("f/" + name, data)])) == ("executable",)

    def test_a_program_behind_a_password_is_a_danger_by_its_name(self):
        archive = encrypted(mails.zipped([("form.exe", b"x")]))
        assert dangers(archive) == ("executable",)


class TestArchives:
    def test_members_follow_their_archive_in_order_with_their_path(self):
        archive = mails.zipped([("BC/xã 1.xlsx", BOOK), ("BC/", b""), ("BC/ghi chú.txt", b"a\n")])
        files = unpacked(("BC.zip", archive), ("khac.xlsx", BOOK)).files
        assert [(file.name, file.path, file.kind, file.why) for file in files] == [
            ("BC.zip", "", "zip", "opened"),
            ("xã 1.xlsx", "BC.zip", "xlsx", ""),
            ("ghi chú.txt", "BC.zip", "text", ""),
            ("khac.xlsx", "", "xlsx", ""),
        ]

    def test_a_zip_in_a_zip_is_opened_a_deeper_one_is_a_danger(self):
        inner = mails.zipped([("BC.xlsx", BOOK)])
        middle = mails.zipped([("inner.zip", inner)])
        found = unpacked(("outer.zip", middle))
        assert [(file.name, file.path) for file in found.files][-1] == ("BC.xlsx", "outer.zip/inner.zip")
        assert found.dangers == ()
        assert dangers(mails.zipped([("middle.zip", middle)])) == ("archive_nested",)

    @pytest.mark.parametrize(
        ("raw", "name"), [("Báo cáo.xlsx".encode(), "Báo cáo.xlsx"), ("BÁO CÁO.xlsx".encode("cp1258"), "BÁO CÁO.xlsx")]
    )
    def test_p11_names_without_the_utf_8_flag(self, raw, name):
        archive = mails.zipped([("X" * len(raw), BOOK)]).replace(b"X" * len(raw), raw)
        assert unpacked(("BC.zip", archive)).files[1].name == name

    def test_windows_separators_and_litter(self):
        archive = mails.zipped([("thu muc\\BC.xlsx", BOOK), ("__MACOSX/._BC.xlsx", b"\x00\x05\x16\x07")])
        files = unpacked(("BC.zip", archive)).files
        assert [(file.name, file.kind) for file in files[1:]] == [("BC.xlsx", "xlsx"), ("._BC.xlsx", "unknown")]

    def test_a_password_is_said(self):
        found = unpacked(("BC.zip", encrypted(mails.zipped([("BC.xlsx", BOOK)]))))
        assert [(file.kind, file.why, file.data) for file in found.files[1:]] == [
            ("closed", "not taken out: the archive is protected by a password", b"")
        ]
        assert found.dangers == ()

    def test_other_methods_are_said(self):
        found = unpacked(("BC.zip", mails.zipped([("BC.xlsx", BOOK)], zipfile.ZIP_LZMA)))
        assert found.files[1].why == part_remarks.UNKNOWN_METHOD

    def test_damage_is_no_danger(self):
        archive = mails.zipped([("BC.xlsx", random.Random(1).randbytes(3000))])
        for broken in (archive[:1000], archive[:-30], patched(archive, {200: b"\x00\xff\x00\xff"})):
            found = unpacked(("BC.zip", broken))
            assert found.dangers == ()
            assert any("damaged" in file.why for file in found.files)

    def test_trailing_junk_is_passed_over(self):
        archive = mails.zipped([("BC.xlsx", BOOK)]) + b"-- sent by a gateway --"
        assert [file.kind for file in unpacked(("BC.zip", archive)).files] == ["zip", "xlsx"]


def encrypted(archive: bytes) -> bytes:
    """Return `archive` with the flag "encrypted" set in each header."""
    out = bytearray(archive)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = archive.find(mark)
        while at >= 0:
            out[at + offset] |= 1
            at = archive.find(mark, at + 4)
    return bytes(out)


def full_overlap(count: int) -> bytes:
    """Return a zip whose directory entries all point at one member (the bomb of CVE-2024-0450)."""
    one = mails.zipped([("a", b"0" * 1000)])
    at = one.find(b"PK\x01\x02")
    entry, end = one[at : one.find(b"PK\x05\x06")], one.find(b"PK\x05\x06")
    directory = entry * count
    return (
        one[:at]
        + directory
        + struct.pack("<4s4H2LH", *(b"PK\x05\x06", 0, 0, count & 0xFFFF, count & 0xFFFF, len(directory), at, 0))
        + one[end + 22 :]
    )


def linked() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("link.xlsx")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "../../etc/passwd")
    return buffer.getvalue()


def with_members(members: Sequence[tuple[str, bytes]]) -> bytes:
    """Return a zip that may hold two members of one name, without the library's warning."""
    names = [f"{n:04d}" for n in range(len(members))]
    archive = mails.zipped([(name, data) for name, (_, data) in zip(names, members, strict=True)], zipfile.ZIP_STORED)
    for name, (wanted, _) in zip(names, members, strict=True):
        archive = archive.replace(name.encode(), wanted.encode())
    return archive


class TestHostileArchives:
    @pytest.mark.parametrize(
        "name", ["../BC.xlsx", "/etc/BC.xlsx", "a/../../BC.xlsx", "C:\\BC.xlsx", "..\\BC.xlsx", "\\BC.xlsx"]
    )
    def test_names_that_lead_out(self, name):
        assert dangers(mails.zipped([(name, BOOK)])) == ("archive_path",)

    def test_a_link(self):
        assert dangers(linked()) == ("archive_link",)

    def test_two_members_of_one_name(self):
        assert dangers(with_members([("same", b"1"), ("same", b"2")])) == ("archive_duplicate_names",)

    def test_members_that_share_their_bytes(self):
        assert dangers(full_overlap(2)) == ("archive_overlap",)

    def test_a_local_header_of_another_name(self):
        archive = with_members([("BC.x", BOOK)])
        assert dangers(archive.replace(b"BC.x", b"XX.x", 1)) == ("archive_inconsistent",)

    def test_a_local_header_of_another_size(self):
        archive = with_members([("BC.x", BOOK)])
        assert dangers(patched(archive, {22: struct.pack("<I", len(BOOK) + 5)})) == ("archive_inconsistent",)

    def test_more_than_declared_comes_out(self):
        archive = mails.zipped([("BC.txt", b"a" * 5000)])
        central = archive.find(b"PK\x01\x02")
        small = struct.pack("<I", 100)
        assert dangers(patched(archive, {22: small, central + 24: small})) == ("archive_bomb",)

    def test_a_thousand_to_one(self):
        assert dangers(mails.zipped([("BC.txt", b"0" * 5_000_000)])) == ("archive_bomb",)

    def test_too_large_together(self):
        noise = random.Random(1).randbytes(1_000_000)
        archive = mails.zipped([(f"{n}.bin", noise * 7) for n in range(9)], zipfile.ZIP_STORED)
        assert dangers(archive) == ("archive_bomb",)

    def test_too_many_members(self):
        assert dangers(mails.zipped([(f"{n}", b"") for n in range(zip_files.MAX_MEMBERS + 1)])) == (
            "archive_too_many_members",
        )

    def test_a_hundred_thousand_entries_are_refused_before_they_are_read(self):
        assert dangers(full_overlap(100_000)) == ("archive_too_many_members",)

    def test_a_zip64_end_that_is_elsewhere(self):
        archive = mails.zipped([("BC.xlsx", BOOK)])
        at = archive.find(b"PK\x05\x06")
        locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
        assert dangers(archive[:at] + locator + archive[at:]) == ("archive_inconsistent",)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_damaged_archive_never_raises(data):
    archive = bytearray(mails.zipped([("a.xlsx", BOOK[:300]), ("b.txt", b"text")]))
    for _ in range(data.draw(st.integers(1, 4))):
        archive[data.draw(st.integers(0, len(archive) - 1))] = data.draw(st.integers(0, 255))
    assert unpacked(("BC.zip", bytes(archive))).files[0].name == "BC.zip"
