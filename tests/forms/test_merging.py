"""Several workbooks read as one report: as if one workbook had held all their sheets, each value with its workbook."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import merging, read
from roll.outcomes import Verdict
from roll.reports import Reading
from tests.forms import workbooks
from tests.intake import known

NAME = "UBND huyện Cao Lộc"
PREPARED = read.prepare(known.form_2019())
LISTS = ("Bieu 02", "Bieu 03", "Bieu 04")


def member(*sheets: str, code: str | None = None, seed: int = 1, **changes: object) -> merging.Member:
    """Return a workbook of some sheets of the filled form; without `code` it bears the form's."""
    form = PREPARED.form
    content = workbooks.content_2019(form, NAME, seed)
    for place, value in changes.items():
        content["Bieu 01"][place] = value
    kept = {name: {cell: value for cell, value in content[name].items() if value is not None} for name in sheets}
    data = workbooks.write_xlsx(kept, form.code if code is None else code)
    opened = read.open_file(data, "BC.xlsx", [PREPARED])
    assert isinstance(opened, read.Opened)
    return merging.Member(opened, read.read_opened(opened))


def joined(*members: merging.Member) -> Reading:
    reading = merging.join(members)
    assert reading is not None
    return reading


def without_the_way(reading: Reading) -> tuple[object, ...]:
    """Return everything that must be as in one workbook."""
    return (reading.verdict, reading.reason, reading.header, reading.values, reading.problems, reading.fingerprint)


WHOLE = member(*workbooks.SHEETS)


@pytest.mark.parametrize("code", [None, ""])
def test_two_halves_read_together_are_the_whole_whether_or_not_the_second_bears_the_forms_code(code: str | None):
    main, rest = member("Bieu 01", "Thuyet minh"), member(*LISTS, code=code)
    assert main.reading.lacking == LISTS
    assert rest.reading.lacking == ("Bieu 01",)
    for members in ((main, rest), (rest, main)):
        assert without_the_way(joined(*members)) == without_the_way(WHOLE.reading)
        assert joined(*members).lacking == ()


@settings(max_examples=12, deadline=None)
@given(st.permutations(workbooks.SHEETS), st.lists(st.integers(1, 4), max_size=3, unique=True))
def test_however_the_sheets_are_dealt_out_the_report_is_the_same(sheets: Sequence[str], cuts: list[int]):
    places = [0, *sorted(cuts), len(sheets)]
    members = [member(*(name for name in workbooks.SHEETS if name in sheets[a:b])) for a, b in pairwise(places)]
    assert merging.disputed(PREPARED.form, [each.reading for each in members]) == ()
    together = joined(*members)
    assert without_the_way(together) == without_the_way(WHOLE.reading)
    for value, origin in zip((*together.header, *together.values), together.origins, strict=True):
        assert value.sheet in {sheet.name for sheet in members[origin].opened.workbook.sheets} or value.value is None


def test_c20_the_rules_between_sheets_are_asked_of_the_figures_together():
    lacking_one = member("Bieu 01", "Thuyet minh", D52=99, D55=None)
    assert not any(problem.code == "C20" for problem in lacking_one.reading.problems)
    assert any(problem.code == "C20" for problem in joined(lacking_one, member(*LISTS)).problems)


def test_a_blank_copy_of_a_sheet_counts_for_nothing():
    blank = {cell: None for line in range(14, 83) for cell in (f"D{line}", f"E{line}")}
    rest = member(*workbooks.SHEETS, **blank)
    assert "Bieu 01" not in rest.reading.filled
    together = joined(member("Bieu 01"), rest)
    assert without_the_way(together)[3:] == without_the_way(WHOLE.reading)[3:]


def test_sheets_that_differ_are_disputed_and_the_later_one_counts_where_it_is_joined_all_the_same():
    old, new = member("Bieu 01", D21=60), member("Bieu 01", D21=61)
    assert merging.disputed(PREPARED.form, [old.reading, new.reading]) == ("Bieu 01",)
    assert merging.disputed(PREPARED.form, [old.reading, old.reading]) == ()
    figures = {(value.name, value.column): value.value for value in joined(old, new, member(*LISTS)).values}
    assert figures["banners", "quantity"] == 61


def test_sheets_with_the_same_name_in_two_workbooks_keep_their_problems_apart():
    form = PREPARED.form
    content = workbooks.content_2019(form, NAME, 1)
    content["Bieu 01"]["D21"] = "nhiều"
    first = workbooks.write_xlsx({"Sheet1": content["Bieu 01"]}, form.code)
    content["Bieu 02"]["D8"] = "nhiều"
    second = workbooks.write_xlsx({"Sheet1": content["Bieu 02"]}, form.code)
    members = []
    for data in (first, second):
        opened = read.open_file(data, "BC.xlsx", [PREPARED])
        assert isinstance(opened, read.Opened)
        members.append(merging.Member(opened, read.read_opened(opened)))
    together = joined(*members)
    assert together.verdict is Verdict.NEEDS_FIX
    assert not any("\x00" in text for problem in together.problems for text in (problem.sheet, problem.message))
    assert {value.sheet for value in together.values if value.value is not None} == {"Sheet1"}


def test_a_consolidated_workbook_is_joined_with_nothing():
    main = member("Bieu 01")
    main.opened.workbook.added_up = 3
    assert merging.join([main, member(*LISTS)]) is None
