"""Mails and workbooks that come as files: into the ledger like any other mail."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import sqlalchemy as sa

from intake import mailfiles
from roll.mistakes import OperatorError
from service import assemble, fetching, jobs, rereading
from service.tally import Tally
from storage import decisions, inbox

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
    """How files are handed in: for which unit, if one is named; received when, if a person says so; answered or not.

    `by` is who hands them in.
    """

    unit: str = ""
    received_at: datetime | None = None
    answers: bool = False
    by: str = ""


@dataclass(slots=True)
class TakenIn:
    """What became of files: the rows that are new, those that they were already, and those whose time was corrected.

    `known` has the file's name, `corrected` the receipt time that the row had before, by the row's id.
    """

    receipts: list[str] = field(default_factory=list)
    known: dict[int, str] = field(default_factory=dict)
    corrected: dict[int, datetime] = field(default_factory=dict)


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


def take_in(rollcall: assemble.Rollcall, files: Sequence[Path], how: HandedIn, tally: Tally) -> TakenIn:
    """Enter mails and workbooks into the ledger, a batch at a time, and understand them.

    A file that is there already stays one row; where it is a unit's and a person now says another time of receipt, the
    row bears that time from then on, the trail says who said so, and it is understood again. Raises OperatorError for
    a receipt time that is still to come.
    """
    taken = TakenIn()
    for start in range(0, len(files), FILES_AT_ONCE):
        arrivals = [_arrival(path, how) for path in files[start : start + FILES_AT_ONCE]]
        _check_times(arrivals, rollcall.now())
        with rollcall.store.alone(fetching.INTAKE), rollcall.store.writing() as connection:
            rows = inbox.rows_of_files(connection, arrivals)
            taken.receipts += inbox.enter(connection, arrivals, rollcall.now(), rollcall.zone)
            for row_id, arrival in zip(rows, arrivals, strict=True):
                if row_id is not None:
                    _meet_again(connection, row_id, arrival, taken, (how.by, rollcall.now()))
    tally.received += len(taken.receipts)
    jobs.handle_waiting(rollcall, tally)
    if taken.corrected:
        anew = rereading.How(writes=True, answers=how.answers)
        rereading.reread(rollcall, list(taken.corrected), anew, tally)
    return taken


def _meet_again(
    connection: sa.Connection, row_id: int, arrival: inbox.Arrival, taken: TakenIn, said: tuple[str, datetime]
) -> None:
    """Note that a file is a row already; correct the row's receipt time where a person says another. `said`: who, when.

    The time of a mail as such is not corrected: its Received fields are better evidence than what was typed.
    """
    if arrival.received_by == "told" and arrival.handed_in_for:
        had = inbox.correct_time(connection, row_id, arrival)
        if had is not None:
            by, now = said
            times = f"{had.isoformat()} -> {arrival.received_at.isoformat()}"
            decisions.note(connection, now, by, "received", f"mail {row_id}", times)
            taken.corrected[row_id] = had
            return
    taken.known[row_id] = arrival.file_name
