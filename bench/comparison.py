"""Rollcall and the plain script over the same mailbox on the same Dovecot, in turn, start-up taken off both.

Start-up is what a run costs that finds an empty mailbox: each contender is run so once before each counted run, on the
same database, and the one is taken off the other.
"""

import itertools
import sqlite3
import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import corpus, processes
from tests.journeys.office import CAMPAIGN, Office, form_2019
from tests.servers.dovecot import PASSWORD, DovecotServer

SCRIPT = Path(__file__).with_name("plain_script.py")
FULL, EMPTY = "bench-reports", "bench-nothing"


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

    @property
    def processor_seconds(self) -> float:
        """Return the processor seconds of all its processes without start-up."""
        return self.whole.processor_seconds - self.startup.processor_seconds


@dataclass(frozen=True, slots=True)
class Comparison:
    """Pairs of runs, in the order in which they ran."""

    mails: int
    rollcall: list[Measured]
    plain: list[Measured]

    @property
    def ratio(self) -> float:
        """Return how many times as fast Rollcall is, by the medians."""
        return _median(self.plain) / _median(self.rollcall)

    def lines(self) -> list[str]:
        """Return the figures as lines to print."""
        shown = [f"{self.mails} mails, {len(self.rollcall)} runs each, in turn; start-up taken off"]
        shown += [self._line(name, runs) for name, runs in (("rollcall", self.rollcall), ("plain script", self.plain))]
        return [*shown, f"ratio {self.ratio:.1f}"]

    def _line(self, name: str, runs: list[Measured]) -> str:
        seconds = _median(runs)
        each = ", ".join(f"{run.seconds:.2f}" for run in runs)
        processor = statistics.median(run.processor_seconds for run in runs)
        startup = statistics.median(run.startup.seconds for run in runs)
        return (
            f"{name:12} {seconds:.2f} s ({each}), {self.mails / seconds:.0f} mails/s, "
            f"{1000 * seconds / self.mails:.1f} ms a mail, processor {1000 * processor / self.mails:.1f} ms a mail; "
            f"start-up {startup:.2f} s"
        )


def _median(runs: list[Measured]) -> float:
    return statistics.median(run.seconds for run in runs)


class Bench:
    """One Dovecot with `mails` reports in one mailbox and none in another."""

    def __init__(self, server: DovecotServer, mails: int) -> None:
        self._server = server
        self._mails = mails
        server.append_many(EMPTY, [])
        server.append_many(FULL, corpus.make(mails, form_2019()))

    def compare(self, runs: int) -> Comparison:
        """Measure both contenders `runs` times, in turn."""
        pairs = list(itertools.islice(self.pairs(), runs))
        rollcall = [run for pair in pairs for run in pair.rollcall]
        return Comparison(self._mails, rollcall, [run for pair in pairs for run in pair.plain])

    def pairs(self) -> Iterator[Comparison]:
        """Yield one run of each contender, for as long as anybody asks."""
        while True:
            rollcall, plain = self._rollcall(), self._plain()
            assert rollcall.values == plain.values, (
                f"{rollcall.values} values by Rollcall, {plain.values} by the script"
            )
            yield Comparison(self._mails, [rollcall], [plain])

    def peak_megabytes(self) -> float:
        """Return the most memory that the process tree of `poll --no-send` has."""
        with tempfile.TemporaryDirectory(prefix="rollcall-bench-") as folder:
            office = self._office(Path(folder))
            _point_at(office, FULL)
            return processes.peak_megabytes(_POLL, office.folder)

    def _office(self, folder: Path) -> Office:
        """Return an office whose database exists and whose campaign is applied, as on any day but the first."""
        office = Office(folder, EMPTY, self._server)
        office.run("status")
        return office

    def _rollcall(self) -> Measured:
        with tempfile.TemporaryDirectory(prefix="rollcall-bench-") as folder:
            office = self._office(Path(folder))
            startup = processes.run(_POLL, office.folder)
            _point_at(office, FULL)
            whole = processes.run(_POLL, office.folder)
            database = office.folder / "rollcall.db"
            for query in (
                "SELECT count(*) FROM mails WHERE outcome = 'accepted'",
                "SELECT count(*) FROM letters WHERE state = 'queued'",
            ):
                assert _count(database, query) == self._mails, f"{query}: {_count(database, query)}; {whole.out}"
            return Measured(startup, whole, _count(database, _VALUES_STORED))

    def _plain(self) -> Measured:
        with tempfile.TemporaryDirectory(prefix="rollcall-bench-") as name:
            folder, database = Path(name), Path(name) / "plain.db"
            processes.run(self._script(EMPTY, database), folder)
            startup = processes.run(self._script(EMPTY, database), folder)
            whole = processes.run(self._script(FULL, database), folder)
            assert _count(database, "SELECT count(*) FROM report") == self._mails
            return Measured(startup, whole, _count(database, "SELECT count(*) FROM value"))

    def _script(self, user: str, database: Path) -> list[str]:
        arguments = [str(self._server.port), user, PASSWORD, str(database), str(CAMPAIGN / "units.csv")]
        return [sys.executable, str(SCRIPT), *arguments]


_VALUES_STORED = 'SELECT sum(json_array_length(header) + json_array_length("values")) FROM readings'
_POLL = [sys.executable, "-m", "service", "poll", "--no-send"]


def _point_at(office: Office, user: str) -> None:
    office.user = user
    office.write_config()


def _count(database: Path, query: str) -> int:
    with sqlite3.connect(database) as connection:
        return int(connection.execute(query).fetchone()[0])
