"""The harnesses: each reader of outside bytes, with what must hold of whatever it is given."""

import functools
import gzip
import math
import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from forms import dates, numbers, workbook
from forms.package import Unreadable
from forms.taken import Asked
from intake import addresses, contents, file_names, message, mime_headers, seven_zip, tnef_files, unpack, zip_files
from tests.catalogue import books, odd_books, office
from tests.forms import old_workbook, workbooks
from tests.forms.binary_workbook import xlsb
from tests.fuzz.mutation import Harness
from tests.intake import mails
from tests.intake.archives import rar_writer
from tests.journeys import packing

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_REASONS = {"unreadable", "encrypted", "hostile"}
_ADDRESSES = (
    b'"so.yte@so.example" <a@b.example>', b"a@b.example", b"A (c) <a@b.example>, b@c.example",
    b"undisclosed-recipients:;", b"=?utf-8?b?w6E=?= <a@b.example>", b"a@evil.example>b@unit.example",
)  # fmt: skip
_NAMES = (
    b"BC.xlsx", "Báo cáo.xlsx".encode(), "B\u202exslx.exe".encode(), b"../../etc/x", b"C:\\x.xls", b"\\\\srv\\x",
    "\u200b.htaccess".encode(), b"B\xb8o c\xb8o.xls", unicodedata.normalize("NFD", "Báo cáo.xlsx").encode(),
)  # fmt: skip
_FIGURES = (
    "1.234.567,89", "1 234 567", "12,5%", "(1.000)", "không", "1.000 đồng", "2 triệu 500", "1tr2", "1O0", "1E309",
    "\uff11\uff10", "5 + 6", "khoảng 30", "1/2", "12-15", "0912 345 678",
)  # fmt: skip
_DAYS = ("31/12/2019", "12.6.19", "29/02/2019", "ngày 12 tháng 6 năm 2019", "2019-06-12", "6/2019", "12/6", "43628")

_FIGURE_WORDS = (".", ",", " ", "%", "-", "tr", "nghìn", "tỷ", "đồng", "/", "x", "e9", "\u00a0", "0", "½")
_DAY_WORDS = ("/", ".", "-", "ngày", "tháng", "năm", "29", "02", "00", "20", " ")
_NAME_WORDS = ("\u202e", "\u200b", "/", "\\", "..", "C:", "\0", ".xlsx", "\u0301")


@functools.cache
def _book() -> bytes:
    return books.book(1)


@functools.cache
def _program() -> seven_zip.Program | None:
    return seven_zip.find()


def _mails() -> Sequence[bytes]:
    nested = mails.head(office.sender(1)) + mails.multipart(
        [b"Content-Type: message/rfc822\r\n\r\n" + office.report(2), mails.part("text/html", b"<p>a</p><blockquote>b")],
        "alternative", "outer",
    )  # fmt: skip
    raw = mails.head(office.sender(1)) + b"Content-Type: text/plain; charset=utf-8\r\n\r\nEm g\xe1\xbb\xadi.\r\n> c\r\n"
    return [office.report(1, ("BC.txt", b"a" * 300)), nested, raw]


def _written(*texts: str) -> None:
    for text in texts:
        text.encode()


def check_headers(data: bytes) -> None:
    """Every field decodes to one line of bounded length that can be written."""
    fields = mime_headers.read_fields(data, 0, len(data))
    assert 0 <= fields.body_start <= len(data)
    for name, value in fields.items:
        text = mime_headers.decode_value(value)
        _written(text, *mime_headers.parse_parameters(value).items.values())
        assert "\n" not in text, name
        assert len(text) <= mime_headers.MAX_VALUE_CHARACTERS


def check_addresses(data: bytes) -> None:
    """Each address has one line and an @; where two may be meant, that is said."""
    found = addresses.parse(data)
    assert len(found.items) <= addresses.MAX_ADDRESSES
    _written(found.name, *found.items)
    for item in found.items:
        assert "@" in item
        assert not re.search(r"\s", item), item
        assert item.startswith('"') or not re.search("[<>]", item), item


def check_mail(data: bytes) -> None:
    """A message comes of it, whose texts can be written and are bounded."""
    found = message.parse(data)
    _written(found.text, found.quoted, found.headers.subject, *(leaf.name for leaf in found.leaves))
    assert len(found.text) <= message.MAX_TEXT_CHARACTERS
    assert len(found.leaves) <= 2 * message.mime_tree.MAX_PARTS


def check_name(data: bytes) -> None:
    """No name leads anywhere, hides anything, or is long; and cleaning a clean one changes nothing."""
    for name in (
        file_names.from_archive(data),
        data.decode("utf-8", "surrogateescape"),
        data.decode("utf-16", "replace"),
    ):
        cleaned = file_names.clean(name)
        _written(cleaned)
        assert cleaned not in (".", "..")
        assert not re.search(r"[/\\]", cleaned)
        assert not _UNSEEN.search(cleaned)
        assert len(cleaned) <= file_names.MAX_NAME
        assert file_names.clean(cleaned) == cleaned


def check_zip(data: bytes) -> None:
    """What comes out of a zip stays within the limits of a mail."""
    _check_unpacked(b"PK\x03\x04" + data[4:], None)


def check_archive(data: bytes) -> None:
    """What comes out of another archive does too, and 7zz writes nothing and ends in time."""
    _check_unpacked(data, _program())


def _check_unpacked(data: bytes, program: seven_zip.Program | None) -> None:
    found = unpack.unpack([message.Leaf("BC.zip", "", data, False, "")], program)
    inside = [file for file in found.files if file.is_member]
    assert sum(len(file.data) for file in inside) <= zip_files.MAX_TOTAL_BYTES * (unpack.MAX_NESTING + 1)
    _written(*(file.name + file.path for file in found.files))


def check_winmail(data: bytes) -> None:
    """Outlook's wrapping gives files or says that it is damaged."""
    _check_unpacked(message.TNEF + data[4:], None)
    tnef_files.words(message.TNEF + data[4:])


def check_table(data: bytes) -> None:
    """A table that is text gives a workbook or is refused."""
    try:
        workbook.load(data)
    except Unreadable as refused:
        assert refused.reason in _REASONS  # noqa: PT017 - both ends are right


def check_figure(data: bytes) -> None:
    """A figure is finite and not negative, or there is none; what is read is read again the same."""
    written = data.decode("utf-8", "replace")
    for asked in (Asked("integer"), Asked("decimal", unit="triệu đồng"), Asked("decimal", unit="%")):
        taken = numbers.parse(written, asked)
        value = taken.value
        if value is None:
            continue
        assert isinstance(value, int | float), value
        assert math.isfinite(value), value
        assert value >= 0, value
        assert asked.type != "integer" or taken.finding is not None or float(value).is_integer(), value
        assert numbers.parse(written, asked) == taken


def check_day(data: bytes) -> None:
    """A day is one of the calendar, or there is none."""
    taken = dates.parse(data.decode("utf-8", "replace"), Asked("date", year=2019))
    if taken.value is not None:
        assert date.fromisoformat(str(taken.value)).year in dates.YEARS


def check_whole_mail(data: bytes) -> None:
    """A mail with its files is read from end to end."""
    contents.Reader([]).read(data)


def _encoded(texts: Sequence[str]) -> tuple[bytes, ...]:
    return tuple(each.encode() for each in texts)


def _winmails() -> Sequence[bytes]:
    return [packing.tnef([("BC.xlsx", b"a" * 300)])]


def _zips() -> Sequence[bytes]:
    return [mails.zipped([("BC.xlsx", _book()[:900]), ("a/b.txt", b"a" * 200)]), mails.zipped([("a", b"b")], 0)]


def _archives() -> Sequence[bytes]:
    data = _book()[:900]
    return [
        rar_writer.rar4([rar_writer.file4(b"BC.xlsx", data)]), rar_writer.rar5([rar_writer.file5(b"BC.xlsx", data)]),
        packing.seven_zip([("BC.xlsx", data)]), gzip.compress(data),
    ]  # fmt: skip


def _tables() -> Sequence[bytes]:
    content = books.content(1)
    page = (
        b"<html><table><tr><td rowspan=2 colspan=3>a</td><td>1,5</td></tr><tr><td x:num='5'>5</td></tr></table></html>"
    )
    return [
        odd_books.spreadsheet_ml(content)[:8000],
        page,
        odd_books.web_archive(page),
        b'STT,"a;b",c\r\n1,2,3\r\n' * 9,
    ]


IN_THIS_PROCESS = (
    Harness("headers", _mails, (b"\r\n ", b"=?utf-8?q?", b"?=", b"filename*0*=utf-8''%", b";"), check_headers),
    Harness("addresses", lambda: _ADDRESSES, (*b'<|>|"|\\|(|)|:;|@|,|=?utf-8?q?=40?='.split(b"|"),), check_addresses),
    Harness(
        "mime", _mails, (*b"\r\n--b1_7f3a\r\n|--b1_7f3a--|boundary=|\r\n\r\n|begin 644 a\n".split(b"|"),), check_mail
    ),
    Harness("names", lambda: _NAMES, _encoded(_NAME_WORDS), check_name),
    Harness(
        "zip", _zips, (b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x07", b"PK\x06\x06", b"../"), check_zip
    ),
    Harness("archives", _archives, (rar_writer.RAR4, rar_writer.RAR5, b"7z\xbc\xaf\x27\x1c"), check_archive, 30.0),
    Harness("winmail", _winmails, (b"\x02\x10\x06\x90", b"\x02\x0f\x80\x06"), check_winmail),
    Harness(
        "tables", _tables, (*b"<table>|<td colspan=99999>|<Row ss:Index='9999999'>|\"|;|\r\n".split(b"|"),), check_table
    ),
    Harness("figures", lambda: _encoded(_FIGURES), _encoded(_FIGURE_WORDS), check_figure),
    Harness("days", lambda: _encoded(_DAYS), _encoded(_DAY_WORDS), check_day),
)


def _oles() -> Sequence[bytes]:
    return [
        workbooks.write_xls(books.content(1)),
        old_workbook.biff5(odd_books.grid(1)),
        old_workbook.biff2(odd_books.grid(1)),
    ]


def _packages() -> Sequence[bytes]:
    # Stored, so that what is changed is XML, not what deflate makes of it.
    return [
        books.packed(books.parts(books.content(1)), 0),
        _book(),
        xlsb(odd_books.rows(1)),
        odd_books.ods(books.content(1)),
    ]


_SHEET_WORDS = (b"<row r='1048576'>", b"<c r='XFD1'", b"<v>", b"t='s'", b"&#x0;", b"<f>")
_RECORDS = (b"\x09\x08\x10\0", b"\xfc\0", b"\x3c\0", b"\x0a\0\0\0", b"\xfe\xff\xff\xff")
IN_READERS = (
    Harness("xlsx", _packages, _SHEET_WORDS, check_whole_mail),
    Harness("xls", _oles, _RECORDS, check_whole_mail),
)  # fmt: skip
"""Whose libraries may end a process: tried in readers, as mails are."""
