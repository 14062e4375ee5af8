"""Every letter in a real browser, as wide as a phone and as wide as a desk: can it be read?"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from notifications import charts, html_blocks
from tests.notifications import test_charts, write_golden
from tests.servers import chromium

# A common phone has 360 to 412 CSS pixels; a reading pane beside the list of mails has about 1,000.
PHONE, DESK = 380, 1000
# WCAG 2.2, 1.4.3 (AA): text to its ground.
CONTRAST_LEAST = 4.5
SIZE_LEAST = 13.0
"""CSS pixels: iOS Mail enlarges smaller text by itself and breaks the layout."""
OCTETS_MOST = 100_000
"""Gmail cuts a message at 102 KB of HTML."""
MEASURE = (Path(__file__).parent / "measure.js").read_text("utf-8")
GOLDEN = {path.stem: path.read_text("utf-8") for path in sorted(write_golden.GOLDEN.glob("*.html"))}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, chromium.Page]]:
    chromium.require_chromium()
    with chromium.started(tmp_path_factory.mktemp("chromium")) as browser:
        yield {PHONE: browser.page(PHONE, phone=True), DESK: browser.page(DESK)}


@dataclass
class Seen:
    """A document as it was laid out at a width: what it wanted to fetch, and what measure.js says."""

    at: int
    fetched: list[str]
    measured: dict[str, Any]
    texts: list[dict[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        self.texts = self.measured["texts"]

    def faults(self) -> list[str]:
        found = [f"fetches {address}" for address in self.fetched if not address.startswith("cid:")]
        if self.measured["mode"] != "CSS1Compat":
            found.append("is laid out by the rules of the nineties")
        if self.measured["width"] != self.at:
            found.append(f"is {self.measured['width']} wide and should be {self.at}")
        if self.measured["filled"] > self.at:
            found.append(f"scrolls sideways: {self.measured['filled']} of {self.at}")
        for text in self.texts:
            found += [f"{fault}: {text['words'][:40]!r}" for fault in self._faults_of(text)]
        return found

    def _faults_of(self, text: dict[str, Any]) -> Iterator[str]:
        if text["size"] < SIZE_LEAST:
            yield f"{text['size']} px"
        if text["contrast"] < CONTRAST_LEAST:
            yield f"contrast {text['contrast']:.2f}"
        if not text["coloured"]:
            yield "no colour of its own"
        if text["left"] < 0 or text["right"] > self.at:
            yield f"cut, from {text['left']} to {text['right']}"


def _seen(page: chromium.Page, width: int, html: str) -> Seen:
    page.show(html)
    return Seen(width, page.requested(), page.evaluate(MEASURE))


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_every_letter_can_be_read(pages: dict[int, chromium.Page], width: int) -> None:
    faults = {}
    for name, html in GOLDEN.items():
        seen = _seen(pages[width], width, html)
        assert sum(len(text["words"]) for text in seen.texts) > 200, name
        faults[name] = seen.faults()
    assert {name: found for name, found in faults.items() if found} == {}


def test_no_letter_is_so_long_that_gmail_cuts_it() -> None:
    assert [name for name, html in GOLDEN.items() if len(html.encode()) > OCTETS_MOST] == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<p style="color:#1d2733;width:420px">x</p>', "scrolls sideways"),
        ('<p style="color:#1d2733;white-space:nowrap">' + "word " * 40 + "</p>", "cut"),
        ('<p style="color:#1d2733;position:relative;left:-20px">x</p>', "cut"),
        ('<p style="color:#1d2733;font-size:12px">x</p>', "12 px"),
        ('<p style="color:#8a8a8a">x</p>', "contrast 3."),
        ('<table bgcolor="#1f5fae"><tr><td style="color:#1d2733">x</td></tr></table>', "contrast 2."),
        ("<p>x</p>", "no colour of its own"),
        ('<p style="color:#1d2733"><a href="mailto:a@b.example">x</a></p>', "no colour of its own"),
        ('<img src="http://127.0.0.1:9/x.png">', "fetches http://127.0.0.1:9/x.png"),
        ('<p style="background:url(http://127.0.0.1:9/y.png)">&nbsp;</p>', "fetches http://127.0.0.1:9/y.png"),
    ],
)
def test_a_page_that_cannot_be_read_is_found_out(pages: dict[int, chromium.Page], body: str, fault: str) -> None:
    faults = _seen(pages[PHONE], PHONE, _page(body)).faults()
    assert any(found.lower().startswith(fault.lower()) for found in faults), faults


def _page(body: str) -> str:
    return f'<!DOCTYPE html><html><head><meta name="viewport" content="width=device-width"></head><body>{body}</body>'


def test_a_page_without_a_document_type_is_found_out(pages: dict[int, chromium.Page]) -> None:
    assert "is laid out by the rules of the nineties" in _seen(pages[DESK], DESK, "<p>x</p>").faults()


def test_a_page_that_does_not_ask_for_the_phones_width_is_found_out(pages: dict[int, chromium.Page]) -> None:
    faults = _seen(pages[PHONE], PHONE, "<!DOCTYPE html><html><body></body></html>").faults()
    assert "is 980 wide and should be 380" in faults


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_picture_is_never_wider_than_its_letter(pages: dict[int, chromium.Page], width: int) -> None:
    chart = charts.chart_attachment(test_charts.CHART, "chart.png")
    block = html_blocks.HtmlBlocks("vi").image(chart.content_id, "x", charts.WIDTH)
    page = pages[width].show(_page(block))
    assert page.requested() == [f"cid:{chart.content_id}"]
    shown = page.evaluate("document.images[0].getBoundingClientRect().width")
    assert shown == min(charts.WIDTH, width - 16)
