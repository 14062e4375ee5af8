"""Report versions with every value and the cell it came from."""

import itertools
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from roll import mails, outcomes, reports
from storage import tables

# Made once, as in storage.inbox.
_VERSIONS = tables.versions.c
_OF_UNIT = (
    sa.select(
        *(
            tables.mails.c.receipt if name == "receipt" else _VERSIONS[name]
            for name in reports.Version.__dataclass_fields__
        )
    )
    .join(tables.mails, tables.mails.c.id == _VERSIONS.mail_id)
    .where(_VERSIONS.campaign == sa.bindparam("campaign"), _VERSIONS.unit == sa.bindparam("unit"))
)
_OF_MAIL = sa.select(_VERSIONS.id, _VERSIONS.campaign, _VERSIONS.unit).where(
    _VERSIONS.mail_id == sa.bindparam("mail_id")
)
_INSERT_VERSION = sa.insert(tables.versions).returning(_VERSIONS.id)
_PLACE_VERSION = sa.update(tables.versions).where(_VERSIONS.id == sa.bindparam("row_id"))


def versions_of(connection: sa.Connection, pairs: Sequence[tuple[str, str]]) -> list[reports.Version]:
    """Return all versions of the (campaign, unit) pairs, oldest number first."""
    found = [
        reports.Version(*row)
        for campaign, unit in pairs
        for row in connection.execute(_OF_UNIT, {"campaign": campaign, "unit": unit})
    ]
    return sorted(found, key=lambda version: version.number)


def forget(connection: sa.Connection, mail_id: int) -> list[tuple[str, str]]:
    """Delete the derived versions of a mail before it is understood again; return the (campaign, unit) touched."""
    found = connection.execute(_OF_MAIL, {"mail_id": mail_id}).all()
    for table in (tables.values, tables.problems) if found else ():
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
) -> None:
    """Write the versions of a mail with all their values and problems, and say anew which version is current."""
    for report in understood:
        reading = contents.readings[report.reading]
        version_id = _insert_version(connection, mail, contents.parts[report.part], report, reading, settled_at)
        _insert_values(connection, version_id, reading)
        _insert_problems(connection, version_id, reading)
    for campaign, unit in dict.fromkeys((report.campaign, report.unit) for report in understood):
        settle(connection, campaign, unit)


def _insert_version(
    connection: sa.Connection,
    mail: mails.Mail,
    part: mails.Part,
    report: mails.ReportUnderstood,
    reading: reports.Reading,
    settled_at: datetime,
) -> int:
    row = {
        "mail_id": mail.id,
        "part": report.part,
        "campaign": report.campaign,
        "unit": report.unit,
        "number": 0,
        "current": False,
        "verdict": report.verdict.value,
        "outcome": report.outcome.value,
        "reason": report.reason,
        "detail": reading.detail,
        "form": reading.form,
        "form_version": reading.version,
        "file_name": part.name,
        "sha256": part.sha256,
        "fingerprint": reading.fingerprint,
        "received_at": mail.received_at,
        "settled_at": settled_at,
    }
    return int(connection.execute(_INSERT_VERSION, row).scalar_one())


# Rows that go into one INSERT: a step for each row costs a fifth more and gives the interpreter lock away each time.
# 100 rows are 1,300 parameters; SQLite takes 32,766 (SQLITE_MAX_VARIABLE_NUMBER), PostgreSQL 65,535.
_ROWS_A_STATEMENT = 100


def _insert_values(connection: sa.Connection, version_id: int, reading: reports.Reading) -> None:
    places = [("header", value) for value in reading.header] + [("body", value) for value in reading.values]
    rows = [
        (
            version_id, position, place, value.name, value.column, value.sheet, value.cell, value.row, value.raw,
            *split_scalar(value.value), value.type, value.rule,
        )
        for position, (place, value) in enumerate(places)
    ]  # fmt: skip
    for start in range(0, len(rows), _ROWS_A_STATEMENT):
        some = rows[start : start + _ROWS_A_STATEMENT]
        # In the driver's own words: at 300 rows a mail, SQLAlchemy's work per row would be the largest cost.
        statement = _values_statement(connection.dialect, len(some))
        connection.exec_driver_sql(statement, tuple(itertools.chain.from_iterable(some)))


def _values_statement(dialect: sa.Dialect, rows: int) -> str:
    names = ", ".join(dialect.identifier_preparer.quote(column.name) for column in tables.values.columns)
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    marks = ", ".join([f"({', '.join([mark] * len(tables.values.columns))})"] * rows)
    return f'INSERT INTO "values" ({names}) VALUES {marks}'  # noqa: S608 - names of our own columns


def split_scalar(value: reports.Scalar) -> tuple[float | None, str | None]:
    """Return what `values.number` and `values.text` hold of a scalar; `join_scalar` gives it back."""
    if value is None or isinstance(value, str):
        return None, value
    number = _double(value)
    return number, None if number == value else str(value)


def _double(value: float) -> float:
    try:
        return float(value)
    except OverflowError:  # a whole number beyond the largest double, about 1.8e308
        return sys.float_info.max if value > 0 else -sys.float_info.max


def join_scalar(number: float | None, text: str | None, type_: str) -> reports.Scalar:
    """Return the scalar that `values.number` and `values.text` hold together, by the value's type.

    Both are there for a whole number that no double holds (beyond 2**53): then the text is exact.
    """
    if number is None:
        return text
    if text is not None:
        return int(text)
    if type_ == "yes_no":
        return bool(number)
    return int(number) if number.is_integer() and type_ != "decimal" else number


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


def settle(connection: sa.Connection, campaign: str, unit: str) -> None:
    """Number the versions of a unit and say which one is current.

    Numbers follow the order in which versions became known to be the unit's, so that a rebuild gives the numbers that
    letters already named.
    """
    known = sorted(versions_of(connection, [(campaign, unit)]), key=lambda version: version.place)
    if not known:
        return
    current = reports.standing(known)
    for number, version in enumerate(known, start=1):
        if (version.number, version.current) != (number, version is current):
            placed = {"row_id": version.id, "number": number, "current": version is current}
            connection.execute(_PLACE_VERSION, placed)


def reading_of(connection: sa.Connection, version_id: int) -> reports.Reading:
    """Return a version as the reading it was stored from (without notes)."""
    version = connection.execute(sa.select(tables.versions).where(tables.versions.c.id == version_id)).one()
    placed = _values_of(connection, version_id)
    return reports.Reading(
        verdict=outcomes.Verdict(version.verdict),
        reason=version.reason,
        form=version.form,
        version=version.form_version,
        detail=version.detail,
        header=tuple(value for place, value in placed if place == "header"),
        values=tuple(value for place, value in placed if place == "body"),
        problems=_problems_of(connection, version_id),
        fingerprint=version.fingerprint,
    )


def _values_of(connection: sa.Connection, version_id: int) -> list[tuple[str, reports.Value]]:
    rows = connection.execute(
        sa.select(tables.values).where(tables.values.c.version_id == version_id).order_by(tables.values.c.position)
    ).mappings()
    return [(row["place"], value_of_row(row)) for row in rows]


def value_of_row(row: Mapping[str, Any] | sa.RowMapping) -> reports.Value:
    """Return the value that one row of `values` holds."""
    return reports.Value(
        name=row["name"],
        column=row["column"],
        sheet=row["sheet"],
        cell=row["cell"],
        raw=row["raw"],
        value=join_scalar(row["number"], row["text"], row["type"]),
        type=row["type"],
        rule=row["rule"],
        row=row["row"],
    )


def _problems_of(connection: sa.Connection, version_id: int) -> tuple[reports.Problem, ...]:
    rows = connection.execute(
        sa.select(tables.problems)
        .where(tables.problems.c.version_id == version_id)
        .order_by(tables.problems.c.position)
    ).mappings()
    return tuple(
        reports.Problem(severity=reports.Severity(row["severity"]), **{name: row[name] for name in _PROBLEM_TEXTS})
        for row in rows
    )
