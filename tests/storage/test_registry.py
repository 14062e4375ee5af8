"""The register: campaigns with their frozen rosters, and whose address is whose."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from forms import form as forms_form
from roll import units
from storage import database, registry, tables
from tests.storage import samples
from tests.storage.samples import NOW, ZONE, source, unit

DAY = date(2019, 7, 1)


def addresses(office: samples.Office, code: str, campaign: str = samples.CAMPAIGN) -> list[str]:
    entry = office.loaded(campaign).entry(code)
    assert entry is not None
    return [known.address for known in entry.unit.addresses]


def roster(office: samples.Office, campaign: str = samples.CAMPAIGN) -> list[str]:
    return [entry.unit.code for entry in office.loaded(campaign).roster]


def learn(office: samples.Office, code: str, address: str, valid_from: date = DAY) -> None:
    with office.store.writing() as connection:
        registry.learn_address(connection, code, address, valid_from)


def everything(store: database.Database) -> dict[str, list[tuple[object, ...]]]:
    return samples.dump(store)


def test_a_campaign_comes_out_as_it_was_applied(store: database.Database) -> None:
    full = units.Unit(
        "U1", "Ủy ban nhân dân huyện Cao Lộc", "Cao Lộc", "district",
        (units.Address("a@x.example", date(2019, 1, 1), date(2019, 12, 31)), units.Address("b@x.example")),
        ("UBND Cao Lộc",), "Đồng chí Chủ tịch", "Phòng LĐTBXH", "quý phòng", "0205 3000 001", date(2018, 1, 1), None,
    )  # fmt: skip
    applied = source([full], obligations={"U1": units.Obligation.ASKED})
    office = samples.Office(store)
    office.apply(applied)

    wanted = replace(applied.campaign, form_name="F", form_version="1")
    assert office.campaign == wanted


def test_applying_twice_changes_nothing_but_when(office: samples.Office) -> None:
    before = everything(office.store)
    office.apply(source())
    assert everything(office.store) == before


def test_a_changed_roster_replaces_the_old_one_in_its_order(office: samples.Office) -> None:
    office.apply(source([unit("U3", "new@x.example"), unit("U4"), unit("U1", "u1@unit.example")]))

    assert roster(office) == ["U3", "U4", "U1"]
    assert addresses(office, "U3") == ["new@x.example"]
    assert addresses(office, "U4") == []


def test_a_unit_taken_out_of_the_roster_keeps_its_reports_but_stands_on_no_board(office: samples.Office) -> None:
    office.take(samples.understood("U2"))
    office.apply(source([unit("U1", "u1@unit.example"), unit("U3", "u3@unit.example")]))

    assert roster(office) == ["U1", "U3"]
    assert len(office.versions("U2")) == 1


def test_an_address_that_moved_to_another_unit_is_no_longer_the_first_ones(office: samples.Office) -> None:
    office.apply(source([unit("U1", "shared@x.example"), unit("U2")]))
    office.apply(source([unit("U1", "fresh@x.example"), unit("U2", "shared@x.example")]))

    assert (addresses(office, "U1"), addresses(office, "U2")) == (["fresh@x.example"], ["shared@x.example"])


def test_an_address_taken_out_this_year_does_not_live_on_through_last_years_roster(office: samples.Office) -> None:
    office.apply(source([unit("U1", "left@x.example", "office@x.example"), unit("U2", "u2@x.example")], "nam-2018"))
    office.apply(source([unit("U1", "office@x.example"), unit("U2", "left@x.example")]))

    assert (addresses(office, "U1"), addresses(office, "U2")) == (["office@x.example"], ["left@x.example"])
    assert addresses(office, "U1", "nam-2018") == ["left@x.example", "office@x.example"]


def test_a_roster_without_addresses_uses_those_that_the_register_knows(office: samples.Office) -> None:
    office.apply(source([unit("U1")], "nam-2020"))
    assert addresses(office, "U1", "nam-2020") == ["u1@unit.example"]


def test_a_unit_in_two_campaigns_is_one_unit_of_the_register(office: samples.Office) -> None:
    office.apply(source([unit("U1", "second@x.example")], "dot-hai"))
    with office.store.reading() as connection:
        known = {each.code: [address.address for address in each.addresses] for each in registry.all_units(connection)}
        names = registry.names(connection)
    assert known == {
        "U1": ["second@x.example", "u1@unit.example"],
        "U2": ["u2@unit.example"],
        "U3": ["u3@unit.example"],
    }
    assert names == ["dot-hai", samples.CAMPAIGN]


def test_a_unit_listed_under_two_spellings_of_one_address_has_it_once(office: samples.Office) -> None:
    office.apply(source([unit("U1", "Phong.LDTBXH@x.example", "phong.ldtbxh@x.example")]))
    assert addresses(office, "U1") == ["phong.ldtbxh@x.example"]


def test_a_learned_address_survives_applying_the_campaign_again_and_comes_last(office: samples.Office) -> None:
    learn(office, "U1", "A.New@gmail.example")
    office.apply(source())
    assert addresses(office, "U1") == ["u1@unit.example", "a.new@gmail.example"]


def test_a_learned_address_holds_from_the_earliest_day_that_a_person_said(office: samples.Office) -> None:
    for days in (2, 0, 5):
        learn(office, "U1", "new@gmail.example", DAY + timedelta(days=days))
    entry = office.loaded().entry("U1")
    assert entry is not None
    assert entry.unit.addresses[1] == units.Address("new@gmail.example", DAY, None)


def test_a_learned_address_can_be_taken_back_and_a_rosters_cannot(office: samples.Office) -> None:
    learn(office, "U1", "new@gmail.example")
    with office.store.writing() as connection:
        registry.forget_address(connection, "U1", "NEW@gmail.example")
        registry.forget_address(connection, "U1", "u1@unit.example")
    assert addresses(office, "U1") == ["u1@unit.example"]


def test_the_digest_of_a_folder_is_remembered(office: samples.Office) -> None:
    with office.store.reading() as connection:
        assert registry.digest_of(connection, samples.CAMPAIGN) == "0" * 64
        assert registry.digest_of(connection, "nothing") is None


def test_campaigns_are_named_oldest_application_first(office: samples.Office) -> None:
    for place, name in enumerate(("z", "a"), start=1):
        office.apply(source(name=name), NOW + timedelta(days=place))
    with office.store.reading() as connection:
        assert registry.names(connection) == [samples.CAMPAIGN, "z", "a"]


def test_each_campaign_comes_with_its_own_form_version(office: samples.Office) -> None:
    second = replace(samples.FORM, version="2", title="Biểu mẫu năm sau")
    office.apply(source(name="nam-sau", form=second))
    with office.store.reading() as connection:
        loaded: Sequence[tuple[str, forms_form.Form]] = [
            (campaign.name, form) for campaign, form in registry.load(connection, ZONE)
        ]
        assert dict(loaded) == {samples.CAMPAIGN: samples.FORM, "nam-sau": second}
        assert registry.load_form(connection, "F", "2") == second


def test_a_failed_application_leaves_the_campaign_as_it_was(office: samples.Office) -> None:
    before = everything(office.store)
    with samples.interrupted(office.store) as connection:
        registry.apply(connection, source([unit("U9", "u9@unit.example")]), NOW)
    assert everything(office.store) == before


def test_a_roster_of_a_thousand_units_is_applied_in_few_statements(office: samples.Office) -> None:
    heard = samples.listen(office.store)
    office.apply(source([unit(f"U{number}", f"u{number}@x.example") for number in range(1000)]))
    assert len(roster(office)) == 1000
    assert len([text for text in heard() if tables.addresses.name in text and text.startswith("INSERT")]) == 1
