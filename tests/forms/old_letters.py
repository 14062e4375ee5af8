"""Vietnamese in the one-byte encodings of old files."""

import unicodedata

from forms import text

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_TCVN3 = {letter: chr(code) for code, letter in text.TCVN3.items()}


def in_tcvn3(written: str) -> str:
    """Return a text without accented capitals as TCVN3 is seen through windows-1252."""
    return "".join(_TCVN3.get(letter, letter) for letter in written)


def for_windows_1258(written: str) -> str:
    """Return a text with its tones behind their letters, as windows-1258 can hold it."""
    pieces = []
    for letter in written:
        apart = unicodedata.normalize("NFD", letter)
        tones = "".join(mark for mark in apart if mark in _TONES)
        pieces.append(unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in _TONES)) + tones)
    return "".join(pieces)
