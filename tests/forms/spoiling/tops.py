"""What people do above the table and to its header (rules P16 to P18, P30, P31)."""

from tests.forms.spoiling.sheets import Book, Page


def _header(page: Page) -> int:
    return page.rows_of("header")[0]


def move_title_rows(book: Book) -> None:
    """A letterhead of four rows on top, the title merged over two rows."""
    for page in book.pages:
        page.insert_rows(0, [["UBND TỈNH LẠNG SƠN", None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"], [], [], []])
        page.merged += [[0, 0, 0, 2], [0, 3, 0, 5]]


def put_blank_rows_before_the_table(book: Book) -> None:
    for page in book.pages:
        page.insert_rows(_header(page), [[] for _ in range(6)])


def leave_two_columns_free(book: Book) -> None:
    for page in book.pages:
        page.insert_column(0, {})
        page.insert_column(0, {})


def print_a_three_row_header(book: Book) -> None:
    page = book.main
    top = _header(page)
    column = _column_of(page, "Kết quả")
    page.insert_rows(top, [[None] * column + ["Kết quả thực hiện Tháng hành động"]])
    page.merged.append([top, column, top, column + 1])
    for number in range(column + 3):
        if number not in (column, column + 1):
            above, below = page.cell(top, number), page.cell(top + 1, number)
            above.content, above.mark, below.content, below.mark = below.content, below.mark, None, ()


def _column_of(page: Page, words: str) -> int:
    return page.place_of(("header", words))[1]


def print_the_header_in_one_row(book: Book) -> None:
    page = book.main
    row, column = page.place_of(("header", "Kết quả"))
    for number in (column, column + 1):
        page.cell(row, number).content = page.cell(row + 1, number).content
    page.merged = [area for area in page.merged if area[0] != row]
    page.delete_row(row + 1)


def unmerge_everything(book: Book) -> None:
    for page in book.pages:
        page.merged.clear()


def repeat_the_header_on_each_page(book: Book) -> None:
    """Somebody copied the header before sections IV and VII, where the printed page turns."""
    page = book.main
    top = _header(page)
    head = [[cell.content for cell in page.rows[top + number]] for number in range(3)]
    for section in ("VẬN ĐỘNG NGUỒN LỰC, QUỸ BẢO TRỢ TRẺ EM",
                    "HÈ AN TOÀN, LÀNH MẠNH; PHÒNG, CHỐNG ĐUỐI NƯỚC, TAI NẠN, THƯƠNG TÍCH"):  # fmt: skip
        page.insert_rows(page.place_of(("section", section))[0], head)


def leave_out_the_numbers_row(book: Book) -> None:
    for page in book.pages:
        for row in reversed(page.rows_of("number")):
            page.delete_row(row)


def number_the_columns_as_numbers(book: Book) -> None:
    for page in book.pages:
        for row in page.rows_of("number"):
            for number, cell in enumerate(page.rows[row], start=1):
                if cell.mark[:1] == ("number",):
                    cell.content = number


def number_the_columns_as_sums(book: Book) -> None:
    for page in book.pages:
        for cell in page.marked("number"):
            if str(cell.content) == "(2)":
                cell.content = "(2)=(3)+(4)"


def leave_the_day_blank(book: Book) -> None:
    page = book.main
    row, column = page.place_of(("head", "date"))
    page.cell(row, column).content = "ngày     tháng 7 năm 2019"
    book.truth["head", "date"] = "ngày     tháng 7 năm 2019"
    for _, _, cell in page.places():
        if isinstance(cell.content, str) and cell.content.startswith("Lạng Sơn, ngày"):
            cell.content = "Lạng Sơn, ngày     tháng 7 năm 2019"


def write_header_fields_in_one_cell(book: Book) -> None:
    page = book.main
    for cell in page.marked("head"):
        row, column = page.place_of(cell.mark)
        label = max(number for number in range(column) if page.cell(row, number).content)
        page.cell(row, label).content = f"{page.cell(row, label).content} {cell.content}"
        page.cell(row, label).mark, cell.mark, cell.content = cell.mark, (), None


def write_header_fields_on_dotted_leaders(book: Book) -> None:
    for cell in book.main.marked("head"):
        cell.content = f"…………{cell.content}…………"


def write_all_header_fields_in_two_lines(book: Book) -> None:
    """`Người lập biểu: Hoàng Thị A    Chức vụ: Chuyên viên` in one cell."""
    page = book.main
    row, column = page.place_of(("head", "preparer"))
    position = page.cell(*page.place_of(("head", "position")))
    name = page.cell(row, column)
    page.cell(row, 0).content = f"Người lập biểu: {name.content}        Chức vụ: {position.content}"
    page.cell(row, 0).mark = name.mark
    for number in range(1, len(page.rows[row])):
        if page.cell(row, number).content:
            page.cell(row, number).content = None
            page.cell(row, number).mark = ()
    page.cell(row, 19).mark = ("head", "position")
