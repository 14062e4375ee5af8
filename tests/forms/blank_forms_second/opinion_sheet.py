"""A sheet of questions alone: parts, numbered questions, rows of dots to write on, an answer on the question's line.

The two parts are sections, since nothing is filled in on their lines.
"""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

LEADER = "…" * 60
# question, rows of dots below; 0: the answer stands after the colon
QUESTIONS = (
    ("PHẦN I. ĐÁNH GIÁ TÌNH HÌNH", -1),
    ("Câu 1. Đánh giá chung về công tác cải cách hành chính của đơn vị trong năm", 4),
    ("Câu 2. Những thủ tục hành chính còn gây khó khăn cho người dân, doanh nghiệp", 3),
    ("Câu 3. Ông/bà có hài lòng với Bộ phận Một cửa không? Vì sao?", 3),
    ("Câu 4. Số thủ tục đề nghị bãi bỏ, đơn giản hóa", 0),
    ("PHẦN II. ĐỀ XUẤT, KIẾN NGHỊ", -1),
    ("Câu 5. Kiến nghị với Ủy ban nhân dân huyện", 3),
    ("Câu 6. Kiến nghị với các sở, ngành", 3),
    ("Câu 7. Ý kiến khác (nếu có)", 2),
)


def draw() -> Workbook:
    book, (page,) = drawing.new("Phieu y kien", size=13)
    page.widths(*[13] * 7)
    page.put("A1:G1", "PHIẾU LẤY Ý KIẾN VỀ CÔNG TÁC CẢI CÁCH HÀNH CHÍNH", "center bold", size=16)
    page.put("A2:G2", "Thông tin trong phiếu chỉ dùng để tổng hợp, không công bố.", "center italic")
    page.put("A4:G4", "Cơ quan, đơn vị: " + "…" * 40, "left")
    page.put("A5:D5", "Người trả lời: ……………………………", "left")
    page.put("E5:G5", "Chức vụ: ……………………", "left")
    row = 7
    for question, dots in QUESTIONS:
        if dots < 0:
            page.put(f"A{row}:G{row}", question, "center bold")
            row += 2
            continue
        page.put(f"A{row}:G{row}", question if dots else f"{question}: ……………", "left wrap bold")
        for line in range(row + 1, row + 1 + dots):
            page.put(f"A{line}:G{line}", LEADER, "left")
        row += dots + 2
    page.put(f"E{row}:G{row}", "Ngày …… tháng …… năm 20……", "center italic")
    page.sign(row + 1, ("E", "G", ["NGƯỜI TRẢ LỜI", "(Ký, họ tên)"]))
    page.fit()
    return book
