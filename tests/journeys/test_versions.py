"""Versions of a report as units really send them: in pieces, again, corrected, out of order; and read again."""

import email
import email.policy
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from service import jobs, reviewing, shapes, versions, wording
from service.tally import Tally
from storage import counted, overviews, tables
from tests.forms import workbooks
from tests.intake import mails
from tests.journeys.desk import CAO_LOC, PARTS, UNIT, Desk, arrive_part, at, book, open_desk, whole
from tests.journeys.office import CAMPAIGN, form_2019


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An office with nothing received yet."""
    opened = open_desk(tmp_path)
    yield opened
    opened.rollcall.store.close()


def test_case_18_two_workbooks_of_one_mail_with_different_sheets_are_one_report_and_each_value_knows_its_file(
    desk: Desk,
) -> None:
    lists = book(1, "Bieu 02", "Bieu 03", "Bieu 04", "Thuyet minh")
    desk.arrive(at(2), "BC", ("Bieu 01.xlsx", book(1, "Bieu 01")), ("Phu luc.xlsx", lists))

    assert desk.ends() == [("accepted", "valid", "")]
    assert desk.current_values() == whole()
    (version,) = desk.versions()
    assert (version.file_name, [source.part for source in version.sources]) == ("Bieu 01.xlsx + Phu luc.xlsx", [0, 1])
    assert desk.replay() == []


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2)])
def test_case_20_a_report_in_three_mails_waits_as_its_units_until_the_last_one_makes_it_whole(
    desk: Desk, order: tuple[int, ...]
) -> None:
    for number in order[:2]:
        arrive_part(desk, number, at(4, 17, number))
    missing = f"{order[2]}/3, " + ", ".join(name for name in PARTS[order[2]] if name != "Thuyet minh")
    assert [(outcome, reason) for outcome, reason, _ in desk.ends()] == [("held", "several_mails")] * 2
    assert desk.ends()[1][2] == missing
    assert f"Hiện còn chờ: thư {order[2]}/3" in " ".join(desk.letter_texts()[-1].split())
    assert desk.standing(at(4, 18)).state.value == "held"

    arrive_part(desk, order[2], at(5, 8))

    last = desk.receipts()[2]
    assert desk.ends() == [("noted", "part_of_report", last)] * 2 + [("accepted", "valid", "")]
    assert desk.current_values() == whole()
    standing = desk.standing(at(6))
    assert (standing.state.value, standing.on_time) == ("valid", True)
    (version,) = desk.versions()
    assert {source.mail_id for source in version.sources} == {1, 2, 3}
    before = desk.derived()
    assert desk.replay() == []
    assert desk.derived() == before


def test_a_part_that_is_corrected_later_replaces_its_part_and_an_older_copy_of_it_waits(desk: Desk) -> None:
    for number in (1, 2, 3):
        arrive_part(desk, number, at(3, 8 + number))
    arrive_part(desk, 1, at(4, 9), D21=61)
    arrive_part(desk, 1, at(3, 8, 30), D21=55)

    assert desk.ends()[3:] == [("accepted", "valid", ""), ("held", "older_version", desk.receipts()[3])]
    assert [(version.number, version.current) for version in desk.versions()] == [(1, False), (2, True)]
    assert ("banners", "quantity", 61) in desk.current_values()
    before = desk.derived()
    assert desk.replay() == []
    assert desk.derived() == before


def test_parts_that_say_different_things_in_one_sheet_are_put_together_by_nobody(desk: Desk) -> None:
    for number, seed in ((1, 1), (2, 2)):
        desk.arrive(at(3, 8 + number), f"BC ({number}/2)", (f"BC {number}.xlsx", book(seed)))
    assert desk.ends()[1][:2] == ("held", "several_workbooks")
    assert desk.versions() == []
    assert desk.standing(at(4)).state.value == "held"


def test_the_same_part_again_is_a_duplicate_while_the_rest_is_awaited_and_afterwards(desk: Desk) -> None:
    arrive_part(desk, 1, at(3, 8))
    arrive_part(desk, 1, at(3, 9))
    assert desk.ends()[1] == ("duplicate", "same_file", desk.receipts()[0])
    arrive_part(desk, 2, at(3, 10))
    arrive_part(desk, 3, at(3, 11))
    arrive_part(desk, 1, at(3, 12))
    assert desk.ends()[4] == ("duplicate", "same_file", desk.receipts()[3])
    assert len(desk.versions()) == 1


def test_the_sheets_that_were_missing_may_come_later_without_a_word_that_more_was_to_come(desk: Desk) -> None:
    desk.arrive(at(3), "BC", ("BC.xlsx", book(1, "Bieu 01", "Thuyet minh")))
    assert desk.ends() == [("accepted", "warnings", "")]
    desk.arrive(at(4), "BC bổ sung", ("Phu luc.xlsx", book(1, "Bieu 02", "Bieu 03", "Bieu 04")))
    assert desk.ends()[1] == ("accepted", "valid", "")
    assert desk.current_values() == whole()
    assert [version.current for version in desk.versions()] == [False, True]


def test_case_7_a_corrected_version_replaces_the_one_before_and_the_difference_is_known(desk: Desk) -> None:
    desk.arrive(at(3), "BC", ("BC.xlsx", book(1, D21=60)))
    desk.arrive(at(6), "bản chính thức, chị lấy bản này ạ", ("BC_chinh thuc.xlsx", book(1, D21=61)))
    assert [(version.number, version.current) for version in desk.versions()] == [(1, False), (2, True)]
    assert desk.standing(at(7)).on_time is True


def test_a_report_that_was_returned_in_time_and_corrected_after_the_deadline_came_in_time(desk: Desk) -> None:
    desk.arrive(at(4), "BC", ("BC.xlsx", book(1, D42=99999)))
    desk.arrive(at(8), "BC sửa", ("BC sua.xlsx", book(1)))
    assert [end[:2] for end in desk.ends()] == [("returned", "errors"), ("accepted", "valid")]
    standing = desk.standing(at(9))
    assert (standing.state.value, standing.on_time, standing.versions) == ("valid", True, 2)


def test_a_mail_that_was_sent_before_the_version_that_counts_and_comes_after_it_replaces_nothing(desk: Desk) -> None:
    desk.arrive(at(3, 11), "BC sửa", ("BC sua.xlsx", book(1, D21=61)))
    desk.arrive(at(3, 15), "BC", ("BC.xlsx", book(1, D21=60)), sent_at=at(3, 9))
    assert desk.ends()[1] == ("held", "older_version", desk.receipts()[0])
    assert ("banners", "quantity", 61) in desk.current_values()
    desk.arrive(at(3, 16), "BC sửa lần 2", ("BC sua 2.xlsx", book(1, D21=62)))
    assert desk.ends()[2] == ("accepted", "valid", "")
    assert desk.replay() == []


def test_case_19_communes_are_returned_for_the_districts_own_total_and_with_it_among_them_it_counts(desk: Desk) -> None:
    communes = [
        (f"BC xa {name}.xlsx", workbooks.filled_2019(form_2019(), f"UBND xã {name}", 10 + number))
        for number, name in enumerate(("Yên Trạch", "Hợp Thành", "Gia Cát"))
    ]
    desk.arrive(at(2), "BC các xã", *communes)
    assert desk.ends() == [("returned", "lower_level_reports", "3")]
    assert desk.standing(at(3)).state.value == "needs_fix"

    desk.arrive(at(3), "BC tổng hợp", *communes, ("BC tong hop.xlsx", book(1)))

    assert desk.ends()[1] == ("accepted", "valid", "")
    assert desk.current_values() == whole()
    with desk.rollcall.store.reading() as connection:
        parts = overviews.ledger(connection, 2)[0].parts
    assert [part["used"] for part in parts] == [False, False, False, True]


def test_an_older_thread_sent_along_does_not_count_where_the_newer_mail_has_a_report_of_its_own(desk: Desk) -> None:
    old = mails.mail(
        "<hoihoan@mail.example>", "BC", "Xã gửi ạ.",
        attachments=[("BC cu.xlsx", book(2)), ("BC cu sua.xlsx", book(3)), ("KH.pdf", b"%PDF-1.4 ...")],
    )  # fmt: skip
    forwarded = mails.multipart(
        [
            mails.part("text/plain", b"Em gui bao cao."),
            mails.attachment("BC tong hop.xlsx", book(1)),
            b"Content-Type: message/rfc822\r\n\r\n" + old,
        ],
        boundary="outer",
    )
    desk.enter(mails.head(f"<{CAO_LOC}>", "Fwd: Fwd: Re: BC") + forwarded, at(3))

    assert desk.ends() == [("accepted", "valid", "")]
    assert desk.current_values() == whole()
    with desk.rollcall.store.reading() as connection:
        row = overviews.ledger(connection, 1)[0]
    assert {part["name"]: part["used"] for part in row.parts if part["name"]} == {
        "BC tong hop.xlsx": True, "BC cu.xlsx": False, "BC cu sua.xlsx": False, "KH.pdf": False,
    }  # fmt: skip
    assert sum(part["why"] == "in an older mail that was sent along" for part in row.parts) >= 3


# Read again, and in any order.


def mixed(desk: Desk) -> None:
    """Let everything come that makes replaying hard: parts out of order, corrections, duplicates, another unit's."""
    arrive_part(desk, 3, at(2, 8))
    desk.arrive(at(2, 9), "BC", ("BC Chi Lang.xlsx", book(1)), sender="phongldtbxhdt.chilang@langson.example")
    arrive_part(desk, 1, at(2, 10))
    arrive_part(desk, 1, at(2, 10, 30))
    arrive_part(desk, 2, at(2, 11))
    desk.arrive(at(3, 8), "BC sửa", ("BC sua.xlsx", book(1, D42=99999)))
    desk.arrive(at(3, 9), "BC sửa lần 2", ("BC sua 2.xlsx", book(1, D21=61)))
    desk.arrive(at(3, 10), "BC", ("BC sua 2 (1).xlsx", book(1, D21=61)))
    arrive_part(desk, 2, at(3, 11))
    desk.arrive(at(4, 8), "Biểu 01", ("Bieu 01.xlsx", book(1, "Bieu 01", D21=62)))


def test_replaying_changes_nothing_and_handling_all_afresh_gives_the_same(desk: Desk) -> None:
    mixed(desk)
    first = desk.derived()
    assert {end[0] for end in desk.ends()} >= {"accepted", "returned", "duplicate", "noted", "held"}
    assert sum(version.current for version in desk.versions()) == 1

    assert desk.replay() == []
    assert desk.derived() == first

    desk.forget_everything()
    jobs.handle_waiting(desk.rollcall, Tally())
    assert desk.derived() == first


ARRIVALS = {
    "v1": (at(1, 8), "BC", "BC.xlsx", {}),
    "v1 again": (at(1, 8, 3), "Fwd: BC", "BC.xlsx", {}),
    "part 1": (at(2, 8), "BC (1/3)", "BC phan 1.xlsx", {"sheets": PARTS[1]}),
    "part 2": (at(2, 9), "BC (2/3)", "BC phan 2.xlsx", {"sheets": PARTS[2]}),
    "part 3": (at(2, 10), "BC (3/3)", "BC phan 3.xlsx", {"sheets": PARTS[3]}),
    "v2": (at(3, 8), "BC sửa lần 2", "BC sua.xlsx", {"D21": 61}),
    "v2 again": (at(3, 9), "BC", "BC sua (1).xlsx", {"D21": 61}),
}


@settings(max_examples=8, deadline=None)
@given(order=st.permutations(list(ARRIVALS)))
def test_in_whatever_order_versions_copies_and_parts_come_one_version_counts_with_the_same_values(
    order: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    desk = open_desk(tmp_path_factory.mktemp("desk"))
    for name in order:
        received_at, subject, file_name, changes = ARRIVALS[name]
        figures = {place: value for place, value in changes.items() if place != "sheets"}
        data = book(1, *changes.get("sheets", ()), **figures)
        desk.arrive(received_at, subject, (file_name, data))

    assert [version.received_at for version in desk.versions() if version.current] in ([at(3, 8)], [at(3, 9)])
    assert ("banners", "quantity", 61) in desk.current_values()
    standing = desk.standing(at(9))
    assert (standing.state.value, standing.on_time) == ("valid", True)
    assert desk.replay(writes=False) == []
    desk.rollcall.store.close()


@pytest.mark.parametrize("order", [(1, 2, 3), (1, 3, 2)])
def test_a_signed_copy_may_be_the_last_of_the_announced_mails_or_one_in_between(
    desk: Desk, order: tuple[int, ...]
) -> None:
    files = {
        1: ("BC 1.xlsx", book(1, "Bieu 01", "Thuyet minh")),
        2: ("BC 2.xlsx", book(1, "Bieu 02", "Bieu 03", "Bieu 04")),
        3: ("BC.signed.pdf", b"%PDF-1.4 ..."),
    }
    for hour, number in enumerate(order, start=8):
        desk.arrive(at(3, hour), f"BC ({number}/3)", files[number])
    assert desk.ends()[2][:2] == ("accepted", "valid")
    assert desk.current_values() == whole()
    assert [end[1] for end in desk.ends()[:2]] == [
        "signed_copy" if number == 3 else "part_of_report" for number in order[:2]
    ]
    before = desk.derived()
    assert desk.replay() == []
    assert desk.derived() == before


def test_a_part_that_is_blank_counts_for_nothing_and_the_report_is_whole_with_it(desk: Desk) -> None:
    blank = dict.fromkeys(f"{column}{line}" for line in range(14, 83) for column in "DE")
    arrive_part(desk, 1, at(3, 8))
    desk.arrive(at(3, 9), "BC (2/2)", ("BC 2.xlsx", book(1, "Bieu 01", **blank)))
    assert [end[:2] for end in desk.ends()] == [("held", "several_mails")] * 2
    desk.arrive(at(3, 10), "BC (1/2)", ("BC 1.xlsx", book(1)))
    assert desk.ends()[2][:2] == ("accepted", "valid")
    assert desk.replay() == []


# A person's word.

STRANGER = "hoa.nguyen85@mail.example"


def test_a_report_that_waited_for_a_person_came_when_its_mail_came(desk: Desk) -> None:
    desk.arrive(at(4), "BC", ("BC.xlsx", book(1)), sender=STRANGER)
    assert desk.ends()[0][:2] == ("held", "unknown_sender")
    desk.clock[0] = at(9)
    reviewing.assign(desk.rollcall, "1", reviewing.Assignment(UNIT, "can.bo"))
    standing = desk.standing(at(9, 10))
    assert (standing.state.value, standing.on_time) == ("valid", True)


def test_a_part_from_a_stranger_makes_the_report_whole_once_it_is_assigned_and_undoing_it_lets_the_others_wait(
    desk: Desk,
) -> None:
    for number, sender in ((1, CAO_LOC), (2, STRANGER), (3, CAO_LOC)):
        data = book(1, *PARTS[number])
        desk.arrive(at(3, 8 + number), f"BC ({number}/3)", (f"BC {number}.xlsx", data), sender=sender)
    waiting = desk.ends()
    assert [end[:2] for end in waiting] == [("held", "several_mails"), ("held", "unknown_sender"), waiting[0][:2]]

    desk.clock[0] += timedelta(hours=1)
    reviewing.assign(desk.rollcall, "2", reviewing.Assignment(UNIT, "can.bo"))

    whose = desk.receipts()[1]
    assert desk.ends() == [
        ("noted", "part_of_report", whose), ("accepted", "valid", ""), ("noted", "part_of_report", whose),
    ]  # fmt: skip
    assert desk.current_values() == whole()
    assert desk.replay() == []

    reviewing.undo(desk.rollcall, "2", "can.bo")
    assert desk.ends() == waiting
    assert (desk.versions(), desk.standing(at(4)).state.value) == ([], "held")


def test_several_units_in_one_mail_each_get_their_letter_also_where_another_ones_report_fails(tmp_path: Path) -> None:
    folder = tmp_path / "campaigns" / CAMPAIGN.name
    shutil.copytree(CAMPAIGN, folder)
    units = (folder / "units.csv").read_text("utf-8")
    for name in ("vanlang", "vanquan"):
        units = units.replace(f"phongldtbxhdt.{name}@", f"dung.chung@langson.example;phongldtbxhdt.{name}@")
    (folder / "units.csv").write_text(units, "utf-8")
    desk = open_desk(tmp_path, folder.parent)
    lang, quan = (
        workbooks.filled_2019(form_2019(), f"UBND huyện {name}", 5, changes)
        for name, changes in (("Văn Lãng", {}), ("Văn Quan", {"D42": 99999}))
    )
    desk.arrive(at(3), "BC hai huyện", ("VL.xlsx", lang), ("VQ.xlsx", quan), sender="dung.chung@langson.example")
    assert desk.ends() == [("returned", "errors", "")]
    desk.arrive(at(4), "BC hai huyện", ("VL.xlsx", lang), ("VQ 2.xlsx", workbooks.filled_2019(
        form_2019(), "UBND huyện Văn Quan", 6)), sender="dung.chung@langson.example")  # fmt: skip
    assert desk.ends()[1] == ("accepted", "valid", "")
    with desk.rollcall.store.reading() as connection:
        letters = connection.execute(sa.select(tables.letters.c.mail_id, tables.letters.c.kind, tables.letters.c.unit))
        assert sorted(map(tuple, letters)) == [
            (1, "acknowledgement", "H182"), (1, "return", "H184"), (2, "acknowledgement", "H184"),
        ]  # fmt: skip
    assert desk.replay() == []
    desk.rollcall.store.close()


# What is shown.


def test_every_exported_value_names_the_file_and_the_mail_that_it_came_from(desk: Desk) -> None:
    for number in (1, 2, 3):
        arrive_part(desk, number, at(3, 8 + number))
    with desk.rollcall.store.reading() as connection:
        rows = list(counted.current_values(connection, CAMPAIGN.name))
    where = {(row.value.sheet, row.file, row.message) for row in rows if row.value.value is not None}
    assert where == {(sheet, f"BC phan {number}.xlsx", number) for number, sheets in PARTS.items() for sheet in sheets}


def test_a_corrected_version_shows_what_differs_from_the_one_before(desk: Desk) -> None:
    desk.arrive(at(3), "BC", ("BC.xlsx", book(1, D21=60)))
    desk.arrive(at(4), "BC sửa", ("BC sua.xlsx", book(1, D21=61)))
    with desk.rollcall.store.reading() as connection:
        first, second = (overviews.ledger(connection, mail_id)[0] for mail_id in (1, 2))
        assert versions.differences(desk.rollcall, connection, first) == {}
        differing = versions.differences(desk.rollcall, connection, second)
    told = shapes.message_in_full(second, desk.rollcall.zone, differing=differing)["differences"]
    assert [(each["cell"], each["before"], each["after"], each["receipt_before"]) for each in told] == [
        ("D21", 60, 61, first.receipt)
    ]
    lines = wording.Words("vi", desk.rollcall.zone).mail_in_full(second, differing=differing)
    assert f"    so với lần 1 ({first.receipt}):" in lines
    assert any("D21" in line and line.endswith(": 60 -> 61") for line in lines)


def test_a_correction_is_acknowledged_with_what_it_changed(desk: Desk) -> None:
    desk.arrive(at(2), "BC", ("BC.xlsx", book(1, D21=60)))
    desk.arrive(at(3), "BC sửa", ("BC sua.xlsx", book(1, D21=61)))

    first, second = letter_texts(desk)
    assert "So với bản" not in first
    assert "So với bản đã nhận lúc 09 giờ 00 phút, ngày 02/7/2019, báo cáo lần này thay đổi 01 nội dung:" in second
    assert "+ Biểu 01, ô D21 (mục 2.3 - Băng rôn, khẩu hiệu, pa nô, áp phích): 60 → 61\n" in second


def letter_texts(desk: Desk) -> list[str]:
    """Return the texts of the letters, in the order of queueing."""
    with desk.rollcall.store.reading() as connection:
        written = connection.execute(sa.select(tables.letters.c.data).order_by(tables.letters.c.id)).scalars().all()
    parsed = [email.message_from_bytes(data, policy=email.policy.default) for data in written]
    return [str(each.get_body(("plain",)).get_content()).replace("\r\n", "\n") for each in parsed]  # type: ignore[union-attr]
