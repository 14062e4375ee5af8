"""Bytes of a mail to text: the declared charset where it is known and fits, else what the bytes themselves say."""

import codecs
import re
import unicodedata

# Only charsets that mail uses (IANA names and common misspellings). A name from a mail never reaches codecs.lookup:
# it also knows punycode, unicode_escape and others that are slow or surprising on hostile input.
_CODECS = {
    **{f"iso-8859-{n}": f"iso-8859-{n}" for n in (*range(1, 12), 13, 14, 15, 16)},
    **{f"windows-{n}": f"cp{n}" for n in (874, *range(1250, 1259))},
    **{f"cp{n}": f"cp{n}" for n in (437, 850, 866, 874, 932, 936, 949, 950, *range(1250, 1259))},
    **{
        name: name
        for name in ("utf-8", "utf-7", "utf-16", "utf-16le", "utf-16be", "utf-32", "koi8-r", "koi8-u", "big5")
    },
    **{
        name: name for name in ("gb2312", "gbk", "gb18030", "euc-jp", "euc-kr", "iso-2022-jp", "iso-2022-kr", "tis-620")
    },
    "us-ascii": "ascii",
    "ascii": "ascii",
    "utf8": "utf-8",
    "utf-16-le": "utf-16le",
    "utf-16-be": "utf-16be",
    "latin1": "iso-8859-1",
    "latin-1": "iso-8859-1",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "ks_c_5601-1987": "cp949",
    "macintosh": "mac-roman",
}
# In these, bytes below 128 mean other things than ASCII.
_NOT_ASCII = frozenset(
    ("utf-7", "iso-2022-jp", "iso-2022-kr", *(name for name in _CODECS if name.startswith(("utf-16", "utf-32"))))
)
_SINGLE_BYTE = re.compile(r"ascii|cp125\d|cp437|cp85\d|iso-8859-\d+|mac-roman")
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")


def decode(data: bytes, declared: str = "") -> tuple[str, bool]:
    """Return `data` as NFC text and whether the declared charset was right.

    Bytes beyond ASCII that are valid UTF-8 are UTF-8 even where a single-byte charset is declared: no other text
    looks so by chance. Where the declared charset is unknown or does not fit, UTF-8, then windows-1258 (Vietnamese),
    then windows-1252 are tried. Never raises. Control characters and lone surrogates become spaces and U+FFFD.
    """
    name = declared.strip().strip("\"'").lower() if declared else ""
    if name not in _NOT_ASCII and data.isascii():
        return clean(data.decode("ascii")), True
    data, name = _without_mark(data, name)
    codec = _CODECS.get(name, "")
    if codec and not _SINGLE_BYTE.fullmatch(codec):
        text = _try(data, codec)
        if text is not None:
            return clean(text), True
    for guess in ("utf-8", codec, "cp1258", "cp1252"):
        text = _try(data, guess) if guess else None
        if text is not None:
            return clean(text), guess == codec or (guess == "utf-8" and not name)
    return clean(data.decode("iso-8859-1")), False


def _without_mark(data: bytes, declared: str) -> tuple[bytes, str]:
    """Return `data` without its byte order mark, and the charset that the mark names."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16le"),
        (codecs.BOM_UTF16_BE, "utf-16be"),
    ):
        if data.startswith(mark):
            return data[len(mark) :], name
    return data, declared


def _try(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeError:
        return None


def clean(text: str) -> str:
    """Return `text` in NFC without control characters (line ends and tabs stay) and without lone surrogates."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if text.isprintable():
        return text
    return _UNSAFE.sub(lambda match: "\ufffd" if match[0] >= "\ud800" else " ", text)
