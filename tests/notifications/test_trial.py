"""Trying a campaign's own templates: whatever is misspelt in any branch is found, and what is right is let pass."""

import re
from collections.abc import Iterator

import pytest

from notifications import letterhead, trial
from tests.notifications import samples

# Words of jinja2, and of no letter.
GRAMMAR = frozenset({
    "if", "else", "elif", "endif", "for", "endfor", "in", "is", "not", "and", "or", "none", "true", "false", "call",
    "endcall", "block", "endblock", "extends", "include", "set", "endset", "with", "endwith", "defined", "required",
})  # fmt: skip
# What nothing breaks when it is renamed: it is made where it is used.
RENAMED_WITHOUT_HARM = re.compile(r"set number\.$")
# Every so manyth word is misspelt where there is little time.
SOME = 41


def built_in(language: str, name: str) -> str:
    return (letterhead.TEMPLATES / language / f"{name}.j2").read_text("utf-8")


def replaceable() -> list[str]:
    return [name for name in letterhead.template_names() if name not in trial.OF_NO_CAMPAIGN]


@pytest.mark.parametrize("language", samples.LANGUAGES)
def test_what_is_built_in_is_right_as_a_campaigns_own(language: str) -> None:
    office = samples.office(language)
    assert trial.try_templates(office, {name: built_in(language, name) for name in replaceable()}) == []


def misspelt(language: str) -> Iterator[tuple[str, int, str]]:
    """Yield (template, line, text) with one word misspelt, for each word of each template."""
    for name in replaceable():
        text = built_in(language, name)
        for code in re.finditer(r"\{[{%](.*?)[%}]\}", text, re.DOTALL):
            unquoted = re.sub(r'"[^"]*"', lambda quoted: '"' + " " * (len(quoted[0]) - 2) + '"', code[1])
            for word in re.finditer(r"[A-Za-z_]\w*", unquoted):
                place = code.start(1) + word.end()
                if word[0] not in GRAMMAR and not RENAMED_WITHOUT_HARM.search(text[: code.start(1) + word.start()]):
                    yield name, text.count("\n", 0, place) + 1, f"{text[:place]}zq{text[place:]}"


def found(language: str, name: str, text: str) -> list[str]:
    return [
        str(fault) for fault in trial.try_templates(samples.office(language), {name: text}) if fault.template == name
    ]


@pytest.mark.parametrize("language", samples.LANGUAGES)
def test_a_word_that_is_misspelt_in_whichever_branch_is_found(language: str) -> None:
    for name, line, text in list(misspelt(language))[::SOME]:
        assert found(language, name, text), f"{name}, line {line}: {text.splitlines()[line - 1]}"


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("language", samples.LANGUAGES)
def test_every_word_that_is_misspelt_is_found(language: str) -> None:
    for name, line, text in misspelt(language):
        assert found(language, name, text), f"{name}, line {line}: {text.splitlines()[line - 1]}"


def test_without_own_templates_there_is_nothing_to_try() -> None:
    assert trial.try_templates(samples.office("vi"), {}) == []


def test_the_name_that_is_missing_is_told_once_with_every_line() -> None:
    own = built_in("vi", "problems").replace("for problem in", "for prblem in")
    (fault,) = trial.try_templates(samples.office("vi"), {"problems": own})
    what = 'there is no "problem" in this letter; "prblem" may be meant (also in line 5, 6, 7)'
    assert str(fault) == f"templates/problems.j2, line 4: {what}"


def test_what_the_built_in_letters_need_of_a_replaced_frame_is_found() -> None:
    own = built_in("vi", "letter").replace("{% block greeting %}", "{% block hello %}")
    (fault,) = trial.try_templates(samples.office("vi"), {"letter": own})
    assert str(fault) == 'templates/letter.j2: it has no block "greeting" (the built-in digest needs it)'


def test_what_is_undefined_for_a_stranger_alone_is_found() -> None:
    own = built_in("vi", "receipt").replace("{{ we_full }} đã", "{{ unit.name }}: {{ we_full }} đã")
    (fault,) = trial.try_templates(samples.office("vi"), {"receipt": own})
    assert (fault.template, fault.line) == ("receipt", 6)
    assert "'None' has no attribute 'name' (found while writing the example receipt-" in fault.message
