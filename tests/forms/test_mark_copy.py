"""The marked copy of a workbook that cannot be patched: the same sheets, cells, values and looks in an .xlsx."""

import io
import re
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
import xlwt

from forms import copy_looks, copy_write, kinds, mark, mark_copy, read, workbook
from forms.marks import Marks
from forms.workbook import Workbook, WorkbookSheet
from roll.outcomes import Verdict
from roll.reports import Problem, Severity
from tests.forms import packages, workbooks
from tests.journeys.office import form_2019

WRONG = {"D42": 9_999_999, "D45": "khoảng 200", "E59": "ba trăm", "D20": None}
FILLS = {"D42": "FFFFC7CE", "E59": "FFFFC7CE", "D45": "FFFFEB9C", "D20": "FFFFEB9C"}
PREPARED = read.prepare(form_2019())
NAMESPACE = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def xls(changes: dict[str, object] | None = None, font: str = "Times New Roman") -> bytes:
    return workbooks.filled_2019_xls(form_2019(), "UBND huyện Cao Lộc", 1, changes, font=font)


def reading_of(data: bytes):
    return read.read_file(data, "BC", [PREPARED])


def marked(data: bytes) -> bytes:
    return mark.mark(data, kinds.kind_of(data), reading_of(data).problems)


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def saved(book: xlwt.Workbook | openpyxl.Workbook) -> bytes:
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def cells(data: bytes) -> dict[tuple[str, int, int], object]:
    """Return what calamine, not openpyxl which wrote the copy, sees in the cells; a day of midnight as the day."""
    return {
        (sheet.name, row, column): value.date() if isinstance(value, datetime) else value
        for sheet in workbook.load(data).sheets
        for row, values in enumerate(sheet.rows)
        for column, value in enumerate(values)
        if value not in ("", None) and sheet.name != "Cần chỉnh sửa"
    }


def test_the_copy_of_an_xls_has_the_same_values_in_the_same_cells_of_the_same_sheets():
    data = xls(WRONG)
    copy = marked(data)
    assert kinds.kind_of(copy) == "xlsx"
    assert cells(copy) == cells(data)
    assert opened(copy).sheetnames == ["Cần chỉnh sửa", *workbooks.SHEETS]
    assert packages.flaws(copy) == []


def test_the_copy_is_marked_like_any_other_and_says_that_it_is_one():
    data = xls(WRONG)
    book = opened(marked(data))
    for address, fill in FILLS.items():
        assert book["Bieu 01"][address].fill.fgColor.rgb == fill
        assert book["Bieu 01"][address].comment is not None
    assert "bản sao dạng .xlsx của tệp .xls" in book.worksheets[0]["A3"].value
    links = {cell.value: cell.hyperlink.location for (cell,) in book.worksheets[0].iter_rows(5, min_col=4, max_col=4)}
    assert links == {address: f"'Bieu 01'!{address}" for address in FILLS}


def test_the_copy_reads_as_the_report_does_and_corrected_it_is_valid():
    data = xls(WRONG)
    copy = marked(data)
    assert reading_of(copy).fingerprint == reading_of(data).fingerprint
    assert [each.cell for each in reading_of(copy).problems] == [each.cell for each in reading_of(data).problems]

    book, right = opened(copy), opened(workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", 1))
    for address in FILLS:
        book["Bieu 01"][address] = right["Bieu 01"][address].value
    assert reading_of(saved(book)).verdict is Verdict.VALID


def test_the_copy_of_an_xls_looks_like_it():
    book = xlwt.Workbook()
    page = book.add_sheet("Bieu")
    head = xlwt.easyxf(
        "font: name Arial, bold on, height 280, colour red;"
        "borders: left thin, right medium, top double, bottom dotted;"
        "pattern: pattern solid, fore_colour yellow; align: horiz center, vert top, wrap on"
    )
    page.write_merge(0, 0, 0, 2, "BÁO CÁO", head)
    page.write(1, 0, 1234.5, xlwt.easyxf(num_format_str="#,##0.00"))
    page.write(1, 1, 0.05, xlwt.easyxf(num_format_str="0%"))
    page.write(1, 2, None, head)
    page.col(1).width = 30 * 256
    page.col(2).hidden = True
    page.row(0).height_mismatch = True
    page.row(0).height = 40 * 20
    page.row(3).hidden = True
    page.write(3, 0, "ẩn")

    sheet = opened(mark.mark(saved(book), "xls", []))["Bieu"]

    top = sheet["A1"]
    assert (top.font.name, top.font.bold, top.font.size, top.font.color.rgb) == ("Arial", True, 14, "FFFF0000")
    edges = (top.border.left, top.border.right, top.border.top, top.border.bottom)
    assert [edge.style for edge in edges] == ["thin", "medium", "double", "dotted"]
    assert (top.fill.fill_type, top.fill.fgColor.rgb) == ("solid", "FFFFFF00")
    assert (top.alignment.horizontal, top.alignment.vertical, top.alignment.wrap_text) == ("center", "top", True)
    assert [str(each) for each in sheet.merged_cells.ranges] == ["A1:C1"]
    assert (sheet["A2"].number_format, sheet["B2"].number_format) == ("#,##0.00", "0%")
    assert sheet["C2"].value is None, "an empty cell keeps its lines and fill"
    assert sheet["C2"].fill.fgColor.rgb == "FFFFFF00"
    assert sheet.column_dimensions["B"].width == pytest.approx(30, abs=1)
    assert sheet.column_dimensions["C"].hidden
    assert sheet.row_dimensions[1].height == 40
    assert sheet.row_dimensions[4].hidden


def test_values_keep_their_types():
    book = xlwt.Workbook()
    page = book.add_sheet("Bieu")
    written = [5, 2.5, True, "5.10", "=cmd|'/c calc'!A1", "#REF!", "+84", "a\x0bb"]
    for row, value in enumerate(written):
        page.write(row, 0, value)
    page.write(8, 0, datetime(2019, 6, 1), xlwt.easyxf(num_format_str="D/M/YYYY"))
    page.write(9, 0, xlwt.Formula("1+1"))

    copy = mark.mark(saved(book), "xls", [])
    sheet = opened(copy)["Bieu"]

    assert [sheet.cell(row, 1).value for row in range(1, 9)] == [*written[:7], "a b"]
    assert "".join(sheet.cell(row, 1).data_type for row in range(1, 9)) == "nnbsssss"
    assert sheet["A5"].quotePrefix, "typed over in Excel it does not become a formula"
    assert (sheet["A9"].value, sheet["A9"].number_format) == (datetime(2019, 6, 1), "D/M/YYYY")
    assert sheet["A10"].data_type == "n", "the result, not the formula"
    assert b"<f" not in b"".join(part for name, part in parts(copy).items() if "worksheets" in name)


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(content: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return written.getvalue()


def test_texts_in_tcvn3_are_in_unicode_and_in_a_font_that_shows_it():
    book = xlwt.Workbook()
    page = book.add_sheet("Bieu")
    page.write(0, 0, "B\xb8o c\xb8o th\xb8ng h\xb5nh \xae\xe9ng", xlwt.easyxf("font: name .VnTime"))
    sheet = opened(mark.mark(saved(book), "xls", []))["Bieu"]
    assert (sheet["A1"].value, sheet["A1"].font.name) == ("Báo cáo tháng hành động", "Times New Roman")


def test_error_cells_hidden_sheets_and_the_code_of_the_form_come_along():
    sheets = [
        WorkbookSheet("A", [["", 1]], Marks(errors={(0, 0): "#DIV/0!"})),
        WorkbookSheet("B", [[date(2019, 6, 1)]], visible=False),
    ]
    data, _ = copy_write.write(Workbook("ods", sheets, "BM-01"), [copy_looks.SheetLook(), copy_looks.SheetLook()])
    read_again = workbook.load(data)
    assert read_again.sheets[0].marks.errors == {(0, 0): "#DIV/0!"}
    assert [sheet.visible for sheet in read_again.sheets] == [True, False]
    assert read_again.form_code == "BM-01"
    assert opened(data)["B"]["A1"].number_format == "dd/mm/yyyy"


def test_a_sheet_gets_another_name_where_excel_allows_no_such_one():
    names = ["Biểu số 01 về Tháng hành động vì trẻ em", "BIỂU SỐ 01 VỀ THÁNG HÀNH ĐỘNG VÌ TRẺ EM", "01/TE", "", "'a'"]
    sheets = [WorkbookSheet(name, [[number]]) for number, name in enumerate(names)]
    data, renamed = copy_write.write(Workbook("ods", sheets), [copy_looks.SheetLook() for _ in sheets])
    assert packages.flaws(data) == []
    assert opened(data).sheetnames == list(renamed.values())
    assert list(renamed.values()) == [
        "Biểu số 01 về Tháng hành động v", "BIỂU SỐ 01 VỀ THÁNG HÀNH (2)", "01 TE", "Sheet", "a",
    ]  # fmt: skip


def test_merged_ranges_that_share_cells_do_not_make_a_damaged_file():
    areas = [((0, 0), (1, 1)), ((1, 1), (2, 2)), ((3, 3), (3, 3)), ((4, 0), (4, 2))]
    assert copy_looks.separate(areas) == [((0, 0), (1, 1)), ((4, 0), (4, 2))]


def test_a_sheet_without_a_look_gets_lines_around_its_table_and_columns_wide_enough():
    rows = [
        ["UBND huyện"],
        [],
        ["STT", "Nội dung", "Số"],
        [1, "Trẻ em được tặng quà nhân dịp 1/6", 5],
        ["II"],
        ["2", "x", 7],
    ]
    look = copy_looks.plain(WorkbookSheet("Bieu", rows), (6, 3))
    ruled = {place for place, cell in look.cells.items() if any(cell.borders)}
    assert {row for row, _ in ruled} == {2, 3, 4, 5}
    assert look.widths[1] > 30


def prefixed() -> bytes:
    """Return a filled form as the Open XML SDK of .NET writes it: every element with a prefix."""
    content = parts(workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", 1, WRONG | {"H41": "=1+1"}))
    for name in content:
        if name.startswith("xl/worksheets/sheet"):
            named = re.sub(rb"<(/?)(?=[A-Za-z])", rb"<\1x:", content[name])
            content[name] = named.replace(b'xmlns="' + NAMESPACE, b'xmlns:x="' + NAMESPACE)
    return packed(content)


def test_a_package_that_cannot_be_patched_is_copied_with_its_looks():
    data = prefixed()
    copy = marked(data)
    book = opened(copy)
    for address, fill in FILLS.items():
        assert book["Bieu 01"][address].fill.fgColor.rgb == fill
    assert book["Bieu 01"]["B14"].border.left.style == "thin"
    assert "bản sao dạng .xlsx của tệp .xlsx" in book.worksheets[0]["A3"].value
    assert book["Bieu 01"]["H41"].value == "=1+1", "without a stored result it is the sender's program that knows it"
    assert cells(copy) == cells(data)
    assert packages.flaws(copy) == []


def test_formulas_of_a_package_that_is_copied_become_their_results():
    content = parts(prefixed())
    name = "xl/worksheets/sheet1.xml"
    content[name], count = re.subn(
        rb"<x:f>1\+1</x:f>(?:<x:v */>|<x:v></x:v>)", b"<x:f>1+1</x:f><x:v>2</x:v>", content[name]
    )
    assert count == 1
    cell = opened(marked(packed(content)))["Bieu 01"]["H41"]
    assert (cell.value, cell.data_type) == (2, "n")


def test_a_package_without_styles_is_copied_too():
    content = parts(workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", 1, WRONG))
    content = {name: re.sub(rb' s="[0-9]+"', b"", part) for name, part in content.items() if name != "xl/styles.xml"}
    for name in ("xl/_rels/workbook.xml.rels", "[Content_Types].xml"):
        content[name] = re.sub(rb"<(?:Relationship|Override) [^<>]*styles[^<>]*/>", b"", content[name])
    copy = marked(packed(content))
    assert opened(copy)["Bieu 01"]["D42"].comment is not None
    assert packages.flaws(copy) == []


def test_a_workbook_with_macros_is_copied_without_them():
    content = parts(workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", 1, WRONG))
    content["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0"
    data = packed(content)
    copy = mark.mark_in_copy(data, "xlsm", reading_of(data).problems)
    assert kinds.kind_of(copy) == "xlsx"
    assert "xl/vbaProject.bin" not in parts(copy)
    assert packages.flaws(copy) == []


def test_a_mail_pays_for_all_its_copies_from_one_purse():
    budget = mark_copy.Budget(6_000)
    problem = Problem(Severity.ERROR, "C02", "Bieu 01", "D42", "", "", "", "sai")
    mark.mark(xls(), "xls", [problem], budget)
    assert budget.cells < 6_000 - 1_000
    with pytest.raises(mark.Unmarkable):
        mark.mark(xls(), "xls", [problem], mark_copy.Budget(600))
