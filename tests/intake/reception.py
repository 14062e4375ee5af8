"""An office that takes in mail from a server of the test: the ledger alone, on a clock that is moved by hand."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from intake.mailbox_account import MailboxAccount
from service import assemble, config, fetching
from service.patience import Waits
from service.tally import Tally
from storage import tables
from tests.journeys.post import Clock
from tests.servers.scripted_imap import NOON

_OFFICE = '[office]\nname = "Sở Lao động"\n[campaigns]\npath = "none"\n'
_OFFICE += '[smtp]\nhost = "127.0.0.1"\nport = 1\nsecurity = "none"\nfrom = "phong@office.example"\n'
_MAILBOX = """
[[mailbox]]
name = "{account.name}"
address = "{account.address}"
host = "{account.host}"
port = {account.port}
security = "{account.security}"
user = "{account.user}"
password = "{account.password}"
folders = [{folders}]
{extra}
"""


@dataclass
class Reception:
    """Mailboxes and a ledger. What is taken in is not read: that starts processes, and is tested elsewhere."""

    folder: Path
    accounts: tuple[MailboxAccount, ...]
    extra: str = ""
    read_timeout: float = 1.0
    clock: Clock = field(default_factory=lambda: Clock(NOON))

    def __post_init__(self) -> None:
        """Write the configuration and open the office."""
        (self.folder / "none").mkdir(exist_ok=True)
        self.open()

    def open(self) -> None:
        """Begin as a new process does, with the accounts as they are now."""
        sections = [
            _MAILBOX.format(account=each, extra=self.extra, folders=", ".join(f'"{name}"' for name in each.folders))
            for each in self.accounts
        ]
        (self.folder / "config.toml").write_text(_OFFICE + "".join(sections), "utf-8")
        self.rollcall = assemble.open_rollcall(config.load(self.folder / "config.toml", {}), self.clock)
        self.rollcall.read_timeout = self.read_timeout

    def wait_between_tries(self, seconds: Callable[[], float]) -> None:
        """Leave failing mailboxes alone, as the running service does."""
        self.rollcall.waits = Waits(seconds)

    def take_in(self, later: timedelta = timedelta(0)) -> Tally:
        """Move the clock and take in what is new."""
        self.clock.at += later
        tally = Tally()
        with self.rollcall.store.alone(fetching.INTAKE):
            fetching.take_in(self.rollcall, tally)
        return tally

    def take_in_all(self, tries: int = 12) -> list[Tally]:
        """Take in until a pass is complete; return what each pass did."""
        tallies = [self.take_in()]
        while not tallies[-1].complete:
            assert len(tallies) < tries, tallies[-1].troubles
            tallies.append(self.take_in(timedelta(minutes=11)))
        return tallies

    def ledger(self) -> list[tuple[str, int, bytes]]:
        """Return (folder, UID, bytes) of every row, in the order of entering."""
        query = sa.select(tables.mails.c.folder, tables.mails.c.uid, tables.raws.c.data).join(
            tables.raws, tables.raws.c.sha256 == tables.mails.c.sha256
        )
        with self.rollcall.store.reading() as connection:
            return [
                (row.folder, row.uid, bytes(row.data)) for row in connection.execute(query.order_by(tables.mails.c.id))
            ]

    def mails(self) -> list[bytes]:
        """Return the bytes of every row, in the order of entering."""
        return [data for _, _, data in self.ledger()]

    def received_at(self) -> list[datetime]:
        """Return when each mail was received, in the order of entering."""
        with self.rollcall.store.reading() as connection:
            return list(connection.execute(sa.select(tables.mails.c.received_at).order_by(tables.mails.c.id)).scalars())

    def trail(self) -> list[tuple[str, str]]:
        """Return (what, subject) of every line of the audit trail."""
        with self.rollcall.store.reading() as connection:
            return [(row.what, row.subject) for row in connection.execute(sa.select(tables.trail))]
