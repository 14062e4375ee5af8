"""A part's share, yield or average may exceed that of its whole; its count may not."""

import pytest

from forms import checks
from forms.form import load_form

FORM = """
name = "X"
version = "1"
title = "Biểu"
[[sheet]]
name = "Biểu"
kind = "rows"
label = "Nội dung"
[[sheet.column]]
name = "n"
label = "Số lượng"
type = "decimal"
[[sheet.column]]
name = "r"
label = "{label}"
type = "decimal"
unit = "{unit}"
[[sheet.row]]
name = "whole"
label = "Đàn trâu"
[[sheet.row]]
name = "part"
label = "Trong đó: trâu cái"
part_of = "whole"
"""


def found(label: str, unit: str, column: str) -> list[str]:
    prepared = checks.prepare(load_form(FORM.format(label=label, unit=unit).encode(), "form.toml"))
    cells = {
        (line, name): checks.FilledCell(5.0 if name == column and line == "part" else 3.0, "Biểu", f"{line}{name}")
        for line in ("whole", "part")
        for name in ("n", "r")
    }
    return [problem.cell for problem in checks.run(prepared, cells, {}, {})]


@pytest.mark.parametrize(("label", "unit"), [("Tỷ lệ (%)", ""), ("Năng suất", "tạ/ha"), ("So với kế hoạch", "%")])
def test_the_share_of_a_part_may_be_greater(label: str, unit: str) -> None:
    assert found(label, unit, "r") == []
    assert found(label, unit, "n") == ["partn"]


def test_another_count_of_a_part_may_not_be_greater() -> None:
    assert found("Kinh phí", "triệu đồng", "r") == ["partr"]
