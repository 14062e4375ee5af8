"""A declaration: a TOML document that an office writes, read key by key, each key once.

Every mistake is collected as a sentence with the key's path; none stops the reading, so that all are told at once.
"""

import difflib
import math
import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, tzinfo
from typing import Any

from roll import calendar
from roll.mistakes import OperatorError

_CLOCK_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_PLACE = re.compile(r"at line ([0-9]+)")
# 2019-6-31 and 31/6/2019, whole; not 127.0.0.1, nor a version such as 2019.1.2.
_DATE_LIKE = re.compile(
    r"\s*([A-Za-z_-]+)\s*=\s*"
    r"([0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[T ][0-9:.]+)?|[0-9]{1,2}([-/.])[0-9]{1,2}\3[0-9]{4}"
    r"|[0-9]{4}/[0-9]{1,2}/[0-9]{1,2})"
    r"\s*(?:#.*)?"
)
# What the public calendar of holidays covers well; a year beyond it is a typing slip.
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_MISSING: Any = object()
_Number = int | float


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
    date_like = _DATE_LIKE.fullmatch(line)
    if date_like is None:
        return f"{where} is not valid TOML: {error}; correct it there."
    return (
        f"{where}, line {place[1] if place else '?'}: {date_like[2]} is no date; write {date_like[1]} = followed by a "
        "day of the calendar as year-month-day, such as 2019-07-05."
    )


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean "..."?` for the known word closest to `word`, or `.` where none is close."""
    close = difflib.get_close_matches(word, sorted(known), n=1)
    return f'; did you mean "{close[0]}"?' if close else "."


def advice(key: str, known: Iterable[str]) -> str:
    """Return what to do about an unknown key: the known one that it resembles, else to leave it out."""
    found = suggestion(key, known)
    return "; leave it out." if found == "." else found


class Declaration:
    """One table of a document. Taking a key marks it as known; `finish` tells of the others.

    `path` is the place of the table, such as "campaign.toml: " or "form.toml: sheet[1]." (counted from 1); mistakes go
    to `problems`, which the tables of a document share.
    """

    def __init__(self, table: Mapping[str, Any], path: str, problems: list[str]) -> None:
        self.path = path
        self.problems = problems
        self._table = table
        self._known: list[str] = []

    def complain(self, sentence: str) -> None:
        """Note a mistake; `sentence` begins with the key."""
        self.problems.append(f"{self.path}{sentence}")

    def finish(self) -> None:
        """Note every key that nobody asked for."""
        for key in self._table:
            if key not in self._known:
                self.complain(f"{key} is not a key here{advice(key, self._known)}")

    def _take(self, key: str, kind: type | tuple[type, ...], wanted: str, example: str = "") -> Any:
        """Return a value of a kind, _MISSING where it is left out or, with a complaint, where it is another one."""
        self._known.append(key)
        value = self._table.get(key, _MISSING)
        # A TOML boolean is no number, though Python's bool is an int.
        fits = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
        if value is _MISSING or fits:
            return value
        self.complain(f"{key} must be {wanted}, not {value!r}{f'; write {example}' if example else ''}.")
        return _MISSING

    # Texts.

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text as it is written. Without a `default` the key is required and may not be blank."""
        missing_before = key not in self._table
        value = self._take(key, str, "a text", f'{key} = "..."')
        if value is _MISSING:
            if default is None and missing_before:
                self.complain(f'{key} is missing; write {key} = "...".')
            return default or ""
        if default is None and not value.strip():
            self.complain(f"{key} is blank; write what it is.")
        return str(value)

    def line(self, key: str, default: str | None = None) -> str:
        """Return a text as one line in NFC, otherwise as `text` does."""
        line = unicodedata.normalize("NFC", " ".join(self.text(key, default).split()))
        if not line.isprintable():
            self.complain(f"{key} contains a character that cannot be seen; type the text anew.")
        return line

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return a list of texts, each as one line in NFC."""
        value = self._take(key, list, "a list of texts", f'{key} = ["...", "..."]')
        if value is _MISSING:
            return default
        if not all(isinstance(item, str) for item in value):
            self.complain(f'{key} must be a list of texts; write {key} = ["...", "..."].')
            return ()
        return tuple(unicodedata.normalize("NFC", " ".join(item.split())) for item in value)

    def one_of(self, key: str, choices: Collection[str], default: str | None = None) -> str:
        """Return one of `choices`; without a `default` the key is required."""
        value = self.text(key, default)
        if value and value not in choices:
            self.complain(f'{key} is "{value}", none of {", ".join(filter(None, choices))}{suggestion(value, choices)}')
        return value if value in choices else next(iter(choices)) if default is None else default

    def named_texts(self, key: str) -> tuple[tuple[str, str], ...]:
        """Return a table of texts as pairs of name and text, in the file's order."""
        value = self._take(key, dict, "a table of texts")
        pairs = [] if value is _MISSING else list(value.items())
        for name, text in pairs:
            if not isinstance(text, str):
                self.complain(f"{key}.{name} must be a text in quotation marks, not {text!r}.")
        return tuple((name, text) for name, text in pairs if isinstance(text, str))

    def table(self, key: str) -> "Declaration | None":
        """Return the table written as `[key]`, None where it is left out."""
        value = self._take(key, dict, f"a table, written [{key}]")
        return None if value is _MISSING else Declaration(value, f"{self.path}{key}.", self.problems)

    def tables(self, key: str) -> "list[Declaration]":
        """Return the tables written as `[[key]]`, each with its own path."""
        value = self._take(key, list, f"a list of tables, each written [[{key}]]")
        items = [] if value is _MISSING else value
        if not all(isinstance(item, dict) for item in items):
            self.complain(f"{key} must be a list of tables, each written [[{key}]].")
        return [
            Declaration(item, f"{self.path}{key}[{number}].", self.problems)
            for number, item in enumerate(items, start=1)
            if isinstance(item, dict)
        ]

    # Numbers, yes and no.

    def flag(self, key: str) -> bool:
        """Return a yes or no; absent is no."""
        return self._take(key, bool, "true or false, without quotation marks") is True

    def whole(self, key: str) -> int | None:
        """Return a whole number, None where it is left out."""
        value = self._take(key, int, "a whole number")
        return None if value is _MISSING else int(value)

    def number(self, key: str) -> float | None:
        """Return a finite number, None where it is left out."""
        value = self._take(key, (int, float), "a number")
        if value is _MISSING:
            return None
        if not math.isfinite(value):
            self.complain(f"{key} must be a finite number.")
            return None
        return float(value)

    def interval(self, key: str) -> tuple[float, float] | None:
        """Return `[lowest, highest]`, None where it is left out."""
        wanted = "[lowest, highest], two numbers in this order"
        value = self._take(key, list, wanted)
        if value is _MISSING:
            return None
        ends = [end for end in value if isinstance(end, _Number) and not isinstance(end, bool)]
        finite = all(map(math.isfinite, ends))
        if len(value) != len(ends) or len(ends) != 2 or not finite or not ends[0] <= ends[1]:  # noqa: PLR2004 - an interval has two ends
            self.complain(f"{key} must be {wanted}.")
            return None
        return float(ends[0]), float(ends[1])

    # Times.

    def instant(self, key: str, zone: tzinfo, *, required: bool = False) -> datetime | None:
        """Return an aware instant, None where it is absent or wrong.

        A date is its 00:00 in `zone`, a time without an offset is taken in `zone`.
        """
        missing_before = key not in self._table
        example = f"{key} = 2019-07-05 or {key} = 2019-07-05T17:00:00"
        value = self._take(key, date, "a date or a time without quotation marks", example)
        if value is _MISSING:
            if required and missing_before:
                self.complain(f"{key} is missing; write {key} = followed by a date such as 2019-07-05.")
            return None
        if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
            self.complain(f"{key} is in the year {value.year}; write one from {_FIRST_YEAR} to {_LAST_YEAR}.")
            return None
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=zone)
        return calendar.at(value, time(), zone)

    def clock_time(self, key: str, default: time) -> time:
        """Return a time of day, written "08:00"."""
        value = self._take(key, object, "")
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
        value = self._take(key, object, "")
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
