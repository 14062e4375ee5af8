"""A trade union's yearly report: one column of results for counts, money, a date and a yes; letters as item numbers.

The same form also comes back filled in.
"""

from typing import Any

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

# item, label, unit
LINES = (
    ("I", "TỔ CHỨC CÔNG ĐOÀN", ""),
    ("1", "Tổng số công nhân, viên chức, lao động", "người"),
    ("", "Tr.đó: nữ công nhân, viên chức, lao động", "người"),
    ("2", "Tổng số đoàn viên công đoàn", "người"),
    ("", "Tr.đó: đoàn viên nữ", "người"),
    ("", "          đoàn viên kết nạp mới trong năm", "người"),
    ("II", "CHĂM LO ĐỜI SỐNG ĐOÀN VIÊN", ""),
    ("1", "Số lượt đoàn viên được thăm hỏi, trợ cấp", "lượt người"),
    ("2", "Số nhà “Mái ấm công đoàn” được hỗ trợ", "nhà"),
    ("3", "Tổng số tiền chăm lo (3 = a + b + c)", "triệu đồng"),
    ("a", "Nguồn tài chính công đoàn", "triệu đồng"),
    ("b", "Nguồn chuyên môn đồng cấp", "triệu đồng"),
    ("c", "Nguồn xã hội hóa", "triệu đồng"),
    ("III", "QUY CHẾ DÂN CHỦ, THI ĐUA", ""),
    ("1", "Ngày tổ chức hội nghị cán bộ, công chức, viên chức", "ngày"),
    ("2", "Đã ký thỏa ước lao động tập thể", "Có/Không"),
    ("3", "Số sáng kiến được công nhận", "sáng kiến"),
    ("4", "Giá trị làm lợi từ sáng kiến", "triệu đồng"),
    ("IV", "THU TÀI CHÍNH CÔNG ĐOÀN", ""),
    ("1", "Thu kinh phí công đoàn (2%)", "triệu đồng"),
    ("2", "Thu đoàn phí công đoàn (1%)", "triệu đồng"),
    ("3", "Thu khác", "triệu đồng"),
    ("", "CỘNG THU (1 + 2 + 3)", "triệu đồng"),
)
FIRST = 10
SHAPES = {"triệu đồng": "#,##0.00", "ngày": "dd/mm/yyyy", "Có/Không": ""}
FIGURES: dict[str, Any] = {
    "B3": "Công đoàn Trường PTDTBT THCS Nà Lầu",
    "B6": "Lý Thị C",
    "D6": "0912 000 000",
    **{f"D{row}": value for row, value in enumerate((48, 31, 46, 30, 3), start=11)},
    "D17": 22,
    "D18": 0,
    "D20": 18.5,
    "D21": 6,
    "D22": 2.25,
    "E22": "nhà hảo tâm",
    "D24": "12/10/2024",
    "D25": "Không",
    "D26": 4,
    "D27": 0,
    "D29": 61.2,
    "D30": 30.6,
    "D31": 0,
}


def draw() -> Workbook:
    return draw_with({})


def draw_filled() -> Workbook:
    """Return the form as a union filled it in, the sums as values."""
    return draw_with({**FIGURES, "D19": 26.75, "D32": 91.8})


def draw_with(figures: dict[str, object]) -> Workbook:
    book, (page,) = drawing.new("Bao cao nam", size=14)
    page.widths(20, 58, 14, 18, 22)
    page.put("A1:B1", "LIÊN ĐOÀN LAO ĐỘNG HUYỆN …………………", "left")
    for row, words in enumerate(drawing.MOTTO, start=1):
        page.put(f"C{row}:E{row}", words, "center bold" if row == 1 else "center bold underline")
    page.put("A3", "Công đoàn cơ sở:", "bold")
    page.put("B3", None, "left")
    page.put("A5:E5", "BÁO CÁO SỐ LIỆU HOẠT ĐỘNG CÔNG ĐOÀN NĂM 2024", "center bold", size=16)
    page.put("A6", "Người báo cáo:")
    page.put("B6", None, "left")
    page.put("C6", "Số máy:", "right")
    page.put("D6", None, "left", "@")
    page.row(8, ("TT", "Nội dung", "ĐVT", "Kết quả", "Ghi chú"), [drawing.HEAD])
    page.row(9, ("A", "B", "C", "D", "E"), ["center italic box"])
    for row, (item, label, unit) in enumerate(LINES, start=FIRST):
        strong = "bold " if not unit or "Tổng số" in label or "CỘNG" in label else ""
        page.row(row, (item or None, label, unit or None), [f"{strong}center hair", f"{strong}left wrap hair"])
        shape = SHAPES.get(unit, "#,##0")
        page.put(f"C{row}", unit or None, "center hair")
        page.put(f"D{row}", _total(row), f"{strong}center hair", shape)
        page.put(f"E{row}", None, "left wrap hair")
    page.choose("D25", "Có,Không")
    page.put(f"C{FIRST + len(LINES) + 1}:E{FIRST + len(LINES) + 1}", "………, ngày … tháng … năm 2024", "center italic")
    page.sign(
        FIRST + len(LINES) + 2,
        ("A", "B", ["NGƯỜI LẬP BIỂU"]),
        ("C", "E", ["TM. BAN CHẤP HÀNH", "CHỦ TỊCH", "(Ký tên)"]),
    )
    for cell, value in figures.items():
        page.sheet[cell].value = value
    page.fit()
    return book


def _total(row: int) -> str | None:
    """Return the formula of the line in `row`: what its label says."""
    label = LINES[row - FIRST][1]
    if "a + b + c" in label:
        return f"=SUM(D{row + 1}:D{row + 3})"
    return f"=SUM(D{row - 3}:D{row - 1})" if "1 + 2 + 3" in label else None
