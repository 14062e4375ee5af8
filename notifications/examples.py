"""One letter of every kind, reason and variant, about an example (notifications.example_facts).

Each function returns what writes its letters, by the letter's name (`kind-variant`, `receipt-reason`), so that whoever
wants one letter does not write them all.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from notifications import examples_for_staff, mails
from notifications.example_facts import Example, Writer, Writers
from notifications.facts import (
    Attachment,
    CameFacts,
    Change,
    CreditedFacts,
    CreditedResult,
    Envelope,
    MailFacts,
    OverdueFacts,
    ReceiptReason,
    ReminderFacts,
    ReportFacts,
)
from roll.board import Cause
from roll.letters import Letter
from roll.outcomes import Verdict
from roll.reports import Problem, Reading, Severity
from roll.units import Unit

_ReportLetter = Callable[..., Letter]

_DETAILS = {
    ReceiptReason.UNREADABLE: "broken",
    ReceiptReason.WRONG_FORM: "other_year",
    ReceiptReason.DUPLICATE: "TN-2019-0101",
    ReceiptReason.CONFIRMED: "TN-2019-0101",
    ReceiptReason.EXTENDED: "extended_note",
    ReceiptReason.LOWER_LEVEL_REPORTS: "24",
    ReceiptReason.SEVERAL_MAILS: "several",
    ReceiptReason.RETURNED_BY_PERSON: "extended_note",
}
_FILES = {
    ReceiptReason.LOCK_FILE: "~$BC thang hanh dong.xlsx",
    ReceiptReason.ARCHIVE_PASSWORD: "BC Cao Lộc.rar",
    ReceiptReason.ARCHIVE_VOLUMES: "BC Cao Lộc.part1.rar",
    ReceiptReason.ARCHIVE_DAMAGED: "BC Cao Lộc.7z",
    ReceiptReason.ENCRYPTED_MAIL: "smime.p7m",
    ReceiptReason.PICTURE_ONLY: "z1432.jpg",
    ReceiptReason.SIGNED_COPY_ONLY: "215-BC-UBND.signed.pdf",
}
_WITH_BLANK = (
    ReceiptReason.LOWER_LEVEL_REPORTS,
    ReceiptReason.QUESTION,
    ReceiptReason.WRONG_FORM,
    ReceiptReason.SIGNED_COPY_ONLY,
)


def report(sample: Example, problems: tuple[Problem, ...] = (), verdict: Verdict = Verdict.VALID) -> ReportFacts:
    """Return the facts of a report with these problems."""
    reading = Reading(verdict, "", "THDTE-2019", "1", problems=problems, sheets=sample.sheets)
    if sample.is_bare:
        received, file_name = sample.at(7, 3, 15, 20), sample.file_name
        return ReportFacts(sample.receipt(123), received, file_name, replace(reading, version="", sheets=()))
    return ReportFacts(
        receipt=sample.receipt(123),
        received_at=sample.at(7, 3, 15, 20),
        file_name=sample.file_name,
        reading=reading,
        field_count=sample.field_count,
        main_figures=sample.figures,
        correct_before=sample.at(7, 9),
        form_title=sample.form_title,
        sheet_titles=sample.sheet_titles,
    )


def corrected(sample: Example, good: ReportFacts) -> ReportFacts:
    """Return the facts of a report that replaces another."""
    words = sample.phrases
    changes = (
        Change(words["sheet"], "D42", "5.2", words["label"], 350, 320),
        Change(words["sheet"], "E78", "9.1", words["cost"], None, 1175.5),
        Change("Biểu 02", "B9", "", "", "Hội thi vẽ tranh", "Hội thi vẽ tranh; diễn đàn trẻ em"),
    )
    again = replace(good, sending=2, replaces_at=sample.at(7, 2, 9, 5), file_name="BC THDVTE 2019_sửa lần 2.xls")
    return again if sample.is_bare else replace(again, changes=changes)


def marked(sample: Example) -> Attachment:
    """Return the marked copy of the report."""
    return replace(sample.blank, name=f"{sample.file_name.rpartition('.')[0]} (đánh dấu).xlsx")


def reports(sample: Example) -> Writers:
    """Return the answers to a report."""
    errors = sample.problems
    message = sample.phrases["whole_message"]
    many = tuple(replace(errors[0], cell=f"D{row}", message=message) for row in range(15, 40))
    good, bad = report(sample), report(sample, errors, Verdict.NEEDS_FIX)
    warned = report(sample, errors[2:], Verdict.NEEDS_CONFIRM)
    late = partial(replace, on_time=False, received_at=sample.at(7, 6, 9, 5))
    again = corrected(sample, good)
    envelope, copy = sample.envelope, marked(sample)
    staff = sample.staff or sample.to_staff
    plan: dict[str, tuple[_ReportLetter, ReportFacts, Envelope]] = {
        "acknowledgement-first": (mails.acknowledgement, good, envelope("first")),
        "acknowledgement-second": (mails.acknowledgement, again, envelope("second")),
        "acknowledgement-unchanged": (mails.acknowledgement, replace(again, changes=()), envelope("unchanged")),
        "acknowledgement-late": (mails.acknowledgement, late(good, signed_seen=True), envelope("late")),
        "acknowledgement-staff": (mails.acknowledgement, good, envelope("staff", staff=staff)),
        "return-errors": (mails.return_report, bad, envelope("errors")),
        "return-many": (
            mails.return_report,
            replace(bad, reading=replace(bad.reading, problems=many)),
            envelope("many"),
        ),
        "return-marked": (
            mails.return_report,
            late(bad, accepted_stands=True, marked_file=copy.name),
            envelope("marked", copy),
        ),
        "acknowledgement-by_person": (
            mails.acknowledgement,
            replace(warned, accepted_by_person=True),
            envelope("person"),
        ),
        "return-by_person": (
            mails.return_report,
            replace(warned, officer_note=sample.phrases["extended_note"]),
            envelope("by person"),
        ),
        "confirm-first": (mails.confirm, warned, envelope("confirm")),
        "confirm-late": (mails.confirm, late(warned, signed_seen=True), envelope("confirm late")),
    }
    return {name: _about_report(sample, *planned) for name, planned in plan.items()}


def _about_report(sample: Example, write: _ReportLetter, facts: ReportFacts, sent: Envelope) -> Writer:
    return lambda head: write(head, sample.campaign, sample.unit, facts, sent)


def notices(sample: Example) -> Writers:
    """Return the notices to a unit's contact."""
    received, file_name = sample.at(7, 3, 15, 20), "BC Cao Loc.xlsx"
    good = CreditedFacts(sample.receipt(126), received, "hoa.nguyen85@mail.example", file_name, CreditedResult.ACCEPTED)
    bad = replace(good, receipt=sample.receipt(127), result=CreditedResult.RETURNED)
    none = replace(good, receipt=sample.receipt(128), result=CreditedResult.NO_REPORT)
    held = replace(good, receipt=sample.receipt(129), result=CreditedResult.HELD)
    twice = replace(good, receipt=sample.receipt(130), result=CreditedResult.DUPLICATE)
    plan = {
        "credited-accepted": (sample.unit, good),
        "credited-returned": (sample.unit, bad),
        "credited-no_report": (sample.unit, none),
        "credited-held": (sample.unit, held),
        "credited-duplicate": (sample.unit, twice),
        "credited-department": (sample.peer, good),
    }
    return {
        name: partial(
            mails.credited,
            campaign=sample.campaign,
            unit=unit,
            credited_facts=told,
            envelope=replace(sample.envelope(name), thread=None),
        )
        for name, (unit, told) in plan.items()
    }


def mail(sample: Example, detail: str = "", file_name: str = "BC.xls") -> MailFacts:
    """Return the facts of a mail that gets a receipt; `detail` may be the name of a phrase."""
    receipt, received = sample.receipt(124), sample.at(7, 3, 15, 20)
    if sample.is_bare:
        return MailFacts(receipt, received)
    told = sample.phrases.get(detail, detail)
    return MailFacts(receipt, received, "Hoàng Thị A", file_name, told, sample.at(7, 9))


def receipts(sample: Example) -> Writers:
    """Return a receipt for each reason."""
    writers: Writers = {}
    for reason in ReceiptReason:
        unit = None if reason is ReceiptReason.UNKNOWN_SENDER else sample.unit
        told = mail(sample, _DETAILS.get(reason, ""), _FILES.get(reason, "BC.xls"))
        sent = sample.envelope(reason, *([sample.blank] if reason in _WITH_BLANK else []))
        writers[f"receipt-{reason}"] = _receipt(sample, reason, unit, told, sent)
    stranger = partial(
        mails.receipt,
        reason=ReceiptReason.HELD,
        campaign=None,
        unit=None,
        mail=mail(sample),
        envelope=sample.envelope("held stranger"),
    )
    other_form = mail(sample, "other_year")
    sent = sample.envelope("wrong form of a department")
    writers["receipt-held-stranger"] = stranger
    writers["receipt-wrong_form-department"] = _receipt(sample, ReceiptReason.WRONG_FORM, sample.peer, other_form, sent)
    return writers


def _receipt(sample: Example, reason: ReceiptReason, unit: Unit | None, told: MailFacts, sent: Envelope) -> Writer:
    return partial(mails.receipt, reason=reason, campaign=sample.campaign, unit=unit, mail=told, envelope=sent)


def to_strangers(sample: Example) -> Writers:
    """Return a receipt for each reason, to a sender of whom neither unit nor campaign is known."""
    return {
        f"receipt-{reason}-stranger": partial(
            mails.receipt,
            reason=reason,
            campaign=None,
            unit=None,
            mail=mail(sample),
            envelope=sample.envelope(f"{reason} stranger"),
        )
        for reason in ReceiptReason
    }


def chasers(sample: Example) -> Writers:
    """Return reminders and follow-ups, in a form for each cause."""
    reminders, late = _reminders(sample), _follow_ups(sample)
    writers: Writers = {
        name: partial(
            mails.reminder,
            campaign=sample.campaign,
            unit=who,
            reminder_facts=facts,
            envelope=replace(sample.envelope(name, *files), thread=None),
        )
        for name, (who, facts, files) in reminders.items()
    }
    writers["reminder-copied"] = partial(
        mails.reminder,
        campaign=sample.campaign,
        unit=sample.unit,
        reminder_facts=ReminderFacts(sample.at(7, 3, 8), 1),
        envelope=replace(sample.envelope("reminder-copied"), thread=None, cc=sample.cc),
    )
    for name, told in late.items():
        sent = replace(sample.envelope(name), thread=None)
        writers[name] = partial(
            mails.overdue, campaign=sample.campaign, unit=sample.unit, overdue_facts=told, envelope=sent
        )
    return writers


def _reminders(sample: Example) -> dict[str, tuple[Unit, ReminderFacts, tuple[Attachment, ...]]]:
    at, unit, blank = sample.at, sample.unit, sample.blank
    broken, wrong = came(sample, Cause.UNREADABLE), came(sample, Cause.ERRORS)
    given_back = replace(wrong, problems=(), officer_note=sample.phrases["extended_note"])
    return {
        "reminder-week": (unit, ReminderFacts(at(6, 27, 8), 7), (blank,)),
        "reminder-days": (unit, ReminderFacts(at(7, 1, 8), 3), ()),
        "reminder-last": (unit, ReminderFacts(at(7, 3, 8), 1), (blank,)),
        "reminder-grace": (unit, ReminderFacts(at(7, 5, 8), -1), ()),
        "reminder-extended": (unit, ReminderFacts(at(7, 5, 8), 3, at(7, 9)), ()),
        "reminder-signed": (unit, ReminderFacts(at(7, 3, 8), 1, signed_only=True), ()),
        "reminder-department": (sample.peer, ReminderFacts(at(7, 1, 8), 3), ()),
        "reminder-unreadable": (unit, ReminderFacts(at(7, 3, 8), 1, came=broken), (blank,)),
        "reminder-unreadable-grace": (sample.peer, ReminderFacts(at(7, 5, 8), -1, came=broken), ()),
        "reminder-errors": (unit, ReminderFacts(at(7, 3, 8), 1, came=wrong), ()),
        "reminder-errors-by_person": (unit, ReminderFacts(at(7, 1, 8), 3, came=given_back), ()),
    }


def _follow_ups(sample: Example) -> dict[str, OverdueFacts]:
    at = sample.at
    soon = OverdueFacts(at(7, 8, 8), 1, 33, 39, send_before=at(7, 8, 17))
    return {
        "overdue-first": soon,
        "overdue-higher": replace(
            soon, at=at(7, 9, 8), number=2, reported=37, send_before=at(7, 9, 11, 30), tell_higher=True
        ),
        "overdue-signed": replace(soon, signed_only=True),
        "overdue-unreadable": replace(soon, came=came(sample, Cause.UNREADABLE)),
        "overdue-errors": replace(soon, came=came(sample, Cause.ERRORS)),
    }


def came(sample: Example, cause: Cause) -> CameFacts:
    """Return what came of a unit that still owes its report."""
    if cause is Cause.UNREADABLE:
        file_name = "" if sample.is_bare else "BC.rar"
        return CameFacts(cause, sample.at(7, 2, 16, 50), sample.receipt(98), sample.phrases["why"], file_name)
    errors = tuple(problem for problem in sample.problems if problem.severity is Severity.ERROR)
    many = (*errors, *(replace(errors[0], cell=f"D{row}") for row in range(15, 20)))
    received, receipt = sample.at(7, 2, 9, 5), sample.receipt(99)
    if sample.is_bare:
        return CameFacts(cause, received, receipt, "", problems=many)
    return CameFacts(cause, received, receipt, "", "BC.xlsx", many, on_time=True, sheet_titles=sample.sheet_titles)


def writers(sample: Example) -> Writers:
    """Return what writes every letter about an example."""
    kinds = (reports, receipts, notices, chasers, examples_for_staff.digests, examples_for_staff.calls)
    return {name: write for kind in kinds for name, write in kind(sample).items()}
