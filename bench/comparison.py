"""Rollcall and the plain script over the same mailbox on the same Dovecot, in turn, start-up taken off both.

Start-up is what a run costs that finds an empty mailbox: each contender is run so once before each counted run, on the same
database, and the one is taken off the other.
"""

import sqlite3
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench import corpus, processes
from tests.journeys.office import CAMPAIGN, REPOSITORY, Office, form_2019
from tests.servers.dovecot import PASSWORD, DovecotServer

FULL, EMPTY = "reports", "nobody"


@dataclass(frozen=True, slots=True)
class Measured:
    """One contender over one mailbox, start-up apart."""

    startup: processes.Run
    whole: processes.Run
    values: int

    @property
    def seconds(self) -> float:
        """Return the wall seconds without start-up."""
        return self.whole.seconds - self.startup.seconds


@dataclass(frozen=True, slots=True)
class Comparison:
    """All runs of both, in the order in which they ran."""

    mails: int
    rollcall: list[Measured]
    plain: list[Measured]

    @property
    def ratio(self) -> float:
        """Return how many times as fast Rollcall is, by the medians."""
        return _median(self.plain) / _median(self.rollcall)

    @property
    def peak_megabytes(self) -> float:
        """Return the most memory that Rollcall's process tree had in any run."""
        return max(run.whole.peak_megabytes for run in self.rollcall)

    def lines(self) -> list[str]:
        """Return the figures as lines to print."""
        shown = [f"{self.mails} mails, {len(self.rollcall)} runs each, in turn; start-up taken off"]
        for name, runs in (("rollcall", self.rollcall), ("plain script", self.plain)):
            seconds = _median(runs)
            each = ", ".join(f"{run.seconds:.2f}" for run in runs)
            shown.append(
                f"{name:13} {seconds:6.2f} s ({each})  {self.mails / seconds:6.1f} mails/s  "
                f"{1000 * seconds / self.mails:5.2f} ms/mail  "
                f"processor {statistics.median(run.whole.processor_seconds for run in runs):.2f} s  "
                f"start-up {statistics.median(run.startup.seconds for run in runs):.2f} s "
                f"({statistics.median(run.startup.processor_seconds for run in runs):.2f} s processor)  "
                f"memory {max(run.whole.peak_megabytes for run in runs):.0f} MB"
            )
        return [*shown, f"ratio         {self.ratio:6.1f}"]


def _median(runs: list[Measured]) -> float:
    return statistics.median(run.seconds for run in runs)


def compare(server: DovecotServer, mails: int, runs: int) -> Comparison:
    """Deliver `mails` reports and measure both contenders `runs` times, in turn."""
    server.append_many(EMPTY, [])
    server.append_many(FULL, corpus.make(mails, form_2019()))
    done = Comparison(mails, [], [])
    for _ in range(runs):
        for measure, results in ((_rollcall, done.rollcall), (_plain, done.plain)):
            with tempfile.TemporaryDirectory(prefix="rollcall-bench-") as folder:
                results.append(measure(server, Path(folder), mails))
    counts = {run.values for run in (*done.rollcall, *done.plain)}
    assert len(counts) == 1, f"the contenders stored different numbers of values: {counts}"
    return done


def _rollcall(server: DovecotServer, folder: Path, mails: int) -> Measured:
    """Measure `poll --no-send`; the database exists and the campaign is applied, as on any day but the first."""
    office = Office(folder, EMPTY, server)
    office.run("status")
    command = [sys.executable, "-m", "service", "poll", "--no-send"]
    startup = processes.run(command, folder)
    office.user = FULL
    office.write_config()
    whole = processes.run(command, folder)
    database = folder / "rollcall.db"
    accepted = _count(database, "SELECT count(*) FROM mails WHERE outcome = 'accepted'")
    assert accepted == mails, f"{accepted} of {mails} mails were accepted: {whole.out}"
    letters = _count(database, "SELECT count(*) FROM letters WHERE state = 'queued'")
    assert letters == mails, f"{letters} letters are queued for {mails} mails"
    return Measured(startup, whole, _count(database, 'SELECT count(*) FROM "values"'))


def _plain(server: DovecotServer, folder: Path, mails: int) -> Measured:
    """Measure the plain script in the same way."""

    def command(user: str) -> list[str]:
        arguments = [str(server.port), user, PASSWORD, str(folder / "plain.db"), str(CAMPAIGN / "units.csv")]
        return [sys.executable, str(REPOSITORY / "bench" / "plain_script.py"), *arguments]

    processes.run(command(EMPTY), folder)
    startup = processes.run(command(EMPTY), folder)
    whole = processes.run(command(FULL), folder)
    stored = _count(folder / "plain.db", "SELECT count(*) FROM report")
    assert stored == mails, f"the plain script stored {stored} of {mails} reports"
    return Measured(startup, whole, _count(folder / "plain.db", "SELECT count(*) FROM value"))


def _count(database: Path, query: str) -> int:
    with sqlite3.connect(database) as connection:
        return int(connection.execute(query).fetchone()[0])
