"""Who watches every letter of a simulated campaign: what none may do, by what happened outside and not by the code.

Its own truth is what units sent and officers decided; from the database it asks only what kind of letter one is, and
which mails were taken in.
"""

import email
import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email import policy

import sqlalchemy as sa

from roll import campaigns, ladder
from roll.calendar import WorkingDays
from service import assemble, owing, timely
from storage import tables
from tests.journeys.campaign_mails import Kind

_DAYS_LEFT = re.compile(r"còn (\d+) ngày")
_LAST_DAY = re.compile(r"hạn cuối hết ngày (\d+)/(\d+)/(\d{4})")


@dataclass
class Came:
    """A mail that a unit sent, since when it lies in the mailbox, and whether an officer said that nothing is to do."""

    unit: str
    kind: Kind
    at: datetime
    sha256: str
    dismissed: bool = False


@dataclass
class Told:
    """A reminder that went out."""

    at: datetime
    kind: str
    step: str
    to: str


@dataclass
class Watch:
    """Everything that happened, and every fault that a letter had. `readable`: the last look at the mailbox succeeded.

    `counts_all`: a mail that lies in the mailbox counts before it is taken in, as it does where none comes in a pass.
    `exempt`, `words` (steps that an officer let out) and `extended` are what people decided.
    """

    campaign: campaigns.Campaign
    counts_all: bool = False
    readable: bool = False
    looked_at: datetime | None = None
    came: list[Came] = field(default_factory=list)
    exempt: set[str] = field(default_factory=set)
    words: dict[str, datetime] = field(default_factory=dict)
    extended: dict[str, datetime] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    reminded: defaultdict[str, list[Told]] = field(default_factory=lambda: defaultdict(list))
    digests: defaultdict[tuple[str, date], int] = field(default_factory=lambda: defaultdict(int))
    # When a unit's own deed, or a decision about it, may rightly have cancelled or done a step.
    excused: dict[str, datetime] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    letters: int = 0
    _message_ids: set[str] = field(default_factory=set)
    _working: dict[datetime | None, WorkingDays] = field(default_factory=dict)

    def working(self) -> WorkingDays:
        """Return the days on which the office works."""
        until = max(self.extended.values(), default=None)
        if until not in self._working:
            self._working[until] = ladder.working_days(self.campaign, until)
        return self._working[until]

    def note_mail(self, unit: str, kind: Kind, raw: bytes, at: datetime) -> Came:
        """Note a mail that lies in the mailbox from now on."""
        mail = Came(unit, kind, at, hashlib.sha256(raw).hexdigest())
        self.came.append(mail)
        self.excused[unit] = at
        return mail

    def see(self, rollcall: assemble.Rollcall, data: bytes, recipients: tuple[str, ...], at: datetime) -> None:
        """Take a letter that leaves now, and note every fault that it has."""
        self.letters += 1
        message = email.message_from_bytes(data, policy=policy.default)
        letter, of_mail = tables.letters.c, tables.mails.c
        with rollcall.store.reading() as connection:
            row = connection.execute(sa.select(tables.letters).where(letter.message_id == message["Message-ID"])).one()
            handled = set(
                connection.execute(sa.select(of_mail.sha256).where(of_mail.handled_at.is_not(None))).scalars()
            )
            entered = set(connection.execute(sa.select(of_mail.sha256)).scalars())
            went_back = connection.execute(
                sa.select(letter.queued_at).where(letter.unit == row.unit, letter.kind == "return")
            ).scalars()
            told_back = {self._day(queued) for queued in went_back}
        if row.message_id in self._message_ids:
            self._fault(at, row.unit, f"{row.kind} goes out twice")
        self._message_ids.add(row.message_id)
        if row.kind == "digest":
            self._see_digest(row, at)
        if row.kind in {"reminder", "overdue"}:
            for why in self._wrong(row, str(message["Subject"]), at, (entered, handled)):
                self._fault(at, row.unit, f"{row.kind} {row.step}: {why}")
            if self._day(at) in told_back:
                self._fault(at, row.unit, "reminded on the day on which its report went back")
            lost = self.lost & {each.casefold() for each in recipients}
            if lost:
                self._fault(at, row.unit, f"written to {lost}, whose letters come back")
            self.reminded[row.unit].append(Told(at, row.kind, row.step, row.to))

    def _see_digest(self, row: sa.Row, at: datetime) -> None:
        day = self._day(at)
        self.digests[row.to, day] += 1
        if self.digests[row.to, day] > 1:
            self._fault(at, row.to, f"a second digest on one day: {row.step}, queued {row.queued_at}")

    def _wrong(self, row: sa.Row, subject: str, at: datetime, ledger: tuple[set[str], set[str]]) -> list[str]:
        """Return what is wrong with a reminder that leaves now."""
        unit, day, (entered, handled) = row.unit, self._day(at), ledger
        clock = at.astimezone(self.campaign.zone).time()
        extension = self.extended.get(unit)
        end = self.campaign.end(extension)
        entry = self.campaign.entry(unit)
        known = self.looked_at is not None and at - self.looked_at <= timely.KNOWN_FOR
        mails = [mail for mail in self.came if mail.unit == unit and (self.counts_all or mail.sha256 in entered)]
        wrong = {
            "on a day off": not self.working().is_working(day),
            "outside office hours": not self.campaign.remind_at <= clock < self.campaign.remind_until,
            "a second one on one day": any(self._day(told.at) == day for told in self.reminded[unit]),
            "the unit need not report": entry is None or entry.obligation.value != "required",
            "the unit is exempt": unit in self.exempt,
            "before the opening": at < self.campaign.opens,
            "after the close": end is not None and at >= end,
            "the mailbox is not known": not self.readable or not known,
            "a mail of the unit is not handled": any(m.sha256 not in handled for m in mails),
            "the unit's report came": any(map(self.settles, mails)),
            "a mail of the unit waits for a person": any(map(self.waits, mails)),
            **self._untimely(row, subject, at),
        }
        return [why for why, is_so in wrong.items() if is_so]

    def _untimely(self, row: sa.Row, subject: str, at: datetime) -> dict[str, bool]:
        extension = self.extended.get(row.unit)
        deadline = self.campaign.deadline(extension)
        last_day = (deadline - timedelta(microseconds=1)).astimezone(self.campaign.zone).date()
        left, named = _DAYS_LEFT.search(subject), _LAST_DAY.search(subject)
        steps = [due.step.text for due in self.steps(row.unit) if not due.step.is_before]
        number = steps.index(row.step) + 1 if row.step in steps else 0
        return {
            "it names a deadline that is over": at >= deadline and (left is not None or "hạn cuối" in subject),
            "after the deadline in words, before it in fact": row.kind == "overdue" and at < deadline,
            "it names other days left": left is not None and int(left[1]) != (last_day - self._day(at)).days,
            "it names another last day": named is not None
            and date(int(named[3]), int(named[2]), int(named[1])) != last_day,
            "no officer's word": number > owing.FOLLOW_UPS_WITHOUT_A_WORD and row.step not in self.words,
        }

    def settles(self, mail: Came) -> bool:
        """Whether a mail is a report that came within the unit's window."""
        return mail.kind.settles and not mail.dismissed and self.campaign.covers(mail.at, self.extended.get(mail.unit))

    def waits(self, mail: Came) -> bool:
        """Whether a mail waits for a person as long as he has not spoken."""
        is_outside = not self.campaign.covers(mail.at, self.extended.get(mail.unit))
        return (mail.kind.waits or is_outside) and not mail.dismissed

    def owes(self, unit: str) -> bool:
        """Whether a unit owes its report and may be told so: nothing came that settles it, or waits."""
        entry = self.campaign.entry(unit)
        is_required = entry is not None and entry.obligation.value == "required" and unit not in self.exempt
        return is_required and not any(
            mail.unit == unit and (self.settles(mail) or self.waits(mail)) for mail in self.came
        )

    def steps(self, unit: str) -> tuple[ladder.DueStep, ...]:
        """Return the ladder of a unit."""
        return ladder.schedule(self.campaign, self.working(), self.extended.get(unit))

    def step_due(self, unit: str, at: datetime) -> ladder.DueStep | None:
        """Return the latest step of a unit that has come and may go out."""
        steps, follow_ups = [], 0
        for due in self.steps(unit):
            follow_ups += not due.step.is_before
            if follow_ups <= owing.FOLLOW_UPS_WITHOUT_A_WORD or due.step.text in self.words:
                steps.append(due)
        return ladder.latest_due(steps, at)

    def is_hour(self, at: datetime) -> bool:
        """Whether reminders may go out now."""
        return ladder.hours_begin(self.campaign, self.working(), at) == at

    def forgotten(self, reachable: dict[str, list[str]], at: datetime) -> list[str]:
        """Return the units that ought to have been reminded by now, on a day on which all works."""
        found = []
        if not self.is_hour(at) or at < self.campaign.opens:
            return found
        for unit, addresses in reachable.items():
            due, end = self.step_due(unit, at), self.campaign.end(self.extended.get(unit))
            if due is None or not self.owes(unit) or not addresses or (end is not None and at >= end):
                continue
            told = [each.at for each in self.reminded[unit]]
            if unit in self.excused:
                told.append(self.excused[unit])
            is_told = any(each >= due.at or self._day(each) == self._day(at) for each in told)
            if not is_told:
                found.append(f"{unit} was not told of {due.step.text}, due {due.at}")
        return found

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.campaign.zone).date()

    def _fault(self, at: datetime, who: str, what: str) -> None:
        self.faults.append(f"{at.astimezone(self.campaign.zone):%a %d/%m %H:%M} {who}: {what}")
