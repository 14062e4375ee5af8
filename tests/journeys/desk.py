"""An office without servers: mails are entered by hand and understood in this process, on a database of its own."""

import email
import functools
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import policy
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from forms import read
from service import assemble, config, jobs, rereading
from service.tally import Tally
from storage import boards, inbox, overviews, tables
from storage import reports as stored_reports
from tests import databases
from tests.forms import workbooks
from tests.intake import mails
from tests.journeys.office import CAMPAIGN, VIETNAM, form_2019

CAO_LOC = "phongldtbxhdt.caoloc@langson.example"
UNIT, NAME = "H183", "UBND huyện Cao Lộc"
CONFIG = """
[office]
name = "Sở Lao động - Thương binh và Xã hội tỉnh Lạng Sơn"
[[mailbox]]
name = "main"
address = "ptelangson@so.example"
host = "127.0.0.1"
port = 1
security = "none"
user = "x"
password = "x"
[smtp]
host = "127.0.0.1"
port = 1
security = "none"
from = "ptelangson@so.example"
[campaigns]
path = "CAMPAIGNS"
"""
# What is derived, and must come out the same however often it is derived; ids and times of handling are not told.
DERIVED = ("candidates", "versions", "readings", "problems", "origins", "rulings", "confirmations")
MAIL_COLUMNS = ("id", "outcome", "reason", "detail", "unit", "proposal", "campaign", "signed_copy", "parts", "evidence")


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2019, 7, day, hour, minute, tzinfo=VIETNAM)


@functools.cache
def book(seed: int = 1, *sheets: str, **changes: Any) -> bytes:
    """Return a filled workbook of the unit, of some sheets only where they are named; the same bytes for the same."""
    return workbooks.filled_2019(form_2019(), NAME, seed, changes, sheets or workbooks.SHEETS)


@dataclass
class Desk:
    """An office without servers: mails are entered by hand and understood in this process."""

    rollcall: assemble.Rollcall
    clock: list[datetime]
    uids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def arrive(self, received_at: datetime, subject: str, *files: tuple[str, bytes], **options: Any) -> int:
        """Enter a mail of the unit and understand it; return its id."""
        sent_at = options.pop("sent_at", received_at)
        raw = mails.mail(
            f"<{options.pop('sender', CAO_LOC)}>", subject, "Em gửi báo cáo ạ.", attachments=list(files),
            Date=format_datetime(sent_at), Message_ID=f"<{subject.encode().hex()}.{received_at.timestamp()}@u.example>",
        )  # fmt: skip
        return self.enter(raw, received_at)

    def enter(self, raw: bytes, received_at: datetime) -> int:
        """Enter raw bytes as the next mail and understand them."""
        self.clock[0] += timedelta(minutes=1)
        arrival = inbox.Arrival(raw, "main", "INBOX", 1, next(self.uids), received_at.astimezone(UTC), "internaldate")
        with self.rollcall.store.writing() as connection:
            (receipt,) = inbox.enter(connection, [arrival], self.rollcall.now(), VIETNAM)
            mail_id = inbox.find(connection, receipt)
        assert mail_id is not None
        jobs.handle_waiting(self.rollcall, Tally())
        return mail_id

    def ends(self) -> list[tuple[str | None, str, str]]:
        """Return outcome, reason and detail of every mail, in the order of the ledger."""
        with self.rollcall.store.reading() as connection:
            rows = sorted(overviews.ledger(connection), key=lambda row: row.id)
        return [(row.outcome, row.reason, row.detail) for row in rows]

    def receipts(self) -> list[str]:
        """Return the receipt numbers, in the order of the ledger."""
        with self.rollcall.store.reading() as connection:
            return [row.receipt for row in sorted(overviews.ledger(connection), key=lambda row: row.id)]

    def letter_texts(self) -> list[str]:
        """Return the texts of the letters, in the order of queueing."""
        with self.rollcall.store.reading() as connection:
            found = connection.execute(sa.select(tables.letters.c.data).order_by(tables.letters.c.id)).scalars().all()
        parsed = (email.message_from_bytes(data, policy=policy.default) for data in found)
        return [letter.get_body(("plain",)).get_content() for letter in parsed]

    def letter_ids(self) -> list[str]:
        """Return the Message-IDs of the letters, in the order of queueing."""
        with self.rollcall.store.reading() as connection:
            found = connection.execute(sa.select(tables.letters.c.message_id).order_by(tables.letters.c.id))
            return list(found.scalars())

    def versions(self) -> list[Any]:
        """Return the unit's versions."""
        with self.rollcall.store.reading() as connection:
            return stored_reports.versions_of(connection, [(CAMPAIGN.name, UNIT)])

    def current_values(self) -> list[tuple[str, str, object]]:
        """Return the values of the one version that counts, without their cells."""
        (current,) = [version for version in self.versions() if version.current]
        with self.rollcall.store.reading() as connection:
            values = stored_reports.values_of(connection, current.id)
        return [(value.name, value.column, value.value) for value in values]

    def standing(self, instant: datetime) -> Any:
        """Return where the unit stands on the board."""
        campaign = next(each for each, _ in self.rollcall.loaded() if each.name == CAMPAIGN.name)
        with self.rollcall.store.reading() as connection:
            board = boards.board_of(connection, campaign, instant)
        return next(unit for unit in board.units if unit.code == UNIT)

    def replay(self, *, writes: bool = True) -> list[rereading.Change]:
        """Read every mail again; return what differs."""
        changes = rereading.reread(self.rollcall, None, rereading.How(writes=writes, answers=False), Tally())
        return [change for change in changes if change.differs]

    def derived(self) -> dict[str, list[Any]]:
        """Return everything that is derived, versions by their mail and part."""
        with self.rollcall.store.reading() as connection:
            ids = {row.id: (row.mail_id, row.part) for row in connection.execute(sa.select(tables.versions)).all()}
            found: dict[str, list[Any]] = {}
            for name in DERIVED:
                rows = connection.execute(sa.select(tables.metadata.tables[name])).mappings()
                found[name] = sorted(json.dumps(_without_ids(row, ids), default=str) for row in rows)
            columns = [tables.mails.c[name] for name in MAIL_COLUMNS]
            found["mails"] = [tuple(row) for row in connection.execute(sa.select(*columns).order_by(tables.mails.c.id))]
        return found

    def forget_everything(self) -> None:
        """Delete everything that is derived, as if no mail had been handled yet."""
        with self.rollcall.store.writing() as connection:
            for name in ("problems", "readings", "origins", "rulings", "confirmations", "candidates", "versions"):
                connection.execute(sa.delete(tables.metadata.tables[name]))
            row = {"handled_at": None, "outcome": None, "reason": "", "detail": "", "unit": None, "campaign": None}
            connection.execute(sa.update(tables.mails).values(**row, parts="[]", evidence="[]", proposal=None))


def _without_ids(row: sa.RowMapping, ids: dict[int, tuple[int, int]]) -> dict[str, Any]:
    """Return a row with the mail and part of its version in place of the version's id, which is given anew."""
    return {key: ids.get(value, value) if key in {"id", "version_id"} else value for key, value in row.items()}


def open_desk(folder: Path, campaigns: Path = CAMPAIGN.parent, mailbox: str = "") -> Desk:
    """Return an office with the campaigns of a folder; `mailbox` are further lines of its mailbox."""
    told = CONFIG.replace("CAMPAIGNS", campaigns.as_posix()).replace("[smtp]", f"{mailbox}\n[smtp]")
    (folder / "config.toml").write_text(told + databases.section(folder / "rollcall.db"), "utf-8")
    clock = [at(10)]
    return Desk(assemble.open_rollcall(config.load(folder / "config.toml", {}), lambda: clock[0]), clock)


def whole() -> list[tuple[str, str, object]]:
    """Return the values that the whole workbook has."""
    reading = read.read_file(book(1), "BC.xlsx", [read.prepare(form_2019())])
    return [(value.name, value.column, value.value) for value in reading.values]


PARTS = {1: ("Bieu 01",), 2: ("Bieu 02", "Bieu 03"), 3: ("Bieu 04", "Thuyet minh")}


def arrive_part(desk: Desk, number: int, received_at: datetime, seed: int = 1, **changes: Any) -> int:
    data = book(seed, *PARTS[number], **changes)
    return desk.arrive(received_at, f"BC ({number}/3)", (f"BC phan {number}.xlsx", data))
