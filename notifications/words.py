"""Dates, numbers and lists as a letter writes them, in Vietnamese and in English, and hostile text made harmless.

Nothing here reads the clock or the locale of the process: the zone is the office's, given by the caller.
Vietnamese follows Nghị định 30/2020/NĐ-CP, phụ lục I: days below 10 and the months 1 and 2 take a leading zero.
"""

import math
import unicodedata
from datetime import datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

# A label of a form runs to some 120 characters, a message of a check to some 250; longer values are not for a letter.
LINE_LIMIT = 300
# A name on a line "Kính gửi: Ông/Bà ..."; the longest names in the civil register have fewer than 50 characters.
NAME_LIMIT = 60
# Beyond a billion billion a "figure" is no figure; its digits would only fill the letter.
LARGEST_FIGURE = 10**18

_DROPPED = ("Cc", "Cf", "Cs", "Co", "Cn")
_ENGLISH_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def one_line(text: str, limit: int = LINE_LIMIT) -> str:
    """Return `text` on one line, without controls or invisible characters, cut to `limit` characters with an ellipsis.

    Line breaks of every kind (CR, LF, NEL, U+2028, U+2029) become spaces. Format characters go: a right-to-left
    override can make a file name read as another one.
    """
    if len(text) <= limit and text.isprintable():
        return text
    kept = "".join(_harmless(character) for character in text[: limit * 4])
    kept = " ".join(kept.split())
    return kept if len(kept) <= limit else kept[: limit - 1].rstrip() + "…"


def _harmless(character: str) -> str:
    category = unicodedata.category(character)
    if character.isspace() or category in ("Zl", "Zp"):
        return " "
    return "" if category in _DROPPED else character


def whole_lines(text: str) -> list[str]:
    """Return the lines of `text` that say something, whole, without controls or characters that nobody sees.

    Right-to-left overrides go with them: they make a text read as another one. What is left may stand in XML 1.0.
    """
    lines = ("".join(_readable(character) for character in line).strip() for line in text.splitlines())
    return [line for line in lines if line]


def _readable(character: str) -> str:
    if character.isprintable():
        return character
    if character.isspace():
        return " "
    # Unassigned and private characters stay: a newer emoji, a bullet of an older font.
    is_seen = unicodedata.category(character) in {"Cn", "Co"} and ord(character) & 0xFFFE != 0xFFFE  # noqa: PLR2004
    return character if is_seen else ""


def person_name(text: str) -> str:
    """Return `text` if it can be a person's name (letters, spaces, full stop, hyphen, apostrophe), else "".

    A display name is chosen by the sender; an address or a slogan in it must not be repeated in our letter.
    """
    name = one_line(text, NAME_LIMIT * 2)
    plain = all(letter.isalpha() or unicodedata.combining(letter) or letter in " .'’-" for letter in name)
    return name if plain and len(name) <= NAME_LIMIT and not _looks_like_a_host(name) else ""


def _looks_like_a_host(name: str) -> bool:
    return any("." in word.rstrip(".") for word in name.split())


def _grouped(value: float) -> str:
    """Return a figure with commas between thousands and a point before at most six decimals."""
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.6f}".rstrip("0").rstrip(".")
    return f"{int(value):,}"


def _is_plain(value: object) -> bool:
    return (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and math.isfinite(value)
        and abs(value) < LARGEST_FIGURE
    )


class Words(Protocol):
    """What a template may ask of a language. Instants are aware; an exclusive one is the first that is too late."""

    language: str
    zone: ZoneInfo

    def moment(self, instant: datetime) -> str:
        """Return date and time of day."""

    def long_date(self, instant: datetime) -> str:
        """Return the date in words."""

    def short_date(self, instant: datetime) -> str:
        """Return the date in figures."""

    def before(self, instant: datetime) -> str:
        """Return the exclusive `instant` as "before ...": the day alone where it is a midnight."""

    def latest(self, instant: datetime, *, short: bool = False) -> str:
        """Return the last moment that is not too late for the exclusive `instant`; `short` for a subject."""

    def last_day(self, instant: datetime) -> datetime:
        """Return a moment of the last day before the exclusive `instant`."""

    def count(self, number: int) -> str:
        """Return how many, as formal lists write it."""

    def number(self, value: object) -> str:
        """Return a figure of a report with its thousands marked; a date or a text as it is."""

    def percent(self, part: int, whole: int) -> str:
        """Return the share with one decimal."""

    def instead_of(self, address: str) -> str:
        """Return the mark before the subject of a letter that goes to staff instead of to `address`."""


class _Calendar:
    """What both languages share: the office's zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone

    def local(self, instant: datetime) -> datetime:
        """Return `instant` in the office's zone; a naive one is refused, since it names no instant."""
        if instant.tzinfo is None:
            raise ValueError("an instant needs its zone")
        return instant.astimezone(self.zone)

    def last_day(self, instant: datetime) -> datetime:
        """Return a moment of the last day before the exclusive `instant`."""
        return self.local(instant) - timedelta(microseconds=1)

    def is_midnight(self, instant: datetime) -> bool:
        """Tell whether `instant` is the first moment of a day in the office's zone."""
        return self.local(instant).time() == time.min


class Vietnamese(_Calendar):
    """Vietnamese of the administration."""

    language = "vi"

    def moment(self, instant: datetime) -> str:
        """Return "15 giờ 20 phút, ngày 03/7/2019"."""
        local = self.local(instant)
        return f"{local:%H} giờ {local:%M} phút, ngày {self.short_date(instant)}"

    def long_date(self, instant: datetime) -> str:
        """Return "ngày 05 tháng 7 năm 2019"."""
        local = self.local(instant)
        return f"ngày {local:%d} tháng {_month(local)} năm {local.year}"

    def short_date(self, instant: datetime) -> str:
        """Return "05/7/2019"."""
        local = self.local(instant)
        return f"{local:%d}/{_month(local)}/{local.year}"

    def before(self, instant: datetime) -> str:
        """Return "trước ngày 08 tháng 7 năm 2019" or "trước 17 giờ 00 phút, ngày 08/7/2019"."""
        return "trước " + (self.long_date(instant) if self.is_midnight(instant) else self.moment(instant))

    def latest(self, instant: datetime, *, short: bool = False) -> str:
        """Return "hết ngày 04 tháng 7 năm 2019" (short: "hết ngày 04/7/2019") or "17 giờ 00 phút, ngày 04/7/2019"."""
        if self.is_midnight(instant):
            day = self.last_day(instant)
            return "hết " + (f"ngày {self.short_date(day)}" if short else self.long_date(day))
        return self.moment(instant)

    def count(self, number: int) -> str:
        """Return "02", "11"."""
        return f"{number:02d}"

    def number(self, value: object) -> str:
        """Return "1.500", "185,5"; ISO dates as "03/7/2019"; yes and no as "có" and "không"."""
        if isinstance(value, bool):
            return "có" if value else "không"
        if isinstance(value, (int, float)) and _is_plain(value):
            return _grouped(value).translate(_SWAPPED)
        day = _iso_day(value)
        return f"{day:%d}/{_month(day)}/{day.year}" if day else one_line(str(value))

    def percent(self, part: int, whole: int) -> str:
        """Return "84,6%"."""
        return f"{100 * part / whole:.1f}%".replace(".", ",") if whole else "0%"

    def instead_of(self, address: str) -> str:
        """Return "[Gửi thay: <address>]"."""
        return f"[Gửi thay: {address}]"


class English(_Calendar):
    """English, for offices that set it."""

    language = "en"

    def moment(self, instant: datetime) -> str:
        """Return "15:20 on 3 July 2019"."""
        return f"{self.local(instant):%H:%M} on {self.long_date(instant)}"

    def long_date(self, instant: datetime) -> str:
        """Return "5 July 2019"."""
        local = self.local(instant)
        return f"{local.day} {_ENGLISH_MONTHS[local.month - 1]} {local.year}"

    def short_date(self, instant: datetime) -> str:
        """Return "5 Jul 2019"."""
        local = self.local(instant)
        return f"{local.day} {_ENGLISH_MONTHS[local.month - 1][:3]} {local.year}"

    def before(self, instant: datetime) -> str:
        """Return "before 8 July 2019" or "before 17:00 on 8 July 2019"."""
        return "before " + (self.long_date(instant) if self.is_midnight(instant) else self.moment(instant))

    def latest(self, instant: datetime, *, short: bool = False) -> str:
        """Return "the end of 4 July 2019" (short: "the end of 4 Jul 2019") or "17:00 on 4 July 2019"."""
        if self.is_midnight(instant):
            day = self.last_day(instant)
            return "the end of " + (self.short_date(day) if short else self.long_date(day))
        return self.moment(instant)

    def count(self, number: int) -> str:
        """Return "2", "11"."""
        return str(number)

    def number(self, value: object) -> str:
        """Return "1,500", "185.5"; ISO dates as "3 Jul 2019"; "yes" and "no"."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, (int, float)) and _is_plain(value):
            return _grouped(value)
        day = _iso_day(value)
        return f"{day.day} {_ENGLISH_MONTHS[day.month - 1][:3]} {day.year}" if day else one_line(str(value))

    def percent(self, part: int, whole: int) -> str:
        """Return "84.6%"."""
        return f"{100 * part / whole:.1f}%" if whole else "0%"

    def instead_of(self, address: str) -> str:
        """Return "[In place of: <address>]"."""
        return f"[In place of: {address}]"


def grown(by: int) -> str:
    """Return by how much a count grew, " (+4)"; empty where it did not change."""
    return f" ({by:+d})" if by else ""


_SWAPPED = str.maketrans(",.", ".,")


def _month(day: datetime) -> str:
    return f"{day.month:02d}" if day.month <= 2 else str(day.month)  # noqa: PLR2004 - months 1 and 2, the decree says


def _iso_day(value: object) -> datetime | None:
    """Return the day of an ISO 8601 date (the form in which a reading stores dates), None for anything else."""
    if not isinstance(value, str) or len(value) != len("2019-07-03") or value[4] != "-":
        return None
    try:
        return datetime.strptime(value, "%Y-%m-%d")  # noqa: DTZ007 - a day on the calendar, not an instant
    except ValueError:
        return None


def words_of(language: str, zone: ZoneInfo) -> Words:
    """Return the words of `language` ("vi" or "en"). Raises ValueError for another one."""
    for words in (Vietnamese, English):
        if words.language == language:
            return words(zone)
    raise ValueError(f"no words for the language {language!r}; there are vi and en")
