"""`rollcall status`: the board of a campaign."""

import click

from service.cli.opening import tell_if_paused
from service.cli.session import Session, at_option, json_option, print_json, print_table


@click.command()
@click.argument("campaign", required=False)
@at_option
@json_option
@click.pass_obj
def status(session: Session, campaign: str | None, at: str | None, as_json: bool) -> None:
    """Show where every unit of a campaign stands."""
    from service import choose, shapes, wording  # noqa: PLC0415
    from storage import overviews  # noqa: PLC0415

    rollcall = session.rollcall(at)
    chosen = choose.one([campaign_ for campaign_, _ in rollcall.loaded()], campaign, rollcall.now())
    with rollcall.store.reading() as connection:
        shown = overviews.board_of(connection, chosen, rollcall.now())
    tell_if_paused(rollcall)
    if as_json:
        print_json(shapes.status(shown, chosen, rollcall.zone))
        return
    words = wording.Words(rollcall.config.office.language, rollcall.zone)
    for line in words.heading(shown, chosen):
        click.echo(line)
    print_table((words.board_row(unit) for unit in shown.units), words.columns("board_columns"))


COMMANDS = {"status": status}
