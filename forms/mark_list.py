"""The first sheet of a marked workbook: every problem in words, with a link to its cell (ECMA-376 part 1, 18.3)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from forms import mark_words, marks
from forms.mark_styles import FILLS, Styles
from forms.package import UNMARKABLE, Unmarkable
from forms.package_parts import RELATIONSHIPS, SPREADSHEET, WORKBOOK, Parts, before_end, xml_text
from roll.reports import Problem

Place = tuple[str, str]
"""A sheet's name and a cell's address."""
SHEET_NAME = "Cần chỉnh sửa"
TITLE = "NỘI DUNG CẦN KIỂM TRA, CHỈNH SỬA"
ADVICE = (
    "Đề nghị đơn vị chỉnh sửa trực tiếp trên các sheet của tệp này (bấm vào tên ô để đến ô cần sửa), lưu lại và gửi "
    "trả lời thư. Không cần xóa sheet này."
)
HEADER = ("STT", "Mức độ", "Sheet", "Ô", "Chỉ tiêu", "Hiện ghi", "Cần ghi", "Nội dung")
KEPT = "(Ô này đã có ghi chú của đơn vị; ghi chú đó được giữ nguyên, nội dung cần kiểm tra chỉ nêu tại đây.)"
_WIDTHS = (5, 13, 13, 7, 32, 18, 22, 50)
_LETTERS = 1.1
"""Letters of 12 points in the room of a digit of Excel's own font, words kept whole."""
_LINE_HEIGHT = 16
"""Points: a line of 12-point text. Heights are written, since no program fits rows by itself on opening."""
_FIRST_ROW = 5
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_SHEET = re.compile(rb"<sheet\s([^<>]*)>")
_VIEW = re.compile(rb"<workbookView\b[^<>]*>")
_OF_VIEW = re.compile(rb'\s(?:activeTab|firstSheet)="[0-9]*"')
_LOCAL = re.compile(rb'localSheetId="([0-9]+)"')
_STATE = re.compile(rb'\sstate="[^"]*"')
# What stands behind definedNames in a workbook (ECMA-376 part 1, 18.2.27).
_BEHIND_NAMES = re.compile(
    rb"<(?:calcPr|oleSize|customWorkbookViews|pivotCaches|smartTagPr|smartTagTypes|webPublishing|fileRecoveryPr|"
    rb"webPublishObjects|extLst)\b"
)
_SELECTED = re.compile(rb'\stabSelected="[^"]*"')


@dataclass(frozen=True, slots=True)
class Told:
    """What the list says: the problems, a note on the file as a whole, and the cells whose own comment was kept."""

    problems: Sequence[Problem]
    note: str = ""
    kept: frozenset[Place] = frozenset()


def add(parts: Parts, styles: Styles, told: Told, sheets: Mapping[str, str]) -> None:
    """Put the list before all sheets; `sheets` are their parts by name, none of which stays selected.

    A copy that comes back has a list already: that one is written anew, where it stands.
    """
    part = sheets.get(SHEET_NAME) or parts.free("xl/worksheets/sheet-rollcall", "xml")
    for sheet in sheets.values():
        if sheet != part and parts.has(sheet):
            parts.write(sheet, _SELECTED.sub(b"", parts.read(sheet), count=1))
    if not parts.has(part):
        parts.declare(part, _TYPE)
        relation = parts.relate(WORKBOOK, "worksheet", part)
        parts.write(WORKBOOK, _with_first_sheet(parts.read(WORKBOOK), relation))
    parts.write(part, _written(styles, told))
    parts.write(
        WORKBOOK, _opened_at(parts.read(WORKBOOK), list(sheets).index(SHEET_NAME) if SHEET_NAME in sheets else 0)
    )


def _with_first_sheet(xml: bytes, relation: str) -> bytes:
    """Return xl/workbook.xml with the list first: names that belong to a sheet by its number follow it."""
    declared = [match[1] for match in _SHEET.finditer(xml)]
    numbers = [int(text) for each in declared if (text := marks.attribute(each, b"sheetId")).isdigit()]
    names = {marks.unescape(marks.attribute(each, b"name")).casefold() for each in declared}
    name = next(each for each in _names() if each.casefold() not in names)
    first = _SHEET.search(xml)
    if first is None:
        raise Unmarkable(UNMARKABLE)
    added = (
        f'<sheet name={quoteattr(name)} sheetId="{max(numbers, default=0) + 1}" xmlns:r="{RELATIONSHIPS}" '
        f'r:id="{relation}"/>'
    )
    xml = xml[: first.start()] + added.encode() + xml[first.start() :]
    xml = _LOCAL.sub(lambda match: b'localSheetId="%d"' % (int(match[1]) + 1), xml)
    titles = f"{_quoted(name)}!${_FIRST_ROW - 1}:${_FIRST_ROW - 1}"
    printed = f'<definedName name="_xlnm.Print_Titles" localSheetId="0">{xml_text(titles)}</definedName>'.encode()
    if b"<definedNames" in xml:
        return before_end(xml, b"definedNames", printed)
    behind = _BEHIND_NAMES.search(xml)
    at = behind.start() if behind else xml.rfind(b"</workbook>")
    return xml[:at] + b"<definedNames>" + printed + b"</definedNames>" + xml[at:]


def _opened_at(xml: bytes, number: int) -> bytes:
    """Return xl/workbook.xml that opens at a sheet, by its number from 0; the list is hidden in no copy."""
    first = b' activeTab="%d"' % number if number else b""
    xml = _VIEW.sub(
        lambda match: _OF_VIEW.sub(b"", match[0]).replace(b"<workbookView", b"<workbookView" + first, 1), xml
    )
    shown = list(_SHEET.finditer(xml))[number]
    return xml[: shown.start()] + _STATE.sub(b"", shown[0]) + xml[shown.end() :]


def _quoted(sheet: str) -> str:
    return "'" + sheet.replace("'", "''") + "'"


def _names() -> list[str]:
    return [SHEET_NAME, *(f"{SHEET_NAME} ({number})" for number in range(2, 100))]


def _written(styles: Styles, told: Told) -> bytes:
    title, plain, head = styles.of_list("<b/>"), styles.of_list(), styles.of_list("<b/>", "FFDDEBF7", ruled=True)
    rows = [
        _row(1, [(TITLE, title)]),
        _row(2, [(ADVICE, plain)]),
        *([_row(3, [(told.note, plain)])] if told.note else []),
        _row(_FIRST_ROW - 1, [(each, head) for each in HEADER]),
        *_problem_rows(styles, told),
    ]
    links = [
        f'<hyperlink ref="D{row}" location={quoteattr(_quoted(problem.sheet) + "!" + (problem.cell or "A1"))} '
        f"display={quoteattr(problem.cell)}/>"
        for row, problem in enumerate(told.problems, start=_FIRST_ROW)
        if problem.sheet
    ]
    return _SHEET_XML.format(main=SPREADSHEET, columns=_columns(), rows="".join(rows), links=_links(links)).encode()


def _problem_rows(styles: Styles, told: Told) -> Iterator[str]:
    plain = styles.of_list(ruled=True)
    link = styles.of_list('<u/><color rgb="FF0563C1"/>', ruled=True)
    levels = {severity: styles.of_list(fill=fill, ruled=True) for severity, fill in FILLS.items()}
    for number, problem in enumerate(told.problems, start=1):
        line = f"{problem.item} {problem.label}".strip()
        silent = (problem.sheet, problem.cell) in told.kept
        message = f"{problem.message} {KEPT}" if silent else problem.message
        yield _row(_FIRST_ROW + number - 1, [
            (str(number), plain), (mark_words.LEVELS[problem.severity], levels[problem.severity]),
            (problem.sheet, plain), (problem.cell, link),
            *((text, plain) for text in (line, problem.found, problem.expected, message)),
        ])  # fmt: skip


_SHEET_XML = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{main}">'
    '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
    '<sheetViews><sheetView tabSelected="1" workbookViewId="0">'
    '<pane ySplit="4" topLeftCell="A5" activePane="bottomLeft" state="frozen"/>'
    '<selection pane="bottomLeft"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="16"/>'
    "<cols>{columns}</cols><sheetData>{rows}</sheetData>"
    '<mergeCells count="3"><mergeCell ref="A1:H1"/><mergeCell ref="A2:H2"/><mergeCell ref="A3:H3"/></mergeCells>'
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
    lines = max(
        (1 + int(len(text) / (width * _LETTERS)) for (text, _), width in zip(cells, _WIDTHS, strict=False)), default=1
    )
    if len(cells) == 1:
        lines = 1 + int(len(cells[0][0]) / (sum(_WIDTHS) * _LETTERS))  # merged over the whole width
    return f'<row r="{number}" ht="{_LINE_HEIGHT * lines}" customHeight="1">{written}</row>'
