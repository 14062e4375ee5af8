"""`rollcall send`: send what is owed and due, once."""

import click

from service.cli.opening import rollcall_without_campaigns, tell_if_switched_off
from service.cli.session import Session, at_option, finish, json_option, print_json, say


@click.command()
@at_option
@json_option
@click.pass_obj
def send(session: Session, at: str | None, as_json: bool) -> None:
    """Send every letter that is owed and due, once."""
    from service import calling_staff, sending  # noqa: PLC0415 - keeps `--help` quick
    from service.tally import Tally  # noqa: PLC0415 - keeps `--help` quick
    from storage import decisions  # noqa: PLC0415

    rollcall = rollcall_without_campaigns(session, at)
    with rollcall.store.reading() as connection:
        is_paused = bool(decisions.switch(connection, calling_staff.PAUSED))
    tally = Tally()
    sending.send(rollcall, tally)
    if as_json:
        print_json({"sent": tally.sent, "failed": tally.failed})
    else:
        click.echo(f"{tally.sent} sent, {tally.failed} failed.")
    if not tell_if_switched_off(rollcall) and is_paused:
        say("Sending is paused; `rollcall resume` starts it again.")
    finish(tally.troubles, could_not_run=not tally.sent and not tally.failed)


COMMANDS: dict[str, click.Command] = {"send": send}
