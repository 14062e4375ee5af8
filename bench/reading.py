"""`python -m bench.reading`: a filled form of the usual kind, read with all rules and checks, beside calamine alone."""

import statistics
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import python_calamine

from forms import read
from forms.form import load_form
from tests.forms import workbooks

CAMPAIGN = Path(__file__).parent.parent / "campaigns" / "thang-hanh-dong-2019"
ROUNDS = 7
TIMES = 60


def by_calamine(data: bytes) -> None:
    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(data))
    for name in book.sheet_names:
        list(book.get_sheet_by_name(name).iter_rows())


def milliseconds(work: Callable[[bytes], object], data: bytes) -> float:
    start = time.process_time()
    for _ in range(TIMES):
        work(data)
    return (time.process_time() - start) / TIMES * 1000


def main() -> None:
    form = load_form((CAMPAIGN / "form.toml").read_bytes(), "form.toml")
    prepared = [read.prepare(form)]
    data = workbooks.filled_2019(form, "UBND huyện Cao Lộc", 7)
    pairs = []
    for _ in range(ROUNDS):
        alone = milliseconds(by_calamine, data)
        ours = milliseconds(lambda each: read.read_file(each, "bc.xlsx", prepared), data)
        pairs.append((alone, ours, ours / alone))
    alone, ours, ratio = (statistics.median(column) for column in zip(*pairs, strict=True))
    times = f"calamine alone {alone:.2f} ms, read with all rules {ours:.2f} ms: {ratio:.1f} times"
    print(f"{len(data) / 1024:.0f} KB: {times}")


if __name__ == "__main__":
    main()
