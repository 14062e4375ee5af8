"""A campaign's own templates, tried before any letter is written with them.

Every letter that is made of one of them is read (notifications.proofreading), then written about examples: everything
told and as little as possible, to a unit, to an equal and to a stranger, to staff instead. What the examples come to is
found by writing, what they do not come to by reading.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches

from notifications import example_facts, examples, proofreading, shapes, template_sheets
from notifications.example_facts import Example
from notifications.facts import Envelope, Office
from notifications.letterhead import About, Fault, Letterhead, template_names
from roll.letters import Letter, LetterKind

# Templates of letters that belong to no campaign: a campaign's folder cannot replace them.
OF_NO_CAMPAIGN = frozenset({LetterKind.ALERT.value})

_MISSING = re.compile(r"'(\w+)' is undefined")


class _Trial(Letterhead):
    """A letterhead that remembers what each letter was given, by the letter's template."""

    given: dict[str, dict[str, shapes.Shape]]

    def __init__(self, office: Office, overrides: Mapping[str, str]) -> None:
        super().__init__(office, overrides)
        self.given = {}

    def write(
        self, kind: LetterKind, facts: Mapping[str, object], envelope: Envelope, about: About, name: str = ""
    ) -> Letter:
        """Write the letter as its parent does."""
        known = self.given.setdefault(name or kind.value, {"instead_of": frozenset({str})})
        for key, value in facts.items():
            known[key] = known.get(key, shapes.ANYTHING) | shapes.of_value(value)
        return super().write(kind, facts, envelope, about, name)


def try_templates(office: Office, overrides: Mapping[str, str]) -> list[Fault]:
    """Return every mistake that is found in the templates that replace built-in ones, by name and line."""
    found = [fault for name in overrides if (fault := _misnamed(name))]
    own = {name: text for name, text in overrides.items() if name in template_names() and name not in OF_NO_CAMPAIGN}
    if own:
        found += _tried(office, own)
    return sorted(found, key=lambda fault: (fault.template, fault.line, fault.message))


def _misnamed(name: str) -> Fault | None:
    if name in OF_NO_CAMPAIGN:
        return Fault(name, 0, "this letter belongs to no campaign, and is always the built-in one", "delete the file")
    if name in template_names():
        return None
    near = get_close_matches(name, template_names(), n=1)
    meant = f'"{near[0]}" may be meant' if near else f"there are: {', '.join(template_names())}"
    return Fault(name, 0, f"there is no letter of this name; {meant}", "rename the file or delete it")


def _tried(office: Office, overrides: Mapping[str, str]) -> list[Fault]:
    head = _Trial(office, overrides)
    paper = template_sheets.Paper(head.press.text, head.press.load, frozenset(overrides))
    sheets = template_sheets.Sheets(paper)
    # A template that no letter builds on is at least parsed.
    concerned = {name for name in template_names() if sheets.is_concerned(name)} | {*overrides}
    for name, write in _writers(office.language):
        if _template_of(name) in concerned:
            met = len(head.faults)
            write(head)
            head.faults[met:] = [
                replace(fault, message=f"{fault.message}{_as_in(name)}") for fault in head.faults[met:]
            ]
    for name, given in head.given.items():
        proofreading.read(sheets, name, given)
    read = _each_once(sheets.faults.values())
    told = {(fault.template, fault.line) for fault in sheets.faults.values()}
    written = {
        (fault.template, fault.line): fault
        for fault in reversed(head.faults)
        if (fault.template, fault.line) not in told and not _is_told(fault, read)
    }
    return [*read, *written.values()]


def _each_once(faults: Iterable[Fault]) -> list[Fault]:
    """Return the faults, those that say the same of several lines of a template as one."""
    alike: dict[tuple[str, str], list[Fault]] = {}
    for fault in faults:
        alike.setdefault((fault.template, fault.message), []).append(fault)
    told = []
    for same in alike.values():
        first, *others = sorted(same, key=lambda fault: fault.line)
        lines = ", ".join(str(fault.line) for fault in others)
        told.append(replace(first, message=f"{first.message} (also in line {lines})") if others else first)
    return told


def _is_told(fault: Fault, read: Iterable[Fault]) -> bool:
    """Return whether a name that was missing while a letter was written is what reading found of its template too."""
    missing = _MISSING.match(fault.message)
    return missing is not None and any(
        other.template == fault.template and other.message.startswith(f'there is no "{missing[1]}"') for other in read
    )


def _as_in(example: str) -> str:
    return f" (found while writing the example {example})"


def _template_of(example: str) -> str:
    """Return the template by which an example is written: the longest name that its own begins with."""
    return max((name for name in template_names() if f"{example}-".startswith(f"{name}-")), key=len)


def _writers(language: str) -> Iterator[tuple[str, example_facts.Writer]]:
    """Yield what writes every variant of every letter, by name."""
    whole = example_facts.example(language)
    yield from examples.writers(whole).items()
    yield from examples.to_strangers(whole).items()
    yield from _named("bare", _bare(whole))
    yield from _named("to-staff", replace(whole, staff=whole.to_staff))


def _named(how: str, sample: Example) -> Iterator[tuple[str, example_facts.Writer]]:
    return ((f"{name}-{how}", write) for name, write in examples.writers(sample).items())


def _bare(sample: Example) -> Example:
    """Return an example with as little told as there may be, to an equal."""
    campaign = replace(sample.campaign, document="", references=(), reports_to="", closes=None, signed_copy=False)
    return replace(sample, campaign=campaign, unit=sample.peer, is_bare=True)
