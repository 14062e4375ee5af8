"""What becomes of item numbers and labels (rules P19 to P22, P33)."""

from collections.abc import Callable
from datetime import datetime

from forms import text
from tests.forms.spoiling.sheets import Book, Cell

_SHORT = (
    ("Trong đó: trẻ em thuộc hộ nghèo, hộ cận nghèo", "- Trong đó: TE nghèo"),
    ("Trong đó: trẻ em dân tộc thiểu số", "- Trong đó: TE DTTS"),
    ("dân tộc thiểu số", "DTTS"), ("có hoàn cảnh đặc biệt", "có HCĐB"), ("hoàn cảnh đặc biệt", "HCĐB"),
    ("Bảo trợ trẻ em", "BTTE"), ("Trẻ em", "TE"), ("trẻ em", "TE"),
)  # fmt: skip


def _each_label(book: Book, change: Callable[[str], str]) -> None:
    for cell in book.main.marked("label"):
        cell.content = change(str(cell.content))


def _items(book: Book) -> list[Cell]:
    return [cell for cell in book.main.marked("item") if cell.content]


def write_items_in_many_ways(book: Book) -> None:
    ways = ("{0}.", "{0})", "-", "+", "*", "", "a)", "Mục {0}", "({0})")
    for number, cell in enumerate(_items(book)):
        cell.content = ways[number % len(ways)].format(cell.content) or None


def let_items_be_numbers(book: Book) -> None:
    for cell in _items(book):
        if "." in str(cell.content):
            cell.content = float(str(cell.content))


def let_items_be_dates(book: Book) -> None:
    for cell in _items(book):
        section, _, number = str(cell.content).partition(".")
        if number and int(number) <= 12:
            cell.content = datetime(2019, int(number), int(section))


def write_the_item_into_the_label(book: Book) -> None:
    page = book.main
    for row in page.rows_of("item"):
        item, label = page.cell(row, 0), page.cell(row, 1)
        label.content, item.content = f"{item.content}. {label.content}", None


def abbreviate_labels(book: Book) -> None:
    def shorten(label: str) -> str:
        for long, short in _SHORT:
            label = label.replace(long, short)
        return label

    _each_label(book, shorten)


def write_labels_without_tones(book: Book) -> None:
    _each_label(book, lambda label: text.fold(label).capitalize())


def write_labels_in_capitals(book: Book) -> None:
    _each_label(book, str.upper)


def break_labels_and_space_them_out(book: Book) -> None:
    _each_label(book, lambda label: label.replace(" ", "  ", 1).replace(", ", ",\n").replace(" em", "\xa0em") + " : ")


def mistype_labels(book: Book) -> None:
    """One letter doubled in the middle of each label."""
    _each_label(book, lambda label: label[: len(label) // 2] + label[len(label) // 2] + label[len(label) // 2 :])


def decompose_labels(book: Book) -> None:
    """Labels in the decomposed Unicode of an old keyboard driver."""
    import unicodedata  # noqa: PLC0415 - for this one spoiling

    _each_label(book, lambda label: unicodedata.normalize("NFD", label))


def put_of_which_on_its_own_row(book: Book) -> None:
    page = book.main
    inside = False
    for row in reversed(page.rows_of("label")):
        cell = page.cell(row, 1)
        starts = str(cell.content).startswith("Trong đó: ")
        if inside and not starts:
            page.insert_rows(row + 1, [[None, "Trong đó:"]])
        if starts:
            words = str(cell.content).removeprefix("Trong đó: ")
            cell.content = f"- {words[0].upper()}{words[1:]}"
        inside = starts


def say_of_which_once_for_each_parent(book: Book) -> None:
    before = False
    for cell in book.main.marked("label"):
        starts = str(cell.content).startswith("Trong đó: ")
        if starts and before:
            cell.content = "- " + str(cell.content).removeprefix("Trong đó: ")
        before = starts


def leave_of_which_out(book: Book) -> None:
    _each_label(book, lambda label: label.removeprefix("Trong đó: "))


def break_long_labels_over_two_rows(book: Book) -> None:
    page = book.main
    for row in reversed(page.rows_of("label")):
        label = str(page.cell(row, 1).content)
        at = label.find(" ", len(label) // 2)
        if len(label) > 55 and label[at + 1 : at + 2].islower():
            page.cell(row, 1).content = label[:at]
            page.insert_rows(row + 1, [[None, label[at + 1 :]]])
