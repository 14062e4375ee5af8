"""Plan and result of the year: "TT", a printed code column, numbers under the header, crosses where nothing is asked.

The same form also comes back filled in, which is the form too.
"""

from typing import Any

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

# number, label, code, unit, columns crossed out
LINES = (
    ("I", "Công tác trẻ em", "", "", ""),
    ("1", "Trẻ em có hoàn cảnh đặc biệt được trợ giúp", "0101", "trẻ em", ""),
    ("2", "Xã, phường, thị trấn phù hợp với trẻ em", "0102", "xã", ""),
    ("3", "Tỷ lệ trẻ em được khai sinh đúng hạn", "0103", "%", ""),
    ("4", "Lớp tập huấn cho cộng tác viên", "0104", "lớp", ""),
    ("5", "Vụ việc xâm hại trẻ em được hỗ trợ, can thiệp", "0105", "vụ", "EH"),
    ("II", "Công tác bình đẳng giới", "", "", ""),
    ("1", "Cuộc truyền thông về bình đẳng giới", "0201", "cuộc", ""),
    ("2", "Người tham dự truyền thông", "0202", "lượt người", ""),
    ("3", "Mô hình phòng, chống bạo lực trên cơ sở giới được duy trì", "0203", "mô hình", ""),
    ("", "Trong đó: thành lập mới trong năm", "0204", "mô hình", "EH"),
    ("4", "Ngày tổ chức Lễ phát động Tháng hành động", "0205", "ngày", "GH"),
    ("III", "Kinh phí", "", "", ""),
    ("1", "Ngân sách nhà nước", "0301", "triệu đồng", ""),
    ("2", "Nguồn vận động xã hội hóa", "0302", "triệu đồng", ""),
)
FIRST = 13
PAGE = "Bieu 2a"
SHAPES = {"%": "0.0", "triệu đồng": "#,##0.0", "ngày": "dd/mm/yyyy"}
FIGURES: dict[str, Any] = {
    "C8": "UBND huyện Văn Lãng",
    "C9": "Nông Thị B",
    "F9": "0912 000 000",
    "I14": "nguồn huyện",
    **{f"E{row}": value for row, value in ((14, 320), (15, 17), (16, 98.5), (17, 4), (20, 36), (21, 4500), (22, 12))},
    **{
        f"F{row}": value
        for row, value in ((14, 85), (15, 0), (16, 97.2), (17, 1), (18, 1), (20, 9), (21, 1260), (22, 12))
    },
    **{
        f"G{row}": value
        for row, value in ((14, 301), (15, 15), (16, 97.9), (17, 4), (18, 3), (20, 38), (21, 5120), (22, 12))
    },
    "F23": 2,
    "G23": 3,
    "E24": "15/11/2024",
    "F24": "16/11/2024",
    "E26": 450,
    "F26": 128.5,
    "G26": 441.3,
    "E27": 200,
    "F27": 64,
    "G27": 235.75,
}


def draw() -> Workbook:
    return draw_with({})


def draw_filled() -> Workbook:
    """Return the form as a district filled it in, the ratios as values."""
    ratios = {f"H{row}": round(year / plan * 100, 1) for row, (plan, year) in _plans_and_years().items()}
    return draw_with({**FIGURES, **ratios})


def _plans_and_years() -> dict[int, tuple[float, float]]:
    """Return plan and result of the lines whose ratio is asked, by row."""
    rows = [row for row, line in enumerate(LINES, start=FIRST) if line[3] and "H" not in line[4]]
    return {row: (FIGURES[f"E{row}"], FIGURES[f"G{row}"]) for row in rows}


def draw_with(figures: dict[str, object]) -> Workbook:
    book, (page,) = drawing.new(PAGE)
    page.widths(6, 46, 10, 13, 12, 12, 12, 11, 15)
    page.motto(
        ("A", "B"), ("D", "I"), ("UBND TỈNH LẠNG SƠN", "SỞ LAO ĐỘNG - TB VÀ XH"), "Lạng Sơn, ngày …… tháng …… năm ……"
    )
    page.put("A5:I5", "KẾT QUẢ THỰC HIỆN KẾ HOẠCH CÔNG TÁC TRẺ EM, BÌNH ĐẲNG GIỚI NĂM 2024", "center bold", size=14)
    page.put("A6:I6", "(Quý IV và cả năm)", "center italic")
    page.put("A8:B8", "Đơn vị thực hiện:", "bold")
    page.put("C8:I8", None, "left open")
    page.put("A9:B9", "Cán bộ theo dõi:", "bold")
    page.put("C9:D9", None, "left open")
    page.put("E9", "ĐT:", "right bold")
    page.put("F9:I9", None, "left open", "@")
    page.head(A10_A11="TT", B10_B11="Nội dung, chỉ tiêu", C10_C11="Mã số", D10_D11="Đơn vị tính", E10_E11="Kế hoạch")
    page.head(F10_G10="Thực hiện", F11="Trong quý", G11="Cả năm", H10_H11="Tỷ lệ\n(%)", I10_I11="Ghi chú")
    page.row(12, ("A", "B", "C", "D", "1", "2", "3", "4 = 3/1", "5"), ["center italic box"])
    for row, line in enumerate(LINES, start=FIRST):
        _draw_line(page, row, *line)
    last = FIRST + len(LINES) - 1
    page.put(f"A{last + 1}:I{last + 1}", "Ghi chú: dấu (x) là ô không phải báo cáo.", "italic")
    page.sign(
        last + 3, ("A", "C", ["NGƯỜI LẬP BIỂU", "(Ký, ghi rõ họ tên)"]), ("F", "I", ["GIÁM ĐỐC", "(Ký tên, đóng dấu)"])
    )
    for cell, value in figures.items():
        page.sheet[cell].value = value
    page.fit(landscape=True, titles="10:12")
    return book


def _draw_line(page: drawing.Page, row: int, number: str, label: str, code: str, unit: str, crossed: str) -> None:
    if not unit:
        page.row(row, (number, label, *[None] * 7), ["bold center box", "bold left box"])
        return
    page.row(row, (number or None, label, code, unit), ["center box", "left wrap box", "center box"])
    for column in "EFGH":
        if column in crossed:
            page.put(f"{column}{row}", "x", "center box")
        elif column == "H":
            page.put(f"H{row}", f'=IF(N(E{row})=0,"",ROUND(G{row}/E{row}*100,1))', "right box", "0.0")
        else:
            page.put(f"{column}{row}", None, "right box open", SHAPES.get(unit, "#,##0"))
    page.put(f"I{row}", None, "left wrap box open")
