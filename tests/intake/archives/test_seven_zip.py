"""Which 7zz is used, what it is let open, and what becomes of mails where there is none."""

import stat
from pathlib import Path

import pytest

from intake import contents, message, part_remarks, seven_zip, unpack
from service import doctor_machine
from tests.intake import known
from tests.intake import mails as raw_mails
from tests.intake.archives import cases, made, rar_writer

RAR = rar_writer.rar5([rar_writer.file5(b"BC.xlsx", b"content")])


def on_a_path(folder: Path, name: str, program: str) -> Path:
    """Put an executable shell program of a name into a folder."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{program}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_the_one_that_comes_with_rollcall_goes_first() -> None:
    found = made.program()
    assert found.is_bundled
    assert {"Rar", "Rar5", "7z", "zip", "tar", "gzip", "bzip2", "xz", "Cab", "Arj", "Lzh"} <= found.types


@pytest.mark.parametrize("name", ["7zz", "7z"])
def test_one_on_the_search_path_serves_as_well(name: str, tmp_path: Path) -> None:
    (tmp_path / name).symlink_to(made.program().path)
    found = seven_zip.find(str(tmp_path))
    assert found is not None
    assert (found.is_bundled, found.path) == (False, str(tmp_path / name))
    leaf = message.Leaf("BC.rar", "", RAR, inline=False, content_id="")
    assert [file.name for file in unpack.unpack([leaf], found).files] == ["BC.rar", "BC.xlsx"]


@pytest.mark.parametrize("program", ["exit 1", "echo something else", "sleep 0"])
def test_a_program_that_is_no_7_zip_is_none(program: str, tmp_path: Path) -> None:
    on_a_path(tmp_path, "7z", program)
    assert seven_zip.find(str(tmp_path)) is None


def test_a_7_zip_without_rar_opens_the_rest(tmp_path: Path) -> None:
    told = "7-Zip (z) 22.01 (x64) : Copyright\\n Formats:\\n C...F 7z 7z\\n zip zip\\n tar tar"
    on_a_path(tmp_path, "7zz", f'[ "$1" = i ] && printf "{told}" || exec {made.program().path} "$@"')
    found = seven_zip.find(str(tmp_path))
    assert found is not None
    assert found.version == "22.01"
    leaf = message.Leaf("BC.rar", "", RAR, inline=False, content_id="")
    assert [file.why for file in unpack.unpack([leaf], found).files] == [part_remarks.NO_PROGRAM]
    (probed,) = doctor_machine.archives(found)
    assert not probed.ok
    assert "knows no rar" in probed.sentence


@pytest.mark.parametrize("says", ["rar 5", "7z", "tar", "gz", "lzh"])
def test_where_none_is_installed_the_mail_waits_for_a_person(says: str, tmp_path: Path) -> None:
    case = next(case for case in cases.CASES if case.says == says)
    reader = contents.Reader([known.form_2019()], None)
    raw = raw_mails.mail(f"<{known.CAO_LOC}>", "BC", "Em gửi ạ.", attachments=[(case.file_name, case.make(tmp_path))])
    inside = reader.read(raw)
    understood = known.decided(inside)
    assert (understood.outcome.value, understood.reason) == ("held", "archive_not_opened")
    assert inside.parts[0].why == part_remarks.NO_PROGRAM


def test_the_self_check_says_which_one_is_used(tmp_path: Path) -> None:
    (bundled,) = doctor_machine.archives(made.program())
    assert bundled.ok
    assert "Rollcall's own 7zz (7-Zip " in bundled.sentence
    (missing,) = doctor_machine.archives(None)
    assert not missing.ok
    assert "rar" in missing.sentence
    (tmp_path / "7zz").symlink_to(made.program().path)
    (elsewhere,) = doctor_machine.archives(seven_zip.find(str(tmp_path)))
    assert str(tmp_path / "7zz") in elsewhere.sentence


@pytest.mark.parametrize(
    "name", [b"a\nPath = ../../etc/passwd", b"a\n\nPath = b\nSize = 1", b"-x", b"@list", b"*", b"\xff\xfe"]
)
def test_a_members_name_is_only_a_name(name: bytes) -> None:
    archive = rar_writer.rar4([rar_writer.file4(name, b"content"), rar_writer.file4(b"z.xlsx", b"more")])
    entries = seven_zip.entries(made.program(), archive, 10.0)
    assert [entry.size for entry in entries] == [7, 4]
    assert seven_zip.unpack(made.program(), archive, entries, 10.0).members == [b"content", b"more"]


@pytest.mark.parametrize(
    "data", [b"", b"Rar!\x1a\x07\x01\x00", b"7z\xbc\xaf\x27\x1c" + bytes(40), b"\x1f\x8b\x08", b"MSCF" + bytes(60)]
)
def test_what_only_begins_like_an_archive_is_damaged_or_empty(data: bytes) -> None:
    leaf = message.Leaf("BC", "", data, inline=False, content_id="")
    found = unpack.unpack([leaf], made.program())
    assert found.dangers == ()
    assert found.files[0].why in {
        part_remarks.DAMAGED_ARCHIVE,
        part_remarks.EMPTY_ARCHIVE,
        part_remarks.EMPTY,
        part_remarks.OPENED,
    }
