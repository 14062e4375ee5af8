"""The rehearsal of a campaign: every reminder and digest that would go out from an instant on, as things stand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from roll import calendar, campaigns, letters
from service import digest_facts, digesting, following_up, owing, reminder_letters, reminding, situation


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The letters to come in order of time, and sentences: no address, a step waiting for a word."""

    letters: list[letters.Letter]
    unreachable: list[str]
    waiting: list[str]


def rehearse(known: situation.Situation, chosen: Sequence[campaigns.Campaign], at: datetime) -> Rehearsal:
    """Return what would go out from `at` on."""
    planned: list[letters.Letter] = []
    unreachable: dict[str, None] = {}
    waiting: list[str] = []
    for campaign in chosen:
        standing = owing.standings(known, campaign, at)
        waiting += _waiting(known, campaign, standing, at)
        for due, told in reminding.rehearse(known, campaign, standing, at):
            letter = reminder_letters.write(known, due, told)
            if letter is None:
                unreachable[reminder_letters.no_address(known, due.unit)] = None
            else:
                planned.append(letter)
    planned += _digests(known, chosen, at)
    return Rehearsal(sorted(planned, key=lambda letter: letter.due_at), list(unreachable), waiting)


def _waiting(
    known: situation.Situation, campaign: campaigns.Campaign, standing: owing.Standings, at: datetime
) -> Iterator[str]:
    """Yield a sentence for each step to come that goes to nobody before an officer lets it out."""
    let_out = {each.step for each in standing.follow_ups}
    for step in following_up.waiting_steps(campaign):
        due = following_up.due_without_a_word(known, campaign, standing, step)
        if due and step not in let_out and calendar.day_of(max(due), campaign.zone) >= known.day_of(at):
            yield (
                f"The step {step} of {campaign.name} is due on {calendar.day_of(min(due), campaign.zone)} (units that "
                f"owe their report now: {len(due)}) and waits for an officer's word: "
                f"`rollcall campaign follow-up {campaign.name} {step}` lets it out."
            )


def _digests(
    known: situation.Situation, chosen: Sequence[campaigns.Campaign], at: datetime
) -> Iterator[letters.Letter]:
    """Yield the digests to come. They tell today's picture: only their instants and addressees are certain."""
    owed = digesting.digest(known, chosen, at).letters
    yield from owed
    told_now = {(name, letter.step) for letter in owed for name in letter.key.split(":")[1].split("+")}
    days: dict[date, dict[str, datetime]] = {}
    for campaign in chosen:
        for due in digesting.times(known, campaign):
            if due > at and (campaign.name, f"{known.day_of(due)}") not in told_now:
                days.setdefault(known.day_of(due), {})[campaign.name] = due
    for names in days.values():
        told = digest_facts.gather(known, [each for each in chosen if each.name in names], at)
        due = min(names.values())
        for to in known.rollcall.config.staff.digest_to:
            yield digesting.write(known, replace(told, at=due), to, due)
