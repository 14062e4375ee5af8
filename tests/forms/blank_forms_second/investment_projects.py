"""A list of public investment projects: a header of three rows over ten columns, open lines, a total at the end."""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

FIRST, ROWS = 12, 20
SHAPES = {"D": "0", "E": "0", "F": "@", "G": "dd/mm/yyyy", **dict.fromkeys("HIJKL", "#,##0.0")}


def draw() -> Workbook:
    book, (page,) = drawing.new("Bieu 03 DTC", size=11)
    page.widths(6, 38, 18, 9, 10, 13, 12, 14, 14, 14, 14, 14, 16)
    page.put("A1:C1", "UBND HUYỆN/SỞ, NGÀNH: ………………………", "left bold")
    page.put("J1:M1", "Biểu mẫu số 03", "right bold")
    page.put("A3:M3", "TÌNH HÌNH THỰC HIỆN KẾ HOẠCH ĐẦU TƯ CÔNG NĂM 2025", "center bold", size=14)
    page.put("A4:M4", "(Kèm theo Công văn số ……/SKHĐT-TH ngày …/…/2025)", "center italic")
    page.put("A5:C5", "Số liệu đến ngày: ……………", "left")
    page.put("D5:H5", "Cán bộ tổng hợp: ………………………", "left")
    page.put("K6:M6", "Đơn vị: triệu đồng", "right italic")
    page.head(A7_A9="TT", B7_B9="Danh mục dự án", C7_C9="Địa điểm xây dựng", D7_E7="Thời gian", D8_D9="Khởi công")
    page.head(E8_E9="Hoàn thành", F7_I7="Quyết định đầu tư", F8_F9="Số quyết định", G8_G9="Ngày ban hành")
    page.head(H8_I8="Tổng mức đầu tư", H9="Tổng số", I9="Trong đó: NSTW", J7_L7="Kế hoạch năm 2025")
    page.head(J8_J9="Kế hoạch được giao", K8_L8="Lũy kế giải ngân", K9="Tổng số", L9="Trong đó: NSTW", M7_M9="Ghi chú")
    page.row(10, [str(number) for number in range(1, 14)], ["center italic box"])
    page.put("A11:B11", "TỔNG SỐ", "bold center box")
    page.row(11, [None] * 11, ["bold right box"], "#,##0.0", column=3)
    last = FIRST + ROWS - 1
    for column in "HIJKL":
        page.put(f"{column}11", f"=SUM({column}{FIRST}:{column}{last})", "bold right box", "#,##0.0")
    for row in range(FIRST, last + 1):
        page.row(row, [None] * 13, ["left wrap hair"])
        for column, shape in SHAPES.items():
            page.put(f"{column}{row}", None, "right hair", shape)
    page.put(f"A{last + 1}:M{last + 1}", "Ghi chú: thời gian khởi công, hoàn thành ghi năm.", "italic")
    page.sign(last + 3, ("A", "C", ["NGƯỜI LẬP BIỂU"]), ("J", "M", ["THỦ TRƯỞNG ĐƠN VỊ", "(Ký tên, đóng dấu)"]))
    page.sheet.freeze_panes = "C11"
    page.fit(landscape=True, titles="7:10")
    return book
