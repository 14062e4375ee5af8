"""Inputs made of sound ones by seeded mutation: bytes flipped, cut, doubled, mixed, and words of the format put in."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

# Bytes of one input: what a chunk of a mailbox has at most would only slow the search.
SIZE_MOST = 60_000
_NUMBERS = (
    b"\0",
    b"\xff",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\0\0\0\x80",
    b"4294967296",
    b"-1",
    b"99999999999",
)


@dataclass(frozen=True, slots=True)
class Harness:
    """What is tried: sound inputs, words that mean something in them, and what must hold of each input.

    `check` raises for an input at fault. `seconds` is what one input may take.
    """

    name: str
    seeds: Callable[[], Sequence[bytes]]
    words: Sequence[bytes]
    check: Callable[[bytes], None]
    seconds: float = 5.0


class FoundError(AssertionError):
    """An input at fault. Its text has the input, to be kept as a case."""


def _mutated(data: bytes, others: Sequence[bytes], words: Sequence[bytes], chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3, 6, 12))):
        at = chance.randint(0, len(changed))
        size = chance.choice((1, 1, 2, 4, 8, chance.randint(1, 200)))
        piece = bytes(changed[at : at + size])
        other = chance.choice(others)
        start = chance.randint(0, len(other))
        changed[at : at + size] = chance.choice((
            bytes(byte ^ 1 << chance.randrange(8) for byte in piece), chance.randbytes(len(piece)), b"", piece * 2,
            piece * chance.randint(2, 50), piece + chance.choice(words), chance.choice(words),
            chance.choice(_NUMBERS), piece + other[start : start + size],
        ))  # fmt: skip
    return bytes(changed[:SIZE_MOST])


def inputs(harness: Harness, seed: int) -> Iterator[bytes]:
    """Yield the sound inputs, then mutated ones without end, the same for the same seed."""
    chance, seeds = random.Random(seed), list(harness.seeds())
    yield from seeds
    words = [*harness.words, *_NUMBERS]
    while True:
        yield _mutated(chance.choice(seeds), seeds, words, chance)


def run(harness: Harness, seconds: float, seed: int) -> int:
    """Try inputs for so long; return how many. Raises FoundError with the first at fault."""
    until, tried = time.monotonic() + seconds, 0
    for data in inputs(harness, seed):
        began = time.process_time()
        try:
            harness.check(data)
        except Exception as error:
            raise FoundError(f"{harness.name}, seed {seed}, input {tried}: {error!r}\n{data!r}") from error
        if time.process_time() - began > harness.seconds:
            raise FoundError(f"{harness.name}, seed {seed}, input {tried}: too slow\n{data!r}")
        tried += 1
        if time.monotonic() > until:
            break
    return tried
