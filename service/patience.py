"""Leaving servers alone: after each failure the wait is longer, since providers lock accounts that knock too often.

Fault catalogue 2.1, row 14.
"""

import random
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

# After the first failure a minute or two; a server that is down for a day is asked some thirty times.
FIRST_WAIT = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=1)


@dataclass(slots=True)
class Patience:
    """How long to leave a server alone after it could not be used. `monotonic` tells seconds that only go forward.

    Each wait is drawn from the upper half of a span that doubles, so that many offices do not knock together.
    """

    monotonic: Callable[[], float] = time.monotonic
    longest: timedelta = LONGEST_WAIT
    draw: Callable[[], float] = random.SystemRandom().random
    failures: int = 0
    why: str = ""
    _until: float = field(default=0.0)

    def is_over(self) -> bool:
        """Return whether the server may be tried now."""
        return self.failures == 0 or self.monotonic() >= self._until

    def note(self, *, failed: bool, why: str = "", at_least: timedelta = timedelta(0)) -> None:
        """Take note of a try: the server could be used, or not, and `why`."""
        self.failures, self.why = (self.failures + 1, why) if failed else (0, "")
        # The exponent is bounded, so that a year of failures is no larger number.
        span = min(FIRST_WAIT * 2 ** min(max(self.failures - 1, 0), 10), self.longest)
        wait = max(span * (1 + self.draw()) / 2, at_least)
        self._until = self.monotonic() + wait.total_seconds()


class Waits:
    """The patience with each mailbox, for a service that passes over them again and again."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._of: defaultdict[str, Patience] = defaultdict(lambda: Patience(monotonic))

    def __getitem__(self, name: str) -> Patience:
        return self._of[name]
