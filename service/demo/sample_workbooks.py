"""Filled workbooks for the sample mails: the form's own blank workbook, filled in as a unit would."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from forms import blank
from forms import form as forms_form
from service.demo import sample_figures

# Where the blank form has its header lines (domain.md 1.2), and where the records of a list begin.
_UNIT, _PREPARER, _POSITION, _PHONE, _EMAIL, _DATE, _PERIOD = "C6", "C7", "E7", "C8", "E8", "C9", "E9"
_FIRST_RECORD = 8
_MODIFIED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")
_PROPERTIES_TIME = rb"\g<1>2019-07-02T08:00:00Z\g<3>"
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_ZIP_TIME = (2019, 7, 2, 8, 0, 0)
_SAID = (
    "Các hoạt động được triển khai kịp thời, huy động được sự tham gia của các ngành, đoàn thể.",
    "Nguồn lực còn hạn chế, địa bàn rộng, giao thông đi lại khó khăn.",
    "Đề nghị tỉnh quan tâm hỗ trợ kinh phí xây dựng điểm vui chơi cho trẻ em.",
)


@dataclass(frozen=True, slots=True)
class Filling:
    """How one workbook is filled in.

    `unit` is what stands in the line of the reporting unit, `written` the day of the report. `changes` maps an address
    of `Bieu 01` ("D41"), or of another sheet ("Bieu 02!G8"), to what replaces its content (None empties it). `sheets`
    are the sheets kept (empty: all).
    """

    unit: str
    seed: int
    district: bool = True
    written: date = date(2019, 7, 2)
    changes: Mapping[str, Any] = field(default_factory=dict)
    sheets: Sequence[str] = ()


class Blank:
    """The blank workbook of a form, made once; each `fill` starts from a fresh copy."""

    def __init__(self, form: forms_form.Form) -> None:
        self.form = form
        self.data = blank.blank(form, blank.BlankHeading(reference="Kèm theo Công văn ngày 25/4/2019"))

    def open(self) -> openpyxl.Workbook:
        """Return a copy to fill in."""
        return openpyxl.load_workbook(io.BytesIO(self.data))

    def fill(self, filling: Filling) -> openpyxl.Workbook:
        """Return the workbook filled in."""
        book = self.open()
        made = sample_figures.figures(filling.seed, district=filling.district)
        for sheet in self.form.sheets:
            page = book[sheet.name]
            if sheet.kind == "rows":
                _fill_header(page, filling)
                _fill_lines(page, sheet, made)
            elif sheet.kind == "list":
                _fill_records(page, made.lists[sheet.name])
            else:
                _fill_texts(page)
        _change(book, filling.changes)
        for name in [name for name in book.sheetnames if filling.sheets and name not in filling.sheets]:
            del book[name]
        return book

    def xlsx(self, filling: Filling) -> bytes:
        """Return the workbook filled in, as .xlsx bytes."""
        return saved(self.fill(filling))


def _fill_header(page: Worksheet, filling: Filling) -> None:
    place = filling.unit.removeprefix("UBND ").removeprefix("huyện ").removeprefix("thành phố ")
    told = {
        "A1": filling.unit.upper(),
        "A2": "PHÒNG LĐTBXH - DT" if filling.district else "VĂN PHÒNG",
        "A3": f"Số: {filling.seed % 90 + 10}/BC-{'LĐTBXH' if filling.district else 'VP'}",
        "D3": f"{place if filling.district else 'Lạng Sơn'}, {filling.written:ngày %d tháng %m năm %Y}",
        _UNIT: filling.unit,
        _PREPARER: ("Hoàng Thị A", "Nông Văn B", "Lương Thị C", "Vi Văn D")[filling.seed % 4],
        _POSITION: "Chuyên viên",
        _PHONE: f"0912 000 {filling.seed % 900 + 100}",
        _EMAIL: "lap.bieu@donvi.example",
        _DATE: f"{filling.written:%d/%m/%Y}",
        _PERIOD: "Tháng 6/2019",
    }
    for address, value in told.items():
        page[address] = value


def _fill_lines(page: Worksheet, sheet: forms_form.Sheet, made: sample_figures.Figures) -> None:
    """Write the figures beside their lines, which the blank names in its hidden last column."""
    columns = {column.name: 4 + place for place, column in enumerate(sheet.columns)}
    row_of = {row[-1].value: row[-1].row for row in page.iter_rows() if row[-1].value}
    for line, values in made.lines.items():
        for column, value in values.items():
            page.cell(row_of[line], columns[column], value)


def _fill_records(page: Worksheet, records: Sequence[Sequence[Any]]) -> None:
    for number, record in enumerate(records):
        row = _FIRST_RECORD + number
        page.cell(row, 1, number + 1)
        for column, value in enumerate(record, start=2):
            page.cell(row, column, value if value != "" else None)


def _fill_texts(page: Worksheet) -> None:
    for row, text in enumerate(_SAID, start=7):
        page.cell(row, 3, text)


def _change(book: openpyxl.Workbook, changes: Mapping[str, Any]) -> None:
    for place, value in changes.items():
        sheet, _, address = place.rpartition("!")
        cell = book[sheet or book.sheetnames[0]][address]
        assert isinstance(cell, Cell)
        cell.value = value


def saved(book: openpyxl.Workbook) -> bytes:
    """Return a workbook as .xlsx bytes without the present moment that openpyxl writes: same book, same bytes."""
    written = io.BytesIO()
    book.save(written)
    return zipped(
        [
            (name, _MODIFIED.sub(_PROPERTIES_TIME, content) if name == "docProps/core.xml" else content)
            for name, content in members_of(written.getvalue())
        ]
    )


def members_of(data: bytes) -> list[tuple[str, bytes]]:
    """Return the (name, content) of a zip's members."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return [(name, source.read(name)) for name in source.namelist()]


def zipped(members: Sequence[tuple[str, bytes]]) -> bytes:
    """Return a zip of (name, content), dated when the reports were written."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            member = zipfile.ZipInfo(name, _ZIP_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return written.getvalue()


def zipped_in(codec: str, members: Sequence[tuple[str, bytes]]) -> bytes:
    """Return a zip whose names are written in an old code page, as WinRAR of those years does, without saying so.

    zipfile writes UTF-8 or cp437 only; names are written as placeholders of the same length and put in afterwards.
    """
    if codec == "utf-8":
        return zipped(members)
    encoded = [b"".join(_old_letter(letter, codec) for letter in name) for name, _ in members]
    placeholders = [f"{number:x}".rjust(len(name), "_") for number, name in enumerate(encoded)]
    data = zipped([(name, content) for name, (_, content) in zip(placeholders, members, strict=True)])
    for name, placeholder in zip(encoded, placeholders, strict=True):
        data = data.replace(placeholder.encode(), name)
    return data


def _old_letter(letter: str, codec: str) -> bytes:
    """Return a letter in windows-1258, which writes the tone after the letter; "ộ" is "ô" and a dot below."""
    apart = unicodedata.normalize("NFD", letter)
    tones = "".join(mark for mark in apart if mark in _TONES)
    bare = "".join(mark for mark in apart if mark not in _TONES)
    return (unicodedata.normalize("NFC", bare) + tones).encode(codec)


def table(sheet: str, rows: Sequence[Sequence[Any]]) -> bytes:
    """Return an .xlsx workbook with one plain sheet: something else than the form."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = sheet
    for row in rows:
        page.append(list(row))
    return saved(book)
