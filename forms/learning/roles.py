"""What each column of a learned table is for: item number, label, unit of measure, notes, or to be filled in."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from forms import text
from forms.learning import words
from forms.learning.page import Page
from forms.learning.tables import LearnedColumn, LearnedTable

ENOUGH_LABELS = 2
"""Different texts that make a column one of printed lines; a table of one line is a list with an example."""
ANSWER_WIDTH = 55
"""Characters: a column this wide beside questions is for free text; figures take 10 to 20."""
ANSWER_HEIGHT = 60
"""Points: four lines of text, more than a label takes."""
ITEM_MOST = 6
"""Characters of an item number: "VIII.1"."""
PRINTED_SHARE = 0.6
"""Share of lines with a text printed in a column that make it one of codes or remarks; P16 has the same of headers."""
_ANSWERS = (
    "thuyet minh",
    "y kien",
    "tra loi",
    "noi dung tra loi",
    "answer",
    "giai trinh",
    "danh gia",
    "response",
    "noi dung danh gia",
)


@dataclass(slots=True)
class Roles:
    """The columns of a table by what they are for. `skipped` are printed ones that a form does not ask, with why."""

    kind: str = "rows"
    item: LearnedColumn | None = None
    label: LearnedColumn | None = None
    unit: LearnedColumn | None = None
    note: LearnedColumn | None = None
    code: LearnedColumn | None = None
    asked: list[LearnedColumn] = field(default_factory=list)
    skipped: list[tuple[LearnedColumn, str]] = field(default_factory=list)
    guessed_kind: str = ""


def assign(page: Page, table: LearnedTable) -> Roles:
    """Return what each column of `table` is for."""
    roles = Roles()
    rest = list(table.columns)
    roles.item = _take(rest, words.ITEM_HEADERS)
    roles.unit = _take(rest, words.UNIT_HEADERS) if _has_unit_column(page, table, rest) else None
    _decide_kind(page, table, roles, rest)
    if roles.kind != "list":
        if roles.label in rest:
            rest.remove(roles.label)
        _split_label(page, table, roles)
        roles.note = _take(rest, words.NOTE_HEADERS)
        _skip_printed(page, table, roles, rest)
    elif roles.unit is not None:
        # A record's unit of measure is filled in with the record.
        rest.insert(next((n for n, each in enumerate(rest) if each.place > roles.unit.place), len(rest)), roles.unit)
        roles.unit = None
    roles.asked = rest
    if roles.kind == "rows" and _is_questions(page, table, roles):
        roles.kind = "text"
    return roles


def _take(rest: list[LearnedColumn], headers: frozenset[str]) -> LearnedColumn | None:
    found = next((each for each in rest if len(each.path) == 1 and _is_one(text.fold(each.leaf), headers)), None)
    if found is not None:
        rest.remove(found)
    return found


def _is_one(key: str, headers: frozenset[str]) -> bool:
    return words.is_header(key, headers) or (headers is words.UNIT_HEADERS and key.startswith(words.UNIT_BEGINNINGS))


def _split_label(page: Page, table: LearnedTable, roles: Roles) -> None:
    """Part a label column whose header stands over item numbers too."""
    label = roles.label
    if roles.item is not None or label is None or label.last == label.place:
        return
    first = [page.words(row, label.place) for row in range(table.first, table.last + 1)]
    numbered = [said for said in first if said and len(said) <= ITEM_MOST]
    if len(numbered) > 1 and len(numbered) * 2 > len([said for said in first if said]):
        roles.item = LearnedColumn(label.place, label.path, label.number, label.place)
        roles.label = LearnedColumn(label.place + 1, label.path, label.number, label.last)


def _has_unit_column(page: Page, table: LearnedTable, rest: list[LearnedColumn]) -> bool:
    """Say whether "Đơn vị" stands over units of measure; over blanks it asks who, not in what."""
    headers = words.UNIT_HEADERS
    found = next((each for each in rest if len(each.path) == 1 and _is_one(text.fold(each.leaf), headers)), None)
    if found is None:
        return False
    if text.fold(found.leaf) != "don vi":
        return True
    return bool(list(_texts_of(page, table, found)))


def _texts_of(page: Page, table: LearnedTable, column: LearnedColumn) -> Iterator[str]:
    for row in range(table.first, table.last + 1):
        said = page.words(row, column.place)
        if said and page.area(row, column.place)[0][1] == column.place:
            yield said


def _decide_kind(page: Page, table: LearnedTable, roles: Roles, rest: list[LearnedColumn]) -> None:
    label = next(
        (each for each in rest if len(each.path) == 1 and words.is_header(text.fold(each.leaf), words.LABEL_HEADERS)),
        None,
    )
    label = label or next(
        (e for e in rest if len(e.path) == 1 and text.fold(e.leaf).startswith(words.LABEL_BEGINNINGS)), None
    )
    printed = [each for each in rest if _is_printed(page, table, each)]
    first = rest[0] if rest else None
    if label is None or label not in printed:
        label = next((each for each in printed if not words.is_header(text.fold(each.leaf), words.CODE_HEADERS)), label)
    if label is None or label not in printed:
        roles.kind = "list"
    elif roles.unit is None and not _named_label(label) and not _is_nested(page, table, roles):
        named = first is not None and text.fold(first.leaf).startswith(words.RECORD_BEGINNINGS)
        if _looks_like_records(page, table, label, rest, named):
            roles.kind, roles.guessed_kind = "list", "các dòng có sẵn trông như dữ liệu mẫu"
    roles.label = label if roles.kind != "list" else None


def _named_label(label: LearnedColumn) -> bool:
    if text.fold(label.leaf).startswith(words.LABEL_BEGINNINGS):
        return True
    return words.is_header(text.fold(label.leaf), words.LABEL_HEADERS)


def _is_printed(page: Page, table: LearnedTable, column: LearnedColumn) -> bool:
    """Say whether a column comes with different texts printed in it that are no mere totals, marks or leaders."""
    said = {text.fold(each) for each in _texts_of(page, table, column)} - words.TOTALS - {"", "x"}
    return len(said) >= ENOUGH_LABELS


def _looks_like_records(
    page: Page, table: LearnedTable, label: LearnedColumn, rest: list[LearnedColumn], named: bool
) -> bool:
    """Say whether lines are records of a filled copy, or examples: other columns hold texts or dates as well.

    `named`: the first column asks for names, so one such column is enough; elsewhere two are.
    """
    described = 0
    for column in rest:
        contents = [page.content(row, column.place) for row in range(table.first, table.last + 1)]
        held = [cell for cell in contents if not isinstance(cell, int | float) and cell not in ("", None)]
        coded = words.is_header(text.fold(column.leaf), words.CODE_HEADERS)
        described += column is not label and not coded and bool(held) and text.fold(str(held[0])) not in ("", "x")
    examples = any(
        "vi du" in text.fold(said) or text.fold(said).startswith("vd ") for said in _texts_of(page, table, label)
    )
    return examples or described >= (1 if named else 2)


def _is_nested(page: Page, table: LearnedTable, roles: Roles) -> bool:
    if roles.item is None:
        return False
    items = [page.content(row, roles.item.place) for row in range(table.first, table.last + 1)]
    said = [item.strip() for item in items if isinstance(item, str)]
    return any((item and set(item.strip(".")) <= set("IVX")) or "." in item.strip(".") for item in said)


def _skip_printed(page: Page, table: LearnedTable, roles: Roles, rest: list[LearnedColumn]) -> None:
    """Leave out columns that come filled with texts: codes, legal bases, what is compared."""
    lines = max(1, len(list(_texts_of(page, table, roles.label)))) if roles.label else 1
    for column in list(rest):
        key = text.fold(column.leaf)
        said = [each for each in _texts_of(page, table, column) if text.fold(each) not in ("x", "")]
        contents = [page.content(row, column.place) for row in range(table.first, table.last + 1)]
        filled = sum(cell not in ("", None) for cell in contents)
        if len(column.path) == 1 and words.is_header(key, words.CODE_HEADERS) and filled >= PRINTED_SHARE * lines:
            roles.skipped.append((column, "cột mã số in sẵn"))
            roles.code = roles.code or column
            rest.remove(column)
        elif key == "thuyet minh" and len(rest) > 1:
            roles.skipped.append((column, "cột dẫn đến phần thuyết minh"))
            rest.remove(column)
        elif _compares(column):
            roles.skipped.append((column, "cột so sánh, tính từ các cột khác"))
            rest.remove(column)
        elif roles.unit is None and column.place < (roles.label.place if roles.label else 0):
            roles.skipped.append((column, "cột đứng trước nội dung"))
            rest.remove(column)
        elif (
            len(said) >= PRINTED_SHARE * lines
            and not any(type(cell) is float for cell in contents)
            and len(set(said)) > 1
            and not _is_answered(column)
        ):
            roles.skipped.append((column, "cột có nội dung in sẵn"))
            rest.remove(column)


_COMPARISONS = ("tang giam", "so sanh", "chenh lech", "difference", "increase decrease", "bien dong")


def _compares(column: LearnedColumn) -> bool:
    """Say whether a column shows how others differ: it can be negative, and is no figure of its own."""
    key = text.fold(column.label)
    return any(word in key for word in _COMPARISONS) and "%" not in column.label


def _is_answered(column: LearnedColumn) -> bool:
    return any(words_of in text.fold(column.leaf) for words_of in _ANSWERS)


def _is_questions(page: Page, table: LearnedTable, roles: Roles) -> bool:
    """Say whether a table asks for free text: one wide or tall column, no units of measure."""
    if roles.unit is not None or len(roles.asked) != 1:
        return False
    column = roles.asked[0]
    width = sum(page.dressing.widths.get(place, 0) for place in range(column.place, column.last + 1))
    rows = range(table.first, table.last + 1)
    tall = sum(page.dressing.heights.get(row, 0) >= ANSWER_HEIGHT for row in rows) * 2 >= len(rows)
    figures = any(type(page.content(row, column.place)) is float for row in rows)
    return not figures and (tall or width >= ANSWER_WIDTH or _is_answered(column))
