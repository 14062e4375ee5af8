"""The letter by which a unit's registered contact hears of a report that came from elsewhere.

So a false one is noticed. It holds no figures, and goes once for each version of a report.
"""

import logging

from intake import answering
from notifications import compose, facts
from notifications import mails as letters_to_write
from roll import letters, mails, outcomes
from service import situation as situations
from storage import inbox

_log = logging.getLogger("rollcall")
_RESULTS = {
    outcomes.Outcome.ACCEPTED: facts.CreditedResult.ACCEPTED,
    outcomes.Outcome.DUPLICATE: facts.CreditedResult.DUPLICATE,
}


def notices(
    situation: situations.Situation,
    row: inbox.Waiting,
    contents: mails.Contents,
    understood: mails.Understanding,
    *,
    is_proven: bool,
) -> list[letters.Letter]:
    """Return the finished letters to the contacts of the units whose reports a mail brought.

    `is_proven`: the mail's own server says that the sender is who he says.
    """
    written = (
        _notice(situation, row, contents, (report, understood.answer_to, is_proven)) for report in understood.reports
    )
    return [letter for letter in written if letter]


def _result(report: mails.ReportUnderstood) -> facts.CreditedResult:
    """Return what became of a report. One with errors is a report; another form, or an empty one, is none."""
    if report.outcome is outcomes.Outcome.RETURNED:
        is_report = answering.of_report(report.outcome, report.reason) == "return"
        return facts.CreditedResult.RETURNED if is_report else facts.CreditedResult.NO_REPORT
    return _RESULTS.get(report.outcome, facts.CreditedResult.HELD)


def _notice(
    situation: situations.Situation,
    row: inbox.Waiting,
    contents: mails.Contents,
    credited: tuple[mails.ReportUnderstood, str, bool],
) -> letters.Letter | None:
    """Return the letter about one report; `credited`: it, the address that its answer goes to, and `is_proven`."""
    report, answered, is_proven = credited
    campaign = situation.campaign(report.campaign)
    entry = campaign.entry(report.unit) if campaign else None
    if campaign is None or entry is None or not campaign.is_answered(row.received_at):
        return None
    contact = answering.contact_to_tell(
        contents, next(iter(situation.addresses_of(entry.unit, row.received_at)), None), answered,
        situation.our_addresses,
        is_proven=is_proven,
    )  # fmt: skip
    if not contact:
        return None
    told = facts.CreditedFacts(
        receipt=row.receipt,
        received_at=row.received_at,
        sender=next(iter(contents.headers.from_addresses), ""),
        file_name=contents.parts[report.part].name,
        result=_result(report),
    )
    key = f"credited:{row.receipt}:{report.unit}:{report.part}:{row.sha256[:16]}"
    envelope = situation.rollcall.envelope(to=contact, key=key, mail_id=row.id)
    head = situation.rollcall.letterhead(situation.extras_of(campaign).templates, campaign.name)
    try:
        return letters_to_write.credited(head, campaign, entry.unit, told, envelope)
    except compose.AddressError as error:
        # The sender's own answer must not wait for the register to be mended.
        _log.warning("%s: the contact of %s cannot be told of its report: %s", row.receipt, report.unit, error)
        return None
