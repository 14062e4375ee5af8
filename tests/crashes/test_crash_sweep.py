"""Killed, or refused by the kernel, at whatever place: run again, all comes to the same, nothing is lost or twice."""

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crashes import journeys, sweep, tracing
from tests.crashes.journeys import Journey
from tests.crashes.zygote import Zygote
from tests.journeys.office import Office
from tests.servers import dovecot as dovecot_server
from tests.servers.dovecot import DovecotServer
from tests.servers.smtp_sink import SmtpSink

# Of each journey and each harm, in CI; `make soak` harms every place.
SAMPLE = 1
HARMS = {"killed": tracing.KILL, "input/output error": tracing.INPUT_OUTPUT, "no space left": tracing.NO_SPACE}


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sweep.Sweep]:
    """An office of two units on real servers."""
    tracing.require_strace()
    dovecot_server.require_dovecot()
    with DovecotServer() as server, SmtpSink() as sink, Zygote() as zygote:
        office = Office(tmp_path_factory.mktemp("office"), "units-wrote", server, sink)
        silent = Office(tmp_path_factory.mktemp("silent"), "nobody-wrote", server, sink)
        journeys.trim(office)
        journeys.trim(silent)
        yield sweep.Sweep(office, silent, zygote, tmp_path_factory.mktemp("scratch"))


def harmed(swept: sweep.Sweep, journey: Journey, chance: random.Random | None) -> Iterator[tuple[str, list[str]]]:
    """Harm a journey at its places; yield each, and what does not hold afterwards."""
    unharmed = swept.prepare(journey)
    for name, what in HARMS.items():
        for place in sweep.places(unharmed, what, chance, SAMPLE):
            came, wrong = swept.harm(unharmed, place)
            yield (f"{name}, {place}" if came else f"(not reached) {place}", wrong)


@pytest.mark.parametrize("journey", journeys.JOURNEYS, ids=lambda each: each.name)
def test_harm_at_some_places_costs_nothing(swept: sweep.Sweep, journey: Journey) -> None:
    chance = random.Random(20190705)
    wrong = {place: found for place, found in harmed(swept, journey, chance) if found}
    assert wrong == {}


@pytest.mark.soak
@pytest.mark.parametrize("journey", journeys.JOURNEYS, ids=lambda each: each.name)
def test_harm_at_every_place_costs_nothing(swept: sweep.Sweep, journey: Journey, tmp_path: Path) -> None:
    """Writes the table of places to crash-sweep.txt in the folder that SOAK_REPORTS names."""
    reports = Path(os.environ.get("SOAK_REPORTS", str(tmp_path)))
    wrong, count = {}, 0
    with (reports / "crash-sweep.txt").open("a", encoding="utf-8", buffering=1) as table:
        for place, found in harmed(swept, journey, None):
            count += not place.startswith("(")
            table.write(f"{time.strftime('%H:%M:%S')}\t{journey.name}\t{place}\t{'; '.join(found) or 'good'}\n")
            if found:
                wrong[place] = found
    assert wrong == {}
    assert count > 0
