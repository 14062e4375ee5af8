"""The rules for figures, P43 and P45 to P65: each with the examples of its line, its treatment and its rule id."""

from datetime import date, datetime

import pytest

from forms import values
from tests.forms.found import problems_at, value_at
from tests.forms.taking import (
    COMMUNES,
    COUNT,
    MONEY,
    PARCELS,
    SESSIONS,
    SMALL_MONEY,
    YES_NO,
    taken,
)


@pytest.mark.parametrize("cell", ["'320", "320", "\u2019320"])
def test_p43_a_number_stored_as_text_is_the_number(cell):
    assert taken(cell, COUNT) == (320, "P43", "")


@pytest.mark.parametrize(
    ("cell", "value", "rule"),
    [("", None, ""), (None, None, ""), (0, 0, ""), ("0", 0, "P43"), ("-", 0, "P45"), ("–", 0, "P45"), ("—", 0, "P45"),
     ("/", 0, "P45"), (".", None, "P45")],
)  # fmt: skip
def test_p45_a_blank_is_null_and_a_zero_and_a_dash_are_zero(cell, value, rule):
    assert taken(cell, COUNT) == (value, rule, "")


def test_p45_an_x_in_a_column_of_figures_is_no_figure():
    assert taken("x", COUNT) == (None, "P62", "error C01")


@pytest.mark.parametrize("cell", ["không", "Không có", "ko", "k", "0 có", "không phát sinh", "KPS"])
def test_p46_none_in_words_is_zero_and_no(cell):
    assert taken(cell, COUNT) == (0, "P46", "")
    assert taken(cell, YES_NO) == (False, "P46", "")


@pytest.mark.parametrize("cell", ["chưa", "chưa có"])
def test_p46_not_yet_is_null_and_asked(cell):
    assert taken(cell, COUNT) == (None, "P46", "warning P46")
    assert taken(cell, YES_NO) == (None, "P46", "warning P46")


@pytest.mark.parametrize("cell", ["có", "Có", "x", "X", "✓", "v", "1", "đã tổ chức"])
def test_p47_yes_in_any_form_is_yes(cell):
    assert taken(cell, YES_NO) == (True, "P47", "")


@pytest.mark.parametrize("cell", ["1.200.000", "1,200,000", "1 200 000", "1\xa0200\xa0000", "1\u202f200\u202f000"])
def test_p48_two_groups_of_three_are_thousands_whatever_the_mark(cell):
    assert taken(cell, COUNT) == (1_200_000, "P48", "")
    assert taken(cell, MONEY) == (1_200_000.0, "P48", "")


@pytest.mark.parametrize("cell", ["1.200.000đ", "1.200.000 VNĐ", "1.200.000 đồng", "1.200.000₫"])
def test_p48_a_currency_word_converts(cell):
    assert taken(cell, MONEY) == (1.2, "P51", "")
    assert taken(cell, COUNT) == (None, "", "error C01")


@pytest.mark.parametrize("cell", ["2,5", "2.5", "2,50"])
def test_p49_one_mark_before_fewer_than_three_digits_is_decimal(cell):
    assert taken(cell, MONEY) == (2.5, "P49", "")


@pytest.mark.parametrize("cell", ["1.500", "1,500"])
def test_p49_one_mark_before_three_digits_is_thousands_in_a_count_and_ambiguous_in_money(cell):
    assert taken(cell, COUNT) == (1500, "P49", "")
    assert taken(cell, MONEY) == (None, "P49", "warning P49")
    assert taken(cell, SMALL_MONEY) == (1.5, "P49", "")


def test_p50_a_number_cell_of_one_and_a_half_people_is_proposed_as_1500():
    assert taken(1.5, COUNT) == (1.5, "P50", "warning C35")


@pytest.mark.parametrize(
    ("cell", "value"),
    [("15 triệu", 15.0), ("15tr", 15.0), ("15 trđ", 15.0), ("1,2 tỷ", 1200.0), ("500k", 0.5), ("500 nghìn", 0.5),
     ("500 ngàn đồng", 0.5), ("0,5 tr", 0.5), ("321.700.000 đồng", 321.7)],
)  # fmt: skip
def test_p51_unit_words_convert_to_the_unit_of_the_column(cell, value):
    assert taken(cell, MONEY) == (value, "P51", "")


@pytest.mark.parametrize("cell", ["15tr500", "1 tỷ 200 triệu", "2 triệu rưỡi"])
def test_p51_two_unit_words_are_never_guessed_at(cell):
    assert taken(cell, MONEY)[0] is None


@pytest.mark.parametrize("amount", [64_000_000, "64.000.000", 64_000])
def test_p52_an_amount_in_dong_is_asked_about_and_kept_as_it_is(reading, amount):
    result = reading({"E49": amount})
    kept = 64_000 if amount == 64_000 else 64_000_000
    assert value_at(result, "E49").value == kept
    assert problems_at(result, "E49") == [("warning", "C34")]
    said = next(problem.message for problem in result.problems if problem.cell == "E49")
    assert "64" in said


def test_p52_a_header_in_another_unit_is_an_error(reading):
    assert problems_at(reading({"E12": "Kinh phí (đồng)"}), "E12") == [("error", "P52")]


def test_p53_a_product_that_multiplies_out_is_count_and_amount_to_be_confirmed():
    assert taken("20 suất x 200.000đ = 4.000.000đ", PARCELS) == (20, "P53", "warning P53")
    assert taken("20 suất x 200.000đ = 4.000.000đ", MONEY) == (4.0, "P53", "warning P53")


@pytest.mark.parametrize(
    "cell",
    ["20x200", "10 suất (500.000đ/suất)", "20 suất x 200.000đ", "20 suất x 200.000đ = 5.000.000đ"],
)
def test_p53_any_other_product_is_an_error(cell):
    assert taken(cell, MONEY) == (None, "P53", "error P53")
    assert taken(cell, PARCELS) == (None, "P53", "error P53")


def test_p53_a_product_without_units_makes_no_amount():
    assert taken("20 x 0,2 = 4", MONEY) == (None, "P53", "error P53")


@pytest.mark.parametrize("cell", ["320 trẻ", "320 em", "320 TE", "320 trẻ em"])
def test_p54_a_word_that_agrees_with_the_unit_is_passed_over(cell):
    assert taken(cell, COUNT) == (320, "P54", "")


def test_p54_the_word_must_agree():
    assert taken("05 cuộc", SESSIONS) == (5, "P54", "")
    assert taken("05 cuộc", COUNT)[2] == "error C01"


def test_p54_two_figures_in_one_cell_are_an_error():
    assert taken("03 lớp/90 em", COUNT) == (None, "", "error P54")


@pytest.mark.parametrize("cell", ["khoảng 200", "~200", "hơn 1.000", "trên 300", "gần 400", "300+", "cỡ 200"])
def test_p55_about_is_asked_for_an_exact_figure(cell):
    assert taken(cell, COUNT) == (None, "P55", "warning P55")


@pytest.mark.parametrize("cell", ["200 - 250", "200-250", "từ 200 đến 250"])
def test_p55_a_range_is_an_error(cell):
    assert taken(cell, COUNT)[::2] == (None, "error P55")


@pytest.mark.parametrize("cell", [date(2019, 3, 20), datetime(2019, 11, 11), "3/20", "11/11"])
def test_p56_a_date_in_a_count_is_an_error_with_its_likely_meaning(cell):
    assert taken(cell, COMMUNES)[::2] == (None, "error P56")


def test_p56_the_likely_meaning_is_asked():
    assert "có phải 3/20 xã" in values.take(date(2019, 3, 20), COMMUNES).finding.message


@pytest.mark.parametrize("cell", ["85%", "85 %"])
def test_p57_a_percentage_in_a_count_is_an_error(cell):
    assert taken(cell, COUNT)[::2] == (None, "error P57")


@pytest.mark.parametrize("cell", ["nt", "như trên", '"', "-nt-"])
def test_p58_ditto_repeats_a_text_and_never_a_figure(reading, cell):
    assert taken(cell, COUNT) == (None, "P58", "error C01")
    result = reading({"Bieu 03!B9": cell})
    repeated = value_at(result, "B9", "Bieu 03")
    assert (repeated.value, repeated.rule) == (value_at(result, "B8", "Bieu 03").value, "P58")


@pytest.mark.parametrize("cell", [-5.0, "-5", "(5)", "−5", 12.5])
def test_p59_negative_and_divided_people_are_an_error(cell):
    assert taken(cell, COUNT) == (None, "P59", "error C01")


def test_p60_an_amount_under_counts_on_a_money_line_is_taken_and_asked_about(reading):
    cost = value_at(reading(), "E79").value
    result = reading({"E79": None, "D79": cost})
    assert (value_at(result, "D79").value, value_at(result, "D79").rule) == (cost, "P60")
    assert problems_at(result, "D79") == [("warning", "P60")]


@pytest.mark.parametrize("cell", ["320*", "320(1)", "320 (tính đến 25/6)", "320 [1]", "320¹"])
def test_p61_a_footnote_mark_is_passed_over(cell):
    assert taken(cell, COUNT) == (320, "P61", "")


def test_p62_a_number_in_words_is_an_error():
    assert taken("ba trăm hai mươi", COUNT) == (None, "P62", "error C01")


@pytest.mark.parametrize(
    ("cell", "asked", "value"),
    [("1.2E+06", COUNT, 1_200_000), ("1.2E+06", MONEY, 1_200_000.0), (185.49999999, MONEY, 185.5),
     (184.9999999, COUNT, 185)],
)  # fmt: skip
def test_p63_scientific_notation_and_long_floats_are_rounded(cell, asked, value):
    assert taken(cell, asked) == (value, "P63", "")


def test_p43_a_total_that_passes_over_a_number_kept_as_text_says_so_at_the_total(reading):
    """SUM adds no text: the sender sees three figures that add up, and a total that does not."""
    sound = reading()
    parts = [value_at(sound, f"E{row}").value for row in (52, 53, 54)]
    assert all(parts)
    told = reading({"E53": str(parts[1]).replace(".", ","), "E55": parts[0] + parts[2]})
    message = next(problem.message for problem in told.problems if problem.cell == "E55")
    assert "Ô E53 ghi số ở dạng văn bản" in message
    another = reading({"E53": str(parts[1]).replace(".", ","), "E55": parts[0] + parts[2] + 1000})
    assert "dạng văn bản" not in next(problem.message for problem in another.problems if problem.cell == "E55")


def test_p64_a_total_that_misses_a_line_names_both_figures(reading):
    result = reading({"D55": 99})
    assert problems_at(result, "D55") == [("error", "C19")]
    said = next(problem.message for problem in result.problems if problem.cell == "D55")
    total = sum(value_at(result, f"D{row}").value for row in (52, 53, 54))
    assert "99" in said
    assert str(total) in said


@pytest.mark.parametrize("note", ["320 trẻ em", "xem báo cáo chữ", 320])
def test_p65_a_figure_in_the_column_of_notes_is_asked_for_in_its_cell(reading, note):
    assert problems_at(reading({"D46": None, "F46": note}), "D46") == [("warning", "P65")]


def test_p65_a_cell_that_refers_to_the_text_is_asked_about():
    assert taken("xem báo cáo chữ", COUNT) == (None, "P65", "warning P65")
