"""One workbook of a known unit: in which campaign it counts, whether it was there before, and how it ends."""

from collections.abc import Sequence

from forms import judging, verdicts
from intake import case as cases
from intake import sending
from roll import campaigns, mails, outcomes, reports
from roll.outcomes import Outcome, Verdict

READ = (Verdict.VALID, Verdict.NEEDS_CONFIRM, Verdict.NEEDS_FIX)
RECORDED = (Outcome.ACCEPTED, Outcome.RETURNED)


def report(
    case: cases.Case, index: int, unit: str, sources: Sequence[reports.Source] = ()
) -> tuple[mails.ReportUnderstood, str]:
    """Return what the workbook of reading `index` amounts to as the unit's, and the receipt number it repeats.

    `sources` are all its workbooks, where it was put together from those of several mails.
    """
    reading = case.contents.readings[index]
    sources = tuple(sources) or _sources(case, reading)
    own = [each.part for each in sources if each.mail_id == case.mail.id] or case.contents.parts_of(index)
    # The mail that makes a report whole may bring no figure itself: its signed copy alone, or a blank sheet.
    part = own[0] if own else next((place for place, each in enumerate(case.contents.parts) if not each.inline), 0)
    campaign, trouble = campaign_of(case, unit, reading)
    outcome, reason, before = outcomes.OUTCOME_OF_VERDICT[reading.verdict], reading.reason, ""
    if trouble or campaign is None:
        outcome, reason = Outcome.HELD, trouble
    else:
        reading = _judged(case, campaign, (unit, part), reading)
        outcome, reason = outcomes.OUTCOME_OF_VERDICT[reading.verdict], reading.reason
        if reason in verdicts.STAFF_DECIDE.values():
            outcome = Outcome.HELD
        outcome, reason, before = _repeated(case, campaign.name, unit, part, reading) or (outcome, reason, "")
    name = campaign.name if campaign else ""
    sent_at = sending.sent_at(case.contents.headers, case.mail.received_at)
    understood = mails.ReportUnderstood(
        index, part, name, unit, reading.verdict, outcome, reason, reading.problems, sources, sent_at
    )
    return understood, before


def _sources(case: cases.Case, reading: reports.Reading) -> tuple[reports.Source, ...]:
    """Return the workbooks of this mail that make one report, where there are several."""
    parts, mail = case.contents.parts, case.mail
    places = [place for member in reading.joined for place in case.contents.parts_of(member)[:1]]
    return tuple(
        reports.Source(mail.id, mail.receipt, mail.received_at, place, parts[place].name, parts[place].sha256)
        for place in places
    )


def _judged(
    case: cases.Case, campaign: campaigns.Campaign, whose: tuple[str, int], reading: reports.Reading
) -> reports.Reading:
    """Return the reading with what is found only now that its campaign is known and `whose` it is (unit and part)."""
    unit, part = whose
    judge = case.known.judges.get((reading.form, reading.version))
    entry = campaign.entry(unit)
    if judge is None or entry is None or reading.verdict not in READ or reading.reason == "blank_form":
        return reading
    index = case.known.filed.get(campaign.name)
    place = (case.known.settled_at or case.mail.received_at, case.mail.id, part)
    circumstances = judging.Circumstances(
        numbers=dict(entry.unit.numbers),
        last=case.known.last.get((campaign.name, unit)),
        others=judging.Others(index, unit, place) if index else None,
    )
    return judging.judge(judge, reading, circumstances)


def _repeated(
    case: cases.Case, campaign: str, unit: str, part: int, reading: reports.Reading
) -> tuple[Outcome, str, str] | None:
    """Return (outcome, reason, receipt number of the earlier mail) where the unit sent the same report before."""
    earlier = [
        version
        for version in case.known.versions
        if (version.campaign, version.unit) == (campaign, unit) and version.mail_id != case.mail.id
    ]
    sha256 = case.contents.parts[part].sha256
    for version in reversed(earlier):
        same_file = sha256 in {version.sha256, *(source.sha256 for source in version.sources)}
        same_values = bool(reading.fingerprint) and version.fingerprint == reading.fingerprint
        if not same_values and not (same_file and not reading.origins and not version.sources):
            continue
        if version.outcome == Outcome.RETURNED.value or version is _standing_at(case, earlier):
            return Outcome.DUPLICATE, "same_file" if same_file else "same_values", version.receipt
        # The values of a version that was replaced since: by mistake or on purpose, a person must say.
        return Outcome.HELD, "older_version", version.receipt
    overtaken = _overtaken_by(case, earlier)
    return (Outcome.HELD, "older_version", overtaken.receipt) if overtaken else None


def _standing_at(case: cases.Case, earlier: Sequence[reports.Version]) -> reports.Version | None:
    """Return the version that counted when the mail came: one that came after it, and was read first, did not yet."""
    before = [version for version in earlier if version.received_at <= case.mail.received_at]
    return reports.standing(before or earlier)


def _overtaken_by(case: cases.Case, earlier: Sequence[reports.Version]) -> reports.Version | None:
    """Return the version that counts, if it was sent after this mail was and came before it: this one was on its way.

    Its figures are the older ones then, and must not replace newer ones in silence. Clocks of senders are believed only
    as far as they agree with ours.
    """
    sent_at = sending.sent_at(case.contents.headers, case.mail.received_at)
    current = next((version for version in earlier if version.current), None)
    if sent_at is None or current is None or current.sent_at is None or current.outcome != Outcome.ACCEPTED.value:
        return None
    came_first = current.received_at < case.mail.received_at
    return current if came_first and sent_at + sending.CLOCKS_DIFFER < current.sent_at else None


def campaign_of(case: cases.Case, unit: str, reading: reports.Reading) -> tuple[campaigns.Campaign | None, str]:
    """Return the campaign that a reading belongs to, or the reason why it must wait.

    Figures of one form never count in a campaign that asks for another.
    """
    concerned = case.campaigns_of(unit)
    if reading.verdict in READ:
        concerned = _asking_for(concerned, reading)
    open_ones = [campaign for campaign in concerned if case.is_covered(campaign, unit)]
    if len(open_ones) == 1:
        return open_ones[0], ""
    if open_ones:
        return None, "ambiguous_campaign"
    begun = [campaign for campaign in concerned if campaign.opens <= case.mail.received_at]
    nearest = max(begun, key=lambda campaign: campaign.opens, default=None)
    return nearest or min(concerned, key=lambda campaign: campaign.opens, default=None), case.reason_outside(concerned)


def _asking_for(concerned: Sequence[campaigns.Campaign], reading: reports.Reading) -> list[campaigns.Campaign]:
    """Return the campaigns that ask for a reading's form, of the same version where there is one."""
    same_form = [campaign for campaign in concerned if campaign.form_name == reading.form]
    same_version = [campaign for campaign in same_form if campaign.form_version == reading.version]
    return same_version or same_form
