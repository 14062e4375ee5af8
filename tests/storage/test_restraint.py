"""Caps for one address, the account's budget, the order in which letters share it, and clocks that jump."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from roll.letters import LetterKind
from storage import database, outbox, restraint
from storage.restraint import MOST_A_DAY, MOST_AN_HOUR, Limits
from tests import databases
from tests.storage.samples import NOW, letter

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
UNIT, STAFF = "u1@unit.example", "staff@office.example"


@dataclass
class Sent:
    """What went out at one time, and what was said of the rest."""

    kinds: list[str] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    spent: bool = False
    short: bool = False


class Outgoing:
    """An outbox, and a server that takes every letter at once."""

    def __init__(self, store: database.Database, limits: Limits | None = None) -> None:
        self.store, self.limits, self.number = store, limits or Limits(), 0

    def put(self, count: int, to: str = UNIT, kind: str = "acknowledgement", now: datetime = NOW, cc: str = "") -> None:
        """Queue letters; a `{}` in `to` and `cc` makes each letter one to somebody else."""
        owed = []
        for _ in range(count):
            self.number += 1
            made = letter(f"{self.number}", LetterKind(kind), to=to.format(self.number), due_at=now)
            owed.append(replace(made, cc=cc.format(self.number)))
        with self.store.writing() as connection:
            outbox.put(connection, owed, now)

    def send(self, now: datetime = NOW) -> Sent:
        sent = Sent()
        with self.store.writing() as connection:
            restraint.set_right(connection, now)
        while True:
            with self.store.writing() as connection:
                claimed = restraint.claim_next(connection, now, self.limits)
                sent.held += claimed.held_back
                if claimed.owed is None:
                    sent.spent, sent.short = claimed.spent, claimed.short
                    return sent
                outbox.mark_sent(connection, claimed.owed.id, now)
                sent.kinds.append(claimed.owed.kind)
                sent.to.append(claimed.owed.to)

    def send_each(self, times: Sequence[datetime]) -> list[int]:
        """Send at some times; return how many letters went out at each."""
        return [len(self.send(time).to) for time in times]


@pytest.fixture
def out(store: database.Database) -> Outgoing:
    return Outgoing(store)


def budget(store: database.Database, letters: int) -> Outgoing:
    return Outgoing(store, Limits(budget=letters, uncapped={STAFF}))


# The caps of one address.


def test_an_address_gets_three_letters_an_hour_and_the_others_later_none_lost(out: Outgoing) -> None:
    out.put(5)
    sent = out.send()
    assert (len(sent.to), sent.held) == (MOST_AN_HOUR, [UNIT]), "the fifth waits behind the fourth"
    assert out.send_each([NOW + HOUR - MINUTE, NOW + HOUR]) == [0, 2]


def test_an_address_gets_ten_letters_a_day(out: Outgoing) -> None:
    out.put(14)
    counts = out.send_each([NOW + HOUR * hour for hour in range(30)])
    assert (sum(counts[:24]), sum(counts)) == (MOST_A_DAY, 14)


def test_in_no_hour_and_no_day_an_address_gets_more_however_they_are_cut(out: Outgoing) -> None:
    times = []
    for minute in range(0, 3 * 24 * 60, 7):
        out.put(1, now=NOW + MINUTE * minute)
        times += [NOW + MINUTE * minute] * len(out.send(NOW + MINUTE * minute).to)
    assert all(later - first >= HOUR for first, later in zip(times, times[MOST_AN_HOUR:], strict=False))
    assert all(later - first >= DAY for first, later in zip(times, times[MOST_A_DAY:], strict=False))
    assert len(times) == 3 * MOST_A_DAY


def test_others_are_not_held_back_with_it(out: Outgoing) -> None:
    out.put(5)
    out.put(2, to="u2@unit.example")
    sent = out.send()
    assert sent.to.count("u2@unit.example") == 2
    assert set(sent.held) == {UNIT}


def test_an_address_in_other_letters_is_the_same_one(out: Outgoing) -> None:
    out.put(2)
    out.put(2, to="U1@Unit.example")
    assert len(out.send().to) == MOST_AN_HOUR


def test_a_copy_counts_for_the_address_that_gets_it_and_waits_with_its_letter(out: Outgoing) -> None:
    out.put(3, to="s{}@unit.example", cc=UNIT)
    assert len(out.send().to) == 3
    out.put(1)
    out.put(1, to="s4@unit.example", cc=UNIT)
    sent = out.send()
    assert (sent.to, sent.held) == ([], [UNIT, "s4@unit.example"])
    assert len(out.send(NOW + HOUR).to) == 2


@pytest.mark.parametrize("kind", ["digest", "alert"])
def test_letters_to_staff_are_not_capped(out: Outgoing, kind: str) -> None:
    out.put(12, kind=kind)
    assert len(out.send().to) == 12


def test_staff_get_every_letter_where_letters_go_to_staff(store: database.Database) -> None:
    out = Outgoing(store, Limits(uncapped={STAFF}))
    out.put(12, to="Staff@office.example")
    assert len(out.send().to) == 12


def test_500_honest_reports_in_an_hour_are_all_acknowledged(out: Outgoing) -> None:
    out.put(500, to="u{}@unit.example")
    sent = out.send()
    assert (len(sent.to), sent.held) == (500, [])


# What is stopped.


def test_while_everything_is_stopped_only_alerts_go_out(store: database.Database) -> None:
    stopped, out = Outgoing(store, Limits(alerts_only=True)), Outgoing(store)
    stopped.put(1)
    stopped.put(1, to=STAFF, kind="alert")
    sent = stopped.send()
    assert (sent.kinds, sent.spent, sent.short) == (["alert"], False, False)
    assert out.send().kinds == ["acknowledgement"]


def test_a_stopped_address_gets_nothing_not_even_a_copy_and_the_others_do(store: database.Database) -> None:
    out = Outgoing(store, Limits(budget=100, stopped=["robot@unit.example"]))
    out.put(2, to="Robot@unit.example")
    out.put(1, to="s{}@unit.example", cc="robot@unit.example")
    out.put(2)
    sent = out.send()
    assert (sent.to, sent.spent, sent.short) == ([UNIT, UNIT], False, False)
    out.limits = Limits(budget=100)
    assert len(out.send().to) == 3


def test_reminders_that_may_not_go_yet_are_no_sign_of_a_short_budget(store: database.Database) -> None:
    out = Outgoing(store, Limits(budget=100, reminders=False))
    out.put(3, to="r{}@unit.example", kind="reminder")
    out.put(1)
    sent = out.send()
    assert (sent.kinds, sent.spent, sent.short) == (["acknowledgement"], False, False)


# The budget of a day.


@pytest.mark.parametrize(("letters", "for_reminders", "for_all"), [(20, 16, 19), (500, 400, 475), (2000, 1600, 1900)])
def test_from_four_fifths_of_the_budget_on_reminders_wait_and_answers_go_out_to_the_last_for_alerts(
    store: database.Database, letters: int, for_reminders: int, for_all: int
) -> None:
    out = budget(store, letters)
    out.put(letters, to="r{}@unit.example", kind="reminder")
    sent = out.send()
    assert (len(sent.to), sent.short, sent.spent) == (for_reminders, True, False)
    out.put(letters, to="a{}@unit.example")
    sent = out.send(NOW + HOUR)
    assert (sent.kinds, sent.spent) == (["acknowledgement"] * (for_all - for_reminders), True)
    out.put(1, to=STAFF, kind="alert")
    assert out.send(NOW + HOUR).kinds == ["alert"]
    # What the reminders took is free after 24 hours, and the answers go first.
    sent = out.send(NOW + DAY)
    used_still = for_all - for_reminders + 1
    assert Counter(sent.kinds) == {"acknowledgement": for_all - used_still}


def test_when_all_wait_answers_go_before_reminders_and_digests(store: database.Database) -> None:
    out = budget(store, 20)
    out.put(4, to=STAFF, kind="digest")
    out.put(4, to="r{}@unit.example", kind="reminder")
    for kind in ("receipt", "confirm", "return", "acknowledgement"):
        out.put(4, to="a{}@unit.example", kind=kind)
    sent = out.send()
    answers = [kind for kind in ("acknowledgement", "return", "confirm", "receipt") for _ in range(4)]
    assert sent.kinds == [*answers, "digest"], "of digests one, so that somebody knows how things stand"
    assert sent.short


@pytest.mark.parametrize(("sent_before", "more"), [(0, 1), (1, 0)])
def test_when_the_budget_is_short_one_digest_a_day_goes_out(
    store: database.Database, sent_before: int, more: int
) -> None:
    out = budget(store, 20)
    out.put(sent_before, to=STAFF, kind="digest")
    out.send()
    out.put(16 - sent_before, to="a{}@unit.example")
    out.send()
    out.put(10, to="d{}@office.example", kind="digest", now=NOW + MINUTE)
    assert out.send(NOW + MINUTE).kinds == ["digest"] * more
    assert len(out.send(NOW + DAY + MINUTE).kinds) == 10 - more, "the others wait"


def test_ten_digests_and_500_reminders_in_the_morning_leave_room_for_the_answers_of_the_day(
    store: database.Database,
) -> None:
    out = budget(store, 500)
    out.put(10, to="d{}@office.example", kind="digest")
    out.put(500, to="r{}@unit.example", kind="reminder")
    assert Counter(out.send().kinds) == {"reminder": 400, "digest": 1}
    out.put(60, to="a{}@unit.example", now=NOW + HOUR)
    sent = out.send(NOW + HOUR)
    assert (len(sent.kinds), sent.spent, sent.short) == (60, False, True)


def test_a_letter_with_a_copy_takes_two_of_the_budget(store: database.Database) -> None:
    out = budget(store, 20)
    out.put(9, to="a{}@unit.example", cc="c{}@unit.example")
    assert len(out.send().to) == 9
    out.put(1, to="b{}@unit.example", cc="c{}@unit.example")
    assert out.send().spent, "one is left, and this one needs two"
    assert out.send(NOW + DAY).to == ["b10@unit.example"]


def test_the_budget_rolls_with_the_hours(store: database.Database) -> None:
    out = budget(store, 20)
    counts = []
    for hour in range(72):
        if hour < 24:
            out.put(2, to="a{}@unit.example", now=NOW + HOUR * hour)
        counts.append(len(out.send(NOW + HOUR * hour).to))
    assert sum(counts) == 48
    assert all(sum(counts[first : first + 24]) <= 19 for first in range(49))


# Clocks that jump.


@pytest.mark.parametrize("back", [MINUTE, HOUR, 23 * HOUR])
def test_a_clock_set_back_frees_no_address_early_and_holds_none_for_more_than_two_days(
    out: Outgoing, back: timedelta
) -> None:
    out.put(30)
    ahead = [NOW + HOUR * hour for hour in range(4)]
    assert out.send_each(ahead) == [3, 3, 3, 1]
    now = ahead[-1] - back
    assert out.send_each([now, now + MINUTE]) == [0, 0]
    counts = out.send_each([now + HOUR * hour for hour in range(24 * 6)])
    assert sum(counts[: 24 * 2 + 4]) >= MOST_A_DAY, "it goes on within two days"
    assert sum(counts) == 20


def test_a_clock_a_year_ahead_freezes_nothing_once_it_is_right_again(out: Outgoing) -> None:
    ahead = NOW + 365 * DAY
    out.put(4, now=ahead)
    out.put(1, to="u2@unit.example")
    assert len(out.send(ahead).to) == 4, "three to the one, one to the other"
    with out.store.writing() as connection:
        # Tried while the clock was wrong, and put off by it.
        outbox.put(connection, [letter("tried", to="u3@unit.example")], NOW)
        owed = outbox.claim_next(connection, NOW)
        assert owed is not None
        outbox.postpone(connection, owed, ahead, outbox.Setback("451 later"))
    sent = out.send(NOW + HOUR)
    assert sorted(sent.to) == [UNIT, "u3@unit.example"]
    out.put(9, now=NOW + HOUR)
    assert len(out.send(NOW + HOUR).to) == MOST_AN_HOUR - 1, "its caps count from now on"


def test_a_day_ahead_frees_an_address_once_and_not_for_ever(out: Outgoing) -> None:
    out.put(40)
    assert out.send_each([NOW, NOW + MINUTE]) == [MOST_AN_HOUR, 0]
    assert out.send_each([NOW + DAY, NOW + DAY + MINUTE]) == [MOST_AN_HOUR, 0]
    counts = out.send_each([NOW + HOUR * hour for hour in range(24 * 6)])
    assert sum(counts[:24]) <= MOST_A_DAY
    assert sum(counts[: 24 * 2 + 1]) >= MOST_A_DAY
    assert sum(counts) == 40 - 2 * MOST_AN_HOUR


def test_a_budget_used_by_a_clock_that_ran_ahead_is_free_again_within_two_days(store: database.Database) -> None:
    out = budget(store, 20)
    out.put(19, to="a{}@unit.example", now=NOW + DAY)
    assert len(out.send(NOW + DAY).to) == 19
    out.put(1, now=NOW)
    assert out.send(NOW).spent
    assert len(out.send(NOW + 2 * DAY).to) == 1
    out.put(19, to="a{}@unit.example", now=NOW + 90 * DAY)
    assert len(out.send(NOW + 90 * DAY).to) == 19
    out.put(1, now=NOW + 3 * DAY)
    assert len(out.send(NOW + 3 * DAY).to) == 1, "an instant months ahead is no letter of today"


def test_a_letter_with_a_time_of_its_own_waits_for_it_whatever_the_clock_did(out: Outgoing) -> None:
    planned = NOW + 5 * DAY
    with out.store.writing() as connection:
        outbox.put(connection, [letter("later", due_at=planned)], NOW)
    assert out.send_each([NOW, planned - MINUTE, planned]) == [0, 0, 1]


@databases.only_sqlite
def test_what_is_counted_before_each_letter_is_read_from_an_index_and_not_from_the_letters_bytes(
    store: database.Database,
) -> None:
    explained: list[tuple[str, object]] = []

    @sa.event.listens_for(store.engine, "before_cursor_execute")
    def hear(_connection: object, _cursor: object, statement: str, given: object, *_rest: object) -> None:
        if "sent_at >" in statement:
            explained.append((f"EXPLAIN QUERY PLAN {statement}", given))

    out = budget(store, 100)
    out.put(1)
    out.send()
    sa.event.remove(store.engine, "before_cursor_execute", hear)
    assert explained
    with store.reading() as connection:
        for statement, given in explained:
            plan = [row.detail for row in connection.exec_driver_sql(statement, given)]
            assert not [step for step in plan if step.startswith("SCAN letters")], plan
            assert [step for step in plan if "ix_letters_sent_at" in step] or "copies" in statement, plan
