"""The bytes of text files as text: Unicode in its forms, and the one-byte code pages of Vietnamese offices."""

import codecs
import re
import unicodedata

from forms import package
from forms.package import Limits

TEXT_MOST = 32 * 1024 * 1024
"""Bytes of a text file that are read: a list of 100,000 lines and ten columns takes 10 MB, as a web page 20 MB; a
letter may take four bytes in memory."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What exporting programs declare; windows-1252 is what they mean by iso-8859-1 (WHATWG Encoding, 4.2).
_DECLARED = {
    **dict.fromkeys(("windows-1252", "iso-8859-1", "latin1", "us-ascii", "x-cp1252"), "cp1252"),
    **dict.fromkeys(("windows-1258", "x-cp1258", "cp1258"), "cp1258"),
}
# Seen as windows-1258 a letter and its tone are two bytes: hook, grave, acute, tilde, dot below after a vowel.
_TONES_1258 = re.compile(rb"[AEIOUYaeiouy\xc2\xc3\xca\xd4\xd5\xdd\xe2\xe3\xea\xf4\xf5\xfd][\xcc\xd2\xde\xec\xf2]")
# Letters of TCVN3 that windows-1258 has as signs, beside a letter of either (domain.md 4.6).
_SIGNS_TCVN3 = re.compile(rb"[A-Za-z][\xa8-\xae\xb5-\xb9\xbb-\xbe]|[\xa8-\xae\xb5-\xb9\xbb-\xbe][A-Za-z]")
_JUDGED = 256 * 1024
"""Bytes from the start by which a code page is judged."""


def check_size(data: bytes, limits: Limits) -> None:
    """Raise Unreadable (hostile) for a text that is larger than any report."""
    if len(data) > min(TEXT_MOST, limits.size):
        raise package.hostile("tệp quá lớn")


def decode(data: bytes, declared: str = "") -> str:
    """Return `data` as text: by its byte order mark, as UTF-8 where it is that, by `declared`, by what it looks like.

    Texts in TCVN3 and VNI come out as they are seen through windows-1252, which is how forms.text expects them. Never
    raises: bytes that mean nothing become U+FFFD, or the control character of their number.
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if data.isascii() or _is_cut(data, error):
            return data.decode("utf-8", "replace")
    codec = _DECLARED.get(declared.strip().lower(), "")
    if not codec or codec == "cp1252":
        # Programs declare windows-1252 whatever they write.
        codec = _code_page(data[:_JUDGED])
    if codec == "cp1258":
        return unicodedata.normalize("NFC", data.decode("cp1258", "replace"))
    return _windows_1252(data)


def _is_cut(data: bytes, error: UnicodeDecodeError) -> bool:
    """Say whether only a letter at the very end is not whole, and letters beyond ASCII came before it."""
    return error.end >= len(data) - 1 and error.reason == "unexpected end of data" and not data[: error.start].isascii()


def _code_page(data: bytes) -> str:
    """Return cp1258 where tones that follow their vowel speak for it, else cp1252: TCVN3, VNI, or no Vietnamese."""
    tones, signs = len(_TONES_1258.findall(data)), len(_SIGNS_TCVN3.findall(data))
    return "cp1258" if tones > signs else "cp1252"


def _windows_1252(data: bytes) -> str:
    """Return text as browsers read windows-1252: the five bytes without a meaning keep their number."""
    return data.decode("cp1252", "surrogateescape").translate(_UNDEFINED)


_UNDEFINED = {0xDC00 + byte: byte for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
