"""Text as people type it: one Unicode form, old Vietnamese encodings decoded, the key by which texts are compared.

Rules P35 to P42. The order matters: TCVN3 keeps letters in U+00AD (soft hyphen), U+00AA and U+00A8, so it is decoded
before anything is cleaned, and NFKC is never applied.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from forms import vni

FOLDS_REMEMBERED = 8192
"""Labels repeat from workbook to workbook; a form has about 200 distinct texts, a campaign a handful of forms."""

SHORT = 100
"""Characters of a text that is remembered when cleaned: names and choices recur, explanations do not."""

# TCVN 5712:1993 (ABC), the 74 letters as they are seen through Windows-1252; checked with glibc `iconv -f TCVN`.
_TCVN3_CODES = (
    "A1Ă A2Â A3Ê A4Ô A5Ơ A6Ư A7Đ A8ă A9â AAê ABô ACơ ADư AEđ "
    "B5à B6ả B7ã B8á B9ạ BBằ BCẳ BDẵ BEắ C6ặ C7ầ C8ẩ C9ẫ CAấ CBậ "
    "CCè CEẻ CFẽ D0é D1ẹ D2ề D3ể D4ễ D5ế D6ệ D7ì D8ỉ DCĩ DDí DEị "
    "DFò E1ỏ E2õ E3ó E4ọ E5ồ E6ổ E7ỗ E8ố E9ộ EAờ EBở ECỡ EDớ EEợ "
    "EFù F1ủ F2ũ F3ú F4ụ F5ừ F6ử F7ữ F8ứ F9ự FAỳ FBỷ FCỹ FDý FEỵ"
)
TCVN3 = {int(entry[:2], 16): entry[2] for entry in _TCVN3_CODES.split()}

# Characters no TCVN3 or VNI text holds: letters of Vietnamese that exist in Unicode only.
_UNICODE_VIETNAMESE = re.compile(
    "[\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9\u0300-\u036f]"
)
# Signs beside letters, where no other language puts them, and capitals in the middle of small letters ("ViÖt").
_TCVN3_MARK = re.compile(
    "[A-Za-z\xad][\xa8-\xac\xb5-\xb9]|[\xac\xad][A-Za-z\xac]|\xae[A-Za-z\xa8-\xac\xad\xb5-\xb9\xc6-\xd6\xd8-\xf6\xf8-\xfe]|[a-z][\xc6-\xd6\xd8-\xde](?![A-Z])"
)
_DECIDING = 3
_SPACES = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_NOT_KEY = re.compile(r"[^0-9a-z]+")
_ETH = str.maketrans("đðĐÐ", "ddDD")


def is_legacy_font(font: str) -> bool:
    """Say whether `font` shows one of the old Vietnamese encodings: `.Vn...` is TCVN3, `VNI-...` is VNI."""
    return font.startswith((".Vn", ".VN", "VNI-", "VNI "))


def from_tcvn3(text: str) -> str:
    """Return `text`, TCVN3 seen through Windows-1252, as Unicode (P35, P37)."""
    return text.translate(TCVN3)


def looks_tcvn3(text: str) -> bool:
    """Say whether `text` is TCVN3 by its content: its signs beside letters, and no letter that only Unicode has."""
    return not text.isascii() and not _UNICODE_VIETNAMESE.search(text) and _TCVN3_MARK.search(text) is not None


def encoding_of(texts: Iterable[str]) -> str:
    """Return the font that shows the old encoding in which a whole sheet is written: ".VnTime", "VNI-Times", else "".

    Short words ("Sè") say nothing by themselves; three longer ones decide for all, a single letter that only Unicode
    has decides against.
    """
    found = {".VnTime": 0, "VNI-Times": 0}
    for written in texts:
        if written.isascii():
            continue
        if _UNICODE_VIETNAMESE.search(written):
            return ""
        font = ".VnTime" if _TCVN3_MARK.search(written) else "VNI-Times" if vni.looks_vni(written) else ""
        if font:
            found[font] += 1
            if found[font] >= _DECIDING:
                return font
    return ""


def from_legacy(text: str, font: str = "") -> str:
    """Return `text` as Unicode where its `font` or its content says TCVN3 or VNI, else unchanged."""
    if text.isascii() or _UNICODE_VIETNAMESE.search(text):
        return text
    if font.startswith((".Vn", ".VN")):
        decoded = from_tcvn3(text)
        return decoded.upper() if font.endswith("H") else decoded
    if font.startswith("VNI"):
        return vni.decode(text)
    if _TCVN3_MARK.search(text):
        return from_tcvn3(text)
    return vni.decode(text) if vni.looks_vni(text) else text


def clean(text: str, font: str = "") -> str:
    """Return `text` in Unicode NFC, old encodings decoded, without blanks around it. Inner line breaks stay."""
    if text.isascii():
        return text.strip()
    if not font and len(text) <= SHORT:
        return _clean_short(text)
    return _clean(text, font)


@lru_cache(maxsize=FOLDS_REMEMBERED)
def _clean_short(text: str) -> str:
    return _clean(text, "")


def _clean(text: str, font: str) -> str:
    decoded = from_legacy(text, font)
    if not unicodedata.is_normalized("NFC", decoded):
        decoded = unicodedata.normalize("NFC", decoded)
    return decoded.strip(" \t\r\n\xa0\u200b\ufeff\u3000")


def collapse(text: str) -> str:
    """Return `text` on one line: every run of blanks, line breaks and invisible characters is one space (P42)."""
    return _SPACES.sub(" ", text).strip()


@lru_cache(maxsize=FOLDS_REMEMBERED)
def fold(text: str) -> str:
    """Return the key of `text` for comparing: decoded, no tones, no case, words joined by single spaces (P39 to P42).

    "Trẻ em được thăm, tặng quà:" -> "tre em duoc tham tang qua".
    """
    if not text.isascii():
        plain = unicodedata.normalize("NFD", from_legacy(text)).translate(_ETH)
        text = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _NOT_KEY.sub(" ", text.casefold()).strip()
