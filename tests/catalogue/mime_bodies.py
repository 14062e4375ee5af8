"""Cases M 15 to 24, 42 to 45 and what else is about the shape of a body: parts, boundaries, encodings, charsets."""

import base64
import binascii

from tests.catalogue import office
from tests.catalogue.books import book
from tests.catalogue.cases import Chapter
from tests.catalogue.office import report, sender
from tests.intake import mails

CHAPTER = Chapter()
VALID = "A valid"
CRLF = mails.CRLF
WORDS = mails.part("text/plain; charset=utf-8", "Em gửi báo cáo ạ.".encode())
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def of_parts(number: int, *parts: bytes, kind: str = "mixed", boundary: str = mails.BOUNDARY, **fields: str) -> bytes:
    """Return a mail of a unit, made of parts."""
    return mails.head(sender(number), **office.head(number) | fields) + mails.multipart(parts, kind, boundary)


def the_file(number: int, **fields: str) -> bytes:
    """Return the workbook of a unit as an attachment."""
    return mails.attachment("BC.xlsx", book(number)) if not fields else mails.part(XLSX, book(number), **fields)


def _cut(number: int, behind: bytes, more: int = 0) -> bytes:
    raw = report(number)
    return raw[: raw.index(behind) + len(behind) + more]


def _cut_in_base64(number: int) -> bytes:
    raw = report(number)
    return raw[: raw.index(b"filename*") + 2000]


def _cut_in_second_boundary(number: int) -> bytes:
    raw = report(number)
    second = raw.index(b"--" + mails.BOUNDARY.encode(), raw.index(b"text/plain"))
    return raw[: second + 6]


def _without_closing(number: int) -> bytes:
    return report(number).removesuffix(f"--{mails.BOUNDARY}--\r\n".encode())


def _boundary_swapped(parameter: str):
    def make(number: int) -> bytes:
        return report(number).replace(f'boundary="{mails.BOUNDARY}"'.encode(), parameter.encode(), 1)

    return make


def _nested(number: int, levels: int) -> bytes:
    """Return a report `levels` multiparts deep."""
    opening = b"".join(
        f'Content-Type: multipart/mixed; boundary="n{at}"\r\n\r\n--n{at}\r\n'.encode() for at in range(levels)
    )
    closing = b"".join(f"--n{at}--\r\n".encode() for at in reversed(range(levels)))
    inside = mails.multipart([WORDS, the_file(number)])
    return mails.head(sender(number), **office.head(number)) + opening + inside + closing


def _mail_in_mail(number: int, levels: int) -> bytes:
    return (
        mails.head(sender(number), **office.head(number))
        + b"Content-Type: message/rfc822\r\n\r\n" * levels
        + report(number)
    )


def _encoded(number: int, encoding: str, data: bytes) -> bytes:
    """Return a report whose attachment is written in the bytes given, under the name of an encoding."""
    fields = f"Content-Type: {XLSX}\r\nContent-Transfer-Encoding: {encoding}\r\n"
    fields += "Content-Disposition: attachment; filename=BC.xlsx\r\n\r\n"
    return of_parts(number, WORDS, fields.encode() + data + CRLF)


def _text_in(number: int, charset: str, data: bytes) -> bytes:
    return of_parts(number, mails.part(f"text/plain; charset={charset}", data), the_file(number))


def _with_escapes(number: int) -> bytes:
    words = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    words += b"Em =ZZ g=E1=BB=ADi b=\r\n= o c=C3\r\n"
    return of_parts(number, words, the_file(number))


def _with_junk(number: int) -> bytes:
    encoded = base64.encodebytes(book(number))
    return _encoded(number, "base64", encoded.replace(b"\n", b" !\r\n*", 5))


def _related(number: int) -> bytes:
    """Return multipart/alternative of text and of related, in which the workbook lies."""
    html = mails.part("text/html; charset=utf-8", "<p>Em gửi báo cáo ạ.</p>".encode())
    inside = mails.multipart([html, the_file(number)], "related", "inner")
    return of_parts(number, WORDS, inside + CRLF, kind="alternative")


CHAPTER.add(15, "cut off in base64", "E", "E unreadable", _cut_in_base64)
CHAPTER.add(16, "cut off in the boundary before the workbook", "E", "E no_attachment", _cut_in_second_boundary)
CHAPTER.add(
    16,
    "cut off in the closing boundary",
    "E",
    VALID,
    lambda n: report(n)[:-6],
    differs="The workbook came whole, as in case 17.",
)
CHAPTER.add(17, "no closing boundary", "A", VALID, _without_closing)
CHAPTER.add(18, "an empty boundary", "A", VALID, lambda n: of_parts(n, WORDS, the_file(n), boundary=""))
CHAPTER.add(18, "a boundary of 90 characters", "A", VALID, lambda n: of_parts(n, WORDS, the_file(n), boundary="b" * 90))
CHAPTER.add(18, "a boundary of 1 MB", "A", VALID, lambda n: of_parts(n, WORDS, the_file(n), boundary="b" * 1_000_000))
CHAPTER.add(
    19,
    "two boundaries that conflict",
    "Q",
    "Q hostile",
    _boundary_swapped(f'boundary="{mails.BOUNDARY}"; boundary="other"'),
)
CHAPTER.add(20, "two Content-Type fields", "Q", "Q hostile", lambda n: b"Content-Type: text/plain\r\n" + report(n))
CHAPTER.add(21, "100 parts in each other", "A", VALID, lambda n: _nested(n, 100))
CHAPTER.add(22, "1,000 parts in each other", "Q", "Q hostile", lambda n: _nested(n, 1_000))
CHAPTER.add(23, "1,000 mails in each other", "Q", "Q hostile", lambda n: _mail_in_mail(n, 1_000))
CHAPTER.add(
    24,
    "100,000 parts beside each other",
    "Q",
    "Q hostile",
    lambda n: of_parts(n, WORDS, the_file(n), *[b"\r\nx\r\n"] * 100_000),
)
CHAPTER.add(42, "charset x-tcvn3", "A", VALID, lambda n: _text_in(n, "x-tcvn3", b"Em g\xf6i b\xb8o c\xb8o"))
CHAPTER.add(42, "charset unknown-8bit", "A", VALID, lambda n: _text_in(n, "unknown-8bit", b"Em g\xf6i b\xb8o c\xb8o"))
CHAPTER.add(
    43,
    "said to be UTF-8, is windows-1258",
    "A",
    VALID,
    lambda n: _text_in(n, "utf-8", "Em g\u01b0\u0309i b\u00e1o c\u00e1o".replace("\u0309", "").encode("cp1258")),
)
CHAPTER.add(44, "a body in UTF-7", "A", VALID, lambda n: _text_in(n, "utf-7", "Em gửi báo cáo ạ.".encode("utf-7")))
CHAPTER.add(44, "a body in UTF-16", "A", VALID, lambda n: _text_in(n, "utf-16", "Em gửi báo cáo ạ.".encode("utf-16")))
CHAPTER.add(45, "an unknown transfer encoding", "A", VALID, lambda n: _encoded(n, "x-unknown", book(n)))
CHAPTER.add(45, "transfer encoding 7-bit", "A", VALID, lambda n: _encoded(n, "7-bit", book(n)))
CHAPTER.add(45, "quoted-printable with bad escapes", "A", VALID, _with_escapes)
CHAPTER.add(
    45,
    "a workbook in quoted-printable",
    "A",
    VALID,
    lambda n: _encoded(n, "quoted-printable", binascii.b2a_qp(book(n), istext=False).replace(b"=\n", b"=\r\n")),
)
CHAPTER.add(45, "base64 with junk in it", "A", VALID, _with_junk)
CHAPTER.add(50, "the workbook in related in alternative", "A", VALID, _related)
CHAPTER.add(
    51,
    "an inline workbook",
    "A",
    VALID,
    lambda n: of_parts(n, WORDS, the_file(n, Content_Disposition='inline; filename="BC.xlsx"', Content_ID="<a@b>")),
)
CHAPTER.add(55, "bare LF as line ends", "A", VALID, lambda n: report(n).replace(CRLF, b"\n"))
CHAPTER.add(55, "bare CR as line ends", "A", VALID, lambda n: report(n).replace(CRLF, b"\r"))
CHAPTER.add(
    55,
    "NUL bytes in text and header",
    "A",
    VALID,
    lambda n: b"X-A: b\0c\r\n" + report(n).replace(WORDS, b"Content-Type: text/plain\r\n\r\nEm \0gui\0\r\n"),
)
CHAPTER.add(
    56,
    "a body of HTML alone",
    "A",
    VALID,
    lambda n: of_parts(
        n,
        mails.part("text/html; charset=utf-8", "<html><body><p>Em gửi báo cáo</p></body></html>".encode()),
        the_file(n),
    ),
)
CHAPTER.add(
    59,
    "a From line of mbox first",
    "A",
    VALID,
    lambda n: b"From tram@y-te.example Wed Jul  3 08:00:00 2019\r\n" + report(n),
)
