"""An officer's word on a follow-up after the deadline: from the second on none goes out without one."""

from datetime import datetime

import sqlalchemy as sa

from roll import campaigns
from roll.mistakes import OperatorError
from service import assemble, owing, situation
from storage import decisions


def waiting_steps(campaign: campaigns.Campaign) -> list[str]:
    """Return the steps of a campaign's ladder that need an officer's word, in their order."""
    return [step.text for step in campaign.reminders if not step.is_before][owing.FOLLOW_UPS_WITHOUT_A_WORD :]


def due_without_a_word(
    known: situation.Situation, campaign: campaigns.Campaign, standing: owing.Standings, step: str
) -> list[datetime]:
    """Return when a step that nobody let out falls due to each unit that owes its report."""
    return [
        each.at
        for unit, _ in owing.owing(standing.shown, campaign)
        for each in owing.steps_that_wait(known, campaign, unit.code, standing)
        if each.step.text == step
    ]


def check(campaign: campaigns.Campaign, step: str) -> None:
    """Raise OperatorError where a step of a campaign needs no word."""
    waiting, steps = waiting_steps(campaign), [each.text for each in campaign.reminders]
    if step not in steps:
        there = ", ".join(steps) or "none"
        raise OperatorError([f"There is no step {step!r} in the ladder of {campaign.name}; there are: {there}."])
    if step not in waiting:
        known = f"those that do: {', '.join(waiting)}" if waiting else "there is none that does"
        raise OperatorError([f"The step {step!r} of {campaign.name} needs no officer's word; {known}."])


def let_out(
    connection: sa.Connection, campaign: str, step: str, by: str, now: datetime, *, tells_higher: bool = False
) -> None:
    """Write that an officer lets a step's letters go out to the units that owe their report when they are due."""
    note = f"{step} {decisions.TELLS_HIGHER}" if tells_higher else step
    decisions.decide(connection, decisions.NewDecision(decisions.FOLLOW_UP, by, campaign=campaign, note=note), now)


def take_back(rollcall: assemble.Rollcall, campaign: str, step: str, by: str) -> bool:
    """Take the word on a step back; return whether there was one."""
    with rollcall.store.writing() as connection:
        made = [
            decision
            for decision in decisions.of_campaign(connection, campaign)
            if decision.kind == decisions.FOLLOW_UP and decision.note.partition(" ")[0] == step
        ]
        for decision in made:
            decisions.undo(connection, decision, by, rollcall.now())
    return bool(made)
