"""A campaign: one round of asking, with its roster, deadlines and ladder of reminders (contract: campaign.toml).

Every instant is aware and exclusive: the first moment that no longer counts. Lateness is judged at the receipt time.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from roll import calendar, steps
from roll.declaration import Declaration, read_toml
from roll.mistakes import OperatorError
from roll.steps import Step
from roll.units import RosterEntry

DEFAULT_REMIND_AT = time(8, 0)
DEFAULT_DIGEST_AT = time(7, 30)
# Domain rules, 3.3: offices work from 07:30 to 11:00 and from 13:30 to 16:30. A reminder may come while they are at
# lunch, not in the evening.
DEFAULT_REMIND_UNTIL = time(16, 30)
# The domain rules' usual ladder (3.3); a campaign that wants none writes an empty list.
DEFAULT_REMINDERS = ("-7d", "-3d", "-1d", "+1d")

_STAND_IN = datetime(2000, 1, 1, tzinfo=UTC)  # for an instant that was complained of; never leaves this module
_REPORT = "báo cáo"
# A folder name and a part of an address of a page; 64 keeps message headers that carry it on one line.
_DAY_NAMED = re.compile(r"\b([0-9]{1,2})(?:\s*[/.-]\s*|\s+tháng\s+)([0-9]{1,2})(?:\s*[/.-]\s*|\s+năm\s+)([0-9]{4})\b")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Campaign:
    """One round of asking. `zone` is the office's; `extended_until` in the methods is one unit's extension, or None.

    An extension moves the unit's deadline and never shortens anything: grace and close reach at least as far.
    `reminders` are in the order of their days. `days_off` and `days_worked` are the office's own days, laid over the
    public calendar. On a working day reminders go out from `remind_at` until `remind_until`, exclusive.
    """

    name: str
    title: str
    short_title: str
    report_title: str
    document: str
    references: tuple[str, ...]
    opens: datetime
    deadline_text: str
    due_before: datetime
    grace_until: datetime
    closes: datetime | None
    answers_from: datetime
    reminders: tuple[Step, ...]
    remind_at: time
    digest_at: time
    signed_copy: bool
    reports_to: str
    zone: ZoneInfo
    days_off: tuple[date, ...] = ()
    days_worked: tuple[date, ...] = ()
    roster: tuple[RosterEntry, ...] = ()
    form_name: str = ""
    form_version: str = ""
    remind_until: time = DEFAULT_REMIND_UNTIL

    @property
    def contradicts_its_text(self) -> bool:
        """Whether the deadline's text names days, and neither the last day on time nor the one after it is among them.

        "Before 5 July" and "by the end of 4 July" both mean `due_before` 5 July.
        """
        named = [tuple(map(int, match)) for match in _DAY_NAMED.findall(self.deadline_text)]
        meant = (self.last_on_time_day, self.last_on_time_day + timedelta(days=1))
        return bool(named) and not any((day.day, day.month, day.year) in named for day in meant)

    def deadline(self, extended_until: datetime | None = None) -> datetime:
        """Return the unit's deadline, exclusive."""
        return max(self.due_before, extended_until or self.due_before)

    def end_of_grace(self, extended_until: datetime | None = None) -> datetime:
        """Return the instant from which the unit is late, exclusive."""
        return max(self.grace_until, extended_until or self.grace_until)

    def end(self, extended_until: datetime | None = None) -> datetime | None:
        """Return the instant from which the unit's mails are held, exclusive; None where there is no close."""
        return None if self.closes is None else max(self.closes, extended_until or self.closes)

    @property
    def last_on_time_day(self) -> date:
        """Return the last day that has an on-time moment, in the office's zone."""
        return calendar.last_day_before(self.due_before, self.zone)

    @property
    def last_day_of_grace(self) -> date:
        """Return the last day that has a moment of grace; without grace the last on-time day."""
        return calendar.last_day_before(self.grace_until, self.zone)

    def covers(self, received_at: datetime, extended_until: datetime | None = None) -> bool:
        """Return whether a mail received then belongs to the campaign's window."""
        end = self.end(extended_until)
        return self.opens <= received_at and (end is None or received_at < end)

    def is_open(self, at: datetime) -> bool:
        """Return whether the campaign is running at `at`."""
        return self.covers(at)

    def is_answered(self, received_at: datetime) -> bool:
        """Return whether a mail received then is answered, not only read."""
        return received_at >= self.answers_from

    def is_on_time(self, received_at: datetime, extended_until: datetime | None = None) -> bool:
        """Return whether a report received then is on time."""
        return received_at < self.deadline(extended_until)

    def is_late(self, received_at: datetime, extended_until: datetime | None = None) -> bool:
        """Return whether a report received then comes after the grace."""
        return received_at >= self.end_of_grace(extended_until)

    def entry(self, code: str) -> RosterEntry | None:
        """Return the roster's entry of the unit `code`, None where it is not on the roster."""
        return next((entry for entry in self.roster if entry.unit.code == code), None)


def _short_title(title: str) -> str:
    """Return "BC" and the title; a title that says "Báo cáo" itself is only shortened."""
    rest = title[len(_REPORT) :].strip() if title.casefold().startswith(_REPORT) else title
    return f"BC {rest}".strip()


def parse_campaign(data: bytes, zone: ZoneInfo, where: str) -> Campaign:
    """Return the campaign that a campaign.toml declares, without its roster and form.

    Dates are days in the office's `zone`. Raises OperatorError with every problem; its sentences name the file `where`.
    """
    declared = Declaration(read_toml(data, where), f"{where}: ", [])
    window = _read_window(declared, zone)
    title = declared.line("title")
    days_off, days_worked = declared.days("days_off"), declared.days("days_worked")
    for day in sorted(set(days_off) & set(days_worked)):
        declared.complain(f"{day} stands in days_off and in days_worked; keep one of them.")
    campaign = Campaign(
        name=_read_name(declared),
        title=title,
        short_title=declared.line("short_title", _short_title(title)),
        report_title=declared.line("report_title", f"báo cáo {title}"),
        document=declared.line("document", ""),
        references=declared.texts("references"),
        opens=window.opens,
        deadline_text=declared.line("deadline_text"),
        due_before=window.due_before,
        grace_until=window.grace_until,
        closes=window.closes,
        answers_from=window.answers_from,
        reminders=_read_reminders(declared),
        remind_at=(remind_at := declared.clock_time("remind_at", DEFAULT_REMIND_AT)),
        remind_until=_read_remind_until(declared, remind_at),
        digest_at=declared.clock_time("digest_at", DEFAULT_DIGEST_AT),
        signed_copy=declared.flag("signed_copy"),
        reports_to=declared.line("reports_to", ""),
        zone=zone,
        days_off=days_off,
        days_worked=days_worked,
    )
    declared.finish()
    if declared.problems:
        raise OperatorError(declared.problems)
    return campaign


@dataclass(frozen=True, slots=True)
class _Window:
    opens: datetime
    due_before: datetime
    grace_until: datetime
    closes: datetime | None
    answers_from: datetime


def _read_window(declared: Declaration, zone: ZoneInfo) -> _Window:
    """Return the instants, checked for their order; where a needed one is wrong, with a stand-in beside the problem."""
    opens = declared.instant("opens", zone, required=True)
    due_before = declared.instant("due_before", zone, required=True)
    grace_until = declared.instant("grace_until", zone)
    closes = declared.instant("closes", zone)
    _check_order(declared, {"opens": opens, "due_before": due_before, "grace_until": grace_until, "closes": closes})
    opens, due_before = opens or _STAND_IN, due_before or _STAND_IN
    answers_from = declared.instant("answers_from", zone) or opens
    return _Window(opens, due_before, grace_until or due_before, closes, answers_from)


def _check_order(declared: Declaration, instants: dict[str, datetime | None]) -> None:
    """Complain of each instant that lies before its predecessor, and of a deadline that is not after the opening."""
    given = [(key, instant) for key, instant in instants.items() if instant is not None]
    for (earlier_key, earlier), (key, instant) in pairwise(given):
        fault = "is not after" if earlier_key == "opens" else "lies before"
        if instant < earlier or (instant == earlier and earlier_key == "opens"):
            declared.complain(
                f"{key} is {instant.isoformat(' ')}, which {fault} {earlier_key}, {earlier.isoformat(' ')}; "
                "correct one of them."
            )


def _read_name(declared: Declaration) -> str:
    name = declared.line("name")
    if name and not _NAME.fullmatch(name):
        declared.complain(
            f"name is {name!r}; write small letters a to z, digits and hyphens, such as thang-hanh-dong-2019."
        )
    return name


def _read_remind_until(declared: Declaration, remind_at: time) -> time:
    """Return the end of the hours in which reminders go out; the day's, where they begin after the usual end."""
    default = DEFAULT_REMIND_UNTIL if remind_at < DEFAULT_REMIND_UNTIL else time.max
    until = declared.clock_time("remind_until", default)
    if until <= remind_at:
        declared.complain(f"remind_until {until:%H:%M} does not lie after remind_at {remind_at:%H:%M}; correct one.")
    return until


def _read_reminders(declared: Declaration) -> tuple[Step, ...]:
    """Return the ladder in the order of its days, however it was written."""
    ladder: list[Step] = []
    for text in declared.texts("reminders", DEFAULT_REMINDERS):
        try:
            step = steps.parse_step(text)
        except ValueError:
            declared.complain(
                f'reminders has {text!r}; write a number of days before or after, such as "-7d" or "+1d".'
            )
            continue
        if step in ladder:
            declared.complain(f"reminders has {text!r} twice; keep one of them.")
        ladder.append(step)
    return tuple(sorted(ladder, key=lambda step: step.rank))
