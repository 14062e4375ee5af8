"""What the draft report is told: plain values, so that it can be written, and tested, without a database.

Texts may come from workbooks: they are taken as hostile and are made harmless where they are written
(notifications.draft_document), not here.
"""

from dataclasses import dataclass
from enum import StrEnum

from roll.board import Board
from roll.reports import Scalar


class TotalKind(StrEnum):
    """What the values of many units become together."""

    SUM = "sum"
    YES_NO = "yes_no"
    DAYS = "days"
    RANGE = "range"
    CHOICES = "choices"
    TEXTS = "texts"


@dataclass(frozen=True, slots=True)
class Total:
    """What the units' values of one asked-for cell make together; `given` units gave a value.

    `values` are for a sum the one figure, for yes and no how many say which, for days the first and the last, for a
    share the lowest and the highest; empty where no unit gave any. `choices` are how many chose what. `unit` is the
    unit of measure. `unconfirmed` says that figures are in it that their units were asked to confirm.
    """

    kind: TotalKind
    given: int
    values: tuple[Scalar, ...] = ()
    choices: tuple[tuple[str, int], ...] = ()
    unit: str = ""
    unconfirmed: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A heading between the lines of a form, with the item number printed before it."""

    item: str
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the form. `totals` has a place for each column of its sheet, None where nothing is asked there.

    `main` are the places of the main figures.
    """

    item: str
    label: str
    unit: str
    totals: tuple[Total | None, ...]
    main: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetTotals:
    """A sheet of printed lines with its totals. `columns` are header paths, their levels joined by " / "."""

    caption: str
    title: str
    columns: tuple[str, ...]
    lines: tuple[Line | Section, ...]


@dataclass(frozen=True, slots=True)
class ListCount:
    """A list of the form: how many records how many units sent."""

    caption: str
    title: str
    records: int
    units: int


@dataclass(frozen=True, slots=True)
class Passage:
    """What a unit wrote in its own words, as it stands in its report, and what it was asked there."""

    asked: str
    text: str


@dataclass(frozen=True, slots=True)
class UnitTexts:
    """The passages of one unit, in the order of the form."""

    unit: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that a unit was asked to confirm and did not: where it stands, and what was said of it."""

    unit: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class NotCounted:
    """A unit of which something that came is not in the totals: its state in words, and why."""

    unit: str
    state: str
    why: str


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """What a draft report is written from, all as of `board.at`. `reports` units' reports are in the totals.

    Units stand in the order of the roster everywhere.
    """

    board: Board
    form_title: str
    reports: int
    sheets: tuple[SheetTotals, ...] = ()
    lists: tuple[ListCount, ...] = ()
    texts: tuple[UnitTexts, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    not_counted: tuple[NotCounted, ...] = ()
