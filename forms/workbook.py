"""A workbook's bytes become cells, within limits: what kind of file it is, and its sheets as rows of plain values.

calamine reads xlsx, xlsm, xlsb and ods, after forms.package has looked at the zip; openpyxl reads sheets whose cells
lie so far apart that calamine would allocate the rectangle between them; forms.xls reads xls. Rows and columns are
counted from 0 here, `address` gives "D19".
"""

import zipfile
from collections.abc import Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError

import python_calamine

from forms import compound_file, kinds, package, text, xls
from forms.grid import Workbook, WorkbookSheet
from forms.marks import Marks
from forms.package import Limits, Unreadable

__all__ = ["Limits", "Marks", "Unreadable", "Workbook", "WorkbookSheet", "address", "kind_of", "load"]

kind_of = kinds.kind_of

_DETAILS = {
    "empty": "tệp rỗng, không có nội dung",
    "lock_file": "tệp tạm do Excel tạo ra khi đang mở báo cáo, không phải báo cáo",
    "pdf": "tệp PDF, không phải tệp Excel",
    "image": "tệp ảnh, không phải tệp Excel",
    "docx": "tệp Word, không phải tệp Excel",
    "doc": "tệp Word, không phải tệp Excel",
    "executable": "tệp chương trình, không phải tệp Excel",
}
_OTHER_KIND = "tệp không phải tệp Excel"
_ZIP_KINDS = ("xlsx", "xlsm", "xlsb", "ods")
_TEXT_KINDS = ("csv", "html", "mhtml", "xml_spreadsheet")
_ADDRESSES_REMEMBERED = 16_384


@lru_cache(maxsize=_ADDRESSES_REMEMBERED)
def address(row: int, column: int) -> str:
    """Return the A1 address of the cell at `row`, `column`, counted from 0: (18, 3) -> "D19"."""
    letters = ""
    column += 1
    while column:
        column, remainder = divmod(column - 1, 26)
        letters = chr(65 + remainder) + letters
    return f"{letters}{row + 1}"


def load(data: bytes, limits: Limits | None = None, passwords: Sequence[str] = ()) -> Workbook:
    """Return the workbook in `data`. `passwords` are tried, after Excel's own, where it is encrypted (P03).

    Raises Unreadable (encrypted, unreadable, hostile) for everything else; the name plays no part (P01).
    """
    workbook = _load(data, limits or Limits(), passwords)
    for sheet in workbook.sheets:
        _decode_texts(sheet)
    return workbook


ENCODING_WITHIN = 60
"""Rows from the top by whose texts the encoding of a sheet is judged; the 2019 form has its header in row 11."""


def _decode_texts(sheet: WorkbookSheet) -> None:
    """Bring texts in TCVN3 and VNI into Unicode, by their fonts or since the whole sheet is written so (P35 to P38)."""
    fonts = sheet.marks.fonts
    general = text.encoding_of(cell for row in sheet.rows[:ENCODING_WITHIN] for cell in row if type(cell) is str)
    if not fonts and not general:
        return
    for number, row in enumerate(sheet.rows):
        for column, cell in enumerate(row):
            if type(cell) is str and not cell.isascii():
                decoded = text.from_legacy(cell, fonts.get((number, column), general))
                if decoded != cell:
                    sheet.originals[number, column] = cell
                    row[column] = decoded


def _load(data: bytes, limits: Limits, passwords: Sequence[str]) -> Workbook:
    kind = kinds.kind_of(data)
    if len(data) > limits.size:
        raise package.hostile("tệp quá lớn")
    if kind in _ZIP_KINDS:
        return _load_zip(data, kind, limits)
    if kind == "xls":
        return _load_xls(data, limits, passwords)
    if kind == "encrypted":
        return _load_encrypted(data, limits, passwords)
    if kind in _TEXT_KINDS:
        return _load_text(data, kind, limits)
    raise Unreadable("unreadable", _DETAILS.get(kind, _OTHER_KIND))


def _load_encrypted(data: bytes, limits: Limits, passwords: Sequence[str]) -> Workbook:
    from forms import encrypted  # noqa: PLC0415 - a tenth of a second, and hardly any workbook needs it

    found = (
        encrypted.open_xls(data, passwords) if kinds.kind_of(data) == "xls" else encrypted.open_package(data, passwords)
    )
    kind = kinds.kind_of(found[0]) if found else "encrypted"
    if found is None or kind in ("encrypted", "unknown"):
        raise Unreadable("encrypted", package.ENCRYPTED)
    # What is inside is not opened once more: nobody encrypts twice.
    workbook = _load(found[0], limits, ())
    workbook.notes.append("P03 default" if found[1] == encrypted.DEFAULT_PASSWORD else "P03 form")
    return workbook


def _load_zip(data: bytes, kind: str, limits: Limits) -> Workbook:
    looked = package.look(data, limits)
    if len(looked.sheets) > limits.sheets:
        raise package.hostile("tệp có quá nhiều trang tính")
    if any(marks.far for marks in looked.sheets.values()):
        if kind == "xlsb":
            raise package.hostile("tệp có ô nằm quá xa bảng số liệu")
        return Workbook(kind, _read_capped(data, looked, limits), looked.form_code, ["sparse_cells"])
    sheets = _read_dense(looked.content, looked.sheets, limits)
    for sheet in sheets if kind == "ods" else ():
        sheet.merged = looked.merged.get(sheet.name, ())
        _blank_errors(sheet)
    workbook = Workbook(kind, sheets, looked.form_code, added_up=looked.added_up)
    if looked.two_fonts:
        _decode_runs(workbook, looked.two_fonts)
    return workbook


def _blank_errors(sheet: WorkbookSheet) -> None:
    """Empty the cells that show an error: calamine gives its text in an ods, and nothing in other workbooks."""
    for row, column in sheet.marks.errors:
        if row < len(sheet.rows) and column < len(sheet.rows[row]):
            sheet.rows[row][column] = ""


def _decode_runs(workbook: Workbook, two_fonts: Mapping[str, str]) -> None:
    """Bring texts that are partly in a legacy font into Unicode, run by run, and note them (P44)."""
    for sheet in workbook.sheets:
        for number, row in enumerate(sheet.rows):
            for column, cell in enumerate(row):
                if type(cell) is str and cell in two_fonts:
                    sheet.originals[number, column], row[column] = cell, two_fonts[cell]
                    sheet.marks.fonts.pop((number, column), None)
                    workbook.notes.append(f"P44 {sheet.name}!{address(number, column)}")


def _open_calamine(data: bytes) -> Any:
    try:
        return python_calamine.CalamineWorkbook.from_filelike(BytesIO(data))
    except python_calamine.PasswordError as error:
        raise Unreadable("encrypted", package.ENCRYPTED) from error
    except python_calamine.CalamineError as error:
        raise package.damaged() from error
    except BaseException as error:
        raise _unless_panic(error) from error


def _unless_panic(error: BaseException) -> BaseException:
    """Return Unreadable for a panic of the Rust code, which is no Exception; any other error is returned as it is."""
    return package.damaged() if type(error).__name__ == "PanicException" else error


def _read_dense(data: bytes, marks: Any, limits: Limits) -> list[WorkbookSheet]:
    opened = _open_calamine(data)
    sheets = []
    for metadata in opened.sheets_metadata:
        if metadata.typ is not python_calamine.SheetTypeEnum.WorkSheet:
            continue
        name = metadata.name
        try:
            sheet = opened.get_sheet_by_name(name)
            rows = _rows_of(sheet, limits.area)
            merged = sheet.merged_cell_ranges or ()
        except python_calamine.CalamineError as error:
            raise package.damaged() from error
        except Unreadable:
            raise
        except BaseException as error:
            raise _unless_panic(error) from error
        visible = metadata.visible is python_calamine.SheetVisibleEnum.Visible
        sheets.append(WorkbookSheet(name, rows, marks.get(name) or Marks(), merged, visible))
    return sheets


def _rows_of(sheet: Any, area: int) -> list[list[Any]]:
    """Return the sheet's rows from row 0 and column 0."""
    if sheet.end is None:
        return []
    if (sheet.end[0] + 1) * (sheet.end[1] + 1) > area:
        raise package.too_large()
    # iter_rows, the fastest way, gives the rows before the first cell, not the columns before it.
    return list(sheet.iter_rows()) if sheet.start[1] == 0 else sheet.to_python(skip_empty_area=False)


_OPENPYXL_ERRORS = (
    zipfile.BadZipFile,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    OSError,
)


def _read_capped(data: bytes, looked: package.Package, limits: Limits) -> list[WorkbookSheet]:
    """Read with openpyxl, cell by cell, no further than the limits of rows and columns."""
    import openpyxl  # noqa: PLC0415 - a fifth of a reader's start, and hardly any workbook needs it
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        opened = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
        return [
            WorkbookSheet(
                sheet.title,
                [_plain(row) for row in sheet.iter_rows(max_row=limits.rows, max_col=limits.columns, values_only=True)],
                looked.sheets.get(sheet.title) or Marks(),
                (),
                sheet.sheet_state == "visible",
            )
            for sheet in opened.worksheets
        ]
    except (InvalidFileException, *_OPENPYXL_ERRORS) as error:
        raise package.damaged() from error


def _plain(row: tuple[Any, ...]) -> list[Any]:
    last = len(row)
    while last and row[last - 1] is None:
        last -= 1
    return list(row[:last])


def _load_text(data: bytes, kind: str, limits: Limits) -> Workbook:
    """Read what is no workbook of an office program but a table all the same; the readers are for the few that come."""
    from forms import separated, web_archive, web_page, xml_spreadsheet  # noqa: PLC0415

    readers = {
        "csv": separated.read,
        "html": web_page.read,
        "mhtml": web_archive.read,
        "xml_spreadsheet": xml_spreadsheet.read,
    }
    return readers[kind](data, limits)


def _load_xls(data: bytes, limits: Limits, passwords: Sequence[str]) -> Workbook:
    try:
        sheets, notes = xls.read(data, limits)
    except Unreadable as refused:
        if refused.reason == "encrypted" and not data.startswith(kinds.BARE_XLS):
            return _load_encrypted(data, limits, passwords)
        if refused.reason != "unreadable" or xls.declares_too_much(data, limits.area):
            raise
        if not compound_file.is_bounded(data):
            raise
        # calamine bears some damage that xlrd does not; it tells neither error cells nor fonts.
        return Workbook("xls", _read_dense(data, {}, limits), "", ["reduced_mode"])
    return Workbook("xls", sheets, "", notes)
