"""A form below fifteen rows of introduction: labels over two merged columns, line breaks, a hidden column of keys."""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

INTRODUCTION = (
    "Kính gửi: Ủy ban nhân dân các xã, phường, thị trấn",
    (
        "Thực hiện Kế hoạch số 45/KH-BCĐ ngày 12/02/2024 của Ban Chỉ đạo về rà soát nước sạch, vệ sinh môi trường "
        "nông thôn, đề nghị các đơn vị tổng hợp số liệu theo các hướng dẫn sau:"
    ),
    "1. Số liệu tính đến hết ngày 30/6/2024.",
    "2. Chỉ tiêu không phát sinh ghi số 0; không xóa, chèn thêm dòng, cột.",
    "3. Hộ sử dụng nước sạch: theo QCVN 01-1:2018/BYT.",
    "4. Nhà tiêu hợp vệ sinh: theo QCVN 01:2011/BYT, tổng số = tự hoại + hai ngăn + loại khác.",
    "5. Gửi về Thường trực Ban Chỉ đạo trước ngày 10/7/2024, hộp thư: nuocsach@bcd.example.",
)
# key in the hidden column, item, label as it is broken in the cell, unit
LINES = (
    ("NS00", "1", "Nước sạch, nước hợp vệ sinh", ""),
    ("NS01", "1.1", "Tổng số hộ trên địa bàn\n(có mặt đến thời điểm báo cáo) *", "hộ"),
    ("NS02", "1.2", "Số hộ sử dụng nước\nhợp vệ sinh", "hộ"),
    ("NS03", "", "Trong đó: số hộ nghèo sử dụng\nnước hợp vệ sinh", "hộ"),
    ("NS04", "1.3", "Số công trình cấp nước tập trung", "công trình"),
    ("NS05", "", "Trong đó: hoạt động bền vững", "công trình"),
    ("NS06", "1.4", "Công suất khai thác thực tế", "m3/ngày đêm"),
    ("VS00", "2", "Vệ sinh môi trường", ""),
    ("VS01", "2.1", "Số hộ có nhà tiêu hợp vệ sinh\n(2.1 = 2.1.1 + 2.1.2 + 2.1.3) *", "hộ"),
    ("VS02", "2.1.1", "Nhà tiêu tự hoại", "hộ"),
    ("VS03", "2.1.2", "Nhà tiêu hai ngăn ủ phân tại chỗ", "hộ"),
    ("VS04", "2.1.3", "Loại khác", "hộ"),
    ("VS05", "2.2", "Khối lượng rác thải sinh hoạt\nđược thu gom bình quân", "tấn/ngày"),
    ("VS06", "2.3", "Số trường học, trạm y tế có công trình\nnước và nhà vệ sinh hợp vệ sinh", "công trình"),
)
FIRST = 19


def draw() -> Workbook:
    book, (page,) = drawing.new("Bieu NS-VSMT")
    page.widths(8, 7, 20, 24, 15, 13, 13, 16)
    page.sheet.column_dimensions["A"].hidden = True
    page.put("B1:D1", "BAN CHỈ ĐẠO CTMTQG", "center")
    page.put("B2:D2", "XÂY DỰNG NÔNG THÔN MỚI", "center bold")
    for row, words in enumerate(drawing.MOTTO, start=1):
        page.put(f"E{row}:H{row}", words, "center bold" if row == 1 else "center bold underline")
    page.put("B4:H4", "BIỂU TỔNG HỢP SỐ LIỆU NƯỚC SẠCH VÀ VỆ SINH MÔI TRƯỜNG NÔNG THÔN", "center bold", size=14)
    for row, words in enumerate(INTRODUCTION, start=5):
        page.put(f"B{row}:H{row}", words, "center bold" if row == 5 else "left wrap top")
    for row, label in ((12, "Tên đơn vị (xã, phường, thị trấn):"), (13, "Người tổng hợp:"), (14, "Ngày tổng hợp:")):
        page.put(f"B{row}:D{row}", label, "left")
        page.put(f"E{row}:H{row}", None, "left open yellow", "dd/mm/yyyy" if label.startswith("Ngày") else "")
    page.head(A16_A17="KEY", B16_B17="Số\nTT", C16_D17="Chỉ tiêu", E16_E17="Đơn vị\ntính", F16_G16="Kết quả\nrà soát")
    page.head(F17="Kỳ\ntrước", G17="Kỳ\nnày", H16_H17="Ghi chú")
    page.heights(r6=34, r16=34, r17=34)
    page.put("C18:D18", "(2)", "center italic box")
    for column, number in (("B", 1), ("E", 3), ("F", 4), ("G", 5), ("H", 6)):
        page.put(f"{column}18", f"({number})", "center italic box")
    for row, line in enumerate(LINES, start=FIRST):
        _draw_line(page, row, *line)
    last = FIRST + len(LINES) - 1
    page.put(f"B{last + 1}:H{last + 1}", "Dấu * là chỉ tiêu bắt buộc.", "italic")
    page.sign(last + 3, ("B", "D", ["NGƯỜI TỔNG HỢP", "(Ký, họ tên)"]), ("F", "H", ["CHỦ TỊCH", "(Ký tên, đóng dấu)"]))
    page.fit(titles="16:18")
    return book


def _draw_line(page: drawing.Page, row: int, key: str, item: str, label: str, unit: str) -> None:
    bold = "" if unit else "bold "
    page.put(f"A{row}", key, "center")
    page.put(f"B{row}", item or None, f"{bold}center box")
    page.put(f"C{row}:D{row}", label, f"{bold}left wrap box")
    page.put(f"E{row}", unit or None, "center wrap box")
    number = "#,##0.0" if unit in {"m3/ngày đêm", "tấn/ngày"} else "#,##0"
    page.row(row, [None] * 2, ["right box open"], number, column=6)
    page.put(f"H{row}", None, "left wrap box open" if unit else "left wrap box")
    if "=" in label:
        for column in "FG":
            page.put(f"{column}{row}", f"=SUM({column}{row + 1}:{column}{row + 3})", "right bold box", "#,##0")
