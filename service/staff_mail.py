"""Decisions that staff make by mail: a proposal of the digest, taken up from a staff address, once.

Understanding such a mail is pure (intake.staff_mail); it is carried out after the pass, when nothing else is being
understood. What was made of each answer is kept beside the decisions: it is no fold of anything.
"""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from roll import proposals
from roll.mistakes import OperatorError
from service import assemble, following_up, reviewing
from service.tally import Tally
from storage import boards, decisions, overviews, staff_answers


def carry_out(rollcall: assemble.Rollcall, tally: Tally) -> None:
    """Make the decisions that the mails of staff ask for and that were not made yet; each is made once.

    Belongs after a pass: for the holder of no lock.
    """
    with rollcall.store.reading() as connection:
        waiting = staff_answers.to_carry_out(connection)
    for answer in waiting:
        word = proposals.find(answer.subject)
        proposal = proposals.read(word, rollcall.secret())
        if proposal is not None and proposal.kind == decisions.FOLLOW_UP:
            _let_follow_up_out(rollcall, answer, word, proposal)
        elif proposal is not None:
            _carry_out(rollcall, answer, word, proposal, tally)


def _carry_out(
    rollcall: assemble.Rollcall,
    answer: staff_answers.Answer,
    word: str,
    proposal: proposals.Proposal,
    tally: Tally,
) -> None:
    now = rollcall.now()
    with rollcall.store.reading() as connection:
        used = staff_answers.is_used(connection, word, answer.mail_id)
        found = overviews.ledger(connection, proposal.mail_id)
    waits = bool(found) and found[0].outcome in boards.WAITING
    if used or not waits:
        _note(rollcall, answer, word, "used before" if used else "the mail does not wait any more")
        return
    note = f"by mail {answer.receipt}"
    keeps = _keeper(answer, word, now)
    try:
        if proposal.kind == decisions.ASSIGN:
            made = reviewing.Assignment(proposal.unit, answer.sender, note)
            done = reviewing.assign_all(rollcall, [(proposal.mail_id, made)], keeps)
        else:
            ruling = reviewing.Ruling(proposal.kind, answer.sender, note)
            done = reviewing.rule(rollcall, str(proposal.mail_id), ruling, keeps)
    except OperatorError as error:
        _note(rollcall, answer, word, " ".join(error.problems))
        return
    tally.queued += done.queued


def _let_follow_up_out(
    rollcall: assemble.Rollcall, answer: staff_answers.Answer, word: str, proposal: proposals.Proposal
) -> None:
    campaign, _, step = proposal.unit.partition(" ")
    with rollcall.store.reading() as connection:
        used = staff_answers.is_used(connection, word, answer.mail_id)
    if used:
        _note(rollcall, answer, word, "used before")
        return
    now = rollcall.now()
    with rollcall.store.writing() as connection:
        following_up.let_out(connection, campaign, step, answer.sender, now)
        staff_answers.keep(connection, answer.mail_id, word, now, carried_out=True)


def _keeper(answer: staff_answers.Answer, word: str, now: datetime) -> Callable[[sa.Connection], None]:
    def keep(connection: sa.Connection) -> None:
        staff_answers.keep(connection, answer.mail_id, word, now, carried_out=True)

    return keep


def _note(rollcall: assemble.Rollcall, answer: staff_answers.Answer, word: str, why: str) -> None:
    """Keep that nothing was done about an answer, and why."""
    with rollcall.store.writing() as connection:
        staff_answers.keep(connection, answer.mail_id, word, rollcall.now(), carried_out=False)
        decisions.note(
            connection, rollcall.now(), answer.sender, "proposal not taken up", f"mail {answer.mail_id}", why
        )
