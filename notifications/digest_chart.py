"""How a campaign stands as bars: the words of each, and what the drawn chart beside them shows.

The words are in templates/<language>/chart.toml, so that the picture, its alternative text and the bars of the letter
itself say the same.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from notifications import charts, unit_kinds
from notifications.facts import Attachment, Office
from notifications.letterhead import TEMPLATES
from notifications.words import words_of
from roll.campaigns import Campaign
from roll.outcomes import State

# In which colour a letter draws a state's bar (html_blocks). What is missing calls for attention there.
_TONES = {State.VALID: "good", State.NIL: "good", State.MISSING: "bad"}
# States of which nothing is said where no unit is in them.
_MAY_BE_LEFT_OUT = (State.NIL,)


@dataclass(frozen=True, slots=True)
class StateBar:
    """One bar of a campaign's states, in the tone that letters draw it in."""

    label: str
    count: int
    tone: str


@dataclass(frozen=True, slots=True)
class GroupShare:
    """How many units of a kind have reported, of how many expected."""

    kind: str
    expected: int
    received: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn chart: the file, and its words for those who do not see it."""

    file: Attachment
    words: str


class ChartWords:
    """The words of an office's charts."""

    def __init__(self, office: Office) -> None:
        self._office = office
        text = (TEMPLATES / office.language / "chart.toml").read_text("utf-8")
        self._said = tomllib.loads(text)
        self._words = words_of(office.language, office.timezone)

    def bars(self, totals: dict[str, int]) -> list[StateBar]:
        """Return the states in the order of the catalogue, best first."""
        return [StateBar(bar.label, bar.count, _TONES.get(bar.state, "wait")) for bar in self._bars(totals)]

    def _bars(self, totals: dict[str, int]) -> list[charts.Bar]:
        every = [charts.Bar(State(name), label, totals[name]) for name, label in self._said["states"].items()]
        return [bar for bar in every if bar.count or bar.state not in _MAY_BE_LEFT_OUT]

    def picture(
        self, campaign: Campaign, totals: dict[str, int], groups: Sequence[GroupShare], at: datetime
    ) -> Picture:
        """Return the drawn chart of a campaign as of `at`, with its groups where there are several."""
        percent = self._words.percent(totals["received"], totals["expected"])
        told = {**totals, "percent": percent, "at": self._words.moment(at)}
        shown = [
            charts.GroupBar(unit_kinds.unit_kind(each.kind, self._office.language), each.received, each.expected)
            for each in (groups if len(groups) > 1 else ())
        ]
        chart = charts.StandingChart(
            title=campaign.short_title,
            summary=self._said["summary"].format(**told),
            expected=totals["expected"],
            bars=self._bars(totals),
            groups_title=self._said["groups"],
            groups=shown,
        )
        name = self._said["file"].format(campaign=campaign.name)
        return Picture(charts.chart_attachment(chart, name), charts.standing_words(chart))
