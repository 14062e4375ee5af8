"""Reminders: who is to be told what at an instant, and the rehearsal of it.

`remind` and `plan` ask the same function, so what is planned is what goes out. A reminder is queued only after a
complete pass over the mailbox, junk included, begun after the step fell due (design.md, "What always holds", 5).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from notifications import facts
from notifications import mails as letters_to_write
from roll import board, calendar, campaigns, ladder, letters, units
from roll.outcomes import State
from service import jobs, sending, situation
from service.tally import Tally
from storage import outbox, overviews

# The first reminder carries the blank form (domain rules 5, mail 3: seven days and more before the end).
DAYS_WITH_BLANK_FORM = 7
# From the second follow-up after the deadline on, an officer must say so (domain rules 5, sending rule 6).
FOLLOW_UPS_WITHOUT_A_WORD = 1
_EVERYTHING = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Due:
    """One reminder that is due: to whom, which step, and the instant it goes out as of."""

    campaign: campaigns.Campaign
    unit: units.Unit
    step: ladder.DueStep
    at: datetime
    number: int  # 0 before the deadline; then 1 for the first follow-up


def _steps(known: situation.Situation, campaign: campaigns.Campaign, unit: str) -> tuple[ladder.DueStep, ...]:
    extended = known.extensions.get((campaign.name, unit))
    steps = ladder.schedule(campaign, known.working_days(campaign), extended)
    after = [due for due in steps if not due.step.is_before]
    return tuple(due for due in steps if due.step.is_before or due in after[:FOLLOW_UPS_WITHOUT_A_WORD])


def _missing(shown: board.Board, campaign: campaigns.Campaign) -> list[units.Unit]:
    codes = {standing.code for standing in board.in_state(shown.units, State.MISSING)}
    return [entry.unit for entry in campaign.roster if entry.unit.code in codes]


@dataclass(frozen=True, slots=True)
class Standings:
    """The board of a campaign with everything received so far, and when each unit was last reminded."""

    shown: board.Board
    reminded: dict[str, datetime]


def standings(known: situation.Situation, campaign: campaigns.Campaign, at: datetime) -> Standings:
    """Return where the units stand, whenever their mails came: nobody is told that nothing came when something did."""
    with known.rollcall.store.reading() as connection:
        shown = overviews.board_of(connection, campaign, at, seen_until=_EVERYTHING)
        told = outbox.steps_told(connection, campaign.name)
    reminded: dict[str, datetime] = {}
    for unit, _, queued_at in told:
        reminded[unit] = max(queued_at, reminded.get(unit, queued_at))
    return Standings(shown, reminded)


def due_at(
    known: situation.Situation, campaign: campaigns.Campaign, standing: Standings, at: datetime
) -> Iterator[Due]:
    """Yield the reminders that are due at an instant and not done, in the roster's order."""
    for unit in _missing(standing.shown, campaign):
        extended = known.extensions.get((campaign.name, unit.code))
        end = campaign.end(extended)
        if at < campaign.opens or (end is not None and at >= end):
            continue
        step = ladder.owed(_steps(known, campaign, unit.code), at, standing.reminded.get(unit.code))
        if step is not None:
            yield Due(campaign, unit, step, _instant(campaign, step, at), 0 if step.step.is_before else 1)


def _instant(campaign: campaigns.Campaign, step: ladder.DueStep, at: datetime) -> datetime:
    """Return the step's own instant on its day; a step caught up on another day goes out as of then."""
    same_day = calendar.day_of(step.at, campaign.zone) == calendar.day_of(at, campaign.zone)
    return step.at if same_day else at


def rehearse(
    known: situation.Situation, campaign: campaigns.Campaign, standing: Standings, at: datetime
) -> Iterator[Due]:
    """Yield every reminder that would go out from `at` on if nothing more came in, in order of time."""
    reminded = dict(standing.reminded)
    steps = {step.at for unit in campaign.roster for step in _steps(known, campaign, unit.unit.code)}
    for instant in [at, *sorted(step for step in steps if step > at)]:
        for due in due_at(known, campaign, Standings(standing.shown, reminded), instant):
            reminded[due.unit.code] = instant
            yield due


def write(known: situation.Situation, due: Due, standing: Standings) -> letters.Letter | None:
    """Return the finished reminder, None where the unit has no address (staff telephone it)."""
    campaign, rollcall = due.campaign, known.rollcall
    to = due.unit.address_on(calendar.day_of(due.at, campaign.zone))
    if to is None:
        return None
    head = rollcall.letterhead(known.extras_of(campaign).templates, campaign.name)
    days_left = (
        calendar.last_day_before(due.step.deadline, campaign.zone) - calendar.day_of(due.at, campaign.zone)
    ).days
    day = calendar.day_of(due.step.at, campaign.zone)
    envelope = rollcall.envelope(
        to=to,
        key=f"remind:{campaign.name}:{due.unit.code}:{due.step.step.text}:{day}",
        due_at=due.at,
        step=due.step.step.text,
        attachments=(known.blank_attachment(campaign),) if days_left >= DAYS_WITH_BLANK_FORM else (),
    )
    if due.number:
        return letters_to_write.overdue(head, campaign, due.unit, _overdue_facts(due, standing), envelope)
    told = facts.ReminderFacts(at=due.at, days_left=days_left, deadline=due.step.deadline)
    return letters_to_write.reminder(head, campaign, due.unit, told, envelope)


def _overdue_facts(due: Due, standing: Standings) -> facts.OverdueFacts:
    totals = standing.shown.totals()
    return facts.OverdueFacts(
        at=due.at,
        number=due.number,
        deadline=due.step.deadline,
        reported=totals["received"],
        expected=totals["expected"],
        send_before=due.campaign.end(),
    )


def remind(
    known: situation.Situation, chosen: Sequence[campaigns.Campaign], at: datetime, *, queues: bool = True
) -> tuple[list[letters.Letter], list[int], list[str]]:
    """Write the reminders due at `at` and queue them (not with `queues` False).

    Returns the letters, the ids of those queued, and a sentence for each unit that cannot be written to.
    """
    written, ids, unreachable = [], [], []
    for campaign in chosen:
        standing = standings(known, campaign, at)
        for due in due_at(known, campaign, standing, at):
            letter = write(known, due, standing)
            if letter is None:
                unreachable.append(no_address(due.unit))
            else:
                written.append(letter)
    if queues and written:
        with known.rollcall.store.writing() as connection:
            withheld = known.rollcall.config.letters.mode == "off"
            ids = outbox.put(connection, written, at, withheld=withheld)
    return written, ids, unreachable


def no_address(unit: units.Unit) -> str:
    """Return the sentence for a unit that has no mail address."""
    phone = f"; telephone {unit.phone}" if unit.phone else ""
    return f"{unit.name} ({unit.code}) has no mail address and is not reminded{phone}. Add its address to units.csv."


def run(
    known_before: situation.Situation, chosen: Sequence[str], at: datetime, tally: Tally
) -> tuple[list[int], list[str]]:
    """Make a complete pass, then queue and send the reminders due; after an incomplete pass nothing is queued."""
    rollcall = known_before.rollcall
    if not jobs.complete_pass(rollcall, tally):
        tally.troubles.append(
            "No reminder was queued: the mailbox could not be read completely, and a report may wait in it."
        )
        return [], []
    known = situation.load(rollcall)
    campaigns_ = [campaign for campaign in known.all_campaigns if campaign.name in chosen]
    _, ids, unreachable = remind(known, campaigns_, at)
    if not rollcall.is_stopping():
        sending.send(rollcall, tally)
    return ids, unreachable
