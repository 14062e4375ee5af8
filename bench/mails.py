"""`python -m bench.mails FOLDER`: every mail of other people's collections, read and decided on in the 2019 campaign.

FOLDER holds `cpython-email`, `flufl-bounce` (with its `expected.json`) and `mikel-mail`, or some of them. None of these
mails belongs into this tree. docs/mails-of-others.md says what came out.
"""

import argparse
import json
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from intake import contents, decide
from roll import mails
from tests.intake import known

COLLECTIONS = ("cpython-email", "flufl-bounce", "mikel-mail")
# The files of those collections that are no mails: pictures, sounds, lists.
MAIL_SUFFIXES = frozenset({".txt", ".eml", ""})


@dataclass(slots=True)
class Mail:
    """What became of one mail: `broken` says what ended its handling, empty where it has its outcome."""

    path: Path
    outcome: str = ""
    reason: str = ""
    answer: str = ""
    broken: str = ""
    seconds: float = 0.0
    failures: dict[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expected:
    """What `expected.json` says of one bounce: the failed addresses, and whether they failed for now only."""

    addresses: frozenset[str]
    temporary: bool


def mails_of(folder: Path) -> list[Path]:
    """Return the mails of one collection."""
    files = sorted(each for each in folder.rglob("*") if each.is_file() and each.suffix in MAIL_SUFFIXES)
    return [each for each in files if "attachments" not in each.parts]


def handle(reader: contents.Reader, path: Path, number: int) -> Mail:
    """Read and decide on one mail; whatever it does to the program is told."""
    done, before = Mail(path), time.perf_counter()
    try:
        inside = reader.read(path.read_bytes())
        understood = decide.decide(known.mail(number=number), inside, known.known(inside))
    except Exception:  # noqa: BLE001 - the one catch-all: what a mail does to the program is what is asked
        done.broken = traceback.format_exc(limit=-1)
    else:
        done.outcome, done.reason, done.answer = understood.outcome.value, understood.reason, understood.answer
        done.failures = _failures(inside)
    done.seconds = time.perf_counter() - before
    return done


def _failures(inside: mails.Contents) -> dict[str, bool]:
    return {each.address: each.permanent for each in (inside.bounce.failures if inside.bounce else ())}


def handle_all(folder: Path) -> dict[str, list[Mail]]:
    """Return what became of every mail, by collection."""
    reader = contents.Reader([known.form_2019()])
    return {
        name: [handle(reader, path, number) for number, path in enumerate(mails_of(folder / name), start=1)]
        for name in COLLECTIONS
        if (folder / name).is_dir()
    }


def expected_bounces(folder: Path) -> dict[str, Expected]:
    """Return what is expected of each bounce, by file; of a file named for two programs, what either finds."""
    found: dict[str, Expected] = {}
    for row in json.loads((folder / "flufl-bounce" / "expected.json").read_bytes()):
        before = found.get(row["file"], Expected(frozenset(), temporary=row["temporary"]))
        found[row["file"]] = Expected(before.addresses | set(row["expected"]), before.temporary)
    return found


def is_found(expected: Expected, mail: Mail) -> bool:
    """Say whether all expected addresses were found, with their permanence; others may have failed beside them."""
    return all(mail.failures.get(address) is not expected.temporary for address in expected.addresses) and (
        expected.addresses <= mail.failures.keys()
    )


@dataclass(frozen=True, slots=True)
class Bounces:
    """What came of the bounces that `expected.json` lists."""

    total: int
    recognised: int
    found: int
    exactly: int
    answered: int
    missed: tuple[str, ...]


def compare(expected: dict[str, Expected], handled: Sequence[Mail]) -> Bounces:
    """Return how many bounces were recognised, and how many of their addresses found."""
    listed = [(expected[mail.path.name], mail) for mail in handled if mail.path.name in expected]
    found = [(wanted, mail) for wanted, mail in listed if is_found(wanted, mail)]
    return Bounces(
        total=len(listed),
        recognised=sum((mail.outcome, mail.reason) == ("noted", "bounce") for _, mail in listed),
        found=len(found),
        exactly=sum(wanted.addresses == mail.failures.keys() for wanted, mail in found),
        answered=sum(bool(mail.answer) for _, mail in listed),
        missed=tuple(
            mail.path.name for wanted, mail in listed if (wanted, mail) not in found or mail.reason != "bounce"
        ),
    )


def lines(handled: dict[str, list[Mail]], bounces: Bounces | None) -> Iterator[str]:
    """Yield the report, in Markdown."""
    yield "| collection | mails | noted | held | returned | quarantined | accepted | answered | broken | slowest |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for name, done in handled.items():
        outcomes = Counter(mail.outcome for mail in done)
        told = " | ".join(
            str(outcomes[outcome]) for outcome in ("noted", "held", "returned", "quarantined", "accepted")
        )
        answered, broken = sum(bool(mail.answer) for mail in done), sum(bool(mail.broken) for mail in done)
        slowest = max((mail.seconds for mail in done), default=0)
        yield f"| {name} | {len(done)} | {told} | {answered} | {broken} | {slowest:.2f} s |"
    yield ""
    yield "| reason | " + " | ".join(handled) + " |"
    yield "|---" * (len(handled) + 1) + "|"
    for reason in sorted({mail.reason for done in handled.values() for mail in done}):
        counts = (sum(mail.reason == reason for mail in done) for done in handled.values())
        yield f"| {reason} | " + " | ".join(map(str, counts)) + " |"
    if bounces:
        yield ""
        yield "| bounces listed | recognised | all addresses found | and no other | answered |"
        yield "|---|---|---|---|---|"
        yield f"| {bounces.total} | {bounces.recognised} | {bounces.found} | {bounces.exactly} | {bounces.answered} |"
        yield f"\nMissed: {', '.join(bounces.missed) or 'none'}."


def is_wrong(mail: Mail) -> bool:
    """Say whether a mail of others broke something, was taken as a report, or is a machine's and was answered."""
    return bool(mail.broken) or mail.outcome == "accepted" or (mail.outcome == "noted" and bool(mail.answer))


def main() -> None:
    """Print what became of every mail; exit 1 where one broke, was accepted or noted and answered."""
    arguments = argparse.ArgumentParser(prog="python -m bench.mails", description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--details", action="store_true", help="also print every mail with its outcome")
    asked = arguments.parse_args()
    handled = handle_all(asked.folder)
    has_bounces = (asked.folder / "flufl-bounce" / "expected.json").is_file()
    bounces = compare(expected_bounces(asked.folder), handled["flufl-bounce"]) if has_bounces else None
    print("\n".join(lines(handled, bounces)))
    every = [mail for done in handled.values() for mail in done]
    for mail in every if asked.details else ():
        print(mail.path.name, mail.outcome, mail.reason, mail.answer, mail.failures, mail.broken)
    sys.exit(any(is_wrong(mail) for mail in every))


if __name__ == "__main__":
    main()
