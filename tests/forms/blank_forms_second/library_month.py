"""A library's month without a single border; saved in Unicode and in the fonts .VnTime and .VnTimeH."""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

# label, unit
LINES = (
    ("A. VỐN TÀI LIỆU", ""),
    ("1. Sách bổ sung mới", "bản"),
    ("Trong đó: sách thiếu nhi", "bản"),
    ("2. Báo, tạp chí", "loại"),
    ("3. Sách thanh lý", "bản"),
    ("B. PHỤC VỤ BẠN ĐỌC", ""),
    ("1. Thẻ bạn đọc cấp mới", "thẻ"),
    ("2. Lượt bạn đọc tại chỗ", "lượt"),
    ("Trong đó: thiếu nhi", "lượt"),
    ("3. Lượt sách luân chuyển", "lượt"),
    ("4. Số buổi phục vụ lưu động", "buổi"),
    ("C. KINH PHÍ", ""),
    ("1. Mua sách, báo", "nghìn đồng"),
    ("2. Hoạt động khác", "nghìn đồng"),
)
FIRST = 11


def draw() -> Workbook:
    book, (page,) = drawing.new("TV thang", size=13)
    page.widths(50, 16, 17, 17, 24)
    page.put("A1", "SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH", "left")
    page.put("A2", "Thư viện: ......................................", "left bold")
    page.put("A3", "Địa chỉ: ......................................", "left")
    page.put("A5:E5", "BÁO CÁO HOẠT ĐỘNG THƯ VIỆN", "center bold", size=16)
    page.put("A6:E6", "Tháng: ......... năm 2010", "center italic")
    page.put("A7:E7", "(Các thư viện gửi báo cáo trước ngày 25 hàng tháng)", "center italic")
    page.row(9, ("Chỉ tiêu", "Đơn vị tính", "Trong tháng", "Lũy kế năm", "Ghi chú"), ["bold underline center"])
    for row, (label, unit) in enumerate(LINES, start=FIRST):
        look = "left bold" if not unit else "indent italic" if label.startswith("Trong") else "left"
        page.row(row, (label, unit or None), [look, "center"])
        if unit:
            page.row(row, [None] * 2, ["right"], "#,##0", column=3)
    last = FIRST + len(LINES)
    page.put(f"C{last + 1}:E{last + 1}", "......., ngày ..... tháng ..... năm 2010", "center italic")
    page.sign(last + 2, ("A", "A", ["NGƯỜI LẬP BÁO CÁO", "(Ký, họ tên)"]), ("C", "E", ["GIÁM ĐỐC", "(Ký tên)"]))
    page.fit()
    return book
