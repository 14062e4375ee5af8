"""What mails were understood to be goes into the database, with the letters they cause: all of it, or nothing."""

import logging
from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa

from intake import message
from roll import mails
from roll.mistakes import OperatorError
from service import answers, assemble, knowledge, situation, understanding
from service.tally import Tally
from storage import confirmations, inbox, outbox, reminders
from storage import pieces as stored_pieces
from storage import reports as stored_reports

# Header fields of real mails take 5 to 20 KB, with every server's own lines.
HEAD_READ = 64 * 1024

_log = logging.getLogger("rollcall")


def record_all(known: situation.Situation, understood: understanding.Understood, tally: Tally) -> None:
    """Record mails that were understood together; those that could not be read or understood are set aside."""
    for row, failed in understood.unread:
        set_aside(known, row, "poison", failed.detail, tally)
    for row, error in understood.stumbled:
        _set_aside_with_a_bug(known, row, error, tally)
    if understood.settled:
        _record_together(known, understood.settled, tally)


def _record_together(known: situation.Situation, settled: Sequence[understanding.Settled], tally: Tally) -> None:
    """Record mails in one transaction; where one cannot be, each in one of its own, and that one is set aside."""
    try:
        with known.rollcall.store.writing() as connection:
            queued = _record(known.rollcall, connection, settled)
    except (OperatorError, sa.exc.OperationalError):
        # A full disk, a locked database: not these mails' fault. They stay waiting, and the run says why.
        raise
    except Exception as error:  # noqa: BLE001 - the one catch-all of this unit of work: set aside, visible, replayable
        if len(settled) == 1:
            _set_aside_with_a_bug(known, settled[0].case.row, error, tally)
        else:
            for each in settled:
                _record_together(known, [each], tally)
        return
    tally.queued += queued
    tally.handled += len(settled)
    tally.outcomes.update(each.case.understood.outcome.value for each in settled)


def record(rollcall: assemble.Rollcall, settled: understanding.Settled) -> int:
    """Record one mail; return how many letters it causes."""
    with rollcall.store.writing() as connection:
        return _record(rollcall, connection, [settled])


def record_anew(rollcall: assemble.Rollcall, settled: understanding.Settled) -> int:
    """Record a mail that was understood anew, its answers with it; return how many letters are new.

    An answer to what it was understood to be before, and that waits still, must not go out any more.
    """
    with rollcall.store.writing() as connection:
        _record(rollcall, connection, [replace(settled, owed=())])
        withheld = rollcall.config.letters.mode == "off"
        mail_id, now = settled.case.row.id, rollcall.now()
        added = outbox.replace_answers(connection, mail_id, settled.owed, now, withheld=withheld)
    return 0 if withheld else len(added)


def _record(rollcall: assemble.Rollcall, connection: sa.Connection, settled: Sequence[understanding.Settled]) -> int:
    now, cases = rollcall.now(), [each.case for each in settled]
    inbox.record(connection, [inbox.Result(case.row.id, case.contents, case.understood) for case in cases], now)
    for case in cases:
        _record_versions(connection, case)
    _stop_reminding(connection, [case.understood for case in cases])
    withheld = rollcall.config.letters.mode == "off"
    added = outbox.put(connection, [letter for each in settled for letter in each.owed], now, withheld=withheld)
    return 0 if withheld else len(added)


def _record_versions(connection: sa.Connection, case: answers.Case) -> None:
    pieces = stored_pieces.pieces_of(connection, case.row.id) if case.row.handled_at else set()
    touched = stored_reports.forget(connection, case.row.id) if case.row.handled_at else []
    settled_at = case.known.settled_at or case.row.entered_at
    mail = understanding.mail_of(case.row)
    understood = case.understood
    stored_reports.record(connection, mail, case.contents, understood.reports, settled_at, understood.ruled_at)
    confirmations.record(connection, case.row.id, understood.confirms, again=case.row.handled_at is not None)
    for campaign, unit in touched:
        stored_reports.settle(connection, campaign, unit)
    if pieces:
        no_more = pieces - stored_pieces.pieces_of(connection, case.row.id)
        stored_pieces.reopen(connection, [each for each in no_more if not stored_pieces.owners_of(connection, each)])


def _stop_reminding(connection: sa.Connection, understood: Sequence[mails.Understanding]) -> None:
    """A queued "not received" must not go out after something came in (domain rule 5 of the mails)."""
    concerned: dict[str | None, set[str]] = {}
    for each in understood:
        for report in each.reports:
            concerned.setdefault(report.campaign or each.campaign, set()).add(report.unit)
        if each.campaign or each.reason != "bounce":
            # What fits several campaigns, or could not be read, may be about any of them; a letter that came back is
            # the unit's, and not from it.
            concerned.setdefault(each.campaign, set()).update({each.unit or "", *each.candidates} - {""})
    for campaign, units in concerned.items():
        if units:
            reminders.cancel(connection, campaign, sorted(units))


def _set_aside_with_a_bug(known: situation.Situation, row: inbox.Waiting, error: Exception, tally: Tally) -> None:
    _log.error("mail %s could not be handled and is set aside", row.receipt, exc_info=error)
    set_aside(known, row, "internal_error", "see the log", tally)


def set_aside(known: situation.Situation, row: inbox.Waiting, reason: str, detail: str, tally: Tally) -> None:
    """End a mail as quarantined for a reason: visible to staff, to be read again with `replay`."""
    rollcall = known.rollcall
    known.earlier.forget(row.id)
    try:
        case = case_of_head(known, row, reason, detail)
        record(rollcall, understanding.Settled(case, ()))
    except Exception:  # noqa: BLE001 - the one catch-all here: whatever a mail holds, it ends with an outcome
        _log.exception("not even the head of mail %s could be read", row.receipt)
        with rollcall.store.writing() as connection:
            inbox.set_aside(connection, row.id, reason, detail, rollcall.now())
    tally.handled += 1
    tally.outcomes["quarantined"] += 1


def case_of_head(
    known: situation.Situation,
    row: inbox.Waiting,
    reason: str,
    detail: str,
    on_record: knowledge.OnRecord | None = None,
) -> answers.Case:
    """Return what a mail amounts to of which no more than its header fields can be read."""
    with known.rollcall.store.reading() as connection:
        contents = mails.Contents(message.parse(_head(inbox.raw(connection, row.sha256))).headers)
        on_record = on_record or knowledge.on_record(connection, [row])[row.id]
        about = knowledge.known_of(known, connection, row, contents, on_record)
    return answers.Case(row, contents, understanding.quarantined(about, reason, detail), about)


def _head(raw: bytes) -> bytes:
    """Return the header fields of a mail, which say whose it may be even where the rest cannot be read."""
    ends = [place for mark in (b"\r\n\r\n", b"\n\n") if (place := raw.find(mark, 0, HEAD_READ)) >= 0]
    return raw[: min(ends, default=HEAD_READ)] + b"\r\n\r\n"
