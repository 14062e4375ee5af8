"""`rollcall import`: mails and workbooks that come as files."""

from pathlib import Path

import click

from service.cli.session import Session, finish, json_option, print_json, refuse


@click.command("import")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--answer", is_flag=True, help="Queue and send the letters that the mails cause.")
@click.option("--unit", default="", help="The unit's code: take the mail or workbook as this unit's.")
@json_option
@click.pass_obj
def import_(session: Session, paths: tuple[Path, ...], answer: bool, unit: str, as_json: bool) -> None:
    """Take in .eml files, or a workbook handed in on a unit's behalf; answers nobody unless told."""
    from service import importing, sending, shapes  # noqa: PLC0415
    from service.tally import Tally  # noqa: PLC0415

    rollcall = session.rollcall()
    if unit and not any(campaign.entry(unit) for campaign, _ in rollcall.loaded()):
        refuse(f'There is no unit "{unit}"; `rollcall units list` shows the codes.')
    tally = Tally()
    importing.take_in(rollcall, importing.files_at(paths, unit), unit, tally, answers=answer)
    if answer:
        sending.send(rollcall, tally)
    if as_json:
        print_json(shapes.tally(tally))
    else:
        outcomes = ", ".join(f"{count} {outcome}" for outcome, count in sorted(tally.outcomes.items())) or "nothing new"
        click.echo(f"{tally.received} new, {tally.handled} handled ({outcomes}); {tally.queued} letters queued.")
    finish(tally.troubles)


COMMANDS = {"import": import_}
