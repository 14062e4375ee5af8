"""What people settled: dated, never changed, at most undone; and the trail of who did what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from storage import inserts, tables

ASSIGN = "assign"
ACCEPT = "accept"
RETURN = "return"
DISMISS = "dismiss"
RULINGS = (ACCEPT, RETURN, DISMISS)
EXTEND = "extend"
EXEMPT = "exempt"
# An officer's word that a follow-up may go out: `note` is the step, "+3d", and what may be said in it.
FOLLOW_UP = "follow_up"
# An officer's word that an address lives, of which letters came back: `note` is the address.
REACHABLE = "reachable"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision in force. `until` is an exclusive, aware instant (extend)."""

    id: int
    at: datetime
    by: str
    kind: str
    mail_id: int | None
    campaign: str | None
    unit: str | None
    until: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class NewDecision:
    """A decision about to be written."""

    kind: str
    by: str
    mail_id: int | None = None
    campaign: str | None = None
    unit: str | None = None
    until: datetime | None = None
    note: str = ""


def decide(connection: sa.Connection, decision: NewDecision, now: datetime) -> int:
    """Write a decision and its line in the trail; return its id."""
    row = {name: getattr(decision, name) for name in NewDecision.__dataclass_fields__}
    statement = sa.insert(tables.decisions).values(at=now, **row).returning(tables.decisions.c.id)
    decision_id = int(connection.execute(statement).scalar_one())
    note(connection, now, decision.by, decision.kind, _subject(decision), decision.note)
    return decision_id


def undo(connection: sa.Connection, decision: Decision, by: str, now: datetime, why: str = "") -> None:
    """Take a decision back, once; it stays on record."""
    in_force = sa.and_(tables.decisions.c.id == decision.id, tables.decisions.c.undone_at.is_(None))
    if connection.execute(sa.update(tables.decisions).where(in_force).values(undone_at=now)).rowcount:
        note(connection, now, by, f"undo {decision.kind}", _subject(decision), why)


def _subject(decision: Decision | NewDecision) -> str:
    if decision.mail_id:
        return f"mail {decision.mail_id}"
    return "/".join(part for part in (decision.campaign, decision.unit) if part) or decision.note


def _in_force() -> sa.Select[Any]:
    columns = [tables.decisions.c[name] for name in Decision.__dataclass_fields__]
    return sa.select(*columns).where(tables.decisions.c.undone_at.is_(None)).order_by(tables.decisions.c.id)


# Made once, as in storage.inbox: it is asked for every mail.
_OF_MAILS = _in_force().where(tables.decisions.c.mail_id.in_(sa.bindparam("mail_ids", expanding=True)))


def of_mail(connection: sa.Connection, mail_id: int) -> list[Decision]:
    """Return the decisions in force about a mail, oldest first."""
    return [Decision(*row) for row in connection.execute(_in_force().where(tables.decisions.c.mail_id == mail_id))]


def of_mails(connection: sa.Connection, mail_ids: Sequence[int]) -> dict[int, list[Decision]]:
    """Return the decisions in force about some mails, oldest first, by the mail's id."""
    found: dict[int, list[Decision]] = {}
    for row in connection.execute(_OF_MAILS, {"mail_ids": list(mail_ids)}):
        decision = Decision(*row)
        if decision.mail_id is not None:
            found.setdefault(decision.mail_id, []).append(decision)
    return found


def assignment(made: Sequence[Decision]) -> Decision | None:
    """Return the last assignment among the decisions about a mail."""
    return next((decision for decision in reversed(made) if decision.kind == ASSIGN), None)


def ruling(made: Sequence[Decision]) -> Decision | None:
    """Return the last ruling among the decisions about a mail; who assigns it afterwards has it understood anew."""
    last = made[-1] if made else None
    return last if last is not None and last.kind in RULINGS else None


def teach(connection: sa.Connection, decision_id: int, unit: str, address: str, valid_from: date) -> None:
    """Write which address a decision taught."""
    row = {"decision_id": decision_id, "unit": unit, "address": address.casefold(), "valid_from": valid_from}
    connection.execute(sa.insert(tables.lessons).values(row))


def lesson_of(connection: sa.Connection, decision_id: int) -> tuple[str, str] | None:
    """Return the unit and the address that a decision taught, None for one that taught none."""
    lessons = tables.lessons.c
    row = connection.execute(sa.select(lessons.unit, lessons.address).where(lessons.decision_id == decision_id)).first()
    return (row.unit, row.address) if row else None


def taught_at(connection: sa.Connection, unit: str, addresses: Sequence[str]) -> datetime | None:
    """Return when the first decision in force was made that taught one of some addresses as a unit's."""
    lessons, made = tables.lessons.c, tables.decisions.c
    query = (
        sa.select(sa.func.min(made.at))
        .join(tables.lessons, made.id == lessons.decision_id)
        .where(lessons.unit == unit, lessons.address.in_(list(addresses)), made.undone_at.is_(None))
    )
    return connection.execute(query).scalar()


def taught_from(connection: sa.Connection, unit: str, address: str) -> date | None:
    """Return from which day on the decisions in force say that an address is a unit's, None where none says so."""
    lessons, made = tables.lessons.c, tables.decisions.c
    query = (
        sa.select(sa.func.min(lessons.valid_from))
        .join(tables.decisions, made.id == lessons.decision_id)
        .where(lessons.unit == unit, lessons.address == address.casefold(), made.undone_at.is_(None))
    )
    return connection.execute(query).scalar()


def of_campaign(connection: sa.Connection, campaign: str) -> list[Decision]:
    """Return the decisions in force about units of a campaign (extend, exempt), oldest first."""
    query = _in_force().where(tables.decisions.c.campaign == campaign, tables.decisions.c.mail_id.is_(None))
    return [Decision(*row) for row in connection.execute(query)]


def of_unit(connection: sa.Connection, campaign: str, unit: str, kind: str) -> list[Decision]:
    """Return the decisions of a kind about a unit in a campaign that are in force, the oldest first."""
    return [made for made in of_campaign(connection, campaign) if made.kind == kind and made.unit == unit]


def extensions(connection: sa.Connection, campaign: str) -> dict[str, datetime]:
    """Return the last extension of each unit of a campaign: unit code -> exclusive instant."""
    return {
        decision.unit: decision.until
        for decision in of_campaign(connection, campaign)
        if decision.kind == EXTEND and decision.unit and decision.until
    }


def exempted(connection: sa.Connection, campaign: str) -> set[str]:
    """Return the codes of the units that need not report in a campaign."""
    return {
        decision.unit for decision in of_campaign(connection, campaign) if decision.kind == EXEMPT and decision.unit
    }


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A step of a campaign's ladder that an officer let go out, and whether it may speak of telling a higher level."""

    step: str
    tells_higher: bool


TELLS_HIGHER = "tells the higher level"


def follow_ups(connection: sa.Connection, campaign: str) -> list[FollowUp]:
    """Return the steps of a campaign after the deadline that officers let go out, the last word on each."""
    words = {}
    for decision in of_campaign(connection, campaign):
        if decision.kind == FOLLOW_UP:
            step, _, said = decision.note.partition(" ")
            words[step] = FollowUp(step, said == TELLS_HIGHER)
    return list(words.values())


def note(connection: sa.Connection, now: datetime, who: str, what: str, subject: str, detail: str = "") -> None:
    """Add a line to the audit trail."""
    connection.execute(sa.insert(tables.trail).values(at=now, who=who, what=what, subject=subject, detail=detail))


def switch(connection: sa.Connection, name: str) -> str:
    """Return a switch's value, empty where it was never set."""
    value = connection.execute(sa.select(tables.switches.c.value).where(tables.switches.c.name == name)).scalar()
    return value or ""


def set_switch(connection: sa.Connection, name: str, value: str) -> None:
    """Set a switch that outlives the process."""
    connection.execute(inserts.replacing(connection, tables.switches), {"name": name, "value": value})
