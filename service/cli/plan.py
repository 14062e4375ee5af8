"""`rollcall plan`: every reminder and digest that would go out from an instant on, as things stand."""

import click

from service.cli import letters_shown
from service.cli.opening import tell_if_paused, tell_if_switched_off
from service.cli.session import Session, at_option, json_option, say


@click.command()
@click.argument("campaign", required=False)
@at_option
@json_option
@click.pass_obj
def plan(session: Session, campaign: str | None, at: str | None, as_json: bool) -> None:
    """Rehearse the campaign to its close: what would go out, to whom, when. Nothing is queued."""
    from service import choose, rehearsal, situation  # noqa: PLC0415

    rollcall = session.rollcall(at)
    known = situation.load(rollcall)
    rehearsed = rehearsal.rehearse(known, choose.some(known.all_campaigns, campaign, rollcall.now()), rollcall.now())
    tell_if_paused(rollcall)
    tell_if_switched_off(rollcall)
    letters_shown.planned(rollcall, rehearsed.letters, as_json=as_json)
    for sentence in (*rehearsed.waiting, *rehearsed.unreachable):
        say(sentence)


COMMANDS = {"plan": plan}
