"""A blank becomes a form: the 2019 blank in several dresses, and what no blank says."""

import io
import unicodedata
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Border, Side

from forms import learn
from forms.form import Check, Column, Form, HeaderField, Row, Sheet, load_form
from forms.form_text import write_form
from forms.workbook import Unreadable
from tests.forms import learned, workbooks
from tests.forms.blank_forms import catalogue
from tests.forms.blank_forms_second import catalogue as second
from tests.journeys.office import form_2019
from tests.servers import libreoffice

BLANK = Path(__file__).parents[2] / "campaigns" / "thang-hanh-dong-2019" / "blank.xlsx"
# What the 2019 form asks and its blank does not print: the whole of 2.7 and 4.6, that 5.1 must be filled in, that 4.4
# and 4.5 are no parts (their sum is checked instead), C29, and C22.
UNSAID = {"part of": 4, "required": 1, "rule": 2, "column unit": 1}
ASKED_MOST = 0.06
"""Share of a blank's fields that are guessed wrong, with a remark: the questionnaire's choices and free texts."""
# Labels merged over several lines, a "(*)" that is a footnote, totals typed over, colours that say what to fill in.
STILL_WRONG = {
    "rural_criteria": 30, "cooperative_balance_xls": 3, "storm_damage_xls_filled": 3, "energy_quarters": 3,
    "union_activity_filled": 2,
}  # fmt: skip
TABLES = {"Bieu 01": (11, 82, 6), "Thuyet minh": (6, 9, 3)}


def learned_from(data: bytes) -> learn.Learned:
    found = learn.learn(data)
    assert load_form(found.to_toml("bieu.xlsx").encode(), "form.toml") == found.form
    return found


def undressed(boxed: bool, merged: bool) -> bytes:
    """The blank as plain texts: no fills, locks, validations, hidden columns; lines around the tables if `boxed`."""
    source, book = openpyxl.load_workbook(BLANK), openpyxl.Workbook()
    book.remove(book.worksheets[0])
    line = Side(style="thin")
    for sheet in source:
        page = book.create_sheet(sheet.title)
        top, bottom, last = TABLES.get(sheet.title, (6, 28, 10))
        for row in sheet.iter_rows(max_col=last):
            for cell in row:
                if cell.value is not None:
                    page.cell(cell.row, cell.column, cell.value)
                if boxed and top <= cell.row <= bottom:
                    page.cell(cell.row, cell.column).border = Border(line, line, line, line)
        for area in sheet.merged_cells.ranges if merged else ():
            page.merge_cells(str(area))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_the_2019_blank_gives_all_that_it_prints() -> None:
    found = learned_from(BLANK.read_bytes())

    compared = learned.compare(form_2019(), found)

    assert [found.form.name, found.form.version, found.form.year] == ["THDTE-2019", "1", 2019]
    assert [len([row for row in sheet.rows if row.name]) for sheet in found.form.sheets] == [60, 0, 0, 0, 3]
    assert {what: count for (what, state), count in compared.counts.items() if state != learned.RIGHT} == UNSAID
    assert compared.total(learned.RIGHT) > 600
    # The names that our blank keeps in a hidden column come back.
    assert {row.name for row in form_2019().sheets[0].rows} == {row.name for row in found.form.sheets[0].rows}


def test_the_2019_blank_states_its_sums_and_parts() -> None:
    form = learned_from(BLANK.read_bytes()).form

    assert sorted(check.constraint for check in form.checks) == [
        "raised.cost == raised_cash.cost + raised_kind.cost",
        "spending.cost == spending_state.cost + spending_funds.cost + spending_donations.cost + spending_other.cost",
        "works_total.cost == playgrounds.cost + schools.cost + other_works.cost",
        "works_total.quantity == playgrounds.quantity + schools.quantity + other_works.quantity",
    ]
    wholes = {row.item: row.part_of for row in form.sheets[0].rows if row.part_of}
    assert wholes == {
        "1.2": "directives", "2.6": "talk_attendances", "3.5": "launch_attendance", "4.4": "raised", "4.5": "raised",
        "5.2": "gifts", "5.3": "gifts", "5.4": "gifts", "5.5": "gifts", "7.8": "danger_spots", "7.10": "injury_deaths",
        "8.3": "forum_children", "8.5": "proposals", "8.9": "clubs",
    }  # fmt: skip


@pytest.mark.parametrize(("boxed", "merged"), [(True, True), (False, True), (False, False)])
def test_what_is_not_drawn_is_asked_about_and_never_wrong_in_silence(boxed: bool, merged: bool) -> None:
    compared = learned.compare(form_2019(), learned_from(undressed(boxed, merged)))

    assert {what: count for (what, state), count in compared.counts.items() if state == learned.WRONG} == UNSAID
    assert compared.share(learned.ASKED) < 0.07


def test_xls_and_ods_give_the_same_lines(tmp_path: Path) -> None:
    for kind, asked in (("xls", 0.02), ("ods", 0.07)):
        data = libreoffice.convert({"mau.xlsx": BLANK.read_bytes()}, kind, tmp_path / kind)["mau"]

        compared = learned.compare(form_2019(), learned_from(data))

        assert {what: count for (what, state), count in compared.counts.items() if state == learned.WRONG} == UNSAID
        assert compared.share(learned.ASKED) < asked


def test_a_filled_copy_gives_the_same_lines() -> None:
    form = form_2019()

    compared = learned.compare(form, learned_from(workbooks.filled_2019(form, "UBND huyện Cao Lộc", seed=5)))

    assert {what: count for (what, state), count in compared.counts.items() if state == learned.WRONG} == UNSAID
    assert compared.share(learned.ASKED) < 0.02


@pytest.mark.parametrize("blank", catalogue.BLANK_FORMS, ids=lambda blank: blank.name)
def test_blanks_that_others_drew_are_learned_or_asked_about(blank: catalogue.BlankForm) -> None:
    compared = learned.compare(blank.load_truth(), learned_from(blank.draw()))

    assert [fault for fault in compared.faults if fault.startswith(learned.WRONG)] == []
    assert compared.share(learned.ASKED) <= ASKED_MOST


@pytest.mark.parametrize("blank", second.BLANK_FORMS, ids=lambda blank: blank.name)
def test_blanks_that_nothing_was_made_for_are_learned_but_for_what_is_known(blank: catalogue.BlankForm) -> None:
    compared = learned.compare(blank.load_truth(), learned_from(blank.draw()))

    assert compared.total(learned.WRONG) <= STILL_WRONG.get(blank.name, 1), compared.faults


def test_learning_twice_gives_the_same_text() -> None:
    data = BLANK.read_bytes()

    assert learn.learn(data).to_toml("a.xlsx") == learn.learn(data).to_toml("a.xlsx")


def test_a_guess_is_remarked_upon_in_the_text() -> None:
    text = learn.learn(undressed(boxed=True, merged=True)).to_toml("mau.xlsx")

    assert 'columns = ["cost"]  # đoán theo đơn vị tính “triệu đồng”' in text.replace("kinh_phi", "cost")


@pytest.mark.parametrize("data", [b"", b"khong phai bang tinh", b"PK\x03\x04"])
def test_what_is_no_workbook_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        learn.learn(data)
    assert refused.value.detail


def test_a_workbook_that_asks_nothing_gives_no_form() -> None:
    written = io.BytesIO()
    openpyxl.Workbook().save(written)

    with pytest.raises(learn.NothingLearnedError, match="không tìm thấy bảng"):
        learn.learn(written.getvalue())


def test_a_fault_of_a_learned_form_is_seen() -> None:
    """The comparison is no formality: another type, a missing line or rule counts as wrong."""
    blank = catalogue.BLANK_FORMS[0]
    found, truth = learned_from(blank.draw()), blank.load_truth()
    sheet = found.form.sheets[0]
    spoiled = replace(
        found.form, sheets=(replace(sheet, rows=sheet.rows[1:]), *found.form.sheets[1:]), checks=found.form.checks[1:]
    )

    compared = learned.compare(truth, replace(found, form=spoiled))

    assert {what for (what, state), _ in compared.counts.items() if state == learned.WRONG} >= {"rule"}


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(lambda said: f"x{said}")
# What declarations hold as lists is kept on one line, in NFC.
ONE_LINE = WORDS.map(lambda said: unicodedata.normalize("NFC", " ".join(said.split())))
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True).map(lambda name: f"x{name}")


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """Any form that could be written: what its texts hold does not matter to the writing."""
    names = draw(st.lists(NAMES, min_size=3, max_size=6, unique=True))
    columns = (
        Column(
            names[0],
            draw(WORDS),
            "integer",
            unit=draw(WORDS),
            relevant=f"row.{names[0]} > 0",
            limit=draw(st.floats(1, 1e9)),
        ),
        Column(names[1], draw(WORDS), "select_one", choices=tuple(draw(st.lists(ONE_LINE, min_size=1, max_size=3)))),
    )
    both = (names[0], names[1])
    rows = (
        Row("", draw(WORDS), draw(WORDS), section=True),
        Row("whole", draw(WORDS), columns=both, required=(names[0],), aliases=(draw(ONE_LINE),), plausible=(0.0, 5.5)),
        Row("part", draw(WORDS), columns=(names[0],), part_of="whole", part_check="C01", main=(names[0],)),
    )
    listed = Sheet(
        "Danh sách", "list", caption=draw(WORDS), columns=(Column(names[2], draw(WORDS), "text", required=True),)
    )
    sheet = Sheet("Biểu", "rows", draw(WORDS), "Biểu", draw(WORDS), draw(WORDS), draw(WORDS), columns, rows)
    check = Check(
        "C1",
        f"part.{names[0]} == n",
        "ghi {n}",
        "warning",
        at=f"part.{names[0]}",
        calculation=(("n", f"whole.{names[0]}"),),
    )
    header = (HeaderField("unit", draw(WORDS)),)
    return Form(draw(WORDS), "1", draw(WORDS), draw(WORDS), 2019, header, (sheet, listed), (check,))


@settings(max_examples=40, deadline=None)
@given(forms(), WORDS)
def test_what_is_written_is_read_back_the_same(form: Form, remark: str) -> None:
    text = write_form(form, {("name",): remark, ("sheet", 0, "row", 1, "label"): remark}, [remark])

    assert load_form(text.encode(), "form.toml") == form
