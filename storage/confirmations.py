"""Which versions their units confirmed, and since when; a fold over mails, whatever their order.

A version with warnings counts as valid from the receipt of the first mail that confirmed it.
"""

from datetime import datetime

import sqlalchemy as sa

from roll import mails, outcomes
from storage import tables

_CONFIRMATIONS, _VERSIONS = tables.confirmations.c, tables.versions.c
# The mail that confirmed; the version's own mail stands beside it in the same statements.
_BY = tables.mails.alias("confirming")
_FORGET = sa.delete(tables.confirmations).where(_CONFIRMATIONS.mail_id == sa.bindparam("of_mail"))


def record(connection: sa.Connection, mail_id: int, confirmation: mails.Confirmation | None, *, again: bool) -> None:
    """Write what a mail confirms; `again`: what an earlier reading made of it goes."""
    if again:
        forget(connection, mail_id)
    if confirmation is not None:
        row = {
            "mail_id": mail_id,
            "campaign": confirmation.campaign,
            "unit": confirmation.unit,
            "report_mail_id": confirmation.mail_id,
            "report_part": confirmation.part,
        }
        connection.execute(sa.insert(tables.confirmations), row)


def forget(connection: sa.Connection, mail_id: int) -> None:
    """Delete what a mail confirmed, before it is understood again."""
    connection.execute(_FORGET, {"of_mail": mail_id})


def verdict_at(seen: datetime | None = None) -> sa.ColumnElement[str]:
    """Return the verdict by which a version counts, up to an instant: one that its unit confirmed is valid."""
    of_version = sa.and_(
        _CONFIRMATIONS.report_mail_id == _VERSIONS.mail_id,
        _CONFIRMATIONS.report_part == _VERSIONS.part,
        _CONFIRMATIONS.campaign == _VERSIONS.campaign,
        _CONFIRMATIONS.unit == _VERSIONS.unit,
    )
    query = sa.select(_CONFIRMATIONS.mail_id).where(of_version)
    if seen is not None:
        query = query.join(_BY, _BY.c.id == _CONFIRMATIONS.mail_id).where(_BY.c.received_at <= seen)
    confirmed = sa.and_(
        _VERSIONS.verdict == outcomes.Verdict.NEEDS_CONFIRM.value, query.correlate(tables.versions).exists()
    )
    return sa.case((confirmed, outcomes.Verdict.VALID.value), else_=_VERSIONS.verdict).label("verdict")
