"""The rehearsal of a campaign: every reminder and digest that would go out from an instant on, as things stand."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from roll import campaigns, letters
from service import digest_facts, digesting, owing, reminder_letters, reminding, situation


def rehearse(
    known: situation.Situation, chosen: Sequence[campaigns.Campaign], at: datetime
) -> tuple[list[letters.Letter], list[str]]:
    """Return the letters in order of time, and a sentence for each unit that has no address."""
    planned: list[letters.Letter] = []
    unreachable: dict[str, None] = {}
    for campaign in chosen:
        standing = owing.standings(known, campaign, at)
        for due, told in reminding.rehearse(known, campaign, standing, at):
            letter = reminder_letters.write(known, due, told)
            if letter is None:
                unreachable[reminder_letters.no_address(known, due.unit)] = None
            else:
                planned.append(letter)
    planned += _digests(known, chosen, at)
    return sorted(planned, key=lambda letter: letter.due_at), list(unreachable)


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
