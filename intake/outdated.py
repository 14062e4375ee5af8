"""A workbook on the form of an earlier campaign, while another one asks for the form that took its place (check C37).

Where the earlier campaign is settled for the unit and closed long since, nobody means to report for it: the wrong file
was filled in, or sent. What may be a late report or a late correction is left as it is: it waits for a person.
"""

from collections.abc import Sequence
from dataclasses import replace

from forms import form_codes
from intake import reported
from intake.case import Known
from roll import campaigns, mails, reports
from roll.outcomes import Outcome, Verdict


def told_apart(mail: mails.Mail, contents: mails.Contents, known: Known) -> mails.Contents:
    """Return the contents with each reading of a form that is no more asked for as one of a wrong form."""
    units = (known.assigned,) if known.assigned else known.identity.registered
    readings, parts, marked = list(contents.readings), list(contents.parts), list(contents.marked)
    for index, reading in enumerate(contents.readings):
        asked = _asked_for_instead(mail, known, units, reading)
        if not asked:
            continue
        detail = form_codes.otherwise(reading.form, reading.version, form_codes.year_in(asked.form_name))
        readings[index] = replace(
            reading, verdict=Verdict.WRONG_FORM, reason="wrong_form", detail=detail, values=(), problems=(),
            fingerprint="", filled=(), lacking=(), origins=(),
        )  # fmt: skip
        marked[index : index + 1] = [b""] if marked else []
        for place in contents.parts_of(index):
            parts[place] = replace(parts[place], used=False, why=detail)
    return replace(contents, readings=tuple(readings), parts=tuple(parts), marked=tuple(marked))


def _asked_for_instead(
    mail: mails.Mail, known: Known, units: Sequence[str], reading: reports.Reading
) -> campaigns.Campaign | None:
    """Return the open campaign whose form took the place of a reading's, for every unit of the sender."""
    if not units or reading.verdict not in reported.READ:
        return None
    concerned = [campaign for campaign in known.campaigns if all(campaign.entry(unit) for unit in units)]
    kin = [each for each in concerned if form_codes.family(each.form_name) == form_codes.family(reading.form)]
    own = [each for each in kin if (each.form_name, each.form_version) == (reading.form, reading.version)]
    now = [each for each in kin if each not in own and each.is_open(mail.received_at)]
    is_over = all(_is_over(mail, known, campaign, unit) for campaign in own for unit in units)
    return now[0] if own and is_over and len(now) == 1 else None


def _is_over(mail: mails.Mail, known: Known, campaign: campaigns.Campaign, unit: str) -> bool:
    """Whether nobody reports for a campaign any more: the unit did, and it has been closed for as long as it ran."""
    end = campaign.end(known.extensions.get((campaign.name, unit)))
    has_reported = any(
        (version.campaign, version.unit, version.outcome) == (campaign.name, unit, Outcome.ACCEPTED.value)
        and version.mail_id != mail.id
        for version in known.versions
    )
    return has_reported and end is not None and mail.received_at - end >= end - campaign.opens
