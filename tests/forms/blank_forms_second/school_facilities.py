"""An inventory of a school's rooms: hints under the headers instead of numbers, choices from a hidden worksheet."""

from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from tests.forms.blank_forms import drawing

KINDS = ("Phòng học", "Phòng bộ môn", "Thư viện", "Nhà vệ sinh", "Nhà công vụ", "Sân chơi, bãi tập")
GRADES = ("Kiên cố", "Bán kiên cố", "Tạm")
FUNDS = ("Ngân sách trung ương", "Ngân sách địa phương", "Trái phiếu Chính phủ", "ODA", "Xã hội hóa")
# hint, number format, by column
HINTS = {
    "B": ("", ""),
    "C": ("Chọn trong danh mục", ""),
    "D": ("Chọn trong danh mục", ""),
    "E": ("Ghi 4 chữ số", "0"),
    "F": ("", "#,##0.0"),
    "G": ("", "#,##0"),
    "H": ("Chọn trong danh mục", ""),
    "I": ("Có/Không", ""),
    "J": ("ngày/tháng/năm", "dd/mm/yyyy"),
    "K": ("", ""),
}
FIRST, ROWS = 9, 15


def draw() -> Workbook:
    book, (page, choices) = drawing.new("CSVC", "Danh muc", font="Calibri", size=11)
    for number, values in enumerate((KINDS, GRADES, FUNDS), start=1):
        for row, value in enumerate(values, start=2):
            choices.sheet.cell(row, number, value)
    choices.row(1, ("Loại", "Cấp", "Nguồn vốn"), ["bold"])
    choices.sheet.sheet_state = "hidden"
    page.widths(5, 34, 18, 14, 13, 13, 16, 22, 12, 15, 24)
    page.put("A1:K1", "PHIẾU KIỂM KÊ CƠ SỞ VẬT CHẤT TRƯỜNG HỌC", "center bold", size=16)
    page.put("A2:K2", "Thời điểm kiểm kê: 0 giờ ngày 01/01/2025", "center italic")
    for column, label, field in (("A3:B3", "Trường", "C3:E3"), ("F3:G3", "Hiệu trưởng", "H3:I3")):
        page.put(column, label, "bold right")
        page.put(field, None, "left box green")
    page.put("A4:B4", "Địa chỉ", "bold right")
    page.put("C4:I4", None, "left box green")
    page.head(A6_A7="TT", B6_B7="Tên phòng, hạng mục (bắt buộc)", C6_C7="Loại", D6_F6="Thông tin xây dựng")
    page.head(D7="Cấp công trình", E7="Năm đưa vào sử dụng", F7="Diện tích (m2)", G6_H6="Giá trị, nguồn vốn")
    page.head(G7="Nguyên giá (nghìn đồng)", H7="Nguồn vốn", I6_I7="Còn sử dụng", J6_J7="Ngày sửa chữa gần nhất")
    page.head(K6_K7="Đề xuất, kiến nghị")
    page.put("A8", None, "box yellow")
    for column, (hint, shape) in HINTS.items():
        page.put(f"{column}8", hint or None, "center italic wrap box yellow", size=9)
        for row in range(FIRST, FIRST + ROWS):
            page.put(f"{column}{row}", None, "dotted wrap", shape)
    for row in range(FIRST, FIRST + ROWS):
        page.put(f"A{row}", row - FIRST + 1, "center dotted")
    last = FIRST + ROWS - 1
    for column, area in (("C", "A$2:$A$7"), ("D", "B$2:$B$4"), ("H", "C$2:$C$6")):
        page.choose(f"{column}{FIRST}:{column}{last}", f"='Danh muc'!${area}")
    page.choose(f"I{FIRST}:I{last}", "Có,Không")
    years = DataValidation(type="whole", operator="between", formula1="1950", formula2="2025", allow_blank=True)
    page.sheet.add_data_validation(years)
    years.add(f"E{FIRST}:E{last}")
    page.sign(last + 2, ("A", "C", ["NGƯỜI KIỂM KÊ"]), ("H", "K", ["HIỆU TRƯỞNG", "(Ký tên, đóng dấu)"]))
    page.fit(landscape=True, titles="6:8")
    return book
