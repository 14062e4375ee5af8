"""Cases of the catalogue that need an office, or readers, of their own."""

import random
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest

from forms import form as forms_form
from forms.package import Limits, Unreadable
from forms.workbook import load
from intake import readers
from roll import mails as roll_mails
from roll.outcomes import Verdict
from service import jobs
from service.tally import Tally
from tests.catalogue import books, office, workbook_packages
from tests.catalogue.playing import enter
from tests.forms import workbooks
from tests.intake import mails
from tests.journeys.desk import Desk

# Every so many bytes of the workbook, so that all of it is played within a week of runs on different days of work.
EVERY = 61


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = office.open_office(tmp_path)
    made.clock[0] = office.at(9)
    return made


@pytest.fixture(scope="module")
def two() -> Iterator[readers.Readers]:
    with readers.Readers([forms_form.load_form(books.FORM.encode(), "form.toml")], 2) as started:
        yield started


def _flipped(data: bytes, every: int) -> Iterator[tuple[int, bytes]]:
    for place in range(0, len(data), every):
        changed = bytearray(data)
        changed[place] ^= 0xFF
        yield place, bytes(changed)


def _outcomes(two: readers.Readers, files: Iterator[tuple[int, bytes]], name: str) -> set[Verdict]:
    """Return the verdicts on workbooks; a reader that dies over one, or fails, is an error."""
    raws = ((number, mails.mail(attachments=[(name, data)])) for number, data in files)
    found = set()
    for number, contents in two.read_all(raws):
        assert isinstance(contents, roll_mails.Contents), (number, contents)
        found |= {reading.verdict for reading in contents.readings}
    return found


@pytest.mark.parametrize("every", [EVERY, pytest.param(1, marks=pytest.mark.soak)])
def test_094_every_single_byte_flip_of_a_small_form_ends_in_an_outcome(two: readers.Readers, every: int) -> None:
    verdicts = _outcomes(two, _flipped(books.book(1), every), "BC.xlsx")
    assert Verdict.UNREADABLE in verdicts


def _noisy(data: bytes, count: int) -> Iterator[tuple[int, bytes]]:
    """Yield a file again and again, each time with some bytes of it replaced, cut out or doubled."""
    chance = random.Random(130)
    for number in range(count):
        changed = bytearray(data)
        for _ in range(chance.randint(1, 12)):
            at, size = chance.randrange(len(changed)), chance.randint(1, 64)
            piece = bytes(changed[at : at + size])
            changed[at : at + size] = chance.choice([chance.randbytes(size), b"", piece * 2, b"\xff" * size])
        yield number, bytes(changed)


@pytest.mark.parametrize("count", [60, pytest.param(5_000, marks=pytest.mark.soak)])
def test_130_workbooks_with_bytes_of_noise_end_in_an_outcome(two: readers.Readers, count: int) -> None:
    made = {
        "BC.xls": workbooks.write_xls(books.content(1)), "BC.xlsx": books.packed(books.parts(books.content(1)), 0),
    }  # fmt: skip
    for name, data in made.items():
        _outcomes(two, _noisy(data, count), name)


@pytest.mark.soak
def test_107_four_million_blank_cells_with_a_look_are_read_within_the_limits_of_a_reader(two: readers.Readers) -> None:
    raw = mails.mail(attachments=[("BC.xlsx", workbook_packages.styled_cells(1, 10_000))])
    ((_, contents),) = two.read_all([(1, raw)])
    assert isinstance(contents, roll_mails.Contents)
    assert [reading.verdict for reading in contents.readings] == [Verdict.VALID]


def test_107_what_is_too_large_and_no_bomb_goes_back_with_what_to_do() -> None:
    with pytest.raises(Unreadable, match="xóa các dòng, cột thừa") as refused:
        load(workbook_packages.styled_cells(1), Limits(unpacked=4_000_000))
    assert refused.value.reason == "unreadable"


def test_145_a_letter_to_another_unit_outweighs_no_address(desk: Desk) -> None:
    """A report whose address and workbook agree counts as theirs, whosever letter was answered; without it it waits."""
    desk.enter(office.report(1), office.at(3))
    (letter_id,) = desk.letter_ids()
    nameless = books.book(3, {"C6": None})
    desk.enter(office.report(2, In_Reply_To=letter_id), office.at(3, 10))
    desk.enter(office.report(3, ("BC.xlsx", nameless), In_Reply_To=letter_id), office.at(3, 11))
    stranger = mails.mail(office.STRANGER, attachments=[("BC.xlsx", nameless)], In_Reply_To=letter_id)
    desk.enter(stranger, office.at(3, 12))
    assert [end[0] for end in desk.ends()] == ["accepted", "accepted", "held", "held"]


def test_150_one_file_for_two_campaigns_waits_for_a_person(tmp_path: Path) -> None:
    desk = office.open_office(tmp_path, ("tram-y-te-2019", "tram-y-te-2019-quy-3"))
    desk.enter(office.report(1), office.at(3))
    assert [end[:2] for end in desk.ends()] == [("held", "ambiguous_campaign")]


@pytest.mark.parametrize("count", [40, pytest.param(1_000, marks=pytest.mark.soak)])
def test_154_reports_of_the_same_minute_are_all_accepted(tmp_path: Path, count: int) -> None:
    desk = office.open_office(tmp_path, units=max(count, office.UNITS))
    received_at = office.at(4, 23, 59).astimezone(UTC)
    enter(
        desk,
        [
            (office.report(number, ("BC.xlsx", books.book(number))), received_at)
            for number in range(1, count + 1)
            if number not in office.OTHERS
        ],
    )
    jobs.handle_waiting(desk.rollcall, Tally())
    assert {end[:2] for end in desk.ends()} == {("accepted", "valid")}
