"""What mails amount to as things stand, and the letters that answer them; nothing is written here."""

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import sqlalchemy as sa

from intake import decide, readers, ruling
from notifications import compose
from roll import letters, mails, outcomes, reports
from roll.mistakes import OperatorError
from service import answers, situation
from service.tally import Tally
from storage import inbox

_log = logging.getLogger("rollcall")

ReadMail = tuple[inbox.Waiting, mails.Contents | readers.Failed]


@dataclass(frozen=True, slots=True)
class Settled:
    """A mail that was understood, and the letters that it causes."""

    case: answers.Case
    owed: Sequence[letters.Letter]


@dataclass(slots=True)
class Understood:
    """Mails that were understood with the same knowledge, and those over which this program stumbled, and why."""

    settled: list[Settled] = field(default_factory=list)
    stumbled: list[tuple[inbox.Waiting, Exception]] = field(default_factory=list)
    unread: list[tuple[inbox.Waiting, readers.Failed]] = field(default_factory=list)
    _reported: set[str] = field(default_factory=set)

    def add(self, settled: Settled) -> None:
        """Take a mail in."""
        self.settled.append(settled)
        self._reported |= {report.unit for report in settled.case.understood.reports}

    def bears_on(self, known: decide.Known) -> bool:
        """Say whether a report of these must be recorded before a mail is understood that means the same unit."""
        return not self._reported.isdisjoint(situation.units_meant(known.identity, known.assigned))


def understand_all(
    known: situation.Situation, read: Sequence[ReadMail], open_readers: readers.Readers, tally: Tally
) -> Iterator[Understood]:
    """Yield the mails in their order, as many at a time as do not bear on each other.

    What is yielded must be recorded before the next is asked for. `open_readers` mark workbooks anew.
    """
    left = deque(read)
    while left:
        yield _understand_some(known, left, open_readers, tally)


def _understand_some(
    known: situation.Situation, left: deque[ReadMail], open_readers: readers.Readers, tally: Tally
) -> Understood:
    done = Understood()
    with known.rollcall.store.reading() as connection:
        on_record = situation.on_record(connection, [row for row, _ in left])
        while left:
            row, contents = left[0]
            if isinstance(contents, readers.Failed):
                done.unread.append((row, contents))
            else:
                try:
                    case = understand(known, connection, row, contents, on_record[row.id])
                    if done.bears_on(case.known):
                        break
                    if case.to_mark and case.understood.answer:
                        case = mark_anew(case, inbox.raw(connection, row.sha256), open_readers)
                    done.add(Settled(case, answer(known, case, tally)))
                except (OperatorError, sa.exc.OperationalError):
                    # A broken template, a full disk: not this mail's fault. It stays waiting, and the run says why,
                    # once those before it are recorded.
                    if done.settled or done.stumbled or done.unread:
                        break
                    raise
                except Exception as error:  # noqa: BLE001 - the one catch-all of this unit of work: see service.recording
                    done.stumbled.append((row, error))
            left.popleft()
    return done


def mail_of(row: inbox.Waiting) -> mails.Mail:
    """Return a ledger row as the mail that decisions are made on."""
    return mails.Mail(row.id, row.receipt, row.mailbox, row.folder, None, row.received_at, row.sha256)


def understand(
    known: situation.Situation,
    connection: sa.Connection,
    row: inbox.Waiting,
    contents: mails.Contents,
    on_record: situation.OnRecord,
) -> answers.Case:
    """Return what a mail amounts to."""
    knowledge = situation.known_of(known, connection, row, contents, on_record)
    mail = mail_of(row)
    understood = quarantined(knowledge, "too_large") if row.cut else decide.decide(mail, contents, knowledge)
    case = answers.Case(row, contents, understood, knowledge)
    for report in understood.reports:
        reading = contents.readings[report.reading]
        if report.problems is not None and report.problems != reading.problems:
            judged = replace(reading, verdict=report.verdict, reason=report.reason, problems=report.problems)
            case = _with_judged(case, report.reading, judged)
    settled_at = knowledge.settled_at or row.entered_at
    known.earlier.note(mail, settled_at, contents, understood.reports, understood.ruled_at)
    return case


def _with_judged(case: answers.Case, place: int, judged: reports.Reading) -> answers.Case:
    """Return the case with a reading as it was judged; its marked copy is dropped where it shows fewer problems."""
    readings, marked = list(case.contents.readings), list(case.contents.marked)
    shows_all = _told(judged) == _told(readings[place])
    readings[place] = judged
    marked[place : place + 1] = marked[place : place + 1] if shows_all else [b""]
    contents = replace(case.contents, readings=tuple(readings), marked=tuple(marked))
    return replace(case, contents=contents, to_mark=case.to_mark if shows_all else (*case.to_mark, place))


def _told(reading: reports.Reading) -> list[reports.Problem]:
    """Return the problems that the sender is told of."""
    return [problem for problem in reading.problems if problem.severity is not reports.Severity.NOTICE]


def mark_anew(case: answers.Case, raw: bytes, open_readers: readers.Readers) -> answers.Case:
    """Return the case with its marked copies made anew where its unit brought problems to light; `raw` is the mail.

    A copy that cannot be made is left out: the letter goes without it.
    """
    marked = list(case.contents.marked)
    for place in case.to_mark:
        try:
            part = next(number for number, each in enumerate(case.contents.parts) if each.reading == place)
            marked[place] = open_readers.mark_in_mail(raw, part, case.contents.readings[place])
        except readers.ReadingFailedError as error:
            _log.error("no marked copy of a workbook in mail %s: %s", case.row.receipt, error.detail)
            marked[place] = b""
    return replace(case, contents=replace(case.contents, marked=tuple(marked)), to_mark=())


def quarantined(known: decide.Known, reason: str, detail: str = "") -> mails.Understanding:
    """Return a mail that could not be read, or not whole: it waits for a person, for whichever unit it may be."""
    units = tuple(dict.fromkeys((*known.identity.registered, *known.identity.hinted)))
    understood = mails.Understanding(
        outcomes.Outcome.QUARANTINED,
        reason,
        detail=detail,
        proposal=units[0] if len(units) == 1 else None,
        candidates=units,
        evidence=known.identity.evidence,
    )
    return ruling.dismissed(known, understood)


def answer(known: situation.Situation, case: answers.Case, tally: Tally) -> list[letters.Letter]:
    """Return the letters that answer a mail; an address that cannot be written to is told to staff."""
    try:
        return answers.answers(known, case)
    except compose.AddressError as error:
        tally.troubles.append(f"{case.row.receipt} cannot be answered: {error}")
        return []
