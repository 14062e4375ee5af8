"""What differs between two versions is told value by value; a record put in between makes no others differ."""

from msgspec import structs

from forms import differences
from roll.reports import Scalar, Value


def line(name: str, value: Scalar, cell: str = "D41") -> Value:
    return Value(name, "quantity", "Bieu 01", cell, str(value), value, "integer")


def record(row: int, work: str, cost: Scalar) -> tuple[Value, Value]:
    return (
        Value("Bieu 02", "work", "Bieu 02", f"B{row}", work, work, "text", row=row),
        Value("Bieu 02", "cost", "Bieu 02", f"E{row}", str(cost), cost, "decimal", row=row),
    )


def told(old: tuple[Value, ...], new: tuple[Value, ...]) -> list[tuple[str, Scalar, Scalar]]:
    return [(each.value.cell, each.was, each.now) for each in differences.between(old, new)]


def test_a_figure_that_was_corrected_is_told_with_its_cell_and_one_that_moved_is_not():
    old = (line("gifts", 320), line("gifts_poor", 200, "D42"))
    new = (line("gifts", 305, "D45"), line("gifts_poor", 200, "D46"))
    assert told(old, new) == [("D45", 320, 305)]


def test_a_blank_a_nought_and_a_no_are_three_things():
    assert told((line("held", 0),), (line("held", None),)) == [("D41", 0, None)]
    assert told((line("held", 0),), (line("held", False),)) == [("D41", 0, False)]


def test_a_record_put_in_between_is_the_only_one_that_differs():
    old = (*record(8, "Sân chơi", 40), *record(9, "Bể nước", 50))
    new = (*record(8, "Sân chơi", 40), *record(9, "Nhà bán trú", 300), *record(10, "Bể nước", 50))
    assert told(old, new) == [("B9", None, "Nhà bán trú"), ("E9", None, 300)]


def test_a_record_whose_figure_was_corrected_differs_in_that_figure():
    assert told(record(8, "Sân chơi", 40), record(9, "Sân chơi", 45)) == [("E9", 40, 45)]


def test_equal_versions_do_not_differ():
    values = (line("gifts", 320), *record(8, "Sân chơi", 40))
    assert told(values, values) == []
    assert told(values, (structs.replace(values[0], cell="E1"), *values[1:])) == []
