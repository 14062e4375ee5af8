"""How a mail ends, what a reading says, and where a unit stands.

The three vocabularies of the contract ("Verdict, outcome, state") and the order in which outcomes
outrank each other. Reasons are short stable codes; docs/reasons.md explains each.
"""

from collections.abc import Iterable
from enum import StrEnum


class Outcome(StrEnum):
    """How one mail ends. Members are declared from the least to the most demanding."""

    NOTED = "noted"
    DUPLICATE = "duplicate"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    HELD = "held"
    QUARANTINED = "quarantined"


class Verdict(StrEnum):
    """What reading one workbook against a form says."""

    VALID = "valid"
    NEEDS_CONFIRM = "needs_confirm"
    NEEDS_FIX = "needs_fix"
    WRONG_FORM = "wrong_form"
    UNREADABLE = "unreadable"
    ENCRYPTED = "encrypted"
    HOSTILE = "hostile"
    PERSONAL_DATA = "personal_data"


class State(StrEnum):
    """Where one unit stands in one campaign."""

    MISSING = "missing"
    VALID = "valid"
    NEEDS_CONFIRM = "needs_confirm"
    NEEDS_FIX = "needs_fix"
    HELD = "held"
    NIL = "nil"
    EXEMPT = "exempt"


OUTCOME_OF_VERDICT = {
    Verdict.VALID: Outcome.ACCEPTED,
    Verdict.NEEDS_CONFIRM: Outcome.ACCEPTED,
    Verdict.NEEDS_FIX: Outcome.RETURNED,
    Verdict.WRONG_FORM: Outcome.RETURNED,
    Verdict.UNREADABLE: Outcome.RETURNED,
    Verdict.ENCRYPTED: Outcome.RETURNED,
    Verdict.HOSTILE: Outcome.QUARANTINED,
    Verdict.PERSONAL_DATA: Outcome.QUARANTINED,
}

ACCEPTED_VERDICTS = (Verdict.VALID, Verdict.NEEDS_CONFIRM)


def most_demanding(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the outcome that a mail with several reports ends in (contract, the table's last paragraph)."""
    order = list(Outcome)
    return max(outcomes, key=order.index)
