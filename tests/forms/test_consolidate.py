"""The consolidated workbook by itself: what becomes of what cannot be added up, names of sheets, and many units."""

import io
from datetime import datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from forms import consolidate, consolidate_changes, read, workbook
from forms import consolidate_totals as totals
from forms import form as forms_form
from forms.consolidate_book import LINKS_MOST, TITLE_MOST, Book
from forms.consolidate_matrix import lines
from forms.consolidate_reports import Change, Consolidation, LeftOut, UnitReport
from forms.labels import Labels
from forms.package import CONSOLIDATED
from roll.outcomes import Verdict
from roll.reports import Reading, Value
from tests.forms import workbooks
from tests.forms.found import UNIT, edited, problems_at

AT = datetime(2019, 7, 5, 8, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
FILE = "BC.xlsx"


def unit(number: int, reading: Reading, **changes: object) -> UnitReport:
    given = {
        "name": f"UBND huyện số {number}", "short_name": f"huyện số {number}", "group": "Huyện", "state": "hợp lệ",
        "number": 1, "receipt": f"TN-2019-{number:04}", "received": "03/07/2019 15:20", "file": FILE,
        "header": reading.header, "values": reading.values, **changes,
    }  # fmt: skip
    return UnitReport(code=f"H{number}", **given)  # type: ignore[arg-type]


def told(form: forms_form.Form, *reports: UnitReport, **changes: object) -> Consolidation:
    return Consolidation(form, "Sở", "dot", "báo cáo 2019", AT, reports, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def readings(form, prepared) -> list[Reading]:
    return [read.read_file(workbooks.filled_2019(form, UNIT, seed), FILE, [prepared]) for seed in (1, 2, 3)]


@pytest.fixture(scope="module")
def wide(form, readings) -> bytes:
    """More units than get a sheet each."""
    count = consolidate.UNIT_SHEETS_MOST + 1
    return consolidate.consolidate(told(form, *(unit(number, readings[number % 3]) for number in range(count))))


def opened(data: bytes, *, results: bool = True) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=results)


# What the values of many units make together


@pytest.mark.parametrize(
    ("kind", "values", "result"),
    [
        ("integer", [1, None, 2], 3),
        ("decimal", [0.1, 0.2, 1000.3], 1000.6),
        ("decimal", [], None),
        ("integer", [None, None], None),
        ("yes_no", [False, True, None], 1),
        ("yes_no", [False, False], 0),
        ("date", ["2019-06-02", "2019-06-01", "không rõ"], 43617),
        ("date", ["1899-12-31"], None),
        ("decimal", [float("inf"), 1.5], 1.5),
        ("integer", ["chưa có", 4], 4),
    ],
)
def test_figures_are_added_a_yes_counts_once_and_a_day_is_the_earliest(kind, values, result):
    assert totals.combined(kind, values) == result


def test_a_choice_is_the_most_frequent_one_and_the_earlier_in_the_form_where_two_are_equal():
    column = forms_form.Column("state", "Tình trạng", "select_one", choices=("Khởi công", "Hoàn thành"))
    assert totals.chosen(column, ["Hoàn thành", "Khởi công", None, "Hoàn thành"]) == "Hoàn thành"
    assert totals.chosen(column, ["Hoàn thành", "Khởi công"]) == "Khởi công"
    assert totals.chosen(column, [None]) is None


def test_texts_are_put_one_below_the_other_as_far_as_a_cell_holds_them():
    assert totals.joined([("huyện A", " tốt "), ("huyện B", None), ("huyện C", "khá")]) == "huyện A: tốt\nhuyện C: khá"
    assert totals.joined([]) is None
    long = totals.joined([("huyện A", "x" * 40_000)])
    assert len(long) == totals.CELL_TEXT_MOST
    assert long.endswith(totals.CUT_OFF)


# Names of sheets


def test_every_sheet_has_a_name_of_its_own_that_excel_takes():
    book = Book(openpyxl.Workbook())
    wanted = ["huyện Cao Lộc", "HUYỆN CAO LỘC", "a/b:c*?[d]'\\", "", "History", "Ban Quản lý Khu kinh tế cửa khẩu tỉnh",
              "Ban Quản lý Khu kinh tế cửa khẩu huyện", "😀" * 40]  # fmt: skip
    titles = [book.page(title).title for title in wanted]
    assert len({title.casefold() for title in titles}) == len(wanted)
    assert all(0 < len(title.encode("utf-16-le")) / 2 <= TITLE_MOST for title in titles)
    assert not any(set(title) & set("[]:*?/\\'") for title in titles)
    assert titles[:4] == ["huyện Cao Lộc", "HUYỆN CAO LỘC (2)", "a b c d", "Sheet (2)"]
    assert titles[5] == "Ban Quản lý Khu kinh tế cửa…"


def test_two_units_of_one_name_get_a_sheet_each_and_their_own_figures(form, readings):
    same = {"short_name": "xã Cao Lộc"}
    book = opened(consolidate.consolidate(told(form, unit(1, readings[0], **same), unit(2, readings[1], **same))))
    assert {"xã Cao Lộc", "xã Cao Lộc (2)"} <= set(book.sheetnames)
    first, second = (next(v.value for v in each.values if v.name == "gifts") for each in readings[:2])
    assert book["Bieu 01"]["D41"].value == first + second


# Many units


def test_with_many_units_the_matrix_holds_the_figures_and_its_twin_their_cells(wide, readings, prepared):
    book = opened(wide)
    assert not any(name.startswith("huyện") for name in book.sheetnames)
    matrix, sources = book["Ma trận"], book["Ô nguồn"]
    row = next(cells[0].row for cells in matrix.iter_rows() if cells[0].value == "5.1")
    gifts = next(value for value in readings[1].values if value.name == "gifts")
    assert (matrix.cell(row, 9).value, sources.cell(row, 9).value) == (gifts.value, gifts.cell)
    header = sources.cell(4, 9)
    sheet, _, place = header.hyperlink.location.partition("!")
    assert [cell.value for cell in book[sheet.strip("'")][int(place[1:])]][:4] == [
        "H1",
        "UBND huyện số 1",
        "hợp lệ",
        FILE,
    ]
    reading = read.read_file(wide, FILE, [prepared])
    assert (reading.verdict, reading.problems) == (Verdict.VALID, ())
    total = next(value.value for value in reading.values if value.name == "gifts")
    assert total == sum(
        next(value.value for value in readings[number % 3].values if value.name == "gifts") for number in range(61)
    )


def location(cell) -> tuple[str, str]:
    sheet, _, place = cell.hyperlink.location.rpartition("!")
    return sheet.strip("'"), place


def test_with_many_units_clicks_lead_from_a_total_by_way_of_the_matrix_to_the_cell_of_the_file(wide):
    book = opened(wide)
    matrix, sources = book["Ma trận"], book["Ô nguồn"]
    assert location(book["Bieu 01"]["D41"]) == ("Ma trận", "A33")
    assert matrix["A33"].value == sources["A33"].value == "5.1"
    assert location(matrix["E33"]) == ("Ô nguồn", "A33")
    assert location(matrix["I33"]) == ("Ô nguồn", "I33")
    assert location(matrix["I4"]) == ("Ô nguồn", "I4")
    assert location(sources["I4"])[0] == "Nguồn tệp"


def test_with_more_figures_than_a_sheet_takes_links_lines_and_units_bear_them(form):
    value = Value("gifts", "quantity", "Bieu 01", "D41", "7", 7, "integer")
    count = LINKS_MOST // len(lines(told(form))) + 1
    some = (unit(number, Reading(Verdict.VALID, "valid", values=(value,))) for number in range(count))
    book = opened(consolidate.consolidate(told(form, *some)))
    matrix = book["Ma trận"]
    assert (matrix["I33"].value, matrix["I33"].hyperlink) == (7, None)
    assert location(matrix["E33"]) == ("Ô nguồn", "A33")
    assert location(matrix["I4"]) == ("Ô nguồn", "I4")
    assert "tên đơn vị hoặc số tổng hợp" in matrix["A3"].value


@pytest.mark.parametrize(
    ("units", "values", "sheets"),
    [(0, 0, True), (60, 300, True), (61, 300, False), (1, 65_000, True), (1, 65_001, False), (5, 40_001, False)],
)
def test_units_get_sheets_while_units_values_and_links_are_few_enough(form, units, values, sheets):
    value = Value("Bieu 02", "work", "Bieu 02", "B8", "x", "x", "text", row=8)
    reading = Reading(Verdict.VALID, "valid", values=(value,) * values)
    assert consolidate.has_unit_sheets(told(form, *(unit(number, reading) for number in range(units)))) is sheets


def test_more_units_than_a_sheet_has_columns_are_refused_with_the_reason(form):
    empty = Reading(Verdict.VALID, "valid")
    with pytest.raises(consolidate.TooLargeError, match="columns"):
        consolidate.consolidate(told(form, *(unit(number, empty) for number in range(16_378))))


# The whole


def test_the_same_reports_give_the_same_bytes_and_the_time_of_issue_is_theirs(form, readings):
    told_once = told(form, unit(1, readings[0]), missing=(LeftOut("Sở Y tế", "Chưa nhận được"),))
    data = consolidate.consolidate(told_once)
    assert data == consolidate.consolidate(told_once)
    assert opened(data).properties.modified == datetime(2019, 7, 5, 1)


def test_a_text_that_looks_like_a_formula_or_an_error_stays_a_text(form):
    texts = ("=1+1", "#REF!", "a\x00b\ud800", "]]><f>1</f>")
    values = tuple(
        Value("Bieu 02", "work", "Bieu 02", f"B{row}", text, text, "text", row=row) for row, text in enumerate(texts, 8)
    )
    data = consolidate.consolidate(told(form, unit(1, Reading(Verdict.VALID, "valid", values=values))))
    cells = [opened(data, results=False)["Bieu 02"].cell(row, 2) for row in range(8, 12)]
    assert [(cell.data_type, cell.value) for cell in cells] == [
        ("s", "=1+1"), ("s", "#REF!"), ("s", "a b "), ("s", "]]><f>1</f>")
    ]  # fmt: skip


def test_changes_between_two_versions_are_told_figure_by_figure(form):
    def value(number, row=None, column="quantity", name="gifts"):
        return Value(name, column, "Bieu 01", "D41", "", number, "integer", row=row)

    old = (value(1), value(5, name="directives"), value("a", 8, "work", "Bieu 02"))
    new = (value(2), value(5, name="directives"), value("a", 9, "work", "Bieu 02"), value("b", 10, "work", "Bieu 02"))
    assert list(consolidate_changes.between(Labels(form), "huyện A", old, new)) == [
        Change("huyện A", "Trẻ em được thăm, tặng quà", "5.1", "Kết quả / Số lượng", 1, 2),
        Change("huyện A", "Bieu 02, dòng 10", "", "Tên công trình", None, "b"),
    ]


def test_a_records_label_is_that_of_its_own_list_where_two_lists_have_a_column_of_one_name(form):
    labels = Labels(form)
    told = [labels.of(Value(sheet, "source", sheet, "C8", "", "x", "text", row=8)) for sheet in ("Bieu 02", "Bieu 03")]
    assert [each.column for each in told] == ["Nguồn kinh phí, đơn vị tài trợ", "Nguồn"]


# The reader


def marked(data: bytes, count: str) -> bytes:
    def mark(book: openpyxl.Workbook) -> None:
        book.defined_names[CONSOLIDATED] = openpyxl.workbook.defined_name.DefinedName(CONSOLIDATED, attr_text=count)

    return edited(data, mark)


@pytest.mark.parametrize(
    ("count", "believed"), [("40", 40), ("0", 0), ('"40"', 40), ("-1", 0), ("Sheet!A1", 0), ("9" * 9, 100_000)]
)
def test_a_workbook_says_how_many_units_it_adds_up(form, count, believed):
    assert workbook.load(marked(workbooks.filled_2019(form, UNIT, 1), count)).added_up == believed


def test_the_limit_of_a_figure_is_for_one_unit_and_every_other_rule_is_for_totals_too(form, prepared):
    changes = {"E20": 6000, "D62": 90_000, "D42": 9_999_999}
    data = workbooks.filled_2019(form, UNIT, 1, changes)
    alone = read.read_file(data, FILE, [prepared])
    added = read.read_file(marked(data, "2"), FILE, [prepared])
    assert ("warning", "C34") in problems_at(alone, "E20")
    assert problems_at(added, "E20") != problems_at(alone, "E20")
    assert ("warning", "C34") not in problems_at(added, "E20")
    for cell in ("D62", "D42"):
        assert problems_at(added, cell) == problems_at(alone, cell) != []
