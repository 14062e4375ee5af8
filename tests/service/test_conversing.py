"""What a mail goes on with, as the ledger and the outbox have it: only what was there before the mail."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from roll import letters, mails
from service import conversing
from storage import conversations, database, outbox, tables
from tests import databases
from tests.storage import samples
from tests.storage.samples import NOW, understood

SENDER = "hoa@unit.example"


def headers(message_id: str, sender: str = SENDER, **more: object) -> mails.Headers:
    return mails.Headers(from_addresses=(sender,), message_id=message_id, **more)  # type: ignore[arg-type]


def an_office() -> samples.Office:
    store = database.Database("sqlite://")
    database.prepare(store)
    return samples.Office(store)


def take(office: samples.Office, message_id: str, *owners: str, sender: str = SENDER, at: datetime = NOW) -> int:
    """Take in a mail with a workbook for each owner."""
    amounts_to = understood(*owners) if owners else mails.Understanding(samples.HELD, "question")
    read = samples.contents(*(samples.reading() for _ in owners))
    read = mails.Contents(headers(message_id, sender), parts=read.parts, readings=read.readings)
    return office.take(amounts_to, at, at, read)


def answers(office: samples.Office, asked: mails.Headers, mail_id: int = 100, at: datetime = NOW + timedelta(days=1)):
    with office.store.reading() as connection:
        ours = outbox.with_message_ids(connection, conversing.conversation.thread(asked))
        return conversing.of_mail(connection, mails.Contents(asked), conversations.Before(at, mail_id), ours)


def write(office: samples.Office, key: str, mail_id: int, at: datetime = NOW) -> None:
    with office.store.writing() as connection:
        outbox.put(connection, [samples.letter(key, letters.LetterKind.CONFIRM, unit="U1", mail_id=mail_id)], at)


def test_the_nearest_letter_and_the_nearest_mail_of_the_thread_are_found():
    office = an_office()
    first, second = take(office, "<1@unit>", "U1"), take(office, "<2@unit>", "U1")
    write(office, "a", first)
    write(office, "b", second)
    thread = ("<1@unit>", "<a@so.example>", "<2@unit>", "<b@so.example>")
    talk = answers(office, headers("<3@unit>", in_reply_to="<b@so.example>", references=thread))
    assert talk.answered is not None
    assert (talk.answered.kind, talk.answered.unit, talk.answered.mail_id) == ("confirm", "U1", second)
    assert talk.followed is not None
    assert talk.followed.id == second
    older = answers(office, headers("<3@unit>", in_reply_to="<a@so.example>", references=thread[:2]))
    assert older.answered is not None
    assert older.answered.mail_id == first


def test_what_came_later_is_not_seen():
    office = an_office()
    first = take(office, "<1@unit>", "U1")
    later = take(office, "<2@unit>", "U2")
    write(office, "late", first, NOW + timedelta(days=2))
    asked = headers("<3@unit>", in_reply_to="<late@so.example>", references=("<2@unit>",))
    talk = answers(office, asked, mail_id=later, at=NOW + timedelta(days=1))
    assert (talk.answered, talk.followed, talk.reported) == (None, None, ("U1",))
    assert talk.last is not None
    assert talk.last.id == first


def test_the_last_mail_with_a_file_is_the_senders_own():
    office = an_office()
    first = take(office, "<1@unit>", "U1")
    take(office, "<2@unit>", "U2", sender="lan@unit.example")
    take(office, "<3@unit>")
    talk = answers(office, headers("<4@unit>"))
    assert talk.last is not None
    assert (talk.last.id, talk.reported) == (first, ("U1",))


def test_nothing_is_looked_up_for_a_workbook_or_an_uncertain_sender():
    office = an_office()
    take(office, "<1@unit>", "U1")
    before = conversations.Before(datetime(2030, 1, 1, tzinfo=UTC), 100)
    two = mails.Headers(from_addresses=(SENDER, "lan@unit.example"))
    with office.store.reading() as connection:
        for contents in (mails.Contents(two), mails.Contents(headers("<2@unit>"), readings=(samples.reading(),))):
            assert conversing.of_mail(connection, contents, before) == conversing.conversation.Conversation()


@databases.only_sqlite
def test_the_look_up_goes_by_indexes():
    office = an_office()
    with office.store.reading() as connection:
        for column in (tables.mails.c.message_id, tables.mails.c.sender, tables.letters.c.message_id):
            query = f"EXPLAIN QUERY PLAN SELECT 1 FROM {column.table.name} WHERE {column.name} = 'x'"
            plan = connection.execute(sa.text(query)).all()
            assert "USING" in str(plan)


def test_the_mail_whose_title_is_quoted_is_found_before_the_last_one():
    office = an_office()
    first = office.take(understood("U1"), NOW, NOW, with_title("<1@unit>", "BC Tháng HĐ vì trẻ em 2019"))
    last = office.take(understood("U1"), NOW, NOW, with_title("<2@unit>", "BC"))
    asked = mails.Contents(
        headers("<3@unit>", subject="Thu hồi"), text='Em thu hồi thư "BC tháng HĐ vì trẻ em 2019" ạ.'
    )
    with office.store.reading() as connection:
        talk = conversing.of_mail(connection, asked, conversations.Before(NOW, 100))
        other = conversing.of_mail(
            connection, mails.Contents(headers("<4@unit>"), text="BC ạ"), conversations.Before(NOW, 100)
        )
    assert (talk.quoted, talk.last) == (conversing.conversation.EarlierMail(first, talk.quoted.receipt), other.last)
    assert (other.quoted, other.last.id) == (None, last)


def with_title(message_id: str, subject: str) -> mails.Contents:
    read = samples.contents(samples.reading())
    return mails.Contents(headers(message_id, subject=subject), parts=read.parts, readings=read.readings)
