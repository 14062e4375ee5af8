"""Workbooks of the catalogue's form, part by part, so that each case may spoil exactly one of them."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

FORM = """
name = "TYT-2019"
version = "1"
title = "BÁO CÁO HOẠT ĐỘNG TRẠM Y TẾ NĂM 2019"
year = 2019

[[header]]
name = "unit"
label = "Tên đơn vị báo cáo"
type = "text"

[[sheet]]
name = "Bieu 01"
kind = "rows"
item = "STT"
label = "Nội dung"
unit = "Đơn vị tính"
[[sheet.column]]
name = "quantity"
label = "Số lượng"
type = "integer"
[[sheet.column]]
name = "cost"
label = "Kinh phí (tr.đ)"
type = "decimal"
unit = "triệu đồng"
[[sheet.row]]
name = "talks"
item = "1"
label = "Số cuộc truyền thông"
unit = "cuộc"
required = ["quantity"]
[[sheet.row]]
name = "people"
item = "2"
label = "Số người tham dự"
unit = "người"
columns = ["quantity"]
[[sheet.row]]
name = "children"
item = "3"
label = "Trong đó: trẻ em"
unit = "người"
columns = ["quantity"]
part_of = "people"
[[sheet.row]]
name = "held_on"
item = "4"
label = "Ngày tổ chức hội nghị"
unit = "ngày"
columns = ["quantity"]
type = "date"
[[sheet.row]]
name = "officer"
item = "5"
label = "Cán bộ phụ trách"
columns = ["quantity"]
type = "text"
[[sheet.row]]
name = "meals"
item = "6"
label = "Bữa ăn dinh dưỡng"
unit = "bữa"

[[sheet]]
name = "Bieu 02"
title = "DANH MỤC CÔNG TRÌNH"
kind = "list"
item = "STT"
[[sheet.column]]
name = "work"
label = "Tên công trình"
type = "text"
required = true
[[sheet.column]]
name = "count"
label = "Số lượng"
type = "integer"
"""

Cells = dict[str, Any]
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def main_cells(unit: str, number: int) -> Cells:
    """Return what stands on the main sheet of a unit; the figures differ with `number`."""
    return {
        "A4": "BÁO CÁO HOẠT ĐỘNG TRẠM Y TẾ NĂM 2019", "A6": "Tên đơn vị báo cáo:", "C6": unit,
        "A10": "STT", "B10": "Nội dung", "C10": "Đơn vị tính", "D10": "Số lượng", "E10": "Kinh phí (tr.đ)",
        "A11": 1, "B11": "Số cuộc truyền thông", "C11": "cuộc", "D11": 10 + number % 90, "E11": 12.5,
        "A12": 2, "B12": "Số người tham dự", "C12": "người", "D12": 1000 + number,
        "A13": 3, "B13": "Trong đó: trẻ em", "C13": "người", "D13": 300 + number % 400,
        "A14": 4, "B14": "Ngày tổ chức hội nghị", "C14": "ngày", "D14": date(2019, 6, 12),
        "A15": 5, "B15": "Cán bộ phụ trách", "D15": "Hoàng Thị A",
        "A16": 6, "B16": "Bữa ăn dinh dưỡng", "C16": "bữa", "D16": 200 + number % 700, "E16": 4.5,
    }  # fmt: skip


def list_cells(count: int = 3) -> Cells:
    """Return what stands on the sheet of works."""
    cells: Cells = {"A2": "DANH MỤC CÔNG TRÌNH", "A5": "STT", "B5": "Tên công trình", "C5": "Số lượng"}
    for row in range(6, 6 + count):
        cells |= {f"A{row}": row - 5, f"B{row}": f"Điểm vui chơi số {row - 5}", f"C{row}": row}
    return cells


def content(number: int, changes: Mapping[str, Any] | None = None, unit: str = "") -> dict[str, Cells]:
    """Return both sheets; `changes` are by address of the main sheet or "Bieu 02!C6", None empties a cell."""
    sheets = {"Bieu 01": main_cells(unit or f"Trạm y tế số {number}", number), "Bieu 02": list_cells()}
    for place, value in (changes or {}).items():
        name, _, address = place.rpartition("!")
        sheets[name or "Bieu 01"][address] = value
    return {name: {each: value for each, value in cells.items() if value is not None} for name, cells in sheets.items()}


def book(number: int, changes: Mapping[str, Any] | None = None, unit: str = "") -> bytes:
    """Return the .xlsx of a unit."""
    return packed(parts(content(number, changes, unit)))


def parts(sheets: Mapping[str, Cells], inline: bool = False) -> dict[str, bytes]:
    """Return the parts of a package by their names (ECMA-376 part 1, 12.2)."""
    shared: list[str] = []
    pages = {name: sheet_xml(cells, None if inline else shared) for name, cells in sheets.items()}
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{at}" r:id="rId{at}"/>' for at, name in enumerate(pages, 1)
    )
    links = [(f"rId{at}", "worksheet", f"worksheets/sheet{at}.xml") for at in range(1, len(pages) + 1)]
    links += [("rId90", "styles", "styles.xml")] + ([] if inline else [("rId91", "sharedStrings", "sharedStrings.xml")])
    made = {
        "[Content_Types].xml": _types(len(pages), inline),
        "_rels/.rels": relations([("rId1", "officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_RELATIONS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(links),
        "xl/styles.xml": _styles(),
        **{f"xl/worksheets/sheet{at}.xml": xml for at, xml in enumerate(pages.values(), 1)},
    }
    if not inline:
        items = "".join(f'<si><t xml:space="preserve">{text}</t></si>' for text in shared)
        made["xl/sharedStrings.xml"] = f'<sst {_MAIN} count="{len(shared)}" uniqueCount="{len(shared)}">{items}</sst>'
    return {name: (_HEAD + xml).encode() for name, xml in made.items()}


def relations(links: Sequence[tuple[str, str, str]]) -> str:
    """Return a part of relations of (id, kind, target)."""
    listed = "".join(f'<Relationship Id="{id_}" Type="{_RELATIONS}/{kind}" Target="{to}"/>' for id_, kind, to in links)
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _types(sheets: int, inline: bool) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    named = [("workbook.xml", "sheet.main"), ("styles.xml", "styles")]
    named += [(f"worksheets/sheet{at}.xml", "worksheet") for at in range(1, sheets + 1)]
    named += [] if inline else [("sharedStrings.xml", "sharedStrings")]
    listed = "".join(f'<Override PartName="/xl/{name}" ContentType="{kind}.{what}+xml"/>' for name, what in named)
    relation = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    plain = '<Default Extension="xml" ContentType="application/xml"/>'
    return f'<Types xmlns="{_PACKAGE}/content-types">{relation}{plain}{listed}</Types>'


def _styles() -> str:
    """Return styles: the first for text and figures, the second for days (format 14)."""
    looks = (
        '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/><xf numFmtId="14" fontId="0" fillId="0" borderId="0"/>'
    )
    return (
        f'<styleSheet {_MAIN}><fonts count="1"><font><sz val="12"/><name val="Times New Roman"/></font></fonts>'
        '<fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders>'
        f'<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2">{looks}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def sheet_xml(cells: Cells, shared: list[str] | None, before: str = "", after: str = "") -> str:
    """Return a sheet; texts go to `shared`, or into the cells where that is None. `before` and `after` the data."""
    rows: dict[int, list[tuple[int, str]]] = {}
    for place, value in cells.items():
        letters = place.rstrip("0123456789")
        column = sum((ord(letter) - 64) * 26**power for power, letter in enumerate(reversed(letters)))
        rows.setdefault(int(place[len(letters) :]), []).append((column, _cell(place, value, shared)))
    data = "".join(
        f'<row r="{row}">{"".join(xml for _, xml in sorted(found))}</row>' for row, found in sorted(rows.items())
    )
    return f'<worksheet {_MAIN} xmlns:r="{_RELATIONS}">{before}<sheetData>{data}</sheetData>{after}</worksheet>'


class Raw(str):
    """The inside of a cell, written as it is; `kind` before a "|" is its type (ECMA-376 part 1, 18.18.11)."""

    __slots__ = ()


def _cell(place: str, value: Any, shared: list[str] | None) -> str:
    if isinstance(value, Raw):
        kind, _, inside = value.partition("|")
        return f'<c r="{place}" t="{kind}">{inside}</c>' if kind else f'<c r="{place}">{inside}</c>'
    if isinstance(value, date):
        return f'<c r="{place}" s="1"><v>{value.toordinal() - date(1899, 12, 30).toordinal()}</v></c>'
    if not isinstance(value, str):
        return f'<c r="{place}"><v>{value}</v></c>'
    if value.startswith("="):
        return f'<c r="{place}"><f>{escape(value[1:])}</f></c>'
    if shared is None:
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    shared.append(escape(value))
    return f'<c r="{place}" t="s"><v>{len(shared) - 1}</v></c>'


def packed(made: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return the package of its parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in made.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def changed(number: int, part: str, *swaps: tuple[bytes, bytes], changes: Mapping[str, Any] | None = None) -> bytes:
    """Return the .xlsx of a unit with bytes of one part swapped; each swap must find its bytes."""
    made = parts(content(number, changes))
    for old, new in swaps:
        assert old in made[part], old
        made[part] = made[part].replace(old, new)
    return packed(made)
