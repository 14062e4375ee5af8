"""The simulated office of bench/office: what is credited without a person, what is held and for whom, never wrongly."""

import random

import pytest

from bench.office import __main__ as command
from bench.office import figures, mails, roster, run
from bench.office.truth import Wanted

# A sample that CI has time for; the goals themselves are asked of twenty thousand mails.
SAMPLE = [(7, 200)]
LEAST_KNOWN_OF_A_SAMPLE, LEAST_STRANGERS_OF_A_SAMPLE = 0.95, 0.88
LEAST_KNOWN, LEAST_STRANGERS = 0.98, 0.95
MAILS = 20_000
SEED = 1


def shares(stages: tuple[figures.Stage, ...]) -> tuple[float, float]:
    known = sum(stage.known_credited for stage in stages) / sum(stage.known for stage in stages)
    strangers = sum(stage.strangers_proposed for stage in stages) / sum(stage.strangers for stage in stages)
    return known, strangers


def told(stages: tuple[figures.Stage, ...]) -> str:
    """Return the figures and the first misses; each miss names its mail by seed, year and number."""
    lines = [line for stage in stages for line in figures.table("a campaign", stage)]
    misses = [line for stage in stages for line in stage.misses]
    return "\n".join([*lines, *misses[:30]])


@pytest.mark.parametrize(
    "registered",
    [
        pytest.param(True, id="with a full register"),
        pytest.param(False, id="from no addresses", marks=pytest.mark.soak),
    ],
)
def test_no_report_is_credited_to_a_wrong_unit_and_most_need_no_person(registered: bool) -> None:
    stages = run.simulate(SAMPLE, registered=registered)

    assert [line for stage in stages for line in (*stage.wrong_credits, *stage.unconfirmed)] == []
    known, strangers = shares(stages)
    assert known >= LEAST_KNOWN_OF_A_SAMPLE, told(stages)
    assert strangers >= LEAST_STRANGERS_OF_A_SAMPLE, told(stages)
    assert sum(stage.unclear_credited for stage in stages) == 0


@pytest.mark.soak
@pytest.mark.parametrize("registered", [True, False], ids=["with a full register", "from no addresses"])
def test_of_twenty_thousand_mails_the_goals_are_met(registered: bool) -> None:
    offices = command.sizes(MAILS, SEED)
    stages = run.simulate(offices, registered=registered)

    assert [line for stage in stages for line in (*stage.wrong_credits, *stage.unconfirmed)] == []
    known, strangers = shares(stages)
    assert (known >= LEAST_KNOWN, strangers >= LEAST_STRANGERS) == (True, True), told(stages)
    first, second = stages
    # An address that was learned in the first campaign is not asked about in the second.
    assert second.decisions < first.decisions, told(stages)


def drawn(seed: int) -> list[tuple[str, int]]:
    """Return the kinds and sizes of mails; archives in them bear the second in which they were made."""
    chance = random.Random(seed)
    units = roster.bodies(chance)
    campaign = mails.Campaign(units, run.FIRST_YEAR, 0, seed, chance, mails.share_addresses(units, chance))
    return [(truth.kind, len(truth.build(lambda _: None))) for truth in campaign.draw(200)]


def test_the_same_seed_gives_the_same_mails_and_another_seed_others() -> None:
    assert drawn(3) == drawn(3)
    assert drawn(3) != drawn(4)


def test_the_roster_has_ninety_units_whose_codes_boxes_and_private_addresses_are_their_own() -> None:
    units = roster.bodies(random.Random(1))
    addresses = [person.address for body in units for person in body.people if person.address != body.office_address]
    assert len({body.code for body in units}) == len(units) == 90
    assert len({body.office_address for body in units}) == 90
    assert len(set(addresses)) == len(addresses)


def test_every_kind_of_mail_is_drawn_with_what_is_right_for_it() -> None:
    chance = random.Random(5)
    campaign = mails.Campaign(roster.bodies(chance), run.FIRST_YEAR, 0, 5, chance)
    wanted = {truth.wanted for truth in campaign.draw(800)}
    assert wanted == set(Wanted)
