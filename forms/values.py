"""A cell's content becomes a value of the type that is asked for (rules P35 to P71).

Numbers and dates have files of their own. The common cases, a plain number in a number cell and clean text, are decided
first: a report has 300 cells.
"""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from rapidfuzz import fuzz

from forms import dates, notation, numbers, taken, text
from forms.taken import Asked, Taken

TEXT_MOST = 32_767
"""Characters in a cell ("Excel specifications and limits")."""
ALIKE = 85
"""P21: labels are the same text from 0.85 on."""
PHONE_DIGITS = 9
"""P71: digits of a number that lost its leading zero."""
_YES = frozenset(("co", "x", "v", "1", "da to chuc", "da", "yes", "true", "dung", "roi", "da co"))
_NO = numbers.ZERO_WORDS | {"0", "no", "false"}
_TICKS = frozenset("✓✔√☑☒✗")
_DASHES = frozenset(("-", "–", "—", "/"))
_LEADER = re.compile(r"[._…\s]*")


def raw_of(value: Any) -> str | None:
    """Return what a cell holds, as text, before any reading; None for a blank one.

    Whole floats lose their `.0`, days are ISO 8601.
    """
    if value is None or value == "":
        return None
    kind = type(value)
    if kind is str:
        return str(value)[:TEXT_MOST]
    if kind is float:
        return str(int(value)) if value.is_integer() and abs(value) < numbers.LARGEST else repr(value)
    if kind is bool:
        return "TRUE" if value else "FALSE"
    if kind is datetime:
        return str(value.date().isoformat() if value.time() == time() else value.isoformat(sep=" "))
    return str(value.isoformat() if kind is date else value)


def take(value: Any, asked: Asked) -> Taken:
    """Return what `value` says where `asked` is asked. Never raises, whatever the cell holds."""
    kind = type(value)
    if kind is float or kind is int:
        return _take_number(value, asked)
    if kind is str:
        return _take_text(value, asked)
    if value is None:
        return taken.BLANK
    if kind is bool:
        return _take_bool(value, asked)
    return _take_day(value, asked)


def _take_number(value: float, asked: Asked) -> Taken:
    if asked.type in ("integer", "decimal"):
        return numbers.from_number(value, asked)
    if asked.type == "date":
        return dates.from_number(value, asked)
    if asked.type == "yes_no":
        return Taken(bool(value)) if value in (0, 1) else _no_yes_no(value)
    written = raw_of(float(value)) or ""
    if asked.type == "select_one":
        return _take_choice(written, asked)
    return _with_leading_zero(written, asked) or Taken(written)


def _with_leading_zero(written: str, asked: Asked) -> Taken | None:
    """Return a telephone number that lost its leading zero with it (P71)."""
    if len(written) == PHONE_DIGITS and written.isdigit() and "điện thoại" in asked.name.lower():
        return Taken(f"0{written}", "P71")
    return None


def _take_text(value: str, asked: Asked) -> Taken:
    written = text.clean(value)
    if not written:
        return taken.BLANK
    if asked.type == "text":
        return _with_leading_zero(written, asked) or _take_plain_text(value, written)
    if asked.type in ("integer", "decimal"):
        return numbers.parse(written, asked)
    if asked.type == "date":
        return dates.parse(written, asked)
    if asked.type == "yes_no":
        return _take_yes_no(written)
    return _take_choice(written, asked)


def _take_plain_text(value: str, written: str) -> Taken:
    if not written[0].isalnum() and _LEADER.fullmatch(written):
        return Taken(None, "P72")
    if written == value:
        return Taken(written if len(written) <= TEXT_MOST else written[:TEXT_MOST])
    return Taken(written[:TEXT_MOST], "P35" if text.fold(value) and text.from_legacy(value) != value else "P42")


def _take_bool(value: bool, asked: Asked) -> Taken:
    if asked.type == "yes_no":
        return Taken(value)
    written = "Có" if value else "Không"
    if asked.type in ("integer", "decimal"):
        return taken.no_number(asked, written)
    return Taken(written) if asked.type == "text" else take(written, asked)


def _take_yes_no(written: str) -> Taken:
    folded = text.fold(written)
    if folded in _YES or written in _TICKS or folded.startswith(("co ", "da ")):
        return Taken(True, "P47")
    if written in _DASHES:
        return Taken(False, "P45", note=written)
    if folded in _NO or folded.startswith("khong "):
        return Taken(False, "P46")
    if folded.startswith("chua"):
        message = f"ghi {taken.shown(written)}; đề nghị ghi 1 (có) hoặc 0 (không)."
        return taken.warning("P46", message, "1 hoặc 0")
    return taken.BLANK if _LEADER.fullmatch(written) else _no_yes_no(written)


def _no_yes_no(value: object) -> Taken:
    return taken.error("P47", f"ghi {taken.shown(value)}; đề nghị ghi 1 (có) hoặc 0 (không).", "1 hoặc 0")


def _take_choice(written: str, asked: Asked) -> Taken:
    folded = text.fold(written)
    if _LEADER.fullmatch(written) or not folded:
        return taken.BLANK
    for choice in asked.choices:
        if written == choice:
            return Taken(choice)
    keys = {choice: text.fold(choice) for choice in asked.choices}
    for choice, key in keys.items():
        code, _, rest = key.partition(" ")
        if folded == key or (code.isdigit() and folded in (code, rest)):
            return Taken(choice, "P41")
    alike = [choice for choice, key in keys.items() if fuzz.ratio(folded, key) >= ALIKE]
    if len(alike) == 1:
        return Taken(alike[0], "P21", note=written)
    listed = "; ".join(asked.choices)
    return taken.error("P21", f"ghi {taken.shown(written)}; đề nghị chọn một trong các mục: {listed}.", listed)


def _take_day(value: date | datetime | time | timedelta, asked: Asked) -> Taken:
    if not isinstance(value, date):
        return Taken(str(value)) if asked.type == "text" else _time_instead(value, asked)
    day = value.date() if isinstance(value, datetime) else value
    if asked.type == "date":
        return Taken(day.isoformat())
    if asked.type in ("text", "select_one"):
        return Taken(notation.day(day), "P66")
    return _day_instead(day, asked)


def _time_instead(value: time | timedelta, asked: Asked) -> Taken:
    if asked.type == "date":
        return dates.parse(str(value), asked)
    return taken.no_number(asked, str(value), "P56")


def _day_instead(day: date, asked: Asked) -> Taken:
    """A date where a figure is asked: Excel made it of `3/20`, meant as 3 of 20 (P56)."""
    unit = f" {asked.line_unit}" if asked.line_unit else ""
    typed = f"{day.month}/{day.day}" if day.day > 12 else f"{day.day}/{day.month}"  # noqa: PLR2004 - the twelve months
    message = (
        f"Excel đã đổi số liệu thành ngày {notation.day(day)}; có phải {typed}{unit} không? Đề nghị chỉ ghi một số."
    )
    return taken.error("P56", message, "một số")
