"""A reminder as a finished letter: to whom it goes, what is known of what came, and which of its forms fits."""

from dataclasses import dataclass
from datetime import datetime

from intake import sender
from notifications import facts
from notifications import mails as letters_to_write
from roll import board, calendar, campaigns, ladder, letters, units
from service import owing, reasons, situation
from storage import counted, decisions, overviews, reminders

# After so many reminders that brought nothing, the unit's second registered address gets a copy: the ladder's third
# letter, the day before the deadline.
COPIED_AFTER = 2


@dataclass(frozen=True, slots=True)
class Due:
    """One reminder that is due: to whom, where the unit stands, which step, and the instant it goes out as of."""

    campaign: campaigns.Campaign
    unit: units.Unit
    standing: board.Standing
    step: ladder.DueStep
    at: datetime
    number: int  # 0 before the deadline; then 1 for the first follow-up


def kind_of(due: Due) -> letters.LetterKind:
    """Return the kind of a reminder: before the deadline, or after it."""
    return letters.LetterKind.OVERDUE if due.number else letters.LetterKind.REMINDER


def write(known: situation.Situation, due: Due, standing: owing.Standings) -> letters.Letter | None:
    """Return the finished reminder, None where the unit has no address (staff telephone it)."""
    came, thread, wrote = _what_came(known, due)
    reachable = known.addresses_of(due.unit, due.at)
    # Who sent what has to be mended knows the matter.
    reachable.sort(key=lambda address: not (wrote and sender.is_same_address(address, wrote)))
    if not reachable:
        return None
    told = standing.told_of(due.unit.code)
    days_left = _days_left(due)
    envelope = known.rollcall.envelope(
        to=reachable[0],
        cc=reachable[1] if len(reachable) > 1 and told.reminders >= COPIED_AFTER else "",
        key=f"remind:{due.campaign.name}:{due.unit.code}:{due.step.step.text}:{known.day_of(due.at)}",
        due_at=due.at,
        step=due.step.step.text,
        thread=thread,
        attachments=(known.blank_attachment(due.campaign),) if _takes_blank(due, told) else (),
    )
    head = known.rollcall.letterhead(known.extras_of(due.campaign).templates, due.campaign.name)
    if due.number:
        overdue = _overdue_facts(due, standing, came)
        return letters_to_write.overdue(head, due.campaign, due.unit, overdue, envelope)
    reminder = facts.ReminderFacts(
        at=due.at,
        days_left=days_left,
        deadline=due.step.deadline,
        came=came,
        signed_only=due.standing.is_signed_only,
    )
    return letters_to_write.reminder(head, due.campaign, due.unit, reminder, envelope)


def _days_left(due: Due) -> int:
    """Return the days to the unit's last one, negative once its deadline is over, be it within that day."""
    zone = due.campaign.zone
    if due.at >= due.step.deadline:
        return -1
    return (calendar.last_day_before(due.step.deadline, zone) - calendar.day_of(due.at, zone)).days


def _takes_blank(due: Due, told: reminders.Told) -> bool:
    """Say whether the blank form goes along: with the first reminder, and wherever what came was no such form.

    Who has errors to mend mends his own file.
    """
    cause = due.standing.cause
    return cause is board.Cause.UNREADABLE or (cause is board.Cause.NOTHING and not told.reminders)


def _what_came(known: situation.Situation, due: Due) -> tuple[facts.CameFacts | None, facts.Thread | None, str]:
    """Return what came of the unit and went back, the thread of that mail, and who wrote it."""
    sent_back = due.standing.returned
    if due.standing.cause in {None, board.Cause.NOTHING} or sent_back is None:
        return None, None, ""
    with known.rollcall.store.reading() as connection:
        row = next(iter(overviews.ledger(connection, sent_back.mail_id)))
        problems = counted.errors_of(connection, sent_back.mail_id, sent_back.part)
        ruled = decisions.ruling(decisions.of_mail(connection, sent_back.mail_id))
    file = sent_back.file_name or next(
        (part["name"] for part in row.parts if part["kind"] not in {"text", "html"} and part["name"]), ""
    )
    came = facts.CameFacts(
        cause=sent_back.cause,
        received_at=sent_back.received_at,
        receipt=sent_back.receipt,
        why=reasons.say(sent_back.reason, known.rollcall.config.office.language),
        file_name=file,
        problems=tuple(problems),
        officer_note=ruled.note if ruled is not None and ruled.kind == decisions.RETURN else "",
        on_time=bool(due.standing.on_time),
        sheet_titles={sheet.name: sheet.caption or sheet.name for sheet in known.form_of(due.campaign.name).sheets},
    )
    return came, facts.Thread(row.subject, row.message_id), row.sender


def _overdue_facts(due: Due, standing: owing.Standings, came: facts.CameFacts | None) -> facts.OverdueFacts:
    totals = standing.shown.totals()
    let_out = next((each for each in standing.follow_ups if each.step == due.step.step.text), None)
    return facts.OverdueFacts(
        at=due.at,
        number=due.number,
        deadline=due.step.deadline,
        reported=totals["received"],
        expected=totals["expected"],
        send_before=due.campaign.end(),
        came=came,
        tell_higher=let_out is not None and let_out.tells_higher,
        signed_only=due.standing.is_signed_only,
    )


def no_address(known: situation.Situation, unit: units.Unit) -> str:
    """Return the sentence for a unit to which no letter gets through."""
    phone = f"; telephone {unit.phone}" if unit.phone else ""
    failed = [each for each in unit.addresses if sender.address_key(each.address) in known.unreachable]
    if failed:
        found = known.unreachable[sender.address_key(failed[0].address)]
        return (
            f"{unit.name} ({unit.code}) is not reminded: letters to {failed[0].address} come back since "
            f"{found.since.astimezone(known.rollcall.zone):%d/%m/%Y %H:%M} ({found.why}){phone}. "
            f"Correct the address in units.csv, or say `rollcall units reachable {failed[0].address}`."
        )
    has = (
        f"has no address that can be written to ({unit.addresses[0].address})"
        if unit.addresses
        else "has no mail address"
    )
    return f"{unit.name} ({unit.code}) {has} and is not reminded{phone}. Add its address to units.csv."
