"""The rules for layout, P16 to P34: what is accepted in silence, what is noted, what is asked about.

That every figure is read right in each of these states is proved by test_spoiling.py; here stands how it is treated.
"""

import pytest

from forms import layout, read
from roll.outcomes import Verdict
from tests.forms.found import problems_at, value_at
from tests.forms.spoiling import books, columns, filled, labels, lists, rows, tops, write
from tests.forms.spoiling.measure import UNIT


@pytest.fixture
def spoiled(form, prepared):
    """Read a filled workbook after some spoilings."""

    def read_spoiled(*steps):
        book = filled.make(form, UNIT, 7)
        for step in steps:
            step(book)
        return read.read_file(write.to_xlsx(book), "bc.xlsx", [prepared])

    return read_spoiled


def told(reading):
    return sorted({(problem.severity.value, problem.code) for problem in reading.problems})


def noted(reading, rule):
    return [note for note in reading.notes if note.startswith(f"{rule} ")]


SILENT = [
    ("P16", tops.move_title_rows), ("P16", tops.put_blank_rows_before_the_table),
    ("P17", tops.print_a_three_row_header), ("P17", tops.unmerge_everything),
    ("P18", tops.number_the_columns_as_numbers), ("P18", tops.number_the_columns_as_sums),
    ("P19", labels.write_items_in_many_ways), ("P20", labels.let_items_be_numbers),
    ("P20", labels.let_items_be_dates), ("P22", labels.put_of_which_on_its_own_row), ("P27", rows.add_total_rows),
    ("P30", tops.leave_the_day_blank), ("P31", tops.write_header_fields_in_one_cell),
    ("P31", tops.write_header_fields_on_dotted_leaders), ("P33", labels.break_long_labels_over_two_rows),
]  # fmt: skip


@pytest.mark.parametrize("step", [step for rule, step in SILENT if rule == "P16"])
def test_p16_titles_and_blank_rows_above_the_table_are_passed_over(spoiled, step):
    assert spoiled(step).verdict is Verdict.VALID


def test_p16_the_header_stands_within_forty_rows():
    assert (layout.HEADER_WITHIN, layout.ENOUGH) == (40, 0.6)


@pytest.mark.parametrize("step", [step for rule, step in SILENT if rule == "P17"])
def test_p17_a_header_of_several_rows_is_joined_down_the_column(spoiled, step):
    assert spoiled(step).verdict is Verdict.VALID


def test_p17_a_merged_cell_holds_for_all_the_records_that_it_spans(spoiled):
    reading = spoiled(lists.merge_equal_cells)
    assert value_at(reading, "B9", "Bieu 03").value == value_at(reading, "B8", "Bieu 03").value
    assert value_at(reading, "B9", "Bieu 03").rule == "P17"


@pytest.mark.parametrize("step", [step for rule, step in SILENT if rule == "P18"])
def test_p18_a_row_of_column_numbers_is_no_data(spoiled, step):
    assert spoiled(step).verdict is Verdict.VALID


@pytest.mark.parametrize("item", ["I", "1", "1.1", "1.1.", "a)", "-", "+", "*", None])
def test_p19_an_item_is_a_hint_only(reading, item):
    result = reading({"A21": item})
    assert (result.verdict, value_at(result, "D21").name) == (Verdict.VALID, "banners")


@pytest.mark.parametrize("step", [step for rule, step in SILENT if rule == "P20"])
def test_p20_items_as_numbers_and_dates_are_expected(spoiled, step):
    assert spoiled(step).verdict is Verdict.VALID


@pytest.mark.parametrize(
    ("row", "label"), [(41, "TE được thăm tặng quà"), (41, "Trẻ em được thăm, tặng quà:"), (42, "- Trong đó: TE nghèo")]
)
def test_p21_a_label_written_otherwise_is_its_line(reading, row, label):
    result = reading({f"B{row}": label})
    assert result.verdict is Verdict.VALID
    assert value_at(result, f"D{row}").name == ("gifts" if row == 41 else "gifts_poor")


def test_p21_a_similar_label_is_noted(reading):
    result = reading({"B41": "Trẻ em được đến thăm, tặng quà"})
    assert (result.verdict, value_at(result, "D41").rule) == (Verdict.VALID, "P21")
    assert noted(result, "P21") == ["P21 41: Trẻ em được đến thăm, tặng quà"]


def test_p21_a_label_with_another_word_is_asked_about(reading):
    result = reading({"B61": "Lớp dạy bóng, kỹ năng an toàn trong môi trường nước"})
    assert problems_at(result, "B61") == [("warning", "P21")]


@pytest.mark.parametrize("step", [labels.put_of_which_on_its_own_row, labels.say_of_which_once_for_each_parent])
def test_p22_of_which_may_stand_on_its_own_row(spoiled, step):
    assert spoiled(step).verdict is Verdict.VALID


def test_p23_an_inserted_row_is_noted_and_a_deleted_one_is_an_error(spoiled):
    inserted = spoiled(rows.insert_rows_of_their_own)
    assert inserted.verdict is Verdict.VALID
    assert any("Tặng sữa: 200 hộp" in note for note in noted(inserted, "P23"))
    deleted = spoiled(rows.delete_rows)
    assert ("error", "P23") in told(deleted)
    assert any(problem.label == "Băng rôn, khẩu hiệu, pa nô, áp phích" for problem in deleted.problems)
    assert spoiled(rows.shuffle_lines_within_sections).verdict is Verdict.VALID


def test_p23_a_line_that_stands_twice_is_an_error(spoiled):
    assert ("error", "P23") in told(spoiled(rows.write_lines_twice))


def test_p24_an_inserted_column_is_noted(spoiled):
    for step, words in ((columns.insert_last_year, "Năm 2018 / Số lượng"), (columns.insert_growth, "Tăng/giảm %")):
        reading = spoiled(step)
        assert reading.verdict is Verdict.VALID
        assert any(words in note for note in noted(reading, "P24"))


def test_p24_a_missing_column_is_told(spoiled):
    assert told(spoiled(columns.delete_the_cost_column)) == [("error", "P24")]
    assert ("warning", "P24") in told(spoiled(lists.delete_list_columns))


def test_p25_hidden_lines_are_noted_and_hidden_records_asked_about(spoiled):
    lines = spoiled(books.hide_rows_and_columns)
    assert (lines.verdict, len(noted(lines, "P25"))) == (Verdict.VALID, 3)
    assert spoiled(books.filter_rows).verdict is Verdict.VALID
    assert told(spoiled(books.hide_list_rows)) == [("warning", "P25")]


def test_p26_a_struck_out_figure_is_asked_about_and_a_remark_is_for_staff(spoiled):
    assert told(spoiled(books.strike_figures_out)) == [("warning", "P26")]
    reading = spoiled(books.remark_on_figures)
    assert reading.verdict is Verdict.VALID
    assert "P26 Bieu 01!D15: số đúng là 320" in reading.notes


def test_p27_a_total_is_no_record(spoiled):
    assert spoiled(rows.add_total_rows).verdict is Verdict.VALID


def test_p28_notes_under_the_table_are_kept_and_an_incomplete_one_is_asked_about(spoiled):
    reading = spoiled(rows.add_notes_under_the_table)
    assert told(reading) == [("warning", "P28")]
    assert any("Ghi chú: số liệu đến 25/6" in note for note in noted(reading, "P28"))
    assert any("chưa tính xã Công Sơn" in problem.message for problem in reading.problems)


def test_p29_signatures_end_the_table(spoiled):
    reading = spoiled(rows.add_signature_blocks)
    assert {value.row for value in reading.values if value.sheet == "Bieu 04"} == set(range(8, 15))
    assert spoiled(lists.name_a_director_as_donor).values


def test_p30_a_blank_day_is_no_error(spoiled):
    reading = spoiled(tops.leave_the_day_blank)
    assert (reading.verdict, reading.header_text("date")) == (Verdict.VALID, "ngày     tháng 7 năm 2019")


@pytest.mark.parametrize(
    "step",
    [
        tops.write_header_fields_in_one_cell,
        tops.write_header_fields_on_dotted_leaders,
        tops.write_all_header_fields_in_two_lines,
    ],
)
def test_p31_header_fields_are_read_from_one_cell_and_from_dotted_lines(spoiled, step):
    reading = spoiled(step)
    assert (reading.verdict, reading.header_text("preparer")) == (Verdict.VALID, "Hoàng Thị A")
    assert reading.header_text("position") == "Chuyên viên"


def test_p32_a_figure_in_a_text_box_is_an_error_with_a_hint(spoiled):
    reading = spoiled(books.write_figures_into_text_boxes)
    assert told(reading) == [("error", "P32")]
    problem = reading.problems[0]
    assert problem.found.isdigit()
    assert "nằm trong hộp văn bản" in problem.message
    assert value_at(reading, problem.cell).rule == "P32"


def test_p33_a_label_over_two_rows_is_joined(spoiled):
    assert spoiled(labels.break_long_labels_over_two_rows).verdict is Verdict.VALID


def test_p34_a_column_of_totals_counts(spoiled):
    assert spoiled(columns.give_each_commune_a_column_and_a_total).verdict is Verdict.VALID
    assert noted(spoiled(columns.give_each_commune_one_column_and_a_total), "P34") == ["P34 Bieu 01: Tổng số"]


def test_p34_communes_in_columns_without_a_total_are_for_staff(spoiled):
    without = spoiled(columns.give_each_commune_a_column_without_a_total)
    assert (without.verdict, without.reason) == (Verdict.NEEDS_FIX, "unclear_columns")
    assert ("error", "P34") in told(without)
    assert any("Xã Gia Cát / Số lượng" in problem.message for problem in without.problems)


def test_p34_a_table_on_its_side_is_for_staff(spoiled):
    turned = spoiled(columns.turn_the_table)
    assert (turned.verdict, turned.reason) == (Verdict.NEEDS_FIX, "unclear_columns")
    assert "xoay ngang" in next(problem.message for problem in turned.problems if problem.code == "P34")
