"""`rollcall poll`: one complete pass - fetch what is new, handle it, send what is owed."""

import click

from service.cli.opening import tell_if_paused
from service.cli.session import Session, finish, json_option, print_json


@click.command()
@click.option("--no-send", is_flag=True, help="Leave the letters queued.")
@json_option
@click.pass_obj
def poll(session: Session, no_send: bool, as_json: bool) -> None:
    """Fetch what is new, understand it, and send what is owed."""
    from service import jobs, shapes  # noqa: PLC0415 - keeps `--help` quick

    rollcall = session.rollcall()
    done = jobs.poll(rollcall, sends=not no_send)
    tell_if_paused(rollcall)
    if as_json:
        print_json(shapes.tally(done))
    else:
        outcomes = ", ".join(f"{count} {outcome}" for outcome, count in sorted(done.outcomes.items())) or "nothing new"
        click.echo(
            f"{done.received} received, {done.handled} handled ({outcomes}); "
            f"{done.queued} letters queued, {done.sent} sent, {done.failed} failed."
        )
    finish(done.troubles, could_not_run=done.mailboxes_failed == len(rollcall.config.mailbox))


COMMANDS = {"poll": poll}
