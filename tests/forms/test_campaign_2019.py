"""The 2019 form against the domain's 60 indicators and 41 rules: each speaks on a wrong report, not on a near miss."""

import time
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from forms import checks, form
from roll import campaigns, units
from roll.reports import Problem
from tests.forms import cases_2019, filled_2019

# Made once the unit is known; tests/forms/test_judging.py has their cases.
JUDGED_RULES = {"C04", "C24"}


@pytest.fixture(scope="module")
def form_2019() -> form.Form:
    return filled_2019.load()


@pytest.fixture(scope="module")
def prepared(form_2019: form.Form) -> checks.PreparedChecks:
    return checks.prepare(form_2019)


def problems_with(prepared: checks.PreparedChecks, changes: dict) -> list[Problem]:
    """Check the right report after changes: "row.column" or "Bieu 02[0].column" -> value, "Bieu 02" -> records."""
    filled = filled_2019.filled(prepared.form)
    records = filled_2019.records()
    for place, value in changes.items():
        if place in records:
            records[place] = value
        elif place.startswith("Bieu"):
            sheet, _, rest = place.partition("[")
            number, _, column = rest.partition("].")
            records[sheet][int(number)][column].value = value
        else:
            row, _, column = place.partition(".")
            filled[row, column] = replace(filled[row, column], value=value)
    return checks.run(prepared, filled, records, filled_2019.HEADER)


def test_the_right_report_has_no_problem(prepared: checks.PreparedChecks) -> None:
    assert problems_with(prepared, {}) == []


@pytest.mark.parametrize("case", cases_2019.CASES, ids=[f"{case[0]}-{case[1]}" for case in cases_2019.CASES])
def test_each_rule_speaks_at_its_cell_and_not_a_step_before(prepared: checks.PreparedChecks, case: tuple) -> None:
    code, cell, changes, message, near_miss = case
    told = {problem.cell: problem for problem in problems_with(prepared, changes)}
    assert cell in told, told
    assert (told[cell].code, told[cell].severity, told[cell].message) == (code, cases_2019.severity(code), message)
    silent = [problem for problem in problems_with(prepared, near_miss) if (problem.code, problem.cell) == (code, cell)]
    assert silent == []


def test_every_rule_of_the_form_has_a_case(form_2019: form.Form) -> None:
    in_form = {check.name for check in form_2019.checks}
    in_form |= {row.part_check for sheet in form_2019.sheets for row in sheet.rows if row.part_of}
    in_form |= {"C34" for sheet in form_2019.sheets for column in sheet.columns if column.limit}
    assert in_form - JUDGED_RULES == {case[0] for case in cases_2019.CASES}


def test_a_problem_names_its_line_what_was_found_and_what_is_expected(prepared: checks.PreparedChecks) -> None:
    (poor,) = problems_with(prepared, {"gifts_poor.quantity": 350})
    assert (poor.sheet, poor.cell, poor.item) == ("Bieu 01", "D42", "5.2")
    assert (poor.label, poor.found) == ("Trong đó: trẻ em thuộc hộ nghèo, hộ cận nghèo", "350")
    assert poor.expected == "≤ 320 (ô D41)"
    total = next(each for each in problems_with(prepared, {"spending.cost": 760.0}) if each.cell == "E78")
    assert (total.item, total.found, total.expected) == ("9.1", "760", "= 750")
    amount = next(each for each in problems_with(prepared, {"Bieu 03[0].amount": 60.1}) if each.code == "C22")
    assert (amount.sheet, amount.label, amount.found) == ("Bieu 03", "Thành tiền (triệu đồng)", "60,1")


def test_parts_need_not_add_up_to_their_whole(prepared: checks.PreparedChecks) -> None:
    parts = dict.fromkeys(("gifts_poor", "gifts_minority", "gifts_special", "gifts_girls"), 320)
    assert problems_with(prepared, {f"{name}.quantity": value for name, value in parts.items()}) == []
    assert problems_with(prepared, {f"{name}.quantity": 0 for name in parts}) == []


def test_a_sheet_that_the_workbook_lacks_is_not_held_against_the_others(prepared: checks.PreparedChecks) -> None:
    filled = filled_2019.filled(prepared.form)
    assert checks.run(prepared, filled, {}, filled_2019.HEADER) == []


def test_an_empty_report_raises_nothing_here(prepared: checks.PreparedChecks) -> None:
    filled = {key: replace(cell, value=None) for key, cell in filled_2019.filled(prepared.form).items()}
    assert checks.run(prepared, filled, {"Bieu 02": [], "Bieu 03": [], "Bieu 04": []}, {}) == []


def test_the_form_has_the_sixty_indicators_at_their_addresses(form_2019: form.Form) -> None:
    rows = [row for row in form_2019.sheets[0].rows if not row.section]
    assert len(rows) == 60
    assert len([row for row in form_2019.sheets[0].rows if row.section]) == 9
    assert [sheet.kind for sheet in form_2019.sheets] == ["rows", "list", "list", "list", "text"]
    assert (form_2019.code, form_2019.year, form_2019.note) == ("THDTE-2019-v1", 2019, "biểu mẫu minh họa")
    assert rows[31].item == "5.10"


@pytest.mark.parametrize(
    ("unit", "asked"),
    [
        ("UBND huyện Cao Lộc", True),
        ("H. CAO LỘC", True),
        ("Cao Loc", True),
        ("TP Lạng Sơn", True),
        ("Phòng LĐTBXH thành phố", True),
        ("Sở Y tế", False),
        ("Công an tỉnh Lạng Sơn", False),
        ("Hội Nông dân tỉnh", False),
        ("", False),
    ],
)
def test_lines_for_districts_are_asked_of_districts_only(
    prepared: checks.PreparedChecks, unit: str, asked: bool
) -> None:
    row = next(row for row in prepared.form.sheets[0].rows if row.name == "communes_active")
    assert checks.holds(prepared, row.relevant, filled_2019.filled(prepared.form), {"unit": unit}) is asked


def test_money_is_asked_only_where_something_was_done(prepared: checks.PreparedChecks) -> None:
    filled = filled_2019.filled(prepared.form)
    relevant = prepared.form.sheets[0].columns[1].relevant
    filled["gifts", "quantity"].value = 0
    filled["talks", "quantity"].value = None
    asked = {
        row: checks.holds(prepared, relevant, filled, {}, row=row) for row in ("gifts", "talks", "schools", "spending")
    }
    assert asked == {"gifts": False, "talks": False, "schools": True, "spending": True}


def test_all_checks_of_a_report_take_less_than_a_millisecond(prepared: checks.PreparedChecks) -> None:
    filled, records = filled_2019.filled(prepared.form), filled_2019.records()
    times = []
    for _ in range(50):
        begun = time.perf_counter()
        checks.run(prepared, filled, records, filled_2019.HEADER)
        times.append(time.perf_counter() - begun)
    assert min(times) < 0.0008


def test_the_campaign_says_what_the_dispatch_says() -> None:
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    campaign = campaigns.parse_campaign((filled_2019.FOLDER / "campaign.toml").read_bytes(), zone, "campaign.toml")
    assert campaign.references == ("1332/LĐTBXH-TE", "1415/VP-KGVX")
    assert campaign.deadline_text == "trước ngày 05 tháng 7 năm 2019"
    assert campaign.due_before.isoformat() == "2019-07-05T00:00:00+07:00"
    assert campaign.last_on_time_day.isoformat() == "2019-07-04"
    assert campaign.signed_copy


def test_the_roster_has_every_district_and_department_with_invented_addresses() -> None:
    roster = filled_2019.roster()
    kinds = [entry.unit.kind for entry in roster]
    required = [entry.unit for entry in roster if entry.obligation is units.Obligation.REQUIRED]
    assert kinds.count("district") == 11
    assert len([unit for unit in required if unit.kind == "department"]) == 24
    assert {entry.obligation for entry in roster if entry.unit.kind == "organisation"} == {units.Obligation.ASKED}
    addresses = [known.address for entry in roster for known in entry.unit.addresses]
    assert all(address.endswith(".example") for address in addresses)
    assert len(addresses) == len(set(addresses))


def test_districts_are_addressed_through_their_own_departments() -> None:
    roster = filled_2019.roster()
    via = {entry.unit.short_name: (entry.unit.addressed_as, entry.unit.via) for entry in roster}
    assert via["huyện Cao Lộc"] == ("UBND huyện Cao Lộc", "Phòng Lao động - Thương binh và Xã hội - Dân tộc huyện")
    assert via["thành phố Lạng Sơn"] == ("UBND thành phố Lạng Sơn", "Phòng Lao động - Thương binh và Xã hội thành phố")


def test_no_alias_is_two_letters_alone() -> None:
    roster = filled_2019.roster()
    assert [alias for entry in roster for alias in entry.unit.aliases if len(alias) < 3] == []
