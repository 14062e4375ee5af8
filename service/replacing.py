"""What a newer version of a unit's report changes against the one that it replaces, for its acknowledgement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from forms import differences, labels
from forms import form as forms_form
from intake import decide
from notifications import facts
from roll import mails, outcomes, reports
from storage import reports as stored_reports

Values = Sequence[reports.Value]
# The values of replaced versions, by campaign and unit.
Replaced = Mapping[tuple[str, str], Values]


@dataclass(frozen=True, slots=True)
class Replacing:
    """A report that may replace another: the mail that it came by, and what was known then."""

    mail_id: int
    known: decide.Known
    report: mails.ReportUnderstood

    @property
    def earlier(self) -> list[reports.Version]:
        """Return the versions of the report's unit that came by other mails."""
        return [
            version
            for version in self.known.versions_told
            if (version.campaign, version.unit) == (self.report.campaign, self.report.unit)
            and version.mail_id != self.mail_id
        ]

    @property
    def replaced(self) -> reports.Version | None:
        """Return the accepted version that the report takes the place of, None where there is none."""
        accepted = outcomes.Outcome.ACCEPTED
        standing = [version for version in self.earlier if version.current and version.outcome == accepted.value]
        return standing[-1] if standing and self.report.outcome is accepted else None


def load(connection: sa.Connection, mail_id: int, known: decide.Known, understood: mails.Understanding) -> Replaced:
    """Return the values of the versions that the reports of a mail replace."""
    found: dict[tuple[str, str], Values] = {}
    for report in understood.reports:
        version = Replacing(mail_id, known, report).replaced
        if version is not None:
            found[report.campaign, report.unit] = stored_reports.values_of(connection, version.id)
    return found


def changes(form: forms_form.Form, was: Values, now: Values) -> tuple[facts.Change, ...]:
    """Return in which values two versions differ, in the form's order, named as the form prints them."""
    printed = labels.Labels(form)
    captions = {sheet.name: sheet.caption for sheet in form.sheets}
    return tuple(
        _change(each, printed.of(each.value), captions.get(each.value.sheet, each.value.sheet))
        for each in differences.between(was, now)
    )


def _change(found: differences.Difference, named: labels.Labelled, caption: str) -> facts.Change:
    return facts.Change(caption, found.value.cell, named.item, named.label, found.was, found.now)
