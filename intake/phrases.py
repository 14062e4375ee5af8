"""Vietnamese phrases found in what officers write: with tones or without, a sentence at a time.

A word of a pattern is found as it is written there and without its marks, but not with other tones: "hỏi" is found in
"xin hỏi" and in "xin hoi", never in "Hội Phụ nữ". Where a tone stands in its syllable does not count ("hủy", "huỷ"),
nor the confusion of hỏi and ngã ("gữi", "sữa"), the commonest in writing (domain rules P39 to P41).
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from forms import text

# The tone of a syllable as one letter behind it, hỏi and ngã as one; the letters are no part of any alphabet.
_TONES = {"\u0300": "ˋ", "\u0301": "ˊ", "\u0303": "ˇ", "\u0309": "ˇ", "\u0323": "ˑ"}
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"]{1,2000}", re.IGNORECASE)
# A full stop within a number ("5.4", "10.7.2019") or an address ends nothing.
_END = re.compile(r"\?+|[!;…\n]+|\.+(?=\s|$)")
_WORD = re.compile(r"\w+")
# "b?o c?o th?ng": a letter lost on the way, not a question.
_LOST_LETTER = re.compile(r"\w\?\w|\?\w")
# Programs wrap lines of plain text at 72 or 76 characters (RFC 3676 §4.2): a line nearly as long goes on in the next.
_WRAPPED = 60
_WORDS_REMEMBERED = 8192


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence. `words` is made for patterns of this module; `asks` tells that it ends in a question mark."""

    words: str
    asks: bool = False


def pattern(source: str) -> re.Pattern[str]:
    """Return the regular expression `source`, written with all marks, for `Sentence.words`. It matches whole words."""
    return re.compile(rf"(?<!\w)(?:{_WORD.sub(lambda word: _either(word[0]), source)})(?!\w)")


def _either(word: str) -> str:
    if word.isascii():
        return word
    plain = text.fold(word)
    return f"(?:{_key(word)}|{plain})"


@lru_cache(maxsize=_WORDS_REMEMBERED)
def _key(word: str) -> str:
    letters = unicodedata.normalize("NFD", word.lower())
    tone = "".join(_TONES.get(letter, "") for letter in letters)
    return unicodedata.normalize("NFC", "".join(letter for letter in letters if letter not in _TONES)) + tone


def sentences(written: str) -> tuple[Sentence, ...]:
    """Return the sentences of a text, links left out, blank ones too."""
    decoded = unwrapped(_LINK.sub(" ", unicodedata.normalize("NFC", text.from_legacy(written))))
    letters_lost = _LOST_LETTER.search(decoded) is not None
    found: list[Sentence] = []
    start = 0
    for end in (*_END.finditer(decoded), None):
        words = _words(decoded[start : end.start() if end else len(decoded)])
        if words:
            found.append(Sentence(words, asks=end is not None and "?" in end[0] and not letters_lost))
        start = end.end() if end else start
    return tuple(found)


def unwrapped(written: str) -> str:
    """Return a text with the lines joined that a mail program broke."""
    lines = [line.strip() for line in written.splitlines()]
    return "".join(line + (" " if len(line) >= _WRAPPED else "\n") for line in lines)


def _words(written: str) -> str:
    return " ".join(_key(word) for word in _WORD.findall(written))
