"""The 2019 form against the domain's 60 indicators and 41 rules: each rule speaks on a wrong report and is silent on a near miss."""

import time
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from forms import checks, form
from roll import campaigns, units
from roll.reports import Problem, Severity
from tests.forms import filled_2019

READER_RULES = {"C01", "C02", "C35", "C36", "C37", "C39", "C40"}
NEED_HISTORY_OR_REGISTER = {"C04", "C24", "C38", "C41"}
ADD_UP = "Đề nghị đối chiếu, thống nhất số liệu."
LOOK_AGAIN = "Đề nghị kiểm tra lại."
CONFIRM_UNIT = "biểu quy định đơn vị tính là triệu đồng. Đề nghị xác nhận số liệu là"


@pytest.fixture(scope="module")
def form_2019() -> form.Form:
    return filled_2019.load()


@pytest.fixture(scope="module")
def prepared(form_2019: form.Form) -> checks.PreparedChecks:
    return checks.prepare(form_2019)


def problems_with(prepared: checks.PreparedChecks, changes: dict) -> list[Problem]:
    """Check the right report after changing cells: "row.column" -> value, "Bieu 02[0].column" -> value, "Bieu 02" -> records."""
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


E, W, N = Severity.ERROR, Severity.WARNING, Severity.NOTICE

# code, severity, cell, changes that trip it, message, changes that only just do not
CASES = [
    ("C03", E, "D16", {"directives_plan.quantity": 6}, f"ghi 6, lớn hơn tổng số văn bản tại ô D15 (5). {LOOK_AGAIN}", {"directives_plan.quantity": 5}),
    ("C05", E, "D24", {"talk_attendances_children.quantity": 2001}, f"ghi 2.001, lớn hơn tổng số lượt người tham dự tại ô D23 (2.000). {LOOK_AGAIN}", {"talk_attendances_children.quantity": 2000}),
    ("C06", E, "D25", {"talks_protection.quantity": 21}, f"ghi 21, lớn hơn tổng số cuộc truyền thông trực tiếp tại ô D22 (20). {LOOK_AGAIN}", {"talks_protection.quantity": 20}),
    ("C07", W, "D23", {"talk_attendances.quantity": 0, "talk_attendances_children.quantity": 0}, "có 20 cuộc truyền thông nhưng chưa ghi số lượt người tham dự.", {"talk_attendances.quantity": 1, "talk_attendances_children.quantity": 0}),
    ("C07", W, "D23", {"talk_attendances.quantity": None}, "có 20 cuộc truyền thông nhưng chưa ghi số lượt người tham dự.", {"talks.quantity": None, "talk_attendances.quantity": None}),
    ("C07", W, "D22", {"talks.quantity": 0, "talks_protection.quantity": 0}, "có 2.000 lượt người tham dự nhưng chưa ghi số cuộc truyền thông.", {"talks.quantity": 0, "talks_protection.quantity": 0, "talk_attendances.quantity": 0, "talk_attendances_children.quantity": 0}),
    ("C08", E, "D28", {"launch_date.quantity": None}, "đã ghi có tổ chức Lễ phát động nhưng chưa ghi ngày tổ chức.", {"launch_held.quantity": None, "launch_date.quantity": None}),
    ("C08", E, "D30", {"launch_attendance.quantity": None}, "đã ghi có tổ chức Lễ phát động nhưng chưa ghi số người tham dự.", {"launch_attendance.quantity": 400}),
    ("C09", W, "D30", {"launch_held.quantity": False, "launch_date.quantity": None}, "ghi không tổ chức Lễ phát động nhưng có số người tham dự (500).", {"launch_held.quantity": False, "launch_date.quantity": None, "launch_attendance.quantity": 0, "launch_attendance_children.quantity": 0}),
    ("C09", W, "D28", {"launch_held.quantity": False, "launch_attendance.quantity": 0}, "ghi không tổ chức Lễ phát động nhưng có ngày tổ chức (31/5/2019).", {"launch_held.quantity": None, "launch_attendance.quantity": 0}),
    ("C10", W, "D28", {"launch_date.quantity": "2019-03-06"}, "ngày tổ chức ghi 06/3/2019; đề nghị xác nhận có phải 03/6/2019 không.", {"launch_date.quantity": "2019-06-03"}),
    ("C10", W, "D28", {"launch_date.quantity": "2019-07-01"}, "ngày tổ chức ghi 01/7/2019; đề nghị xác nhận lại ngày tổ chức.", {"launch_date.quantity": "2019-06-30"}),
    ("C10", W, "D28", {"launch_date.quantity": "2019-05-14"}, "ngày tổ chức ghi 14/5/2019; đề nghị xác nhận lại ngày tổ chức.", {"launch_date.quantity": "2019-05-15"}),
    ("C11", E, "D31", {"launch_attendance_children.quantity": 501}, f"ghi 501, lớn hơn tổng số người tham dự Lễ phát động tại ô D30 (500). {LOOK_AGAIN}", {"launch_attendance_children.quantity": 500}),
    ("C12", E, "E35", {"raised.cost": 210.6}, f"ghi 210,6 nhưng tổng các khoản thành phần là 210,5. {ADD_UP}", {"raised.cost": 210.55}),
    ("C12", E, "E35", {"raised_kind.cost": None}, f"ghi 210,5 nhưng tổng các khoản thành phần là 150,5. {ADD_UP}", {"raised_cash.cost": None, "raised_kind.cost": None}),
    ("C13", E, "E38", {"fund_transfer.cost": 150.7}, f"ghi 150,7, lớn hơn số vận động được bằng tiền tại ô E36 (150,5). {LOOK_AGAIN}", {"fund_transfer.cost": 150.5}),
    ("C14", W, "D33", {"donor_organisations.quantity": 0, "donor_individuals.quantity": 0}, "có giá trị vận động nhưng chưa ghi số tổ chức, cá nhân ủng hộ.", {"donor_organisations.quantity": None, "donor_individuals.quantity": 1}),
    ("C14", W, "D33", {"donor_organisations.quantity": None, "donor_individuals.quantity": None}, "có giá trị vận động nhưng chưa ghi số tổ chức, cá nhân ủng hộ.", {"donor_organisations.quantity": 0, "donor_individuals.quantity": 0, "raised.cost": 0.0, "raised_cash.cost": 0.0, "raised_kind.cost": 0.0, "fund_transfer.cost": 0.0, "spending_donations.cost": 0.0, "spending.cost": 750.0, "spending_state.cost": 650.0}),
    ("C15", E, "D42", {"gifts_poor.quantity": 350}, f"ghi 350, lớn hơn tổng số trẻ em được thăm, tặng quà tại ô D41 (320). {LOOK_AGAIN}", {"gifts_poor.quantity": 320, "gifts_minority.quantity": 320, "gifts_special.quantity": 320, "gifts_girls.quantity": 320}),
    ("C15", E, "D43", {"gifts_minority.quantity": 321}, f"ghi 321, lớn hơn tổng số trẻ em được thăm, tặng quà tại ô D41 (320). {LOOK_AGAIN}", {"gifts_minority.quantity": None}),
    ("C15", E, "D44", {"gifts_special.quantity": 321}, f"ghi 321, lớn hơn tổng số trẻ em được thăm, tặng quà tại ô D41 (320). {LOOK_AGAIN}", {"gifts_special.quantity": 0}),
    ("C15", E, "D45", {"gifts_girls.quantity": 321}, f"ghi 321, lớn hơn tổng số trẻ em được thăm, tặng quà tại ô D41 (320). {LOOK_AGAIN}", {"gifts_girls.quantity": 321, "gifts.quantity": None}),
    ("C16", W, "D46", {"gift_parcels.quantity": 319}, "số suất quà (319) ít hơn số trẻ em được tặng quà (320).", {"gift_parcels.quantity": 320}),
    ("C16", W, "G9", {"Bieu 03[1].parcels": 29, "Bieu 03[1].amount": 3.866}, "số suất (29) ít hơn số trẻ em (30).", {"Bieu 03[1].parcels": None}),
    ("C17", W, "E41", {"gifts.cost": 672.0, "Bieu 03[0].amount": 668.0, "Bieu 03[0].parcel_value": 2226.667}, "bình quân 2.100.000 đồng/trẻ em; đề nghị kiểm tra đơn vị tính.", {"gifts.cost": 640.0}),
    ("C17", W, "E41", {"gifts.cost": 15.0, "Bieu 03[0].amount": 11.0, "Bieu 03[0].parcel_value": 36.667}, "bình quân 46.875 đồng/trẻ em; đề nghị kiểm tra đơn vị tính.", {"gifts.cost": 16.0}),
    ("C18", W, "E47", {"scholarships.cost": 153.0, "Bieu 03[2].amount": 153.0}, "bình quân 5.100.000 đồng/suất; đề nghị kiểm tra đơn vị tính.", {"scholarships.cost": 150.0}),
    ("C19", E, "D55", {"works_total.quantity": 5}, f"ghi 5 nhưng tổng các khoản thành phần là 4. {ADD_UP}", {"works_total.quantity": None}),
    ("C19", E, "E55", {"works_total.cost": 450.1}, f"ghi 450,1 nhưng tổng các khoản thành phần là 450. {ADD_UP}", {"works_total.cost": 450.05}),
    ("C20", E, "D52", {"playgrounds.quantity": 3, "works_total.quantity": 5}, "Biểu 02 có 2 công trình loại 1, Biểu 01 ghi 3.", {"playgrounds.quantity": None}),
    ("C20", E, "D53", {"schools.quantity": 2, "works_total.quantity": 5}, "Biểu 02 có 1 công trình loại 2, Biểu 01 ghi 2.", {"schools.quantity": 2, "Bieu 02[0].kind": None}),
    ("C20", E, "D54", {"Bieu 02[3].kind": "1. Điểm vui chơi, giải trí"}, "Biểu 02 có 0 công trình loại 3, Biểu 01 ghi 1.", {"Bieu 02[3].kind": "Khác"}),
    ("C20", E, "E52", {"Bieu 02[0].cost": 41.0}, "Biểu 02 cộng kinh phí công trình loại 1 là 101, Biểu 01 ghi 100.", {"Bieu 02[0].cost": 40.05}),
    ("C20", E, "D53", {"Bieu 02": []}, "Biểu 02 có 0 công trình loại 2, Biểu 01 ghi 1.", {"Bieu 02[2].kind": "2"}),
    ("C21", W, "D41", {"Bieu 03[0].children": 280}, "Biểu 03 cộng 310, Biểu 01 ghi 320.", {"Bieu 03[0].children": 280, "gifts.quantity": None}),
    ("C21", W, "E47", {"Bieu 03[2].parcel_value": 1100.0, "Bieu 03[2].amount": 33.0}, "Biểu 03 cộng 33, Biểu 01 ghi 30.", {"Bieu 03[2].amount": 30.04}),
    ("C21", W, "D48", {"school_kits.quantity": 41}, "Biểu 03 cộng 40, Biểu 01 ghi 41.", {"Bieu 03[3].form": "Xe đạp, đồ dùng học tập"}),
    ("C21", W, "D49", {"health_checks.quantity": 499}, "Biểu 03 cộng 500, Biểu 01 ghi 499.", {"health_checks.quantity": None}),
    ("C21", W, "E39", {"school_meals.cost": 31.0}, "Biểu 03 cộng 30, Biểu 01 ghi 31.", {"school_meals.cost": 30.05}),
    ("C22", E, "I8", {"Bieu 03[0].amount": 60.1}, "thành tiền ghi 60,1; 300 suất × 200 nghìn đồng = 60 triệu đồng.", {"Bieu 03[0].amount": 60.05}),
    ("C23", W, "D58", {"handover_children.quantity": 0}, "có 23 xã, phường, thị trấn lập danh sách bàn giao, tiếp nhận nhưng chưa ghi số trẻ em được bàn giao, tiếp nhận.", {"handover_communes.quantity": 0, "handover_children.quantity": 0}),
    ("C23", W, "D57", {"handover_communes.quantity": 0}, "có 8.000 trẻ em được bàn giao, tiếp nhận nhưng chưa ghi số xã, phường, thị trấn lập danh sách.", {"handover_communes.quantity": 1}),
    ("C25", W, "D60", {"summer_attendances.quantity": 0}, "có 30 hoạt động hè nhưng chưa ghi số lượt trẻ em tham gia.", {"summer_attendances.quantity": 1}),
    ("C25", W, "D62", {"swimming_children.quantity": 0}, "có 5 lớp dạy bơi nhưng chưa ghi số trẻ em được học bơi.", {"swimming_classes.quantity": 0, "swimming_children.quantity": 0}),
    ("C25", W, "D69", {"forum_children.quantity": 0, "forum_children_vulnerable.quantity": 0}, "có 1 diễn đàn trẻ em nhưng chưa ghi số trẻ em tham gia.", {"forum_children.quantity": 1, "forum_children_vulnerable.quantity": 0}),
    ("C25", W, "D73", {"skill_classes.quantity": None}, "có 240 trẻ em được tập huấn nhưng chưa ghi số lớp tập huấn.", {"skill_classes.quantity": None, "skill_children.quantity": None}),
    ("C26", W, "D62", {"swimming_children.quantity": 301}, "bình quân 60,2 trẻ em/lớp; đề nghị kiểm tra.", {"swimming_children.quantity": 300}),
    ("C26", W, "D74", {"skill_children.quantity": 29}, "bình quân 4,8 trẻ em/lớp; đề nghị kiểm tra.", {"skill_children.quantity": 30}),
    ("C27", E, "D64", {"danger_spots_fixed.quantity": 41}, f"ghi 41, lớn hơn tổng số điểm nguy hiểm được rà soát tại ô D63 (40). {LOOK_AGAIN}", {"danger_spots_fixed.quantity": 40}),
    ("C28", E, "D66", {"drowning_deaths.quantity": 1}, f"ghi 1, lớn hơn tổng số trẻ em tử vong do tai nạn, thương tích tại ô D65 (0). {LOOK_AGAIN}", {"drowning_deaths.quantity": 1, "injury_deaths.quantity": 1}),
    ("C29", N, "D65", {"injury_deaths.quantity": 1}, "có 1 trẻ em tử vong do tai nạn, thương tích trong tháng.", {"injury_deaths.quantity": None}),
    ("C30", E, "D70", {"forum_children_vulnerable.quantity": 151}, f"ghi 151, lớn hơn tổng số trẻ em tham gia Diễn đàn tại ô D69 (150). {LOOK_AGAIN}", {"forum_children_vulnerable.quantity": 150}),
    ("C30", E, "D72", {"proposals_settled.quantity": 21}, f"ghi 21, lớn hơn tổng số kiến nghị, sáng kiến được ghi nhận tại ô D71 (20). {LOOK_AGAIN}", {"proposals_settled.quantity": 20}),
    ("C30", E, "D76", {"clubs_new.quantity": 9}, f"ghi 9, lớn hơn tổng số mô hình, câu lạc bộ đang hoạt động tại ô D75 (8). {LOOK_AGAIN}", {"clubs_new.quantity": 8}),
    ("C31", E, "E78", {"spending.cost": 760.0}, f"ghi 760 nhưng tổng các nguồn (ô E79 đến E82) là 750. {ADD_UP}", {"spending.cost": 750.04}),
    ("C32", W, "E78", {"spending.cost": 740.0, "spending_state.cost": 490.0}, "tổng kinh phí ghi 740; cộng kinh phí các mục là 744,5.", {"spending.cost": 744.5, "spending_state.cost": 494.5}),
    ("C32", W, "E78", {"spending.cost": 790.0, "spending_state.cost": 540.0}, "tổng kinh phí ghi 790; cộng kinh phí các mục là 744,5.", {"spending.cost": 781.0, "spending_state.cost": 531.0}),
    ("C33", W, "E81", {"spending_donations.cost": 211.0, "spending_state.cost": 439.0}, "kinh phí từ nguồn vận động (211) lớn hơn tổng giá trị vận động được (210,5).", {"spending_donations.cost": 210.5, "spending_state.cost": 439.5}),
    ("C34", W, "E41", {"gifts.cost": 64_000_000.0}, f"ghi 64.000.000; {CONFIRM_UNIT} 64 triệu đồng.", {"gifts.cost": 64.0}),
    ("C34", W, "E41", {"gifts.cost": 64_000.0}, f"ghi 64.000; {CONFIRM_UNIT} 64 triệu đồng.", {"gifts.cost": 640.0}),
    ("C34", W, "E80", {"spending_funds.cost": 5000.5}, "ghi 5.000,5; biểu quy định đơn vị tính là triệu đồng. Đề nghị kiểm tra, xác nhận số liệu.", {"spending_funds.cost": 5000.0}),
    ("C34", W, "E80", {"spending_funds.cost": 185_500.0}, f"ghi 185.500; {CONFIRM_UNIT} 185,5 triệu đồng.", {"spending_funds.cost": None}),
]  # fmt: skip


def test_the_right_report_has_no_problem(prepared: checks.PreparedChecks) -> None:
    assert problems_with(prepared, {}) == []


@pytest.mark.parametrize(
    ("code", "severity", "cell", "changes", "message", "near_miss"), CASES, ids=[f"{case[0]}-{case[2]}" for case in CASES]
)
def test_each_rule_speaks_at_its_cell_and_not_a_step_before(
    prepared: checks.PreparedChecks, code: str, severity: Severity, cell: str, changes: dict, message: str, near_miss: dict
) -> None:
    told = {problem.cell: problem for problem in problems_with(prepared, changes)}
    assert cell in told, told
    assert (told[cell].code, told[cell].severity, told[cell].message) == (code, severity, message)
    silent = [problem for problem in problems_with(prepared, near_miss) if (problem.code, problem.cell) == (code, cell)]
    assert silent == []


def test_every_rule_of_the_domain_is_somewhere_and_every_one_of_the_form_has_a_case(form_2019: form.Form) -> None:
    in_form = {check.name for check in form_2019.checks}
    in_form |= {row.part_check for sheet in form_2019.sheets for row in sheet.rows if row.part_of}
    in_form |= {"C34" for sheet in form_2019.sheets for column in sheet.columns if column.limit}
    assert in_form | READER_RULES | NEED_HISTORY_OR_REGISTER == {f"C{number:02}" for number in range(1, 42)}
    assert in_form == {case[0] for case in CASES}


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
    assert rows[31].item == "5.10" or any(row.item == "5.10" for row in rows)


@pytest.mark.parametrize(
    ("unit", "asked"),
    [("UBND huyện Cao Lộc", True), ("H. CAO LỘC", True), ("Cao Loc", True), ("TP Lạng Sơn", True), ("Phòng LĐTBXH thành phố", True),
     ("Sở Y tế", False), ("Công an tỉnh Lạng Sơn", False), ("Hội Nông dân tỉnh", False), ("", False)],
)  # fmt: skip
def test_lines_for_districts_are_asked_of_districts_only(prepared: checks.PreparedChecks, unit: str, asked: bool) -> None:
    row = next(row for row in prepared.form.sheets[0].rows if row.name == "communes_active")
    assert checks.holds(prepared, row.relevant, filled_2019.filled(prepared.form), {"unit": unit}) is asked


def test_money_is_asked_only_where_something_was_done(prepared: checks.PreparedChecks) -> None:
    filled = filled_2019.filled(prepared.form)
    relevant = prepared.form.sheets[0].columns[1].relevant
    filled["gifts", "quantity"].value = 0
    filled["talks", "quantity"].value = None
    asked = {row: checks.holds(prepared, relevant, filled, {}, row=row) for row in ("gifts", "talks", "schools", "spending")}
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
    where = "units.csv"
    roster = units.parse_roster(units.read_csv((filled_2019.FOLDER / where).read_bytes(), where), where)
    kinds = [entry.unit.kind for entry in roster]
    required = [entry.unit for entry in roster if entry.obligation is units.Obligation.REQUIRED]
    assert kinds.count("district") == 11
    assert len([unit for unit in required if unit.kind == "department"]) == 24
    assert {entry.obligation for entry in roster if entry.unit.kind == "organisation"} == {units.Obligation.ASKED}
    addresses = [known.address for entry in roster for known in entry.unit.addresses]
    assert all(address.endswith(".example") for address in addresses)
    assert len(addresses) == len(set(addresses))


def test_districts_are_addressed_through_their_own_departments() -> None:
    where = "units.csv"
    roster = units.parse_roster(units.read_csv((filled_2019.FOLDER / where).read_bytes(), where), where)
    via = {entry.unit.short_name: (entry.unit.addressed_as, entry.unit.via) for entry in roster}
    assert via["huyện Cao Lộc"] == ("UBND huyện Cao Lộc", "Phòng Lao động - Thương binh và Xã hội - Dân tộc huyện")
    assert via["thành phố Lạng Sơn"] == ("UBND thành phố Lạng Sơn", "Phòng Lao động - Thương binh và Xã hội thành phố")


def test_no_alias_is_two_letters_alone() -> None:
    where = "units.csv"
    roster = units.parse_roster(units.read_csv((filled_2019.FOLDER / where).read_bytes(), where), where)
    assert [alias for entry in roster for alias in entry.unit.aliases if len(alias) < 3] == []
