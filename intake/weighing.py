"""How much each piece of evidence says about the unit that a mail is from, and when it is enough.

The weights are points that are added up, so that the sum can be told to an officer; docs/evidence.md has the same
table. They are ranks put into figures, not measured odds: what only a unit's own people can do (write from its address,
fill in its name, answer its letter) stands above anything that a single text says. Whatever the sum, figures are
credited without a person only to a unit of the sender's registered address.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from roll import mails


@dataclass(frozen=True, slots=True)
class Weight:
    """What one kind of evidence counts; `settles`: it may say which of the units of one address a workbook is of."""

    points: int
    settles: bool
    why: str


WEIGHTS = {
    "workbook": Weight(100, True, "the unit line of the form: what the report says of itself"),
    "address": Weight(60, False, "the sender's address is registered for the unit on the day of receipt"),
    "learned address": Weight(60, False, "a person said so, from that day on"),
    "reply": Weight(50, True, "the mail answers a letter that we sent to the unit: its Message-ID cannot be guessed"),
    "forwarded address": Weight(30, False, "the mail below it came from a registered address"),
    "signature address": Weight(24, False, "a registered address in the last lines of the new text"),
    "file name": Weight(24, True, "the name of an attached file"),
    "subject": Weight(20, True, "the subject"),
    "signature": Weight(20, False, "the last lines of the new text"),
    "display name": Weight(16, False, "the name beside the address: it stays when its owner changes office"),
    "forwarded name": Weight(16, False, "the sender's name of the mail below it"),
    "forwarded subject": Weight(16, True, "the subject of an attached mail"),
    "sheet": Weight(12, True, "the name of a sheet, or another line above the table"),
    "body": Weight(10, False, "the new text above the signature, salutation left out"),
    "receipt number": Weight(8, False, "a receipt number in the subject: anybody may have copied it"),
    "ended unit": Weight(40, False, "a unit that has ended: which of its successors reports, a person says"),
    "history": Weight(6, False, "what the same address sent last was this unit's"),
    "abbreviation": Weight(10, True, "initials in capitals: only among units that a stronger piece leaves open"),
}
"""By source. A text that speaks of several units is shared out among them; a bare place name counts half."""

LEAD_FOR_FIGURES = 10
"""Points: a subject or signature that gives the bare place name; a workbook goes to the unit that leads by so much."""
LEAD_FOR_WORDS = 5
"""Points: half a body's word. A question credited to the wrong one of an officer's two units harms no figure."""
CONTRADICTS = 5
"""Points: a body that gives the bare place name of another unit, the least that a text says."""
NEARLY_SAID = 30
"""Points: a unit line that nearly names a unit. It is the right place, so more than any text; half an address."""
THIN = 4
"""Points: a receipt number shared by two, or initials that one unit only bears, are the least that is proposed."""
TIED = 16
"""Points: what a display name says. Units that share the lead with as much are held for the mail, below it none."""
MOST_TIED = 3
"""Units: an officer who stands in for colleagues has two or three; a list of all districts holds none of them."""

# What leaves units open: initials are looked at only among those that have one of these.
STRONG = frozenset({"workbook", "address", "learned address", "reply"})
# What belongs to the address and not to this mail: it does not contradict the address.
_OF_THE_ADDRESS = frozenset({"address", "learned address", "history", "receipt number", "abbreviation"})
# What stands in every mail of a sender, whatever it brings: it does not speak against what this mail says.
_OF_THE_SENDER = frozenset({
    "signature", "signature address", "display name", "reply", "forwarded address", "forwarded name",
})  # fmt: skip
_SIGNED = frozenset({"signature", "signature address"})
# In a mail that was passed on the words and the signature are of the one who did so; "Fwd:" keeps the subject below it.
_OF_WHAT_WAS_PASSED_ON = frozenset({
    "workbook", "reply", "forwarded address", "forwarded name", "forwarded subject", "file name", "sheet",
})  # fmt: skip
SETTLING = frozenset(source for source, weight in WEIGHTS.items() if weight.settles)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A unit and the points that the evidence gives it."""

    unit: str
    points: int


def piece(
    source: str, text: str, units: Sequence[str], *, is_bare: bool = False, place: str = "", of_one: int = 0
) -> mails.Evidence:
    """Return a piece of evidence with its weight for each of its units.

    A text is shared out among the units that it names; an address or a letter speaks fully for each. `of_one` takes the
    place of the table's points.
    """
    points = of_one or WEIGHTS[source].points
    if is_bare:
        points //= 2
    if len(units) > 1 and source not in {"address", "learned address", "reply", "abbreviation"}:
        points //= len(units)
    return mails.Evidence(source, text, tuple(units), points if units else 0, place)


def rank(evidence: Iterable[mails.Evidence], sources: Collection[str] | None = None) -> list[Ranked]:
    """Return the units that the evidence speaks for, most points first; `sources` are those that count."""
    points: dict[str, int] = defaultdict(int)
    for each in evidence:
        if sources is None or each.source in sources:
            for unit in each.units:
                points[unit] += each.weight
    return sorted((Ranked(*each) for each in points.items()), key=lambda each: (-each.points, each.unit))


def lead(ranking: Sequence[Ranked]) -> int:
    """Return by how many points the first leads."""
    if not ranking:
        return 0
    return ranking[0].points - (ranking[1].points if len(ranking) > 1 else 0)


def proposed(evidence: Iterable[mails.Evidence]) -> str | None:
    """Return the unit to propose: the first, where it is not shared."""
    ranking = rank(evidence)
    return ranking[0].unit if lead(ranking) > 0 and ranking[0].points >= THIN else None


def spoken_for(evidence: Iterable[mails.Evidence]) -> str | None:
    """Return the unit for which what this mail says speaks most, its sender's own marks left out; None below TIED."""
    ranking = rank(evidence, WEIGHTS.keys() - _OF_THE_ADDRESS - _OF_THE_SENDER)
    return ranking[0].unit if lead(ranking) > 0 and ranking[0].points >= TIED else None


def tied(evidence: Iterable[mails.Evidence]) -> tuple[str, ...]:
    """Return the units that share the lead, where they are few and the evidence is no mere hint: each may be meant."""
    ranking = rank(evidence)
    first = [each.unit for each in ranking if each.points == ranking[0].points and each.points >= TIED]
    return tuple(first) if 1 < len(first) <= MOST_TIED else ()


def one_of(evidence: Sequence[mails.Evidence], units: Collection[str], *, figures: bool) -> str | None:
    """Return which of the units of one address a mail is of, None where the evidence does not say."""
    if len(units) == 1:
        return next(iter(units))
    if not figures:
        among = [each for each in rank(evidence) if each.unit in units]
        return None if lead(among) < LEAD_FOR_WORDS else among[0].unit
    # A signature settles nothing by itself, and takes from the lead of what it does not name.
    rankings = [
        [each for each in rank(evidence, sources) if each.unit in units] for sources in (SETTLING, SETTLING | _SIGNED)
    ]
    first = {ranking[0].unit for ranking in rankings if lead(ranking) >= LEAD_FOR_FIGURES}
    settled = all(lead(ranking) >= LEAD_FOR_FIGURES for ranking in rankings) and len(first) == 1
    return None if not settled or contradicts(evidence, *first) else first.pop()


def contradicts(evidence: Iterable[mails.Evidence], unit: str) -> bool:
    """Return whether the texts and letters speak for another unit more than for this one.

    Where they do not speak of this one at all, any other that they name is enough. What this mail alone says is asked
    by itself as well: "BC huyện Cao Lộc.xls" is Cao Lộc's, whatever the signature of the one who sends it.
    """
    pieces = list(evidence)
    said = WEIGHTS.keys() - _OF_THE_ADDRESS
    return any(_speak_for_another(rank(pieces, sources), unit) for sources in (said, said - _OF_THE_SENDER))


def _speak_for_another(ranking: Sequence[Ranked], unit: str) -> bool:
    points = {each.unit: each.points for each in ranking}
    if unit not in points:
        return bool(points)
    return max(points.values()) - points[unit] >= CONTRADICTS


def is_given_in_full(texts: Iterable[mails.Evidence], unit: str) -> bool:
    """Return whether a text that may settle it gives the full name of a unit, and none that of another."""
    return _given_in_full(texts) == {(unit,)}


def is_anothers_in_full(texts: Iterable[mails.Evidence], unit: str) -> bool:
    """Return whether a text that may settle it gives the full name of another unit, and none that of this one."""
    full = _given_in_full(texts)
    return bool(full) and not any(unit in units for units in full)


def _given_in_full(texts: Iterable[mails.Evidence]) -> set[tuple[str, ...]]:
    """Return the units that a text beside the workbook and the letters gives in full: a bare name counts less."""
    settling = [each for each in texts if each.source in SETTLING - {"workbook", "reply", "abbreviation"}]
    return {
        each.units for each in settling if each.units and each.weight >= WEIGHTS[each.source].points // len(each.units)
    }


def is_said_of_what_was_passed_on(evidence: Iterable[mails.Evidence], unit: str, *, keeps_subject: bool) -> bool:
    """Return whether what was passed on, and not only the one who did so, speaks for a unit, and for no other.

    `keeps_subject`: the subject is still that of what was passed on.
    """
    ranking = rank(evidence, _OF_WHAT_WAS_PASSED_ON | {"subject"} if keeps_subject else _OF_WHAT_WAS_PASSED_ON)
    return bool(ranking) and ranking[0].unit == unit and lead(ranking) >= LEAD_FOR_FIGURES
