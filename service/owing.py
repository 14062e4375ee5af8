"""Who still owes a report, why, and what he was told of it so far."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from roll import board, campaigns, ladder, units
from service import situation
from storage import decisions, overviews, reminders

# From the second follow-up after the deadline on, an officer must say so (domain rules 5, sending rule 6).
FOLLOW_UPS_WITHOUT_A_WORD = 1
_EVERYTHING = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Standings:
    """The board of a campaign with everything received so far, what each unit was told, and what officers let out."""

    shown: board.Board
    told: dict[str, reminders.Told]
    follow_ups: tuple[decisions.FollowUp, ...] = ()

    def told_of(self, code: str) -> reminders.Told:
        """Return what a unit was told."""
        return self.told.get(code, reminders.Told())

    def noting(self, code: str, at: datetime) -> "Standings":
        """Return the same after one more reminder to a unit."""
        told = reminders.Told(at, self.told_of(code).reminders + 1)
        return replace(self, told={**self.told, code: told})


def standings(known: situation.Situation, campaign: campaigns.Campaign, at: datetime) -> Standings:
    """Return where the units stand, whenever their mails came: nobody is told that nothing came when something did."""
    with known.rollcall.store.reading() as connection:
        return Standings(
            overviews.board_of(connection, campaign, at, seen_until=_EVERYTHING),
            reminders.told(connection, campaign.name),
            tuple(decisions.follow_ups(connection, campaign.name)),
        )


def owing(shown: board.Board, campaign: campaigns.Campaign) -> Iterator[tuple[units.Unit, board.Standing]]:
    """Yield the required units that owe their report, in the roster's order."""
    by_code = {unit.code: unit for unit in shown.units}
    for entry in campaign.roster:
        standing = by_code.get(entry.unit.code)
        if standing is not None and standing.obligation == "required" and standing.cause is not None:
            yield entry.unit, standing


def steps_of(
    known: situation.Situation, campaign: campaigns.Campaign, unit: str, standing: Standings
) -> tuple[ladder.DueStep, ...]:
    """Return the steps of a unit's ladder that may go out, in their order."""
    every, after = _every_step(known, campaign, unit)
    let_out = {each.step for each in standing.follow_ups}
    free = after[:FOLLOW_UPS_WITHOUT_A_WORD]
    return tuple(due for due in every if due.step.is_before or due in free or due.step.text in let_out)


def steps_that_wait(
    known: situation.Situation, campaign: campaigns.Campaign, unit: str, standing: Standings
) -> tuple[ladder.DueStep, ...]:
    """Return the steps of a unit's ladder that wait for an officer's word."""
    every, _ = _every_step(known, campaign, unit)
    go_out = steps_of(known, campaign, unit, standing)
    return tuple(due for due in every if due not in go_out)


def number_of(known: situation.Situation, campaign: campaigns.Campaign, unit: str, step: ladder.DueStep) -> int:
    """Return which follow-up after the deadline a step is, from 1; 0 for a step before it."""
    _, after = _every_step(known, campaign, unit)
    return after.index(step) + 1 if step in after else 0


def _every_step(
    known: situation.Situation, campaign: campaigns.Campaign, unit: str
) -> tuple[tuple[ladder.DueStep, ...], tuple[ladder.DueStep, ...]]:
    """Return all steps of a unit's ladder, and those after its deadline."""
    extended = known.extensions.get((campaign.name, unit))
    every = ladder.schedule(campaign, known.working_days(campaign), extended)
    return every, tuple(due for due in every if not due.step.is_before)
