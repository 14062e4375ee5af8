"""A list of 100,000 lines is read in less than 200 MB, whatever kind of file it is in: a reader has 512 MB."""

import csv
import html
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from intake import child

LINES = 100_000
MEGABYTES_MOST = 200
HEADER = ["STT", "Nhà tài trợ", "Nguồn", "Hình thức", "Đối tượng", "Số trẻ", "Số suất", "Giá trị", "Tiền", "Ghi chú"]
READ = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]), int(sys.argv[2])))
from forms import workbook
(sheet,) = workbook.load(open(sys.argv[1], "rb").read()).sheets
print(len(sheet.rows), len(sheet.rows[-1]), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def lines():
    yield HEADER
    for number in range(1, LINES):
        children = number % 90
        row = [number, f"Công ty số {number}", "Doanh nghiệp", "Quà", "Trẻ em nghèo", children, children, 200]
        yield [*row, children * 0.2, "đợt 1/6"]


def write(kind, path):
    if kind == "xlsx":
        book = openpyxl.Workbook(write_only=True)
        page = book.create_sheet("Bieu 03")
        for line in lines():
            page.append(line)
        book.save(path)
    elif kind == "csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";").writerows(lines())
    else:
        cells = ("".join(f"<td>{html.escape(str(value))}</td>" for value in line) for line in lines())
        path.write_text(f"<html><table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table></html>", "utf-8")


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["xlsx", "csv", "html"])
def test_a_list_of_a_hundred_thousand_lines_is_read_in_little_memory(kind, tmp_path: Path):
    path = tmp_path / f"list.{kind}"
    write(kind, path)
    answer = subprocess.run(
        [sys.executable, "-c", READ, str(path), str(child.MEMORY_BYTES)], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    read_lines, columns, megabytes = map(int, answer.stdout.split())
    assert (read_lines, columns) == (LINES, len(HEADER))
    assert megabytes < MEGABYTES_MOST
