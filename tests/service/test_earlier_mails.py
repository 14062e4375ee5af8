"""What is on file about a mail: only what was there before it, whenever it is asked for."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from intake import conversation, sender
from roll import letters, mails
from service import earlier_mails
from storage import database, decisions, inbox, outbox
from tests import databases
from tests.storage import samples
from tests.storage.samples import NOW, hours

STRANGER = "hoa@mail.example"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[samples.Office]:
    """Return a database with a campaign of three units."""
    store = database.Database(databases.url_of(tmp_path / "rollcall.db"))
    database.prepare(store)
    yield samples.Office(store)
    store.close()


def from_(address: str, **fields: object) -> mails.Contents:
    """Return the contents of a mail with one report."""
    return samples.contents(samples.reading(), from_addresses=(address,), **fields)


def seen(connection: sa.Connection, mail_id: int, at: datetime, headers: mails.Headers) -> earlier_mails.Seen:
    """Return a mail as it is asked about, with the letters of ours that it names."""
    ours = outbox.with_message_ids(connection, conversation.thread(headers))
    return earlier_mails.Seen(mail_id, at, headers, ours)


def told(office: samples.Office, at: datetime, mail_id: int = 1000, **fields: object) -> sender.OnFile:
    """Return what is on file about a stranger's mail settled at an instant."""
    headers = mails.Headers(from_addresses=(STRANGER,), **fields)  # type: ignore[arg-type]
    with office.store.reading() as connection:
        return earlier_mails.EarlierMails().about(connection, seen(connection, mail_id, at, headers), ())


def send(office: samples.Office, at: datetime, **changes: object) -> None:
    """Queue a letter."""
    with office.store.writing() as connection:
        outbox.put(connection, [samples.letter(**changes)], at)  # type: ignore[arg-type]


def assign(office: samples.Office, mail_id: int, unit: str, at: datetime) -> None:
    """Give a mail to a unit by a person's word."""
    with office.store.writing() as connection:
        decisions.decide(connection, decisions.NewDecision(decisions.ASSIGN, "lan", mail_id=mail_id, unit=unit), at)


def test_the_answer_to_a_letter_that_was_queued_before_is_its_units(office: samples.Office) -> None:
    send(office, NOW, key="r1", kind=letters.LetterKind.REMINDER, unit="U2")
    assert told(office, NOW + hours(1), in_reply_to="<r1@so.example>").answers == (("<r1@so.example>", "U2"),)
    assert told(office, NOW + hours(1), references=("<x@y.example>", "<r1@so.example>")).answers == (
        ("<r1@so.example>", "U2"),
    )
    assert told(office, NOW, in_reply_to="<r1@so.example>").answers == ()
    assert told(office, NOW + hours(1), in_reply_to="<guess@so.example>").answers == ()


def test_a_letter_to_nobody_in_particular_is_of_the_unit_of_the_mail_that_it_answers(office: samples.Office) -> None:
    mail_id = office.take(samples.waits_for(), read=from_(STRANGER))
    send(office, NOW, key="q1", kind=letters.LetterKind.RECEIPT, mail_id=mail_id)
    send(office, NOW, key="d1", kind=letters.LetterKind.DIGEST)
    assert told(office, NOW + hours(1), in_reply_to="<q1@so.example>").answers == ()
    assign(office, mail_id, "U3", NOW + hours(2))
    assert told(office, NOW + hours(1), in_reply_to="<q1@so.example>").answers == ()
    assert told(office, NOW + hours(3), in_reply_to="<q1@so.example>").answers == (("<q1@so.example>", "U3"),)
    assert told(office, NOW + hours(3), in_reply_to="<d1@so.example>").answers == ()


def test_history_is_the_last_mail_of_the_address_that_was_settled_before(office: samples.Office) -> None:
    first = office.take(samples.understood("U1"), settled_at=NOW + hours(1), read=from_(STRANGER))
    second = office.take(samples.understood("U2"), settled_at=NOW + hours(5), read=from_(STRANGER.upper()))
    office.take(samples.understood("U3"), settled_at=NOW + hours(2), read=from_("else@mail.example"))
    with office.store.reading() as connection:
        receipts = {row.id: row.receipt for row in inbox.by_ids(connection, [first, second])}
    assert told(office, NOW).history == ()
    assert told(office, NOW + hours(3)).history == ((receipts[first], "U1"),)
    assert told(office, NOW + hours(6)).history == ((receipts[second], "U2"),)
    # The mail itself, read again, is no history of its own.
    assert told(office, NOW + hours(1), first).history == ()


def test_a_persons_word_about_a_mail_goes_before_what_it_was_understood_to_be(office: samples.Office) -> None:
    mail_id = office.take(samples.understood("U1"), settled_at=NOW, read=from_(STRANGER))
    assign(office, mail_id, "U2", NOW + hours(2))
    assert [unit for _, unit in told(office, NOW + hours(1)).history] == ["U1"]
    assert [unit for _, unit in told(office, NOW + hours(3)).history] == ["U2"]


def test_a_receipt_number_in_the_subject_is_that_mails_unit(office: samples.Office) -> None:
    mail_id = office.take(samples.understood("U1"), settled_at=NOW, read=from_("else@mail.example"))
    with office.store.reading() as connection:
        (row,) = inbox.by_ids(connection, [mail_id])
    subject = f"Re: Đã nhận {row.receipt.lower()}, TN-2019-9999"
    assert told(office, NOW + hours(1), subject=subject).numbers == ((row.receipt, "U1"),)
    assert told(office, NOW, subject=subject, mail_id=0).numbers == ()


def test_of_an_address_of_one_unit_only_the_letters_that_it_answers_are_asked_for(office: samples.Office) -> None:
    office.take(samples.understood("U1"), settled_at=NOW, read=from_(STRANGER))
    send(office, NOW, key="r1", kind=letters.LetterKind.REMINDER, unit="U2")
    headers = mails.Headers(from_addresses=(STRANGER,), in_reply_to="<r1@so.example>")
    with office.store.reading() as connection:
        asked = seen(connection, 1000, NOW + hours(1), headers)
        on_file = earlier_mails.EarlierMails().about(connection, asked, ["U1"])
    assert on_file == sender.OnFile(answers=(("<r1@so.example>", "U2"),))


def test_mails_of_the_run_itself_are_history_for_those_after_them(office: samples.Office) -> None:
    headers = mails.Headers(from_addresses=(STRANGER,))
    earlier = earlier_mails.EarlierMails()
    with office.store.reading() as connection:
        before = earlier_mails.Seen(5, NOW, headers)
        after = earlier_mails.Seen(6, NOW, headers)
        earlier.note(earlier_mails.Seen(4, NOW, headers), "TN-2019-0004", ["U1"])  # before anything was asked
        assert earlier.about(connection, before, ()).history == (("TN-2019-0004", "U1"),)
        earlier.note(before, "TN-2019-0005", ["U2"])
        assert earlier.about(connection, after, ()).history == (("TN-2019-0005", "U2"),)
        assert earlier.about(connection, before, ()).history == (("TN-2019-0004", "U1"),)
        earlier.note(before, "TN-2019-0005", [])
        assert earlier.about(connection, after, ()).history == (("TN-2019-0004", "U1"),)
