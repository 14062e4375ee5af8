"""`rollcall consolidate --report`: the draft report of real reports, its figures those of the workbook beside it."""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from forms import consolidate_totals as totals
from forms import notation, read
from forms.form import Row
from notifications import words
from roll import reports
from tests.forms import found
from tests.journeys.office import JULY_3, form_2019
from tests.notifications.samples import ZONE
from tests.servers import libreoffice
from tests.service.reported import HOSTILE, ReportedOffice, filled, units, with_hostile_cells

AT = "2019-07-05T08:00"
FORM = form_2019()
DOUBTFUL, HOSTILE_ONE, RETURNED, QUARANTINED, CORRECTED = "H180", "H181", "H182", "SNV", "H183"
SECRET = "Trẻ Em Mẫu A, sinh ngày 01/02/2010"
FIRST, SECOND = "Lần đầu: thiếu kinh phí.", "Lần sau: đã đủ kinh phí."


def report_of(code: str, seed: int) -> bytes:
    changes: dict[str, dict[str, Any]] = {
        DOUBTFUL: {"D62": 5000},  # more than 60 children a class (C26)
        RETURNED: {"D41": "?", "Thuyet minh!C7": "Nội dung của báo cáo chưa được tiếp nhận."},
        QUARANTINED: {"Thuyet minh!C7": SECRET},
        CORRECTED: {"Thuyet minh!C7": FIRST},
    }
    made = filled(code, seed, changes.get(code))
    return with_hostile_cells(made) if code == HOSTILE_ONE else made


def with_children(report: bytes) -> bytes:
    """Return a report with a list of named children on a sheet of its own: it is set aside whole."""

    def write(book: openpyxl.Workbook) -> None:
        page = book.create_sheet("Danh sach")
        page.append(["STT", "Họ và tên", "Ngày sinh", "Dân tộc", "Địa chỉ"])
        for number, letter in enumerate("ABCDEFGHIKLM", start=1):
            page.append([number, f"Trẻ Em Mẫu {letter}", f"{number:02}/02/2010", "Tày", "Xã mẫu"])

    return found.edited(report, write)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> ReportedOffice:
    """An office with twelve reports, and with the workbook and the draft report made from them."""
    made = ReportedOffice(tmp_path_factory.mktemp("office"))
    codes = [*(unit["code"] for unit in units()[:11]), QUARANTINED]
    sent = {code: report_of(code, seed) for seed, code in enumerate(codes)}
    sent[QUARANTINED] = with_children(sent[QUARANTINED])
    made.receive(sent)
    again = {CORRECTED: filled(CORRECTED, 3, {"Thuyet minh!C7": SECOND})}
    made.receive(again, JULY_3 + timedelta(hours=3))
    worse = {CORRECTED: filled(CORRECTED, 3, {"D41": "?", "Thuyet minh!C7": "Lần ba, chưa được tiếp nhận."})}
    made.receive(worse, JULY_3 + timedelta(hours=6))
    made.run("consolidate", "-o", "tong-hop.xlsx", "--report", "du-thao.docx", "--at", AT)
    return made


@pytest.fixture(scope="module")
def rows(office: ReportedOffice) -> list[list[str]]:
    document = docx.Document(str(office.folder / "du-thao.docx"))
    return [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]


@pytest.fixture(scope="module")
def lines(office: ReportedOffice) -> list[str]:
    return [each.text for each in docx.Document(str(office.folder / "du-thao.docx")).paragraphs]


@pytest.fixture(scope="module")
def reading(office: ReportedOffice) -> reports.Reading:
    """Return the consolidated workbook as whoever gets it reads it."""
    data = (office.folder / "tong-hop.xlsx").read_bytes()
    return read.read_file(data, "tong-hop.xlsx", [read.prepare(FORM)])


def told_lines(rows: list[list[str]]) -> list[tuple[Row, list[str]]]:
    """Return the form's printed lines, each with what the draft says of it: labels recur, their order does not."""
    printed = [row for sheet in FORM.sheets if sheet.kind == "rows" for row in sheet.rows if not row.section]
    told = [row for row in rows if len(row) == 6 and row[0] != "STT"]
    assert [row[1] for row in told] == [line.label for line in printed]
    return list(zip(printed, told, strict=True))


def matrix_of(office: ReportedOffice) -> list[tuple[Any, ...]]:
    """Return the lines of the workbook's matrix: item, label, unit, column, total, how many units, how they lie."""
    page = openpyxl.load_workbook(office.folder / "tong-hop.xlsx", data_only=True)["Ma trận"]
    return [row[:7] for row in page.iter_rows(min_row=5, values_only=True)]


def test_every_total_is_the_one_of_the_consolidated_workbook(rows: list[list[str]], reading: reports.Reading) -> None:
    vietnamese = words.Vietnamese(ZONE)
    in_workbook = {(each.name, each.column): each.value for each in reading.values if each.row is None}
    compared = 0
    for line, told in told_lines(rows):
        for place, column in enumerate(("quantity", "cost"), start=3):
            if (line.type or "integer") not in ("integer", "decimal"):
                continue
            value = in_workbook.get((line.name, column))
            shown = told[place].removesuffix(" (*)")
            if column in line.columns:
                assert shown == ("-" if value is None else vietnamese.number(value)), (line.name, column)
                compared += value is not None
            else:
                assert shown == ""
    assert compared == sum(each.kind in ("integer", "decimal") for each in totals.asked_cells(FORM))


def test_how_many_units_gave_a_figure_and_how_these_lie_is_what_the_workbook_says(
    rows: list[list[str]], office: ReportedOffice
) -> None:
    matrix = iter(matrix_of(office))
    for line, told in told_lines(rows):
        in_workbook = [next(matrix) for _ in line.columns]
        assert {row[1] for row in in_workbook} == {line.label}
        counts = [str(row[5]) for row in in_workbook]
        assert told[5] == ("; ".join(counts) if len(set(counts)) > 1 else counts[0])
        if line.type == "yes_no":
            assert told[3] == in_workbook[0][6]
        if line.type == "date":
            days = [datetime.strptime(day, "%d/%m/%Y") for day in in_workbook[0][6].split(" - ")]
            assert told[3] == " - ".join(notation.day(day) for day in dict.fromkeys(days))


def test_records_of_lists_are_counted_and_not_told(
    rows: list[list[str]], lines: list[str], reading: reports.Reading, office: ReportedOffice
) -> None:
    for sheet in (sheet for sheet in FORM.sheets if sheet.kind == "list"):
        records = {value.row for value in reading.values if value.row is not None and value.name == sheet.name}
        counted = next(row for row in rows if row[1].startswith(f"{sheet.caption}. "))
        assert counted[2] == str(len(records))
    values = {row["value"] for row in office.exported() if "row" in row and isinstance(row["value"], str)}
    printed = " ".join(row.label for sheet in FORM.sheets for row in sheet.rows)
    told = "\n".join(lines + [text for row in rows for text in row])
    names = {value for value in values if len(value) > 20 and value not in printed}
    assert len(names) > 5
    assert [name for name in names if name in told and name not in HOSTILE] == []


def test_only_what_stands_in_accepted_versions_that_count_is_quoted(lines: list[str], rows: list[list[str]]) -> None:
    told = "\n".join(lines + [text for row in rows for text in row])
    assert SECOND in lines
    assert "=cmd|' /C calc'!A0" in lines, "a formula of a hostile unit is a text that can be read"
    for kept_out in (FIRST, "Lần ba", "chưa được tiếp nhận.\n", "Nội dung của báo cáo chưa", SECRET, "Trẻ Em Mẫu"):
        assert kept_out not in told, kept_out


def test_units_stand_in_the_order_of_the_roster(lines: list[str]) -> None:
    names = [line.partition(". ")[2] for line in lines if line[:1].isdigit() and "UBND huyện" in line]
    roster = [unit["name"] for unit in units()]
    assert len(names) > 5
    assert names == sorted(names, key=roster.index)


def test_what_is_not_confirmed_not_counted_or_held_is_told_with_why(rows: list[list[str]]) -> None:
    doubt = next(row for row in rows if len(row) == 4 and row[2].startswith("Biểu 01, D62, Trẻ em được học bơi"))
    assert doubt[1] == "UBND huyện Tràng Định"
    assert "bình quân" in doubt[3]
    left_out = {row[1]: row for row in rows if len(row) == 4 and "TN-2019-" in row[3]}
    by_code = {unit["code"]: unit["name"] for unit in units()}
    assert left_out[by_code[RETURNED]][2] == "Đã gửi, chờ chỉnh sửa"
    assert "tạm giữ" in left_out[by_code[QUARANTINED]][3]
    assert "thư đến sau chưa được cộng" in left_out[by_code[CORRECTED]][3]


def test_a_figure_that_a_unit_has_not_confirmed_is_marked(rows: list[list[str]]) -> None:
    marked = [row[1] for row in rows if len(row) == 6 and "(*)" in " ".join(row[3:5])]
    assert "Trẻ em được học bơi, kỹ năng an toàn trong môi trường nước" in marked


def test_the_same_state_as_of_the_same_instant_gives_the_same_bytes(office: ReportedOffice) -> None:
    office.run("consolidate", "-o", "again.xlsx", "--report", "again.docx", "--at", AT)
    assert (office.folder / "again.docx").read_bytes() == (office.folder / "du-thao.docx").read_bytes()


def test_libreoffice_prints_the_draft_of_real_reports(office: ReportedOffice, tmp_path: Path) -> None:
    libreoffice.require_writer()
    data = (office.folder / "du-thao.docx").read_bytes()
    assert libreoffice.convert({"du-thao.docx": data}, "writer_pdf", tmp_path)["du-thao"].startswith(b"%PDF")


def test_without_a_report_there_is_a_draft_that_says_so_in_the_language_of_the_office(tmp_path: Path) -> None:
    office = ReportedOffice(tmp_path)
    config = tmp_path / "config.toml"
    config.write_text(config.read_text("utf-8").replace("[[mailbox]]", 'language = "en"\n[[mailbox]]', 1), "utf-8")
    arguments = ("consolidate", "-o", "a.xlsx", "--report", "a.docx", "--at", "2019-06-20", "--json")
    assert json.loads(office.run(*arguments))["draft"] == "a.docx"
    said = [each.text for each in docx.Document(str(tmp_path / "a.docx")).paragraphs]
    assert "DRAFT REPORT" in said
    assert "No report has been accepted yet; there are no figures to add up." in said
    assert "Units from which nothing was received (35)" in said


def test_a_place_for_the_draft_that_cannot_be_written_is_said_before_anything_is_done(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "service", "consolidate", "-o", "a.xlsx", "--report", "nowhere/a.docx"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "write --report elsewhere" in done.stderr
    assert list(tmp_path.iterdir()) == []
