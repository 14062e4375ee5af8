"""`rollcall form`: without mailbox, database or configuration."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from forms import blank
from tests.forms import workbooks
from tests.journeys.office import CAMPAIGN, form_2019

ROLLCALL = Path(sys.executable).parent / "rollcall"
FORM = str(CAMPAIGN / "form.toml")


def call(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(ROLLCALL), "form", *arguments], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


def test_blank_writes_the_blank_workbook_of_the_form(tmp_path: Path) -> None:
    done = call(tmp_path, "blank", FORM, "-o", "mau.xlsx")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "mau.xlsx").read_bytes() == blank.blank(form_2019(), blank.BlankHeading())


def test_learn_writes_a_form_that_the_other_commands_take(tmp_path: Path) -> None:
    (tmp_path / "mau.xlsx").write_bytes((CAMPAIGN / "blank.xlsx").read_bytes())

    done = call(tmp_path, "learn", "mau.xlsx", "-o", "form.toml")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("KẾT QUẢ THỰC HIỆN THÁNG HÀNH ĐỘNG VÌ TRẺ EM NĂM 2019 (THDTE-2019-v1)")
    (tmp_path / "bc.xlsx").write_bytes(workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", seed=3))
    read = json.loads(call(tmp_path, "read", "form.toml", "bc.xlsx", "--json").stdout)
    assert (read["verdict"], read["problems"]) == ("valid", [])
    assert call(tmp_path, "blank", "form.toml", "-o", "lai.xlsx").returncode == 0
    again = call(tmp_path, "learn", "lai.xlsx", "-o", "again.toml")
    assert again.returncode == 0


def test_learning_keeps_a_form_that_was_there(tmp_path: Path) -> None:
    (tmp_path / "form.toml").write_text("name = 'by hand'", "utf-8")

    done = call(tmp_path, "learn", str(CAMPAIGN / "blank.xlsx"), "-o", "form.toml")

    assert (done.returncode, done.stderr) == (0, "form.toml was there already; it is kept as form.toml.bak.\n")
    assert (tmp_path / "form.toml.bak").read_text("utf-8") == "name = 'by hand'"


def test_learning_tells_of_another_blank_workbook_beside_the_form(tmp_path: Path) -> None:
    folder = tmp_path / "dot"
    folder.mkdir()
    (folder / "blank.xlsx").write_bytes(b"the sample's")
    own = tmp_path / "mau.xlsx"
    own.write_bytes((CAMPAIGN / "blank.xlsx").read_bytes())

    done = call(tmp_path, "learn", "mau.xlsx", "-o", "dot/form.toml")
    said = "dot/blank.xlsx is another workbook; put mau.xlsx in its place if it is what goes out to units.\n"
    assert (done.returncode, done.stderr) == (0, said)

    (folder / "blank.xlsx").write_bytes(own.read_bytes())
    assert call(tmp_path, "learn", "mau.xlsx", "-o", "dot/form.toml").stderr == ""


def test_no_command_writes_over_a_file_that_it_reads(tmp_path: Path) -> None:
    (tmp_path / "form.toml").write_bytes(Path(FORM).read_bytes())
    (tmp_path / "bc.xlsx").write_bytes(workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", seed=3))
    (tmp_path / "link.xlsx").symlink_to("bc.xlsx")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    for command in (
        ("mark", "form.toml", "bc.xlsx", "-o", "./bc.xlsx"),
        ("mark", "form.toml", "bc.xlsx", "-o", "link.xlsx"),
        ("mark", "form.toml", "bc.xlsx", "-o", "form.toml"),
        ("learn", "bc.xlsx", "-o", "bc.xlsx"),
        ("blank", "form.toml", "-o", str(tmp_path / "form.toml")),
    ):
        done = call(tmp_path, *command)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.endswith(" itself, which would be lost; name another file with -o.\n")
        assert len(done.stderr.splitlines()) == 1
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("data", [b"", b"khong phai bang tinh"])
def test_what_gives_no_form_is_told_and_nothing_is_written(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "hong.xlsx").write_bytes(data)

    done = call(tmp_path, "learn", "hong.xlsx", "-o", "form.toml")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("hong.xlsx gives no form: ")
    assert not (tmp_path / "form.toml").exists()


def test_read_prints_every_value_with_its_cell(tmp_path: Path) -> None:
    form = form_2019()
    (tmp_path / "bc.xlsx").write_bytes(workbooks.filled_2019(form, "UBND huyện Cao Lộc", seed=3))

    done = call(tmp_path, "read", FORM, "bc.xlsx", "--json")

    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert (told["form"], told["version"], told["verdict"]) == ("THDTE-2019", "1", "valid")
    assert told["header"]["unit"] == "UBND huyện Cao Lộc"
    values = {value["cell"]: value for value in told["values"] if value["sheet"] == "Bieu 01"}
    assert values["D41"]["value"] == workbooks.content_2019(form, "UBND huyện Cao Lộc", seed=3)["Bieu 01"]["D41"]
    assert values["D41"]["label"] == "Trẻ em được thăm, tặng quà"
    assert [path.name for path in tmp_path.iterdir()] == ["bc.xlsx"]


def test_a_returned_verdict_is_work_done(tmp_path: Path) -> None:
    (tmp_path / "trong.xlsx").write_bytes(blank.blank(form_2019(), blank.BlankHeading()))

    done = call(tmp_path, "read", FORM, "trong.xlsx")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("needs_fix (blank_form)")


@pytest.mark.parametrize("data", [b"", b"khong phai bang tinh", b"PK\x03\x04hong"])
def test_what_is_no_workbook_is_a_verdict_too(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "hong.xlsx").write_bytes(data)

    done = call(tmp_path, "read", FORM, "hong.xlsx", "--json")

    assert done.returncode == 0
    assert json.loads(done.stdout)["verdict"] in {"unreadable", "wrong_form"}


def test_every_mistake_of_the_form_is_told_and_nothing_is_read(tmp_path: Path) -> None:
    (tmp_path / "form.toml").write_text('name = "X"\nversion = 1\ncolour = "red"\n', "utf-8")
    (tmp_path / "bc.xlsx").write_bytes(b"")

    for done in (call(tmp_path, "read", "form.toml", "bc.xlsx"), call(tmp_path, "blank", "form.toml", "-o", "x.xlsx")):
        assert (done.returncode, done.stdout) == (2, "")
        assert len(done.stderr.splitlines()) >= 3
        assert all(line.startswith("form.toml: ") for line in done.stderr.splitlines())
    assert not (tmp_path / "x.xlsx").exists()


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    for arguments in (
        ("read", FORM, "nowhere.xlsx"),
        ("read", "nowhere.toml", "x"),
        ("blank", "nowhere.toml", "-o", "x"),
    ):
        done = call(tmp_path, *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert "nowhere" in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_blank_says_where_it_cannot_write(tmp_path: Path) -> None:
    done = call(tmp_path, "blank", FORM, "-o", "nowhere/mau.xlsx")

    assert done.returncode == 2
    assert "cannot be written" in done.stderr


def test_mark_writes_the_copy_and_lists_what_is_marked(tmp_path: Path) -> None:
    wrong = workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", 1, {"D42": 9_999_999})
    (tmp_path / "bc.xlsx").write_bytes(wrong)

    done = call(tmp_path, "mark", FORM, "bc.xlsx", "-o", "danh-dau.xlsx")

    assert (done.returncode, done.stderr) == (0, "")
    assert "error     C15" in done.stdout
    marked = openpyxl.load_workbook(tmp_path / "danh-dau.xlsx")
    assert marked["Bieu 01"]["D42"].comment is not None
    assert (tmp_path / "bc.xlsx").read_bytes() == wrong


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF-1.4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_what_cannot_be_marked_is_told_in_a_sentence_and_nothing_is_written(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bc.xlsx").write_bytes(content)

    done = call(tmp_path, "mark", FORM, "bc.xlsx", "-o", "danh-dau.xlsx")

    assert (done.returncode, done.stdout) == (1, "")
    assert "bc.xlsx cannot be marked: " in done.stderr
    assert not (tmp_path / "danh-dau.xlsx").exists()


def test_mark_makes_an_xlsx_of_an_xls_and_says_so_where_it_is_named_otherwise(tmp_path: Path) -> None:
    wrong = workbooks.filled_2019_xls(form_2019(), "UBND huyện Cao Lộc", 1, {"D42": 9_999_999})
    (tmp_path / "bc.xls").write_bytes(wrong)

    done = call(tmp_path, "mark", FORM, "bc.xls", "-o", "danh-dau.xls")
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "The marked copy of bc.xls is an .xlsx workbook; name it danh-dau.xlsx before it is opened."
    ]
    assert (tmp_path / "danh-dau.xls").read_bytes()[:2] == b"PK"

    done = call(tmp_path, "mark", FORM, "bc.xls", "-o", "danh-dau.xlsx")
    assert (done.returncode, done.stderr) == (0, "")
    assert openpyxl.load_workbook(tmp_path / "danh-dau.xlsx")["Bieu 01"]["D42"].comment is not None


def a_sheet_of_millions_of_texts() -> bytes:
    """Return a small file that no reader can hold in 128 MB: 900,000 cells, 22 MB of XML."""
    row = b"<row>" + b"".join(b'<c t="str"><v>%x</v></c>' % (number * 37 % 4096) for number in range(300)) + b"</row>"
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", 1))) as source,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                start, end = content.index(b"<sheetData>"), content.index(b"</sheetData>")
                content = content[:start] + b"<sheetData>" + row * 3_000 + content[end:]
            archive.writestr(name, content)
    return written.getvalue()


def test_a_workbook_that_no_reader_can_hold_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "bc.xlsx").write_bytes(a_sheet_of_millions_of_texts())
    for command in (["read", FORM, "bc.xlsx"], ["mark", FORM, "bc.xlsx", "-o", "danh-dau.xlsx"]):
        # A machine that grants a process 128 MB: a reader's own limit of 512 MB gives way to what is stricter.
        done = subprocess.run(
            ["prlimit", f"--as={128 << 20}", str(ROLLCALL), "form", *command],
            cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (1, "")
        # What the reader itself complained of may come before or after: another thread passes it on.
        (said,) = [line for line in done.stderr.splitlines() if "bc.xlsx" in line]
        assert said.startswith("bc.xlsx could not be read within the limits of a reader: ")
        assert said.endswith(".")
        assert "Traceback" not in done.stderr
        assert not (tmp_path / "danh-dau.xlsx").exists()
