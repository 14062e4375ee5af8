"""A survey of communes: yes/no questions, dates, choices said in the label, and a table of plans with choices too."""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

# item, question, unit, kind of answer
QUESTIONS = (
    ("I", "TỔ CHỨC, BỘ MÁY", "", ""),
    ("1", "Xã có Ban Bảo vệ trẻ em không?", "Có/Không", "yes_no"),
    ("2", "Ngày ban hành quyết định thành lập", "ngày/tháng/năm", "date"),
    ("3", "Số thành viên của Ban", "người", "integer"),
    ("", "Trong đó: số thành viên là nữ", "người", "integer"),
    ("4", "Họ tên, số điện thoại người làm công tác trẻ em (bắt buộc)", "", "text"),
    ("II", "HOẠT ĐỘNG TRONG NĂM", "", ""),
    ("5", "Có tổ chức diễn đàn trẻ em không?", "Có/Không", "yes_no"),
    ("6", "Ngày tổ chức gần nhất", "ngày/tháng/năm", "date"),
    ("7", "Có quy trình phối hợp hỗ trợ, can thiệp trẻ em bị xâm hại không?", "Có/Không", "yes_no"),
    ("8", "Kinh phí dành cho công tác trẻ em", "triệu đồng", "decimal"),
    ("9", "Tự đánh giá kết quả (1. Tốt; 2. Khá; 3. Trung bình)", "", "select_one"),
    ("10", "Đánh giá sự phối hợp của các đoàn thể (1. Tốt; 2. Khá; 3. Trung bình)", "", "select_one"),
)
PLANS = (
    ("1", "Kế hoạch thực hiện Chương trình hành động vì trẻ em"),
    ("2", "Kế hoạch phòng, chống tai nạn, thương tích trẻ em"),
    ("3", "Kế hoạch phòng, chống đuối nước"),
    ("4", "Kế hoạch phòng ngừa lao động trẻ em"),
)
FIRST = 9


def draw() -> Workbook:
    book, (page, plans) = drawing.new("Phieu KS", "Van ban", size=13)
    page.widths(6, 66, 18, 26)
    page.put("A1:D1", "PHIẾU KHẢO SÁT CÔNG TÁC TRẺ EM CẤP XÃ NĂM 2024", "center bold", size=16)
    page.put("A2:D2", "(Dành cho Ủy ban nhân dân cấp xã)", "center italic")
    for row, label in (
        (4, "Ủy ban nhân dân xã, phường, thị trấn:"),
        (5, "Người trả lời:"),
        (6, "Ngày trả lời (ngày/tháng/năm):"),
    ):
        page.put(f"A{row}:B{row}", label, "left")
        page.put(f"C{row}:D{row}", None, "box open left", "dd/mm/yyyy" if label.startswith("Ngày") else "")
    page.row(8, ("STT", "Câu hỏi", "Đơn vị tính/Cách ghi", "Trả lời"), [f"{drawing.HEAD} blue"])
    for row, line in enumerate(QUESTIONS, start=FIRST):
        _draw_question(page, row, *line)
    last = FIRST + len(QUESTIONS)
    page.put(f"A{last}:D{last}", "Câu 9, 10: ghi số 1, 2 hoặc 3.", "italic")
    page.sign(last + 2, ("A", "B", ["NGƯỜI TRẢ LỜI"]), ("C", "D", ["TM. UBND XÃ", "(Ký tên, đóng dấu)"]))
    page.fit()
    _draw_plans(plans)
    return book


def _draw_question(page: drawing.Page, row: int, item: str, label: str, unit: str, kind: str) -> None:
    if not kind:
        page.put(f"A{row}", item, "bold center box")
        page.put(f"B{row}:D{row}", label, "bold left box")
        return
    page.row(row, (item or None, label, unit or None), ["center box", "left wrap box", "center italic box"])
    shape = {"date": "dd/mm/yyyy", "integer": "#,##0", "decimal": "#,##0.0", "text": "@"}.get(kind, "")
    page.put(f"D{row}", None, "center wrap box open", shape)
    if kind == "yes_no":
        page.choose(f"D{row}", "Có,Không", "Đề nghị chọn Có hoặc Không.")
    if kind == "select_one":
        page.choose(f"D{row}", "1,2,3")


def _draw_plans(page: drawing.Page) -> None:
    page.widths(6, 52, 18, 22, 22, 26)
    page.put("A1:F1", "TÌNH HÌNH BAN HÀNH VĂN BẢN", "center bold", size=16)
    page.head(
        A3_A4="STT",
        B3_B4="Tên văn bản",
        C3_D3="Ban hành",
        C4="Đã ban hành (Có/Không)",
        D4="Ngày ban hành (ngày/tháng/năm)",
    )
    page.head(E3_E4="Mức độ hoàn thành", F3_F4="Kết quả chính")
    for row, (item, label) in enumerate(PLANS, start=5):
        page.row(row, (item, label, *[None] * 4), ["center box", "left wrap box", "center wrap box open"])
        page.sheet[f"D{row}"].number_format = "dd/mm/yyyy"
    page.choose("C5:C8", "Có,Không")
    page.choose("E5:E8", "Hoàn thành,Đang thực hiện,Chưa thực hiện")
    page.fit(landscape=True)
