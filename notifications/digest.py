"""The digest: how a campaign stands, for the staff who run it (words in templates/<language>/digest.j2).

It opens with the totals, then says what a person must do, who is missing and how to reach them, what the figures draw
attention to, and what Rollcall does next. Nothing in it goes to a unit by itself; the paragraph to paste into a chat
is for staff to send or not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from notifications.facts import DigestFacts, Envelope
from notifications.letterhead import About, Letterhead
from roll.board import RECEIVED_STATES, Board, Standing, in_state
from roll.campaigns import Campaign
from roll.letters import Letter, LetterKind
from roll.outcomes import State

# The kinds of letters that go out by themselves to units that are missing.
_CHASING = (LetterKind.REMINDER, LetterKind.OVERDUE)


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """The required units of one kind, in the roster's order: how many, how many received, and who is missing."""

    kind: str
    expected: int
    received: int
    missing: tuple[Standing, ...]


def digest(letterhead: Letterhead, campaign: Campaign, facts: DigestFacts, envelope: Envelope) -> Letter:
    """Return the digest of `campaign` as `facts.board` shows it."""
    board = facts.board
    asked = [unit for unit in board.units if unit.obligation == "asked"]
    words = {
        "campaign": campaign,
        "unit": None,
        "peer": True,
        "digest": facts,
        "totals": board.totals(),
        "groups": group_units(board),
        "missing": in_state(board.units, State.MISSING),
        "to_fix": in_state(board.units, State.NEEDS_FIX),
        "to_confirm": in_state(board.units, State.NEEDS_CONFIRM),
        "asked_received": sum(unit.state in RECEIVED_STATES for unit in asked),
        "asked_expected": len(asked),
        "before_deadline": board.at < campaign.due_before,
        "attachments": envelope.attachments,
        "chasing": any(step.kind in _CHASING for step in facts.next_steps),
    }
    return letterhead.write(LetterKind.DIGEST, words, envelope, About(campaign.name))


def group_units(board: Board) -> list[UnitGroup]:
    """Return the required units that are not exempt by their kind, kinds in the order of the roster."""
    kinds: dict[str, list[Standing]] = {}
    for unit in board.units:
        if unit.obligation == "required" and unit.state is not State.EXEMPT:
            kinds.setdefault(unit.kind, []).append(unit)
    return [_group(kind, units) for kind, units in kinds.items()]


def _group(kind: str, units: Sequence[Standing]) -> UnitGroup:
    received = sum(unit.state in RECEIVED_STATES for unit in units)
    return UnitGroup(kind, len(units), received, tuple(unit for unit in units if unit.state is State.MISSING))
