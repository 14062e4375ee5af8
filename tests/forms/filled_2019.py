"""A report of 2019 that satisfies every rule, as the reader hands it to the checks; tests change a figure in it."""

from pathlib import Path

from forms import checks, form
from roll import units

FOLDER = Path(__file__).parents[2] / "campaigns" / "thang-hanh-dong-2019"

# row name: (quantity, cost); None where the form does not ask
FIGURES = {
    "directives": (5, None),
    "directives_plan": (1, None),
    "communes_active": (23, None),
    "news_items": (40, 8.0),
    "broadcasts": (300, 2.0),
    "banners": (60, 12.5),
    "talks": (20, 15.0),
    "talk_attendances": (2000, None),
    "talk_attendances_children": (1500, None),
    "talks_protection": (12, None),
    "launch_held": (True, None),
    "launch_date": ("2019-05-31", None),
    "launch_communes": (10, None),
    "launch_attendance": (500, 20.0),
    "launch_attendance_children": (350, None),
    "donor_organisations": (12, None),
    "donor_individuals": (45, None),
    "raised": (None, 210.5),
    "raised_cash": (None, 150.5),
    "raised_kind": (None, 60.0),
    "fund_transfer": (None, 50.0),
    "school_meals": (100, 30.0),
    "gifts": (320, 64.0),
    "gifts_poor": (200, None),
    "gifts_minority": (250, None),
    "gifts_special": (80, None),
    "gifts_girls": (160, None),
    "gift_parcels": (330, None),
    "scholarships": (30, 30.0),
    "school_kits": (40, 20.0),
    "health_checks": (500, 25.0),
    "surgeries": (2, 10.0),
    "playgrounds": (2, 100.0),
    "schools": (1, 300.0),
    "other_works": (1, 50.0),
    "works_total": (4, 450.0),
    "handover_communes": (23, None),
    "handover_children": (8000, None),
    "summer_events": (30, 20.0),
    "summer_attendances": (4000, None),
    "swimming_classes": (5, 15.0),
    "swimming_children": (120, None),
    "danger_spots": (40, None),
    "danger_spots_fixed": (25, 5.0),
    "injury_deaths": (0, None),
    "drowning_deaths": (0, None),
    "forums": (1, 10.0),
    "forum_children": (150, None),
    "forum_children_vulnerable": (90, None),
    "proposals": (20, None),
    "proposals_settled": (12, None),
    "skill_classes": (6, 9.0),
    "skill_children": (240, None),
    "clubs": (8, 4.0),
    "clubs_new": (1, None),
    "spending": (None, 750.0),
    "spending_state": (None, 500.0),
    "spending_funds": (None, 50.0),
    "spending_donations": (None, 150.0),
    "spending_other": (None, 50.0),
}
WORKS = [
    ("Sân chơi thôn Nà Pài", "1. Điểm vui chơi, giải trí", 40.0),
    ("Sân chơi thôn Bản Luận", "1. Điểm vui chơi, giải trí", 60.0),
    ("Nhà bán trú Trường PTDTBT Xuất Lễ", "2. Trường, lớp học, nhà bán trú", 300.0),
    ("Bể nước Trường Mầm non Hợp Thành", "3. Khác", 50.0),
]
# form, children, parcels, value of a parcel (nghìn đồng), amount (triệu đồng)
SUPPORT = [
    ("Quà", 290, 300, 200.0, 60.0),
    ("Quà", 30, 30, 133.3, 4.0),
    ("Học bổng", 30, 30, 1000.0, 30.0),
    ("Xe đạp, đồ dùng học tập", 40, 40, 500.0, 20.0),
    ("Khám chữa bệnh", 500, 500, 50.0, 25.0),
    ("Bữa ăn", 100, 100, 300.0, 30.0),
]
HEADER = {"unit": "UBND huyện Cao Lộc", "date": "2019-07-03"}
FIRST_ROW = 14


def load() -> form.Form:
    return form.load_form((FOLDER / "form.toml").read_bytes(), "form.toml")


def roster() -> tuple[units.RosterEntry, ...]:
    """Return the roster of the campaign, with its numbers about the units."""
    numbers = load().unit_numbers
    rows = units.read_csv((FOLDER / "units.csv").read_bytes(), "units.csv", numbers)
    return units.parse_roster(rows, "units.csv", numbers)


def filled(form_2019: form.Form) -> checks.Filled:
    """Return the figures at the addresses of the blank workbook."""
    cells: checks.Filled = {}
    for row_number, row in enumerate(form_2019.sheets[0].rows, start=FIRST_ROW):
        for column in row.columns:
            letter, position = ("D", 0) if column == "quantity" else ("E", 1)
            value = FIGURES[row.name][position]
            cells[row.name, column] = checks.FilledCell(value, "Bieu 01", f"{letter}{row_number}")
    return cells


def records() -> checks.Records:
    """Return the records of the lists at the addresses of the blank workbook."""
    works = [
        _record("Bieu 02", number, {"B": ("work", work), "C": ("kind", kind), "G": ("cost", cost)})
        for number, (work, kind, cost) in enumerate(WORKS, start=8)
    ]
    names = ("form", "children", "parcels", "parcel_value", "amount")
    support = [
        _record("Bieu 03", number, dict(zip("DFGHI", zip(names, line, strict=True), strict=True)))
        for number, line in enumerate(SUPPORT, start=8)
    ]
    return {"Bieu 02": works, "Bieu 03": support, "Bieu 04": []}


def _record(sheet: str, row: int, cells: dict) -> dict[str, checks.FilledCell]:
    return {name: checks.FilledCell(value, sheet, f"{letter}{row}") for letter, (name, value) in cells.items()}
