"""A document of Word in the making: headings, paragraphs, tables that break over pages well, and stable bytes.

The look is that of administrative documents (Nghị định 30/2020/NĐ-CP, phụ lục I): A4, Times New Roman, letters of 13
points, 1.2 lines apart, tables with their header on each page. python-docx is known here alone. Every text is made
harmless on its way in: no control reaches the package, and nothing in a text is ever a field.
"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from forms.zip_writer import ZipWriter
from notifications.words import whole_lines

FONT = "Times New Roman"
LINE_SPACING = 1.2
"""Lines: between the one and the one and a half that the decree allows (phụ lục I, II.6)."""
PAGE_SHORT, PAGE_LONG = 21.0, 29.7  # centimetres of A4 (ISO 216)
MARGIN_TOP, MARGIN_BOTTOM, MARGIN_LEFT, MARGIN_RIGHT = 2.0, 2.0, 3.0, 1.5  # centimetres (phụ lục I, I.3)
CELL_MARGIN = 85
"""Twentieths of a point, 1.5 millimetres beside a cell's text: room for figures in narrow columns."""
# The names of office and department need more of the page than the mark beside them.
_SHARES = (0.6, 0.4)
_ALIGNMENTS = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}
# Of the template's styles, those that are used; the others would only fill the list that a person chooses from.
_KEPT_STYLES = frozenset(
    {"Normal", "Header", "Footer", "Title", "Heading 1", "Heading 2", "Heading 3", "Default Paragraph Font"}
    | {"Normal Table", "No List", "Table Grid"}
)
# Of the template's parts, those that say what program the template came from, or that only an old program reads.
_DROPPED_PARTS = ("/thumbnail", "/extended-properties", "/stylesWithEffects", "/customXml")
_LANGUAGES = {"vi": "vi-VN", "en": "en-GB"}


@dataclass(frozen=True, slots=True)
class _Look:
    """How paragraphs of a style look: points, and where they stand. `first` is the first line's indent in cm."""

    size: float
    bold: bool = False
    italic: bool = False
    align: str = "left"
    before: float = 0
    after: float = 0
    first: float = 0
    left: float = 0
    spacing: float = LINE_SPACING
    keep_next: bool = False


_LOOKS = {
    "Normal": _Look(13, align="justify", after=6, first=1),
    "Title": _Look(14, bold=True, align="center", spacing=1.0, keep_next=True),
    "Heading 1": _Look(13, bold=True, before=12, after=6, keep_next=True),
    "Heading 2": _Look(13, bold=True, before=8, after=4, keep_next=True),
    "Heading 3": _Look(13, bold=True, italic=True, before=6, after=4, keep_next=True),
    "Header": _Look(13, align="center", spacing=1.0),
    "Footer": _Look(10, italic=True, align="center", spacing=1.0),
    "Centred": _Look(13, align="center", spacing=1.0),
    "Remark": _Look(12, italic=True, align="justify", after=6, spacing=1.0),
    "Lead": _Look(13, italic=True, before=4, after=2, left=1, keep_next=True),
    "Quoted": _Look(13, align="justify", after=3, left=1),
    "Cell": _Look(12, spacing=1.0, before=1, after=1),
    "Cell Head": _Look(12, bold=True, align="center", spacing=1.0, before=1, after=1, keep_next=True),
}


@dataclass(frozen=True, slots=True)
class About:
    """What the document says of itself. `footer` stands on every page; `language` is "vi" or "en"."""

    title: str
    author: str
    created: datetime
    footer: str
    language: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its header path, top down; its width in centimetres, 0 for what is left over."""

    header: tuple[str, ...]
    width: float = 0
    align: str = "left"


Row = Sequence[str] | str
"""The cells of a row of a table; a text alone stands across the whole table, in bold."""


class Draft:
    """A document in the making; `to_bytes` finishes it."""

    def __init__(self, about: About) -> None:
        self._about = about
        self._document = docx.Document()
        _drop_parts(self._document)
        _dress(self._document, about.language)
        self._set_page(self._document.sections[0], landscape=False)
        self._write_margins(self._document.sections[0])

    @property
    def width(self) -> float:
        """Return the centimetres between the margins of the page that is being written."""
        page = self._document.sections[-1].page_width
        assert page is not None
        return float(round(page.cm, 1)) - MARGIN_LEFT - MARGIN_RIGHT

    def turn(self, *, landscape: bool) -> None:
        """Go on on a new page, upright or across."""
        section = self._document.add_section(WD_SECTION.NEW_PAGE)
        section.different_first_page_header_footer = False
        self._set_page(section, landscape=landscape)

    def heading(self, level: int, text: str) -> None:
        """Write a heading of level 1, 2 or 3."""
        self._paragraph(f"Heading {level}", text)

    def title(self, *lines: str) -> None:
        """Write the lines of a title."""
        for line in lines:
            self._paragraph("Title", line)

    def centred(self, text: str) -> None:
        """Write a line in the middle, with room below it."""
        written = self._paragraph("Centred", text)
        written.runs[0].italic = True
        written.paragraph_format.space_after = Pt(8)

    def paragraph(self, text: str, strong: str = "") -> None:
        """Write a paragraph, `strong` in bold before it."""
        written = self._paragraph("Normal", strong)
        for run in written.runs:
            run.bold = True
        written.add_run(f" {one(text)}" if strong else one(text))

    def remark(self, text: str) -> None:
        """Write a small paragraph about what follows or went before."""
        self._paragraph("Remark", text)

    def lead(self, text: str) -> None:
        """Write what stands before a quoted text."""
        self._paragraph("Lead", text)

    def quoted(self, text: str) -> None:
        """Write what somebody else wrote, line by line, whole."""
        for line in whole_lines(text):
            self._paragraph("Quoted", line)

    def letterhead(self, left: Sequence[str], right: Sequence[str]) -> None:
        """Write two blocks of centred lines beside each other, the last line of each in bold."""
        table = self._document.add_table(1, 2)
        table.autofit = False
        for column, cell, lines, share in zip(table.columns, table.rows[0].cells, (left, right), _SHARES, strict=True):
            column.width = cell.width = Cm(self.width * share)
            for number, line in enumerate(lines):
                written = cell.paragraphs[0] if not number else cell.add_paragraph()
                written.style = "Centred"
                run = written.add_run(one(line))
                run.bold, run.font.size = number == len(lines) - 1, Pt(12)
        self._paragraph("Centred", "")

    def table(self, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        """Write a table: its header on each page it runs over, no row torn in two where it fits on a page."""
        table = self._document.add_table(0, len(columns), "Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        _set_cell_margins(table)
        for column, width in zip(table.columns, _widths(columns, self.width), strict=True):
            column.width = Cm(width)
        _write_header(table, columns)
        for row in rows:
            if isinstance(row, str):
                _write_band(table, row)
            else:
                _write_row(table, columns, row)
        self._paragraph("Centred", "").paragraph_format.line_spacing = Pt(8)

    def to_bytes(self) -> bytes:
        """Return the package; the same bytes for the same content."""
        about, properties = self._about, self._document.core_properties
        properties.title, properties.author, properties.last_modified_by = one(about.title), one(about.author), ""
        properties.comments, properties.keywords = "", ""
        properties.language = _LANGUAGES[about.language]
        # The format's times have neither zone nor fractions: they are UTC (ECMA-376 part 2, 11.1).
        moment = about.created.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        properties.created = properties.modified = moment
        written = io.BytesIO()
        self._document.save(written)
        packed = ZipWriter()
        with zipfile.ZipFile(written) as package:
            for name in package.namelist():
                packed.deflate(name, package.read(name))
        return bytes(packed)

    def _paragraph(self, style: str, text: str) -> Paragraph:
        return self._document.add_paragraph(one(text), style)

    def _set_page(self, section: Section, *, landscape: bool) -> None:
        long, short = Cm(PAGE_LONG), Cm(PAGE_SHORT)
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (long, short) if landscape else (short, long)
        section.top_margin, section.bottom_margin = Cm(MARGIN_TOP), Cm(MARGIN_BOTTOM)
        section.left_margin, section.right_margin = Cm(MARGIN_LEFT), Cm(MARGIN_RIGHT)
        section.header_distance = section.footer_distance = Cm(1)

    def _write_margins(self, section: Section) -> None:
        """Write the page's number above from the second page on, and below what the document is, on every page."""
        section.different_first_page_header_footer = True
        _write_page_number(section.header.paragraphs[0])
        for footer in (section.footer, section.first_page_footer):
            footer.paragraphs[0].style = "Footer"
            footer.paragraphs[0].add_run(one(self._about.footer))


def one(text: str) -> str:
    """Return a text on one line, whole, without controls."""
    return " ".join(whole_lines(text))


def _drop_parts(document: Document) -> None:
    for relations in (document.part.package.rels, document.part.rels):
        for key in [key for key, each in relations.items() if each.reltype.endswith(_DROPPED_PARTS)]:
            del relations[key]


def _dress(document: Document, language: str) -> None:
    """Give the styles their looks, in one font; take away what the template has besides."""
    for style in list(document.styles):
        if style.name not in _KEPT_STYLES:
            style.delete()
    for name, look in _LOOKS.items():
        known = name in document.styles
        style = document.styles[name] if known else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        assert isinstance(style, ParagraphStyle)
        if name != "Normal":
            style.base_style = document.styles["Normal"]
        _dress_style(style, look)
        for link in style.element.findall(qn("w:link")):
            style.element.remove(link)
    defaults = document.styles.element.find(qn("w:docDefaults"))
    assert defaults is not None
    for said in defaults.iter(qn("w:lang")):
        said.set(qn("w:val"), _LANGUAGES[language])
    for fonts in defaults.iter(qn("w:rFonts")):
        _name_font(fonts)


def _dress_style(style: ParagraphStyle, look: _Look) -> None:
    properties = style.element.get_or_add_rPr()
    # What the template says of fonts, colours and lines would show through where ours is silent.
    for child in list(properties):
        properties.remove(child)
    paragraph = style.element.get_or_add_pPr()
    for border in paragraph.findall(qn("w:pBdr")) + paragraph.findall(qn("w:contextualSpacing")):
        paragraph.remove(border)
    _name_font(properties.get_or_add_rFonts())
    style.font.size, style.font.bold, style.font.italic = Pt(look.size), look.bold, look.italic
    style.font.color.rgb = RGBColor(0, 0, 0)
    placed = style.paragraph_format
    placed.alignment = _ALIGNMENTS[look.align]
    placed.space_before, placed.space_after = Pt(look.before), Pt(look.after)
    placed.line_spacing, placed.keep_with_next = look.spacing, look.keep_next
    placed.first_line_indent, placed.left_indent = Cm(look.first), Cm(look.left)
    placed.widow_control = True


def _name_font(fonts: OxmlElement) -> None:  # type: ignore[valid-type]
    """Name one font for every script; a theme's font would win over it."""
    fonts.attrib.clear()  # type: ignore[attr-defined]
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)  # type: ignore[attr-defined]


def _write_page_number(paragraph: Paragraph) -> None:
    paragraph.style = "Header"
    for kind, instruction in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()._r  # noqa: SLF001 - python-docx has no fields
        if instruction:
            said = OxmlElement("w:instrText")
            said.text = instruction
            run.append(said)
        else:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run.append(mark)


def _widths(columns: Sequence[Column], whole: float) -> list[float]:
    """Return the widths in centimetres; what the others leave is shared by those that name none."""
    open_ones = sum(not column.width for column in columns)
    left = whole - sum(column.width for column in columns)
    return [column.width or left / open_ones for column in columns]


def _set_cell_margins(table: Table) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(CELL_MARGIN))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tblPr.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription")  # noqa: SLF001


def _write_header(table: Table, columns: Sequence[Column]) -> None:
    """Write the header paths, a row for each level; what stands above several columns is written once."""
    depth = max(len(column.header) for column in columns)
    rows = [_add_row(table, "w:tblHeader") for _ in range(depth)]
    for first, last, top, bottom, text in _header_cells(columns, depth):
        cell = rows[top].cells[first]
        if (first, top) != (last, bottom):
            cell = cell.merge(rows[bottom].cells[last])
        _put(cell, text, "Cell Head", "center")
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def _header_cells(columns: Sequence[Column], depth: int) -> Iterator[tuple[int, int, int, int, str]]:
    """Yield first and last column, first and last row, and the text of each cell of the header."""
    for level in range(depth):
        # Columns share a cell where everything down to this level is the same.
        keys = [(c.header[: level + 1] if level < len(c.header) - 1 else number) for number, c in enumerate(columns)]
        for _, group in groupby(range(len(columns)), keys.__getitem__):
            places = list(group)
            path = columns[places[0]].header
            if level < len(path):
                bottom = depth - 1 if level == len(path) - 1 else level
                yield places[0], places[-1], level, bottom, path[level]


def _write_row(table: Table, columns: Sequence[Column], texts: Sequence[str]) -> None:
    row = _add_row(table)
    for cell, column, text in zip(row.cells, columns, texts, strict=True):
        _put(cell, text, "Cell", column.align)


def _write_band(table: Table, text: str) -> None:
    cells = _add_row(table).cells
    cell = cells[0].merge(cells[-1]) if len(cells) > 1 else cells[0]
    _put(cell, text, "Cell", "left")
    cell.paragraphs[0].paragraph_format.keep_with_next = True
    for run in cell.paragraphs[0].runs:
        run.bold = True


def _put(cell: _Cell, text: str, style: str, align: str) -> None:
    for number, line in enumerate(whole_lines(text) or [""]):
        written = cell.paragraphs[0] if not number else cell.add_paragraph()
        written.style = style
        if style == "Cell" and align != "left":
            written.alignment = _ALIGNMENTS[align]
        written.add_run(line)


def _add_row(table: Table, *marks: str) -> _Row:
    """Add a row that no page tears in two; `marks` are further marks of it."""
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    for mark in ("w:cantSplit", *marks):
        row._tr.get_or_add_trPr().append(OxmlElement(mark))  # noqa: SLF001 - python-docx has no such property
    return row
