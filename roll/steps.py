"""One step of a campaign's ladder of reminders, as it is written: "-7d", "+1d"."""

import re
from dataclasses import dataclass

# A year: a campaign is one round of asking, and a typing slip ("-70d" for "-7d") stays possible but bounded.
MAXIMUM_DAYS = 365

_STEP = re.compile(r"([+-])([0-9]{1,3})d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Step:
    """A step `days` days before the last on-time day (`is_before`), or after the last day of grace."""

    days: int
    is_before: bool

    @property
    def text(self) -> str:
        """Return the step as a campaign writes it, such as "-7d"."""
        return f"{'-' if self.is_before else '+'}{self.days}d"

    @property
    def rank(self) -> tuple[bool, int]:
        """Return the sort key that puts steps in the order of their days."""
        return (not self.is_before, -self.days if self.is_before else self.days)


def parse_step(text: str) -> Step:
    """Return the step written as `text`; "-0d" is the last on-time day itself. Raises ValueError."""
    match = _STEP.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a step")
    step = Step(days=int(match[2]), is_before=match[1] == "-")
    if step.days > MAXIMUM_DAYS or (step.days == 0 and not step.is_before):
        raise ValueError(f"{text!r} is out of range")
    return step
