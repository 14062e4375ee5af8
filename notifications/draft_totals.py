"""The results in the draft report: the main figures in sentences, every line's totals in tables, lists as counts."""

from collections.abc import Iterator, Sequence

from notifications.draft_document import Column, Draft, Row, one
from notifications.draft_facts import DraftFacts, Line, ListCount, Section, SheetTotals, TotalKind
from notifications.draft_words import DraftWords
from notifications.mails import short_label

# Centimetres: an item number of four signs; a unit of measure; how many units; a label's line of 25 letters.
_ITEM_WIDTH, _MEASURE_WIDTH, _GIVEN_WIDTH, _LABEL_LEAST = 1.2, 2.1, 1.7, 4.5
# Of a column of figures: what looks well, and the most, beyond which a word is broken.
_FIGURE_WIDTH, _FIGURE_MOST = 2.5, 4.5
# A figure of 12 points is half as wide as high; the margins of a cell, its lines and what a bold letter is wider.
_DIGIT_WIDTH, _CELL_EDGES = 0.212, 0.45
_BETWEEN = " / "


def write(draft: Draft, words: DraftWords, told: DraftFacts) -> None:
    """Write the part on results; without any report it says only that."""
    say = words.say
    draft.heading(1, say("results"))
    if not told.reports:
        draft.paragraph(say("nothing_counted"))
        return
    draft.paragraph(say("counted", count=told.reports, form=told.form_title))
    draft.remark(say("how_to_read"))
    number = 0
    main = [line for sheet in told.sheets for line in sheet.lines if isinstance(line, Line) and line.main]
    if main:
        number += 1
        draft.heading(2, f"{number}. {say('main')}")
        for line in main:
            draft.paragraph(_figures(words, line), f"- {one(short_label(line.label))}:")
    for sheet in told.sheets:
        number += 1
        draft.heading(2, f"{number}. {_called(sheet.caption, sheet.title)}")
        _write_sheet(draft, words, sheet)
    if told.lists:
        draft.heading(2, f"{number + 1}. {say('lists')}")
        _write_lists(draft, words, told.lists)


def _called(caption: str, title: str) -> str:
    return f"{caption}. {title}" if title and title != caption else caption


def _figures(words: DraftWords, line: Line) -> str:
    """Return the main figures of a line as the end of a sentence, each with how many units gave it."""
    totals = [total for place in line.main if (total := line.totals[place]) is not None]
    told = [f"{words.total(total)} {total.unit if total.given else ''}".strip() for total in totals]
    each = zip(told, totals, strict=True)
    return "; ".join(words.say("main_figure", figure=figure, given=total.given) for figure, total in each) + "."


def _given(line: Line, places: Sequence[int]) -> str:
    """Return how many units gave a figure, column by column where that differs."""
    counts = [total.given for place in places if (total := line.totals[place]) is not None]
    return "; ".join(map(str, counts)) if len(set(counts)) > 1 else "".join(map(str, counts[:1]))


def _write_sheet(draft: Draft, words: DraftWords, sheet: SheetTotals) -> None:
    """Write the tables of a sheet, section by section; across the page where its columns need it."""
    figure = _figure_width(words, sheet)
    across = len(sheet.columns) > _fitting(draft.width, figure)
    if across:
        draft.turn(landscape=True)
    most = max(_fitting(draft.width, figure), 1)
    for section, lines in _sections(sheet):
        if section is not None:
            label = one(section.label)
            draft.heading(3, words.say("section", item=section.item, label=label) if section.item else label)
        for first in range(0, len(sheet.columns) if lines else 0, most):
            places = range(first, min(first + most, len(sheet.columns)))
            if len(places) <= _fitting(draft.width, _FIGURE_WIDTH):
                figure = max(figure, _FIGURE_WIDTH)
            _write_lines(draft, words, sheet, lines, places, figure)
    totals = [total for line in sheet.lines if isinstance(line, Line) for total in line.totals if total]
    for kind, key in ((TotalKind.RANGE, "range_remark"), (TotalKind.DAYS, "days_remark")):
        if any(total.kind is kind for total in totals):
            draft.remark(words.say(key))
    if across:
        draft.turn(landscape=False)


def _figure_width(words: DraftWords, sheet: SheetTotals) -> float:
    """Return the centimetres of a column of figures in which no total and no word of a header is broken."""
    totals = [total for line in sheet.lines if isinstance(line, Line) for total in line.totals if total]
    texts = [words.total(total) for total in totals] + [column.rpartition(_BETWEEN)[2] for column in sheet.columns]
    longest = max((len(word) for text in texts for word in text.split()), default=0)
    return min(longest * _DIGIT_WIDTH + _CELL_EDGES, _FIGURE_MOST)


def _fitting(width: float, figure: float) -> int:
    """Return how many columns of figures stand beside each other between margins, all in centimetres."""
    return int((width - _ITEM_WIDTH - _MEASURE_WIDTH - _GIVEN_WIDTH - _LABEL_LEAST) / figure)


def _sections(sheet: SheetTotals) -> Iterator[tuple[Section | None, list[Line]]]:
    """Yield each section with the lines below it; lines above the first one have none."""
    section: Section | None = None
    lines: list[Line] = []
    for each in sheet.lines:
        if isinstance(each, Section):
            if section is not None or lines:
                yield section, lines
            section, lines = each, []
        else:
            lines.append(each)
    yield section, lines


def _write_lines(
    draft: Draft, words: DraftWords, sheet: SheetTotals, lines: Sequence[Line], places: Sequence[int], figure: float
) -> None:
    """Write one table: lines down, the columns at `places` beside each other, `figure` centimetres each."""
    say = words.say
    columns = [
        Column((say("item"),), _ITEM_WIDTH, "center"),
        Column((say("label"),)),
        Column((say("unit"),), _MEASURE_WIDTH, "center"),
        *(Column(tuple(sheet.columns[place].split(_BETWEEN)), figure, "right") for place in places),
        Column((say("given"),), _GIVEN_WIDTH, "center"),
    ]
    rows: list[Row] = []
    for line in lines:
        totals = [line.totals[place] for place in places]
        figures = [words.total(total) if total is not None else "" for total in totals]
        rows.append([line.item, line.label, line.unit, *figures, _given(line, places)])
    draft.table(columns, rows)


def _write_lists(draft: Draft, words: DraftWords, lists: Sequence[ListCount]) -> None:
    say = words.say
    columns = [
        Column((say("number"),), _ITEM_WIDTH, "center"),
        Column((say("list_what"),)),
        Column((say("list_records"),), _FIGURE_WIDTH, "right"),
        Column((say("list_units"),), _FIGURE_WIDTH, "right"),
    ]
    rows = [
        [str(number), _called(each.caption, each.title), words.number(each.records), words.number(each.units)]
        for number, each in enumerate(lists, start=1)
    ]
    draft.table(columns, rows)
