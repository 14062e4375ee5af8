"""Days as people write them, day before month always (rules P66 to P70)."""

import math
import re
from datetime import date, datetime, timedelta

from forms import notation, taken, text
from forms.taken import Asked, Taken

LONGEST = 200
"""Characters: a date with a remark has 40; a longer text is no date, and is not searched for one."""
_CENTURY = 2000
_SERIALS = range(36_526, 54_789)
"""Excel's day numbers of the years 2000 to 2049; a smaller number in a date cell is no date."""
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a day, not an instant
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ][0-9:.]{4,12})?")
_DAY = re.compile(
    r"(?<![0-9/.,-])([0-9]{1,2}) ?[/.-] ?([0-9]{1,2})(?: ?[/.-] ?([0-9]{4}|[0-9]{2}))?(?![0-9]|[/.,-][0-9])"
    r"|(?<!tuan )([0-9]{1,2}) thang ([0-9]{1,2})(?: ?(?:nam|,|/)? ?([0-9]{4}))?"
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
    found = _DAY.search(plain)
    if not found:
        return _without_day(plain, written)
    return _from_match(found, plain, written, asked)


def _unaccented(written: str) -> str:
    """Return `written` folded word by word, its marks kept."""
    return "".join(text.fold(piece) if piece[:1].isalpha() else piece for piece in re.split(r"([^\W\d_]+)", written))


def _without_day(plain: str, written: str) -> Taken:
    if any(word in plain for word in ("thang", "tuan", "dau", "cuoi", "giua", "quy")):
        return taken.warning("P68", f"ghi {taken.shown(written)}; đề nghị ghi ngày cụ thể.", _EXPECTED)
    return _no_day(written)


def _from_match(found: re.Match[str], plain: str, written: str, asked: Asked) -> Taken:
    day, month, year = (found[1], found[2], found[3]) if found[1] else (found[4], found[5], found[6])
    rule = "P66"
    if year is None and asked.year is None:
        return _no_day(written)
    number = asked.year if year is None else int(year) + (_CENTURY if len(year) < 4 else 0)  # noqa: PLR2004
    assert number is not None
    read = _day((int(day), int(month), number), rule, written if year is None else "")
    around = plain[: found.start()] + " " + plain[found.end() :]
    if read.finding is None and not _AROUND.fullmatch(around):
        message = (
            f"ghi {taken.shown(written)}; đề nghị xác nhận ngày {notation.day(date.fromisoformat(str(read.value)))}."
        )
        return taken.warning("P68", message, _EXPECTED, read.value, ok=True)
    return read


def _day(parts: tuple[int, int, int], rule: str, note: str) -> Taken:
    day, month, year = parts
    try:
        return Taken(date(year, month, day).isoformat(), rule, note=note)
    except ValueError:
        message = f"ghi ngày {day}/{month}/{year}, ngày này không có trong lịch. Đề nghị kiểm tra lại."
        return taken.error("P69", message, _EXPECTED)
