"""What mails amount to as things stand, and the letters that answer them; nothing is written here."""

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import sqlalchemy as sa

from intake import conversation, decide, outdated, part_remarks, readers, ruling, weighing
from notifications import compose
from roll import letters, mails, outcomes, reports
from roll.mistakes import OperatorError
from service import answers, earlier_mails, knowledge, pieces, replacing, situation
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
    _senders: set[str] = field(default_factory=set)
    _message_ids: set[str] = field(default_factory=set)

    def add(self, settled: Settled) -> None:
        """Take a mail in."""
        self.settled.append(settled)
        understood, headers = settled.case.understood, settled.case.contents.headers
        self._reported |= {report.unit for report in understood.reports}
        if understood.reason == "several_mails" and understood.unit:
            self._reported.add(understood.unit)
        self._senders.update(headers.from_addresses)
        self._message_ids.add(headers.message_id)

    def bears_on(self, case: answers.Case) -> bool:
        """Say whether these must be recorded before a mail is understood: it may mean what one of them brought.

        A report means the unit's other reports; words mean what their sender wrote before, or what they answer.
        """
        if not self._reported.isdisjoint(knowledge.units_meant(case.known.identity, case.known.assigned)):
            return True
        headers, understood = case.contents.headers, case.understood
        is_a_machines = understood.outcome is outcomes.Outcome.NOTED and understood.unit is None
        if case.contents.readings or is_a_machines:
            return False
        same_sender = not self._senders.isdisjoint(headers.from_addresses)
        return same_sender or not self._message_ids.isdisjoint(conversation.thread(headers))


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
        on_record = knowledge.on_record(connection, [row for row, _ in left])
        while left:
            row, contents = left[0]
            if isinstance(contents, readers.Failed):
                done.unread.append((row, contents))
            else:
                try:
                    case = understand(known, connection, row, contents, on_record[row.id], open_readers)
                    if done.bears_on(case):
                        break
                    if case.to_mark and case.understood.answer:
                        case = mark_anew(case, inbox.raw(connection, row.sha256), open_readers)
                    done.add(Settled(case, answer(known, case, tally)))
                except (OperatorError, sa.exc.OperationalError):
                    # A folder that cannot be read, a full disk: not this mail's fault. It stays waiting, and the run
                    # says why, once those before it are recorded.
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
    on_record: knowledge.OnRecord,
    open_readers: readers.Readers,
) -> answers.Case:
    """Return what a mail amounts to; `open_readers` read it together with earlier mails that it may belong to."""
    about = knowledge.known_of(known, connection, row, contents, on_record)
    mail = mail_of(row)
    contents = outdated.told_apart(mail, contents, about)
    # A mail that is read again must not find its own reports among those of others.
    known.earlier.forget(row.id)
    understood = quarantined(about, "too_large") if row.cut else decide.decide(mail, contents, about)
    if understood.to_join:
        contents, about = _with_pieces(connection, row, contents, about, open_readers, understood)
        understood = decide.decide(mail, contents, about)
    contents = replace(contents, parts=_parts_as_used(row, contents, understood))
    replaced = replacing.load(connection, row.id, about, understood)
    case = answers.Case(row, contents, understood, about, replaced=replaced)
    for report in understood.reports:
        reading = contents.readings[report.reading]
        if report.problems is not None and report.problems != reading.problems:
            judged = replace(reading, verdict=report.verdict, reason=report.reason, problems=report.problems)
            case = _with_judged(case, report.reading, judged)
    settled_at = about.settled_at or row.entered_at
    known.earlier.note(mail, settled_at, contents, understood.reports, understood.ruled_at)
    given = (on_record.assignment.unit,) if on_record.assignment and on_record.assignment.unit else ()
    units = [*(report.unit for report in understood.reports), *given]
    known.mails_before.note(earlier_mails.Seen(row.id, settled_at, contents.headers), row.receipt, units)
    return case


def _with_pieces(
    connection: sa.Connection,
    row: inbox.Waiting,
    contents: mails.Contents,
    about: decide.Known,
    open_readers: readers.Readers,
    understood: mails.Understanding,
) -> tuple[mails.Contents, decide.Known]:
    """Return contents and knowledge with what a mail and earlier ones make together; without them where it fails."""
    try:
        contents, joined = pieces.read_together(connection, open_readers, contents, understood.to_join)
    except readers.ReadingFailedError as error:
        _log.error("mail %s could not be read together with earlier ones: %s", row.receipt, error.detail)
        return contents, replace(about, pieces=())
    return contents, replace(about, joined=joined)


def _parts_as_used(
    row: inbox.Waiting, contents: mails.Contents, understood: mails.Understanding
) -> tuple[mails.Part, ...]:
    """Return the parts with what was done with them in the end: used where they joined a report, or passed over."""
    parts = list(contents.parts)
    for place, why in understood.passed_over:
        parts[place] = replace(parts[place], used=False, why=why)
    for report in understood.reports:
        reading, count = contents.readings[report.reading], len(report.sources)
        for source in report.sources:
            if source.mail_id == row.id:
                why = part_remarks.read_as(reading.form, reading.version, count - 1)
                parts[source.part] = replace(parts[source.part], used=True, why=why)
    return tuple(parts)


def _with_judged(case: answers.Case, place: int, judged: reports.Reading) -> answers.Case:
    """Return the case with a reading as it was judged; its marked copy is dropped where it shows fewer problems."""
    readings, marked = list(case.contents.readings), list(case.contents.marked)
    shows_all = _told(judged) == _told(readings[place]) or len(case.contents.parts_of(place)) != 1
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
    proposal, tied = weighing.proposed(known.identity.evidence), weighing.tied(known.identity.evidence)
    units = dict.fromkeys((*known.identity.registered, *known.identity.answered, proposal or "", *tied))
    understood = mails.Understanding(
        outcomes.Outcome.QUARANTINED,
        reason,
        detail=detail,
        proposal=proposal,
        candidates=tuple(unit for unit in units if unit),
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
