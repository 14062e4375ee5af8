"""Mails that lie in files (.eml) rather than in a mailbox, and when they were received."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Literal

from intake import mime_headers

TimeSource = Literal["received", "from_line", "file_time"]

# A mail from before e-mail or from far ahead is a broken clock, not a receipt time.
_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class MailFile:
    """One mail out of a file. `received_at` is aware, in UTC; `time_source` says where that instant was read."""

    path: Path
    raw: bytes
    received_at: datetime
    time_source: TimeSource


def read_eml(path: Path) -> MailFile:
    """Read one .eml file. Raises OSError where it cannot be read."""
    raw = path.read_bytes()
    changed_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    received_at, source = receipt_time(raw, changed_at)
    return MailFile(path, raw, received_at, source)


def receipt_time(raw: bytes, file_time: datetime) -> tuple[datetime, TimeSource]:
    """Return when the mail `raw` was received and how that is known.

    By its topmost Received field, else its mbox line, else `file_time`. A date without a zone is taken as UTC, as mbox
    lines are written. What is no date is passed over.
    """
    line = raw[: mime_headers.MAX_VALUE_CHARACTERS].partition(b"\n")[0]
    fields = mime_headers.read_fields(raw, 0, len(raw))
    stated: tuple[tuple[str, TimeSource], ...] = (
        (fields.text("received").rpartition(";")[2], "received"),
        (_mbox_date(line), "from_line"),
    )
    for text, source in stated:
        instant = _instant(text)
        if instant is not None and instant >= _EARLIEST:
            return instant, source
    return file_time.astimezone(UTC), "file_time"


def _mbox_date(line: bytes) -> str:
    """Return the date of a "From " line as text: "From a@b Thu Jul  4 15:20:00 2019" (RFC 4155)."""
    words = line.decode("ascii", "replace").split()
    if len(words) < 7 or words[0] != "From":  # noqa: PLR2004 - From, address, weekday, month, day, time, year
        return ""
    _, _, weekday, month, day, time, year, *_ = words
    return f"{weekday}, {day} {month} {year} {time} +0000"


def _instant(text: str) -> datetime | None:
    """Return the instant of an RFC 5322 date, in UTC, None where it is none."""
    if not text.strip():
        return None
    try:
        moment = parsedate_to_datetime(text.strip()[: mime_headers.MAX_VALUE_CHARACTERS])
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
