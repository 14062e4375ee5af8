"""The calendar: days, instants, and the working days of Vietnam.

Days are dates in the office's time zone, instants are aware datetimes. Nothing here reads a clock, and the
process's own time zone plays no part.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_ONE_DAY = timedelta(days=1)
_SMALLEST = timedelta(
    microseconds=1
)  # of Python's datetime: the step from an exclusive instant to the last one before it
_SATURDAY = 5


def at(day: date, clock_time: time, zone: tzinfo) -> datetime:
    """Return the instant when clocks in `zone` show `clock_time` on `day`."""
    return datetime.combine(day, clock_time, tzinfo=zone)


def day_of(instant: datetime, zone: tzinfo) -> date:
    """Return the day in `zone` on which the aware `instant` falls."""
    return instant.astimezone(zone).date()


def last_day_before(instant: datetime, zone: tzinfo) -> date:
    """Return the last day in `zone` that has a moment before the aware, exclusive `instant` (domain rules, 3.3)."""
    return day_of(instant.astimezone(UTC) - _SMALLEST, zone)


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Which days the office works, for the years `first_year` to `last_year`, both included.

    Monday to Friday are worked except `days_off`; Saturday and Sunday are not, except `days_worked`.
    Every method raises ValueError where it would have to leave those years: what is not known is not guessed.
    """

    first_year: int
    last_year: int
    days_off: frozenset[date]
    days_worked: frozenset[date]

    def is_working(self, day: date) -> bool:
        """Return whether `day` is worked."""
        if not self.first_year <= day.year <= self.last_year:
            raise ValueError(f"working days are known from {self.first_year} to {self.last_year}, not for {day}")
        if day in self.days_worked:
            return True
        return day.weekday() < _SATURDAY and day not in self.days_off

    def on_or_before(self, day: date) -> date:
        """Return `day` if it is worked, else the last working day before it."""
        while not self.is_working(day):
            day -= _ONE_DAY
        return day

    def on_or_after(self, day: date) -> date:
        """Return `day` if it is worked, else the first working day after it."""
        while not self.is_working(day):
            day += _ONE_DAY
        return day

    def add(self, day: date, count: int) -> date:
        """Return the `count`-th working day after `day` (before it where negative); 0 gives `on_or_after(day)`."""
        if count == 0:
            return self.on_or_after(day)
        step, move = (_ONE_DAY, self.on_or_after) if count > 0 else (-_ONE_DAY, self.on_or_before)
        for _ in range(abs(count)):
            day = move(day + step)
        return day


def working_days_of_vietnam(
    years: Iterable[int], days_off: Iterable[date] = (), days_worked: Iterable[date] = ()
) -> WorkingDays:
    """Return the working days of the span of `years`: the public holidays, with the office's own days laid over them.

    The holidays and the days swapped with a Saturday are those that the library `holidays` knows (Labour Code, Article
    112, and the yearly announcements). Swaps are announced each year, so an office adds what the library does not have
    yet: its `days_off` and `days_worked` win over the library's.
    """
    # Imported here: 0.2 s that only the schedule needs, not every short command nor the processes that read workbooks.
    import holidays  # noqa: PLC0415

    span = sorted(set(years))
    known = holidays.country_holidays("VN", years=range(span[0], span[-1] + 1))
    own_off, own_worked = frozenset(days_off), frozenset(days_worked)
    return WorkingDays(
        first_year=span[0],
        last_year=span[-1],
        days_off=(frozenset(known) | own_off) - own_worked,
        days_worked=(frozenset(known.weekend_workdays) | own_worked) - own_off,
    )
