"""`rollcall units`: the register of units with their dated addresses."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.opening import person
from service.cli.session import Session, finish, json_option, print_json, print_table, say
from service.cli.to_come import to_come

if TYPE_CHECKING:
    from roll import register

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def units() -> None:
    """Look at the register of units, and bring it up to date."""


@units.command("list")
@json_option
@click.pass_obj
def list_units(session: Session, as_json: bool) -> None:
    """List every unit of every list and campaign with its addresses, when they hold, and who succeeded it."""
    from service import register_shapes  # noqa: PLC0415 - keeps `--help` quick
    from storage import register as stored_register  # noqa: PLC0415
    from storage import registry  # noqa: PLC0415

    rollcall = session.rollcall()
    with rollcall.store.reading() as connection:
        known = registry.all_units(connection)
        passings = stored_register.successions(connection)
    if as_json:
        print_json([register_shapes.unit(each, passings) for each in known])
        return
    rows = (
        (
            each.code,
            each.name,
            each.kind,
            register_shapes.span(each.valid_from, each.valid_to),
            "; ".join(map(register_shapes.dated, each.addresses)),
            each.phone,
            ", ".join(passing.successor for passing in passings if passing.predecessor == each.code),
        )
        for each in known
    )
    print_table(rows, ("Code", "Name", "Kind", "Days", "Addresses", "Phone", "Successors"))


@units.command("import")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Tell what the list changes and write nothing.")
@click.option("--on", type=_DAY, metavar="DATE", help="The day from which the list holds; else today.")
@click.option(
    "--ends-missing", type=_DAY, metavar="DATE", help="The last day of the units that the list does not name."
)
@json_option
@click.pass_obj
def import_units(
    session: Session, path: Path, dry_run: bool, on: datetime | None, ends_missing: datetime | None, as_json: bool
) -> None:
    """Take a list of units into the register: a CSV or workbook of the columns of units.csv.

    Tells what is new, ended, renamed and changed. Nothing is written where an alias is not one unit's alone on some
    day, or a code stands for another body than before.
    """
    from service import register_shapes, registering  # noqa: PLC0415

    rollcall = session.rollcall()
    day = on.date() if on else rollcall.now().astimezone(rollcall.zone).date()
    request = registering.Request(path, day, ends_missing.date() if ends_missing else None, not dry_run, person())
    found, remarks = registering.take_in(rollcall, request)
    is_written = not dry_run and not found.refused
    if as_json:
        print_json(register_shapes.comparison(found, remarks, written=is_written))
    else:
        _print(found, remarks, day, is_written=is_written)
    finish(found.refused)


def _print(found: "register.Comparison", remarks: list[str], day: date, *, is_written: bool) -> None:
    for each in found.changed:
        click.echo(f"{each.change.value:8} {each.unit.code} {each.unit.name} ({', '.join(each.what)})")
    for passing in found.successions:
        what = f"from {passing.effective} ({passing.kind.value})"
        click.echo(f"{'succeeds':8} {passing.successor} takes over from {passing.predecessor} {what}")
    if found.missing:
        codes = ", ".join(unit.code for unit in found.missing)
        click.echo(f"Not in the list, and ended only where --ends-missing says so: {codes}.")
    for sentence in (*found.ambiguous, *remarks):
        click.echo(sentence)
    done = "Written" if is_written else "Nothing was written"
    counts = f"{len(found.changed)} units changed, {found.unchanged} unchanged, {len(found.refused)} refusals"
    click.echo(f"{done}: {counts}, as of {day}.")
    if found.refused:
        say("The list is refused as a whole; mend it and import it again:")


units.add_command(
    to_come("units learn", "proposing addresses from past mail", "write them in the campaign's units.csv")
)

COMMANDS: dict[str, click.Command] = {"units": units}
