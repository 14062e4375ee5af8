"""A person is told: each condition once, through every way, within five minutes, and that it is over (invariant C8)."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from notifications.alarms import Condition
from roll import letters
from service import alarm_conditions, alarming, sending
from service.alarm_conditions import Found
from service.tally import Tally
from storage import alarms, outbox
from tests.intake import mails
from tests.servers import ports
from tests.servers.dovecot import PASSWORD
from tests.servers.smtp_sink import SmtpSink
from tests.service.watched import CANARY, MINUTE, Watched
from tests.storage import samples

WITHIN = 5
"""Minutes that a person may wait to be told, that it is so or that it is over (C8)."""


def raised_and_over(condition: str) -> list[tuple[str, str]]:
    return [(condition, "raised"), (condition, "over")]


def queue(watched: Watched, *keys: str, to: str = "a@x.example") -> list[int]:
    """Queue letters that are due now."""
    now = watched.clock.at
    made = [samples.letter(key, letters.LetterKind.RECEIPT, to=to, due_at=now) for key in keys]
    with watched.rollcall.store.writing() as connection:
        return outbox.put(connection, made, now)


def send(watched: Watched) -> Tally:
    tally = Tally()
    sending.send(watched.rollcall, tally)
    return tally


def test_a_healthy_office_says_nothing_all_day(watched: Watched) -> None:
    watched.look(3)
    watched.clock.at += timedelta(minutes=9)
    watched.look(3)
    assert watched.told() == []


def test_no_pass_for_ten_minutes_is_told_once_and_its_end_too(watched: Watched) -> None:
    watched.read_and_look(2)
    watched.configure(imap_port=str(ports.free_port()))
    watched.read_and_look(10)
    assert watched.told() == []

    watched.read_and_look(WITHIN)
    assert watched.told() == [("no_pass", "raised")]
    watched.restart()
    watched.read_and_look(9)
    assert watched.told() == [("no_pass", "raised")]

    watched.configure()
    watched.read_and_look(WITHIN)
    assert watched.told() == raised_and_over("no_pass")
    watched.read_and_look(10)
    assert watched.told() == raised_and_over("no_pass")


def test_a_notice_says_what_happened_since_when_what_to_do_and_that_nothing_is_lost(watched: Watched) -> None:
    watched.read_and_look(1)
    watched.configure(imap_port=str(ports.free_port()))
    watched.read_and_look(15)
    (mail,) = watched.mails()
    assert mail["Subject"] == "[Rollcall: cần xử lý] không đọc được hộp thư"
    assert (mail["To"], mail["Auto-Submitted"]) == ("it@langson.example", "auto-generated")
    text = str(mail.get_content())
    for part in ("Sự cố có từ 09 giờ 01 phút, ngày 03/7/2019", "nothing listens there", "rollcall doctor", "Không có"):
        assert part in text

    watched.configure()
    watched.read_and_look(WITHIN)
    over = str(watched.mails()[-1].get_content())
    assert "Sự cố đã hết lúc 09 giờ 17 phút" in over
    assert "kéo dài 16 phút" in over


def test_a_refused_sign_in_to_the_mailbox_is_told_and_that_it_is_accepted_again(watched: Watched) -> None:
    watched.look(1)
    watched.configure(password="sai-mat-khau")
    watched.read()
    watched.look(2, passes=False)
    assert watched.told() == [("sign_in", "raised")]
    assert "sai-mat-khau" not in watched.all_that_was_said()

    watched.configure()
    watched.read_and_look(WITHIN)
    assert watched.told() == raised_and_over("sign_in")


def test_a_mailbox_that_cannot_be_reached_is_neither_refused_nor_accepted(watched: Watched) -> None:
    watched.configure(password="sai-mat-khau")
    watched.read()
    watched.configure(imap_port=str(ports.free_port()))
    watched.read_and_look(2)
    assert watched.told() == [("sign_in", "raised")]


def test_a_refused_sign_in_of_the_way_out_is_told_though_no_letter_can_leave(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLLCALL_SMTP__USER", "phong")
    monkeypatch.setenv("ROLLCALL_SMTP__PASSWORD", "cu")
    with SmtpSink(users={"phong": "moi"}) as way_out:
        watched.configure(smtp_port=str(way_out.port))
        queue(watched, "k")
        send(watched)
        watched.look(2)
        assert watched.told() == [("sign_in", "raised")]

        monkeypatch.setenv("ROLLCALL_SMTP__PASSWORD", "moi")
        watched.restart()
        assert send(watched).sent == 1
        watched.look(WITHIN)
    assert watched.told() == raised_and_over("sign_in")


def test_four_fifths_of_the_budget_are_told_and_that_there_is_room_again(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLLCALL_SMTP__DAILY_LIMIT", "10")
    watched.restart()
    for number in range(8):
        assert watched.told() == []
        (letter_id,) = queue(watched, f"k{number}", to=f"a{number}@x.example")
        with watched.rollcall.store.writing() as connection:
            outbox.claim(connection, letter_id)
            outbox.mark_sent(connection, letter_id, watched.clock.at)
        watched.look(1)
    watched.look(1)
    assert watched.told() == [("quota", "raised")]

    watched.clock.at += timedelta(hours=23, minutes=50)
    watched.read()
    watched.look(15)
    assert watched.told() == raised_and_over("quota")


def test_letters_that_wait_for_half_an_hour_are_told_and_that_they_went_out(watched: Watched) -> None:
    watched.configure(smtp_port=str(ports.free_port()))
    queue(watched, "k1", "k2")
    watched.look(30)
    assert send(watched).way_out_shut
    assert watched.told() == []
    watched.look(WITHIN)
    assert watched.told() == [("outbox", "raised")]
    assert "Có 2 thư đã chờ gửi hơn 30 phút" in watched.all_that_was_said()

    watched.configure()
    assert send(watched).sent == 2
    watched.look(WITHIN)
    assert watched.told() == raised_and_over("outbox")


@pytest.mark.parametrize("rule", ["paused", "off", "due later", "held back"])
def test_letters_that_a_rule_or_a_person_holds_back_are_no_alarm(watched: Watched, rule: str) -> None:
    (letter_id,) = queue(watched, "k")
    with watched.rollcall.store.writing() as connection:
        if rule == "due later":
            outbox.cancel(connection, letter_id)
            later = watched.clock.at + timedelta(hours=9)
            outbox.put(connection, [samples.letter("later", due_at=later)], watched.clock.at)
        if rule == "held back":
            held = "held back: the address has got 3 automatic letters within an hour"
            outbox.hold_back(connection, letter_id, watched.clock.at + timedelta(hours=1), held)
    if rule == "paused":
        watched.office.run("pause")
    if rule == "off":
        watched.configure(mode="off")
    watched.clock.at += timedelta(minutes=31)
    watched.look(3)
    assert watched.told() == []


def test_a_disk_that_fills_up_is_told_and_that_there_is_room(watched: Watched) -> None:
    watched.free = 9
    watched.look(2)
    assert watched.told() == [("disk", "raised")]
    assert "chỉ còn trống 9 %" in watched.all_that_was_said()
    watched.free = 10
    watched.look(WITHIN)
    assert watched.told() == raised_and_over("disk")


def test_a_quarantined_mail_is_told_and_that_it_was_settled(watched: Watched) -> None:
    dangerous = mails.mail("a@b.example", "bi mat cua toi", attachments=[("bieu.xls.exe", b"MZ\x90\x00" * 99)])
    watched.office.deliver(dangerous, watched.clock.at)
    watched.read()
    watched.look(2)
    assert watched.told() == [("quarantined", "raised")]
    assert "bi mat" not in watched.all_that_was_said()
    assert "a@b.example" not in watched.all_that_was_said()

    watched.office.run("review", "dismiss", "1", "--note", "x")
    watched.look(WITHIN)
    assert watched.told() == raised_and_over("quarantined")


def test_a_database_that_cannot_be_used_is_told_from_memory_and_that_it_is_back(watched: Watched) -> None:
    watched.look(1)
    file, aside = watched.office.folder / "rollcall.db", watched.office.folder / "aside"
    watched.rollcall.store.close()
    file.rename(aside)
    file.mkdir()
    watched.look(2, passes=False)
    assert watched.told() == [("database", "raised")]
    watched.look(9, passes=False)

    file.rmdir()
    shutil.move(aside, file)
    watched.look(WITHIN)
    assert watched.told() == raised_and_over("database")


# Once, over restarts.


def test_each_of_several_alarms_is_told_once_though_the_program_begins_anew_between_all_looks(watched: Watched) -> None:
    watched.free = 5
    watched.configure(password="sai-mat-khau")
    watched.read()
    for _ in range(20):
        watched.restart()
        watched.look(1, passes=False)
    assert watched.told() == [("sign_in", "raised"), ("disk", "raised"), ("no_pass", "raised")]


def test_what_lasts_is_told_again_once_a_day(watched: Watched) -> None:
    watched.free = 5
    watched.look(2)
    for _ in range(3):
        watched.clock.at += timedelta(hours=23, minutes=40)
        watched.read()
        watched.look(21)
    assert watched.told() == [("disk", "raised"), *[("disk", "repeated")] * 3]
    assert "đến nay đã 3 ngày" in watched.all_that_was_said()


def test_a_machine_that_was_off_is_no_mailbox_that_could_not_be_read(watched: Watched) -> None:
    watched.look(2)
    watched.clock.at += timedelta(days=10)
    watched.look(8, passes=False)
    watched.look(5)
    assert watched.told() == []


def test_a_program_that_begins_anew_again_and_again_and_reads_nothing_is_told(watched: Watched) -> None:
    watched.look(1)
    watched.clock.at += timedelta(days=1)
    for _ in range(6):
        watched.restart()
        watched.clock.at += timedelta(minutes=2)
        watched.look(1, passes=False)
    assert watched.told() == [("no_pass", "raised")]


def test_what_was_told_is_not_called_over_because_the_machine_was_off(watched: Watched) -> None:
    watched.look(1)
    watched.look(15, passes=False)
    watched.clock.at += timedelta(hours=5)
    watched.restart()
    watched.look(9, passes=False)
    assert watched.told() == [("no_pass", "raised")]
    watched.look(WITHIN)
    assert watched.told() == raised_and_over("no_pass")


def test_a_clock_that_is_set_back_silences_nothing_for_longer_than_it_must(watched: Watched) -> None:
    watched.look(1)
    watched.clock.at -= timedelta(days=2)
    watched.free = 5
    watched.look(2, passes=False)
    assert watched.told() == [("disk", "raised")]


# No storm.


def flap(seen: Callable[[int], bool], looks: int = 600) -> list[tuple[datetime, str]]:
    """Look at a disk that is full where `seen` says so; return when what was told."""
    store, start, told = alarms.in_memory(), datetime(2019, 7, 3, tzinfo=UTC), list[tuple[datetime, str]]()
    for look in range(looks):
        now = start + look * MINUTE
        found = {Condition.DISK: Found(Condition.DISK, now)} if seen(look) else {}
        with store.writing() as connection:
            alarming.advance(connection, found, ["webhook"], now)
            for notice in alarms.due(connection, ["webhook"], now):
                told.append((now, notice.event))
                alarms.mark_told(connection, notice, now)
    return told


def test_a_condition_that_is_seen_only_now_and_then_is_never_told() -> None:
    assert flap(lambda look: look % 2 == 0) == []


@pytest.mark.parametrize("period", [2, 3, 5, 8, 30])
def test_a_condition_that_comes_and_goes_makes_no_storm(period: int) -> None:
    told = flap(lambda look: look // period % 2 == 0)
    assert told[0][1] == "raised"
    assert len(told) <= 3  # raised, over, raised again: from then on it must be gone for an hour


def test_a_condition_that_comes_each_two_hours_is_told_each_time_and_no_oftener() -> None:
    told = [event for _, event in flap(lambda look: look % 120 < 20)]
    assert told == ["raised", "over"] * 5


# A way that fails.


def test_a_way_that_fails_is_tried_again_with_growing_waits_and_the_others_are_not_kept_waiting(
    watched: Watched,
) -> None:
    watched.web.status, watched.free = 503, 5
    watched.look(30)
    assert len(watched.by_command()) == len(watched.mails()) == 1
    tried = len(watched.web.requests)
    assert 5 <= tried <= 6

    watched.web.status = 200
    watched.look(31)
    assert len(watched.web.requests) == tried + 1
    assert len(watched.by_command()) == len(watched.mails()) == 1


def test_what_was_over_before_a_way_was_open_again_is_told_as_one_notice(watched: Watched) -> None:
    watched.web.status, watched.free = 500, 5
    watched.look(4)
    watched.free = 50
    watched.look(4)
    watched.web.requests.clear()
    watched.web.status = 200
    watched.look(5)
    assert watched.by_web() == [("disk", "over")]


def test_a_way_that_fails_is_told_in_the_log_once_and_by_doctor(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    watched.web.status, watched.free = 503, 5
    watched.look(3)
    told = [record.getMessage() for record in caplog.records if "[alarm] webhook_url" in record.getMessage()]
    assert told == ["The address in [alarm] webhook_url answers with the status 503; look at the service behind it."]
    assert CANARY not in caplog.text

    result = watched.office.run("doctor", status=1)
    assert 'The alarm "disk" of 2019-07-03 09:02+07:00 could not be told by webhook in' in result.err
    assert "answers with the status 503" in result.err
    assert CANARY not in result.out + result.err


def test_a_redirect_is_not_followed(watched: Watched) -> None:
    watched.web.status, watched.web.redirects_to, watched.free = 307, watched.web.url, 5
    watched.look(2)
    assert len(watched.web.requests) == 1
    with watched.rollcall.store.reading() as connection:
        (untold,) = alarms.untold(connection)
    assert untold.error == (
        "The address in [alarm] webhook_url answers with a redirect (307); write the address it leads to."
    )


def test_a_command_that_fails_is_tried_again(watched: Watched) -> None:
    fails = watched.office.folder / "command-fails"
    fails.touch()
    watched.free = 5
    watched.look(3)
    assert watched.by_command() == []
    fails.unlink()
    watched.look(3)
    assert [each["condition"] for each in watched.by_command()] == ["disk"]


# Nothing is given away.


def test_no_secret_of_the_configuration_or_the_environment_is_in_an_alarm(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("IMAP_PASSWORD", "bi-mat-cua-moi-truong")
    watched.look(1)
    watched.configure(password="bi-mat-cua-hop-thu")
    watched.read()
    watched.free = 5
    watched.look(15, passes=False)
    watched.configure()
    watched.free = 50
    watched.read()
    watched.look(WITHIN)

    assert len(watched.told()) == 6
    for said in (watched.all_that_was_said(), caplog.text):
        for secret in (CANARY, PASSWORD, "bi-mat-cua-hop-thu", "bi-mat-cua-moi-truong"):
            assert secret not in said
    environment = (watched.office.folder / "command-environment").read_text("utf-8")
    assert "ROLLCALL_ALARM_CONDITION=" in environment


def test_the_ten_minutes_and_the_half_hour_are_those_of_the_invariant() -> None:
    assert timedelta(minutes=10) == alarm_conditions.NO_PASS_FOR
    assert timedelta(minutes=30) == alarm_conditions.OUTBOX_OLDER_THAN
