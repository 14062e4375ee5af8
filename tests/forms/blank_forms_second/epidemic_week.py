"""Weekly cases by commune: the printed lines are places, and their total is the first line of the table."""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

COMMUNES = (
    *("Thị trấn Pác Luồng", "Xã Bản Khoang", "Xã Nà Sầm", "Xã Khuổi Lừa", "Xã Tân Hợp", "Xã Suối Lạnh"),
    *("Xã Đồng Mỏ", "Xã Phú Cường", "Xã Hòa Lạc"),
)
FIRST = 11


def draw() -> Workbook:
    book, (page,) = drawing.new("SXH tuan", font="Arial", size=11)
    page.widths(6, 30, *[12] * 8)
    page.put("A1:D1", "Trung tâm Y tế: ………………………………", "left bold")
    page.put("F1:J1", "Kính gửi: Trung tâm Kiểm soát bệnh tật tỉnh", "left")
    page.put("A2:D2", "Tuần báo cáo: …… (từ ngày …/… đến ngày …/…)", "left")
    page.put("A4:J4", "BÁO CÁO TUẦN VỀ BỆNH SỐT XUẤT HUYẾT DENGUE", "center bold", size=14)
    page.put("A5:D5", "Người báo cáo: ………………………", "left")
    page.put("F5:J5", "ĐT: ………………………", "left")
    page.head(A7_A9="STT", B7_B9="Địa phương", C7_F7="Số mắc", C8_D8="Trong tuần", E8_E9="Cộng dồn từ đầu năm")
    page.head(C9="Nghi ngờ", D9="Xác định", F8_F9="Cùng kỳ năm trước", G7_H7="Số tử vong", G8_G9="Trong tuần")
    page.head(H8_H9="Cộng dồn", I7_J7="Ổ dịch", I8_I9="Phát hiện", J8_J9="Đã xử lý")
    page.row(10, ("", "", *(f"({number})" for number in range(1, 9))), ["center italic box"])
    last = FIRST + len(COMMUNES)
    page.row(FIRST, (None, "Toàn huyện"), ["bold box"])
    for column in "CDEFGHIJ":
        page.put(f"{column}{FIRST}", f"=SUM({column}{FIRST + 1}:{column}{last})", "bold right box", "#,##0")
    for row, name in enumerate(COMMUNES, start=FIRST + 1):
        page.row(row, (row - FIRST, name), ["center box", "left box"])
        page.row(row, [None] * 8, ["right box"], "#,##0", column=3)
    page.sign(last + 2, ("A", "D", ["NGƯỜI BÁO CÁO"]), ("G", "J", ["GIÁM ĐỐC", "(Ký tên, đóng dấu)"]))
    page.fit(landscape=True)
    return book
