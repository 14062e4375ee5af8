"""A drawn chart of how a campaign stands, for a letter to staff: an SVG that resvg makes into a PNG.

A picture beside figures that stand in the letter as text anyway: who does not load it misses nothing. Pure: the same
chart gives the same bytes, on any machine, for it brings its font along (notifications/fonts). Nothing is fetched, and
no word of a chart is ever read as markup.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import resvg_py

from notifications.facts import Attachment
from notifications.words import one_line
from roll.outcomes import State

FONTS = Path(__file__).parent / "fonts"
_FONT_FILES = [str(FONTS / f"NotoSans-{weight}-Vietnamese.ttf") for weight in ("Regular", "Bold")]

# CSS pixels: the widest that a letter's text column is (notifications.html_blocks gives it 640 less its margins).
WIDTH = 600
# Screens of phones and of newer computers have two pixels or more for one of CSS. Drawn without anti-aliasing, which
# mail programs make up for when they scale it down: measured 23 KB instead of 78, and the words as good to read.
SHARPNESS = 2
# A picture with more rows is taller than two screens of a phone; the letter's text has all of them.
GROUPS_MOST = 12
# Characters that fit their place at the size they are drawn in; wider letters than most are clipped.
TITLE_LIMIT = 52
SUMMARY_LIMIT = 70
STATE_LIMIT = 24
GROUP_LIMIT = 44
# CSS pixels: a count of two digits with some air; a narrower segment goes without its figure, the legend has it.
_ROOM_OF_A_COUNT = 30
# CSS pixels: one unit of hundreds must still be seen.
_NARROWEST = 4

_MARGIN = 16
_INNER = WIDTH - 2 * _MARGIN
_STACK, _BAR = 30, 12
_LEGEND_ROW, _GROUP_ROW = 30, 50

_INK, _QUIET, _TRACK, _RULE = "#1d2733", "#4f5b67", "#e7ebef", "#d5dbe1"
# Each state's colour and that of a figure on it, at least 4.5:1 (WCAG 2.2, 1.4.3). What is missing is pale: it is what
# is not there yet, not a fault.
_COLOURS = {
    State.VALID: ("#1a7f4b", "#ffffff"),
    State.NIL: ("#8fc3a3", _INK),
    State.NEEDS_CONFIRM: ("#e3b04b", _INK),
    State.NEEDS_FIX: ("#b54708", "#ffffff"),
    State.HELD: ("#41648c", "#ffffff"),
    State.MISSING: ("#cfd6dd", _INK),
    State.EXEMPT: (_TRACK, _INK),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """How many units are in a state; `label` is the state in the office's language."""

    state: State
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class GroupBar:
    """How many units of a group have reported, of how many expected."""

    label: str
    received: int
    expected: int


@dataclass(frozen=True, slots=True)
class StandingChart:
    """What the chart shows, every word in the office's language.

    `bars` stand in the order given and count parts of `expected`; of `groups` the first GROUPS_MOST are drawn, below
    `groups_title`.
    """

    title: str
    summary: str
    expected: int
    bars: Sequence[Bar]
    groups_title: str = ""
    groups: Sequence[GroupBar] = ()


def standing_chart(chart: StandingChart) -> bytes:
    """Return the chart as a PNG, WIDTH CSS pixels wide and drawn at SHARPNESS pixels for each."""
    return resvg_py.svg_to_bytes(
        svg_string=standing_svg(chart),
        zoom=SHARPNESS,
        skip_system_fonts=True,
        font_files=_FONT_FILES,
        text_rendering="optimize_speed",
        shape_rendering="crisp_edges",
    )


def chart_attachment(chart: StandingChart, name: str) -> Attachment:
    """Return the chart as a picture for the letter's HTML, which shows it by `image(content_id, alt, charts.WIDTH)`.

    The Content-ID follows from the bytes: it names this picture and no other (RFC 2392 section 2).
    """
    data = standing_chart(chart)
    return Attachment(name, "image/png", data, content_id=f"{hashlib.sha256(data).hexdigest()[:32]}@chart")


def standing_words(chart: StandingChart) -> str:
    """Return the states as one line of text, for those who do not see the picture (its `alt`)."""
    counts = "; ".join(f"{one_line(bar.label, STATE_LIMIT)} {bar.count}" for bar in chart.bars)
    return f"{one_line(chart.title, TITLE_LIMIT)}: {one_line(chart.summary, SUMMARY_LIMIT)}. {counts}."


def standing_svg(chart: StandingChart) -> str:
    """Return the chart as an SVG document of its own."""
    top = _MARGIN + 20
    parts = [_text(_MARGIN, top, one_line(chart.title, TITLE_LIMIT), size=20, bold=True)]
    top += 28
    parts.append(_text(_MARGIN, top, one_line(chart.summary, SUMMARY_LIMIT), size=17, fill=_QUIET))
    top += 16
    parts.append(_stack(chart, top))
    top += _STACK + 12
    parts += [_legend_entry(bar, index, top) for index, bar in enumerate(chart.bars)]
    top += _LEGEND_ROW * ((len(chart.bars) + 1) // 2)
    if chart.groups:
        parts.append(_rectangle(_MARGIN, top + 8, _INNER, 1, _RULE))
        parts.append(_text(_MARGIN, top + 36, one_line(chart.groups_title, TITLE_LIMIT), size=18, bold=True))
        top += 46
    for group in chart.groups[:GROUPS_MOST]:
        parts.append(_group_row(group, top))
        top += _GROUP_ROW
    return _document("".join(parts), top + _MARGIN)


def _document(body: str, height: int) -> str:
    # A background of its own: a reader in dark mode keeps pictures as they are.
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
        ' font-family="Noto Sans">'
        f'<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" fill="#ffffff" stroke="{_RULE}"/>'
        f"{body}</svg>"
    )


def _stack(chart: StandingChart, top: int) -> str:
    """Return the states side by side; what the counts leave of `expected` stays empty."""
    shown = [bar for bar in chart.bars if bar.count > 0]
    whole = max(chart.expected, sum(bar.count for bar in shown), 1)
    widths = [max(_NARROWEST, _INNER * bar.count / whole) for bar in shown]
    squeeze = min(1.0, _INNER / sum(widths)) if widths else 1.0
    parts, left = [_rectangle(_MARGIN, top, _INNER, _STACK, _TRACK)], float(_MARGIN)
    for bar, width in zip(shown, widths, strict=True):
        fill, ink = _COLOURS[bar.state]
        parts.append(_rectangle(left, top, width * squeeze, _STACK, fill))
        if width * squeeze >= _ROOM_OF_A_COUNT:
            middle = left + width * squeeze / 2
            parts.append(_text(middle, top + 21, str(bar.count), size=17, bold=True, fill=ink, anchor="middle"))
        left += width * squeeze
    return "".join(parts)


def _legend_entry(bar: Bar, index: int, top: int) -> str:
    """Return one state of the legend, which has two columns: its colour, its name, its count."""
    column = _INNER // 2
    left, line = _MARGIN + (index % 2) * (column + 8), top + (index // 2) * _LEGEND_ROW
    return (
        _rectangle(left, line + 4, 16, 16, _COLOURS[bar.state][0])
        + _clipped(left + 24, line, column - 80, 28, _text(0, 18, one_line(bar.label, STATE_LIMIT), size=18))
        + _text(left + column - 16, line + 18, str(bar.count), size=18, bold=True, anchor="end")
    )


def _group_row(group: GroupBar, top: int) -> str:
    share = min(1.0, group.received / group.expected) if group.expected > 0 else 0.0
    count = f"{group.received}/{group.expected}"
    return (
        _clipped(_MARGIN, top, _INNER - 110, 28, _text(0, 20, one_line(group.label, GROUP_LIMIT), size=18))
        + _text(_MARGIN + _INNER, top + 20, count, size=18, bold=True, anchor="end")
        + _rectangle(_MARGIN, top + 28, _INNER, _BAR, _TRACK)
        + (_rectangle(_MARGIN, top + 28, max(_NARROWEST, _INNER * share), _BAR, "#1f5fae") if share else "")
    )


def _rectangle(left: float, top: float, width: float, height: float, fill: str) -> str:
    return f'<rect x="{left:.2f}" y="{top:.2f}" width="{width:.2f}" height="{height:.2f}" fill="{fill}"/>'


def _clipped(left: float, top: float, width: float, height: float, body: str) -> str:
    """Return `body` in a window of its own that shows nothing outside it (SVG 1.1 section 14.3.3)."""
    return f'<svg x="{left:.2f}" y="{top:.2f}" width="{width:.2f}" height="{height:.2f}">{body}</svg>'


def _text(
    left: float, line: float, words: str, *, size: int, bold: bool = False, fill: str = _INK, anchor: str = "start"
) -> str:
    weight = "bold" if bold else "normal"
    return (
        f'<text x="{left:.2f}" y="{line:.2f}" font-size="{size}" font-weight="{weight}" fill="{fill}"'
        f' text-anchor="{anchor}">{escape(words)}</text>'
    )
