"""What a mail of the simulation really is: known to its writer, and to the count, never to the program."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# Asked with the key of an earlier mail: the Message-ID of our letter that answered it, None where there was none.
Answered = Callable[[str], str | None]


class Wanted(StrEnum):
    """What is right for a mail."""

    CREDIT = "credit"  # a report: to be credited; from a stranger: held with its unit as first proposal
    RETURN = "return"  # an attempt at one, of a known sender to be returned with what to do
    PERSON = "person"  # someone must look, whoever sends it
    NOTHING = "nothing"  # a machine, another matter


@dataclass(frozen=True, slots=True)
class Truth:
    """One mail. `units` may be credited with it, the first is whose it is (none: nobody's).

    `clear`: a careful officer can tell the unit from the mail alone. `only_clear_by_content`: the address serves two
    units, or its owner has moved: the address must not decide. `learn`: an officer would remember the address.
    `build` gives the raw bytes.
    """

    key: str
    at: datetime
    kind: str
    wanted: Wanted
    units: tuple[str, ...]
    address: str
    build: Callable[[Answered], bytes]
    clear: bool = True
    only_clear_by_content: bool = False
    learn: bool = True
    looks: str = ""
