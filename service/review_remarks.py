"""What a person should know as he decides about a mail or takes that back: sentences alone, nothing is written."""

from collections.abc import Sequence
from datetime import datetime

from roll import letters
from roll.outcomes import Outcome
from storage import outbox, overviews


def contradictions(row: overviews.MailRow, unit: str) -> list[str]:
    """Return what in a mail says that it is another unit's than the one a person gave it to, one sentence each."""
    return [
        f"The {piece['source']} ({piece['text']}) is of {', '.join(piece['units'])}, not of {unit}."
        for piece in row.evidence
        if piece["source"] in {"address", "learned address", "workbook"}
        and piece["units"]
        and unit not in piece["units"]
    ]


def shared_from_now_on(row: overviews.MailRow, unit: str) -> list[str]:
    """Return that an address that was taught as a unit's is another's too, a sentence for what a slip would do."""
    others = sorted({
        code
        for piece in row.evidence
        if piece["source"] in {"address", "learned address"}
        for code in piece["units"]
        if code != unit
    })  # fmt: skip
    told = (
        f"{row.sender} is registered for {', '.join(others)} too; from now on what each mail says decides whose it is."
    )
    return [told] if others else []


def still_set_aside(row: overviews.MailRow, unit: str) -> list[str]:
    """Return what it means that a mail that a person gave to a unit stays quarantined."""
    if row.outcome != Outcome.QUARANTINED.value:
        return []
    told = f"The mail stays set aside, and {unit} counts as waiting: it is not reminded until somebody settles it"
    return [f"{told} (`rollcall review dismiss {row.id}`; `rollcall review undo {row.id}` takes the unit back)."]


def called_back(before: Sequence[outbox.LetterRow], after: Sequence[outbox.LetterRow], at: datetime) -> list[str]:
    """Return what becomes of the letters about a mail when a decision made at an instant is undone, a sentence each."""
    known = {row.id for row in before}
    waited = {row.id for row in before if row.state == letters.LetterState.QUEUED.value}
    told = {
        letters.LetterState.CANCELLED.value: "it waited, and will not go",
        letters.LetterState.SENT.value: "it has gone and cannot be called back; tell the unit yourself",
        letters.LetterState.QUEUED.value: "it waits to be sent",
    }
    sentences = []
    for row in after:
        since = row.sent_at is not None and row.sent_at >= at
        if (since or row.id not in known or row.id in waited) and row.state in told:
            sentences.append(f"Letter {row.id} ({row.kind}) to {row.to}: {told[row.state]}.")
    return sentences
