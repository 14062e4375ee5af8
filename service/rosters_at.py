"""Whose rosters say who is a unit at an instant: those in force then, else those that closed lately or open soon.

A unit's addresses are those of the campaigns that take its mail at that instant: a report that one of them reminds of
may come from the address that it reminds. Only where none takes its mail do others speak for the unit, so an address
that was taken out of this year's roster does not live on through last year's.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from intake import sender
from roll import campaigns, roster_rows, units
from service import rosters
from storage.boards import MAY_COME_EARLY

# A round a month is the densest that offices ask for: what comes later than that belongs to the next round. The board
# reckons with as much before the opening.
MAY_COME_LATE = timedelta(days=30)
_IN_FORCE, _NEAR, _OLD, _NOT_ASKED = range(4)


@dataclass(slots=True)
class RostersAt:
    """The campaigns, and the roster that they make together at an instant; made once for a constellation of them."""

    campaigns: Sequence[campaigns.Campaign]
    extensions: Mapping[tuple[str, str], datetime]
    _made: dict[tuple[tuple[int, ...], frozenset[tuple[str, str]]], rosters.DatedRoster] = field(default_factory=dict)

    def at(self, instant: datetime) -> rosters.DatedRoster:
        """Return the roster at an instant."""
        by_name = {campaign.name: campaign for campaign in self.campaigns}
        extended = frozenset(
            (name, unit) for (name, unit), until in self.extensions.items() if by_name[name].covers(instant, until)
        )
        key = (_standings(self.campaigns, instant), extended)
        if key not in self._made:
            standings = {campaign.name: standing for campaign, standing in zip(self.campaigns, key[0], strict=True)}
            self._made[key] = rosters.DatedRoster(_entries(self.campaigns, standings, extended))
        return self._made[key]


def _standings(all_campaigns: Sequence[campaigns.Campaign], instant: datetime) -> tuple[int, ...]:
    none_runs = not any(campaign.covers(instant) for campaign in all_campaigns)
    return tuple(_standing(campaign, instant, none_runs=none_runs) for campaign in all_campaigns)


def _standing(campaign: campaigns.Campaign, instant: datetime, *, none_runs: bool) -> int:
    """Return how near a campaign is to an instant. One without a close is an old one some time after its grace."""
    end = (campaign.closes or campaign.grace_until) + MAY_COME_LATE
    if not campaign.opens - MAY_COME_EARLY <= instant < end:
        return _OLD if none_runs or campaign.covers(instant) else _NOT_ASKED
    return _IN_FORCE if campaign.covers(instant) else _NEAR


def _entries(
    all_campaigns: Sequence[campaigns.Campaign], standings: Mapping[str, int], extended: Collection[tuple[str, str]]
) -> list[units.RosterEntry]:
    """Return each unit's entry: of the campaigns that are nearest for it, put together."""
    by_standing: dict[int, dict[str, list[units.RosterEntry]]] = {_IN_FORCE: {}, _NEAR: {}, _OLD: {}, _NOT_ASKED: {}}
    for campaign in sorted(all_campaigns, key=lambda each: each.opens):
        for entry in campaign.roster:
            code = entry.unit.code
            standing = _IN_FORCE if (campaign.name, code) in extended else standings[campaign.name]
            by_standing[standing].setdefault(code, []).append(entry)
    found: dict[str, units.RosterEntry] = {}
    for standing in (_IN_FORCE, _NEAR, _OLD):
        theirs = by_standing[standing]
        # Of old campaigns only the newest speaks for a unit: the others' addresses were taken out since.
        more = [_together(each if standing < _OLD else each[-1:]) for code, each in theirs.items() if code not in found]
        kept = _not_of_others(more, [entry.unit for entry in found.values()])
        found |= {entry.unit.code: entry for entry in kept}
    return list(found.values())


def _together(entries: Sequence[units.RosterEntry]) -> units.RosterEntry:
    """Return one entry out of a unit's in several campaigns, the oldest first: the newest one's name, all aliases."""
    newest, of_all = entries[-1], [entry.unit for entry in reversed(entries)]
    if len(entries) == 1:
        return newest
    names = [text for unit in of_all for text in (*unit.aliases, unit.name, unit.short_name)]
    aliases = dict.fromkeys(text for text in names if text not in {newest.unit.name, newest.unit.short_name})
    unit = replace(
        newest.unit,
        addresses=tuple(dict.fromkeys(address for each in of_all for address in each.addresses)),
        aliases=tuple(aliases),
        dated_names=tuple(dict.fromkeys(name for each in of_all for name in each.dated_names)),
    )
    return replace(newest, unit=unit)


def _not_of_others(entries: Iterable[units.RosterEntry], nearer: Sequence[units.Unit]) -> list[units.RosterEntry]:
    """Return entries without those units that bear another code now, and without addresses that went to another."""
    names = {roster_rows.match_key(unit.name) for unit in nearer}
    addresses = {sender.address_key(address.address) for unit in nearer for address in unit.addresses}

    def own(unit: units.Unit) -> tuple[units.Address, ...]:
        return tuple(each for each in unit.addresses if sender.address_key(each.address) not in addresses)

    return [
        replace(entry, unit=replace(entry.unit, addresses=own(entry.unit)))
        for entry in entries
        if roster_rows.match_key(entry.unit.name) not in names
    ]
