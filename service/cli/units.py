"""`rollcall units`: the register of units with their dated addresses."""

import click

from service.cli.session import Session, json_option, print_json, print_table
from service.cli.to_come import to_come


@click.group()
def units() -> None:
    """Look at the register of units."""


@units.command("list")
@json_option
@click.pass_obj
def list_units(session: Session, as_json: bool) -> None:
    """List every unit of every campaign with its addresses and when they hold."""
    from service import register_shapes  # noqa: PLC0415 - keeps `--help` quick
    from storage import registry  # noqa: PLC0415

    rollcall = session.rollcall()
    with rollcall.store.reading() as connection:
        known = registry.all_units(connection)
    if as_json:
        print_json([register_shapes.unit(each) for each in known])
        return
    rows = (
        (each.code, each.name, each.kind, "; ".join(map(register_shapes.dated, each.addresses)), each.phone)
        for each in known
    )
    print_table(rows, ("Code", "Name", "Kind", "Addresses", "Phone"))


units.add_command(to_come("units import", "taking a list of units in", "write them in the campaign's units.csv"))
units.add_command(
    to_come("units learn", "proposing addresses from past mail", "write them in the campaign's units.csv")
)

COMMANDS: dict[str, click.Command] = {"units": units}
