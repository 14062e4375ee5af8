"""The type of what is asked: by what a cell accepts and shows, by its unit of measure, by the words of its label."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from forms import text
from forms.learning import words
from forms.learning.page import Accepted, Look

_DATE_FORMAT = re.compile(r"(?<![a-z])d{1,4}(?![a-z])|m{1,4}[/\-. ]+y|y{2,4}", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_DECIMAL_WORDS = frozenset(
    (
        "ha",
        "m2",
        "m3",
        "km",
        "km2",
        "kg",
        "tan",
        "ta",
        "yen",
        "lit",
        "usd",
        "vnd",
        "eur",
        "trd",
        "kwh",
        "mw",
        "gio",
        "m",
    )
)
_MONEY_UNIT = re.compile(
    r"(?:^|\b)(?:trieu|nghin|ngan|ty|1000|tram)? ?dong(?: chan)?$|^(?:tr d|trd|trieu|ty)$|^(?:tr dong)$"
)
_YES_NO_CHOICES = (
    frozenset(("1", "0")),
    frozenset(("co", "khong")),
    frozenset(("yes", "no")),
    frozenset(("x",)),
    frozenset(("y", "n")),
)


def _any(said: Iterable[str]) -> str:
    return "|".join(map(re.escape, said))


_YES_NO_LABEL = re.compile(r"\bco 1 khong 0\b|\bco khong\b|\byes no\b|\bco x khong\b|\bdung sai\b")
_DATE_LABEL = re.compile(
    r"^(?:ngay|date)\b(?! (?:cong|nghi|dieu tri|giuong))|\bngay thang nam\b|\bdate of\b|\bdd mm yyyy\b"
    r"|^thang nam\b|\bngay$"
)
_TEXT_LABEL = re.compile(rf"^(?:{_any(words.TEXT_WORDS)})\b")
_DECIMAL_LABEL = re.compile(rf"\b(?:{_any(words.DECIMAL_WORDS_WITHIN)})\b")
_INTEGER_LABEL = re.compile(rf"^(?:{_any(words.INTEGER_WORDS)})\b|\b(?:{_any(words.INTEGER_WORDS_WITHIN)})\b")
_MONEY_WORD = re.compile(r"\b(?:tiền|vốn|lương|giá)\b")
"""Words that without their marks are others: "lượng", "tham gia", "tiên tiến"."""
_BRACKET_CHOICES = re.compile(r"\(([^()]{3,120})\)")
_NUMBERED = re.compile(r"(?:^|[;,]\s*)([0-9]{1,2}\s*[.:)\-]\s*[^;,]+)")
_DAY = re.compile(r"\bngay thang\b|\bdd mm\b|\bmm yyyy\b")
_SLASHED_MOST = 25
"""Characters of a choice between slashes."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A type, its choices, and on what it rests: `why` is empty where the blank says it itself."""

    type: str
    choices: tuple[str, ...] = ()
    why: str = ""


def by_acceptance(accepted: Accepted | None) -> Guess | None:
    """Return the type that a validation allows alone."""
    if accepted is None:
        return None
    if accepted.kind == "list":
        keys = frozenset(text.fold(choice) for choice in accepted.choices)
        if not keys:
            return None
        return Guess("yes_no") if keys in _YES_NO_CHOICES else Guess("select_one", accepted.choices)
    kinds = {"whole": "integer", "decimal": "decimal", "date": "date", "time": "text", "textLength": "text"}
    return Guess(kinds[accepted.kind]) if accepted.kind in kinds else None


def by_format(look: Look) -> Guess | None:
    """Return the type that a number format shows (ECMA-376 part 1, 18.8.31)."""
    bare = _QUOTED.sub("", look.number_format)
    if bare in ("General", ""):
        return None
    if bare == "@":
        return Guess("text")
    if "%" in bare:
        return Guess("decimal")
    if _DATE_FORMAT.search(bare) and not any(sign in bare for sign in "#0"):
        return Guess("date")
    if "." in bare and "0" in bare:
        return Guess("decimal")
    return Guess("integer") if any(sign in bare for sign in "#0") else None


def by_unit(unit: str, label: str) -> Guess | None:
    """Return the type of what is measured in `unit`: things and people are counted, money and areas are not whole."""
    key = text.fold(unit)
    if not key:
        return Guess("decimal") if "%" in unit else None
    why = f"đoán theo đơn vị tính “{unit}”"
    if _YES_NO_LABEL.search(key) or key in ("co", "yes no", "co khong", "x"):
        return Guess("yes_no", (), why)
    if key in ("ngay", "ngay thang nam", "date", "dd mm yyyy", "ngay thang"):
        return (
            Guess("date", (), why)
            if text.fold(label).startswith(("ngay", "date", "thoi")) or key != "ngay"
            else Guess("integer", (), why)
        )
    if key in ("text", "chu", "mo ta", "van ban mo ta"):
        return Guess("text", (), why)
    if (
        "%" in unit
        or key.startswith(("phan tram", "ty le"))
        or (_MONEY_UNIT.search(key) and not key.endswith(("hop dong", "cong dong", "hoi dong")))
    ):
        return Guess("decimal", (), why)
    rate = "/" in unit and _MONEY_UNIT.search(text.fold(unit.partition("/")[0])) is not None
    return Guess("decimal" if rate or _DECIMAL_WORDS & set(key.split(" ")) else "integer", (), why)


def by_label(label: str) -> Guess | None:
    """Return the type that the words of a label or header suggest, with the choices that it lists."""
    key = text.fold(label)
    choices = choices_in(label)
    if _YES_NO_LABEL.search(key):
        return Guess("yes_no", (), "đoán theo chữ “có/không” trong tên")
    if choices:
        return Guess("select_one", choices, "đoán theo các lựa chọn ghi trong tên")
    for pattern, kind in (
        (_DATE_LABEL, "date"),
        (_TEXT_LABEL, "text"),
        (_DECIMAL_LABEL, "decimal"),
        (_INTEGER_LABEL, "integer"),
    ):
        if kind == "integer" and label.casefold().strip() == "nam":
            return Guess(kind, (), "đoán theo tên")
        if pattern.search(key) or (kind == "decimal" and ("%" in label or _MONEY_WORD.search(label.casefold()))):
            return Guess(kind, (), "đoán theo tên")
    return None


def choices_in(label: str) -> tuple[str, ...]:
    """Return the choices that a label lists: "(1. Tốt; 2. Khá; 3. Trung bình)", "Cấp (tỉnh/huyện/xã)"."""
    bracket = _BRACKET_CHOICES.search(label)
    said = bracket[1] if bracket else label.partition(":")[2]
    numbered = [each.strip().rstrip(".") for each in _NUMBERED.findall(said)]
    if len(numbered) > 1 and not re.fullmatch(r"[\d .,;=+]+", said):
        return tuple(text.collapse(each) for each in numbered)
    slashed = [each.strip() for each in said.split("/")] if bracket and not _DAY.search(text.fold(said)) else []
    if len(slashed) > 2 and all(each and len(each) <= _SLASHED_MOST and not each.isdigit() for each in slashed):  # noqa: PLR2004
        return tuple(each[:1].upper() + each[1:] for each in slashed)
    return ()


def commonest(guesses: Iterable[Guess | None], quorum: float = 0) -> Guess | None:
    """Return the guess that most cells share, the first one where several are as common.

    None where it is not that of a share `quorum` of all cells.
    """
    all_of_them = list(guesses)
    counted = Counter(guess for guess in all_of_them if guess is not None)
    best = counted.most_common(1)
    return best[0][0] if best and best[0][1] >= quorum * len(all_of_them) else None
