"""Questions on a sheet without a table, to be answered in free text: numbered, or with a colon and room below (P31)."""

import re

from forms import lines, text
from forms.form import TEXT_COLUMN, Column, Row, Sheet
from forms.learning import naming, words
from forms.learning.page import Page

_NUMBER = re.compile(r"^((?:[IVX]{1,5}|[0-9]{1,2}(?:\.[0-9]{1,2}){0,2}|[a-hA-H])[.)/])\s+(\S.*)$")
_MOST = 200
"""Characters of a question; a longer text explains something."""
QUESTIONS_MOST = 60
"""Questions of one sheet: four pages of them."""


def read(page: Page, name: str, title: str, taken: set[str]) -> Sheet | None:
    """Return the sheet of questions that `page` is, None where it asks nothing."""
    rows: list[Row] = []
    for row in range(len(page.rows)):
        first = next(iter(page.texts(row)), None)
        if first is None or len(rows) >= QUESTIONS_MOST:
            continue
        key = text.fold(first[1])
        if rows and (lines.ends_table(key) or lines.is_note(key)):
            break
        asked = _question(first[1], title)
        if asked is not None:
            item, label = asked
            own = naming.name_of(label, taken, "question")
            taken.add(own)
            rows.append(Row(own, label, item, columns=(TEXT_COLUMN,)))
    if not rows:
        return None
    return Sheet(name, "text", title, name, columns=(Column(TEXT_COLUMN, "", "text"),), rows=tuple(rows))


def _question(said: str, title: str) -> tuple[str, str] | None:
    if (
        len(said) > _MOST
        or said == title
        or text.fold(said).startswith((*words.MOTTO, *words.CODE_BEGINNINGS, "kinh gui", "noi nhan"))
    ):
        return None
    numbered = _NUMBER.match(said)
    if numbered:
        return "", f"{numbered[1]} {numbered[2].partition(':')[0].strip(' .…_')}"
    if said.rstrip().endswith((":", "?")):
        return "", said.rstrip(" :…._")
    return None
