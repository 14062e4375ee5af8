"""Whatever bytes come, what reads them keeps its promises. `ROLLCALL_FUZZ_SECONDS`: how long each is tried."""

import itertools
import os
import time
from collections.abc import Iterator

import pytest

from forms import form as forms_form
from intake import readers
from roll import mails as roll_mails
from tests.catalogue import books
from tests.fuzz import mutation
from tests.fuzz.harnesses import IN_READERS, IN_THIS_PROCESS
from tests.fuzz.mutation import Harness
from tests.intake import mails

# Half an hour each in a soak, a second in every run of the tests. Another seed each day finds other inputs.
SOAK_SECONDS = float(os.environ.get("ROLLCALL_FUZZ_SECONDS", "1800"))
SEED_OF_THE_DAY = int(os.environ.get("ROLLCALL_FUZZ_SEED", time.time() // 86_400))
SAMPLE = (1.0, 1)
SOAK = pytest.param((SOAK_SECONDS, SEED_OF_THE_DAY), marks=[pytest.mark.soak, pytest.mark.timeout(0)], id="soak")


@pytest.fixture(scope="module")
def two() -> Iterator[readers.Readers]:
    with readers.Readers([forms_form.load_form(books.FORM.encode(), "form.toml")], 2) as started:
        yield started


@pytest.mark.parametrize("how", [pytest.param(SAMPLE, id="sample"), SOAK])
@pytest.mark.parametrize("harness", IN_THIS_PROCESS, ids=lambda harness: harness.name)
def test_any_bytes_keep_the_promises_of_what_reads_them(harness: Harness, how: tuple[float, int]) -> None:
    assert mutation.run(harness, *how) > 0


@pytest.mark.parametrize("how", [pytest.param(SAMPLE, id="sample"), SOAK])
@pytest.mark.parametrize("harness", IN_READERS, ids=lambda harness: harness.name)
def test_no_workbook_ends_a_reader(harness: Harness, how: tuple[float, int], two: readers.Readers) -> None:
    seconds, seed = how
    until = time.monotonic() + seconds
    tried: dict[int, bytes] = {}

    def raws() -> Iterator[tuple[int, bytes]]:
        for number, data in enumerate(
            itertools.takewhile(lambda _: time.monotonic() < until, mutation.inputs(harness, seed))
        ):
            tried[number] = data
            yield number, mails.mail(attachments=[("BC.xlsx", data)])

    for number, read in two.read_all(raws()):
        data = tried.pop(number)
        assert isinstance(read, roll_mails.Contents), f"{harness.name}, seed {seed}, input {number}: {read}\n{data!r}"
