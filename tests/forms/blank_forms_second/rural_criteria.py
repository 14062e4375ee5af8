"""The criteria of a new rural commune: criteria merged down over their contents, printed targets, own assessment.

Two columns name a line, the criterion and its content. The contract knows one label: it is the content, which says
what is asked and whose number leads to the criterion; the criterion is left to the eye. So is the number of the
criterion in the first column, which is merged down with it. The printed target is nothing to fill in.
"""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

# criterion, its contents (label, target, format of the result)
CRITERIA = (
    ("Quy hoạch", (("1.1. Có quy hoạch chung xây dựng xã được phê duyệt", "Đạt", ""),)),
    (
        "Giao thông",
        (
            ("2.1. Tỷ lệ đường xã được bê tông hóa, bảo đảm ô tô đi lại thuận tiện quanh năm (%)", "100%", "0.0"),
            ("2.2. Tỷ lệ đường thôn được cứng hóa (%)", "≥ 80%", "0.0"),
            ("2.3. Số km đường nội đồng được cứng hóa trong năm (km)", "UBND tỉnh quy định", "0.00"),
        ),
    ),
    ("Điện", (("4.1. Tỷ lệ hộ sử dụng điện thường xuyên, an toàn (%)", "≥ 98%", "0.0"),)),
    (
        "Trường học",
        (
            ("5.1. Số trường đạt chuẩn quốc gia (trường)", "UBND tỉnh quy định", "#,##0"),
            ("5.2. Ngày công nhận trường gần nhất (ngày/tháng/năm)", "", "dd/mm/yyyy"),
        ),
    ),
    (
        "Thu nhập, hộ nghèo",
        (
            ("10.1. Thu nhập bình quân đầu người (triệu đồng/năm)", "≥ 39", "#,##0.0"),
            ("10.2. Tỷ lệ hộ nghèo đa chiều (%)", "≤ 13%", "0.00"),
        ),
    ),
    (
        "Y tế",
        (
            ("15.1. Tỷ lệ người dân tham gia bảo hiểm y tế (%)", "≥ 90%", "0.0"),
            ("15.2. Xã đạt tiêu chí quốc gia về y tế", "Đạt", ""),
        ),
    ),
)
NUMBERS = (1, 2, 4, 5, 10, 15)
FIRST = 10


def draw() -> Workbook:
    book, (page,) = drawing.new("Bo tieu chi NTM", size=12)
    page.widths(6, 21, 58, 18, 17, 15, 18)
    page.put("A1:C1", "Phụ lục 01", "left bold italic")
    page.put("A2:G2", "KẾT QUẢ RÀ SOÁT, ĐÁNH GIÁ THỰC HIỆN CÁC TIÊU CHÍ XÃ NÔNG THÔN MỚI", "center bold", size=14)
    page.put("A3:G3", "(Kèm theo Báo cáo số …/BC-UBND ngày …/…/2025 của UBND xã)", "center italic")
    page.put("A5:B5", "Tên xã", "bold")
    page.put("C5", None, "box")
    page.put("D5", "Huyện", "right bold")
    page.put("E5:G5", None, "box")
    page.put("A6:B6", "Người rà soát", "bold")
    page.put("C6", None, "box")
    page.put("D6", "Số điện thoại", "right bold")
    page.put("E6:G6", None, "box", "@")
    page.row(8, ("TT", "Tên tiêu chí", "Nội dung tiêu chí", "Chỉ tiêu"), [f"{drawing.HEAD} green"])
    page.row(8, ("Kết quả thực hiện", "Tự đánh giá", "Ghi chú"), [f"{drawing.HEAD} green"], column=5)
    page.row(9, [str(number) for number in range(1, 8)], ["center italic box"])
    row = FIRST
    for number, (criterion, contents) in zip(NUMBERS, CRITERIA, strict=True):
        bottom = row + len(contents) - 1
        single = row == bottom
        page.put(f"A{row}" if single else f"A{row}:A{bottom}", number, "center bold box")
        page.put(f"B{row}" if single else f"B{row}:B{bottom}", criterion, "center bold wrap box")
        for line, (label, target, shape) in enumerate(contents, start=row):
            page.row(line, (label, target or None), ["left wrap box", "center wrap box"], column=3)
            page.put(f"E{line}", None, "center box", shape)
            page.row(line, (None, None), ["center box", "left box"], column=6)
            if not shape:
                page.choose(f"E{line}", "Có,Không")
        row = bottom + 1
    page.choose(f"F{FIRST}:F{row - 1}", "Đạt,Chưa đạt", "Đề nghị chọn Đạt hoặc Chưa đạt.")
    page.sign(row + 1, ("A", "C", ["NGƯỜI RÀ SOÁT"]), ("E", "G", ["TM. ỦY BAN NHÂN DÂN XÃ", "(Ký tên, đóng dấu)"]))
    page.fit(landscape=True, titles="8:9")
    return book
