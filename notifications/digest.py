"""The digest: how the open campaigns stand, for the staff who run them (words in templates/<language>/digest.j2).

It opens with what a person must do; then, for each campaign, who is missing and how to reach them, the figures and
their change, what the figures draw attention to, and what Rollcall does next. Nothing in it goes to a unit by itself;
the paragraph to paste into a chat is for staff to send or not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from notifications.facts import CampaignDigest, DigestFacts, Envelope
from notifications.letterhead import About, Letterhead
from roll.board import RECEIVED_STATES, Board, Standing, in_state
from roll.campaigns import Campaign
from roll.letters import Letter, LetterKind
from roll.outcomes import State

# The kinds of letters that go out by themselves to units that owe their report.
_CHASING = (LetterKind.REMINDER, LetterKind.OVERDUE)
# The figures that staff are told with their change.
TOLD = ("expected", "received", "on_time", "valid")


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """The required units of one kind, in the roster's order: how many, how many received, and who is missing."""

    kind: str
    expected: int
    received: int
    missing: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One campaign as the template is told of it. `changes` is by how much each figure of TOLD grew.

    `is_as_before` tells that nothing at all changed since the digest before.
    """

    told: CampaignDigest
    campaign: Campaign
    totals: dict[str, int]
    on_time: int
    changes: dict[str, int]
    is_as_before: bool
    groups: list[UnitGroup]
    missing: list[Standing]
    to_fix: list[Standing]
    to_confirm: list[Standing]
    asked_received: int
    asked_expected: int
    before_deadline: bool
    is_chased: bool


def digest(letterhead: Letterhead, facts: DigestFacts, envelope: Envelope) -> Letter:
    """Return the digest of the campaigns as their boards show them."""
    parts = [_part(each, facts) for each in facts.parts]
    names = [each.campaign.name for each in facts.parts]
    words = {
        "campaign": None,
        "unit": None,
        "peer": True,
        "digest": facts,
        "parts": parts,
        "received": sum(part.totals["received"] for part in parts),
        "expected": sum(part.totals["expected"] for part in parts),
        "unassigned": max((each.board.unassigned for each in facts.parts), default=0),
    }
    return letterhead.write(LetterKind.DIGEST, words, envelope, About(names[0] if len(names) == 1 else None))


def figures(board: Board) -> dict[str, int]:
    """Return the figures that the next digest compares with."""
    on_time = sum(bool(unit.on_time) for unit in _expected(board))
    return {**board.totals(), "on_time": on_time}


def _part(told: CampaignDigest, facts: DigestFacts) -> Part:
    board, now = told.board, figures(told.board)
    before = told.before.figures if told.before else now
    asked = [unit for unit in board.units if unit.obligation == "asked"]
    return Part(
        told=told,
        campaign=told.campaign,
        totals=board.totals(),
        on_time=now["on_time"],
        changes={name: now[name] - before.get(name, now[name]) for name in TOLD},
        is_as_before=told.before is not None and before == now,
        groups=group_units(board),
        missing=in_state(board.units, State.MISSING),
        to_fix=in_state(board.units, State.NEEDS_FIX),
        to_confirm=in_state(board.units, State.NEEDS_CONFIRM),
        asked_received=sum(unit.state in RECEIVED_STATES for unit in asked),
        asked_expected=len(asked),
        before_deadline=facts.at < told.campaign.due_before,
        is_chased=any(step.kind in _CHASING for step in told.next_steps),
    )


def _expected(board: Board) -> list[Standing]:
    return [unit for unit in board.units if unit.obligation == "required" and unit.state is not State.EXEMPT]


def group_units(board: Board) -> list[UnitGroup]:
    """Return the required units that are not exempt by their kind, the kind with the smallest share received first."""
    kinds: dict[str, list[Standing]] = {}
    for unit in _expected(board):
        kinds.setdefault(unit.kind, []).append(unit)
    groups = [_group(kind, units) for kind, units in kinds.items()]
    return sorted(groups, key=lambda group: group.received / group.expected)


def _group(kind: str, units: Sequence[Standing]) -> UnitGroup:
    received = sum(unit.state in RECEIVED_STATES for unit in units)
    return UnitGroup(kind, len(units), received, tuple(unit for unit in units if unit.state is State.MISSING))
