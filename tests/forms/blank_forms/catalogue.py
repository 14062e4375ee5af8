"""All blank forms: how each is drawn, in which format, and the file of its truth.

What the truths hold to, where a blank alone leaves a choice:

- a line with nothing to fill in is a section, "Trong đó:" on a line of its own too;
- "Ghi chú" beside printed lines is no column, in a list it is one; a printed code column ("Mã số") is none;
- the second table of a worksheet is a sheet named after it and " (2)";
- totals are asked like other cells, and the sums that the blank states in words or formulas are checks;
- where no unit is printed, none is declared;
- cells in grey or with an "x" are not asked; an asterisk or "bắt buộc" makes a cell required.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook

from forms import form as forms
from tests.forms.blank_forms import (
    agriculture,
    annexes,
    commune_statistics,
    donors,
    drawing,
    english_progress,
    long_introduction,
    no_item_column,
    old_format,
    plan_and_result,
    quarterly_health,
    questionnaire,
    school_classes,
    staff_list,
    stated_sums,
    tcvn3_merit,
    two_tables,
)

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class BlankForm:
    """A blank workbook, drawn by `draw`. `kind` is xlsx or xls; `truth` names the file of its form in `folder`."""

    name: str
    kind: str
    draw: Callable[[], bytes]
    truth: str
    folder: Path = FOLDER

    def load_truth(self) -> forms.Form:
        path = self.folder / f"{self.truth}.toml"
        return forms.load_form(path.read_bytes(), path.name)


def new(draw: Callable[[], Workbook], truth: str, suffix: str = "", folder: Path = FOLDER) -> BlankForm:
    """Return the blank saved as .xlsx; `suffix` tells two of one truth apart."""
    return BlankForm(f"{truth}{suffix}", "xlsx", lambda: drawing.packed(draw()), truth, folder)


def old(
    draw: Callable[[], Workbook], truth: str, suffix: str = "_xls", folder: Path = FOLDER, *, tcvn3: bool = False
) -> BlankForm:
    """Return the blank saved as .xls, with `tcvn3` in the old encoding."""
    return BlankForm(f"{truth}{suffix}", "xls", lambda: old_format.packed_xls(draw(), tcvn3=tcvn3), truth, folder)


BLANK_FORMS = (
    new(quarterly_health.draw, "quarterly_health"),
    old(quarterly_health.draw, "quarterly_health"),
    new(school_classes.draw, "school_classes"),
    new(staff_list.draw, "staff_list"),
    new(two_tables.draw, "two_tables"),
    new(english_progress.draw, "english_progress"),
    new(commune_statistics.draw, "commune_statistics"),
    new(commune_statistics.draw_filled, "commune_statistics", "_filled"),
    new(stated_sums.draw, "stated_sums"),
    old(stated_sums.draw, "stated_sums"),
    new(no_item_column.draw, "no_item_column"),
    old(no_item_column.draw, "no_item_column"),
    new(plan_and_result.draw, "plan_and_result"),
    new(plan_and_result.draw_filled, "plan_and_result", "_filled"),
    new(annexes.draw, "annexes"),
    new(agriculture.draw, "agriculture"),
    new(questionnaire.draw, "questionnaire"),
    old(tcvn3_merit.draw, "tcvn3_merit", tcvn3=True),
    new(long_introduction.draw, "long_introduction"),
    new(donors.draw, "donors"),
)
