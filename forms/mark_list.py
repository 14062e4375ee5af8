"""The first sheet of a marked workbook: every problem in words, with a link to its cell (ECMA-376 part 1, 18.3)."""

import re
from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from forms import marks
from forms.mark_styles import FILLS, Styles
from forms.package_parts import RELATIONSHIPS, SPREADSHEET, WORKBOOK, Parts, xml_text
from roll.reports import Problem, Severity

SHEET_NAME = "Cần chỉnh sửa"
TITLE = "NỘI DUNG CẦN KIỂM TRA, CHỈNH SỬA"
ADVICE = (
    "Đề nghị đơn vị chỉnh sửa trực tiếp trên các sheet của tệp này (bấm vào tên ô để đến ô cần sửa), lưu lại và gửi "
    "trả lời thư. Sheet này không phải xóa."
)
HEADER = ("STT", "Mức độ", "Sheet", "Ô", "Chỉ tiêu", "Hiện ghi", "Cần ghi", "Nội dung")
LEVELS = {Severity.ERROR: "Phải sửa", Severity.WARNING: "Đề nghị xác nhận"}
_WIDTHS = (6, 16, 16, 8, 42, 20, 24, 70)
_LINE_HEIGHT = 17
"""Points: a line of 12-point text. Heights are written, since no program fits rows by itself on opening."""
_FIRST_ROW = 5
_PART = "xl/worksheets/sheet-rollcall.xml"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_SHEET = re.compile(rb"<sheet\s([^<>]*)>")
_VIEW = re.compile(rb"<workbookView\b[^<>]*>")
_OF_VIEW = re.compile(rb'\s(?:activeTab|firstSheet)="[0-9]*"')
_LOCAL = re.compile(rb'localSheetId="([0-9]+)"')
_SELECTED = re.compile(rb'\stabSelected="[^"]*"')


def add(parts: Parts, styles: Styles, problems: Sequence[Problem], sheets: Sequence[str]) -> None:
    """Put the list before all sheets; `sheets` are the parts of those, none of which stays selected."""
    parts.write(_PART, _written(styles, problems))
    parts.declare(_PART, _TYPE)
    parts.relate(WORKBOOK, "rIdRollcallList", "worksheet", _PART)
    parts.write(WORKBOOK, _with_first_sheet(parts.read(WORKBOOK)))
    for sheet in sheets:
        if parts.has(sheet):
            parts.write(sheet, _SELECTED.sub(b"", parts.read(sheet), count=1))


def _with_first_sheet(xml: bytes) -> bytes:
    """Return xl/workbook.xml with the list first: names that belong to a sheet by its number follow it."""
    declared = [match[1] for match in _SHEET.finditer(xml)]
    numbers = [int(text) for each in declared if (text := marks.attribute(each, b"sheetId")).isdigit()]
    names = {marks.unescape(marks.attribute(each, b"name")).casefold() for each in declared}
    name = next(each for each in _names() if each.casefold() not in names)
    first = _SHEET.search(xml)
    assert first is not None
    added = (
        f'<sheet name={quoteattr(name)} sheetId="{max(numbers, default=0) + 1}" xmlns:r="{RELATIONSHIPS}" '
        'r:id="rIdRollcallList"/>'
    )
    xml = xml[: first.start()] + added.encode() + xml[first.start() :]
    xml = _LOCAL.sub(lambda match: b'localSheetId="%d"' % (int(match[1]) + 1), xml)
    return _VIEW.sub(lambda match: _OF_VIEW.sub(b"", match[0]), xml)


def _names() -> list[str]:
    return [SHEET_NAME, *(f"{SHEET_NAME} ({number})" for number in range(2, 100))]


def _written(styles: Styles, problems: Sequence[Problem]) -> bytes:
    title, plain, head = styles.of_list("<b/>"), styles.of_list(), styles.of_list("<b/>", "FFDDEBF7")
    link = styles.of_list('<u/><color rgb="FF0563C1"/>')
    levels = {severity: styles.of_list(fill=fill) for severity, fill in FILLS.items()}
    rows = [
        _row(1, [(TITLE, title)]),
        _row(2, [(ADVICE, plain)]),
        _row(_FIRST_ROW - 1, [(each, head) for each in HEADER]),
    ]
    links = []
    for number, problem in enumerate(problems, start=1):
        row = _FIRST_ROW + number - 1
        line = f"{problem.item} {problem.label}".strip()
        cells = (problem.found, problem.expected, problem.message)
        rows.append(
            _row(row, [
                (str(number), plain), (LEVELS[problem.severity], levels[problem.severity]), (problem.sheet, plain),
                (problem.cell, link), (line, plain), *((text, plain) for text in cells),
            ])
        )  # fmt: skip
        if problem.sheet:
            target = "'" + problem.sheet.replace("'", "''") + "'!" + (problem.cell or "A1")
            links.append(f'<hyperlink ref="D{row}" location={quoteattr(target)} display={quoteattr(problem.cell)}/>')
    return _SHEET_XML.format(main=SPREADSHEET, columns=_columns(), rows="".join(rows), links=_links(links)).encode()


_SHEET_XML = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{main}">'
    '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
    '<sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews><sheetFormatPr defaultRowHeight="16"/>'
    "<cols>{columns}</cols><sheetData>{rows}</sheetData>"
    '<mergeCells count="2"><mergeCell ref="A1:H1"/><mergeCell ref="A2:H2"/></mergeCells>'
    '{links}<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
    '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
)


def _columns() -> str:
    return "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(_WIDTHS, start=1)
    )


def _links(links: Sequence[str]) -> str:
    return f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""


def _row(number: int, cells: Sequence[tuple[str, int]]) -> str:
    # Inline text, never a formula: what a sender wrote into a cell is quoted here (CWE-1236).
    written = "".join(
        f'<c r="{chr(65 + column)}{number}" s="{style}" t="inlineStr"><is><t xml:space="preserve">'
        f"{xml_text(text)}</t></is></c>"
        for column, (text, style) in enumerate(cells)
    )
    lines = max((1 + len(text) // (width - 1) for (text, _), width in zip(cells, _WIDTHS, strict=False)), default=1)
    if len(cells) == 1:
        lines = 1 + len(cells[0][0]) // sum(_WIDTHS)  # merged over the whole width
    return f'<row r="{number}" ht="{_LINE_HEIGHT * lines}" customHeight="1">{written}</row>'
