"""The outbox: each letter once, in its order, and what was sent is history."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from roll.letters import Letter, LetterKind
from storage import database, outbox, reminders, tables
from tests import databases
from tests.storage import samples
from tests.storage.samples import CAMPAIGN, NOW, hours, letter


def put(store: database.Database, *owed: Letter, now: datetime = NOW, withheld: bool = False) -> list[int]:
    with store.writing() as connection:
        return outbox.put(connection, owed, now, withheld=withheld)


def claim(store: database.Database, now: datetime = NOW) -> outbox.Owed | None:
    with store.writing() as connection:
        return outbox.claim_next(connection, now)


def claimed(store: database.Database, now: datetime = NOW) -> outbox.Owed:
    owed = claim(store, now)
    assert owed is not None
    return owed


def keys_in_order(store: database.Database, now: datetime = NOW) -> list[str]:
    """Claim and send everything that is due; return the keys in that order."""
    order = []
    while (owed := claim(store, now)) is not None:
        order.append(owed.data.decode().removeprefix("Subject: ").strip())
        with store.writing() as connection:
            outbox.mark_sent(connection, owed.id, now)
    return order


def row(store: database.Database, letter_id: int) -> outbox.LetterRow:
    with store.reading() as connection:
        return outbox.rows(connection, [letter_id])[0]


# Queueing


def test_a_letter_comes_out_with_its_very_bytes(store: database.Database) -> None:
    data = b"Subject: x\r\n\r\n\x00\xff." + b"x" * 100_000
    (letter_id,) = put(store, letter("x", data=data))

    owed = claimed(store)
    assert (owed.id, owed.to, owed.data, owed.kind, owed.tries, owed.queued_at) == (
        letter_id, "u1@unit.example", data, "acknowledgement", 1, NOW,
    )  # fmt: skip
    with store.reading() as connection:
        assert outbox.data_of(connection, letter_id) == data
        assert outbox.data_of(connection, 99) is None


def test_a_key_that_is_there_already_adds_nothing_and_changes_nothing(store: database.Database) -> None:
    first = put(store, letter("a"))
    before = samples.dump(store)

    assert put(store, letter("a", data=b"other"), now=NOW + hours(1)) == []
    assert samples.dump(store) == before
    (added,) = put(store, letter("a"), letter("b"), letter("b"))
    assert added > first[0]


def test_a_letter_of_a_mail_is_its_answer(office: samples.Office) -> None:
    mail_id = office.take(samples.understood("U1"))
    with office.store.writing() as connection:
        assert not outbox.answered(connection, mail_id)
        outbox.put(connection, [letter("a", mail_id=mail_id)], NOW)
        assert outbox.answered(connection, mail_id)


def test_withheld_letters_are_on_record_and_never_sent(store: database.Database) -> None:
    (letter_id,) = put(store, letter("a"), withheld=True)
    assert row(store, letter_id).state == "cancelled"
    assert claim(store, NOW + timedelta(days=9)) is None
    assert put(store, letter("a")) == []


def test_a_letter_waits_until_it_is_due(store: database.Database) -> None:
    put(store, letter("a", due_at=NOW + hours(2)))
    assert claim(store, NOW + hours(1.99)) is None
    assert claim(store, NOW + hours(2)) is not None


def test_letters_and_their_cause_are_written_together_or_not_at_all(office: samples.Office) -> None:
    with samples.interrupted(office.store) as connection:
        outbox.put(connection, [letter("a")], NOW)
    assert claim(office.store) is None


# The order


def test_answers_go_before_reminders_and_digests_last(store: database.Database) -> None:
    kinds = [
        LetterKind.DIGEST,
        LetterKind.OVERDUE,
        LetterKind.REMINDER,
        LetterKind.RECEIPT,
        LetterKind.CONFIRM,
        LetterKind.RETURN,
    ]
    put(
        store,
        *(letter(kind.value, kind, to=f"{kind.value}@x.example") for kind in (*kinds, LetterKind.ACKNOWLEDGEMENT)),
    )
    assert keys_in_order(store) == ["acknowledgement", "return", "confirm", "receipt", "reminder", "overdue", "digest"]


def test_a_units_contact_hears_of_a_report_as_soon_as_its_sender(store: database.Database) -> None:
    kinds = (LetterKind.RETURN, LetterKind.CREDITED, LetterKind.ACKNOWLEDGEMENT)
    put(store, *(letter(kind.value, kind, to=f"{kind.value}@x.example") for kind in kinds))
    assert keys_in_order(store) == ["credited", "acknowledgement", "return"]


def test_every_kind_of_letter_has_its_place_in_the_order(store: database.Database) -> None:
    assert len(put(store, *(letter(kind.value, kind) for kind in LetterKind))) == len(LetterKind)


def test_letters_of_one_kind_go_out_as_they_were_queued(store: database.Database) -> None:
    put(store, *(letter(f"{number}", to=f"u{number}@x.example") for number in range(12)))
    assert keys_in_order(store) == [str(number) for number in range(12)]


def test_answers_to_one_address_arrive_in_the_order_of_its_mails(store: database.Database) -> None:
    put(store, letter("first", LetterKind.CONFIRM), letter("second", LetterKind.ACKNOWLEDGEMENT))
    put(store, letter("other", LetterKind.ACKNOWLEDGEMENT, to="else@x.example"))
    assert keys_in_order(store) == ["other", "first", "second"]


def test_a_later_answer_waits_while_an_earlier_one_to_the_same_address_is_tried_again(store: database.Database) -> None:
    put(store, letter("first"), letter("second"), letter("other", to="else@x.example"))
    with store.writing() as connection:
        owed = outbox.claim_next(connection, NOW)
        assert owed is not None
        outbox.postpone(connection, owed, NOW, outbox.Setback("greylisted"))
    assert keys_in_order(store) == ["other"]
    assert keys_in_order(store, NOW + hours(1)) == ["first", "second"]


def test_a_letter_that_is_refused_for_hours_holds_the_next_one_back_no_longer(store: database.Database) -> None:
    put(store, letter("stuck"), letter("next"))
    now = NOW
    while now < NOW + outbox.HOLDS_BACK_FOR:
        owed = claim(store, now)
        if owed is not None:
            assert owed.data == letter("stuck").data
            with store.writing() as connection:
                outbox.postpone(connection, owed, now, outbox.Setback("451 try later"))
        now += hours(0.25)
    assert "next" in keys_in_order(store, NOW + outbox.HOLDS_BACK_FOR + hours(0.1))


def test_a_reminder_in_the_queue_does_not_hold_back_an_answer(store: database.Database) -> None:
    put(store, letter("reminder", LetterKind.REMINDER), letter("answer"))
    assert keys_in_order(store) == ["answer", "reminder"]


# Claiming


def test_a_claimed_letter_is_nobody_elses(store: database.Database) -> None:
    (letter_id,) = put(store, letter("a"))
    assert claimed(store).id == letter_id
    assert claim(store) is None
    assert row(store, letter_id).state == "sending"


def test_workers_that_claim_at_once_send_each_letter_once(store: database.Database) -> None:
    put(store, *(letter(f"{number}", to=f"u{number}@x.example") for number in range(60)))
    taken: list[int] = []

    def work() -> None:
        while (owed := claim(store)) is not None:
            taken.append(owed.id)
            with store.writing() as connection:
                outbox.mark_sent(connection, owed.id, NOW)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(taken) == list(range(1, 61))


def test_what_a_dead_process_was_sending_is_sent_again_with_the_same_bytes(store: database.Database) -> None:
    put(store, letter("a"), letter("b", to="b@x.example"))
    first = claimed(store)
    with store.writing() as connection:
        assert outbox.reclaim(connection) == 1
        assert outbox.reclaim(connection) == 0
    again = claimed(store)
    assert (again.id, again.data, again.tries) == (first.id, first.data, 2)


def test_reclaiming_touches_only_what_was_being_sent(store: database.Database) -> None:
    ids = put(store, *(letter(key, to=f"{key}@x.example") for key in "abcd"))
    with store.writing() as connection:
        for letter_id, mark in zip(
            ids,
            (lambda i: outbox.mark_sent(connection, i, NOW), lambda i: outbox.mark_failed(connection, i, NOW, "550")),
            strict=False,
        ):
            assert outbox.claim_next(connection, NOW) is not None
            mark(letter_id)
        outbox.cancel(connection, ids[2])
        assert outbox.reclaim(connection) == 0
    assert [row(store, letter_id).state for letter_id in ids] == ["sent", "failed", "cancelled", "queued"]


# The server's answer


def test_a_sent_letter_says_when_and_is_owed_no_more(store: database.Database) -> None:
    put(store, letter("a"))
    owed = claimed(store)
    with store.writing() as connection:
        outbox.mark_sent(connection, owed.id, NOW + hours(1))
    assert (row(store, owed.id).state, row(store, owed.id).sent_at) == ("sent", NOW + hours(1))
    assert claim(store, NOW + timedelta(days=30)) is None


def test_a_sent_letter_changes_no_more_whatever_a_late_worker_says(store: database.Database) -> None:
    put(store, letter("a"))
    owed = claimed(store)
    with store.writing() as connection:
        outbox.mark_sent(connection, owed.id, NOW)
    before = samples.dump(store)
    with store.writing() as connection:
        outbox.mark_sent(connection, owed.id, NOW + hours(5))
        outbox.mark_failed(connection, owed.id, NOW, "550")
        outbox.postpone(connection, owed, NOW, outbox.Setback("451"))
        outbox.reclaim(connection)
        assert not outbox.cancel(connection, owed.id)
        assert outbox.put(connection, [letter("a", data=b"other")], NOW) == []
    assert samples.dump(store) == before


def test_a_letter_the_server_took_is_sent_even_if_it_was_reclaimed_meanwhile(store: database.Database) -> None:
    put(store, letter("a"))
    owed = claimed(store)
    with store.writing() as connection:
        outbox.reclaim(connection)
        outbox.mark_sent(connection, owed.id, NOW)
    assert row(store, owed.id).state == "sent"
    assert claim(store) is None


def test_a_refused_letter_fails_with_the_servers_words(store: database.Database) -> None:
    put(store, letter("a"))
    owed = claimed(store)
    with store.writing() as connection:
        outbox.mark_failed(connection, owed.id, NOW, "550 5.1.1 no such user")
    assert (row(store, owed.id).state, row(store, owed.id).error) == ("failed", "550 5.1.1 no such user")
    assert claim(store, NOW + timedelta(days=30)) is None


def waits(store: database.Database, count: int) -> list[timedelta]:
    """Postpone the one letter `count` times, each time as soon as it is due again; return the waits."""
    now, found = NOW, []
    for _ in range(count):
        owed = claimed(store, now)
        with store.writing() as connection:
            outbox.postpone(connection, owed, now, outbox.Setback("451"))
            due = connection.execute(sa.select(tables.letters.c.next_try_at)).scalar_one()
        assert claim(store, due - timedelta(seconds=1)) is None
        found.append(due - now)
        now = due
    return found


def test_waits_grow_to_four_hours_and_are_jittered(store: database.Database) -> None:
    put(store, letter("a"))
    found = waits(store, len(outbox.WAITS) + 2)
    for wait, wanted in zip(found, (*outbox.WAITS, outbox.WAITS[-1], outbox.WAITS[-1]), strict=True):
        assert wanted * 0.8 <= wait <= wanted * 1.2
    assert len({wait / wanted for wait, wanted in zip(found, outbox.WAITS, strict=False)}) > 1


def test_a_letter_is_given_up_after_five_days_of_trying(store: database.Database) -> None:
    (letter_id,) = put(store, letter("a"))
    now = NOW
    while row(store, letter_id).state != "failed":
        owed = claim(store, now)
        if owed is not None:
            with store.writing() as connection:
                outbox.postpone(connection, owed, now, outbox.Setback("451 later"))
        now += hours(1)
    assert outbox.GIVE_UP_AFTER < now - NOW < outbox.GIVE_UP_AFTER + hours(7)
    assert row(store, letter_id).error.startswith("given up after")


def test_a_letter_found_after_a_week_of_a_machine_switched_off_is_still_tried_again(store: database.Database) -> None:
    (letter_id,) = put(store, letter("a"))
    later = NOW + timedelta(days=7)
    owed = claimed(store, later)
    with store.writing() as connection:
        outbox.postpone(connection, owed, later, outbox.Setback("451 later"))
    assert row(store, letter_id).state == "queued"


# Cancelling


def test_a_queued_letter_can_be_cancelled_once(store: database.Database) -> None:
    (letter_id,) = put(store, letter("a"))
    with store.writing() as connection:
        assert outbox.cancel(connection, letter_id)
        assert not outbox.cancel(connection, letter_id)
        assert not outbox.cancel(connection, 99)
    assert claim(store) is None


def test_a_letter_being_sent_cannot_be_cancelled(store: database.Database) -> None:
    put(store, letter("a"))
    owed = claimed(store)
    with store.writing() as connection:
        assert not outbox.cancel(connection, owed.id)


def test_queued_reminders_of_a_unit_that_reported_are_cancelled_and_nothing_else(store: database.Database) -> None:
    def of(code: str, kind: LetterKind, campaign: str = CAMPAIGN) -> Letter:
        return letter(f"{code}{kind}{campaign}", kind, unit=code, campaign=campaign, to=f"{code}@x.example")

    owed = [
        of("U1", LetterKind.REMINDER),
        of("U1", LetterKind.OVERDUE),
        of("U1", LetterKind.RETURN),
        of("U2", LetterKind.REMINDER),
    ]
    ids = put(store, *owed, of("U1", LetterKind.REMINDER, "another"))
    with store.writing() as connection:
        assert reminders.cancel(connection, CAMPAIGN, ["U1"]) == 2
        assert reminders.cancel(connection, CAMPAIGN, []) == 0
    assert [row(store, letter_id).state for letter_id in ids] == [
        "cancelled",
        "cancelled",
        "queued",
        "queued",
        "queued",
    ]


def test_a_unit_was_told_by_reminders_that_went_their_way_not_by_those_whose_time_was_over(
    store: database.Database,
) -> None:
    owed = [
        letter(f"r{number}", LetterKind.REMINDER, campaign=CAMPAIGN, unit="U1", step=f"-{number}d")
        for number in (7, 3, 1)
    ]
    put(store, *owed, letter("a", campaign=CAMPAIGN, unit="U1"))
    put(store, letter("o", LetterKind.OVERDUE, campaign=CAMPAIGN, unit="U2", step="+1d"), now=NOW + hours(1))
    put(store, letter("w", LetterKind.REMINDER, campaign=CAMPAIGN, unit="U3", due_at=NOW - hours(30)))
    with store.writing() as connection:
        outbox.cancel(connection, 2)
        assert reminders.withdraw(connection, CAMPAIGN, "U3", NOW - hours(24)) == 1
        told = reminders.told(connection, CAMPAIGN)
        assert reminders.told(connection, "another") == {}
    assert told == {
        "U1": reminders.Told(NOW, 2, NOW),
        "U2": reminders.Told(NOW + hours(1), 1, NOW + hours(1)),
        "U3": reminders.Told(None, 0, NOW),
    }


# Looking


def test_rows_come_as_they_were_queued(store: database.Database) -> None:
    ids = put(store, letter("b"), letter("a", mail_id=None, campaign=CAMPAIGN, unit="U1", step="s"))
    with store.reading() as connection:
        every = outbox.rows(connection)
        assert outbox.rows(connection, [ids[1]]) == every[1:]
        assert outbox.rows(connection, []) == []
    assert [(each.id, each.message_id) for each in every] == [(ids[0], "<b@so.example>"), (ids[1], "<a@so.example>")]
    assert (every[1].campaign, every[1].unit, every[1].step, every[1].due_at) == (CAMPAIGN, "U1", "s", NOW)


def test_the_keys_of_a_kind_are_all_there_whatever_became_of_them(store: database.Database) -> None:
    put(store, letter("d1", LetterKind.DIGEST), letter("a"))
    put(store, letter("d2", LetterKind.DIGEST), withheld=True)
    with store.reading() as connection:
        assert outbox.keys(connection, LetterKind.DIGEST) == {"d1", "d2"}


def test_keys_are_asked_for_by_how_they_begin_to_the_letter(store: database.Database) -> None:
    put(store, *(letter(key, LetterKind.ALERT) for key in ("cap:1_%", "cap:1", "Cap:1_%", "cap:1_%:more", "x:cap:1_%")))
    with store.reading() as connection:
        assert outbox.keys(connection, LetterKind.ALERT, "cap:1_%") == {"cap:1_%", "cap:1_%:more"}


def test_a_letter_is_found_by_its_whole_key_and_no_other_day_stands_for_it(store: database.Database) -> None:
    put(store, letter("receipt:question:a_b%@x.example:dot-mot:2019-07-01", LetterKind.RECEIPT))
    put(store, letter("withheld"), withheld=True)
    with store.reading() as connection:
        assert outbox.has_key(connection, "receipt:question:a_b%@x.example:dot-mot:2019-07-01")
        assert outbox.has_key(connection, "withheld")
        assert not outbox.has_key(connection, "receipt:question:a_b%@x.example:dot-mot:2019-07-03")


@databases.only_sqlite
def test_the_next_letter_is_found_by_the_index_without_carrying_the_bytes_of_all(
    store: database.Database, statements: Callable[[], list[str]]
) -> None:
    put(store, letter("a"))
    claim(store)
    chosen = [text for text in statements() if text.startswith("SELECT letters.id")]
    assert len(chosen) == 1
    assert "data" not in chosen[0]
    with databases.connect(Path(str(store.url.database))) as connection:
        plan = [
            step[3] for step in connection.execute(f"EXPLAIN QUERY PLAN {chosen[0]}", (None,) * chosen[0].count("?"))
        ]
    connection.close()
    assert not any("TEMP B-TREE" in step or step.startswith("SCAN") for step in plan), plan
