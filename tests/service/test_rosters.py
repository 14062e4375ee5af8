"""Who is a unit on which day, and who took over from whom."""

from datetime import date, timedelta

from roll import units
from roll.register import Passing, Succession
from service import rosters

FIRST = date(2025, 7, 1)
EVE = FIRST - timedelta(days=1)


def entry(code: str, name: str, **more: object) -> units.RosterEntry:
    return units.RosterEntry(units.Unit(code, name, name, **more), units.Obligation.REQUIRED)


def test_a_unit_counts_from_its_first_day_to_its_last() -> None:
    roster = rosters.DatedRoster([entry("OLD", "Huyện Cũ", valid_to=EVE), entry("NEW", "Xã Mới", valid_from=FIRST)])
    assert list(roster.on(EVE).entries) == ["OLD"]
    assert list(roster.on(FIRST).entries) == ["NEW"]


def test_a_name_that_holds_for_a_time_names_the_unit_then_and_not_after() -> None:
    name = units.DatedName("UBND xã Lộc Yên", None, EVE)
    roster = rosters.DatedRoster([entry("A", "UBND xã Cao Lộc", dated_names=(name,))])
    assert roster.on(EVE).units_named("UBND xã Lộc Yên") == ("A",)
    assert roster.on(FIRST).units_named("UBND xã Lộc Yên") == ()


def test_a_roster_without_days_is_made_once_for_all_of_them() -> None:
    roster = rosters.DatedRoster([entry("A", "UBND xã Cao Lộc")])
    assert roster.on(EVE) is roster.on(FIRST)


def passed(*pairs: tuple[str, str]) -> rosters.Successions:
    passings = [Succession(old, new, Passing.SPLIT, FIRST) for old, new in pairs]
    ending = {old: units.Unit(old, f"Huyện {old}", old, valid_to=EVE) for old, _ in pairs}
    return rosters.Successions(ending, {new: f"xã {new}" for _, new in pairs}, passings, "vi")


def test_only_a_unit_that_came_wholly_out_of_one_has_an_only_forebear() -> None:
    one_to_one = passed(("A", "X"))
    split = passed(("A", "X"), ("A", "Y"))
    merged = passed(("A", "X"), ("B", "X"))
    assert [each.only_forebear_of("X") for each in (one_to_one, split, merged)] == ["A", None, None]
    assert split.only_forebear_of("A") is None


def test_successors_of_successors_are_successors_and_a_circle_ends() -> None:
    assert passed(("A", "B"), ("B", "C")).successors_of("A") == ("B", "C")
    assert set(passed(("A", "B"), ("B", "A")).successors_of("A")) == {"A", "B"}


def test_a_unit_is_former_from_the_day_after_its_last_and_only_where_it_is_not_current() -> None:
    known = passed(("A", "X"), ("A", "Y"))
    assert known.former_on(EVE, ()) is None
    assert known.former_on(FIRST, ("A",)) is None
    former = known.former_on(FIRST, ())
    assert former is not None
    assert former.ended["A"].sentence == "Huyện A thôi hoạt động từ 01/07/2025; kế thừa: xã X, xã Y"
    assert former.ended["A"].successors == ("X", "Y")
