"""The second set of blank forms, in the conventions of the first (tests/forms/blank_forms/catalogue.py).

What these forms add, where a blank alone leaves a choice:

- a computed difference that may be negative is not asked, since figures are never negative; one that cannot be
  (140 = 141 - 142) is a check like a sum;
- codes of the budget or of a statement ("Mục", "Tiểu mục", "Mã số") are neither item numbers nor columns;
- where inputs are marked by a colour, or unlocked on a protected sheet, what is neither is not asked;
- `part_of` holds in every column that two lines share; where one of them is a ratio, checks of the others say it;
- hints under the headers ("chọn trong danh mục", "#sector") are no part of a column's label.
"""

from functools import partial
from pathlib import Path

from tests.forms.blank_forms import catalogue
from tests.forms.blank_forms_second import (
    budget_estimate,
    cooperative_balance,
    disability_support,
    energy_quarters,
    epidemic_week,
    foreign_enterprise,
    gender_report,
    investment_projects,
    labour_survey,
    library_month,
    opinion_sheet,
    rural_criteria,
    school_facilities,
    storm_damage,
    traffic_month,
    union_activity,
    vaccination,
    who_does_what,
)

FOLDER = Path(__file__).parent
_new = partial(catalogue.new, folder=FOLDER)
_old = partial(catalogue.old, folder=FOLDER)

BLANK_FORMS = (
    _new(storm_damage.draw, "storm_damage"),
    _old(storm_damage.draw, "storm_damage"),
    _old(storm_damage.draw_filled, "storm_damage", "_xls_filled"),
    _new(traffic_month.draw, "traffic_month"),
    _new(rural_criteria.draw, "rural_criteria"),
    _new(vaccination.draw, "vaccination"),
    _new(budget_estimate.draw, "budget_estimate"),
    _old(budget_estimate.draw, "budget_estimate"),
    _new(labour_survey.draw, "labour_survey"),
    _new(school_facilities.draw, "school_facilities"),
    _old(cooperative_balance.draw, "cooperative_balance"),
    _new(union_activity.draw, "union_activity"),
    _new(union_activity.draw_filled, "union_activity", "_filled"),
    _old(epidemic_week.draw, "epidemic_week"),
    _new(energy_quarters.draw, "energy_quarters"),
    _new(library_month.draw, "library_month"),
    _old(library_month.draw, "library_month", tcvn3=True),
    _new(opinion_sheet.draw, "opinion_sheet"),
    _new(investment_projects.draw, "investment_projects"),
    _new(foreign_enterprise.draw, "foreign_enterprise"),
    _new(gender_report.draw, "gender_report"),
    _new(who_does_what.draw, "who_does_what"),
    _new(disability_support.draw, "disability_support"),
)
