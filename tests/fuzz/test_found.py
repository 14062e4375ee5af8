"""What the harnesses found once, each as the smallest input that showed it."""

import pytest

from forms import dates, numbers
from forms.taken import Asked
from intake import file_names

MONEY = Asked("decimal", unit="triệu đồng")


@pytest.mark.parametrize("written", ["12.6.1209", "12/6/2919", "1/1/0020", "0020-01-01"])
def test_a_year_that_no_report_speaks_of_is_asked_about(written: str) -> None:
    taken = dates.parse(written, Asked("date", year=2019))
    assert taken.value is None
    assert taken.finding is not None


@pytest.mark.parametrize(
    "written", ["1" * 40 + ".000 đồng", "9" * 19 + " tỷ", "9" * 30 + " x " + "9" * 30 + " = 1", "9" * 40]
)
def test_a_figure_of_more_digits_than_are_reckoned_with_is_none(written: str) -> None:
    taken = numbers.parse(written, MONEY)
    assert taken.value is None
    assert taken.finding is not None


def test_a_product_of_more_than_there_is_money_is_none() -> None:
    assert numbers.parse(f"{10**9} x {10**12} = {10**21}", MONEY).value is None


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [("a\0\u0301.xlsx", "\u00e1.xlsx"), ("C:D:x.xls", "x.xls"), ("b" * 254 + " c d", "b" * 254)],
    ids=["an unseen character inside a letter", "two drives", "a space where it is cut"],
)
def test_a_name_is_cleaned_once_and_for_all(name: str, cleaned: str) -> None:
    assert file_names.clean(name) == cleaned
    assert file_names.clean(cleaned) == cleaned
