"""What is counted while a simulated office works, and how it is shown."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.office.truth import Truth, Wanted

# The same bytes again are a duplicate, whoever sent them; they are neither a hit nor a miss.
SAME_AGAIN = "same mail again"
CREDITED = frozenset({"accepted", "returned", "duplicate"})


@dataclass(slots=True)
class Stage:
    """One campaign of one or more offices."""

    mails: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    known: int = 0
    known_credited: int = 0
    strangers: int = 0
    strangers_proposed: int = 0
    unclear: int = 0
    unclear_credited: int = 0
    returns: int = 0
    returns_right: int = 0
    decisions: int = 0
    decided: Counter[str] = field(default_factory=Counter)
    one_click: int = 0
    still_waiting: int = 0
    for_a_person: int = 0
    wrong_credits: list[str] = field(default_factory=list)
    wrong_returns: list[str] = field(default_factory=list)
    unconfirmed: list[str] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)

    def add(self, other: "Stage") -> None:
        """Take another office's campaign in."""
        for name in self.__slots__:
            mine, its = getattr(self, name), getattr(other, name)
            if isinstance(mine, Counter):
                mine.update(its)
            else:
                setattr(self, name, mine + its)

    def judge(self, truth: Truth, row: Mapping[str, Any], *, known: bool) -> None:
        """Count a mail as it stands right after it was handled, before any person decides."""
        self.mails += 1
        self.kinds[truth.kind] += 1
        credited = _credited(row)
        self._look_for_wrong_credit(truth, row, credited)
        if truth.kind == SAME_AGAIN and row["outcome"] == "duplicate":
            return
        if truth.wanted is Wanted.CREDIT:
            self._judge_report(truth, row, credited, known=known)
        elif truth.wanted is Wanted.RETURN and known and not truth.only_clear_by_content:
            self.returns += 1
            right = row["outcome"] in {"returned", "duplicate"} and credited == {truth.units[0]}
            self.returns_right += right
            self._miss(truth, row, "known, to be returned", right=right)
        elif truth.wanted is Wanted.PERSON:
            right = row["outcome"] in {"held", "quarantined"}
            self._miss(truth, row, "a person should look", right=right)
        elif truth.wanted is Wanted.NOTHING:
            # A stranger's scan or thanks may wait until someone says who he is.
            may_wait = truth.kind in {"scan", "thanks"} and not known
            right = row["outcome"] == "noted" or (may_wait and row["outcome"] == "held")
            self._miss(truth, row, "waits for nothing", right=right)

    def _judge_report(self, truth: Truth, row: Mapping[str, Any], credited: set[str], *, known: bool) -> None:
        if known and (truth.clear or not truth.only_clear_by_content):
            self.known += 1
            self.known_credited += credited == {truth.units[0]}
            self._miss(truth, row, "known address, to be credited", right=credited == {truth.units[0]})
        elif truth.clear:
            self.strangers += 1
            right = row["outcome"] == "held" and row["proposal"] == truth.units[0]
            self.strangers_proposed += right
            self._miss(truth, row, "stranger, to be held with proposal", right=right)
        else:
            self.unclear += 1
            self.unclear_credited += bool(credited)

    def _look_for_wrong_credit(self, truth: Truth, row: Mapping[str, Any], credited: set[str]) -> None:
        if credited - set(truth.units):
            # No figure is stored: a file that is not the form, or the same mail again, from somebody who has moved.
            brings_nothing = row["outcome"] in {"returned", "duplicate"} and not any(map(_has_figures, row["reports"]))
            found = self.wrong_returns if brings_nothing else self.wrong_credits
            found.append(_line(truth, row, f"CREDITED TO {sorted(credited)}"))
        elif credited and truth.kind in {"on_behalf", "spoofed"}:
            self.unconfirmed.append(_line(truth, row, "credited without the person it needed"))

    def _miss(self, truth: Truth, row: Mapping[str, Any], what: str, *, right: bool) -> None:
        if not right:
            self.misses.append(_line(truth, row, what))


def _has_figures(report: Mapping[str, Any]) -> bool:
    return report["verdict"] in {"valid", "needs_confirm", "needs_fix"}


def _credited(row: Mapping[str, Any]) -> set[str]:
    """Return the units that a mail counts for without a person."""
    units = {report["unit"] for report in row["reports"] if report["outcome"] in CREDITED}
    if row["outcome"] in CREDITED and not row["reports"] and row["unit"]:
        units.add(row["unit"])
    return units


def _line(truth: Truth, row: Mapping[str, Any], what: str) -> str:
    got = f"{row['outcome']}/{row['reason']} unit {row['unit']} proposal {row['proposal']}"
    return f"[{truth.key} {truth.kind}] {what}: of {','.join(truth.units) or 'nobody'}, got {got}; {truth.looks}"


def share(part: int, whole: int) -> str:
    """Return a share in percent."""
    return f"{100 * part / whole:.2f} % ({part} of {whole})" if whole else "none"


def _listed(counted: Counter[str]) -> str:
    return ", ".join(f"{what} {count}" for what, count in counted.most_common()) or "none"


def table(title: str, stage: Stage) -> list[str]:
    """Return the figures of a campaign as lines."""
    twenties = stage.mails / 20 or 1
    proposed = share(stage.strangers_proposed, stage.strangers)
    returned = share(stage.returns_right, stage.returns)
    unclear = f"{stage.unclear}, of them credited {stage.unclear_credited}"
    settled = f"{stage.decisions}, {stage.decisions / twenties:.2f} per 20 mails"
    return [
        f"{title}: {stage.mails} mails",
        f"  reports from known addresses credited without a person: {share(stage.known_credited, stage.known)}",
        f"  reports from strangers held with the right first proposal: {proposed}",
        f"  reports from strangers that do not show whose they are: {unclear}",
        f"  failed attempts from known addresses returned to the right unit: {returned}",
        f"  credited to a wrong unit: {len(stage.wrong_credits)}",
        f"  failed attempts without figures filed under the sender's former unit: {len(stage.wrong_returns)}",
        f"  credited without the confirmation that is needed: {len(stage.unconfirmed)}",
        f"  decisions by what was asked: {_listed(stage.decided)}",
        f"  decisions whose report it is: {settled}; the proposal taken: {share(stage.one_click, stage.decisions)}",
        f"  still waiting after the decision: {stage.still_waiting}; other mails for a person: {stage.for_a_person}",
    ]
