"""What goes with a digest: the consolidated workbook of each campaign."""

from dataclasses import dataclass, replace

from notifications import facts
from roll import campaigns
from roll.mistakes import OperatorError
from service import consolidating, situation

# Providers take letters of 25 MB in all, base64 included (support.google.com/mail/answer/6584), small offices' servers
# often 10: what is larger is left out, `rollcall consolidate` makes it.
LARGEST_FILES = 7_000_000


@dataclass(frozen=True, slots=True)
class WithFiles:
    """What a digest tells, the names of its files among it, and the files."""

    told: facts.DigestFacts
    files: tuple[facts.Attachment, ...]


def with_files(known: situation.Situation, told: facts.DigestFacts) -> WithFiles:
    """Return what a digest tells, with its files."""
    files: list[facts.Attachment] = []
    parts = [_part(known, part, files) for part in told.parts]
    return WithFiles(replace(told, parts=tuple(parts)), tuple(files))


def _part(
    known: situation.Situation, part: facts.CampaignDigest, files: list[facts.Attachment]
) -> facts.CampaignDigest:
    """Return what is told of a campaign with the names of its files, which are added to `files`."""
    workbook = _workbook(known, part.campaign)
    if workbook is None or sum(len(each.data) for each in (*files, workbook)) > LARGEST_FILES:
        return part
    files.append(workbook)
    return replace(part, workbook=workbook.name)


def _workbook(known: situation.Situation, campaign: campaigns.Campaign) -> facts.Attachment | None:
    """Return the consolidated workbook as of now, None where it would be too large to make."""
    try:
        made = consolidating.make(known.rollcall, campaign, known.form_of(campaign.name))
    except OperatorError:
        return None
    at = known.rollcall.now().astimezone(known.rollcall.zone)
    return facts.Attachment(f"Tong hop {campaign.name} - {at:%Y%m%d-%H%M}.xlsx", situation.XLSX, made.data)
