"""Which campaigns say who is a unit at an instant."""

from dataclasses import replace
from datetime import datetime, timedelta

from roll import campaigns, units
from service import rosters_at
from tests.journeys.office import VIETNAM
from tests.storage import samples
from tests.storage.samples import unit

JULY_20 = datetime(2019, 7, 20, tzinfo=VIETNAM)
OPENS = JULY_20 - timedelta(days=40)


def round_of(name: str, opens: datetime, closes: datetime | None, *entries: units.Unit) -> campaigns.Campaign:
    grace_until = opens + timedelta(days=5)
    return replace(samples.source(entries, name).campaign, opens=opens, grace_until=grace_until, closes=closes)


def running(name: str, *entries: units.Unit, opens: datetime = OPENS) -> campaigns.Campaign:
    return round_of(name, opens, JULY_20 + timedelta(days=20), *entries)


def closed(name: str, days_ago: int, *entries: units.Unit) -> campaigns.Campaign:
    return round_of(name, OPENS - timedelta(days=days_ago), JULY_20 - timedelta(days=days_ago), *entries)


def known(*rounds: campaigns.Campaign, extended: dict[tuple[str, str], datetime] | None = None) -> dict[str, list[str]]:
    """Return each unit's addresses on 20 July."""
    register = rosters_at.RostersAt(rounds, extended or {}).at(JULY_20).on(JULY_20.date())
    return {code: [each.address for each in entry.unit.addresses] for code, entry in register.entries.items()}


def test_a_unit_of_two_running_campaigns_is_known_by_the_addresses_of_both_the_newest_ones_first() -> None:
    older = running("b-older", unit("U1", "old@x.example"))
    newer = running("a-newer", unit("U1", "new@x.example"), opens=OPENS + timedelta(days=5))
    assert known(newer, older) == {"U1": ["new@x.example", "old@x.example"]}


def test_a_unit_of_two_campaigns_bears_the_newest_ones_name_and_the_other_as_an_alias() -> None:
    first = unit("U1", "u1@x.example")
    first = replace(first, name="Huyện Cũ", aliases=("H. Cũ",))
    newer = running("newer", unit("U1", "u1@x.example"), opens=OPENS + timedelta(days=5))
    roster = rosters_at.RostersAt([running("older", first), newer], {}).at(JULY_20)
    (entry,) = roster.entries
    assert entry.unit.name == "Đơn vị U1"
    assert {"Huyện Cũ", "H. Cũ"} <= set(entry.unit.aliases)


def test_a_unit_whose_campaign_closed_lately_is_known_beside_those_of_the_running_one() -> None:
    rounds = (closed("older", 10, unit("U1", "u1@x.example")), running("newer", unit("U2", "u2@x.example")))
    assert known(*rounds) == {"U2": ["u2@x.example"], "U1": ["u1@x.example"]}


def test_a_unit_whose_campaign_closed_long_ago_is_known_only_while_its_extension_lasts() -> None:
    rounds = (
        closed("older", 60, unit("U1", "u1@x.example"), unit("U3", "u3@x.example")),
        running("newer", unit("U2", "u2@x.example")),
    )
    assert list(known(*rounds)) == ["U2"]
    assert list(known(*rounds, extended={("older", "U1"): JULY_20 + timedelta(days=1)})) == ["U1", "U2"]
    assert list(known(*rounds, extended={("older", "U1"): JULY_20})) == ["U2"]


def test_a_unit_of_a_campaign_that_opens_soon_is_known() -> None:
    soon = running("newer", unit("U1", "u1@x.example"), opens=JULY_20 + timedelta(days=3))
    later = running("latest", unit("U3", "u3@x.example"), opens=JULY_20 + timedelta(days=50))
    assert list(known(running("older", unit("U2", "u2@x.example")), soon, later)) == ["U2", "U1"]


def test_an_address_taken_out_of_a_running_roster_does_not_live_on_through_one_that_closed() -> None:
    before = closed("older", 10, unit("U1", "left@x.example", "office@x.example"))
    assert known(before, running("newer", unit("U1", "office@x.example"))) == {"U1": ["office@x.example"]}


def test_an_address_taken_out_does_not_live_on_through_an_old_campaign_that_never_closes() -> None:
    years_ago = round_of("older", JULY_20 - timedelta(days=400), None, unit("U1", "left@x.example"), unit("U3"))
    now = running("newer", unit("U1", "office@x.example"))
    assert known(years_ago, now) == {"U1": ["office@x.example"], "U3": []}


def test_an_address_that_went_to_another_unit_is_no_more_the_one_of_the_closed_campaign() -> None:
    before = closed("older", 10, unit("U1", "moved@x.example", "u1@x.example"))
    assert known(before, running("newer", unit("U2", "moved@x.example"))) == {
        "U2": ["moved@x.example"],
        "U1": ["u1@x.example"],
    }


def test_a_body_that_bears_another_code_now_is_one_unit() -> None:
    before = unit("OLD", "old@x.example")
    now = replace(before, code="NEW", addresses=(units.Address("new@x.example"),))
    assert known(closed("older", 10, before), running("newer", now)) == {"NEW": ["new@x.example"]}


def test_between_two_rounds_the_newest_of_all_speaks_for_a_unit() -> None:
    rounds = (closed("newer", 60, unit("U1", "new@x.example")), closed("older", 400, unit("U1", "old@x.example")))
    assert known(*rounds) == {"U1": ["new@x.example"]}
