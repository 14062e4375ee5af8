"""A question that a person answered from the mailbox itself: his own reply in its thread settles it, as a ruling would.

The reply is found in the Sent folder and is evidence only: sent mail is never taken in.
"""

from dataclasses import replace

from intake import case as cases
from roll import mails
from roll.outcomes import Outcome

# What a mail may wait for that a reply settles; a report that waits is not settled by words.
SETTLED_BY_A_REPLY = frozenset({
    "question", "extension_request", "recall", "says_sent", "password", "correction_in_prose",
})  # fmt: skip


def answered(case: cases.Case, understood: mails.Understanding) -> mails.Understanding:
    """Return a mail that waits with a question as noted, where a person answered it; any other as it is."""
    at = case.known.answered_at
    if at is None or understood.outcome is not Outcome.HELD or understood.reason not in SETTLED_BY_A_REPLY:
        return understood
    noted = mails.Understanding(
        Outcome.NOTED, "answered_by_person", detail=f"{understood.reason} {at:%Y-%m-%dT%H:%M}Z", unit=understood.unit
    )
    return replace(noted, campaign=understood.campaign, signed_copy=understood.signed_copy)
