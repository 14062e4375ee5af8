"""Caps for one address, the account's budget, and the order in which letters share it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from roll.letters import LetterKind
from storage import database, outbox, restraint
from storage.restraint import BRAKE_AT, MOST_A_DAY, MOST_AN_HOUR, Limits
from tests.storage.samples import NOW, letter

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def put(store: database.Database, count: int, to: str = "u1@unit.example", kind: str = "acknowledgement") -> None:
    owed = [replace(letter(f"{to} {kind} {number}"), to=to, kind=LetterKind(kind)) for number in range(count)]
    with store.writing() as connection:
        outbox.put(connection, owed, NOW)


def send_all(
    store: database.Database, now=NOW, limits: Limits | None = None
) -> tuple[list[outbox.Owed], list[str], bool]:
    """Send what may go out; return it, whose letters were held back, and whether the budget is spent."""
    sent: list[outbox.Owed] = []
    held: list[str] = []
    while True:
        with store.writing() as connection:
            claimed = restraint.claim_next(connection, now, limits or Limits())
            held += claimed.held_back
            if claimed.owed is None:
                return sent, held, claimed.spent
            outbox.mark_sent(connection, claimed.owed.id, now)
            sent.append(claimed.owed)


def test_an_address_gets_three_letters_an_hour_and_the_others_later_none_lost(store: database.Database) -> None:
    put(store, 5)
    sent, held, _ = send_all(store)
    assert (len(sent), held) == (MOST_AN_HOUR, ["u1@unit.example"]), "the fifth waits behind the fourth"
    assert send_all(store, NOW + HOUR - MINUTE)[0] == []
    assert len(send_all(store, NOW + HOUR)[0]) == 2


def test_an_address_gets_ten_letters_a_day(store: database.Database) -> None:
    put(store, 14)
    counts = [len(send_all(store, NOW + HOUR * hour)[0]) for hour in range(30)]
    assert sum(counts[:24]) == MOST_A_DAY
    assert sum(counts) == 14


def test_others_are_not_held_back_with_it(store: database.Database) -> None:
    put(store, 5)
    put(store, 2, to="u2@unit.example")
    sent, held, _ = send_all(store)
    assert [owed.to for owed in sent].count("u2@unit.example") == 2
    assert set(held) == {"u1@unit.example"}


@pytest.mark.parametrize("kind", ["digest", "alert"])
def test_letters_to_staff_are_not_capped(store: database.Database, kind: str) -> None:
    put(store, 12, kind=kind)
    assert len(send_all(store)[0]) == 12


def test_staff_get_every_letter_where_letters_go_to_staff(store: database.Database) -> None:
    put(store, 12, to="staff@office.example")
    assert len(send_all(store, limits=Limits(uncapped={"staff@office.example"}))[0]) == 12


def test_500_honest_reports_in_an_hour_are_all_acknowledged(store: database.Database) -> None:
    for number in range(500):
        put(store, 1, to=f"u{number}@unit.example")
    sent, held, _ = send_all(store)
    assert (len(sent), held) == (500, [])
    with store.reading() as connection:
        assert restraint.held_back(connection, NOW) == 0


def test_what_is_held_back_is_counted_for_the_brake(store: database.Database) -> None:
    put(store, BRAKE_AT + MOST_AN_HOUR)
    send_all(store)
    with store.reading() as connection:
        assert restraint.held_back(connection, NOW) == BRAKE_AT


def test_a_budget_is_shared_by_weight_and_reminders_leave_a_tenth_to_answers(store: database.Database) -> None:
    for number in range(30):
        put(store, 1, to=f"r{number}@unit.example", kind="reminder")
    sent, _, spent = send_all(store, limits=Limits(budget=20))
    assert (len(sent), spent) == (18, True)
    for number in range(5):
        put(store, 1, to=f"a{number}@unit.example")
    sent, _, spent = send_all(store, NOW + HOUR, Limits(budget=20))
    assert ([owed.kind for owed in sent], spent) == (["acknowledgement"] * 2, True)
    assert len(send_all(store, NOW + timedelta(hours=24), Limits(budget=20))[0]) == 15


def test_while_everything_is_stopped_only_alerts_go_out(store: database.Database) -> None:
    put(store, 1)
    put(store, 1, to="staff@office.example", kind="alert")
    sent, _, spent = send_all(store, limits=Limits(alerts_only=True))
    assert ([owed.kind for owed in sent], spent) == (["alert"], False)
    assert [owed.kind for owed in send_all(store)[0]] == ["acknowledgement"]
