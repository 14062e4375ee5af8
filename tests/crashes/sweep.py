"""One journey harmed at one place, made good, and held against the same journey unharmed."""

import random
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests import command
from tests.crashes import journeys, tracing
from tests.crashes.journeys import Journey
from tests.crashes.tracing import Harm
from tests.crashes.zygote import Zygote
from tests.invariants import Outside, effects, violations
from tests.journeys.office import Office
from tests.servers.smtp_sink import Letter

# A killed process runs again at most so often before everything is made good: once, and once more after a lock.
RUNS_AGAIN = 3
_DATABASE = "rollcall.db"


@dataclass(frozen=True)
class Unharmed:
    """A journey as it goes without harm: the office before it, what had come and gone by then, its calls, its end."""

    journey: Journey
    template: Path
    mailbox: Sequence[bytes]
    letters: Sequence[Letter]
    calls: Counter[str]
    comes_to: dict[str, Counter[tuple[object, ...]]]


class Sweep:
    """Plays journeys, each from the same state: of an office to which units wrote, and of one to which nobody did."""

    def __init__(self, office: Office, silent: Office, zygote: Zygote, scratch: Path) -> None:
        self._office, self._silent, self._zygote, self._scratch = office, silent, zygote, scratch
        self._mailbox: list[bytes] = []
        self._runs = 0

    def prepare(self, journey: Journey) -> Unharmed:
        """Bring the office to where a journey begins, and play it unharmed."""
        folder = self._scratch / f"template-{journeys.JOURNEYS.index(journey)}"
        shutil.copytree((self._office if journey.mailed else self._silent).folder, folder)
        if journey.mailed and not self._mailbox:
            self._mailbox = journeys.deliver(self._office)
        before = len(self._arrived())
        for arguments in journey.before:
            command.call(folder, *arguments)
        journey.change(folder)
        mailbox = self._mailbox if journey.mailed else []
        first = Unharmed(journey, folder, mailbox, tuple(self._arrived()[before:]), Counter(), {})
        ran, place, wrong = self._play(first, None)
        assert not wrong, wrong
        return replace(first, calls=ran.calls, comes_to=effects(place / _DATABASE))

    def harm(self, unharmed: Unharmed, harm: Harm) -> tuple[bool, list[str]]:
        """Harm a journey; return whether harm came about, and what does not hold after it was made good."""
        ran, place, wrong = self._play(unharmed, harm)
        found = [*wrong, *_differences(unharmed.comes_to, effects(place / _DATABASE))]
        if not found:
            shutil.rmtree(place)
        return ran.harmed, found

    def _play(self, unharmed: Unharmed, harm: Harm | None) -> tuple[tracing.Ran, Path, list[str]]:
        self._runs += 1
        place = self._scratch / f"run-{self._runs}"
        shutil.copytree(unharmed.template, place)
        before = len(self._arrived())
        ran = tracing.run(self._zygote, place, unharmed.journey.command, harm)
        wrong = _told_badly(place)
        for arguments in (unharmed.journey.command, *unharmed.journey.afterwards):
            wrong += _made_good(place, arguments)
        letters = (*unharmed.letters, *self._arrived()[before:])
        outside = Outside(unharmed.mailbox, letters, journeys.ADDRESSES, may_repeat=1 if harm else 0)
        return ran, place, [*wrong, *violations(place / _DATABASE, outside)]

    def _arrived(self) -> Sequence[Letter]:
        assert self._office.sink is not None
        return self._office.sink.letters


def _told_badly(place: Path) -> list[str]:
    """Say where a person would have seen a traceback."""
    said = (place / "said.txt").read_text("utf-8") if (place / "said.txt").exists() else ""
    return [f"a traceback: {said[-600:]}"] if "Traceback" in said else []


def _made_good(place: Path, arguments: tuple[str, ...]) -> list[str]:
    for _ in range(RUNS_AGAIN):
        done = command.call(place, *arguments)
        if done.status == 0:
            return []
    return [f"{' '.join(arguments)} ends with {done.status} again and again: {done.err[-600:]}"]


def _differences(
    ought: dict[str, Counter[tuple[object, ...]]], are: dict[str, Counter[tuple[object, ...]]]
) -> list[str]:
    found = []
    for table, rows in ought.items():
        lacking, beyond = rows - are[table], are[table] - rows
        if lacking or beyond:
            found.append(f"{table}: lacking {_short(lacking)}, beyond {_short(beyond)}")
    return found


def _short(rows: Counter[tuple[object, ...]]) -> list[str]:
    return [str(row)[:200] for row in rows.elements()]


def places(unharmed: Unharmed, what: str, chance: random.Random | None = None, most: int | None = None) -> list[Harm]:
    """Return every place of a journey, or `most` of them as chance has it."""
    every = [Harm(call, number, what) for call, count in unharmed.calls.items() for number in range(1, count + 1)]
    return every if chance is None or most is None else chance.sample(every, min(most, len(every)))
