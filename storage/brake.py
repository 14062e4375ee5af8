"""What ends a loop that no mark gives away: the signs by which one is known, and who gets no letters any more.

Words alone are answered once a day (service.answers), so what goes on is a machine that attaches something new to each
of its answers. It brings no report, so what we owe it are receipts, and it waits for our letter before it writes again:
neither the letters held back nor those of an hour tell it from an honest deadline hour, the receipts of a day do.

A loop with one address is stopped for that address alone: whoever can make us write receipts to one address must not
stop the office. All sending is stopped where many addresses show that sign, or where we write more than was asked of us
(fault catalogue, 2.2, row 7). Nothing is dropped: what is stopped waits for a person.
"""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from roll import letters
from storage import decisions, tables
from storage.restraint import DAY, HOUR, MOST_A_DAY, MOST_AN_HOUR, REMINDERS, TO_STAFF

# Receipts owed to one address within a day that mean a loop: what it may get in all, but for a reminder and a notice of
# the same day. Whoever sends in reports is answered by other letters, however many they are; a person who sends
# something else eight times in a day is better telephoned.
LOOP_FROM = MOST_A_DAY - 2
# Addresses that were owed more receipts within a day than may go in an hour: of 500 units on the day of a deadline a
# few ask that often, and a list whose members all answer by themselves shows hundreds.
MANY_FROM = 20
# Addresses that one mail may rightly make us write to: its sender's, another one when a person has ruled, and that of
# the unit's registered contact. Several letters to one of them are what the caps are for.
ADDRESSES_A_MAIL = 3
# Addresses of an hour beyond those: four mails in which a district sends the reports of 25 communes each come to 92.
BEYOND_FROM = 100
# The switches: addresses that get no letters, one a line; and the last letter when a person let all sending go on.
_STOPPED, _RELEASED = "stopped_addresses", "released_letter"

_LETTER = tables.letters.c
# By its id, not by a time: a clock may be set back. Letters in the future count too, see storage.restraint.
_OF_LATE = sa.and_(_LETTER.queued_at > sa.bindparam("since"), _LETTER.queued_at <= sa.bindparam("ahead"))
_COUNTED = sa.and_(_LETTER.state != letters.LetterState.CANCELLED.value, _LETTER.id > sa.bindparam("released"))
_RECEIPTS = (
    sa.select(sa.func.lower(_LETTER.to), sa.func.count())
    .where(_OF_LATE, _COUNTED, _LETTER.kind == letters.LetterKind.RECEIPT.value)
    .group_by(sa.func.lower(_LETTER.to))
    .having(sa.func.count() > MOST_AN_HOUR)
    .order_by(sa.func.lower(_LETTER.to))
)
_OF_MAILS = (
    sa.select(_LETTER.mail_id, sa.func.count(), sa.func.count(sa.distinct(sa.func.lower(_LETTER.to))))
    .where(sa.or_(_OF_LATE, _LETTER.state == letters.LetterState.QUEUED.value), _COUNTED)
    .where(_LETTER.kind.not_in((*TO_STAFF, *REMINDERS)))
    .group_by(_LETTER.mail_id)
)


def receipts_of_a_day(connection: sa.Connection, now: datetime, uncapped: Collection[str] = ()) -> dict[str, int]:
    """Return the receipts owed within a day to each address that is owed more than may go in an hour.

    Those before a person let sending go on are not counted again, and `uncapped` (staff's) addresses never.
    """
    counted = {"since": now - DAY, "ahead": now + DAY, "released": _released(connection)}
    return {to: count for to, count in connection.execute(_RECEIPTS, counted) if to not in uncapped}


def addresses_beyond(connection: sa.Connection, now: datetime) -> int:
    """Return to how many addresses we write beyond what each mail may cause; a letter that no mail asked for counts.

    Letters of the last hour are counted, and those that wait still, whatever kept them from going out. Reminders are
    none of them: there is one a unit and day, by its key.
    """
    counted = {"since": now - HOUR, "ahead": now + HOUR, "released": _released(connection)}
    found = connection.execute(_OF_MAILS, counted)
    return sum(count if mail is None else max(0, addresses - ADDRESSES_A_MAIL) for mail, count, addresses in found)


def stopped(connection: sa.Connection) -> list[str]:
    """Return the addresses that get no letters until a person lets sending go on, in lower case."""
    return decisions.switch(connection, _STOPPED).split()


def stop(connection: sa.Connection, addresses: Collection[str]) -> None:
    """Let these addresses get no letters any more."""
    decisions.set_switch(connection, _STOPPED, "\n".join(sorted({*stopped(connection), *addresses})))


def release(connection: sa.Connection) -> list[str]:
    """Let letters go out again; return the addresses that got none. What is queued by now is no sign of a loop then."""
    addresses = stopped(connection)
    last = connection.execute(sa.select(sa.func.max(_LETTER.id))).scalar() or 0
    decisions.set_switch(connection, _STOPPED, "")
    decisions.set_switch(connection, _RELEASED, str(last))
    return addresses


def _released(connection: sa.Connection) -> int:
    return int(decisions.switch(connection, _RELEASED) or 0)
