"""Columns inserted, deleted, moved, one for each commune, and a table turned on its side (rules P24, P34)."""

from tests.forms.spoiling.sheets import Book, Cell, Page


def _results(page: Page) -> tuple[int, int]:
    """Return the row of the header and the first column of the results."""
    return page.place_of(("header", "Kết quả"))


def _lines(page: Page) -> list[int]:
    return page.rows_of("label")


def insert_last_year(book: Book) -> None:
    """`Năm 2018` over a count and an amount, before the results."""
    page = book.main
    row, column = _results(page)
    page.insert_column(column, {row + 1: "Kinh phí (tr.đ)", **dict.fromkeys(_lines(page), 1.5)})
    page.insert_column(column, {row: "Năm 2018", row + 1: "Số lượng", **dict.fromkeys(_lines(page), 3)})
    page.merged.append([row, column, row, column + 1])


def name_results_by_years(book: Book) -> None:
    """`Năm 2018` and `Năm 2019` over the same two columns each."""
    insert_last_year(book)
    page = book.main
    page.cell(*_results(page)).content = "Năm 2019"


def name_results_by_years_after(book: Book) -> None:
    """The same, this year's results first."""
    page = book.main
    row, column = _results(page)
    page.cell(row, column).content = "Thực hiện năm 2019"
    page.insert_column(column + 2, {row: "Thực hiện năm 2018", row + 1: "Số lượng", **dict.fromkeys(_lines(page), 3)})
    page.insert_column(column + 3, {row + 1: "Kinh phí (tr.đ)", **dict.fromkeys(_lines(page), 1.5)})
    page.merged.append([row, column + 2, row, column + 3])


def insert_a_plan_column(book: Book) -> None:
    page = book.main
    row, column = _results(page)
    page.insert_column(column, {row: "Kế hoạch", **dict.fromkeys(_lines(page), 11)})
    page.insert_column(column + 2, {row + 1: "So với cùng kỳ (%)", **dict.fromkeys(_lines(page), 104.5)})


def insert_growth(book: Book) -> None:
    page = book.main
    row, column = _results(page)
    page.insert_column(column + 2, {row: "Tăng/giảm %", **dict.fromkeys(_lines(page), 0.125)})


def delete_columns_of_words(book: Book) -> None:
    """Item, unit and note columns are gone."""
    page = book.main
    for words in ("Ghi chú", "Đơn vị tính", "STT"):
        _delete_from_table(page, words)


def _delete_from_table(page: Page, words: str) -> None:
    """Take a column out of the table; the lines above it stay where they are."""
    top, column = page.rows_of("header")[0], page.place_of(("header", words))[1]
    above = page.rows[:top]
    page.rows[:top] = [[] for _ in above]
    page.delete_column(column)
    page.rows[:top] = above


def delete_the_cost_column(book: Book) -> None:
    page = book.main
    _delete_from_table(page, "Kinh phí (tr.đ)")
    book.gone |= {mark for mark in book.truth if mark[1] == "Bieu 01" and mark[-1] == "cost"}


def move_cost_before_quantity(book: Book) -> None:
    page = book.main
    column = _results(page)[1]
    for row in range(page.place_of(("header", "Số lượng"))[0], len(page.rows)):
        if len(page.rows[row]) > column and not any(cell.mark[:1] == ("number",) for cell in page.rows[row]):
            page.cell(row, column + 1)
            cells = page.rows[row]
            cells[column], cells[column + 1] = cells[column + 1], cells[column]


def reorder_list_columns(book: Book) -> None:
    for page in book.pages:
        if page.form_name in ("Bieu 01", "Thuyet minh"):
            continue
        top = page.rows_of("header")[0]
        for row in range(top, len(page.rows)):
            page.cell(row, 9)
            page.rows[row][1:10] = [page.rows[row][1], *page.rows[row][9:1:-1]]


def insert_columns_into_lists(book: Book) -> None:
    for page in book.pages:
        if page.form_name in ("Bieu 01", "Thuyet minh"):
            continue
        top = page.rows_of("header")[0]
        lines = [row for row in page.rows_of("item") if row > top]
        page.insert_column(2, {top: "Mã số", **{line: 700 + line for line in lines}})
        page.insert_column(7, {top: "Năm 2018", **dict.fromkeys(lines, 5)})


def _with_communes(book: Book, total: str) -> None:
    page = book.main
    top, column = _results(page)
    page.cell(top, column).content = total
    for commune in ("Xã Gia Cát", "Xã Hợp Thành"):
        page.insert_column(column, {top + 1: "Kinh phí (tr.đ)", **dict.fromkeys(_lines(page), 0.5)})
        page.insert_column(column, {top: commune, top + 1: "Số lượng", **dict.fromkeys(_lines(page), 2)})
        page.merged.append([top, column, top, column + 1])


def give_each_commune_a_column_and_a_total(book: Book) -> None:
    _with_communes(book, "Tổng cộng")


def give_each_commune_a_column_without_a_total(book: Book) -> None:
    _with_communes(book, "Thị trấn Đồng Đăng")
    book.gone |= {mark for mark in book.truth if mark[:2] == ("value", "Bieu 01")}


def give_each_commune_one_column_and_a_total(book: Book) -> None:
    """Counts alone: `Xã A | Xã B | Tổng số` in the place of the two columns of results."""
    page = book.main
    top, column = _results(page)
    _delete_from_table(page, "Kinh phí (tr.đ)")
    page.cell(top, column).content, page.cell(top + 1, column).content = "Tổng số", None
    page.merged = [area for area in page.merged if area[1] != column]
    for commune in ("Xã Gia Cát", "Xã Hợp Thành"):
        page.insert_column(column, {top: commune, **dict.fromkeys(_lines(page), 2)})
    book.gone |= {mark for mark in book.truth if mark[1] == "Bieu 01" and mark[-1] == "cost"}


def turn_the_table(book: Book) -> None:
    """Lines become columns."""
    page = book.main
    top = page.rows_of("header")[0]
    width = max(len(row) for row in page.rows[top:])
    turned: list[list[Cell]] = [[] for _ in range(width)]
    for row in page.rows[top:]:
        for number in range(width):
            turned[number].append(row[number] if number < len(row) else Cell())
    page.rows[top:] = turned
    page.merged = [area for area in page.merged if area[2] < top]
    book.gone |= {mark for mark in book.truth if mark[:2] == ("value", "Bieu 01")}
