"""A quarterly form of a health office: the months of the quarter side by side, their sum in a formula."""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

LINES = (
    ("A", "CHĂM SÓC SỨC KHỎE BÀ MẸ", ""),
    ("1", "Tổng số phụ nữ có thai được quản lý", "người"),
    ("", "Trong đó: - Vị thành niên (dưới 18 tuổi)", "người"),
    ("", "- Được xét nghiệm HIV", "người"),
    ("2", "Tổng số lượt khám thai", "lượt"),
    ("3", "Tổng số phụ nữ đẻ", "người"),
    ("3.1", "Trong đó: đẻ tại cơ sở y tế", "người"),
    ("4", "Số ca tai biến sản khoa", "ca"),
    ("4.1", "Trong đó: số tử vong", "ca"),
    ("B", "CHĂM SÓC SỨC KHỎE TRẺ EM", ""),
    ("1", "Số trẻ đẻ ra sống", "trẻ"),
    ("", "Trong đó: nữ", "trẻ"),
    ("2", "Số trẻ đẻ ra có cân nặng dưới 2.500 gam", "trẻ"),
    ("3", "Số trẻ dưới 5 tuổi được cân, đo", "trẻ"),
    ("4", "Số trẻ dưới 5 tuổi suy dinh dưỡng thể nhẹ cân", "trẻ"),
    ("5", "Tỷ lệ trẻ dưới 1 tuổi được tiêm chủng đầy đủ", "%"),
    ("C", "TIÊM CHỦNG, PHÒNG BỆNH", ""),
    ("1", "Số trẻ dưới 1 tuổi được tiêm chủng đầy đủ", "trẻ"),
    ("2", "Số phụ nữ có thai được tiêm phòng uốn ván (UV2+)", "người"),
    ("3", "Số buổi truyền thông, tư vấn", "buổi"),
    ("4", "Số lượt người nghe truyền thông, tư vấn", "lượt người"),
    ("5", "Kinh phí đã sử dụng", "triệu đồng"),
)
FIRST = 12


def draw() -> Workbook:
    book, (page,) = drawing.new("BC QUY III")
    page.widths(5, 44, 11, 10, 10, 10, 11, 13, 14)
    page.put("A1:C1", "Biểu số: 03/BCQ-TYT", "bold")
    page.put("A2:C2", "Ban hành theo Công văn số …../SYT-NVY ngày …/…/2024", "italic", size=10)
    page.put("D1:I1", "Đơn vị báo cáo: ………………………………………")
    page.put("D2:I2", "Đơn vị nhận báo cáo: Sở Y tế (Phòng Nghiệp vụ Y)")
    page.put("D3:I3", "Ngày nhận báo cáo: ngày 05 tháng 10 năm 2024", "italic")
    page.put("A5:I5", "BÁO CÁO HOẠT ĐỘNG CHĂM SÓC SỨC KHỎE BÀ MẸ, TRẺ EM", "center bold", size=14)
    page.put("A6:I6", "Quý III năm 2024", "center bold")
    page.put("B7", "Người lập biểu:")
    page.put("C7:E7", None, "box open")
    page.put("F7:G7", "Điện thoại:", "right")
    page.put("H7:I7", None, "box open", "@")
    page.head(A9_A10="STT", B9_B10="Chỉ tiêu", C9_C10="Đơn vị tính", D9_F9="Quý III")
    page.head(
        D10="Tháng 7", E10="Tháng 8", F10="Tháng 9", G9_G10="Cộng quý", H9_H10="Lũy kế từ đầu năm", I9_I10="Ghi chú"
    )
    page.row(11, ["A", "B", "C", "1", "2", "3", "4=1+2+3", "5", "6"], ["center italic box"])
    for row, (item, label, unit) in enumerate(LINES, start=FIRST):
        _draw_line(page, row, item, label, unit)
    last = FIRST + len(LINES) - 1
    page.put(
        f"A{last + 1}:I{last + 1}",
        "Ghi chú: Lũy kế tính từ 01/01 đến hết quý báo cáo. Chỉ tiêu không phát sinh ghi số 0.",
        "italic wrap",
    )
    page.heights(**{f"r{last + 1}": 32})
    page.put(f"F{last + 3}:I{last + 3}", "………, ngày …… tháng …… năm 2024", "center italic")
    page.sign(
        last + 4, ("A", "C", ["NGƯỜI LẬP BIỂU", "(Ký, ghi rõ họ tên)"]), ("F", "I", ["TRƯỞNG TRẠM", "(Ký, đóng dấu)"])
    )
    page.sheet.freeze_panes = f"D{FIRST}"
    page.fit(landscape=True, titles="9:11")
    return book


def _draw_line(page: drawing.Page, row: int, item: str, label: str, unit: str) -> None:
    if not unit:
        page.row(row, (item, label, *[None] * 7), ["bold center box blue", "bold left wrap box blue"])
        return
    page.row(row, (item or None, label, unit), ["center box", "left wrap box", "center box"])
    number = {"%": "0.0", "triệu đồng": "#,##0.0"}.get(unit, "#,##0")
    page.row(row, [None] * 3, ["right box open"], number, column=4)
    total = f'=IF(COUNT(D{row}:F{row})=0,"",AVERAGE(D{row}:F{row}))' if unit == "%" else f"=SUM(D{row}:F{row})"
    page.put(f"G{row}", total, "right bold box", number)
    page.put(f"H{row}", None, "right box open", number)
    page.put(f"I{row}", None, "left wrap box open")
