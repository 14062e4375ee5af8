"""An office whose letters go out through a server that fails: rounds of sending, the clock stepped between them."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from notifications import smtp
from roll.letters import Letter, LetterKind
from service import assemble, sending
from service.config import load
from service.schedule import EVERY
from service.tally import Tally
from storage import inbox, outbox, tables
from tests import databases
from tests.journeys.office import VIETNAM
from tests.notifications import samples
from tests.servers.scripted_smtp import PASSWORD, SENDER, USER, ScriptedSmtp, Transaction

NOW = datetime(2019, 7, 3, 8, 0, tzinfo=VIETNAM)
# Who is written to; two letters go to the first, so that order is kept for him.
FIRST, SECOND, THIRD, STAFF = (f"{name}@unit.example" for name in ("mot", "hai", "ba", "phong"))
# Rounds after which a script that still fails is no script.
MOST_ROUNDS = 60

_CONFIG = """
[office]
name = "Sở Lao động - Thương binh và Xã hội tỉnh Lạng Sơn"

[[mailbox]]
address = "{sender}"
host = "127.0.0.1"
port = 1
security = "none"
password = "unused"

[smtp]
host = "127.0.0.1"
port = {port}
security = "starttls"
user = "{user}"
password = "{password}"
from = "{sender}"
"""


@dataclass
class Round:
    """What one call of `sending.send` did."""

    at: datetime
    tally: Tally
    # Of the server's script, as (connection, step, fault or empty), and of its journal.
    steps: Sequence[tuple[int, str, str]]
    taken: Sequence[Transaction]

    @property
    def connections(self) -> int:
        return sum(step == "banner" for _, step, _ in self.steps)


@dataclass
class Outward:
    """A Rollcall with letters to send, and the server that it sends through."""

    rollcall: assemble.Rollcall
    server: ScriptedSmtp
    letters: list[Letter]
    clock: list[datetime]
    open_sender: Callable[[smtp.SmtpAccount], smtp.Sender]
    rounds: list[Round] = field(default_factory=list)

    def send(self) -> Round:
        """Send once, as of the clock, after a complete pass over the mailboxes: without one reminders wait."""
        with self.rollcall.store.writing() as connection:
            inbox.end_pass(connection, inbox.begin_pass(connection, self.clock[0]), self.clock[0], "")
        steps, taken = len(self.server.steps), len(self.server.journal)
        tally = Tally()
        sending.send(self.rollcall, tally, self.open_sender)
        self.rounds.append(Round(self.clock[0], tally, self.server.steps[steps:], self.server.journal[taken:]))
        return self.rounds[-1]

    def send_until_settled(self) -> None:
        """Send, then go on to the next time that the schedule finds something due, until no letter waits."""
        for _ in range(MOST_ROUNDS):
            self.send()
            waiting = [row for row in self.rows() if row.state in ("queued", "sending")]
            if not waiting:
                return
            # A letter waits for the one before it to the same address: its own time says nothing before that one went.
            first = {row.to: row.next_try_at for row in reversed(waiting)}
            self.clock[0] = max(self.clock[0] + EVERY, min(first.values()))
        raise AssertionError(f"letters still wait after {MOST_ROUNDS} rounds: {self.rows()}")

    def tried(self) -> list[Round]:
        """Return the rounds in which something was due, so that the server was spoken to."""
        return [each for each in self.rounds if each.connections]

    def pass_time(self, time: timedelta) -> None:
        self.clock[0] += time

    def rows(self) -> Sequence[sa.Row]:
        """Return every letter as the outbox has it, in the order of queueing."""
        with self.rollcall.store.reading() as connection:
            return connection.execute(sa.select(tables.letters).order_by(tables.letters.c.id)).all()

    def row(self, letter: Letter) -> sa.Row:
        return next(row for row in self.rows() if row.key == letter.key)

    def copies(self, letter: Letter) -> list[Transaction]:
        """Return what the server took of a letter: the same bytes, to the same first addressee."""
        return [taken for taken in self.server.journal if (taken.rcpt_to, taken.data) == (letter.to, letter.data)]

    def said(self) -> str:
        """Return every word that people may read about the sending."""
        troubles = [trouble for each in self.rounds for trouble in each.tally.troubles]
        return "\n".join([*troubles, *(row.error for row in self.rows())])


@functools.cache
def letters_to_send() -> tuple[Letter, ...]:
    """Return letters of five kinds to four addressees; the first two go to the same one."""
    sample = samples.letters("vi")
    plan = {
        "acknowledgement-first": FIRST,
        "return-errors": FIRST,
        "reminder-week": SECOND,
        "overdue-first": THIRD,
        "digest-midway": STAFF,
    }
    return tuple(replace(sample[name], to=to, due_at=NOW) for name, to in plan.items())


def open_outward(
    folder: Path, server: ScriptedSmtp, timeout: float = 10.0, letters: Sequence[Letter] | None = None
) -> Outward:
    """Return an office in `folder` with queued letters; `timeout`: seconds for each answer of the server."""
    folder.mkdir(parents=True, exist_ok=True)
    values = {"port": server.port, "user": USER, "password": PASSWORD, "sender": SENDER}
    (folder / "config.toml").write_text(_CONFIG.format(**values) + databases.section(folder / "rollcall.db"), "utf-8")
    (folder / "campaigns").mkdir(exist_ok=True)
    clock = [NOW]
    rollcall = assemble.open_rollcall(load(folder / "config.toml", {}), lambda: clock[0])
    owed = list(letters_to_send() if letters is None else letters)
    with rollcall.store.writing() as connection:
        outbox.put(connection, owed, NOW)
    return Outward(rollcall, server, owed, clock, lambda account: smtp.Sender(account, timeout, timeout))


def plain_letter(number: int, to: str) -> Letter:
    """Return a short letter."""
    message_id = f"<{number}@office.example>"
    data = f"From: {SENDER}\r\nTo: {to}\r\nMessage-ID: {message_id}\r\nSubject: {number}\r\n\r\nx\r\n".encode()
    return Letter(f"letter {number}", LetterKind.REMINDER, to, str(number), message_id, data, NOW)
