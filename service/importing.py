"""Mails and workbooks that come as files: into the ledger like any other mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from intake import mailfiles
from roll.mistakes import OperatorError
from service import assemble, fetching, jobs
from service.tally import Tally
from storage import inbox

# The mailbox name under which imported files stand in the ledger.
MAILBOX = "import"
# As many as one batch from a mailbox (intake.uid_plan): the write lock is held for less than a second.
FILES_AT_ONCE = 50
_WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv"})


def files_at(paths: Sequence[Path], unit: str) -> list[Path]:
    """Return the files to take in at the paths (files, or folders of .eml files).

    Raises OperatorError with every problem: what is missing, and what cannot be taken in.
    """
    problems: list[str] = []
    files = _files(paths, problems)
    for path in files:
        suffix = path.suffix.lower()
        if suffix in _WORKBOOKS and not unit:
            problems.append(f"{path}: a workbook needs the unit it is handed in for; add --unit CODE.")
        elif suffix != ".eml" and suffix not in _WORKBOOKS:
            problems.append(f"{path}: only .eml files and workbooks can be imported yet.")
    if problems:
        raise OperatorError(problems)
    return files


def _files(paths: Sequence[Path], problems: list[str]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(path.glob("*.eml"))
        elif path.is_file():
            found.append(path)
        else:
            problems.append(f"{path}: there is no such file.")
    return found


@dataclass(frozen=True, slots=True)
class HandedIn:
    """How files are handed in: for which unit, if one is named; received when, if a person says so; answered or not."""

    unit: str = ""
    received_at: datetime | None = None
    answers: bool = False


def _arrival(path: Path, how: HandedIn) -> inbox.Arrival:
    if path.suffix.lower() == ".eml":
        read = mailfiles.read_eml(path)
        data, received_at, source = read.raw, read.received_at, str(read.time_source)
    else:
        data = wrap(path.name, path.read_bytes())
        received_at, source = datetime.fromtimestamp(path.stat().st_mtime, UTC), "file_time"
    if how.received_at is not None:
        received_at, source = how.received_at, "told"
    return inbox.Arrival(
        data=data,
        mailbox=MAILBOX,
        folder=str(path.parent.name),
        uidvalidity=None,
        uid=None,
        received_at=received_at,
        received_by=source,
        answerable=how.answers,
        handed_in_for=how.unit,
        file_name=path.name,
    )


def _check_times(arrivals: Sequence[inbox.Arrival], now: datetime) -> None:
    """Refuse receipt times that are still to come: whether a report is on time goes by them."""
    told = [arrival for arrival in arrivals if arrival.received_by in {"file_time", "told"}]
    problems = [
        f"{arrival.file_name} would have been received at {arrival.received_at.isoformat(' ', 'minutes')}, which is "
        "still to come; say when it was with --received TIME."
        for arrival in told
        if arrival.received_at > now
    ]
    if problems:
        raise OperatorError(problems)


def wrap(name: str, data: bytes) -> bytes:
    """Return a workbook as a mail without a sender: the ledger holds one kind of bytes. Same file, same bytes."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = name
    message.set_content("")
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    message.set_boundary("handed-in-workbook")
    return message.as_bytes()


def take_in(rollcall: assemble.Rollcall, files: Sequence[Path], how: HandedIn, tally: Tally) -> list[str]:
    """Enter mails and workbooks into the ledger, a batch at a time, and understand them.

    Returns the receipt numbers of those that are new. Raises OperatorError for a receipt time that is still to come.
    """
    receipts: list[str] = []
    for start in range(0, len(files), FILES_AT_ONCE):
        arrivals = [_arrival(path, how) for path in files[start : start + FILES_AT_ONCE]]
        _check_times(arrivals, rollcall.now())
        with rollcall.store.alone(fetching.INTAKE), rollcall.store.writing() as connection:
            receipts += inbox.enter(connection, arrivals, rollcall.now(), rollcall.zone)
    tally.received += len(receipts)
    jobs.handle_waiting(rollcall, tally)
    return receipts
