"""What confirms figures in words: sentences of a list, whole mails as they come, and everything that only looks so."""

import tomllib
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake import confirmation, quoting
from tests.intake import known

SAID = tomllib.loads((Path(__file__).parent / "confirmations.toml").read_text("utf-8"))
DOCUMENT = Path(__file__).parents[2] / "docs" / "confirmations.md"
GENUINE = [*SAID["in_full"], *SAID["in_short"]]
PICTURE = known.part("image001.png", "image")


def how(body: str) -> str:
    return confirmation.how(quoting.separate(body)[0])


def test_the_lists_are_long_enough_to_mean_something():
    assert len(GENUINE) >= 50
    assert len(SAID["near_misses"]) >= 50


@pytest.mark.parametrize("body", SAID["in_full"])
def test_a_sentence_of_the_list_confirms_whatever_goes_with_it(body: str):
    assert how(body) == "in_full"
    assert how(unicodedata.normalize("NFD", body)) == "in_full"


@pytest.mark.parametrize("body", SAID["in_short"])
def test_a_sentence_that_says_not_what_is_right_confirms_in_its_thread_only(body: str):
    assert how(body) == "in_short"


@pytest.mark.parametrize("body", SAID["near_misses"])
def test_what_only_looks_like_a_confirmation_is_none(body: str):
    assert how(body) == ""


FIGURES = st.from_regex(
    r"(Mục|muc|Chỉ tiêu|Biểu|Riêng) [1-9]\.[1-9] (là|thành|ghi|:) [1-9][0-9]{0,3}( trẻ em)?", fullmatch=True
)
DOUBTS = st.sampled_from([
    "Không đúng", "chưa đúng ạ", "trừ mục hai", "nhưng em sửa sau", "Chưa tính xã Gia Cát", "ko phai the",
    "Sai mục cuối", "chua xong a", "Em nhầm ạ", "đừng tổng hợp vội", "KHÔNG LẤY BẢN NÀY", "Biểu Hai Thiếu", "Thôi Bỏ",
])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(GENUINE), st.one_of(FIGURES, DOUBTS), st.sampled_from(["\n", ". ", ", ", " ", "\n--\n"]), st.data()
)
def test_one_more_sentence_with_a_figure_or_a_doubt_and_nothing_is_confirmed(body, more: str, between: str, data):
    said = quoting.separate(body)[0]
    places = [0, len(said), *(place for place, letter in enumerate(said) if letter == "\n")]
    place = data.draw(st.sampled_from(places))
    written = f"{said[:place]}{between}{more}{between}{said[place:]}"
    assert confirmation.how(written) == ""


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_looked_at_and_almost_none_confirms(written: str):
    assert confirmation.how(written) in {"", "in_full", "in_short"}


@pytest.mark.parametrize(
    "words", ["xác nhận số liệu đúng ", "em đã kiểm tra ", "Hoàng Thị ", "số liệu của huyện ", "ok "]
)
def test_a_long_body_costs_little(words: str):
    assert confirmation.how(words * (confirmation.LONGEST // len(words))) == ""
    assert confirmation.how(words * 10_000) == ""


def test_a_mail_with_a_file_confirms_nothing():
    said = "Xác nhận số liệu đúng"
    for kind, name in (("xlsx", "BC.xlsx"), ("pdf", "BC.pdf"), ("csv", "a.csv"), ("image", "z1432.jpg")):
        assert confirmation.stated(known.contents(said, parts=[known.part(name, kind)])) == ""
        assert confirmation.stated(known.contents(said, parts=[known.part(name, kind, inline=kind != "image")])) == ""


def test_the_picture_of_a_signature_is_no_file():
    inline = known.part("logo.png", "image", inline=True)
    assert confirmation.stated(known.contents("Xác nhận số liệu đúng", parts=[inline, PICTURE])) == "in_full"


def test_a_new_subject_is_said_as_well():
    assert confirmation.stated(known.contents("Số liệu đúng rồi ạ", subject="Xác nhận số liệu")) == "in_full"
    assert confirmation.stated(known.contents("Số liệu đúng rồi ạ", subject="Mục 5.2 sửa thành 305")) == ""
    assert confirmation.stated(known.contents("Số liệu đúng rồi ạ", subject="Re: Mục 5.2 sửa thành 305")) == "in_full"
    assert confirmation.stated(known.contents("", subject="Xác nhận số liệu đúng")) == "in_full"
    assert confirmation.stated(known.contents("", subject="Re: Xác nhận số liệu đúng")) == ""


@pytest.mark.parametrize(
    ("written", "word", "is_found"),
    [
        ("đúng", "đúng", True), ("đung", "đúng", True), ("dúng", "đúng", True), ("dung", "đúng", True),
        ("ddungs", "đúng", True), ("ddusng", "đúng", True), ("dùng", "đúng", False), ("đứng", "đúng", False),
        ("dừng", "đúng", False), ("lieeuj", "liệu", True), ("lieejuu", "liệu", False), ("liẹu", "liệu", True),
        ("rổi", "rồi", False), ("dduowcj", "được", True), ("gữi", "gửi", True),
    ],
)  # fmt: skip
def test_a_word_is_found_as_it_is_typed_and_not_with_other_marks(written: str, word: str, is_found: bool):
    assert confirmation.is_written(written, word) is is_found


def test_the_document_shows_the_whole_list():
    told = DOCUMENT.read_text("utf-8")
    for sentence in (*confirmation.IN_FULL, *confirmation.IN_SHORT, confirmation.OK, *confirmation.BESIDE):
        assert f"`{sentence}`" in told
