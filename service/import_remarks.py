"""What a person who hands in a file must be told beside its line in the ledger, one sentence each."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from roll import outcomes, reports
from service import importing, wording
from storage import overviews
from storage import reports as stored_reports

# Reasons that hang on the time of receipt, which is easily wrong where it is a file's.
_OUTSIDE = frozenset({"before_open", "after_close"})


def remarks(connection: sa.Connection, row: overviews.MailRow, words: wording.Words) -> Iterator[str]:
    """Yield what is to be said of a mail that was handed in: its errors, and which other version counts instead."""
    for report in row.reports:
        yield from _errors(connection, row, report)
        if not report["current"]:
            yield _what_counts(connection, row, report, words)
    if row.reason in _OUTSIDE:
        yield (
            f"{row.receipt} is outside the campaign, by its time of receipt ({words.moment(row.received_at)}, "
            f"{words.received_by(row.received_by)}); if it came at another time, import it again with --unit UNIT "
            "--received TIME."
        )


def _errors(connection: sa.Connection, row: overviews.MailRow, report: dict[str, Any]) -> Iterator[str]:
    found = stored_reports.problems_of(connection, report["id"])
    count = sum(problem.severity is reports.Severity.ERROR for problem in found)
    if count:
        yield f"{row.receipt}: {count} error{'s' * (count > 1)}; `rollcall messages {row.receipt}` shows them."


def _what_counts(
    connection: sa.Connection, row: overviews.MailRow, report: dict[str, Any], words: wording.Words
) -> str:
    """Return which version counts instead of a report that does not (roll.reports.standing)."""
    versions = stored_reports.versions_of(connection, [(report["campaign"], report["unit"])])
    counting = next(version for version in versions if version.current)
    received = f"{counting.receipt}, received {words.moment(counting.received_at)}"
    if report["outcome"] != counting.outcome and counting.outcome == outcomes.Outcome.ACCEPTED.value:
        return f"{row.receipt}: the version of {report['unit']} that was accepted before still counts, {received}."
    return (
        f"{row.receipt}: another version of {report['unit']} counts, {received}, which is later than "
        f"{words.moment(row.received_at)}; if this one came after it, import it again with --unit {report['unit']} "
        "--received TIME."
    )


def of_known(row: overviews.MailRow, name: str, words: wording.Words) -> str:
    """Return which mail a file is that was taken in before, and what became of it."""
    became = f"{words.outcome(row.outcome)}{row.reason and f', {row.reason}'}"
    return f"{wording.printable(name)} is {row.receipt} already ({became}; {words.moment(row.received_at)})."


def of_corrected(row: overviews.MailRow, taken: importing.TakenIn, words: wording.Words) -> str:
    """Return what became of the receipt time of a file that was taken in before."""
    had = words.moment(taken.corrected[row.id])
    return f"{row.receipt} was here already, received {had}; it is received {words.moment(row.received_at)} now."
