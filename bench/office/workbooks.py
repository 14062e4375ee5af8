"""Filled workbooks of the small form, written by putting texts and figures into a prepared package."""

import html
import io
import random
import zipfile
from functools import lru_cache
from pathlib import Path

import openpyxl

from forms import blank
from forms import form as forms_form

_UNIT, _PREPARER = "@unit@", "@preparer@"
_FIGURE = 70_000_000
_SHEET = "xl/worksheets/sheet1.xml"
FORM = Path(__file__).with_name("form.toml")


def form_text(year: int) -> str:
    """Return form.toml of a campaign."""
    return FORM.read_text("utf-8").replace("YEAR", str(year))


@lru_cache(maxsize=4)
def blank_form(year: int) -> bytes:
    """Return the office's own blank workbook."""
    form = forms_form.load_form(form_text(year).encode(), "form.toml")
    return blank.blank(form, blank.BlankHeading(reference="Kèm theo Công văn"))


@lru_cache(maxsize=4)
def _prepared(year: int) -> list[tuple[str, bytes]]:
    """Return the members of a workbook in which marks stand where texts and figures go."""
    book = openpyxl.load_workbook(io.BytesIO(blank_form(year)))
    page = book.worksheets[0]
    marks = {"Tên đơn vị báo cáo": _UNIT, "Người lập biểu": _PREPARER}
    figure = _FIGURE
    for row in page.iter_rows():
        label = str(row[0].value or "").rstrip(": ")
        if label in marks:
            page.cell(row[0].row, 3, marks[label])
        elif row[-1].value and row[-1].row > 8:
            for column in (4, 5):
                page.cell(row[0].row, column, figure)
                figure += 1
    written = io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as package:
        return [(name, package.read(name)) for name in package.namelist()]


def report(year: int, unit: str, preparer: str, chance: random.Random, *, wrong: bool = False) -> bytes:
    """Return a filled workbook; a `wrong` one has a part above its whole."""
    gifts = chance.randrange(60, 900)
    poor = gifts + 50 if wrong else chance.randrange(gifts)
    figures = [chance.randrange(1, 40), chance.randrange(1, 90), gifts, gifts // 4, poor, 0]
    figures += [number for _ in range(3) for number in (chance.randrange(1, 30), chance.randrange(1, 60))]
    put = {f"{_FIGURE + place}": str(figure) for place, figure in enumerate(figures)}
    put |= {_UNIT: unit, _PREPARER: preparer}
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, content in _prepared(year):
            data = content
            if name == _SHEET:
                for mark, text in put.items():
                    data = data.replace(mark.encode(), html.escape(text).encode())
            package.writestr(zipfile.ZipInfo(name, (2019, 7, 1, 8, 0, 0)), data)
    return written.getvalue()


@lru_cache(maxsize=1)
def other_table() -> bytes:
    """Return a workbook that is no report of the campaign: six months of another field."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append(["BÁO CÁO CÔNG TÁC NGƯỜI CÓ CÔNG 6 THÁNG ĐẦU NĂM"])
    page.append(["TT", "Chỉ tiêu", "ĐVT", "Kế hoạch", "Thực hiện"])
    for number in range(1, 20):
        page.append([number, f"Chỉ tiêu {number}", "người", number * 90, number * 47])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
