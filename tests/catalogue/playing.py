"""All cases of the catalogue, and what becomes of them in one office."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from service import jobs
from service.tally import Tally
from storage import inbox, overviews, tables
from storage import reports as stored_reports
from tests.catalogue import (
    archives,
    identities,
    mime_bodies,
    mime_headers,
    mime_kinds,
    mime_names,
    office,
    people,
    times,
    workbook_packages,
    workbook_values,
)
from tests.catalogue.cases import Case
from tests.journeys.desk import VIETNAM, Desk

CHAPTERS = (
    mime_headers, mime_bodies, mime_kinds, mime_names, archives, workbook_packages, workbook_values, identities, times,
    people,
)  # fmt: skip
CASES = tuple(case for chapter in CHAPTERS for case in chapter.CHAPTER.cases)


@dataclass(frozen=True, slots=True)
class Played:
    """What became of all mails: (outcome, reason, detail) of each, by case; and how long the pass over them took."""

    ends: Mapping[str, list[tuple[str | None, str, str]]]
    values: Mapping[str, Mapping[str, object]]
    seconds: float


def enter(desk: Desk, mails: Sequence[tuple[bytes, datetime]]) -> list[int]:
    """Enter mails without understanding them; return their ids."""
    ids = []
    for raw, received_at in mails:
        arrival = inbox.Arrival(raw, "main", "INBOX", 1, next(desk.uids), received_at, "internaldate")
        with desk.rollcall.store.writing() as connection:
            (receipt,) = inbox.enter(connection, [arrival], desk.rollcall.now(), VIETNAM)
            mail_id = inbox.find(connection, receipt)
        assert mail_id is not None
        ids.append(mail_id)
    return ids


def play(desk: Desk, cases: Sequence[Case]) -> Played:
    """Enter the mails of all cases, and understand them in one pass."""
    desk.clock[0] = office.at(9)
    ids = {case.name: enter(desk, case.mails(case.unit or number)) for number, case in enumerate(cases, 1)}
    started = time.monotonic()
    jobs.handle_waiting(desk.rollcall, Tally())
    seconds = time.monotonic() - started
    with desk.rollcall.store.reading() as connection:
        rows = {row.id: (row.outcome, row.reason, row.detail) for row in overviews.ledger(connection)}
    ends = {name: [rows[mail_id] for mail_id in found] for name, found in ids.items()}
    return Played(ends, {case.name: _values(desk, ids[case.name][-1]) for case in cases if case.reads}, seconds)


def _values(desk: Desk, mail_id: int) -> dict[str, object]:
    """Return the quantities of the version that a mail became."""
    versions = sa.select(tables.versions.c.id).where(tables.versions.c.mail_id == mail_id)
    with desk.rollcall.store.reading() as connection:
        found = connection.execute(versions).scalars().all()
        values = [value for version in found for value in stored_reports.values_of(connection, version)]
    return {value.name: value.value for value in values if value.column == "quantity"}
