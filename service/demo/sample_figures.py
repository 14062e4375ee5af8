"""Figures for a filled 2019 form that agree with one another, made from a seed: the same seed gives the same report.

Magnitudes are those of the press and of reports of such districts (30 scholarships of one million each, gifts of
200,000 to 500,000 đồng). Parts stay below their wholes, sums are sums, the lists add up to the lines that count them.
"""

import random
from dataclasses import dataclass, field
from datetime import date
from typing import Any

# Lines that only a district fills in: a department has no communes (scope H of the form).
DISTRICT_LINES = frozenset(
    {
        "communes_active", "broadcasts", "launch_communes", "handover_communes", "handover_children", "danger_spots",
        "danger_spots_fixed", "injury_deaths", "drowning_deaths",
    }
)  # fmt: skip

# The smallest district had eight communes in 2019: so many can take part in any of them.
_COMMUNES_EVERYWHERE = 8
_COMMUNES = (
    "Hợp Thành",
    "Gia Cát",
    "Tân Liên",
    "Mẫu Sơn",
    "Thụy Hùng",
    "Phú Xá",
    "Hồng Phong",
    "Song Giáp",
    "Bình Trung",
)
_DONORS = (
    ("Ngân sách nhà nước", "NSNN"),
    ("Quỹ Bảo trợ trẻ em tỉnh", "Quỹ BTTE"),
    ("Công ty TNHH một thành viên Hương Rừng", "Doanh nghiệp"),
    ("Hội Chữ thập đỏ", "Tổ chức trong nước"),
    ("Chương trình vùng của một tổ chức quốc tế", "Tổ chức quốc tế"),
    ("Nhóm thiện nguyện Hoa Đào", "Cá nhân"),
)
# form of support -> line it adds up to, number of records, children a record, value of one parcel in thousands of đồng
_SUPPORT: tuple[tuple[str, str, int, tuple[int, int], tuple[int, ...]], ...] = (
    ("Quà", "gifts", 3, (40, 120), (200, 300, 500)),
    ("Học bổng", "scholarships", 2, (10, 30), (500, 1000)),
    ("Xe đạp, đồ dùng học tập", "school_kits", 2, (10, 40), (300, 1500)),
    ("Khám chữa bệnh", "health_checks", 2, (50, 150), (50, 100)),
    ("Bữa ăn", "school_meals", 1, (60, 150), (150, 300)),
)
_WORKS = (
    ("1. Điểm vui chơi, giải trí", "playgrounds", "Sân chơi trẻ em"),
    ("2. Trường, lớp học, nhà bán trú", "schools", "Phòng học mầm non"),
    ("3. Khác", "other_works", "Bể nước, nhà vệ sinh trường học"),
)
# line -> lowest and highest quantity, lowest and highest cost in millions (None: the line asks no cost)
_COUNTED: dict[str, tuple[int, int, tuple[int, int] | None]] = {
    "directives": (4, 12, None),
    "communes_active": (8, 20, None),
    "news_items": (5, 40, (1, 9)),
    "broadcasts": (100, 500, (1, 9)),
    "banners": (20, 90, (2, 20)),
    "talks": (10, 40, (5, 30)),
    "talk_attendances": (900, 4000, None),
    "launch_communes": (3, 8, None),
    "launch_attendance": (300, 900, (10, 40)),
    "donor_organisations": (5, 30, None),
    "donor_individuals": (10, 90, None),
    "surgeries": (1, 6, (5, 60)),
    "handover_communes": (8, 20, None),
    "handover_children": (2000, 9000, None),
    "summer_events": (10, 60, (10, 50)),
    "summer_attendances": (2000, 9000, None),
    "swimming_classes": (3, 12, (5, 40)),
    "danger_spots": (20, 60, None),
    "forum_children": (300, 900, None),
    "forums": (3, 9, (5, 20)),
    "proposals": (20, 90, None),
    "skill_classes": (4, 12, (5, 30)),
    "clubs": (6, 20, (1, 9)),
}
_PARTS = {
    "directives_plan": "directives",
    "talk_attendances_children": "talk_attendances",
    "talks_protection": "talks",
    "launch_attendance_children": "launch_attendance",
    "gifts_poor": "gifts",
    "gifts_minority": "gifts",
    "gifts_special": "gifts",
    "gifts_girls": "gifts",
    "danger_spots_fixed": "danger_spots",
    "forum_children_vulnerable": "forum_children",
    "proposals_settled": "proposals",
    "clubs_new": "clubs",
}
_SPENT = (
    "news_items", "broadcasts", "banners", "talks", "launch_attendance", "school_meals", "gifts", "scholarships",
    "school_kits", "health_checks", "surgeries", "summer_events", "swimming_classes", "forums", "skill_classes",
    "clubs", "works_total",
)  # fmt: skip


@dataclass(slots=True)
class Figures:
    """One report: `lines` are name -> column -> value, `lists` sheet -> records in the order of the sheet's columns."""

    lines: dict[str, dict[str, Any]] = field(default_factory=dict)
    lists: dict[str, list[list[Any]]] = field(default_factory=dict)

    def quantity(self, line: str) -> int:
        """Return the quantity of a line."""
        return int(self.lines[line]["quantity"])


def figures(seed: int, *, district: bool) -> Figures:
    """Return a whole report that passes every check of the form."""
    chance = random.Random(seed)  # noqa: S311 - sample figures, no secret
    made = Figures()
    _give(chance, made)
    _build(chance, made)
    _meet(chance, made)
    _count(chance, made, district=district)
    _balance(chance, made)
    return made


def _money(chance: random.Random, low: int, high: int) -> float:
    return chance.randint(low * 10, high * 10) / 10


def _give(chance: random.Random, made: Figures) -> None:
    """Make the records of Biểu 03 and the lines they add up to."""
    records = made.lists.setdefault("Bieu 03", [])
    for kind, line, count, people, values in _SUPPORT:
        total, amount = 0, 0.0
        for _ in range(count):
            donor, source = chance.choice(_DONORS)
            children, each = chance.randint(*people), chance.choice(values)
            cost = round(children * each / 1000, 3)
            records.append([donor, source, kind, "Trẻ em nghèo, DTTS", children, children, each, cost, "đợt 1/6"])
            total, amount = total + children, round(amount + cost, 3)
        made.lines[line] = {"quantity": total, "cost": amount}


def _build(chance: random.Random, made: Figures) -> None:
    """Make the records of Biểu 02 and lines 6.1 to 6.4."""
    records = made.lists.setdefault("Bieu 02", [])
    for number, (kind, line, work) in enumerate(_WORKS):
        count, amount = 2 + number % 2, 0.0
        for commune in chance.sample(_COMMUNES, count):
            cost, day = _money(chance, 20, 200), date(2019, 6, chance.randint(1, 18))
            state = chance.choice(("Khởi công", "Hoàn thành", "Đang thực hiện"))
            records.append(
                [
                    f"{work} xã {commune}",
                    kind,
                    f"Xã {commune}",
                    state,
                    day,
                    cost,
                    "Xã hội hóa",
                    chance.randint(30, 400),
                    "",
                ]
            )
            amount = round(amount + cost, 3)
        made.lines[line] = {"quantity": count, "cost": amount}
    made.lines["works_total"] = {
        name: round(sum(made.lines[line][name] for _, line, _ in _WORKS), 3) for name in ("quantity", "cost")
    }


def _meet(chance: random.Random, made: Figures) -> None:
    """Make the records of Biểu 04."""
    made.lists["Bieu 04"] = [
        [
            f"Diễn đàn trẻ em xã {commune}", "Xã", date(2019, 6, chance.randint(1, 18)), "Chung tay vì trẻ em nghèo",
            chance.randint(50, 120), chance.randint(5, 40), chance.randint(1, 9), _money(chance, 1, 5), "",
        ]
        for commune in chance.sample(_COMMUNES, 5)
    ]  # fmt: skip


def _count(chance: random.Random, made: Figures, *, district: bool) -> None:
    """Fill the lines that no list adds up to, each part within its whole."""
    for line, (low, high, cost) in _COUNTED.items():
        made.lines[line] = {"quantity": chance.randint(low, high)} | ({"cost": _money(chance, *cost)} if cost else {})
    for part, whole in _PARTS.items():
        made.lines[part] = {"quantity": chance.randint(made.quantity(whole) // 4, made.quantity(whole) * 3 // 4)}
    for line in ("communes_active", "handover_communes"):
        made.lines[line]["quantity"] = min(made.quantity(line), _COMMUNES_EVERYWHERE)
    made.lines["danger_spots_fixed"]["cost"] = _money(chance, 1, 9)
    made.lines["gift_parcels"] = {"quantity": made.quantity("gifts") + chance.randint(0, 20)}
    made.lines["launch_held"], made.lines["launch_date"] = {"quantity": 1}, {"quantity": date(2019, 6, 1)}
    made.lines["swimming_children"] = {"quantity": made.quantity("swimming_classes") * chance.randint(15, 35)}
    made.lines["skill_children"] = {"quantity": made.quantity("skill_classes") * chance.randint(20, 60)}
    made.lines["injury_deaths"], made.lines["drowning_deaths"] = {"quantity": 0}, {"quantity": 0}
    if not district:
        for line in DISTRICT_LINES:
            del made.lines[line]


def _balance(chance: random.Random, made: Figures) -> None:
    """Fill the money of section IV and section IX, so that sums and sources agree."""
    spent = round(sum(made.lines[name]["cost"] for name in _SPENT if name in made.lines), 3)
    donated = round(spent * chance.randint(30, 50) / 100, 1)
    state, funds = round(spent * 0.4, 1), round(spent * 0.05, 1)
    cash = round(donated * 0.7, 1)
    in_kind = round(donated - cash + chance.randint(10, 50), 1)
    costs = {
        "raised": round(cash + in_kind, 1),
        "raised_cash": cash,
        "raised_kind": in_kind,
        "fund_transfer": round(cash / 5, 1),
        "spending": spent,
        "spending_state": state,
        "spending_funds": funds,
        "spending_donations": donated,
        "spending_other": round(spent - donated - state - funds, 3),
    }
    made.lines |= {name: {"cost": cost} for name, cost in costs.items()}
