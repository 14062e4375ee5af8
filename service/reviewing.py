"""What waits for a person, and what he settles: each decision is dated, signed, and takes effect at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from roll.mistakes import OperatorError
from service import assemble, rereading, situation
from service.tally import Tally
from storage import decisions, inbox, outbox, overviews, registry


@dataclass(frozen=True, slots=True)
class Assignment:
    """A person's word that a mail is a unit's. `remember`: the sender's address is the unit's from then on."""

    unit: str
    by: str
    note: str = ""
    remember: bool = False


def find(rollcall: assemble.Rollcall, mail: str) -> int:
    """Return a mail's id. Raises OperatorError."""
    with rollcall.store.reading() as connection:
        mail_id = inbox.find(connection, mail)
    if mail_id is None:
        raise OperatorError([f'There is no mail "{mail}"; `rollcall messages` lists them by id and receipt number.'])
    return mail_id


def assign(rollcall: assemble.Rollcall, mail: str, assignment: Assignment) -> Tally:
    """Settle that a mail is a unit's: it is understood again, the board changes, its letter is queued."""
    mail_id = find(rollcall, mail)
    known = situation.load(rollcall)
    unit = assignment.unit
    if not any(campaign.entry(unit) for campaign in known.all_campaigns):
        raise OperatorError([f'There is no unit "{unit}"; `rollcall units list` shows the codes.'])
    with rollcall.store.writing() as connection:
        row = overviews.ledger(connection, mail_id)[0]
        decision = decisions.NewDecision(
            decisions.ASSIGN, assignment.by, mail_id=mail_id, unit=unit, note=assignment.note
        )
        decisions.decide(connection, decision, rollcall.now())
        if assignment.remember and row.sender:
            # From the day of receipt on: what came earlier from this address may have been somebody else's.
            registry.learn_address(connection, unit, row.sender, known.day_of(row.received_at))
    return _again(rollcall, [mail_id])


def contradictions(row: overviews.MailRow, unit: str) -> list[str]:
    """Return what in a mail says that it is another unit's than the one a person gave it to, one sentence each."""
    return [
        f"The {piece['source']} ({piece['text']}) is of {', '.join(piece['units'])}, not of {unit}."
        for piece in row.evidence
        if piece["source"] in {"address", "workbook"} and piece["units"] and unit not in piece["units"]
    ]


def letters_about(rollcall: assemble.Rollcall, mail_id: int) -> list[str]:
    """Return what becomes of each letter that answers a mail, one sentence each."""
    with rollcall.store.reading() as connection:
        rows = outbox.of_mail(connection, mail_id)
    return [f"Letter {row.id} ({row.kind}) to {row.to}: {row.state}." for row in rows]


def undo(rollcall: assemble.Rollcall, mail: str, by: str) -> Tally:
    """Take back the last decision about a mail; the mail is understood again without it."""
    mail_id = find(rollcall, mail)
    with rollcall.store.writing() as connection:
        made = decisions.of_mail(connection, mail_id)
        if not made:
            raise OperatorError([_nothing_to_undo(mail, inbox.by_ids(connection, [mail_id])[0])])
        decisions.undo(connection, made[-1], by, rollcall.now())
        row = overviews.ledger(connection, mail_id)[0]
        if made[-1].unit and row.sender:
            registry.forget_address(connection, made[-1].unit, row.sender)
    return _again(rollcall, [mail_id])


def _nothing_to_undo(mail: str, row: inbox.Waiting) -> str:
    if row.handed_in_for:
        given = (
            f"it was handed in for {row.handed_in_for}; `rollcall review assign {mail} UNIT` gives it to another unit"
        )
        return f"There is no decision about {mail} to undo: {given}."
    return f"There is no decision about {mail} to undo."


def take_what_came_late(rollcall: assemble.Rollcall, unit: str) -> Tally:
    """Read again what waits of a unit because it came after the close: an extension may cover it now."""
    with rollcall.store.reading() as connection:
        waiting = overviews.waiting_of_unit(connection, unit, "after_close")
    return _again(rollcall, waiting)


def _again(rollcall: assemble.Rollcall, mail_ids: Sequence[int]) -> Tally:
    tally = Tally()
    rereading.reread(rollcall, mail_ids, rereading.How(writes=True, answers=True), tally)
    return tally
