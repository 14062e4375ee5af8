"""What pulls the brake and what does not: honest hours, loops with one address, loops with many, floods."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from roll.letters import LetterKind
from storage import brake, database, inbox, outbox
from tests.storage.samples import NOW, ZONE, arrival, letter

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ROBOT = "robot@unit.example"


class Desk:
    """Mails that come in, and the letters that they cause."""

    def __init__(self, store: database.Database) -> None:
        self.store, self.number = store, 0

    def receive(self, count: int = 1) -> list[int]:
        """Enter mails; return their ids."""
        first = self.number + 1
        self.number += count
        arrivals = [arrival(uid, f"mail {uid}") for uid in range(first, first + count)]
        with self.store.writing() as connection:
            inbox.enter(connection, arrivals, NOW, ZONE)
            return [row.id for row in inbox.waiting(connection)][-count:]

    def write(
        self, kind: str, to: Sequence[str], mails: Sequence[int | None], at: datetime = NOW, why: str = ""
    ) -> list[int]:
        """Queue a letter to each address, caused by the mail at the same place; return their ids."""
        owed = [
            replace(letter(f"{kind} {address} {mail} {at} {why}", LetterKind(kind), to=address), mail_id=mail)
            for address, mail in zip(to, mails, strict=True)
        ]
        with self.store.writing() as connection:
            return outbox.put(connection, owed, at)

    def receipts(self, count: int, to: str = ROBOT, at: datetime = NOW, every: timedelta = MINUTE) -> None:
        for place, mail in enumerate(self.receive(count)):
            self.write("receipt", [to], [mail], at + every * place)

    def send_everything(self, at: datetime) -> None:
        with self.store.writing() as connection:
            for row in outbox.rows(connection):
                if row.id is not None:
                    outbox.mark_sent(connection, row.id, at)

    def looping(self, at: datetime = NOW, staff: Sequence[str] = ()) -> dict[str, int]:
        with self.store.reading() as connection:
            return brake.receipts_of_a_day(connection, at, staff)

    def beyond(self, at: datetime = NOW) -> int:
        with self.store.reading() as connection:
            return brake.addresses_beyond(connection, at)

    def is_calm(self, at: datetime = NOW) -> bool:
        """Whether nothing is stopped, neither for an address nor for all."""
        owed = self.looping(at)
        is_loop = any(count >= brake.LOOP_FROM for count in owed.values()) or len(owed) >= brake.MANY_FROM
        return not is_loop and self.beyond(at) < brake.BEYOND_FROM


@pytest.fixture
def desk(store: database.Database) -> Desk:
    return Desk(store)


def units(count: int) -> list[str]:
    return [f"u{number}@unit.example" for number in range(count)]


# Honest hours.


def test_a_deadline_hour_of_500_reports_with_corrections_notices_and_the_reminders_of_the_day_is_calm(
    desk: Desk,
) -> None:
    everybody = units(500)
    desk.write("reminder", everybody, [None] * 500, NOW - 30 * MINUTE)
    desk.write("digest", [f"d{number}@office.example" for number in range(10)], [None] * 10)
    reports = desk.receive(500)
    desk.write("acknowledgement", everybody[:400], reports[:400])
    desk.write("return", everybody[400:], reports[400:])
    desk.write("credited", [f"contact{number}@unit.example" for number in range(500)], reports)
    for again in range(1, 4):
        # A hundred units correct their report, three times more; the last ten ask something as well, every time.
        corrections = desk.receive(100)
        desk.write("return", everybody[400:], corrections, NOW + 15 * MINUTE * again)
        desk.write("receipt", everybody[490:], desk.receive(10), NOW + 15 * MINUTE * again)
    assert desk.is_calm(NOW + 45 * MINUTE)
    assert desk.beyond(NOW + 45 * MINUTE) == 0


def test_a_morning_of_500_reminders_and_ten_digests_is_calm(desk: Desk) -> None:
    desk.write("reminder", units(400), [None] * 400)
    desk.write("overdue", [f"o{number}@unit.example" for number in range(100)], [None] * 100)
    desk.write("digest", [f"d{number}@office.example" for number in range(10)], [None] * 10)
    assert desk.is_calm()
    assert desk.beyond() == 0


def test_500_mails_of_strangers_that_staff_assign_in_the_same_hour_are_calm(desk: Desk) -> None:
    mails = desk.receive(500)
    desk.write("receipt", units(500), mails)
    desk.write("acknowledgement", units(500), mails, NOW + 20 * MINUTE, "assigned")
    desk.write("credited", [f"contact{number}@unit.example" for number in range(500)], mails, NOW + 20 * MINUTE)
    assert desk.is_calm(NOW + 30 * MINUTE)


def test_one_who_sends_the_reports_of_thirty_units_in_thirty_mails_is_no_machine(desk: Desk) -> None:
    mails = desk.receive(30)
    desk.write("acknowledgement", ["district@unit.example"] * 30, mails)
    desk.write("credited", units(30), mails)
    assert desk.is_calm()


def test_four_districts_that_send_25_reports_in_one_mail_each_are_calm(desk: Desk) -> None:
    for mail in desk.receive(4):
        for number in range(25):
            desk.write("acknowledgement", [f"district{mail}@unit.example"], [mail], why=f"{number}")
        desk.write("credited", [f"u{mail}-{number}@unit.example" for number in range(25)], [mail] * 25)
    assert desk.is_calm()


def test_seven_receipts_in_a_day_are_no_loop_nor_are_seven_each_day(desk: Desk) -> None:
    for day in range(3):
        desk.receipts(7, at=NOW + DAY * day, every=HOUR)
        assert desk.is_calm(NOW + DAY * day + 6 * HOUR)


# Loops.


def test_a_robot_that_waits_for_our_letter_is_known_by_its_eighth_receipt_of_a_day(desk: Desk) -> None:
    desk.receipts(7, every=20 * MINUTE)
    assert desk.is_calm(NOW + 4 * HOUR)
    desk.receipts(1, at=NOW + 4 * HOUR)
    assert desk.looping(NOW + 4 * HOUR) == {ROBOT: brake.LOOP_FROM}


def test_case_makes_no_other_address_and_what_was_cancelled_does_not_count(desk: Desk) -> None:
    desk.receipts(6)
    desk.receipts(5, to="ROBOT@Unit.example")
    assert desk.looping() == {ROBOT: 11}
    assert desk.looping(staff=[ROBOT]) == {}
    with desk.store.writing() as connection:
        for row in outbox.rows(connection)[:4]:
            assert outbox.cancel(connection, row.id)
    assert desk.looping() == {ROBOT: 7}


@pytest.mark.parametrize(("machines", "is_calm"), [(19, True), (20, False), (200, False)])
def test_many_machines_are_known_by_their_fourth_receipt_of_a_day(desk: Desk, machines: int, is_calm: bool) -> None:
    for time in range(4):
        desk.write("receipt", units(machines), desk.receive(machines), NOW + 5 * HOUR * time)
        assert desk.is_calm(NOW + 5 * HOUR * time) is (time < 3 or is_calm)


# Floods.


def test_a_mail_that_makes_us_write_to_200_addresses_is_a_flood_even_in_a_deadline_hour(desk: Desk) -> None:
    desk.write("acknowledgement", units(500), desk.receive(500))
    (mail,) = desk.receive()
    desk.write("acknowledgement", ["forger@unit.example"], [mail])
    desk.write("credited", [f"victim{number}@unit.example" for number in range(200)], [mail] * 200)
    assert desk.beyond() == 201 - brake.ADDRESSES_A_MAIL
    assert not desk.is_calm()
    assert not desk.is_calm(NOW + 5 * HOUR), "it waits still: sending was off, say"
    desk.send_everything(NOW + 5 * HOUR)
    assert desk.is_calm(NOW + 5 * HOUR)


def test_letters_that_no_mail_asked_for_are_a_flood(desk: Desk) -> None:
    desk.write("receipt", units(99), [None] * 99)
    assert desk.is_calm()
    desk.write("receipt", ["one-more@unit.example"], [None])
    assert desk.beyond() == brake.BEYOND_FROM


# What is stopped, and let go.


def test_addresses_are_stopped_until_a_person_lets_them_go_and_old_letters_are_no_sign_then(desk: Desk) -> None:
    desk.receipts(11)
    with desk.store.writing() as connection:
        brake.stop(connection, [ROBOT])
        brake.stop(connection, ["another@unit.example", ROBOT])
        assert brake.stopped(connection) == ["another@unit.example", ROBOT]
        assert brake.release(connection) == ["another@unit.example", ROBOT]
        assert brake.stopped(connection) == []
    assert desk.looping(NOW + HOUR) == {}
    desk.receipts(7, at=NOW + HOUR)
    assert desk.is_calm(NOW + HOUR)
    desk.receipts(1, at=NOW + 2 * HOUR)
    assert desk.looping(NOW + 2 * HOUR) == {ROBOT: brake.LOOP_FROM}, "what came since is counted anew"


@pytest.mark.parametrize("jump", [-HOUR, -23 * HOUR, DAY / 2])
def test_a_clock_that_jumps_hides_no_loop(desk: Desk, jump: timedelta) -> None:
    desk.receipts(11)
    assert desk.looping(NOW + jump) == {ROBOT: 11}


def test_letters_of_a_clock_that_ran_a_year_ahead_are_no_loop_of_today(desk: Desk) -> None:
    desk.receipts(11, at=NOW + 365 * DAY)
    desk.write("receipt", units(200), [None] * 200, NOW + 365 * DAY)
    desk.send_everything(NOW + 365 * DAY)
    assert desk.is_calm(NOW)
