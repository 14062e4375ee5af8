"""An office on the real code: mails go into the ledger, the jobs handle them, an officer settles what waits daily."""

import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from bench.office import figures, mails, roster, workbooks
from bench.office.truth import Truth, Wanted
from forms import form as forms_form
from intake import readers
from service import assemble, config, fetching, jobs, reviewing, shapes
from service.tally import Tally
from storage import inbox, overviews

FIRST_YEAR = 2019
_CONFIG = """
[office]
name = "Sở Lao động - Thương binh và Xã hội tỉnh Lạng Sơn"
department = "Phòng Trẻ em - Bình đẳng giới"
[[mailbox]]
name = "main"
address = "ptelangson@so.example"
host = "127.0.0.1"
port = 1
security = "none"
user = "office"
password = "office"
authserv_id = "mx.so.example"
[smtp]
host = "127.0.0.1"
port = 1
security = "none"
from = "ptelangson@so.example"
[letters]
mode = "units"
[staff]
digest_to = ["phong.tebdg@so.example"]
"""
_CAMPAIGN = """
name = "thang-hanh-dong-{year}"
title = "Tháng hành động vì trẻ em năm {year}"
report_title = "báo cáo kết quả Tháng hành động vì trẻ em năm {year}"
opens = {year}-06-01
answers_from = {year}-06-01
deadline_text = "trước ngày 05 tháng 7 năm {year}"
due_before = {year}-07-05
grace_until = {year}-07-06
closes = {year}-07-12
reminders = ["-7d", "-3d", "-1d", "+1d"]
signed_copy = true
"""


class SharedReaders:
    """Readers that outlive one job: starting them costs more than the few mails of a simulated day."""

    def __init__(self) -> None:
        self._open: tuple[list[tuple[str, str]], readers.Readers] | None = None

    def for_forms(self, forms: list[forms_form.Form]) -> "SharedReaders":
        """Return readers for these forms, those of before where the forms are the same."""
        names = [(form.name, form.version) for form in forms]
        if self._open is None or self._open[0] != names:
            self.close()
            self._open = (names, readers.Readers(forms, 2))
            self._open[1].start()
        return self

    def close(self) -> None:
        """End the readers."""
        if self._open is not None:
            self._open[1].close()
            self._open = None

    def __enter__(self) -> readers.Readers:
        assert self._open is not None
        return self._open[1]

    def __exit__(self, *_: object) -> None:
        """Leave the readers open for the next job."""


@dataclass(slots=True)
class _Rollcall(assemble.Rollcall):
    """The program as it is, with readers that stay open."""

    shared: SharedReaders = field(default_factory=SharedReaders)

    def open_readers(self, forms: list[forms_form.Form]) -> Any:
        return self.shared.for_forms(forms)


class Office:
    """One office with its database, in a folder of its own; use it as a context."""

    def __init__(self, seed: int, shared: SharedReaders, *, registered: bool) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="rollcall-office-")
        self.folder = Path(self._folder.name)
        self.seed, self.registered, self.shared = seed, registered, shared
        self.now = datetime(FIRST_YEAR, 6, 1, tzinfo=mails.VIETNAM)
        self.uid = 0
        self.chance = random.Random(seed)
        self.units = roster.bodies(self.chance)
        self.ambiguous = mails.share_addresses(self.units, self.chance)
        self.known: dict[str, set[str]] = {}
        self.settled: set[int] = set()
        # The ledger as `messages --json` showed it after the last day.
        self.messages: list[dict[str, Any]] = []
        (self.folder / "campaigns").mkdir()
        (self.folder / "config.toml").write_text(_CONFIG, "utf-8")
        self.rollcall: _Rollcall | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def work(self, size: int) -> tuple[figures.Stage, figures.Stage]:
        """Work through two campaigns of about `size` mails each, a year apart; return what was counted."""
        first = self._campaign(0, size)
        self.ambiguous |= mails.move_people(self.units, self.chance)
        return first, self._campaign(1, size)

    def _campaign(self, number: int, size: int) -> figures.Stage:
        year = FIRST_YEAR + number
        self._open(year)
        drawn = mails.Campaign(self.units, year, number, self.seed, self.chance, self.ambiguous).draw(size)
        stage, rows = figures.Stage(), {}
        for day in sorted({truth.at.date() for truth in drawn}):
            today = [truth for truth in drawn if truth.at.date() == day]
            self.now = max(truth.at for truth in today) + timedelta(minutes=5)
            for truth, row in self._handle(today, rows):
                stage.judge(truth, row, known=self._is_known(truth))
                rows[row["id"]] = truth
            self._decide(stage, rows)
        return stage

    def _open(self, year: int) -> None:
        """Write the campaign's folder, and let the program apply it."""
        folder = self.folder / "campaigns" / str(year)
        folder.mkdir()
        (folder / "campaign.toml").write_text(_CAMPAIGN.format(year=year), "utf-8")
        (folder / "form.toml").write_text(workbooks.form_text(year), "utf-8")
        # The office's own blank: drawing one from the form would cost more than handling a mail.
        (folder / "blank.xlsx").write_bytes(workbooks.blank_form(year))
        # The register is written once, in the first year; what an office learned after that it has in its database.
        if year == FIRST_YEAR:
            self.register = roster.units_csv(self.units, with_addresses=self.registered)
            for body in self.units if self.registered else ():
                for address in body.registered:
                    self.known.setdefault(address, set()).add(body.code)
        (folder / "units.csv").write_text(self.register, "utf-8")
        self.now = datetime(year, 6, 1, tzinfo=mails.VIETNAM)
        loaded = config.load(self.folder / "config.toml", {})
        opened = assemble.open_rollcall(loaded, lambda: self.now)
        self.rollcall = _Rollcall(opened.config, opened.store, lambda: self.now, shared=self.shared)

    def _handle(self, today: Sequence[Truth], rows: dict[int, Truth]) -> list[tuple[Truth, dict[str, Any]]]:
        """Enter the mails of a day, let the jobs handle them, and return each with its row of `messages`."""
        assert self.rollcall is not None
        answers = {
            rows[row["id"]].key: row["answers"][0]["message_id"]
            for row in self.messages
            if row["id"] in rows and row["answers"]
        }
        arrivals = []
        for truth in today:
            self.uid += 1
            arrivals.append(
                inbox.Arrival(truth.build(answers.get), "main", "INBOX", 1, self.uid, truth.at, "internaldate")
            )
        with self.rollcall.store.alone(fetching.INTAKE), self.rollcall.store.writing() as connection:
            inbox.enter(connection, arrivals, self.rollcall.now(), self.rollcall.zone)
        jobs.handle_waiting(self.rollcall, Tally())
        self.messages = self._messages()
        by_uid = {row["uid"]: row for row in self.messages}
        return [(truth, by_uid[arrival.uid]) for truth, arrival in zip(today, arrivals, strict=True)]

    def _messages(self) -> list[dict[str, Any]]:
        assert self.rollcall is not None
        with self.rollcall.store.reading() as connection:
            return [shapes.message(row, self.rollcall.zone) for row in overviews.ledger(connection)]

    def _waiting(self) -> dict[int, dict[str, Any]]:
        assert self.rollcall is not None
        with self.rollcall.store.reading() as connection:
            rows = overviews.waiting_for_a_person(connection)
        return {row.id: shapes.message(row, self.rollcall.zone) for row in rows}

    def _is_known(self, truth: Truth) -> bool:
        units = self.known.get(truth.address, set())
        return (
            bool(truth.units)
            and truth.units[0] in units
            and (len(units) == 1 or truth.clear)
            and truth.kind != "on_behalf"
        )

    def _asked_about(self, truth: Truth) -> str:
        if truth.kind == "on_behalf":
            return "a report sent for another unit"
        if truth.only_clear_by_content:
            return "an address of two units, or of one who has moved"
        if not self.known.get(truth.address):
            return "an address not seen before"
        return "an address that is known"

    def _decide(self, stage: figures.Stage, rows: dict[int, Truth]) -> None:
        """Be the officer: look once a day at what waits, and say whose each attempt at a report is."""
        assert self.rollcall is not None
        waiting = self._waiting()
        for row in sorted(waiting.values(), key=lambda row: row["id"]):
            truth = rows.get(row["id"])
            # What an address was taught settles what else waited from it: that takes no decision.
            if truth is None or row["id"] in self.settled or row["id"] not in waiting:
                continue
            self.settled.add(row["id"])
            if truth.wanted not in {Wanted.CREDIT, Wanted.RETURN} and truth.kind != "on_behalf":
                stage.for_a_person += 1
                continue
            stage.decisions += 1
            stage.decided[self._asked_about(truth)] += 1
            stage.one_click += row["proposal"] == truth.units[0]
            remember = truth.learn and truth.units[0] not in self.known.get(truth.address, set())
            tally = reviewing.assign(
                self.rollcall, str(row["id"]), reviewing.Assignment(truth.units[0], "officer", "", remember)
            )
            if remember:
                self.known.setdefault(truth.address, set()).add(truth.units[0])
                waiting = self._waiting()
            stage.still_waiting += bool(tally.outcomes["held"] or tally.outcomes["quarantined"])


def silent(_seed: int, _stages: tuple[figures.Stage, figures.Stage]) -> None:
    """Say nothing after an office."""


def simulate(
    sizes: Sequence[tuple[int, int]],
    *,
    registered: bool,
    tell: Callable[[int, tuple[figures.Stage, figures.Stage]], None] = silent,
) -> tuple[figures.Stage, figures.Stage]:
    """Run an office for each (seed, mails a campaign); return what was counted in first and second campaigns.

    `tell` is told what was counted so far after each office.
    """
    shared, first, second = SharedReaders(), figures.Stage(), figures.Stage()
    try:
        for seed, size in sizes:
            with Office(seed, shared, registered=registered) as office:
                one, other = office.work(size)
            first.add(one)
            second.add(other)
            tell(seed, (first, second))
    finally:
        shared.close()
    return first, second
