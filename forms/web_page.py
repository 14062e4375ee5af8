"""A web page as a workbook: what web systems and Excel ("Web Page") write under the name of an .xls.

As in Excel, tables and the texts between them come below one another on a sheet. Each table of a report's size ends a
sheet, so that a page with a table for each part of the form has a sheet for each. Nothing that a page refers to is
fetched.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from forms import markup, package, plain_text
from forms.grid import Area, Rows, Workbook, WorkbookSheet
from forms.marks import Marks
from forms.markup import Tag
from forms.package import Limits, Unreadable
from forms.web_table import Cell, WebTable, text_of

NO_TABLE = "trang web không có bảng số liệu; đề nghị mở bằng Excel và lưu lại dạng .xlsx"
NESTED_MOST = 20
"""Tables in tables: pages that are laid out by tables have five or so."""
_REPORT_ROWS, _REPORT_COLUMNS = 4, 3
"""Rows and columns of a table that is more than a heading: item, label and figures under a header."""
_BREAKING = frozenset(
    ("p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre", "center", "section", "article", "caption",
     "blockquote")
)  # fmt: skip
_ROW_ENDS = frozenset(("/tr", "thead", "/thead", "tbody", "/tbody", "tfoot", "/tfoot"))
_STRIKES = frozenset(("s", "strike", "del"))
_CHARSET = re.compile(rb"""charset\s{0,9}=\s{0,9}["']?([\w-]{1,40})""", re.IGNORECASE)
_CHARSET_WITHIN = 4_096
_RULE = re.compile(r"\.([\w-]{1,60})\s{0,9}\{([^{}]{0,4000})\}")
_RULES_MOST = 10_000
"""Rules of a style sheet: Excel writes one for each cell format, a hundred as a rule, 64,000 at most."""
_NAME = re.compile(r"<x:Name>([^<]{1,200})</x:Name>")
_HIDES_ROW = re.compile(r"display\s{0,9}:\s{0,9}none", re.IGNORECASE)


@dataclass(slots=True)
class Page:
    """A page while it is read. `pieces` are its tables and the lines between them, `names` those that Excel gives."""

    rows: Rows
    rules: dict[str, str] = field(default_factory=dict)
    pieces: list[WebTable | str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    open: list[WebTable] = field(default_factory=list)
    too_deep: int = 0
    loose: list[str] = field(default_factory=list)
    date1904: bool = False
    hidden: bool = False

    def cell(self) -> Cell | None:
        """Return the cell whose text is read."""
        return self.open[-1].cell if self.open else None

    def end_line(self) -> None:
        """End a line of text, in a cell or between tables."""
        cell = self.cell()
        if cell is not None:
            cell.parts.append("\n")
        elif not self.open:
            line, self.loose = text_of(self.loose), []
            if line:
                self.rows.spend(1)
                self.pieces.append(line)


def read(data: bytes, limits: Limits) -> Workbook:
    """Return the tables of a web page as sheets. Raises Unreadable: no table (unreadable), too large (hostile)."""
    plain_text.check_size(data, limits)
    page = read_page(decode(data), Rows(limits))
    return workbook_of("html", sheets_of(page, page.names), limits)


def workbook_of(kind: str, sheets: list[WorkbookSheet], limits: Limits) -> Workbook:
    """Return the workbook of a page's sheets. Raises Unreadable where there is none, or too many."""
    if not sheets:
        raise Unreadable("unreadable", NO_TABLE)
    if len(sheets) > limits.sheets:
        raise package.hostile("tệp có quá nhiều trang tính")
    return Workbook(kind, sheets)


def decode(data: bytes, declared: str = "") -> str:
    """Return a page as text: by its byte order mark, by what was `declared` outside, by its own head."""
    own = _CHARSET.search(data[:_CHARSET_WITHIN])
    return plain_text.decode(data, declared or (own[1].decode("ascii") if own else ""))


def read_rules(css: str) -> dict[str, str]:
    """Return the declarations of each class of a style sheet."""
    rules: dict[str, str] = {}
    for match in _RULE.finditer(css):
        if len(rules) >= _RULES_MOST:
            break
        rules[match[1]] = f"{rules.get(match[1], '')};{match[2]}"
    return rules


def read_page(source: str, rows: Rows, rules: dict[str, str] | None = None, *, date1904: bool = False) -> Page:
    """Return the pieces of a page. `rules` are those of style sheets, `date1904` that of a workbook it belongs to."""
    page = Page(rows, dict(rules or {}), date1904=date1904)
    for found in markup.scan(source):
        if isinstance(found, str):
            cell = page.cell()
            if cell is not None:
                cell.parts.append(found)
            elif not page.open:
                page.loose.append(found)
        else:
            _handle(page, found)
    while page.open:
        _end_table(page)
    page.end_line()
    return page


def _handle(page: Page, tag: Tag) -> None:
    name = tag.name
    if name in ("td", "th"):
        if page.open:
            attributes = tag.attributes()
            page.open[-1].begin_cell(Cell(attributes, _css(page, attributes)))
    elif name in ("/td", "/th") or name in _ROW_ENDS:
        if page.open:
            page.open[-1].end_cell()
    elif name == "tr":
        if page.open:
            attributes = tag.attributes()
            hidden = "hidden" in attributes or bool(_HIDES_ROW.search(attributes.get("style", "")))
            page.open[-1].begin_row(hidden=hidden)
    elif name == "table":
        _begin_table(page)
    elif name == "/table":
        _end_table(page)
    elif name.lstrip("/") in _BREAKING:
        page.end_line()
    else:
        _handle_rest(page, tag)


def _handle_rest(page: Page, tag: Tag) -> None:
    cell = page.cell()
    if tag.name == "font" and cell is not None:
        cell.font = cell.font or tag.attributes().get("face", "")
    elif tag.name in _STRIKES and cell is not None:
        cell.struck = True
    elif tag.name == "#style":
        page.rules.update(read_rules(tag.rest))
    elif tag.name in ("#comment", "#xml") and "ExcelWork" in tag.rest:
        page.names += [markup.unescape(name) for name in _NAME.findall(tag.rest)]
        page.date1904 = page.date1904 or "<x:Date1904" in tag.rest
        page.hidden = page.hidden or "<x:Visible>SheetHidden" in tag.rest or "<x:Visible>SheetVeryHidden" in tag.rest


def _css(page: Page, attributes: dict[str, str]) -> str:
    if not attributes:
        return ""
    classes = attributes.get("class", "").split()[:10]
    return ";".join([*(page.rules.get(each, "") for each in classes), attributes.get("style", "")])


def _begin_table(page: Page) -> None:
    if len(page.open) >= NESTED_MOST:
        page.too_deep += 1
        return
    if not page.open:
        page.end_line()
    page.rows.spend(1)
    table = WebTable(page.rows, page.date1904)
    page.pieces.append(table)
    page.open.append(table)


def _end_table(page: Page) -> None:
    if page.too_deep:
        page.too_deep -= 1
        return
    if not page.open:
        return
    table = page.open.pop()
    table.end_cell()
    cell = page.cell()
    if cell is not None and not _is_report(table):
        # A small table in a cell is the cell's own text, laid out.
        cell.parts += ["\n", _shown(table), "\n"]
        table.lines.clear()
        table.width = 0


def _is_report(table: WebTable) -> bool:
    return table.row + 1 >= _REPORT_ROWS and table.width >= _REPORT_COLUMNS


def _shown(table: WebTable) -> str:
    lines = [[str(value) for value in line if value not in ("", None)] for line in table.lines]
    return "\n".join(" ".join(line) for line in lines if line).replace("&", "&amp;")


def sheets_of(page: Page, names: list[str]) -> list[WorkbookSheet]:
    """Return the sheets of a page, by `names` where there is one for each. A page without a table has none."""
    pieces = _filled(page)
    groups: list[list[WebTable | str]] = [[]]
    for piece in pieces:
        groups[-1].append(piece)
        if isinstance(piece, WebTable) and _is_report(piece):
            groups.append([])
    rest = groups.pop()
    if groups:
        groups[-1] += rest
    elif any(isinstance(piece, WebTable) for piece in rest):
        groups.append(rest)
    named = names if len(names) == len(groups) else [f"Sheet{number}" for number in range(1, len(groups) + 1)]
    return [_stack(page, name, group) for name, group in zip(named, groups, strict=True)]


def whole(page: Page, name: str) -> list[WorkbookSheet]:
    """Return the page as the one sheet that it is, nothing where no table is on it."""
    pieces = _filled(page)
    return [_stack(page, name, pieces)] if any(isinstance(piece, WebTable) for piece in pieces) else []


def _filled(page: Page) -> list[WebTable | str]:
    return [piece for piece in page.pieces if isinstance(piece, str) or piece.is_filled()]


def _stack(page: Page, name: str, pieces: Iterable[WebTable | str]) -> WorkbookSheet:
    """Return a sheet with the pieces below one another."""
    rows, marks, merged = list[list[Any]](), Marks(), list[Area]()
    for piece in pieces:
        if isinstance(piece, str):
            rows.append([piece])
            continue
        top = len(rows)
        rows += piece.lines
        rows.extend([] for _ in range(top + piece.row + 1 - len(rows)))
        _add_marks(marks, piece.marks, top)
        merged += [((top + first, left), (top + last, right)) for (first, left), (last, right) in piece.merged]
    return WorkbookSheet(name, rows, marks, merged, not page.hidden)


def _add_marks(marks: Marks, more: Marks, top: int) -> None:
    for own, added in ((marks.errors, more.errors), (marks.formulas, more.formulas), (marks.fonts, more.fonts)):
        own.update({(top + row, column): told for (row, column), told in added.items()})
    for places, found in ((marks.percents, more.percents), (marks.struck, more.struck)):
        places.update((top + row, column) for row, column in found)
    marks.hidden.update(top + row for row in more.hidden)
