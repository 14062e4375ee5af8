"""The call to staff when Rollcall holds letters back by itself: what happened, what waits, what to do.

Words in templates/<language>/alert.j2. It goes out while everything else is stopped, and is never held back itself.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from notifications.facts import Envelope
from notifications.letterhead import About, Letterhead
from roll.letters import Letter, LetterKind


class AlertReason(StrEnum):
    """Why staff are called: one address gets too much, everything was stopped, the day's budget is used up."""

    CAP = "cap"
    BRAKE = "brake"
    BUDGET = "budget"


@dataclass(frozen=True, slots=True)
class AlertFacts:
    """What an alert says. `waiting` counts the letters that wait; `address` is the one that gets too much."""

    reason: AlertReason
    at: datetime
    waiting: int = 0
    address: str = ""
    limit: int = 0


def alert(letterhead: Letterhead, facts: AlertFacts, envelope: Envelope) -> Letter:
    """Return the alert. Raises what Letterhead.write raises."""
    words = {"campaign": None, "unit": None, "peer": True, "alarm": facts}
    return letterhead.write(LetterKind.ALERT, words, envelope, About())
