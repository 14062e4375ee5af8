"""Cases M 33 to 41: what a file may be called. It is read whatever that is, and no name is ever used as a path."""

import unicodedata

from tests.catalogue import office
from tests.catalogue.books import book
from tests.catalogue.cases import Chapter
from tests.catalogue.office import sender
from tests.intake import mails

CHAPTER = Chapter()
VALID = "A valid"
NAME = "Báo cáo.xlsx"


def _named(parameters: bytes):
    """Return a maker of reports whose attachment has the parameters of Content-Disposition given as bytes."""

    def make(number: int) -> bytes:
        words = mails.part("text/plain; charset=utf-8", "Em gửi báo cáo ạ.".encode())
        file = mails.part("application/octet-stream", book(number))
        if parameters:
            file = b"Content-Disposition: attachment; " + parameters + mails.CRLF + file
        return mails.head(sender(number), **office.head(number)) + mails.multipart([words, file])

    return make


def _quoted(name: bytes) -> bytes:
    return b'filename="' + name + b'"'


_VIETNAMESE_1258 = "Ti\u00ea\u0301ng Vi\u00ea\u0323t.xlsx".encode("cp1258")
_ODD = {
    "up and out": b"../../etc/BC.xlsx",
    "a drive": b"C:\\\\BC.xlsx",
    "a server": b"\\\\\\\\srv\\\\BC.xlsx",
    "with a NUL": b"BC\0.xlsx",
    "of 4 kB": b"B" * 4_096 + b".xlsx",
    "turned round by U+202E": "BC\u202exslx.pdf".encode(),
    "of no width, then .htaccess": "\u200b.htaccess".encode(),
}

CHAPTER.add(33, "a name after RFC 2231", "A", VALID, _named(b"filename*=UTF-8''B%C3%A1o%20c%C3%A1o.xlsx"))
CHAPTER.add(
    34,
    "a character cut in two by a continued name",
    "A",
    VALID,
    _named(b"filename*0*=UTF-8''B%C3; filename*1*=%A1o.xlsx"),
)
CHAPTER.add(35, "an encoded word inside quotes", "A", VALID, _named(_quoted(mails.word(NAME).encode())))
CHAPTER.add(36, "a name in raw UTF-8", "A", VALID, _named(_quoted(NAME.encode())))
CHAPTER.add(37, "a name in windows-1258 with combining tones", "A", VALID, _named(_quoted(_VIETNAMESE_1258)))
CHAPTER.add(38, "a decomposed name", "A", VALID, _named(_quoted(unicodedata.normalize("NFD", NAME).encode())))
CHAPTER.add(39, "a name in TCVN3", "A", VALID, _named(_quoted(b"B\xb8o c\xb8o.xlsx")))
CHAPTER.add(40, "no name", "A", VALID, _named(b""))
for _says, _name in _ODD.items():
    CHAPTER.add(41, f"a name {_says}", "A", VALID, _named(_quoted(_name)))
