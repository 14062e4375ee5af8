"""The call to staff when Rollcall holds letters back by itself, or a campaign's own letters have mistakes.

What happened, what waits, what to do.

Words in templates/<language>/alert.j2. It goes out while everything else is stopped, and is never held back itself.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from notifications.facts import Envelope
from notifications.letterhead import About, Letterhead
from roll.letters import Letter, LetterKind


class AlertReason(StrEnum):
    """Why staff are called.

    One address gets too much; it gets nothing more, as it answers by itself; everything was stopped, since many
    addresses do (BRAKE) or since more was to be sent than was asked for (FLOOD); the day's budget is short, or used up;
    a campaign's own templates have mistakes; a mailbox cannot be read.
    """

    CAP = "cap"
    LOOP = "loop"
    BRAKE = "brake"
    FLOOD = "flood"
    SHORT = "short"
    BUDGET = "budget"
    TEMPLATE = "template"
    MAILBOX = "mailbox"


# Who mends a template mends it file by file; `rollcall doctor` shows the rest.
MISTAKES_TOLD = 10


@dataclass(frozen=True, slots=True)
class AlertFacts:
    """What an alert says. `waiting` counts letters (FLOOD), addresses (BRAKE), mails (LOOP); `address` gets too much.

    `limit` is what an address may get (CAP), or the account may send. `is_last`: more of this kind are not told today.
    `campaign` is the title of the campaign whose own templates have `mistakes`, a sentence each. Of a mailbox they say
    why it could not be read completely `since` then.
    """

    reason: AlertReason
    at: datetime
    waiting: int = 0
    address: str = ""
    limit: int = 0
    is_last: bool = False
    campaign: str = ""
    mistakes: tuple[str, ...] = ()
    since: datetime | None = None


def alert(letterhead: Letterhead, facts: AlertFacts, envelope: Envelope) -> Letter:
    """Return the alert. Raises what Letterhead.write raises."""
    shown = replace(facts, mistakes=facts.mistakes[:MISTAKES_TOLD])
    more = len(facts.mistakes) - len(shown.mistakes)
    words = {"campaign": None, "unit": None, "peer": True, "alarm": shown, "more": more}
    return letterhead.write(LetterKind.ALERT, words, envelope, About())
