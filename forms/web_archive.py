"""A web page with its parts in one file (MHTML, RFC 2557): what Excel saves as "Single File Web Page", a part a sheet.

Only parts of the file itself are read; nothing that they refer to is fetched.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from forms import package, plain_text, web_page
from forms.grid import Rows, Workbook, WorkbookSheet
from forms.markup import unescape
from forms.package import Limits

PARTS_MOST = 500
"""Parts of a saved page: two a sheet and a few of Excel's own; pictures count too."""
_BOUNDARY = re.compile(rb"""boundary\s{0,9}=\s{0,9}(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))""", re.IGNORECASE)
_HEAD_MOST = 16 * 1024
_FIELD = re.compile(rb"(?:\A|\n)([A-Za-z-]{1,40}):[ \t]*([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CHARSET = re.compile(r"""charset\s{0,9}=\s{0,9}["']?([\w-]{1,40})""", re.IGNORECASE)
_SHEET = re.compile(
    r"<x:ExcelWorksheet>\s*<x:Name>([^<]{1,200})</x:Name>\s*<x:WorksheetSource\s+HRef=[\"']([^\"'<>]{1,500})[\"']",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Part:
    kind: str
    place: str
    charset: str
    body: bytes


def read(data: bytes, limits: Limits) -> Workbook:
    """Return the sheets of a page saved in one file. Raises Unreadable: no table, damaged, or too large (hostile)."""
    plain_text.check_size(data, limits)
    parts = list(_parts(data))
    pages = [part for part in parts if part.kind == "text/html"]
    if not pages:
        raise package.damaged()
    rules: dict[str, str] = {}
    for part in parts:
        if part.kind == "text/css":
            rules |= web_page.read_rules(plain_text.decode(part.body))
    rows = Rows(limits)
    sheets = _declared_sheets(pages, rows, rules)
    if not sheets:
        for part in pages:
            page = web_page.read_page(web_page.decode(part.body, part.charset), rows, rules)
            sheets += web_page.sheets_of(page, page.names)
    return web_page.workbook_of("mhtml", sheets, limits)


def _declared_sheets(pages: list[_Part], rows: Rows, rules: dict[str, str]) -> list[WorkbookSheet]:
    """Return the sheets that the main page names, each from its own part; none where it is the sheet itself."""
    by_name = {part.place.replace("\\", "/").rpartition("/")[2].lower(): part for part in pages}
    main = web_page.decode(pages[0].body, pages[0].charset)
    declared = _SHEET.findall(main)
    sheets = []
    for name, source in declared[:PARTS_MOST]:
        part = by_name.get(unescape(source).replace("\\", "/").rpartition("/")[2].lower())
        if part is None:
            continue
        source_text = web_page.decode(part.body, part.charset)
        page = web_page.read_page(source_text, rows, rules, date1904="<x:Date1904" in main)
        sheets += web_page.whole(page, unescape(name))
    return sheets


def _parts(data: bytes) -> Iterator[_Part]:
    head = data[:_HEAD_MOST]
    found = _BOUNDARY.search(head)
    if found is None:
        return
    boundary = b"--" + (found[1] or found[2])
    start = data.find(b"\n" + boundary)
    for _ in range(PARTS_MOST):
        if start < 0:
            return
        begin = data.find(b"\n", start + 1) + 1
        if begin == 0 or data.startswith(b"\n" + boundary + b"--", start):
            return
        start = data.find(b"\n" + boundary, begin - 1)
        yield _part(data[begin : start if start >= 0 else len(data)])
    raise package.hostile("tệp chứa quá nhiều thành phần")


def _part(raw: bytes) -> _Part:
    end = _HEAD_END.search(raw, 0, _HEAD_MOST)
    head, body = (raw[: end.start()], raw[end.end() :]) if end else (raw, b"")
    fields = {match[1].lower(): match[2].decode("latin-1").strip() for match in _FIELD.finditer(head)}
    declared = fields.get(b"content-type", "")
    charset = _CHARSET.search(declared)
    encoding = fields.get(b"content-transfer-encoding", "").lower()
    return _Part(
        declared.partition(";")[0].strip().lower(),
        fields.get(b"content-location", ""),
        charset[1] if charset else "",
        _decoded(body, encoding),
    )


def _decoded(body: bytes, encoding: str) -> bytes:
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body)
    if encoding != "base64":
        return body
    try:
        return binascii.a2b_base64(body)
    except binascii.Error as error:
        raise package.damaged() from error
