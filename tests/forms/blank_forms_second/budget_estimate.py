"""An estimate of a unit's budget: codes of the budget in two columns before the content, each heading the sum of its
items, the whole below. The codes are no item numbers, the content is known without them.
"""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

# Mục, with its items: Tiểu mục and content
GROUPS = (
    ("6000", "Tiền lương", (("6001", "Lương theo ngạch, bậc"), ("6003", "Lương hợp đồng theo chế độ"))),
    ("6100", "Phụ cấp lương", (("6101", "Phụ cấp chức vụ"), ("6115", "Phụ cấp thâm niên nghề"))),
    ("6300", "Các khoản đóng góp", (("6301", "Bảo hiểm xã hội"), ("6302", "Bảo hiểm y tế"), ("6303", "Kinh phí CĐ"))),
    ("6500", "Thanh toán dịch vụ công cộng", (("6501", "Tiền điện"), ("6502", "Tiền nước"), ("6503", "Nhiên liệu"))),
    ("6550", "Vật tư văn phòng", (("6551", "Văn phòng phẩm"), ("6599", "Vật tư văn phòng khác"))),
    ("6700", "Công tác phí", (("6701", "Tiền vé máy bay, tàu, xe"), ("6702", "Phụ cấp công tác phí"))),
)
FIRST = 12
SHAPE = "#,##0"


def draw() -> Workbook:
    book, (page,) = drawing.new("DU TOAN 2026", font="Times New Roman", size=12)
    page.widths(8, 9, 40, 17, 18, 17, 18, 18)
    page.put("A1:C1", "Đơn vị dự toán: ……………………………", "left bold")
    page.put("A2:C2", "Mã ĐVQHNS: ………………………", "left")
    page.put("F1:H1", "Biểu số 05-DT", "right bold")
    page.put("A3:C3", "Chương: ……………", "left")
    page.put("A5:H5", "DỰ TOÁN CHI THƯỜNG XUYÊN NGÂN SÁCH NHÀ NƯỚC NĂM 2026", "center bold", size=14)
    page.put("G7:H7", "ĐVT: nghìn đồng", "right italic")
    page.head(A8_A10="Mục", B8_B10="Tiểu mục", C8_C10="Nội dung chi", D8_D10="Ước thực hiện năm 2025")
    page.head(E8_H8="Dự toán năm 2026", E9_E10="Tổng số (5=6+7+8)", F9_G9="Nguồn ngân sách", F10="Tự chủ")
    page.head(G10="Không tự chủ", H9_H10="Nguồn thu được để lại")
    page.row(11, range(1, 9), ["center italic box"])
    row = FIRST
    heads = []
    for code, content, items in GROUPS:
        heads.append(row)
        _draw_line(page, row, (code, None, content), [f"=SUM({{}}{row + 1}:{{}}{row + len(items)})"])
        for number, (item, name) in enumerate(items, start=row + 1):
            _draw_line(page, number, (None, item, name), [])
        row += len(items) + 1
    page.put(f"A{row}:C{row}", "TỔNG CỘNG", "center bold box")
    for column in "DEFGH":
        page.put(f"{column}{row}", "=" + "+".join(f"{column}{each}" for each in heads), "bold right box", SHAPE)
    page.put(f"F{row + 2}:H{row + 2}", "Ngày …… tháng …… năm 2025", "center italic")
    page.sign(row + 3, ("A", "C", ["KẾ TOÁN", "(Ký, họ tên)"]), ("F", "H", ["THỦ TRƯỞNG ĐƠN VỊ", "(Ký tên, đóng dấu)"]))
    page.fit(landscape=True, titles="8:11")
    return book


def _draw_line(page: drawing.Page, row: int, words: tuple[str | None, ...], sums: list[str]) -> None:
    bold = "bold " if sums else ""
    page.row(row, words, [f"{bold}center box", f"{bold}center box", f"{bold}left wrap box"])
    for column in "DEFGH":
        across = f"=SUM(F{row}:H{row})" if column == "E" else None
        page.put(f"{column}{row}", sums[0].format(column, column) if sums else across, f"{bold}right box", SHAPE)
