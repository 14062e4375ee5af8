"""Which row of a filled sheet is which printed line (rules P19 to P23, P27 to P29, P33).

A line is known by its label under its section, never by its position or its item number, which Excel turns from 5.10
into 5.1.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz, process

from forms import endings, layout, slips, text
from forms.form import Row, Sheet

ALIKE = 85
"""P21: labels are the same text from 0.85 on, within one section."""
ABBREVIATIONS = {
    "te": "tre em",
    "dtts": "dan toc thieu so",
    "hcdb": "hoan canh dac biet",
    "btte": "bao tro tre em",
    "ubnd": "uy ban nhan dan",
}
"""Short forms that officers write in labels (P21); they are spelled out on both sides."""
PART_WORDS = ("trong do ", "gom ", "bao gom ")
_ENUMERATOR = re.compile(r"^(?:[ivx]{1,5} |[0-9]{1,2}(?: [0-9]{1,2}){0,2} |[a-e] )")
NOTE_MOST = 200
"""Characters of a note that staff are shown."""

TURNED_WITHIN = 40
"""Rows in which the labels of a table on its side are looked for: P16 looks for headers within the first 40."""
ENOUGH_TURNED = 0.5
"""Half of the printed lines, as for a table that stands upright."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The printed lines of a sheet, ready for matching.

    `sections` maps a key to section numbers, `keys` (section, key) to line numbers.
    """

    rows: tuple[Row, ...]
    section_of: tuple[int, ...]
    sections: dict[str, list[int]]
    keys: dict[tuple[int, str], list[int]]
    anywhere: dict[str, list[int]]
    known_as: tuple[tuple[str, ...], ...]


@dataclass(slots=True)
class Placed:
    """The row of each line (by line number), and notes for staff, inserted rows among them.

    `alike` are the labels as printed of lines that were known by likeness; `doubtful` the row, label column and line
    where the likeness may deceive; `twice` the same of lines that stand a second time; `incomplete` the notes that say
    that figures are missing.
    """

    row_of: dict[int, int] = field(default_factory=dict)
    alike: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    incomplete: list[tuple[int, int, str]] = field(default_factory=list)
    doubtful: list[tuple[int, int, int]] = field(default_factory=list)
    twice: list[tuple[int, int, int]] = field(default_factory=list)


@dataclass(slots=True)
class _Left:
    """A row that matched nothing exactly."""

    row: int
    section: int
    label: str
    key: str


def prepare(sheet: Sheet) -> Lines:
    """Return the lines of `sheet` with the keys of their labels, once per form."""
    section_of: list[int] = []
    sections: dict[str, list[int]] = defaultdict(list)
    keys: dict[tuple[int, str], list[int]] = defaultdict(list)
    anywhere: dict[str, list[int]] = defaultdict(list)
    section = -1
    for number, row in enumerate(sheet.rows):
        section = number if row.section else section
        section_of.append(section)
        for key in dict.fromkeys(key for label in (row.label, *row.aliases) for key in _keys(label)):
            if row.section:
                sections[key].append(number)
            else:
                keys[section, key].append(number)
                anywhere[key].append(number)
    known_as = tuple(tuple(key for label in (row.label, *row.aliases) for key in _keys(label)) for row in sheet.rows)
    return Lines(sheet.rows, tuple(section_of), dict(sections), dict(keys), dict(anywhere), known_as)


def _keys(label: str) -> list[str]:
    """Return the keys under which a label is known: itself, spelled out, and without "Trong đó"."""
    key = text.fold(label)
    spelled = _spell(key)
    return [key, spelled, *(without for part in PART_WORDS if (without := spelled.removeprefix(part)) != spelled)]


def _spell(key: str) -> str:
    return " ".join(ABBREVIATIONS.get(word, word) for word in key.split(" "))


def _candidates(label: str) -> list[str]:
    """Return the keys of a label as printed in the file, the likeliest first."""
    key = text.fold(label)
    bare = _ENUMERATOR.sub("", key)
    found = [key, bare, _spell(bare)]
    found += [without for part in PART_WORDS if (without := found[2].removeprefix(part)) != found[2]]
    return found


def are_turned(lines: Lines, rows: Sequence[list[Any]]) -> bool:
    """Say whether the printed lines stand side by side in one row: a table on its side (P34)."""
    asked = sum(not row.section for row in lines.rows)
    for row in rows[:TURNED_WITHIN]:
        labels = {cell for cell in row if type(cell) is str and cell and len(cell) <= layout.LABEL_MOST}
        known = [label for label in labels if any(key in lines.anywhere for key in _candidates(label))]
        if len(known) > 1 and len(known) >= asked * ENOUGH_TURNED:
            return True
    return False


class Matcher:
    """Places the rows of one filled sheet. Use once: `place()`."""

    def __init__(self, lines: Lines, table: layout.Table, rows: Sequence[list[Any]]) -> None:
        self._lines = lines
        self._table = table
        self._rows = rows
        self._label = table.columns.get(layout.LABEL, 0)
        self._item = table.columns.get(layout.ITEM, self._label)
        self._placed = Placed()
        self._used: set[int] = set()
        self._section = -1
        self._last = -1
        self._ended = False
        self._left: list[_Left] = []

    def place(self) -> Placed:
        """Return where each line stands, with notes on what else was found."""
        for row in range(self._table.bottom + 1, len(self._rows)):
            label = self._label_of(row)
            if label:
                self._match(row, label)
        self._match_left()
        return self._placed

    def _label_of(self, row: int) -> str:
        cells = self._rows[row]
        label = cells[self._label] if self._label < len(cells) else ""
        if type(label) is str and label:
            return label if len(label) <= layout.LABEL_MOST else label[: layout.LABEL_MOST]
        # A section's title often stands in the item column, merged over the whole width.
        item = cells[self._item] if self._item < len(cells) else ""
        if type(item) is str and len(item) > 4:  # noqa: PLR2004 - longer than "5.10" or "VIII"
            return item[: layout.LABEL_MOST]
        return next((cell[: layout.LABEL_MOST] for cell in cells if type(cell) is str and len(cell) > 4), "")  # noqa: PLR2004

    def _match(self, row: int, label: str) -> None:
        key = text.fold(label)
        number = self._find(key)
        if number is None:
            section = self._lines.sections.get(key)
            if section:
                self._section = next((each for each in section if each > self._section), section[0])
                self._last = self._section
                return
            for other in _candidates(label)[1:]:
                number = self._find(other)
                if number is not None:
                    break
                section = self._lines.sections.get(other)
                if section:
                    self._section = self._last = section[0]
                    return
        if number is not None:
            self._take(number, row)
        elif key:
            self._set_aside(row, label, key)

    def _find(self, key: str) -> int | None:
        """Return the unused line of this section with `key`.

        The first one after the last line matched, else the first one.
        """
        numbers = self._lines.keys.get((self._section, key))
        if not numbers:
            return None
        if len(numbers) == 1:
            return numbers[0] if numbers[0] not in self._used else None
        free = [number for number in numbers if number not in self._used]
        return next((number for number in free if number > self._last), free[0] if free else None)

    def _take(self, number: int, row: int) -> None:
        self._placed.row_of[number] = row
        self._used.add(number)
        self._last = number

    def _set_aside(self, row: int, label: str, key: str) -> None:
        if endings.is_total(key) or (self._ended and not _has_figure(self._rows[row], self._table)):
            return
        if endings.is_note(key) or label.lstrip().startswith("*"):
            self._note(row, label, key)
        elif endings.ends_table(key):
            self._ended = True
        else:
            self._left.append(_Left(row, self._section, label, key))

    def _note(self, row: int, label: str, key: str) -> None:
        if endings.is_printed_note(key):
            return
        said = text.collapse(text.clean(label))[:NOTE_MOST]
        self._placed.notes.append(f"P28 {row + 1}: {said}")
        if endings.is_incomplete(key):
            self._placed.incomplete.append((row, self._label, said))

    def _match_left(self) -> None:
        """Match what is left: labels over two rows, similar ones of the section, labels that the form has once."""
        for left in self._left:
            number = self._joined(left)
            if number is None:
                number = self._alike(left)
            if number is None:
                number = self._elsewhere(left)
            if number is not None:
                self._take(number, left.row)
            elif _has_figure(self._rows[left.row], self._table):
                self._note_twice(left)
                self._placed.notes.append(f"P23 {left.row + 1}: {text.collapse(text.clean(left.label))[:NOTE_MOST]}")

    def _note_twice(self, left: _Left) -> None:
        """Keep a line that is written twice, with figures both times: nobody can know which one counts."""
        for number in self._used:
            if left.section in (-1, self._lines.section_of[number]) and self._is_again(left, number):
                self._placed.twice.append((left.row, self._label, number))
                return

    def _is_again(self, left: _Left, number: int) -> bool:
        known = self._lines.known_as[number]
        return any(
            key in known or any(slips.is_same(key, each, 0) for each in known) for key in _candidates(left.label)
        )

    def _joined(self, left: _Left) -> int | None:
        """A label over two rows: the next row has no item and goes on in lower case (P33)."""
        below = self._rows[left.row + 1] if left.row + 1 < len(self._rows) else []
        rest = below[self._label] if self._label < len(below) else ""
        item = below[self._item] if self._item < len(below) else ""
        if (
            self._item == self._label
            or item not in ("", None)
            or not isinstance(rest, str)
            or not rest.lstrip()[:1].islower()
        ):
            return None
        for key in _candidates(f"{left.label} {rest[: layout.LABEL_MOST]}"):
            for number in self._lines.keys.get((left.section, key), ()):
                if number not in self._used:
                    return number
        return None

    def _alike(self, left: _Left) -> int | None:
        free = {
            number: _spell(text.fold(row.label))
            for number, row in enumerate(self._lines.rows)
            if not row.section and self._lines.section_of[number] == left.section and number not in self._used
        }
        best: tuple[float, int] = (0, -1)
        for key in _candidates(left.label)[1:]:
            found = process.extractOne(key, free, scorer=fuzz.ratio, score_cutoff=ALIKE)
            if found and found[1] > best[0]:
                best = (found[1], found[2])
        if best[1] < 0:
            return None
        self._placed.alike[best[1]] = text.collapse(text.clean(left.label))[:NOTE_MOST]
        if not any(
            slips.is_same(_spell(key), known)
            for key in _candidates(left.label)
            for known in self._lines.known_as[best[1]]
        ):
            self._placed.doubtful.append((left.row, self._label, best[1]))
        self._placed.notes.append(f"P21 {left.row + 1}: {self._placed.alike[best[1]]}")
        return best[1]

    def _elsewhere(self, left: _Left) -> int | None:
        for key in _candidates(left.label):
            numbers = self._lines.anywhere.get(key, ())
            if len(numbers) == 1 and numbers[0] not in self._used:
                self._placed.notes.append(f"P23 {left.row + 1}: {text.collapse(text.clean(left.label))[:NOTE_MOST]}")
                return numbers[0]
        return None


def has_figures(placed: Placed, table: layout.Table, rows: Sequence[list[Any]]) -> bool:
    """Say whether any of the lines that were found bears a figure."""
    return any(_has_figure(rows[row], table) for row in placed.row_of.values())


def _has_figure(cells: Sequence[Any], table: layout.Table) -> bool:
    columns = [column for name, column in table.columns.items() if name[0] != "\0"]
    return any(column < len(cells) and _is_figure(cells[column]) for column in columns)


def _is_figure(cell: Any) -> bool:
    return type(cell) in (int, float) or (isinstance(cell, str) and any(letter.isdigit() for letter in cell))
