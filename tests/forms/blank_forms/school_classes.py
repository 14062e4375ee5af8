"""A form of an education office with a header of three rows: pupils, by grade, all and girls."""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

ALL, TOTAL_ONLY = "DEFGHIJKLM", "DFHJL"
# item, label, cells to fill in
LINES = (
    ("1", "Số lớp (*)", TOTAL_ONLY),
    ("2", "Số học sinh có mặt đầu năm học (*)", ALL),
    ("", "Trong đó: - Học sinh dân tộc thiểu số", ALL),
    ("", "              - Học sinh thuộc hộ nghèo, cận nghèo", ALL),
    ("", "              - Học sinh khuyết tật học hòa nhập", ALL),
    ("3", "Số học sinh tuyển mới", "DELM"),
    ("4", "Số học sinh lưu ban", ALL),
    ("5", "Số học sinh chuyển đến", ALL),
    ("6", "Số học sinh chuyển đi", ALL),
    ("7", "Số học sinh bỏ học trong hè", ALL),
    ("", "Trong đó: do hoàn cảnh gia đình khó khăn", ALL),
    ("8", "Số học sinh học 2 buổi/ngày", TOTAL_ONLY),
    ("9", "Số học sinh bán trú", ALL),
)
FIRST = 13


def draw() -> Workbook:
    book, (page,) = drawing.new("THCS", size=11)
    page.widths(5, 42, 8, *[8.5] * 10)
    page.motto(
        ("A", "B"), ("F", "M"), ("PHÒNG GIÁO DỤC VÀ ĐÀO TẠO", "TRƯỜNG ……………………………"), "………, ngày …… tháng 9 năm 2024"
    )
    page.put("A5:M5", "BÁO CÁO THỐNG KÊ HỌC SINH TRUNG HỌC CƠ SỞ", "center bold", size=14)
    page.put("A6:M6", "(Kỳ đầu năm học 2024 - 2025; số liệu đến ngày 15/9/2024)", "center italic")
    page.put("B7", "Tên trường: ………………………………………")
    page.put("D7:I7", "Xã, phường, thị trấn: …………………………")
    page.put("J7:M7", "Mã trường: ……………")
    page.head(A9_A11="TT", B9_B11="Chỉ tiêu", C9_C11="ĐVT", D9_M9="Số học sinh")
    page.head(D10_E10="Khối 6", F10_G10="Khối 7", H10_I10="Khối 8", J10_K10="Khối 9", L10_M10="Toàn trường")
    for column in ALL:
        page.head(**{f"{column}11": "Tổng số" if column in TOTAL_ONLY else "Nữ"})
    page.row(12, [f"({number})" for number in range(1, 14)], ["center italic box"])
    for row, line in enumerate(LINES, start=FIRST):
        _draw_line(page, row, *line)
    last = FIRST + len(LINES) - 1
    page.put(
        f"A{last + 1}:M{last + 1}", "(*) Chỉ tiêu bắt buộc phải báo cáo. Ô gạch chéo (x) không phải điền.", "italic"
    )
    page.put(f"A{last + 2}:M{last + 2}", "Toàn trường = Khối 6 + Khối 7 + Khối 8 + Khối 9.", "italic")
    page.sign(
        last + 4,
        ("A", "B", ["NGƯỜI LẬP BIỂU", "(Ký, ghi rõ họ tên)"]),
        ("H", "M", ["HIỆU TRƯỞNG", "(Ký tên, đóng dấu)"]),
    )
    page.fit(landscape=True)
    page.sheet.protection.sheet = True
    return book


def _draw_line(page: drawing.Page, row: int, item: str, label: str, filled: str) -> None:
    unit = "lớp" if label.startswith("Số lớp") else "HS"
    main = "bold " if "(*)" in label else ""
    page.row(row, (item or None, label, unit), ["center box", f"{main}left wrap box", "center box"])
    for column in ALL:
        if column not in filled:
            page.put(f"{column}{row}", "x", "center box grey")
        elif column in "LM":
            first = "DFHJ" if column == "L" else "EGIK"
            total = f"=D{row}" if filled == "DELM" and column == "L" else f"=E{row}" if filled == "DELM" else ""
            page.put(
                f"{column}{row}", total or "=" + "+".join(f"{each}{row}" for each in first), "right bold box", "#,##0"
            )
        else:
            page.put(f"{column}{row}", None, "right box open", "#,##0")
