"""What a mail amounts to: contents and what is known go in, an Understanding comes out. No input or output here.

The rules stand in the order in which a careful officer would ask: is it dangerous, is it a machine, is the sender who
he says, did we have it already, whose report is it, and only then what it says. The table "verdict, outcome, state" of
the contract is roll.outcomes; the reasons are explained in docs/reasons.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from forms import text
from intake import answering, machine_mail, message, purpose, reported, ruling, sent_mail, staff_mail
from intake.case import Case, Known
from roll import mails, outcomes, reports
from roll.outcomes import Outcome, Verdict

__all__ = ["Known", "decide", "refusal"]

# Of several workbooks that could not be taken, the one whose answer helps the sender most is told about.
_FAILURES = (Verdict.ENCRYPTED, Verdict.WRONG_FORM, Verdict.UNREADABLE)
_RETURNED_REASONS = frozenset({"no_attachment", "unreadable", "lock_file", "picture_only", "cloud_link"})
_NOTED_REASONS = frozenset({"signed_copy", "courtesy", "unrelated"})


def decide(mail: mails.Mail, contents: mails.Contents, known: Known) -> mails.Understanding:
    """Return what the mail amounts to: one outcome, its reason, whose it is, and the letter that answers it."""
    case = _case(mail, contents, known)
    understood = ruling.ruled(case, _ordinary(case), lambda: _passed(case))
    evidence = known.identity.evidence
    if known.assigned:
        source, said = ("staff", known.handed_in_by) if known.handed_in_by else ("decision", known.assigned)
        evidence = (mails.Evidence(source, said, (known.assigned,)), *evidence)
    return answering.with_answer(case, replace(understood, evidence=evidence))


def refusal(mail: mails.Mail, contents: mails.Contents, known: Known) -> str:
    """Return why the ruling in `known` cannot be made about the mail (a code of intake.ruling), empty where it can."""
    case = _case(mail, contents, known)
    return ruling.refusal(case, _ordinary(case), lambda: _passed(case))


def _case(mail: mails.Mail, contents: mails.Contents, known: Known) -> Case:
    is_registered = bool(known.assigned or known.identity.registered)
    brings_a_report = bool(contents.readings) or (is_registered and bool(purpose.report_carriers(contents)))
    machine = machine_mail.recognise(contents, known.our_addresses, has_workbook=brings_a_report)
    return Case(mail, contents, known, machine)


def _ordinary(case: Case) -> mails.Understanding:
    rules = (_danger, _machine, _authentication, staff_mail.rule, _same_mail, _workbooks, _words)
    return sent_mail.answered(case, _first(case, rules))


def _passed(case: Case) -> mails.Understanding:
    """What a mail amounts to once a person has answered for what comes before its contents."""
    return _first(case, (_danger, _workbooks, _words))


def _first(case: Case, rules: Sequence[Callable[[Case], mails.Understanding | None]]) -> mails.Understanding:
    understood = next(found for rule in rules if (found := rule(case)) is not None)
    assert understood is not None
    return understood


def _danger(case: Case) -> mails.Understanding | None:
    verdicts = {reading.verdict for reading in case.contents.readings}
    if case.contents.dangers or Verdict.HOSTILE in verdicts or _macros_of_a_stranger(case):
        return _wait(case, Outcome.QUARANTINED, "hostile", ", ".join(case.contents.dangers))
    if Verdict.PERSONAL_DATA in verdicts:
        return _wait(case, Outcome.QUARANTINED, "personal_data")
    return None


def _macros_of_a_stranger(case: Case) -> bool:
    """A workbook with macros that is not our form, from nobody we know: the classic carrier (domain fixture 33)."""
    unread = [part for part in case.contents.parts if part.kind == "xlsm" and not part.used]
    return bool(unread) and not case.registered


def _machine(case: Case) -> mails.Understanding | None:
    if not case.machine.reason or case.known.assigned is not None:
        return None
    if not case.machine.certain and case.registered and _says_something(case):
        # A gateway may have marked a unit's mail as bulk: it is read like any other, and not answered.
        return None
    return mails.Understanding(Outcome.NOTED, case.machine.reason)


def _says_something(case: Case) -> bool:
    contents = case.contents
    return bool(purpose.files(contents) or purpose.of(contents) or purpose.speaks_of_reports(contents))


def _authentication(case: Case) -> mails.Understanding | None:
    if case.known.assigned is not None:
        return None
    if case.known.authentication == "fail":
        return _wait(case, Outcome.HELD, "failed_authentication")
    if len(case.contents.headers.from_addresses) != 1:
        return _wait(case, Outcome.HELD, "no_single_sender")
    holding = sorted(message.HOLDING_FLAWS.intersection(case.contents.flaws))
    return _wait(case, Outcome.HELD, "odd_mail", ", ".join(holding)) if holding else None


def _same_mail(case: Case) -> mails.Understanding | None:
    """The same bytes again. Where a person gave this very mail to a unit, it is read as that unit's."""
    if case.known.same_bytes is None or case.known.assigned is not None:
        return None
    return mails.Understanding(
        Outcome.DUPLICATE, "same_mail", detail=str(case.known.same_bytes), unit=case.unit_by_sender()
    )


def _wait(case: Case, outcome: Outcome, reason: str, detail: str = "", unit: str | None = None) -> mails.Understanding:
    unit = unit or case.known.assigned
    proposal = None if unit else case.proposal()
    campaign = case.campaign_of(unit or proposal)
    return mails.Understanding(
        outcome,
        reason,
        detail=detail,
        unit=unit,
        proposal=proposal,
        campaign=campaign.name if campaign else None,
        candidates=case.candidates(),
        signed_copy=bool(unit and purpose.signed_copies(case.contents)),
    )


def _workbooks(case: Case) -> mails.Understanding | None:
    if purpose.unread_workbooks(case.contents):
        return _wait(case, Outcome.HELD, "several_workbooks", str(len(case.contents.parts)))
    distinct = _distinct(case)
    if not distinct:
        return _failed_workbooks(case)
    return _one(case, distinct[0]) if len(distinct) == 1 else _several(case, distinct)


def _distinct(case: Case) -> list[int]:
    """Return the readings to take: the form filled in, each once. A blank form beside a filled one is passed over."""
    readings = case.contents.readings
    read = [index for index, reading in enumerate(readings) if reading.verdict in reported.READ]
    filled = [index for index in read if readings[index].reason != "blank_form"]
    by_report: dict[tuple[str, ...], int] = {}
    for index in filled or read:
        # Two bodies may well report the same figures, nought throughout: their unit lines tell them apart.
        by_report.setdefault(_sameness(readings[index]), index)
    return list(by_report.values())


def _sameness(reading: reports.Reading) -> tuple[str, ...]:
    return (reading.form, reading.fingerprint, text.fold(reading.header_text("unit")))


def _several(case: Case, read: Sequence[int]) -> mails.Understanding:
    """Several reports in one mail: taken only where each names another unit, and the sender may speak for each."""
    identity = case.known.identity
    named = [identity.named[index] for index in read]
    if identity.unmatched:
        return _wait(case, Outcome.HELD, "lower_level_reports", str(len(read)))
    owners = [units[0] for units in named if len(units) == 1]
    speaks_for_all = len(set(owners)) == len(read) and set(owners) <= set(case.registered)
    if not case.registered or not speaks_for_all:
        return _wait(case, Outcome.HELD, "several_workbooks" if case.registered else "unknown_sender", str(len(read)))
    understood = [reported.report(case, index, owner)[0] for index, owner in zip(read, owners, strict=True)]
    worst = outcomes.most_demanding(report.outcome for report in understood)
    reason = next(report.reason for report in understood if report.outcome is worst)
    names = {report.campaign for report in understood}
    return mails.Understanding(
        worst,
        reason,
        campaign=(names.pop() or None) if len(names) == 1 else None,
        candidates=case.candidates() if worst in {Outcome.HELD, Outcome.RETURNED} else (),
        reports=tuple(report for report in understood if report.outcome in reported.RECORDED),
    )


def _one(case: Case, index: int) -> mails.Understanding:
    unit, reason, detail = _owner(case, index)
    if unit is None:
        return _wait(case, Outcome.HELD, reason, detail)
    reading = case.contents.readings[index]
    is_whole = not any(problem.code == "P07" for problem in reading.problems)
    if case.known.assigned is None and purpose.is_one_of_several(case.contents, case.day, is_whole=is_whole):
        return _wait(case, Outcome.HELD, "several_mails", unit=unit)
    wanted = purpose.of(case.contents)
    if reading.reason == "blank_form" and wanted:
        return _wait(case, Outcome.HELD, wanted, unit=unit)
    return _of_unit(case, index, unit, wanted)


def _owner(case: Case, index: int) -> tuple[str | None, str, str]:
    """Return (unit, "", "") where address and workbook agree, else (None, reason, detail)."""
    if case.known.assigned:
        return case.known.assigned, "", ""
    identity, registered = case.known.identity, case.registered
    line = case.contents.readings[index].header_text("unit")
    if not registered:
        return None, "unknown_sender", line
    agreed = [code for code in identity.named[index] if code in registered]
    if len(agreed) == 1:
        return agreed[0], "", ""
    if line.strip(" ._…-") or len(registered) > 1 or _may_be_anothers(case, index):
        return None, "ambiguous_unit", line
    return registered[0], "", ""


def _may_be_anothers(case: Case, index: int) -> bool:
    """Whether a workbook without a unit line was passed on, or comes with texts that speak of other units only."""
    hinted = case.known.identity.hinted
    speaks_of_others = bool(hinted) and not set(hinted) & set(case.registered)
    part = next(part for part in case.contents.parts if part.reading == index)
    return speaks_of_others or purpose.is_forwarded(case.contents) or purpose.is_in_attached_mail(case.contents, part)


def _of_unit(case: Case, index: int, unit: str, wanted: str = "") -> mails.Understanding:
    """Return what one workbook amounts to as the unit's; what else the mail wants is told to staff as its detail."""
    report, before = reported.report(case, index, unit)
    if report.outcome is Outcome.HELD:
        understood = _wait(case, Outcome.HELD, report.reason, before, unit)
        return replace(understood, campaign=report.campaign or None)
    recorded = report.outcome in reported.RECORDED
    return mails.Understanding(
        report.outcome,
        report.reason,
        detail=case.contents.readings[index].detail or before or wanted,
        unit=unit,
        campaign=report.campaign,
        candidates=(unit,) if report.outcome is Outcome.RETURNED else (),
        reports=(report,) if recorded else (),
        signed_copy=bool(purpose.signed_copies(case.contents)),
    )


def _failed_workbooks(case: Case) -> mails.Understanding | None:
    """Workbooks came, but none could be taken as the report: a question or request in such a mail is for a person."""
    readings = case.contents.readings
    failed = [index for verdict in _FAILURES for index, each in enumerate(readings) if each.verdict is verdict]
    if not failed:
        return None
    if not case.registered:
        return _stranger(case)
    unit = case.unit_by_sender()
    if unit is None:
        return _wait(case, Outcome.HELD, "ambiguous_unit")
    reason = _reason_to_wait(case)
    if reason in {"", "password"}:
        # A password beside its file: the sender is asked for the file without it, and nobody is to handle it.
        return _of_unit(case, failed[0], unit)
    return _wait(case, Outcome.HELD, reason, unit=unit)


def _words(case: Case) -> mails.Understanding:
    if not case.registered:
        return _stranger(case)
    unit = case.unit_by_sender()
    if unit is None:
        return _wait(case, Outcome.HELD, "ambiguous_unit")
    reason = _reason_to_wait(case) or _reason_without_workbook(case)
    if reason in _NOTED_REASONS:
        campaign = case.campaign_of(unit)
        is_copy = reason == "signed_copy"
        name = campaign.name if campaign else None
        return mails.Understanding(Outcome.NOTED, reason, unit=unit, campaign=name, signed_copy=is_copy)
    understood = _wait(case, Outcome.HELD, reason, unit=unit)
    if reason not in _RETURNED_REASONS:
        return understood
    if understood.campaign is None:
        return replace(understood, reason=_reason_outside(case, unit))
    return replace(understood, outcome=Outcome.RETURNED, candidates=(unit,))


def _reason_to_wait(case: Case) -> str:
    """Return why a mail without the report must be seen by a person, empty where nothing speaks for it."""
    if purpose.closed_archives(case.contents):
        return "archive_not_opened"
    return "format_not_read" if purpose.tables_not_read(case.contents) else purpose.of(case.contents)


def _reason_outside(case: Case, unit: str) -> str:
    concerned = case.campaigns_of(unit)
    if any(case.is_covered(campaign, unit) for campaign in concerned):
        return "ambiguous_campaign"
    return case.reason_outside(concerned)


def _reason_without_workbook(case: Case) -> str:
    contents = case.contents
    if purpose.attached(contents, {"lock_file"}):
        return "lock_file"
    if purpose.has_cloud_link(contents):
        return "cloud_link"
    if purpose.is_courtesy(contents):
        return "courtesy"
    return "unrelated" if purpose.is_other_business(contents) else _reason_of_files(contents)


def _reason_of_files(contents: mails.Contents) -> str:
    if purpose.signed_copies(contents):
        return "signed_copy"
    if purpose.documents(contents):
        return "unreadable"
    if purpose.pictures(contents):
        return "picture_only"
    return "unreadable" if purpose.files(contents) else "no_attachment"


def _stranger(case: Case) -> mails.Understanding:
    """An unregistered sender: held with what he seems to want, unless nothing in the mail is about reports."""
    contents = case.contents
    says_nothing = not contents.text.strip() and not contents.headers.subject.strip()
    concerns_us = (
        contents.readings
        or case.known.identity.hinted
        or purpose.report_carriers(contents)
        or (says_nothing and purpose.files(contents))
        or purpose.speaks_of_reports(contents)
        or purpose.of(contents) not in {"", "question"}
    )
    if not concerns_us:
        return mails.Understanding(Outcome.NOTED, "unrelated")
    return _wait(case, Outcome.HELD, "unknown_sender")
