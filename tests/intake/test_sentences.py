"""What officers write, sentence by sentence, against what it wants: the lists of sentences.toml."""

import tomllib
from pathlib import Path

import pytest

from intake import purpose
from tests.intake import known

SAID = tomllib.loads((Path(__file__).parent / "sentences.toml").read_text("utf-8"))
LABELLED = [
    (wanted, sentence) for group in SAID.values() for wanted, sentences in group.items() for sentence in sentences
]


def test_the_lists_are_long_enough_to_mean_something():
    assert len(LABELLED) >= 150
    assert {wanted for wanted, _ in LABELLED} == {
        "recall", "password", "nil_report", "extension_request", "question", "confirmation", "correction_in_prose",
        "says_sent", "nothing",
    }  # fmt: skip


@pytest.mark.parametrize(("wanted", "sentence"), LABELLED)
def test_a_sentence_is_understood_as_it_was_meant(wanted: str, sentence: str):
    assert purpose.of(known.contents(sentence, subject="BC")) == ("" if wanted == "nothing" else wanted)
