"""The register: units with their dated addresses, forms, and campaigns with the roster frozen in them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pydantic
import sqlalchemy as sa

from forms import form as forms_form
from roll import campaigns, units
from storage import tables

_UNIT = pydantic.TypeAdapter(units.Unit)

# The source of an address that a person taught us by assigning a mail.
LEARNED = "learned"


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
    _put(connection, tables.forms, {"name": form.name, "version": form.version}, {"definition": _form_json(form)})
    _put(
        connection,
        tables.campaigns,
        {"name": campaign.name},
        {
            "definition": source.definition.decode(),
            "form_name": form.name,
            "form_version": form.version,
            "digest": source.digest,
            "applied_at": now,
        },
    )
    _apply_roster(connection, campaign)


def _form_json(form: forms_form.Form) -> str:
    return forms_form.to_json(form).decode()


def _apply_roster(connection: sa.Connection, campaign: campaigns.Campaign) -> None:
    source = f"campaign:{campaign.name}"
    connection.execute(sa.delete(tables.roster).where(tables.roster.c.campaign == campaign.name))
    connection.execute(sa.delete(tables.addresses).where(tables.addresses.c.source == source))
    for position, entry in enumerate(campaign.roster):
        definition = _UNIT.dump_json(replace(entry.unit, addresses=())).decode()
        _put(connection, tables.units, {"code": entry.unit.code}, {"definition": definition})
        connection.execute(
            sa.insert(tables.roster).values(
                campaign=campaign.name,
                unit=entry.unit.code,
                position=position,
                obligation=entry.obligation.value,
                definition=definition,
            )
        )
        for place, address in enumerate(entry.unit.addresses):
            _put_address(connection, entry.unit.code, source, address, place)


def _put_address(connection: sa.Connection, unit: str, source: str, address: units.Address, position: int) -> None:
    _put(
        connection,
        tables.addresses,
        {"unit": unit, "address": address.address.casefold(), "source": source},
        {"valid_from": address.valid_from, "valid_to": address.valid_to, "position": position},
    )


def _put(connection: sa.Connection, table: sa.Table, key: dict[str, object], rest: dict[str, object]) -> None:
    where = sa.and_(*(table.c[name] == value for name, value in key.items()))
    if connection.execute(sa.update(table).where(where).values(rest)).rowcount == 0:
        connection.execute(sa.insert(table).values(**key, **rest))


def learn_address(connection: sa.Connection, unit: str, address: str, valid_from: date) -> None:
    """Remember that an address is a unit's from a day on (a person said so)."""
    _put_address(connection, unit, LEARNED, units.Address(address, valid_from, None), 100)


def forget_address(connection: sa.Connection, unit: str, address: str) -> None:
    """Take a learned address back."""
    where = sa.and_(
        tables.addresses.c.unit == unit,
        tables.addresses.c.address == address.casefold(),
        tables.addresses.c.source == LEARNED,
    )
    connection.execute(sa.delete(tables.addresses).where(where))


def names(connection: sa.Connection) -> list[str]:
    """Return the names of all campaigns, oldest application first."""
    query = sa.select(tables.campaigns.c.name).order_by(tables.campaigns.c.applied_at, tables.campaigns.c.name)
    return list(connection.execute(query).scalars())


def load(connection: sa.Connection, zone: ZoneInfo) -> list[tuple[campaigns.Campaign, forms_form.Form]]:
    """Return every campaign with its frozen roster (addresses as the register knows them now) and its form."""
    addresses = _addresses(connection)
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


def _roster(
    connection: sa.Connection, campaign: str, addresses: dict[str, list[units.Address]]
) -> tuple[units.RosterEntry, ...]:
    query = sa.select(tables.roster).where(tables.roster.c.campaign == campaign).order_by(tables.roster.c.position)
    return tuple(
        units.RosterEntry(
            replace(_UNIT.validate_json(row.definition), addresses=tuple(addresses.get(row.unit, ()))),
            units.Obligation(row.obligation),
        )
        for row in connection.execute(query)
    )


def _addresses(connection: sa.Connection) -> dict[str, list[units.Address]]:
    found: dict[str, list[units.Address]] = {}
    order = (tables.addresses.c.position, tables.addresses.c.address)
    for row in connection.execute(sa.select(tables.addresses).order_by(*order)):
        address = units.Address(row.address, row.valid_from, row.valid_to)
        known = found.setdefault(row.unit, [])
        if address not in known:
            known.append(address)
    return found


def all_units(connection: sa.Connection) -> Sequence[units.Unit]:
    """Return the register: every unit of every campaign, with its addresses."""
    addresses = _addresses(connection)
    rows = connection.execute(sa.select(tables.units).order_by(tables.units.c.code))
    return [replace(_UNIT.validate_json(row.definition), addresses=tuple(addresses.get(row.code, ()))) for row in rows]
