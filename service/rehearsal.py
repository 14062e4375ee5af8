"""The rehearsal of a campaign: every reminder and digest that would go out from an instant on, as things stand."""

from collections.abc import Sequence
from datetime import datetime

from roll import campaigns, letters
from service import digesting, owing, reminder_letters, reminding, situation


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
        planned += _digests(known, campaign, at)
    return sorted(planned, key=lambda letter: letter.due_at), list(unreachable)


def _digests(known: situation.Situation, campaign: campaigns.Campaign, at: datetime) -> list[letters.Letter]:
    """The digests to come tell today's picture: only their instants and addressees are certain."""
    told = digesting.gather(known, campaign, at)
    owed = digesting.digest(known, [campaign], at)
    for due in digesting.times(known, campaign):
        if due > at:
            owed += digesting.write(known, campaign, due, due, told)
    return owed
