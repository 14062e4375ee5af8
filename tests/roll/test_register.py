"""What a list of units changes in the register: new, ended, renamed, changed, refused."""

from dataclasses import replace
from datetime import date

import pytest

from roll import register
from roll.register import Change, Comparison, Listed, Passing, Succession
from roll.units import Address, DatedName, Unit

ON = date(2025, 7, 1)
EVE = date(2025, 6, 30)
ALL = frozenset({"code", "name", "aliases", "addresses", "valid_from", "valid_to", "short_name", "kind"})


def unit(code: str, name: str, *addresses: str, **more: object) -> Unit:
    made = Unit(code, name, name, addressed_as=name, addresses=tuple(map(Address, addresses)))
    return replace(made, **more)


def compared(known: list[Unit], *listed: Unit | Listed, **options: object) -> Comparison:
    wanted = [each if isinstance(each, Listed) else Listed(each, ALL) for each in listed]
    passings = options.pop("passings", ())
    return register.compare({each.code: each for each in known}, passings, wanted, ON, **options)


def words(found: Comparison) -> list[tuple[Change, str]]:
    return [(each.change, each.unit.code) for each in found.changed]


def test_a_unit_that_was_not_there_is_new():
    found = compared([], unit("A", "Xã A"))
    assert words(found) == [(Change.NEW, "A")]


def test_the_same_list_again_changes_nothing():
    listed = unit("A", "Xã Mới", "new@x.example", aliases=("Mới",), dated_names=(DatedName("M", None, EVE),))
    first = compared([unit("A", "Xã Cũ", "old@x.example", aliases=("Cũ",))], listed)
    assert words(first) == [(Change.RENAMED, "A")]
    again = compared([first.changed[0].unit], listed)
    assert (words(again), again.unchanged, again.refused) == ([], 1, [])


def test_a_renamed_unit_keeps_its_old_name_until_the_day_before():
    (changed,) = compared([unit("A", "Xã Cũ")], unit("A", "Xã Mới")).changed
    assert changed.change is Change.RENAMED
    assert changed.what == ("before: Xã Cũ", "short_name is changed", "addressed_as is changed")
    assert changed.unit.on(EVE).aliases == ("Xã Cũ",)
    assert changed.unit.on(ON).aliases == ()


def test_what_a_list_leaves_out_or_blank_stays():
    known = unit("A", "Xã A", "a@x.example", aliases=("A1",), phone="1", valid_from=date(2019, 1, 1))
    only = Listed(unit("A", "Xã A"), frozenset({"code", "name"}))
    assert compared([known], only).unchanged == 1


def test_an_address_that_is_listed_no_more_ends_and_stays_known_for_the_days_before():
    (changed,) = compared(
        [unit("A", "Xã A", "old@x.example", "both@x.example")], unit("A", "Xã A", "both@x.example")
    ).changed
    assert changed.unit.addresses == (Address("both@x.example"), Address("old@x.example", None, EVE))
    assert changed.what == ("address old@x.example holds until 2025-06-30",)


def test_a_unit_with_a_last_day_has_ended_and_its_addresses_with_it():
    only = Listed(unit("A", "Huyện A", valid_to=EVE), frozenset({"code", "name", "valid_to"}))
    found = compared([unit("A", "Huyện A", "a@x.example")], only)
    assert words(found) == [(Change.ENDED, "A")]
    assert found.changed[0].unit.addresses == (Address("a@x.example", None, EVE),)


def test_what_the_list_does_not_name_is_told_and_ends_only_where_a_day_is_said():
    known = [unit("A", "Xã A"), unit("B", "Xã B"), unit("C", "Xã C", valid_to=date(2020, 1, 1))]
    found = compared(known, known[0])
    assert ([each.code for each in found.missing], words(found)) == (["B"], [])
    found = compared(known, known[0], ends_missing=EVE)
    assert [(each.change, each.unit.valid_to) for each in found.changed] == [(Change.ENDED, EVE)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (unit("06211", "Xã Lộc Yên"), unit("06211", "Xã Cao Lộc", valid_from=ON)),
        (unit("06211", "Xã Lộc Yên", valid_to=EVE), unit("06211", "Xã Cao Lộc")),
    ],
)
def test_a_code_that_stands_for_another_body_is_refused(before: Unit, after: Unit):
    found = compared([before], after)
    (refusal,) = found.refused
    assert "The code 06211 was Xã Lộc Yên" in refusal
    assert "is Xã Cao Lộc" in refusal
    assert "such as 06211-2025" in refusal
    assert found.changed == []


def test_an_alias_of_two_units_on_some_day_is_refused_with_both_and_the_days():
    known = unit("B", "Huyện B", aliases=("CL",), valid_to=date(2025, 12, 31))
    found = compared([known], unit("A", "Xã A", aliases=("C.L.",), valid_from=ON))
    assert found.refused == [
        (
            "The alias 'C.L.' names A (Xã A) and B (Huyện B), from 2025-07-01 until 2025-12-31; take it out of the "
            "aliases of one of them, or write its days: ALIAS (2024-01-01..2025-06-30)."
        )
    ]


def test_an_alias_of_an_ended_unit_may_be_its_successors():
    known = unit("B", "Huyện B", aliases=("CL",), valid_to=EVE)
    assert compared([known], unit("A", "Xã A", aliases=("CL",), valid_from=ON)).refused == []


def test_aliases_that_were_ambiguous_before_and_are_not_in_the_list_are_nobodys_fault_now():
    known = [unit("B", "Xã B", aliases=("X",)), unit("C", "Xã C", aliases=("X",))]
    assert compared(known, unit("A", "Xã A")).refused == []


def test_equal_names_are_told_and_not_refused():
    found = compared([unit("B", "Xã Tân Thành")], unit("A", "xã Tân Thành"))
    assert found.refused == []
    (told,) = found.ambiguous
    assert told.startswith("The name 'xã Tân Thành' is borne by A (xã Tân Thành) and B (Xã Tân Thành), on every day")


def ended(code: str, *successors: str, passing: Passing | None = None) -> Listed:
    return Listed(unit(code, f"Huyện {code}", valid_to=EVE), ALL, successors, passing)


def test_successions_are_many_to_many_and_say_what_they_are():
    found = compared(
        [], ended("A", "X", "Y"), ended("B", "Y"), ended("C", "Z"), ended("D", "Z", passing=Passing.TRANSFER),
        ended("E", "W"), *(unit(code, f"Xã {code}", valid_from=ON) for code in "XYZW"),
    )  # fmt: skip
    assert found.refused == []
    assert [(each.predecessor, each.successor, each.kind.value) for each in found.successions] == [
        ("A", "X", "split"), ("A", "Y", "split"), ("B", "Y", "merge"), ("C", "Z", "merge"), ("D", "Z", "transfer"),
        ("E", "W", "rename"),
    ]  # fmt: skip
    assert {each.effective for each in found.successions} == {ON}


def test_a_succession_that_is_known_is_not_told_again():
    known = [unit("A", "Huyện A", valid_to=EVE), unit("X", "Xã X")]
    passings = (Succession("A", "X", Passing.RENAME, ON),)
    found = compared(known, ended("A", "X"), passings=passings)
    assert (found.successions, found.changed) == ([], [])


def test_successors_that_a_list_names_replace_those_before() -> None:
    known = [unit("A", "Huyện A", valid_to=EVE), unit("X", "Xã X"), unit("Y", "Xã Y")]
    wrong = Succession("A", "X", Passing.RENAME, ON)
    found = compared(known, ended("A", "Y"), passings=(wrong,))
    assert found.dropped == [wrong]
    assert found.successions == [Succession("A", "Y", Passing.RENAME, ON)]
    assert compared(known, unit("A", "Huyện A", valid_to=EVE), passings=(wrong,)).dropped == []


def test_a_code_in_other_letters_is_refused() -> None:
    assert compared([unit("H1", "Xã A")], unit("h1", "Xã A")).refused == [
        "The code h1 is H1 in the register; write it so."
    ]


def test_a_code_that_a_spreadsheet_took_for_a_number_is_refused() -> None:
    assert compared([unit("06211", "Xã A")], unit("6211", "Xã A")).refused == [
        "The code 6211 is 06211 in the register; write it so."
    ]


def test_a_name_that_has_nothing_in_common_with_the_one_before_is_pointed_out() -> None:
    found = compared([unit("SXD", "Sở Xây dựng")], unit("SXD", "Sở Du lịch"))
    (sentence,) = found.ambiguous
    assert sentence.startswith("SXD was Sở Xây dựng and is Sở Du lịch in the list. Only if that is the same body: ")
    for name in ("Sở Xây dựng và Giao thông", "SỞ XÂY DỰNG tỉnh", "Sở Xay dung"):
        assert compared([unit("SXD", "Sở Xây dựng")], unit("SXD", name)).ambiguous == []


@pytest.mark.parametrize(
    ("listed", "sentence"),
    [
        (ended("A", "NOBODY"), "A: the successor NOBODY is in neither the list nor the register; "),
        (ended("A", "A"), "A: the successor A is the unit itself; "),
        (Listed(unit("A", "Huyện A"), ALL, ("X",)), "A: the successor X is named, but no valid_to; "),
        (ended("A", "OLD"), "A: the successor OLD ends on 2020-01-01, before it could succeed; "),
    ],
)
def test_what_cannot_be_a_successor_is_refused(listed: Listed, sentence: str):
    found = compared([unit("X", "Xã X"), unit("OLD", "Xã OLD", valid_to=date(2020, 1, 1))], listed)
    assert [each.startswith(sentence) for each in found.refused] == [True]
