"""form.toml: what the contract's example means, and every mistake at once with its place."""

from pathlib import Path

import pytest

from forms import form
from roll import mistakes

EXAMPLE = """
name = "THDTE-2019"
version = "1"
title = "KẾT QUẢ THỰC HIỆN THÁNG HÀNH ĐỘNG VÌ TRẺ EM NĂM 2019"

[[header]]
name = "unit"
label = "Tên đơn vị báo cáo"
type = "text"

[[sheet]]
name = "Bieu 01"
kind = "rows"
item = "STT"
label = "Nội dung"
unit = "Đơn vị tính"

[[sheet.column]]
name = "quantity"
label = "Kết quả / Số lượng"
type = "integer"
[[sheet.column]]
name = "cost"
label = "Kết quả / Kinh phí (tr.đ)"
type = "decimal"
unit = "triệu đồng"

[[sheet.row]]
item = "V"
label = "THĂM, TẶNG QUÀ, HỌC BỔNG, KHÁM CHỮA BỆNH"
section = true
[[sheet.row]]
name = "gifts"
item = "5.1"
label = "Trẻ em được thăm, tặng quà"
unit = "trẻ em"
columns = ["quantity", "cost"]
required = ["quantity"]
[[sheet.row]]
name = "gifts_poor"
item = "5.2"
label = "Trong đó: trẻ em thuộc hộ nghèo, hộ cận nghèo"
columns = ["quantity"]
part_of = "gifts"
[[sheet.row]]
name = "launch_date"
item = "3.2"
label = "Ngày tổ chức Lễ phát động"
columns = ["quantity"]
type = "date"
[[sheet.row]]
name = "raised"
label = "Tổng giá trị vận động được"

[[sheet]]
name = "Bieu 02"
kind = "list"
[[sheet.column]]
name = "work"
label = "Tên công trình"
type = "text"
required = true

[[check]]
name = "C12"
constraint = "raised.cost == gifts.cost + 1"
constraint_message = "ghi {a} nhưng tổng các khoản thành phần là {b}. Đề nghị đối chiếu, thống nhất số liệu."
severity = "error"
"""

TAKEN_NAME = (
    'sheet[1].row[3].name: "record" cannot be a name; use small letters, digits and _, '
    "a letter first (header, record, row are taken)."
)


def load(text: str) -> form.Form:
    return form.load_form(text.encode(), "form.toml")


def mistakes_of(text: str) -> tuple[str, ...]:
    with pytest.raises(mistakes.OperatorError) as caught:
        load(text)
    return caught.value.problems


def test_the_contracts_example_is_a_form() -> None:
    example = load(EXAMPLE)
    sheet = example.sheet("Bieu 01")
    gifts = sheet.rows[1]
    assert example.code == "THDTE-2019-v1"
    assert (gifts.name, gifts.columns, gifts.required) == ("gifts", ("quantity", "cost"), ("quantity",))
    assert (sheet.rows[0].section, sheet.rows[0].name, sheet.rows[0].columns) == (True, "", ())
    assert (sheet.rows[2].part_of, sheet.rows[3].type) == ("gifts", "date")
    assert example.sheet("Bieu 02").columns[0].required
    assert example.checks[0].severity == "error"


def test_a_line_without_columns_asks_all_of_them() -> None:
    assert load(EXAMPLE).sheet("Bieu 01").rows[4].columns == ("quantity", "cost")


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert form.load_form(b"\xef\xbb\xbf" + EXAMPLE.encode(), "form.toml") == load(EXAMPLE)


def test_a_form_goes_to_a_child_process_and_back_unchanged() -> None:
    assert form.from_json(form.to_json(load(EXAMPLE))) == load(EXAMPLE)


def test_a_text_sheet_needs_no_column_of_its_own() -> None:
    question = '[[sheet.row]]\nname = "general"\nlabel = "Đánh giá chung"\n'
    text = f'{EXAMPLE}\n[[sheet]]\nname = "Thuyet minh"\nkind = "text"\n{question}'
    sheet = load(text).sheet("Thuyet minh")
    assert [column.name for column in sheet.columns] == ["text"]
    assert sheet.rows[0].columns == ("text",)


def test_what_is_no_toml_is_said_in_one_sentence() -> None:
    (problem,) = mistakes_of("name = ")
    assert problem.startswith("form.toml is not valid TOML: ")


def test_every_mistake_is_told_at_once() -> None:
    text = EXAMPLE.replace('part_of = "gifts"', 'part_of = "gifs"')
    text = text.replace('severity = "error"', 'severity = "eror"').replace('version = "1"', "version = 1")
    assert mistakes_of(text) == (
        'form.toml: version must be a text, not 1; write version = "...".',
        'form.toml: check[1].severity is "eror", none of error, warning, notice; did you mean "error"?',
        'form.toml: sheet[1].row[3].part_of: there is no line named "gifs"; did you mean "gifts"?',
    )


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        (
            'version = "1"',
            'version = "1"\nversoin = 2',
            'versoin is not a key here; did you mean "version"?',
        ),
        ('title = "KẾT', 'titel = "KẾT', 'title is missing; write title = "...".'),
        (
            'kind = "rows"',
            'kind = "row"',
            'sheet[1].kind is "row", none of rows, list, text; did you mean "rows"?',
        ),
        ('item = "5.2"', "item = 5.2", 'sheet[1].row[3].item must be a text, not 5.2; write item = "...".'),
        (
            'item = "5.2"',
            'colour = "5.2"',
            'sheet[1].row[3].colour is not a key here; did you mean "columns"?',
        ),
        (
            'name = "gifts_poor"',
            'name = "gifts"',
            'sheet[1].row[3].name: "gifts" is already the name of sheet[1].row[2]; give each line its own.',
        ),
        (
            'name = "gifts_poor"',
            'name = "record"',
            TAKEN_NAME,
        ),
        (
            'required = ["quantity"]',
            'required = ["number"]',
            'sheet[1].row[2].required: "number" is not asked on this line.',
        ),
        (
            'columns = ["quantity", "cost"]',
            'columns = ["quantity", "costs"]',
            'sheet[1].row[2].columns: there is no column named "costs"; did you mean "cost"?',
        ),
        (
            "required = true",
            'required = "yes"',
            "sheet[2].column[1].required must be true or false, without quotation marks, not 'yes'.",
        ),
        (
            "required = true",
            'required = true\n[[sheet.row]]\nname = "x"\nlabel = "X"',
            "sheet[2].row: a list has no printed lines; leave them out, or declare the sheet as rows.",
        ),
        (
            'type = "text"\nrequired',
            'type = "select_one"\nrequired',
            "sheet[2].column[1].choices: a select_one column names its choices.",
        ),
        (
            'part_of = "gifts"',
            'part_of = "gifts_poor"',
            'sheet[1].row[3].part_of: "gifts_poor" has no column in common with this line, so nothing can be compared.',
        ),
        (
            "gifts.cost + 1",
            "gift.cost + 1",
            'check[1].constraint: there is no cell named "gift.cost"; did you mean "gifts.cost"?',
        ),
        (
            "gifts.cost + 1",
            "gifts.cost ** 9",
            'check[1].constraint: "gifts.cost ** 9" is not part of the language (docs/form-language.md).',
        ),
        (
            "gifts.cost + 1",
            "(gifts.cost",
            "check[1].constraint: \"raised.cost == (gifts.cost\" is no expression: '(' was never closed.",
        ),
        (
            "là {b}",
            "là {sum}",
            'check[1].constraint_message: "{sum}" is no placeholder here; there are {a}, {b}, {ref}, {v}.',
        ),
        (
            "là {b}",
            "là {b.__class__}",
            'check[1].constraint_message: "{b.__class__}" is no placeholder here; there are {a}, {b}, {ref}, {v}.',
        ),
        (
            'severity = "error"',
            'severity = "error"\nat = "gifts.cost + 1"',
            "check[1].at: say at which cell the message is told, as line.column (record.column with `each`).",
        ),
        (
            'severity = "error"',
            'severity = "error"\neach = "Bieu 20"',
            'check[1].each: there is no list sheet "Bieu 20"; did you mean "Bieu 02"?',
        ),
    ],
)
def test_a_mistake_is_a_sentence_with_its_place(written: str, instead: str, said: str) -> None:
    assert written in EXAMPLE
    assert f"form.toml: {said}" in mistakes_of(EXAMPLE.replace(written, instead, 1))


def test_parts_that_contain_each_other_are_refused() -> None:
    text = EXAMPLE.replace('required = ["quantity"]', 'part_of = "gifts_poor"')
    assert 'form.toml: sheet[1].row[2].part_of: "gifts_poor" is itself a part of this line.' in mistakes_of(text)


@pytest.mark.parametrize("ends", ["[10, 1]", "[0, inf]", "[1]", '["1", 2]'])
def test_a_usual_range_is_two_numbers_in_order(ends: str) -> None:
    text = EXAMPLE.replace('unit = "trẻ em"', f"plausible = {ends}")
    expected = "form.toml: sheet[1].row[2].plausible must be [lowest, highest], two numbers in this order."
    assert expected in mistakes_of(text)


def test_a_usual_range_is_kept() -> None:
    assert load(EXAMPLE.replace('unit = "trẻ em"', "plausible = [1, 10]")).sheet("Bieu 01").rows[1].plausible == (
        1.0,
        10.0,
    )


def test_the_form_of_2019_is_documented_key_by_key() -> None:
    described = (Path(__file__).parents[2] / "docs" / "form-language.md").read_text(encoding="utf-8")
    keys = {
        name
        for kind in (form.Form, form.Sheet, form.Column, form.Row, form.HeaderField, form.Check)
        for name in kind.__slots__
    }
    written = {
        "sheets": "sheet",
        "columns": "column",
        "rows": "row",
        "checks": "check",
        "message": "constraint_message",
    }
    missing = [key for key in sorted(keys) if f"`{written.get(key, key)}`" not in described]
    assert missing == []
