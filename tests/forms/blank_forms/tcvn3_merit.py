"""A form that has been passed on since the nineties: an .xls in fonts .VnTime and .VnTimeH, drawn in Unicode here.

Capitals with tone marks exist in .VnTimeH only, so a cell is all capitals or has none of them.
"""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

# item, label, unit, columns to fill in
LINES = (
    ("I", "THĂM HỎI, TẶNG QUÀ", "", ""),
    ("1", "Gia đình liệt sĩ được thăm, tặng quà", "hộ", "DE"),
    ("2", "Thương binh, bệnh binh được thăm, tặng quà", "người", "DE"),
    ("", "Trong đó: thương binh nặng (tỷ lệ từ 81% trở lên)", "người", "DE"),
    ("3", "Bà mẹ Việt Nam anh hùng được phụng dưỡng", "người", "DE"),
    ("II", "NHÀ TÌNH NGHĨA", "", ""),
    ("1", "Xây mới", "nhà", "DE"),
    ("2", "Sửa chữa", "nhà", "DE"),
    ("III", "MỘ, NGHĨA TRANG LIỆT SĨ", "", ""),
    ("1", "Số mộ liệt sĩ được tu sửa", "mộ", "DE"),
    ("2", "Số hài cốt liệt sĩ được quy tập", "hài cốt", "D"),
    ("IV", "QUỸ ĐỀN ƠN ĐÁP NGHĨA", "", ""),
    ("1", "Số tiền vận động được trong năm", "triệu đồng", "E"),
    ("2", "Số tiền đã chi", "triệu đồng", "E"),
    ("", "Cộng kinh phí thực hiện (mục I, II, III)", "triệu đồng", "E"),
)
FIRST = 12


def draw() -> Workbook:
    book, (page,) = drawing.new("Bieu 27-7", size=13)
    page.widths(6, 52, 14, 13, 19, 16)
    page.motto(("A", "B"), ("C", "F"), ("UBND HUYỆN ........................", "PHÒNG NỘI VỤ - LĐTBXH"))
    page.put("A4:F4", "BÁO CÁO KẾT QUẢ HOẠT ĐỘNG KỶ NIỆM NGÀY THƯƠNG BINH - LIỆT SĨ", "center bold", size=14)
    page.put("A5:F5", "(Kèm theo công văn số ....... ngày ..../7/2007)", "center italic")
    page.put("A7:B7", "Đơn vị báo cáo: ..........................................")
    page.put("C7:F7", "Người lập biểu: ..........................................")
    page.head(A9_A10="TT", B9_B10="Nội dung", C9_C10="Đơn vị tính", D9_E9="Kết quả thực hiện")
    page.head(D10="Số lượng", E10="Kinh phí (triệu đồng)", F9_F10="Ghi chú")
    page.row(11, ("A", "B", "C", "1", "2", "3"), ["center italic box"])
    for row, (item, label, unit, filled) in enumerate(LINES, start=FIRST):
        look = "" if unit else "bold "
        page.row(row, (item or None, label, unit or None), [f"{look}center box", f"{look}left wrap box", "center box"])
        for column, number in (("D", "#,##0"), ("E", "#,##0.0")):
            crossed = unit and column not in filled
            page.put(f"{column}{row}", "x" if crossed else None, "center box" if crossed else "right box", number)
        page.put(f"F{row}", None, "box")
    last = FIRST + len(LINES) - 1
    money = "+".join(f"E{FIRST + number}" for number, line in enumerate(LINES[:11]) if _counts(line))
    page.put(f"E{last}", f"={money}", "bold right box", "#,##0.0")
    page.put(f"D{last + 1}:F{last + 1}", "Ngày ..... tháng 7 năm 2007", "center italic")
    page.sign(
        last + 2, ("A", "B", ["NGƯỜI LẬP BIỂU", "(Ký, họ tên)"]), ("D", "F", ["TRƯỞNG PHÒNG", "(Ký tên, đóng dấu)"])
    )
    page.fit()
    return book


def _counts(line: tuple[str, str, str, str]) -> bool:
    """Say whether the money of `line` is part of the total: a part of another line would count twice."""
    return "E" in line[3] and not line[1].startswith("Trong đó")
