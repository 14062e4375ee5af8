"""Every spoiling with its rule, the pairs of them, and in which formats each can be written."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.forms.spoiling import books, columns, labels, lists, rows, tops
from tests.forms.spoiling.sheets import Book

Spoil = Callable[[Book], None]


@dataclass(frozen=True, slots=True)
class Spoiling:
    """One way of spoiling a workbook. `kinds` are the formats that can hold it."""

    rule: str
    steps: tuple[Spoil, ...]
    kinds: tuple[str, ...] = ("xlsx", "xls", "ods")

    @property
    def name(self) -> str:
        return " + ".join(step.__name__ for step in self.steps)


_ONE: tuple[tuple[str, Spoil], ...] = (
    ("P07", books.rename_sheets), ("P07", books.reorder_sheets), ("P07", books.add_sheets_of_their_own),
    ("P08", books.keep_last_years_sheet), ("P12", books.keep_a_draft), ("P12", books.keep_a_second_filled_sheet),
    ("P16", tops.move_title_rows), ("P16", tops.put_blank_rows_before_the_table), ("P16", tops.leave_two_columns_free),
    ("P17", tops.print_a_three_row_header), ("P17", tops.print_the_header_in_one_row),
    ("P17", tops.unmerge_everything), ("P17", tops.repeat_the_header_on_each_page),
    ("P18", tops.leave_out_the_numbers_row), ("P18", tops.number_the_columns_as_numbers),
    ("P18", tops.number_the_columns_as_sums),
    ("P19", labels.write_items_in_many_ways), ("P19", labels.write_the_item_into_the_label),
    ("P20", labels.let_items_be_numbers), ("P20", labels.let_items_be_dates),
    ("P21", labels.abbreviate_labels), ("P21", labels.write_labels_without_tones),
    ("P21", labels.write_labels_in_capitals), ("P21", labels.break_labels_and_space_them_out),
    ("P21", labels.mistype_labels), ("P21", labels.decompose_labels),
    ("P22", labels.put_of_which_on_its_own_row), ("P22", labels.say_of_which_once_for_each_parent),
    ("P22", labels.leave_of_which_out), ("P22", rows.leave_section_rows_out),
    ("P23", rows.insert_rows_of_their_own), ("P23", rows.insert_rows_that_sound_alike),
    ("P23", rows.replace_lines_by_others_that_sound_alike), ("P23", rows.delete_rows),
    ("P23", rows.shuffle_lines_within_sections), ("P23", rows.move_sections), ("P23", rows.put_blank_rows_between),
    ("P24", columns.insert_last_year), ("P24", columns.name_results_by_years),
    ("P24", columns.name_results_by_years_after), ("P24", columns.insert_a_plan_column),
    ("P24", columns.insert_growth), ("P24", columns.delete_columns_of_words), ("P24", columns.delete_the_cost_column),
    ("P24", columns.move_cost_before_quantity), ("P24", columns.reorder_list_columns),
    ("P24", columns.insert_columns_into_lists),
    ("P17", lists.merge_equal_cells),
    ("P23", rows.write_lines_twice),
    ("P24", lists.delete_list_columns),
    ("P24", lists.rename_list_columns),
    ("P27", lists.put_headings_between),
    ("P29", lists.name_a_director_as_donor),
    ("P23", lists.put_blank_rows_into_lists),
    ("P19", lists.leave_list_items_out),
    ("P25", books.hide_rows_and_columns), ("P25", books.filter_rows), ("P25", books.hide_list_rows),
    ("P26", books.strike_figures_out), ("P26", books.remark_on_figures),
    ("P27", rows.add_total_rows), ("P28", rows.add_notes_under_the_table), ("P29", rows.add_signature_blocks),
    ("P30", tops.leave_the_day_blank), ("P31", tops.write_header_fields_in_one_cell),
    ("P31", tops.write_header_fields_on_dotted_leaders), ("P31", tops.write_all_header_fields_in_two_lines),
    ("P32", books.write_figures_into_text_boxes), ("P33", labels.break_long_labels_over_two_rows),
    ("P34", columns.give_each_commune_a_column_and_a_total),
    ("P34", columns.give_each_commune_a_column_without_a_total),
    ("P34", columns.give_each_commune_one_column_and_a_total), ("P34", columns.turn_the_table),
)  # fmt: skip
_TWO: tuple[tuple[Spoil, Spoil], ...] = (
    (rows.leave_section_rows_out, labels.put_of_which_on_its_own_row),
    (labels.abbreviate_labels, rows.insert_rows_of_their_own),
    (columns.name_results_by_years, columns.move_cost_before_quantity),
    (tops.unmerge_everything, columns.insert_last_year),
    (labels.let_items_be_numbers, rows.shuffle_lines_within_sections),
    (rows.move_sections, labels.break_long_labels_over_two_rows),
    (tops.leave_two_columns_free, tops.write_header_fields_in_one_cell),
    (books.rename_sheets, tops.put_blank_rows_before_the_table),
    (columns.give_each_commune_a_column_and_a_total, rows.add_total_rows),
    (rows.delete_rows, labels.mistype_labels),
    (rows.insert_rows_that_sound_alike, labels.write_the_item_into_the_label),
    (tops.print_the_header_in_one_row, columns.insert_growth),
)
# calamine tells no merged cells of an .ods file.
_KINDS = {
    lists.merge_equal_cells: ("xlsx", "xls"),
    books.write_figures_into_text_boxes: ("xlsx", "ods"),
    books.remark_on_figures: ("xlsx", "ods"),
}


def spoilings() -> list[Spoiling]:
    """Return every spoiling, the pairs last."""
    single = [Spoiling(rule, (step,), _KINDS.get(step, ("xlsx", "xls", "ods"))) for rule, step in _ONE]
    rules = {step: rule for rule, step in _ONE}
    return single + [Spoiling(f"{rules[first]} {rules[second]}", (first, second)) for first, second in _TWO]
