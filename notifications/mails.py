"""Every letter that Rollcall writes to a unit or a sender, one short function each.

A function takes the letterhead (office and templates), what the letter is about, the facts, and the envelope; it
returns the finished letter. The words stand in templates/<language>/<kind>.j2. The digest to staff is in
notifications.digest.

All raise what Letterhead.write raises: AddressError for an address that cannot be written to.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from notifications.facts import (
    CameFacts,
    CreditedFacts,
    Envelope,
    MailFacts,
    OverdueFacts,
    ReceiptReason,
    ReminderFacts,
    ReportFacts,
)
from notifications.letterhead import About, Letterhead, template_for
from notifications.words import one_line
from roll.campaigns import Campaign
from roll.letters import Letter, LetterKind
from roll.reports import Problem, Severity
from roll.units import Unit

# Domain rule (8) of the mails: a longer list is not read; the rest goes with the marked workbook or comes with the
# next reading.
PROBLEMS_SHOWN = 20
# A correction differs in a handful of figures; whoever gave a whole other report knows that without a list.
CHANGES_SHOWN = 10
# A reminder repeats the first errors of a report, so that it is known which letter is meant; that one lists them all.
PROBLEMS_REPEATED = 5
# An answer repeats the original's subject so that clients keep the thread together; a longer one is cut for the list
# of mails.
ANSWERED_SUBJECT_LIMIT = 120

_OF_WHICH = re.compile(r"^\s*[-+]?\s*trong đó\s*:", re.IGNORECASE)
_SUM_BEHIND = re.compile(r"\s*\([^()]*=[^()]*\)\s*$")
# "Trong đó: trẻ em" without its first words would no longer say of what.
_WORDS_THAT_SAY_ENOUGH = 3
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_REPLY_PREFIX = re.compile(r"(?:re|tl|trả lời)\s{0,3}:", re.IGNORECASE)
# Departments of the province are of equal rank: they are asked with "đề nghị", all others with "kính đề nghị" (domain
# rules 3.4).
PEER_KIND = "department"


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """The errors or the warnings of a report: those that a letter shows, and how many there are."""

    shown: tuple[Problem, ...]
    total: int

    @property
    def more(self) -> int:
        """Return how many are not shown."""
        return self.total - len(self.shown)


def acknowledgement(
    letterhead: Letterhead, campaign: Campaign, unit: Unit, report: ReportFacts, envelope: Envelope
) -> Letter:
    """Return the letter that says what was understood of an accepted report."""
    facts = _about_unit(campaign, unit) | _about_report(report)
    return letterhead.write(LetterKind.ACKNOWLEDGEMENT, facts, envelope, About(campaign.name, unit.code))


def return_report(
    letterhead: Letterhead, campaign: Campaign, unit: Unit, report: ReportFacts, envelope: Envelope
) -> Letter:
    """Return the letter that names every error of a report (part I), then its warnings (part II)."""
    facts = _about_unit(campaign, unit) | _about_report(report)
    return letterhead.write(LetterKind.RETURN, facts, envelope, About(campaign.name, unit.code))


def confirm(letterhead: Letterhead, campaign: Campaign, unit: Unit, report: ReportFacts, envelope: Envelope) -> Letter:
    """Return the letter that asks the unit to confirm the warnings of an otherwise good report."""
    facts = _about_unit(campaign, unit) | _about_report(report)
    return letterhead.write(LetterKind.CONFIRM, facts, envelope, About(campaign.name, unit.code))


def receipt(
    letterhead: Letterhead,
    reason: ReceiptReason,
    campaign: Campaign | None,
    unit: Unit | None,
    mail: MailFacts,
    envelope: Envelope,
) -> Letter:
    """Return the receipt of a mail that brought no report we could take, with what to do about `reason`.

    An unknown sender (`unit` None) is told nothing that a stranger may not know: neither units, nor figures, nor file
    names.
    """
    facts = {
        **_about_unit(campaign if unit else None, unit),
        "mail": mail if unit else replace(mail, file_name="", detail=""),
        "reason": reason.value,
        "answered_subject": _answered_subject(envelope),
        "has_blank": bool(envelope.attachments),
    }
    about = About(campaign.name if campaign else None, unit.code if unit else None)
    return letterhead.write(LetterKind.RECEIPT, facts, envelope, about, f"receipt-{reason.value}")


def credited(
    letterhead: Letterhead, campaign: Campaign, unit: Unit, credited_facts: CreditedFacts, envelope: Envelope
) -> Letter:
    """Return the letter that tells a unit's registered contact of a report that came from another address."""
    facts = {**_about_unit(campaign, unit), "credited": credited_facts}
    return letterhead.write(LetterKind.CREDITED, facts, envelope, About(campaign.name, unit.code))


def reminder(
    letterhead: Letterhead, campaign: Campaign, unit: Unit, reminder_facts: ReminderFacts, envelope: Envelope
) -> Letter:
    """Return the reminder of a unit that owes its report; a blank form is the envelope's attachment.

    There are three: nothing came, what came could not be used, the report has errors.
    """
    facts = {
        **_about_unit(campaign, unit),
        **_about_what_came(reminder_facts.came),
        "reminder": replace(reminder_facts, deadline=_extension(campaign, reminder_facts.deadline)),
        "deadline": campaign.deadline(reminder_facts.deadline),
        "has_blank": bool(envelope.attachments),
        "copied_to": envelope.cc,
    }
    name = template_for(LetterKind.REMINDER, reminder_facts.came)
    return letterhead.write(LetterKind.REMINDER, facts, envelope, About(campaign.name, unit.code), name)


def overdue(
    letterhead: Letterhead, campaign: Campaign, unit: Unit, overdue_facts: OverdueFacts, envelope: Envelope
) -> Letter:
    """Return the follow-up to a unit that owes its report when the grace is over, likewise one of three."""
    facts = {
        **_about_unit(campaign, unit),
        **_about_what_came(overdue_facts.came),
        "overdue": replace(overdue_facts, deadline=_extension(campaign, overdue_facts.deadline)),
        "has_blank": bool(envelope.attachments),
        "copied_to": envelope.cc,
    }
    name = template_for(LetterKind.OVERDUE, overdue_facts.came)
    return letterhead.write(LetterKind.OVERDUE, facts, envelope, About(campaign.name, unit.code), name)


def _about_what_came(came: CameFacts | None) -> dict[str, object]:
    if came is None:
        return {"came": None, "errors": None}
    shown = tuple(
        replace(each, sheet=came.sheet_titles.get(each.sheet, each.sheet), label=short_label(each.label))
        for each in came.problems[:PROBLEMS_REPEATED]
    )
    return {"came": came, "errors": ProblemGroup(shown, len(came.problems))}


def _extension(campaign: Campaign, deadline: datetime | None) -> datetime | None:
    """Return `deadline` where it is later than the campaign's: only then is there an extension to speak of."""
    return deadline if deadline and deadline > campaign.due_before else None


def _about_unit(campaign: Campaign | None, unit: Unit | None) -> dict[str, object]:
    return {"campaign": campaign, "unit": unit, "peer": unit is not None and unit.kind == PEER_KIND}


def _about_report(report: ReportFacts) -> dict[str, object]:
    titles, changes = report.sheet_titles, report.changes or ()
    return {
        "report": replace(
            report, main_figures=tuple(replace(each, label=short_label(each.label)) for each in report.main_figures)
        ),
        "errors": _group(report, Severity.ERROR),
        "warnings": _group(report, Severity.WARNING),
        "changes": [replace(each, label=short_label(each.label)) for each in changes[:CHANGES_SHOWN]],
        "more_changes": len(changes[CHANGES_SHOWN:]),
        "sheets": [titles.get(name, one_line(name)) for name in report.reading.sheets],
    }


def _group(report: ReportFacts, severity: Severity) -> ProblemGroup:
    found = [problem for problem in report.reading.problems if problem.severity is severity]
    found.sort(key=lambda problem: _place(problem, report.reading.sheets))
    titles = report.sheet_titles
    shown = (
        replace(each, sheet=titles.get(each.sheet, each.sheet), label=short_label(each.label))
        for each in found[:PROBLEMS_SHOWN]
    )
    return ProblemGroup(tuple(shown), len(found))


def _place(problem: Problem, sheets: Sequence[str]) -> tuple[int, int, int, str]:
    """Return where a problem stands when the workbook is read from its first sheet on, line by line."""
    cell = _CELL.fullmatch(problem.cell)
    column, row = cell.groups() if cell else ("", "0")
    return (sheets.index(problem.sheet) if problem.sheet in sheets else len(sheets), int(row), len(column), column)


def short_label(label: str) -> str:
    """Return a printed label as a sentence says it: without "Trong đó:" before it and the sum explained behind it."""
    shorter = _SUM_BEHIND.sub("", _OF_WHICH.sub("", label)).strip()
    if len(shorter.split()) < _WORDS_THAT_SAY_ENOUGH:
        return _SUM_BEHIND.sub("", label).strip() or label
    return shorter[:1].upper() + shorter[1:]


def _answered_subject(envelope: Envelope) -> str:
    subject = one_line(envelope.thread.subject, ANSWERED_SUBJECT_LIMIT).strip() if envelope.thread else ""
    return subject if not subject or _REPLY_PREFIX.match(subject) else f"Re: {subject}"
