"""Reading mails again: after a form was mended, after a person decided, and for the audit.

Outcomes and values are a fold over raw mails and decisions; reading again must give the same, or says what changes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from intake import readers
from roll import reports
from service import (
    answers,
    assemble,
    calling_staff,
    fetching,
    knowledge,
    ledger_bytes,
    recording,
    situation,
    understanding,
)
from service.tally import Tally
from storage import erasing, inbox, overviews
from storage import pieces as stored_pieces
from storage import reports as stored_reports


@dataclass(frozen=True, slots=True)
class Change:
    """What reading a mail again gives, beside what the ledger says; equal where nothing changes."""

    receipt: str
    before: str
    after: str

    @property
    def differs(self) -> bool:
        """Return whether anything changes."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class How:
    """What reading again may do: `writes` the ledger, `answers` with the letters it causes."""

    writes: bool
    answers: bool


def reread(
    rollcall: assemble.Rollcall,
    ids: Sequence[int] | None,
    how: How,
    tally: Tally,
    look: Callable[[situation.Situation, answers.Case], None] = lambda _known, _case: None,
) -> list[Change]:
    """Read mails (all of them for None) again in the order of the ledger; return one change a mail.

    A mail that was never handled is left out: the next pass handles it, and answers it. `look` is shown each case.
    """
    with rollcall.store.alone(fetching.INTAKE):
        known = situation.load(rollcall)
        rows = [row for row in still_there(rollcall, ids) if row.handled_at is not None]
        changes = _reread(known, rows, how, tally, look)
        if how.writes:
            _reread_what_bears(known, rows, how, tally)
            calling_staff.note_templates_at_fault(rollcall, tally)
        return changes


def _reread_what_bears(known: situation.Situation, rows: Sequence[inbox.Waiting], how: How, tally: Tally) -> None:
    """Read the mails again that are one report with some that were read again, where these do not fit any more.

    A piece that is no piece any more leaves a report that must be put together without it; a report that fell apart
    leaves pieces that wait.
    """
    with known.rollcall.store.reading() as connection:
        ids = [mail_id for row in rows for mail_id in stored_pieces.out_of_step(connection, row.id)]
    again = still_there(known.rollcall, list(dict.fromkeys(ids)))
    if again:
        _reread(known, again, how, tally, lambda _known, _case: None)


def _reread(
    known: situation.Situation,
    rows: Sequence[inbox.Waiting],
    how: How,
    tally: Tally,
    look: Callable[[situation.Situation, answers.Case], None],
) -> list[Change]:
    rollcall = known.rollcall
    by_id = {row.id: row for row in rows}
    changes = []
    with rollcall.open_readers(known.forms) as open_readers:
        for mail_id, contents in open_readers.read_all(
            (row.id, raw) for row, raw in ledger_bytes.with_bytes(rollcall, rows)
        ):
            row = by_id[mail_id]
            if isinstance(contents, readers.Failed):
                changes.append(_failed(known, row, contents, how, tally))
                continue
            with rollcall.store.reading() as connection:
                on_record = knowledge.on_record(connection, [row])[row.id]
                case = understanding.understand(known, connection, row, contents, on_record, open_readers)
                before = _as_stored(connection, row.id)
            change = Change(row.receipt, before, _as_understood(case))
            changes.append(change)
            look(known, case)
            if how.writes:
                record = recording.record_anew if how.answers else recording.record
                if how.answers and case.to_mark:
                    case = understanding.mark_anew(case, _raw(rollcall, row), open_readers)
                owed = understanding.answer(known, case, tally) if how.answers else []
                tally.queued += record(rollcall, understanding.Settled(case, owed))
                tally.handled += 1
                tally.outcomes[case.understood.outcome.value] += 1
    return changes


def _raw(rollcall: assemble.Rollcall, row: inbox.Waiting) -> bytes:
    with rollcall.store.reading() as connection:
        return inbox.raw(connection, row.sha256)


def _failed(known: situation.Situation, row: inbox.Waiting, failed: readers.Failed, how: How, tally: Tally) -> Change:
    rollcall = known.rollcall
    with rollcall.store.reading() as connection:
        before = _as_stored(connection, row.id)
    after = _as_understood(recording.case_of_head(known, row, "poison", failed.detail))
    if how.writes:
        recording.set_aside(known, row, "poison", failed.detail, tally)
    return Change(row.receipt, before, after)


def _as_understood(case: answers.Case) -> str:
    understood = case.understood
    lines = [f"{understood.outcome.value}/{understood.reason} unit={understood.unit} proposal={understood.proposal}"]
    for report in understood.reports:
        reading = case.contents.readings[report.reading]
        lines.append(f"{report.campaign}/{report.unit} {report.verdict.value} {reading.fingerprint[:12]}")
        lines += _reading_lines(reading)
    return "\n".join(lines)


def _as_stored(connection: sa.Connection, mail_id: int) -> str:
    row = overviews.ledger(connection, mail_id)[0]
    lines = [f"{row.outcome}/{row.reason} unit={row.unit} proposal={row.proposal}"]
    for report in row.reports:
        reading = stored_reports.reading_of(connection, report["id"])
        lines.append(f"{report['campaign']}/{report['unit']} {report['verdict']} {reading.fingerprint[:12]}")
        lines += _reading_lines(reading)
    return "\n".join(lines)


def _reading_lines(reading: reports.Reading) -> list[str]:
    """Return values and problems; the words of a problem may be put better from one version of Rollcall to the next."""
    values = [_value_line(value) for value in (*reading.header, *reading.values)]
    problems = (f"{each.severity.value} {each.code} {each.sheet}!{each.cell}" for each in reading.problems)
    return values + list(problems)


def _value_line(value: reports.Value) -> str:
    is_number = isinstance(value.value, (int, float)) and not isinstance(value.value, bool)
    text = repr(float(value.value)) if is_number else repr(value.value)  # type: ignore[arg-type]
    return f"{value.sheet}!{value.cell} {value.name}.{value.column}={text} [{value.rule}]"


def first_difference(change: Change) -> tuple[str, str]:
    """Return the first line before and after that differ."""
    before, after = change.before.splitlines(), change.after.splitlines()
    for old, new in zip(before, after, strict=False):
        if old != new:
            return old, new
    longer = before if len(before) > len(after) else after
    return (longer[len(after)], "") if longer is before else ("", longer[len(before)])


def still_there(rollcall: assemble.Rollcall, ids: Sequence[int] | None) -> list[inbox.Waiting]:
    """Return ledger rows by id, all of them for None, but for those whose bytes were erased: they stay as they are."""
    with rollcall.store.reading() as connection:
        gone = erasing.erased(connection)
    return [row for row in rows_of(rollcall, ids) if row.id not in gone]


def rows_of(rollcall: assemble.Rollcall, ids: Sequence[int] | None) -> list[inbox.Waiting]:
    """Return ledger rows by id, all of them for None."""
    with rollcall.store.reading() as connection:
        return inbox.by_ids(connection, ids)
