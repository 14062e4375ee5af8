"""A pass over a mailbox on a real Dovecot: what it yields, what it leaves alone, what it survives."""

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone

import pytest

from intake import mailbox, mailbox_errors, uid_plan
from tests.servers.dovecot import DovecotServer, require_dovecot
from tests.servers.meddler import Meddler

VIETNAM = timezone(timedelta(hours=7))
NOON = datetime(2019, 7, 3, 12, 0, 0, tzinfo=VIETNAM)


def letter(number: int, size: int = 0) -> bytes:
    head = f"From: unit{number}@unit.example\r\nSubject: =?utf-8?q?B=C3=A1o_c=C3=A1o?= {number}\r\n\r\n".encode()
    line = b"0123456789" * 7 + b"\r\n"
    return head + line * (size // len(line))


def deliver(dovecot: DovecotServer, user: str, numbers: Iterable[int], size: int = 0) -> list[int]:
    return dovecot.append_many(user, [(letter(number, size), NOON) for number in numbers])


def take_all(
    account: mailbox.MailboxAccount, cursor: mailbox.Cursor | None = None, timeout: float = 10
) -> list[mailbox.Batch]:
    with mailbox.Mailbox(account, timeout) as box:
        return list(box.batches("INBOX", cursor))


def uids(batches: Iterable[mailbox.Batch]) -> list[int]:
    return [mail.uid for batch in batches for mail in batch.mails]


def once_at(command: bytes, act: Callable[[], None]) -> Callable[[bytes], bytes]:
    """Return an `on_command` that acts before the first command that contains `command` goes on."""
    done: list[bool] = []

    def see(chunk: bytes) -> bytes:
        if command in chunk and not done:
            done.append(True)
            act()
        return chunk

    return see


def test_new_mails_come_in_the_order_of_their_uids_byte_for_byte(dovecot: DovecotServer, mailbox_user: str) -> None:
    raw = [letter(1), letter(2, 5000), b"\xff\x00 no mail at all", b"Subject: dots\r\n\r\n.\r\n..\r\n"]
    dovecot.append_many(mailbox_user, [(data, NOON) for data in raw if b"\x00" not in data])
    (batch,) = take_all(dovecot.account(mailbox_user))
    assert [mail.data for mail in batch.mails] == [raw[0], raw[1], raw[3]]
    assert [mail.uid for mail in batch.mails] == [1, 2, 3]
    assert (batch.last_uid, batch.vanished, batch.too_large) == (3, (), ())


def test_three_hundred_mails_come_in_batches_of_fifty(dovecot: DovecotServer, mailbox_user: str) -> None:
    deliver(dovecot, mailbox_user, range(300))
    batches = take_all(dovecot.account(mailbox_user))
    assert [len(batch.mails) for batch in batches] == [50] * 6
    assert uids(batches) == list(range(1, 301))
    assert [batch.last_uid for batch in batches] == [50, 100, 150, 200, 250, 300]


def test_a_batch_stays_within_its_bytes(dovecot: DovecotServer, mailbox_user: str) -> None:
    deliver(dovecot, mailbox_user, range(5), size=3 * 1024 * 1024)
    batches = take_all(dovecot.account(mailbox_user))
    assert [len(batch.mails) for batch in batches] == [2, 2, 1]
    assert all(sum(len(mail.data) for mail in batch.mails) <= uid_plan.BYTES_PER_BATCH for batch in batches)


def test_a_mail_larger_than_a_batch_comes_alone_and_whole(dovecot: DovecotServer, mailbox_user: str) -> None:
    large = letter(2, 9 * 1024 * 1024)
    dovecot.append_many(mailbox_user, [(letter(1), NOON), (large, NOON), (letter(3), NOON)])
    batches = take_all(dovecot.account(mailbox_user))
    assert [len(batch.mails) for batch in batches] == [1, 1, 1]
    assert batches[1].mails[0].data == large


def test_a_mail_whose_size_is_a_whole_number_of_pieces_comes_whole(dovecot: DovecotServer, mailbox_user: str) -> None:
    large = letter(1, 9 * 1024 * 1024)
    large += b"x" * (3 * mailbox.CHUNK - len(large) - 2) + b"\r\n"
    dovecot.append(mailbox_user, large, NOON)
    ((mail,),) = [batch.mails for batch in take_all(dovecot.account(mailbox_user))]
    assert len(mail.data) == 3 * mailbox.CHUNK
    assert mail.data == large


def test_a_line_cut_within_a_large_mail_costs_one_piece(dovecot: DovecotServer, mailbox_user: str) -> None:
    large = letter(1, 9 * 1024 * 1024)
    dovecot.append(mailbox_user, large, NOON)
    asked: list[bytes] = []
    cuts: list[bytes] = []

    def note(command: bytes) -> bytes:
        asked.extend([command] if b"BODY.PEEK" in command else [])
        return command

    def cut_second_piece_once(answer: bytes) -> bytes | None:
        if b"BODY[]<%d>" % mailbox.CHUNK in answer and not cuts:
            cuts.append(answer)
            return None
        return answer

    with Meddler(dovecot.port, note, cut_second_piece_once) as wire:
        (batch,) = take_all(dovecot.account(mailbox_user, port=wire.port))
    assert batch.mails[0].data == large
    assert [command.count(b"<0.") for command in asked] == [1, 0, 0, 0]


def test_a_large_mail_deleted_between_two_pieces_vanishes_and_is_not_truncated(
    dovecot: DovecotServer, mailbox_user: str
) -> None:
    dovecot.append_many(mailbox_user, [(letter(1, 9 * 1024 * 1024), NOON), (letter(2), NOON)])

    def as_if_deleted(command: bytes) -> bytes:
        return command.replace(b"FETCH 1 ", b"FETCH 9 ") if b"<%d." % mailbox.CHUNK in command else command

    with Meddler(dovecot.port, as_if_deleted) as wire:
        batches = take_all(dovecot.account(mailbox_user, port=wire.port))
    assert [(uids([batch]), batch.vanished) for batch in batches] == [([], (1,)), ([2], ())]


def test_a_wrong_announced_size_truncates_nothing(dovecot: DovecotServer, mailbox_user: str) -> None:
    large = letter(1, 9 * 1024 * 1024)
    dovecot.append(mailbox_user, large, NOON)

    def understate(answer: bytes) -> bytes:
        return answer.replace(b"RFC822.SIZE %d" % len(large), b"RFC822.SIZE 9000000")

    with Meddler(dovecot.port, on_answer=understate) as wire:
        (batch,) = take_all(dovecot.account(mailbox_user, port=wire.port))
    assert batch.mails[0].data == large


def test_a_lone_mail_is_not_given_up_where_the_line_may_be_at_fault(dovecot: DovecotServer, mailbox_user: str) -> None:
    deliver(dovecot, mailbox_user, [1])

    def cut(answer: bytes) -> bytes | None:
        return None if b"BODY[]" in answer else answer

    with Meddler(dovecot.port, on_answer=cut) as wire, pytest.raises(mailbox_errors.MailboxUnreachable):
        take_all(dovecot.account(mailbox_user, port=wire.port))
    assert uids(take_all(dovecot.account(mailbox_user))) == [1]


def test_a_mail_above_the_hard_cap_is_told_and_not_taken(dovecot: DovecotServer, mailbox_user: str) -> None:
    deliver(dovecot, mailbox_user, [1, 2, 3])

    def inflate(answer: bytes) -> bytes:
        size = len(letter(2))
        lines = answer.split(b"\r\n")
        return b"\r\n".join(
            line.replace(b"RFC822.SIZE %d" % size, b"RFC822.SIZE 70000000") if line.startswith(b"* 2 FETCH") else line
            for line in lines
        )

    with Meddler(dovecot.port, on_answer=inflate) as wire:
        batches = take_all(dovecot.account(mailbox_user, port=wire.port))
    assert uids(batches) == [1, 3]
    (too_large,) = [large for batch in batches for large in batch.too_large]
    assert (too_large.uid, too_large.size, too_large.received_at) == (2, 70_000_000, NOON)
    assert too_large.head == letter(2)
    assert [uid for batch in batches for uid in batch.vanished] == []
    assert batches[-1].last_uid == 3


def test_nothing_new_yields_nothing(dovecot: DovecotServer, mailbox_user: str) -> None:
    deliver(dovecot, mailbox_user, [1, 2])
    (batch,) = take_all(dovecot.account(mailbox_user))
    assert take_all(dovecot.account(mailbox_user), mailbox.Cursor(batch.uidvalidity, batch.last_uid)) == []


def test_only_what_is_above_the_cursor_is_new(dovecot: DovecotServer, mailbox_user: str) -> None:
    deliver(dovecot, mailbox_user, [1, 2, 3])
    (batch,) = take_all(dovecot.account(mailbox_user))
    later = take_all(dovecot.account(mailbox_user), mailbox.Cursor(batch.uidvalidity, 2))
    assert uids(later) == [3]


def test_a_changed_uidvalidity_starts_from_the_first_mail(dovecot: DovecotServer, mailbox_user: str) -> None:
    deliver(dovecot, mailbox_user, range(60))
    first = take_all(dovecot.account(mailbox_user))
    dovecot.renumber(mailbox_user, 4_000_000_000)
    again = take_all(dovecot.account(mailbox_user), mailbox.Cursor(first[-1].uidvalidity, first[-1].last_uid))
    assert uids(again) == list(range(1, 61))
    assert {batch.uidvalidity for batch in again} == {4_000_000_000}


def test_an_empty_folder_tells_its_uidvalidity_once(dovecot: DovecotServer, mailbox_user: str) -> None:
    (batch,) = take_all(dovecot.account(mailbox_user))
    assert (batch.mails, batch.last_uid) == ((), 0)
    assert take_all(dovecot.account(mailbox_user), mailbox.Cursor(batch.uidvalidity, 0)) == []


def test_no_flag_changes_and_a_read_mail_comes_like_any_other(dovecot: DovecotServer, mailbox_user: str) -> None:
    dovecot.append(mailbox_user, letter(1), NOON)
    dovecot.append(mailbox_user, letter(2), NOON, flags=("\\Seen", "\\Flagged", "Xong"))
    dovecot.append(mailbox_user, letter(3, 9 * 1024 * 1024), NOON)
    before = dovecot.flags(mailbox_user)
    assert uids(take_all(dovecot.account(mailbox_user))) == [1, 2, 3]
    assert dovecot.flags(mailbox_user) == before == {1: (), 2: ("Xong", "\\Flagged", "\\Seen"), 3: ()}


def test_flags_that_another_client_flips_meanwhile_cost_no_mail(dovecot: DovecotServer, mailbox_user: str) -> None:
    deliver(dovecot, mailbox_user, range(5))

    def flip() -> None:
        with dovecot.client(mailbox_user, "INBOX") as other:
            other.add_flags([1, 2, 3, 4, 5], ["\\Seen", "\\Answered"])

    def unsolicited(answer: bytes) -> bytes:
        """A server may tell flags unasked, in the midst of other answers (RFC 9051 §7.5.2)."""
        return answer.replace(b"* 3 FETCH", b"* 4 FETCH (FLAGS (\\Seen))\r\n* 3 FETCH")

    with Meddler(dovecot.port, once_at(b"BODY.PEEK", flip), unsolicited) as wire:
        batches = take_all(dovecot.account(mailbox_user, port=wire.port))
    assert [mail.data for batch in batches for mail in batch.mails] == [letter(number) for number in range(5)]
    assert batches[0].vanished == ()


@pytest.mark.parametrize("command", [b"RFC822.SIZE", b"BODY.PEEK"])
def test_a_mail_deleted_before_it_is_fetched_vanishes_alone(
    dovecot: DovecotServer, mailbox_user: str, command: bytes
) -> None:
    deliver(dovecot, mailbox_user, range(6))

    def delete() -> None:
        with dovecot.client(mailbox_user, "INBOX") as other:
            other.delete_messages([2, 6])
            other.expunge()

    with Meddler(dovecot.port, once_at(command, delete)) as wire:
        batches = take_all(dovecot.account(mailbox_user, port=wire.port))
    assert uids(batches) == [1, 3, 4, 5]
    assert sorted(uid for batch in batches for uid in batch.vanished) == [2, 6]
    assert batches[-1].last_uid == 6


@pytest.mark.parametrize("announced", [b"{3}", b"{5000}", b"{2147483647}"], ids=["short", "long", "huge"])
def test_a_literal_that_lies_costs_only_its_own_mail(
    dovecot: DovecotServer, mailbox_user: str, announced: bytes
) -> None:
    deliver(dovecot, mailbox_user, [1, 22, 3])
    truth = b"BODY[] {%d}\r\n" % len(letter(22))
    lie = b"BODY[] " + announced + b"\r\n"
    with Meddler(dovecot.port, on_answer=lambda answer: answer.replace(truth, lie)) as wire:
        batches = take_all(dovecot.account(mailbox_user, port=wire.port), timeout=1)
    assert uids(batches) == [1, 3]
    assert [uid for batch in batches for uid in batch.vanished] == [2]


def test_an_answer_without_a_body_is_asked_for_once_more(dovecot: DovecotServer, mailbox_user: str) -> None:
    deliver(dovecot, mailbox_user, [1, 2, 3])
    turns: list[bytes] = []

    def empty_once(answer: bytes) -> bytes:
        if b"* 2 FETCH (UID 2 BODY[]" in answer and not turns:
            turns.append(answer)
            literal = b"BODY[] {%d}\r\n" % len(letter(2)) + letter(2)
            return answer.replace(b"* 2 FETCH (UID 2 " + literal, b"* 2 FETCH (UID 2 BODY[] NIL")
        return answer

    with Meddler(dovecot.port, on_answer=empty_once) as wire:
        (batch,) = take_all(dovecot.account(mailbox_user, port=wire.port))
    assert turns
    assert sorted(mail.data for mail in batch.mails) == sorted(letter(number) for number in (1, 2, 3))
    assert [mail.uid for mail in batch.mails] == [1, 2, 3]


def test_a_line_cut_within_a_fetch_is_made_anew(dovecot: DovecotServer, mailbox_user: str) -> None:
    deliver(dovecot, mailbox_user, range(20))
    cuts: list[bytes] = []

    def cut_once(answer: bytes) -> bytes | None:
        if b"BODY[]" in answer and not cuts:
            cuts.append(answer)
            return None
        return answer

    with Meddler(dovecot.port, on_answer=cut_once) as wire:
        batches = take_all(dovecot.account(mailbox_user, port=wire.port))
        assert wire.connections == 2
    assert uids(batches) == list(range(1, 21))


def test_a_server_that_cuts_every_fetch_ends_the_pass(dovecot: DovecotServer, mailbox_user: str) -> None:
    deliver(dovecot, mailbox_user, range(20))

    def cut(answer: bytes) -> bytes | None:
        return None if b"BODY[]" in answer else answer

    with (
        Meddler(dovecot.port, on_answer=cut) as wire,
        pytest.raises(mailbox_errors.MailboxUnreachable, match="does not hand it over"),
    ):
        take_all(dovecot.account(mailbox_user, port=wire.port))


def test_a_server_that_says_bye_ends_the_pass_without_another_knock(dovecot: DovecotServer, mailbox_user: str) -> None:
    deliver(dovecot, mailbox_user, range(3))

    def bye(answer: bytes) -> bytes:
        return b"* BYE Account exceeded bandwidth limits\r\n" if b"BODY[]" in answer else answer

    with Meddler(dovecot.port, on_answer=bye) as wire:
        with pytest.raises(mailbox_errors.MailboxUnreachable, match="exceeded bandwidth limits"):
            take_all(dovecot.account(mailbox_user, port=wire.port))
        assert wire.connections == 1


@pytest.mark.parametrize("code", ["[UNAVAILABLE] backend", "[OVERQUOTA] Account exceeded command limits", "[INUSE] x"])
def test_a_refusal_that_passes_is_no_vanished_mail(dovecot: DovecotServer, mailbox_user: str, code: str) -> None:
    deliver(dovecot, mailbox_user, range(3))

    def refuse(answer: bytes) -> bytes:
        if b"BODY[]" not in answer:
            return answer
        tag = answer.rstrip().rsplit(b"\r\n", 1)[-1].split()[0]
        return tag + f" NO {code}\r\n".encode()

    with (
        Meddler(dovecot.port, on_answer=refuse) as wire,
        pytest.raises(mailbox_errors.MailboxUnreachable, match="refuses for now"),
    ):
        take_all(dovecot.account(mailbox_user, port=wire.port))


def test_what_was_yielded_before_the_line_broke_stays_good(dovecot: DovecotServer, mailbox_user: str) -> None:
    deliver(dovecot, mailbox_user, range(60))
    dead: list[bool] = []

    def answer_or_cut(answer: bytes) -> bytes | None:
        return None if dead else answer

    with (
        Meddler(dovecot.port, on_answer=answer_or_cut) as wire,
        mailbox.Mailbox(dovecot.account(mailbox_user, port=wire.port), timeout=2) as box,
    ):
        batches = box.batches("INBOX", None)
        first = next(batches)
        dead.append(True)
        with pytest.raises(mailbox_errors.MailboxUnreachable):
            list(batches)
    rest = take_all(dovecot.account(mailbox_user), mailbox.Cursor(first.uidvalidity, first.last_uid))
    assert uids([first, *rest]) == list(range(1, 61))


def test_two_folders_may_be_read_by_turns(dovecot: DovecotServer, mailbox_user: str) -> None:
    deliver(dovecot, mailbox_user, range(120))
    dovecot.append_many(mailbox_user, [(letter(1000 + number), NOON) for number in range(60)], folder="Junk")
    with mailbox.Mailbox(dovecot.account(mailbox_user)) as box:
        inbox, junk = box.batches("INBOX", None), box.batches("Junk", None)
        taken = [next(inbox), next(junk), next(inbox), next(junk), next(inbox)]
    data = [mail.data for batch in taken for mail in batch.mails if batch.folder == "INBOX"]
    assert data == [letter(number) for number in range(120)]
    assert [len(batch.mails) for batch in taken] == [50, 50, 50, 10, 20]


def test_a_mail_that_arrives_during_the_pass_is_taken_now_or_next_time(
    dovecot: DovecotServer, mailbox_user: str
) -> None:
    deliver(dovecot, mailbox_user, range(3))
    with Meddler(dovecot.port, once_at(b"BODY.PEEK", lambda: deliver(dovecot, mailbox_user, [3]))) as wire:
        first = take_all(dovecot.account(mailbox_user, port=wire.port))
    rest = take_all(dovecot.account(mailbox_user), mailbox.Cursor(first[-1].uidvalidity, first[-1].last_uid))
    assert uids([*first, *rest]) == [1, 2, 3, 4]


@pytest.mark.parametrize("server_zone", ["UTC", "America/New_York", "Asia/Kolkata"])
def test_the_receipt_time_is_the_same_instant_wherever_server_and_process_are(
    mailbox_user: str, server_zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_dovecot()
    last_second = datetime(2019, 7, 4, 23, 59, 59, tzinfo=VIETNAM)
    with DovecotServer({"TZ": server_zone}) as server:
        server.append_many(mailbox_user, [(letter(1), last_second), (letter(2), last_second + timedelta(seconds=1))])
        for process_zone in ("Pacific/Kiritimati", "America/Los_Angeles"):
            monkeypatch.setenv("TZ", process_zone)
            time.tzset()
            (batch,) = take_all(server.account(mailbox_user))
            times = [mail.received_at for mail in batch.mails]
            assert [at.astimezone(UTC) for at in times] == [
                datetime(2019, 7, 4, 16, 59, 59, tzinfo=UTC),
                datetime(2019, 7, 4, 17, 0, 0, tzinfo=UTC),
            ]


def test_the_folders_are_those_of_the_account_and_the_junk_folder_of_the_server(
    dovecot: DovecotServer, mailbox_user: str
) -> None:
    dovecot.append(mailbox_user, letter(1), NOON, folder="Báo cáo/Đã xử lý")
    account = dovecot.account(mailbox_user, folders=("inbox", "Báo cáo/Đã xử lý"))
    with mailbox.Mailbox(account) as box:
        assert box.folders() == ("INBOX", "Báo cáo/Đã xử lý", "Junk")
        ((mail,),) = [batch.mails for batch in box.batches("Báo cáo/Đã xử lý", None)]
        assert mail.data == letter(1)
        description = box.describe()
    assert description.folders == (("INBOX", 0), ("Báo cáo/Đã xử lý", 1), ("Junk", 0))
    assert description.junk == "Junk"
    assert "IMAP4REV1" in description.capabilities


def test_a_junk_folder_that_is_named_replaces_the_one_the_server_marks(
    dovecot: DovecotServer, mailbox_user: str
) -> None:
    dovecot.append(mailbox_user, letter(1), NOON, folder="Thư rác")
    with mailbox.Mailbox(dovecot.account(mailbox_user, junk="Thư rác")) as box:
        assert box.folders() == ("INBOX", "Thư rác")
    with mailbox.Mailbox(dovecot.account(mailbox_user, junk="INBOX")) as box:
        assert box.folders() == ("INBOX",)


def test_a_missing_folder_is_told_with_those_that_exist(dovecot: DovecotServer, mailbox_user: str) -> None:
    account = dovecot.account(mailbox_user, folders=("INBOX", "Báo cáo"), junk="Spam")
    with mailbox.Mailbox(account) as box:
        with pytest.raises(mailbox_errors.FolderMissing) as caught:
            box.folders()
        assert caught.value.existing == ("INBOX", "Junk")
        assert caught.value.sentence == (
            'Mailbox main has no folder "Báo cáo", "Spam": correct `folders` or `junk` of this mailbox in config.toml; '
            'the server has "INBOX", "Junk".'
        )
        with pytest.raises(mailbox_errors.FolderMissing):
            list(box.batches("Báo cáo", None))
        assert [batch.mails for batch in box.batches("INBOX", None)] == [()]


def test_a_listing_names_every_uid(dovecot: DovecotServer, mailbox_user: str) -> None:
    deliver(dovecot, mailbox_user, range(10))
    with dovecot.client(mailbox_user, "INBOX") as other:
        other.delete_messages([4])
        other.expunge()
    with mailbox.Mailbox(dovecot.account(mailbox_user)) as box:
        assert box.listing("INBOX").uids == (1, 2, 3, 5, 6, 7, 8, 9, 10)
        assert box.listing("Junk").uids == ()


def test_mails_can_be_fetched_again_by_their_uids(dovecot: DovecotServer, mailbox_user: str) -> None:
    deliver(dovecot, mailbox_user, range(10))
    with mailbox.Mailbox(dovecot.account(mailbox_user)) as box:
        batches = list(box.fetch("INBOX", [7, 3, 99]))
    assert [mail.data for batch in batches for mail in batch.mails] == [letter(2), letter(6)]
    assert [uid for batch in batches for uid in batch.vanished] == [99]
