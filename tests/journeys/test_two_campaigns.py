"""Two campaigns side by side: whose a mail is that the one asks for and the other knows nothing of."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service import jobs, reminding, reviewing, situation
from service.tally import Tally
from storage import decisions, inbox, outbox
from tests.forms import workbooks
from tests.intake import machine_samples, mails
from tests.journeys.desk import CAO_LOC, UNIT, Desk, at, book, open_desk
from tests.journeys.office import CAMPAIGN, VIETNAM, form_2019

OTHER = "binhdanggioi.caoloc@langson.example"
OWN = "phongldtbxhdt.caoloc@langson.example;ldtbxh.caoloc@mail.example"
Opened = Callable[..., Desk]


def add_campaign(folder: Path, opens: str, roster: Callable[[str], str]) -> None:
    """Put a second campaign beside the one of 2019: from `opens` to August, with a form of its own."""
    shutil.copytree(CAMPAIGN, folder)
    declared = (folder / "campaign.toml").read_text("utf-8")
    for old, new in {
        "thang-hanh-dong-2019": folder.name,
        "opens = 2019-06-01": f"opens = {opens}",
        "answers_from = 2019-06-01": f"answers_from = {opens}",
        "due_before = 2019-07-05": "due_before = 2019-07-25",
        "grace_until = 2019-07-06": "grace_until = 2019-07-25",
        "closes = 2019-07-10": "closes = 2019-08-10",
        'deadline_text = "trước ngày 05 tháng 7 năm 2019"': 'deadline_text = "sớm"',
    }.items():
        declared = declared.replace(old, new)
    (folder / "campaign.toml").write_text(declared, "utf-8")
    form = (folder / "form.toml").read_text("utf-8")
    (folder / "form.toml").write_text(form.replace("THDTE-2019", "BDG-2019"), "utf-8")
    units = (folder / "units.csv").read_text("utf-8")
    (folder / "units.csv").write_text(roster(units), "utf-8")


def without_cao_loc(units: str) -> str:
    return "".join(line for line in units.splitlines(keepends=True) if not line.startswith(f"{UNIT},"))


def with_another_address(units: str) -> str:
    return units.replace(OWN, OTHER)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Opens an office with a second campaign."""
    desks = []

    def open_with(opens: str, roster: Callable[[str], str]) -> Desk:
        campaigns = tmp_path / "campaigns"
        shutil.copytree(CAMPAIGN, campaigns / CAMPAIGN.name)
        add_campaign(campaigns / "binh-dang-gioi-2019", opens, roster)
        desks.append(open_desk(tmp_path, campaigns))
        return desks[-1]

    yield open_with
    for desk in desks:
        desk.rollcall.store.close()


def extend(desk: Desk, until: datetime) -> int:
    """Give the unit until an instant; return how many mails were read again."""
    made = decisions.NewDecision(
        decisions.EXTEND, "chị Lan", campaign=CAMPAIGN.name, unit=UNIT, until=until.astimezone(UTC)
    )
    with desk.rollcall.store.writing() as connection:
        decisions.decide(connection, made, desk.rollcall.now())
    campaign = next(each for each, _ in desk.rollcall.loaded() if each.name == CAMPAIGN.name)
    return reviewing.take_what_came_late(desk.rollcall, campaign, UNIT).handled


def nameless(seed: int) -> bytes:
    return workbooks.filled_2019(form_2019(), "", seed)


def test_an_extended_unit_is_known_after_the_close_while_a_campaign_runs_that_does_not_ask_it(opened: Opened) -> None:
    desk = opened("2019-07-11", without_cao_loc)
    extend(desk, at(20, 0))

    desk.arrive(at(15), "BC", ("BC.xlsx", nameless(1)))
    desk.arrive(at(15, 10), "Cho em hỏi mục 5.4 tính thế nào ạ?")

    assert [end[:2] for end in desk.ends()] == [("accepted", "valid"), ("held", "question")]
    assert desk.standing(at(16)).state.value == "valid"


def test_a_report_after_the_close_is_its_units_and_counts_once_it_is_extended(opened: Opened) -> None:
    desk = opened("2019-07-11", without_cao_loc)
    desk.arrive(at(15), "BC", ("BC.xlsx", book(1)))
    assert desk.ends() == [("held", "after_close", "")]
    assert desk.standing(at(16)).state.value == "held"

    assert extend(desk, at(20, 0)) == 1

    assert desk.ends() == [("accepted", "valid", "")]
    assert desk.replay() == []


def test_an_extension_takes_what_came_so_long_after_the_close_that_nobody_knew_the_unit(opened: Opened) -> None:
    desk = opened("2019-07-11", without_cao_loc)
    late = at(31).replace(month=8, day=9, hour=15)
    desk.arrive(late, "BC", ("BC.xlsx", nameless(1)))
    desk.arrive(late, "BC của huyện Cao Lộc", ("BC.xlsx", book(2)), sender="hoa@mail.example")
    assert [end[:2] for end in desk.ends()] == [("held", "unknown_sender")] * 2

    extend(desk, late.replace(hour=23))

    assert [end[:2] for end in desk.ends()] == [("accepted", "valid"), ("held", "unknown_sender")]
    assert desk.standing(late).state.value == "valid"
    assert desk.replay() == []


@pytest.mark.parametrize("sender", [CAO_LOC, OTHER])
def test_a_unit_writes_from_the_address_that_either_campaign_gives_it(opened: Opened, sender: str) -> None:
    desk = opened("2019-06-02", with_another_address)
    desk.arrive(at(2), "BC", ("BC.xlsx", nameless(1)), sender=sender)
    assert desk.ends() == [("accepted", "valid", "")]


def remind(desk: Desk) -> list[int]:
    """Queue the reminders that are due on 3 July; return the ids of the unit's."""
    known = situation.load(desk.rollcall)
    reminding.remind(known, [known.campaign(CAMPAIGN.name)], at(3, 8))
    return [letter for letter, state in reminders(desk).items() if state == "queued"]


def reminders(desk: Desk) -> dict[int, str]:
    """Return the state of each of the unit's reminders."""
    with desk.rollcall.store.reading() as connection:
        return {letter.id: letter.state for letter in outbox.rows(connection) if letter.unit == UNIT}


def test_a_queued_reminder_does_not_go_out_after_a_mail_that_may_be_about_either_campaign(opened: Opened) -> None:
    desk = opened("2019-06-02", lambda units: units)
    queued = remind(desk)
    assert queued

    desk.arrive(at(3), "Cho em hỏi mục 5.4 tính thế nào ạ?")

    assert desk.ends() == [("held", "question", "")]
    assert [reminders(desk)[letter] for letter in queued] == ["cancelled"] * len(queued)


def test_a_queued_reminder_does_not_go_out_after_a_signed_copy_for_either_campaign(opened: Opened) -> None:
    desk = opened("2019-06-02", lambda units: units)
    queued = remind(desk)

    desk.arrive(at(3), "BC", ("BC.signed.pdf", b"%PDF-1.4 x"))

    assert desk.ends()[0][:2] == ("noted", "signed_copy")
    assert [reminders(desk)[letter] for letter in queued] == ["cancelled"] * len(queued)


def test_a_letter_that_came_back_stops_no_reminder(opened: Opened) -> None:
    desk = opened("2019-06-02", lambda units: units)
    queued = remind(desk)
    with desk.rollcall.store.reading() as connection:
        (letter,) = outbox.rows(connection, queued[:1])
    raw = machine_samples.BOUNCES[0].raw()
    returned = raw.replace(b"\r\nTo:", f"\r\nIn-Reply-To: {letter.message_id}\r\nTo:".encode(), 1)

    desk.enter(returned, at(3))

    assert desk.ends()[0] == ("noted", "bounce", CAO_LOC)
    assert [reminders(desk)[each] for each in queued] == ["queued"] * len(queued)


def test_a_queued_reminder_does_not_go_out_after_a_mail_that_is_too_large_to_be_read(opened: Opened) -> None:
    desk = opened("2019-06-02", lambda units: units)
    queued = remind(desk)
    raw = mails.mail(f"<{CAO_LOC}>", "BC", "Em gửi báo cáo ạ.", attachments=[("BC.xlsx", book(1))])[:3000]
    arrival = inbox.Arrival(raw, "main", "INBOX", 1, 1, at(3).astimezone(UTC), "internaldate", cut=True)
    with desk.rollcall.store.writing() as connection:
        inbox.enter(connection, [arrival], desk.rollcall.now(), VIETNAM)

    jobs.handle_waiting(desk.rollcall, Tally())

    assert [end[0] for end in desk.ends()] == ["quarantined"]
    assert [reminders(desk)[letter] for letter in queued] == ["cancelled"] * len(queued)


def test_a_strangers_mail_leaves_a_units_reminders_where_they_are(opened: Opened) -> None:
    desk = opened("2019-06-02", lambda units: units)
    queued = remind(desk)

    desk.arrive(at(3), "Mời họp", sender="hoa@mail.example")

    assert [reminders(desk)[letter] for letter in queued] == ["queued"] * len(queued)
