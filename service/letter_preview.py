"""A letter as it would be written now: to look at the words before they go out. Nothing is queued."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from intake import readers
from roll import calendar, campaigns, ladder, letters, units
from roll.letters import LetterKind
from roll.mistakes import OperatorError
from service import (
    answers,
    digest_facts,
    digest_files,
    digesting,
    knowledge,
    letter_examples,
    owing,
    reminder_letters,
    situation,
    understanding,
)
from storage import erasing, inbox, overviews

_EXAMPLE = "--example shows one with invented facts"
_OF_THE_LADDER = (LetterKind.REMINDER, LetterKind.OVERDUE)


@dataclass(frozen=True, slots=True)
class Preview:
    """A letter that is only looked at, and sentences on why it would not go out as things stand."""

    letter: letters.Letter
    remarks: tuple[str, ...] = ()


def preview(
    known: situation.Situation,
    campaign: campaigns.Campaign,
    kind: LetterKind,
    code: str | None,
    example: str | None = None,
) -> Preview:
    """Return the letter of a kind as it would be written to a unit (to staff: the digest) at the run's time.

    `example` names one with invented facts instead, the first of its kind where empty. Raises OperatorError where
    there is none: no such unit, no address, no mail that is answered so, no such example.
    """
    if example is not None:
        unit = None if code is None else _unit(campaign, code)
        return Preview(letter_examples.write(known, campaign, kind, example, unit))
    if kind is LetterKind.DIGEST:
        return digest(known, [campaign])
    if kind is LetterKind.ALERT:
        raise OperatorError([f"Staff are called when something goes wrong, not at a time of day; {_EXAMPLE}."])
    if code is None:
        raise OperatorError([f"Say to which unit the {kind.value} would go: --unit CODE; {_EXAMPLE}."])
    unit = _unit(campaign, code)
    return (
        _of_the_ladder(known, campaign, unit, kind) if kind in _OF_THE_LADDER else Preview(_answer(known, unit, kind))
    )


def _unit(campaign: campaigns.Campaign, code: str) -> units.Unit:
    for entry in campaign.roster:
        if entry.unit.code.casefold() == code.strip().casefold():
            return entry.unit
    codes = ", ".join(entry.unit.code for entry in campaign.roster)
    raise OperatorError([f'Campaign {campaign.name} has no unit "{code}"; its units are: {codes}.'])


def digest(known: situation.Situation, chosen: Sequence[campaigns.Campaign]) -> Preview:
    """Return the one digest that tells of some campaigns. Raises OperatorError where nobody gets it."""
    at = known.rollcall.now()
    made = digest_files.with_files(known, digest_facts.gather(known, chosen, at))
    for to in known.rollcall.config.staff.digest_to:
        return Preview(digesting.write(known, made.told, to, at, made.files))
    raise OperatorError(["Nobody gets the digest: write addresses into [staff] digest_to."])


def _of_the_ladder(
    known: situation.Situation, campaign: campaigns.Campaign, unit: units.Unit, kind: LetterKind
) -> Preview:
    """Return the reminder of the latest step that has come, else of the first one, whether the unit owes it or not."""
    at = known.rollcall.now()
    extended = known.extensions.get((campaign.name, unit.code))
    every = ladder.schedule(campaign, known.working_days(campaign), extended)
    steps = [step for step in every if step.step.is_before == (kind is LetterKind.REMINDER)]
    if not steps:
        raise OperatorError([f"The ladder of {campaign.name} has no step for this; see `reminders` in campaign.toml."])
    step = ladder.latest_due(steps, at) or steps[0]
    is_true_now = step.at <= at and (at < step.deadline or not step.step.is_before)
    standing = owing.standings(known, campaign, at)
    stands = next(each for each in standing.shown.units if each.code == unit.code)
    number = owing.number_of(known, campaign, unit.code, standing, step)
    due = reminder_letters.Due(campaign, unit, stands, step, at if is_true_now else step.at, number)
    letter = reminder_letters.write(known, due, standing)
    if letter is None:
        raise OperatorError([reminder_letters.no_address(known, unit)])
    return Preview(letter, tuple(_why_not(known, due, standing)))


def _why_not(known: situation.Situation, due: reminder_letters.Due, standing: owing.Standings) -> Iterator[str]:
    """Say why a letter of the ladder would not go out as things stand."""
    campaign, unit, step = due.campaign, due.unit, due.step
    if due.standing.obligation != "required":
        yield f"{unit.code} need not report in {campaign.name}: no reminder goes to it."
    elif due.standing.cause is None:
        yield f"{unit.code} owes nothing now: this letter would not go out."
    if step in owing.steps_that_wait(known, campaign, unit.code, standing):
        yield f"The step {step.step.text} waits for an officer's word: see `rollcall campaign follow-up`."
    on_day = calendar.day_of(step.at, campaign.zone)
    if step.at > known.rollcall.now():
        yield f"The step {step.step.text} is due on {on_day}; the letter stands here as it would be written then."
    elif step.step.is_before and known.rollcall.now() >= step.deadline:
        yield f"The step {step.step.text} was due on {on_day}, and the deadline is over: it goes out no more."


def _answer(known: situation.Situation, unit: units.Unit, kind: LetterKind) -> letters.Letter:
    """Return the answer to the unit's latest mail that is answered with this kind of letter."""
    given: dict[str, None] = {}
    with known.rollcall.open_readers(known.forms) as open_readers:
        for letter in _answers(known, unit, open_readers):
            if letter.kind is kind:
                return letter
            given[letter.kind.value] = None
    instead = f"; its mails are answered with: {', '.join(given)}" if given else ""
    raise OperatorError(
        [f"No mail of {unit.code} is answered with a letter of the kind {kind.value}{instead}; {_EXAMPLE}."]
    )


def _answers(known: situation.Situation, unit: units.Unit, open_readers: readers.Readers) -> Iterator[letters.Letter]:
    """Yield the answer to each mail of a unit as it would be written now, the latest mail first."""
    with known.rollcall.store.reading() as connection:
        gone = erasing.erased(connection)
        mine = [row.id for row in overviews.ledger(connection) if unit.code in _units_of(row) and row.id not in gone]
        waiting = {row.id: row for row in inbox.by_ids(connection, mine)}
        raws = ((mail_id, inbox.raw(connection, waiting[mail_id].sha256)) for mail_id in reversed(mine))
        for mail_id, contents in open_readers.read_all(raws):
            if isinstance(contents, readers.Failed):
                continue
            row = waiting[mail_id]
            on_record = knowledge.on_record(connection, [row])[mail_id]
            case = understanding.understand(known, connection, row, contents, on_record, open_readers)
            if case.to_mark:
                case = understanding.mark_anew(case, inbox.raw(connection, row.sha256), open_readers)
            yield from answers.answers(known, case)


def _units_of(row: overviews.MailRow) -> set[str | None]:
    return {row.unit, row.proposal, *(report["unit"] for report in row.reports)}
