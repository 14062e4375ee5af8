"""What people do to the open lists: columns gone or renamed, merged cells, headings between records (P17, P24, P27)."""

from tests.forms.spoiling.sheets import Book, Page


def _lists(book: Book) -> list[Page]:
    return [page for page in book.pages if page.form_name in ("Bieu 02", "Bieu 03", "Bieu 04")]


def _records(page: Page) -> list[int]:
    top = page.rows_of("header")[0]
    return [row for row in page.rows_of("item") if row > top]


def delete_list_columns(book: Book) -> None:
    """The amounts are gone, and the dates."""
    for page in _lists(book):
        for words in ("Kinh phí (triệu đồng)", "Thành tiền (triệu đồng)", "Ngày khởi công/hoàn thành"):
            if page.has(("header", words)):
                page.delete_column(page.place_of(("header", words))[1])
    there = {cell.mark for page in book.pages for cell in page.marked("value")}
    book.gone |= {mark for mark in book.truth if mark[0] == "value" and mark not in there}


def rename_list_columns(book: Book) -> None:
    """A header that nobody could know."""
    for page in _lists(book):
        for cell in page.marked("header"):
            if cell.content in ("Kinh phí (triệu đồng)", "Số suất"):
                cell.content = "Quy mô"
    lost = {("Bieu 02", "cost"), ("Bieu 03", "parcels"), ("Bieu 04", "cost")}
    book.gone |= {mark for mark in book.truth if mark[0] == "value" and (mark[1], mark[-1]) in lost}


def merge_equal_cells(book: Book) -> None:
    """One donor, one place over several records."""
    for page in _lists(book):
        rows = _records(page)
        column = 1 if page.form_name == "Bieu 03" else 3 if page.form_name == "Bieu 02" else 2
        first = page.cell(rows[0], column)
        for row in rows[1:3]:
            cell = page.cell(row, column)
            book.truth[cell.mark] = first.content
            cell.content = None
        page.merged.append([rows[0], column, rows[2], column])


def put_headings_between(book: Book) -> None:
    for page in _lists(book):
        rows = _records(page)
        page.insert_rows(rows[2], [[None, "Nguồn xã hội hóa"]])
        page.insert_rows(rows[0], [["I", "NGÂN SÁCH NHÀ NƯỚC"], ["A. Cấp huyện"]])


def name_a_director_as_donor(book: Book) -> None:
    """A record that begins like a signature, as text only."""
    page = book.page("Bieu 02")
    row = _records(page)[1]
    for column, content in ((1, "Giám đốc Trung tâm Văn hóa bàn giao sân chơi"), (6, None), (8, None)):
        cell = page.cell(row, column)
        cell.content = content
        book.truth[cell.mark] = content
    for row in _records(page):
        page.cell(row, 0).content = str(page.cell(row, 0).content)


def put_blank_rows_into_lists(book: Book) -> None:
    for page in _lists(book):
        for row in reversed(_records(page)):
            page.insert_rows(row, [[]])


def leave_list_items_out(book: Book) -> None:
    for page in _lists(book):
        for row in _records(page):
            page.cell(row, 0).content = None
