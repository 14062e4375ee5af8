"""What waits for a person, and what he settles: each decision is dated, signed, and takes effect at once.

Who decides may sit at the terminal or write a mail (service.staff_mail): both come here. A decision that cannot be
carried out is refused with a sentence and leaves no trace.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from intake import ruling, sender, sent_mail
from notifications import words
from roll import campaigns, reports
from roll.mistakes import OperatorError
from roll.outcomes import Outcome
from service import assemble, considering, rereading, review_remarks, settling, situation
from service.tally import Tally
from storage import boards, decisions, erasing, inbox, outbox, overviews, registry, sent
from storage import reports as stored_reports

# Reasons for which a mail waits for nothing but the word whose it is.
_WAITS_FOR_ITS_UNIT = frozenset({"unknown_sender", "ambiguous_unit"})
REFUSALS = {
    ruling.DANGEROUS: "{mail} is set aside as dangerous, or could not be read whole: it can only be dismissed "
    "(`rollcall review dismiss {mail}`); a workbook taken out of it by hand comes in with `rollcall import`.",
    ruling.NO_UNIT: "{mail} has no unit yet; say first whose it is: `rollcall review assign {mail} UNIT`.",
    ruling.NO_REPORT: "There is no report in {mail} that could be accepted; dismiss it, or return it with a note.",
    ruling.NO_CAMPAIGN: "{mail} belongs to no campaign of its unit, or to several; see `rollcall campaign list`.",
    ruling.SEVERAL: "{mail} brings several workbooks of one unit, or of none that is known; save the one that counts "
    "and take it in: `rollcall import FILE --unit UNIT`.",
    ruling.COUNTS: "What {mail} brought counts already; `rollcall review return {mail} --note` gives it back.",
    ruling.REPEATS: "{mail} repeats an earlier mail; decide about that one (`rollcall messages {mail}` names it).",
    ruling.NO_NOTE: "No rule found an error in {mail}; say what the unit is to do: `--note`.",
    ruling.NOTHING_TO_CONFIRM: "No report waits to be confirmed by {mail}, or more than one; dismiss it instead "
    "(`rollcall review dismiss {mail}`), and accept the report itself.",
    ruling.NOTHING_WAITS: "Nothing about {mail} waits for a person.",
}


@dataclass(frozen=True, slots=True)
class Assignment:
    """A person's word that a mail is a unit's. `remember`: the sender's address is the unit's from then on."""

    unit: str
    by: str
    note: str = ""
    remember: bool = False


@dataclass(frozen=True, slots=True)
class Ruling:
    """A person's word how a mail ends: `kind` is accept, return or dismiss."""

    kind: str
    by: str
    note: str = ""


def find(rollcall: assemble.Rollcall, mail: str) -> int:
    """Return a mail's id. Raises OperatorError."""
    with rollcall.store.reading() as connection:
        mail_id = inbox.find(connection, mail)
    if mail_id is None:
        raise OperatorError([f'There is no mail "{mail}"; `rollcall messages` lists them by id and receipt number.'])
    return mail_id


def refuse_erased(rollcall: assemble.Rollcall, mail_id: int) -> None:
    """Raise OperatorError where a mail was erased: there is nothing to decide on any more."""
    with rollcall.store.reading() as connection:
        is_gone = mail_id in erasing.erased(connection)
    if is_gone:
        raise OperatorError(["This mail was erased (`rollcall messages ID` says so): nothing can be decided on it."])


def assign(rollcall: assemble.Rollcall, mail: str, assignment: Assignment) -> Tally:
    """Settle that a mail is a unit's: it is understood again, the board changes, its letter is queued."""
    return assign_all(rollcall, [(find(rollcall, mail), assignment)])


def _nothing_more(connection: sa.Connection) -> None:
    """Write nothing beside a decision."""


def assign_all(
    rollcall: assemble.Rollcall,
    assignments: Sequence[tuple[int, Assignment]],
    also: Callable[[sa.Connection], None] = _nothing_more,
) -> Tally:
    """Settle of several mails whose they are, one decision each, all or none; `also` writes what belongs to them.

    Raises OperatorError where a unit is unknown, or an address of the office would be taught; nothing is written then.
    What was settled since of the units that they were given to before is understood again with them.
    """
    known = situation.load(rollcall)
    for _, assignment in assignments:
        if not any(campaign.entry(assignment.unit) for campaign in known.all_campaigns):
            raise OperatorError([f'There is no unit "{assignment.unit}"; `rollcall units list` shows the codes.'])
    _refuse_to_teach_our_own(rollcall, assignments)
    for mail_id, _ in assignments:
        refuse_erased(rollcall, mail_id)
    with rollcall.store.writing() as connection:
        before = [settling.before(connection, mail_id) for mail_id, _ in assignments]
        for mail_id, assignment in assignments:
            _assign(known, connection, mail_id, assignment)
        also(connection)
    tally = settling.again(rollcall, before)
    _others_from_the_same(rollcall, [mail_id for mail_id, each in assignments if each.remember], tally)
    return tally


def may_be_taught(rollcall: assemble.Rollcall, address: str) -> bool:
    """Say whether an address may become a unit's: ours and those of the office's own people send mail of every unit."""
    own = rollcall.our_addresses() | rollcall.staff_addresses()
    return not any(sender.is_same_address(address, each) for each in own)


def _refuse_to_teach_our_own(rollcall: assemble.Rollcall, assignments: Sequence[tuple[int, Assignment]]) -> None:
    taught = [mail_id for mail_id, assignment in assignments if assignment.remember]
    with rollcall.store.reading() as connection:
        rows = [overviews.ledger(connection, mail_id)[0] for mail_id in taught]
    problems = [
        f"{row.receipt} came from {row.sender}, an address of this office (config.toml), which no unit's may become; "
        "assign it without --remember."
        for row in rows
        if not may_be_taught(rollcall, row.sender)
    ]
    if problems:
        raise OperatorError(problems)


def _others_from_the_same(rollcall: assemble.Rollcall, mail_ids: Sequence[int], tally: Tally) -> None:
    """Understand again what else came from the senders of some mails: what an address was taught bears on it.

    What waited is answered now; what had ended otherwise was answered, or needed no answer, then.
    """
    with rollcall.store.reading() as connection:
        others = [row for row in overviews.from_the_senders_of(connection, mail_ids) if row.id not in mail_ids]
    _again_answering_what_waits(rollcall, others, tally)


def _again_answering_what_waits(rollcall: assemble.Rollcall, others: Sequence[overviews.MailRow], tally: Tally) -> None:
    waiting = [row.id for row in others if row.outcome in boards.WAITING]
    if waiting:
        rereading.reread(rollcall, waiting, rereading.How(writes=True, answers=True), tally)
    rest = [row.id for row in others if row.id not in waiting]
    if rest:
        rereading.reread(rollcall, rest, rereading.How(writes=True, answers=False), Tally())


def _assign(known: situation.Situation, connection: sa.Connection, mail_id: int, assignment: Assignment) -> None:
    row, unit = overviews.ledger(connection, mail_id)[0], assignment.unit
    decision = decisions.NewDecision(decisions.ASSIGN, assignment.by, mail_id, unit=unit, note=assignment.note)
    decision_id = decisions.decide(connection, decision, known.rollcall.now())
    if assignment.remember and row.sender:
        # From the day of receipt on: what came earlier from this address may have been somebody else's.
        day = known.day_of(row.received_at)
        decisions.teach(connection, decision_id, unit, row.sender, day)
        registry.learn_address(connection, unit, row.sender, day)


def proposed(rollcall: assemble.Rollcall) -> list[overviews.MailRow]:
    """Return the waiting mails that one look at a list settles.

    Each has a proposal, nothing in it contradicts, and it replaces no accepted report: who replaces one is looked at.
    """
    with rollcall.store.reading() as connection:
        return [
            row
            for row in overviews.waiting_for_a_person(connection)
            if row.outcome == "held"
            and row.reason in _WAITS_FOR_ITS_UNIT
            and row.proposal
            and not review_remarks.contradictions(row, row.proposal)
            and _figures_are_named(row, row.proposal)
            and would_replace(connection, row, row.proposal) is None
        ]


def would_replace(connection: sa.Connection, row: overviews.MailRow, unit: str) -> reports.Version | None:
    """Return the accepted version that a waiting mail with figures would replace as a unit's, None where none."""
    if row.campaign is None or not any(part["used"] for part in row.parts):
        return None
    versions = stored_reports.versions_of(connection, [(row.campaign, unit)])
    others = [each for each in versions if each.outcome == Outcome.ACCEPTED.value and each.mail_id != row.id]
    return reports.standing(others) if others else None


def _figures_are_named(row: overviews.MailRow, unit: str) -> bool:
    """Whether the workbook itself names the unit: a file name or a signature alone makes nobody's figures theirs."""
    if not any(part["used"] for part in row.parts):
        return True
    return any(piece["source"] == "workbook" and piece["units"] == [unit] for piece in row.evidence)


def rule(
    rollcall: assemble.Rollcall, mail: str, made: Ruling, also: Callable[[sa.Connection], None] = _nothing_more
) -> Tally:
    """Settle how a mail ends: it is understood again, the board changes, its letter is queued.

    `also` writes what belongs to the decision. Raises OperatorError where it cannot be settled so; then nothing is
    written.
    """
    mail_id = find(rollcall, mail)
    refuse_erased(rollcall, mail_id)
    if len(made.note) > words.LINE_LIMIT:
        raise OperatorError([f"A note has at most {words.LINE_LIMIT} characters; this one has {len(made.note)}."])
    decision = decisions.NewDecision(made.kind, made.by, mail_id, note=made.note)
    considered = considering.consider(rollcall, mail_id, decision)
    refusal = considered.refusal or _counts_already(rollcall, mail_id, made)
    if refusal:
        raise OperatorError([REFUSALS[refusal].format(mail=mail)])
    with rollcall.store.writing() as connection:
        decisions.decide(connection, decision, rollcall.now())
        also(connection)
    return _again(rollcall, [mail_id])


def _counts_already(rollcall: assemble.Rollcall, mail_id: int, made: Ruling) -> str:
    with rollcall.store.reading() as connection:
        row = overviews.ledger(connection, mail_id)[0]
    counts = row.outcome == "accepted" and row.reason != "warnings"
    return ruling.COUNTS if made.kind == decisions.ACCEPT and counts else ""


def undo(rollcall: assemble.Rollcall, mail: str, by: str, note: str = "") -> tuple[Tally, list[str]]:
    """Take back the last decision about a mail; the mail is understood again.

    So are the unit's later mails, which saw what the decision had made of this one. Returns also what becomes of the
    letters that the decision caused.
    """
    mail_id = find(rollcall, mail)
    refuse_erased(rollcall, mail_id)
    with rollcall.store.writing() as connection:
        made = decisions.of_mail(connection, mail_id)
        if not made:
            raise OperatorError([_nothing_to_undo(mail, inbox.by_ids(connection, [mail_id])[0])])
        last = made[-1]
        was = settling.before(connection, mail_id)
        before = outbox.of_mail(connection, mail_id)
        decisions.undo(connection, last, by, rollcall.now(), note)
        _forget_what_it_taught(connection, last)
        # What was given back to a unit is its again from the day on which it was before.
        since = settling.before(connection, mail_id).since if last.kind == decisions.ASSIGN else last.at
        others: list[int] = []
        if decisions.lesson_of(connection, last.id):
            # What the address alone made a unit's is so no more, and an answer to it that waits must not go.
            others = [row.id for row in overviews.from_the_senders_of(connection, [mail_id])]
    tally = settling.again(rollcall, [replace(was, since=since)], others)
    with rollcall.store.reading() as connection:
        after = outbox.of_mail(connection, mail_id)
    return tally, review_remarks.called_back(before, after, last.at)


def _forget_what_it_taught(connection: sa.Connection, undone: decisions.Decision) -> None:
    """Take an address back that a decision taught, unless another decision in force taught it too."""
    lesson = decisions.lesson_of(connection, undone.id)
    if lesson is None:
        return
    registry.forget_address(connection, *lesson)
    still_from = decisions.taught_from(connection, *lesson)
    if still_from is not None:
        registry.learn_address(connection, *lesson, still_from)


def _nothing_to_undo(mail: str, row: inbox.Waiting) -> str:
    if row.handed_in_for:
        given = (
            f"it was handed in for {row.handed_in_for}; `rollcall review assign {mail} UNIT` gives it to another unit"
        )
        return f"There is no decision about {mail} to undo: {given}."
    return f"There is no decision about {mail} to undo."


def take_what_came_late(rollcall: assemble.Rollcall, campaign: campaigns.Campaign, unit: str) -> Tally:
    """Read again what came after a campaign's close and may be a unit's: an extension may cover it now.

    Long after the close nobody knew the unit by its address or name any more (service.rosters_at): so what waits
    without a unit is read again too, and whatever came from its addresses.
    """
    entry = campaign.entry(unit)
    tally = Tally()
    if campaign.closes is None or entry is None:
        return tally
    addresses = {sender.address_key(known.address) for known in entry.unit.addresses}
    with rollcall.store.reading() as connection:
        mine = set(overviews.waiting_of_unit(connection, unit, "after_close"))
        until = decisions.extensions(connection, campaign.name).get(unit, campaign.closes)
        late = overviews.received_between(connection, campaign.closes, until)
    found = [
        row
        for row in late
        if row.id in mine or row.reason == "unknown_sender" or sender.address_key(row.sender) in addresses
    ]
    _again_answering_what_waits(rollcall, found, tally)
    return tally


def settle_what_was_answered(rollcall: assemble.Rollcall, tally: Tally) -> None:
    """Understand again what waits with a question that a person has answered. For the holder of no lock."""
    with rollcall.store.reading() as connection:
        waiting = [
            row
            for row in overviews.waiting_for_a_person(connection)
            if row.reason in sent_mail.SETTLED_BY_A_REPLY
            and sent.answered_at(connection, row.message_id, [row.sender]) is not None
        ]
    if waiting:
        done = Tally()
        rereading.reread(rollcall, [row.id for row in waiting], rereading.How(writes=True, answers=True), done)
        tally.queued += done.queued


def _again(rollcall: assemble.Rollcall, mail_ids: Sequence[int]) -> Tally:
    tally = Tally()
    rereading.reread(rollcall, mail_ids, rereading.How(writes=True, answers=True), tally)
    return tally
