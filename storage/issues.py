"""Issues of the consolidated workbook: when one was written, and which version of each unit's report went in.

History, as letters are: never derived again. A version is named by its mail and part, which a rebuild keeps, and its
values by their fingerprint, so that it shows where the same file was read differently since.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from roll import reports
from storage import reports as stored_reports
from storage import tables

Place = tuple[int, int]  # mail, part
_ASKED_AT_ONCE = 500  # mails named in one statement; SQLite takes 32,766 parameters at most


@dataclass(frozen=True, slots=True)
class Included:
    """One unit's report in an issue."""

    unit: str
    mail_id: int
    part: int
    number: int
    fingerprint: str

    @property
    def place(self) -> Place:
        """Return what names the version through every rebuild."""
        return self.mail_id, self.part


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue; `included` by unit."""

    issued_at: datetime
    included: Mapping[str, Included]


def record(connection: sa.Connection, campaign: str, issued_at: datetime, included: Iterable[Included]) -> None:
    """Remember an issue. One of the same instant replaces it, so that writing twice as of one instant is one issue."""
    issues, parts = tables.issues.c, tables.issue_reports.c
    same = sa.select(issues.id).where(issues.campaign == campaign, issues.issued_at == issued_at)
    for issue_id in connection.execute(same).scalars().all():
        connection.execute(sa.delete(tables.issue_reports).where(parts.issue_id == issue_id))
        connection.execute(sa.delete(tables.issues).where(issues.id == issue_id))
    made = sa.insert(tables.issues).values(campaign=campaign, issued_at=issued_at).returning(issues.id)
    issue_id = connection.execute(made).scalar_one()
    rows = [
        {"issue_id": issue_id, **{name: getattr(each, name) for name in Included.__dataclass_fields__}}
        for each in included
    ]
    if rows:
        connection.execute(sa.insert(tables.issue_reports), rows)


def last_before(connection: sa.Connection, campaign: str, at: datetime) -> Issue | None:
    """Return the last issue of a campaign before an instant."""
    issues, parts = tables.issues.c, tables.issue_reports.c
    query = sa.select(issues.id, issues.issued_at).where(issues.campaign == campaign, issues.issued_at < at)
    found = connection.execute(query.order_by(issues.issued_at.desc()).limit(1)).first()
    if found is None:
        return None
    columns = [parts[name] for name in Included.__dataclass_fields__]
    rows = connection.execute(sa.select(*columns).where(parts.issue_id == found.id).order_by(parts.unit))
    return Issue(found.issued_at, {row.unit: Included(*row) for row in rows})


@dataclass(frozen=True, slots=True)
class Standing:
    """What a version reads as now."""

    fingerprint: str
    values: tuple[reports.Value, ...]


def read_as(connection: sa.Connection, campaign: str, places: Iterable[Place]) -> dict[Place, Standing]:
    """Return the values of versions by their places; one that is not there any more is left out."""
    wanted = sorted(set(places))
    versions, readings = tables.versions.c, tables.readings.c
    found = {}
    for start in range(0, len(wanted), _ASKED_AT_ONCE):
        mails = [mail_id for mail_id, _ in wanted[start : start + _ASKED_AT_ONCE]]
        query = (
            sa.select(versions.mail_id, versions.part, versions.fingerprint, readings["values"])
            .join(tables.readings, readings.version_id == versions.id)
            .where(versions.campaign == campaign, versions.mail_id.in_(mails))
        )
        for mail_id, part, fingerprint, document in connection.execute(query):
            found[mail_id, part] = Standing(fingerprint, stored_reports.values_in(document))
    return {place: found[place] for place in wanted if place in found}
