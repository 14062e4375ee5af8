"""Marked copies in an office's own program: LibreOffice keeps the marks, and a correction in it is taken."""

import io
from pathlib import Path

import openpyxl
import pytest

from forms import kinds, mark, read
from roll.outcomes import Verdict
from tests.forms import packages, workbooks
from tests.journeys.office import form_2019
from tests.servers import libreoffice

WRONG = {"D42": 9_999_999, "D45": "khoảng 200", "E59": "ba trăm", "D20": None}
FILLS = {"D42": "FFC7CE", "E59": "FFC7CE", "D45": "FFEB9C", "D20": "FFEB9C"}
SENT = ("xlsx", "xls", "ods")
PREPARED = read.prepare(form_2019())


def filled(changes: dict[str, object] | None = None) -> bytes:
    return workbooks.filled_2019(form_2019(), "UBND huyện Cao Lộc", 1, changes)


def reading_of(data: bytes):
    return read.read_file(data, "BC", [PREPARED])


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return a wrong report as LibreOffice itself saves it, by kind."""
    libreoffice.require_libreoffice()
    source = {"bc.xlsx": filled(WRONG)}
    return {kind: libreoffice.convert(source, kind, tmp_path_factory.mktemp("sent") / "one")["bc"] for kind in SENT}


@pytest.fixture(scope="module")
def copies(sent: dict[str, bytes]) -> dict[str, bytes]:
    return {kind: mark.mark(data, kinds.kind_of(data), reading_of(data).problems) for kind, data in sent.items()}


@pytest.fixture(scope="module")
def saved_again(copies: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the marked copies opened and saved by LibreOffice."""
    folder = tmp_path_factory.mktemp("again") / "one"
    return libreoffice.convert({f"{kind}.xlsx": data for kind, data in copies.items()}, "xlsx", folder)


@pytest.mark.parametrize("kind", SENT)
def test_what_libreoffice_saved_is_marked_in_a_sound_package_that_reads_the_same(sent, copies, kind: str):
    assert packages.flaws(copies[kind]) == []
    assert {each.cell for each in reading_of(sent[kind]).problems} == set(FILLS)
    assert reading_of(copies[kind]).fingerprint == reading_of(sent[kind]).fingerprint


@pytest.mark.parametrize("kind", SENT)
def test_libreoffice_keeps_fills_comments_and_links(sent, saved_again, kind: str):
    book = openpyxl.load_workbook(io.BytesIO(saved_again[kind]))
    assert book.sheetnames[0] == "Cần chỉnh sửa"
    assert book.active.title == "Cần chỉnh sửa"
    for problem in reading_of(sent[kind]).problems:
        cell = book[problem.sheet][problem.cell]
        assert cell.fill.fgColor.rgb[-6:] == FILLS[problem.cell]
        assert problem.message in cell.comment.text
    links = {cell.value: cell.hyperlink.location for (cell,) in book.worksheets[0].iter_rows(5, min_col=4, max_col=4)}
    assert {cell: link.replace("#", "").replace("'", "") for cell, link in links.items()} == {
        cell: f"Bieu 01!{cell}" for cell in FILLS
    }


@pytest.mark.parametrize("kind", SENT)
def test_the_copy_of_libreoffice_has_the_widths_and_lines_of_the_original(copies, kind: str):
    page = openpyxl.load_workbook(io.BytesIO(copies[kind]))["Bieu 01"]
    assert page["B14"].border.left.style in {"thin", "hair"}
    assert page["B14"].font.name == "Times New Roman"
    assert page["B14"].font.size == 12
    assert "A4:F4" in {str(each) for each in page.merged_cells.ranges}
    assert 5 < page.column_dimensions["A"].width < 15


def test_a_copy_corrected_and_saved_by_libreoffice_is_valid(saved_again, tmp_path: Path):
    """The figures are put in between two savings: LibreOffice without a window cannot be typed into."""
    right = openpyxl.load_workbook(io.BytesIO(filled()))["Bieu 01"]
    corrected = {}
    for kind, data in saved_again.items():
        book = openpyxl.load_workbook(io.BytesIO(data))
        for address in FILLS:
            book["Bieu 01"][address] = right[address].value
        written = io.BytesIO()
        book.save(written)
        corrected[f"{kind}.xlsx"] = written.getvalue()
    saved = libreoffice.convert(corrected, "xlsx", tmp_path / "corrected")
    assert set(saved) == set(SENT)
    for data in saved.values():
        assert reading_of(data).verdict is Verdict.VALID


def test_a_copy_that_libreoffice_saved_is_marked_anew_when_it_comes_back(saved_again):
    data = saved_again["xls"]
    again = mark.mark(data, "xlsx", reading_of(data).problems)
    assert set(packages.flaws(again)) <= set(packages.flaws(data)), "LibreOffice numbers shapes twice"
    book = openpyxl.load_workbook(io.BytesIO(again))
    assert book.sheetnames == ["Cần chỉnh sửa", *workbooks.SHEETS]
    for problem in reading_of(data).problems:
        assert book[problem.sheet][problem.cell].comment.text.count(problem.message) == 1
