"""The digest to staff: when one is due, for which campaigns, and that each recipient gets one a day.

What it says is gathered in service.digest_facts, its words are in notifications.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from notifications import digest as digests
from notifications import facts
from roll import calendar, campaigns, letters
from service import digest_facts, digest_files, jobs, sending, situation, timely
from service.tally import Tally
from storage import digests as stored_digests
from storage import outbox

# A digest missed while nothing ran is caught up within this time after the campaign's end, the final one included: an
# office that was closed over a long holiday still gets it; later nobody waits for it.
CATCH_UP = timedelta(days=14)

# The last digest comes on the first working day after the close. No run of holidays lasts a year.
_UNTIL_THE_LAST_DIGEST = timedelta(days=366)

times = digest_facts.times


def due_at(known: situation.Situation, campaign: campaigns.Campaign, at: datetime) -> datetime | None:
    """Return the latest digest instant that has come by `at`, None before the first and long after the last."""
    every = times(known, campaign)
    past = [instant for instant in every if instant <= at]
    return None if not past or at >= every[-1] + CATCH_UP else past[-1]


def key_of(names: Iterable[str], day: date, to: str) -> str:
    """Return the unique key of one recipient's digest of one day, which names the campaigns that it tells of."""
    return f"digest:{'+'.join(sorted(names))}:{day}:{to.casefold()}"


def last_told(keys: Iterable[str]) -> dict[tuple[str, str], date]:
    """Return the last day of which the digests with these keys told, by campaign and recipient."""
    found: dict[tuple[str, str], date] = {}
    for key in keys:
        _, names, day, to = key.split(":", 3)
        for name in names.split("+"):
            found[name, to] = max(date.fromisoformat(day), found.get((name, to), date.min))
    return found


def _may_be_told(campaign: campaigns.Campaign, at: datetime) -> bool:
    """Return False for a campaign that is over for so long that its working days need not be counted any more."""
    return campaign.closes is None or at < campaign.closes + CATCH_UP + _UNTIL_THE_LAST_DIGEST


def is_due(known: situation.Situation, chosen: Sequence[campaigns.Campaign], at: datetime) -> bool:
    """Return whether a recipient was not told yet of the latest digest of a campaign that has come by `at`."""
    return any(_owed_to(known, chosen, at, to) for to in known.rollcall.config.staff.digest_to)


def _owed_to(
    known: situation.Situation, chosen: Sequence[campaigns.Campaign], at: datetime, to: str
) -> dict[str, datetime]:
    """Return the campaigns of which a recipient was not told yet, and the instants of their digests.

    When one is due, those whose hour comes later that day are told with it: one digest a day. So one that was missed on
    an earlier day waits for that of today, where there is one.
    """
    dues = [(campaign, due_at(known, campaign, at)) for campaign in chosen if _may_be_told(campaign, at)]
    if not any(due for _, due in dues):
        return {}
    with known.rollcall.store.reading() as connection:
        told = last_told(stored_digests.keys_told(connection))
    today, owed, later = known.day_of(at), dict[str, datetime](), dict[str, datetime]()
    for campaign, due in dues:
        last = told.get((campaign.name, to.casefold()), date.min)
        if due is not None and known.day_of(due) > last:
            owed[campaign.name] = due
        following = next((each for each in times(known, campaign) if each > at), None)
        if following is not None and known.day_of(following) == today:
            later[campaign.name] = following
    is_missed = all(known.day_of(due) < today for due in owed.values())
    return {} if not owed or (later and is_missed) else later | owed


def write(
    known: situation.Situation, told: facts.DigestFacts, to: str, due: datetime, files: Sequence[facts.Attachment] = ()
) -> letters.Letter:
    """Return the finished digest for a recipient, that of the day of `due`."""
    rollcall = known.rollcall
    chosen = [each.campaign for each in told.parts]
    single = chosen[0] if len(chosen) == 1 else None
    # The words of one campaign's own templates are its own; a digest of several has the office's.
    head = rollcall.letterhead(known.extras_of(single).templates, single.name) if single else rollcall.letterhead()
    envelope = rollcall.envelope_to_staff(
        to=to,
        key=key_of((each.name for each in chosen), known.day_of(due), to),
        due_at=due if known.day_of(due) == known.day_of(told.at) else told.at,
        step=f"{known.day_of(due)}",
        attachments=tuple(files),
    )
    return digests.digest(head, told, envelope)


@dataclass(frozen=True, slots=True)
class Written:
    """Digests that are due, finished, and the figures that they tell of each campaign."""

    letters: list[letters.Letter]
    figures: dict[str, dict[str, int]]


def digest(
    known: situation.Situation,
    chosen: Sequence[campaigns.Campaign],
    at: datetime,
    counted: facts.MailboxCount | None = None,
) -> Written:
    """Return the digests that are due at `at` and not in the outbox yet."""
    done, made = Written([], {}), dict[tuple[str, ...], digest_files.WithFiles]()
    for to in known.rollcall.config.staff.digest_to:
        owed = _owed_to(known, chosen, at, to)
        names = tuple(sorted(owed))
        if names and names not in made:
            told = digest_facts.gather(known, [each for each in chosen if each.name in owed], at, counted)
            made[names] = digest_files.with_files(known, told)
            done.figures.update({each.campaign.name: digests.figures(each.board) for each in told.parts})
        if names:
            due = max(each for each in owed.values() if each <= at)
            done.letters.append(write(known, made[names].told, to, due, made[names].files))
    return done


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
    # First, so that what they tell is told by those that take their place.
    timely.withdraw_late_digests(rollcall)
    known = situation.load(rollcall)
    among = [campaign for campaign in known.all_campaigns if campaign.name in chosen]
    counted = digest_facts.count_mailbox(known) if is_due(known, among, at) else None
    ids = queue(known, digest(known, among, at, counted), at)
    if not rollcall.is_stopping():
        sending.send(rollcall, tally)
    return ids, []


def queue(known: situation.Situation, written: Written, at: datetime) -> list[int]:
    """Queue digests, in the place of those of earlier days that wait still, and keep what they tell."""
    rollcall = known.rollcall
    with rollcall.store.writing() as connection:
        ids = outbox.put(connection, written.letters, at, withheld=rollcall.config.letters.mode == "off")
        for letter in written.letters:
            today = calendar.at(known.day_of(at), time(0), rollcall.zone)
            stored_digests.withdraw(connection, letter.to, today)
        for name, figures in written.figures.items():
            stored_digests.note(connection, name, at, figures)
    return ids
