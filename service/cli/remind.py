"""`rollcall remind`: make a complete pass, then queue and send the reminders due."""

import click

from service.cli import letters_shown
from service.cli.session import Session, at_option, finish, json_option, say


@click.command()
@click.argument("campaign", required=False)
@click.option("--dry-run", is_flag=True, help="Neither pass over the mailbox, nor queue, nor send: only show.")
@at_option
@json_option
@click.pass_obj
def remind(session: Session, campaign: str | None, dry_run: bool, at: str | None, as_json: bool) -> None:
    """Remind the units of which nothing was received, where a step of the ladder is due."""
    from service import choose, reminding, situation  # noqa: PLC0415
    from service.tally import Tally  # noqa: PLC0415

    rollcall = session.rollcall(at)
    known = situation.load(rollcall)
    chosen = choose.some(known.all_campaigns, campaign, rollcall.now())
    if dry_run:
        planned = reminding.remind(known, chosen, rollcall.now(), queues=False)
        unreachable = planned.remarks
        letters_shown.planned(rollcall, planned.written, as_json=as_json)
    else:
        tally = Tally()
        ids, unreachable = reminding.run(known, [each.name for each in chosen], rollcall.now(), tally)
        letters_shown.stored(rollcall, ids, as_json=as_json)
        finish(tally.troubles, could_not_run=not tally.complete)
    for sentence in unreachable:
        say(sentence)


COMMANDS = {"remind": remind}
