"""`rollcall digest`: make a complete pass, then queue and send the digest due to staff."""

import click

from service.cli import letters_shown
from service.cli.session import Session, at_option, finish, json_option, say


@click.command()
@click.argument("campaign", required=False)
@click.option("--dry-run", is_flag=True, help="Neither pass over the mailbox, nor queue, nor send: only show.")
@at_option
@json_option
@click.pass_obj
def digest(session: Session, campaign: str | None, dry_run: bool, at: str | None, as_json: bool) -> None:
    """Tell staff how a campaign stands, where a digest is due."""
    from service import choose, digesting, situation  # noqa: PLC0415
    from service.tally import Tally  # noqa: PLC0415

    rollcall = session.rollcall(at)
    known = situation.load(rollcall)
    chosen = choose.some(known.all_campaigns, campaign, rollcall.now())
    if dry_run:
        letters_shown.planned(rollcall, digesting.digest(known, chosen, rollcall.now()).letters, as_json=as_json)
        return
    tally = Tally()
    ids, remarks = digesting.run(known, [each.name for each in chosen], rollcall.now(), tally)
    letters_shown.stored(rollcall, ids, as_json=as_json)
    finish(tally.troubles, could_not_run=not tally.complete)
    for sentence in remarks:
        say(sentence)


COMMANDS = {"digest": digest}
