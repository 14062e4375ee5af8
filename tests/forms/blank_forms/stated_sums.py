"""A commune's budget: sums said in the labels ("3 = 1 + 2"), in the numbers under the header, and by SUM alone."""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

# item, label, the rows of its SUM in the first column, counted from the table's first line
LINES = (
    ("A", "THU NGÂN SÁCH XÃ", ""),
    ("1", "Các khoản thu xã hưởng 100%", ""),
    ("2", "Các khoản thu phân chia theo tỷ lệ phần trăm", ""),
    ("3", "Cộng thu nội địa (3 = 1 + 2)", "=SUM({c}1:{c}2)"),
    ("4", "Thu bổ sung từ ngân sách cấp trên", "={c}5+{c}6"),
    ("4.1", "Bổ sung cân đối", ""),
    ("4.2", "Bổ sung có mục tiêu", ""),
    ("5", "Thu kết dư, chuyển nguồn", ""),
    ("6", "Tổng thu ngân sách xã (6 = 3 + 4 + 5)", "={c}3+{c}4+{c}7"),
    ("B", "CHI NGÂN SÁCH XÃ", ""),
    ("(1)", "Tổng chi ngân sách xã: (1) = (2) + (3) + (4)", "=SUM({c}11:{c}13)"),
    ("(2)", "Chi đầu tư phát triển", ""),
    ("(3)", "Chi thường xuyên", ""),
    ("(4)", "Chi chuyển nguồn sang năm sau", ""),
    ("C", "CÁC QUỸ NGOÀI NGÂN SÁCH", ""),
    ("1", "Quỹ Đền ơn đáp nghĩa", ""),
    ("2", "Quỹ Vì người nghèo", ""),
    ("3", "Quỹ Bảo trợ trẻ em", ""),
    ("", "Tổng cộng các quỹ", "=SUM({c}15:{c}17)"),
)
FIRST = 12


def draw() -> Workbook:
    book, (page,) = drawing.new("B01-NSX")
    page.widths(7, 52, 18, 16, 18, 18)
    page.put("A1:B1", "Đơn vị: ……………………………………", "left bold")
    page.put("A2:B2", "Mã QHNS: ……………………", "left")
    page.put("D1:F1", "Biểu số B01-NSX", "center bold")
    page.put(
        "D2:F2", "(Kèm theo Công văn số …… ngày …/…/2024 của Phòng Tài chính - Kế hoạch)", "center italic wrap", size=11
    )
    page.heights(r2=32)
    page.put("A4:F4", "BÁO CÁO TỔNG HỢP THU, CHI NGÂN SÁCH XÃ", "center bold", size=14)
    page.put("A5:F5", "Kỳ báo cáo: ………………………", "center")
    page.put("F7", "Đơn vị tính: triệu đồng", "right italic")
    page.head(A8_A10="STT", B8_B10="NỘI DUNG", C8_C10="Tổng số", D8_F8="Trong đó", D9_D10="Ngân sách xã")
    page.head(E9_F9="Ngân sách cấp trên", E10="Huyện", F10="Tỉnh, trung ương")
    page.row(11, ("A", "B", "(1) = (2) + (3) + (4)", "(2)", "(3)", "(4)"), ["center italic box"])
    for offset, line in enumerate(LINES):
        _draw_line(page, FIRST + offset, *line)
    last = FIRST + len(LINES)
    page.put(f"C{last + 1}:F{last + 1}", "………, ngày …… tháng …… năm 2024", "center italic")
    page.sign(last + 2, ("A", "B", ["KẾ TOÁN", "(Ký, họ tên)"]), ("D", "F", ["CHỦ TÀI KHOẢN", "(Ký tên, đóng dấu)"]))
    page.fit(landscape=True)
    return book


def _draw_line(page: drawing.Page, row: int, item: str, label: str, total: str) -> None:
    heading = item in {"A", "B", "C"}
    bold = "bold " if heading or total else ""
    page.row(row, (item or None, label), [f"{bold}center box", f"{bold}left wrap box"])
    for column in "CDEF":
        value = None
        if total:
            value = _moved(total, column)
        elif column == "C" and not heading:
            value = f"=SUM(D{row}:F{row})"
        page.put(f"{column}{row}", value, f"{bold}right box", "#,##0.0")


def _moved(total: str, column: str) -> str:
    """Return the formula `total` for `column`, its line numbers as rows of the worksheet."""
    pieces = total.split("{c}")
    moved = [pieces[0]]
    for piece in pieces[1:]:
        digits = "".join(letter for letter in piece if letter.isdigit())
        moved.append(f"{column}{int(digits) + FIRST}{piece[len(digits) :]}")
    return "".join(moved)
