"""What waits for a person, and what he settles: each decision is dated, signed, and takes effect at once."""

import getpass

from roll.mistakes import OperatorError
from service import assemble, rereading, situation
from service.tally import Tally
from storage import decisions, inbox, overviews, registry


def who() -> str:
    """Return the name that decisions of the command line are signed with."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "command line"


def find(rollcall: assemble.Rollcall, mail: str) -> int:
    """Return a mail's id. Raises OperatorError."""
    with rollcall.store.reading() as connection:
        mail_id = inbox.find(connection, mail)
    if mail_id is None:
        raise OperatorError([f'There is no mail "{mail}"; `rollcall messages` lists them by id and receipt number.'])
    return mail_id


def assign(rollcall: assemble.Rollcall, mail: str, unit: str, note: str, *, remember: bool) -> Tally:
    """Settle that a mail is a unit's: it is understood again, the board changes, its letter is queued."""
    mail_id = find(rollcall, mail)
    known = situation.load(rollcall)
    if not any(campaign.entry(unit) for campaign in known.all_campaigns):
        raise OperatorError([f'There is no unit "{unit}"; `rollcall units list` shows the codes.'])
    with rollcall.store.writing() as connection:
        row = overviews.ledger(connection, mail_id)[0]
        decision = decisions.NewDecision(decisions.ASSIGN, who(), mail_id=mail_id, unit=unit, note=note)
        decisions.decide(connection, decision, rollcall.now())
        if remember and row.sender:
            # From the day of receipt on: what came earlier from this address may have been somebody else's.
            registry.learn_address(connection, unit, row.sender, known.day_of(row.received_at))
    return _again(rollcall, mail_id)


def undo(rollcall: assemble.Rollcall, mail: str) -> Tally:
    """Take back the last decision about a mail; the mail is understood again without it."""
    mail_id = find(rollcall, mail)
    with rollcall.store.writing() as connection:
        made = decisions.of_mail(connection, mail_id)
        if not made:
            raise OperatorError([f"There is no decision about {mail} to undo."])
        decisions.undo(connection, made[-1], who(), rollcall.now())
        row = overviews.ledger(connection, mail_id)[0]
        if made[-1].unit and row.sender:
            registry.forget_address(connection, made[-1].unit, row.sender)
    return _again(rollcall, mail_id)


def _again(rollcall: assemble.Rollcall, mail_id: int) -> Tally:
    tally = Tally()
    rows = rereading.rows_of(rollcall, [mail_id])
    rereading.reread(rollcall, rows, rereading.How(writes=True, answers=True), tally)
    return tally
