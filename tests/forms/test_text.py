"""Text: one Unicode form, TCVN3 and VNI by font and by content, the key for comparing."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import text

# Escapes, because editors drop U+00AD, the letter "ư" of TCVN3.
TCVN3_SAMPLES = [
    ("Tr\xce em ngh\xcco \xae\xad\xeec t\xc6ng qu\xb5", "Trẻ em nghèo được tặng quà"),
    ("Ti\xd5ng Vi\xd6t r\xcat hay", "Tiếng Việt rất hay"),
    ("S\xeb Lao \xae\xe9ng - Th\xad\xacng binh v\xb5 X\xb7 h\xe9i", "Sở Lao động - Thương binh và Xã hội"),
]


@pytest.mark.parametrize(("written", "meant"), TCVN3_SAMPLES)
def test_tcvn3_is_recognised_by_its_content(written, meant):
    assert text.clean(written) == meant


@pytest.mark.parametrize(("written", "meant"), TCVN3_SAMPLES)
def test_tcvn3_is_recognised_by_its_font(written, meant):
    assert text.clean(written, ".VnTime") == meant


def test_a_capital_font_of_tcvn3_gives_capitals():
    assert text.clean("H\xe9i n\xabng d\xa9n", ".VnTimeH") == "HỘI NÔNG DÂN"


def test_the_tcvn3_table_has_the_74_letters_that_glibc_has():
    assert len(text.TCVN3) == 74
    assert len(set(text.TCVN3.values())) == 74
    assert all(unicodedata.is_normalized("NFC", letter) for letter in text.TCVN3.values())


@pytest.mark.parametrize("font", ["", "VNI-Times"])
def test_vni_is_decoded(font):
    assert text.clean("Tieáng Vieät raát hay", font) == "Tiếng Việt rất hay"


def test_vni_letters_of_every_kind_are_decoded_by_font():
    written = "Sôû Lao ñoäng - Thöông binh vaø Xaõ hoäi, treû em ngheøo ñöôïc taëng quaø"
    assert text.clean(written, "VNI-Times") == "Sở Lao động - Thương binh và Xã hội, trẻ em nghèo được tặng quà"


@pytest.mark.parametrize(
    "written",
    [
        "Café",
        "TÊN VÕ LÊN",
        "toán khoán giáo",
        "Hoà bình",
        "quân đội",
        "có",
        "20 suất×200",
        "Brand®",
        "« abc » A · B",
        "ĐỖ",
        "xã",
    ],
)
def test_text_that_is_no_old_encoding_stays(written):
    assert text.clean(written) == written


def test_unicode_text_under_an_old_font_stays():
    assert text.clean("Trẻ em gái", ".VnTime") == "Trẻ em gái"


def test_decomposed_text_becomes_composed():
    assert text.clean(unicodedata.normalize("NFD", "Bắc Sơn")) == "Bắc Sơn"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoà Bình", "HÒA BÌNH"),
        ("Uỷ ban", "Ủy ban"),
        ("Đình Lập", "đình lập"),
        ("Trẻ em được thăm, tặng quà", "  trẻ em  được thăm\ntặng quà: "),
        ("Đơn vị", "Ðơn vị"),
        ("Tr\xce em", "Trẻ em"),
        ("Kết quả / Số lượng", "ket qua so luong"),
    ],
)
def test_texts_that_people_take_for_the_same_have_one_key(one, other):
    assert text.fold(one) == text.fold(other)


@given(st.text())
def test_any_text_is_cleaned_and_folded_without_exception(written):
    assert unicodedata.is_normalized("NFC", text.clean(written))
    assert set(text.fold(written)) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")


@given(st.text(alphabet=sorted(text.TCVN3.values()) + list("abcde ")))
def test_what_is_written_in_tcvn3_comes_back(meant):
    codes = {letter: chr(code) for code, letter in text.TCVN3.items()}
    written = "".join(codes.get(letter, letter) for letter in meant)
    assert text.from_tcvn3(written) == meant
