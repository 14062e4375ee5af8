"""Other reports that a new one is held against: the unit's last one, and those of other units in the same campaign.

They are kept for one run of mails: each campaign's reports are loaded once, when the first report of it comes, and
those of the run itself are added as they are understood.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from forms import form as forms_form
from forms import judging, likeness
from roll import campaigns, mails, outcomes, reports
from service import rosters
from storage import reports as stored_reports

Loaded = Sequence[tuple[campaigns.Campaign, forms_form.Form]]


@dataclass(slots=True)
class EarlierReports:
    """The reports of the campaigns, as far as a form compares with any."""

    loaded: Loaded
    successions: rosters.Successions
    filed: dict[str, likeness.Index] = field(default_factory=dict)
    _before: dict[str, list[campaigns.Campaign]] = field(default_factory=dict)

    def load(self, connection: sa.Connection, running: Sequence[campaigns.Campaign]) -> None:
        """Load the reports of those of the campaigns whose forms look for copies, if that was not done yet."""
        for campaign, form in self.loaded:
            if form.copied and campaign in running and campaign.name not in self.filed:
                index = likeness.Index(form.copied.share)
                for version, values in stored_reports.accepted(connection, campaign.name):
                    index.file(_filed(campaign, version.unit, version.receipt, version.place, values))
                self.filed[campaign.name] = index

    def last(
        self,
        connection: sa.Connection,
        running: Sequence[campaigns.Campaign],
        units: Sequence[str],
        versions: Sequence[reports.Version],
    ) -> dict[tuple[str, str], judging.Earlier]:
        """Return, by campaign and unit, the last report that a unit gave before, where a form asks for it.

        Where it gave none, that of the unit which it wholly and alone took over from; figures of several bodies, or of
        a part of one, cannot be compared (domain rules 2.5). `versions` are those of the units and their forebears, as
        of when the mail was settled.
        """
        found = {}
        for campaign in running:
            before = self._campaigns_before(campaign)
            for unit in units if before else ():
                last = _last(before, unit, versions)
                forebears = () if last else self.successions.forebears_of(unit)
                given = [one for forebear in forebears if (one := _last(before, forebear, versions))]
                if given and self.successions.only_forebear_of(unit) is None:
                    found[campaign.name, unit] = judging.Earlier(given[0][0].title, "", {}, comparable=False)
                    continue
                last = last or next(iter(given), None)
                if last:
                    round_before, version = last
                    figures = likeness.figures_of(stored_reports.values_of(connection, version.id))
                    found[campaign.name, unit] = judging.Earlier(round_before.title, version.receipt, figures)
        return found

    def forebears_of(self, units: Sequence[str]) -> tuple[str, ...]:
        """Return the units that some units took over from."""
        return tuple(dict.fromkeys(code for unit in units for code in self.successions.forebears_of(unit)))

    def _campaigns_before(self, campaign: campaigns.Campaign) -> list[campaigns.Campaign]:
        """Return the campaigns that opened before and whose forms have lines of the same names, the latest first."""
        if campaign.name not in self._before:
            form = next(form for each, form in self.loaded if each.name == campaign.name)
            compares = form.compare_with_last or form.copied
            before = [
                each
                for each, other in self.loaded
                if compares and each.opens < campaign.opens and not _lines(form).isdisjoint(_lines(other))
            ]
            self._before[campaign.name] = sorted(before, key=lambda each: each.opens, reverse=True)
        return self._before[campaign.name]

    def note(
        self,
        mail: mails.Mail,
        settled_at: datetime,
        contents: mails.Contents,
        brought: Sequence[mails.ReportUnderstood],
        ruled_at: datetime | None = None,
    ) -> None:
        """Take in what a mail was understood to bring, instead of what it brought before; as storage.reports files it.

        What a person accepted was filed when he did (`ruled_at`); what he returned had been filed all the same.
        """
        self.forget(mail.id)
        for report in brought:
            index = self.filed.get(report.campaign)
            accepted = outcomes.Outcome.ACCEPTED
            if index is not None and accepted in {report.outcome, report.before}:
                campaign = next(each for each, _ in self.loaded if each.name == report.campaign)
                filed_at = ruled_at if ruled_at and report.before is not accepted else settled_at
                place = (filed_at, mail.id, report.part)
                values = contents.readings[report.reading].values
                index.file(_filed(campaign, report.unit, mail.receipt, place, values))

    def forget(self, mail_id: int) -> None:
        """Leave out what a mail brought."""
        for index in self.filed.values():
            index.forget(mail_id)


def _filed(
    campaign: campaigns.Campaign, unit: str, receipt: str, place: likeness.Place, values: Sequence[reports.Value]
) -> likeness.Filed:
    entry = campaign.entry(unit)
    name = entry.unit.short_name if entry else unit
    return likeness.Filed(unit, name, receipt, place, likeness.marks_of(likeness.figures_of(values)))


def _lines(form: forms_form.Form) -> set[tuple[str, str]]:
    return {(row.name, column) for sheet in form.sheets for row in sheet.rows if row.name for column in row.columns}


def _last(
    before: Sequence[campaigns.Campaign], unit: str, versions: Sequence[reports.Version]
) -> tuple[campaigns.Campaign, reports.Version] | None:
    """Return the unit's report that stands in the latest of the campaigns in which it has one."""
    for campaign in before:
        for version in versions:
            is_it = (version.campaign, version.unit) == (campaign.name, unit) and version.current
            if is_it and version.outcome == outcomes.Outcome.ACCEPTED.value:
                return campaign, version
    return None
