"""A list of donors: a header of two rows, three printed example records in italics, empty lines, a line of totals."""

from datetime import date

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

EXAMPLES = (
    ("(ví dụ)", "Công ty TNHH Hoa Hồi", "Doanh nghiệp", "Xã Mẫu Đơn", "Xe đạp", date(2024, 5, 28), 20, 1500, 30, "Có"),
    (
        "(ví dụ)",
        "Nhóm thiện nguyện Ban Mai",
        "Nhóm thiện nguyện",
        "Xã Suối Lạnh",
        "Quà Tết",
        date(2024, 1, 30),
        50,
        300,
        15,
        "Không",
    ),
    ("(ví dụ)", "Ông Trần Văn C", "Cá nhân", "Trường Tiểu học Số 1", "Học bổng", date(2024, 6, 1), 5, 1000, 5, "Không"),
)
LINES = 15
FIRST = 10


def draw() -> Workbook:
    book, (page,) = drawing.new("Nha tai tro", font="Arial", size=10)
    page.widths(8, 30, 18, 22, 16, 13, 10, 14, 14, 12)
    page.put("A1:D1", "QUỸ BẢO TRỢ TRẺ EM TỈNH", "left bold")
    page.put("A3:J3", "DANH SÁCH TỔ CHỨC, CÁ NHÂN ỦNG HỘ TRẺ EM", "center bold", size=14)
    page.put("A4:J4", "Từ ngày 01/01/2024 đến ngày 30/6/2024", "center italic")
    page.put("A5:J5", "Đơn vị lập danh sách: …………………………………………………", "left")
    page.head(A7_A8="TT", B7_D7="Nhà tài trợ", B8="Tên tổ chức, cá nhân (*)", C8="Loại", D8="Nơi nhận hỗ trợ")
    page.head(E7_I7="Nội dung hỗ trợ", E8="Hình thức", F8="Ngày trao", G8="Số suất", H8="Mức/suất (nghìn đồng)")
    page.head(I8="Tổng giá trị (triệu đồng)", J7_J8="Có thư cảm ơn")
    page.heights(r8=30)
    page.row(
        9, ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9) = (7)x(8)/1000", "(10)"), ["center italic box"]
    )
    for row, record in enumerate(EXAMPLES, start=FIRST):
        _draw_record(page, row, record, "italic ")
    first = FIRST + len(EXAMPLES)
    for row in range(first, first + LINES):
        _draw_record(page, row, (row - first + 1, *[None] * 9), "")
        page.put(f"I{row}", f"=G{row}*H{row}/1000", "right box", "#,##0.0")
    last = first + LINES
    page.put(f"A{last}:F{last}", "TỔNG CỘNG", "bold center box")
    page.row(last, [None] * 4, ["bold right box"], "#,##0.0", column=7)
    page.put(f"I{last}", f"=SUM(I{first}:I{last - 1})", "bold right box", "#,##0.0")
    page.choose(f"C{first}:C{last - 1}", "Doanh nghiệp,Tổ chức trong nước,Tổ chức quốc tế,Nhóm thiện nguyện,Cá nhân")
    page.choose(f"J{first}:J{last - 1}", "Có,Không")
    page.put(
        f"A{last + 1}:J{last + 1}",
        "(*) Bắt buộc. Ba dòng in nghiêng là ví dụ, đề nghị xóa khi lập danh sách.",
        "italic",
    )
    page.sign(last + 3, ("A", "C", ["NGƯỜI LẬP"]), ("G", "J", ["GIÁM ĐỐC QUỸ", "(Ký tên, đóng dấu)"]))
    page.fit(landscape=True, titles="7:9")
    return book


def _draw_record(page: drawing.Page, row: int, record: tuple[object, ...], style: str) -> None:
    shapes = {"F": "dd/mm/yyyy", "G": "#,##0", "H": "#,##0", "I": "#,##0.0"}
    for column, value in zip("ABCDEFGHIJ", record, strict=True):
        side = "left wrap" if column in "BD" else "right" if column in "GHI" else "center"
        page.put(f"{column}{row}", value, f"{style}{side} box", shapes.get(column, ""))
