"""The ledger, one mail whole with its reasons, and what waits for a person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import flask
import sqlalchemy as sa

from forms.labels import Labels
from roll import reports
from roll.outcomes import Outcome
from service import shapes, versions
from service.web import pages
from storage import inbox, overviews
from storage import reports as stored_reports

# What a person looks through in one go; older mails are a click away.
MAILS_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class ReportShown:
    """One report of a mail: its place among the versions, what reading it said, its values, what changed."""

    told: dict[str, Any]
    reading: reports.Reading
    values: list[dict[str, Any]]
    differences: Sequence[dict[str, Any]] = ()


def show_all() -> flask.Response:
    """Show the ledger, newest first; `?outcome=` and `?unit=` narrow it, `?page=` goes on.

    As JSON, all of it in order of receipt, like `rollcall messages`.
    """
    opened = pages.rollcall()
    arguments = flask.request.args
    wanted = next((outcome.value for outcome in Outcome if outcome.value == arguments.get("outcome")), None)
    with opened.store.reading() as connection:
        rows = [
            row for row in overviews.ledger(connection, outcome=wanted) if _concerns(row, arguments.get("unit", ""))
        ]
        counts = overviews.counts(connection)
    if pages.wants_json():
        return pages.as_json([shapes.message(row, opened.zone) for row in rows])
    last = max(1, -(-len(rows) // MAILS_A_PAGE))
    number = min(max(pages.number(arguments.get("page", "")) or 1, 1), last)
    newest = rows[::-1][(number - 1) * MAILS_A_PAGE : number * MAILS_A_PAGE]
    unit = arguments.get("unit", "")
    return pages.page(
        "mails.html",
        rows=newest,
        counts=counts,
        outcomes=list(reversed(Outcome)),
        wanted=wanted,
        unit=unit,
        number=number,
        last=last,
    )


def _concerns(row: overviews.MailRow, unit: str) -> bool:
    if not unit:
        return True
    return unit in {row.unit, row.proposal, *(report["unit"] for report in row.reports)}


def show_one(mail: str) -> flask.Response:
    """Show a mail by id or receipt number: what it said, what was understood and why, what was done."""
    opened = pages.rollcall()
    with opened.store.reading() as connection:
        row = _find(connection, mail)
        if pages.wants_json():
            return pages.as_json(shapes.message(row, opened.zone))
        differing = versions.differences(opened, connection, row)
        shown = [_report(connection, report, differing.get(report["id"], ())) for report in row.reports]
        reports_shown = [_labelled(report) for report in shown]
    return pages.page("mail.html", row=row, reports=reports_shown)


def _find(connection: sa.Connection, mail: str) -> overviews.MailRow:
    by_number = mail.isascii() and not mail.isdigit()
    mail_id = inbox.find(connection, mail) if by_number else pages.number(mail)
    found = overviews.ledger(connection, mail_id) if mail_id is not None else []
    if not found:
        flask.abort(404)
    return found[0]


def _report(connection: sa.Connection, report: dict[str, Any], differing: Sequence[dict[str, Any]]) -> ReportShown:
    return ReportShown(
        report, stored_reports.reading_of(connection, report["id"]), [], differing[: versions.MOST_SHOWN]
    )


def _labelled(report: ReportShown) -> ReportShown:
    """Return a report with the printed labels of its values, from the form of its campaign."""
    form = next(
        (form for campaign, form in pages.rollcall().loaded() if campaign.name == report.told["campaign"]), None
    )
    if form is None:
        return report
    labels = Labels(form)
    filled = [shapes.value(value, labels) for value in report.reading.values if value.value is not None]
    return replace(report, values=filled)


def show_waiting() -> flask.Response:
    """Show the mails that wait for a person, those with a proposal first."""
    opened = pages.rollcall()
    with opened.store.reading() as connection:
        rows = sorted(
            overviews.waiting_for_a_person(connection), key=lambda row: (row.proposal is None, row.received_at)
        )
    if pages.wants_json():
        return pages.as_json([shapes.message(row, opened.zone) for row in rows])
    return pages.page("reviews.html", rows=rows)
