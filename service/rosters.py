"""Who is a unit on which day: a roster as it is on each day, and the units of the register that are no more."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import sqlalchemy as sa

from intake import former, sender
from roll import register, units
from service import wording
from storage import register as stored_register
from storage import registry


@dataclass(slots=True)
class DatedRoster:
    """A roster, and the register of senders that it gives on a day: units that exist, by the names that they bear."""

    entries: Sequence[units.RosterEntry]
    _by_day: dict[date | None, sender.Register] = field(default_factory=dict)

    def on(self, day: date) -> sender.Register:
        """Return the units of a day; made once for all days where no unit and no name has days."""
        key = day if any(map(_has_days, self.entries)) else None
        if key not in self._by_day:
            self._by_day[key] = sender.Register(
                [replace(each, unit=each.unit.on(day)) for each in self.entries if each.unit.is_valid_on(day)]
            )
        return self._by_day[key]


def _has_days(entry: units.RosterEntry) -> bool:
    unit = entry.unit
    return bool(unit.valid_from or unit.valid_to or unit.dated_names)


@dataclass(slots=True)
class Successions:
    """The units of the register that have a last day, and who succeeded whom. `language` is that of the sentences."""

    ending: Mapping[str, units.Unit]
    names: Mapping[str, str]
    passings: Sequence[register.Succession]
    language: str
    _by_codes: dict[frozenset[str], former.Former] = field(default_factory=dict)

    def former_on(self, day: date, current: Collection[str]) -> former.Former | None:
        """Return the units that had ended on a day and are none of the `current` ones; None where there is none."""
        ended = [unit for unit in self.ending.values() if unit.valid_to and unit.valid_to < day]
        ended = [unit for unit in ended if unit.code not in current]
        key = frozenset(unit.code for unit in ended)
        if not key:
            return None
        if key not in self._by_codes:
            as_last_named = [unit.on(unit.valid_to) for unit in ended if unit.valid_to]
            entries = [units.RosterEntry(unit, units.Obligation.INFORMED) for unit in as_last_named]
            told = {unit.code: former.Ended(self._sentence(unit), self.successors_of(unit.code)) for unit in ended}
            self._by_codes[key] = former.Former(sender.Register(entries), told)
        return self._by_codes[key]

    def successors_of(self, code: str) -> tuple[str, ...]:
        """Return who took over from a unit, and from those who did, to the last of them."""
        found: dict[str, None] = {}
        waiting = [code]
        while waiting:
            at = waiting.pop(0)
            heirs = [each.successor for each in self.passings if each.predecessor == at]
            waiting += [heir for heir in heirs if heir not in found]
            found |= dict.fromkeys(heirs)
        return tuple(found)

    def forebears_of(self, code: str) -> tuple[str, ...]:
        """Return the units that a unit took over from."""
        return tuple(each.predecessor for each in self.passings if each.successor == code)

    def only_forebear_of(self, code: str) -> str | None:
        """Return the unit that a unit wholly and alone took over from, None where the mapping is not one to one."""
        forebears = self.forebears_of(code)
        heirs = [each.successor for each in self.passings if forebears and each.predecessor == forebears[0]]
        return forebears[0] if len(forebears) == 1 and heirs == [code] else None

    def _sentence(self, unit: units.Unit) -> str:
        assert unit.valid_to is not None
        heirs = [each.successor for each in self.passings if each.predecessor == unit.code]
        names = ", ".join(self.names.get(code, code) for code in heirs)
        return wording.ended_unit(self.language, unit.name, unit.valid_to + timedelta(days=1), names)


def load(connection: sa.Connection, language: str) -> Successions:
    """Return what the register knows of units that end."""
    known = registry.all_units(connection)
    ending = {unit.code: unit for unit in known if unit.valid_to}
    names = {unit.code: unit.short_name for unit in known}
    return Successions(ending, names, stored_register.successions(connection), language)
