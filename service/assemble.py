"""The one place where parts are joined: configuration goes in as values, a Rollcall that can work comes out."""

import logging
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from forms import blank
from forms import form as forms_form
from intake import imap, mailbox, readers
from notifications import facts, letterhead, smtp
from notifications.letterhead import Fault
from roll import campaigns, ladder
from roll.mistakes import OperatorError
from service import campaign_folders, office_days, patience
from service.config import Account, AlarmSmtp, Config, Mailbox, Smtp
from service.sign_in import access, accounts
from storage import database, decisions, registry

_log = logging.getLogger("rollcall")

Clock = Callable[[], datetime]
# Two readers keep two cores busy; more only cost memory on the machines offices have.
MOST_READERS = 2
# The switch under which the database keeps its secret.
_SECRET = "message_id_secret"  # noqa: S105 - the name of a switch, not its value


def wall_clock() -> datetime:
    """Return the time now, aware, UTC."""
    return datetime.now(UTC)


def fixed_clock(at: datetime) -> Clock:
    """Return a clock that stands at an instant."""
    return lambda: at


def shifted_clock(at: datetime) -> Clock:
    """Return a clock that shows `at` now and goes on from there."""
    offset = at - wall_clock()
    return lambda: wall_clock() + offset


def never() -> bool:
    """Answer no: a command works until it is done."""
    return False


@dataclass(slots=True)
class Rollcall:
    """Everything that a command or a job works with."""

    config: Config
    store: database.Database
    clock: Clock = wall_clock
    is_stopping: Callable[[], bool] = never
    # The campaigns whose own templates have mistakes, with a sentence for each.
    at_fault: Mapping[str, Sequence[str]] = field(default_factory=dict)
    # Seconds that any single read from a mailbox may take.
    read_timeout: float = imap.READ_TIMEOUT
    # How long to leave each mailbox alone after it failed; None for a command, which tries them all.
    waits: patience.Waits | None = None
    _secret: bytes = b""
    _office_days: ladder.OfficeDays | None = None
    _letterheads: dict[str, letterhead.Letterhead] = field(default_factory=dict)
    # By the file that keeps the tokens: one that could not be written must not be forgotten between two passes.
    _access: dict[str, access.Access] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """Return the office's zone."""
        return self.config.office.zone

    def now(self) -> datetime:
        """Return the run's time, aware, UTC."""
        return self.clock().astimezone(UTC)

    def office_days(self) -> ladder.OfficeDays:
        """Return the days that the office works otherwise than the public calendar says; read once."""
        if self._office_days is None:
            self._office_days = office_days.read(self.config.office.days_file)
        return self._office_days

    def anew(self, is_stopping: Callable[[], bool]) -> "Rollcall":
        """Return the same Rollcall without what it remembers of letterheads and days: their files may have changed."""
        fresh = Rollcall(
            self.config,
            self.store,
            self.clock,
            is_stopping,
            waits=self.waits,
            read_timeout=self.read_timeout,
            _access=self._access,
        )
        try:
            fresh.office_days()
        except OperatorError as error:
            # A slip in the yearly list must not stop the intake; `doctor` and the next start tell it too.
            for problem in error.problems:
                _log.warning("%s The days read before hold on.", problem)
            fresh._office_days = self.office_days()
        return fresh

    def accounts(self) -> list[mailbox.MailboxAccount]:
        """Return the mailboxes to read."""
        return [account_of(section, self.access(section)) for section in self.config.mailbox]

    def access(self, section: Account) -> access.Access | None:
        """Return where the access tokens of a section come from, None where it signs in by password."""
        if section.auth != "oauth2":
            return None
        name = accounts.name_of(self.config, section)
        return self._access.setdefault(section.token_file, accounts.access_of(section, name, self.store.alone))

    def smtp_account(self) -> smtp.SmtpAccount:
        """Return the way out."""
        return _smtp_account_of(self.config.smtp, self.access(self.config.smtp))

    def alarm_account(self, section: AlarmSmtp) -> smtp.SmtpAccount:
        """Return the way out of alarms."""
        return _smtp_account_of(section)

    def our_addresses(self) -> frozenset[str]:
        """Return every address that is ours: a mail from one of them is never a report and never answered."""
        ours = [section.address for section in self.config.mailbox] + [self.config.smtp.sender]
        return frozenset(address.casefold() for address in ours)

    def staff_addresses(self) -> frozenset[str]:
        """Return the addresses of the office's own people, who may decide by mail."""
        staff = self.config.staff
        return frozenset(address.casefold() for address in (*staff.digest_to, *staff.alert_to, *staff.addresses))

    def loaded(self) -> list[tuple[campaigns.Campaign, forms_form.Form]]:
        """Return every campaign with its roster and form."""
        with self.store.reading() as connection:
            return registry.load(connection, self.zone)

    def open_readers(self, forms: list[forms_form.Form]) -> readers.Readers:
        """Start the children that read mails."""
        return readers.Readers(forms, min(MOST_READERS, os.cpu_count() or 1))

    def office(self) -> facts.Office:
        """Return the office as letters speak of it."""
        office = self.config.office
        return facts.Office(
            name=office.name,
            department=office.department,
            phone=office.phone,
            address=self.config.mailbox[0].address,
            timezone=self.zone,
            language=office.language,
            sender=self.config.smtp.sender,
        )

    def letterhead(self, templates: dict[str, str] | None = None, name: str = "") -> letterhead.Letterhead:
        """Return the letterhead of a campaign (`name`, with its own `templates`) or of the office."""
        if name not in self._letterheads:
            self._letterheads[name] = letterhead.Letterhead(self.office(), templates)
        return self._letterheads[name]

    def take_faults(self) -> dict[str, list[Fault]]:
        """Return, once, what own templates failed with while letters were written, each fault once, by campaign."""
        taken = {name: list(dict.fromkeys(head.faults)) for name, head in self._letterheads.items() if head.faults}
        for name in taken:
            self._letterheads[name].faults.clear()
        return taken

    def envelope(self, to: str, key: str, **rest: Any) -> facts.Envelope:
        """Return an envelope for a letter that is due now, addressed to staff where `[letters] mode` says so."""
        domain = (self.config.smtp.sender or self.config.mailbox[0].address).partition("@")[2]
        staff = self.config.staff.digest_to[0] if self.config.letters.mode == "staff" else ""
        rest.setdefault("due_at", self.now())
        return facts.Envelope(to=to, key=key, message_domain=domain, staff=staff, secret=self.secret(), **rest)

    def secret(self) -> bytes:
        """Return the database's own secret, by which Message-IDs cannot be guessed; made at the first use."""
        if not self._secret:
            with self.store.writing() as connection:
                if not decisions.switch(connection, _SECRET):
                    decisions.set_switch(connection, _SECRET, secrets.token_hex(32))
                self._secret = bytes.fromhex(decisions.switch(connection, _SECRET))
        return self._secret

    def envelope_to_staff(self, to: str, key: str, **rest: Any) -> facts.Envelope:
        """Return an envelope for a letter that is meant for staff in every mode."""
        return replace(self.envelope(to, key, **rest), staff="")

    def extras(self, campaign: campaigns.Campaign, form: forms_form.Form) -> campaign_folders.Extras:
        """Return the blank workbook and the templates of a campaign."""
        heading = blank.BlankHeading(reference=f"Kèm theo {campaign.document}" if campaign.document else "")
        return campaign_folders.extras(self.config.campaigns.path, campaign, form, heading)


def _smtp_account_of(section: Smtp | AlarmSmtp, tokens: access.Access | None = None) -> smtp.SmtpAccount:
    return smtp.SmtpAccount(
        host=section.host,
        port=section.port,
        security=section.security,
        sender=section.sender,
        user=section.user,
        password=section.password.get_secret_value(),
        tokens=tokens,
    )


def account_of(section: Mailbox, tokens: access.Access | None = None) -> mailbox.MailboxAccount:
    """Return the account that a [[mailbox]] section describes; `tokens`: those of a sign-in by OAuth2."""
    return mailbox.MailboxAccount(
        name=section.name,
        address=section.address,
        host=section.host,
        port=section.port,
        security=section.security,
        user=section.user,
        password=section.password.get_secret_value(),
        folders=tuple(section.folders),
        junk=section.junk,
        sent=section.sent,
        tokens=tokens,
    )


def open_rollcall(config: Config, clock: Clock = wall_clock) -> Rollcall:
    """Return a Rollcall on a database at the current schema, with the changed campaign folders applied.

    Raises database.DatabaseUnusableError and OperatorError.
    """
    store = database.Database(config.database.url)
    database.prepare(store)
    rollcall = Rollcall(config, store, clock)
    rollcall.office_days()
    applied = campaign_folders.apply_changed(store, config.campaigns.path, rollcall.office(), rollcall.now())
    for mistake in applied.mistakes:
        _log.warning("%s", mistake)
    rollcall.at_fault = applied.at_fault
    return rollcall
