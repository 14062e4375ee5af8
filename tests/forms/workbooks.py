"""Filled workbooks for tests, in the layout of the 2019 form, with about 300 figures that agree.

Written with openpyxl and xlwt directly, not with forms.blank, so that a mistake in ours cannot hide itself.
"""

import io
import random
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

import openpyxl
import xlwt
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import coordinate_to_tuple
from openpyxl.workbook.defined_name import DefinedName

from forms.form import Form, Sheet

FIRST_LINE = 14
TABLE_TOP = 11
LIST_TOP = 6
# The smallest district had eight communes in 2019: so many can take part in any of them.
COMMUNES = 8
SHEETS = ("Bieu 01", "Bieu 02", "Bieu 03", "Bieu 04", "Thuyet minh")
Cells = dict[str, dict[str, Any]]

_COMMUNES = (
    "Hợp Thành",
    "Gia Cát",
    "Tân Liên",
    "Công Sơn",
    "Mẫu Sơn",
    "Thụy Hùng",
    "Phú Xá",
    "Hồng Phong",
    "Song Giáp",
    "Bình Trung",
)
_DONORS = (
    ("Ngân sách huyện", "NSNN"),
    ("Quỹ Bảo trợ trẻ em tỉnh", "Quỹ BTTE"),
    ("Công ty TNHH Xuân Cương", "Doanh nghiệp"),
    ("Hội Chữ thập đỏ huyện", "Tổ chức trong nước"),
    ("Tổ chức Tầm nhìn Thế giới", "Tổ chức quốc tế"),
    ("Ông Hoàng Văn Bình", "Cá nhân"),
)
_GIVEN = (
    ("Quà", "gifts", 3, (40, 120), (200, 300, 500)),
    ("Học bổng", "scholarships", 2, (10, 30), (500, 1000)),
    ("Xe đạp, đồ dùng học tập", "school_kits", 2, (10, 40), (300, 1500)),
    ("Khám chữa bệnh", "health_checks", 2, (50, 150), (50, 100)),
    ("Bữa ăn", "school_meals", 1, (60, 150), (150, 300)),
)
_WORKS = (
    ("1. Điểm vui chơi, giải trí", "playgrounds"),
    ("2. Trường, lớp học, nhà bán trú", "schools"),
    ("3. Khác", "other_works"),
)


def _between(chance: random.Random, low: int, high: int) -> int:
    return chance.randint(low, high)


def _money(chance: random.Random, low: int, high: int) -> float:
    return chance.randint(low * 10, high * 10) / 10


def _given(chance: random.Random, lines: dict[str, dict[str, Any]]) -> list[list[Any]]:
    """Make the records of Biểu 03 and the lines they add up to."""
    records = []
    for kind, line, count, people, values in _GIVEN:
        total, amount = 0, 0.0
        for _ in range(count):
            donor, source = chance.choice(_DONORS)
            children, each = _between(chance, *people), chance.choice(values)
            records.append(
                [
                    donor,
                    source,
                    kind,
                    "Trẻ em nghèo, DTTS",
                    children,
                    children,
                    each,
                    round(children * each / 1000, 3),
                    "đợt 1/6",
                ]
            )
            total, amount = total + children, round(amount + children * each / 1000, 3)
        lines[line] = {"quantity": total, "cost": amount}
    return records


def _works(chance: random.Random, lines: dict[str, dict[str, Any]]) -> list[list[Any]]:
    """Make the records of Biểu 02 and lines 6.1 to 6.4."""
    records = []
    for number, (kind, line) in enumerate(_WORKS):
        count, amount = 2 + number % 2, 0.0
        for built in range(count):
            cost, commune = _money(chance, 20, 200), chance.choice(_COMMUNES)
            day = datetime(2019, 6, _between(chance, 1, 28))
            state = chance.choice(("Khởi công", "Hoàn thành", "Đang thực hiện"))
            records.append(
                [
                    f"{kind[3:]} số {built + 1}",
                    kind,
                    f"Xã {commune}",
                    state,
                    day,
                    cost,
                    "Vận động xã hội hóa",
                    _between(chance, 30, 400),
                    "có ảnh",
                ]
            )
            amount = round(amount + cost, 3)
        lines[line] = {"quantity": count, "cost": amount}
    lines["works_total"] = {
        name: round(sum(lines[line][name] for _, line in _WORKS), 3) for name in ("quantity", "cost")
    }
    return records


def _forums(chance: random.Random) -> list[list[Any]]:
    return [
        [f"Diễn đàn trẻ em xã {commune}", "Xã", datetime(2019, 6, _between(chance, 1, 28)), "Môi trường an toàn",
         _between(chance, 50, 120), _between(chance, 5, 40), _between(chance, 1, 9), _money(chance, 1, 5), "tại xã"]
        for commune in chance.sample(_COMMUNES, 7)
    ]  # fmt: skip


def _counted(chance: random.Random, lines: dict[str, dict[str, Any]]) -> None:
    """Fill the lines that no list adds up to, each part within its whole."""

    def line(name: str, low: int, high: int, cost: tuple[int, int] | None = None) -> int:
        lines[name] = {"quantity": _between(chance, low, high)} | ({"cost": _money(chance, *cost)} if cost else {})
        return int(lines[name]["quantity"])

    def part(name: str, whole: int) -> None:
        lines[name] = {"quantity": _between(chance, whole // 4, whole * 3 // 4)}

    part("directives_plan", line("directives", 4, 12) // 2)
    line("communes_active", 8, 20)
    line("news_items", 5, 40, (1, 9)), line("broadcasts", 100, 500, (1, 9)), line("banners", 20, 90, (2, 20))
    talks = line("talks", 10, 40, (5, 30))
    part("talk_attendances_children", line("talk_attendances", 900, 4000)), part("talks_protection", talks)
    lines["launch_held"], lines["launch_date"] = {"quantity": 1}, {"quantity": datetime(2019, 6, 1)}
    line("launch_communes", 3, 8)
    part("launch_attendance_children", line("launch_attendance", 300, 900, (10, 40)))
    line("donor_organisations", 5, 30), line("donor_individuals", 10, 90)
    gifts = int(lines["gifts"]["quantity"])
    for name in ("gifts_poor", "gifts_minority", "gifts_special", "gifts_girls"):
        part(name, gifts)
    lines["gift_parcels"] = {"quantity": gifts + _between(chance, 0, 20)}
    line("surgeries", 1, 6, (5, 60)), line("handover_communes", 8, 20), line("handover_children", 2000, 9000)
    line("summer_events", 10, 60, (10, 50)), line("summer_attendances", 2000, 9000)
    lines["swimming_children"] = {"quantity": line("swimming_classes", 3, 12, (5, 40)) * _between(chance, 15, 35)}
    spots = line("danger_spots", 20, 60)
    part("danger_spots_fixed", spots)
    for name in ("communes_active", "handover_communes"):
        lines[name]["quantity"] = min(lines[name]["quantity"], COMMUNES)
    lines["danger_spots_fixed"]["cost"] = _money(chance, 1, 9)
    lines["injury_deaths"], lines["drowning_deaths"] = {"quantity": 0}, {"quantity": 0}
    part("forum_children_vulnerable", line("forum_children", 300, 900))
    line("forums", 3, 9, (5, 20)), part("proposals_settled", line("proposals", 20, 90))
    lines["skill_children"] = {"quantity": line("skill_classes", 4, 12, (5, 30)) * _between(chance, 20, 60)}
    part("clubs_new", line("clubs", 6, 20, (1, 9)))


_SPENT = (
    "news_items", "broadcasts", "banners", "talks", "launch_attendance", "school_meals", "gifts", "scholarships",
    "school_kits", "health_checks",
    "surgeries", "summer_events", "swimming_classes", "forums", "skill_classes", "clubs", "works_total",
)  # fmt: skip


def _sums(chance: random.Random, lines: dict[str, dict[str, Any]]) -> None:
    """Fill section IV's money and section IX so that sums and sources agree."""
    spent = round(sum(lines[name]["cost"] for name in _SPENT), 3)
    donated = round(spent * chance.randint(30, 50) / 100, 1)
    state, funds = round(spent * 0.4, 1), round(spent * 0.05, 1)
    other = round(spent - donated - state - funds, 3)
    cash = round(donated * 0.7, 1)
    kind = round(donated - cash + _between(chance, 10, 50), 1)
    lines |= {name: {"cost": cost} for name, cost in (
        ("raised", round(cash + kind, 1)), ("raised_cash", cash), ("raised_kind", kind),
        ("fund_transfer", round(cash / 5, 1)),
        ("spending", spent), ("spending_state", state), ("spending_funds", funds), ("spending_donations", donated),
        ("spending_other", other),
    )}  # fmt: skip


def content_2019(form: Form, unit_name: str, seed: int) -> Cells:
    """Return the content of a filled 2019 workbook as sheet -> address -> value, about 300 figures and texts, valid
    against `form`."""
    chance = random.Random(seed)
    lines: dict[str, dict[str, Any]] = {}
    lists = {"Bieu 03": _given(chance, lines), "Bieu 02": _works(chance, lines), "Bieu 04": _forums(chance)}
    _counted(chance, lines)
    _sums(chance, lines)
    main = next(sheet for sheet in form.sheets if sheet.kind == "rows")
    content: Cells = {"Bieu 01": _top(form, unit_name, chance) | _table(main, lines)}
    for sheet in form.sheets:
        if sheet.kind == "list":
            content[sheet.name] = _list(sheet, lists[sheet.name])
    content["Thuyet minh"] = _texts(next(sheet for sheet in form.sheets if sheet.kind == "text"), chance)
    return content


def _top(form: Form, unit_name: str, chance: random.Random) -> dict[str, Any]:
    return {
        "A1": unit_name.upper(), "A2": "PHÒNG LĐTBXH - DÂN TỘC", "A3": "Số:      /BC-LĐTBXH-DT",
        "D1": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "D2": "Độc lập - Tự do - Hạnh phúc",
        "D3": "Lạng Sơn, ngày 03 tháng 7 năm 2019",
        "A4": form.title, "A5": "(Kèm theo Công văn số 123/SLĐTBXH-TEBĐG ngày 25/4/2019)",
        "A6": "Tên đơn vị báo cáo:", "C6": unit_name,
        "A7": "Người lập biểu:", "C7": "Hoàng Thị A", "D7": "Chức vụ:", "E7": "Chuyên viên",
        "A8": "Điện thoại:", "C8": f"0912 000 {chance.randint(100, 999)}", "D8": "Thư điện tử:",
        "E8": "lap.bieu@donvi.example",
        "A9": "Ngày lập báo cáo:", "C9": "03/7/2019", "D9": "Kỳ báo cáo:", "E9": "Tháng 6/2019",
        "A10": "(đơn vị tính kinh phí: triệu đồng)", "F10": f"Mã biểu: {form.code}",
        "A11": "STT", "B11": "Nội dung", "C11": "Đơn vị tính", "D11": "Kết quả", "F11": "Ghi chú", "D12": "Số lượng",
        "E12": "Kinh phí (tr.đ)",
        "A13": "(A)", "B13": "(B)", "C13": "(C)", "D13": "(1)", "E13": "(2)", "F13": "(3)",
        "A84": "Ghi chú: số liệu tính đến ngày 30/6/2019", "A86": "NGƯỜI LẬP BIỂU", "A87": "(Ký, ghi rõ họ tên)",
        "D86": "TL. CHỦ TỊCH",
        "D87": "TRƯỞNG PHÒNG", "D88": "(Ký tên, đóng dấu)", "A90": "Hoàng Thị A", "D90": "Nông Văn B",
    }  # fmt: skip


def _table(sheet: Sheet, lines: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for row, line in enumerate(sheet.rows, start=FIRST_LINE):
        cells |= {f"A{row}": line.item, f"B{row}": line.label}
        if line.section:
            continue
        cells[f"C{row}"] = line.unit
        for letter, name in (("D", "quantity"), ("E", "cost")):
            if name in line.columns:
                cells[f"{letter}{row}"] = lines[line.name][name]
    return cells


def _list(sheet: Sheet, records: list[list[Any]]) -> dict[str, Any]:
    cells: dict[str, Any] = {"A2": sheet.title}
    letters = "ABCDEFGHIJ"
    for letter, label in zip(letters, (sheet.item, *(column.label for column in sheet.columns)), strict=True):
        cells[f"{letter}{LIST_TOP}"] = label
    for number, letter in enumerate(letters):
        cells[f"{letter}{LIST_TOP + 1}"] = f"({number})" if number else "(A)"
    for row, record in enumerate(records, start=LIST_TOP + 2):
        cells[f"A{row}"] = row - LIST_TOP - 1
        cells |= {f"{letter}{row}": value for letter, value in zip(letters[1:], record, strict=True)}
    cells[f"B{LIST_TOP + 2 + len(records)}"] = "Cộng"
    return cells


def _texts(sheet: Sheet, chance: random.Random) -> dict[str, Any]:
    cells: dict[str, Any] = {"A2": sheet.title, "A6": sheet.item, "B6": sheet.label, "C6": sheet.columns[0].label}
    for row, line in enumerate(sheet.rows, start=7):
        said = f"Các hoạt động được triển khai tại {chance.randint(8, 20)} xã, thị trấn; nguồn lực còn hạn chế."
        cells |= {f"A{row}": line.item, f"B{row}": line.label, f"C{row}": said}
    return cells


def _apply(content: Cells, changes: Mapping[str, Any] | None, sheets: Collection[str]) -> Cells:
    """Return the sheets wanted, with `changes` made.

    Address of `Bieu 01`, or "Bieu 02!C8" -> value; None empties the cell.
    """
    for place, value in (changes or {}).items():
        sheet, _, address = place.rpartition("!")
        cells = content.setdefault(sheet or "Bieu 01", {})
        cells[address] = value
    return {
        name: {address: value for address, value in cells.items() if value is not None}
        for name, cells in content.items()
        if name in sheets
    }


def filled_2019(
    form: Form, unit_name: str, seed: int, changes: Mapping[str, Any] | None = None, sheets: Collection[str] = SHEETS
) -> bytes:
    """Return an .xlsx workbook of the 2019 form, filled by `seed`, valid unless `changes` spoil it.

    `changes` maps an address of `Bieu 01` ("D41") or of another sheet ("Bieu 02!C8") to its new content; None empties
    the cell, a text that begins with "=" is a formula without a stored result. `sheets` are the sheets kept.
    """
    return write_xlsx(_apply(content_2019(form, unit_name, seed), changes, sheets), form.code)


def write_xlsx(
    content: Mapping[str, Mapping[str, Any]],
    code: str = "",
    merged: Collection[str] = ("A4:F4", "A5:F5", "D11:E11", "A11:A12", "B11:B12", "C11:C12", "F11:F12"),
) -> bytes:
    """Return an .xlsx workbook of `content` (sheet -> address -> value); `code` goes into the defined name MA_BIEU."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    thin = Side(style="thin")
    looks = {
        "font": Font(name="Times New Roman", size=12),
        "border": Border(left=thin, right=thin, top=thin, bottom=thin),
        "alignment": Alignment(wrap_text=True),
    }
    for name, cells in content.items():
        page = book.create_sheet(name)
        for address, value in cells.items():
            cell = page[address]
            cell.value = value
            cell.font, cell.border, cell.alignment = looks["font"], looks["border"], looks["alignment"]
            if isinstance(value, (datetime, date)):
                cell.number_format = "dd/mm/yyyy"
        for area in merged if name == "Bieu 01" else ():
            page.merge_cells(area)
    if code:
        book.defined_names["MA_BIEU"] = DefinedName("MA_BIEU", attr_text=f'"{code}"')
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def filled_2019_xls(
    form: Form,
    unit_name: str,
    seed: int,
    changes: Mapping[str, Any] | None = None,
    sheets: Collection[str] = SHEETS,
    font: str = "Times New Roman",
) -> bytes:
    """Return the same workbook as `filled_2019` in the binary format of Excel 97 to 2003.

    `font` is that of every cell.
    """
    return write_xls(_apply(content_2019(form, unit_name, seed), changes, sheets), font)


def write_xls(content: Mapping[str, Mapping[str, Any]], font: str = "Times New Roman") -> bytes:
    """Return an .xls workbook of `content` (sheet -> address -> value)."""
    book = xlwt.Workbook(encoding="utf-8")
    plain, day = xlwt.easyxf(f"font: name {font}"), xlwt.easyxf(f"font: name {font}", num_format_str="DD/MM/YYYY")
    for name, cells in content.items():
        page = book.add_sheet(name)
        for address, value in cells.items():
            row, column = coordinate_to_tuple(address)
            formula = isinstance(value, str) and value.startswith("=")
            page.write(
                row - 1,
                column - 1,
                xlwt.Formula(value[1:]) if formula else value,
                day if isinstance(value, (datetime, date)) else plain,
            )
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
