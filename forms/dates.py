"""Days as people write them, day before month always (rules P66 to P70)."""

import math
import re
from datetime import date, datetime, timedelta

from forms import notation, taken, text
from forms.taken import Asked, Taken

LONGEST = 200
"""Characters: a date with a remark has 40; a longer text is no date, and is not searched for one."""
YEARS = range(1900, 2100)
"""Years that a report speaks of; Excel knows none before 1900. Others are slips of the hand: 2109 for 2019, 1209."""
_CENTURY = 2000
_SERIALS = range(36_526, 54_789)
"""Excel's day numbers of the years 2000 to 2049; a smaller number in a date cell is no date."""
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a day, not an instant
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ][0-9:.]{4,12})?")
_DAY = re.compile(
    r"(?<![0-9/.,-])([0-9]{1,2}) ?[/.-] ?([0-9]{1,2})(?: ?[/.-] ?([0-9]{4}|[0-9]{2}))?"
    r"(?![0-9]|[/.,][0-9]|-[0-9]{1,4}(?![0-9./]))"
    r"|(?<!tuan )([0-9]{1,2}) thang ([0-9]{1,2})(?: ?(?:nam|,|/)? ?([0-9]{4}))?"
)
_DAYS_OF_A_MONTH = re.compile(
    r"(?<![0-9/.,:h-])(?<!gio )(?<!thu )([0-9]{1,2}) ?(?:-|–|,|;|&|\+|va|den|toi) ?(?:ngay )?[0-9]{1,2}"
    r" ?(?:/|thang) ?([0-9]{1,2})"
    r"(?: ?(?:/|nam|,) ?([0-9]{4}|[0-9]{2}))?(?![0-9/])"
)
_AROUND = re.compile(r"(?:ngay|vao|sang|chieu|thu [a-z0-9]+|hoi|luc|[0-9]{1,2} ?(?:h|gio)(?: ?[0-9]{2})?|[ ,.():;-])*")
_LUNAR = re.compile(r"\b(?:al|am lich|am)\b")
_EXPECTED = "ngày/tháng/năm"


def from_number(value: float, asked: Asked) -> Taken:
    """Return the day that Excel numbers so, to be confirmed; other numbers are no days."""
    if not math.isfinite(value) or int(value) not in _SERIALS:
        return _no_day(value)
    day = (_EPOCH + timedelta(days=int(value))).date()
    message = f"ghi {int(value)}; đề nghị xác nhận có phải ngày {notation.day(day)} không."
    return taken.warning("P67", message, notation.day(day), day.isoformat(), ok=asked.type == "date")


def _no_day(value: object) -> Taken:
    return taken.error("P66", f"ghi {taken.shown(value)}; đề nghị ghi ngày theo dạng {_EXPECTED}.", _EXPECTED)


def parse(raw: str, asked: Asked) -> Taken:
    """Return the day in the text `raw` as ISO 8601 text, or why there is none. Never raises, whatever the text."""
    written = text.collapse(raw.lstrip("'"))
    if not written.strip("._…-–/ "):
        return taken.BLANK
    if len(written) > LONGEST:
        return _no_day(raw)
    iso = _ISO.fullmatch(written)
    if iso:
        return _day((int(iso[3]), int(iso[2]), int(iso[1])), "P66", written)
    plain = _unaccented(written)
    if _LUNAR.search(plain):
        return taken.warning("P70", f"ghi {taken.shown(written)}; đề nghị ghi ngày dương lịch.", _EXPECTED)
    return _search(plain, written, asked)


def _search(plain: str, written: str, asked: Asked) -> Taken:
    several = _DAYS_OF_A_MONTH.search(plain)
    if several:
        return _from_days(several, written, asked)
    found = _DAY.search(plain)
    return _from_match(found, plain, written, asked) if found else _without_day(plain, written)


def _from_days(several: re.Match[str], written: str, asked: Asked) -> Taken:
    """`28-30/5`, `1 và 2 tháng 6`: the first of several days of one month, to be confirmed (P68)."""
    year = _year(several[3], asked)
    if year is None:
        return _no_day(written)
    read = _day((int(several[1]), int(several[2]), year), "P68", "")
    return read if read.finding is not None else _asked_about(written, str(read.value))


def _asked_about(written: str, day: str) -> Taken:
    message = f"ghi {taken.shown(written)}; đề nghị xác nhận ngày {notation.day(date.fromisoformat(day))}."
    return taken.warning("P68", message, _EXPECTED, day, ok=True)


def _year(written: str | None, asked: Asked) -> int | None:
    """Return the year with four digits; that of the campaign where none is written."""
    if written is None:
        return asked.year
    return int(written) + (_CENTURY if len(written) < 4 else 0)  # noqa: PLR2004


def _unaccented(written: str) -> str:
    """Return `written` folded word by word, its marks kept."""
    return "".join(text.fold(piece) if piece[:1].isalpha() else piece for piece in re.split(r"([^\W\d_]+)", written))


def _without_day(plain: str, written: str) -> Taken:
    if any(word in plain for word in ("thang", "tuan", "dau", "cuoi", "giua", "quy")):
        return taken.warning("P68", f"ghi {taken.shown(written)}; đề nghị ghi ngày cụ thể.", _EXPECTED)
    return _no_day(written)


def _from_match(found: re.Match[str], plain: str, written: str, asked: Asked) -> Taken:
    day, month, year = (found[1], found[2], found[3]) if found[1] else (found[4], found[5], found[6])
    number = _year(year, asked)
    if number is None:
        return _no_day(written)
    read = _day((int(day), int(month), number), "P66", written if year is None else "")
    around = plain[: found.start()] + " " + plain[found.end() :]
    if read.finding is None and not _AROUND.fullmatch(around):
        return _asked_about(written, str(read.value))
    return read


def _day(parts: tuple[int, int, int], rule: str, note: str) -> Taken:
    day, month, year = parts
    try:
        read = date(year, month, day)
    except ValueError:
        message = f"ghi ngày {day}/{month}/{year}, ngày này không có trong lịch. Đề nghị kiểm tra lại."
        return taken.error("P69", message, _EXPECTED, "P69")
    if year not in YEARS:
        message = f"ghi ngày {day}/{month}/{year}, năm này không hợp lý. Đề nghị kiểm tra lại."
        return taken.error("P69", message, _EXPECTED, "P69")
    return Taken(read.isoformat(), rule, note=note)
