"""`rollcall replay`: read mails again, say what changes; answer nobody unless told."""

import click

from service.cli.session import Session, json_option, print_json, refuse


@click.command()
@click.argument("mails", metavar="[ID...]", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Only list what would change.")
@click.option("--answer", is_flag=True, help="Queue the letters that the mails cause now.")
@json_option
@click.pass_obj
def replay(session: Session, mails: tuple[str, ...], dry_run: bool, answer: bool, as_json: bool) -> None:
    """Read mails again (all of them without ID), after a form was mended or a fault was repaired."""
    from service import rereading  # noqa: PLC0415
    from service.tally import Tally  # noqa: PLC0415
    from storage import inbox  # noqa: PLC0415

    rollcall = session.rollcall()
    with rollcall.store.reading() as connection:
        found = {mail: inbox.find(connection, mail) for mail in mails}
    for mail, mail_id in found.items():
        if mail_id is None:
            refuse(f'There is no mail "{mail}"; `rollcall messages` lists them by id and receipt number.')
    ids = [mail_id for mail_id in found.values() if mail_id] or None
    how = rereading.How(writes=not dry_run, answers=answer and not dry_run)
    tally = Tally()
    read = rereading.reread(rollcall, ids, how, tally)
    changes = [change for change in read if change.differs]
    if as_json:
        print_json([{"receipt": change.receipt, "before": change.before, "after": change.after} for change in changes])
        return
    for change in changes:
        old, new = rereading.first_difference(change)
        click.echo(f"{change.receipt}: {old} -> {new}")
    verb = "would change" if dry_run else "changed"
    click.echo(f"{len(read)} read again, {len(changes)} {verb}; {tally.queued} letters queued.")


COMMANDS = {"replay": replay}
