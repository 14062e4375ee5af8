"""A workbook with a cover and a guide before its tables: what is filled in on the cover is repeated by formulas.

The truth declares what the tables repeat, since fields are read above a table. Cover and guide are no sheets of it.
"""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

GUIDE = (
    "1. Điền thông tin chung tại trang Bia trước khi nhập số liệu; các trang sau tự lấy tên đơn vị.",
    "2. Không thêm, bớt, đổi tên trang; không xóa công thức.",
    "3. Cột 1 = cột 2 + cột 3. Chỉ tiêu không phát sinh ghi số 0.",
    "4. Trang Bieu 2: mỗi hoạt động ghi một dòng, có thể chèn thêm dòng phía trên dòng Tổng.",
)
# item, label
LINES = (
    ("I", "Lãnh đạo, quản lý"),
    ("1", "Cấp ủy viên cấp huyện"),
    ("2", "Đại biểu Hội đồng nhân dân cấp huyện"),
    ("3", "Lãnh đạo cấp phòng"),
    ("II", "Cán bộ, công chức, viên chức"),
    ("1", "Công chức có mặt"),
    ("", "+ Trong đó: người dân tộc thiểu số"),
    ("2", "Viên chức có mặt"),
    ("3", "Được cử đi đào tạo, bồi dưỡng trong năm"),
)
FIRST = 9
TITLE = "SỐ LIỆU BÌNH ĐẲNG GIỚI TRONG LÃNH ĐẠO, QUẢN LÝ"


def draw() -> Workbook:
    book, (cover, guide, numbers, activities) = drawing.new("Bia", "Huong dan", "Bieu 1", "Bieu 2", size=12)
    _draw_cover(cover)
    guide.widths(110)
    guide.put("A1", "HƯỚNG DẪN NHẬP SỐ LIỆU", "bold center")
    for row, words in enumerate(GUIDE, start=3):
        guide.put(f"A{row}", words, "left wrap")
    _draw_numbers(numbers)
    _draw_activities(activities)
    return book


def _draw_cover(page: drawing.Page) -> None:
    page.widths(4, 30, 50)
    page.put("B2:C2", "ỦY BAN NHÂN DÂN TỈNH", "center")
    page.put("B4:C4", "BÁO CÁO THỐNG KÊ VỀ BÌNH ĐẲNG GIỚI", "center bold", size=18)
    page.put("B5:C5", "NĂM 2025", "center bold", size=16)
    for row, label in enumerate(("Tên đơn vị:", "Người lập báo cáo:", "Điện thoại:"), start=8):
        page.put(f"B{row}", label, "right")
        page.put(f"C{row}", None, "left box yellow open", "@" if row == 10 else "")
    page.fit()


def _draw_heading(page: drawing.Page, last: str, title: str) -> None:
    page.put("A1:B1", "Đơn vị báo cáo:", "left")
    page.put(f"C1:{last}1", '=IF(Bia!C8="","",Bia!C8)', "left bold")
    page.put("A2:B2", "Người lập:", "left")
    page.put(f"C2:{last}2", '=IF(Bia!C9="","",Bia!C9)', "left")
    page.put(f"A4:{last}4", title, "center bold", size=14)


def _draw_numbers(page: drawing.Page) -> None:
    page.widths(6, 50, 12, 12, 12, 14)
    _draw_heading(page, "F", TITLE)
    page.put("F5", "ĐVT: người", "right italic")
    page.head(A6_A7="TT", B6_B7="Nhóm đối tượng", C6_C7="Tổng số", D6_E6="Chia theo giới tính", D7="Nam", E7="Nữ")
    page.head(F6_F7="Tỷ lệ nữ (%)")
    page.row(8, ("A", "B", "1=2+3", "2", "3", "4=3/1"), ["center italic box"])
    for row, (item, label) in enumerate(LINES, start=FIRST):
        heading = item.startswith("I")
        strong = "bold " if heading else ""
        page.row(row, (item or None, label), [f"{strong}center box", f"{strong}left box"])
        page.put(f"C{row}", None if heading else f"=D{row}+E{row}", "right box", "#,##0")
        page.row(row, (None, None), ["right box open"], "#,##0", column=4)
        page.put(f"F{row}", None if heading else f'=IF(C{row}=0,"",E{row}/C{row}*100)', "right box", "0.0")
    page.fit()


def _draw_activities(page: drawing.Page) -> None:
    page.widths(6, 44, 18, 15, 14, 14, 18)
    _draw_heading(page, "G", "HOẠT ĐỘNG VÌ SỰ TIẾN BỘ CỦA PHỤ NỮ")
    heads = ("TT", "Tên hoạt động", "Hình thức", "Ngày tổ chức", "Số người dự", "Trong đó: nữ", "Kinh phí (triệu đồng)")
    page.row(6, heads, [drawing.HEAD])
    for row in range(7, 19):
        page.row(row, (row - 6, None), ["center box", "left wrap box"])
        page.row(row, (None, None, None), ["center box"], column=3)
        for column, shape in (("D", "dd/mm/yyyy"), ("E", "#,##0"), ("F", "#,##0"), ("G", "#,##0.0")):
            page.put(f"{column}{row}", None, "right box", shape)
    page.choose("C7:C18", "Hội nghị,Tập huấn,Truyền thông,Hội thi,Khác")
    page.put("A19:D19", "Tổng", "center bold box")
    for column in "EFG":
        page.put(
            f"{column}19", f"=SUM({column}7:{column}18)", "bold right box", "#,##0.0" if column == "G" else "#,##0"
        )
    page.fit(landscape=True)
