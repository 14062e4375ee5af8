"""A mail that is given to another unit: what others were understood to be beside it is put right."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from service import reviewing
from tests.forms import workbooks
from tests.journeys.desk import UNIT, Desk, arrive_part, at, book, open_desk
from tests.journeys.office import form_2019

OTHER = "H187"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An office with nothing received yet."""
    opened = open_desk(tmp_path)
    yield opened
    opened.rollcall.store.close()


def assign(desk: Desk, mail_id: int, unit: str, **options: bool) -> None:
    desk.clock[0] += timedelta(minutes=1)
    reviewing.assign(desk.rollcall, str(mail_id), reviewing.Assignment(unit, "chị Lan", **options))


def undo(desk: Desk, mail_id: int) -> None:
    desk.clock[0] += timedelta(minutes=1)
    reviewing.undo(desk.rollcall, str(mail_id), "chị Lan")


def ends(desk: Desk) -> list[tuple[str | None, str]]:
    return [end[:2] for end in desk.ends()]


def nothing_changes_on_reading_again(desk: Desk) -> bool:
    before = desk.derived()
    return desk.replay() == [] and desk.derived() == before


def test_what_was_a_copy_of_a_report_is_one_once_that_report_is_given_to_another_unit(desk: Desk) -> None:
    nameless = workbooks.filled_2019(form_2019(), "", 3)
    strangers = desk.arrive(at(2, 8), "BC", ("BC.xlsx", nameless), sender="hoa@mail.example")
    assign(desk, strangers, UNIT)
    desk.arrive(at(2, 9), "BC", ("BC.xlsx", nameless))
    assert ends(desk) == [("accepted", "valid"), ("duplicate", "same_file")]

    assign(desk, strangers, OTHER)

    assert ends(desk) == [("accepted", "valid"), ("accepted", "valid")]
    assert desk.standing(at(3)).state.value == "valid"
    assert nothing_changes_on_reading_again(desk)

    undo(desk, strangers)

    assert ends(desk) == [("accepted", "valid"), ("duplicate", "same_file")]
    assert nothing_changes_on_reading_again(desk)


def test_a_mail_that_is_given_to_its_unit_once_more_came_after_what_was_settled_meanwhile(desk: Desk) -> None:
    strangers = desk.arrive(at(2, 8), "BC", ("BC.xlsx", book(1)), sender="hoa@mail.example")
    assign(desk, strangers, UNIT)
    desk.arrive(at(2, 9), "BC", ("BC.xlsx", book(1)))

    assign(desk, strangers, UNIT)

    assert ends(desk) == [("duplicate", "same_file"), ("accepted", "valid")]
    assert nothing_changes_on_reading_again(desk)


def test_a_report_that_is_given_to_the_unit_whose_it_is_stays_as_it_was(desk: Desk) -> None:
    own = desk.arrive(at(2, 8), "BC", ("BC.xlsx", book(1)))
    assign(desk, own, UNIT)
    assert ends(desk) == [("accepted", "valid")]
    assert nothing_changes_on_reading_again(desk)


PIECES = {1: ("Bieu 01",), 2: ("Bieu 02", "Bieu 03", "Bieu 04", "Thuyet minh")}


def test_a_piece_is_no_copy_of_itself_once_its_sender_was_taught(desk: Desk) -> None:
    hoa = "hoa@mail.example"
    desk.arrive(at(2, 8), "BC (1/2)", ("BC 1.xlsx", book(1, *PIECES[1])), sender=hoa)
    question = desk.arrive(at(2, 9), "Em hỏi báo cáo mục 5.4 tính thế nào ạ?", sender=hoa)

    assign(desk, question, UNIT, remember=True)

    assert ends(desk)[0] == ("held", "several_mails")
    assert nothing_changes_on_reading_again(desk)
    again = desk.arrive(at(2, 10), "Em hỏi báo cáo mục 5.5 tính thế nào ạ?", sender=hoa)
    assign(desk, again, UNIT, remember=True)
    assert ends(desk)[0] == ("held", "several_mails")

    desk.arrive(at(2, 11), "BC (2/2)", ("BC 2.xlsx", book(1, *PIECES[2])), sender=hoa)

    assert (ends(desk)[0], ends(desk)[3]) == (("noted", "part_of_report"), ("accepted", "valid"))
    assert nothing_changes_on_reading_again(desk)


def test_two_pieces_whose_sender_is_taught_afterwards_make_one_report(desk: Desk) -> None:
    hoa = "hoa@mail.example"
    desk.arrive(at(2, 8), "BC (1/2)", ("BC 1.xlsx", book(1, *PIECES[1])), sender=hoa)
    desk.arrive(at(2, 9), "BC (2/2)", ("BC 2.xlsx", book(1, *PIECES[2])), sender=hoa)
    question = desk.arrive(at(2, 10), "Em hỏi báo cáo mục 5.4 tính thế nào ạ?", sender=hoa)

    assign(desk, question, UNIT, remember=True)

    assert ends(desk)[:2] == [("noted", "part_of_report"), ("accepted", "valid")]
    assert nothing_changes_on_reading_again(desk)


def test_a_piece_that_is_given_to_another_unit_leaves_the_report_that_it_was_a_part_of(desk: Desk) -> None:
    first, *_ = (arrive_part(desk, number, at(3, 8 + number)) for number in (1, 2, 3))
    assert ends(desk) == [("noted", "part_of_report")] * 2 + [("accepted", "valid")]

    assign(desk, first, OTHER)

    assert ends(desk) == [("held", "several_mails")] * 3
    assert desk.versions() == []
    assert desk.standing(at(4)).state.value == "held"
    assert nothing_changes_on_reading_again(desk)

    undo(desk, first)

    assert ends(desk) == [("noted", "part_of_report")] * 2 + [("accepted", "valid")]
    assert nothing_changes_on_reading_again(desk)
