"""Reminders: who is to be told what at an instant, and the rehearsal of it.

`remind` and `plan` ask the same function, so what is planned is what goes out. A reminder is queued only after a
complete pass over the mailbox, junk included, begun after the step fell due (design.md, "What always holds", 5), and
only within the hours of a working day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from roll import board, calendar, campaigns, ladder, letters, units
from service import assemble, jobs, owing, reminder_letters, sending, situation, timely
from service.fetching import INTAKE
from service.tally import Tally
from storage import inbox, outbox


@dataclass(frozen=True, slots=True)
class Reminders:
    """Reminders that were written, the ids of those queued, and a sentence for each unit that cannot be written to."""

    written: list[letters.Letter]
    ids: list[int]
    remarks: list[str]


def due_at(
    known: situation.Situation, campaign: campaigns.Campaign, standing: owing.Standings, at: datetime
) -> Iterator[reminder_letters.Due]:
    """Yield the reminders that are due at an instant and not done, in the roster's order."""
    if ladder.hours_begin(campaign, known.working_days(campaign), at) > at:
        return
    for unit, stands in owing.owing(standing.shown, campaign):
        end = campaign.end(known.extensions.get((campaign.name, unit.code)))
        if at < campaign.opens or (end is not None and at >= end):
            continue
        steps = owing.steps_of(known, campaign, unit.code, standing)
        step = ladder.owed(steps, at, standing.told_of(unit.code).last)
        if step is not None:
            yield _due(known, campaign, (unit, stands), step, at)


def _due(
    known: situation.Situation,
    campaign: campaigns.Campaign,
    who: tuple[units.Unit, board.Standing],
    step: ladder.DueStep,
    at: datetime,
) -> reminder_letters.Due:
    unit, stands = who
    number = owing.number_of(known, campaign, unit.code, step)
    return reminder_letters.Due(campaign, unit, stands, step, _instant(campaign, step, at), number)


def _instant(campaign: campaigns.Campaign, step: ladder.DueStep, at: datetime) -> datetime:
    """Return the step's own instant on its day; a step caught up on another day goes out as of then."""
    same_day = calendar.day_of(step.at, campaign.zone) == calendar.day_of(at, campaign.zone)
    return step.at if same_day else at


def rehearse(
    known: situation.Situation, campaign: campaigns.Campaign, standing: owing.Standings, at: datetime
) -> Iterator[tuple[reminder_letters.Due, owing.Standings]]:
    """Yield every reminder that would go out from `at` on if nothing more came in, in order of time.

    With each comes what the units were told by then.
    """
    steps = {
        step.at for entry in campaign.roster for step in owing.steps_of(known, campaign, entry.unit.code, standing)
    }
    begins = ladder.hours_begin(campaign, known.working_days(campaign), at)
    for instant in sorted({begins, *(step for step in steps if step > at)}):
        before = standing
        for due in due_at(known, campaign, before, instant):
            yield due, before
            standing = standing.noting(due.unit.code, instant)


def write(
    known: situation.Situation, campaign: campaigns.Campaign, at: datetime
) -> tuple[list[letters.Letter], list[str]]:
    """Return the reminders due at `at`, finished, and a sentence for each unit that cannot be written to.

    Who was told longest ago, or never, comes first: of a small budget the roster's end gets its share.
    """
    standing = owing.standings(known, campaign, at)
    written, remarks = [], []
    for due in sorted(due_at(known, campaign, standing, at), key=lambda due: _told_at(standing, due)):
        letter = reminder_letters.write(known, due, standing)
        if letter is None:
            remarks.append(reminder_letters.no_address(known, due.unit))
        else:
            written.append(letter)
    return written, remarks


def _told_at(standing: owing.Standings, due: reminder_letters.Due) -> datetime:
    return standing.told_of(due.unit.code).last or datetime.min.replace(tzinfo=UTC)


def remind(
    known: situation.Situation, chosen: Sequence[campaigns.Campaign], at: datetime, *, queues: bool = True
) -> Reminders:
    """Write the reminders due at `at` and queue them (not with `queues` False)."""
    done = Reminders([], [], [])
    for campaign in chosen:
        written, remarks = write(known, campaign, at)
        done.written.extend(written)
        done.remarks.extend(remarks)
    if queues and done.written:
        with known.rollcall.store.writing() as connection:
            withheld = known.rollcall.config.letters.mode == "off"
            done.ids.extend(outbox.put(connection, done.written, at, withheld=withheld))
    return done


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
    done = queue(rollcall, chosen, at, tally)
    if not rollcall.is_stopping():
        sending.send(rollcall, tally)
    return done.ids, done.remarks


def queue(rollcall: assemble.Rollcall, chosen: Sequence[str], at: datetime, tally: Tally) -> Reminders:
    """Queue the reminders of some campaigns that are due, after a complete pass.

    Nothing is taken in meanwhile: what another process takes in afterwards cancels what is queued here. While a mail
    waits in the ledger that was not understood yet nothing is queued, and `tally` says so. Those of an earlier day that
    wait still give way first: who is reminded by cron, once a day, is told today and not a day later.
    """
    timely.withdraw_late_reminders(rollcall)
    with rollcall.store.alone(INTAKE):
        with rollcall.store.reading() as connection:
            waits = inbox.has_waiting(connection)
        if waits:
            tally.complete = False
            tally.troubles.append("No reminder was queued: a mail was taken in that is not understood yet.")
            return Reminders([], [], [])
        known = situation.load(rollcall)
        return remind(known, [campaign for campaign in known.all_campaigns if campaign.name in chosen], at)
