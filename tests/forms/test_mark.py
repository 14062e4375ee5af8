"""The marked copy: the sender's own file but for fills, comments and a list in front; corrected, it is valid."""

import io
import re
import zipfile

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from forms import mark, mark_words, read
from forms.mark_copy import Budget
from forms.package import Unmarkable, Unreadable
from roll.outcomes import Verdict
from roll.reports import Problem, Severity
from tests.forms import packages, workbooks
from tests.journeys.office import form_2019

WRONG = {"D42": 9_999_999, "D45": "khoảng 200", "E59": "ba trăm", "D20": None}
FILLS = {"D42": "FFFFC7CE", "E59": "FFFFC7CE", "D45": "FFFFEB9C", "D20": "FFFFEB9C"}
PRESENT = {cell: value for cell, value in WRONG.items() if value is not None}
PREPARED = read.prepare(form_2019())


def filled(changes: dict[str, object] | None = None) -> bytes:
    return workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", 1, WRONG if changes is None else changes)


def reading_of(data: bytes):
    return read.read_file(data, "BC.xlsx", [PREPARED])


def marked(data: bytes) -> bytes:
    return mark.mark(data, "xlsx", reading_of(data).problems)


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def changed(data: bytes, change) -> bytes:
    book = opened(data)
    change(book)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(content: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return written.getvalue()


def test_each_cell_in_question_bears_a_fill_by_its_weight_and_a_comment_with_its_words():
    data = filled()
    book = opened(marked(data))
    for problem in reading_of(data).problems:
        cell = book[problem.sheet][problem.cell]
        assert cell.fill.fgColor.rgb == FILLS[problem.cell]
        assert problem.message in cell.comment.text
    assert {problem.cell for problem in reading_of(data).problems} == set(FILLS)


def test_a_marked_cell_keeps_everything_else_of_its_style():
    before, after = opened(filled())["Bieu 01"], opened(marked(filled()))["Bieu 01"]
    for address in FILLS:
        old, new = before[address], after[address]
        for style in ("number_format", "font", "border", "alignment", "protection", "value"):
            assert repr(getattr(new, style)) == repr(getattr(old, style)), (address, style)


def test_the_first_sheet_lists_every_problem_with_a_link_to_its_cell():
    book = opened(marked(filled()))
    assert book.sheetnames[0] == "Cần chỉnh sửa"
    assert book.active.title == "Cần chỉnh sửa"
    sheet = book.worksheets[0]
    problems = reading_of(filled()).problems
    rows = list(sheet.iter_rows(min_row=5, values_only=True))
    assert [(row[2], row[3], row[7]) for row in rows] == [(each.sheet, each.cell, each.message) for each in problems]
    links = {cell.value: cell.hyperlink.location for (cell,) in sheet.iter_rows(min_row=5, min_col=4, max_col=4)}
    assert links == {each.cell: f"'{each.sheet}'!{each.cell}" for each in problems}
    assert not any(other.sheet_view.tabSelected for other in book.worksheets[1:])
    assert sheet.print_title_rows == "$4:$4"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)


def test_all_that_is_not_marked_stays_as_it_was_to_the_byte():
    data = packed(
        {**parts(filled(PRESENT)), "xl/media/image1.png": b"\x89PNG" + bytes(500), "xl/printerSettings1.bin": b"\0"}
    )
    before, after = parts(data), parts(marked(data))
    touched = {name for name in before if before[name] != after[name]}
    sheet = "xl/worksheets/sheet1.xml"
    assert touched == {sheet, "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"}
    added = b"<legacyDrawing" + after[sheet].partition(b"<legacyDrawing")[2].partition(b"/>")[0] + b"/>"
    without = re.sub(rb' s="[0-9]+"', b"", after[sheet].replace(added, b""))
    assert without == re.sub(rb' s="[0-9]+"', b"", before[sheet]), "but for styles and the line to the comments"


def test_a_marked_copy_reads_as_the_report_does_and_corrected_it_is_valid():
    data = filled()
    copy = marked(data)
    assert reading_of(copy).fingerprint == reading_of(data).fingerprint
    assert [each.cell for each in reading_of(copy).problems] == [each.cell for each in reading_of(data).problems]

    right = opened(filled({}))["Bieu 01"]

    def correct(book):
        for address in FILLS:
            book["Bieu 01"][address] = right[address].value

    assert reading_of(changed(copy, correct)).verdict is Verdict.VALID


def test_a_comment_of_the_senders_own_stays():
    data = changed(
        filled(), lambda book: setattr(book["Bieu 01"]["D42"], "comment", Comment("số của Hội Phụ nữ", "Hòa"))
    )
    sheet = opened(marked(data))["Bieu 01"]
    assert sheet["D42"].comment.text == "số của Hội Phụ nữ"
    assert "khoảng 200" in sheet["D45"].comment.text
    assert sheet["D42"].fill.fgColor.rgb == FILLS["D42"]
    told = {row[3]: row[7] for row in opened(marked(data)).worksheets[0].iter_rows(min_row=5, values_only=True)}
    assert "ghi chú đó được giữ nguyên" in told["D42"]
    assert "ghi chú đó được giữ nguyên" not in told["D45"]


@pytest.mark.parametrize("saved_between", [False, True])
def test_a_copy_that_comes_back_is_marked_anew_and_what_is_settled_says_so(saved_between: bool):
    copy = marked(filled())
    right = opened(filled({}))["Bieu 01"]

    def correct(book):
        book["Bieu 01"]["D42"] = right["D42"].value

    # Rewritten by another program, or with one figure put into the bytes that we wrote.
    mended = changed(copy, correct) if saved_between else packed({**parts(copy), **corrected(copy, right["D42"].value)})
    again = marked(mended)

    book = opened(again)
    assert book.sheetnames == ["Cần chỉnh sửa", *opened(filled()).sheetnames]
    listed = [row[3] for row in book.worksheets[0].iter_rows(min_row=5, values_only=True)]
    assert sorted(listed) == sorted(set(FILLS) - {"D42"})
    sheet = book["Bieu 01"]
    assert sheet["D42"].comment.text == mark_words.SETTLED
    assert sheet["D42"].fill.fill_type is None
    assert sheet["D45"].fill.fgColor.rgb == FILLS["D45"]
    assert sheet["D45"].comment.text.count("khoảng 200") == 1
    assert packages.flaws(again) == []


def corrected(copy: bytes, value: object) -> dict[str, bytes]:
    name = "xl/worksheets/sheet1.xml"
    return {name: parts(copy)[name].replace(b"<v>9999999</v>", b"<v>%d</v>" % value)}


@pytest.mark.parametrize("times", [1, 2])
def test_a_marked_package_is_sound(times: int):
    data = changed(
        filled(), lambda book: setattr(book["Bieu 02"]["C8"], "comment", Comment("số của Hội Phụ nữ", "Hòa"))
    )
    assert packages.flaws(data) == []
    for _ in range(times):
        data = marked(data)
    assert packages.flaws(data) == []


def test_a_cell_with_an_empty_style_or_a_style_in_other_quotes_is_marked_too():
    content = parts(filled())
    name = "xl/worksheets/sheet1.xml"
    for style in (b' s=""', b" s='1'"):
        content[name] = re.sub(rb'(<c r="D42") s="[0-9]+"', rb"\1" + style, content[name])
        copy = marked(packed(content))
        assert opened(copy)["Bieu 01"]["D42"].fill.fgColor.rgb == FILLS["D42"]
        assert packages.flaws(copy) == []
        content[name] = parts(filled())[name]


def test_a_name_that_belongs_to_a_sheet_still_belongs_to_it():
    def name(book):
        book["Bieu 02"].defined_names["VUNG"] = DefinedName("VUNG", attr_text="'Bieu 02'!$B$8:$D$20")

    book = opened(marked(changed(filled(), name)))
    assert "VUNG" in book["Bieu 02"].defined_names


def test_what_a_sender_wrote_is_quoted_as_text_and_never_becomes_a_formula_or_markup():
    hostile = "=cmd|'/c calc'!A1 <script>alert(1)</script> & {{ 7*7 }}\x01"
    problem = Problem(Severity.ERROR, "C02", "Bieu 01", "D42", hostile, hostile, hostile, hostile, hostile)
    book = opened(mark.mark(filled({}), "xlsx", [problem]))
    row = next(book.worksheets[0].iter_rows(min_row=5, max_row=5))
    assert {cell.data_type for cell in row} == {"s"}
    assert row[5].value == hostile.replace("\x01", " ")
    assert "<script>" in book["Bieu 01"]["D42"].comment.text


@pytest.mark.parametrize("cell", ["AB300", "A1", "Z42", "XFD1048576"])
def test_a_cell_that_is_not_in_the_file_yet_is_put_where_it_belongs(cell: str):
    problem = Problem(Severity.WARNING, "C39", "Bieu 01", cell, "", "", "", "chưa ghi số liệu.")
    copy = mark.mark(filled({}), "xlsx", [problem])
    book = opened(copy)
    assert book["Bieu 01"][cell].fill.fgColor.rgb == "FFFFEB9C"
    rows = [
        int(number) for number in re.findall(rb'<row\b[^>]*\br="([0-9]+)"', parts(copy)["xl/worksheets/sheet1.xml"])
    ]
    assert rows == sorted(set(rows))


def test_a_sheet_without_any_cell_can_be_marked_too():
    empty = changed(filled({}), lambda book: book.create_sheet("Bieu 05"))
    problem = Problem(Severity.ERROR, "P09", "Bieu 05", "B2", "", "", "", "chưa có số liệu.")
    assert opened(mark.mark(empty, "xlsx", [problem]))["Bieu 05"]["B2"].comment is not None


def test_notices_are_for_staff_and_are_not_marked():
    problem = Problem(Severity.NOTICE, "C38", "Bieu 01", "D42", "", "", "", "như năm trước")
    book = opened(mark.mark(filled({}), "xlsx", [problem]))
    assert book["Bieu 01"]["D42"].comment is None
    assert list(book.worksheets[0].iter_rows(min_row=5)) == []


def test_what_cannot_be_marked_says_so():
    problems = reading_of(filled()).problems
    with pytest.raises(Unreadable):
        mark.mark(b"", "xls", problems)
    with pytest.raises(Unmarkable, match="mật khẩu"):
        mark.mark(filled(), "encrypted", problems)
    with pytest.raises(Unreadable):
        mark.mark(packed({**parts(filled()), "xl/x.xml": b"<!DOCTYPE x>"}), "xlsx", problems)
    with pytest.raises(Unmarkable):
        mark.mark(workbooks.filled_2019_xls(form_2019(), "UBND huyện Cao Lộc", 1), "xls", problems, Budget(500))
