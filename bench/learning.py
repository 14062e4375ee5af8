"""`python -m bench.learning`: each blank form beside its truth, fields right, asked (wrong, with a remark), wrong."""

import time
from collections.abc import Iterator
from pathlib import Path

from forms import learn
from forms.form import Form, load_form
from tests.forms import learned
from tests.forms.blank_forms import catalogue
from tests.forms.blank_forms_second import catalogue as second

CAMPAIGN = Path(__file__).parent.parent / "campaigns" / "thang-hanh-dong-2019"
ROW = "| {:<28} | {:<5} | {:>6} | {:>6} | {:>6} | {:>5} |"


def blanks() -> Iterator[tuple[str, str, bytes, Form]]:
    """Yield name, kind, workbook and truth: the 2019 blank first, then those drawn for the purpose."""
    truth = load_form((CAMPAIGN / "form.toml").read_bytes(), "form.toml")
    yield "2019", "xlsx", (CAMPAIGN / "blank.xlsx").read_bytes(), truth
    for blank in (*catalogue.BLANK_FORMS, *second.BLANK_FORMS):
        yield blank.name, blank.kind, blank.draw(), blank.load_truth()


def main() -> None:
    print(ROW.format("blank", "kind", "right", "asked", "wrong", "ms"))
    totals = [0, 0, 0]
    for name, kind, data, truth in blanks():
        start = time.perf_counter()
        found = learn.learn(data)
        milliseconds = (time.perf_counter() - start) * 1000
        compared = learned.compare(truth, found)
        counts = [compared.total(state) for state in (learned.RIGHT, learned.ASKED, learned.WRONG)]
        totals = [total + count for total, count in zip(totals, counts, strict=True)]
        print(ROW.format(name, kind, *counts, round(milliseconds)))
        for fault in compared.faults:
            print(f"    {fault}")
    print(ROW.format("all", "", *totals, ""))


if __name__ == "__main__":
    main()
