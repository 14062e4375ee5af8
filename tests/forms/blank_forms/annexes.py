"""A report in annexes: worksheets PL1 to PL3 with the same columns, each a field of work, and a sheet of questions."""

from openpyxl import Workbook

from tests.forms.blank_forms import drawing

# worksheet, title, its lines (item, label, unit)
ANNEXES = (
    (
        "PL1",
        "Phụ lục 1: LĨNH VỰC GIÁO DỤC",
        (
            ("1", "Trẻ em mầm non được hỗ trợ ăn trưa", "trẻ em"),
            ("2", "Học sinh được miễn, giảm học phí", "học sinh"),
            ("", "Trong đó: học sinh dân tộc thiểu số", "học sinh"),
            ("3", "Học sinh được hỗ trợ gạo", "học sinh"),
            ("4", "Điểm trường lẻ được kiên cố hóa", "điểm"),
        ),
    ),
    (
        "PL2",
        "Phụ lục 2: LĨNH VỰC Y TẾ",
        (
            ("1", "Trẻ em dưới 6 tuổi được cấp thẻ bảo hiểm y tế", "trẻ em"),
            ("2", "Trẻ em được khám sàng lọc", "trẻ em"),
            ("", "Trong đó: phát hiện khuyết tật", "trẻ em"),
            ("3", "Trạm y tế xã có bác sĩ làm việc", "trạm"),
        ),
    ),
    (
        "PL3",
        "Phụ lục 3: LĨNH VỰC AN SINH XÃ HỘI",
        (
            ("1", "Hộ nghèo được hỗ trợ tiền điện", "hộ"),
            ("2", "Hộ được vay vốn ưu đãi", "hộ"),
            ("3", "Người cao tuổi cô đơn được chăm sóc tại cộng đồng", "người"),
        ),
    ),
)
QUESTIONS = (
    "1. Công tác chỉ đạo, điều hành",
    "2. Kết quả nổi bật, cách làm hay",
    "3. Tồn tại, hạn chế và nguyên nhân (nêu rõ nguyên nhân chủ quan, khách quan)",
    "4. Kiến nghị, đề xuất với UBND tỉnh và các sở, ngành",
)
TITLE = "BÁO CÁO KẾT QUẢ THỰC HIỆN CHƯƠNG TRÌNH GIẢM NGHÈO BỀN VỮNG"


def draw() -> Workbook:
    book, pages = drawing.new(*(name for name, _, _ in ANNEXES), "Danh gia")
    for page, (_, title, lines) in zip(pages, ANNEXES, strict=False):
        _draw_annex(page, title, lines)
    _draw_questions(pages[-1])
    return book


def _draw_annex(page: drawing.Page, title: str, lines: tuple[tuple[str, str, str], ...]) -> None:
    page.widths(6, 48, 12, 14, 14, 16, 16)
    page.put("A1:C1", "Đơn vị báo cáo: ……………………………………", "left")
    page.put("F1:G1", title.split(":", maxsplit=1)[0], "right bold italic")
    page.put("A2:G2", TITLE, "center bold", size=14)
    page.put("A3:G3", title, "center bold")
    page.put("A4:G4", "(Số liệu 6 tháng đầu năm 2024)", "center italic")
    page.head(A6_A7="STT", B6_B7="Nội dung hỗ trợ", C6_C7="ĐVT", D6_E6="Số lượng")
    page.head(D7="Kế hoạch", E7="Thực hiện", F6_G6="Kinh phí (triệu đồng)", F7="Ngân sách nhà nước", G7="Nguồn khác")
    for row, (item, label, unit) in enumerate(lines, start=8):
        page.row(row, (item or None, label, unit), ["center box", "left wrap box", "center box"])
        page.row(row, [None] * 2, ["right box"], "#,##0", column=4)
        page.row(row, [None] * 2, ["right box"], "#,##0.00", column=6)
    last = 8 + len(lines)
    page.sign(last + 2, ("A", "B", ["NGƯỜI LẬP BIỂU"]), ("E", "G", ["THỦ TRƯỞNG ĐƠN VỊ", "(Ký tên, đóng dấu)"]))
    page.fit(landscape=True)


def _draw_questions(page: drawing.Page) -> None:
    page.widths(*[15] * 6)
    page.put("A1:F1", "ĐÁNH GIÁ CHUNG", "center bold", size=14)
    page.put("A2:F2", "(Đề nghị trả lời ngắn gọn, mỗi mục không quá 1 trang)", "center italic")
    row = 4
    for question in QUESTIONS:
        page.put(f"A{row}:F{row}", question, "bold left wrap")
        page.put(f"A{row + 1}:F{row + 6}", None, "box top left wrap open")
        row += 8
    page.fit()
