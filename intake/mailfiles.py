"""Mails that lie in files (.eml, mbox, Maildir) rather than in a mailbox, and when they were received.

Nothing is ever changed: no file is locked, moved, marked or opened for writing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Literal

from intake import mbox, mime_headers
from intake.mailbox import HARD_CAP, HEAD

TimeSource = Literal["received", "from_line", "file_time"]
Kind = Literal["eml", "mbox", "maildir"]

# A mail from before e-mail or from far ahead is a broken clock, not a receipt time.
_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
_MBOX_SUFFIXES = frozenset({".mbox", ".mbx"})
# A Maildir keeps mails in `cur` and `new`; what lies in `tmp` is still being delivered (maildir(5)).
_MAILDIR = ("cur", "new")


@dataclass(frozen=True, slots=True)
class Source:
    """A place on disk that holds mails. `size` in bytes is what reading it takes."""

    path: Path
    kind: Kind
    size: int


@dataclass(frozen=True, slots=True)
class MailFile:
    """One mail out of a file. `received_at` is aware, in UTC; `time_source` says where that instant was read.

    `folder` is the folder that the mail lies in, an mbox or a Maildir being one; `name` is its place there for people.
    `cut` says that the mail is too large, and `raw` only its beginning. `done` is how much of its source was read.
    """

    path: Path
    raw: bytes
    received_at: datetime
    time_source: TimeSource
    folder: str
    name: str
    cut: bool = False
    done: int = 0


def sources_at(path: Path) -> list[Source]:
    """Return the mails at a path: a file of a known kind, a Maildir, or all of these in a folder and those below it.

    Links to folders are not followed. Empty where there is nothing of these. Raises OSError where a folder cannot be
    read.
    """
    if path.is_dir():
        maildir = [Source(path, "maildir", _size_of_maildir(path))] if is_maildir(path) else []
        passed_over = {*_MAILDIR, "tmp"} if maildir else set()
        inside = [each for each in sorted(path.iterdir()) if each.name not in passed_over]
        below = [each for each in inside if not (each.is_symlink() and each.is_dir())]
        return [*maildir, *(source for each in below for source in sources_at(each))]
    kind = _kind_of(path) if path.is_file() else None
    return [Source(path, kind, path.stat().st_size)] if kind else []


def is_maildir(path: Path) -> bool:
    """Return whether a folder is a Maildir."""
    return all((path / name).is_dir() for name in _MAILDIR)


def _kind_of(path: Path) -> Kind | None:
    """Return what a file is: an .eml by its name, an mbox by its name or, where it has no suffix, by its beginning."""
    suffix = path.suffix.lower()
    if suffix == ".eml":
        return "eml"
    if suffix in _MBOX_SUFFIXES:
        return "mbox"
    if suffix:
        return None
    with path.open("rb") as file:
        return "mbox" if mbox.DATED.match(file.read(mbox.LONGEST_LINE)) else None


def _size_of_maildir(path: Path) -> int:
    return sum(file.stat().st_size for file in _files_of_maildir(path))


def _files_of_maildir(path: Path) -> list[Path]:
    """Return the files of a Maildir in order of delivery: their names begin with its time (maildir(5))."""
    files = [file for name in _MAILDIR for file in (path / name).iterdir() if file.is_file()]
    return sorted((file for file in files if not file.name.startswith(".")), key=_delivered)


def _delivered(file: Path) -> tuple[int, str]:
    moment = file.name.partition(".")[0]
    return (int(moment) if moment.isascii() and moment.isdigit() else 0, file.name)


def read(source: Source) -> Iterator[MailFile | OSError]:
    """Yield the mails of a source in its order, a mail at a time in memory; in place of one that cannot be read, why.

    Raises OSError where the source itself cannot be read.
    """
    if source.kind == "mbox":
        yield from _read_mbox(source.path)
    elif source.kind == "maildir":
        yield from _read_maildir(source.path)
    else:
        yield read_eml(source.path)


def read_eml(path: Path) -> MailFile:
    """Read one .eml file. Raises OSError where it cannot be read."""
    return _read_file(path, folder_of(path))


def folder_of(path: Path) -> str:
    """Return the name of the folder that a file lies in, however its path is written."""
    return path.absolute().parent.name


def _read_file(path: Path, folder: str) -> MailFile:
    told = path.stat()
    cut = told.st_size > HARD_CAP
    with path.open("rb") as file:
        raw = file.read(HEAD if cut else -1)
    received_at, source = receipt_time(raw, datetime.fromtimestamp(told.st_mtime, UTC))
    return MailFile(path, raw, received_at, source, folder, path.name, cut, told.st_size)


def _read_mbox(path: Path) -> Iterator[MailFile]:
    told = path.stat()
    changed_at = datetime.fromtimestamp(told.st_mtime, UTC)
    with path.open("rb") as file:
        for number, mail in enumerate(mbox.mails(file, told.st_size), start=1):
            received_at, source = receipt_time(mail.raw, changed_at, mail.from_line)
            name = f"{path.name}, mail {number}"
            yield MailFile(path, mail.raw, received_at, source, path.name, name, mail.cut, mail.end)


def _read_maildir(path: Path) -> Iterator[MailFile | OSError]:
    done = 0
    for file in _files_of_maildir(path):
        try:
            read_one = _read_file(_where_it_is_now(file), path.absolute().name)
        except OSError as error:
            yield error
            continue
        done += read_one.done
        yield replace(read_one, done=done)


def _where_it_is_now(file: Path) -> Path:
    """Return the file of a mail that a mail program may have marked or moved from `new` meanwhile (maildir(5))."""
    if file.exists():
        return file
    unique = file.name.partition(":")[0]
    maildir = file.parent.parent
    return next((each for each in (maildir / "cur").iterdir() if each.name.partition(":")[0] == unique), file)


def receipt_time(raw: bytes, file_time: datetime, from_line: bytes = b"") -> tuple[datetime, TimeSource]:
    """Return when the mail `raw` was received and how that is known.

    By its topmost Received field, else its mbox line (`from_line`, or the first line of `raw`), else `file_time`. A
    date without a zone is taken as UTC, as mbox lines are written. What is no date is passed over.
    """
    line = from_line or raw[: mime_headers.MAX_VALUE_CHARACTERS].partition(b"\n")[0]
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


def sent_time(raw: bytes) -> datetime | None:
    """Return when a mail was sent by its sender's word, in UTC, None where it says nothing: no time of receipt."""
    instant = _instant(mime_headers.read_fields(raw, 0, len(raw)).text("date"))
    return instant if instant is not None and instant >= _EARLIEST else None


def _mbox_date(line: bytes) -> str:
    """Return the date of a "From " line as an RFC 5322 date: "From a@b Thu Jul  4 15:20:00 2019" (RFC 4155)."""
    found = mbox.DATED.match(line)
    if found is None:
        return ""
    weekday, month, day, time, zone, year, zone_behind = ((text or b"").decode("ascii") for text in found.groups())
    return f"{weekday}, {day} {month} {year} {time} {zone or zone_behind or '+0000'}"


def _instant(text: str) -> datetime | None:
    """Return the instant of an RFC 5322 date, in UTC, None where it is none."""
    if not text.strip():
        return None
    try:
        moment = parsedate_to_datetime(text.strip()[: mime_headers.MAX_VALUE_CHARACTERS])
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
