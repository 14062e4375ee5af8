"""What a digest says: how each campaign stands, what changed since the digest before, and what comes next."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from notifications import facts
from roll import campaigns, ladder, letters
from service import digest_tasks, mailbox_count, owing, reasons, reminder_letters, reminding, situation
from storage import digests, overviews

# The digest names the reminders of the coming days, at least the next ones; the whole calendar is `plan`.
LOOK_AHEAD = timedelta(days=7)
# Notices of one rule about one unit: a form of 60 lines may differ from last year's in every one.
ALIKE_TOLD = 3


def times(known: situation.Situation, campaign: campaigns.Campaign) -> tuple[datetime, ...]:
    """Return the instants of a campaign's digests, the final one last."""
    return ladder.digest_times(campaign, known.working_days(campaign))


def gather(
    known: situation.Situation,
    chosen: Sequence[campaigns.Campaign],
    at: datetime,
    counted: facts.MailboxCount | None = None,
) -> facts.DigestFacts:
    """Return what the digest of some campaigns says at an instant; `counted` is the count of the mailbox, if any."""
    standings = [owing.standings(known, campaign, at) for campaign in chosen]
    parts = [_part(known, *each, at) for each in zip(chosen, standings, strict=True)]
    with known.rollcall.store.reading() as connection:
        ledger = sum(overviews.counts(connection).values())
    return facts.DigestFacts(
        at=at,
        parts=tuple(parts),
        tasks=digest_tasks.gather(known, chosen, at, standings),
        mailbox=counted,
        ledger=ledger,
        page=known.rollcall.config.web.public_url,
    )


def count_mailbox(known: situation.Situation) -> facts.MailboxCount | None:
    """Return the count of the mailboxes, None where one of them could not be asked now."""
    unreachable: list[str] = []
    found = list(mailbox_count.count(known.rollcall, unreachable, up_to_cursor=True))
    seen, missing = sum(each.seen for each in found), sum(len(each.missing) for each in found)
    return None if unreachable else facts.MailboxCount(seen, seen - missing)


def _part(
    known: situation.Situation, campaign: campaigns.Campaign, standing: owing.Standings, at: datetime
) -> facts.CampaignDigest:
    language = known.rollcall.config.office.language
    with known.rollcall.store.reading() as connection:
        last = digests.last_told(connection, campaign.name)
        noticed = overviews.problems_noticed(connection, campaign.name)
    is_final = at >= times(known, campaign)[-1]
    new = [each for each in noticed if last is None or is_final or each.settled_at > last[0]]
    names = {entry.unit.code: entry.unit.short_name for entry in campaign.roster}
    return facts.CampaignDigest(
        campaign=campaign,
        board=standing.shown,
        notes=_notes(new, names, language),
        notes_told=len(noticed) - len(new),
        next_steps=_next_steps(known, campaign, standing, at),
        before=facts.Before(*last) if last else None,
        is_final=is_final,
        out_of_reach=_out_of_reach(known, campaign, standing, at),
    )


def _out_of_reach(
    known: situation.Situation, campaign: campaigns.Campaign, standing: owing.Standings, at: datetime
) -> dict[str, str]:
    """Return the units that owe their report and cannot be written to, and why in the office's language."""
    language = known.rollcall.config.office.language
    return {
        unit.code: reasons.OUT_OF_REACH[bool(unit.addresses)][language]
        for unit, _ in owing.owing(standing.shown, campaign)
        if not known.addresses_of(unit, at)
    }


def _notes(noticed: Sequence[overviews.Noticed], names: Mapping[str, str], language: str) -> tuple[facts.Note, ...]:
    """Return what the figures draw attention to; of one rule and unit the first few, and how many more there are."""
    alike: dict[tuple[str, str], list[str]] = {}
    for each in noticed:
        alike.setdefault((each.unit, each.code), []).append(each.message)
    notes: list[facts.Note] = []
    for (unit, code), texts in alike.items():
        said = texts[:ALIKE_TOLD]
        if len(texts) > len(said):
            said.append(reasons.MORE_NOTES[language].format(count=len(texts) - len(said), code=code))
        notes += [facts.Note(names.get(unit, unit), text) for text in said]
    return tuple(notes)


def _next_steps(
    known: situation.Situation, campaign: campaigns.Campaign, standing: owing.Standings, at: datetime
) -> tuple[facts.NextStep, ...]:
    counted: Counter[tuple[datetime, letters.LetterKind]] = Counter()
    for due, _ in reminding.rehearse(known, campaign, standing, at):
        if counted and due.at > max(at + LOOK_AHEAD, *(instant for instant, _ in counted)):
            break
        if known.addresses_of(due.unit, due.at):
            counted[max(due.at, at), reminder_letters.kind_of(due)] += 1
    following = next((instant for instant in times(known, campaign) if instant > at), None)
    if following:
        counted[following, letters.LetterKind.DIGEST] += len(known.rollcall.config.staff.digest_to)
    return tuple(facts.NextStep(instant, kind, count) for (instant, kind), count in sorted(counted.items()))
