"""The register's own word on units: what lists given to `units import` say, beside what rosters of campaigns say."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from roll import register, units
from storage import inserts, registry, tables


def listed(connection: sa.Connection) -> dict[str, units.Unit]:
    """Return every unit by its code, with those addresses alone that lists gave it."""
    given = registry.addresses_of_units(connection)
    return {
        unit.code: replace(
            unit,
            addresses=tuple(address for source, address in given.get(unit.code, []) if source == registry.LISTED),
        )
        for unit in registry.all_units(connection)
    }


def write(
    connection: sa.Connection,
    changed: Sequence[units.Unit],
    passings: Sequence[register.Succession],
    now: datetime,
    dropped: Sequence[register.Succession] = (),
) -> None:
    """Write units and successions as a list has them, replacing what earlier lists said of them."""
    if changed:
        rows = [{"code": unit.code, "definition": registry.to_json(unit)} for unit in changed]
        connection.execute(inserts.ignoring(connection, tables.units), rows)
        dated = [{**row, "listed_at": now} for row in rows]
        connection.execute(inserts.replacing(connection, tables.listed_units), dated)
        registry.replace_addresses(connection, registry.LISTED, {unit.code: unit.addresses for unit in changed})
    for each in dropped:
        columns = tables.successions.c
        pair = sa.and_(columns.predecessor == each.predecessor, columns.successor == each.successor)
        connection.execute(sa.delete(tables.successions).where(pair))
    if passings:
        connection.execute(
            inserts.replacing(connection, tables.successions),
            [
                {
                    "predecessor": each.predecessor,
                    "successor": each.successor,
                    "kind": each.kind.value,
                    "effective": each.effective,
                }
                for each in passings
            ],
        )


def successions(connection: sa.Connection) -> list[register.Succession]:
    """Return who succeeded whom, in the order of the days."""
    columns = tables.successions.c
    query = sa.select(tables.successions).order_by(columns.effective, columns.predecessor, columns.successor)
    return [
        register.Succession(row.predecessor, row.successor, register.Passing(row.kind), row.effective)
        for row in connection.execute(query)
    ]
