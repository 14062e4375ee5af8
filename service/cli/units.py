"""`rollcall units`: the register of units with their dated addresses."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.cli.opening import person
from service.cli.progress import progress
from service.cli.session import Session, finish, json_option, print_json, print_table, refuse, say

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
    for passing in found.dropped:
        click.echo(f"{'dropped':8} {passing.successor} does not take over from {passing.predecessor}")
    if found.missing:
        codes = ", ".join(unit.code for unit in found.missing)
        click.echo(f"Not in the list, and ended only where --ends-missing says so: {codes}.")
    for sentence in (*found.ambiguous, *remarks):
        click.echo(sentence)
    done = "Written" if is_written else "Nothing was written"
    counts = f"{len(found.changed)} units changed, {found.unchanged} unchanged, {len(found.refused)} refusals"
    click.echo(f"{done}: {counts}, as of {day}.")
    if is_written and found.changed:
        click.echo("Mails that came before are not read again by themselves: `rollcall replay --dry-run`.")
    if found.refused:
        say("The list is refused as a whole; mend it and import it again:")


@units.command("learn")
@click.argument("place", metavar="PATH|MAILBOX")
@click.option("--write", "target", type=click.Path(path_type=Path), metavar="FILE.csv", help="Write the proposals.")
@json_option
@click.pass_obj
def learn(session: Session, place: str, target: Path | None, as_json: bool) -> None:
    """Propose pairs of unit and address from past mail, each with what speaks for it.

    PATH is an .eml file, an mbox, a Maildir or a folder of these; MAILBOX the name of a mailbox of config.toml, whose
    folders are only read. Nothing enters the ledger. The list that --write makes is for `rollcall units import`, once
    somebody has looked at it.
    """
    from intake import mailbox_errors  # noqa: PLC0415
    from service import importing, learning_addresses  # noqa: PLC0415
    from storage import registry  # noqa: PLC0415

    rollcall = session.rollcall()
    if target is not None and target.exists():
        refuse(f"{target} is there already; name another file.")
    places = learning_addresses.sources(rollcall, place)
    total = sum(map(importing.size_of, places)) if isinstance(places, list) else 0
    try:
        with progress(total, "Reading") as watch:
            past = learning_addresses.learn(rollcall, places, watch)
    except mailbox_errors.MailboxError as error:
        finish([error.sentence], could_not_run=True)
    with rollcall.store.reading() as connection:
        names = {unit.code: unit.name for unit in registry.all_units(connection)}
    told = learning_addresses.told(past, names)
    if as_json:
        print_json(told)
    else:
        _print_learned(told)
    if target is not None:
        text, count = learning_addresses.list_of(past, names)
        target.write_text(text, "utf-8", newline="")
        say(f"{count} addresses written to {target}: look at them, then `rollcall units import {target} --dry-run`.")


def _print_learned(told: dict[str, Any]) -> None:
    from service.wording import printable  # noqa: PLC0415

    rows = (
        (
            each["unit"],
            printable(each["address"]),
            "known" if each["known"] else each["certainty"],
            str(each["mails"]),
            f"{each['first']}..{each['last']}",
            "; ".join(f"{piece['source']}: {printable(piece['text'])}" for piece in each["evidence"]),
        )
        for each in told["proposals"]
    )
    print_table(rows, ("Unit", "Address", "Certainty", "Mails", "Days", "Evidence"))
    for each in told["contradictions"]:
        click.echo(each["sentence"])
    left_out = ", ".join(f"{count} {why}" for why, count in told["left_out"].items()) or "none"
    click.echo(f"{told['mails']} mails read; left out: {left_out}.")


@units.command()
@click.argument("address")
@click.pass_obj
def reachable(session: Session, address: str) -> None:
    """Write to ADDRESS again from which letters came back: its owner says that it works."""
    from intake import sender  # noqa: PLC0415
    from service import unreachable  # noqa: PLC0415
    from storage import decisions  # noqa: PLC0415

    rollcall = session.rollcall()
    with rollcall.store.writing() as connection:
        failed = unreachable.load(connection).get(sender.address_key(address))
        if failed is not None:
            said = decisions.NewDecision(decisions.REACHABLE, person(), note=failed.address)
            decisions.decide(connection, said, rollcall.now())
    if failed is None:
        refuse(f"Letters to {address} have not come back since it last wrote; there is nothing to change.")
    click.echo(f"Letters go to {failed.address} again.")


COMMANDS: dict[str, click.Command] = {"units": units}
