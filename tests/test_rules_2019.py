"""All 41 rules of the domain (1.5): each is told by some report, with the severity that it has there."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from forms import judging, likeness, read
from roll.outcomes import Outcome, Verdict
from roll.reports import Reading, Severity
from tests.forms import cases_2019, filled_2019, workbooks
from tests.intake import known

NOW = datetime(2019, 7, 3, tzinfo=UTC)
UNIT = "UBND huyện Cao Lộc"
LINES = [f"{column}{row}" for row in range(14, 83) for column in "DE"]
# What the reader tells of a workbook: changes to a valid one.
OF_A_WORKBOOK: dict[str, tuple[Severity, Mapping[str, Any]]] = {
    "C01": (Severity.ERROR, {"D15": -3}),
    "C02": (Severity.ERROR, {"E19": -3}),
    "C35": (Severity.WARNING, {"D60": 1.5}),
    "C39": (Severity.WARNING, {"D63": None}),
    "C40": (Severity.WARNING, dict.fromkeys(LINES[8:])),
}
# What is told once the unit is known.
OF_A_UNIT = {"C04": Severity.ERROR, "C24": Severity.WARNING, "C38": Severity.NOTICE, "C41": Severity.NOTICE}
# What settles whose report it is, and for which year; it is told by no code of a cell.
OF_THE_WHOLE = ("C36", "C37")


@cache
def prepared() -> read.PreparedForm:
    return read.prepare(filled_2019.load())


def reading_of(changes: Mapping[str, Any]) -> Reading:
    return read.read_file(workbooks.filled_2019(filled_2019.load(), UNIT, 1, changes), "BC.xlsx", [prepared()])


def test_each_of_the_41_rules_is_told_by_some_report() -> None:
    told = {case[0] for case in cases_2019.CASES} | set(OF_A_WORKBOOK) | set(OF_A_UNIT) | set(OF_THE_WHOLE)
    assert told == {f"C{number:02}" for number in range(1, 42)}


@pytest.mark.parametrize("code", OF_A_WORKBOOK)
def test_the_reader_tells_what_it_sees_in_a_cell_or_in_the_whole(code: str) -> None:
    severity, changes = OF_A_WORKBOOK[code]
    assert reading_of({}).problems == ()
    assert (code, severity) in {(each.code, each.severity) for each in reading_of(changes).problems}


def test_what_needs_the_unit_is_told_once_it_is_known() -> None:
    figures = {"D17": 24, "D58": 16_001, "D60": 9_000}
    reading = reading_of(figures)
    assert reading.problems == ()
    before = likeness.figures_of(reading.values) | {("summer_attendances", "quantity"): 2_000}
    index = likeness.Index(0.9)
    index.file(likeness.Filed("H187", "huyện Chi Lăng", "TN-2019-0001", (NOW, 1, 0), likeness.marks_of(before)))
    circumstances = judging.Circumstances(
        {"communes": 23, "children": 16_000},
        judging.Earlier("Năm 2018", "TN-2018-0001", before),
        judging.Others(index, "H183", (NOW, 2, 0)),
    )
    judged = judging.judge(judging.prepare(filled_2019.load()), reading, circumstances)
    assert {each.code: each.severity for each in judged.problems} == OF_A_UNIT
    assert judged.verdict is Verdict.NEEDS_FIX


def test_a_workbook_that_names_another_unit_than_its_sender_waits_for_a_person() -> None:
    """C36: to staff, not to the unit."""
    understood = known.decided(known.contents("BC", known.reading("UBND huyện Chi Lăng"), sender_=known.CAO_LOC))
    assert (understood.outcome, understood.reason) == (Outcome.HELD, "ambiguous_unit")


def test_a_workbook_of_another_year_is_another_form() -> None:
    """C37, by its title, and by the period that it names."""
    form = filled_2019.load()
    old = replace(form, name="THDTE-2018", title=form.title.replace("2019", "2018"))
    reading = read.read_file(workbooks.filled_2019(old, UNIT, 1), "BC.xlsx", [prepared()])
    assert (reading.verdict, reading.detail) == (Verdict.WRONG_FORM, "biểu mẫu năm 2018")
    (period,) = reading_of({"E9": "Tháng 6/2018"}).problems
    assert (period.severity, period.cell) == (Severity.ERROR, "E9")


def test_a_cell_has_one_message_whatever_is_wrong_with_it() -> None:
    """Mistakes of every kind, drawn at random: never two for the sender in one cell, and no notice beside one."""
    chance = random.Random(7)
    judge = judging.prepare(filled_2019.load())
    last = judging.Earlier("Năm 2018", "TN", dict.fromkeys(likeness.figures_of(reading_of({}).values), 100_000.0))
    known_of_unit = judging.Circumstances({"communes": 5, "children": 50}, last)
    for _ in range(12):
        changes = {
            cell: chance.choice((None, "không rõ", -1, 1.5, 0, 9_999_999, 24)) for cell in chance.sample(LINES, 25)
        }
        judged = judging.judge(judge, reading_of(changes), known_of_unit)
        cells = [(each.sheet, each.cell) for each in judged.problems if each.cell and each.code != "C29"]
        assert len(cells) == len(set(cells))
