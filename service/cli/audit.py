"""`rollcall audit`: mailbox = ledger, values = what reading again gives, letters = owed."""

import click

from service.cli.session import Session, finish, json_option, print_json, say


@click.command()
@json_option
@click.pass_obj
def audit(session: Session, as_json: bool) -> None:
    """Compare mailbox, ledger, values and letters; exit 1 on any difference, each named."""
    from service import auditing  # noqa: PLC0415

    differences, unreachable = auditing.audit(session.rollcall())
    if as_json:
        print_json({"differences": differences, "not_checked": unreachable})
    elif not differences and not unreachable:
        click.echo("Mailbox, ledger, values and letters agree.")
    for sentence in unreachable:
        say(sentence)
    finish(differences or unreachable[:0])
    finish(["The mailbox could not be compared."] if unreachable else [], could_not_run=True)


COMMANDS = {"audit": audit}
