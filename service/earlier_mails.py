"""What is on file about a mail before it is decided on: our letters that it answers, its sender's last mails.

Kept for one run of mails: loaded when a mail first asks for it, and those of the run itself are added as they are
understood. Only what was settled before a mail counts for it, so that reading it again shows it the same.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from intake import conversation, sender
from roll import letters, mails
from storage import inbox, traces

# A receipt number as storage.entering gives it.
_RECEIPT = re.compile(r"\bTN-\d{4}-\d{4,7}\b", re.IGNORECASE)
# A subject that was answered back and forth keeps one number; more than a few are a list.
_MOST_NUMBERS = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """One mail about to be decided on: who sent it, when it was settled, and the letters of ours that it names."""

    mail_id: int
    settled_at: datetime
    headers: mails.Headers
    ours: Sequence[letters.OurLetter] = ()


@dataclass(slots=True)
class EarlierMails:
    """The units of earlier mails, by mail and by sender."""

    _by_mail: dict[int, list[traces.Credited]] | None = None
    _by_sender: dict[str, set[int]] = field(default_factory=dict)
    _noted: dict[int, list[traces.Credited]] = field(default_factory=dict)

    def about(self, connection: sa.Connection, seen: Seen, registered: Sequence[str]) -> sender.OnFile:
        """Return what is on file about a mail of an address of these units.

        Of an address of one unit its past is not asked for: it says nothing.
        """
        answers = self._answers(connection, seen)
        if len(registered) == 1:
            return sender.OnFile(answers=answers)
        return sender.OnFile(answers, self._numbers(connection, seen), self._history(connection, seen))

    def note(self, seen: Seen, receipt: str, units: Sequence[str]) -> None:
        """Take in whose a mail of this run was understood to be, in place of what was on file about it."""
        address = _sender(seen.headers)
        self._noted[seen.mail_id] = [
            traces.Credited(seen.mail_id, receipt, address, unit, seen.settled_at) for unit in dict.fromkeys(units)
        ]
        if self._by_mail is not None:
            self._file(seen.mail_id)

    def _answers(self, connection: sa.Connection, seen: Seen) -> tuple[tuple[str, str], ...]:
        ours = {each.message_id: each for each in seen.ours if each.queued_at < seen.settled_at}
        answered = (ours[name] for name in conversation.thread(seen.headers) if name in ours)
        found = ((each, self._unit_of(connection, each, seen)) for each in answered)
        return tuple((letter.message_id, unit) for letter, unit in found if unit)

    def _unit_of(self, connection: sa.Connection, letter: letters.OurLetter, seen: Seen) -> str | None:
        if letter.unit or letter.mail_id is None:
            return letter.unit
        found = self._of_mail(connection, letter.mail_id, seen)
        return found.unit if found else None

    def _numbers(self, connection: sa.Connection, seen: Seen) -> tuple[tuple[str, str], ...]:
        numbers = [number.upper() for number in _RECEIPT.findall(seen.headers.subject)][:_MOST_NUMBERS]
        rows = inbox.by_receipts(connection, numbers) if numbers else []
        found = ((row.receipt, self._of_mail(connection, row.id, seen)) for row in rows)
        return tuple((receipt, credited.unit) for receipt, credited in found if credited)

    def _history(self, connection: sa.Connection, seen: Seen) -> tuple[tuple[str, str], ...]:
        if not _sender(seen.headers):
            return ()  # a file handed in without a mail
        self._load(connection)
        known = self._by_sender.get(sender.address_key(_sender(seen.headers)), ())
        found = [each for mail_id in known if (each := self._of_mail(connection, mail_id, seen))]
        last = max(found, key=lambda each: (each.settled_at, each.mail_id), default=None)
        return ((last.receipt, last.unit),) if last else ()

    def _of_mail(self, connection: sa.Connection, mail_id: int, seen: Seen) -> traces.Credited | None:
        """Return whose an earlier mail was when this one was settled: the one unit of it, by the last word on it."""
        credited = self._load(connection).get(mail_id, ())
        before = [each for each in credited if (each.settled_at, each.mail_id) < (seen.settled_at, seen.mail_id)]
        latest = max((each.settled_at for each in before), default=None)
        of_the_latest = {each.unit: each for each in before if each.settled_at == latest}
        return next(iter(of_the_latest.values())) if len(of_the_latest) == 1 else None

    def _load(self, connection: sa.Connection) -> dict[int, list[traces.Credited]]:
        if self._by_mail is None:
            self._by_mail = {}
            for each in traces.credited(connection):
                self._by_mail.setdefault(each.mail_id, []).append(each)
                self._by_sender.setdefault(sender.address_key(each.sender), set()).add(each.mail_id)
            for mail_id in self._noted:
                self._file(mail_id)
        return self._by_mail

    def _file(self, mail_id: int) -> None:
        """Put what was noted of a mail in the place of what the database says."""
        assert self._by_mail is not None
        self._by_mail[mail_id] = self._noted[mail_id]
        for each in self._noted[mail_id]:
            self._by_sender.setdefault(sender.address_key(each.sender), set()).add(mail_id)


def _sender(headers: mails.Headers) -> str:
    return headers.from_addresses[0] if headers.from_addresses else ""
