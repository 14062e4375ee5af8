"""A workbook of openpyxl's as bytes, in memory alone: a reader of mails may write no file, not even a temporary one."""

import zipfile
from datetime import datetime
from io import BytesIO
from typing import Any

from forms import fonts

_UNDATED = datetime(1980, 1, 1)  # noqa: DTZ001 - the earliest day of a zip: when a copy was made says nothing


class _Package(zipfile.ZipFile):
    """A package whose fonts are written as the schema has them."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *more: Any) -> None:
        """Write one part."""
        if zinfo_or_arcname == "xl/styles.xml":
            data = fonts.in_order(data)
        super().writestr(zinfo_or_arcname, data, *more)


def to_bytes(book: Any) -> bytes:
    """Return a workbook as a package of .xlsx, without pictures and charts. Raises what openpyxl does."""
    from openpyxl.worksheet._writer import WorksheetWriter  # noqa: PLC0415 - a fifth of a reader's start
    from openpyxl.writer.excel import ExcelWriter  # noqa: PLC0415

    written = BytesIO()
    archive = _Package(written, "w", zipfile.ZIP_DEFLATED)

    class InMemory(ExcelWriter):
        """Writes sheets where openpyxl itself would take a temporary file for each."""

        def write_worksheet(self, ws: Any) -> None:
            """Write one sheet."""
            ws._drawing, ws._charts, ws._images = None, [], []  # noqa: SLF001
            content = BytesIO()
            writer: Any = WorksheetWriter(ws, content)
            writer.write()
            ws._rels = writer._rels  # noqa: SLF001
            archive.writestr(ws.path[1:], content.getvalue())
            self.manifest.append(ws)

    book.properties.created = book.properties.modified = _UNDATED
    with archive:
        InMemory(book, archive).write_data()
    return written.getvalue()
