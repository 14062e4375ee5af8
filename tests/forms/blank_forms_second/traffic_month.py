"""A monthly form of the traffic police: this month, last month, last year, differences; coloured bands between lines.

The two columns of differences are not asked: the workbook computes them, they are often negative, and a form's figures
never are.
"""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

# item, label, unit: a line without a unit is a band over the whole width
LINES = (
    ("", "I. TAI NẠN GIAO THÔNG ĐƯỜNG BỘ", ""),
    ("1", "Số vụ tai nạn giao thông", "vụ"),
    ("", "Trong đó: người điều khiển sử dụng rượu, bia", "vụ"),
    ("2", "Số người chết", "người"),
    ("", "Trong đó: trẻ em dưới 16 tuổi", "người"),
    ("3", "Số người bị thương", "người"),
    ("4", "Thiệt hại tài sản (ước tính)", "triệu đồng"),
    ("", "II. TUẦN TRA, KIỂM SOÁT, XỬ LÝ", ""),
    ("1", "Số ca tuần tra, kiểm soát", "ca"),
    ("2", "Số trường hợp lập biên bản", "trường hợp"),
    ("2.1", "Nồng độ cồn", "trường hợp"),
    ("2.2", "Tốc độ", "trường hợp"),
    ("2.3", "Quá tải, quá khổ", "trường hợp"),
    ("3", "Số phương tiện tạm giữ", "phương tiện"),
    ("4", "Số tiền nộp Kho bạc Nhà nước", "triệu đồng"),
    ("", "III. TUYÊN TRUYỀN, PHỔ BIẾN PHÁP LUẬT", ""),
    ("1", "Số buổi tuyên truyền", "buổi"),
    ("2", "Số lượt người tham dự", "lượt người"),
    ("", "Trong đó: học sinh, sinh viên", "lượt người"),
)
FIRST = 11


def draw() -> Workbook:
    book, (page,) = drawing.new("Bieu TTATGT", font="Cambria")
    page.widths(7, 48, 14, 12, 12, 13, 13, 15)
    page.motto(("A", "B"), ("D", "H"), ("CÔNG AN TỈNH …………………", "PHÒNG CẢNH SÁT GIAO THÔNG"))
    page.put("A4:H4", "THỐNG KÊ TÌNH HÌNH TRẬT TỰ, AN TOÀN GIAO THÔNG", "center bold", size=14)
    page.put("C5", "Tháng báo cáo:", "right italic")
    page.put("D5:E5", "……/2024", "left italic")
    page.put("B6", "Công an huyện, thành phố:", "right bold")
    page.put("C6:H6", None, "left dotted")
    page.head(A8_A9="Số TT", B8_B9="NỘI DUNG", C8_C9="ĐVT", D8_D9="Tháng này", E8_E9="Tháng trước")
    page.head(F8_F9="Cùng kỳ năm trước", G8_H8="So sánh tăng (+), giảm (-)", G9="Với tháng trước")
    page.head(H9="Với cùng kỳ năm trước")
    page.row(10, ("A", "B", "C", "1", "2", "3", "4=1-2", "5=1-3"), ["center italic box"])
    for row, (item, label, unit) in enumerate(LINES, start=FIRST):
        if not unit:
            page.put(f"A{row}:H{row}", label, "bold left box orange")
            continue
        side = "left" if item and "." not in item else "italic indent"
        page.row(row, (item or None, label, unit), ["center box", f"{side} wrap box", "center box"])
        shape = "#,##0.0" if unit == "triệu đồng" else "#,##0"
        page.row(row, [None] * 3, ["right box open"], shape, column=4)
        page.put(f"G{row}", f"=D{row}-E{row}", "right box", f"+{shape};-{shape};0")
        page.put(f"H{row}", f"=D{row}-F{row}", "right box", f"+{shape};-{shape};0")
    last = FIRST + len(LINES)
    page.sign(
        last + 1,
        ("A", "B", ["CÁN BỘ THỐNG KÊ", "(Ký, ghi rõ họ tên)"]),
        ("E", "H", ["ĐỘI TRƯỞNG", "(Ký, ghi rõ họ tên)"]),
    )
    page.sheet.freeze_panes = "D11"
    page.fit(landscape=True)
    return book
