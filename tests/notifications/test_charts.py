import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import resvg_py
from hatchling.builders.wheel import WheelBuilder
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications import charts, unit_kinds
from notifications.charts import Bar, GroupBar, StandingChart
from roll.outcomes import State
from tests.notifications import png

ROOT = Path(__file__).parents[2]
CHART = StandingChart(
    title="Tháng hành động vì trẻ em năm 2019",
    summary="Đã gửi 21/40 đơn vị (52%), đến 08 giờ 00 phút, ngày 03/7/2019",
    expected=40,
    bars=(
        Bar(State.VALID, "Hợp lệ", 14),
        Bar(State.NIL, "Không phát sinh", 1),
        Bar(State.NEEDS_CONFIRM, "Chờ xác nhận", 3),
        Bar(State.NEEDS_FIX, "Chờ chỉnh sửa", 2),
        Bar(State.HELD, "Chờ cán bộ xử lý", 1),
        Bar(State.MISSING, "Chưa nhận được", 19),
    ),
    groups_title="Đã gửi, theo nhóm đơn vị",
    groups=(
        GroupBar("Huyện, thành phố", 8, 11),
        GroupBar("Sở, ban, ngành", 9, 20),
        GroupBar("Mặt trận, đoàn thể, hội", 4, 9),
    ),
)
INK = bytes((0x1D, 0x27, 0x33, 0xFF))
TITLE_ROWS = 42 * charts.SHARPNESS
# All letters of the Vietnamese alphabet with every tone, in small.
VOWELS = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵ"
CONSONANTS = "bcdđfghjklmnpqrstvwxz"
# U+4E00: no font of the letters of Europe has it.
NOT_IN_THE_FONT = "一"


def _pixels(row: bytes, colour: bytes) -> int:
    return sum(row[at : at + 4] == colour for at in range(0, len(row), 4))


def _words_drawn(data: bytes) -> int:
    """Return how many pixels of the title's rows have the colour of words."""
    return sum(_pixels(row, INK) for row in png.opened(data).rows(TITLE_ROWS))


def test_the_picture_is_drawn_at_two_pixels_each_and_is_small() -> None:
    data = charts.standing_chart(CHART)
    picture = png.opened(data)
    assert picture.width == charts.WIDTH * charts.SHARPNESS
    assert 600 < picture.height < 1200
    assert len(data) < 30_000


def test_a_picture_with_more_groups_than_it_draws_stays_small() -> None:
    many = replace(CHART, groups=[GroupBar(f"Nhóm đơn vị thứ {number}", number, 40) for number in range(60)])
    data = charts.standing_chart(many)
    assert len(data) < 60_000
    assert png.opened(data).height < 2200
    assert f"thứ {charts.GROUPS_MOST - 1}<" in charts.standing_svg(many)
    assert f"thứ {charts.GROUPS_MOST}<" not in charts.standing_svg(many)


def test_words_are_really_drawn() -> None:
    with_title = _words_drawn(charts.standing_chart(CHART))
    without = _words_drawn(charts.standing_chart(replace(CHART, title="")))
    assert without == 0
    assert with_title > 3000


def test_the_states_take_their_share_of_the_bar_and_it_is_full() -> None:
    data = charts.standing_chart(replace(CHART, groups=()))
    row = png.opened(data).rows(84 * charts.SHARPNESS)[-1]
    inner = (charts.WIDTH - 32) * charts.SHARPNESS
    for state, count in ((State.VALID, 14), (State.MISSING, 19), (State.NEEDS_FIX, 2)):
        fill = charts._COLOURS[state][0]
        width = _pixels(row, bytes.fromhex(fill[1:] + "ff"))
        assert width == pytest.approx(inner * count / 40, abs=2)
    assert _pixels(row, bytes.fromhex(charts._TRACK[1:] + "ff")) == 0


def test_the_same_chart_is_the_same_bytes() -> None:
    assert charts.standing_chart(CHART) == charts.standing_chart(CHART)
    first, second = (charts.chart_attachment(CHART, "tinh-hinh.png") for _ in range(2))
    assert first == second
    other = charts.chart_attachment(replace(CHART, title="Other"), "tinh-hinh.png")
    assert other.content_id != first.content_id


def test_the_words_beside_the_picture_name_every_state() -> None:
    words = charts.standing_words(CHART)
    assert words.startswith("Tháng hành động vì trẻ em năm 2019: Đã gửi 21/40 đơn vị")
    assert "; Chờ cán bộ xử lý 1; Chưa nhận được 19." in words


def test_figures_in_a_segment_are_readable_on_its_colour() -> None:
    for fill, ink in charts._COLOURS.values():
        light, dark = sorted((_luminance(fill), _luminance(ink)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def _luminance(colour: str) -> float:
    """Return the relative luminance of "#rrggbb" (WCAG 2.2)."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# The font.


def _drawn_alone(words: str, weight: str) -> bytes:
    body = charts._text(4, 40, words, size=30, bold=weight == "bold")
    head = '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60" font-family="Noto Sans">'
    return resvg_py.svg_to_bytes(
        svg_string=f"{head}{body}</svg>",
        skip_system_fonts=True,
        font_files=charts._FONT_FILES,
    )


@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_the_font_has_every_letter_that_our_words_have(weight: str) -> None:
    templates = "".join(path.read_text("utf-8") for path in (ROOT / "notifications" / "templates").rglob("*.j2"))
    kinds = "".join(heading for names in unit_kinds._KINDS.values() for heading in names.values())
    alphabet = VOWELS + VOWELS.upper() + CONSONANTS + CONSONANTS.upper() + "0123456789.,;:-/%()\"'“”…–"
    letters = {each for each in templates + kinds if each.isalnum()} | set(alphabet)
    unlike = {_drawn_alone(" ", weight), _drawn_alone(NOT_IN_THE_FONT, weight)}
    assert len(letters) > 200
    assert {each for each in letters if _drawn_alone(each, weight) in unlike} == set()


def test_marks_of_tone_change_what_is_drawn() -> None:
    assert len({_drawn_alone(each, "normal") for each in VOWELS}) == len(VOWELS)


def test_the_font_and_its_licence_go_with_the_package() -> None:
    shipped = {file.relative_path for file in WheelBuilder(str(ROOT)).recurse_included_files()}
    for path in (*charts._FONT_FILES, charts.FONTS / "OFL.txt"):
        assert Path(path).is_file()
        assert Path(path).relative_to(ROOT).as_posix() in shipped


# Hostile words.

HOSTILE = [
    "<script>alert(1)</script>",
    '"/><image href="file:///etc/passwd"/>',
    "&amp; & &#0; &bogus;",
    "]]><![CDATA[",
    "</text></svg><svg>",
    "Ủy ban nhân dân xã " * 20,
    "W" * 300,
    "\x00\x1b[31m\ufffe\uffff\ud800",
    "\u202ecod.gnp",
    "a\u0323\u0302" * 100,
    "{0.__class__}%s",
    "",
]
PLACES: list[Callable[[str], StandingChart]] = [
    lambda word: replace(CHART, title=word),
    lambda word: replace(CHART, summary=word),
    lambda word: replace(CHART, bars=(Bar(State.VALID, word, 40),)),
    lambda word: replace(CHART, groups_title=word),
    lambda word: replace(CHART, groups=(GroupBar(word, 1, 2),)),
]


def _tags(chart: StandingChart) -> list[str]:
    root = ET.fromstring(charts.standing_svg(chart))
    return [element.tag for element in root.iter()]


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40)), st.sampled_from(PLACES))
def test_no_word_is_read_as_markup(word: str, place: Callable[[str], StandingChart]) -> None:
    assert _tags(place(word)) == _tags(place("x"))


@pytest.mark.parametrize("word", HOSTILE)
def test_hostile_words_are_drawn_like_any_others(word: str) -> None:
    everywhere = replace(
        CHART, title=word, summary=word, bars=(Bar(State.VALID, word, 40),), groups=(GroupBar(word, 1, 2),)
    )
    usual = replace(everywhere, title="x", summary="x")
    drawn = png.opened(charts.standing_chart(everywhere))
    assert (drawn.width, drawn.height) == (1200, png.opened(charts.standing_chart(usual)).height)


def test_a_unit_named_like_a_script_is_drawn_by_that_name() -> None:
    name = "<script> & Co"
    svg = charts.standing_svg(replace(CHART, groups=(GroupBar(name, 1, 2),)))
    texts = [element.text for element in ET.fromstring(svg).iter() if element.text]
    assert name in texts
    assert not re.search(r"<script", svg)


@pytest.mark.parametrize(
    ("expected", "counts"), [(0, ()), (0, (0, 0)), (5, (9,)), (1000, (999, 1)), (100_000, (1,) * 6), (3, (-1, 4))]
)
def test_odd_figures_stay_inside_the_bar(expected: int, counts: tuple[int, ...]) -> None:
    bars = [Bar(State.VALID, "x", count) for count in counts]
    chart = replace(CHART, expected=expected, bars=bars, groups=[GroupBar("x", 9, 0), GroupBar("y", 9, 3)])
    for element in ET.fromstring(charts.standing_svg(chart)).iter("{http://www.w3.org/2000/svg}rect"):
        assert float(element.get("width", "nan")) >= 0
        assert float(element.get("x", "nan")) + float(element.get("width", "nan")) <= charts.WIDTH - 0.49
    assert png.opened(charts.standing_chart(chart)).width == charts.WIDTH * charts.SHARPNESS
