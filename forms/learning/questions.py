"""Questions on a sheet without a table, to be answered in free text: numbered, or with a colon and room below (P31)."""

import re

from forms import endings, text
from forms.form import TEXT_COLUMN, Column, Row, Sheet
from forms.learning import naming, words
from forms.learning.page import Page

_NUMBERED = re.compile(
    r"^(?:(?:Câu|Question|Q)\s*[0-9]{1,2}\s*[.:)]?|(?:[IVX]{1,5}|[0-9]{1,2}(?:\.[0-9]{1,2}){0,2}|[a-hA-H])[.)/])\s+\S"
)
_SECTION = re.compile(r"^(?:PHẦN|PART|SECTION|MỤC)\s+(?:[IVX]{1,5}|[0-9A-H])\b")
_LEADER = re.compile(r"[\s.…_]+")
_MOST = 200
"""Characters of a question; a longer text explains something."""
QUESTIONS_MOST = 60
"""Questions of one sheet: four pages of them."""
_TALL = 30
"""Points: two lines of text, the least room for an answer in words."""
_ENOUGH = 2
"""Questions that make a sheet one: a cover has a line or two to fill in, a guide none."""


def read(page: Page, name: str, title: str, taken: set[str]) -> Sheet | None:
    """Return the sheet of questions that `page` is, None where it asks nothing."""
    rows: list[Row] = []
    for row in range(len(page.rows)):
        first = next(iter(page.texts(row)), None)
        if first is None or len(rows) >= QUESTIONS_MOST:
            continue
        key = text.fold(first[1])
        if rows and (endings.ends_table(key) or endings.is_note(key)):
            break
        if _SECTION.match(first[1]):
            rows.append(Row("", first[1].strip(" :"), section=True))
        elif (label := _question(page, row, first, title)) != "":
            own = naming.name_of(label, taken, "question")
            taken.add(own)
            rows.append(Row(own, label, columns=(TEXT_COLUMN,)))
    if sum(not row.section for row in rows) < _ENOUGH:
        return None
    return Sheet(name, "text", title, name, columns=(Column(TEXT_COLUMN, "", "text"),), rows=tuple(rows))


def first_row(page: Page, title: str) -> int:
    """Return the row of the first question or section; header lines stand above it."""
    for row in range(len(page.rows)):
        first = next(iter(page.texts(row)), None)
        if first is not None and (
            _SECTION.match(first[1]) or (_NUMBERED.match(first[1]) and _question(page, row, first, title))
        ):
            return row
    return len(page.rows)


def _question(page: Page, row: int, first: tuple[int, str], title: str) -> str:
    """Return the label of a question, empty where the text is none or leaves no room for an answer."""
    column, said = first
    other = text.fold(said).startswith((*words.MOTTO, *words.CODE_BEGINNINGS, "kinh gui", "noi nhan"))
    if len(said) > _MOST or said == title or other or not _has_room(page, row, column):
        return ""
    if _NUMBERED.match(said):
        return (
            said.partition(":")[0].strip(" .…_") if said.rstrip().endswith(":") else said.strip(" …_").removesuffix(".")
        )
    return said.rstrip(" :…._") if said.rstrip().endswith((":", "?")) else ""


def _has_room(page: Page, row: int, column: int) -> bool:
    """Say whether an answer can be written: beside, in dots or blank rows below, or in a tall cell."""
    last = page.area(row, column)[1][1]
    beside = page.content(row, last + 1) in ("", None) and page.look(row, last + 1).boxed
    below = row + 1
    if below >= len(page.rows):
        return True
    said = next((words for _, words in page.texts(below)), "")
    dotted = bool(said) and _LEADER.fullmatch(said) is not None
    tall = page.dressing.heights.get(below, 0) >= _TALL or page.area(below, column)[1][0] > below
    return beside or dotted or page.is_blank(below) or tall
