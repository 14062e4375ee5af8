"""The printed lines of a learned table: sections, what is asked on each, parts of wholes (rules P19, P22)."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from forms import text
from forms.learning import words
from forms.learning.page import Page
from forms.learning.roles import Roles
from forms.learning.tables import LearnedColumn, LearnedTable

_CROSSES = frozenset(("x", "X", "-", "–", "—", "×", "///", "//", "/", "*"))
_GREYS = re.compile(r"(?:([0-9A-F]{2})\1\1|theme0-.*)")
_DASH = re.compile(r"^\s*[-–+•*]\s*")
_ROMAN = re.compile(r"[IVX]{1,6}")
_DOTTED = re.compile(r"[0-9A-Z]{1,4}(?:\.[0-9]{1,3}){1,3}")
_REQUIRED = re.compile(r"\(\*\)|\*\s*$|\((?:bắt buộc|required)\)", re.IGNORECASE)
_USED = 0.3
"""Share of cells that must bear a sign (locks, validations) before its absence elsewhere says something."""


@dataclass(slots=True)
class Line:
    """A printed line: `columns` are those asked, none for a section. `why` tells on what a guess rests."""

    row: int
    label: str
    item: str = ""
    unit: str = ""
    section: bool = False
    columns: list[LearnedColumn] = field(default_factory=list)
    required: bool = False
    part_of: "Line | None" = None
    why: dict[str, str] = field(default_factory=dict)
    key: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class _Signs:
    """How this table shows what is asked: locks, validations, figures filled in, columns that most lines compute."""

    locks: bool
    ruled: frozenset[int]
    filled: bool = False
    computed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the whole table: its signs, whether lines have units, which rows bear a printed code, money."""

    signs: _Signs
    units: bool
    coded: frozenset[int]
    money: frozenset[int]


def read(page: Page, table: LearnedTable, roles: Roles, money: Collection[int]) -> list[Line]:
    """Return the lines of `table` from the top down; `money` are the places of columns of amounts."""
    signs = _signs(page, table, roles)
    found: list[Line] = []
    for row in range(table.first, table.last + 1):
        line = _line_at(page, row, roles)
        if line is not None:
            found.append(line)
    units = any(line.unit for line in found)
    coded = _coded(page, found, roles)
    for number, line in enumerate(found):
        below = found[number + 1] if number + 1 < len(found) else None
        _decide_asked(page, line, below, roles, _Known(signs, units, coded, frozenset(money)))
    _find_parts(page, found, roles)
    return found


def _line_at(page: Page, row: int, roles: Roles) -> Line | None:
    assert roles.label is not None
    label = next(
        (said for column in range(roles.label.place, roles.label.last + 1) if (said := page.words(row, column))), ""
    )
    item = _item_of(page, row, roles)
    if not label and len(item) > 6:  # noqa: PLR2004 - longer than "VIII." or "10.12": a section's title merged over the table
        label, item = item, ""
    if not label:
        first = next(page.texts(row), None)
        if first is None or first[0] >= roles.label.place or (roles.item is not None and first[0] == roles.item.place):
            return None
        label = first[1]
    unit = page.words(row, roles.unit.place) if roles.unit else ""
    line = Line(row, label, item, unit, required=_REQUIRED.search(label) is not None)
    line.key = text.fold(label)
    if roles.code is not None:
        printed = page.content(row, roles.code.place)
        line.code = f"{printed:g}" if type(printed) in (int, float) else str(printed).strip()
    return line if line.key else None


def _item_of(page: Page, row: int, roles: Roles) -> str:
    if roles.item is None:
        return ""
    found = page.content(row, roles.item.place)
    if type(found) in (int, float):
        decimals = re.fullmatch(r"0+\.(0+)", page.look(row, roles.item.place).number_format)
        return f"{found:.{len(decimals[1])}f}" if decimals else f"{found:g}"
    return page.words(row, roles.item.place)


def _signs(page: Page, table: LearnedTable, roles: Roles) -> _Signs:
    cells = [(row, column.place) for row in range(table.first, table.last + 1) for column in roles.asked]
    open_cells = sum(not page.look(*place).locked for place in cells)
    ruled = {
        column.place
        for column in roles.asked
        if sum((row, column.place) in page.dressing.accepted for row in range(table.first, table.last + 1))
        >= _USED * max(1, table.last - table.first + 1) / 2
    }
    rows = range(table.first, table.last + 1)
    computed = {
        column.place
        for column in roles.asked
        if sum(bool(page.look(row, column.place).formula) for row in rows) * 2 > len(rows)
    }
    figures = sum(type(page.content(*place)) in (int, float) for place in cells)
    return _Signs(0 < open_cells < len(cells), frozenset(ruled), figures > _USED * len(cells), frozenset(computed))


def _state(page: Page, line: Line, column: LearnedColumn, roles: Roles, signs: _Signs) -> bool | None:
    """Say whether a cell is asked, None where the blank does not show it."""
    place = (line.row, column.place)
    found, look = page.content(*place), page.look(*place)
    if look.formula or type(found) in (int, float, bool):
        return True
    if _is_closed(page, line, column, roles):
        return False
    if signs.locks:
        return not look.locked
    return place in page.dressing.accepted if column.place in signs.ruled else None


def _is_closed(page: Page, line: Line, column: LearnedColumn, roles: Roles) -> bool:
    """Say whether a cell is merged with what stands left of it, crossed out, or greyed while its label is not."""
    place = (line.row, column.place)
    found, look = page.content(*place), page.look(*place)
    assert roles.label is not None
    greyed = bool(_GREYS.fullmatch(look.fill)) and look.fill != page.look(line.row, roles.label.place).fill
    crossed = isinstance(found, str) and found.strip() in _CROSSES and place not in page.dressing.accepted
    return page.area(*place)[0][1] < column.place or look.crossed or crossed or greyed


def _lacks_formulas(page: Page, line: Line, signs: _Signs) -> bool:
    """Say whether a line has no formula in any column that most others compute."""
    return bool(signs.computed) and not any(page.look(line.row, column).formula for column in signs.computed)


def _coded(page: Page, found: Sequence[Line], roles: Roles) -> frozenset[int]:
    """Return the rows that bear a printed code, where most lines do: those without are headings then."""
    if roles.code is None:
        return frozenset()
    rows = [line.row for line in found if page.content(line.row, roles.code.place) not in ("", None)]
    return frozenset(rows) if len(rows) * 2 > len(found) else frozenset()


def _decide_asked(page: Page, line: Line, below: Line | None, roles: Roles, known: _Known) -> None:
    signs, money = known.signs, known.money
    states = {column.place: _state(page, line, column, roles, signs) for column in roles.asked}
    certain = [column for column in roles.asked if states[column.place]]
    unknown = [column for column in roles.asked if states[column.place] is None]
    if (line.key in words.PART_BEGINNINGS and not certain) or (
        _lacks_formulas(page, line, signs) and _is_heading(page, line, below, roles, known)
    ):
        line.section = True
    elif not certain and (not unknown or _is_heading(page, line, below, roles, known)):
        line.section = True
        if unknown and not _ROMAN.fullmatch(line.item.strip(". ")):
            line.why["section"] = "đoán là đề mục: không có đơn vị tính và các dòng sau thuộc dòng này"
    else:
        if signs.filled and certain and unknown:
            unknown = []
            line.why["columns"] = "đoán theo các ô đã điền trong tệp"
        line.columns = _by_unit(line, certain, unknown, roles, money)


def _by_unit(
    line: Line, certain: Sequence[LearnedColumn], unknown: Sequence[LearnedColumn], roles: Roles, money: frozenset[int]
) -> list[LearnedColumn]:
    """Return the columns asked; where the blank shows it for none, an amount is not asked in a column of counts."""
    asked = {column.place for column in certain} | {column.place for column in unknown}
    if not certain and unknown and line.unit and 0 < len(money) < len(roles.asked):
        in_money = text.fold(line.unit).endswith(("dong", "trd", "tr d", "usd", "vnd"))
        if in_money:
            asked &= money
            line.why["columns"] = f"đoán theo đơn vị tính “{line.unit}”"
        else:
            line.why["columns"] = "biểu trống không cho biết cột nào không phải điền"
    return [column for column in roles.asked if column.place in asked]


def _is_heading(page: Page, line: Line, below: Line | None, roles: Roles, known: _Known) -> bool:
    if line.key in words.TOTALS or line.unit:
        return False
    if known.coded and not known.units:
        return line.row not in known.coded
    assert roles.label is not None
    item = line.item.strip(".) ")
    upper = line.label.isupper()
    look = page.look(line.row, roles.label.place)
    spans = page.area(line.row, roles.label.place)[1][1] > roles.label.last
    deeper = below is not None and _is_below(below.item.strip(".) "), item)
    if known.units:
        return bool(_ROMAN.fullmatch(item)) or upper or spans or deeper or look.bold or line.label.endswith(":")
    if line.key.startswith(("tong ", "cong ", "total ")):
        return False
    return (deeper and (bool(_ROMAN.fullmatch(item)) or upper or look.bold)) or spans


def _is_below(item: str, above: str) -> bool:
    """Say whether an item number stands under another: 1 under I, 1.1 under 1, a or - under 1."""
    if not item or not above:
        return False
    if _DOTTED.fullmatch(item):
        return item.startswith(f"{above}.") or bool(_ROMAN.fullmatch(above)) or (above.isalpha() and above.isupper())
    rank = _rank(item) - _rank(above)
    return rank > 0


def _rank(item: str) -> int:
    """Return how deep an item number stands: A, I, 1, 1.1, a, -."""
    if _ROMAN.fullmatch(item):
        return 1
    if item.isalpha() and item.isupper():
        return 0
    if item.isdigit():
        return 2
    if _DOTTED.fullmatch(item):
        return 2 + item.count(".")
    return 6 if item.isalpha() else 7


def _find_parts(page: Page, found: Sequence[Line], roles: Roles) -> None:
    """Note of each "Trong đó" line which line it is part of."""
    whole: Line | None = None
    alone: Line | None = None
    style = ""
    for line in found:
        if line.section:
            alone = line if line.key in words.PART_BEGINNINGS else None
            if alone is None:
                whole = None
            style = ""
            continue
        begins = line.key.startswith(tuple(f"{word} " for word in words.PART_BEGINNINGS))
        own = _style(page, line, roles)
        if begins and whole is not None:
            # What follows with a dash goes on with the parts: "Trong đó: - Nữ", "- Dân tộc thiểu số".
            line.part_of, style = whole, "-"
        elif (
            whole is not None
            and (alone is not None or style == own == "-")
            and _goes_on(own, style, _style(page, whole, roles))
        ):
            line.part_of, style = whole, own
            if alone is None:
                line.why["part_of"] = "đoán: tiếp theo dòng “Trong đó”"
        else:
            whole, alone, style = line, None, ""
        if line.part_of is not None and not _share(line, line.part_of):
            line.part_of = None


def _goes_on(own: str, style: str, whole: str) -> bool:
    """Say whether a line is numbered and set in like the part before it, and not like the whole."""
    return own != whole and (not style or own == style)


def _share(part: Line, whole: Line) -> bool:
    return bool({column.place for column in part.columns} & {column.place for column in whole.columns})


def _style(page: Page, line: Line, roles: Roles) -> str:
    """Return how a line is numbered and set in: "-" for dashes, the shape of its number, its indentation."""
    assert roles.label is not None
    if _DASH.match(line.label) or line.item in ("-", "+", "–", "•", "*"):
        return "-"
    item = line.item.strip(".) ")
    shape = str(_rank(item)) if item else ""
    return f"{shape}|{page.look(line.row, roles.label.place).indent}|{_leading(page, line, roles)}"


def _leading(page: Page, line: Line, roles: Roles) -> int:
    assert roles.label is not None
    raw = page.content(line.row, roles.label.place)
    return len(raw) - len(raw.lstrip()) if isinstance(raw, str) and raw else -1


def by_item(found: Sequence[Line]) -> Mapping[str, list[Line]]:
    """Return the lines by item number (dots at the end left out) and by printed code: sums are stated in either."""
    lines: dict[str, list[Line]] = {}
    for line in found:
        for item in dict.fromkeys((line.item.strip(".() "), line.code)):
            if item:
                lines.setdefault(item, []).append(line)
    return lines
