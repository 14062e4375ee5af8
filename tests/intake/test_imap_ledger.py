"""What mailboxes, filters and persons do to mails, and what the ledger says of it: one effect each, and no mail lost.

The numbers are those of the rows of the fault catalogue, section 2.1.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from unicodedata import normalize

import pytest
from imapclient.exceptions import IMAPClientError, IMAPClientReadOnlyError

from intake import mailbox, mailbox_errors
from tests.intake.reception import Reception
from tests.servers.dovecot import DovecotServer, require_dovecot
from tests.servers.meddler import Meddler
from tests.servers.scripted_imap import CAPABILITIES, GMAIL, NOON, Folder, ScriptedImap, letter

DAY = timedelta(days=1)
FOLDER = "Báo cáo/Đã xử lý"


@pytest.fixture
def server() -> Iterator[ScriptedImap]:
    """A server with three mails."""
    with ScriptedImap() as scripted:
        for number in range(3):
            scripted.deliver(letter(number), NOON)
        yield scripted


@pytest.fixture(scope="module")
def bare() -> Iterator[DovecotServer]:
    """A Dovecot that offers nothing beyond IMAP4rev1, with quotas and access lists."""
    require_dovecot()
    settings = (
        "imap_capability = IMAP4rev1\n"
        "mail_plugins = quota acl\n"
        "plugin {\n  quota = count:User quota\n  quota_rule = *:storage=20K\n  quota_vsizes = yes\n  acl = vfile\n}\n"
        "protocol imap {\n  mail_plugins = quota acl imap_acl\n}\n"
    )
    with DovecotServer(settings=settings) as started:
        yield started


def test_gmail_is_read_by_its_inbox_and_its_spam_and_never_by_all_mail(tmp_path: Path) -> None:
    """Row 4: the same UIDs in several folders are different mails, and All Mail would show each mail twice."""
    with ScriptedImap(capabilities=GMAIL) as gmail:
        gmail.folders["[Gmail]/All Mail"] = Folder(2000, marks="\\All")
        gmail.folders["[Gmail]/Spam"] = Folder(3000, marks="\\Junk")
        for number, place in enumerate(("INBOX", "INBOX", "[Gmail]/Spam"), start=1):
            gmail.deliver(letter(number, Message_ID=f"<{number}@u.example>"), NOON, place, gmail_id=number)
            gmail.deliver(letter(number, Message_ID=f"<{number}@u.example>"), NOON, "[Gmail]/All Mail", gmail_id=number)
        reception = Reception(tmp_path, (gmail.account(),))
        done = reception.take_in()
        assert [(folder, uid) for folder, uid, _ in reception.ledger()] == [
            ("INBOX", 1),
            ("INBOX", 2),
            ("[Gmail]/Spam", 1),
        ]
        assert done.troubles == [], "what All Mail shows is known by its bytes"


def test_two_mails_with_one_message_id_are_two_mails(server: ScriptedImap, tmp_path: Path) -> None:
    """Row 5: a Message-ID is what a sender says, and no key."""
    mails = [letter(number, Message_ID="<same@u.example>") for number in (7, 8)]
    for data in mails:
        server.deliver(data, NOON)
    reception = Reception(tmp_path, (server.account(),))
    reception.take_in()
    assert reception.mails()[3:] == mails


def test_what_persons_do_to_the_flags_changes_nothing_and_nothing_is_done_to_them(
    dovecot: DovecotServer, mailbox_user: str, tmp_path: Path
) -> None:
    r"""Row 8, on Dovecot: all are \Seen, one is \Deleted, and all that matters is that they are there."""
    dovecot.append_many(mailbox_user, [(letter(number), NOON) for number in range(4)], flags=("\\Seen", "\\Flagged"))
    with dovecot.client(mailbox_user, "INBOX") as person:
        person.delete_messages([2])
    before = dovecot.flags(mailbox_user)
    said: list[bytes] = []
    with Meddler(dovecot.port, lambda chunk: said.append(chunk) or chunk) as wire:
        reception = Reception(tmp_path, (dovecot.account(mailbox_user, port=wire.port),), read_timeout=10)
        assert reception.take_in().received == 4
    assert dovecot.flags(mailbox_user) == before
    words = b" ".join(said).split()
    assert not {b"SELECT", b"STORE", b"COPY", b"MOVE", b"EXPUNGE", b"APPEND", b"BODY[]", b"RFC822"} & set(words)


def test_junk_is_read_and_what_a_filter_files_away_is_told_once_a_day(
    dovecot: DovecotServer, mailbox_user: str, tmp_path: Path
) -> None:
    """Row 9, on Dovecot: a person's own filing of a mail that was taken in is no news, a filter's is."""
    account = dovecot.account(mailbox_user)
    reception = Reception(tmp_path, (account,), read_timeout=10)
    today = reception.clock.at
    dovecot.append(mailbox_user, letter(1, Message_ID="<1@u.example>"), today)
    dovecot.append(mailbox_user, letter(2), today, "Junk")
    dovecot.append(mailbox_user, letter(0), today - timedelta(days=30), FOLDER)
    assert (reception.take_in().received, len(reception.mails())) == (2, 2)
    with dovecot.client(mailbox_user, "INBOX") as person:
        person.copy([1], FOLDER)
        person.delete_messages([1])
        person.expunge()
    dovecot.append(mailbox_user, letter(3, Message_ID="<3@u.example>"), today + timedelta(hours=1), FOLDER)
    dovecot.append(mailbox_user, b"From: phong@office.example\r\nSubject: x\r\n\r\n", today, FOLDER)
    dovecot.append(mailbox_user, letter(4), today, "Sent")
    assert reception.take_in(timedelta(hours=1)).troubles == []
    looked = reception.take_in(DAY)
    (told,) = looked.troubles
    assert f'1 mails received since 2019-07-02 lie in folder "{FOLDER}"' in told
    assert "UID 3" in told
    assert looked.complete
    assert reception.take_in(timedelta(hours=2)).troubles == []


def test_a_server_that_offers_nothing_but_the_oldest_imap_is_read_like_any_other(
    bare: DovecotServer, mailbox_user: str, tmp_path: Path
) -> None:
    """Row 13, on Dovecot: no IDLE, MOVE, CONDSTORE, UIDPLUS, LITERAL+ and SPECIAL-USE."""
    with bare.client(mailbox_user) as person:
        assert not {b"IDLE", b"MOVE", b"UIDPLUS", b"CONDSTORE", b"LITERAL+"} & set(person.capabilities())
        for number in range(3):
            person.append("INBOX", letter(number), (), NOON)
    reception = Reception(tmp_path, (bare.account(mailbox_user),), read_timeout=10)
    assert reception.take_in().complete
    assert reception.mails() == [letter(number) for number in range(3)]


def test_a_full_mailbox_that_may_only_be_read_is_read_to_its_end(
    bare: DovecotServer, mailbox_user: str, tmp_path: Path
) -> None:
    """Row 25, on Dovecot: its quota is used up, and its access list takes every right but to look and read."""
    with bare.client(mailbox_user) as person:
        for number in range(3):
            person.append("INBOX", letter(number, size=5000), (), NOON)
        with pytest.raises(IMAPClientError, match="Quota exceeded"):
            person.append("INBOX", letter(9, size=9000), (), NOON)
    bare.allow_only(mailbox_user, ["lookup", "read"])
    with bare.client(mailbox_user) as person, pytest.raises(IMAPClientReadOnlyError):
        person.select_folder("INBOX")
    reception = Reception(tmp_path, (bare.account(mailbox_user),), read_timeout=10)
    assert (reception.take_in().received, reception.take_in().received) == (3, 0)


def test_a_folder_that_was_renamed_is_told_and_keeps_no_other_from_being_read(
    dovecot: DovecotServer, mailbox_user: str, tmp_path: Path
) -> None:
    """Row 25, on Dovecot: no unit is called missing meanwhile, since the pass is not complete."""
    dovecot.append(mailbox_user, letter(1), NOON, FOLDER)
    dovecot.append(mailbox_user, letter(2), NOON)
    account = dovecot.account(mailbox_user, folders=(FOLDER, "INBOX"))
    reception = Reception(tmp_path, (account,), read_timeout=10)
    assert reception.take_in().complete
    with dovecot.client(mailbox_user) as person:
        person.rename_folder(FOLDER, "Lưu trữ")
    dovecot.append(mailbox_user, letter(3), NOON)
    done = reception.take_in()
    assert (done.received, done.complete, done.mailboxes_failed) == (1, False, 0)
    assert f'has no folder "{FOLDER}"' in done.troubles[0]
    assert "Lưu trữ" in done.troubles[0]
    with dovecot.client(mailbox_user) as person:
        person.rename_folder("Lưu trữ", FOLDER)
    assert reception.take_in().complete
    assert sorted(reception.mails()) == [letter(number) for number in (1, 2, 3)]


def test_a_vietnamese_folder_name_is_the_same_folder_to_server_and_ledger(
    dovecot: DovecotServer, mailbox_user: str, tmp_path: Path
) -> None:
    """Row 23, on Dovecot: modified UTF-7 on the line, composed or not in config.toml, and & is no escape to us."""
    names = (FOLDER, "A&B", "Thư mục &AOk-")
    for number, name in enumerate(names):
        dovecot.append(mailbox_user, letter(number), NOON, name)
    with_accents_apart = normalize("NFD", FOLDER)
    account = dovecot.account(mailbox_user, folders=("INBOX", with_accents_apart, *names[1:]))
    reception = Reception(tmp_path, (account,), read_timeout=10)
    assert reception.take_in().complete
    assert [(folder, data) for folder, _, data in reception.ledger()] == [
        (name, letter(number)) for number, name in enumerate(names)
    ]
    assert reception.take_in().received == 0


def test_the_receipt_time_is_that_of_the_first_time_a_mail_was_seen(
    dovecot: DovecotServer, mailbox_user: str, tmp_path: Path
) -> None:
    """Row 22, on Dovecot: renumbered with a later INTERNALDATE, as a migration does, a mail came when it came."""
    vietnam = timezone(timedelta(hours=7))
    dovecot.append(mailbox_user, letter(1), datetime(2019, 7, 4, 23, 59, 59, tzinfo=vietnam))
    reception = Reception(tmp_path, (dovecot.account(mailbox_user),), read_timeout=10)
    reception.take_in()
    with dovecot.client(mailbox_user, "INBOX") as migration:
        migration.delete_messages([1])
        migration.expunge()
    dovecot.append(mailbox_user, letter(1), datetime(2019, 7, 9, 8, 0, tzinfo=vietnam))
    dovecot.renumber(mailbox_user, 4_000_000_000)
    assert reception.take_in().received == 0
    assert reception.received_at() == [datetime(2019, 7, 4, 16, 59, 59, tzinfo=UTC)]


def test_each_body_is_downloaded_once_and_only_after_its_size_is_known(server: ScriptedImap, tmp_path: Path) -> None:
    """Row 15: what is in the ledger is not asked for again, whatever else fails in the pass."""
    reception = Reception(tmp_path, (server.account(),))
    server.faults = [("LIST", "NO [UNAVAILABLE] later"), ("SEARCH", "NO [INUSE] later")]
    reception.take_in_all()
    reception.open()
    reception.take_in(DAY)
    assert server.bodies_fetched() == [1, 2, 3]
    steps = [command.split()[2] + command for _, command in server.commands if " FETCH " in command]
    assert "RFC822.SIZE" in steps[0]


def test_what_may_be_downloaded_in_a_day_is_counted_told_at_four_fifths_and_never_passed(
    server: ScriptedImap, tmp_path: Path
) -> None:
    """Row 15: Gmail locks an account for a day beyond 2,500 MB; here it is 1 MB."""
    for number in range(10, 16):
        server.deliver(letter(number, size=190_000), NOON)
    reception = Reception(tmp_path, (server.account(),), extra="daily_download = 1")
    server.folders["INBOX"].mails[-1].hidden = True
    first = reception.take_in()
    assert first.received == 8
    assert any("of the 1 MB that may be downloaded within 24 hours are used" in each for each in first.troubles)
    server.folders["INBOX"].mails[-1].hidden = False
    server.folders["INBOX"].mails[-1].uid = 50
    reception.open()  # a new process counts on
    spent = reception.take_in(timedelta(hours=3))
    assert (spent.received, spent.complete, spent.mailboxes_failed) == (0, False, 1)
    assert "all was downloaded that may be within 24 hours" in spent.troubles[0]
    assert reception.take_in(timedelta(hours=22)).received == 1
    assert sorted(set(server.bodies_fetched())) == sorted(server.bodies_fetched())


def test_a_password_revoked_in_the_midst_is_tried_every_ten_minutes_and_a_new_one_at_once(
    server: ScriptedImap, tmp_path: Path
) -> None:
    """Row 20: whoever starts the service anew each minute locks no account; nothing that is known is lost."""
    reception = Reception(tmp_path, (server.account(),))
    reception.take_in()
    server.password = "another"
    server.deliver(letter(9), NOON)
    before = server.count("LOGIN")
    for _ in range(30):
        reception.open()
        done = reception.take_in(timedelta(minutes=1))
        assert (done.complete, done.mailboxes_failed) == (False, 1)
    assert server.count("LOGIN") - before == 3
    assert "a corrected one at once" in done.troubles[0]
    reception.accounts = (server.account(password="another"),)
    reception.open()
    assert reception.take_in().received == 1
    assert len(reception.mails()) == 4


def test_a_password_revoked_between_two_commands_is_a_refused_sign_in(server: ScriptedImap, tmp_path: Path) -> None:
    """Row 20: the line breaks within a fetch, and the server takes the password no more."""

    def revoke(_: bytes) -> bytes:
        server.password = "another"
        return b"\x00\xff\r\n)\r\n"

    server.faults = [("BODIES", revoke)]
    reception = Reception(tmp_path, (server.account(),))
    assert "refuses the sign-in" in reception.take_in().troubles[0]
    assert "tries the same password again after" in reception.take_in(timedelta(minutes=1)).troubles[0]
    server.password = server.account().password
    assert reception.take_in(timedelta(minutes=10)).received == 3


def test_gmail_s_word_for_a_locked_account_is_no_wrong_password() -> None:
    """Row 15 and row 14: it passes by itself, and knocking makes it last."""
    said = "NO [ALERT] Account exceeded command or bandwidth limits. (Failure)"
    with ScriptedImap([("LOGIN", said)], CAPABILITIES) as locked:
        with (
            pytest.raises(mailbox_errors.MailboxUnreachable, match="refuses for now"),
            mailbox.Mailbox(locked.account()),
        ):
            pass
        assert locked.connections == 1
