"""What lists say of units, beside what rosters say; and who succeeded whom."""

from dataclasses import replace
from datetime import date

from roll import units
from roll.register import Passing, Succession
from storage import register, registry
from tests.storage import samples
from tests.storage.samples import NOW, source, unit

EVE = date(2019, 6, 30)


def write(office: samples.Office, *changed: units.Unit, passings: tuple[Succession, ...] = ()) -> None:
    with office.store.writing() as connection:
        register.write(connection, changed, passings, NOW)


def addresses(office: samples.Office, code: str, campaign: str = samples.CAMPAIGN) -> list[units.Address]:
    entry = office.loaded(campaign).entry(code)
    assert entry is not None
    return list(entry.unit.addresses)


def all_units(office: samples.Office) -> dict[str, units.Unit]:
    with office.store.reading() as connection:
        return {each.code: each for each in registry.all_units(connection)}


def test_a_list_adds_units_and_goes_before_a_roster_that_is_applied_again(office: samples.Office) -> None:
    write(office, replace(unit("U1"), name="Tên mới"), unit("NEW", "new@x.example"))
    office.apply(source())
    found = all_units(office)
    assert (found["U1"].name, found["NEW"].addresses) == ("Tên mới", (units.Address("new@x.example"),))
    assert office.loaded().entry("U1").unit.name == "Đơn vị U1"


def test_writing_the_same_again_changes_nothing(office: samples.Office) -> None:
    passing = Succession("U1", "U2", Passing.MERGE, EVE)
    write(office, unit("U1", "new@x.example"), passings=(passing,))
    before = samples.dump(office.store)
    write(office, unit("U1", "new@x.example"), passings=(passing,))
    assert samples.dump(office.store) == before
    with office.store.reading() as connection:
        assert register.successions(connection) == [passing]


def test_addresses_of_a_list_count_behind_those_of_the_roster_and_before_other_campaigns(
    office: samples.Office,
) -> None:
    office.apply(source([unit("U1"), unit("U2")], "nam-2020"))
    write(office, unit("U1", "new@x.example"))
    assert addresses(office, "U1", "nam-2020") == [units.Address("new@x.example")]
    assert addresses(office, "U2", "nam-2020") == [units.Address("u2@unit.example")]
    assert addresses(office, "U1") == [units.Address("u1@unit.example"), units.Address("new@x.example")]


def test_the_last_day_that_a_list_gives_holds_in_every_campaign(office: samples.Office) -> None:
    with office.store.writing() as connection:
        registry.learn_address(connection, "U1", "learned@x.example", date(2019, 1, 1))
    ended = tuple(units.Address(each, None, EVE) for each in ("u1@unit.example", "learned@x.example"))
    write(office, replace(unit("U1"), addresses=ended))
    assert addresses(office, "U1") == [
        units.Address("u1@unit.example", None, EVE),
        units.Address("learned@x.example", date(2019, 1, 1), EVE),
    ]


def test_an_address_that_is_taught_again_after_its_last_day_holds_from_then_on(office: samples.Office) -> None:
    with office.store.writing() as connection:
        registry.learn_address(connection, "U1", "a@x.example", date(2019, 1, 1))
    write(office, replace(unit("U1"), addresses=(units.Address("a@x.example", None, EVE),)))
    with office.store.writing() as connection:
        registry.learn_address(connection, "U1", "a@x.example", date(2019, 7, 9))
    assert units.Address("a@x.example", date(2019, 7, 9), None) in addresses(office, "U1")


def test_addresses_of_rosters_are_not_taken_for_those_of_lists(office: samples.Office) -> None:
    write(office, unit("U2", "list@x.example"))
    with office.store.reading() as connection:
        found = register.listed(connection)
    assert (found["U1"].addresses, found["U2"].addresses) == ((), (units.Address("list@x.example"),))
