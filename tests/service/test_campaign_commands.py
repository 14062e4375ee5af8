"""`rollcall campaign` and `rollcall units`: what a folder changes, what is settled for one unit, what is refused."""

from contextlib import closing
from typing import Any

import pytest

from service.cli.opening import person
from tests import databases
from tests.journeys.office import CAMPAIGN, Office

NAME = CAMPAIGN.name
FOLDER = f"campaigns/{NAME}"


def edit(office: Office, file: str, old: str, new: str) -> None:
    path = office.folder / FOLDER / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def unit(office: Office, code: str) -> dict[str, Any]:
    board = office.run("status", NAME, "--json", "--at", "2019-07-07T09:00").json
    (found,) = [each for each in board["units"] if each["code"] == code]
    return {**found, "totals": board["totals"]}


def test_applying_says_what_is_new_and_then_that_nothing_changed(office: Office) -> None:
    first = office.run("campaign", "apply", FOLDER)
    second = office.run("campaign", "apply", FOLDER)

    assert first.out.startswith(f"Campaign {NAME} is new: ")
    assert "due before 2019-07-05 00:00:00+07:00." in first.out
    assert second.out == f"Campaign {NAME} stands as it was; nothing changed.\n"
    assert first.err == second.err == ""


def test_applying_tells_of_an_address_that_two_units_have(office: Office) -> None:
    edit(office, "units.csv", "phongldtbxhdt.vanlang@langson.example", "PhongLDTBXHDT.CaoLoc@langson.example")

    told = office.run("campaign", "apply", FOLDER).out.splitlines()

    both = "H182 (UBND huyện Văn Lãng) and of H183 (UBND huyện Cao Lộc)"
    whose = "whose a mail from it is, its words and its workbook must say, else a person."
    assert told[1:] == [f"phongldtbxhdt.caoloc@langson.example is an address of {both}: {whose}"]
    assert "nothing changed" in office.run("campaign", "apply", FOLDER).out


def test_applying_says_dryly_what_changed(office: Office) -> None:
    office.run("campaign", "apply", FOLDER)
    edit(office, "campaign.toml", 'remind_at = "08:00"', 'remind_at = "09:00"')
    edit(office, "units.csv", "phongldtbxhdt.vanlang@langson.example", "moi@langson.example")
    edit(office, "form.toml", 'version = "1"', 'version = "2"')

    assert office.run("campaign", "apply", FOLDER, "--json").json == {
        "campaign": NAME,
        "changes": [
            "remind_at is 09:00:00 now (before: 08:00:00).",
            "Unit H182 (UBND huyện Văn Lãng) is changed: addresses.",
            "The form is THDTE-2019 version 2 now (before: THDTE-2019 version 1).",
        ],
    }


def test_a_folder_outside_the_configured_place_can_be_applied(office: Office) -> None:
    (office.folder / FOLDER).rename(office.folder / "beside")

    office.run("campaign", "apply", "beside")

    assert [each["name"] for each in office.run("campaign", "list", "--json").json] == [NAME]


def test_every_mistake_of_a_folder_is_told_and_nothing_of_it_is_applied(office: Office) -> None:
    office.run("campaign", "apply", FOLDER)
    edit(office, "campaign.toml", "Tháng hành động vì trẻ em năm 2019", "Khác")
    edit(office, "campaign.toml", 'digest_at = "07:30"', 'digest_at = "sang"')
    edit(office, "units.csv", "H182,", "H181,")

    refused = office.run("campaign", "apply", FOLDER, status=2)

    assert refused.out == ""
    assert len(refused.err.splitlines()) == 2
    with closing(databases.connect(office.folder / "rollcall.db")) as base:
        assert "Khác" not in base.execute("SELECT definition FROM campaigns").fetchone()[0]


def test_a_folder_that_is_not_there_is_a_usage_error(office: Office) -> None:
    assert "nowhere" in office.run("campaign", "apply", "nowhere", status=2).err


def test_the_list_gives_dates_with_the_offices_offset(office: Office) -> None:
    (listed,) = office.run("campaign", "list", "--json").json

    assert listed["due_before"] == "2019-07-05T00:00:00+07:00"
    assert listed["closes"] == "2019-07-10T00:00:00+07:00"
    assert listed["open"] is False
    assert (listed["form"], listed["form_version"], listed["units"] > 11) == ("THDTE-2019", "1", True)
    assert NAME in office.run("campaign", "list").out


def test_an_extension_shows_on_the_board_and_in_the_trail(office: Office) -> None:
    assert unit(office, "H182")["overdue"]

    done = office.run("campaign", "extend", NAME, "h182", "2019-07-09")

    assert done.out == "H182 (thang-hanh-dong-2019): gia hạn đến hết ngày 08/07/2019.\n"
    extended = unit(office, "H182")
    assert (extended["extended_until"], extended["overdue"]) == ("2019-07-09T00:00:00+07:00", False)
    assert trail(office) == [(person(), "extend", f"{NAME}/H182")]


def test_the_last_extension_holds_and_a_time_without_a_zone_is_the_offices(office: Office) -> None:
    office.run("campaign", "extend", NAME, "H182", "2019-07-20T12:00")
    office.run("campaign", "extend", NAME, "H182", "2019-07-08T00:00+00:00")

    assert unit(office, "H182")["extended_until"] == "2019-07-08T07:00:00+07:00"


def test_the_last_extension_is_taken_back_and_the_one_before_it_holds_again(office: Office) -> None:
    office.run("campaign", "extend", NAME, "H182", "2019-07-09")
    office.run("campaign", "extend", NAME, "H182", "2019-07-12")

    undone = office.run("campaign", "extend", NAME, "h182", "--undo").out
    assert undone.startswith("H182 (thang-hanh-dong-2019): gia hạn đến hết ngày 08/07/2019. Reports")
    assert unit(office, "H182")["extended_until"] == "2019-07-09T00:00:00+07:00"

    assert "the campaign's again" in office.run("campaign", "extend", NAME, "H182", "--undo").out
    assert (unit(office, "H182")["extended_until"], unit(office, "H182")["overdue"]) == (None, True)
    assert "nothing to take back" in office.run("campaign", "extend", NAME, "H182", "--undo", status=2).err
    assert [what for _, what, _ in trail(office)] == ["extend", "extend", "undo extend", "undo extend"]


@pytest.mark.parametrize("words", [["--undo", "2019-07-09"], []])
def test_an_extension_has_a_time_and_its_taking_back_none(office: Office, words: list[str]) -> None:
    assert "or --undo without a time" in office.run("campaign", "extend", NAME, "H182", *words, status=2).err


@pytest.mark.parametrize("time", ["2019-07-05", "2019-07-04T17:00:00Z", "2019-06-01"])
def test_an_extension_must_lie_after_the_deadline(office: Office, time: str) -> None:
    refused = office.run("campaign", "extend", NAME, "H182", time, status=2)

    assert "does not lie after the deadline" in refused.err
    assert trail(office) == []


def test_an_exempt_unit_is_not_expected(office: Office) -> None:
    before = unit(office, "H182")["totals"]["expected"]

    office.run("campaign", "exempt", NAME, "H182", "--why", "sáp nhập")

    exempt = unit(office, "H182")
    assert (exempt["state"], exempt["totals"]["expected"], exempt["totals"]["exempt"]) == ("exempt", before - 1, 1)
    assert trail(office) == [(person(), "exempt", f"{NAME}/H182")]


def test_an_exemption_can_be_taken_back_once(office: Office) -> None:
    before = unit(office, "H182")["totals"]["expected"]
    office.run("campaign", "exempt", NAME, "H182", "--why", "nhầm")
    office.run("campaign", "exempt", NAME, "H182", "--why", "ghi nhầm đơn vị", "--undo")

    assert unit(office, "H182")["totals"]["expected"] == before
    assert trail(office)[-1] == (person(), "undo exempt", f"{NAME}/H182")
    again = office.run("campaign", "exempt", NAME, "H182", "--why", "x", "--undo", status=2)
    assert "is not exempt" in again.err


def test_a_queued_reminder_does_not_go_to_a_unit_that_was_exempted(office: Office) -> None:
    office.run("pause")
    office.run("remind", "--at", "2019-06-27T08:00")
    queued = {letter["unit"] for letter in office.run("letters", "--json").json if letter["state"] == "queued"}
    assert "H182" in queued

    office.run("campaign", "exempt", NAME, "H182", "--why", "sáp nhập")

    cancelled = {letter["unit"] for letter in office.run("letters", "--json").json if letter["state"] == "cancelled"}
    assert cancelled == {"H182"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("extend", "khac", "H182", "2019-07-09"), 'There is no campaign "khac"'),
        (("extend", NAME, "H999", "2019-07-09"), 'has no unit "H999"'),
        (("extend", NAME, "H182", "mai"), '"mai" is not a time'),
        (("exempt", NAME, "H999", "--why", "x"), 'has no unit "H999"'),
        (("exempt", NAME, "H182", "--why", "  "), "--why is blank"),
        (("exempt", NAME, "H182"), "--why"),
    ],
)
def test_what_is_not_known_is_refused_in_a_sentence(office: Office, arguments: tuple[str, ...], words: str) -> None:
    refused = office.run("campaign", *arguments, status=2)

    assert words in refused.err
    assert refused.out == ""
    assert "Traceback" not in refused.err


def test_the_register_lists_units_with_their_dated_addresses(office: Office) -> None:
    listed = {each["code"]: each for each in office.run("units", "list", "--json").json}

    assert listed["H180"]["addresses"][0] == {
        "address": "phongldtbxhdt.trangdinh@langson.example",
        "valid_from": None,
        "valid_to": None,
    }
    assert "Phòng LĐTBXH Tràng Định" in listed["H180"]["aliases"]
    assert "H180" in office.run("units", "list").out


def trail(office: Office) -> list[tuple[str, str, str]]:
    with closing(databases.connect(office.folder / "rollcall.db")) as base:
        return list(base.execute("SELECT who, what, subject FROM trail ORDER BY id"))
