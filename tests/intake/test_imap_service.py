"""The running service before a mailbox that fails: it waits, calls staff, reminds nobody, and goes on where it was.

The numbers are those of the rows of the fault catalogue, section 2.1.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from service import assemble, config, schedule
from tests.journeys.office import CAO_LOC, VIETNAM, Office
from tests.journeys.post import Clock
from tests.servers.dovecot import DovecotServer
from tests.servers.scripted_imap import NOON, PASSWORD, ScriptedImap, letter
from tests.servers.smtp_sink import SmtpSink
from tests.service.stepped import parsed

# Half an hour before the first reminders of the campaign are due.
BEFORE_THE_STEP = datetime(2019, 6, 27, 7, 30, tzinfo=VIETNAM)


@dataclass
class Service:
    """`rollcall run` on a mailbox of the test, a minute at a time."""

    office: Office
    server: ScriptedImap
    clock: Clock = field(default_factory=lambda: Clock(BEFORE_THE_STEP))

    def __post_init__(self) -> None:
        """Open the office and its schedule; both go by the clock of the test."""
        loaded = config.load(self.office.folder / "config.toml", os.environ)
        self.rollcall = assemble.open_rollcall(loaded, self.clock)
        self._schedule = schedule.Schedule(self.rollcall, monotonic=self._seconds)

    def _seconds(self) -> float:
        return self.clock.at.timestamp()

    def run(self, minutes: int, step: int = 3) -> None:
        """Do what the service does within some minutes, every few of them."""
        for _ in range(0, minutes, step):
            self._schedule.pass_over()
            self._schedule.remind()
            self.clock.at += timedelta(minutes=step)

    def told(self) -> list[tuple[str, str]]:
        """Return addressee and subject of each letter that went out."""
        assert self.office.sink is not None
        return [(letter.rcpt_to[0], str(parsed(letter.data)["Subject"])) for letter in self.office.sink.letters]


@pytest.fixture
def service(tmp_path: Path, dovecot: DovecotServer, smtp_sink: SmtpSink) -> Iterator[Service]:
    """The service on a scripted mailbox, after its first complete pass."""
    with ScriptedImap() as server:
        office = Office(tmp_path, "phong", dovecot, smtp_sink)
        office.write_config(imap_port=str(server.port), password=PASSWORD)
        started = Service(office, server)
        started.run(1)
        yield started
        started.rollcall.store.close()


def test_a_password_revoked_in_mid_run_calls_staff_reminds_nobody_and_is_tried_every_ten_minutes(
    service: Service,
) -> None:
    """Row 20: the step that fell due meanwhile stays due, and is taken once the mailbox can be read again."""
    service.server.password = "another"
    before = service.server.count("LOGIN")
    service.run(45)
    assert 2 <= service.server.count("LOGIN") - before <= 5
    assert service.told() == [("phong.tebdg@so.example", "[Cần xử lý ngay] Không đọc được hộp thư tiếp nhận báo cáo")]

    service.server.password = PASSWORD
    service.server.deliver(letter(1), NOON)
    service.run(64, step=16)
    assert CAO_LOC in [to for to, _ in service.told()]
    with service.rollcall.store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM mails WHERE handled_at IS NOT NULL").scalar() == 1


def test_a_server_that_is_down_for_long_is_asked_a_few_times_and_never_by_the_jobs_beside_the_pass(
    service: Service,
) -> None:
    """Row 14: the reminders that are due ask for a pass of their own, which waits as the pass itself does."""
    service.server.faults = [("LOGIN", "NO [UNAVAILABLE] maintenance")] * 100
    before = service.server.connections
    service.run(45)
    assert 4 <= service.server.connections - before <= 8
    assert len(service.told()) == 1
