"""A form without a column of item numbers: numbers, dashes and plus signs stand in the labels themselves."""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

# label as typed (blanks in front set it in), unit, columns to fill in
LINES = (
    ("1. Người có công đang hưởng trợ cấp hằng tháng", "người", "CD"),
    ("   - Thương binh, bệnh binh", "người", "CD"),
    ("   - Thân nhân liệt sĩ", "người", "CD"),
    ("   - Người hoạt động kháng chiến bị nhiễm chất độc hóa học", "người", "CD"),
    ("2. Đối tượng bảo trợ xã hội đang hưởng trợ cấp hằng tháng", "người", "CD"),
    ("   Trong đó: + Người khuyết tật nặng, đặc biệt nặng", "người", "CD"),
    ("                      + Người cao tuổi từ đủ 80 tuổi", "người", "CD"),
    ("                      + Trẻ em mồ côi, không nơi nương tựa", "người", "CD"),
    ("3. Hộ được hỗ trợ làm nhà ở", "hộ", "CD"),
    ("   Trong đó: sửa chữa", "hộ", "CD"),
    ("4. Hồ sơ đề nghị đã tiếp nhận", "hồ sơ", "C"),
    ("5. Hồ sơ đã giải quyết", "hồ sơ", "C"),
    ("   Trong đó: đúng hạn", "hồ sơ", "C"),
    ("6. Kinh phí quản lý, chi trả", "nghìn đồng", "D"),
)
FIRST = 11


def draw() -> Workbook:
    book, (page,) = drawing.new("Bieu 6", size=13)
    page.widths(58, 15, 14, 20, 18)
    page.put("A1", "ĐƠN VỊ: ……………………………………", "bold")
    page.put("C1:E1", "Biểu số 6", "right bold")
    page.put("A3:E3", "BIỂU TỔNG HỢP THỰC HIỆN CHÍNH SÁCH XÃ HỘI", "center bold", size=15)
    page.put("A4:E4", "Tháng …… năm 2024", "center bold")
    page.put("A6", "Người lập: ……………………………")
    page.put("C6:E6", "Số điện thoại: ……………………")
    page.head(A8_A9="Chỉ tiêu báo cáo", B8_B9="Đơn vị tính", C8_D8="Số liệu trong tháng")
    page.head(C9="Số lượng", D9="Số tiền (nghìn đồng)", E8_E9="Ghi chú")
    page.row(10, ("A", "B", "1", "2", "3"), ["center italic box"])
    for row, (label, unit, filled) in enumerate(LINES, start=FIRST):
        look = "bold left wrap box" if label[0].isdigit() else "left wrap box"
        page.row(row, (label, unit), [look, "center box"])
        for column, number in (("C", "#,##0"), ("D", "#,##0")):
            page.put(f"{column}{row}", None, "right box" if column in filled else "right box grey", number)
        page.put(f"E{row}", None, "left box")
    last = FIRST + len(LINES) - 1
    page.put(f"A{last + 1}:E{last + 1}", "Ô tô xám: không phải điền.", "italic")
    page.put(f"C{last + 2}:E{last + 2}", "Ngày …… tháng …… năm 2024", "center italic")
    page.sign(
        last + 3, ("A", "A", ["Người lập biểu", "(Ký, họ tên)"]), ("C", "E", ["TRƯỞNG PHÒNG", "(Ký tên, đóng dấu)"])
    )
    page.fit()
    return book
