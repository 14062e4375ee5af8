"""An .xlsx package built in a way that cannot be patched, written anew: prefixed XML, no styles, no places."""

import warnings
import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError

from forms import copy_save
from forms.copy_write import write_value
from forms.workbook import Workbook, WorkbookSheet

UNPACKED_MOST = 4 * 1024 * 1024
"""Bytes of all parts of a package that is written anew with its looks: openpyxl takes about 40 times as much memory."""
ERRORS = (
    zipfile.BadZipFile, ParseError, KeyError, ValueError, TypeError, IndexError, AttributeError, OSError, LookupError,
    AssertionError, NotImplementedError, OverflowError,
)  # fmt: skip
"""What openpyxl raises at a file that it does not understand."""


def rewrite(data: bytes, book: Workbook) -> bytes:
    """Return the package as openpyxl writes it, formulas replaced by what `book` holds; b"" if it cannot.

    A formula without a stored result stays: the sender's program will calculate it. Looks, comments and validations
    stay, pictures, shapes and macros do not.
    """
    import openpyxl  # noqa: PLC0415 - most packages are patched

    with zipfile.ZipFile(BytesIO(data)) as archive:
        if sum(member.file_size for member in archive.infolist()) > UNPACKED_MOST:
            return b""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells what it leaves out
            opened = openpyxl.load_workbook(BytesIO(data), keep_links=False)
            read = {sheet.name: sheet for sheet in book.sheets}
            for page in opened.worksheets:
                _put_results(page, read.get(page.title))
            return copy_save.to_bytes(opened)
    except ERRORS:
        return b""


def _put_results(page: Any, sheet: WorkbookSheet | None) -> None:
    formulas = sheet.marks.formulas if sheet else {}
    rows = sheet.rows if sheet else []
    errors: Mapping[tuple[int, int], str] = sheet.marks.errors if sheet else {}
    for line in page.iter_rows():
        for cell in line:
            place = cell.row - 1, cell.column - 1
            if cell.data_type != "f" or place in formulas:
                continue
            cell.value = None
            if place in errors:
                cell.value, cell.data_type = errors[place], "e"
            elif place[0] < len(rows) and place[1] < len(rows[place[0]]):
                write_value(cell, rows[place[0]][place[1]])
