"""Calling staff by letter when Rollcall holds letters back by itself, or own letters fail (notifications.alerts)."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from notifications import alerts
from roll import letters
from service import assemble, campaign_folders, campaign_templates
from service.tally import Tally
from storage import decisions, outbox, restraint

# The switch by which people, or the brake, stop all sending; its value is when, and who where it was not a person.
PAUSED = "paused"
_BRAKE = " brake"
# Characters of a digest by which a folder's templates are told from what they were before: 64 bits.
EDITION = 16
# Who pulls the brake, in the trail.
OURSELVES = "rollcall"


def stopped(connection: sa.Connection) -> str:
    """Return who stopped all sending: "person", "brake", or empty where nobody did."""
    switched = decisions.switch(connection, PAUSED)
    return ("brake" if switched.endswith(_BRAKE) else "person") if switched else ""


def limits(rollcall: assemble.Rollcall, *, alerts_only: bool = False) -> restraint.Limits:
    """Return how much may go out now."""
    staff = {*rollcall.config.staff.digest_to, *rollcall.config.staff.alert_to}
    return restraint.Limits(rollcall.config.smtp.daily_limit, frozenset(staff), alerts_only)


def note_held_back(rollcall: assemble.Rollcall, addresses: Sequence[str]) -> None:
    """Call staff, once a day for each address, about letters that the caps hold back."""
    now = rollcall.now()
    written = [
        letter
        for address in dict.fromkeys(addresses)
        for letter in _written(
            rollcall,
            alerts.AlertFacts(alerts.AlertReason.CAP, now, address=address, limit=restraint.MOST_AN_HOUR),
            f"{address}:{_day(rollcall, now)}",
        )
    ]
    with rollcall.store.writing() as connection:
        outbox.put(connection, written, now)


def pull_brake_if_looping(rollcall: assemble.Rollcall) -> bool:
    """Stop all sending and call staff where too many letters are held back; return whether it was done now."""
    now = rollcall.now()
    with rollcall.store.reading() as connection:
        waiting = restraint.held_back(connection, now)
        if waiting < restraint.BRAKE_AT or stopped(connection):
            return False
    facts = alerts.AlertFacts(alerts.AlertReason.BRAKE, now, waiting)
    written = _written(rollcall, facts, now.isoformat(timespec="minutes"))
    with rollcall.store.writing() as connection:
        outbox.put(connection, written, now)
        decisions.set_switch(connection, PAUSED, now.isoformat() + _BRAKE)
        why = f"{waiting} letters were held back in an hour"
        decisions.note(connection, now, OURSELVES, "pause", "all letters", why)
    return True


def note_spent(rollcall: assemble.Rollcall) -> None:
    """Call staff, once a day, because the account's budget is used up."""
    now = rollcall.now()
    facts = alerts.AlertFacts(alerts.AlertReason.BUDGET, now, limit=rollcall.config.smtp.daily_limit)
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


def _written(rollcall: assemble.Rollcall, facts: alerts.AlertFacts, once: str) -> list[letters.Letter]:
    """Return the letter to each of those who are called; `once` tells one occasion from another."""
    staff = rollcall.config.staff
    return [
        alerts.alert(
            rollcall.letterhead(),
            facts,
            rollcall.envelope_to_staff(to=to, key=f"alert:{facts.reason.value}:{once}:{to.casefold()}"),
        )
        for to in staff.alert_to or staff.digest_to
    ]


def _day(rollcall: assemble.Rollcall, now: datetime) -> str:
    return now.astimezone(rollcall.zone).date().isoformat()
