"""The mails of an mbox file, one after the other, each as its bytes; the file may be far larger than memory.

The format is a family (RFC 4155, appendix A, and qmail's mbox(5)): mboxo and mboxrd put ">" before a body line that
begins with "From ", mboxcl counts the body in Content-Length, mboxcl2 counts and puts nothing. The standard library's
`mailbox` is not used: it opens the file for writing, takes every "From " after a blank line for the beginning of a
mail, leaves the quoting in, and makes one kind of line end of all.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from intake.mailbox import HARD_CAP, HEAD

# What is looked through at once for the next mail, and what is read around a place that may be one.
_BLOCK = 1024 * 1024
LONGEST_LINE = 2048
"""Of a "From " line and the field behind it: RFC 5322, 2.1.1, allows 998 characters in each."""
_BEGINS, _AFTER_LINE_END = b"From ", b"\nFrom "
# "From a@b Thu Jul  4 15:20:00 2019", with a zone before or after the year as Gmail and others write it.
DATED = re.compile(
    rb"From [^\r\n]*?\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +(\d{1,2}) +"
    rb"(\d{1,2}:\d{2}(?::\d{2})?)(?: +([+-]\d{4}|[A-Z]{3,4}))? +(\d{4})(?: +([+-]\d{4}))?\b"
)
# RFC 5322, 2.2: a field's name is printable ASCII without a colon.
_FIELD = re.compile(rb"[^\r\n]*\r?\n>?[!-9;-~]+[ \t]*:")
_BLANK_LINE_BEFORE = re.compile(rb"(?:\A|\n)\r?\n\Z")
_END_OF_HEADER = re.compile(rb"\r?\n\r?\n")
_CONTENT_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,12})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_UNQUOTED = re.compile(rb"^From ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class MboxMail:
    """One mail of an mbox: its "From " line, empty for what stands before the first, and its bytes without it.

    `cut` says that it is larger than is taken in, and `raw` only its beginning. `end` is the offset behind it.
    """

    from_line: bytes
    raw: bytes
    cut: bool
    end: int


def mails(file: BinaryIO, size: int) -> Iterator[MboxMail]:
    """Yield every mail of an mbox of `size` bytes; what stands before the first "From " line is one as well.

    Whatever the file holds, each of its bytes belongs to one mail or to the "From " line or blank line between two.
    """
    position = 0
    while position < size:
        from_line = _line_at(file, position) if _read(file, position, len(_BEGINS)) == _BEGINS else b""
        start = position + len(from_line)
        counted = _counted_end(file, start, size)
        end = _next_mail(file, start, size) if counted is None else counted
        following = _after_blank_line(file, end, size)
        if from_line or end - start > HEAD or _read(file, start, end - start).strip():
            yield _mail(file, from_line, (start, end), following, is_counted=counted is not None)
        position = following


def _mail(file: BinaryIO, from_line: bytes, span: tuple[int, int], following: int, *, is_counted: bool) -> MboxMail:
    start, end = span
    cut = end - start > HARD_CAP
    raw = _read(file, start, HEAD if cut else end - start)
    if not is_counted:
        # The blank line before the next "From " belongs to the mbox, not to the mail (RFC 4155, appendix A).
        raw = _without_last_blank_line(raw)
    # A counted body that holds an unquoted "From " is mboxcl2, which quotes nothing.
    if b"From " in raw and not (is_counted and _UNQUOTED.search(raw)):
        raw = _QUOTED.sub(rb"\1", raw)
    return MboxMail(from_line, raw, cut, following)


def _without_last_blank_line(raw: bytes) -> bytes:
    for line_end in (b"\r\n", b"\n"):
        if raw.endswith(b"\n" + line_end):
            return raw[: -len(line_end)]
    return raw


def _counted_end(file: BinaryIO, start: int, size: int) -> int | None:
    """Return where Content-Length says that a mail ends, None where it says nothing or nothing ends there."""
    beginning = _read(file, start, HEAD)
    header = _END_OF_HEADER.search(beginning)
    told = _CONTENT_LENGTH.search(beginning, 0, header.start() + 1) if header else None
    if header is None or told is None:
        return None
    end = start + header.end() + int(told[1])
    if end > size:
        return None
    following = _after_blank_line(file, end, size)
    return end if following == size or _begins_at(file, following) else None


def _after_blank_line(file: BinaryIO, end: int, size: int) -> int:
    """Return where the next mail begins if the one before ends at `end`: behind the line end that some writers add."""
    behind = _read(file, end, 2)
    length = 2 if behind == b"\r\n" else 1 if behind.startswith(b"\n") else 0
    return min(end + length, size)


def _next_mail(file: BinaryIO, start: int, size: int) -> int:
    """Return the offset of the next "From " line that begins a mail, `size` where there is none."""
    if _begins_at(file, start):
        return start
    position = start
    while position < size:
        # A block reaches into the next one by what would be cut through at its end.
        block = _read(file, position, _BLOCK + len(_AFTER_LINE_END))
        found = block.find(_AFTER_LINE_END)
        while found >= 0:
            if _begins_at(file, position + found + 1):
                return position + found + 1
            found = block.find(_AFTER_LINE_END, found + 1)
        position += _BLOCK
    return size


def _begins_at(file: BinaryIO, place: int) -> bool:
    """Return whether a mail begins with a "From " line at `place`.

    Two of three must speak for it: the blank line before, the date in it, the header field behind. "From now on ..."
    at the beginning of a paragraph has the first alone. To take one mail for two is the lesser harm.
    """
    before_from = min(place, 4)
    around = _read(file, place - before_from, before_from + LONGEST_LINE)
    before, here = around[:before_from], around[before_from:]
    if not here.startswith(_BEGINS) or (before and not before.endswith(b"\n")):
        return False
    signs = (_BLANK_LINE_BEFORE.search(before), DATED.match(here), _FIELD.match(here))
    return sum(sign is not None for sign in signs) >= 2  # noqa: PLR2004 - two of the three


def _line_at(file: BinaryIO, place: int) -> bytes:
    file.seek(place)
    return file.readline(HEAD)


def _read(file: BinaryIO, place: int, length: int) -> bytes:
    file.seek(place)
    return file.read(length)
