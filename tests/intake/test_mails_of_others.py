"""Other people's mails, which do not belong into this tree, and that looking at them sees what is wrong.

`ROLLCALL_CORPORA=FOLDER make soak` runs the first test; docs/mails-of-others.md says what came out.
"""

import json
import os
from pathlib import Path

import pytest

from bench import mails as bench
from tests.intake import known, machine_samples, mails

FOLDER = os.environ.get("ROLLCALL_CORPORA", "")


@pytest.mark.soak
@pytest.mark.skipif(not FOLDER, reason="ROLLCALL_CORPORA names no folder with the collections of mails")
def test_every_mail_of_others_ends_in_one_outcome_and_every_bounce_is_told() -> None:
    folder = Path(FOLDER)
    handled = bench.handle_all(folder)
    assert set(handled) == set(bench.COLLECTIONS)
    every = [mail for done in handled.values() for mail in done]
    assert [(mail.path.name, mail.broken) for mail in every if bench.is_wrong(mail)] == []
    assert all(mail.outcome in {"noted", "held", "returned", "quarantined", "duplicate"} for mail in every)
    bounces = bench.compare(bench.expected_bounces(folder), handled["flufl-bounce"])
    assert bounces.total > 100
    assert bounces.recognised >= 0.99 * bounces.total
    assert (bounces.found, bounces.answered) == (bounces.total, 0), bounces.missed


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    folder = tmp_path / "flufl-bounce"
    (folder / "data").mkdir(parents=True)
    for sample in machine_samples.BOUNCES[:2]:
        (folder / "data" / f"{sample.name}.txt").write_bytes(sample.raw())
    (folder / "data" / "person.txt").write_bytes(mails.mail(f"<{known.CAO_LOC}>", "BC", "Mục 5.2 tính thế nào ạ?"))
    unit = machine_samples.UNIT
    rows = [
        {"file": "postfix.txt", "expected": [unit], "temporary": False},
        {"file": "postfix, delayed.txt", "expected": [unit], "temporary": True},
        {"file": "person.txt", "expected": ["nobody@x.example"], "temporary": False},
    ]
    (folder / "expected.json").write_text(json.dumps(rows), "utf-8")
    return tmp_path


def test_what_is_missed_is_named(collection: Path) -> None:
    handled = bench.handle_all(collection)
    assert bench.compare(bench.expected_bounces(collection), handled["flufl-bounce"]) == bench.Bounces(
        total=3, recognised=2, found=2, exactly=2, answered=1, missed=("person.txt",)
    )


def test_a_failure_for_now_is_not_found_as_one_for_good(collection: Path) -> None:
    expected = bench.expected_bounces(collection)
    (postfix,) = (each for each in bench.handle_all(collection)["flufl-bounce"] if each.path.name == "postfix.txt")
    assert bench.is_found(expected["postfix.txt"], postfix)
    assert not bench.is_found(expected["postfix, delayed.txt"], postfix)


def test_the_report_counts_outcomes_and_reasons(collection: Path) -> None:
    handled = bench.handle_all(collection)
    told = "\n".join(bench.lines(handled, None))
    assert "| flufl-bounce | 3 | 2 | 1 | 0 | 0 | 0 | 1 | 0 |" in told
    assert "| bounce | 2 |" in told
