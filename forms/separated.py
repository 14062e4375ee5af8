"""Tables as text, cut by tabs, semicolons or commas (RFC 4180; text/tab-separated-values of IANA).

Figures stay texts, as they were written: whether "1.500" is fifteen hundred is for the rules of forms.numbers to say.
"""

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from forms import plain_text
from forms.grid import ERROR_TEXTS, Rows, Workbook, WorkbookSheet
from forms.marks import Marks
from forms.package import Limits

DELIMITERS = "\t;,"
_RECORDS_COMPARED = 50
"""Records by which the mark between fields is told; the header of the 2019 form ends in row 13."""
_HEAD = 16 * 1024
_FEW, _MANY = 2, 5
_RAGGED_SHARE = 0.8
FIELD_MOST = 32_767
"""Characters in a cell ("Excel specifications and limits"); a longer one has swallowed lines after a stray quote."""
_SEPARATOR_LINE = re.compile(r"sep=(\t|[^\w\s\"])\r?\n", re.IGNORECASE)


def delimiter_of(text: str) -> str:
    """Return the mark by which the first lines of `text` are cut into fields; empty where it is no table.

    A table has at least two lines with the same number of fields. Where lines differ, as in a table written by hand,
    four in five of at least five lines must have the same number, three or more: prose has no such lines.
    """
    named = _SEPARATOR_LINE.match(text)
    if named:
        return named[1]
    head = text[:_HEAD]
    if len(text) > _HEAD:
        head = head[: head.rfind("\n") + 1] or head
    best = max(DELIMITERS, key=lambda mark: _evenness(head, mark, cut=len(text) > _HEAD))
    return best if _evenness(head, best, cut=len(text) > _HEAD) > (0, 0) else ""


def _evenness(head: str, mark: str, *, cut: bool) -> tuple[float, int]:
    """Return the share of lines with the most common number of fields, and that number; (0, 0) for no table.

    Quotes may be out of order, or their end be `cut` off: the way of reading that gives the more even table counts.
    """
    if mark not in head:
        return 0, 0
    try:
        quoted = list(itertools.islice(csv.reader(_lines(head), delimiter=mark), _RECORDS_COMPARED))
    except csv.Error:
        quoted = []
    single = list(itertools.islice(_single_lines(head, mark), _RECORDS_COMPARED))
    return max(_share(quoted[:-1] if cut else quoted), _share(single))


def _share(records: list[list[str]]) -> tuple[float, int]:
    counts = Counter(len(fields) for fields in records if any(fields))
    total = sum(counts.values())
    if total < _FEW:
        return 0, 0
    fields, lines = max(counts.items(), key=lambda found: (found[1], found[0]))
    share = lines / total
    if fields < _FEW or (share < 1 and (share < _RAGGED_SHARE or total < _MANY or fields <= _FEW)):
        return 0, 0
    return share, fields


def read(data: bytes, limits: Limits) -> Workbook:
    """Return the one sheet of a text with separators. Raises Unreadable (hostile) beyond the limits."""
    plain_text.check_size(data, limits)
    text = plain_text.decode(data)
    mark = delimiter_of(text)
    named = _SEPARATOR_LINE.match(text)
    rows, marks = Rows(limits), Marks()
    for row, fields in enumerate(_records(text[named.end() :] if named else text, mark or ",")):
        _put(rows, marks, row, fields)
    return Workbook("csv", [WorkbookSheet("Sheet1", rows.take(), marks)])


def _put(rows: Rows, marks: Marks, row: int, fields: list[str]) -> None:
    rows.spend(1)
    for column, written in enumerate(fields):
        if written in ERROR_TEXTS:
            marks.errors[row, column] = written
        elif written:
            rows.put(row, column, rows.same(written.replace("\r\n", "\n")))


def _records(text: str, mark: str) -> Iterator[list[str]]:
    """Yield the fields of each record. Where quotes are out of order, they end with their line.

    Quotes out of order are seen before the first record is given, so that nothing is read in two ways.
    """
    if '"' not in text or not _quotes_hold(text, mark):
        yield from _single_lines(text, mark)
    else:
        yield from csv.reader(_lines(text), delimiter=mark, strict=True)


def _single_lines(text: str, mark: str) -> Iterator[list[str]]:
    for line in _lines(text):
        bare = line.rstrip("\r\n")
        whole = len(bare) <= _LINE_MOST and bare.count('"') % 2 == 0
        yield next(csv.reader([bare], delimiter=mark), []) if whole else bare.split(mark)


_LINE_MOST = 100_000
"""Characters of a line in which quotes are minded; the csv module refuses fields from 131,072 on."""


def _quotes_hold(text: str, mark: str) -> bool:
    try:
        return all(
            len(written) <= FIELD_MOST
            for fields in csv.reader(_lines(text), delimiter=mark, strict=True)
            for written in fields
        )
    except csv.Error:
        return False


def _lines(text: str) -> Iterable[str]:
    return io.StringIO(text, newline="")
