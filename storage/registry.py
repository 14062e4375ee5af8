"""The register: units with their dated addresses, forms, and campaigns with the roster frozen in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pydantic
import sqlalchemy as sa

from forms import form as forms_form
from roll import campaigns, units
from storage import inserts, tables

_UNIT = pydantic.TypeAdapter(units.Unit)
Sourced = list[tuple[str, units.Address]]
"""What the register knows of one unit's addresses: (source, address), in the order of their use."""

# The source of an address that a person taught us by assigning a mail, and of one that an imported list gives.
LEARNED = "learned"
LISTED = "list"
# The position of a learned address: letters go to one that a roster gives while there is one.
AFTER_ALL_OTHERS = 1_000


@dataclass(frozen=True, slots=True)
class CampaignSource:
    """A campaign as its folder gives it: the parsed campaign with its roster, its raw definition, its form."""

    campaign: campaigns.Campaign
    definition: bytes
    form: forms_form.Form
    digest: str


def digest_of(connection: sa.Connection, name: str) -> str | None:
    """Return the digest of the folder that a campaign was last applied from."""
    return connection.execute(sa.select(tables.campaigns.c.digest).where(tables.campaigns.c.name == name)).scalar()


def apply(connection: sa.Connection, source: CampaignSource, now: datetime) -> None:
    """Write a campaign with its form and roster, replacing what an earlier application wrote."""
    campaign, form = source.campaign, source.form
    _put(
        connection,
        tables.forms,
        {"name": form.name, "version": form.version, "definition": forms_form.to_json(form).decode()},
    )
    row = {
        "name": campaign.name,
        "definition": source.definition.decode(),
        "form_name": form.name,
        "form_version": form.version,
        "digest": source.digest,
        "applied_at": now,
    }
    _put(connection, tables.campaigns, row)
    _apply_roster(connection, campaign)


def _source_of(campaign: str) -> str:
    return f"campaign:{campaign}"


def _apply_roster(connection: sa.Connection, campaign: campaigns.Campaign) -> None:
    source = _source_of(campaign.name)
    connection.execute(sa.delete(tables.roster).where(tables.roster.c.campaign == campaign.name))
    connection.execute(sa.delete(tables.addresses).where(tables.addresses.c.source == source))
    units_: list[dict[str, object]] = []
    roster: list[dict[str, object]] = []
    addresses: list[dict[str, object]] = []
    for position, entry in enumerate(campaign.roster):
        code = entry.unit.code
        definition = to_json(entry.unit)
        units_.append({"code": code, "definition": definition})
        roster.append(
            {
                "campaign": campaign.name,
                "unit": code,
                "position": position,
                "obligation": entry.obligation.value,
                "definition": definition,
            }
        )
        addresses += [_address_row(code, source, address, place) for place, address in enumerate(entry.unit.addresses)]
    _put(connection, tables.units, *units_)
    _put(connection, tables.roster, *roster)
    _put(connection, tables.addresses, *addresses)


def to_json(unit: units.Unit) -> str:
    """Return what is kept of a unit beside its addresses."""
    return _UNIT.dump_json(replace(unit, addresses=())).decode()


def replace_addresses(connection: sa.Connection, source: str, given: Mapping[str, Sequence[units.Address]]) -> None:
    """Write the addresses that a source gives some units, replacing those that it gave them before."""
    columns = tables.addresses.c
    connection.execute(sa.delete(tables.addresses).where(columns.source == source, columns.unit.in_(list(given))))
    rows = [
        _address_row(code, source, address, place)
        for code, addresses in given.items()
        for place, address in enumerate(addresses)
    ]
    _put(connection, tables.addresses, *rows)


def _address_row(unit: str, source: str, address: units.Address, position: int) -> dict[str, object]:
    return {
        "unit": unit,
        "address": address.address.casefold(),
        "source": source,
        "valid_from": address.valid_from,
        "valid_to": address.valid_to,
        "position": position,
    }


def _put(connection: sa.Connection, table: sa.Table, *rows: dict[str, object]) -> None:
    if rows:
        connection.execute(inserts.replacing(connection, table), rows)


def learn_address(connection: sa.Connection, unit: str, address: str, valid_from: date) -> None:
    """Remember that an address is a unit's from a day on (a person said so), or from an earlier day if known so."""
    columns = tables.addresses.c
    known = connection.execute(sa.select(columns.valid_from).where(_is_learned(unit, address))).scalar()
    listed = sa.and_(columns.unit == unit, columns.address == address.casefold(), columns.source == LISTED)
    ended = connection.execute(sa.select(columns.valid_to).where(listed)).scalar()
    if ended is not None and ended < valid_from:
        # A list had ended it: what was taught before that day is over, and this is taught anew.
        known = None
    learned = units.Address(address, min(valid_from, known or valid_from), None)
    _put(connection, tables.addresses, _address_row(unit, LEARNED, learned, AFTER_ALL_OTHERS))


def _is_learned(unit: str, address: str) -> sa.ColumnElement[bool]:
    columns = tables.addresses.c
    return sa.and_(columns.unit == unit, columns.address == address.casefold(), columns.source == LEARNED)


def is_given(connection: sa.Connection, unit: str, addresses: Sequence[str]) -> bool:
    """Return whether a roster gives one of some addresses as a unit's, whatever people taught."""
    columns = tables.addresses.c
    given = sa.and_(columns.unit == unit, columns.address.in_(list(addresses)), columns.source != LEARNED)
    return connection.execute(sa.select(columns.unit).where(given).limit(1)).scalar() is not None


def forget_address(connection: sa.Connection, unit: str, address: str) -> None:
    """Take a learned address back."""
    connection.execute(sa.delete(tables.addresses).where(_is_learned(unit, address)))


def names(connection: sa.Connection) -> list[str]:
    """Return the names of all campaigns, oldest application first."""
    query = sa.select(tables.campaigns.c.name).order_by(tables.campaigns.c.applied_at, tables.campaigns.c.name)
    return list(connection.execute(query).scalars())


def load(connection: sa.Connection, zone: ZoneInfo) -> list[tuple[campaigns.Campaign, forms_form.Form]]:
    """Return every campaign with its frozen roster and its form.

    A unit's addresses in a campaign are those of the campaign's own roster, of imported lists, and those that people
    taught; where neither its roster nor a list gives one, also those of other campaigns. So an address that was taken
    out of this year's roster, or went to another unit, does not live on through last year's. The last day that a list
    gives an address holds in every campaign that says nothing of its days.
    """
    addresses = addresses_of_units(connection)
    loaded = []
    for name in names(connection):
        row = connection.execute(sa.select(tables.campaigns).where(tables.campaigns.c.name == name)).one()
        campaign = campaigns.parse_campaign(row.definition.encode(), zone, f"campaign {name}")
        roster = _roster(connection, name, addresses)
        loaded.append(
            (
                replace(campaign, roster=roster, form_name=row.form_name, form_version=row.form_version),
                load_form(connection, row.form_name, row.form_version),
            )
        )
    return loaded


def load_form(connection: sa.Connection, name: str, version: str) -> forms_form.Form:
    """Return a form version."""
    definition = connection.execute(
        sa.select(tables.forms.c.definition).where(tables.forms.c.name == name, tables.forms.c.version == version)
    ).scalar_one()
    return forms_form.from_json(definition.encode())


def _roster(connection: sa.Connection, campaign: str, addresses: dict[str, Sourced]) -> tuple[units.RosterEntry, ...]:
    query = sa.select(tables.roster).where(tables.roster.c.campaign == campaign).order_by(tables.roster.c.position)
    return tuple(
        units.RosterEntry(
            replace(_UNIT.validate_json(row.definition), addresses=_in_campaign(campaign, addresses.get(row.unit, []))),
            units.Obligation(row.obligation),
        )
        for row in connection.execute(query)
    )


def _in_campaign(campaign: str, known: Sourced) -> tuple[units.Address, ...]:
    own, listed, learned = (
        [each for each in known if each[0] == giver] for giver in (_source_of(campaign), LISTED, LEARNED)
    )
    if not own and not listed:
        return _distinct(known, known)
    # A letter goes to the first: the roster's own go before those of lists.
    given = {address.address for _, address in (*own, *learned)}
    return _distinct([*own, *(each for each in listed if each[1].address not in given), *learned], known)


def _distinct(some: Sourced, known: Sourced) -> tuple[units.Address, ...]:
    """Return some of the addresses of a unit, each once, ended where a list says so; `known` are all of its."""
    ends = {each.address: each.valid_to for source, each in known if source == LISTED and each.valid_to}
    return tuple(dict.fromkeys(_ended(address, ends.get(address.address)) for _, address in some))


def _ended(address: units.Address, end: date | None) -> units.Address:
    """Return an address that has no last day with that of a list, unless it was taught anew after it."""
    begins_later = end is not None and address.valid_from is not None and address.valid_from > end
    return address if end is None or begins_later or address.valid_to else replace(address, valid_to=end)


def addresses_of_units(connection: sa.Connection) -> dict[str, Sourced]:
    """Return what the register knows of each unit's addresses, with who said so, in the order of their use."""
    found: dict[str, Sourced] = {}
    order = (tables.addresses.c.position, tables.addresses.c.address, tables.addresses.c.source)
    for row in connection.execute(sa.select(tables.addresses).order_by(*order)):
        address = units.Address(row.address, row.valid_from, row.valid_to, row.source == LEARNED)
        found.setdefault(row.unit, []).append((row.source, address))
    return found


def names_of_units(connection: sa.Connection) -> dict[str, str]:
    """Return how each unit of the register is called, by its code."""
    rows = connection.execute(sa.select(tables.units.c.definition))
    return {unit.code: unit.name for unit in (_UNIT.validate_json(row.definition) for row in rows)}


def all_units(connection: sa.Connection) -> Sequence[units.Unit]:
    """Return the register: every unit of every list and campaign, with all addresses that any source gives."""
    addresses = addresses_of_units(connection)
    listed = tables.listed_units.c
    definition = sa.func.coalesce(listed.definition, tables.units.c.definition).label("definition")
    query = sa.select(tables.units.c.code, definition).outerjoin_from(tables.units, tables.listed_units)
    return [
        replace(_UNIT.validate_json(row.definition), addresses=_distinct(known, known))
        for row in connection.execute(query.order_by(tables.units.c.code))
        for known in [addresses.get(row.code, [])]
    ]
