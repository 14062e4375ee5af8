"""Machines that answer each other end, whatever they say of themselves: caps, brake, and a call to staff."""

import io
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import openpyxl
import pytest

from roll import units
from service import calling_staff
from storage import brake, outbox
from storage.restraint import DAY, HOUR, MOST_A_DAY, MOST_AN_HOUR
from tests.forms import workbooks
from tests.journeys.office import ADDRESS, CAO_LOC, VIETNAM, Office, form_2019, report_mail
from tests.journeys.post import Clock, Machine, Post, Station, bouncing, robot
from tests.servers.dovecot import DovecotServer
from tests.servers.smtp_sink import SmtpSink

MORNING = datetime(2019, 6, 27, 7, 55, tzinfo=VIETNAM)
HERE, THERE = ADDRESS, CAO_LOC
ABSENT, GONE, FULL, STAMPING = (
    f"phongldtbxhdt.{name}@langson.example" for name in ("trangdinh", "binhgia", "vanlang", "vanquan")
)
STAFF, HELPER = "phong.tebdg@so.example", "it@so.example"
HONEST = "phongldtbxhdt.bacson@langson.example"
UNMARKED = "Cảm ơn đồng chí đã gửi thư. Hiện tôi không ở cơ quan, khi về tôi sẽ xem và trao đổi lại."
FREE_TEXT = "Hộp thư của người nhận không còn chỗ trống nên thư của quý cơ quan chưa tới nơi."
MARKED = {"Auto_Submitted": "auto-replied", "X_Auto_Response_Suppress": "All", "Precedence": "bulk"}


def station(folder: Path, dovecot: DovecotServer, sink: SmtpSink, address: str, clock: Clock) -> Station:
    """Return an office whose mailbox has this address, and on whose roster the other office is a unit."""
    folder.mkdir()
    office = Office(folder, f"user-{uuid4().hex[:12]}", dovecot, sink)
    office.write_config(extra=f'alert_to = ["{HELPER}", "{STAFF}"]')
    if address == THERE:
        for file in (folder / "config.toml", *(folder / "campaigns").glob("*/units.csv")):
            text = file.read_text("utf-8").replace(THERE, "elsewhere@unit.example").replace(HERE, THERE)
            file.write_text(text.replace("phongldtbxh.tpls@langson.example", HERE), "utf-8")
    return Station(office, address, clock)


@pytest.fixture
def stations(tmp_path: Path, dovecot: DovecotServer, smtp_sink: SmtpSink) -> Iterator[dict[str, Station]]:
    """Two offices, each a unit of the other's."""
    clock = Clock(MORNING)
    made = {address: station(tmp_path / address, dovecot, smtp_sink, address, clock) for address in (HERE, THERE)}
    yield made
    for each in made.values():
        each.rollcall.store.close()


def directory(number: str) -> bytes:
    """Return the workbook that a document system attaches to each of its answers: a list of telephones, stamped."""
    book = openpyxl.Workbook()
    assert book.active is not None
    for line in (["DANH BẠ ĐIỆN THOẠI"], ["In lần thứ", number], ["Văn phòng", "0205 3000 100"]):
        book.active.append(line)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def machines(**marks: str) -> dict[str, Machine]:
    """Return what answers by itself: an absent officer, two addresses whose mails come back, a document system.

    And staff's own mail: an absent officer, and an address whose mails come back.
    """
    return {
        ABSENT: robot(f"Phong LDTBXH Trang Dinh <{ABSENT}>", UNMARKED, **marks),
        GONE: bouncing(GONE),
        FULL: robot(FULL, FREE_TEXT, "Hop thu day", **marks),
        STAMPING: robot(STAMPING, UNMARKED, attaches=directory, **marks),
        STAFF: robot(f"Phong TEBDG <{STAFF}>", UNMARKED, **marks),
        HELPER: bouncing(HELPER),
    }


def post_between(stations: dict[str, Station], sink: SmtpSink, answering: dict[str, Machine], strips: bool) -> Post:
    clock = stations[HERE].rollcall.clock
    assert isinstance(clock, Clock)
    return Post(sink, clock, stations, answering, strips)


def assert_caps_held(post: Post) -> None:
    """No address got more than three letters of one office in any hour, and ten in any day; staff get calls."""
    for (_, address), times in post.sent_at.items():
        if address not in (STAFF, HELPER):
            assert all(last - first >= HOUR for first, last in zip(times, times[MOST_AN_HOUR:], strict=False)), address
            assert all(last - first >= DAY for first, last in zip(times, times[MOST_A_DAY:], strict=False)), address


def assert_nothing_lost(post: Post) -> None:
    """Every mail that the post delivered is in the ledger of its office, with an outcome."""
    for each in post.stations.values():
        ledger = each.ledger()
        assert sorted(sha256 for sha256, _ in ledger) == sorted(each.delivered)
        assert all(outcome for _, outcome in ledger)


def letters_of(of: Station) -> list[outbox.LetterRow]:
    with of.rollcall.store.reading() as connection:
        return outbox.rows(connection)


def calls(of: Station) -> list[str]:
    """Return the subjects of the calls to staff, one for each occasion."""
    return [row.subject for row in letters_of(of) if row.kind == "alert" and row.to == STAFF]


def registered(of: Station) -> dict[str, units.Unit]:
    """Return each unit by its first address."""
    roster = [entry.unit for campaign, _ in of.rollcall.loaded() for entry in campaign.roster]
    return {unit.addresses[0].address: unit for unit in roster}


def report(unit: str, from_: str, number: int) -> bytes:
    """Return a unit's report, another one by each number."""
    filled = workbooks.filled_2019(form_2019(), unit, seed=number)
    return report_mail(from_, "Bao cao", f"bc{number}.xlsx", filled, Message_ID=f"<{number}.honest@unit.example>")


def stopped(of: Station) -> list[str]:
    with of.rollcall.store.reading() as connection:
        return brake.stopped(connection)


def run(post: Post, rounds: int, every: timedelta) -> None:
    """Let the rounds pass; every five hours an honest unit sends a report, another one each time."""
    for number in range(rounds):
        if number * every % (5 * HOUR) == 5 * EVERY_QUARTER:
            post.deliver(HERE, report("UBND huyện Bắc Sơn", HONEST, number))
        post.round(every)
    for each in post.stations.values():
        each.take_in()


def assert_ended(post: Post) -> None:
    assert_caps_held(post)
    assert_nothing_lost(post)
    for each in post.stations.values():
        # Staff's own machines are answered by nobody, and of the calls to them there is no flood.
        assert {row.kind for row in letters_of(each) if row.to in (STAFF, HELPER)} <= {"digest", "alert"}
        assert len(calls(each)) <= 4
        assert {STAFF, HELPER}.isdisjoint(stopped(each))


EVERY_MINUTE, EVERY_QUARTER = timedelta(minutes=1), timedelta(minutes=15)
SAMPLE = (16, EVERY_QUARTER)
# A thousand rounds take some minutes: readers are started for each mail that comes.
WHOLE = pytest.param(1_000, EVERY_MINUTE, marks=[pytest.mark.soak, pytest.mark.timeout(3_600)])


@pytest.mark.parametrize(("rounds", "every"), [SAMPLE, WHOLE])
def test_without_any_mark_loops_end_staff_are_told_and_nothing_is_lost(
    stations: dict[str, Station], smtp_sink: SmtpSink, rounds: int, every: timedelta
):
    post = post_between(stations, smtp_sink, machines(), strips=True)
    run(post, rounds, every)
    assert_ended(post)
    here = stations[HERE]
    # A machine that attaches something new each time is what no rule but the caps and the stop ends.
    assert stopped(here) == [STAMPING]
    assert len(post.sent_at[HERE, STAMPING]) == brake.LOOP_FROM, "a reminder, and all receipts but the last"
    assert f"[Cần xử lý ngay] Đã tự động dừng gửi thư tới {STAMPING}" in calls(here)
    assert f"[Cần biết] Tạm giữ thư gửi tới {STAMPING}" in calls(here)
    for machine in (ABSENT, FULL, THERE):
        assert 2 <= len(post.sent_at[HERE, machine]) <= 3, "a reminder, and a receipt of each kind once a day"
    assert len(post.sent_at[HERE, GONE]) == 1, "a letter that comes back is answered by nobody"

    before = len(post.sent_at[HERE, STAMPING])
    assert "sent again" in here.office.run("resume").out
    post.clock.at += DAY
    run(post, 6, EVERY_QUARTER)
    assert_ended(post)
    assert len(post.sent_at[HERE, STAMPING]) > before, "work goes on, with this address too"
    assert len(post.sent_at[HERE, HONEST]) >= 3, "a reminder, and an answer to each report"


@pytest.mark.parametrize(("rounds", "every"), [(8, EVERY_QUARTER), WHOLE])
def test_with_their_marks_machines_and_offices_know_each_other_and_nobody_is_answered(
    stations: dict[str, Station], smtp_sink: SmtpSink, rounds: int, every: timedelta
):
    post = post_between(stations, smtp_sink, machines(**MARKED), strips=False)
    run(post, rounds, every)
    assert_ended(post)
    for office, machine in ((HERE, ABSENT), (HERE, FULL), (HERE, STAMPING), (HERE, THERE), (THERE, HERE)):
        assert len(post.sent_at[office, machine]) == 1, "the reminder, and no answer"
    for each in stations.values():
        assert (stopped(each), calls(each)) == ([], [])


def test_where_everybodys_mail_system_answers_by_itself_all_sending_stops(
    stations: dict[str, Station], smtp_sink: SmtpSink
):
    here = stations[HERE]
    everybody = {unit: robot(unit, UNMARKED, attaches=directory) for unit in registered(here)}
    post = post_between({HERE: here}, smtp_sink, everybody, strips=True)
    run(post, 9, EVERY_QUARTER)
    assert_caps_held(post)
    assert_nothing_lost(post)
    assert calls(here)[-1] == "[Cần xử lý ngay] Đã tự động tạm dừng gửi thư"
    sent = len(smtp_sink.letters)
    run(post, 4, EVERY_QUARTER)
    assert len(smtp_sink.letters) == sent
    assert_nothing_lost(post)


# Honest units, to whom none of this may happen.


def test_who_sends_four_corrections_in_half_an_hour_gets_three_answers_and_the_fourth_within_the_hour(
    stations: dict[str, Station], smtp_sink: SmtpSink
):
    here = stations[HERE]
    here.rollcall.clock.at = MORNING + timedelta(hours=5)
    post = post_between({HERE: here}, smtp_sink, {}, strips=False)
    post.round(timedelta())  # the reminder and the digest of the day
    post.clock.at += HOUR
    for number in range(4):
        post.deliver(HERE, report("UBND huyện Bắc Sơn", HONEST, number))
        post.round(timedelta(minutes=10))
    answers = post.sent_at[HERE, HONEST][1:]
    assert len(answers) == MOST_AN_HOUR
    assert calls(here) == [f"[Cần biết] Tạm giữ thư gửi tới {HONEST}"]
    assert post.sent_at[HERE, HELPER] == [answers[-1] + timedelta(minutes=10)], "in the run that held the answer back"
    for _ in range(4):
        post.round(timedelta(minutes=10))
    assert post.sent_at[HERE, HONEST][1:] == [*answers, answers[0] + HOUR]
    assert len(calls(here)) == 1
    assert_ended(post)


def test_an_hour_in_which_every_unit_reports_and_some_correct_again_and_again_stops_nothing(
    stations: dict[str, Station], smtp_sink: SmtpSink
):
    here = stations[HERE]
    here.rollcall.clock.at = MORNING + timedelta(hours=5)
    post = post_between({HERE: here}, smtp_sink, {}, strips=False)
    roster = registered(here)
    for number, unit in enumerate(roster.values()):
        # From the unit's other address, where it has one: the first one hears of it besides.
        post.deliver(HERE, report(unit.name, unit.addresses[-1].address, number))
    post.round(timedelta(minutes=15))
    for again in range(1, 4):
        for number, unit in enumerate(list(roster.values())[:6]):
            post.deliver(HERE, report(unit.name, unit.addresses[-1].address, 100 * again + number))
        post.round(timedelta(minutes=14))
    assert_caps_held(post)
    assert_nothing_lost(post)
    kinds = Counter(row.kind for row in letters_of(here))
    assert kinds["acknowledgement"] + kinds["confirm"] + kinds["return"] == len(roster) + 18
    assert kinds["credited"] >= 3
    assert stopped(here) == []
    with here.rollcall.store.reading() as connection:
        assert calling_staff.stopped(connection) == ""
    assert 1 <= len(calls(here)) <= calling_staff.CAP_ALERTS_A_DAY
    assert all("Tạm giữ" in call for call in calls(here)), "who got three letters in the hour, and nothing else"
