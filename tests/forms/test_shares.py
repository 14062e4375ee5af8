"""Percentages where percentages are asked; the year that stands below the title; words that are no figures."""

import io
from typing import Any

import openpyxl
import pytest

from forms import learn, numbers, read
from forms.form import load_form
from forms.taken import Asked
from roll.outcomes import Verdict

SHARE = Asked("decimal", "Kết quả", "", "%")


@pytest.mark.parametrize("written", ["92,5%", "92,5 %", "92,5", "92.5%"])
def test_p57_a_percentage_is_taken_where_one_is_asked(written: str) -> None:
    found = numbers.parse(written, SHARE)

    assert (found.value, found.finding) == (92.5, None)


def test_p57_a_percentage_is_an_error_where_a_count_is_asked() -> None:
    found = numbers.parse("92,5%", Asked("decimal", "Kinh phí", "triệu đồng", "triệu đồng"))

    assert found.value is None
    assert found.finding is not None
    assert found.finding.code == "P57"


def test_p62_a_number_in_words_is_an_error_whatever_its_first_word() -> None:
    for written in ("tám mươi", "mười hai", "hơn một nghìn"):
        found = numbers.parse(written, Asked("integer", "Số lượng"))
        assert found.value is None
        assert found.finding is not None
        assert found.finding.severity.value == "error"


def quarterly(period: str, share: Any = 0.925) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "Biểu"
    page["A1"], page["A2"] = "BÁO CÁO CÔNG TÁC Y TẾ XÃ", period
    lines = [
        ("STT", "Nội dung", "Đơn vị tính", "Kết quả"), ("1", "Số lượt khám", "lượt", 40),
        ("2", "Tỷ lệ tiêm", "%", share), ("3", "Số ca", "ca", 5),
    ]  # fmt: skip
    for row, line in enumerate(lines, start=4):
        for column, content in enumerate(line, start=1):
            page.cell(row, column, content)
    page["D6"].number_format = "0.0%"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_a_cell_shown_as_per_cent_is_its_percentage_and_the_year_below_the_title_counts() -> None:
    learned = learn.learn(quarterly("Quý III năm 2024"))
    form = load_form(learned.to_toml("bieu.xlsx").encode(), "form.toml")
    prepared = [read.prepare(form)]

    assert form.year == 2024
    reading = read.read_file(quarterly("Quý III năm 2024"), "bieu.xlsx", prepared)
    assert reading.verdict is Verdict.VALID
    assert [(value.value, value.raw) for value in reading.values if value.cell == "D6"] == [(92.5, "92,5%")]

    other = read.read_file(quarterly("Quý II năm 2023"), "bieu.xlsx", prepared)
    assert (other.verdict, other.detail) == (Verdict.WRONG_FORM, "biểu mẫu năm 2023")
