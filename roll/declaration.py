"""A declaration: a TOML document that an office writes, read key by key.

Every mistake is collected as a sentence; none stops the reading, so that all are told at once.
"""

import difflib
import re
import tomllib
import unicodedata
from datetime import date, datetime, time, tzinfo
from typing import Any

from roll import calendar
from roll.mistakes import OperatorError

_CLOCK_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_PLACE = re.compile(r"at line ([0-9]+)")
_DATE_LIKE = re.compile(r"\s*([A-Za-z_-]+)\s*=\s*([0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}[^\s#]*)")
# What the public calendar of holidays covers well; a year beyond it is a typing slip.
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_MISSING: Any = object()


def read_toml(data: bytes, where: str) -> dict[str, Any]:
    """Return the top table of a TOML 1.0 document (UTF-8, BOM allowed). Raises OperatorError, with `where` in it."""
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise OperatorError([f"{where} is not UTF-8 text; save it with the encoding UTF-8."]) from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise OperatorError([_what_is_no_toml(text, where, str(error))]) from error


def _what_is_no_toml(text: str, where: str, error: str) -> str:
    """Return the sentence for a text that is no TOML; a date that is none is the mistake that officers make."""
    place = _PLACE.search(error)
    line = text.split("\n")[int(place[1]) - 1] if place else ""
    date_like = _DATE_LIKE.match(line)
    if date_like is None:
        return f"{where} is not valid TOML: {error}; correct it there."
    return (
        f"{where}, line {place[1] if place else '?'}: {date_like[2]} is no date; write {date_like[1]} = followed by a "
        "day of the calendar as year-month-day, such as 2019-07-05."
    )


def suggest(name: str, known: list[str]) -> str:
    """Return advice on an unknown key: the known one it resembles, else to leave it out."""
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else "leave it out."


class Declaration:
    """The top table of a TOML document. Reading a key marks it as known; `finish` tells what was wrong."""

    def __init__(self, data: bytes, where: str) -> None:
        self._table = read_toml(data, where)
        self._where = where
        self._known: list[str] = []
        self.problems: list[str] = []

    def complain(self, sentence: str) -> None:
        """Add a problem of this document."""
        self.problems.append(f"{self._where}: {sentence}")

    def finish(self) -> None:
        """Raise OperatorError if anything was wrong, keys that nobody asked for included."""
        for key in self._table:
            if key not in self._known:
                self.complain(f"{key} is not a key of this file; {suggest(key, self._known)}")
        if self.problems:
            raise OperatorError(self.problems)

    def _take(self, key: str) -> Any:
        self._known.append(key)
        return self._table.get(key, _MISSING)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text as one line in NFC. Without a `default` the key is required and may not be blank."""
        value = self._take(key)
        if value is _MISSING:
            if default is None:
                self.complain(f'{key} is missing; write {key} = "...".')
            return default or ""
        if not isinstance(value, str):
            self.complain(f'{key} must be a text; write {key} = "...".')
            return ""
        line = unicodedata.normalize("NFC", " ".join(value.split()))
        if default is None and not line:
            self.complain(f"{key} is blank; write what it is.")
        if not line.isprintable():
            self.complain(f"{key} contains a character that cannot be seen; type the text anew.")
        return line

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self._take(key)
        if value is _MISSING:
            return default
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.complain(f'{key} must be a list of texts; write {key} = ["...", "..."].')
            return ()
        return tuple(unicodedata.normalize("NFC", " ".join(item.split())) for item in value)

    def flag(self, key: str) -> bool:
        """Return a yes or no; absent is no."""
        value = self._take(key)
        if value is not _MISSING and not isinstance(value, bool):
            self.complain(f"{key} must be true or false, without quotation marks.")
        return value is True

    def instant(self, key: str, zone: tzinfo, *, required: bool = False) -> datetime | None:
        """Return an aware instant, None where it is absent or wrong.

        A date is its 00:00 in `zone`, a time without an offset is taken in `zone`.
        """
        value = self._take(key)
        if isinstance(value, date) and not _FIRST_YEAR <= value.year <= _LAST_YEAR:
            self.complain(f"{key} is in the year {value.year}; write one from {_FIRST_YEAR} to {_LAST_YEAR}.")
            return None
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=zone)
        if isinstance(value, date):
            return calendar.at(value, time(), zone)
        if value is not _MISSING:
            self.complain(
                f"{key} must be a date or a time, without quotation marks; "
                f"write {key} = 2019-07-05 or {key} = 2019-07-05T17:00:00."
            )
        elif required:
            self.complain(f"{key} is missing; write {key} = followed by a date such as 2019-07-05.")
        return None

    def clock_time(self, key: str, default: time) -> time:
        """Return a time of day, written "08:00"."""
        value = self._take(key)
        if value is _MISSING:
            return default
        if isinstance(value, time):
            return value
        match = _CLOCK_TIME.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            self.complain(f'{key} must be a time of day; write {key} = "{default:%H:%M}".')
            return default
        return time(int(match[1]), int(match[2]))

    def days(self, key: str) -> tuple[date, ...]:
        """Return a list of dates."""
        value = self._take(key)
        if value is _MISSING:
            return ()
        is_day = (
            [isinstance(item, date) and not isinstance(item, datetime) for item in value]
            if isinstance(value, list)
            else [False]
        )
        if not all(is_day):
            self.complain(f"{key} must be a list of dates without quotation marks; write {key} = [2019-04-29].")
            return ()
        return tuple(value)
