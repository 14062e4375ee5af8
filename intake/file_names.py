"""File names from outside made safe to show and to compare. They are never used as paths (CVE-2026-28289)."""

import re
import unicodedata

from intake import charsets

# What file systems allow; faults.md M 41 sends 4 kB.
MAX_NAME = 255
# A longer one is no extension but the end of a sentence.
MAX_EXTENSION = 10

# Control characters, zero-width and formatting characters, direction overrides, line separators, tags and lone
# surrogates. U+00AD stays: it is a letter in the TCVN3 encoding (domain.md, P39).
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_FROM_C0 = re.compile(rb"[\xc0-\xff]")
_DRIVES = re.compile(r"(?:\s*[A-Za-z]:)+")
_SEPARATORS = re.compile(r"[/\\]")

_TABLE_EXTENSIONS = frozenset(("xls", "xlsx", "xlsm", "xlsb", "ods", "et", "csv", "tsv"))


def is_table(name: str) -> bool:
    """Say whether a file is called a workbook or a table, whatever it is."""
    return extension(name) in _TABLE_EXTENSIONS


def clean(name: str) -> str:
    """Return the last part of `name` in NFC, without what cannot be seen, cut to MAX_NAME before its extension."""
    # Composed last: what cannot be seen may stand between a letter and its mark.
    visible = unicodedata.normalize("NFC", _INVISIBLE.sub("", name)).strip()
    last = _SEPARATORS.split(visible)[-1]
    drives = _DRIVES.match(last)
    last = last[drives.end() :].strip() if drives else last.strip()
    if last in (".", ".."):
        return ""
    if len(last) <= MAX_NAME:
        return last
    stem, dot, extension = last.rpartition(".")
    return (
        f"{stem[: MAX_NAME - len(extension) - 1]}{dot}{extension}"
        if dot and len(extension) <= MAX_EXTENSION
        else last[:MAX_NAME].rstrip()
    )


def from_archive(raw: bytes) -> str:
    """Return a member's name that does not say its encoding: UTF-8 where valid, else windows-1258, else cp437 (P11).

    The letters of windows-1258 all lie from 0xC0 on, those of cp437 all before, so the one is not taken for the other.
    """
    is_cp437 = not _FROM_C0.search(raw)
    for codec in ("utf-8", "cp437" if is_cp437 else "cp1258"):
        try:
            return charsets.clean(raw.decode(codec))
        except UnicodeError:
            continue
    return charsets.clean(raw.decode("cp437"))


def extension(name: str) -> str:
    """Return the extension in lower case without its dot, dots and spaces at its end do not count."""
    stem, dot, last = name.rstrip(". ").rpartition(".")
    return last.lower() if dot and stem else ""
