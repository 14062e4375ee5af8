"""Loops end: the caps hold letters back, the brake stops everything, and staff hear of it at once."""

from datetime import datetime, timedelta

from roll.letters import Letter, LetterKind
from service import assemble, calling_staff, sending
from service.tally import Tally
from storage import outbox
from tests.journeys.office import VIETNAM, Office
from tests.service.test_schedule import rollcall_at

MORNING = datetime(2019, 7, 3, 8, 0, tzinfo=VIETNAM)
ROBOT = "robot@unit.example"
STAFF = "phong.tebdg@so.example"


def answer(rollcall: assemble.Rollcall, number: int, to: str = ROBOT) -> Letter:
    data = f"From: a@so.example\r\nTo: {to}\r\nSubject: {number}\r\n\r\nx\r\n".encode()
    key = f"answer {number} {to}"
    return Letter(key, LetterKind.ACKNOWLEDGEMENT, to, str(number), f"<{number}@so.example>", data, rollcall.now())


def queue(rollcall: assemble.Rollcall, *owed: Letter) -> None:
    with rollcall.store.writing() as connection:
        outbox.put(connection, owed, rollcall.now())


def send(rollcall: assemble.Rollcall) -> Tally:
    tally = Tally()
    sending.send(rollcall, tally)
    return tally


def sent_to(office: Office, address: str) -> list[bytes]:
    assert office.sink is not None
    return [letter.data for letter in office.sink.letters if address in letter.rcpt_to]


def test_two_machines_that_answer_each_other_a_hundred_times_get_three_letters_and_staff_are_called(office: Office):
    with rollcall_at(office, MORNING) as rollcall:
        for number in range(100):
            queue(rollcall, answer(rollcall, number))
            send(rollcall)
        with rollcall.store.reading() as connection:
            assert calling_staff.stopped(connection) == "brake"
    assert len(sent_to(office, ROBOT)) == 3
    called = [letter.subject for letter in _letters(office) if letter.to == STAFF]
    assert called == [f"[Cần biết] Tạm giữ thư gửi tới {ROBOT}", "[Cần xử lý ngay] Đã tự động tạm dừng gửi thư"]
    assert len(sent_to(office, STAFF)) == 2


def _letters(office: Office) -> list[outbox.LetterRow]:
    with rollcall_at(office, MORNING) as rollcall, rollcall.store.reading() as connection:
        return outbox.rows(connection)


def test_while_the_brake_is_pulled_whoever_looks_is_told_and_resume_releases_it(office: Office):
    with rollcall_at(office, MORNING) as rollcall:
        queue(rollcall, *(answer(rollcall, number) for number in range(30)))
        assert "two machines" in " ".join(send(rollcall).troubles)
    assert "stopped automatically" in office.run("status", "--at", "2019-07-03T08:05").err
    assert "sent again" in office.run("resume").out
    later = MORNING + timedelta(hours=2)
    with rollcall_at(office, later) as rollcall:
        send(rollcall)
        assert len(sent_to(office, ROBOT)) == 6


def test_a_deadline_hour_of_500_honest_reports_pulls_no_brake(office: Office):
    with rollcall_at(office, MORNING) as rollcall:
        queue(rollcall, *(answer(rollcall, number, f"u{number}@unit.example") for number in range(500)))
        tally = send(rollcall)
        assert (tally.sent, tally.troubles) == (500, [])


def test_a_spent_budget_is_told_once_a_day_and_the_rest_goes_out_the_next_day(office: Office):
    text = (office.folder / "config.toml").read_text("utf-8")
    (office.folder / "config.toml").write_text(text.replace("[smtp]\n", "[smtp]\ndaily_limit = 20\n"), "utf-8")
    with rollcall_at(office, MORNING) as rollcall:
        queue(rollcall, *(answer(rollcall, number, f"u{number}@unit.example") for number in range(25)))
        first, second = send(rollcall), send(rollcall)
        assert first.sent == 21, "twenty, and the call to staff"
        assert second.sent == 0
        assert all("daily_limit" in tally.troubles[0] for tally in (first, second))
    with rollcall_at(office, MORNING + timedelta(days=1, minutes=1)) as rollcall:
        assert send(rollcall).sent == 5
    assert len(sent_to(office, STAFF)) == 1
