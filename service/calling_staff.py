"""Calling staff by letter when letters are held back or own ones fail (notifications.alerts), and the brake."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from notifications import alerts
from roll import letters
from service import assemble, campaign_folders, campaign_templates
from service.tally import Tally
from storage import brake, decisions, inbox, outbox, restraint

# The switch by which people, the brake or a restore stop all sending; its value is when, and who, but for a person.
PAUSED = "paused"
_BRAKE = " brake"
_RESTORE = " restore"
# Characters of a digest by which a folder's templates are told from what they were before: 64 bits.
EDITION = 16
# Who pulls the brake, in the trail.
OURSELVES = "rollcall"
# Addresses whose held-back letters staff hear of in a day, one letter each. A department reads about as many; in a
# deadline hour of 500 units some fifty may correct their reports again and again.
CAP_ALERTS_A_DAY = 10
# Longer than a server takes to start anew, and than the longest wait between two tries (service.schedule).
UNREAD_FOR = timedelta(minutes=15)


def stopped(connection: sa.Connection) -> str:
    """Return who stopped all sending: "person", "brake", "restore", or empty where nobody did."""
    switched = decisions.switch(connection, PAUSED)
    ended = {_BRAKE: "brake", _RESTORE: "restore"}
    return next((who for ending, who in ended.items() if switched.endswith(ending)), "person") if switched else ""


def paused_by_restore(at: datetime) -> dict[str, str]:
    """Return the switches of a database that was restored at an instant: all sending is stopped."""
    return {PAUSED: at.isoformat() + _RESTORE}


def resume(connection: sa.Connection) -> bool:
    """Start all sending again, to addresses that got no letters too; return whether anything was stopped."""
    was_stopped = bool(decisions.switch(connection, PAUSED))
    decisions.set_switch(connection, PAUSED, "")
    return bool(brake.release(connection)) or was_stopped


def limits(
    rollcall: assemble.Rollcall, connection: sa.Connection, *, alerts_only: bool = False, reminders: bool = True
) -> restraint.Limits:
    """Return how much may go out now; `reminders`: whether they may."""
    return restraint.Limits(
        budget=rollcall.config.smtp.daily_limit,
        uncapped=_uncapped(rollcall),
        alerts_only=alerts_only or bool(stopped(connection)),
        reminders=reminders,
        stopped=brake.stopped(connection),
    )


def note_held_back(rollcall: assemble.Rollcall, addresses: Sequence[str]) -> None:
    """Call staff, once a day for each address, about letters that the caps hold back.

    After CAP_ALERTS_A_DAY addresses no further one is told that day: the last call says so.
    """
    now = rollcall.now()
    today = f"{_day(rollcall, now)}:"
    with rollcall.store.reading() as connection:
        known = outbox.keys(connection, letters.LetterKind.ALERT, _key(alerts.AlertReason.CAP, today))
    told = {_once(key) for key in known}
    written: list[letters.Letter] = []
    for address in dict.fromkeys(addresses):
        once = f"{today}{address.casefold()}"
        if once not in told and len(told) < CAP_ALERTS_A_DAY:
            told.add(once)
            is_last = len(told) == CAP_ALERTS_A_DAY
            facts = alerts.AlertFacts(
                alerts.AlertReason.CAP, now, address=address, limit=restraint.MOST_AN_HOUR, is_last=is_last
            )
            written += _written(rollcall, facts, once)
    with rollcall.store.writing() as connection:
        outbox.put(connection, written, now)


def stop_loops(rollcall: assemble.Rollcall) -> list[str]:
    """Stop the letters to addresses that answer by themselves, and call staff; return those that were stopped now."""
    now = rollcall.now()
    with rollcall.store.reading() as connection:
        owed = brake.receipts_of_a_day(connection, now, _uncapped(rollcall))
        known = set(brake.stopped(connection))
    looping = [address for address, count in owed.items() if count >= brake.LOOP_FROM and address not in known]
    if not looping:
        return []
    written: list[letters.Letter] = []
    for address in looping:
        facts = alerts.AlertFacts(alerts.AlertReason.LOOP, now, owed[address], address)
        written += _written(rollcall, facts, f"{now.isoformat(timespec='minutes')}:{address}")
    with rollcall.store.writing() as connection:
        brake.stop(connection, looping)
        outbox.put(connection, written, now)
        for address in looping:
            why = f"{owed[address]} receipts were owed to it within a day"
            decisions.note(connection, now, OURSELVES, "pause", f"letters to {address}", why)
    return looping


def pull_brake(rollcall: assemble.Rollcall) -> bool:
    """Stop all sending and call staff where many addresses answer by themselves, or more is written than was asked for.

    Returns whether it was done now.
    """
    now = rollcall.now()
    with rollcall.store.reading() as connection:
        if stopped(connection):
            return False
        many = len(brake.receipts_of_a_day(connection, now, _uncapped(rollcall)))
        beyond = brake.addresses_beyond(connection, now)
    if many >= brake.MANY_FROM:
        facts = alerts.AlertFacts(alerts.AlertReason.BRAKE, now, many)
        why = f"{many} addresses were owed more receipts within a day than may go in an hour"
    elif beyond >= brake.BEYOND_FROM:
        facts = alerts.AlertFacts(alerts.AlertReason.FLOOD, now, beyond)
        why = f"{beyond} letters went to addresses beyond those that the mails received may cause"
    else:
        return False
    written = _written(rollcall, facts, now.isoformat(timespec="minutes"))
    with rollcall.store.writing() as connection:
        outbox.put(connection, written, now)
        decisions.set_switch(connection, PAUSED, now.isoformat() + _BRAKE)
        decisions.note(connection, now, OURSELVES, "pause", "all letters", why)
    return True


def note_budget(rollcall: assemble.Rollcall, reason: alerts.AlertReason) -> None:
    """Call staff, once a day, because the account's budget is short, or used up."""
    now = rollcall.now()
    facts = alerts.AlertFacts(reason, now, limit=rollcall.config.smtp.daily_limit)
    written = _written(rollcall, facts, _day(rollcall, now))
    with rollcall.store.writing() as connection:
        outbox.put(connection, written, now)


def note_unread_mailbox(rollcall: assemble.Rollcall) -> None:
    """Call staff, once a day, where the mailboxes could not be read completely for UNREAD_FOR: nobody is told then."""
    now = rollcall.now()
    with rollcall.store.reading() as connection:
        last, complete = inbox.last_pass(connection), inbox.last_complete_pass(connection)
    if last is None or not last.error or complete is None or now - complete < UNREAD_FOR:
        return
    why = tuple(last.error.splitlines())
    facts = alerts.AlertFacts(alerts.AlertReason.MAILBOX, now, mistakes=why, since=complete)
    written = _written(rollcall, facts, _day(rollcall, now))
    with rollcall.store.writing() as connection:
        outbox.put(connection, written, now)


def note_templates_at_fault(rollcall: assemble.Rollcall, tally: Tally) -> None:
    """Call staff, once a day as long as they stay as they are, about own templates that have mistakes.

    What a letter met that was written is told to `tally` too: it went out in the built-in words.
    """
    met = {name: [f"{name}/{fault.sentence}" for fault in faults] for name, faults in rollcall.take_faults().items()}
    tally.troubles += [f"{told} The built-in letter was written instead." for faults in met.values() for told in faults]
    at_fault = {**met, **rollcall.at_fault}
    if not at_fault:
        return
    now = rollcall.now()
    written = [letter for name, told in at_fault.items() for letter in _about_templates(rollcall, name, told, now)]
    with rollcall.store.writing() as connection:
        outbox.put(connection, written, now, withheld=rollcall.config.letters.mode == "off")


def _about_templates(
    rollcall: assemble.Rollcall, name: str, mistakes: Sequence[str], now: datetime
) -> list[letters.Letter]:
    title = next((campaign.title for campaign, _ in rollcall.loaded() if campaign.name == name), name)
    facts = alerts.AlertFacts(alerts.AlertReason.TEMPLATE, now, campaign=title, mistakes=tuple(mistakes))
    folder = campaign_folders.find_folder(rollcall.config.campaigns.path, name)
    edition = campaign_templates.digest_of(folder)[:EDITION] if folder else ""
    return _written(rollcall, facts, f"{name}:{edition}:{_day(rollcall, now)}")


def _uncapped(rollcall: assemble.Rollcall) -> frozenset[str]:
    """Return the addresses that letters to staff go to, in lower case."""
    staff = rollcall.config.staff
    return frozenset(address.lower() for address in (*staff.digest_to, *staff.alert_to))


def _written(rollcall: assemble.Rollcall, facts: alerts.AlertFacts, once: str) -> list[letters.Letter]:
    """Return the letter to each of those who are called; `once` tells one occasion from another."""
    staff = rollcall.config.staff
    return [
        alerts.alert(
            rollcall.letterhead(),
            facts,
            rollcall.envelope_to_staff(to=to, key=f"{_key(facts.reason, once)}:{to.casefold()}"),
        )
        for to in staff.alert_to or staff.digest_to
    ]


def _key(reason: alerts.AlertReason, once: str) -> str:
    return f"alert:{reason.value}:{once}"


def _once(key: str) -> str:
    """Return which occasion an alert was about, whoever was called."""
    return key.split(":", 2)[2].rpartition(":")[0]


def _day(rollcall: assemble.Rollcall, now: datetime) -> str:
    return now.astimezone(rollcall.zone).date().isoformat()
