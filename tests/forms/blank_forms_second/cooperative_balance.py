"""The balance of a cooperative: no item column, codes after the labels, sums said in codes (200 = 110 + 120).

An asterisk leads to the note below the table, which asks for an annex; nothing makes its line required.
"""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

# label, code, note of the accounts
LINES = (
    ("TÀI SẢN", "", ""),
    ("I. Tiền và các khoản tương đương tiền", "110", "V.1"),
    ("II. Các khoản phải thu (120 = 121 + 122)", "120", "V.2"),
    ("1. Phải thu của khách hàng", "121", ""),
    ("2. Phải thu của thành viên", "122", ""),
    ("III. Hàng tồn kho", "130", "V.3"),
    ("IV. Tài sản cố định (140 = 141 - 142)", "140", "V.4"),
    ("- Nguyên giá", "141", ""),
    ("- Giá trị hao mòn lũy kế (*)", "142", ""),
    ("TỔNG CỘNG TÀI SẢN (200 = 110 + 120 + 130 + 140)", "200", ""),
    ("NGUỒN VỐN", "", ""),
    ("I. Nợ phải trả (300 = 311 + 312)", "300", ""),
    ("1. Phải trả người bán", "311", "V.5"),
    ("2. Vay và nợ thuê tài chính", "312", "V.6"),
    ("II. Vốn chủ sở hữu (400 = 411 + 412 + 413)", "400", ""),
    ("1. Vốn góp của thành viên", "411", "V.7"),
    ("2. Các quỹ của hợp tác xã", "412", ""),
    ("3. Lợi nhuận sau thuế chưa phân phối", "413", ""),
    ("TỔNG CỘNG NGUỒN VỐN (500 = 300 + 400)", "500", ""),
)
FIRST = 10


def draw() -> Workbook:
    book, (page,) = drawing.new("B01-HTX", font="Tahoma", size=10)
    page.widths(60, 9, 16, 20, 20)
    page.put("A1", "Tên hợp tác xã: ……………………………………", "left bold")
    page.put("A2", "Địa chỉ: ……………………………………………", "left")
    page.put("C1:E1", "Mẫu số B01 - HTX", "center bold")
    page.put("C2:E2", "(Ban hành theo Thông tư của Bộ Tài chính)", "center italic", size=9)
    page.put("A4:E4", "BÁO CÁO TÌNH HÌNH TÀI CHÍNH", "center bold", size=14)
    page.put("A5:E5", "Tại ngày … tháng … năm ……", "center")
    page.put("D6:E6", "Đơn vị tính: đồng", "right italic")
    page.row(8, ("CHỈ TIÊU", "Mã số", "Thuyết minh", "Số cuối năm", "Số đầu năm"), ["bold center wrap medium"])
    page.row(9, ("1", "2", "3", "4", "5"), ["center box"])
    for row, (label, code, note) in enumerate(LINES, start=FIRST):
        strong = (
            "bold " if label.isupper() or label.split(".")[0] in {"I", "II", "III", "IV"} or "TỔNG" in label else ""
        )
        side = "center" if not code else "indent" if label[0] in "123-" else "left"
        page.row(row, (label, code or None, note or None), [f"{strong}{side} wrap hair", f"{strong}center hair"])
        page.row(row, (None, None), [f"{strong}right hair"], "#,##0", column=4)
    last = FIRST + len(LINES)
    page.put(f"A{last}:E{last}", "(*) Kèm theo bảng tính khấu hao tài sản cố định.", "italic")
    page.put(f"A{last + 1}:E{last + 1}", "Chỉ tiêu mã số 200 = Chỉ tiêu mã số 500.", "italic")
    page.sign(
        last + 3, ("A", "A", ["KẾ TOÁN TRƯỞNG", "(Ký, họ tên)"]), ("C", "E", ["GIÁM ĐỐC", "(Ký, họ tên, đóng dấu)"])
    )
    page.fit()
    return book
