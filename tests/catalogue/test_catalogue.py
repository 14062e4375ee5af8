"""Every case of the catalogue of bad input, through the whole of Rollcall but its mailbox: how it ends, and why."""

import re
from pathlib import Path

import pytest

from tests.catalogue import office
from tests.catalogue.cases import Case
from tests.catalogue.playing import CASES, Played, play

ROOT = Path(__file__).parents[2]
COUNT = 158
# Cases that are not about one mail, or that need another office: the test that shows each.
ELSEWHERE = {
    94: "tests/catalogue/test_alone.py::test_094_every_single_byte_flip_of_a_small_form_ends_in_an_outcome",
    127: "tests/service/test_consolidate_command.py::test_hostile_texts_come_out_of_the_other_exports_as_texts",
    128: "tests/service/test_web.py::test_nothing_that_a_sender_wrote_becomes_an_element_or_an_attribute",
    130: "tests/catalogue/test_alone.py::test_130_workbooks_with_bytes_of_noise_end_in_an_outcome",
    145: "tests/catalogue/test_alone.py::test_145_a_letter_to_another_unit_outweighs_no_address",
    150: "tests/catalogue/test_alone.py::test_150_one_file_for_two_campaigns_waits_for_a_person",
    154: "tests/catalogue/test_alone.py::test_154_reports_of_the_same_minute_are_all_accepted",
}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Let one office understand every mail of every case in one pass."""
    return play(office.open_office(tmp_path_factory.mktemp("catalogue")), CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_case_ends_as_it_should(case: Case, played: Played) -> None:
    assert [(outcome, reason) for outcome, reason, _ in played.ends[case.name]] == case.expected
    found = played.values.get(case.name, {})
    assert {name: found[name] for name in case.reads} == case.reads


@pytest.mark.parametrize("case", [case for case in CASES if not case.differs], ids=lambda case: case.name)
def test_the_case_ends_as_the_catalogue_asks(case: Case) -> None:
    assert case.ends[-1][0] in case.asked.split()


def test_no_case_costs_more_than_a_reader_or_keeps_the_others_waiting(played: Played) -> None:
    reasons = {reason for ends in played.ends.values() for _, reason, _ in ends}
    assert not reasons & {"poison", "internal_error", ""}, "one that three tries could not read, or that failed behind"
    assert played.seconds < 60, "all of them together keep a mail waiting for less than a minute"


def test_every_case_of_the_catalogue_is_there() -> None:
    shown = {case.number for case in CASES} | set(ELSEWHERE)
    assert shown == set(range(1, COUNT + 1))


def test_every_case_has_a_name_of_its_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("number", ELSEWHERE, ids="{:03}".format)
def test_the_test_that_shows_it_is_there(number: int) -> None:
    path, _, name = ELSEWHERE[number].partition("::")
    assert re.search(rf"^def {name}\(", (ROOT / path).read_text("utf-8"), re.MULTILINE)
