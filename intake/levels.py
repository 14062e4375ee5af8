"""How deep a file lies in mails that were attached to a mail: what the sender himself sends lies at the top.

Who forwards an old thread sends the mails of others along, each with its own attachments; they are history, as quoted
text is, wherever the newer mail brings a workbook of its own (domain rules 2.4, case 35).
"""

from collections.abc import Sequence

from roll import mails


def of(parts: Sequence[mails.Part], part: mails.Part) -> int:
    """Return in how many mails, one inside the other, a part of a mail lies: 0 for what was attached to it directly."""
    archives = {
        f"{other.path}/{other.name or 'archive.zip'}" if other.path else other.name or "archive.zip"
        for other in parts
        if other.kind in mails.ARCHIVE_KINDS
    }
    steps = part.path.split("/") if part.path else []
    return sum("/".join(steps[: number + 1]) not in archives for number in range(len(steps)))


def nearest(parts: Sequence[mails.Part], places: Sequence[int]) -> int:
    """Return the lowest level on which any of some parts, given by their places, lies."""
    return min((of(parts, parts[place]) for place in places), default=0)
