from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import words

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
VI = words.words_of("vi", ZONE)
EN = words.words_of("en", ZONE)


def _at(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2019, month, day, hour, minute, tzinfo=ZONE)


def test_days_below_ten_and_the_first_two_months_take_a_leading_zero() -> None:
    assert VI.long_date(_at(7, 5)) == "ngày 05 tháng 7 năm 2019"
    assert VI.long_date(_at(2, 14)) == "ngày 14 tháng 02 năm 2019"
    assert VI.short_date(_at(1, 8)) == "08/01/2019"
    assert VI.short_date(_at(7, 3)) == "03/7/2019"
    assert EN.long_date(_at(7, 5)) == "5 July 2019"


def test_an_instant_is_told_in_the_zone_of_the_office() -> None:
    instant = datetime(2019, 7, 3, 8, 20, tzinfo=UTC)
    assert VI.moment(instant) == "15 giờ 20 phút, ngày 03/7/2019"
    assert EN.moment(instant) == "15:20 on 3 July 2019"
    with pytest.raises(ValueError, match="zone"):
        VI.moment(instant.replace(tzinfo=None))


def test_an_exclusive_midnight_is_told_by_its_days() -> None:
    assert VI.before(_at(7, 5)) == "trước ngày 05 tháng 7 năm 2019"
    assert VI.latest(_at(7, 5)) == "hết ngày 04 tháng 7 năm 2019"
    assert VI.latest(_at(7, 5), short=True) == "hết ngày 04/7/2019"
    assert EN.latest(_at(7, 5)) == "the end of 4 July 2019"


def test_an_exclusive_hour_is_told_as_an_hour() -> None:
    assert VI.before(_at(7, 8, 17)) == "trước 17 giờ 00 phút, ngày 08/7/2019"
    assert VI.latest(_at(7, 8, 17)) == "17 giờ 00 phút, ngày 08/7/2019"
    assert EN.before(_at(7, 8, 17)) == "before 17:00 on 8 July 2019"


@pytest.mark.parametrize(
    ("value", "vietnamese", "english"),
    [
        (0, "0", "0"),
        (1500, "1.500", "1,500"),
        (185.5, "185,5", "185.5"),
        (1234567.25, "1.234.567,25", "1,234,567.25"),
        (64.0, "64", "64"),
        (-3, "-3", "-3"),
        (True, "có", "yes"),
        ("2019-07-03", "03/7/2019", "3 Jul 2019"),
        ("2019-13-03", "2019-13-03", "2019-13-03"),
        ("ba mươi", "ba mươi", "ba mươi"),
        (float("inf"), "inf", "inf"),
    ],
)
def test_figures_are_written_as_the_language_writes_them(value: object, vietnamese: str, english: str) -> None:
    assert VI.number(value) == vietnamese
    assert EN.number(value) == english


def test_counts_and_shares() -> None:
    assert (VI.count(2), VI.count(11), EN.count(2)) == ("02", "11", "2")
    assert (VI.percent(33, 39), EN.percent(33, 39), VI.percent(0, 0)) == ("84,6%", "84.6%", "0%")


def test_there_are_no_words_for_an_unknown_language() -> None:
    with pytest.raises(ValueError, match="vi and en"):
        words.words_of("fr", ZONE)


@given(st.text(max_size=2000), st.integers(min_value=1, max_value=300))
def test_one_line_is_one_short_printable_line(text: str, limit: int) -> None:
    line = words.one_line(text, limit)
    assert line.isprintable()
    assert len(line) <= limit
    assert words.one_line(line, limit) == line


def test_one_line_keeps_vietnamese_and_drops_what_hides() -> None:
    assert words.one_line("Biểu 01: trẻ em được thăm") == "Biểu 01: trẻ em được thăm"
    assert words.one_line("a\r\nb\u2028c\x85d") == "a b c d"
    assert words.one_line("bc\u202exslx.exe\u200b") == "bcxslx.exe"
    assert words.one_line("x" * 10, 5) == "xxxx…"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hoàng Thị A", "Hoàng Thị A"),
        ("TS. Nguyễn-Văn Minh", "TS. Nguyễn-Văn Minh"),
        ("win at evil.example", ""),
        ("a@b.example", ""),
        ("N" * 61, ""),
        ("<b>A</b>", ""),
    ],
)
def test_a_display_name_is_repeated_only_where_it_can_be_a_persons_name(text: str, name: str) -> None:
    assert words.person_name(text) == name
