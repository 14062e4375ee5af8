"""Reminders: who is to be told what at an instant, and the rehearsal of it.

`remind` and `plan` ask the same function, so what is planned is what goes out. A reminder is queued only after a
complete pass over the mailbox, junk included, begun after the step fell due (design.md, "What always holds", 5), and
only within the hours of a working day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from roll import calendar, campaigns, ladder, letters
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
    if at < campaign.opens or ladder.hours_begin(campaign, known.working_days(campaign), at) > at:
        return
    for unit, stands in owing.owing(standing.shown, campaign):
        end = campaign.end(known.extensions.get((campaign.name, unit.code)))
        told = standing.told_of(unit.code)
        was_written_today = told.written is not None and known.day_of(told.written) == known.day_of(at)
        if was_written_today or (end is not None and at >= end):
            continue
        steps = owing.steps_of(known, campaign, unit.code, standing)
        step = ladder.owed(steps, at, told.last)
        if step is not None:
            number = owing.number_of(known, campaign, unit.code, standing, step)
            yield reminder_letters.Due(campaign, unit, stands, step, _instant(campaign, step, at), number)


def may_be_due(known: situation.Situation, campaign: campaigns.Campaign, at: datetime) -> bool:
    """Return whether a reminder can be due at an instant, whatever came in: it is asked before the board is made.

    Every mail of a campaign stands behind its board, and this is asked each minute of campaigns that ended years ago.
    """
    extended = {until for (name, _), until in known.extensions.items() if name == campaign.name}
    end = campaign.end(max(extended, default=None))
    if not campaign.reminders or at < campaign.opens or (end is not None and at >= end):
        return False
    working = known.working_days(campaign)
    if ladder.hours_begin(campaign, working, at) > at:
        return False
    steps = (due for until in (None, *extended) for due in ladder.schedule(campaign, working, until))
    return any(due.at <= at for due in steps)


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
            # An officer may have extended or let off a unit while the letters were written.
            owing_now = _owing_now(known.rollcall, chosen, at)
            still = [letter for letter in done.written if (letter.campaign, letter.unit) in owing_now]
            withheld = known.rollcall.config.letters.mode == "off"
            done.ids.extend(outbox.put(connection, still, at, withheld=withheld))
    return done


def _owing_now(
    rollcall: assemble.Rollcall, chosen: Sequence[campaigns.Campaign], at: datetime
) -> set[tuple[str | None, str | None]]:
    """Return (campaign, unit) of whom a reminder is due, as everything stands now."""
    known = situation.load(rollcall)
    return {
        (campaign.name, due.unit.code)
        for campaign in chosen
        for due in due_at(known, campaign, owing.standings(known, campaign, at), at)
    }


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
    # Before it is asked who is to be told: a unit whose letter of yesterday still waits is owed that of today.
    timely.withdraw_late_reminders(rollcall)
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
