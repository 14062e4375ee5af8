"""The consolidated workbook: all units' reports in the shape of the form, totals as live formulas over the units.

`consolidate` takes a form and the units' values and returns the bytes of an .xlsx package, the same bytes for the same
input. docs/consolidation.md tells what stands on each sheet and what becomes of what cannot be added up.
"""

from dataclasses import dataclass

from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from forms import blank, consolidate_charts, consolidate_form, consolidate_lists, consolidate_matrix
from forms import consolidate_book as books
from forms import consolidate_overview as overview
from forms import consolidate_units as units
from forms.consolidate_book import Book
from forms.consolidate_reports import Consolidation, TooLargeError
from forms.package import CONSOLIDATED

__all__ = ["UNIT_SHEETS_MOST", "Consolidation", "TooLargeError", "consolidate", "has_unit_sheets"]

UNIT_SHEETS_MOST = 60
"""Units that get a sheet each: with more, tabs are no way to find one, and a reader takes 100 sheets at most."""

VALUES_MOST = 200_000
"""Values that get a line each: 13 cells in each are 2.6 million, and a reader takes 4 million of a sheet."""


@dataclass(slots=True)
class _Work:
    """The workbook in the making and what its sheets must know of each other."""

    told: Consolidation
    book: Book
    first: Worksheet
    matrix: consolidate_matrix.Matrix
    matrix_page: Worksheet


def consolidate(told: Consolidation) -> bytes:
    """Return the workbook.

    Raises:
        TooLargeError: there are more units or records than a sheet holds.

    """
    form = told.form
    heading = blank.BlankHeading(unit_lines=(told.office.upper(), "", "Số:          /BC-……………"))
    book = Book(blank.drawn(form, heading, consolidate_form.records_wanted(told)))
    first = book.page(overview.TITLE)
    book.book.move_sheet(first, -(len(book.book.sheetnames) - 1))
    matrix_page = book.page(consolidate_matrix.TITLE)
    work = _Work(told, book, first, consolidate_matrix.placed(matrix_page.title, told), matrix_page)
    places = consolidate_form.places_of(book, form)
    consolidate_form.fill_header(book, told)
    consolidate_form.fill_lists(book, told)
    _write_joined(work)
    consolidate_charts.write(book, told)
    links = _write_unit_sheets(work) if has_unit_sheets(told) else _write_wide(work)
    consolidate_form.fill_totals(book, told, places, work.matrix)
    consolidate_form.print_across(book, form)
    overview.write(book, first, told, links)
    book.book.defined_names[CONSOLIDATED] = DefinedName(CONSOLIDATED, attr_text=str(len(told.reports)))
    book.book.active = 0
    return book.to_bytes(told.issued_at)


def has_unit_sheets(told: Consolidation) -> bool:
    """Say whether every unit gets a sheet and every value a line of its own."""
    counts = [len(report.header) + len(report.values) for report in told.reports]
    few = len(counts) <= UNIT_SHEETS_MOST and sum(counts) <= VALUES_MOST
    return few and max(counts, default=0) <= books.LINKS_MOST


def _write_joined(work: _Work) -> None:
    for sheet in work.told.form.sheets:
        if sheet.kind == "list":
            consolidate_lists.write_joined(work.book, work.told, sheet)
    consolidate_lists.write_answers(work.book, work.told)


def _write_unit_sheets(work: _Work) -> dict[str, str]:
    """Write a sheet for each unit and one line for each value; return where each unit's sheet begins."""
    book, told = work.book, work.told
    template, pages = units.draw(book, told.form)
    titles = []
    sources = consolidate_lists.sources(book, told.form)
    for report in told.reports:
        page = book.copied(template, report.short_name or report.name)
        titles.append(page.title)
        for address, value in units.fill(book, page, pages, report, work.first.title):
            cell = page[address]
            if isinstance(cell.value, str) and value.name not in pages.headers:
                # LibreOffice does not wrap a text that is a link: the number before it leads to its line.
                cell = page.cell(cell.row, 1)
            place = f"A{sources.add(report, value)}"
            if cell.hyperlink is None:
                books.link(cell, sources.page.title, place)
        book.set_up(page, pages.title_row)
    sources.finish()
    book.book.remove(template)
    book.book.move_sheet(sources.page, len(titles))
    addresses = {key: books.place(*place) for key, place in pages.places.items()}
    consolidate_matrix.write(book, work.matrix_page, told, work.matrix, consolidate_matrix.Origins(titles, addresses))
    return {report.code: f"{title}!A1" for report, title in zip(told.reports, titles, strict=True)}


def _write_wide(work: _Work) -> dict[str, str]:
    """Write the figures into the matrix itself and their cells into its twin; return each unit's line of files."""
    links = consolidate_lists.write_files(work.book, work.told)
    page = work.book.page(consolidate_matrix.SOURCES_TITLE)
    origins = consolidate_matrix.Origins(twin=page.title)
    consolidate_matrix.write(work.book, work.matrix_page, work.told, work.matrix, origins)
    consolidate_matrix.write_sources(work.book, page, work.told, lambda report: links[report.code])
    return links
