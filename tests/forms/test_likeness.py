"""The search for a report like a new one finds what comparing with each would find, and quickly."""

import random
import time
from datetime import UTC, datetime

import pytest

from forms import likeness

NOW = datetime(2019, 7, 3, tzinfo=UTC)
SHARE = 0.9


def marks(figures: dict[str, float]) -> frozenset[int]:
    return likeness.marks_of({(name, "n"): figure for name, figure in figures.items()})


def filed(unit: str, mail: int, said: frozenset[int]) -> likeness.Filed:
    return likeness.Filed(unit, unit, f"TN-{mail}", (NOW, mail, 0), said)


def place(mail: int) -> likeness.Place:
    return (NOW, mail, 0)


def drawn(chance: random.Random, like: dict[str, float] | None) -> dict[str, float]:
    """Return 40 figures, of which some are another report's."""
    made = {f"line{number}": float(chance.choice((0, 1, 2, 5, chance.randint(0, 500)))) for number in range(40)}
    return made | {name: like[name] for name in chance.sample(sorted(like), chance.randint(25, 40))} if like else made


@pytest.mark.parametrize("seed", range(8))
def test_it_finds_what_a_comparison_with_each_finds(seed: int) -> None:
    chance = random.Random(seed)
    index = likeness.Index(SHARE)
    known: list[likeness.Filed] = []
    before: list[dict[str, float]] = []
    hits = 0
    for mail in range(1, 80):
        figures = drawn(chance, chance.choice(before) if before and chance.random() < 0.6 else None)
        said, unit = marks(figures), f"U{chance.randint(1, 30)}"
        others = [each for each in known if each.unit != unit]
        best = max((len(said & each.marks) for each in others), default=0)
        found = index.closest(said, unit, place(mail))
        assert (found[1] if found else 0) == (best if best >= likeness.needed(SHARE, len(said)) else 0)
        hits += found is not None
        before.append(figures)
        known.append(filed(unit, mail, said))
        index.file(known[-1])
    assert hits > 5


def test_a_report_that_was_forgotten_is_not_found_and_one_filed_anew_is() -> None:
    index = likeness.Index(SHARE)
    said = marks({f"line{number}": number for number in range(20)})
    index.file(filed("A", 1, said))
    assert index.closest(said, "B", place(2)) is not None
    index.forget(1)
    index.forget(1)
    assert index.closest(said, "B", place(2)) is None
    index.file(filed("A", 1, said))
    found = index.closest(said, "B", place(2))
    assert found is not None
    assert (found[0].unit, found[1]) == ("A", 19)


def test_nine_of_ten_are_enough_and_one_less_is_not() -> None:
    said = {f"line{number}": float(number) for number in range(1, 11)}
    index = likeness.Index(SHARE)
    index.file(filed("A", 1, marks(said)))
    one_other, two_others = said | {"line1": 99.0}, said | {"line1": 99.0, "line2": 99.0}
    assert index.closest(marks(one_other), "B", place(2)) is not None
    assert index.closest(marks(two_others), "B", place(2)) is None


@pytest.mark.parametrize("alike", [0.0, 0.5, 0.96, 1.0])
def test_among_a_thousand_reports_of_three_hundred_figures_it_takes_milliseconds(alike: float) -> None:
    """`alike` is the share of figures that all reports have in common."""
    chance = random.Random(1)
    common = {f"line{number}": float(number) for number in range(int(300 * alike))}
    index = likeness.Index(SHARE)
    for mail in range(1000):
        own = {f"line{number}": float(chance.randint(0, 2000)) for number in range(300)}
        index.file(filed(f"U{mail}", mail, marks(own | common)))
    figures = {f"line{number}": float(chance.randint(0, 2000)) for number in range(300)} | common
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        index.closest(marks(figures), "new", place(2000))
        times.append(time.perf_counter() - begun)
    assert min(times) < 0.02
