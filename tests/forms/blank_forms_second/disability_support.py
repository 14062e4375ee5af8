"""Support of people with disabilities: one header over number and label, the unit last, ages in rows of their own.

The header "Nội dung báo cáo" is merged over the numbers and the labels, so the truth gives it to both.
"""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

# item, label, unit, columns crossed out
LINES = (
    ("A", "NGƯỜI KHUYẾT TẬT", "", ""),
    ("1", "Số người khuyết tật có giấy xác nhận", "người", ""),
    ("1.1", "Chia theo mức độ:", "", ""),
    ("-", "Đặc biệt nặng", "người", ""),
    ("-", "Nặng", "người", ""),
    ("-", "Nhẹ", "người", ""),
    ("1.2", "Chia theo độ tuổi:", "", ""),
    ("-", "Dưới 16 tuổi", "người", ""),
    ("-", "Từ đủ 16 đến dưới 60 tuổi", "người", ""),
    ("-", "Từ đủ 60 tuổi trở lên", "người", ""),
    ("B", "TRỢ GIÚP", "", ""),
    ("2", "Số người được hưởng trợ cấp hằng tháng", "người", ""),
    ("3", "Số người được cấp dụng cụ trợ giúp (xe lăn, nạng, máy trợ thính)", "người", "C"),
    ("4", "Số người được học nghề, tạo việc làm", "người", "C"),
    ("5", "Kinh phí trợ giúp", "triệu đồng", "DE"),
)
FIRST = 10


def draw() -> Workbook:
    book, (page,) = drawing.new("NKT", font="Times New Roman", size=13)
    page.widths(7, 56, 15, 13, 13, 14)
    page.motto(("A", "B"), ("C", "F"), ("UBND XÃ, PHƯỜNG", "……………………………"))
    page.put("A4:F4", "BIỂU TỔNG HỢP TÌNH HÌNH NGƯỜI KHUYẾT TẬT", "center bold", size=14)
    page.put("A5:F5", "Quý …… năm 2025", "center italic")
    page.put("A6:B6", "Đơn vị: ………………………………", "left")
    page.put("C6:F6", "Người lập: ……………………", "left")
    page.head(A8_B9="Nội dung báo cáo", C8_C9="Tổng số", D8_E8="Trong đó", D9="Nữ", E9="Dân tộc thiểu số")
    page.head(F8_F9="Đơn vị tính")
    for row, (item, label, unit, crossed) in enumerate(LINES, start=FIRST):
        strong = "bold" if label.isupper() else "italic" if not unit else ""
        page.row(row, (item, label), [f"{strong} center box", f"{strong} left wrap box"])
        for column in "CDE":
            asked = None if column not in crossed else "x"
            page.put(f"{column}{row}", asked, "center box" if asked else "right box", "#,##0")
        page.put(f"F{row}", unit or None, "center box")
    page.sheet[f"C{FIRST + len(LINES) - 1}"].number_format = "#,##0.0"
    last = FIRST + len(LINES)
    page.sign(last + 1, ("A", "B", ["NGƯỜI LẬP"]), ("C", "F", ["TM. ỦY BAN NHÂN DÂN", "(Ký tên, đóng dấu)"]))
    page.fit()
    return book
