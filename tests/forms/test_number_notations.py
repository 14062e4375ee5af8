"""A figure or a day in any notation that the rules allow comes back as itself, or is asked about: never another one."""

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from forms import text, values
from forms.taken import Asked
from tests.forms.taking import COUNT, DAY, MONEY

_BLANKS = st.sampled_from(["", " ", "\xa0", "\u202f", "\t", "\n", "\u200b", "  "])
_MARKS = st.sampled_from(["", "*", " *", "(1)", " (1)", "¹", " [2]", " (tính đến 25/6)", " (báo cáo bổ sung)"])
_CHILDREN = st.sampled_from(["", " trẻ", " em", " TE", " trẻ em", " cháu", "\xa0trẻ em"])
_TCVN3 = {letter: chr(code) for code, letter in text.TCVN3.items()}
_UNITS = st.sampled_from(
    [
        (1, ("đ", " đ", " đồng", " VNĐ", "₫", " vnđ", " Đ")),
        (1_000, ("k", " nghìn", " ngàn đồng", " nghìn đồng", " ngàn")),
        (1_000_000, (" triệu", "tr", " trđ", " tr.đ", " triệu đồng", " Triệu đồng")),
        (1_000_000_000, (" tỷ", " tỉ đồng", " tỷ đồng")),
    ]
)


def in_tcvn3(written):
    """The text as a font of the TCVN3 encoding stores it; capitals have no letters of their own there."""
    return "".join(_TCVN3.get(letter) or _TCVN3.get(letter.lower(), letter) for letter in written)


@st.composite
def grouped(draw, number, marks=(".", ",", " ", "\xa0", "\u202f", "")):
    """The whole number with one mark between all groups of three digits."""
    return f"{number:,}".replace(",", draw(st.sampled_from(marks)))


def is_right_or_asked(read, true):
    """Say whether a reading is the figure that was meant, or leaves it to the sender."""
    return read.finding is not None or (read.value is not None and abs(read.value - true) < 1e-6)


@st.composite
def counts(draw):
    number = draw(st.integers(0, 9_999_999))
    zeros = draw(st.sampled_from(["", "0"])) if number < 10 else ""
    written = zeros + draw(grouped(number))
    noted = draw(st.one_of(_MARKS, _CHILDREN))
    return number, f"{draw(_BLANKS)}{draw(st.sampled_from(['', chr(39)]))}{written}{noted}{draw(_BLANKS)}"


@given(counts(), st.booleans())
def test_a_count_in_any_notation_is_itself_or_asked_about(count, old_encoding):
    number, written = count
    read = values.take(in_tcvn3(written) if old_encoding else written, COUNT)
    assert is_right_or_asked(read, number), (written, read)


@given(st.integers(0, 9_999_999), st.data())
def test_a_count_in_plain_vietnamese_notation_is_read_and_not_asked_about(number, data):
    written = data.draw(grouped(number, (".", " ", "\xa0", "")))
    read = values.take(f"{written}{data.draw(_CHILDREN)}", COUNT)
    assert (read.value, read.finding) == (number, None)


@st.composite
def amounts(draw):
    """An amount in triệu đồng and a way of writing it in any unit, with a decimal comma or point."""
    factor, words = draw(_UNITS)
    thousandths = draw(st.integers(0, 5_000_000))
    amount = Decimal(thousandths) / 1_000 / factor * 1_000_000
    decimals = -min(0, int(amount.normalize().as_tuple().exponent))
    whole, fraction = divmod(amount, 1)
    mark = draw(st.sampled_from([",", "."]))
    other = "." if mark == "," else ","
    written = f"{int(whole):,}".replace(",", draw(st.sampled_from([other, "", " "])))
    if decimals:
        written += mark + f"{fraction:.{decimals}f}"[2:]
    return float(Decimal(thousandths) / 1_000), f"{written}{draw(st.sampled_from(words))}"


@given(amounts(), _MARKS, _BLANKS, st.booleans())
def test_an_amount_with_a_unit_word_is_itself_or_asked_about(amount, mark, blank, old_encoding):
    million, said = amount
    written = f"{blank}{said}{mark}"
    read = values.take(in_tcvn3(written) if old_encoding else written, MONEY)
    assert is_right_or_asked(read, million), (written, read)


@given(st.integers(0, 9_999_999), st.sampled_from([(".", ","), (",", "."), ("", ","), ("", "."), (" ", ",")]))
def test_an_amount_without_a_unit_is_itself_or_asked_about(thousandths, marks):
    thousand, decimal = marks
    whole, fraction = divmod(thousandths, 1_000)
    written = f"{whole:,}".replace(",", thousand) + (f"{decimal}{fraction:03}".rstrip("0") if fraction else "")
    read = values.take(written, MONEY)
    assert is_right_or_asked(read, thousandths / 1_000), (written, read)


@given(st.integers(0, 9_999_999), st.sampled_from(["integer", "decimal"]))
def test_a_number_cell_and_the_same_number_as_text_are_the_same(number, kind):
    asked = Asked(kind, "Số liệu")
    assert values.take(float(number), asked).value == values.take(str(number), asked).value == number


@given(st.floats(0, 1e9, allow_nan=False), st.sampled_from(["integer", "decimal"]))
def test_a_number_cell_is_rounded_to_its_decimals_and_never_another(number, kind):
    read = values.take(number, Asked(kind, "Số liệu"))
    tolerance = 1e-6 if kind == "integer" else 5e-4 + 1e-9
    assert read.finding is not None or abs(read.value - number) <= tolerance


_DAYS = st.dates(date(2015, 1, 1), date(2030, 12, 31))
_DAY_NOTATIONS = (
    *("{d}/{m}/{y}", "{d:02}/{m:02}/{y}", "{d}-{m}-{y}", "{d:02}.{m:02}.{y}", "{d}/{m:02}/{y}", "{d} / {m} / {y}"),
    *("ngày {d} tháng {m} năm {y}", "ngày {d:02} tháng {m:02} năm {y}", "NGÀY {d} THÁNG {m} NĂM {y}"),
    *("{y}-{m:02}-{d:02}", "{d}/{m}/{short:02}", "{d}-{m}-{short:02}", "8h00 ngày {d}/{m}/{y}", "Sáng {d}/{m}/{y}"),
    *("Ngày {d}/{m}/{y}.", "thứ 2, {d}/{m}/{y}", "7h30, {d}/{m}/{y}", "({d}/{m}/{y})", "{d}/{m}/{y} (dự kiến)"),
    *("{d}/{m}/{y} tại xã", "từ {d}/{m}/{y}"),
)


@settings(max_examples=300)
@given(_DAYS, st.sampled_from(_DAY_NOTATIONS), _BLANKS, st.booleans())
def test_a_day_in_any_notation_is_itself_or_asked_about(day, notation, blank, old_encoding):
    written = blank + notation.format(d=day.day, m=day.month, y=day.year, short=day.year % 100) + blank
    read = values.take(in_tcvn3(written) if old_encoding else written, DAY)
    assert read.value == day.isoformat() or read.finding is not None, (written, read)


@given(st.dates(date(2019, 1, 1), date(2019, 12, 31)), st.sampled_from(["{d}/{m}", "{d:02}/{m:02}", "{d} tháng {m}"]))
def test_a_day_without_a_year_is_of_the_campaigns_year(day, notation):
    assert values.take(notation.format(d=day.day, m=day.month), DAY).value == day.isoformat()


@given(
    _DAYS, st.integers(1, 6), st.sampled_from(["{d} và {e}/{m}/{y}", "{d}-{e}/{m}/{y}", "từ {d}/{m} đến {e}/{m}/{y}"])
)
def test_of_several_days_none_is_taken_in_silence(day, more, notation):
    read = values.take(notation.format(d=day.day, e=min(day.day + more, 28), m=day.month, y=day.year), DAY)
    assert read.finding is not None
