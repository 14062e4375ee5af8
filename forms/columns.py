"""Which column of a printed header is which declared one (rules P17, P21, P24, P34).

A column is known by the texts over it. Where several bear the same last text, what stands above that decides: the
form's year, a total, the declared words; where nothing does, nobody can know, and the sender is asked.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from forms import text

ALIKE = 85
"""P21: labels are the same text from 0.85 on."""
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")
_TOTAL = re.compile(r"(?:tong|cong)(?: (?:so|cong|chung))?(?: toan (?:tinh|huyen|thanh pho|xa|phuong))?")
_NO_RESULT = re.compile(
    r"\b(?:ke hoach|chi tieu giao|so voi|so sanh|cung ky|tang giam|ty le|ti le|muc tieu|luy ke|nam truoc|ky truoc)\b"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One declared column.

    `name`, the key of its whole header path, of its last part, and of that without its brackets; `counts` where it
    asks whole numbers.
    """

    name: str
    path: str
    leaf: str
    bare: str
    counts: bool = False


@dataclass(frozen=True, slots=True)
class Printed:
    """One column's printed header: the keys of its path down to each row, the keys of single cells, and the texts."""

    paths: tuple[str, ...]
    cells: tuple[str, ...]
    words: str


@dataclass(slots=True)
class Chosen:
    """Column and header row (from the top) of each name; for names that nobody can tell, the headers that vie."""

    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    doubtful: dict[str, tuple[str, ...]] = field(default_factory=dict)
    totals: list[str] = field(default_factory=list)


_Place = tuple[int, int]


def wanted(name: str, label: str, counts: bool = False) -> Wanted:
    """Return the declared column `name`, ready for looking."""
    leaf = label.rsplit(" / ", maxsplit=1)[-1]
    return Wanted(name, text.fold(label), text.fold(leaf), text.fold(_IN_BRACKETS.sub(" ", leaf)), counts)


def choose(columns: Sequence[Wanted], printed: Mapping[int, Printed], year: int | None) -> Chosen:
    """Return which of the `printed` columns is which of the declared ones; `year` is that of the form."""
    result = Chosen()
    free = dict(printed)
    for way in (_by_path, _by_end_of_path, _by_leaf, _by_bare_leaf, _by_likeness):
        for each in columns:
            if each.name in result.places:
                continue
            found = _settle(way(each, free), each, printed, year)
            if len({column for column, _ in found}) == 1:
                result.places[each.name] = found[0]
                result.doubtful.pop(each.name, None)
                free.pop(found[0][0])
            elif found:
                rivals = dict.fromkeys(printed[column].words for column, _ in found)
                result.doubtful.setdefault(each.name, tuple(rivals))
    _take_total(columns, free, result)
    return result


def _by_path(each: Wanted, printed: Mapping[int, Printed]) -> list[_Place]:
    return [(column, one.paths.index(each.path)) for column, one in printed.items() if each.path in one.paths][:1]


def _by_end_of_path(each: Wanted, printed: Mapping[int, Printed]) -> list[_Place]:
    """The declared path below another text: a title printed over the whole table."""
    if each.path == each.leaf:
        return []
    return [
        (column, level)
        for column, one in printed.items()
        for level, path in enumerate(one.paths)
        if path.endswith(f" {each.path}")
    ]


def _by_leaf(each: Wanted, printed: Mapping[int, Printed]) -> list[_Place]:
    return [
        (column, level) for column, one in printed.items() for level, key in enumerate(one.cells) if key == each.leaf
    ]


def _by_bare_leaf(each: Wanted, printed: Mapping[int, Printed]) -> list[_Place]:
    """The last part of the path, without what stands in brackets on either side."""
    keys = {each.leaf, each.bare}
    return [
        (column, level)
        for column, one in printed.items()
        for level, word in enumerate(one.words.split(" / "))
        if text.fold(_IN_BRACKETS.sub(" ", word)) in keys
    ]


def _by_likeness(each: Wanted, printed: Mapping[int, Printed]) -> list[_Place]:
    scored = [
        (max(fuzz.ratio(each.path, path), fuzz.ratio(each.leaf, cell) if cell else 0), column, level)
        for column, one in printed.items()
        for level, (path, cell) in enumerate(zip(one.paths, one.cells, strict=True))
    ]
    best = max((score for score, _, _ in scored), default=0)
    return [(column, level) for score, column, level in scored if score == best >= ALIKE]


def _settle(found: list[_Place], each: Wanted, printed: Mapping[int, Printed], year: int | None) -> list[_Place]:
    """Return those of `found` that the texts above them do not rule out; the better ones where some are better."""
    if not found:
        return found
    possible = [place for place in found if not _is_of_another_time(printed[place[0]].paths[-1], each, year)]
    group = each.path.removesuffix(each.leaf).strip()
    for better in (
        lambda one: year is not None and str(year) in one.paths[-1],
        lambda one: _NO_RESULT.search(one.paths[-1]) is None,
        _is_total,
        lambda one: bool(group) and group in one.paths[-1],
    ):
        if len({column for column, _ in possible}) <= 1:
            break
        possible = [place for place in possible if better(printed[place[0]])] or possible
    return possible


def _is_total(one: Printed) -> bool:
    return any(_TOTAL.fullmatch(key) for key in one.cells)


def _is_of_another_time(path: str, each: Wanted, year: int | None) -> bool:
    """Say whether a header names years and not the form's."""
    years = set(_YEAR.findall(path)) - set(_YEAR.findall(each.path))
    return year is not None and bool(years) and str(year) not in years


def _take_total(columns: Sequence[Wanted], free: Mapping[int, Printed], result: Chosen) -> None:
    """One column for each commune, and one of totals: the totals are the counts (P34)."""
    missing = [each for each in columns if each.name not in result.places and each.counts]
    totals = [
        (column, level) for column, one in free.items() for level, key in enumerate(one.cells) if _TOTAL.fullmatch(key)
    ]
    if len(missing) == 1 and len(totals) == 1:
        result.places[missing[0].name] = totals[0]
        result.doubtful.pop(missing[0].name, None)
        result.totals.append(free[totals[0][0]].words)
