"""The words of the draft report: its catalogue (templates/<language>/draft_report.toml), and totals as texts."""

import tomllib
from dataclasses import dataclass, field

from notifications import unit_kinds
from notifications.draft_facts import Total, TotalKind
from notifications.facts import Office
from notifications.letterhead import TEMPLATES
from notifications.words import Words, words_of
from roll.reports import Scalar


def catalogue(language: str) -> dict[str, str]:
    """Return the phrases of "vi" or "en" by their keys."""
    phrases = tomllib.loads((TEMPLATES / language / "draft_report.toml").read_text("utf-8"))
    return {key: str(phrase) for key, phrase in phrases.items()}


@dataclass(slots=True)
class DraftWords:
    """The words of one office."""

    office: Office
    words: Words = field(init=False)
    _phrases: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Read the catalogue of the office's language."""
        self.words = words_of(self.office.language, self.office.timezone)
        self._phrases = catalogue(self.office.language)

    def say(self, key: str, **told: object) -> str:
        """Return a phrase with its places filled; counts as formal lists write them."""
        shown = {name: self.words.count(each) if isinstance(each, int) else each for name, each in told.items()}
        return self._phrases[key].format(**shown)

    def group(self, kind: str) -> str:
        """Return the heading of a kind of units."""
        return unit_kinds.unit_kind(kind, self.office.language)

    def total(self, total: Total) -> str:
        """Return a total as a cell of a table shows it."""
        if total.kind is TotalKind.TEXTS:
            return self.say("see_texts") if total.given else self.say("none")
        said = self._choices(total) if total.kind is TotalKind.CHOICES else self._figures(total)
        return self.say("unconfirmed", figure=said) if total.unconfirmed and said else said or self.say("none")

    def _figures(self, total: Total) -> str:
        if not total.values:
            return ""
        first, last = self.words.number(total.values[0]), self.words.number(total.values[-1])
        if total.kind is TotalKind.YES_NO:
            return self.say("yes_no", yes=first, no=last)
        return first if first == last else self.say("from_to", first=first, last=last)

    def _choices(self, total: Total) -> str:
        return "; ".join(self.say("choice", choice=choice, count=str(count)) for choice, count in total.choices)

    def number(self, value: Scalar) -> str:
        """Return a figure as offices write it."""
        return self.words.number(value)
