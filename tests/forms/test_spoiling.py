"""A filled workbook in every state in which people return it, read value by value against what was written."""

import pytest

from tests.forms.spoiling import measure, table
from tests.servers import libreoffice

ENOUGH = 0.99
_IN_ODS = ("leave_section_rows_out", "name_results_by_years", "write_figures_into_text_boxes", "hide_list_rows")


def failures(form, spoilings, kind, seed=7):
    """Return the spoilings of which too little was read, or something wrong without asking."""
    return [
        (each.spoiling.name, round(each.right_share, 3), each.judgement.silent[:3], each.judgement.extra[:3])
        for each in measure.measure(form, spoilings, (kind,), seed)
        if each.right_share < ENOUGH or each.judgement.silent or each.judgement.extra
    ]


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_whatever_people_do_to_a_workbook_no_figure_is_misread_in_silence(form, kind):
    assert failures(form, table.spoilings(), kind) == []


def test_the_same_holds_of_some_workbooks_saved_by_libreoffice(form):
    libreoffice.require_libreoffice()
    assert failures(form, [each for each in table.spoilings() if each.name in _IN_ODS], "ods") == []


@pytest.mark.soak
@pytest.mark.parametrize("seed", [11, 12, 13])
@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_the_same_holds_of_other_figures_in_every_format(form, kind, seed):
    libreoffice.require_libreoffice()
    assert failures(form, table.spoilings(), kind, seed) == []


def test_every_rule_of_layout_has_a_spoiling():
    rules = {rule for each in table.spoilings() for rule in each.rule.split(" ")}
    assert {f"P{number}" for number in range(16, 35)} <= rules
    assert sum(len(each.steps) == 2 for each in table.spoilings()) >= 10
