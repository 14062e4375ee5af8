"""The letter that answers a mail: facts out of what was understood, words out of notifications."""

import hashlib
import re
from dataclasses import dataclass, field, replace
from datetime import datetime, time

from forms import form as forms_form
from intake import answering, decide, purpose, refusals
from notifications import facts, letterhead
from notifications import mails as letters_to_write
from roll import calendar, campaigns, letters, mails, outcomes, reports, units
from service import credited, reasons, replacing
from service import situation as situations
from storage import inbox

# A correction is asked for within two working days of the mail (the sample letters of the domain rules do so).
WORKING_DAYS_TO_CORRECT = 2
MARKED = {"vi": "đánh dấu", "en": "marked"}
_WITH_BLANK_FORM = frozenset({
    "wrong_form", "blank_form", "no_attachment", "question", "cloud_link", "picture_only", "signed_copy_only",
    "lower_level_reports",
})  # fmt: skip
# How a mail says which of several it is: "2/3".
_NUMBERED = re.compile(r"\d+/\d+")
# These receipts go to an address once a day; a workbook with other bytes from a registered address gets its own.
_ONCE_A_DAY = frozenset({
    "question", "extension_request", "no_attachment", "held", "unknown_sender", "after_close", "signed_copy_only",
    "cloud_link", "picture_only", "lock_file",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """One understood mail that may get an answer.

    `to_mark`: the readings whose marked copy shows fewer problems than they have, since some needed the unit.
    `replaced` are the values of the versions that its reports take the place of.
    """

    row: inbox.Waiting
    contents: mails.Contents
    understood: mails.Understanding
    known: decide.Known
    to_mark: tuple[int, ...] = ()
    replaced: replacing.Replaced = field(default_factory=dict)


def answers(situation: situations.Situation, case: Case) -> list[letters.Letter]:
    """Return the finished letters that a mail causes: those that answer it, and those to the units it speaks for.

    There is an answer for each report it brought, none for silence. Raises compose.AddressError where the sender's
    address cannot be written to.
    """
    # Who returns a report wants the unit to hear of it, however the report came in.
    returned_by_person = case.understood.reason == "returned_by_person"
    if not (case.row.answerable or returned_by_person):
        return []
    is_proven = case.known.authentication == "pass"
    notices = credited.notices(situation, case.row, case.contents, case.understood, is_proven=is_proven)
    return [*_answers(situation, case), *notices]


def _answers(situation: situations.Situation, case: Case) -> list[letters.Letter]:
    understood = case.understood
    if not understood.answer:
        return []
    if understood.unit is not None or not understood.reports:
        written = [_answer(situation, case)]
    else:
        # Reports of several units: each has its letter; where others of them wait for a person, the mail has one too.
        written = [_answer(situation, _case_of(case, report)) for report in understood.reports]
        if understood.outcome not in {outcomes.Outcome.ACCEPTED, outcomes.Outcome.RETURNED}:
            written.append(_answer(situation, replace(case, understood=replace(understood, reports=()))))
    return [letter for letter in written if letter]


def _case_of(case: Case, report: mails.ReportUnderstood) -> Case:
    """Return the case as if the mail had brought this one report alone."""
    alone = replace(
        case.understood,
        outcome=report.outcome,
        reason=report.reason,
        unit=report.unit,
        campaign=report.campaign,
        reports=(report,),
        answer=answering.of_report(report.outcome, report.reason),
    )
    return replace(case, understood=alone)


def _answer(situation: situations.Situation, case: Case) -> letters.Letter | None:
    understood = case.understood
    campaign = situation.campaign(understood.campaign) or _nearest(situation, case)
    if campaign is None or not campaign.is_answered(case.row.received_at):
        return None
    kind, _, reason = understood.answer.partition(":")
    unit = _unit(campaign, understood.unit)
    head = _letterhead(situation, campaign)
    if kind == "receipt":
        return _receipt(situation, case, campaign, unit, head, reason)
    if unit is None:
        return None
    write = {
        "acknowledgement": letters_to_write.acknowledgement,
        "return": letters_to_write.return_report,
        "confirm": letters_to_write.confirm,
    }[kind]
    marked = _marked_copy(situation, case, kind)
    told = replace(_report_facts(situation, case, campaign), marked_file=marked[0].name if marked else "")
    return write(head, campaign, unit, told, _envelope(situation, case, kind, attachments=marked))


def _marked_copy(situation: situations.Situation, case: Case, kind: str) -> tuple[facts.Attachment, ...]:
    """Return the sender's own workbook with the cells in question marked, where the letter asks about any."""
    report = case.understood.reports[0]
    data = case.contents.marked[report.reading] if report.reading < len(case.contents.marked) else b""
    if kind == "acknowledgement" or not data:
        return ()
    stem = case.contents.parts[report.part].name.rpartition(".")[0] or "report"
    name = f"{stem} ({MARKED[situation.rollcall.config.office.language]}).xlsx"
    return (facts.Attachment(name, situations.XLSX, data),)


def _nearest(situation: situations.Situation, case: Case) -> campaigns.Campaign | None:
    """Return the campaign in whose name a mail that belongs to none in particular is answered, the newest first."""
    newest_first = sorted(situation.all_campaigns, key=lambda campaign: campaign.opens, reverse=True)
    concerned = [
        campaign
        for campaign in newest_first
        if case.understood.unit is None or campaign.entry(case.understood.unit) is not None
    ]
    running = [campaign for campaign in concerned if campaign.covers(case.row.received_at)]
    return next(iter(running or concerned), None)


def _unit(campaign: campaigns.Campaign, code: str | None) -> units.Unit | None:
    entry = campaign.entry(code) if code else None
    return entry.unit if entry else None


def _letterhead(situation: situations.Situation, campaign: campaigns.Campaign) -> letterhead.Letterhead:
    extras = situation.extras_of(campaign)
    return situation.rollcall.letterhead(extras.templates, campaign.name)


def _envelope(
    situation: situations.Situation,
    case: Case,
    kind: str,
    key: str = "",
    attachments: tuple[facts.Attachment, ...] = (),
) -> facts.Envelope:
    headers = case.contents.headers
    return situation.rollcall.envelope(
        to=case.understood.answer_to,
        key=key or f"{kind}:{case.row.receipt}:{case.understood.unit or ''}:{case.row.sha256[:16]}{_ruled(case)}",
        thread=facts.Thread(headers.subject, headers.message_id, headers.references),
        attachments=attachments,
        mail_id=case.row.id,
    )


def _ruled(case: Case) -> str:
    """Return what a letter's key says of a ruling: each decision of a person tells the unit once."""
    return f":{case.known.ruling.decision}" if case.known.ruling and case.understood.ruled_at else ""


def _note(case: Case) -> str:
    """Return the officer's words to the unit, where he returned its report."""
    returned = case.understood.reason == "returned_by_person" and case.known.ruling is not None
    return case.known.ruling.note if returned and case.known.ruling else ""


def _receipt(
    situation: situations.Situation,
    case: Case,
    campaign: campaigns.Campaign,
    unit: units.Unit | None,
    head: letterhead.Letterhead,
    reason: str,
) -> letters.Letter:
    key = _once_a_day(situation, case, campaign, reason) if reason in _ONCE_A_DAY else ""
    attachments: tuple[facts.Attachment, ...] = ()
    if reason in _WITH_BLANK_FORM and unit is not None:
        attachments = (situation.blank_attachment(campaign),)
    told = facts.MailFacts(
        receipt=case.row.receipt,
        received_at=case.row.received_at,
        sender_name=case.contents.headers.from_name,
        file_name=_file_name(case),
        detail=_note(case) or _detail(situation, case),
        until=_correct_before(situation, campaign, case),
    )
    envelope = _envelope(situation, case, f"receipt:{reason}", key, attachments)
    return letters_to_write.receipt(head, facts.ReceiptReason(reason), campaign, unit, told, envelope)


def _once_a_day(situation: situations.Situation, case: Case, campaign: campaigns.Campaign, reason: str) -> str:
    """Return the key under which a receipt goes to an address once a day; other workbooks of a unit have another."""
    day = situation.day_of(case.row.entered_at)
    key = f"receipt:{reason}:{case.understood.answer_to.casefold()}:{campaign.name}:{day}"
    brought = [part.sha256 for part in case.contents.parts if part.reading is not None]
    if not brought or not case.known.identity.registered:
        return key
    return f"{key}:{hashlib.sha256(' '.join(brought).encode()).hexdigest()}"


def _detail(situation: situations.Situation, case: Case) -> str:
    """Return what the reading says of the file, in the office's language; what it is, for one that is no workbook."""
    if case.understood.reason == "several_mails" and case.understood.campaign:
        # What is still to come: numbers of mails, and sheets, which letters call by their printed names.
        form = situation.form_of(case.understood.campaign)
        titles = {sheet.name: sheet.caption or sheet.name for sheet in form.sheets}
        piece = reasons.PIECE[situation.rollcall.config.office.language]
        still = case.understood.detail.split(", ")
        return ", ".join(
            piece.format(number=each) if _NUMBERED.fullmatch(each) else titles.get(each, each) for each in still
        )
    if case.contents.readings or case.understood.reason == "confirmed":
        return case.understood.detail
    refused = refusals.file_of(case.contents)
    kind = next((part.kind for part in purpose.files(case.contents)), "")
    return reasons.kind(refused.kind if refused else kind, situation.rollcall.config.office.language)


def _file_name(case: Case) -> str:
    for report in case.understood.reports:
        return _report_file(case, report)
    refused = refusals.file_of(case.contents)
    return refused.name if refused else next((part.name for part in purpose.files(case.contents)), "")


def _report_file(case: Case, report: mails.ReportUnderstood) -> str:
    """Return the name of a report's file, or of all its files."""
    names = [source.file_name for source in report.sources] or [case.contents.parts[report.part].name]
    return " + ".join(dict.fromkeys(names))


def _report_facts(situation: situations.Situation, case: Case, campaign: campaigns.Campaign) -> facts.ReportFacts:
    report = case.understood.reports[0]
    reading = case.contents.readings[report.reading]
    form = situation.form_of(campaign.name)
    replacing_ = replacing.Replacing(case.row.id, case.known, report)
    earlier, replaced = replacing_.earlier, replacing_.replaced
    was = case.replaced.get((report.campaign, report.unit))
    sources = [*report.sources, *(source for version in earlier for source in version.sources)]
    came = [*(version.received_at for version in earlier), *(source.received_at for source in sources)]
    first = min([case.row.received_at, *came])
    extended = situation.extensions.get((campaign.name, report.unit))
    return facts.ReportFacts(
        receipt=case.row.receipt,
        received_at=case.row.received_at,
        file_name=_report_file(case, report),
        reading=reading,
        field_count=len(_lines_asked(form)),
        sending=len(earlier) + 1,
        replaces_at=replaced.received_at if replaced else None,
        changes=None if was is None else replacing.changes(form, was, reading.values),
        main_figures=_main_figures(form, reading),
        on_time=campaign.is_on_time(first, extended),
        signed_seen=case.understood.signed_copy,
        accepted_by_person=report.reason == "accepted_by_person",
        officer_note=_note(case),
        correct_before=_correct_before(situation, campaign, case),
        form_title=form.title,
        sheet_titles={sheet.name: sheet.caption or sheet.name for sheet in form.sheets},
    )


def _lines_asked(form: forms_form.Form) -> list[forms_form.Row]:
    return [row for sheet in form.sheets if sheet.kind == "rows" for row in sheet.rows if not row.section]


def _main_figures(form: forms_form.Form, reading: reports.Reading) -> tuple[facts.Figure, ...]:
    values = {(value.name, value.column): value.value for value in reading.values}
    return tuple(
        facts.Figure(row.label, values[row.name, column], _unit_of_measure(form, row, column))
        for row in _lines_asked(form)
        for column in row.main
        if values.get((row.name, column)) is not None
    )


def _unit_of_measure(form: forms_form.Form, row: forms_form.Row, name: str) -> str:
    columns = {column.name: column for sheet in form.sheets for column in sheet.columns}
    return columns[name].unit or row.unit if name in columns else row.unit


def _correct_before(situation: situations.Situation, campaign: campaigns.Campaign, case: Case) -> datetime | None:
    """Return until when a correction is taken: the campaign's end; for a return at most two working days."""
    end = campaign.end(situation.extensions.get((campaign.name, case.understood.unit or "")))
    if case.understood.outcome is not outcomes.Outcome.RETURNED:
        return end
    working = situation.working_days(campaign)
    day = working.add(situation.day_of(case.row.received_at), WORKING_DAYS_TO_CORRECT + 1)
    wanted = max(calendar.at(day, time(0), campaign.zone), campaign.grace_until)
    return wanted if end is None else min(end, wanted)
