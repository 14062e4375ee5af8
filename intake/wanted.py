"""What the parent asks of a reader about several mails that may bring one report in pieces."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wanted:
    """One of several mails: how many bytes it has, and which of its parts are to be read (None: every workbook)."""

    size: int
    parts: tuple[int, ...] | None = None
