"""What tests of reading look for in a reading, and how they change a workbook."""

import io
from pathlib import Path

import openpyxl

CAMPAIGN = Path(__file__).parents[2] / "campaigns" / "thang-hanh-dong-2019"
UNIT = "UBND huyện Cao Lộc"


def value_at(reading, cell, sheet="Bieu 01"):
    return next(value for value in reading.values if (value.sheet, value.cell) == (sheet, cell))


def problems_at(reading, cell):
    return [(problem.severity.value, problem.code) for problem in reading.problems if problem.cell == cell]


def edited(data, change):
    """The same workbook after a change made with openpyxl."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
