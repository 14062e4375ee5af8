"""Entering mails into the ledger: the bytes first, one row for each UID seen, one receipt number a row."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

import sqlalchemy as sa

from storage import inserts, tables

# Hashes asked for at once: SQLite allows 32,766 parameters a statement (its limits page, 9), PostgreSQL 65,535.
HASHES_PER_QUERY = 500


@dataclass(frozen=True, slots=True)
class Arrival:
    """One mail as it comes in, before anything is known about it. `received_at` is aware."""

    data: bytes
    mailbox: str
    folder: str
    uidvalidity: int | None
    uid: int | None
    received_at: datetime
    received_by: str
    answerable: bool = True
    handed_in_for: str = ""
    file_name: str = ""
    cut: bool = False


_ENTRY_COLUMNS = (
    "mailbox", "folder", "uidvalidity", "uid", "received_at", "received_by", "answerable", "handed_in_for", "file_name",
    "cut",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Place:
    """What tells a ledger row from others: a UID with its bytes; for a file its bytes and whom it is handed in for."""

    mailbox: str
    folder: str
    uidvalidity: int | None
    uid: int | None
    sha256: str
    handed_in_for: str


_MAILS = tables.mails.c
_KNOWN = (
    sa.select(_MAILS.id, *(_MAILS[name] for name in _Place.__dataclass_fields__))
    .where(_MAILS.sha256.in_(sa.bindparam("hashes", expanding=True)))
    .order_by(_MAILS.id)
)
_RENUMBER = sa.update(tables.mails).where(_MAILS.id == sa.bindparam("row_id"))


@dataclass(slots=True)
class _Ledger:
    """The rows whose bytes are among those that arrive; each of them stands for one mail only."""

    places: set[_Place] = field(default_factory=set)
    by_bytes: dict[tuple[str, str, str], list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, row_id: int, place: _Place) -> None:
        """Take a row into account."""
        self.places.add(place)
        if place.uidvalidity is not None:
            self.by_bytes[place.mailbox, place.folder, place.sha256].append((row_id, place.uidvalidity))

    def take_renumbered(self, place: _Place) -> int | None:
        """Return the oldest row of these bytes under another UIDVALIDITY, once; None where there is none left."""
        rows = self.by_bytes[place.mailbox, place.folder, place.sha256]
        for index, (row_id, uidvalidity) in enumerate(rows):
            if uidvalidity != place.uidvalidity:
                del rows[index]
                return row_id
        return None


def enter(
    connection: sa.Connection, arrivals: Sequence[Arrival], now: datetime, receipt_year_zone: tzinfo
) -> dict[str, bytes]:
    """Write mails into the ledger with their bytes; return the bytes of each new row by its receipt number, in order.

    A mail already known by its place keeps its row, and so does one known by its bytes in the same folder under
    another UIDVALIDITY (RFC 9051 §2.3.1.1): each row for one mail, so that two equal mails stay two. A UID that comes
    with other bytes under the same UIDVALIDITY is another mail (fault catalogue, 2.1, row 2).
    """
    hashes = [hashlib.sha256(arrival.data).hexdigest() for arrival in arrivals]
    _keep_bytes(connection, dict(zip(hashes, (arrival.data for arrival in arrivals), strict=True)))
    ledger = _rows_with(connection, hashes)
    fresh = []
    for arrival, sha256 in zip(arrivals, hashes, strict=True):
        if not _is_known(connection, ledger, _place(arrival, sha256)):
            fresh.append((arrival, sha256))
    receipts = _receipts(connection, [arrival.received_at for arrival, _ in fresh], receipt_year_zone)
    rows = [
        {
            **{name: getattr(arrival, name) for name in _ENTRY_COLUMNS},
            "receipt": next(receipts),
            "sha256": sha256,
            "size": len(arrival.data),
            "entered_at": now,
        }
        for arrival, sha256 in fresh
    ]
    if rows:
        connection.execute(sa.insert(tables.mails), rows)
    gone = _bury_again(connection, rows, now) if rows else set()
    entered = zip(rows, fresh, strict=True)
    return {str(row["receipt"]): arrival.data for row, (arrival, _) in entered if row["receipt"] not in gone}


def _bury_again(connection: sa.Connection, rows: Sequence[dict[str, object]], now: datetime) -> set[object]:
    """End new rows at once whose bytes were erased before: another copy of a mail must not bring it back.

    Returns their receipt numbers.
    """
    stones = tables.tombstones.c
    hashes = [row["sha256"] for row in rows]
    query = sa.select(stones.sha256, stones.at, stones.by, stones.why).where(stones.sha256.in_(hashes))
    gone = {stone.sha256: stone for stone in connection.execute(query)}
    buried = [row["receipt"] for row in rows if row["sha256"] in gone]
    if buried:
        ends = {"handled_at": now, "outcome": "noted", "reason": "erased", "file_name": ""}
        connection.execute(sa.update(tables.mails).where(_MAILS.receipt.in_(buried)).values(**ends))
        for row in connection.execute(sa.select(_MAILS.id, _MAILS.sha256).where(_MAILS.receipt.in_(buried))).all():
            stone = gone[row.sha256]
            told = {"mail_id": row.id, "sha256": row.sha256, "at": stone.at, "by": stone.by, "why": stone.why}
            connection.execute(sa.insert(tables.tombstones), told)
    return set(buried)


def rows_of_files(connection: sa.Connection, arrivals: Sequence[Arrival]) -> list[int | None]:
    """Return the id of the row that stands for each arriving file already, None for one that is new."""
    hashes = [hashlib.sha256(arrival.data).hexdigest() for arrival in arrivals]
    rows: dict[_Place, int] = {}
    for row_id, *place in connection.execute(_KNOWN, {"hashes": list(dict.fromkeys(hashes))}):
        rows.setdefault(_Place(*place), row_id)
    return [rows.get(_place(arrival, sha256)) for arrival, sha256 in zip(arrivals, hashes, strict=True)]


def correct_time(connection: sa.Connection, row_id: int, arrival: Arrival) -> datetime | None:
    """Give a row the receipt time of an arrival; return the time that it had, None where that is the same."""
    had: datetime = connection.execute(sa.select(_MAILS.received_at).where(_MAILS.id == row_id)).scalar_one()
    if had == arrival.received_at:
        return None
    values = {"received_at": arrival.received_at, "received_by": arrival.received_by}
    connection.execute(sa.update(tables.mails).where(_MAILS.id == row_id).values(values))
    return had


def _place(arrival: Arrival, sha256: str) -> _Place:
    return _Place(arrival.mailbox, arrival.folder, arrival.uidvalidity, arrival.uid, sha256, arrival.handed_in_for)


def _keep_bytes(connection: sa.Connection, data_of: dict[str, bytes]) -> None:
    rows = [{"sha256": sha256, "data": data} for sha256, data in data_of.items()]
    if rows:
        connection.execute(inserts.ignoring(connection, tables.raws), rows)


def _rows_with(connection: sa.Connection, hashes: Sequence[str]) -> _Ledger:
    ledger, distinct = _Ledger(), list(dict.fromkeys(hashes))
    for start in range(0, len(distinct), HASHES_PER_QUERY):
        for row_id, *place in connection.execute(_KNOWN, {"hashes": distinct[start : start + HASHES_PER_QUERY]}):
            ledger.add(row_id, _Place(*place))
    return ledger


def _is_known(connection: sa.Connection, ledger: _Ledger, place: _Place) -> bool:
    if place in ledger.places:
        return True
    ledger.places.add(place)
    row_id = None if place.uid is None else ledger.take_renumbered(place)
    if row_id is None:
        return False
    connection.execute(_RENUMBER, {"row_id": row_id, "uidvalidity": place.uidvalidity, "uid": place.uid})
    return True


def _receipts(connection: sa.Connection, received: Sequence[datetime], zone: tzinfo) -> Iterator[str]:
    """Yield a receipt number for each mail: one series a year for everything that comes in.

    Nghị định 30/2020/NĐ-CP, Điều 22, numbers incoming documents so; TN stands for "tiếp nhận".
    """
    years = [instant.astimezone(zone).year for instant in received]
    following = {
        year: next_numbers(connection, f"receipt-{year}", count) for year, count in sorted(Counter(years).items())
    }
    for year in years:
        yield f"TN-{year}-{following[year]:04d}"
        following[year] += 1


def next_numbers(connection: sa.Connection, series: str, count: int) -> int:
    """Take the next `count` numbers of a series, without gaps inside committed transactions; return the first."""
    statement = inserts.into(connection, tables.counters).values(name=series, last=count)
    taken = statement.on_conflict_do_update(
        index_elements=["name"], set_={"last": tables.counters.c.last + statement.excluded.last}
    ).returning(tables.counters.c.last)
    return int(connection.execute(taken).scalar_one()) - count + 1
