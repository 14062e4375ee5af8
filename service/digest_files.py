"""What goes with a digest: the consolidated workbook of each campaign; with the last one a draft of the report too."""

import logging
from dataclasses import dataclass, replace

import sqlalchemy as sa

from notifications import facts
from roll import campaigns
from roll.mistakes import OperatorError
from service import consolidating, drafting, situation

_log = logging.getLogger("rollcall")

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
    campaign = part.campaign
    try:
        made = consolidating.make(known.rollcall, campaign, known.form_of(campaign.name))
        offered = [_workbook(known, campaign, made)]
        if part.is_final:
            offered.append(drafting.draft_of(known.rollcall, campaign, made.gathered))
    except OperatorError as error:  # more units or records than a workbook holds
        _log.warning("The digest goes without the workbook of campaign %s: %s", campaign.name, error)
        return replace(part, lacks_files=True)
    except sa.exc.OperationalError:
        # A locked database, a full disk: the digest waits with everything else.
        raise
    except Exception:  # noqa: BLE001 - the one catch-all of this unit of work: no report costs staff their digest
        _log.exception("The digest goes without the workbook of campaign %s.", campaign.name)
        return replace(part, lacks_files=True)
    attached = [file for file in offered if _attach(files, file)]
    names = {file.content_type: file.name for file in attached}
    return replace(
        part,
        workbook=names.get(situation.XLSX, ""),
        draft=names.get(drafting.DOCX, ""),
        lacks_files=len(attached) < len(offered),
    )


def _attach(files: list[facts.Attachment], file: facts.Attachment) -> bool:
    """Add a file unless the letter would be too large; return whether it was added."""
    if sum(len(each.data) for each in (*files, file)) > LARGEST_FILES:
        return False
    files.append(file)
    return True


def _workbook(known: situation.Situation, campaign: campaigns.Campaign, made: consolidating.Made) -> facts.Attachment:
    at = known.rollcall.now().astimezone(known.rollcall.zone)
    return facts.Attachment(f"Tong hop {campaign.name} - {at:%Y%m%d-%H%M}.xlsx", situation.XLSX, made.data)
