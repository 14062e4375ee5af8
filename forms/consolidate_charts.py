"""Charts: how many reports came from each kind of unit, and the main figures of the form by unit or by kind."""

from collections.abc import Sequence

from openpyxl.chart import BarChart, Reference
from openpyxl.worksheet.worksheet import Worksheet

from forms import consolidate_book as books
from forms import consolidate_totals as totals
from forms.consolidate_book import Book, Look
from forms.consolidate_reports import Consolidation
from forms.consolidate_totals import AskedCell

TITLE = "Biểu đồ"
CHARTS_MOST = 6
"""Main figures that get a chart: an acknowledgement names as many at most, and each takes half a page."""
SECTIONS_MOST = 3
"""Charts of a form that names no main figure: they show what can be shown, and a form may have 20 sections."""
_AMOUNTS = ("integer", "decimal")
_BARS_MOST = 60
_WIDTH, _HEIGHT, _BAR_HEIGHT, _ROOM_FOR_TITLE = 24.0, 9.0, 0.55, 3.0  # centimetres
_ROWS_BETWEEN = 2
_CENTIMETRES_A_ROW = 0.53
_STATES = ("Đã tiếp nhận", "Đang xử lý", "Chưa nhận được")
_COLORS = ("548235", "BF9000", "C00000")
_FIGURE_COLOR = "2F75B5"


def write(book: Book, told: Consolidation) -> None:
    """Write the sheet with charts, each beside the cells that it draws."""
    page = book.page(TITLE)
    book.put(page, 1, 1, f"{told.title}: biểu đồ", Look("page_title"))
    page.column_dimensions["A"].width = 34
    for column in "BCD":
        page.column_dimensions[column].width = 14
    row = _write_groups(book, page, 3, told)
    for asked in _drawn(told):
        row = _write_figure(book, page, row, told, asked)
    book.set_up(page, 0)


def _drawn(told: Consolidation) -> list[AskedCell]:
    """Return what gets a chart: main figures of the form, else the first line with figures of each section.

    Shares and averages have bars for units, none for kinds of units.
    """
    if not told.reports:
        return []
    by_unit = len(told.reports) <= _BARS_MOST
    figures = [each for each in totals.asked_cells(told.form) if each.is_counted or (each.is_rate and by_unit)]
    mains = [each for each in figures if each.column.name in each.row.main]
    return mains[:CHARTS_MOST] or _first_of_sections(told, figures)


def _first_of_sections(told: Consolidation, figures: Sequence[AskedCell]) -> list[AskedCell]:
    sections, section = {}, 0
    for sheet in told.form.sheets:
        section += 1
        for row in sheet.rows:
            section += row.section
            sections[row.name] = section
    first: dict[int, AskedCell] = {}
    for asked in figures:
        place = sections[asked.row.name]
        given = (totals.as_number(asked.kind, report.printed_value(asked.key)) for report in told.reports)
        if place not in first and asked.kind in _AMOUNTS and any(number is not None for number in given):
            first[place] = asked
    return list(first.values())[:SECTIONS_MOST]


def _write_groups(book: Book, page: Worksheet, row: int, told: Consolidation) -> int:
    rows = [(each.group, each.accepted, each.waiting, each.missing) for each in told.groups]
    return _chart(book, page, row, "Tình hình gửi báo cáo theo nhóm đơn vị", _STATES, rows)


def _write_figure(book: Book, page: Worksheet, row: int, told: Consolidation, asked: AskedCell) -> int:
    unit = asked.column.unit or asked.row.unit
    title = f"{asked.row.label} ({unit})" if unit else asked.row.label
    by_unit = [(each.short_name, totals.as_number(asked.kind, each.printed_value(asked.key))) for each in told.reports]
    if len(by_unit) <= _BARS_MOST:
        return _chart(book, page, row, title, ("Số liệu",), by_unit)
    groups = dict.fromkeys(report.group for report in told.reports)
    by_group = [
        (
            group,
            totals.combined(
                asked.kind, [each.printed_value(asked.key) for each in told.reports if each.group == group]
            ),
        )
        for group in groups
    ]
    return _chart(book, page, row, f"{title}, theo nhóm đơn vị", ("Số liệu",), by_group)


def _chart(
    book: Book, page: Worksheet, row: int, title: str, series: Sequence[str], rows: Sequence[Sequence[books.Content]]
) -> int:
    """Write the cells of a chart and the chart beside them; return the row below both."""
    top = book.table(page, row, ("Đơn vị", *series))
    for offset, line in enumerate(rows):
        for column, content in enumerate(line, start=1):
            book.put(
                page, top + offset, column, content, Look("small_figure" if column > 1 else "small_cell", "General")
            )
    last = top + len(rows) - 1
    if not rows:
        return top + _ROWS_BETWEEN
    chart = BarChart()
    chart.type, chart.title, chart.style = "bar", title, 10
    chart.grouping, chart.overlap = ("stacked", 100) if len(series) > 1 else ("clustered", None)
    chart.add_data(
        Reference(page, min_col=2, max_col=1 + len(series), min_row=row, max_row=last), titles_from_data=True
    )
    chart.set_categories(Reference(page, min_col=1, min_row=top, max_row=last))
    for drawn, color in zip(chart.series, _COLORS if len(series) > 1 else (_FIGURE_COLOR,), strict=True):
        drawn.graphicalProperties.solidFill = color
    # The first unit at the top, as in the table; axes are hidden by openpyxl unless told otherwise.
    chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.number_format = "#,##0"
    chart.gapWidth = 40
    if len(series) == 1:
        chart.legend = None
    height = max(_HEIGHT, _BAR_HEIGHT * len(rows) + _ROOM_FOR_TITLE)
    chart.width, chart.height = _WIDTH, height  # type: ignore[assignment]  # the types know whole centimetres only
    page.add_chart(chart, f"F{row}")
    return max(last + 1, row + int(height / _CENTIMETRES_A_ROW)) + _ROWS_BETWEEN
