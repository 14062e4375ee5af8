"""The drawn blanks and their truths agree: what a truth names stands in its workbook, word for word."""

import io
import re
import string
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import NamedTuple

import openpyxl
import pytest
import xlrd
from openpyxl.cell.cell import Cell

from forms import form as forms
from forms import read, text
from roll.reports import Value
from tests.forms.blank_forms import catalogue, old_format
from tests.forms.blank_forms_second import catalogue as second

ALL = (*catalogue.BLANK_FORMS, *second.BLANK_FORMS)
BLANKS = [pytest.param(each, id=each.name) for each in ALL]
UNFILLED = [each for each in BLANKS if not str(each.id).endswith("_filled")]
DIGITS = string.digits
LEADERS = ".…_ \n"
SECOND_TABLE = re.compile(r" \(2\)$")
Drawn = Callable[[catalogue.BlankForm], "dict[str, Printed]"]


class Printed(NamedTuple):
    """The texts of one worksheet row by row, each on one line, and what its cells can be chosen from."""

    rows: list[list[str]]
    choices: frozenset[str]

    def texts(self) -> set[str]:
        return {words for row in self.rows for words in row}


def shown(value: object) -> str:
    if isinstance(value, float) and value.is_integer():  # .xls knows no other numbers
        return str(int(value))
    return text.collapse(value) if isinstance(value, str) else "" if value is None else str(value)


def printed_xlsx(data: bytes) -> Iterator[tuple[str, Printed]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    for page in book:
        choices: set[str] = set()
        for rule in page.data_validations.dataValidation:
            if rule.type == "list" and rule.formula1.startswith('"'):
                choices.update(rule.formula1.strip('"').split(","))
            elif rule.type == "list":
                name, area = rule.formula1.replace("$", "").replace("'", "").split("!")
                choices.update(str(cell.value) for (cell,) in book[name][area])
        yield page.title, Printed([[shown(cell.value) for cell in row] for row in page.iter_rows()], frozenset(choices))


def printed_xls(data: bytes) -> Iterator[tuple[str, Printed]]:
    book = xlrd.open_workbook(file_contents=data, formatting_info=True)
    for page in book.sheets():
        rows = []
        for row in page.get_rows():
            fonts = [book.font_list[book.xf_list[cell.xf_index].font_index].name for cell in row]
            rows.append([shown(_decoded(cell.value, font)) for cell, font in zip(row, fonts, strict=True)])
        yield page.name, Printed(rows, frozenset())


def _decoded(value: object, font: str) -> object:
    return text.from_legacy(value, font) if isinstance(value, str) else value


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    done: dict[str, dict[str, Printed]] = {}

    def draw_once(blank: catalogue.BlankForm) -> dict[str, Printed]:
        if blank.name not in done:
            reader = printed_xlsx if blank.kind == "xlsx" else printed_xls
            done[blank.name] = dict(reader(blank.draw()))
        return done[blank.name]

    return draw_once


def page_of(sheet: forms.Sheet, pages: dict[str, Printed]) -> Printed:
    """Return the worksheet of `sheet`; a second table stands on the worksheet of the first."""
    return pages[SECOND_TABLE.sub("", sheet.name)]


def asked_and_read(blank: catalogue.BlankForm) -> tuple[list[tuple[str, str]], dict[tuple[str, str], Value]]:
    """Return line and column of every cell that the truth asks for, and what the reader finds there.

    A second table of a worksheet is left out: the reader knows one table a worksheet.
    """
    truth = blank.load_truth()
    reading = read.read_file(blank.draw(), f"blank.{blank.kind}", [read.prepare(truth)])
    sheets = [sheet for sheet in truth.sheets if not SECOND_TABLE.search(sheet.name)]
    asked = [(row.name, column) for sheet in sheets for row in sheet.rows for column in row.columns]
    return asked, {(value.name, value.column): value for value in reading.values}


def test_no_two_blanks_have_one_name() -> None:
    names = [each.name for each in ALL]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("one", [catalogue, second])
def test_a_catalogue_has_blanks_in_both_formats_and_uses_all_its_truths(one: ModuleType) -> None:
    assert {each.kind for each in one.BLANK_FORMS} == {"xlsx", "xls"}
    assert {each.truth for each in one.BLANK_FORMS} == {path.stem for path in one.FOLDER.glob("*.toml")}


@pytest.mark.parametrize("blank", BLANKS)
def test_title_and_header_lines_stand_in_the_blank(blank: catalogue.BlankForm, drawn: Drawn) -> None:
    truth, pages = blank.load_truth(), drawn(blank)
    everything = {words for page in pages.values() for words in page.texts()}
    beginnings = {re.split(r"[:…]", words)[0].strip() for words in everything}
    assert "unit" in {field.name for field in truth.header}
    assert truth.title in everything
    assert [field.label for field in truth.header if field.label not in beginnings] == []


@pytest.mark.parametrize("blank", BLANKS)
def test_every_header_stands_in_the_blank(blank: catalogue.BlankForm, drawn: Drawn) -> None:
    missing = []
    for sheet in blank.load_truth().sheets:
        texts = page_of(sheet, drawn(blank)).texts()
        parts = [part for column in sheet.columns for part in column.label.split(" / ")]
        missing += [
            each for each in (sheet.title, sheet.item, sheet.label, sheet.unit, *parts) if each not in {*texts, ""}
        ]
    assert missing == []


@pytest.mark.parametrize("blank", BLANKS)
def test_every_line_stands_in_the_blank_in_the_truths_order(blank: catalogue.BlankForm, drawn: Drawn) -> None:
    for sheet in blank.load_truth().sheets:
        rows = iter(page_of(sheet, drawn(blank)).rows)
        if sheet.kind == "text":  # the answer may stand after the question's colon
            rows = iter([[words.split(": …")[0] for words in row] for row in rows])
        for line in sheet.rows:
            wanted = {each for each in (line.label, line.item, line.unit) if each}
            assert any(wanted <= set(row) for row in rows), f"{sheet.name}: {line.label}"


@pytest.mark.parametrize("blank", [each for each in BLANKS if each.values[0].kind == "xlsx"])
def test_every_choice_can_be_chosen_or_is_printed(blank: catalogue.BlankForm, drawn: Drawn) -> None:
    for sheet in blank.load_truth().sheets:
        page = page_of(sheet, drawn(blank))
        printed = "\n".join(page.texts())
        for column in sheet.columns:
            assert [each for each in column.choices if each not in page.choices and each not in printed] == []


@pytest.mark.parametrize("blank", UNFILLED)
def test_every_cell_that_a_truth_asks_for_is_there_and_holds_a_formula_or_dots_at_most(
    blank: catalogue.BlankForm,
) -> None:
    wanted, values = asked_and_read(blank)
    assert [(line, column) for line, column in wanted if not values[line, column].cell] == []
    filled = {values[each].cell: (values[each].raw or "").strip(LEADERS) for each in wanted}
    assert [cell for cell, words in filled.items() if not (words or "=").startswith("=")] == []


@pytest.mark.parametrize("blank", [each for each in UNFILLED if each.values[0].kind == "xlsx"])
def test_a_cell_that_no_truth_asks_for_looks_so(blank: catalogue.BlankForm) -> None:
    """It is crossed out, or its fill is none of those of the asked cells, or it alone is locked."""
    wanted, values = asked_and_read(blank)
    book = openpyxl.load_workbook(io.BytesIO(blank.draw()))
    rows = {line: _row_of(values[line, column]) for line, column in wanted}
    letters = {(values[each].sheet, each[1]): values[each].cell.rstrip(DIGITS) for each in wanted}
    strange = []
    for sheet in blank.load_truth().sheets:
        page, lines = book[SECOND_TABLE.sub("", sheet.name)], [row for row in sheet.rows if row.name in rows]
        cells = {
            asked: [
                page[f"{letters[sheet.name, column.name]}{rows[line.name]}"]
                for line in lines
                for column in sheet.columns
                if (column.name in line.columns) is asked
            ]
            for asked in (True, False)
        }
        inputs = {(_fill(cell), _is_locked(cell)) for cell in cells[True]}
        strange += [cell for cell in cells[False] if cell.value != "x" and (_fill(cell), _is_locked(cell)) in inputs]
    assert [cell.coordinate for cell in strange] == []


def _fill(cell: Cell) -> str:
    return cell.fill.fgColor.rgb if cell.fill.fill_type == "solid" else ""


def _is_locked(cell: Cell) -> bool:
    return bool(cell.parent.protection.sheet and cell.protection.locked and cell.value is None)


def _row_of(value: Value) -> str:
    return value.cell.lstrip(string.ascii_uppercase)


@pytest.mark.parametrize("blank", [each for each in BLANKS if each not in UNFILLED])
def test_a_filled_form_is_read_with_all_its_figures(blank: catalogue.BlankForm) -> None:
    wanted, values = asked_and_read(blank)
    assert [each for each in wanted if values[each].value is None] == []


@pytest.mark.parametrize("blank", BLANKS)
def test_drawing_twice_gives_equal_cells(blank: catalogue.BlankForm, drawn: Drawn) -> None:
    reader = printed_xlsx if blank.kind == "xlsx" else printed_xls
    assert dict(reader(blank.draw())) == drawn(blank)


def test_the_old_encoding_is_the_one_that_is_known() -> None:
    assert old_format.to_tcvn3("Trẻ em nghèo được tặng quà") == "TrÎ em nghÌo \xae\xad\xeec tÆng quµ"
    assert {letter: chr(code) for code, letter in text.TCVN3.items()} == {
        letter: old_format.to_tcvn3(letter) for letter in text.TCVN3.values()
    }
