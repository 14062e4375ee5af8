"""Cells become values: numbers, money, dates, yes or no, choices (rules P43 to P71, checks C01, C02, C35)."""

import math
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import values
from forms.taken import Asked
from roll.reports import Severity
from tests.forms.taking import CHOICE, COUNT, DAY, MONEY, TEXT, YES_NO


@pytest.mark.parametrize(
    ("cell", "value", "rule"),
    [
        (320.0, 320, ""),
        (320, 320, ""),
        ("３２０", 320, "P43"),
        ("1.2E+03", 1200, "P63"),
        ("05", 5, "P43"),
        (0.0, 0, ""),
    ],
)
def test_a_count_in_any_notation_is_read(cell, value, rule):
    read = values.take(cell, COUNT)
    assert (read.value, read.rule, read.finding) == (value, rule, None)
    assert type(read.value) is int


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (-3.0, "C01"), ("1O0", "C01"), ("l00", "C01"), (True, "C01"), ("1.23.456", "C01"), ("1E309", "C01"),
        (math.nan, "C01"), (math.inf, "C01"), (1e16, "C01"), ("15 triệu", "C01"), ("200 hộp", "C01"),
        (time(3, 4), "C01"), (timedelta(1), "C01"), ("#REF!", "C01"),
    ],
)  # fmt: skip
def test_what_is_no_count_is_an_error_and_has_no_value(cell, code):
    read = values.take(cell, COUNT)
    assert read.value is None
    assert not read.ok
    assert (read.finding.severity, read.finding.code) == (Severity.ERROR, code)


@pytest.mark.parametrize(("cell", "code", "value"), [("1,5", "C35", 1.5), ("320 (chưa tính xã X)", "P28", 320)])
def test_a_doubtful_count_is_asked_about_and_never_guessed(cell, code, value):
    read = values.take(cell, COUNT)
    assert (read.finding.severity, read.finding.code, read.value) == (Severity.WARNING, code, value)


def test_a_thousand_typed_on_an_english_excel_is_proposed():
    assert values.take(1.5, COUNT).finding.message == "ghi 1,5; đề nghị xác nhận số liệu là 1.500."


def test_a_fraction_whose_thousandfold_is_out_of_range_is_an_error():
    assert values.take(12.5, COUNT).finding.message == "Số lượng phải là số nguyên, không âm; hiện ghi 12,5."


def test_a_date_in_a_count_says_what_was_likely_meant():
    asked = Asked("integer", "Số lượng", line_unit="xã")
    assert "có phải 3/20 xã không?" in values.take(date(2019, 3, 20), asked).finding.message


@pytest.mark.parametrize("cell", ["", None, "   ", "……", "....", "___", "\xa0"])
@pytest.mark.parametrize("asked", [COUNT, MONEY, DAY, YES_NO, CHOICE, TEXT])
def test_a_blank_and_a_dotted_line_are_blank(cell, asked):
    read = values.take(cell, asked)
    assert (read.value, read.finding) == (None, None)


@pytest.mark.parametrize(
    ("cell", "value", "rule"),
    [
        ("0,500", 0.5, "P49"), ("1.234.567,89", 1234567.89, "P48"), ("1,234,567.89", 1234567.89, "P48"),
        (64_000_000.0, 64_000_000.0, ""), (70.5, 70.5, ""),
    ],
)  # fmt: skip
def test_an_amount_in_any_notation_is_read_in_the_unit_of_its_column(cell, value, rule):
    read = values.take(cell, MONEY)
    assert (read.value, read.rule, read.finding) == (value, rule, None)


@pytest.mark.parametrize("cell", ["1.500", "1.500 triệu"])
def test_an_amount_with_one_mark_before_three_digits_is_asked_about(cell):
    read = values.take(cell, MONEY)
    assert (read.value, read.finding.code, read.finding.severity) == (None, "P49", Severity.WARNING)
    assert "1.500 hay 1,5 triệu đồng" in read.finding.message


def test_a_negative_amount_is_an_error_that_names_the_unit():
    assert values.take(-5.0, MONEY).finding.message == "Kinh phí phải là số không âm (đơn vị: triệu đồng); hiện ghi -5."


@pytest.mark.parametrize("cell", ["2019-06-03", "Sáng ngày 03/6/2019"])
def test_a_day_in_another_notation_is_read(cell):
    read = values.take(cell, DAY)
    assert (read.value, read.finding) == ("2019-06-03", None)


@pytest.mark.parametrize(
    ("cell", "code", "severity", "value"),
    [
        ("12/31/2025", "P69", "error", None), ("29/02/2025", "P69", "error", None), ("abc", "P66", "error", None),
        (28.0, "P66", "error", None), (43617.0, "P67", "warning", "2019-06-01"),
    ],
)  # fmt: skip
def test_a_doubtful_day_is_told(cell, code, severity, value):
    read = values.take(cell, DAY)
    assert (read.finding.code, read.finding.severity, read.value) == (code, severity, value)


@pytest.mark.parametrize(
    ("cell", "value"), [(1.0, True), (True, True), (0.0, False), ("0", False), ("-", False), ("không tổ chức", False)]
)
def test_yes_and_no_in_any_form_are_read(cell, value):
    assert values.take(cell, YES_NO).value is value


@pytest.mark.parametrize("cell", [2.0, "5", "abc"])
def test_what_is_neither_yes_nor_no_is_an_error(cell):
    assert values.take(cell, YES_NO).finding.severity is Severity.ERROR


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1", CHOICE.choices[0]), (2.0, CHOICE.choices[1]), ("Khác", CHOICE.choices[2]),
    ("diem vui choi giai tri", CHOICE.choices[0]),
     ("Điểm vui chơi, giải trí.", CHOICE.choices[0]), ("Điểm vui chơi giải tri", CHOICE.choices[0]),
     ("1. Điểm vui chơi, giải trí", CHOICE.choices[0])],
)  # fmt: skip
def test_a_choice_is_known_by_its_code_or_its_words(cell, value):
    assert values.take(cell, CHOICE).value == value


def test_a_text_that_is_no_choice_is_an_error_that_lists_them():
    assert "1. Điểm vui chơi, giải trí; 2. Trường, lớp học; 3. Khác" in values.take("cầu", CHOICE).finding.message


@pytest.mark.parametrize(
    ("cell", "raw"),
    [
        (320.0, "320"),
        (1.5, "1.5"),
        ("  320 ", "  320 "),
        (True, "TRUE"),
        (date(2019, 6, 1), "2019-06-01"),
        (datetime(2019, 6, 1), "2019-06-01"),
        ("", None),
        (None, None),
    ],
)
def test_the_raw_text_is_what_the_cell_holds(cell, raw):
    assert values.raw_of(cell) == raw


EVERY_TYPE = st.sampled_from(
    [COUNT, MONEY, DAY, YES_NO, CHOICE, TEXT, Asked("decimal"), Asked("integer"), Asked("date")]
)
NOTATION = st.text(alphabet="0123456789.,- /()*%x×=đtrieukKnghìtỷ~năm'\u202f\xa0[]{}\\")
ANY_CELL = st.one_of(
    st.text(),
    NOTATION,
    st.floats(),
    st.integers(),
    st.booleans(),
    st.none(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)


@given(ANY_CELL, EVERY_TYPE)
def test_any_cell_gives_a_value_or_a_finding_and_never_an_exception(cell, asked):
    read = values.take(cell, asked)
    assert read.value is None or isinstance(
        read.value, {"integer": (int, float), "decimal": float, "yes_no": bool}.get(asked.type, str)
    )
    if isinstance(read.value, float):
        assert math.isfinite(read.value)
    if read.finding is not None:
        assert read.finding.message
        assert read.finding.code


@given(st.integers(0, 10**12))
def test_a_whole_number_in_vietnamese_notation_comes_back(number):
    assert values.take(f"{number:,}".replace(",", "."), Asked("integer")).value == number


@given(
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.sampled_from(
        [
            "{0.day}/{0.month}/{0.year}",
            "ngày {0.day:02} tháng {0.month} năm {0.year}",
            "{0.day:02}.{0.month:02}.{0.year}",
        ]
    ),
)
def test_a_date_in_vietnamese_notation_comes_back(day, notation):
    assert values.take(notation.format(day), DAY).value == day.isoformat()
