"""Vocational training and jobs: two tables below one another on one worksheet, with different columns."""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

TRAINING = (
    ("1", "Trồng trọt"),
    ("2", "Chăn nuôi, thú y"),
    ("3", "May công nghiệp"),
    ("4", "Sửa chữa xe máy"),
    ("5", "Nấu ăn"),
    ("6", "Nghề khác"),
)
JOBS = (
    ("1", "Số lao động được tạo việc làm mới", "người"),
    ("", "Trong đó: lao động nữ", "người"),
    ("1.1", "Làm việc trong tỉnh", "người"),
    ("1.2", "Làm việc ngoài tỉnh", "người"),
    ("1.3", "Làm việc ở nước ngoài theo hợp đồng", "người"),
    ("2", "Số lượt người được tư vấn, giới thiệu việc làm", "lượt người"),
    ("3", "Số phiên giao dịch việc làm", "phiên"),
    ("4", "Tỷ lệ thất nghiệp", "%"),
    ("5", "Doanh số cho vay giải quyết việc làm", "triệu đồng"),
)


def draw() -> Workbook:
    book, (page,) = drawing.new("Bieu 04", font="Arial", size=10)
    page.widths(6, 42, 14, 12, 12, 16)
    page.put("A1:F1", "Biểu số 04/LĐVL", "right bold")
    page.put(
        "A2:F2", "BÁO CÁO KẾT QUẢ ĐÀO TẠO NGHỀ VÀ GIẢI QUYẾT VIỆC LÀM 6 THÁNG ĐẦU NĂM 2024", "center bold wrap", size=12
    )
    page.heights(r2=34)
    for row, label in ((3, "Tên đơn vị:"), (4, "Người lập biểu:"), (5, "Ngày lập:")):
        page.put(f"A{row}:B{row}", label, "right")
        page.put(f"C{row}:F{row}", "…" * 24, "left open")
    row = _draw_training(page, 7)
    row = _draw_jobs(page, row + 2)
    page.sign(row + 2, ("A", "B", ["NGƯỜI LẬP BIỂU"]), ("D", "F", ["THỦ TRƯỞNG ĐƠN VỊ", "(Ký tên, đóng dấu)"]))
    page.fit()
    return book


def _draw_training(page: drawing.Page, row: int) -> int:
    page.put(f"A{row}:F{row}", "I. KẾT QUẢ ĐÀO TẠO NGHỀ CHO LAO ĐỘNG NÔNG THÔN", "left bold")
    top, under = row + 1, row + 2
    page.head(**{f"A{top}_A{under}": "STT", f"B{top}_B{under}": "Nghề đào tạo", f"C{top}_C{under}": "Số lớp"})
    page.head(**{f"D{top}_E{top}": "Số học viên", f"D{under}": "Tổng số", f"E{under}": "Nữ"})
    page.head(**{f"F{top}_F{under}": "Kinh phí (triệu đồng)"})
    first = under + 1
    for line, (item, label) in enumerate(TRAINING, start=first):
        page.row(line, (item, label), ["center box", "left box"])
        page.row(line, [None] * 3, ["right box open"], "#,##0", column=3)
        page.put(f"F{line}", None, "right box open", "#,##0.0")
    last = first + len(TRAINING)
    page.row(last, (None, "Cộng"), ["bold center box"])
    for column in "CDEF":
        total = f"=SUM({column}{first}:{column}{last - 1})"
        page.put(f"{column}{last}", total, "bold right box", "#,##0.0" if column == "F" else "#,##0")
    return last


def _draw_jobs(page: drawing.Page, row: int) -> int:
    page.put(f"A{row}:F{row}", "II. TÌNH HÌNH GIẢI QUYẾT VIỆC LÀM", "left bold")
    top = row + 1
    page.head(**{f"A{top}": "STT", f"B{top}": "Chỉ tiêu", f"C{top}": "Đơn vị tính", f"D{top}": "Kế hoạch năm"})
    page.head(**{f"E{top}": "Thực hiện 6 tháng", f"F{top}": "So với kế hoạch (%)"})
    for line, (item, label, unit) in enumerate(JOBS, start=top + 1):
        page.row(line, (item or None, label, unit), ["center box", "left wrap box", "center box"])
        number = "#,##0" if unit not in {"%", "triệu đồng"} else "#,##0.0"
        page.row(line, [None] * 2, ["right box open"], number, column=4)
        page.put(f"F{line}", f'=IF(N(D{line})=0,"",ROUND(E{line}/D{line}*100,1))', "right box", "0.0")
    return top + len(JOBS)
