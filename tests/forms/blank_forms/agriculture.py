"""Farm production: the same three lines under every crop, number formats that tell decimals, last year beside."""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

CROPS = ("Lúa đông xuân", "Lúa mùa", "Ngô cả năm", "Lạc", "Rau các loại")
CROP_LINES = (("-", "Diện tích", "ha"), ("-", "Năng suất", "tạ/ha"), ("-", "Sản lượng", "tấn"))
# item, label, unit: without a unit there is nothing to fill in
CROP_TABLE = (
    ("A", "CÂY HÀNG NĂM", ""),
    *(line for number, crop in enumerate(CROPS, start=1) for line in ((str(number), crop, ""), *CROP_LINES)),
    ("B", "CÂY LÂU NĂM, LÂM NGHIỆP", ""),
    ("1", "Diện tích cây hồi hiện có", "ha"),
    ("", "Trong đó: diện tích cho sản phẩm", "ha"),
    ("2", "Diện tích rừng trồng mới tập trung", "ha"),
    ("3", "Sản lượng gỗ khai thác", "m3"),
    ("4", "Tỷ lệ che phủ rừng", "%"),
)
ANIMALS = (
    ("1", "Đàn trâu", "con"),
    ("", "Tr.đó: trâu cái sinh sản", "con"),
    ("2", "Đàn bò", "con"),
    ("3", "Đàn lợn (không kể lợn con chưa tách mẹ)", "con"),
    ("4", "Đàn gia cầm", "con"),
    ("", "Tr.đó: gà", "con"),
    ("5", "Số hộ chăn nuôi trang trại", "hộ"),
)
SHAPES = {"tạ/ha": "0.00", "%": "0.0"}
FIRST = 10
TITLE = "BÁO CÁO KẾT QUẢ SẢN XUẤT NÔNG, LÂM NGHIỆP NĂM 2024"


def draw() -> Workbook:
    book, (crops, animals) = drawing.new("Trong trot", "Chan nuoi")
    _draw_top(crops, "PHẦN I. TRỒNG TRỌT, LÂM NGHIỆP")
    for row, line in enumerate(CROP_TABLE, start=FIRST):
        _draw_line(crops, row, *line, "#,##0.0")
    _draw_top(animals, "PHẦN II. CHĂN NUÔI")
    for row, line in enumerate(ANIMALS, start=FIRST):
        _draw_line(animals, row, *line, "#,##0")
    last = FIRST + len(ANIMALS)
    animals.put(f"F{last + 1}:H{last + 1}", "Ngày …… tháng …… năm 2024", "center italic")
    animals.sign(last + 2, ("A", "B", ["NGƯỜI LẬP BIỂU"]), ("F", "H", ["TRƯỞNG PHÒNG", "(Ký tên, đóng dấu)"]))
    for page in (crops, animals):
        page.fit(landscape=True, titles="7:9")
    return book


def _draw_top(page: drawing.Page, part: str) -> None:
    page.widths(5, 44, 10, 15, 13, 15, 14, 14)
    page.put("A1:B1", "UBND HUYỆN …………………", "center")
    page.put("A2:B2", "PHÒNG NÔNG NGHIỆP VÀ PTNT", "center bold")
    page.put("D1:H1", "Huyện, thành phố: ………………………………", "left")
    page.put("D2:F2", "Người lập: ……………………", "left")
    page.put("G2:H2", "ĐT: ……………………", "left")
    page.put("A4:H4", TITLE, "center bold", size=14)
    page.put("A5:H5", part, "center bold")
    page.head(
        A7_A8="TT",
        B7_B8="Chỉ tiêu",
        C7_C8="Đơn vị tính",
        D7_D8="Thực hiện cùng kỳ năm trước",
        E7_E8="Kế hoạch năm 2024",
    )
    page.head(F7_F8="Ước thực hiện năm 2024", G7_H7="So sánh (%)", G8="Cùng kỳ năm trước", H8="Kế hoạch")
    page.row(9, ("A", "B", "C", "1", "2", "3", "4=3/1", "5=3/2"), ["center italic box"])


def _draw_line(page: drawing.Page, row: int, item: str, label: str, unit: str, number: str) -> None:
    bold = "" if unit else "bold "
    fill = " yellow" if label.isupper() else ""
    page.row(
        row,
        (item or None, label, unit or None),
        [f"{bold}center box{fill}", f"{bold}left wrap box{fill}", f"center box{fill}"],
    )
    page.row(row, [None] * 3, [f"right box{fill}"], SHAPES.get(unit, number), column=4)
    for column, whole in (("G", "D"), ("H", "E")):
        ratio = f'=IF(N({whole}{row})=0,"",F{row}/{whole}{row}*100)' if unit else None
        page.put(f"{column}{row}", ratio, f"right box{fill}", "0.0")
