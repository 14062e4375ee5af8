"""The tables of a Word document (.docx, ECMA-376 part 1, 17.4), looked at for lists of named children only.

A report is never read from a document; but what must not be kept in a mailbox is found there too (domain.md 3.5).
"""

from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from forms import children, package
from forms.grid import Workbook, WorkbookSheet

DOCUMENT_MOST = 8 * 1024 * 1024
"""Bytes of text with its marks; a report of a hundred pages has one to two million."""
_DEPTH_MOST = 100
"""Elements in elements; a table in a table in a text box has thirty."""
_TEXTS = 32_767
"""Characters kept of a cell, as a workbook's cell holds ("Excel specifications and limits")."""
_PIECE = 64 * 1024
_NAMESPACES = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}",
)


class _Tables:
    """Takes the events of the parser and makes rows of them, of each table its own; paragraphs outside are lines."""

    def __init__(self) -> None:
        self.tables: list[list[list[str]]] = []
        self.lines: list[str] = []
        self._open: list[list[list[str]]] = []
        self._depth = 0
        self._in_text = False

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEPTH_MOST:
            raise package.hostile("tệp có cấu trúc lồng nhau quá sâu")
        name = _local(tag)
        if name == "tbl":
            self._open.append([])
        elif name == "tr" and self._open:
            self._open[-1].append([])
        elif name == "tc" and self._open and self._open[-1]:
            self._open[-1][-1].append("")
        elif name == "p" and not self._open:
            self.lines.append("")
        elif name == "tab":
            self._write(" ")
        self._in_text = name == "t"

    def data(self, written: str) -> None:
        if self._in_text:
            self._write(written)

    def _write(self, written: str) -> None:
        if self._open and self._open[-1] and self._open[-1][-1]:
            cells = self._open[-1][-1]
            cells[-1] = (cells[-1] + written)[:_TEXTS]
        elif not self._open and self.lines:
            self.lines[-1] = (self.lines[-1] + written)[:_TEXTS]

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._in_text = False
        if _local(tag) == "tbl" and self._open:
            self.tables.append(self._open.pop())

    def close(self) -> None:
        """End, as the parser asks."""


def _local(tag: str) -> str:
    return next((tag.removeprefix(each) for each in _NAMESPACES if tag.startswith(each)), "")


def lists_children(data: bytes) -> bool:
    """Say whether a document has a list of named children; one that cannot be read has none that could be seen."""
    try:
        xml = package.part_of(data, "word/document.xml", DOCUMENT_MOST, package.Limits())
        found = _read(xml)
    except (package.Unreadable, DefusedXmlException, ParseError, ValueError, LookupError):
        return False
    sheets = [WorkbookSheet(str(number), list(table)) for number, table in enumerate(found.tables)]
    return children.lists_children(Workbook("docx", sheets)) or children.are_named_in(found.lines)


def _read(xml: bytes) -> _Tables:
    found = _Tables()
    parser = DefusedXMLParser(target=found, forbid_dtd=True)
    for start in range(0, len(xml), _PIECE):
        parser.feed(xml[start : start + _PIECE])
    if xml:
        parser.close()
    return found
