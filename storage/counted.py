"""Which figures of a campaign count, with all that leads back to their cells, and which mails have none that count."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from roll import campaigns, outcomes, reports
from storage import confirmations, tables
from storage import reports as stored_reports
from storage.boards import other_mails

_ASKED_AT_ONCE = 500  # versions named in one statement; SQLite takes 32,766 parameters at most


@dataclass(frozen=True, slots=True)
class CurrentReport:
    """The accepted version of a unit's report that counts, with its values and what leads back to its file."""

    unit: str
    id: int
    number: int
    verdict: str
    received_at: datetime
    mail_id: int
    part: int
    receipt: str
    file: str
    fingerprint: str
    header: tuple[reports.Value, ...]
    values: tuple[reports.Value, ...]
    sources: stored_reports.PutTogether

    def origin(self, place: int) -> tuple[int, str]:
        """Return the mail and the file that a value came from: which, counted through header and values."""
        if not self.sources.origins:
            return self.mail_id, self.file
        source = self.sources.sources[self.sources.origins[place]]
        return source.mail_id, source.file_name


def current_reports(
    connection: sa.Connection, campaign: str, received_until: datetime | None = None
) -> Iterator[CurrentReport]:
    """Yield the accepted report that counts of every unit, in the roster's order.

    With `received_until`: the one that counted then, of all that were received up to that instant.
    """
    versions, readings = tables.versions.c, tables.readings.c
    query = (
        sa.select(
            versions.unit, versions.id, versions.number, confirmations.verdict_at(received_until), versions.received_at,
            versions.mail_id,
            versions.part, tables.mails.c.receipt, versions.file_name.label("file"), versions.fingerprint,
            readings.header, readings["values"], tables.origins.c.sources,
        )
        .join(tables.readings, readings.version_id == versions.id)
        .join(tables.mails, tables.mails.c.id == versions.mail_id)
        .outerjoin(tables.origins, tables.origins.c.version_id == versions.id)
        .join(
            tables.roster,
            sa.and_(tables.roster.c.campaign == versions.campaign, tables.roster.c.unit == versions.unit),
        )
        .where(versions.campaign == campaign, versions.outcome == outcomes.Outcome.ACCEPTED.value)
        # The order of roll.reports.standing: the last accepted one counts.
        .order_by(tables.roster.c.position, versions.received_at, versions.mail_id, versions.part)
    )  # fmt: skip
    query = query.where(versions.current if received_until is None else versions.received_at <= received_until)
    counting = None
    for row in connection.execute(query):
        if counting is not None and counting.unit != row.unit:
            yield _report(counting)
        counting = row
    if counting is not None:
        yield _report(counting)


def _report(row: Any) -> CurrentReport:
    told = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row's columns by name
    told |= {name: stored_reports.values_in(told[name]) for name in ("header", "values")}
    told["sources"] = stored_reports.put_together(told["sources"])
    return CurrentReport(**told)


@dataclass(frozen=True, slots=True)
class CurrentValue:
    """One current value of a campaign with everything that leads back to its cell."""

    unit: str
    version: int
    verdict: str
    received_at: datetime
    message: int
    file: str
    place: str
    value: Any


def current_values(connection: sa.Connection, campaign: str) -> Iterator[CurrentValue]:
    """Yield every value of every current accepted version, in the roster's and the form's order."""
    for report in current_reports(connection, campaign):
        told = (report.unit, report.number, report.verdict, report.received_at)
        for number, value in enumerate((*report.header, *report.values)):
            place = "header" if number < len(report.header) else "body"
            yield CurrentValue(*told, *report.origin(number), place, value)


@dataclass(frozen=True, slots=True)
class NotCounted:
    """A mail of a unit, or that may be a unit's, of which no figure counts, with its outcome and reason."""

    mail_id: int
    receipt: str
    received_at: datetime
    outcome: str
    reason: str


def not_counted(
    connection: sa.Connection, campaign: campaigns.Campaign, received_until: datetime
) -> dict[str, list[NotCounted]]:
    """Return by unit what was returned to it or waits for a person, in order of receipt."""
    versions, mails = tables.versions.c, tables.mails.c
    query = (
        sa.select(versions.unit, versions.mail_id, mails.receipt, mails.received_at, versions.outcome, versions.reason)
        .join(tables.mails, mails.id == versions.mail_id)
        .where(
            versions.campaign == campaign.name,
            versions.outcome != outcomes.Outcome.ACCEPTED.value,
            versions.received_at <= received_until,
        )
        .order_by(versions.part)
    )
    rows = [(row[0], NotCounted(*row[1:])) for row in connection.execute(query)]
    rows += [
        (row.unit, NotCounted(row.id, row.receipt, row.received_at, row.outcome, row.reason))
        for row in other_mails(connection, campaign, received_until)
    ]
    found: dict[str, dict[int, NotCounted]] = defaultdict(dict)
    for unit, each in sorted(rows, key=lambda row: (row[1].received_at, row[1].mail_id)):
        found[unit].setdefault(each.mail_id, each)
    return {unit: list(mails_.values()) for unit, mails_ in found.items()}


def errors_of(connection: sa.Connection, mail_id: int, part: int | None) -> list[reports.Problem]:
    """Return the errors of the report that a mail brought in one of its parts, in their order; none for no part."""
    problems, versions = tables.problems.c, tables.versions.c
    query = (
        sa.select(tables.problems)
        .join(tables.versions, versions.id == problems.version_id)
        .where(versions.mail_id == mail_id, versions.part == part, problems.severity == reports.Severity.ERROR.value)
        .order_by(problems.position)
    )
    return [stored_reports.problem_in(row) for row in connection.execute(query).mappings()]


def problems_of(connection: sa.Connection, version_ids: Collection[int]) -> dict[int, list[reports.Problem]]:
    """Return the warnings of versions by version, in their order."""
    problems = tables.problems.c
    wanted, found = sorted(version_ids), defaultdict(list)
    for start in range(0, len(wanted), _ASKED_AT_ONCE):
        some = problems.version_id.in_(wanted[start : start + _ASKED_AT_ONCE])
        warns = problems.severity == reports.Severity.WARNING.value
        query = sa.select(tables.problems).where(some, warns).order_by(problems.version_id, problems.position)
        for row in connection.execute(query).mappings():
            found[row["version_id"]].append(stored_reports.problem_in(row))
    return dict(found)
