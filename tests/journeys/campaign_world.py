"""A small office of its own for a random campaign: the real jobs on SQLite, mails entered by hand, letters caught."""

import email
import functools
import itertools
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from email import policy
from pathlib import Path
from typing import Self

from bench.office.run import SharedReaders
from notifications import smtp, smtp_errors
from roll.mistakes import OperatorError
from service import (
    assemble,
    config,
    digesting,
    first_files,
    following_up,
    jobs,
    reminding,
    reviewing,
    sending,
    situation,
    timely,
)
from service.fetching import INTAKE
from service.tally import Tally
from storage import decisions, inbox, outbox, overviews, reminders
from tests import databases
from tests.journeys import campaign_mails
from tests.journeys.campaign_mails import Kind
from tests.journeys.drawn import OPENS, Drawn
from tests.journeys.letter_watch import Watch
from tests.journeys.office import ADDRESS, VIETNAM
from tests.journeys.post import bouncing
from tests.journeys.swift import SwiftRollcall

STAFF = "phong.tebdg@so.example"
# code, name, addresses, obligation
UNITS = (
    ("X01", "UBND xã Mẫu Một", ("vanphong@mau-mot.example", "hai@mau-mot.example"), "required"),
    ("X02", "UBND xã Mẫu Hai", ("vanphong@mau-hai.example",), "required"),
    ("X03", "UBND phường Mẫu Ba", ("vanphong@mau-ba.example",), "required"),
    ("X04", "UBND xã Mẫu Bốn", (), "required"),
    ("X05", "UBND xã Mẫu Năm", ("vanphong@mau-nam.example",), "asked"),
)
NAMES = {code: name for code, name, _, _ in UNITS}
ADDRESSES = {code: addresses for code, _, addresses, _ in UNITS}
REQUIRED = [code for code, *_, obligation in UNITS if obligation == "required"]
_CONFIG = """
[office]
name = "Sở Mẫu tỉnh Mẫu"
[[mailbox]]
name = "main"
address = "{address}"
host = "127.0.0.1"
port = 1
security = "none"
user = "x"
password = "x"
[smtp]
host = "127.0.0.1"
port = 1
security = "none"
from = "{address}"
daily_limit = {limit}
[letters]
mode = "units"
[staff]
digest_to = ["{staff}"]
"""


@functools.cache
def _empty_database() -> bytes:
    """Return a database at the current schema: to make one takes longer than most campaigns."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "campaigns").mkdir()
        (place / "config.toml").write_text(_CONFIG.format(address=ADDRESS, staff=STAFF, limit=0), "utf-8")
        rollcall = assemble.open_rollcall(config.load(place / "config.toml", {}), lambda: OPENS)
        rollcall.store.close()
        return (place / "rollcall.db").read_bytes()


class World:
    """One campaign from before its opening to after its end. Times only go forward."""

    def __init__(self, drawn: Drawn, shared: SharedReaders) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="rollcall-campaign-"))
        self.shared, self.at, self.drawn = shared, OPENS - timedelta(hours=15), drawn
        self.mailbox: list[bytes] = []
        self.received: list[datetime] = []
        self.entered = 0
        # Addresses of which a bounce lies in the mailbox.
        self.bounced: list[str] = []
        self.is_readable, self.is_way_out_open = True, True
        self.numbers = itertools.count(1)
        # What comes in, and is taken in by another process, while the next letter is on its way out.
        self.meanwhile: list[tuple[str, Kind]] = []
        self._write_folder(drawn)
        self.rollcall = self._open()
        ((campaign, _),) = self.rollcall.loaded()
        self.watch = Watch(campaign)

    def _write_folder(self, drawn: Drawn) -> None:
        for path, data in campaign_mails.files().items():
            if path.startswith("campaigns"):
                (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
                (self.folder / path).write_bytes(data)
        place = self.folder / campaign_mails.FOLDER
        (place / "campaign.toml").write_text(drawn.toml(), "utf-8")
        rows = [f"{code},{name},{';'.join(addresses)},{obligation}" for code, name, addresses, obligation in UNITS]
        (place / "units.csv").write_text("\n".join(["code,name,addresses,obligation", *rows]) + "\n", "utf-8")
        if not databases.IS_POSTGRESQL:
            (self.folder / "rollcall.db").write_bytes(_empty_database())
        written = _CONFIG.format(address=ADDRESS, staff=STAFF, limit=drawn.limit)
        written += databases.section(self.folder / "rollcall.db")
        (self.folder / "config.toml").write_text(written, "utf-8")

    def _open(self) -> SwiftRollcall:
        opened = assemble.open_rollcall(config.load(self.folder / "config.toml", {}), lambda: self.at)
        return SwiftRollcall(opened.config, opened.store, lambda: self.at, shared=self.shared)

    def close(self) -> None:
        """End it."""
        self.rollcall.store.close()
        databases.drop_under(self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)

    def restart(self) -> None:
        """Stop the program and start it again."""
        self.rollcall.store.close()
        self.rollcall = self._open()

    # What units and servers do.

    def arrive(self, unit: str, kind: Kind) -> None:
        """Put a mail of a unit into the mailbox."""
        number = next(self.numbers)
        sender = (*ADDRESSES[unit], f"vanthu@{unit.lower()}.example")[0]
        raw = campaign_mails.mail(kind, NAMES[unit], sender, number, self.at)
        self._deliver(raw)
        self.watch.note_mail(unit, kind if ADDRESSES[unit] or kind is Kind.STRANGER else Kind.STRANGER, raw, self.at)
        if sender in self.watch.lost and kind is not Kind.STRANGER:
            self.watch.lost.discard(sender)

    def bounce(self, unit: str) -> bool:
        """Let the last reminder to a unit come back for good; return whether there was one."""
        told = self.watch.reminded[unit]
        if not told:
            return False
        with self.rollcall.store.reading() as connection:
            row = [each for each in outbox.rows(connection) if each.unit == unit and each.to == told[-1].to][-1]
            data = outbox.data_of(connection, row.id)
        self._deliver(bouncing(row.to)(email.message_from_bytes(data, policy=policy.default), str(next(self.numbers))))
        self.bounced.append(row.to)
        return True

    def _deliver(self, raw: bytes) -> None:
        self.mailbox.append(raw)
        self.received.append(self.at)

    # What the program does.

    def take_in(self, *, dies: bool = False) -> bool:
        """Make a pass over the mailbox; return whether it was complete. `dies`: before it understands what came."""
        watch, tally = self.watch, Tally()
        with self.rollcall.store.alone(INTAKE), self.rollcall.store.writing() as connection:
            pass_id = inbox.begin_pass(connection, self.rollcall.now())
            if self.is_readable:
                new = range(self.entered, len(self.mailbox))
                arrivals = [
                    inbox.Arrival(
                        self.mailbox[n], "main", "INBOX", 1, n + 1, self.received[n].astimezone(UTC), "internaldate"
                    )
                    for n in new
                ]
                inbox.enter(connection, arrivals, self.rollcall.now(), self.rollcall.zone)
                self.entered = len(self.mailbox)
                watch.lost.update(self.bounced)
                self.bounced.clear()
            inbox.end_pass(connection, pass_id, self.rollcall.now(), "" if self.is_readable else "no server there")
        watch.readable = self.is_readable
        if self.is_readable:
            watch.looked_at = self.at
        if not dies:
            self._excuse_who_is_answered()
            jobs.handle_waiting(self.rollcall, tally)
            reviewing.settle_what_was_answered(self.rollcall, tally)
        return self.is_readable

    def _excuse_who_is_answered(self) -> None:
        """Whose mail is understood now gets an answer, which may say what it owes: no reminder besides."""
        with self.rollcall.store.reading() as connection:
            new = {row.sha256 for row in inbox.waiting(connection)}
        for mail in self.watch.came:
            if mail.sha256 in new:
                self.watch.excused[mail.unit] = self.at

    def work(self) -> None:
        """Do what `rollcall run` does each minute."""
        at = self.rollcall.now()
        names = [first_files.CAMPAIGN]
        is_due = self.watch.is_hour(self.at)
        if is_due and self.take_in():
            reminding.queue(self.rollcall, names, at, Tally())
        if is_due:
            self.send()
        if self.take_in():
            timely.withdraw_late_digests(self.rollcall)
            known = situation.load(self.rollcall)
            if digesting.is_due(known, known.all_campaigns, at):
                digesting.queue(known, digesting.digest(known, known.all_campaigns, at), at)
        self.send()

    def send(self) -> None:
        """Send what is owed, through a way out that lets the watch see each letter."""
        sending.send(self.rollcall, Tally(), lambda _: _WayOut(self))

    # What people decide.

    def extend(self, unit: str, until: datetime) -> None:
        """Give a unit more time, as the command does."""
        self._decide(decisions.NewDecision(decisions.EXTEND, "cb", None, first_files.CAMPAIGN, unit, until))
        self.watch.extended[unit] = until
        reviewing.take_what_came_late(self.rollcall, self.watch.campaign, unit)

    def exempt(self, unit: str) -> None:
        """Release a unit, as the command does."""
        self._decide(decisions.NewDecision(decisions.EXEMPT, "cb", None, first_files.CAMPAIGN, unit, None, "miễn"))
        self.watch.exempt.add(unit)

    def exempt_no_more(self, unit: str) -> None:
        """Take the exemption back."""
        with self.rollcall.store.writing() as connection:
            for made in decisions.of_unit(connection, first_files.CAMPAIGN, unit, decisions.EXEMPT):
                decisions.undo(connection, made, "cb", self.rollcall.now())
        self.watch.exempt.discard(unit)
        self.watch.excused[unit] = self.at

    def _decide(self, made: decisions.NewDecision) -> None:
        with self.rollcall.store.writing() as connection:
            decisions.decide(connection, made, self.rollcall.now())
            reminders.cancel(connection, made.campaign, [made.unit or ""])
        self.watch.excused[made.unit or ""] = self.at

    def let_out(self, step: str) -> None:
        """Say an officer's word on a follow-up."""
        with self.rollcall.store.writing() as connection:
            following_up.let_out(connection, first_files.CAMPAIGN, step, "cb", self.rollcall.now())
        self.watch.words[step] = self.at

    def take_back(self, step: str) -> None:
        """Take the word back, once nothing waits that was queued by it."""
        following_up.take_back(self.rollcall, first_files.CAMPAIGN, step, "cb")
        self.watch.words.pop(step, None)

    def dismiss(self) -> None:
        """Settle the oldest mail that waits: nothing is to be done."""
        with self.rollcall.store.reading() as connection:
            waiting = sorted(overviews.waiting_for_a_person(connection), key=lambda row: row.id)
        by_hash = {mail.sha256: mail for mail in self.watch.came}
        for row in waiting[:1]:
            mail = by_hash.get(row.sha256)
            try:
                reviewing.rule(self.rollcall, str(row.id), reviewing.Ruling(decisions.DISMISS, "cb"))
            except OperatorError:
                return
            if mail is not None:
                mail.dismissed = True
                self.watch.excused[mail.unit] = self.at

    # What must hold.

    def reachable(self) -> dict[str, list[str]]:
        """Return by unit the addresses that letters get through to."""
        return {unit: [a for a in ADDRESSES[unit] if a not in self.watch.lost] for unit in REQUIRED}

    def waiting_reminders(self) -> list[str]:
        """Return the keys of the reminders that wait to go out."""
        with self.rollcall.store.reading() as connection:
            rows = outbox.rows(connection)
        return [f"{row.unit} {row.step}" for row in rows if row.kind in reminders.KINDS and row.state == "queued"]

    def unhandled(self) -> int:
        """Return how many mails of the ledger wait to be understood."""
        with self.rollcall.store.reading() as connection:
            return len(inbox.waiting(connection))

    def ledger(self) -> int:
        """Return how many mails the ledger has."""
        with self.rollcall.store.reading() as connection:
            return len(inbox.by_ids(connection, None))

    def last_digest(self) -> datetime:
        """Return when the last digest of the campaign is due."""
        return digesting.times(situation.load(self.rollcall), self.watch.campaign)[-1]

    def was_told_the_end(self, to: str) -> bool:
        """Return whether somebody got the last digest."""
        day = self.last_digest().astimezone(VIETNAM).date()
        with self.rollcall.store.reading() as connection:
            rows = [row for row in outbox.rows(connection) if row.kind == "digest" and row.to == to]
        return any(row.state == "sent" and row.step == f"{day}" for row in rows)

    def forgotten(self) -> list[str]:
        """Return what ought to have gone out by now, with everything up; not where a budget holds letters back."""
        is_up = self.is_readable and self.is_way_out_open and not self.drawn.limit
        return self.watch.forgotten(self.reachable(), self.at) if is_up else []


class _WayOut:
    """The end of the line: every letter is seen by the watch, and taken."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __enter__(self) -> Self:
        if not self._world.is_way_out_open:
            raise smtp_errors.SmtpUnreachable("The server for outgoing mail does not answer.")
        return self

    def __exit__(self, *_: object) -> None:
        """Say goodbye."""

    def send(self, to: str, data: bytes, cc: str = "") -> smtp.Delivery:
        """Take a letter; meanwhile mails may come, which another process takes in."""
        world = self._world
        world.watch.see(world.rollcall, data, tuple(each for each in (to, cc) if each), world.at)
        while world.meanwhile:
            world.arrive(*world.meanwhile.pop())
            world.take_in()
        return smtp.Delivery(smtp.Fate.SENT, "")
