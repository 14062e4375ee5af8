"""The post between offices and machines that answer by themselves: what a Rollcall sends is delivered and answered."""

import email
import hashlib
import os
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage

import sqlalchemy as sa

from service import assemble, config, jobs, schedule
from service.tally import Tally
from storage import tables
from tests.intake import mails
from tests.journeys.office import Office
from tests.servers.smtp_sink import Letter, SmtpSink

# (a letter as it came, a number that no other answer has) -> the mail that comes back to its sender.
Machine = Callable[[EmailMessage, str], bytes]

# What a gateway drops that lets no mark of automatic mail, and no thread, through.
MARKS = re.compile(
    rb"^(?:auto-submitted|x-auto-response-suppress|x-loop|precedence|references|in-reply-to|list-[a-z-]+)"
    rb":.*?\r\n(?![ \t])",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
OWN_ID = re.compile(rb"^message-id:.*?\r\n(?![ \t])", re.IGNORECASE | re.MULTILINE | re.DOTALL)


def stripped(raw: bytes, number: str) -> bytes:
    """Return a mail as such a gateway hands it on, with a Message-ID of the gateway's own."""
    head, blank, body = raw.partition(b"\r\n\r\n")
    head = OWN_ID.sub(b"", MARKS.sub(b"", head + b"\r\n"))
    return head + f"Message-ID: <{number}.gateway@relay.example>".encode() + blank + body


@dataclass
class Clock:
    """A clock that is moved by hand."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


class Station:
    """An office with its Rollcall, whose mailbox the post delivers to."""

    def __init__(self, office: Office, address: str, clock: Clock) -> None:
        self.office, self.address = office, address
        loaded = config.load(office.folder / "config.toml", os.environ)
        self.rollcall = assemble.open_rollcall(loaded, clock)
        self._schedule = schedule.Schedule(self.rollcall)
        self.delivered: list[str] = []

    def work(self) -> None:
        """Do what `rollcall run` does each minute."""
        self._schedule.remind()
        self._schedule.tell_staff()
        self._schedule.pass_over()

    def take_in(self) -> None:
        """Take in and understand what came, and send nothing."""
        jobs.complete_pass(self.rollcall, Tally())

    def ledger(self) -> list[tuple[str, str | None]]:
        """Return (SHA-256, outcome) of every mail in the ledger."""
        rows = sa.select(tables.mails.c.sha256, tables.mails.c.outcome)
        with self.rollcall.store.reading() as connection:
            return [(row.sha256, row.outcome) for row in connection.execute(rows)]

    def reasons(self, sender: str) -> set[str]:
        """Return how the mails of an address ended: their reasons."""
        rows = sa.select(tables.mails.c.reason).where(tables.mails.c.sender == sender)
        with self.rollcall.store.reading() as connection:
            return set(connection.execute(rows).scalars())


@dataclass
class Post:
    """Carries every letter of the sink to whom it is for. `strips`: by way of a gateway that drops all marks.

    `sent_at` is when each office wrote to each address.
    """

    sink: SmtpSink
    clock: Clock
    stations: Mapping[str, Station]
    machines: Mapping[str, Machine]
    strips: bool = False
    sent_at: defaultdict[tuple[str, str], list[datetime]] = field(default_factory=lambda: defaultdict(list))
    _carried: int = 0
    _number: int = 0

    def round(self, every: timedelta) -> None:
        """Let every office work, carry what was sent, and move the clock on."""
        for station in self.stations.values():
            station.work()
        carried, self._carried = self.sink.letters[self._carried :], len(self.sink.letters)
        for letter in carried:
            for to in letter.rcpt_to:
                self.sent_at[letter.mail_from, to].append(self.clock.at)
                self._carry(letter, to)
        self.clock.at += every

    def deliver(self, to: str, raw: bytes) -> None:
        """Put a mail into an office's mailbox."""
        self._number += 1
        raw = stripped(raw, str(self._number)) if self.strips else raw
        station = self.stations[to]
        station.delivered.append(hashlib.sha256(raw).hexdigest())
        station.office.deliver(raw, self.clock.at)

    def _carry(self, letter: Letter, to: str) -> None:
        if to in self.stations:
            self.deliver(to, letter.data)
        elif to in self.machines:
            message = email.message_from_bytes(letter.data, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.deliver(letter.mail_from, self.machines[to](message, f"{self._number}"))


def robot(
    address: str, text: str, subject: str = "Re: {}", attaches: Callable[[str], bytes] | None = None, **marks: str
) -> Machine:
    """Return a machine that answers every letter with the same words; `marks` are header fields.

    `attaches` gives the workbook that goes with an answer, by the answer's number.
    """

    def answer(letter: EmailMessage, number: str) -> bytes:
        fields = {"To": str(letter["From"]), "Message-ID": f"<{number}@robot.example>", **marks}
        files = [(f"danh-ba-{number}.xlsx", attaches(number))] if attaches else []
        words = f"{text}\r\n\r\n({number})"
        return mails.mail(address, subject.format(letter["Subject"]), words, files, **fields)

    return answer


def bouncing(address: str, status: str = "5.1.1") -> Machine:
    """Return a server that sends every letter back by a delivery report (RFC 3464), without a status if it is empty."""

    def bounce(letter: EmailMessage, number: str) -> bytes:
        fields = {
            "To": str(letter["From"]), "Message-ID": f"<{number}@mx.langson.example>", "Return-Path": "<>",
            "Auto-Submitted": "auto-replied",
        }  # fmt: skip
        report = (
            f"Reporting-MTA: dns; mx.langson.example\r\n\r\nFinal-Recipient: rfc822; {address}\r\nAction: failed\r\n"
        ) + (f"Status: {status}\r\n" if status else "")
        returned = b"".join(
            f"{name}: {value}\r\n".encode("ascii", "replace") for name, value in letter.items() if name != "To"
        )
        parts = [
            mails.part("text/plain", b"This is the mail system at host mx.langson.example.\r\n\r\nNo such user."),
            b"Content-Type: message/delivery-status\r\n\r\n" + report.encode(),
            b"Content-Type: text/rfc822-headers\r\n\r\n" + returned + b"\r\n",
        ]
        from_ = "Mail Delivery System <MAILER-DAEMON@mx.langson.example>"
        entity = mails.multipart(parts, "report; report-type=delivery-status")
        return mails.head(from_, "Undelivered Mail Returned to Sender", **fields) + entity

    return bounce
