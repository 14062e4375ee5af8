"""Form codes as they stand in workbooks: "THDTE-2019-v1" in a defined name or in a cell at the top (P07, C37)."""

import re

from forms import text
from forms.workbook import Workbook

CODE_MOST = 60
"""Characters of a code that a letter repeats; that of the 2019 form has 13."""
_CODE = re.compile(r"[\w./]{1,40}(?:-[\w./]{1,40}){1,4}")
_CODE_SEEN = re.compile(r"-v[0-9]")
YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")


def family(name: str) -> str:
    """Return the key that a form's name shares with the forms of other years: "THDTE-2018" and "THDTE-2019"."""
    return without_year(text.fold(name))


def without_year(key: str) -> str:
    """Return a folded text with a mark for each year in it."""
    return YEAR.sub("#", key)


def otherwise(name: str, version: str, year: int | None) -> str:
    """Return in Vietnamese which form of a family this is, where that of `year` is asked for: "biểu mẫu năm 2018"."""
    named = year_in(name)
    return f"biểu mẫu năm {named}" if named and year and named != year else f"biểu mẫu phiên bản {version}"


def year_in(name: str) -> int | None:
    """Return the year in a form's name, None where it has none."""
    found = YEAR.search(name)
    return int(found[0]) if found else None


def stated(workbook: Workbook, tops: list[list[str]]) -> str:
    """Return the code that the workbook gives itself, in its defined name or after the words for it; else empty."""
    if workbook.form_code:
        return workbook.form_code[:CODE_MOST]
    for top in tops:
        for cell in top:
            if "-v" in cell and text.fold(cell).startswith("ma bieu"):
                return next((code for code in _CODE.findall(cell) if _CODE_SEEN.search(code)), "")
    return ""


def seen(top: list[str]) -> dict[str, str]:
    """Return what looks like a form code among the texts at the top of a sheet, by its lower case."""
    return {
        code.casefold(): code
        for cell in top
        if "-v" in cell and _CODE_SEEN.search(cell)
        for code in _CODE.findall(cell)
    }
