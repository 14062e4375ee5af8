"""A damage report after a storm: codes before the labels, headings of groups that carry a sum of money themselves.

The same form also comes back filled in, in the old format.
"""

from typing import Any

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

# item, code, label, unit, cells to fill in (E number, F value), formula of the value
LINES = (
    ("1", "NG", "THIỆT HẠI VỀ NGƯỜI", "", "", ""),
    ("1.1", "NG01", "Số người chết", "người", "E", ""),
    ("", "NG011", "Trong đó: - Trẻ em dưới 16 tuổi", "người", "E", ""),
    ("", "NG012", "                 - Phụ nữ", "người", "E", ""),
    ("1.2", "NG02", "Số người mất tích", "người", "E", ""),
    ("1.3", "NG03", "Số người bị thương", "người", "E", ""),
    ("1.4", "NG05", "Số hộ bị ảnh hưởng trực tiếp", "hộ", "E", ""),
    ("2", "NH", "THIỆT HẠI VỀ NHÀ Ở", "", "F", "=SUM(F{8}:F{10})"),
    ("2.1", "NH01", "Nhà bị sập, đổ, cuốn trôi", "nhà", "EF", ""),
    ("2.2", "NH02", "Nhà bị tốc mái, hư hỏng", "nhà", "EF", ""),
    ("2.3", "NH03", "Nhà bị ngập nước", "nhà", "EF", ""),
    ("2.4", "NH04", "Nhà phải di dời khẩn cấp", "nhà", "E", ""),
    ("3", "NLN", "THIỆT HẠI VỀ NÔNG, LÂM NGHIỆP", "", "F", "=F{13}+F{15}+F{16}+F{17}+F{18}"),
    ("3.1", "NLN01", "Diện tích lúa bị ngập, đổ", "ha", "EF", ""),
    ("", "NLN011", "Trong đó: mất trắng (trên 70%)", "ha", "EF", ""),
    ("3.2", "NLN02", "Diện tích rau, màu bị thiệt hại", "ha", "EF", ""),
    ("3.3", "NLN03", "Cây ăn quả bị đổ, gãy", "cây", "EF", ""),
    ("3.4", "CN01", "Gia súc bị chết, cuốn trôi", "con", "EF", ""),
    ("3.5", "CN02", "Gia cầm bị chết, cuốn trôi", "con", "EF", ""),
    ("4", "GT", "THIỆT HẠI VỀ GIAO THÔNG, THỦY LỢI", "", "F", "=SUM(F{20}:F{23})"),
    ("4.1", "GT01", "Chiều dài đường bị sạt lở, hư hỏng", "km", "EF", ""),
    ("4.2", "GT02", "Khối lượng đất, đá sạt lở", "m3", "EF", ""),
    ("4.3", "GT03", "Cầu, cống bị hư hỏng", "cái", "EF", ""),
    ("4.4", "TL01", "Kênh, mương bị sạt lở, hư hỏng", "m", "EF", ""),
    ("5", "", "ƯỚC TỔNG GIÁ TRỊ THIỆT HẠI (5 = 2 + 3 + 4)", "", "F", "=F{7}+F{12}+F{19}"),
)
FIRST = 13
# number and value of the lines that ask for them, the sums as values
FIGURES: dict[str, Any] = {
    "A8": "Địa phương báo cáo: UBND huyện Bình Gia",
    "D8": "Báo cáo lần thứ: 03",
    "A9": "Thời điểm chốt số liệu: 17 giờ 00 ngày 09/9/2024",
    "D9": "Người trực ban: Vi Văn D",
    **{f"E{row}": value for row, value in enumerate((1, 0, 1, 0, 4, 356), start=14)},
    **{f"E{row}": value for row, value in enumerate((3, 87, 112, 25), start=21)},
    **{f"E{row}": value for row, value in enumerate((164.5, 38.25, 42.7, 1250, 16, 4310), start=26)},
    **{f"E{row}": value for row, value in enumerate((2.35, 18600, 7, 940), start=33)},
    **{f"F{row}": value for row, value in enumerate((1535, 240, 1015, 280), start=20)},
    **{f"F{row}": value for row, value in enumerate((3042.5, 1480.5, 765, 640, 187, 388, 347), start=25)},
    **{f"F{row}": value for row, value in enumerate((6845, 3525, 1860, 980, 480, 11422.5), start=32)},
}


def draw() -> Workbook:
    return draw_with({})


def draw_filled() -> Workbook:
    """Return the form as a district filled it in."""
    return draw_with(FIGURES)


def draw_with(figures: dict[str, object]) -> Workbook:
    book, (page,) = drawing.new("BC nhanh thien tai", size=13)
    page.widths(6, 10, 52, 12, 16, 20)
    page.motto(
        ("A", "C"), ("D", "F"), ("BAN CHỈ HUY PHÒNG, CHỐNG", "THIÊN TAI VÀ TÌM KIẾM CỨU NẠN"), "……, ngày …/…/2024"
    )
    page.put("A5:F5", "BÁO CÁO NHANH TÌNH HÌNH THIỆT HẠI DO THIÊN TAI GÂY RA", "center bold red", size=15)
    page.put("A6:F6", "(Mẫu số 02 - Đợt mưa lũ sau bão số 3 năm 2024)", "center italic")
    page.put("A8:C8", "Địa phương báo cáo: ………………………………………", "left bold")
    page.put("D8:F8", "Báo cáo lần thứ: ……………", "left")
    page.put("A9:C9", "Thời điểm chốt số liệu: … giờ … ngày …/…/2024", "left")
    page.put("D9:F9", "Người trực ban: ……………", "left")
    heads = ("TT", "Mã", "Chỉ tiêu thiệt hại", "Đơn vị tính", "Số lượng", "Ước giá trị thiệt hại (triệu đồng)")
    page.row(11, heads, [f"{drawing.HEAD} teal"])
    page.row(12, ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)"), ["center italic box"])
    for row, line in enumerate(LINES, start=FIRST):
        _draw_line(page, row, *line)
    last = FIRST + len(LINES)
    page.put(f"A{last}:F{last}", "Ghi chú: ô có dấu x không phải báo cáo.", "italic")
    page.sign(last + 2, ("A", "C", ["NGƯỜI TỔNG HỢP"]), ("D", "F", ["TRƯỞNG BAN", "(Ký tên, đóng dấu)"]))
    for cell, value in figures.items():
        page.sheet[cell].value = value
    page.fit(titles="11:12")
    return book


def _draw_line(
    page: drawing.Page, row: int, item: str, code: str, label: str, unit: str, asked: str, sum_: str
) -> None:
    bold = "" if unit else "bold "
    looks = [f"{bold}center box", f"{bold}center box", f"{bold}left wrap box", "center box"]
    page.row(row, (item or None, code or None, label, unit or None), looks)
    shapes = {"E": "#,##0.00" if unit in {"ha", "km"} else "#,##0", "F": "#,##0.0"}
    for column, shape in shapes.items():
        if column in asked:
            page.put(f"{column}{row}", _moved(sum_) if column == "F" else None, f"{bold}right box", shape)
        else:
            page.put(f"{column}{row}", "x" if asked else None, "center box")


def _moved(formula: str) -> str | None:
    """Return `formula` with the numbers of lines turned into rows."""
    return formula.format(*range(FIRST, FIRST + len(LINES))) or None
