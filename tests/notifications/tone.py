"""What may not stand in a letter to a unit, and how to find it however it is written: domain rules of address."""

import functools
import re
import unicodedata
from html.parser import HTMLParser

# Orders, blame, familiarity, and the marks of a formal dispatch: an automatic e-mail is none.
NEVER = (
    "yêu cầu", "chưa nộp", "vi phạm", "không chấp hành", "phải", "sai", "bạn", "chào", "anh/chị", "dear",
    "thân ái", "./.", "cộng hòa xã hội chủ nghĩa", "kt.", "tm.", "tl.",
)  # fmt: skip
# What no text of the program may call a unit or what it did, wherever the text ends.
BLAME = NEVER[:4]
# "phải" is an order where a unit is asked; not in "is it", "is not", nor of what a figure has to be.
_NO_ORDER = re.compile(r"\b(?:không|có) phải\b|\bphải là số\b")
# Written with these capitals, or all in capitals.
CAPITALS = ("Ủy ban nhân dân", "Lễ phát động", "Tháng hành động vì trẻ em", "Quỹ Bảo trợ trẻ em")
_NEVER = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, NEVER))})(?!\w)")
# Unicode's blocks of pictures, from "Miscellaneous Symbols" to "Dingbats", and those beyond the first plane.
_PICTURES = re.compile(r"[\u2600-\u27bf\U0001f000-\U0001faff]")
_BLANKS = re.compile(r"[\s\u00a0\u00ad\u200b-\u200d\u2060\ufeff]+")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200d\u2060\ufeff]")


class _Texts(HTMLParser):
    """The texts of a document, those that are shown in place of pictures among them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts += [value for name, value in attrs if name in ("alt", "title") and value]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def text_of_html(html: str) -> str:
    """Return what a reader of `html` reads."""
    reader = _Texts()
    reader.feed(re.sub(r"(?s)<!--.*?-->|<(style|title)\b.*?</\1>", " ", html))
    return " ".join(reader.texts)


@functools.cache
def plain(text: str) -> str:
    """Return `text` in NFC, in small letters, with nothing invisible in it and one blank between two words."""
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return _BLANKS.sub(" ", visible).casefold()


def forbidden(text: str) -> list[str]:
    """Return the words of NEVER that `text` holds, in any case, encoding or spacing."""
    said = _NO_ORDER.sub("", plain(text))
    return sorted({*_NEVER.findall(said), *_PICTURES.findall(text)})


def wrong_capitals(text: str) -> list[str]:
    """Return the names of CAPITALS that `text` writes otherwise."""
    shown = _BLANKS.sub(" ", unicodedata.normalize("NFC", text))
    found = [hit.group() for name in CAPITALS for hit in re.finditer(re.escape(name), shown, re.IGNORECASE)]
    return [hit for hit in found if hit not in CAPITALS and not hit.isupper()]
