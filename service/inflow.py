"""One mailbox while it is taken in: its line, and every batch written down, with what it cost, in one transaction."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from intake import mailbox, mailbox_errors
from service import assemble, refused_sign_ins, sign_ins
from service.tally import Tally
from storage import decisions, downloads, inbox

# As providers count: 2,500 MB are 2.5 thousand million bytes at the most.
MEGABYTE = 1_000_000
# The share of what may be downloaded in a day at which staff are told.
NEARLY_SPENT = 0.8
_TOLD = "download_told:"


@dataclass(slots=True)
class Inflow:
    """A mailbox that is read. `name` is that of its [[mailbox]]; `limit` its bytes a day, 0 for any number."""

    rollcall: assemble.Rollcall
    box: mailbox.Mailbox
    name: str
    limit: int
    tally: Tally
    on_mail: Callable[[], None]
    _counted: int = 0

    def enter(self, batch: mailbox.Batch, *, moves_cursor: bool) -> None:
        """Write a batch into the ledger, durably: the mails, what did not come, how far it goes, what it cost."""
        arrivals = _arrivals(self.name, batch)
        now = self.rollcall.now()
        with self.rollcall.store.writing() as connection:
            new = inbox.enter(connection, arrivals, now, self.rollcall.zone)
            inbox.note_unfetched(connection, self.name, batch.folder, batch.uidvalidity, batch.vanished, now)
            if moves_cursor:
                inbox.move_cursor(connection, self.name, batch.folder, batch.uidvalidity, batch.last_uid)
            downloads.add(connection, self.name, self._uncounted(), now)
        self.tally.received += len(new)
        if new:
            self.on_mail()

    def unfetched(self, folder: str) -> list[tuple[int, int]]:
        """Return (UIDVALIDITY, UID) of the mails of a folder that are still to be had."""
        with self.rollcall.store.reading() as connection:
            return inbox.unfetched(connection, self.name, folder)

    def count_the_rest(self) -> None:
        """Write down what was downloaded and belongs to no batch, and tell, once a day, when most is used up."""
        now = self.rollcall.now()
        with self.rollcall.store.writing() as connection:
            if rest := self._uncounted():
                downloads.add(connection, self.name, rest, now)
            used = downloads.of_a_day(connection, self.name, now)
        if not self.limit or used < self.limit * NEARLY_SPENT or not self.begin(_TOLD, timedelta(days=1)):
            return
        self.tally.troubles.append(
            f"Mailbox {self.name}: {used // MEGABYTE} of the {self.limit // MEGABYTE} MB that may be downloaded within "
            f"24 hours are used; beyond them new mail waits on the server. Look for what fills the mailbox, or raise "
            f"`daily_download` of this mailbox where the server allows more."
        )

    def begin(self, what: str, every: timedelta) -> bool:
        """Return whether something is due that is done only so often, and take it as begun now."""
        return self.last(what, every) is not None

    def last(self, what: str, every: timedelta) -> datetime | None:
        """Return when a thing that is due was done last (the first time: now), None where it is not due yet."""
        now, name = self.rollcall.now(), f"{what}{self.name}"
        with self.rollcall.store.writing() as connection:
            done = decisions.switch(connection, name)
            # A clock that was set back makes everything due once.
            if done and timedelta(0) <= now - datetime.fromisoformat(done) < every:
                return None
            decisions.set_switch(connection, name, now.isoformat())
        return datetime.fromisoformat(done) if done else now

    def _uncounted(self) -> int:
        """Return what came over the line since this was asked last."""
        before, self._counted = self._counted, self.box.downloaded
        return self._counted - before


@contextmanager
def open_inflow(
    rollcall: assemble.Rollcall, account: mailbox.MailboxAccount, tally: Tally, on_mail: Callable[[], None]
) -> Iterator[Inflow]:
    """Sign in to a mailbox, for a `with`. Raises mailbox_errors.MailboxError, at the beginning or within."""
    refused_sign_ins.raise_if_refused_lately(rollcall, account)
    section = next(each for each in rollcall.config.mailbox if each.name == account.name)
    limit = section.daily_download * MEGABYTE
    with rollcall.store.reading() as connection:
        left = limit - downloads.of_a_day(connection, account.name, rollcall.now()) if limit else None
    box = mailbox.Mailbox(account, rollcall.read_timeout, left)
    flow = Inflow(rollcall, box, account.name, limit, tally, on_mail)
    try:
        with box:
            refused_sign_ins.forget(rollcall, account)
            sign_ins.note_accepted(rollcall, account.name)
            yield flow
    except mailbox_errors.SignInRefused as error:
        refused_sign_ins.note(rollcall, account)
        sign_ins.note_refused(rollcall, account.name, error.sentence)
        raise
    finally:
        flow.count_the_rest()


def _arrivals(name: str, batch: mailbox.Batch) -> Sequence[inbox.Arrival]:
    """A mail that is too large enters with its beginning only, and waits for a person."""
    whole = [(mail.uid, mail.received_at, mail.data, False) for mail in batch.mails]
    cut = [(mail.uid, mail.received_at, mail.head, True) for mail in batch.too_large]
    return [
        inbox.Arrival(
            data=data,
            mailbox=name,
            folder=batch.folder,
            uidvalidity=batch.uidvalidity,
            uid=uid,
            received_at=received_at,
            received_by="internaldate",
            cut=is_cut,
        )
        for uid, received_at, data, is_cut in sorted(whole + cut, key=lambda mail: mail[0])
    ]
