"""`rollcall consolidate` on forty reports in a real database: totals, what is said of the rest, and what changed."""

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from forms import blank, read
from forms import consolidate_totals as totals
from forms.consolidate_overview import MISSING
from notifications import unit_kinds
from roll import reports
from roll.outcomes import Verdict
from tests import command
from tests.forms.found import value_at
from tests.journeys.office import JULY_3, form_2019
from tests.servers import libreoffice
from tests.service.reported import HOSTILE, ReportedOffice, filled, units, with_hostile_cells

AT = "2019-07-05T08:00"
COUNT = 40
DOUBTFUL, HOSTILE_ONE, DEPARTMENT = "H180", "H181", "SNV"
DISTRICTS_ONLY = ("D17", "D20", "E20", "D29", "D57", "D58", "D63", "D64", "E64", "D65", "D66")
FORM = form_2019()
PREPARED = read.prepare(FORM)


def report_of(code: str, seed: int) -> bytes:
    if code == DOUBTFUL:
        return filled(code, seed, {"D62": 5000})  # more than 60 children a class (C26)
    if code == HOSTILE_ONE:
        return with_hostile_cells(filled(code, seed))
    return filled(code, seed, dict.fromkeys(DISTRICTS_ONLY) if not code.startswith("H1") else None)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> ReportedOffice:
    """An office with forty reports: of eleven districts, the others without the lines for districts."""
    made = ReportedOffice(tmp_path_factory.mktemp("office"))
    codes = [unit["code"] for unit in units()][:COUNT]
    made.receive({code: report_of(code, seed) for seed, code in enumerate(codes)})
    return made


@pytest.fixture(scope="module")
def data(office: ReportedOffice) -> bytes:
    return office.consolidated(AT)


@pytest.fixture(scope="module")
def book(data: bytes) -> openpyxl.Workbook:
    """Return the workbook with the results of its formulas."""
    return sheets_of(data)


@pytest.fixture(scope="module")
def formulas(data: bytes) -> openpyxl.Workbook:
    return sheets_of(data, results=False)


@pytest.fixture(scope="module")
def reading(data: bytes) -> reports.Reading:
    return read.read_file(data, "tong-hop.xlsx", [PREPARED])


@pytest.fixture(scope="module")
def sums(office: ReportedOffice) -> dict[tuple[str, str], float]:
    """Return what the database holds of each line and column, added up."""
    found: dict[tuple[str, str], float] = {}
    for row in office.exported():
        if "row" not in row and row["type"] in ("integer", "decimal") and row["value"] is not None:
            key = (row["name"], row["column"])
            found[key] = found.get(key, 0) + row["value"]
    asked = [each.key for each in totals.asked_cells(FORM) if each.kind in ("integer", "decimal")]
    assert set(found) == set(asked)
    return found


def sheets_of(data: bytes, *, results: bool = True) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=results)


def texts_of(page: Any) -> list[str]:
    return [str(cell) for row in page.iter_rows(values_only=True) for cell in row if cell is not None]


def without_results(data: bytes) -> bytes:
    """Return the workbook with the results of its formulas taken out, so that who opens it must calculate."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            target.writestr(name, re.sub(rb"</f><v>[^<]*</v>", b"</f>", part) if "worksheets" in name else part)
    return written.getvalue()


def totals_in(data: bytes) -> Iterator[tuple[tuple[str, str], Any]]:
    reading = read.read_file(data, "tong-hop.xlsx", [PREPARED])
    assert (reading.verdict, reading.problems) == (Verdict.VALID, ())
    for value in reading.values:
        if value.row is None and value.type in ("integer", "decimal"):
            yield (value.name, value.column), value.value


def test_it_is_a_valid_report_whose_totals_are_the_sums_in_the_database(
    data: bytes, sums: dict[tuple[str, str], float]
) -> None:
    assert dict(totals_in(data)) == pytest.approx(sums)


def test_libreoffice_calculates_the_same_and_what_it_saves_is_a_valid_report_too(
    data: bytes, sums: dict[tuple[str, str], float], tmp_path: Path
) -> None:
    libreoffice.require_libreoffice()
    saved = libreoffice.convert({"tong-hop.xlsx": without_results(data)}, "xlsx", tmp_path)["tong-hop"]
    assert dict(totals_in(saved)) == pytest.approx(sums)
    follow_to_the_source(sheets_of(saved), value_at(read.read_file(saved, "tong-hop.xlsx", [PREPARED]), "D41").value)


def linked(book: openpyxl.Workbook, cell: Any) -> Any:
    """Return the cell that a click on a cell leads to."""
    sheet, _, place = cell.hyperlink.location.rpartition("!")
    return book[sheet.strip("'")][place]


def follow_to_the_source(book: openpyxl.Workbook, total: Any) -> None:
    """Click from a total to its line, from each unit's figure there to its sheet, and from there to mail and file."""
    start = book["Bieu 01"]["D41"]
    assert start.value == total
    line = linked(book, start)
    assert (line.parent.title, line.value) == ("Ma trận", "5.1")
    figures = [cell for cell in line.parent[line.row][7:] if cell.value is not None]
    assert len(figures) == COUNT
    for cell in figures:
        unit = linked(book, cell)
        assert (unit.value, unit.parent) == (cell.value, linked(book, line.parent.cell(4, cell.column)).parent)
        source = linked(book, unit)
        assert source.parent.title == "Nguồn số liệu"
        assert [each.value for each in source.parent[source.row]][10] == "D41"


def test_clicks_lead_from_a_total_to_the_cell_of_each_unit(book: openpyxl.Workbook, reading: reports.Reading) -> None:
    follow_to_the_source(book, value_at(reading, "D41").value)


def test_yes_is_yes_where_any_unit_says_so_and_a_day_is_the_earliest(reading: reports.Reading) -> None:
    assert value_at(reading, "D27").value is True
    assert value_at(reading, "D28").value == "2019-06-01"
    assert reading.header_text("unit") == "Sở Lao động - Thương binh và Xã hội tỉnh Lạng Sơn"
    assert reading.header_text("date") == "2019-07-05"
    assert reading.header_text("period") == "Tháng 6/2019"


def test_every_record_of_every_unit_is_in_the_forms_own_list(office: ReportedOffice, reading: reports.Reading) -> None:
    def records(rows: list[Any]) -> list[Any]:
        return [[row["value"], row["type"]] for row in rows if "row" in row]

    found = [[value.value, value.type] for value in reading.values if value.row is not None]
    assert sorted(map(repr, found)) == sorted(map(repr, records(office.exported())))


def test_labels_numbers_units_and_the_form_code_stand_where_the_blank_has_them(book: openpyxl.Workbook) -> None:
    empty = sheets_of(blank.blank(FORM, blank.BlankHeading()))
    for row in empty["Bieu 01"].iter_rows(min_row=4):
        for cell in row:
            if cell.value is not None:
                assert book["Bieu 01"][cell.coordinate].value == cell.value
    assert "Mã biểu: THDTE-2019-v1" in texts_of(book["Bieu 01"])
    assert book.defined_names["MA_BIEU"].value == '"THDTE-2019-v1"'


def test_every_total_is_a_live_formula_over_the_units_and_has_its_result(
    formulas: openpyxl.Workbook, book: openpyxl.Workbook
) -> None:
    page = formulas["Bieu 01"]
    assert page["D41"].value == "=IF(COUNT('Ma trận'!H33:AU33)=0,\"\",SUM('Ma trận'!H33:AU33))"
    assert page["D27"].value.count("MAX(") == page["D28"].value.count("MIN(") == 1
    assert isinstance(book["Bieu 01"]["D41"].value, int)


def test_every_figure_of_a_unit_leads_to_its_line_with_mail_file_sheet_and_cell(book: openpyxl.Workbook) -> None:
    cell = next(row[3] for row in book["huyện Cao Lộc"].iter_rows() if row[0].value == "5.1")
    sheet, _, place = cell.hyperlink.location.partition("!")
    line = [each.value for each in book[sheet.strip("'")][int(place[1:])]]
    assert (line[0], line[5], line[8], line[10]) == ("huyện Cao Lộc", cell.value, "BC H183.xlsx", "D41")
    assert line[11].startswith("TN-2019-")


def test_what_nobody_confirmed_bears_a_fill_and_a_comment_everywhere(book: openpyxl.Workbook) -> None:
    total = book["Bieu 01"]["D62"]
    assert "huyện Tràng Định" in total.comment.text
    marked = [cell for row in book["huyện Tràng Định"].iter_rows() for cell in row if cell.comment]
    assert [cell.value for cell in marked] == [5000]
    assert "bình quân" in marked[0].comment.text
    assert marked[0].fill.fgColor.rgb == total.fill.fgColor.rgb == "00FFEB9C"


def test_the_first_sheet_says_who_is_in_and_who_is_missing(book: openpyxl.Workbook) -> None:
    assert book.sheetnames[0] == "Tình hình"
    said = texts_of(book["Tình hình"])
    assert "Thời điểm lập: 08:00 ngày 05/7/2019 (UTC+07:00)" in said
    assert f"1. Đơn vị có số liệu trong bản tổng hợp ({COUNT})" in said
    required = [unit["code"] for unit in units()[COUNT:] if unit["obligation"] == "required"]
    assert MISSING.format(count=len(required)) in said
    links = {cell.value: cell.hyperlink for row in book["Tình hình"].iter_rows() for cell in row if cell.hyperlink}
    assert links["UBND huyện Cao Lộc"].location == "'huyện Cao Lộc'!A1"
    receipt = next(text for text in links if text.startswith("TN-2019-"))
    assert links[receipt].target.startswith("https://bao-cao.so.example/mails/")


def test_charts_call_kinds_of_units_by_the_words_of_the_office(book: openpyxl.Workbook) -> None:
    said = texts_of(book["Biểu đồ"])
    assert "Huyện, thành phố" in said
    assert not {"district", "department", "organisation"} & set(said)
    assert unit_kinds.unit_kind("commune", "vi") == "Xã, phường"


def test_hostile_texts_come_out_of_the_workbook_as_texts(data: bytes, formulas: openpyxl.Workbook) -> None:
    for page in formulas:
        for row in page.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert "cmd" not in cell.value
                    assert "HYPERLINK" not in cell.value
    for title in ("Bieu 03", "Ghép Bieu 03", "huyện Bình Gia", "Nguồn số liệu"):
        assert set(HOSTILE) <= set(texts_of(formulas[title])), title
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert not any(b"<script" in package.read(name) for name in package.namelist())


def test_hostile_texts_come_out_of_the_other_exports_as_texts(office: ReportedOffice) -> None:
    values = {row["value"] for row in office.exported() if isinstance(row["value"], str)}
    assert set(HOSTILE) <= values
    text = office.run("export", "--format", "csv")
    for separator in ",;":
        cells = {cell for row in csv.reader(io.StringIO(text), delimiter=separator) for cell in row}
        assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []


def test_an_issue_says_which_figures_changed_since_the_last_one(tmp_path: Path) -> None:
    office = ReportedOffice(tmp_path)
    office.receive({"H183": filled("H183", 1), "H184": filled("H184", 2)})
    assert "lần lập đầu tiên" in " ".join(texts_of(sheets_of(office.consolidated("2019-07-03T17:00"))["Tình hình"]))
    corrected = filled("H183", 1, {"D33": 777})
    office.receive({"H183": corrected, "SYT": filled("SYT", 3)}, JULY_3 + timedelta(days=1))

    rows = list(sheets_of(office.consolidated("2019-07-04T17:00"))["Tình hình"].iter_rows(values_only=True))
    title = next(number for number, row in enumerate(rows) if str(row[0]).startswith("4. Thay đổi"))
    assert rows[title][0] == "4. Thay đổi so với lần lập trước, 03/07/2019 17:00 (2)"
    changed, fresh = rows[title + 2], rows[title + 3]
    assert (changed[1], changed[2], changed[4], changed[5]) == ("huyện Cao Lộc", "Số lượng", "777", "4.1")
    assert changed[6] == "Tổ chức, doanh nghiệp ủng hộ"
    assert fresh[1:2] + fresh[6:7] == ("Sở Y tế", "đơn vị mới có số liệu")

    again = office.consolidated("2019-07-04T17:00")
    assert again == office.consolidated("2019-07-04T17:00"), "the same state as of the same instant"
    as_it_was = texts_of(sheets_of(office.consolidated("2019-07-03T18:00"))["Tình hình"])
    assert "1. Đơn vị có số liệu trong bản tổng hợp (2)" in as_it_was
    assert any(text.endswith("03/07/2019 17:00 (0)") for text in as_it_was)


def test_a_place_that_cannot_be_written_is_said_before_anything_is_done(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "service", "consolidate", "-o", "nowhere/tong-hop.xlsx"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no folder" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_without_a_report_there_is_a_workbook_that_says_so(tmp_path: Path) -> None:
    office = ReportedOffice(tmp_path)
    told = json.loads(office.run("consolidate", "-o", "a.xlsx", "--at", "2019-06-20", "--json"))
    assert (told["reports"], told["missing"], told["changes"]) == (0, 35, None)
    book = sheets_of((tmp_path / "a.xlsx").read_bytes())
    assert any("Chưa có báo cáo nào" in text for text in texts_of(book["Tình hình"]))
    reading = read.read_file((tmp_path / "a.xlsx").read_bytes(), "a.xlsx", [PREPARED])
    assert reading.reason == "blank_form"


def test_the_draft_alone_is_written_where_it_alone_is_asked_for_and_is_no_issue(tmp_path: Path) -> None:
    office = ReportedOffice(tmp_path)
    told = json.loads(office.run("consolidate", "--report", "a.docx", "--at", "2019-06-20", "--json"))
    assert (told["file"], told["draft"]) == (None, "a.docx")
    assert docx.Document(str(tmp_path / "a.docx")).paragraphs
    told = json.loads(office.run("consolidate", "-o", "a.csv", "--at", "2019-06-21", "--json"))
    assert told["changes"] is None, "no workbook was given out before"


def test_where_to_write_must_be_said_and_another_ending_is_remarked(tmp_path: Path) -> None:
    office = ReportedOffice(tmp_path)
    nothing = command.call(tmp_path, "consolidate")
    assert (nothing.status, "-o FILE.xlsx" in nothing.err) == (2, True)
    office.run("status")
    other = command.call(tmp_path, "consolidate", "-o", "a.csv", "--at", "2019-06-21")
    assert "a.csv is an .xlsx workbook; name it a.xlsx before it is opened. For a list of values there is" in other.err


def said_by_consolidate(office: ReportedOffice, name: str, at: str) -> list[str]:
    command = [sys.executable, "-m", "service", "consolidate", "-o", name, "--at", at]
    done = subprocess.run(command, cwd=office.folder, capture_output=True, text=True, timeout=240, check=True)
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_the_command_says_what_is_in_what_is_not_and_that_the_file_is_a_workbook(tmp_path: Path) -> None:
    office = ReportedOffice(tmp_path)
    assert said_by_consolidate(office, "a.xlsx", "2019-06-20") == [
        "a.xlsx: no reports counted; nothing received from 35 units yet."
    ]
    office.receive(
        {"H183": filled("H183", 1), DOUBTFUL: report_of(DOUBTFUL, 2), "H184": filled("H184", 3, {"D41": "?"})}
    )
    office.run("campaign", "exempt", "thang-hanh-dong-2019", "H185", "--why", "bão lũ")
    told = said_by_consolidate(office, "tong-hop.pdf", "2100-01-01")  # exempt since now
    assert told[0] == "tong-hop.pdf is an .xlsx workbook; name it tong-hop.xlsx before it is opened."
    assert told[-2] == (
        "tong-hop.pdf: 2 reports counted (1 with warnings that nobody confirmed); 1 unit left out, returned and not "
        "corrected yet; nothing received from 31 units yet; 1 unit exempt."
    )
    assert (tmp_path / "tong-hop.pdf").read_bytes().startswith(b"PK")
