"""Report versions with every value and the cell it came from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from roll import mails, outcomes, reports
from storage import tables

# Made once, as in storage.inbox.
_VERSIONS = tables.versions.c
_ELSEWHERE = {
    "receipt": tables.mails.c.receipt,
    "sent_at": tables.origins.c.sent_at,
    "ruled_at": tables.rulings.c.ruled_at,
    "before": sa.func.coalesce(tables.rulings.c.before, "").label("before"),
    "sources": tables.origins.c.sources,
}
_COLUMNS = [
    _ELSEWHERE[name] if name in _ELSEWHERE else _VERSIONS[name] for name in reports.Version.__dataclass_fields__
]
_FROM = (
    tables.versions.join(tables.mails, tables.mails.c.id == _VERSIONS.mail_id)
    .outerjoin(tables.origins, tables.origins.c.version_id == _VERSIONS.id)
    .outerjoin(tables.rulings, tables.rulings.c.version_id == _VERSIONS.id)
)
_OF_UNIT = (
    sa.select(*_COLUMNS)
    .select_from(_FROM)
    .where(_VERSIONS.campaign == sa.bindparam("campaign"), _VERSIONS.unit == sa.bindparam("unit"))
)
_OF_MAIL = (
    sa.select(_VERSIONS.id, _VERSIONS.campaign, _VERSIONS.unit)
    .where(_VERSIONS.mail_id == sa.bindparam("mail_id"))
    .order_by(_VERSIONS.part)
)
_INSERT_READING = sa.insert(tables.readings)
_INSERT_ORIGIN = sa.insert(tables.origins)
_INSERT_VERSION = sa.insert(tables.versions).returning(_VERSIONS.id)
_PLACE_VERSION = sa.update(tables.versions).where(_VERSIONS.id == sa.bindparam("row_id"))

_NO_ID_YET = 0
_NOT_OF_THE_ROW = frozenset({"id", *_ELSEWHERE})
# The reasons of a mail that brings a piece of a report: until the rest comes, and then.
WAITS_FOR_MORE, PART_OF_REPORT = "several_mails", "part_of_report"
_ENCODE = msgspec.json.Encoder().encode
_DECODE = msgspec.json.Decoder(tuple[reports.Value, ...]).decode


class PutTogether(msgspec.Struct, frozen=True):
    """What a version in several workbooks was put together from; `origins` tell of each value, header first, which."""

    sources: tuple[reports.Source, ...]
    origins: tuple[int, ...]


_DECODE_SOURCES = msgspec.json.Decoder(PutTogether).decode


def put_together(document: str | None) -> PutTogether:
    """Return what a document of `origins.sources` holds; nothing for a version in one workbook."""
    return _DECODE_SOURCES(document) if document else PutTogether((), ())


def _version(row: Sequence[Any]) -> reports.Version:
    """Return the version whose fields a row has, `sources` last."""
    *told, sources = row
    version = reports.Version(*told)
    return replace(version, sources=put_together(sources).sources) if sources else version


def versions_of(connection: sa.Connection, pairs: Sequence[tuple[str, str]]) -> list[reports.Version]:
    """Return all versions of the (campaign, unit) pairs, oldest number first."""
    found = [
        _version(row)
        for campaign, unit in pairs
        for row in connection.execute(_OF_UNIT, {"campaign": campaign, "unit": unit})
    ]
    return sorted(found, key=lambda version: version.number)


def forget(connection: sa.Connection, mail_id: int) -> list[tuple[str, str]]:
    """Delete the derived versions of a mail before it is understood again; return the (campaign, unit) touched."""
    found = connection.execute(_OF_MAIL, {"mail_id": mail_id}).all()
    for table in (tables.readings, tables.problems, tables.origins, tables.rulings) if found else ():
        connection.execute(sa.delete(table).where(table.c.version_id.in_([row.id for row in found])))
    if found:
        connection.execute(sa.delete(tables.versions).where(_VERSIONS.mail_id == mail_id))
    return list(dict.fromkeys((row.campaign, row.unit) for row in found))


def record(
    connection: sa.Connection,
    mail: mails.Mail,
    contents: mails.Contents,
    understood: Sequence[mails.ReportUnderstood],
    settled_at: datetime,
    ruled_at: datetime | None = None,
) -> None:
    """Write the versions of a mail with all their values and problems, and say anew which version is current.

    A report that counts only since a person ruled so (`ruled_at`) is settled then; one that ends otherwise since is
    written with how it ended before.
    """
    for report in understood:
        reading = contents.readings[report.reading]
        known_at = ruled_at if ruled_at and report.before is None else settled_at
        version = _new_version(mail, contents.parts[report.part], report, reading.fingerprint, known_at)
        version_id = _insert_version(connection, version, report.reason, reading)
        _close_pieces(connection, mail, report.sources)
        if ruled_at and report.before not in {None, report.outcome}:
            row = {"version_id": version_id, "ruled_at": ruled_at, "before": report.before}
            connection.execute(sa.insert(tables.rulings).values(row))
        _insert_reading(connection, version_id, reading)
        _insert_problems(connection, version_id, reading)


def _new_version(
    mail: mails.Mail, part: mails.Part, report: mails.ReportUnderstood, fingerprint: str, settled_at: datetime
) -> reports.Version:
    return reports.Version(
        id=_NO_ID_YET,
        mail_id=mail.id,
        receipt=mail.receipt,
        part=report.part,
        campaign=report.campaign,
        unit=report.unit,
        number=0,
        current=False,
        verdict=report.verdict.value,
        outcome=report.outcome.value,
        file_name=" + ".join(dict.fromkeys(source.file_name for source in report.sources)) or part.name,
        sha256=part.sha256,
        fingerprint=fingerprint,
        received_at=max((mail.received_at, *(source.received_at for source in report.sources))),
        settled_at=settled_at,
        sent_at=report.sent_at,
        sources=report.sources,
    )


def _close_pieces(connection: sa.Connection, mail: mails.Mail, sources: Sequence[reports.Source]) -> None:
    """End the earlier mails that waited for this one: they are part of its report now, and hold nobody up."""
    ids = sorted({source.mail_id for source in sources} - {mail.id})
    if not ids:
        return
    columns = tables.mails.c
    waited = sa.and_(
        columns.id.in_(ids), columns.reason == WAITS_FOR_MORE, columns.outcome == outcomes.Outcome.HELD.value
    )
    closed = list(connection.execute(sa.select(columns.id).where(waited)).scalars())
    row = {"outcome": outcomes.Outcome.NOTED.value, "reason": PART_OF_REPORT, "detail": mail.receipt}
    connection.execute(sa.update(tables.mails).where(columns.id.in_(closed)).values(row))
    connection.execute(sa.delete(tables.candidates).where(tables.candidates.c.mail_id.in_(closed)))


def _insert_version(connection: sa.Connection, version: reports.Version, reason: str, reading: reports.Reading) -> int:
    """Write a version in its place among the unit's others; return its id."""
    others = versions_of(connection, [(version.campaign, version.unit)])
    placed = _place_anew(connection, [*others, version])
    row = {name: getattr(placed, name) for name in reports.Version.__dataclass_fields__ if name not in _NOT_OF_THE_ROW}
    row |= {"reason": reason, "detail": reading.detail, "form": reading.form, "form_version": reading.version}
    version_id = int(connection.execute(_INSERT_VERSION, row).scalar_one())
    sources = _ENCODE(PutTogether(version.sources, reading.origins)).decode() if version.sources else None
    origin = {"version_id": version_id, "sent_at": version.sent_at, "sources": sources}
    connection.execute(_INSERT_ORIGIN, origin)
    return version_id


def settle(connection: sa.Connection, campaign: str, unit: str) -> None:
    """Number the versions of a unit and say which one is current."""
    _place_anew(connection, versions_of(connection, [(campaign, unit)]))


def _place_anew(connection: sa.Connection, versions: Sequence[reports.Version]) -> reports.Version | None:
    """Give every version of a unit its number, and one of them its standing; return the one that is not written yet.

    Numbers follow the order in which versions became known to be the unit's, so that a rebuild gives the numbers that
    letters already named.
    """
    current = reports.standing(versions) if versions else None
    fresh = None
    for number, version in enumerate(sorted(versions, key=lambda each: each.place), start=1):
        if version.id == _NO_ID_YET:
            fresh = replace(version, number=number, current=version is current)
        elif (version.number, version.current) != (number, version is current):
            row = {"row_id": version.id, "number": number, "current": version is current}
            connection.execute(_PLACE_VERSION, row)
    return fresh


def _insert_reading(connection: sa.Connection, version_id: int, reading: reports.Reading) -> None:
    header, values = _ENCODE(reading.header).decode(), _ENCODE(reading.values).decode()
    connection.execute(_INSERT_READING, {"version_id": version_id, "header": header, "values": values})


def values_of(connection: sa.Connection, version_id: int) -> tuple[reports.Value, ...]:
    """Return the values of one version."""
    query = sa.select(tables.readings.c["values"]).where(tables.readings.c.version_id == version_id)
    return values_in(connection.execute(query).scalar_one())


def accepted(connection: sa.Connection, campaign: str) -> Iterator[tuple[reports.Version, tuple[reports.Value, ...]]]:
    """Yield every accepted version of a campaign, whether it counts or was replaced, with its values, oldest first.

    One that a person returned afterwards was accepted all the same; one that he accepted is settled as of then.
    """
    accepted_ = outcomes.Outcome.ACCEPTED.value
    was_accepted = sa.or_(_VERSIONS.outcome == accepted_, tables.rulings.c.before == accepted_)
    query = (
        sa.select(*_COLUMNS, tables.readings.c["values"])
        .select_from(_FROM.join(tables.readings, tables.readings.c.version_id == _VERSIONS.id))
        .where(_VERSIONS.campaign == campaign, was_accepted)
        .order_by(_VERSIONS.settled_at, _VERSIONS.mail_id, _VERSIONS.part)
    )
    for *row, values in connection.execute(query):
        version = _version(row)
        if version.ruled_at is not None and version.outcome == accepted_:
            version = replace(version, settled_at=version.ruled_at)
        yield version, values_in(values)


def values_in(document: str) -> tuple[reports.Value, ...]:
    """Return the values that a document of `readings` holds."""
    return _DECODE(document)


def _insert_problems(connection: sa.Connection, version_id: int, reading: reports.Reading) -> None:
    rows = [
        {
            "version_id": version_id,
            "position": position,
            "severity": problem.severity.value,
            **{name: getattr(problem, name) for name in _PROBLEM_TEXTS},
        }
        for position, problem in enumerate(reading.problems)
    ]
    if rows:
        connection.execute(sa.insert(tables.problems), rows)


_PROBLEM_TEXTS = ("code", "sheet", "cell", "item", "label", "found", "expected", "message")


def reading_of(connection: sa.Connection, version_id: int) -> reports.Reading:
    """Return a version as the reading it was stored from (without notes)."""
    version = connection.execute(sa.select(tables.versions).where(tables.versions.c.id == version_id)).one()
    read = connection.execute(sa.select(tables.readings).where(tables.readings.c.version_id == version_id)).one()
    return reports.Reading(
        verdict=outcomes.Verdict(version.verdict),
        reason=version.reason,
        form=version.form,
        version=version.form_version,
        detail=version.detail,
        header=values_in(read.header),
        values=values_in(read.values),
        problems=problems_of(connection, version_id),
        fingerprint=version.fingerprint,
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """A version and the one of its unit before it, with the values of both."""

    version_id: int
    campaign: str
    before: reports.Version
    was: tuple[reports.Value, ...]
    now: tuple[reports.Value, ...]


def compared(connection: sa.Connection, version_id: int) -> Compared | None:
    """Return a version beside the one that its unit gave before, None for the first that could be read."""
    version = connection.execute(sa.select(tables.versions).where(_VERSIONS.id == version_id)).one()
    earlier = [
        each
        for each in versions_of(connection, [(version.campaign, version.unit)])
        if each.number < version.number and each.fingerprint
    ]
    if not earlier or not version.fingerprint:
        return None
    was, now = values_of(connection, earlier[-1].id), values_of(connection, version_id)
    return Compared(version_id, version.campaign, earlier[-1], was, now)


def problems_of(connection: sa.Connection, version_id: int) -> tuple[reports.Problem, ...]:
    """Return the problems of one version, in their order."""
    rows = connection.execute(
        sa.select(tables.problems)
        .where(tables.problems.c.version_id == version_id)
        .order_by(tables.problems.c.position)
    ).mappings()
    return tuple(map(problem_in, rows))


def problem_in(row: sa.RowMapping) -> reports.Problem:
    """Return the problem that a row of `problems` holds."""
    return reports.Problem(severity=reports.Severity(row["severity"]), **{name: row[name] for name in _PROBLEM_TEXTS})
