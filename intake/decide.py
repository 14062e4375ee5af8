"""What a mail amounts to: contents and what is known go in, an Understanding comes out. No input or output here.

The rules stand in the order in which a careful officer would ask: is it dangerous, is it a machine, is the sender who
he says, did we have it already, whose report is it, and only then what it says. The table "verdict, outcome, state" of
the contract is roll.outcomes; the reasons are explained in docs/reasons.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from intake import (
    answering,
    bounced,
    lookalikes,
    machine_mail,
    message,
    owner,
    part_remarks,
    purpose,
    refusals,
    replies,
    reported,
    ruling,
    sent_mail,
    several,
    staff_mail,
    weighing,
)
from intake.case import Case, Known
from roll import mails, outcomes, reports
from roll.outcomes import Outcome, Verdict

__all__ = ["Known", "decide", "refusal"]

# Of several workbooks that could not be taken, the one whose answer helps the sender most is told about.
_FAILURES = (Verdict.ENCRYPTED, Verdict.WRONG_FORM, Verdict.UNREADABLE)
_RETURNED_REASONS = frozenset({
    "no_attachment", "unreadable", "lock_file", "picture_only", "cloud_link", "encrypted", "archive_volumes",
    "encrypted_mail",
})  # fmt: skip
_CLOSED = frozenset({"encrypted", "archive_volumes"})
# Words that say no more than the workbook beside them does.
_SETTLED_BY_A_REPORT = frozenset({"says_sent", "nil_report"})
_NOTED_REASONS = frozenset({"signed_copy", "courtesy", "unrelated"})


def decide(mail: mails.Mail, contents: mails.Contents, known: Known) -> mails.Understanding:
    """Return what the mail amounts to: one outcome, its reason, whose it is, and the letter that answers it."""
    case = _case(mail, contents, known)
    understood = ruling.ruled(case, _ordinary(case), lambda: _passed(case))
    understood = answering.with_other_reply_to(case, understood)
    evidence = (*understood.evidence, *known.identity.evidence)
    if known.assigned:
        source, said = ("staff", known.handed_in_by) if known.handed_in_by else ("decision", known.assigned)
        evidence = (mails.Evidence(source, said, (known.assigned,)), *evidence)
    return answering.with_answer(case, replace(understood, evidence=evidence))


def refusal(mail: mails.Mail, contents: mails.Contents, known: Known) -> str:
    """Return why the ruling in `known` cannot be made about the mail (a code of intake.ruling), empty where it can."""
    case = _case(mail, contents, known)
    return ruling.refusal(case, _ordinary(case), lambda: _passed(case))


def _case(mail: mails.Mail, contents: mails.Contents, known: Known) -> Case:
    if staff_mail.passes_on(known, contents):
        contents = replace(contents, text="")
    is_registered = bool(known.assigned or known.identity.registered)
    brings_a_report = bool(contents.readings) or (is_registered and bool(purpose.report_carriers(contents)))
    our_ids = {letter.message_id for letter in known.our_letters}
    machine = machine_mail.recognise(contents, known.our_addresses, has_workbook=brings_a_report, our_ids=our_ids)
    return Case(mail, contents, known, machine)


def _ordinary(case: Case) -> mails.Understanding:
    rules = (_danger, _machine, _authentication, staff_mail.words_rule, staff_mail.rule, _same_mail, _workbooks, _words)
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
    if case.machine.reason == "bounce":
        return bounced.understood(case)
    return mails.Understanding(Outcome.NOTED, case.machine.reason)


def _says_something(case: Case) -> bool:
    contents = case.contents
    return bool(purpose.files(contents) or purpose.of(contents) or purpose.speaks_of_reports(contents))


def _authentication(case: Case) -> mails.Understanding | None:
    if case.known.assigned is not None:
        return None
    if case.known.authentication == "fail":
        return _wait(case, Outcome.HELD, "failed_authentication")
    if not case.registered and (
        pretended := lookalikes.pretended(case.contents.headers, case.known.register.addresses)
    ):
        return _wait(case, Outcome.HELD, "lookalike_sender", pretended)
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
    if reason == "recall":
        # What is recalled may be any mail: staff are told which one is meant.
        detail = replies.mail_meant(case)
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
    distinct = several.distinct(case)
    if not distinct:
        return _lone_piece(case) or _failed_workbooks(case)
    understood = _one(case, distinct[0]) if len(distinct) == 1 else _several(case, distinct)
    older = several.passed_over(case, distinct)
    return replace(understood, passed_over=(*understood.passed_over, *older)) if understood.reports else understood


def _several(case: Case, read: Sequence[int]) -> mails.Understanding:
    """Several reports in one mail: taken only where each names another unit, and the sender may speak for each."""
    identity = case.known.identity
    own = several.own_total(case, read)
    if own is not None:
        others = tuple(
            (part, part_remarks.OF_A_LOWER_BODY)
            for index in read
            if index != own
            for part in case.contents.parts_of(index)
        )
        return replace(_one(case, own), passed_over=others)
    named = [identity.named[index] for index in read]
    if identity.unmatched:
        return _of_lower_bodies(case, read)
    owners = [
        units[0]
        for index, units in zip(read, named, strict=True)
        if len(units) == 1 and owner.of_workbook(case, index)[0] == units[0]
    ]
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


def _of_lower_bodies(case: Case, read: Sequence[int]) -> mails.Understanding:
    """Reports of communes in place of the district's: its own, added-up one is asked for (domain 2.4, case 19)."""
    held = _wait(case, Outcome.HELD, "lower_level_reports", str(len(read)))
    unit = case.unit_by_sender()
    if unit is None or not several.are_of_lower_bodies(case, read):
        return held
    wanted = purpose.of(case.contents)
    understood = _wait(case, Outcome.HELD, wanted or "lower_level_reports", str(len(read)), unit)
    if wanted:
        return understood
    if understood.campaign is None:
        return replace(understood, reason=_reason_outside(case, unit))
    return replace(understood, outcome=Outcome.RETURNED, candidates=(unit,))


def _one(case: Case, index: int) -> mails.Understanding:
    unit, reason, detail = owner.of_workbook(case, index)
    if unit is None:
        return _wait(case, Outcome.HELD, reason, detail)
    reading = case.contents.readings[index]
    outlook = several.look(case, index, unit)
    piece = _piece(case, outlook, unit)
    if piece is not None:
        return piece
    wanted = purpose.of(case.contents)
    if reading.reason == "blank_form" and wanted:
        return _wait(case, Outcome.HELD, wanted, unit=unit)
    return replace(
        _of_unit(case, outlook.index, unit, "" if wanted in _SETTLED_BY_A_REPORT else wanted, outlook.sources),
        to_join=outlook.to_join,
    )


def _lone_piece(case: Case) -> mails.Understanding | None:
    """Take a workbook with some sheets of the form only, which by itself would be another form, where others wait."""
    index = several.lone_piece(case)
    unit = owner.of_workbook(case, index)[0] if index is not None else None
    if index is None or unit is None:
        return None
    outlook = several.look(case, index, unit)
    piece = _piece(case, outlook, unit)
    if piece is None and outlook.sources:
        return _of_unit(case, outlook.index, unit, purpose.of(case.contents), outlook.sources)
    if piece is None and outlook.to_join:
        failed = _failed_workbooks(case)
        return replace(failed, to_join=outlook.to_join) if failed else None
    return piece


def _piece(case: Case, outlook: several.Outlook, unit: str) -> mails.Understanding | None:
    """Return what a mail amounts to that brings one piece of a report, None where the report is whole with it."""
    campaign = outlook.campaign or None
    if outlook.repeats:
        return mails.Understanding(Outcome.DUPLICATE, "same_file", detail=outlook.repeats, unit=unit, campaign=campaign)
    if outlook.replaced:
        return replace(_wait(case, Outcome.HELD, "older_version", outlook.replaced, unit), campaign=campaign)
    if outlook.disputed:
        disputed = ", ".join(outlook.disputed)
        return replace(_wait(case, Outcome.HELD, "several_workbooks", disputed, unit), campaign=campaign)
    if not outlook.waits:
        return None
    whole = case.known.part_of.get(unit)
    if whole and not outlook.to_join:
        # The rest came since, and the report is whole.
        return mails.Understanding(Outcome.NOTED, "part_of_report", detail=whole, unit=unit, campaign=campaign)
    understood = _wait(case, Outcome.HELD, "several_mails", outlook.detail, unit)
    return replace(understood, campaign=campaign, candidates=(unit,), to_join=outlook.to_join)


def _of_unit(
    case: Case, index: int, unit: str, wanted: str = "", sources: Sequence[reports.Source] = ()
) -> mails.Understanding:
    """Return what one report amounts to as the unit's; what else the mail wants is told to staff as its detail."""
    report, before = reported.report(case, index, unit, sources)
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
        signed_copy=bool(several.signed_copies(case, index)),
    )


def _failed_workbooks(case: Case) -> mails.Understanding | None:
    """Workbooks came, but none could be taken as the report: a question or request in such a mail is for a person."""
    readings = case.contents.readings
    failed = [index for verdict in _FAILURES for index, each in enumerate(readings) if each.verdict is verdict]
    if not failed or _may_be_in_a_closed_archive(case, readings[failed[0]]):
        return None
    if not case.registered:
        return _stranger(case)
    unit = case.unit_by_sender()
    if unit is None:
        return _wait(case, Outcome.HELD, "ambiguous_unit")
    if case.known.assigned is None and weighing.contradicts(case.known.identity.evidence, unit):
        # Whoever has moved since writes from an address that is still his former unit's.
        return _wait(case, Outcome.HELD, "ambiguous_unit")
    reason = _reason_to_wait(case)
    if reason in {"", "password"}:
        # A password beside its file: the sender is asked for the file without it, and nobody is to handle it.
        return _of_unit(case, failed[0], unit)
    return _wait(case, Outcome.HELD, reason, unit=unit)


def _may_be_in_a_closed_archive(case: Case, failed: reports.Reading) -> bool:
    """Whether the report may well be in what stayed closed beside a workbook that is none."""
    return failed.verdict is not Verdict.ENCRYPTED and refusals.reason_of(case.contents) in _CLOSED


def _words(case: Case) -> mails.Understanding:
    unit, waits_for = case.unit_by_sender(), _reason_to_wait(case)
    settled = replies.settled(case, unit, waits_for)
    if settled is not None:
        return settled
    if not case.registered:
        return _stranger(case)
    if unit is None:
        return _wait(case, Outcome.HELD, "ambiguous_unit")
    reason = waits_for or _reason_without_workbook(case)
    if reason != "courtesy" and case.answers_a_notice:
        reason = "report_disputed"
    return _words_of_unit(case, unit, reason)


def _words_of_unit(case: Case, unit: str, reason: str) -> mails.Understanding:
    if reason == "no_attachment" and replies.is_about_a_report(case):
        return _wait(case, Outcome.HELD, "reply", unit=unit)
    anothers = replies.names_another_unit(case) if reason == "signed_copy" else ""
    if anothers:
        return _wait(case, Outcome.HELD, "ambiguous_unit", anothers)
    if reason in _NOTED_REASONS:
        return _noted(case, unit, reason)
    understood = _wait(case, Outcome.HELD, reason, unit=unit)
    if reason not in _RETURNED_REASONS:
        return understood
    if understood.campaign is None:
        return replace(understood, reason=_reason_outside(case, unit))
    return replace(understood, outcome=Outcome.RETURNED, candidates=(unit,))


def _noted(case: Case, unit: str, reason: str) -> mails.Understanding:
    """Note a mail that nobody need answer; a signed copy may be the last of several mails that make one report."""
    is_copy = reason == "signed_copy"
    outlook = several.look_at_copy(case, unit) if is_copy else None
    if outlook and outlook.sources:
        return _of_unit(case, outlook.index, unit, sources=outlook.sources)
    campaign, to_join = case.campaign_of(unit), outlook.to_join if outlook else ()
    name = campaign.name if campaign else None
    return mails.Understanding(Outcome.NOTED, reason, unit=unit, campaign=name, signed_copy=is_copy, to_join=to_join)


def _reason_to_wait(case: Case) -> str:
    """Return why a mail without the report must be seen by a person, empty where nothing speaks for it."""
    if purpose.closed_archives(case.contents):
        return "archive_not_opened"
    if purpose.tables_not_read(case.contents):
        return "format_not_read"
    wanted = purpose.of(case.contents)
    # A password beside its archive: as beside a workbook, the sender is asked for the file without it.
    return "" if wanted == "password" and refusals.reason_of(case.contents) == "encrypted" else wanted


def _reason_outside(case: Case, unit: str) -> str:
    concerned = case.campaigns_of(unit)
    if any(case.is_covered(campaign, unit) for campaign in concerned):
        return "ambiguous_campaign"
    return case.reason_outside(concerned)


def _reason_without_workbook(case: Case) -> str:
    contents = case.contents
    if refused := refusals.reason_of(contents):
        return refused
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
        or refusals.reason_of(contents)
        or case.known.identity.hinted
        or case.known.identity.answered
        or case.known.identity.formerly
        or purpose.report_carriers(contents)
        or (says_nothing and purpose.files(contents))
        or purpose.speaks_of_reports(contents)
        or purpose.of(contents) not in {"", "question"}
    )
    if not concerns_us:
        return mails.Understanding(Outcome.NOTED, "unrelated")
    return _wait(case, Outcome.HELD, "unknown_sender")
