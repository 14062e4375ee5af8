"""Form codes as they stand in workbooks: "THDTE-2019-v1" in a defined name or in a cell at the top (P07, C37)."""

import re

from forms import text
from forms.workbook import Workbook

CODE_MOST = 60
"""Characters of a code that a letter repeats; that of the 2019 form has 13."""
_CODE = re.compile(r"[\w./]{1,40}(?:-[\w./]{1,40}){1,4}")
_CODE_SEEN = re.compile(r"-v[0-9]")


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
