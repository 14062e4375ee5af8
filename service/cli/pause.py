"""`rollcall pause` and `rollcall resume`: stop and start all sending. Letters are queued all the same."""

import click

from service.cli.opening import person, rollcall_without_campaigns
from service.cli.session import Session


@click.command()
@click.pass_obj
def pause(session: Session) -> None:
    """Stop all sending until `rollcall resume`; letters wait in the queue."""
    _switch(session, paused=True)


@click.command()
@click.pass_obj
def resume(session: Session) -> None:
    """Start sending again; what waits goes out with the next pass or `rollcall send`."""
    _switch(session, paused=False)


def _switch(session: Session, *, paused: bool) -> None:
    from service import calling_staff  # noqa: PLC0415 - keeps `--help` quick
    from storage import decisions  # noqa: PLC0415

    rollcall = rollcall_without_campaigns(session)
    with rollcall.store.writing() as connection:
        was_paused = bool(calling_staff.stopped(connection)) if paused else calling_staff.resume(connection)
        if was_paused != paused:
            if paused:
                decisions.set_switch(connection, calling_staff.PAUSED, rollcall.now().isoformat())
            decisions.note(connection, rollcall.now(), person(), "pause" if paused else "resume", "all letters")
    if paused:
        click.echo(f"All sending {'was' if was_paused else 'is'} paused{' already' if was_paused else ''}; "
                   "`rollcall resume` starts it again.")  # fmt: skip
    else:
        click.echo("Letters are sent again." if was_paused else "Sending was not paused.")


COMMANDS: dict[str, click.Command] = {"pause": pause, "resume": resume}
