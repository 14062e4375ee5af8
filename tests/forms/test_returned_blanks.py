"""Blank forms that come back as they went out, with all that is printed on them; forms with two tables on a sheet."""

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from forms import read
from roll.outcomes import Verdict
from roll.reports import Reading
from tests.forms.blank_forms import catalogue
from tests.forms.blank_forms_second import catalogue as second
from tests.servers import libreoffice

GIFT = ("Công ty Hoa Lê", "Doanh nghiệp", "Xã Hoa Thám", "Quà Tết", "28/5/2024", 20, 150)
Change = Callable[[openpyxl.Workbook, list[str]], None]
BLANKS = [each for each in (*catalogue.BLANK_FORMS, *second.BLANK_FORMS) if not each.name.endswith("_filled")]


@pytest.mark.parametrize("blank", BLANKS, ids=lambda blank: blank.name)
def test_a_blank_that_comes_back_is_known_as_one_whatever_is_printed_on_it(blank: catalogue.BlankForm) -> None:
    reading = read.read_file(blank.draw(), "bieu.xlsx", [read.prepare(blank.load_truth())])

    assert (reading.verdict, reading.reason) == (Verdict.NEEDS_FIX, "blank_form")
    assert reading.header_text("unit") == ""


def test_a_list_is_read_below_its_printed_examples() -> None:
    donors = next(each for each in catalogue.BLANK_FORMS if each.name == "donors")
    book = openpyxl.load_workbook(io.BytesIO(donors.draw()))
    page = book.worksheets[0]
    for column, content in zip("BCDEFGH", GIFT, strict=True):
        page[f"{column}13"] = content
    written = io.BytesIO()
    book.save(written)

    reading = read.read_file(written.getvalue(), "bieu.xlsx", [read.prepare(donors.load_truth())])

    assert {value.row for value in reading.values} == {13}
    assert {note.split(":")[0] for note in reading.notes if note.startswith("P27")} == {
        f"P27 {page.title}!{row}" for row in (10, 11, 12)
    }


def test_two_tables_of_one_sheet_are_each_read_in_their_own_rows() -> None:
    blank = next(each for each in catalogue.BLANK_FORMS if each.name == "two_tables")
    prepared = read.prepare(blank.load_truth())
    book = openpyxl.load_workbook(io.BytesIO(blank.draw()))
    page = book.worksheets[0]
    empty = read.read_file(blank.draw(), "bieu.xlsx", [prepared])
    for number, value in enumerate(empty.values, start=1):
        page[value.cell] = number
    written = io.BytesIO()
    book.save(written)

    reading = read.read_file(written.getvalue(), "bieu.xlsx", [prepared])

    assert {sheet.name for sheet in blank.load_truth().sheets if sheet.name.endswith(" (2)")}
    assert [value.value for value in reading.values] == list(range(1, len(empty.values) + 1))
    assert {value.sheet for value in reading.values} == {page.title}
    assert not [problem for problem in reading.problems if problem.code == "P07"]


@pytest.mark.parametrize(
    "kind", ["xlsx", pytest.param("xls", marks=pytest.mark.soak), pytest.param("ods", marks=pytest.mark.soak)]
)
def test_a_blank_that_a_program_calculated_and_saved_is_still_one(kind: str, tmp_path: Path) -> None:
    libreoffice.require_libreoffice()
    drawn = [blank for blank in BLANKS if blank.kind == "xlsx"]
    saved = libreoffice.convert({f"{blank.name}.xlsx": blank.draw() for blank in drawn}, kind, tmp_path / kind)

    readings = {
        blank.name: read.read_file(saved[blank.name], "bieu", [read.prepare(blank.load_truth())]) for blank in drawn
    }

    assert {name: each.reason for name, each in readings.items() if each.reason != "blank_form"} == {}


def filled_two_tables(change: Change) -> Reading:
    """Read the form of two tables, every asked cell holding its number, after `change` of the workbook."""
    blank = next(each for each in catalogue.BLANK_FORMS if each.name == "two_tables")
    prepared = read.prepare(blank.load_truth())
    book = openpyxl.load_workbook(io.BytesIO(blank.draw()))
    cells = [value.cell for value in read.read_file(blank.draw(), "bieu.xlsx", [prepared]).values]
    for number, cell in enumerate(cells, start=1):
        book.worksheets[0][cell] = number
    change(book, cells)
    written = io.BytesIO()
    book.save(written)
    return read.read_file(written.getvalue(), "bieu.xlsx", [prepared])


@pytest.mark.parametrize("name", ["6T 2023", "Bieu 04 (2)"])
def test_a_second_table_is_looked_for_below_the_first_before_anywhere_else(name: str) -> None:
    def copy(book: openpyxl.Workbook, cells: list[str]) -> None:
        old = book.copy_worksheet(book.worksheets[0])
        old.title = name
        for cell in cells:
            old[cell] = old[cell].value * 7

    reading = filled_two_tables(copy)

    assert [value.value for value in reading.values] == list(range(1, len(reading.values) + 1))


def test_words_that_say_nothing_happened_are_an_answer() -> None:
    def say_nothing(book: openpyxl.Workbook, cells: list[str]) -> None:
        for number, cell in enumerate(cells):
            book.worksheets[0][cell] = "Không" if number < 25 else None

    assert filled_two_tables(say_nothing).reason != "blank_form"


def test_a_report_of_formulas_that_were_never_calculated_is_asked_to_be_saved_not_called_blank() -> None:
    def refer(book: openpyxl.Workbook, cells: list[str]) -> None:
        for cell in cells:
            book.worksheets[0][cell] = f"=Nguon!{cell}"

    reading = filled_two_tables(refer)

    assert reading.reason != "blank_form"
    assert {"P14"} <= {problem.code for problem in reading.problems}
