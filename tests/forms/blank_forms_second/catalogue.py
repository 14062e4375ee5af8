"""The second set of blank forms, in the conventions of the first (tests/forms/blank_forms/catalogue.py).

What these forms add, where a blank alone leaves a choice:

- a difference that the blank states (4 = 1 - 2) is a check like a sum;
- codes of the budget or of a statement ("Mục", "Tiểu mục", "Mã số") are neither item numbers nor columns;
- where inputs are marked by a colour, or unlocked on a protected sheet, what is neither is not asked;
- hints under the headers ("chọn trong danh mục") are no part of a column's label.
"""

from functools import partial
from pathlib import Path

from tests.forms.blank_forms import catalogue
from tests.forms.blank_forms_second import rural_criteria, storm_damage, traffic_month

FOLDER = Path(__file__).parent
_new = partial(catalogue.new, folder=FOLDER)
_old = partial(catalogue.old, folder=FOLDER)

BLANK_FORMS = (
    _new(storm_damage.draw, "storm_damage"),
    _old(storm_damage.draw, "storm_damage"),
    _new(traffic_month.draw, "traffic_month"),
    _new(rural_criteria.draw, "rural_criteria"),
)
