"""Whose a workbook is: the address and the workbook agree, or the evidence settles it, or a person does.

The rule of decision of docs/evidence.md. Every path to a unit begins with a registered address or a person's word.
"""

from intake import purpose, unit_names, weighing
from intake.case import Case


def of_workbook(case: Case, index: int) -> tuple[str | None, str, str]:
    """Return (unit, "", "") of the workbook that is a mail's reading `index`, or (None, reason to wait, detail)."""
    if case.known.assigned:
        return case.known.assigned, "", ""
    identity, registered = case.known.identity, case.registered
    line = case.contents.readings[index].header_text("unit")
    if not registered:
        return None, "unknown_sender", line
    agreed = [code for code in identity.named[index] if code in registered]
    unit = agreed[0] if len(agreed) == 1 else None
    if unit and index in identity.of_places and _is_another_of_the_place(case, index, unit):
        unit = None
    if not unit_names.filled_in(line) and not _may_be_anothers(case, index):
        unit = weighing.one_of(identity.evidence, registered, figures=True)
    return (unit, "", "") if unit else (None, "ambiguous_unit", line)


def _is_another_of_the_place(case: Case, index: int, unit: str) -> bool:
    """Whether a workbook with a bare place name is said to be of another body there: "BC thị trấn Cao Lộc.xls"."""
    identity = case.known.identity
    return index in identity.of_communes or weighing.is_anothers_in_full(identity.evidence, unit)


def _may_be_anothers(case: Case, index: int) -> bool:
    """Whether a workbook without a unit line may be of another body than the sender's unit.

    It was passed on, and nothing passed on with it says that it is his; or it is called a commune's; or the texts speak
    for another unit more than for his.
    """
    evidence = case.known.identity.evidence
    parts = [case.contents.parts[place] for place in case.contents.parts_of(index)]
    in_attached_mail = any(purpose.is_in_attached_mail(case.contents, part) for part in parts)
    if index in case.known.identity.of_communes:
        return True
    keeps = purpose.keeps_subject(case.contents)
    if (purpose.is_forwarded(case.contents) or in_attached_mail) and not any(
        weighing.is_said_of_what_was_passed_on(evidence, unit, keeps_subject=keeps) for unit in case.registered
    ):
        return True
    return all(weighing.contradicts(evidence, unit) for unit in case.registered)
