"""A staff list: births by sex in two columns, choices from lists, empty numbered rows."""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

DEGREES = ("Tiến sĩ", "Thạc sĩ", "Đại học", "Cao đẳng", "Trung cấp", "Chưa qua đào tạo")
ROWS = 20
FIRST = 11


def draw() -> Workbook:
    book, (page, degrees) = drawing.new("DS CBCC", "DM", size=11)
    for row, name in enumerate(DEGREES, start=2):
        degrees.put(f"A{row}", name)
    degrees.put("A1", "Trình độ chuyên môn", "bold")
    degrees.sheet.sheet_state = "hidden"
    page.widths(5, 26, 12, 12, 11, 22, 17, 14, 9, 13, 9, 14, 14)
    page.motto(("A", "D"), ("H", "M"), ("UBND HUYỆN …………………", "XÃ, THỊ TRẤN …………………"))
    page.put("A4:M4", "DANH SÁCH CÁN BỘ, CÔNG CHỨC CẤP XÃ", "center bold", size=14)
    page.put("A5:M5", "(Có mặt đến ngày 31 tháng 12 năm 2024)", "center italic")
    page.put("A6:B6", "Tên đơn vị:", "bold")
    page.put("C6:F6", None, "open")
    page.put("H6", "Người lập:", "bold")
    page.put("I6:K6", None, "open")
    page.head(A8_A9="STT", B8_B9="Họ và tên (*)", C8_D8="Ngày, tháng, năm sinh", C9="Nam", D9="Nữ", E8_E9="Dân tộc")
    page.head(F8_F9="Chức vụ,\nchức danh (*)", G8_H8="Trình độ", G9="Chuyên môn", H9="Lý luận chính trị")
    page.head(I8_I9="Đảng viên", J8_J9="Ngày tuyển dụng", K8_K9="Hệ số lương", L8_L9="Số điện thoại", M8_M9="Ghi chú")
    page.row(10, [str(number) for number in range(1, 14)], ["center italic box"])
    for row in range(FIRST, FIRST + ROWS):
        page.put(f"A{row}", row - FIRST + 1, "center hair")
        page.row(row, [None] * 12, ["left hair open"], column=2)
        for column, number in (
            ("C", "dd/mm/yyyy"),
            ("D", "dd/mm/yyyy"),
            ("J", "dd/mm/yyyy"),
            ("K", "0.00"),
            ("L", "@"),
        ):
            page.put(f"{column}{row}", None, "center hair open", number)
    last = FIRST + ROWS
    page.put(f"A{last}:B{last}", "Tổng cộng", "center bold box")
    page.row(last, [None] * 11, ["bold center box"], column=3)
    page.put(f"K{last}", f"=SUM(K{FIRST}:K{last - 1})", "bold center box", "0.00")
    page.choose(f"G{FIRST}:G{last - 1}", f"=DM!$A$2:$A${len(DEGREES) + 1}", "Đề nghị chọn trong danh mục.")
    page.choose(f"H{FIRST}:H{last - 1}", "Sơ cấp,Trung cấp,Cao cấp")
    page.choose(f"I{FIRST}:I{last - 1}", "Có,Không")
    page.put(
        f"A{last + 1}:M{last + 1}",
        "(*) Cột bắt buộc nhập. Ngày sinh ghi vào cột 3 nếu là nam, cột 4 nếu là nữ.",
        "italic",
    )
    page.sign(
        last + 3, ("B", "D", ["NGƯỜI LẬP", "(Ký, ghi rõ họ tên)"]), ("J", "M", ["CHỦ TỊCH", "(Ký tên, đóng dấu)"])
    )
    page.sheet.freeze_panes = f"C{FIRST}"
    page.fit(landscape=True, titles="8:10")
    return book
