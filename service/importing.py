"""Mails and workbooks that come as files: into the ledger like any other mail, a batch at a time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import sqlalchemy as sa

from intake import mailfiles, uid_plan
from roll.mistakes import OperatorError
from service import assemble, fetching, jobs, rereading
from service.tally import Tally
from storage import decisions, inbox

# The mailbox name under which imported files stand in the ledger.
MAILBOX = "import"
_WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv"})

Source = mailfiles.Source | Path
"""Mails in files, or a workbook."""


def sources_at(paths: Sequence[Path], unit: str, *, told: bool = False) -> list[Source]:
    """Return what is to be taken in at the paths: workbooks, and mails in files and in folders of them.

    `told`: a person says for whom they are, or when they were received.

    Raises OperatorError with every problem: what is missing, and what cannot be taken in.
    """
    problems: list[str] = []
    found: list[Source] = []
    for path in paths:
        if path.is_file() and path.suffix.lower() in _WORKBOOKS:
            found.append(path)
            if not unit:
                problems.append(f"{path}: a workbook needs the unit it is handed in for; add --unit CODE.")
            continue
        sources = mail_sources(path, problems)
        found += sources
        if told and any(source.kind != "eml" for source in sources):
            problems.append(
                f"{path}: --unit and --received are said of single mails and workbooks, not of many at once."
            )
        if not sources and path.is_file() and not problems:
            problems.append(f"{path}: only .eml, mbox and Maildir, and workbooks for a unit, can be imported.")
    if problems:
        raise OperatorError(problems)
    return found


def mail_sources(path: Path, problems: list[str]) -> list[mailfiles.Source]:
    """Return the mails at a path; that it is missing or cannot be read is added to `problems`."""
    if not path.exists():
        problems.append(f"{path}: there is no such file.")
        return []
    try:
        return mailfiles.sources_at(path)
    except OSError as error:
        problems.append(f"{error.filename or path}: it cannot be read ({error.strerror or error}).")
        return []


def size_of(source: Source) -> int:
    """Return how many bytes reading a source takes, for a progress bar."""
    return source.stat().st_size if isinstance(source, Path) else source.size


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


# Hears how many more bytes were read.
Watch = Callable[[int], None]


def _nobody(_: int) -> None:
    """Watch nothing."""


def _arrivals(source: Source, how: HandedIn, watch: Watch, tally: Tally) -> Iterator[inbox.Arrival]:
    """Yield what a source brings; what cannot be read is a trouble, and the rest goes on."""
    try:
        if isinstance(source, Path):
            yield _workbook(source, how)
            watch(source.stat().st_size)
            return
        seen = 0
        for mail in mailfiles.read(source):
            if isinstance(mail, OSError):
                tally.troubles.append(_unread(mail, source.path))
                continue
            yield _of_mail(mail, how)
            watch(mail.done - seen)
            seen = mail.done
    except OSError as error:
        tally.troubles.append(_unread(error, source if isinstance(source, Path) else source.path))


def _unread(error: OSError, path: Path) -> str:
    return f"{error.filename or path}: it cannot be read ({error.strerror or error}); it was not taken in."


def _of_mail(mail: mailfiles.MailFile, how: HandedIn) -> inbox.Arrival:
    return inbox.Arrival(
        data=mail.raw,
        mailbox=MAILBOX,
        folder=mail.folder,
        uidvalidity=None,
        uid=None,
        received_at=how.received_at or mail.received_at,
        received_by="told" if how.received_at else str(mail.time_source),
        answerable=how.answers,
        handed_in_for=how.unit,
        file_name=mail.name,
        cut=mail.cut,
    )


def _workbook(path: Path, how: HandedIn) -> inbox.Arrival:
    return inbox.Arrival(
        data=wrap(path.name, path.read_bytes()),
        mailbox=MAILBOX,
        folder=mailfiles.folder_of(path),
        uidvalidity=None,
        uid=None,
        received_at=how.received_at or datetime.fromtimestamp(path.stat().st_mtime, UTC),
        received_by="told" if how.received_at else "file_time",
        answerable=how.answers,
        handed_in_for=how.unit,
        file_name=path.name,
    )


def _batches(arrivals: Iterator[inbox.Arrival]) -> Iterator[list[inbox.Arrival]]:
    """Yield arrivals as many at a time as a mailbox gives: the write lock is held for less than a second."""
    batch: list[inbox.Arrival] = []
    size = 0
    for arrival in arrivals:
        full = len(batch) == uid_plan.MAILS_PER_BATCH or size + len(arrival.data) > uid_plan.BYTES_PER_BATCH
        if batch and full:
            yield batch
            batch, size = [], 0
        batch.append(arrival)
        size += len(arrival.data)
    if batch:
        yield batch


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


def take_in(
    rollcall: assemble.Rollcall, sources: Sequence[Source], how: HandedIn, tally: Tally, watch: Watch = _nobody
) -> TakenIn:
    """Enter mails and workbooks into the ledger, a batch at a time, and understand them; `watch` hears of the bytes.

    A file that is there already stays one row; where it is a unit's and a person now says another time of receipt, the
    row bears that time from then on, the trail says who said so, and it is understood again. Raises OperatorError for
    a receipt time that is still to come.
    """
    taken = TakenIn()
    every = (arrival for source in sources for arrival in _arrivals(source, how, watch, tally))
    for arrivals in _batches(every):
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
