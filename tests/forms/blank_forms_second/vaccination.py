"""Vaccinations of a month: a header of three rows with ages and sex, turned letters, grey where an age is not meant."""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

# vaccine, cells to fill in beside the target, the total and the reactions
LINES = (
    ("BCG (phòng lao)", "DE"),
    ("Viêm gan B sơ sinh trong 24 giờ", "DE"),
    ("DPT-VGB-Hib mũi 1", "DEFG"),
    ("DPT-VGB-Hib mũi 2", "DEFG"),
    ("DPT-VGB-Hib mũi 3", "DEFG"),
    ("Bại liệt uống (bOPV) lần 3", "DEFG"),
    ("Bại liệt tiêm (IPV) mũi 2", "DEFG"),
    ("Sởi đơn", "DEFG"),
    ("Sởi - Rubella (MR)", "FGHI"),
    ("DPT nhắc lại", "FGHI"),
    ("Viêm não Nhật Bản mũi 3", "FGHI"),
)
AGES, TARGET, REACTIONS = "DEFGHI", "C", "KL"
FIRST = 12


def draw() -> Workbook:
    book, (page,) = drawing.new("TC thang", font="Arial", size=10)
    page.widths(5, 34, 10, *[8] * 6, 10, 11, 11)
    page.put("A1:D1", "TRUNG TÂM KIỂM SOÁT BỆNH TẬT TỈNH", "left")
    page.put("A2:D2", "Trạm Y tế xã, phường: ………………………", "left bold")
    page.put("H1:L1", "Mẫu 4/TCMR", "right italic")
    page.put("H2:L2", "Tháng …… năm 2025", "right")
    page.put("A4:L4", "BÁO CÁO KẾT QUẢ TIÊM CHỦNG MỞ RỘNG", "center bold", size=14)
    page.put("A5:L5", "(Gửi trước ngày 05 của tháng sau)", "center italic")
    page.put("A6:F6", "Cán bộ chuyên trách: ………………………", "left")
    page.put("G6:L6", "Điện thoại: ……………………", "left")
    page.head(A8_A10="STT", B8_B10="Loại vắc xin", C8_C10="Số đối tượng", D8_I8="Số trẻ được tiêm, uống trong tháng")
    page.head(D9_E9="Dưới 1 tuổi", F9_G9="1 - 2 tuổi", H9_I9="3 - 5 tuổi", J8_J10="Cộng", K8_L9="Phản ứng sau tiêm")
    for column in AGES:
        page.put(f"{column}10", "Nam" if column in "DFH" else "Nữ", f"{drawing.HEAD} turned")
    page.head(K10="Thông thường", L10="Tai biến nặng")
    page.heights(r10=42)
    numbers = [*range(1, 10), "10 = 4+5+6+7+8+9", 11, 12]
    page.row(11, numbers, ["center italic wrap box"])
    for number, (label, asked) in enumerate(LINES, start=1):
        row = FIRST + number - 1
        page.row(row, (number, label), ["center box", "left wrap box"])
        for column in f"{TARGET}{AGES}{REACTIONS}":
            grey = column in AGES and column not in asked
            page.put(f"{column}{row}", None, "box grey" if grey else "right box", "#,##0")
        page.put(f"J{row}", f"=SUM(D{row}:I{row})", "bold right box", "#,##0")
    last = FIRST + len(LINES)
    page.put(f"A{last + 1}:L{last + 1}", "Ghi chú: ô tô xám không ghi số liệu.", "italic")
    page.sign(
        last + 3, ("A", "C", ["NGƯỜI BÁO CÁO", "(Ký, họ tên)"]), ("H", "L", ["TRƯỞNG TRẠM", "(Ký tên, đóng dấu)"])
    )
    page.fit(landscape=True)
    return book
