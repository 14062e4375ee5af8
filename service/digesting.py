"""The digest to staff: what it says is gathered here, its words are in notifications."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import quote

import sqlalchemy as sa

from intake import bounced, sent_mail
from notifications import digest as digests
from notifications import facts
from roll import calendar, campaigns, ladder, letters, proposals, units
from roll.outcomes import Outcome
from service import assemble, jobs, owing, reasons, reminding, sending, situation
from service.tally import Tally
from storage import decisions, outbox, overviews

# A digest missed while nothing ran is caught up within this time after the campaign's end; later nobody waits for it.
CATCH_UP = timedelta(days=1)
# How long a proposal of the digest may be taken up: a digest comes each working day, and holidays last a week.
GOOD_FOR = timedelta(days=7)
# The digest names the reminders of the coming days, at least the next ones; the whole calendar is `plan`.
LOOK_AHEAD = timedelta(days=7)
# Notices of one rule about one unit: a form of 60 lines may differ from last year's in every one.
ALIKE_TOLD = 3
# A question that came with a good report stands in two working days' digests, over a weekend too.
WISHES_TOLD = timedelta(days=4)


def times(known: situation.Situation, campaign: campaigns.Campaign) -> tuple[datetime, ...]:
    """Return the instants of a campaign's digests."""
    return ladder.digest_times(campaign, known.working_days(campaign))


def due_at(known: situation.Situation, campaign: campaigns.Campaign, at: datetime) -> datetime | None:
    """Return the latest digest instant that has come by `at`, None before the first and long after the last."""
    past = [instant for instant in times(known, campaign) if instant <= at]
    if not past or (campaign.closes is not None and at >= campaign.closes + CATCH_UP):
        return None
    return past[-1]


def key_of(campaign: campaigns.Campaign, due: datetime, to: str) -> str:
    """Return the unique key of one recipient's digest of one day."""
    return f"digest:{campaign.name}:{calendar.day_of(due, campaign.zone)}:{to.casefold()}"


def write(
    known: situation.Situation, campaign: campaigns.Campaign, due: datetime, at: datetime, told: facts.DigestFacts
) -> Iterator[letters.Letter]:
    """Yield the finished digest for each recipient, as of `at`."""
    rollcall = known.rollcall
    head = rollcall.letterhead(known.extras_of(campaign).templates, campaign.name)
    same_day = calendar.day_of(due, campaign.zone) == calendar.day_of(at, campaign.zone)
    for to in rollcall.config.staff.digest_to:
        envelope = rollcall.envelope_to_staff(
            to=to,
            key=key_of(campaign, due, to),
            due_at=due if same_day else at,
            step=f"{calendar.day_of(due, campaign.zone)}",
        )
        yield digests.digest(head, campaign, told, envelope)


def gather(known: situation.Situation, campaign: campaigns.Campaign, at: datetime) -> facts.DigestFacts:
    """Return what a campaign's digest says at an instant."""
    rollcall = known.rollcall
    standing = owing.standings(known, campaign, at)
    with rollcall.store.reading() as connection:
        waiting = [(row, row.reason) for row in _waiting(connection, campaign)]
        wishes = overviews.taken_with_a_wish(connection, reasons.REASONS, at - WISHES_TOLD)
        waiting += [(row, row.detail) for row in wishes if row.campaign == campaign.name]
        offers = _Offers(rollcall, campaign, at)
        tasks = tuple(
            replace(_task(row, why, campaign, rollcall.config.office.language), actions=offers.of(row))
            for row, why in waiting
        )
        returned = overviews.letters_sent_back(connection, at - WISHES_TOLD)
        tasks += tuple(task for row in returned if (task := _sent_back(row, campaign, rollcall.config.office.language)))
        notes = overviews.problems_noticed(connection, campaign.name)
        kept = sum(overviews.counts(connection).values())
    names = {entry.unit.code: entry.unit.short_name for entry in campaign.roster}
    return facts.DigestFacts(
        board=standing.shown,
        tasks=tasks,
        notes=_notes(notes, names, rollcall.config.office.language),
        next_steps=_next_steps(known, campaign, standing, at),
        mails_seen=kept,
        mails_kept=kept,
        page=rollcall.config.web.public_url,
    )


def _notes(noticed: Sequence[tuple[str, str, str]], names: Mapping[str, str], language: str) -> tuple[facts.Note, ...]:
    """Return what the figures draw attention to; of one rule and unit the first few, and how many more there are."""
    alike: dict[tuple[str, str], list[str]] = {}
    for unit, code, text in noticed:
        alike.setdefault((unit, code), []).append(text)
    notes: list[facts.Note] = []
    for (unit, code), texts in alike.items():
        said = texts[:ALIKE_TOLD]
        if len(texts) > len(said):
            said.append(reasons.MORE_NOTES[language].format(count=len(texts) - len(said), code=code))
        notes += [facts.Note(names.get(unit, unit), text) for text in said]
    return tuple(notes)


def _waiting(connection: sa.Connection, campaign: campaigns.Campaign) -> list[overviews.MailRow]:
    return [row for row in overviews.waiting_for_a_person(connection) if row.campaign in {None, campaign.name}]


def _task(row: overviews.MailRow, why: str, campaign: campaigns.Campaign, language: str) -> facts.Task:
    file = next((part["name"] for part in row.parts if part["kind"] not in {"text", "html"}), "")
    description = reasons.say(why, language) + (f" ({file})" if file else "")
    return facts.Task(
        received_at=row.received_at,
        receipt=row.receipt,
        sender=row.sender or row.sender_name,
        description=description,
        proposal=_proposal(row, campaign, language),
    )


def _sent_back(row: overviews.MailRow, campaign: campaigns.Campaign, language: str) -> facts.Task | None:
    """Return the task of looking after a unit's address, None where it may still come to life by itself."""
    entry = campaign.entry(row.unit or "")
    if entry is None or not any(piece["source"] == bounced.FAILED for piece in row.evidence):
        return None
    told = f"{reasons.say(row.reason, language)}: {entry.unit.short_name} ({row.detail})"
    return replace(_task(row, row.reason, campaign, language), description=told)


@dataclass(frozen=True, slots=True)
class _Offers:
    """What staff may settle by one mail, as the links of one digest."""

    rollcall: assemble.Rollcall
    campaign: campaigns.Campaign
    at: datetime

    def of(self, row: overviews.MailRow) -> tuple[facts.Action, ...]:
        """Return the decisions offered about a mail: its proposal, or that it is settled; none if it is dangerous."""
        entry = self.campaign.entry(row.proposal or "")
        if row.outcome != Outcome.HELD.value:
            return ()
        if row.unit is None and entry is not None:
            return (self._action(row, decisions.ASSIGN, entry.unit),)
        settled = row.unit is not None and row.reason in sent_mail.SETTLED_BY_A_REPLY
        return (self._action(row, decisions.DISMISS, None),) if settled else ()

    def _action(self, row: overviews.MailRow, kind: str, unit: units.Unit | None) -> facts.Action:
        code = unit.code if unit else ""
        last_day = calendar.day_of(self.at, self.rollcall.zone) + GOOD_FOR
        word = proposals.sign(proposals.Proposal(row.id, kind, code, last_day), self.rollcall.secret())
        label = reasons.TAKE_UP[kind][self.rollcall.config.office.language].format(unit=unit.name if unit else "")
        # ASCII alone, so that no mail program spoils it.
        subject = quote(" ".join(filter(None, (row.receipt, code, word))))
        return facts.Action(label, f"mailto:{self.rollcall.config.mailbox[0].address}?subject={subject}")


def _proposal(row: overviews.MailRow, campaign: campaigns.Campaign, language: str) -> str:
    entry = campaign.entry(row.proposal or "")
    return reasons.PROPOSE_UNIT[language].format(unit=entry.unit.short_name, code=entry.unit.code) if entry else ""


def _next_steps(
    known: situation.Situation, campaign: campaigns.Campaign, standing: owing.Standings, at: datetime
) -> tuple[facts.NextStep, ...]:
    counted: Counter[tuple[datetime, letters.LetterKind]] = Counter()
    for due, _ in reminding.rehearse(known, campaign, standing, at):
        if counted and due.at > max(at + LOOK_AHEAD, *(instant for instant, _ in counted)):
            break
        if known.addresses_of(due.unit, due.at):
            counted[max(due.at, at), letters.LetterKind.OVERDUE if due.number else letters.LetterKind.REMINDER] += 1
    following = next((instant for instant in times(known, campaign) if instant > at), None)
    if following:
        counted[following, letters.LetterKind.DIGEST] += len(known.rollcall.config.staff.digest_to)
    return tuple(facts.NextStep(instant, kind, count) for (instant, kind), count in sorted(counted.items()))


def digest(known: situation.Situation, chosen: Sequence[campaigns.Campaign], at: datetime) -> list[letters.Letter]:
    """Return the digests that are due at `at` and not in the outbox yet."""
    written = []
    with known.rollcall.store.reading() as connection:
        queued = outbox.keys(connection, letters.LetterKind.DIGEST)
    for campaign in chosen:
        due = due_at(known, campaign, at)
        recipients = known.rollcall.config.staff.digest_to
        if due is None or all(key_of(campaign, due, to) in queued for to in recipients):
            continue
        told = gather(known, campaign, at)
        written += [letter for letter in write(known, campaign, due, at, told) if letter.key not in queued]
    return written


def run(
    known_before: situation.Situation, chosen: Sequence[str], at: datetime, tally: Tally
) -> tuple[list[int], list[str]]:
    """Make a complete pass, then queue and send the digests due; returns the ids queued and what else is to be said."""
    rollcall = known_before.rollcall
    if not jobs.complete_pass(rollcall, tally):
        tally.troubles.append("No digest was queued: the mailbox could not be read completely.")
        return [], []
    if not rollcall.config.staff.digest_to:
        return [], ["Nobody gets the digest: write addresses into [staff] digest_to."]
    known = situation.load(rollcall)
    written = digest(known, [campaign for campaign in known.all_campaigns if campaign.name in chosen], at)
    with rollcall.store.writing() as connection:
        ids = outbox.put(connection, written, at, withheld=rollcall.config.letters.mode == "off")
    if not rollcall.is_stopping():
        sending.send(rollcall, tally)
    return ids, []
