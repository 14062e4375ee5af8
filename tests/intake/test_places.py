"""A bare place name is a district's, its town's and a commune's: what stands beside it says whose."""

from dataclasses import replace

import pytest

from intake import sender
from roll import mails, units
from tests.intake import known
from tests.intake.known import CHI_LANG, campaign_2019, contents, decided, part, reading

TOWN = "thitran.chilang@langson.example"
COMMUNE = "xa.chilang@langson.example"
_TOWN = units.Unit(
    "X136", "UBND thị trấn Chi Lăng, huyện Chi Lăng", "thị trấn Chi Lăng", addresses=(units.Address(TOWN),),
    aliases=("thị trấn Chi Lăng huyện Chi Lăng",),
)  # fmt: skip
_COMMUNE = units.Unit("X113", "UBND xã Chi Lăng, huyện Tràng Định", "xã Chi Lăng", addresses=(units.Address(COMMUNE),))
ROSTER = (*known.roster_2019(), *(units.RosterEntry(unit, units.Obligation.REQUIRED) for unit in (_TOWN, _COMMUNE)))


def with_towns(line: str, address: str, file: str = "BC.xlsx", **changes: object) -> mails.Understanding:
    """Return what a workbook with a unit line amounts to where the town and a commune report beside the district."""
    inside = contents("", reading(line), sender_=address, **changes)  # type: ignore[arg-type]
    inside = replace(inside, parts=(part(file, "xlsx", reading=0),))
    return decided(inside, register=sender.Register(ROSTER), campaigns=[replace(campaign_2019(), roster=ROSTER)])


@pytest.mark.parametrize(
    ("line", "address", "file", "subject", "unit"),
    [
        ("Chi Lăng", TOWN, "BC thị trấn Chi Lăng.xlsx", "BC", "X136"),
        ("CHI LANG", TOWN, "BC.xlsx", "Báo cáo - UBND thị trấn Chi Lăng, huyện Chi Lăng", "X136"),
        ("UBND Chi Lăng", COMMUNE, "BC UBND xã Chi Lăng, huyện Tràng Định.xlsx", "BC", "X113"),
        ("Chi Lăng", CHI_LANG, "BC huyện Chi Lăng.xlsx", "BC", "H187"),
        ("Chi Lăng", CHI_LANG, "BC.xlsx", "BC", "H187"),
        ("thị trấn Chi Lăng", TOWN, "BC.xlsx", "BC", "X136"),
    ],
)  # fmt: skip
def test_a_bare_place_is_the_address_s_own_unit_where_its_full_name_stands_beside_it(
    line: str, address: str, file: str, subject: str, unit: str
):
    understood = with_towns(line, address, file, subject=subject)
    assert (understood.outcome.value, understood.unit) == ("accepted", unit)


@pytest.mark.parametrize(
    ("why", "line", "address", "file", "subject"),
    [
        ("nothing but the alias of the district", "Chi Lăng", TOWN, "BC.xlsx", "BC"),
        ("a bare name beside it says no more", "Chi Lăng", TOWN, "BC Chi Lăng.xlsx", "Chi Lăng"),
        ("the level is another's", "huyện Chi Lăng", TOWN, "BC thị trấn Chi Lăng.xlsx", "BC"),
        ("two full names stand beside it", "Chi Lăng", TOWN, "BC thị trấn Chi Lăng.xlsx", "BC huyện Chi Lăng"),
        ("the file is the town's", "Chi Lăng", CHI_LANG, "BC thị trấn Chi Lăng.xlsx", "BC"),
        ("the subject is the commune's", "Chi Lăng", CHI_LANG, "BC.xlsx", "BC xã Chi Lăng huyện Tràng Định"),
    ],
)
def test_a_bare_place_that_may_be_another_body_s_waits(why: str, line: str, address: str, file: str, subject: str):
    understood = with_towns(line, address, file, subject=subject)
    assert (understood.outcome.value, understood.reason, understood.unit) == ("held", "ambiguous_unit", None), why


def test_a_district_that_says_its_bare_name_in_a_file_called_its_town_s_waits_though_no_town_reports():
    inside = contents("", reading("Cao Lộc"))
    called = replace(inside, parts=(part("BC thị trấn Cao Lộc.xlsx", "xlsx", reading=0),))
    assert decided(inside).outcome.value == "accepted"
    assert decided(called).reason == "ambiguous_unit"


def test_of_several_workbooks_each_must_be_its_unit_s_as_it_would_be_alone():
    both = ("H182", "H184")
    roster = tuple(entry for entry in known.roster_2019() if entry.unit.code in both)
    inside = contents("", reading("Văn Lãng"), reading("Văn Quan", values="others"), sender_=known.SHARED)
    assert decided(inside, register=sender.Register(roster)).outcome.value == "accepted"
    of_a_commune = replace(inside, parts=(replace(inside.parts[0], name="BC xã Văn Lãng.xls"), inside.parts[1]))
    assert decided(of_a_commune, register=sender.Register(roster)).reason == "several_workbooks"
