"""Figures as people write them in text cells, and figures of number cells that need a second look (rules P42 to P63).

Notation is normalised; a doubtful figure is asked about, never guessed. Every pattern here is linear.
"""

import math
import re
from collections.abc import Callable
from decimal import Decimal

import msgspec

from forms import groups, products, taken, text
from forms.money import MONEY, MONEY_WORDS
from forms.taken import Asked, Taken

COUNT_TOLERANCE = 1e-6
"""P63: a count is whole within 1e-6."""
MONEY_DECIMALS = 3
"""P63: money has three decimals."""
LARGEST = 1e15
"""Beyond 15 digits Excel itself keeps no exact figure ("Excel specifications and limits": number precision)."""
LONGEST = 200
"""Characters of a cell in which a figure is looked for; a longer text is none."""

ZERO_WORDS = frozenset(
    (
        "khong",
        "khong co",
        "ko",
        "k",
        "0 co",
        "ko co",
        "khong phat sinh",
        "kps",
        "ko phat sinh",
        "khong ps",
        "khong to chuc",
    )
)
_DASHES = frozenset(("-", "–", "—", "/", "--", "---", "−", "//", "\\"))
_DITTO = frozenset(("nt", "nhu tren", "ditto"))
_DITTO_SIGNS = frozenset(('"', "''", "”", "“", "-nt-", '-"-'))
DITTO_MOST = 10
"""Characters; "như trên" has eight."""
_CHILD_WORDS = frozenset(("tre", "em", "te", "chau", "be"))
_COMMUNE_WORDS = frozenset(("xa", "phuong", "thi", "tran", "don", "vi"))
_PERSON_WORDS = frozenset(("nguoi", "luot", "dai", "bieu"))
_SAME_WORDS = (_CHILD_WORDS, _COMMUNE_WORDS, _PERSON_WORDS)
_ABOUT = ("khoang ", "hon ", "tren ", "gan ", "uoc ", "duoi ", "it nhat ", "tam ", "xap xi ", "co ", "chung ")
_DIGITS = str.maketrans("０１２３４５６７８９，．", "0123456789,.")

_FIGURE = re.compile(r"([0-9]+(?:[., ][0-9]+)*)(.*)", re.DOTALL)
_FRACTION = re.compile(r"[0-9]{1,4} ?/ ?[0-9]{1,4}(?: [^\d]*)?")
_RANGE = re.compile(r"(?:từ |tu )?[0-9][0-9., ]*(?:-|–|—|đến|den|tới|toi)[ ]?[0-9]", re.IGNORECASE)
_EXPONENT = re.compile(r"[eE][+-]?[0-9]{1,3}")
_MARK = re.compile(r"(?:\*{1,3}|\[[0-9*]{1,2}\]|[¹²³⁴-⁹]{1,2}|\([^()]*\))")
_BETWEEN = re.compile(r"[ /;,+()]|tr|ty|tỷ")
_LEADER = re.compile(r"[._…\s]{2,}|…")


def from_number(value: float, asked: Asked) -> Taken:
    """Return what a number cell says in a column of counts or amounts."""
    if not math.isfinite(value) or abs(value) > LARGEST:
        return taken.no_number(asked, value)
    if asked.type == "integer" and not asked.is_share:
        return _count(value, asked)
    if asked.is_share and 0 < value < 1 and round(value, 1) != value:
        said, meant = taken.shown(value), taken.shown(round(value * 100, MONEY_DECIMALS))
        message = f"ghi {said}; đề nghị xác nhận tỷ lệ là {said}% hay {meant}%."
        return taken.warning("P57", message, "tỷ lệ phần trăm", value)
    if value < 0:
        return taken.no_number(asked, value, "P59")
    rounded = round(value, MONEY_DECIMALS)
    return Taken(float(rounded), "P63" if rounded != value else "")


def _count(value: float, asked: Asked) -> Taken:
    whole = round(value)
    if abs(value - whole) <= COUNT_TOLERANCE:
        return Taken(whole, "P63" if whole != value else "") if whole >= 0 else taken.no_number(asked, whole, "P59")
    thousands = value * 1_000
    lowest, highest = asked.plausible or (0, LARGEST)
    if value > 0 and abs(thousands - round(thousands)) <= COUNT_TOLERANCE and lowest <= thousands <= highest:
        proposed = taken.shown(round(thousands))
        asking = f"ghi {taken.shown(value)}; đề nghị xác nhận số liệu là {proposed}."
        return msgspec.structs.replace(taken.warning("C35", asking, proposed, value), rule="P50")
    return taken.no_number(asked, value, "P59")


def parse(raw: str, asked: Asked) -> Taken:
    """Return the figure in the text `raw`, or why there is none. Never raises, whatever the text."""
    written = text.collapse(raw.translate(_DIGITS).replace("₫", "đ"))
    written = written.lstrip("'\u2019").strip()
    if not written or _LEADER.fullmatch(written):
        return taken.BLANK
    if len(written) > LONGEST:
        return taken.no_number(asked, raw, "P62")
    for reading in _READINGS:
        found = reading(written, asked)
        if found is not None:
            return found
    return taken.no_number(asked, raw, "P62")


def _words(written: str, asked: Asked) -> Taken | None:
    if written in _DASHES:
        return Taken(0 if asked.type == "integer" else 0.0, "P45", note=written)
    if written == ".":
        return Taken(None, "P45")
    folded = text.fold(written)
    if folded in ZERO_WORDS:
        return Taken(0 if asked.type == "integer" else 0.0, "P46", note=written)
    return _no_figure(written, folded, asked)


def _no_figure(written: str, folded: str, asked: Asked) -> Taken | None:
    """Words that say that the figure is not here, or not yet."""
    if folded.startswith(("xem ", "theo bao cao")):
        message = f"ghi {taken.shown(written)}; đề nghị ghi số liệu vào ô này."
        return taken.warning("P65", message, "một số")
    if folded == "chua" or folded.startswith("chua "):
        message = f"ghi {taken.shown(written)}; đề nghị ghi số liệu, nếu không phát sinh ghi số 0."
        return taken.warning("P46", message, "một số; không phát sinh ghi 0")
    return taken.no_number(asked, written, "P58") if is_ditto(written) else None


def is_ditto(written: str) -> bool:
    """Say whether a cell repeats the one above it: `nt`, `như trên`, `"`, `-nt-` (P58)."""
    return len(written) <= DITTO_MOST and (written.strip() in _DITTO_SIGNS or text.fold(written) in _DITTO)


def _doubtful(written: str, asked: Asked) -> Taken | None:
    """Per cent, fractions, ranges, "about": texts that hold digits and yet no figure."""
    said = taken.shown(written)
    if written.endswith("%"):
        if asked.is_share and (share := parse(written[:-1].rstrip(), asked)).finding is None:
            return msgspec.structs.replace(share, rule="P57")
        return taken.error("P57", f"ghi {said}; cột này ghi số liệu, không ghi tỷ lệ phần trăm.", "một số")
    if _FRACTION.fullmatch(written):
        unit = f" {asked.line_unit}" if asked.line_unit else ""
        fraction = written if unit.strip() and text.fold(written).endswith(text.fold(unit)) else f"{written}{unit}"
        return taken.error("P56", f"ghi {said}; có phải {fraction} không? Đề nghị chỉ ghi một số.", "một số")
    folded = text.fold(written)
    if (
        (folded.startswith(_ABOUT) and any(letter.isdigit() for letter in written))
        or written[0] in "~≈<>≥≤±"
        or written[-1] == "+"
    ):
        return taken.warning("P55", f"ghi {said}; đề nghị ghi số chính xác.", "một số chính xác")
    if _RANGE.match(written):
        return taken.error("P55", f"ghi {said}; đề nghị ghi một số chính xác.", "một số chính xác")
    return None


def _negative(written: str, asked: Asked) -> Taken | None:
    bare = written.replace(" ", "")
    if bare[0] in "-–−" and bare[1:2].isdigit():
        return taken.no_number(asked, written, "P59")
    if bare[0] == "(" and bare.endswith(")") and bare[1:2].isdigit():
        return taken.no_number(asked, written, "P59")
    return None


def _figure(written: str, asked: Asked) -> Taken | None:
    match = _FIGURE.fullmatch(written)
    if not match:
        return None
    rest = match[2].strip(" .:;,")
    if not rest:
        return _plain(match[1], asked, written)
    if _EXPONENT.fullmatch(rest):
        return _scientific(f"{match[1]}{rest}".replace(",", "."), asked, written)
    if _MARK.fullmatch(rest):
        return _footnoted(match[1], rest, asked, written)
    return _with_word(match[1], rest, asked, written)


def _with_word(figure: str, rest: str, asked: Asked, written: str) -> Taken | None:
    word = text.fold(rest)
    if not word:
        return None
    if word in MONEY_WORDS:
        return _money(figure, MONEY_WORDS[word], asked, written)
    if any(letter.isdigit() for letter in rest) and _BETWEEN.search(written):
        message = f"một ô ghi hai số liệu ({taken.shown(written)}); đề nghị chỉ ghi một số."
        return taken.error("P54", message, "một số")
    if _agrees(word, asked):
        return _with_rule(_plain(figure, asked, written), "P54", written)
    return None


def _scientific(figure: str, asked: Asked, written: str) -> Taken:
    try:
        return _with_rule(from_number(float(figure), asked), "P63", "")
    except ValueError:
        return taken.no_number(asked, written)


def _footnoted(figure: str, mark: str, asked: Asked, written: str) -> Taken:
    folded = text.fold(mark)
    read = _plain(figure, asked, written)
    if read.finding is None and ("chua tinh" in folded or "chua bao gom" in folded):
        return taken.warning(
            "P28",
            f"ghi {taken.shown(written)}; đề nghị xác nhận số liệu đã đầy đủ.",
            "số liệu đầy đủ",
            read.value,
            ok=True,
        )
    return _with_rule(read, "P61", mark)


def _with_rule(read: Taken, rule: str, note: str) -> Taken:
    return Taken(read.value, rule, note=note) if read.finding is None else read


def _agrees(word: str, asked: Asked) -> bool:
    """Say whether a word after a figure means what the line counts: `320 trẻ` for "trẻ em" (P54)."""
    said = set(word.split())
    wanted = set(text.fold(asked.line_unit or asked.unit or asked.name).split())
    if said <= wanted:
        return True
    return any(said <= group | wanted and wanted & group for group in _SAME_WORDS)


def _money(figure: str, factor: int, asked: Asked, written: str) -> Taken:
    own = MONEY.get(text.fold(asked.unit))
    if asked.type == "integer" or own is None:
        return taken.no_number(asked, written)
    read, other, _ = groups.read(figure, thousands=True)
    if read is None or abs(read) * factor / own > LARGEST:
        return taken.no_number(asked, written)
    if other is not None and factor > 1:
        return _choose(read * factor / own, other * factor / own, asked, written, "P51")
    return Taken(float(round(read * factor / own, MONEY_DECIMALS)), "P51", note=written)


def _plain(figure: str, asked: Asked, written: str) -> Taken:
    read, other, rule = groups.read(figure, thousands=asked.type == "integer")
    if read is None or abs(read) > LARGEST:
        return taken.no_number(asked, written, "P48")
    if asked.type == "integer":
        counted = _count(float(read), asked) if read != read.to_integral_value() else Taken(int(read))
        return Taken(counted.value, counted.rule or rule, counted.finding, counted.ok)
    if other is not None:
        return _choose(other, read, asked, written, rule)
    return Taken(float(round(read, MONEY_DECIMALS)), rule)


def _choose(thousands: Decimal, fraction: Decimal, asked: Asked, written: str, rule: str) -> Taken:
    """`1.500` as an amount: the one reading inside the usual range, else asked (P49)."""
    readings = sorted({float(round(thousands, MONEY_DECIMALS)), float(round(fraction, MONEY_DECIMALS))})
    if asked.plausible:
        lowest, highest = asked.plausible
        inside = [value for value in readings if lowest <= value <= highest]
        if len(inside) == 1:
            return Taken(inside[0], rule, note=written)
    low, high = taken.shown(readings[0]), taken.shown(readings[-1])
    message = f"ghi {taken.shown(written)}; đề nghị xác nhận số liệu là {high} hay {low} {asked.unit}".rstrip() + "."
    return taken.warning("P49", message, f"{high} hoặc {low}")


_READINGS: tuple[Callable[[str, Asked], Taken | None], ...] = (_words, products.read, _doubtful, _negative, _figure)
