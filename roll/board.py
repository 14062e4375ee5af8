"""The board: where every unit of a campaign stands at an instant, and the totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from roll.outcomes import State

RECEIVED_STATES = (State.VALID, State.NEEDS_CONFIRM, State.NEEDS_FIX, State.NIL, State.HELD)


class Cause(StrEnum):
    """Why a unit still owes its report: nothing came, what came could not be used, or the report has errors."""

    NOTHING = "nothing"
    UNREADABLE = "unreadable"
    ERRORS = "errors"


# Reasons of a mail that went back with what is to be mended in the report itself; every other one means that what came
# could not be taken as the report at all.
_HAS_ERRORS = ("errors", "returned_by_person")


@dataclass(frozen=True, slots=True)
class Returned:
    """What last went back to a unit: its mail in the ledger, why, and the report's file where one was read."""

    mail_id: int
    receipt: str
    received_at: datetime
    reason: str
    part: int | None = None
    file_name: str = ""

    @property
    def cause(self) -> Cause:
        """Return why the unit still owes its report."""
        return Cause.ERRORS if self.reason in _HAS_ERRORS else Cause.UNREADABLE


@dataclass(frozen=True, slots=True)
class Standing:
    """One unit on the board. `received_at` is its first mail's receipt time, `receipt` the last one's number.

    `signed_copy` says that a signed copy of its report came, with the report or without; `returned` is what last went
    back to it.
    """

    code: str
    name: str
    short_name: str
    kind: str
    obligation: str
    state: State
    phone: str = ""
    on_time: bool | None = None
    late: bool = False
    overdue: bool = False
    versions: int = 0
    received_at: datetime | None = None
    receipt: str | None = None
    extended_until: datetime | None = None
    signed_copy: bool = False
    returned: Returned | None = None

    @property
    def cause(self) -> Cause | None:
        """Return why it still owes its report, None for one that owes none or for which a person must look first."""
        if self.state is State.NEEDS_FIX:
            return self.returned.cause if self.returned else Cause.ERRORS
        return Cause.NOTHING if self.state is State.MISSING else None

    @property
    def is_signed_only(self) -> bool:
        """Whether its signed copy came and the report itself is still missing: nobody may say that nothing came."""
        return self.signed_copy and self.state is State.MISSING


@dataclass(frozen=True, slots=True)
class Board:
    """One campaign at the instant `at`. `unassigned` counts the mails that wait without a unit."""

    campaign: str
    title: str
    at: datetime
    units: tuple[Standing, ...]
    unassigned: int

    def totals(self) -> dict[str, int]:
        """Return the contract's counts, taken over the required units that are not exempt."""
        expected = [unit for unit in self.units if unit.obligation == "required" and unit.state is not State.EXEMPT]
        counts = {state.value: sum(unit.state is state for unit in expected) for state in State}
        counts[State.EXEMPT] = sum(unit.state is State.EXEMPT for unit in self.units)
        return {
            "expected": len(expected),
            "received": sum(unit.state in RECEIVED_STATES for unit in expected),
            **counts,
            "overdue": sum(unit.overdue for unit in expected),
            "late": sum(unit.late for unit in expected),
        }


def in_state(units: Sequence[Standing], state: State) -> list[Standing]:
    """Return the required units in `state`, in the roster's order."""
    return [unit for unit in units if unit.state is state and unit.obligation == "required"]
