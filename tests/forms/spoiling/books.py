"""Sheets renamed, moved and added; rows hidden, figures struck out, remarks and text boxes (P07, P25, P26, P32)."""

import copy

from tests.forms.spoiling.sheets import Book, Cell, Page


def rename_sheets(book: Book) -> None:
    for page, name in zip(book.pages, ("BIỂU 01", "Bieu 2", "PL3", "Sheet4", "Phan loi"), strict=True):
        page.name = name


def reorder_sheets(book: Book) -> None:
    book.pages.reverse()


def add_sheets_of_their_own(book: Book) -> None:
    sums = Page("tinh toan", [[Cell("Cộng"), Cell(5), Cell(7)], [Cell("STT"), Cell("Nội dung"), Cell("Số lượng")]])
    book.pages[0:0] = [Page("Sheet2", []), sums]
    book.pages.append(Page("foxz", [[Cell("x")]], visible=False))


def _copy_of_main(book: Book, name: str) -> Page:
    page = copy.deepcopy(book.main)
    page.name = name
    for _, _, cell in page.places():
        if cell.mark[:1] == ("value",) and isinstance(cell.content, (int, float)):
            cell.content += 1
        cell.mark = ()
    return page


def keep_last_years_sheet(book: Book) -> None:
    """Last year's sheet stands first, and this year's is called 2019."""
    old = _copy_of_main(book, "2018")
    for _, _, cell in old.places():
        if isinstance(cell.content, str):
            cell.content = cell.content.replace("NĂM 2019", "NĂM 2018").replace("THDTE-2019", "THDTE-2018")
    book.main.name = "2019"
    book.pages.insert(0, old)


def keep_a_draft(book: Book) -> None:
    """An earlier state of the same sheet stands first, hidden behind the sheet with the form's name."""
    book.pages.insert(0, _copy_of_main(book, "Bieu cu"))


def keep_a_second_filled_sheet(book: Book) -> None:
    """Two sheets bear the same table, and neither has the form's name: nobody can know which one counts."""
    book.pages.insert(1, _copy_of_main(book, "Gia Cat"))
    book.main.name = "Hop Thanh"
    book.gone |= {mark for mark in book.truth if mark[:2] == ("value", "Bieu 01")}


def hide_rows_and_columns(book: Book) -> None:
    page = book.main
    page.hidden_rows = {page.place_of(("label", line))[0] for line in ("banners", "gifts_poor", "clubs")}
    page.hidden_columns = {page.place_of(("header", "Đơn vị tính"))[1], page.place_of(("header", "Kết quả"))[1] + 1}


def filter_rows(book: Book) -> None:
    page = book.main
    page.filtered = True
    page.hidden_rows = set(page.rows_of("label")[10:30])


def hide_list_rows(book: Book) -> None:
    for page in book.pages:
        if page.form_name not in ("Bieu 01", "Thuyet minh"):
            page.hidden_rows = {page.rows_of("item")[1]}


def strike_figures_out(book: Book) -> None:
    for number, cell in enumerate(book.main.marked("value")):
        cell.struck = number % 9 == 0


def remark_on_figures(book: Book) -> None:
    for number, cell in enumerate(book.main.marked("value")):
        if number % 11 == 0:
            cell.comment = "số đúng là 320"


def write_figures_into_text_boxes(book: Book) -> None:
    """Some figures stand in text boxes over cells left blank; the file shows them, the cells do not hold them."""
    page = book.main
    for line in ("news_items", "gifts_girls", "health_checks", "clubs"):
        cell = next(cell for cell in page.marked("value") if cell.mark[2:] == (line, "quantity"))
        row, column = page.place_of(cell.mark)
        page.boxes.append((row, column, str(cell.content)))
        cell.content = None
        book.gone.add(cell.mark)
