"""The ledger: one row for each mail that was shown to us, whatever the server does to its numbers."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from roll import mails
from storage import database, decisions, inbox, overviews, tables
from storage import reports as stored_reports
from tests import databases
from tests.storage import samples
from tests.storage.samples import NOW, arrival


def places(store: database.Database) -> list[tuple[int | None, int | None]]:
    """Return (UIDVALIDITY, UID) of each row in the order of the ledger."""
    with store.reading() as connection:
        query = sa.select(tables.mails.c.uidvalidity, tables.mails.c.uid).order_by(tables.mails.c.id)
        return [(row.uidvalidity, row.uid) for row in connection.execute(query)]


def receipts(store: database.Database) -> list[str]:
    with store.reading() as connection:
        return [row.receipt for row in inbox.by_ids(connection, None)]


# Entering


def test_a_mail_enters_with_its_bytes_its_receipt_number_and_when_it_came(office: samples.Office) -> None:
    assert office.enter(arrival(9, b"a\r\nmail \x00\xff", received_at=NOW - timedelta(days=2))) == 1

    with office.store.reading() as connection:
        (row,) = inbox.waiting(connection)
        assert inbox.raw(connection, row.sha256) == b"a\r\nmail \x00\xff"
    assert (row.receipt, row.size, row.received_at, row.entered_at) == (
        "TN-2019-0001",
        10,
        NOW - timedelta(days=2),
        NOW,
    )


def test_a_mail_shown_again_keeps_its_row(office: samples.Office) -> None:
    assert office.enter(arrival(1), arrival(2, b"other")) == 2
    assert office.enter(arrival(1), arrival(2, b"other"), arrival(3, b"new")) == 1
    assert places(office.store) == [(7, 1), (7, 2), (7, 3)]


def test_a_mail_that_stands_twice_in_one_batch_enters_once(office: samples.Office) -> None:
    assert office.enter(arrival(1), arrival(1)) == 1
    assert places(office.store) == [(7, 1)]


def test_the_same_bytes_under_two_uids_are_two_rows_and_kept_once(office: samples.Office) -> None:
    office.enter(arrival(1), arrival(2))
    with office.store.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(tables.raws)).scalar() == 1
    assert places(office.store) == [(7, 1), (7, 2)]


def test_a_uid_that_comes_with_other_bytes_is_another_mail(office: samples.Office) -> None:
    office.enter(arrival(1, b"first"))
    assert office.enter(arrival(1, b"second"), arrival(1, b"first")) == 1
    assert places(office.store) == [(7, 1), (7, 1)]


def test_the_same_uid_in_two_folders_or_mailboxes_is_two_mails(office: samples.Office) -> None:
    assert office.enter(arrival(1), arrival(1, folder="Junk"), arrival(1, mailbox="second")) == 3


def test_an_empty_batch_writes_nothing(office: samples.Office) -> None:
    before = samples.dump(office.store)
    assert office.enter() == 0
    assert samples.dump(office.store) == before


def test_a_thousand_mails_enter_at_once(office: samples.Office) -> None:
    assert office.enter(*(arrival(uid, f"mail {uid}") for uid in range(1, 1201))) == 1200
    assert office.enter(*(arrival(uid, f"mail {uid}") for uid in range(1, 1201))) == 0


def test_a_mail_of_which_only_the_beginning_came_says_so(office: samples.Office) -> None:
    office.enter(arrival(1, b"", cut=True))
    with office.store.reading() as connection:
        assert inbox.waiting(connection)[0].cut


# Renumbered folders (RFC 9051 §2.3.1.1)


def test_after_a_change_of_uidvalidity_known_mails_keep_their_rows(office: samples.Office) -> None:
    office.enter(arrival(1, b"a"), arrival(2, b"b"))
    assert (
        office.enter(
            arrival(11, b"a", uidvalidity=8), arrival(12, b"c", uidvalidity=8), arrival(13, b"b", uidvalidity=8)
        )
        == 1
    )
    assert places(office.store) == [(8, 11), (8, 13), (8, 12)]


def test_two_equal_mails_of_a_folder_stay_two_rows_when_it_is_renumbered(office: samples.Office) -> None:
    office.enter(arrival(1), arrival(2))
    assert office.enter(arrival(21, uidvalidity=8), arrival(22, uidvalidity=8)) == 0
    assert places(office.store) == [(8, 21), (8, 22)]


def test_two_equal_mails_stay_two_when_the_renumbered_folder_comes_in_two_batches(office: samples.Office) -> None:
    office.enter(arrival(1), arrival(2))
    assert office.enter(arrival(21, uidvalidity=8)) == 0
    assert office.enter(arrival(22, uidvalidity=8)) == 0
    assert places(office.store) == [(8, 21), (8, 22)]


def test_a_third_equal_mail_that_came_with_the_renumbering_is_new(office: samples.Office) -> None:
    office.enter(arrival(1), arrival(2))
    assert office.enter(*(arrival(uid, uidvalidity=8) for uid in (21, 22, 23))) == 1
    assert places(office.store) == [(8, 21), (8, 22), (8, 23)]


def test_a_folder_may_be_renumbered_to_the_same_uids_and_back(office: samples.Office) -> None:
    office.enter(arrival(1, b"a"), arrival(2, b"b"))
    assert office.enter(arrival(1, b"b", uidvalidity=8), arrival(2, b"a", uidvalidity=8)) == 0
    assert places(office.store) == [(8, 2), (8, 1)]
    assert office.enter(arrival(1, b"a"), arrival(2, b"b")) == 0
    assert places(office.store) == [(7, 1), (7, 2)]


def test_equal_bytes_in_another_folder_are_not_taken_for_a_renumbered_mail(office: samples.Office) -> None:
    office.enter(arrival(1))
    assert office.enter(arrival(1, folder="Junk", uidvalidity=9)) == 1


# Imported files


def test_an_imported_file_enters_once_however_often_it_is_imported(office: samples.Office) -> None:
    assert office.enter(arrival(None, mailbox="import"), arrival(None, mailbox="import")) == 1
    assert office.enter(arrival(None, mailbox="import")) == 0


def test_a_file_handed_in_for_another_unit_is_another_mail(office: samples.Office) -> None:
    office.enter(arrival(None, mailbox="import", handed_in_for="U1"))
    assert office.enter(arrival(None, mailbox="import", handed_in_for="U2")) == 1


# Receipt numbers


def test_receipt_numbers_run_within_the_year_of_the_offices_zone(office: samples.Office) -> None:
    last_of_2019 = datetime(2019, 12, 31, 23, 59, 59, tzinfo=samples.ZONE)
    instants = [last_of_2019, last_of_2019 + timedelta(seconds=1), last_of_2019, last_of_2019 + timedelta(seconds=2)]
    office.enter(*(arrival(uid, str(uid), received_at=instant) for uid, instant in enumerate(instants, 1)))
    office.enter(arrival(9, b"later", received_at=last_of_2019))

    assert receipts(office.store) == ["TN-2019-0001", "TN-2020-0001", "TN-2019-0002", "TN-2020-0002", "TN-2019-0003"]


def test_a_batch_that_is_rolled_back_leaves_no_gap(office: samples.Office) -> None:
    with samples.interrupted(office.store) as connection:
        inbox.enter(connection, [arrival(1)], NOW, samples.ZONE)
    office.enter(arrival(2, b"kept"))
    assert receipts(office.store) == ["TN-2019-0001"]


def test_receipt_numbers_have_neither_gaps_nor_repeats_when_four_threads_enter(office: samples.Office) -> None:
    def work(first: int) -> None:
        for start in range(0, 40, 4):
            office.enter(*(arrival(first + start + step, f"{first + start + step}") for step in range(4)))

    threads = [threading.Thread(target=work, args=(1 + 100 * number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(receipts(office.store)) == [f"TN-2019-{number:04d}" for number in range(1, 161)]


# The cursor, and what the server would not hand over


def test_the_cursor_and_the_mails_are_kept_together_or_not_at_all(office: samples.Office) -> None:
    with office.store.writing() as connection:
        inbox.enter(connection, [arrival(1)], NOW, samples.ZONE)
        inbox.move_cursor(connection, "main", "INBOX", 7, 1)
    with samples.interrupted(office.store) as connection:
        inbox.enter(connection, [arrival(2, b"second")], NOW, samples.ZONE)
        inbox.move_cursor(connection, "main", "INBOX", 7, 2)

    with office.store.reading() as connection:
        assert inbox.cursor_of(connection, "main", "INBOX") == (7, 1)
        assert len(inbox.waiting(connection)) == 1


def test_a_folder_that_was_never_read_has_no_cursor(store: database.Database) -> None:
    with store.reading() as connection:
        assert inbox.cursor_of(connection, "main", "INBOX") is None


def test_a_mail_not_handed_over_is_remembered_once_until_it_is_forgotten(store: database.Database) -> None:
    with store.writing() as connection:
        inbox.note_unfetched(connection, "main", "INBOX", 7, [5, 3], NOW)
        inbox.note_unfetched(connection, "main", "INBOX", 7, [5], NOW)
        inbox.note_unfetched(connection, "main", "Junk", 7, [3], NOW)
        assert inbox.unfetched(connection, "main", "INBOX") == [(7, 3), (7, 5)]
        inbox.forget_unfetched(connection, "main", "INBOX", [3])
        assert inbox.unfetched(connection, "main", "INBOX") == [(7, 5)]
        assert inbox.unfetched(connection, "main", "Junk") == [(7, 3)]


def test_a_new_uidvalidity_makes_void_what_was_still_to_be_had_under_the_old_one(store: database.Database) -> None:
    with store.writing() as connection:
        inbox.note_unfetched(connection, "main", "INBOX", 7, [3], NOW)
        inbox.note_unfetched(connection, "main", "INBOX", 8, [4], NOW)
        inbox.note_unfetched(connection, "main", "Junk", 7, [3], NOW)
        inbox.move_cursor(connection, "main", "INBOX", 8, 10)
        assert inbox.unfetched(connection, "main", "INBOX") == [(8, 4)]
        assert inbox.unfetched(connection, "main", "Junk") == [(7, 3)]


# Passes


def test_the_last_complete_pass_is_the_one_that_ended_without_a_trouble(store: database.Database) -> None:
    with store.writing() as connection:
        assert inbox.last_complete_pass(connection) is None
        complete = inbox.begin_pass(connection, NOW)
        inbox.end_pass(connection, complete, NOW, "")
        failed = inbox.begin_pass(connection, NOW + timedelta(minutes=1))
        inbox.end_pass(connection, failed, NOW + timedelta(minutes=2), "the server was down")
        inbox.begin_pass(connection, NOW + timedelta(minutes=3))
        assert inbox.last_complete_pass(connection) == NOW


def test_old_passes_are_not_kept_for_ever(store: database.Database) -> None:
    with store.writing() as connection:
        old = [{"id": number, "began_at": NOW, "finished_at": NOW, "error": ""} for number in range(1, 21)]
        connection.execute(sa.insert(tables.passes), old)
        connection.execute(sa.insert(tables.passes), [{"id": inbox.PASSES_KEPT + 10, "began_at": NOW, "error": "x"}])
        if databases.IS_POSTGRESQL:  # a sequence does not look at ids that were given to it
            connection.execute(sa.select(sa.func.setval("passes_id_seq", inbox.PASSES_KEPT + 10)))
        last = inbox.begin_pass(connection, NOW + timedelta(minutes=1))
        inbox.end_pass(connection, last, NOW + timedelta(minutes=2), "down")
        assert inbox.last_complete_pass(connection) == NOW, "while passes fail, the last complete one is kept"
        inbox.end_pass(connection, last, NOW + timedelta(minutes=2), "")
        assert inbox.last_complete_pass(connection) == NOW + timedelta(minutes=1)
        assert connection.execute(sa.select(sa.func.min(tables.passes.c.id))).scalar() == 12


# Finding


def test_a_mail_is_found_by_its_id_and_by_its_receipt_number(office: samples.Office) -> None:
    office.enter(arrival(1), arrival(2, b"second"))
    with office.store.reading() as connection:
        assert inbox.find(connection, "2") == 2
        assert inbox.find(connection, " tn-2019-0001 ") == 1


@pytest.mark.parametrize("text", ["3", "", "²", "٢", "TN-2019-0099", "9" * 40, "-1", "1; DROP"])
def test_what_names_no_mail_finds_none(office: samples.Office, text: str) -> None:
    office.enter(arrival(1), arrival(2, b"second"))
    with office.store.reading() as connection:
        assert inbox.find(connection, text) is None


def test_the_first_mail_with_the_same_bytes_is_the_earliest_one(office: samples.Office) -> None:
    office.enter(arrival(1), arrival(2, b"other"), arrival(3), arrival(4))
    with office.store.reading() as connection:
        hashes = [row.sha256 for row in inbox.by_ids(connection, None)]
        assert inbox.first_with_bytes(connection, hashes) == {hashes[0]: 1, hashes[1]: 2}
        assert inbox.first_with_bytes(connection, ["0" * 64]) == {}


def test_the_bytes_of_several_mails_come_at_once_and_none_is_left_out_in_silence(office: samples.Office) -> None:
    office.enter(arrival(1), arrival(2, b"other"), arrival(3))
    with office.store.reading() as connection:
        first, second, _ = (row.sha256 for row in inbox.by_ids(connection, None))
        assert inbox.raws(connection, [second, first, first]) == {first: arrival(1).data, second: b"other"}
        with pytest.raises(LookupError):
            inbox.raws(connection, [first, "0" * 64])


def test_every_row_of_the_ledger_is_placed_for_the_audit(office: samples.Office) -> None:
    office.enter(arrival(1), arrival(2, folder="Junk"))
    with office.store.reading() as connection:
        found = [place[:4] for place in inbox.places(connection)]
    assert found == [("main", "INBOX", 7, 1), ("main", "Junk", 7, 2)]


# Handling


def test_a_handled_mail_waits_no_more_and_shows_what_it_was_understood_to_be(office: samples.Office) -> None:
    read = samples.contents(
        from_addresses=("a@x.example", "b@x.example"), from_name="Chị Hòa", subject="Báo cáo 😀", message_id="<1@x>"
    )
    evidence = (mails.Evidence("address", "a@x.example", ("U1",)),)
    mail_id = office.take(samples.waits_for("U1", "U2", "U1", evidence=evidence, proposal="U1"), read=read)

    with office.store.reading() as connection:
        assert inbox.waiting(connection) == []
        (row,) = overviews.ledger(connection, mail_id)
        candidates = list(connection.execute(sa.select(tables.candidates.c.unit)).scalars())
    assert (row.outcome, row.reason, row.proposal, row.unit) == ("held", "unknown_sender", "U1", None)
    assert (row.sender, row.sender_name, row.subject, row.message_id) == (
        "a@x.example",
        "Chị Hòa",
        "Báo cáo 😀",
        "<1@x>",
    )
    assert row.evidence == [
        {"source": "address", "text": "a@x.example", "units": ["U1"], "weight": 0, "place": "", "status": ""}
    ]
    assert candidates == ["U1", "U2"]


def test_understanding_a_mail_again_replaces_what_was_understood(office: samples.Office) -> None:
    mail_id = office.take(samples.waits_for("U1", "U2"))
    office.handle(mail_id, samples.understood("U2"))

    with office.store.reading() as connection:
        (row,) = overviews.ledger(connection, mail_id)
        assert connection.execute(sa.select(tables.candidates)).all() == []
    assert (row.outcome, row.unit, [report["unit"] for report in row.reports]) == ("accepted", "U2", ["U2"])


def test_a_mail_set_aside_is_quarantined_and_visible(office: samples.Office) -> None:
    office.enter(arrival(1))
    with office.store.writing() as connection:
        inbox.set_aside(connection, 1, "poison", "the reader died", NOW)
        (row,) = overviews.waiting_for_a_person(connection)
    assert (row.outcome, row.reason, row.detail) == ("quarantined", "poison", "the reader died")


def test_a_mail_that_cannot_be_read_any_more_takes_its_versions_back_and_holds_its_unit(office: samples.Office) -> None:
    first = office.take(samples.understood("U1"))
    second = office.take(samples.understood("U1"), received_at=NOW + samples.hours(1))
    with office.store.writing() as connection:
        inbox.set_aside(connection, second, "poison", "", NOW)

    assert [(version.mail_id, version.number, version.current) for version in office.versions()] == [(first, 1, True)]
    with office.store.writing() as connection:
        inbox.set_aside(connection, first, "poison", "", NOW)
        board = overviews.board_of(connection, office.campaign, NOW + samples.hours(2))
    assert board.units[0].state == "held"


# Speed of one mail: it may not grow with the ledger


@databases.only_sqlite
def test_handling_one_mail_scans_no_table_however_long_the_ledger_is(
    office: samples.Office, statements: Callable[[], list[str]]
) -> None:
    mail_id = office.take(samples.understood("U1"))
    with office.store.reading() as connection:
        inbox.first_with_bytes(connection, ["0" * 64])
        decisions.of_mails(connection, [mail_id])
        inbox.waiting(connection)
        stored_reports.versions_of(connection, [(samples.CAMPAIGN, "U1")])
        overviews.ledger(connection, mail_id)
    office.handle(mail_id, samples.understood("U2"))

    heard = {text for text in statements() if text.split()[0] in {"SELECT", "UPDATE", "DELETE"}}
    ledger_tables = {"mails", "raws", "versions", "readings", "problems", "letters", "candidates"}
    with office.store.reading() as connection:
        plans = {
            text: [
                row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", (None,) * text.count("?"))
            ]
            for text in heard
        }
    assert len(plans) > 8
    assert [
        (text, step)
        for text, plan in plans.items()
        for step in plan
        if step.startswith("SCAN") and step.split()[1] in ledger_tables
    ] == []
