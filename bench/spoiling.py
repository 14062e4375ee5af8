"""How filled workbooks are read in every state in which people return them: the table of docs/reading-spoiled.md.

python -m bench.spoiling                  the table
python -m bench.spoiling --write          the same, into the document
"""

import argparse
from pathlib import Path

from forms import form as forms_form
from tests.forms.spoiling import measure, table
from tests.forms.spoiling.measure import Measured
from tests.journeys.office import CAMPAIGN
from tests.servers import libreoffice

DOCUMENT = Path(__file__).parents[1] / "docs" / "reading-spoiled.md"
MARK = "<!-- Below this line: written by python -m bench.spoiling --write. -->\n"
KINDS = ("xlsx", "xls", "ods")


def lines(measured: list[Measured]) -> list[str]:
    """Return the table as Markdown, a line for each spoiling, its formats side by side."""
    head = "| rule | what was done to the workbook | figures there | right | asked | silent | by fixed address |"
    rows = [head, "|---|---|---|---|---|---|---|"]
    by_name: dict[str, list[Measured]] = {}
    for each in measured:
        by_name.setdefault(each.spoiling.name, []).append(each)
    for name, kinds in by_name.items():
        rule = ", ".join(dict.fromkeys(kinds[0].spoiling.rule.split(" ")))
        rows.append(f"| {rule} | {name.replace('_', ' ')} | {_figures(kinds)} |")
    return [*rows, "", *_totals(measured)]


def _figures(kinds: list[Measured]) -> str:
    there = [each.judgement.total - each.gone for each in kinds]
    columns = (
        there,
        [each.judgement.right for each in kinds],
        [each.judgement.asked for each in kinds],
        [len(each.judgement.silent) + len(each.judgement.extra) for each in kinds],
        [each.judgement.fixed for each in kinds],
    )
    return " | ".join(_one_or_each(column) for column in columns)


def _one_or_each(figures: list[int]) -> str:
    """Return a figure once where all formats agree, else each in the order of KINDS."""
    return str(figures[0]) if len(set(figures)) == 1 else " / ".join(str(figure) for figure in figures)


def _totals(measured: list[Measured]) -> list[str]:
    there = sum(each.judgement.total - each.gone for each in measured)
    right = sum(each.judgement.right for each in measured)
    silent = sum(len(each.judgement.silent) + len(each.judgement.extra) for each in measured)
    fixed = sum(each.judgement.fixed for each in measured)
    return [
        (
            f"{len(measured)} workbooks ({', '.join(KINDS)}), {there} figures that are there to be read: "
            f"{right} right ({right / there:.2%}), {silent} wrong in silence; "
            f"by fixed address {fixed} right ({fixed / there:.1%})."
        )
    ]


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m bench.spoiling", description=__doc__)
    arguments.add_argument("--write", action="store_true", help="write the table into docs/reading-spoiled.md")
    asked = arguments.parse_args()
    libreoffice.require_libreoffice()
    form = forms_form.load_form((CAMPAIGN / "form.toml").read_bytes(), "form.toml")
    written = "\n".join(lines(list(measure.measure(form, table.spoilings(), KINDS))))
    if asked.write:
        by_hand = DOCUMENT.read_text("utf-8").partition(MARK)[0]
        DOCUMENT.write_text(f"{by_hand}{MARK}\n{written}\n", "utf-8")
    else:
        print(written)


if __name__ == "__main__":
    main()
