"""The rows of a roster, cell by cell: texts, lists, dates and addresses, with a sentence for each mistake."""

import csv
import difflib
import io
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from roll.mistakes import OperatorError

COLUMNS = (
    "code", "name", "short_name", "kind", "addresses", "aliases", "obligation",
    "addressed_as", "via", "salutation", "phone", "valid_from", "valid_to",
)  # fmt: skip
NEEDED_COLUMNS = ("code", "name")
FIRST_LINE = 2  # the header is line 1, as a spreadsheet counts

# A code stands in letters' keys and in addresses of pages.
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
# RFC 5321, 4.5.3.1.1 and 4.5.3.1.2: 64 octets before the @, 255 after it.
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}", re.ASCII)
_WRAPPING = re.compile(r"[<>,\s]")
_DOMAIN_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_MAXIMUM_DOMAIN = 255
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
# Twelve digits hold any count of people; a cell of a workbook may bring its whole number as 8000.0.
_WHOLE_NUMBER = re.compile(r"([0-9]{1,12})(?:\.0)?", re.ASCII)


def read_csv(data: bytes, where: str, numbers: Collection[str] | None = ()) -> list[dict[str, str]]:
    """Return the rows of a CSV file (RFC 4180, UTF-8 with or without BOM), blank ones included: lines are counted.

    Semicolons do for commas. `numbers`: see `column_problems`. `where` names the file in the sentences of the
    OperatorError raised when it is no such file or its header is wrong.
    """
    try:
        text = data.decode("utf-8-sig")
        table = _table(text, ",")
        if table and len(table[0]) == 1 and ";" in table[0][0]:
            # Excel separates so wherever the comma is the mark of decimals, as in Vietnam.
            table = _table(text, ";")
    except UnicodeDecodeError as error:
        raise OperatorError([f"{where} is not UTF-8 text; save it as CSV UTF-8 (comma delimited)."]) from error
    except csv.Error as error:
        raise OperatorError([f"{where} cannot be read as CSV ({error}); save it as CSV UTF-8 again."]) from error
    header = [name.strip() for name in table[0]] if table else []
    problems = _header_problems(header, where, numbers) or _width_problems(table, len(header), where)
    if problems:
        raise OperatorError(problems)
    return [dict(zip(header, row + [""] * (len(header) - len(row)), strict=True)) for row in table[1:]]


def _table(text: str, separator: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))


def _header_problems(header: Sequence[str], where: str, numbers: Collection[str] | None) -> list[str]:
    doubled = sorted({name for name in header if header.count(name) > 1})
    return [
        *column_problems(header, where, numbers),
        *(f"{where}: the column {name!r} stands twice; keep one of them." for name in doubled),
    ]


def _width_problems(table: Sequence[Sequence[str]], width: int, where: str) -> list[str]:
    return [
        f"{where}, line {line} has {len(row)} cells, the header {width}; put a text with commas in quotation marks."
        for line, row in enumerate(table, start=1)
        if len(row) > width
    ]


def column_problems(columns: Iterable[str], where: str, numbers: Collection[str] | None = ()) -> list[str]:
    """Return a sentence for each column that is unknown and each that is needed and not there.

    `numbers` are the form's own numbers about a unit, columns too; None where they are not known, since the form cannot
    be read: then no column is unknown.
    """
    present = list(columns)
    known = (*COLUMNS, *(numbers or ()))
    problems = []
    for name in dict.fromkeys(present):
        if numbers is not None and name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            advice = f"did you mean {close[0]!r}?" if close else "leave it out (known are " + ", ".join(known) + ")."
            problems.append(f"{where}: the column {name!r} is unknown; {advice}")
    problems += [
        f"{where} has no column {name!r}; add it to the header." for name in NEEDED_COLUMNS if name not in present
    ]
    return problems


def normalise_address(text: str) -> str:
    """Return a bare mail address with its domain in lower case. Raises ValueError, with advice as its text.

    RFC 5321, 4.1.2, without quoted local parts and address literals. Other letters than ASCII's are refused: most
    servers cannot deliver to such a local part (RFC 6531), and such a domain has an ASCII form (RFC 5891).
    """
    local_part, at_sign, domain = text.rpartition("@")
    domain = domain.lower()
    if not text.isascii() and not _WRAPPING.search(text):
        raise ValueError("write it with ASCII letters only, a domain with others in its xn-- form")
    if (
        not at_sign
        or not _LOCAL_PART.fullmatch(local_part)
        or "." in (local_part[0], local_part[-1])
        or ".." in local_part
    ):
        raise ValueError("write only the bare address, such as ubnd.caoloc@langson.example")
    labels = domain.split(".")
    if len(domain) > _MAXIMUM_DOMAIN or len(labels) == 1 or not all(map(_DOMAIN_LABEL.fullmatch, labels)):
        raise ValueError("write the domain after the @ in full, such as langson.example")
    return f"{local_part}@{domain}"


_ETH = str.maketrans("đðĐÐ", "ddDD")
_NOT_KEY = re.compile(r"[^0-9a-z]+")
# "a@x.example (2024-01-01..2025-06-30)"; either day may be left out.
_WITH_DAYS = re.compile(r"(.*?)\s*\(\s*([0-9-]*)\s*\.\.\s*([0-9-]*)\s*\)")


def _parse_day(text: str) -> date | None:
    """Return the day written as 2019-06-01, None where it is another text or no day of the calendar."""
    try:
        return date.fromisoformat(text) if _ISO_DAY.fullmatch(text) else None
    except ValueError:
        return None


def match_key(text: str) -> str:
    """Return the form in which names are compared: as mails are matched with them, letters and digits alone.

    Tones, case, punctuation, spaces, "và" and the choice between i and y make no difference (domain rules 2.3): two
    units whose aliases differ in these alone could not be told apart. `intake.unit_names` folds in the same way, with
    the old encodings besides; a test holds the two together.
    """
    plain = unicodedata.normalize("NFD", text.translate(_ETH))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = _NOT_KEY.sub(" ", letters.casefold()).split()
    return f" {' '.join(words)} ".replace(" va ", " ").replace(" ", "").replace("y", "i")


@dataclass(frozen=True, slots=True)
class Dated:
    """An item of a list with the days on which it holds, both included; None is unbounded."""

    text: str
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One row being read. What is wrong is added to `problems`; the reading goes on."""

    cells: Mapping[str, str]
    place: str
    problems: list[str] = field(default_factory=list)

    def complain(self, sentence: str) -> None:
        """Add a problem of this row."""
        self.problems.append(f"{self.place}: {sentence}")

    def text(self, column: str) -> str:
        """Return a cell as one line of NFC text, empty where it is blank or the column is left out."""
        text = unicodedata.normalize("NFC", " ".join((self.cells.get(column) or "").split()))
        if not text.isprintable():
            self.complain(f"{column} contains a character that cannot be seen; type the text anew.")
        return text

    def texts(self, column: str) -> list[str]:
        """Return the items of a list separated by semicolons, each once."""
        return list(dict.fromkeys(item for item in map(str.strip, self.text(column).split(";")) if item))

    def code(self) -> str:
        """Return the unit's code."""
        code = self.text("code")
        if not code:
            self.complain("code is blank; give the unit a code of its own, such as CAOLOC.")
        elif not _CODE.fullmatch(code):
            self.complain(f"the code {code!r} cannot be used; write plain letters, digits, '.', '_' or '-'.")
        return code

    def day(self, column: str) -> date | None:
        """Return a date, None where the cell is blank."""
        text = self.text(column)
        if not text:
            return None
        day = _parse_day(text)
        if day is None:
            self.complain(f"{column} is {text!r}, which is not a date; write it as 2019-06-01.")
        return day

    def number(self, column: str) -> int | None:
        """Return a whole number, None where the cell is blank."""
        text = self.text(column)
        if not text:
            return None
        number = _WHOLE_NUMBER.fullmatch(text)
        if number is None:
            self.complain(f"{column} is {text!r}, which is no whole number; write its digits alone, such as 8000.")
            return None
        return int(number[1])

    def dated_texts(self, column: str) -> list[Dated]:
        """Return the items of a list, each with its days where it names some: "T.Định (2019-01-01..2025-06-30)"."""
        return [self._dated(column, item) for item in self.texts(column)]

    def _dated(self, column: str, item: str) -> Dated:
        found = _WITH_DAYS.fullmatch(item)
        if found is None:
            return Dated(item)
        text, *written = found.groups()
        days = [_parse_day(day) for day in written]
        if any(day is None and text_ for day, text_ in zip(days, written, strict=True)):
            self.complain(f"{column} has {item!r}; write days as (2024-01-01..2025-06-30), or leave one of them out.")
        first, last = days
        if first and last and last < first:
            self.complain(f"{column} has {item!r}, whose last day lies before its first; correct one of them.")
        return Dated(text, first, last)

    def addresses(self) -> list[Dated]:
        """Return the mail addresses, each once, with the days on which they are the unit's."""
        found: dict[str, Dated] = {}
        for item in self.dated_texts("addresses"):
            try:
                address = replace(item, text=normalise_address(item.text))
            except ValueError as error:
                self.complain(f"addresses has {item.text!r}, which is not a mail address; {error}.")
                continue
            known = found.setdefault(address.text.casefold(), address)
            if (known.valid_from, known.valid_to) != (address.valid_from, address.valid_to):
                self.complain(f"addresses has {item.text!r} twice with other days; write it once.")
        return list(found.values())
