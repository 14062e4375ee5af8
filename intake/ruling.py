"""What a person ruled about a mail: accept its report as it stands, return it to the unit, or dismiss the mail.

A ruling goes over what the rules of intake.decide make of the mail, never over what it brings: no figure is changed.
Where a ruling does not apply (any more: a form was changed, say), the mail is what the rules make of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from intake import case as cases
from intake import reported
from roll import campaigns, mails
from roll.outcomes import Outcome, Verdict

ACCEPT, RETURN, DISMISS = cases.ACCEPT, cases.RETURN, cases.DISMISS

# Why a ruling cannot be made; service.reviewing has a sentence for each.
DANGEROUS = "dangerous"
NO_UNIT = "no_unit"
NO_REPORT = "no_report"
NO_CAMPAIGN = "no_campaign"
SEVERAL = "several"
COUNTS = "counts"
REPEATS = "repeats"
NO_NOTE = "no_note"
NOTHING_WAITS = "nothing_waits"
NOTHING_TO_CONFIRM = "nothing_to_confirm"

_WAITS = frozenset({Outcome.HELD, Outcome.QUARANTINED})


def ruled(
    case: cases.Case, ordinary: mails.Understanding, passed: Callable[[], mails.Understanding]
) -> mails.Understanding:
    """Return what a mail amounts to under the ruling of a person; `ordinary` without one, or where it does not apply.

    `ordinary` is what the rules make of the mail, `passed` what they make of it once a person has answered for machine
    marks, authentication and repetition.
    """
    ruling = case.known.ruling
    if ruling is None:
        return ordinary
    understood = _understood(case, ruling, ordinary, passed)
    return ordinary if isinstance(understood, str) else replace(understood, ruled_at=ruling.at)


def refusal(case: cases.Case, ordinary: mails.Understanding, passed: Callable[[], mails.Understanding]) -> str:
    """Return why the ruling of a case cannot be made, one of the codes above; empty where it can."""
    assert case.known.ruling is not None
    understood = _understood(case, case.known.ruling, ordinary, passed)
    return understood if isinstance(understood, str) else ""


def dismissed(known: cases.Known, ordinary: mails.Understanding) -> mails.Understanding:
    """Return a mail that could not be read as a person's ruling leaves it: dismissed, or what it is without one."""
    if known.ruling is None or known.ruling.kind != DISMISS:
        return ordinary
    return replace(_dismissed(known.ruling, ordinary), ruled_at=known.ruling.at)


def _understood(
    case: cases.Case,
    ruling: cases.Ruling,
    ordinary: mails.Understanding,
    passed: Callable[[], mails.Understanding],
) -> mails.Understanding | str:
    if ruling.kind == DISMISS:
        return _dismissed(ruling, ordinary) if ordinary.outcome in {*_WAITS, Outcome.RETURNED} else _why_not(ordinary)
    if ordinary.outcome is Outcome.DUPLICATE:
        return REPEATS
    understood = passed()
    if understood.outcome is Outcome.QUARANTINED:
        return DANGEROUS
    if understood.unit is None and not understood.reports:
        return NO_UNIT
    return (_accepted if ruling.kind == ACCEPT else _returned)(case, ruling, ordinary, understood)


def _why_not(ordinary: mails.Understanding) -> str:
    return COUNTS if ordinary.outcome is Outcome.ACCEPTED else NOTHING_WAITS


def _dismissed(ruling: cases.Ruling, ordinary: mails.Understanding) -> mails.Understanding:
    return mails.Understanding(
        Outcome.NOTED, "dismissed", detail=ruling.note, unit=ordinary.unit, campaign=ordinary.campaign
    )


def _accepted(
    case: cases.Case, ruling: cases.Ruling, ordinary: mails.Understanding, passed: mails.Understanding
) -> mails.Understanding | str:
    if passed.reason in {"nil", "confirmed", "nil_report", "confirmation"}:
        return _accepted_words(case, passed)
    reports = _reports(case, passed)
    if isinstance(reports, str):
        return reports
    if not all(report.campaign for report in reports):
        return NO_CAMPAIGN
    if any(case.contents.readings[report.reading].reason == "blank_form" for report in reports):
        return NO_REPORT
    taken = [
        replace(report, verdict=Verdict.VALID, outcome=Outcome.ACCEPTED, reason="accepted_by_person")
        for report in reports
    ]
    return _as_ruled(Outcome.ACCEPTED, ruling, ordinary, taken)


def _accepted_words(case: cases.Case, passed: mails.Understanding) -> mails.Understanding | str:
    """A nil report, or a confirmation: nothing but words, which a person has read (intake.replies)."""
    if passed.outcome is Outcome.ACCEPTED:
        return passed
    if passed.reason == "confirmation":
        return NOTHING_TO_CONFIRM
    campaign = _campaign(case, passed.unit)
    if campaign is None:
        return NO_CAMPAIGN
    return mails.Understanding(Outcome.ACCEPTED, "nil", unit=passed.unit, campaign=campaign.name)


def _returned(
    case: cases.Case, ruling: cases.Ruling, ordinary: mails.Understanding, passed: mails.Understanding
) -> mails.Understanding | str:
    reports = _reports(case, passed)
    if not isinstance(reports, str) and all(report.campaign for report in reports):
        known = [problem for report in reports for problem in _errors(case, report)]
        if not known and not ruling.note:
            return NO_NOTE
        taken = [
            replace(report, verdict=Verdict.NEEDS_FIX, outcome=Outcome.RETURNED, reason="returned_by_person")
            for report in reports
        ]
        return _as_ruled(Outcome.RETURNED, ruling, ordinary, taken)
    campaign = _campaign(case, passed.unit)
    if passed.unit is None or campaign is None:
        return NO_CAMPAIGN if passed.unit else NO_UNIT
    if not ruling.note:
        return NO_NOTE
    return mails.Understanding(
        Outcome.RETURNED,
        "returned_by_person",
        detail=ruling.note,
        unit=passed.unit,
        campaign=campaign.name,
        candidates=(passed.unit,),
    )


def _errors(case: cases.Case, report: mails.ReportUnderstood) -> list[str]:
    problems = report.problems if report.problems is not None else case.contents.readings[report.reading].problems
    return [problem.code for problem in problems if problem.severity.value == "error"]


def _reports(case: cases.Case, passed: mails.Understanding) -> Sequence[mails.ReportUnderstood] | str:
    """Return the reports of a mail as the rules read them, or why there is not exactly one for each unit."""
    read = [index for index, reading in enumerate(case.contents.readings) if reading.verdict in reported.READ]
    if not read:
        return NO_REPORT
    if len(passed.reports) > 1:
        return passed.reports
    if passed.reason in {"several_workbooks", "lower_level_reports"} or passed.unit is None:
        return SEVERAL
    filled = [index for index in read if case.contents.readings[index].reason != "blank_form"] or read
    distinct = {case.contents.readings[index].fingerprint for index in filled}
    return [reported.report(case, filled[0], passed.unit)[0]] if len(distinct) == 1 else SEVERAL


def _as_ruled(
    outcome: Outcome,
    ruling: cases.Ruling,
    ordinary: mails.Understanding,
    reports: Sequence[mails.ReportUnderstood],
) -> mails.Understanding:
    before = {(report.reading, report.unit): report.outcome for report in ordinary.reports}
    reports = [replace(report, before=before.get((report.reading, report.unit))) for report in reports]
    units, names = {report.unit for report in reports}, {report.campaign for report in reports}
    return mails.Understanding(
        outcome,
        reports[0].reason,
        detail=ruling.note,
        unit=reports[0].unit if len(units) == 1 else None,
        campaign=reports[0].campaign if len(names) == 1 else None,
        candidates=tuple(sorted(units)) if outcome is Outcome.RETURNED else (),
        reports=tuple(reports),
        signed_copy=ordinary.signed_copy,
    )


def _campaign(case: cases.Case, unit: str | None) -> campaigns.Campaign | None:
    """Return the campaign that words without a workbook are about: the open one, else the last that had begun."""
    concerned = case.campaigns_of(unit)
    open_ones = [campaign for campaign in concerned if unit and case.is_covered(campaign, unit)]
    if open_ones:
        return open_ones[0] if len(open_ones) == 1 else None
    begun = [campaign for campaign in concerned if campaign.opens <= case.mail.received_at]
    return max(begun, key=lambda campaign: campaign.opens, default=None)
