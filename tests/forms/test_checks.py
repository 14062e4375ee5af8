"""The rules between cells in general: blanks, type errors, one message a cell, the bounds of expressions."""

import pytest

from forms import checks, expressions, form, notation, syntax
from roll.reports import Problem, Scalar, Severity

FORM = """
name = "T"
version = "1"
title = "T"
[[header]]
name = "unit"
label = "Đơn vị"
[[sheet]]
name = "Tờ"
kind = "rows"
label = "Nội dung"
[[sheet.column]]
name = "n"
label = "Số lượng"
type = "integer"
[[sheet.column]]
name = "m"
label = "Kinh phí"
type = "decimal"
unit = "triệu đồng"
relevant = "row.n > 0"
[[sheet.row]]
name = "a"
label = "A"
[[sheet.row]]
name = "b"
label = "B"
part_of = "a"
[[sheet.row]]
name = "c"
label = "C"
[[sheet.row]]
name = "d"
label = "D"
columns = ["m"]
[[sheet]]
name = "Danh sách"
kind = "list"
[[sheet.column]]
name = "kind"
label = "Loại"
type = "select_one"
choices = ["1. Sân chơi", "2. Nhà, lớp học"]
[[sheet.column]]
name = "m"
label = "Kinh phí"
type = "decimal"
"""
CELLS = {
    ("a", "n"): "B2",
    ("a", "m"): "C2",
    ("b", "n"): "B3",
    ("b", "m"): "C3",
    ("c", "n"): "B4",
    ("c", "m"): "C4",
    ("d", "m"): "C5",
}


def check(constraint: str, **keys: str) -> str:
    severity = keys.pop("severity", "error")
    message = keys.pop("message", "{a} và {b}")
    extra = "".join(f"{key} = '{value}'\n" for key, value in keys.items())
    rule = f"constraint = '''{constraint}'''\nconstraint_message = '{message}'\nseverity = '{severity}'\n"
    return f"[[check]]\nname = 'K'\n{rule}{extra}"


def run(values: dict[str, Scalar], *rules: str, bad: str = "", records: checks.Records | None = None) -> list[Problem]:
    prepared = checks.prepare(form.load_form((FORM + "".join(rules)).encode(), "form.toml"))
    filled = {
        key: checks.FilledCell(values.get(".".join(key)), "Tờ", cell, ".".join(key) != bad)
        for key, cell in CELLS.items()
    }
    return checks.run(prepared, filled, records or {}, {"unit": "Sở Y tế"})


def codes(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(problem.code, problem.cell) for problem in problems]


def test_a_part_greater_than_its_whole_is_an_error() -> None:
    (problem,) = run({"a.n": 3, "b.n": 4})
    assert (problem.code, problem.severity, problem.cell) == ("part_of", Severity.ERROR, "B3")
    assert problem.message == "ghi 4, lớn hơn số liệu “A” tại ô B2 (3). Đề nghị kiểm tra lại."


@pytest.mark.parametrize(
    "values", [{"a.n": 3, "b.n": 3}, {"a.n": None, "b.n": 4}, {"b.n": 4}, {"a.m": 10.0, "b.m": 10.04}]
)
def test_a_part_is_compared_only_with_a_whole_that_is_there(values: dict[str, Scalar]) -> None:
    assert run(values) == []


def test_a_sum_counts_a_blank_as_nothing_where_something_is_there() -> None:
    rule = check("a.n == b.n + c.n")
    assert codes(run({"a.n": 5, "b.n": 5}, rule)) == []
    assert codes(run({"a.n": 5, "c.n": 4}, rule)) == [("K", "B2")]


def test_a_sum_without_any_figure_is_blank_and_nothing_is_said() -> None:
    assert run({"a.n": 5}, check("a.n == b.n + c.n")) == []
    assert run({"a.m": 5.0}, check("a.m >= b.m + c.m + 1")) == []


def test_a_constant_in_a_sum_does_not_turn_a_blank_into_a_figure() -> None:
    assert run({"a.n": 5}, check("a.n <= b.n * 1.05 + 0.05")) == []
    assert run({"a.n": 5}, check("a.n <= 0.05 + b.n * 1.05")) == []
    assert codes(run({"a.n": 5, "b.n": 3}, check("a.n <= 1 + b.n"))) == [("K", "B2")]


@pytest.mark.parametrize(
    "constraint", ["a.n == b.n", "a.n >= b.n", "a.n / b.n <= 1", "a.n - b.n == 0", "not a.n < b.n"]
)
def test_a_rule_with_a_blank_is_not_made(constraint: str) -> None:
    assert run({"a.n": 5}, check(constraint)) == []


def test_dividing_by_zero_decides_nothing() -> None:
    assert run({"a.n": 5, "c.n": 0}, check("a.n / c.n <= 1")) == []


def test_money_may_differ_by_the_tolerance_of_rounding_and_no_more() -> None:
    assert run({"a.m": 10.05, "c.m": 10.0}, check("a.m == c.m")) == []
    assert codes(run({"a.m": 10.06, "c.m": 10.0}, check("a.m == c.m"))) == [("K", "C2")]
    assert codes(run({"a.n": 11, "c.n": 10}, check("a.n == c.n"))) == [("K", "B2")]


def test_binary_fractions_are_no_difference() -> None:
    assert run({"a.m": 0.3, "c.m": 0.1, "d.m": 0.2}, check("c.m + d.m <= a.m")) == []


def test_and_or_not_know_what_is_unknown() -> None:
    assert run({"a.n": 5}, check("b.n > 0 or a.n > 9")) == []
    assert codes(run({"a.n": 5}, check("b.n > 0 and a.n > 9"))) == [("K", "B3")]
    assert run({"a.n": 5}, check("b.n > 0 or a.n > 1")) == []


def test_a_cell_with_a_type_error_gets_no_second_message_and_spoils_no_sum() -> None:
    rules = (check("a.n == c.n"), check("c.n > 10", severity="warning"), check("d.m == a.m + c.n"))
    assert run({"a.n": 5, "b.n": 9, "c.n": 3, "d.m": 1.0}, *rules, bad="a.n") == run({"c.n": 3, "d.m": 1.0}, *rules[1:])
    assert codes(run({"a.n": 5, "c.n": 3}, rules[0], bad="c.n")) == []


def test_a_cell_is_told_about_once_and_the_error_wins() -> None:
    rules = (
        check("a.n > 10", severity="notice"),
        check("a.n > 9", severity="warning"),
        check("a.n > 8"),
        check("a.n > 7"),
    )
    (problem,) = run({"a.n": 5}, *rules)
    assert (problem.severity, problem.message) == (Severity.ERROR, "5 và 8")


def test_of_equals_the_earlier_rule_speaks() -> None:
    (problem,) = run({"a.n": 5}, check("a.n > 8"), check("a.n > 9"))
    assert problem.message == "5 và 8"


def test_parts_come_before_the_forms_own_rules() -> None:
    (problem,) = run({"a.n": 3, "b.n": 4}, check("b.n < 2"))
    assert problem.code == "part_of"


def test_a_rule_is_made_only_where_it_is_relevant() -> None:
    rule = check("c.n > 0", relevant="a.n > 0")
    assert codes(run({"a.n": 1, "c.n": 0}, rule)) == [("K", "B4")]
    assert run({"a.n": 0, "c.n": 0}, rule) == []
    assert run({"c.n": 0}, rule) == []


def test_a_calculation_serves_rule_and_message() -> None:
    rule = (
        check("most > a.n", message="{v} trong {most}") + "[check.calculation]\nhalf = 'c.n / 2'\nmost = 'half - 1'\n"
    )
    (problem,) = run({"a.n": 9, "c.n": 10}, rule)
    assert (problem.message, problem.cell) == ("9 trong 4", "B2")


def test_a_rule_that_cannot_be_evaluated_is_a_notice_for_staff() -> None:
    (problem,) = run({"a.n": 5}, check("a.n < header.unit"))
    assert (problem.severity, problem.code, problem.cell) == (Severity.NOTICE, "K", "B2")


@pytest.mark.parametrize("value", [10**400, -(10**400), float("inf"), float("nan"), "ba trăm"])
def test_a_figure_beyond_all_measure_is_no_crash(value: Scalar) -> None:
    rules = (check("a.n / c.n <= d.m"), check("b.n * d.m <= 3"), check("c.n == a.n + b.n"))
    values: dict[str, Scalar] = {"a.n": value, "b.n": value, "a.m": value, "b.m": 2.0, "c.n": 3, "d.m": 1.5}
    problems = run(values, *rules)
    assert all(problem.code in {"K", "part_of"} for problem in problems)
    assert run({**values, "a.n": 10**400, "b.n": 7}) == []


def records(*lines: tuple[Scalar, Scalar], ok: bool = True) -> checks.Records:
    return {
        "Danh sách": [
            {
                "kind": checks.FilledCell(kind, "Danh sách", f"A{row}"),
                "m": checks.FilledCell(money, "Danh sách", f"B{row}", ok),
            }
            for row, (kind, money) in enumerate(lines, start=8)
        ]
    }


@pytest.mark.parametrize("kind", ["1. Sân chơi", "1", 1, "Sân chơi", "san choi"])
def test_records_are_counted_by_kind_however_the_choice_is_written(kind: Scalar) -> None:
    lists = records((kind, 2.0), ("2. Nhà, lớp học", 5.0))
    rules = (check('a.n == count("Danh sách", "kind", 1)'), check('a.m == total("Danh sách", "m", "kind", "1")'))
    assert run({"a.n": 1, "a.m": 2.0}, *rules, records=lists) == []
    assert codes(run({"a.n": 2, "a.m": 3.0}, *rules, records=lists)) == [("K", "B2"), ("K", "C2")]


def test_counts_are_not_made_where_a_kind_is_unknown_or_a_sheet_is_missing() -> None:
    rule = check('a.n == count("Danh sách", "kind", 1)')
    assert run({"a.n": 7}, rule, records=records(("1. Sân chơi", 2.0), (None, 1.0))) == []
    assert run({"a.n": 7}, rule) == []
    assert codes(run({"a.n": 7}, rule, records={"Danh sách": []})) == [("K", "B2")]


def test_a_total_is_not_made_over_a_figure_that_could_not_be_read() -> None:
    rule = check('a.m == total("Danh sách", "m")')
    assert run({"a.m": 7.0}, rule, records=records(("1", 2.0), ok=False)) == []
    assert codes(run({"a.m": 7.0}, rule, records=records(("1", 2.0), ("1", None)))) == [("K", "C2")]


def test_a_rule_over_records_is_told_at_each_record() -> None:
    rule = check("record.m <= 3", each="Danh sách")
    assert codes(run({}, rule, records=records(("1", 2.0), ("1", 4.0), ("1", None), ("1", 5.0)))) == [
        ("K", "B9"),
        ("K", "B11"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "9 ** 9 ** 9",
        "a.n.real",
        "a.__class__",
        "().__class__",
        "[a.n] * 99",
        "(lambda: 1)()",
        "open('x')",
        "a.n if b.n else c.n",
        "f'{a.n}'",
        "a.n in b.n",
        "a.n @ b.n",
        "{1: 2}",
        "a.n[0]",
        "1 < 2 is 3",
        "import os",
        "a.n = 3",
        "",
        "a.n; b.n",
        "1e999",
        "None",
        "b'x'",
        "a",
        "a.n << 9",
        "mentions(header.unit, a.n)",
        "count('Nơi nào')",
        "count()",
        "total('Danh sách')",
        "date('2019-02-30')",
        "date(a.n)",
        "coalesce(a.n)",
        "abs(x=a.n)",
        "-" * 80 + "a.n",
        "(" * 300 + "a.n" + ")" * 300,
        "+".join(["a.n"] * 300),
        "a.n" + " " * 3000,
    ],
)
def test_what_is_outside_the_language_is_refused_before_any_report_is_read(text: str) -> None:
    scope = syntax.Scope(
        cells=frozenset(CELLS), header=frozenset({"unit"}), lists={"Danh sách": frozenset({"kind", "m"})}
    )
    with pytest.raises(syntax.ExpressionError):
        syntax.parse(text, scope)


def test_every_function_of_the_language_has_its_meaning() -> None:
    assert set(expressions.FUNCTIONS) == set(syntax.FUNCTIONS) - {"date"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3 == 7", True),
        ("-(2 - 5)", 3),
        ("abs(2 - 5) == 3", True),
        ("round(7 / 3, 1)", 2.3),
        ("round(2.6)", 3),
        ("coalesce(a.n, 4)", 4),
        ('date("2019-06-01") < date("2019-06-30")', True),
        ('swap_day_month("2019-03-06")', "2019-06-03"),
        ('swap_day_month("2019-05-31")', None),
        ('swap_day_month("tháng 5")', None),
        ('mentions("UBND H. CAO LỘC", "Cao Lộc")', True),
        ('mentions("Lộc Bình", "Cao Lộc")', False),
        ("present(a.n)", False),
        ("blank(a.n)", True),
        ("1 < 2 < 3 != 4", True),
        ("a.n + 1", None),
    ],
)
def test_what_expressions_mean(text: str, value: Scalar) -> None:
    parsed = syntax.parse(text, syntax.Scope(cells=frozenset(CELLS)))
    assert expressions.Evaluator({}).value(parsed.tree) == value


def test_relevance_of_a_line_and_of_a_column() -> None:
    prepared = checks.prepare(form.load_form(FORM.encode(), "form.toml"))
    filled = {
        ("a", "n"): checks.FilledCell(2, "Tờ", "B2"),
        ("b", "n"): checks.FilledCell(0, "Tờ", "B3"),
        ("c", "n"): checks.FilledCell(None, "Tờ", "B4"),
    }
    relevant = prepared.form.sheets[0].columns[1].relevant
    assert [checks.holds(prepared, relevant, filled, {}, row=name) for name in "abcd"] == [True, False, False, True]
    assert checks.holds(prepared, "", filled, {})
    assert checks.holds(prepared, "a.n > 1", filled, {})
    assert not checks.holds(prepared, 'mentions(header.unit, "huyện")', filled, {"unit": "Sở Y tế"})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1500, "1.500"),
        (64_000_000.0, "64.000.000"),
        (185.5, "185,5"),
        (1234.5678, "1.234,568"),
        (-3, "-3"),
        (-0.0001, "0"),
        (2.0, "2"),
        ("2019-07-03", "03/7/2019"),
        ("2019-02-11", "11/02/2019"),
        ("2019-13-01", "2019-13-01"),
        (True, "Có"),
        (None, ""),
        ("tháng 5", "tháng 5"),
    ],
)
def test_figures_and_dates_are_written_the_vietnamese_way(value: Scalar, text: str) -> None:
    assert notation.scalar(value) == text


@pytest.mark.parametrize(
    ("addresses", "text"),
    [
        (["D41"], "D41"),
        (["E79", "E80", "E81", "E82"], "E79 đến E82"),
        (["D52", "D54"], "D52, D54"),
        (["D52", "E53"], "D52, E53"),
        ([], ""),
        (["D1", ""], "D1"),
    ],
)
def test_cells_are_named_as_a_range_where_they_are_one(addresses: list[str], text: str) -> None:
    assert notation.cells(addresses) == text
