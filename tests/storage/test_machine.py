"""A mail server, an office and a mail line that do anything in any order, with crashes between.

What always holds is asked after each step.
"""

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from roll import mails, outcomes, reports
from roll.letters import LetterKind
from storage import database, decisions, inbox, outbox, overviews, registry, reminders, tables
from storage import reports as stored_reports
from tests import databases
from tests.storage import samples
from tests.storage.samples import CAMPAIGN, CODES, ZONE

FOLDERS = ("INBOX", "Junk")


@dataclass
class ServerMail:
    """A mail as the server keeps it."""

    data: bytes
    received_at: datetime
    uid: int = 0
    polled: bool = False


@dataclass
class Folder:
    """A folder of the server."""

    uidvalidity: int = 1
    next_uid: int = 1
    mails: list[ServerMail] = field(default_factory=list)

    def deliver(self, mail: ServerMail) -> None:
        mail.uid, self.next_uid = self.next_uid, self.next_uid + 1
        self.mails.append(mail)


def made(owner: str, outcome: outcomes.Outcome) -> mails.Understanding:
    if outcome in samples.VERDICTS:
        return samples.understood(owner, outcome=outcome)
    if outcome in {outcomes.Outcome.HELD, outcomes.Outcome.QUARANTINED}:
        return samples.waits_for(owner, outcome=outcome)
    return mails.Understanding(outcome, "r")


_said = st.builds(made, st.sampled_from(CODES), st.sampled_from(outcomes.Outcome))
_folders = st.sampled_from(FOLDERS)
_crashes = st.booleans()
_fates = st.sampled_from(["sent", "told twice", "postponed", "failed", "crash", "crash after claiming"])
# Where a mail arrives, what it amounts to, and whose bytes it repeats.
News = tuple[str, mails.Understanding, int | None]
_news = st.tuples(_folders, _said, st.none() | st.integers(0, 5))


class OfficeMachine(RuleBasedStateMachine):
    """One database, one mailbox, one mail line."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp())
        if not databases.IS_POSTGRESQL:
            shutil.copy(self.template, self.place / "rollcall.db")
        self.store = database.Database(databases.url_of(self.place / "rollcall.db"))
        self.now = samples.NOW
        self.folders = {name: Folder() for name in FOLDERS}
        # What a mail amounts to by its bytes, while nobody assigns it.
        self.said: dict[str, mails.Understanding] = {}
        self.assigned: dict[int, tuple[str, datetime]] = {}
        self.history: dict[int, Any] = {}
        self.told: list[Any] = []
        self.count = 0
        with self.store.writing() as connection:
            registry.apply(connection, samples.source(), self.now)
        self.campaign = samples.Office.loaded(self, CAMPAIGN)  # type: ignore[arg-type]

    def teardown(self) -> None:
        for name, folder in self.folders.items():
            self.poll(name, most=len(folder.mails) + 1, crashes=False)
        self.every_mail_taken_in_has_one_row_with_its_bytes()
        assert len(self.rows()) == sum(len(folder.mails) for folder in self.folders.values())
        self.reading_everything_again_gives_the_same()
        self.store.close()
        databases.drop_under(self.place)
        shutil.rmtree(self.place)

    def tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    @contextmanager
    def writing(self, *, crashes: bool) -> Iterator[sa.Connection]:
        """One transaction; with `crashes` the process dies before it commits, and another one starts."""
        with samples.interrupted(self.store, really=crashes) as connection:
            yield connection
        if crashes:
            self.store.close()
            self.store = database.Database(databases.url_of(self.place / "rollcall.db"))

    # The server

    @initialize(came=st.lists(_news, min_size=4, max_size=8), handled=st.integers(2, 8))
    def begin(self, came: list[News], handled: int) -> None:
        """An office that is at work already: an empty one teaches little in the few steps of a run."""
        self.arrive(came)
        for name in FOLDERS:
            self.poll(name, most=8, crashes=False)
        self.handle_some(handled, crashes=False)

    @rule(came=st.lists(_news, min_size=1, max_size=4))
    def arrive(self, came: list[News]) -> None:
        for folder, said, twin_of in came:
            every = [mail for known in self.folders.values() for mail in known.mails]
            if twin_of is not None and every:
                data = every[twin_of % len(every)].data
            else:
                self.count += 1
                data = f"mail {self.count}".encode()
            self.said.setdefault(sha256(data).hexdigest(), said)
            self.folders[folder].deliver(ServerMail(data, self.tick()))

    @rule(name=_folders, seed=st.integers(0, 9), batches=st.lists(st.integers(1, 4), max_size=4))
    def renumber(self, name: str, seed: int, batches: list[int]) -> None:
        folder = self.folders[name]
        folder.uidvalidity, folder.next_uid = folder.uidvalidity + 1, 1
        waiting, folder.mails = folder.mails, []
        random.Random(seed).shuffle(waiting)
        for mail in waiting:
            folder.deliver(mail)
        for most in batches:
            self.poll(name, most, crashes=False)

    @rule(name=_folders, most=st.integers(1, 4), crashes=_crashes)
    def poll(self, name: str, most: int, crashes: bool) -> None:
        """Take in one batch of a folder; a pass that dies after it is just this, not repeated."""
        folder = self.folders[name]
        with self.store.reading() as connection:
            cursor = inbox.cursor_of(connection, "main", name)
        last = cursor[1] if cursor and cursor[0] == folder.uidvalidity else 0
        batch = [mail for mail in folder.mails if mail.uid > last][:most]
        arrivals = [
            samples.arrival(
                mail.uid, mail.data, folder=name, uidvalidity=folder.uidvalidity, received_at=mail.received_at
            )
            for mail in batch
        ]
        with self.writing(crashes=crashes) as connection:
            inbox.enter(connection, arrivals, self.tick(), ZONE)
            inbox.move_cursor(connection, "main", name, folder.uidvalidity, batch[-1].uid if batch else last)
        if not crashes:
            for mail in batch:
                mail.polled = True

    # The office

    def rows(self) -> list[inbox.Waiting]:
        with self.store.reading() as connection:
            return inbox.by_ids(connection, None)

    def understanding_of(self, row: inbox.Waiting) -> mails.Understanding:
        if row.id in self.assigned:
            return samples.understood(self.assigned[row.id][0])
        first = min(other.id for other in self.rows() if other.sha256 == row.sha256)
        if first != row.id:
            return mails.Understanding(outcomes.Outcome.DUPLICATE, "same_mail")
        return self.said[row.sha256]

    def handle(self, row: inbox.Waiting, *, crashes: bool = False) -> None:
        understanding = self.understanding_of(row)
        settled_at = self.assigned[row.id][1] if row.id in self.assigned else row.entered_at
        read = samples.contents(
            *(samples.reading(report.verdict, samples.value(row.id)) for report in understanding.reports)
        )
        mail = mails.Mail(row.id, row.receipt, row.mailbox, row.folder, None, row.received_at, row.sha256)
        answer = samples.letter(f"answer:{row.receipt}", due_at=self.now, mail_id=row.id)
        with self.writing(crashes=crashes) as connection:
            touched = stored_reports.forget(connection, row.id)
            inbox.record(connection, [inbox.Result(row.id, read, understanding)], self.now)
            stored_reports.record(connection, mail, read, understanding.reports, settled_at)
            for campaign, code in touched:
                stored_reports.settle(connection, campaign, code)
            reminders.cancel(connection, CAMPAIGN, list(understanding.candidates))
            outbox.put(connection, [answer], self.now)

    @rule(most=st.integers(1, 5), crashes=_crashes)
    def handle_some(self, most: int, crashes: bool) -> None:
        with self.store.reading() as connection:
            waiting = inbox.waiting(connection)[:most]
        for place, row in enumerate(waiting, start=1):
            self.handle(row, crashes=crashes and place == len(waiting))

    def handled(self) -> list[inbox.Waiting]:
        with self.store.reading() as connection:
            open_ids = {row.id for row in inbox.waiting(connection)}
            return [row for row in inbox.by_ids(connection, None) if row.id not in open_ids]

    @rule(data=st.data(), unit=st.sampled_from(CODES))
    def assign(self, data: st.DataObject, unit: str) -> None:
        if rows := self.handled():
            row = data.draw(st.sampled_from(rows))
            with self.store.writing() as connection:
                decisions.decide(
                    connection, decisions.NewDecision(decisions.ASSIGN, "x", row.id, unit=unit), self.tick()
                )
            self.assigned[row.id] = (unit, self.now)
            self.handle(row)

    @precondition(lambda self: self.assigned)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        mail_id = data.draw(st.sampled_from(sorted(self.assigned)))
        with self.store.writing() as connection:
            made_ = decisions.of_mail(connection, mail_id)
            decisions.undo(connection, made_[-1], "x", self.tick())
        del self.assigned[mail_id]
        if made_[:-1]:
            self.assigned[mail_id] = (str(made_[-2].unit), made_[-2].at)
        self.handle(next(row for row in self.rows() if row.id == mail_id))

    @rule(data=st.data())
    def read_again(self, data: st.DataObject) -> None:
        if rows := self.handled():
            self.handle(data.draw(st.sampled_from(rows)))

    @rule(data=st.data())
    def a_mail_cannot_be_read(self, data: st.DataObject) -> None:
        if rows := self.handled():
            row = data.draw(st.sampled_from(rows))
            with self.store.writing() as connection:
                touched = [report["unit"] for report in overviews.ledger(connection, row.id)[0].reports]
                inbox.set_aside(connection, row.id, "poison", "", self.tick())
                shown = overviews.board_of(connection, self.campaign, self.now)
            assert all(unit.state is not outcomes.State.MISSING for unit in shown.units if unit.code in touched)
            self.units_are_consistent()
            self.handle(row)

    # The mail line

    @rule(step=st.integers(0, 2), crashes=_crashes)
    def remind(self, step: int, crashes: bool) -> None:
        with self.store.reading() as connection:
            shown = overviews.board_of(connection, self.campaign, self.tick())
        missing = [unit.code for unit in shown.units if unit.state is outcomes.State.MISSING]
        owed = [
            samples.letter(f"remind:{code}:{step}", LetterKind.REMINDER, unit=code, campaign=CAMPAIGN, due_at=self.now)
            for code in missing
        ]
        with self.writing(crashes=crashes) as connection:
            outbox.put(connection, owed, self.now)

    @rule(fates=st.lists(_fates, min_size=1, max_size=5))
    def send(self, fates: list[str]) -> None:
        for fate in fates:
            self.send_one(fate)
            self.each_letter_is_there_once_and_a_sent_one_never_changes()

    def send_one(self, fate: str) -> None:
        """One letter on its way; `told twice`: a worker that was thought dead says afterwards that it failed."""
        now = self.tick()
        with self.store.writing() as connection:
            outbox.reclaim(connection)
        with self.writing(crashes=fate == "crash") as connection:
            owed = outbox.claim_next(connection, now)
        if owed is None or fate.startswith("crash"):
            return
        with self.store.writing() as connection:
            if fate == "failed":
                outbox.mark_failed(connection, owed.id, now, "550")
            elif fate == "postponed":
                outbox.postpone(connection, owed, now, outbox.Setback("451"))
            else:
                outbox.mark_sent(connection, owed.id, now)
        self.each_letter_is_there_once_and_a_sent_one_never_changes()
        with self.store.writing() as connection:
            if fate == "told twice":
                outbox.postpone(connection, owed, now, outbox.Setback("451"))

    @rule()
    def time_passes(self) -> None:
        self.now += timedelta(hours=5)

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        with self.store.writing() as connection:
            if rows := outbox.rows(connection):
                outbox.cancel(connection, data.draw(st.sampled_from([row.id for row in rows])))

    # What always holds

    @invariant()
    def every_mail_taken_in_has_one_row_with_its_bytes(self) -> None:
        with self.store.reading() as connection:
            rows = connection.execute(
                sa.select(
                    tables.mails.c.folder,
                    tables.mails.c.uidvalidity,
                    tables.mails.c.uid,
                    tables.mails.c.sha256,
                    tables.raws.c.data,
                ).join(tables.raws)
            ).all()
            cursors = {name: inbox.cursor_of(connection, "main", name) for name in FOLDERS}
        assert all(sha256(row.data).hexdigest() == row.sha256 for row in rows)
        for name, folder in self.folders.items():
            here = sum(row.folder == name for row in rows)
            # In the middle of a renumbered folder a twin that is new may stand in the row of one that is still to come.
            assert here <= sum(mail.polled for mail in folder.mails)
            cursor = cursors[name]
            if cursor == (folder.uidvalidity, folder.next_uid - 1):
                assert here == len(folder.mails)
            if cursor and cursor[0] == folder.uidvalidity:
                places = Counter(
                    (row.uid, row.data) for row in rows if (row.folder, row.uidvalidity) == (name, folder.uidvalidity)
                )
                listed = Counter((mail.uid, mail.data) for mail in folder.mails if mail.uid <= cursor[1])
                assert places == listed

    @invariant()
    def receipt_numbers_have_no_gap(self) -> None:
        assert sorted(row.receipt for row in self.rows()) == [
            f"TN-2019-{number:04d}" for number in range(1, len(self.rows()) + 1)
        ]

    @invariant()
    def units_are_consistent(self) -> None:
        with self.store.reading() as connection:
            shown = overviews.board_of(connection, self.campaign, datetime.max.replace(tzinfo=self.now.tzinfo))
            candidates = set(
                connection.execute(
                    sa.select(tables.candidates.c.unit)
                    .join(tables.mails)
                    .where(tables.mails.c.outcome.in_(["held", "quarantined"]))
                ).scalars()
            )
            for unit in shown.units:
                versions = stored_reports.versions_of(connection, [(CAMPAIGN, unit.code)])
                assert [version.number for version in versions] == list(range(1, len(versions) + 1))
                assert [version for version in versions if version.current] == (
                    [reports.standing(versions)] if versions else []
                )
                assert unit.versions == len(versions)
                assert unit.code not in candidates or unit.state is not outcomes.State.MISSING
                if any(version.current and version.outcome == "accepted" for version in versions):
                    assert unit.state is outcomes.State.VALID
        totals = shown.totals()
        assert totals["expected"] == len(CODES) == totals["received"] + totals["missing"]

    @invariant()
    def each_letter_is_there_once_and_a_sent_one_never_changes(self) -> None:
        with self.store.reading() as connection:
            rows = connection.execute(sa.select(tables.letters)).all()
        assert len({row.key for row in rows}) == len(rows)
        assert all((row.sent_at is not None) == (row.state == "sent") for row in rows)
        found = {row.id: row for row in rows}
        assert all(found[letter_id] == row for letter_id, row in self.history.items())
        self.history = {row.id: row for row in rows if row.state == "sent"}

    @invariant()
    def every_handled_mail_has_its_answer_in_the_outbox(self) -> None:
        with self.store.reading() as connection:
            assert all(outbox.answered(connection, row.id) for row in self.handled())

    @invariant()
    def the_trail_only_grows(self) -> None:
        with self.store.reading() as connection:
            trail = connection.execute(sa.select(tables.trail).order_by(tables.trail.c.id)).all()
        assert trail[: len(self.told)] == self.told
        self.told = list(trail)

    def reading_everything_again_gives_the_same(self) -> None:
        """Reports, numbers and states are a fold over raw mails and decisions, in whatever order they are read."""
        before, rows = self.derived(), self.handled()
        with self.store.writing() as connection:
            for row in rows:
                stored_reports.forget(connection, row.id)
        for row in sorted(rows, key=lambda row: row.sha256):
            self.handle(row)
        assert self.derived() == before

    def derived(self) -> tuple[Any, ...]:
        with self.store.reading() as connection:
            versions = [
                version for code in CODES for version in stored_reports.versions_of(connection, [(CAMPAIGN, code)])
            ]
            values = [stored_reports.reading_of(connection, version.id) for version in versions]
            ledger = [(row.id, row.outcome, row.unit) for row in overviews.ledger(connection)]
            candidates = sorted(tuple(row) for row in connection.execute(sa.select(tables.candidates)))
        return [samples.replace(version, id=0) for version in versions], values, ledger, candidates


def run(template: Path, examples: int, steps: int) -> None:
    machine = type("Machine", (OfficeMachine,), {"template": template})
    profile = settings(
        max_examples=examples,
        # Shrinking whole histories takes minutes; the steps are printed as they are.
        phases=[phase for phase in Phase if phase is not Phase.shrink],
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    run_state_machine_as_test(machine, settings=profile)


def test_what_always_holds_holds_in_any_order_of_events(empty_schema: Path) -> None:
    run(empty_schema, examples=20, steps=20)


@pytest.mark.soak
def test_what_always_holds_holds_in_very_many_orders_of_events(empty_schema: Path) -> None:
    run(empty_schema, examples=600, steps=80)
