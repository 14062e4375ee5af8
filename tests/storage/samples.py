"""Arrivals, readings and letters to store, and an office that does with them what the jobs do."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import event

from forms import form as forms_form
from roll import campaigns, letters, mails, outcomes, reports, units
from storage import confirmations, database, inbox, registry, tables
from storage import reports as stored_reports
from tests import databases

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CAMPAIGN = "dot-mot"
CODES = ("U1", "U2", "U3")
NOW = datetime(2019, 7, 1, 2, 0, tzinfo=UTC)
ACCEPTED, RETURNED, HELD = outcomes.Outcome.ACCEPTED, outcomes.Outcome.RETURNED, outcomes.Outcome.HELD
VERDICTS = {ACCEPTED: outcomes.Verdict.VALID, RETURNED: outcomes.Verdict.NEEDS_FIX}
FORM = forms_form.Form(name="F", version="1", title="F")

_DEFINITION = """
name = "{name}"
title = "Đợt một"
opens = 2019-06-01
deadline_text = "trước ngày 05 tháng 7 năm 2019"
due_before = 2019-07-05
grace_until = 2019-07-06
closes = 2019-07-10
"""


def unit(code: str, *addresses: str) -> units.Unit:
    return units.Unit(code, f"Đơn vị {code}", code, addresses=tuple(map(units.Address, addresses)))


def source(
    roster: Sequence[units.Unit] | None = None,
    name: str = CAMPAIGN,
    obligations: dict[str, units.Obligation] | None = None,
    form: forms_form.Form = FORM,
) -> registry.CampaignSource:
    """Return a campaign as its folder would give it."""
    definition = _DEFINITION.format(name=name).encode()
    listed = [unit(code, f"{code.lower()}@unit.example") for code in CODES] if roster is None else roster
    entries = tuple(
        units.RosterEntry(each, (obligations or {}).get(each.code, units.Obligation.REQUIRED)) for each in listed
    )
    campaign = replace(campaigns.parse_campaign(definition, ZONE, "campaign.toml"), roster=entries)
    return registry.CampaignSource(campaign, definition, form, "0" * 64)


def arrival(uid: int | None = 1, data: bytes | str = b"a mail", **changes: Any) -> inbox.Arrival:
    given = {
        "mailbox": "main",
        "folder": "INBOX",
        "uidvalidity": None if uid is None else 7,
        "received_at": NOW,
        "received_by": "internaldate",
        **changes,
    }
    return inbox.Arrival(data=data if isinstance(data, bytes) else data.encode(), uid=uid, **given)


def value(number: reports.Scalar = 1, name: str = "gifts", type_: str = "integer", **changes: Any) -> reports.Value:
    given = {"column": "quantity", "sheet": "Bieu 01", "cell": "D9", "raw": str(number), "rule": "P01", **changes}
    return reports.Value(name=name, value=number, type=type_, **given)


def reading(
    verdict: outcomes.Verdict = outcomes.Verdict.VALID, *values: reports.Value, **changes: Any
) -> reports.Reading:
    given = {"form": "F", "version": "1", "fingerprint": "f" * 64, "values": values or (value(),), **changes}
    return reports.Reading(verdict=verdict, reason=verdict.value, **given)


def contents(*readings: reports.Reading, **headers: Any) -> mails.Contents:
    parts = tuple(
        mails.Part(f"bc{index}.xlsx", "xlsx", 100, "0" * 64, used=True, why="", reading=index)
        for index in range(len(readings))
    )
    return mails.Contents(mails.Headers(**headers), parts=parts, readings=readings)


def understood(*owners: str, outcome: outcomes.Outcome = ACCEPTED, **changes: Any) -> mails.Understanding:
    """Return a mail understood as one report of each of `owners`."""
    made = tuple(
        mails.ReportUnderstood(index, index, CAMPAIGN, owner, VERDICTS.get(outcome, VERDICTS[ACCEPTED]), outcome, "r")
        for index, owner in enumerate(owners)
    )
    given = {"unit": owners[0] if len(owners) == 1 else None, "campaign": CAMPAIGN, "reports": made, **changes}
    return mails.Understanding(outcome, changes.pop("reason", "r"), **given)


def waits_for(
    *candidates: str, outcome: outcomes.Outcome = HELD, campaign: str | None = CAMPAIGN, **changes: Any
) -> mails.Understanding:
    return mails.Understanding(outcome, "unknown_sender", candidates=candidates, campaign=campaign, **changes)


def letter(
    key: str = "k", kind: letters.LetterKind = letters.LetterKind.ACKNOWLEDGEMENT, **changes: Any
) -> letters.Letter:
    given = {
        "to": "u1@unit.example",
        "subject": "Chủ đề",
        "data": f"Subject: {key}\r\n\r\n".encode(),
        "due_at": NOW,
        **changes,
    }
    return letters.Letter(key=key, kind=kind, message_id=f"<{key}@so.example>", **given)


@dataclass
class Office:
    """A campaign in a database, and the transactions of the jobs in short."""

    store: database.Database
    campaign: campaigns.Campaign = field(init=False)
    uid: int = 0

    def __post_init__(self) -> None:
        self.apply(source())

    def apply(self, applied: registry.CampaignSource, now: datetime = NOW) -> None:
        with self.store.writing() as connection:
            registry.apply(connection, applied, now)
        self.campaign = self.loaded(applied.campaign.name)

    def loaded(self, name: str = CAMPAIGN) -> campaigns.Campaign:
        with self.store.reading() as connection:
            return next(campaign for campaign, _ in registry.load(connection, ZONE) if campaign.name == name)

    def enter(self, *arrivals: inbox.Arrival) -> int:
        with self.store.writing() as connection:
            return len(inbox.enter(connection, arrivals, NOW, ZONE))

    def take(
        self,
        understanding: mails.Understanding,
        received_at: datetime = NOW,
        settled_at: datetime | None = None,
        read: mails.Contents | None = None,
    ) -> int:
        """Enter a new mail that amounts to `understanding` and handle it; return its id."""
        self.uid += 1
        self.enter(arrival(self.uid, f"mail {self.uid}", received_at=received_at))
        with self.store.reading() as connection:
            mail_id = inbox.waiting(connection)[-1].id
        self.handle(mail_id, understanding, settled_at, read)
        return mail_id

    def handle(
        self,
        mail_id: int,
        understanding: mails.Understanding,
        settled_at: datetime | None = None,
        read: mails.Contents | None = None,
    ) -> None:
        """Record a mail as the jobs do, replacing what it was understood to be before."""
        if read is None:
            read = contents(*(reading(report.verdict) for report in understanding.reports))
        with self.store.writing() as connection:
            row = inbox.by_ids(connection, [mail_id])[0]
            touched = stored_reports.forget(connection, mail_id)
            inbox.record(connection, [inbox.Result(mail_id, read, understanding)], NOW)
            mail = mails.Mail(row.id, row.receipt, row.mailbox, row.folder, None, row.received_at, row.sha256)
            stored_reports.record(connection, mail, read, understanding.reports, settled_at or row.entered_at)
            confirmations.record(connection, mail_id, understanding.confirms, again=True)
            for campaign, code in touched:
                stored_reports.settle(connection, campaign, code)

    def versions(self, code: str = "U1", campaign: str = CAMPAIGN) -> list[reports.Version]:
        with self.store.reading() as connection:
            return stored_reports.versions_of(connection, [(campaign, code)])


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def dump(store: database.Database, *left_out: sa.Table) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, sorted."""
    with store.reading() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)
            for table in tables.metadata.sorted_tables
            if table not in left_out
        }


def listen(store: database.Database) -> Callable[[], list[str]]:
    heard: list[str] = []

    @event.listens_for(store.engine, "before_cursor_execute")
    def hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        heard.append(statement)

    return lambda: heard


class InterruptedTransactionError(Exception):
    """The process dies before it commits."""


@contextmanager
def interrupted(store: database.Database, *, really: bool = True) -> Iterator[sa.Connection]:
    """A writing transaction at whose end the process dies."""
    with suppress(InterruptedTransactionError), store.writing() as connection:
        yield connection
        if really:
            raise InterruptedTransactionError


@contextmanager
def opened(path: Path | str) -> Iterator[database.Database]:
    """Open the database that a file names, empty where it is new, and close it."""
    store = database.Database(databases.url_of(Path(path), migrated=False))
    try:
        yield store
    finally:
        store.close()
