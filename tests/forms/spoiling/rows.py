"""Rows inserted, deleted and moved; totals, notes and signatures (rules P23, P27 to P29)."""

import random

from tests.forms.spoiling.sheets import Book, Cell, Page

_INSERTED = (
    ("gifts_girls", "5.5a", "Tặng sữa: 200 hộp", "hộp", 200, 6.5),
    ("surgeries", "5.11", "Trẻ em được tặng thẻ bảo hiểm y tế", "trẻ em", 77, 3.5),
    ("news_items", "", "Bài đăng trên mạng xã hội", "bài", 45, None),
    ("swimming_children", "7.6a", "Trẻ em được cấp áo phao", "trẻ em", 31, 2.0),
)


def insert_rows_of_their_own(book: Book) -> None:
    page = book.main
    for after, item, label, unit, quantity, cost in _INSERTED:
        page.insert_rows(page.place_of(("label", after))[0] + 1, [[item, label, unit, quantity, cost]])


def insert_rows_that_sound_alike(book: Book) -> None:
    """Each stands before the line of the form that it resembles, with a figure of its own."""
    page = book.main
    for before, label in (
        ("gifts", "Trẻ em được thăm, tặng quà dịp Tết"), ("scholarships", "Trẻ em được nhận học bổng cấp xã"),
        ("swimming_classes", "Lớp dạy bóng, kỹ năng an toàn trong môi trường nước"),
        ("clubs", "Mô hình, câu lạc bộ quyền trẻ em đã dừng hoạt động"),
    ):  # fmt: skip
        page.insert_rows(page.place_of(("label", before))[0], [[None, label, None, 7, 0.7]])


def replace_lines_by_others_that_sound_alike(book: Book) -> None:
    """The unit crossed a line out and wrote another thing that it counts in its place."""
    for line, label in (
        ("swimming_classes", "Lớp dạy bóng, kỹ năng an toàn trong môi trường nước"),
        ("clubs", "Mô hình, câu lạc bộ quyền trẻ em đã dừng hoạt động"),
        ("scholarships", "Trẻ em được nhận học bạ"),
        ("donor_individuals", "Cá nhân được ủng hộ"),
    ):
        for cell in book.main.marked("label"):
            if cell.mark == ("label", line):
                cell.content = label
        book.gone |= {mark for mark in book.truth if mark[:3] == ("value", "Bieu 01", line)}


def write_lines_twice(book: Book) -> None:
    """The unit copied two lines and gave them other figures: nobody can know which one counts."""
    page = book.main
    for line in ("gifts", "talks"):
        row = page.place_of(("label", line))[0]
        cells = [cell.content for cell in page.rows[row]]
        page.insert_rows(row + 1, [[cells[0], cells[1], cells[2], 77, 8.5]])
        book.gone |= {mark for mark in book.truth if mark[:3] == ("value", "Bieu 01", line)}


def delete_rows(book: Book) -> None:
    page = book.main
    for line in ("banners", "gifts_special", "surgeries", "summer_events", "clubs_new"):
        page.delete_row(page.place_of(("label", line))[0])
        book.gone |= {mark for mark in book.truth if mark[:3] == ("value", "Bieu 01", line)}


def _blocks(page: Page) -> list[list[list[Cell]]]:
    """Take the lines of each section out of the page and return them, the section's own row first."""
    rows = page.rows_of("item")
    blocks: list[list[list[Cell]]] = []
    for row in range(rows[0], rows[-1] + 1):
        if any(cell.mark[:1] == ("section",) for cell in page.rows[row]):
            blocks.append([])
        blocks[-1].append(page.rows[row])
    del page.rows[rows[0] : rows[-1] + 1]
    return blocks


def shuffle_lines_within_sections(book: Book) -> None:
    """Lines change places; the parts of a whole stay under it."""
    page, chance = book.main, random.Random(5)
    first = page.rows_of("item")[0]
    ordered = []
    for block in _blocks(page):
        groups: list[list[list[Cell]]] = []
        for row in block[1:]:
            if not groups or not str(row[1].content).startswith("Trong đó"):
                groups.append([])
            groups[-1].append(row)
        chance.shuffle(groups)
        ordered += [block[0], *(row for group in groups for row in group)]
    page.rows[first:first] = ordered


def move_sections(book: Book) -> None:
    page = book.main
    first = page.rows_of("item")[0]
    blocks = _blocks(page)
    page.rows[first:first] = [row for block in (*blocks[4:], *blocks[:4]) for row in block]


def put_blank_rows_between(book: Book) -> None:
    page = book.main
    for row in reversed(page.rows_of("section")):
        page.insert_rows(row, [[], []])


def leave_section_rows_out(book: Book) -> None:
    page = book.main
    for row in reversed(page.rows_of("section")):
        page.delete_row(row)


def add_total_rows(book: Book) -> None:
    """A total under every section, and one at the top and one at the end of each list."""
    page = book.main
    for row in page.rows_of("section")[:0:-1]:
        page.insert_rows(row, [[None, "Cộng", None, 4321, 98.5]])
    for page in book.pages:
        items = page.rows_of("item")
        if page.name in ("Bieu 02", "Bieu 03", "Bieu 04") and items:
            totals = [None, "Tổng số", None, None, None, 999, 77.5, 999, 55.5]
            page.insert_rows(items[-1] + 1, [["TỔNG CỘNG", *totals[2:]]])
            page.insert_rows(items[0], [totals])


def add_notes_under_the_table(book: Book) -> None:
    for page in book.pages:
        items = page.rows_of("item")
        if items:
            page.insert_rows(
                items[-1] + 2,
                [["Ghi chú: số liệu đến 25/6"], ["* chưa tính xã Công Sơn"], ["(*) Nguồn: 12 xã, thị trấn báo cáo"]],
            )


def add_signature_blocks(book: Book) -> None:
    for page in book.pages:
        page.rows = [row for row in page.rows if not _is_signed(row)]
        page.merged = [area for area in page.merged if area[2] < len(page.rows)]
        below = len(page.rows)
        for row in (
            ["", "", "", "Cao Lộc, ngày 03 tháng 7 năm 2019"],
            ["NGƯỜI LẬP BIỂU", "", "", "KT. GIÁM ĐỐC"], ["(Ký, ghi rõ họ tên)", "", "", "PHÓ GIÁM ĐỐC"], [], [],
            ["", "Hoàng Thị A", "", "Nông Văn B"], ["Điện thoại: 0912000000", "", 12, 3],
        ):  # fmt: skip
            page.insert_rows(below, [[content or None for content in row]])
            below += 1


def _is_signed(row: list[Cell]) -> bool:
    return any(isinstance(cell.content, str) and cell.content.startswith(("NGƯỜI LẬP", "(Ký")) for cell in row)
