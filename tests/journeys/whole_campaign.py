"""A whole campaign on real servers: units mail on drawn days, officers decide, servers fail, the clock is stepped."""

import os
import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from bench.office.run import SharedReaders
from service import assemble, config, first_files, following_up, rehearsal, schedule, situation
from storage import decisions, outbox, reminders, tables
from tests import databases
from tests.journeys import campaign_mails
from tests.journeys.campaign_mails import Kind
from tests.journeys.letter_watch import Watch
from tests.journeys.office import ADDRESS, VIETNAM
from tests.journeys.swift import SwiftRollcall
from tests.servers.dovecot import PASSWORD, DovecotServer
from tests.servers.smtp_sink import SmtpSink

STAFF = ("phong.tebdg@so.example", "lanhdao@so.example")
CAMPAIGN = first_files.CAMPAIGN
_NAMES = ("Hợp", "Gia", "Tân", "Công", "Thụy", "Hồng", "Song", "Bình", "Yên", "Quang")
_SECONDS = ("Thành", "Cát", "Liên", "Sơn")
_CONFIG = """
[office]
name = "Sở Mẫu tỉnh Mẫu"
[[mailbox]]
name = "main"
address = "{address}"
host = "127.0.0.1"
port = {imap}
security = "none"
user = "{user}"
password = "{password}"
[smtp]
host = "127.0.0.1"
port = {smtp}
security = "none"
from = "{address}"
daily_limit = {limit}
[letters]
mode = "units"
[staff]
digest_to = ["{staff}"]
"""
_CAMPAIGN = """
name = "{name}"
title = "Báo cáo mẫu năm 2019"
opens = 2019-06-03
deadline_text = "trước ngày 05 tháng 7 năm 2019"
due_before = 2019-07-05
grace_until = 2019-07-06
closes = 2019-07-16
reminders = ["-7d", "-3d", "-1d", "+1d", "+5d"]
"""
OPENS = datetime(2019, 6, 3, tzinfo=VIETNAM)
LAST_DIGEST = date(2019, 7, 16)
# When officers act: an extension and an exemption before the deadline, a word after the second follow-up fell due.
DECIDED_AT = datetime(2019, 6, 28, 9, 10, tzinfo=VIETNAM)
WORD_AT = datetime(2019, 7, 11, 10, 10, tzinfo=VIETNAM)
EXTENDED_UNTIL = datetime(2019, 7, 12, tzinfo=VIETNAM)


def moment(day: int, month: int, hour: int = 0, minute: int = 0) -> datetime:
    """Return an instant of 2019 in the office's zone."""
    return datetime(2019, month, day, hour, minute, tzinfo=VIETNAM)


ENDS = moment(19, 7)


@dataclass(frozen=True)
class Unit:
    """A unit, and what it will do: (instant, kind, from its second address) of each mail."""

    code: str
    name: str
    role: str
    addresses: tuple[str, ...]
    sends: tuple[tuple[datetime, Kind, bool], ...]

    @property
    def obligation(self) -> str:
        """Return what the roster says of it."""
        return "asked" if self.role == "voluntary" else "required"


ROLES = (
    "in time", "late", "errors", "unreadable", "nil", "extended", "exempt", "voluntary", "no address",
    "second contact", "silent", "question",
)  # fmt: skip


def draw_units(count: int, chance: random.Random) -> list[Unit]:
    """Return the units of a campaign, each role about as often as any other."""
    names = [f"{first} {second}" for second in _SECONDS for first in _NAMES][:count]
    return [_unit(f"U{n + 1:02}", name, ROLES[n % len(ROLES)], chance) for n, name in enumerate(names)]


def _unit(code: str, name: str, role: str, chance: random.Random) -> Unit:
    def drawn(first: datetime, last: datetime) -> datetime:
        return first + timedelta(minutes=chance.randrange(int((last - first).total_seconds() // 60)))

    in_time, late = drawn(moment(24, 6), moment(5, 7)), drawn(moment(6, 7), moment(15, 7))
    sends: dict[str, list[tuple[datetime, Kind, bool]]] = {
        "in time": [(in_time, Kind.VALID, False)],
        "late": [(late, Kind.VALID, False)],
        "errors": [(in_time, Kind.ERRORS, False), (late, Kind.VALID, False)],
        "unreadable": [(in_time, Kind.UNREADABLE, False), (drawn(in_time, moment(12, 7)), Kind.VALID, False)],
        "nil": [(in_time, Kind.NIL, False)],
        "extended": [(drawn(moment(6, 7), moment(14, 7)), Kind.VALID, False)],
        "voluntary": [(late, Kind.VALID, False)],
        "second contact": [(in_time, Kind.VALID, True)],
        "question": [(in_time, Kind.QUESTION, False)],
    }
    addresses = (f"vanthu@{code.lower()}.example", f"canbo@{code.lower()}.example")
    known = (
        () if role == "no address" else addresses if role in {"second contact", "errors", "silent"} else addresses[:1]
    )
    return Unit(code, f"UBND xã {name}", role, known, tuple(sends.get(role, [])))


Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Weather:
    """What goes wrong and when: spans in which nothing runs, the mailbox is down, the way out is down."""

    units: int = 40
    begins: datetime = OPENS
    ends: datetime = ENDS
    hours: tuple[tuple[int, int], ...] = tuple((h, m) for h in range(7, 18) for m in (0, 30))
    asleep: tuple[Span, ...] = ()
    no_mailbox: tuple[Span, ...] = ()
    no_way_out: tuple[Span, ...] = ()
    workers: int = 1
    limit: int = 0

    def instants(self) -> list[datetime]:
        """Return when somebody looks: in the hours of each working day, and a few times outside."""
        found, day = [], self.begins
        while day < self.ends:
            hours = self.hours if day.weekday() < 5 else ((8, 0), (14, 0))
            found += [day + timedelta(hours=h, minutes=m) for h, m in (*hours, (3, 0), (21, 0))]
            day += timedelta(days=1)
        return sorted(found)


def within(at: datetime, spans: Sequence[Span]) -> bool:
    """Return whether an instant lies in one of some spans."""
    return any(begins <= at < ends for begins, ends in spans)


class Play:
    """One campaign, played to its end. `planned` is what the rehearsal said before it began."""

    def __init__(self, folder: Path, dovecot: DovecotServer, sink: SmtpSink, weather: Weather) -> None:
        self.folder, self.dovecot, self.sink, self.weather = folder, dovecot, sink, weather
        self.at = weather.begins - timedelta(hours=10)
        self.units = draw_units(weather.units, random.Random(7))
        self.user = f"user-{folder.name}"
        self._write_folder()
        self.workers = [self._open() for _ in range(weather.workers)]
        self.rollcall = self.workers[0][0]
        ((campaign, _),) = self.rollcall.loaded()
        self.watch = Watch(campaign, counts_all=True)
        self.planned = rehearsal.rehearse(situation.load(self.rollcall), [campaign], self.at).letters
        self.letters_to_come = [
            (max(at, self.at), unit, kind, second) for unit in self.units for at, kind, second in unit.sends
        ]
        self.letters_to_come.sort(key=lambda each: (each[0], each[1].code))
        self.delivered: list[str] = []
        self.told: dict[str, datetime] = {}
        self.missed: list[str] = []
        self._taken = 0
        self._unread: list[tuple[str, Kind]] = []

    def _write_folder(self) -> None:
        place = self.folder / campaign_mails.FOLDER
        place.mkdir(parents=True)
        for name in ("form.toml", "blank.xlsx"):
            (place / name).write_bytes(campaign_mails.files()[f"{campaign_mails.FOLDER}/{name}"])
        (place / "campaign.toml").write_text(_CAMPAIGN.format(name=CAMPAIGN), "utf-8")
        rows = [f"{unit.code},{unit.name},{';'.join(unit.addresses)},{unit.obligation}" for unit in self.units]
        (place / "units.csv").write_text("\n".join(["code,name,addresses,obligation", *rows]) + "\n", "utf-8")
        values = {"imap": self.dovecot.port, "smtp": self.sink.port, "user": self.user, "limit": self.weather.limit}
        staff = '", "'.join(STAFF)
        written = _CONFIG.format(address=ADDRESS, password=PASSWORD, staff=staff, **values)
        (self.folder / "config.toml").write_text(written + databases.section(self.folder / "rollcall.db"), "utf-8")

    def _open(self) -> tuple[SwiftRollcall, schedule.Schedule]:
        opened = assemble.open_rollcall(config.load(self.folder / "config.toml", os.environ), lambda: self.at)
        rollcall = SwiftRollcall(opened.config, opened.store, lambda: self.at, shared=SharedReaders())
        return rollcall, schedule.Schedule(rollcall, monotonic=self._seconds)

    def _seconds(self) -> float:
        return self.at.timestamp()

    def close(self) -> None:
        """End it."""
        for rollcall, _ in self.workers:
            rollcall.shared.close()
            rollcall.store.close()

    def play(self) -> None:
        """Play to the end, and require of every look that exactly those were reminded who were to be."""
        is_mailbox_up = is_way_out_up = True
        acts = [(DECIDED_AT, self._decide), (WORD_AT, self._say_the_word)]
        for at in self.weather.instants():
            self.at = at
            self._deliver()
            while acts and acts[0][0] <= at and not within(at, self.weather.asleep):
                acts.pop(0)[1]()
            if within(at, self.weather.asleep):
                continue
            up, out = not within(at, self.weather.no_mailbox), not within(at, self.weather.no_way_out)
            if up != is_mailbox_up:
                (self._start_where_it_stands if up else self.dovecot.stop)()
                is_mailbox_up = up
            if out != is_way_out_up:
                (self.sink.start if out else self.sink.stop)()
                is_way_out_up = out
            self._look(up, out)

    def _look(self, up: bool, out: bool) -> None:
        self.watch.readable = up
        if up:
            self.watch.looked_at = self.at
            for code, kind in self._unread:
                if not kind.settles and not kind.waits:
                    self.told[code] = self.at  # the answer says what it owes
            self._unread.clear()
        expected = self._expected() if up and out else {}
        self._work()
        sent = self._see_letters()
        if self.weather.limit:
            self.missed += [f"{self.at:%d/%m %H:%M} {each} unexpected" for each in sent if each not in expected.items()]
        elif sent != list(expected.items()):
            told = set(sent) ^ set(expected.items())
            self.missed.append(f"{self.at:%d/%m %H:%M} {sorted(told)}: {len(sent)} of {len(expected)} were reminded")
        for code, _ in sent:
            self.told[code] = self.at

    def _work(self) -> None:
        threads = [threading.Thread(target=self._one_works, args=(each,)) for _, each in self.workers[1:]]
        for thread in threads:
            thread.start()
        self._one_works(self.workers[0][1])
        for thread in threads:
            thread.join()

    def _one_works(self, each: schedule.Schedule) -> None:
        """Do what `rollcall run` does each minute."""
        each.remind()
        each.tell_staff()
        each.pass_over()

    def _see_letters(self) -> list[tuple[str, str]]:
        """Let the watch see what went out; return (unit, step) of each reminder, in the roster's order."""
        before = {code: len(told) for code, told in self.watch.reminded.items()}
        new, self._taken = self.sink.letters[self._taken :], len(self.sink.letters)
        for letter in new:
            self.watch.see(self.rollcall, letter.data, letter.rcpt_to, self.at)
        found = [
            (code, told.step)
            for code, all_told in self.watch.reminded.items()
            for told in all_told[before.get(code, 0) :]
        ]
        return sorted(found)

    def _expected(self) -> dict[str, str]:
        """Return the step of each unit that is to be reminded now, by the words of docs/campaign-folder.md."""
        found: dict[str, str] = {}
        watch, at = self.watch, self.at
        if not watch.is_hour(at):
            return found
        for unit in self.units:
            due, end = watch.step_due(unit.code, at), watch.campaign.end(watch.extended.get(unit.code))
            if due is None or not unit.addresses or not watch.owes(unit.code) or (end and at >= end):
                continue
            told = self.told.get(unit.code)
            if told is None or (told < due.at and told.astimezone(VIETNAM).date() != at.date()):
                found[unit.code] = due.step.text
        return found

    def _deliver(self) -> None:
        """Put into the mailbox what was sent by now; a server that is down has it when it is up again."""
        if within(self.at, self.weather.no_mailbox):
            # Mail that comes now lies in the queue of the sender's server, and is dated when it arrives.
            return
        due = [each for each in self.letters_to_come if each[0] <= self.at]
        self.letters_to_come = self.letters_to_come[len(due) :]
        for sent_at, unit, kind, second in due:
            sender = unit.addresses[1 if second else 0]
            raw = campaign_mails.mail(kind, unit.name, sender, len(self.delivered) + 1, sent_at)
            self._start_where_it_stands()
            self.dovecot.append(self.user, raw, sent_at)
            self.watch.note_mail(unit.code, kind, raw, sent_at)
            self.delivered.append(self.watch.came[-1].sha256)
            self._unread.append((unit.code, kind))

    def _start_where_it_stands(self) -> None:
        """Start the mailbox's server where it still stands from an outage that is over."""
        if self.dovecot._process is None:
            self.dovecot.start()

    def _decide(self) -> None:
        """Extend and exempt, as the commands do."""
        for unit in self.units:
            if unit.role not in {"extended", "exempt"}:
                continue
            until = EXTENDED_UNTIL.astimezone(UTC) if unit.role == "extended" else None
            kind = decisions.EXTEND if until else decisions.EXEMPT
            with self.rollcall.store.writing() as connection:
                made = decisions.NewDecision(kind, "cb", None, CAMPAIGN, unit.code, until, "")
                decisions.decide(connection, made, self.rollcall.now())
                reminders.cancel(connection, CAMPAIGN, [unit.code])
            if until:
                self.watch.extended[unit.code] = until
            else:
                self.watch.exempt.add(unit.code)

    def _say_the_word(self) -> None:
        with self.rollcall.store.writing() as connection:
            following_up.let_out(connection, CAMPAIGN, "+5d", "cb", self.rollcall.now())
        self.watch.words["+5d"] = self.at

    # What is left in the end.

    def ledger(self) -> list[tuple[str, str | None]]:
        """Return (SHA-256, outcome) of every mail in the ledger."""
        with self.rollcall.store.reading() as connection:
            return [tuple(row) for row in connection.execute(sa.select(tables.mails.c.sha256, tables.mails.c.outcome))]

    def rows(self) -> list[outbox.LetterRow]:
        """Return every letter of the outbox."""
        with self.rollcall.store.reading() as connection:
            return outbox.rows(connection)

    def reminded(self) -> list[tuple[str, str, datetime]]:
        """Return (unit, step, instant) of every reminder that went out."""
        return sorted((code, told.step, told.at) for code, all_told in self.watch.reminded.items() for told in all_told)
