"""A bilingual form for foreign enterprises: Vietnamese and English in one cell, on two lines, codes between them."""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

# item, label, code, unit
LINES = (
    ("I", "Vốn đầu tư\nInvestment capital", "", ""),
    ("1", "Vốn điều lệ thực hiện\nCharter capital contributed", "01", "1.000 USD"),
    ("1.1", "Trong đó: vốn nước ngoài\nOf which: foreign capital", "02", "1.000 USD"),
    ("2", "Vốn vay\nLoans", "03", "1.000 USD"),
    ("II", "Kết quả kinh doanh\nBusiness results", "", ""),
    ("1", "Doanh thu thuần\nNet revenue", "04", "triệu đồng"),
    ("1.1", "Trong đó: xuất khẩu\nOf which: export", "05", "triệu đồng"),
    ("2", "Nộp ngân sách nhà nước\nPayments to the State budget", "06", "triệu đồng"),
    ("III", "Lao động\nLabour", "", ""),
    ("1", "Tổng số lao động cuối kỳ\nEmployees at the end of the period", "07", "người"),
    ("1.1", "Trong đó: lao động nữ\nOf which: female", "08", "người"),
    ("1.2", "Trong đó: lao động nước ngoài\nOf which: foreigners", "09", "người"),
    ("2", "Thu nhập bình quân tháng\nAverage monthly income", "10", "triệu đồng"),
)
FIRST = 13


def draw() -> Workbook:
    book, (page,) = drawing.new("A.III.1", font="Times New Roman", size=11)
    page.widths(6, 44, 9, 14, 19, 19, 19)
    page.put("A1:G1", "Mẫu A.III.1 - Form A.III.1", "right bold")
    page.put("A2:G2", "BÁO CÁO TÌNH HÌNH THỰC HIỆN DỰ ÁN ĐẦU TƯ", "center bold", size=14)
    page.put("A3:G3", "REPORT ON THE IMPLEMENTATION OF THE INVESTMENT PROJECT", "center bold italic")
    page.put("A4:G4", "(Áp dụng với báo cáo quý/Quarterly report)", "center italic")
    fields = ("Tên doanh nghiệp/Name of enterprise", "Mã số dự án/Project code", "Email")
    for row, label in enumerate(fields, start=6):
        page.put(f"A{row}:B{row}", f"{label}:", "left")
        page.put(f"C{row}:G{row}", None, "left dotted", "@")
    heads = ("TT\nNo.", "Chỉ tiêu\nIndicator", "Mã số\nCode", "Đơn vị\nUnit")
    for column, label in zip("ABCD", heads, strict=True):
        page.head(**{f"{column}10_{column}11": label})
    page.head(E10_F10="Thực hiện\nActual", E11="Trong quý\nThis quarter", F11="Từ đầu năm\nYear to date")
    page.head(G10_G11="Dự kiến quý sau\nForecast for next quarter")
    page.row(12, ("A", "B", "C", "D", "1", "2", "3"), ["center italic box"])
    page.heights(r10=32, r11=32)
    for row, (item, label, code, unit) in enumerate(LINES, start=FIRST):
        strong = "" if unit else "bold "
        page.row(
            row,
            (item, label, code or None, unit or None),
            [f"{strong}center box", f"{strong}left wrap box", "center box"],
        )
        shape = "#,##0" if unit == "người" else "#,##0.0"
        page.row(row, [None] * 3, ["right box"], shape, column=5)
    last = FIRST + len(LINES)
    page.sign(last + 1, ("A", "B", ["NGƯỜI LẬP/PREPARED BY"]), ("E", "G", ["GIÁM ĐỐC/DIRECTOR", "(Ký tên, đóng dấu)"]))
    page.fit(titles="10:12")
    return book
