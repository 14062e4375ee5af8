"""`rollcall forget`: erase what mails brought, for good; a tombstone stays."""

import click

from service.cli.opening import person
from service.cli.session import Session, refuse, say


@click.command()
@click.argument("mails", nargs=-1, metavar="[ID]...")
@click.option("--unit", metavar="U", default="", help="Every mail of a unit, by its code.")
@click.option("--why", required=True, help="Why; it stands in the trail and in the tombstone.")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.pass_obj
def forget(session: Session, mails: tuple[str, ...], unit: str, why: str, dry_run: bool) -> None:
    """Erase mails (ID or receipt number): bytes, texts, and the letters that answered them. Figures stay counted."""
    from service import forgetting  # noqa: PLC0415 - keeps `--help` quick

    if not why.strip():
        refuse("Say why with --why: it is what stays.")
    if bool(mails) == bool(unit):
        refuse("Say which mails, by id or receipt number, or --unit with a code.")
    rollcall = session.rollcall()
    wanted = forgetting.Wanted(mails, unit, why.strip())
    if dry_run:
        receipts = [row.receipt for row in forgetting.chosen(rollcall, wanted)]
    else:
        receipts = forgetting.forget(rollcall, wanted, person())
    for receipt in receipts:
        click.echo(receipt)
    say(f"{len(receipts)} mails {'would be' if dry_run else 'are'} erased, with the letters that answered them.")
    if receipts and not dry_run:
        say("They are in the mailbox still, and in older backups: delete them there yourself.")


COMMANDS: dict[str, click.Command] = {"forget": forget}
