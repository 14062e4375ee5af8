"""Loops end: the caps hold letters back, what answers by itself gets none, and staff hear of it at once."""

import email
from dataclasses import replace
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage

from roll.letters import Letter, LetterKind
from service import assemble, calling_staff, sending
from service.tally import Tally
from storage import brake, inbox, outbox
from tests.journeys.office import VIETNAM, Office
from tests.service.test_schedule import rollcall_at
from tests.storage.samples import arrival

MORNING = datetime(2019, 7, 3, 8, 0, tzinfo=VIETNAM)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ROBOT = "robot@unit.example"
STAFF = "phong.tebdg@so.example"


def answer(rollcall: assemble.Rollcall, number: int, to: str = ROBOT, kind: LetterKind = LetterKind.RECEIPT) -> Letter:
    """Return a letter as one that answers a mail."""
    data = f"From: a@so.example\r\nTo: {to}\r\nSubject: {number}\r\n\r\nx\r\n".encode()
    return Letter(f"{kind} {number} {to}", kind, to, str(number), f"<{number}@so.example>", data, rollcall.now())


def queue(rollcall: assemble.Rollcall, *owed: Letter, of_one_mail: bool = False) -> None:
    """Queue letters, each as the answer to a mail of its own, or all of them as caused by one mail."""
    arrivals = [arrival(None, letter.key) for letter in owed[: 1 if of_one_mail else None]]
    with rollcall.store.writing() as connection:
        inbox.enter(connection, arrivals, rollcall.now(), rollcall.zone)
        mails = [row.id for row in inbox.waiting(connection)][-len(arrivals) :] * (len(owed) if of_one_mail else 1)
        answers = [replace(letter, mail_id=mail) for letter, mail in zip(owed, mails, strict=True)]
        outbox.put(connection, answers, rollcall.now())


def send(rollcall: assemble.Rollcall) -> Tally:
    tally = Tally()
    sending.send(rollcall, tally)
    return tally


def sent_to(office: Office, address: str) -> list[bytes]:
    assert office.sink is not None
    return [letter.data for letter in office.sink.letters if address in letter.rcpt_to]


def subjects_to(office: Office, address: str) -> list[str]:
    with rollcall_at(office, MORNING) as rollcall, rollcall.store.reading() as connection:
        return [letter.subject for letter in outbox.rows(connection) if letter.to == address]


def test_two_machines_that_answer_each_other_a_hundred_times_get_three_letters_and_staff_are_called(office: Office):
    with rollcall_at(office, MORNING) as rollcall:
        for number in range(100):
            queue(rollcall, answer(rollcall, number))
            send(rollcall)
        with rollcall.store.reading() as connection:
            assert brake.stopped(connection) == [ROBOT]
            assert calling_staff.stopped(connection) == "", "one address does not stop the office"
        queue(rollcall, answer(rollcall, 1, "u1@unit.example"))
        assert send(rollcall).sent == 1
    assert len(sent_to(office, ROBOT)) == 3
    assert subjects_to(office, STAFF) == [
        f"[Cần biết] Tạm giữ thư gửi tới {ROBOT}",
        f"[Cần xử lý ngay] Đã tự động dừng gửi thư tới {ROBOT}",
    ]
    assert len(sent_to(office, STAFF)) == 2


def test_an_address_that_is_stopped_is_shown_and_resume_lets_its_letters_go_without_stopping_it_again(office: Office):
    with rollcall_at(office, MORNING) as rollcall:
        queue(rollcall, *(answer(rollcall, number) for number in range(20)))
        assert f"Letters to {ROBOT} were stopped" in " ".join(send(rollcall).troubles)
        assert len(sent_to(office, ROBOT)) == 0
    assert f"Letters to {ROBOT} were stopped" in office.run("status", "--at", "2019-07-03T08:05").err
    assert f"none goes to {ROBOT}" in office.run("doctor", status=None).out
    assert "sent again" in office.run("resume").out
    assert "was not paused" in office.run("resume").out
    assert ROBOT not in office.run("status", "--at", "2019-07-03T08:05").err
    counts = {}
    for hour in (0, 1, 2, 3, 23, 25, 26, 27, 28):
        with rollcall_at(office, MORNING + HOUR * hour + MINUTE * hour) as rollcall:
            assert "stopped" not in " ".join(send(rollcall).troubles)
        counts[hour] = len(sent_to(office, ROBOT))
    assert counts[23] == 10, "the caps hold as before"
    assert counts[28] == 20


def test_a_loop_with_many_addresses_stops_all_sending_and_resume_starts_it_again(office: Office):
    machines = [f"m{number}@unit.example" for number in range(brake.MANY_FROM)]
    with rollcall_at(office, MORNING) as rollcall:
        for number in range(4):
            queue(rollcall, *(answer(rollcall, number, machine) for machine in machines))
            tally = send(rollcall)
        assert "All sending was stopped" in " ".join(tally.troubles)
        assert tally.sent == 1, "what calls staff"
        with rollcall.store.reading() as connection:
            assert calling_staff.stopped(connection) == "brake"
    assert subjects_to(office, STAFF) == ["[Cần xử lý ngay] Đã tự động tạm dừng gửi thư"]
    assert "stopped automatically" in office.run("status", "--at", "2019-07-03T08:05").err
    assert "paused" in office.run("doctor", status=None).out
    assert "sent again" in office.run("resume").out
    with rollcall_at(office, MORNING + 2 * HOUR) as rollcall:
        tally = send(rollcall)
        assert (tally.sent, tally.troubles) == (brake.MANY_FROM, [])


def test_more_letters_than_mails_can_explain_stop_all_sending_before_the_first_goes_out(office: Office):
    with rollcall_at(office, MORNING) as rollcall:
        flood = [answer(rollcall, 1, f"victim{number}@unit.example", LetterKind.CREDITED) for number in range(200)]
        queue(rollcall, *flood, of_one_mail=True)
        assert send(rollcall).sent == 1
        assert send(rollcall).sent == 0
    assert [letter.rcpt_to for letter in office.sink.letters] == [(STAFF,)]
    office.run("resume")
    with rollcall_at(office, MORNING + MINUTE) as rollcall:
        assert send(rollcall).sent == 200


def test_who_sends_four_corrections_in_an_hour_gets_three_answers_and_the_fourth_when_the_hour_is_over(office: Office):
    unit, text = "u1@unit.example", "[Cần biết] Tạm giữ thư gửi tới u1@unit.example"
    for number in range(4):
        with rollcall_at(office, MORNING + 10 * MINUTE * number) as rollcall:
            queue(rollcall, answer(rollcall, number, unit, LetterKind.RETURN))
            tally = send(rollcall)
            assert tally.sent == 1, "the answer; the last time, what calls staff, in the same run"
            assert tally.troubles == []
    assert len(sent_to(office, unit)) == 3
    assert (subjects_to(office, STAFF), len(sent_to(office, STAFF))) == ([text], 1)
    with rollcall_at(office, MORNING + 59 * MINUTE) as rollcall:
        assert send(rollcall).sent == 0
    with rollcall_at(office, MORNING + 61 * MINUTE) as rollcall:
        assert send(rollcall).sent == 1
    assert len(sent_to(office, unit)) == 4
    assert len(sent_to(office, STAFF)) == 1


def test_staff_are_called_about_ten_addresses_a_day_and_the_last_call_says_so(office: Office):
    with rollcall_at(office, MORNING) as rollcall:
        units = [f"u{number}@unit.example" for number in range(50)]
        for number in range(4):
            queue(rollcall, *(answer(rollcall, number, unit, LetterKind.RETURN) for unit in units))
        tally = send(rollcall)
        assert (tally.sent, tally.troubles) == (150 + calling_staff.CAP_ALERTS_A_DAY, [])
    told = sent_to(office, STAFF)
    assert len(told) == calling_staff.CAP_ALERTS_A_DAY
    assert [_says(data, "không báo thêm từng địa chỉ") for data in told] == [False] * 9 + [True]
    with rollcall_at(office, MORNING + timedelta(days=1)) as rollcall:
        queue(rollcall, *(answer(rollcall, number, "u1@unit.example", LetterKind.RETURN) for number in range(10, 14)))
        send(rollcall)
    assert len(sent_to(office, STAFF)) == calling_staff.CAP_ALERTS_A_DAY + 1, "the next day is another one"


def test_a_deadline_hour_of_500_honest_reports_pulls_no_brake(office: Office):
    with rollcall_at(office, MORNING) as rollcall:
        queue(rollcall, *(answer(rollcall, number, f"u{number}@unit.example") for number in range(500)))
        tally = send(rollcall)
        assert (tally.sent, tally.troubles) == (500, [])


def _says(letter: bytes, words: str) -> bool:
    message = email.message_from_bytes(letter, policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    assert body is not None
    return words in " ".join(body.get_content().split())


def limit(office: Office, letters: int) -> None:
    text = (office.folder / "config.toml").read_text("utf-8")
    (office.folder / "config.toml").write_text(text.replace("[smtp]\n", f"[smtp]\ndaily_limit = {letters}\n"), "utf-8")


def test_a_spent_budget_is_told_once_a_day_and_the_rest_goes_out_the_next_day(office: Office):
    limit(office, 20)
    with rollcall_at(office, MORNING) as rollcall:
        queue(rollcall, *(answer(rollcall, number, f"u{number}@unit.example") for number in range(25)))
        first, second = send(rollcall), send(rollcall)
        assert first.sent == 20, "nineteen, and the call to staff: no more than the account may send"
        assert second.sent == 0
        assert all("are used up" in tally.troubles[0] and len(tally.troubles) == 1 for tally in (first, second))
    with rollcall_at(office, MORNING + timedelta(days=1, minutes=1)) as rollcall:
        assert send(rollcall).sent == 6
    assert subjects_to(office, STAFF) == ["[Cần biết] Đã hết số thư được gửi trong ngày"]


def test_when_the_budget_runs_short_reminders_wait_and_staff_are_told_while_answers_go_out(office: Office):
    limit(office, 20)
    with rollcall_at(office, MORNING) as rollcall:
        rounds = [LetterKind.CREDITED] * 16, [LetterKind.DIGEST] * 3
        for kinds in rounds:
            queue(
                rollcall, *(answer(rollcall, number, f"u{number}@x.example", kind) for number, kind in enumerate(kinds))
            )
        tally = send(rollcall)
        assert tally.sent == 16 + 1 + 1, "what was answered, a digest, and the call to staff"
        assert "reminders and digests wait" in tally.troubles[0]
        queue(rollcall, answer(rollcall, 1, "one-more@unit.example"))
        assert send(rollcall).sent == 2, "the answer, and the call to staff that the budget is used up"
        queue(rollcall, answer(rollcall, 2, "the-next@unit.example"))
        assert send(rollcall).sent == 0
    assert [subject.partition("] ")[2] for subject in subjects_to(office, STAFF)] == [
        "Sắp hết số thư được gửi trong ngày",
        "Đã hết số thư được gửi trong ngày",
    ]
