"""What is asked again and again is read from indexes: neither every mail, nor what stands behind a letter's bytes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from roll import mails
from roll.letters import LetterKind
from storage import boards, database, digests, failed_addresses, outbox
from tests import databases
from tests.storage import samples

pytestmark = databases.only_sqlite
NOW = datetime(2019, 7, 1, 2, tzinfo=UTC)


def plans(store: database.Database, ask: Callable[[sa.Connection], object]) -> dict[str, list[str]]:
    """Return how SQLite carries out each statement of a question, by its text."""
    heard: list[tuple[str, object]] = []

    @sa.event.listens_for(store.engine, "before_cursor_execute")
    def hear(_connection: object, _cursor: object, statement: str, given: object, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            heard.append((statement, given))

    with store.reading() as connection:
        ask(connection)
    sa.event.remove(store.engine, "before_cursor_execute", hear)
    with store.reading() as connection:
        return {
            text: [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", given)]
            for text, given in heard
        }


def plan_of(found: dict[str, list[str]], of: str) -> list[str]:
    """Return the plan of the one statement whose text has these words."""
    (plan,) = [plan for text, plan in found.items() if of in text]
    return plan


@pytest.mark.parametrize(
    ("of", "index"),
    [
        pytest.param(
            "mails.outcome = ?", "ix_mails_campaign (campaign=? AND reason=? AND received_at<?)", id="nothing to report"
        ),
        pytest.param("mails.receipt \nFROM mails \nWHERE mails.reason = ?", "ix_mails_campaign (", id="pieces"),
        pytest.param("mails.signed_copy = 1", "ix_mails_signed_copies (campaign=?", id="signed copies"),
    ],
)
def test_a_board_reads_its_own_campaigns_mails_only(office: samples.Office, of: str, index: str) -> None:
    found = plans(office.store, lambda connection: boards.board_of(connection, office.campaign, NOW))
    assert [step for step in plan_of(found, of) if index in step], list(found.values())
    assert not [step for plan in found.values() for step in plan if step.startswith("SCAN mails")], found


def test_keys_are_read_from_an_index_alone(store: database.Database) -> None:
    found = plans(store, lambda connection: outbox.keys(connection, LetterKind.ALERT, "alert:cap:"))
    assert plan_of(found, "letters") == ["SEARCH letters USING COVERING INDEX ix_letters_kind (kind=?)"]


def test_the_last_digest_that_went_out_is_found_by_its_instant(store: database.Database) -> None:
    found = plans(store, lambda connection: digests.last_told(connection, "c"))
    assert [step for step in plan_of(found, "digests") if "COVERING INDEX ix_letters_queued_at" in step], found


def test_refused_addresses_are_read_without_the_letters(store: database.Database) -> None:
    found = plans(store, lambda connection: list(failed_addresses.refused(connection)))
    assert not [text for text in found if "letters" in text]
    assert len(found) == 1


def test_the_mails_of_an_address_are_found_in_the_index_of_senders(store: database.Database) -> None:
    found = plans(store, lambda connection: list(failed_addresses.signs_of_life(connection, ["a@unit.example"])))
    plan = plan_of(found, "mails")
    assert [step for step in plan if step.startswith("SEARCH mails USING INDEX ix_mails_sender (sender=?)")], plan
    assert not [step for step in plan if step.startswith("SCAN") and "COVERING INDEX" not in step], plan


def test_an_address_lives_by_the_last_mail_of_each_way_it_writes_itself(office: samples.Office) -> None:
    later = NOW + timedelta(hours=1)
    for at, sender in ((NOW, "Lan@Unit.example"), (NOW, "lan@unit.example"), (later, "lan@unit.example"), (NOW, "x@a")):
        office.take(samples.waits_for("U1"), at, read=mails.Contents(mails.Headers(from_addresses=(sender,))))
    with office.store.reading() as connection:
        heard = set(failed_addresses.signs_of_life(connection, ["LAN@unit.example"]))
    assert heard == {("Lan@Unit.example", NOW), ("lan@unit.example", later)}


def test_a_refusal_is_kept_once_for_a_letter(store: database.Database) -> None:
    with store.writing() as connection:
        ids = outbox.put(connection, [samples.letter("b"), samples.letter("a")], NOW)
        first, second = (failed_addresses.Refused(to, NOW, "550 5.1.1") for to in ("a@x.example", "b@x.example"))
        for letter_id, refused in ((ids[1], second), (ids[0], first), (ids[0], second)):
            failed_addresses.note_refusal(connection, letter_id, refused)
        assert list(failed_addresses.refused(connection)) == [first, second]
