"""Mails and workbooks that come as files: into the ledger like any other mail."""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from intake import mailfiles
from roll.mistakes import OperatorError
from service import assemble, jobs
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


def _mail(path: Path, unit: str, *, answers: bool) -> inbox.Arrival:
    read = mailfiles.read_eml(path)
    return inbox.Arrival(
        data=read.raw,
        mailbox=MAILBOX,
        folder=str(path.parent.name),
        uidvalidity=None,
        uid=None,
        received_at=read.received_at,
        received_by=read.time_source,
        answerable=answers,
        handed_in_for=unit,
        file_name=path.name,
    )


def _workbook(path: Path, unit: str, *, answers: bool) -> inbox.Arrival:
    changed_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return inbox.Arrival(
        data=wrap(path.name, path.read_bytes()),
        mailbox=MAILBOX,
        folder=str(path.parent.name),
        uidvalidity=None,
        uid=None,
        received_at=changed_at,
        received_by="file_time",
        answerable=answers,
        handed_in_for=unit,
        file_name=path.name,
    )


def wrap(name: str, data: bytes) -> bytes:
    """Return a workbook as a mail without a sender: the ledger holds one kind of bytes. Same file, same bytes."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = name
    message.set_content("")
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    message.set_boundary("handed-in-workbook")
    return message.as_bytes()


def take_in(rollcall: assemble.Rollcall, files: Sequence[Path], unit: str, tally: Tally, *, answers: bool) -> None:
    """Enter mails and workbooks into the ledger, a batch at a time, and understand them."""
    for start in range(0, len(files), FILES_AT_ONCE):
        arrivals = [
            (_mail if path.suffix.lower() == ".eml" else _workbook)(path, unit, answers=answers)
            for path in files[start : start + FILES_AT_ONCE]
        ]
        with rollcall.store.alone("intake"), rollcall.store.writing() as connection:
            tally.received += len(inbox.enter(connection, arrivals, rollcall.now(), rollcall.zone))
    jobs.handle_waiting(rollcall, tally)
