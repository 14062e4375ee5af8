"""What a run did, counted."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Tally:
    """What a run did, in the contract's words, and what went wrong, one sentence each."""

    received: int = 0
    handled: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    queued: int = 0
    sent: int = 0
    failed: int = 0
    troubles: list[str] = field(default_factory=list)
    mailboxes_failed: int = 0
    # Nothing could be sent for a reason that concerns every letter: no server, no sign-in, a limit of the account.
    way_out_shut: bool = False
    complete: bool = True
