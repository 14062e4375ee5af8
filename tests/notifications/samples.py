"""One letter of every kind, reason and variant, in both languages: what the golden files hold and the tests look at.

The facts are those of notifications.examples; here they are written on a letterhead.
"""

from dataclasses import dataclass

from notifications import example_facts, examples
from notifications.example_facts import Example
from notifications.facts import Attachment, Envelope, MailFacts, ReportFacts
from notifications.letterhead import Letterhead
from roll.campaigns import Campaign
from roll.letters import Letter
from roll.outcomes import Verdict
from roll.reports import Problem
from roll.units import Unit

ZONE = example_facts.ZONE
LANGUAGES = ("vi", "en")
office = example_facts.office
at = example_facts.moment
BLANK = example_facts.BLANK


@dataclass(frozen=True)
class Case:
    """What the letters of one language are written with."""

    head: Letterhead
    example: Example

    @property
    def campaign(self) -> Campaign:
        return self.example.campaign

    @property
    def district(self) -> Unit:
        return self.example.unit

    @property
    def department(self) -> Unit:
        return self.example.peer


def case(language: str) -> Case:
    return Case(Letterhead(office(language)), example_facts.example(language))


def report(sample: Case, problems: tuple[Problem, ...] = (), verdict: Verdict = Verdict.VALID) -> ReportFacts:
    return examples.report(sample.example, problems, verdict)


def mail(sample: Case, detail: str = "") -> MailFacts:
    return examples.mail(sample.example, detail)


def envelope(key: str, *attachments: Attachment, staff: str = "") -> Envelope:
    return example_facts.example("vi").envelope(key, *attachments, staff=staff)


def written(sample: Case, writers: example_facts.Writers) -> dict[str, Letter]:
    return {name: write(sample.head) for name, write in writers.items()}


def reports(sample: Case) -> dict[str, Letter]:
    return written(sample, examples.reports(sample.example))


def letters(language: str) -> dict[str, Letter]:
    sample = case(language)
    return written(sample, examples.writers(sample.example))
