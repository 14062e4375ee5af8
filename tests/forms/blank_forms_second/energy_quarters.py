"""Energy used, quarter by quarter: yellow cells are to be filled in, blue ones add up, white ones are left alone."""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

# label, unit, whether there is a norm: without a unit, a heading
LINES = (
    ("A. ĐIỆN, NƯỚC", "", ""),
    ("Điện mua từ lưới", "kWh", "có"),
    ("Trong đó: giờ cao điểm", "kWh", ""),
    ("Điện mặt trời tự dùng", "kWh", ""),
    ("Nước sạch", "m3", "có"),
    ("B. NHIÊN LIỆU", "", ""),
    ("Xăng", "lít", "có"),
    ("Dầu diesel", "lít", "có"),
    ("Khí hóa lỏng (LPG)", "kg", ""),
    ("C. CHI PHÍ", "", ""),
    ("Tiền điện", "triệu đồng", "có"),
    ("Tiền nước", "triệu đồng", "có"),
    ("Tiền xăng, dầu, khí", "triệu đồng", "có"),
)
FIRST = 12


def draw() -> Workbook:
    book, (page,) = drawing.new("Nang luong", font="Verdana", size=9)
    page.widths(38, 13, 15, *[13] * 4, 25)
    page.put("A1:H1", "BẢNG THEO DÕI SỬ DỤNG NĂNG LƯỢNG CỦA CƠ QUAN, ĐƠN VỊ NĂM 2025", "left bold", size=13)
    page.put("A2:H2", "Chỉ nhập vào ô màu vàng. Ô màu xanh tự tính. Ô trắng không nhập.", "left italic red")
    for row, label, shape in ((4, "Cơ quan, đơn vị", ""), (5, "Số người làm việc", "0"), (6, "Đầu mối liên hệ", "")):
        page.put(f"A{row}", label, "left")
        page.put(f"B{row}:D{row}", None, "left bright box", shape)
    page.head(A8_A9="Loại năng lượng, chi phí", B8_B9="Đơn vị", C8_C9="Định mức năm", D8_G8="Thực hiện")
    page.head(D9="Quý I", E9="Quý II", F9="Quý III", G9="Quý IV", H8_H9="Cả năm")
    page.row(10, ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)=(4)+(5)+(6)+(7)"), ["center wrap box"], "@")
    page.row(11, (None,) * 8, ["box"])
    for row, (label, unit, norm) in enumerate(LINES, start=FIRST):
        if not unit:
            page.put(f"A{row}:H{row}", label, "left bold box")
            continue
        page.row(row, (label, unit), ["indent box" if label.startswith("Tr") else "left box", "center box"])
        shape = "#,##0.0" if unit == "triệu đồng" else "#,##0"
        page.put(f"C{row}", None, "right box bright" if norm else "box", shape)
        page.row(row, [None] * 4, ["right box bright"], shape, column=4)
        page.put(f"H{row}", f"=SUM(D{row}:G{row})", "right bold box blue", shape)
    last = FIRST + len(LINES)
    page.put(f"A{last + 1}:H{last + 1}", "Gửi về Sở Công Thương trước ngày 15/01/2026.", "italic")
    page.fit(landscape=True)
    return book
