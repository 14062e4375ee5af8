"""A commune's yearly statistics: sections within sections, "Trong đó:" on a line of its own under several lines."""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

# item, label, unit: a line without a unit has nothing to fill in
LINES = (
    ("I", "DÂN SỐ, LAO ĐỘNG", ""),
    ("1", "Dân số", ""),
    ("1.1", "Tổng số hộ", "hộ"),
    ("", "Trong đó:", ""),
    ("a)", "Hộ nghèo", "hộ"),
    ("b)", "Hộ cận nghèo", "hộ"),
    ("c)", "Hộ dân tộc thiểu số", "hộ"),
    ("1.2", "Tổng số nhân khẩu", "người"),
    ("", "Trong đó:", ""),
    ("-", "Nữ", "người"),
    ("-", "Trẻ em dưới 16 tuổi", "người"),
    ("-", "Người cao tuổi (từ đủ 60 tuổi trở lên)", "người"),
    ("2", "Lao động", ""),
    ("2.1", "Số người trong độ tuổi lao động", "người"),
    ("", "Trong đó:", ""),
    ("-", "Nữ", "người"),
    ("-", "Đã qua đào tạo có bằng, chứng chỉ", "người"),
    ("2.2", "Số người đi làm việc ở nước ngoài trong năm", "người"),
    ("II", "VĂN HÓA, GIÁO DỤC, Y TẾ", ""),
    ("1", "Giáo dục", ""),
    ("1.1", "Số trường học trên địa bàn", "trường"),
    ("a)", "Mầm non", "trường"),
    ("b)", "Tiểu học", "trường"),
    ("c)", "Trung học cơ sở", "trường"),
    ("1.2", "Số học sinh", "học sinh"),
    ("", "Trong đó:", ""),
    ("-", "Nữ", "học sinh"),
    ("-", "Dân tộc thiểu số", "học sinh"),
    ("2", "Y tế", ""),
    ("2.1", "Số cán bộ y tế xã", "người"),
    ("", "Trong đó:", ""),
    ("-", "Bác sĩ", "người"),
    ("2.2", "Tỷ lệ người dân tham gia bảo hiểm y tế", "%"),
    ("III", "KINH TẾ", ""),
    ("1", "Diện tích đất tự nhiên", "ha"),
    ("", "Trong đó:", ""),
    ("a)", "Đất nông nghiệp", "ha"),
    ("b)", "Đất phi nông nghiệp", "ha"),
    ("c)", "Đất chưa sử dụng", "ha"),
    ("2", "Thu ngân sách trên địa bàn xã", "triệu đồng"),
    ("3", "Thu nhập bình quân đầu người", "triệu đồng/người/năm"),
)
FIRST = 11
PAGE = "Bieu 02-TK xa"


# last year and this year, for the lines that have a unit
FIGURES = (
    *((1250, 1268), (96, 81), (110, 104), (742, 755)),
    *((5230, 5301), (2588, 2630), (1490, 1502), (566, 590)),
    *((3120, 3155), (1534, 1549), (810, 902), (14, 22)),
    *((3, 3), (1, 1), (1, 1), (1, 1), (985, 1003), (478, 490), (611, 624)),
    *((6, 6), (1, 1), (91.4, 93.2)),
    *((4123.5, 4123.5), (3650.25, 3648.75), (301.2, 303.1), (172.05, 171.65)),
    *((412.6, 455), (38.5, 41.2)),
)


def draw() -> Workbook:
    return draw_with({})


def draw_filled() -> Workbook:
    """Return the form as a commune filled it in."""
    rows = [row for row, (_, _, unit) in enumerate(LINES, start=FIRST) if unit]
    columns = {
        letter: dict(zip(rows, figures, strict=True))
        for letter, figures in zip("DE", zip(*FIGURES, strict=True), strict=True)
    }
    figures = {f"{letter}{row}": value for letter, column in columns.items() for row, value in column.items()}
    return draw_with({**figures, "C7": "Xã Suối Lạnh", "C8": "Lương Văn D", "F33": "theo niên giám"})


def draw_with(figures: dict[str, object]) -> Workbook:
    """Return the workbook with `figures` by cell."""
    book, (page,) = drawing.new(PAGE, size=13)
    page.widths(6, 52, 17, 14, 14, 16)
    page.motto(("A", "B"), ("C", "F"), ("UBND HUYỆN …………………", "UBND XÃ ………………………"), "…………, ngày …… tháng …… năm 20……")
    page.put("A5:F5", "THỐNG KÊ MỘT SỐ CHỈ TIÊU KINH TẾ - XÃ HỘI CẤP XÃ", "center bold", size=14)
    page.put("A6:F6", "(Ban hành kèm theo Công văn số ……/CTK-TH ngày …/…/2024)", "center italic")
    page.put("A7:B7", "Tên xã, phường, thị trấn:")
    page.put("C7:F7", None, "open left")
    page.put("A8:B8", "Họ tên người lập biểu:")
    page.put("C8:F8", None, "open left")
    page.row(10, ("STT", "Chỉ tiêu", "Đơn vị tính", "Năm trước", "Năm báo cáo", "Ghi chú"), [drawing.HEAD])
    for row, line in enumerate(LINES, start=FIRST):
        _draw_line(page, row, *line)
    last = FIRST + len(LINES) - 1
    page.sign(
        last + 2,
        ("A", "B", ["NGƯỜI LẬP BIỂU", "(Ký, họ tên)"]),
        ("D", "F", ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "(Ký tên, đóng dấu)"]),
    )
    for cell, value in figures.items():
        page.sheet[cell].value = value
    page.fit(titles="10:10")
    return book


def _draw_line(page: drawing.Page, row: int, item: str, label: str, unit: str) -> None:
    heading = "bold " if not unit and item else "italic " if not unit else ""
    side = "indent" if item in {"-", "a)", "b)", "c)"} and not label.isupper() else "left"
    page.row(
        row,
        (item or None, label, unit or None),
        [f"{heading}center box", f"{heading}{side} wrap box", "center wrap box"],
    )
    shape = {"ha": "#,##0.00", "%": "0.0", "triệu đồng": "#,##0.0", "triệu đồng/người/năm": "#,##0.0"}.get(
        unit, "#,##0"
    )
    page.row(row, [None, None], ["right box"], shape, column=4)
    page.put(f"F{row}", None, "box")
