"""`rollcall review`: what waits for a person, proposal first; and the decisions that settle it."""

import click

from service.cli.opening import person
from service.cli.session import Session, json_option, print_json, print_table, refuse, say


class _Review(click.Group):
    """`review`, `review ID`, and `review DECISION ...`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take a first word that is no decision as the id of a mail."""
        if args and args[0] not in self.commands:
            return "show", self.commands["show"], args
        return super().resolve_command(ctx, args)


@click.group(cls=_Review, invoke_without_command=True)
@json_option
@click.pass_context
def review(context: click.Context, as_json: bool) -> None:
    """List what waits for a person; with an id or receipt number, show that mail; or settle one."""
    if context.invoked_subcommand is None:
        _list(context.obj, as_json=as_json)


def _list(session: Session, *, as_json: bool) -> None:
    from service import shapes, wording  # noqa: PLC0415
    from storage import overviews  # noqa: PLC0415

    rollcall = session.rollcall()
    with rollcall.store.reading() as connection:
        rows = sorted(
            overviews.waiting_for_a_person(connection), key=lambda row: (row.proposal is None, row.received_at)
        )
    if as_json:
        print_json([shapes.message(row, rollcall.zone) for row in rows])
        return
    words = wording.Words(rollcall.config.office.language, rollcall.zone)
    print_table((words.mail_row(row) for row in rows), words.columns("mail_columns"))


@review.command(hidden=True)
@click.argument("mail")
@json_option
@click.pass_obj
def show(session: Session, mail: str, as_json: bool) -> None:
    """Show one mail whole, with what is proposed and why."""
    from service import explaining, reviewing, shapes, wording  # noqa: PLC0415
    from storage import overviews, registry  # noqa: PLC0415

    rollcall = session.rollcall()
    mail_id = reviewing.find(rollcall, mail)
    with rollcall.store.reading() as connection:
        row = overviews.ledger(connection, mail_id)[0]
        names = registry.names_of_units(connection)
    language = rollcall.config.office.language
    if as_json:
        explanation = explaining.explain(row, language, names)
        print_json([shapes.message_in_full(row, rollcall.zone, explanation=explanation)])
        return
    for line in wording.Words(language, rollcall.zone).mail_in_full(row, names=names):
        click.echo(line)


@review.command()
@click.argument("mail", metavar="ID", required=False)
@click.argument("unit", required=False)
@click.option("--remember", is_flag=True, help="The sender's address is this unit's from now on.")
@click.option("--note", default="", help="Why, for the record.")
@click.option("--proposed", is_flag=True, help="To come: assign every waiting mail to its proposal.")
@json_option
@click.pass_obj
def assign(
    session: Session, mail: str | None, unit: str | None, remember: bool, note: str, proposed: bool, as_json: bool
) -> None:
    """Settle that a mail is a unit's."""
    from service import reviewing, shapes, wording  # noqa: PLC0415
    from storage import overviews  # noqa: PLC0415

    if proposed:
        refuse("`review assign --proposed` is to come; assign the mails one by one.")
    if not mail or not unit:
        raise click.UsageError("Say which mail and which unit: rollcall review assign ID UNIT.")
    rollcall = session.rollcall()
    tally = reviewing.assign(rollcall, mail, reviewing.Assignment(unit, person(), note, remember))
    if as_json:
        print_json(shapes.tally(tally))
        return
    words = wording.Words(rollcall.config.office.language, rollcall.zone)
    with rollcall.store.reading() as connection:
        row = overviews.ledger(connection, reviewing.find(rollcall, mail))[0]
    click.echo(
        f"{mail} -> {unit}: {words.outcome(row.outcome)} - {words.reason(row.reason)}. Letters queued: {tally.queued}."
    )
    against = reviewing.contradictions(row, unit)
    for sentence in against:
        say(sentence)
    if against:
        say(f"If that was a slip: rollcall review undo {mail}")


@review.command()
@click.argument("mail", metavar="ID")
@click.pass_obj
def undo(session: Session, mail: str) -> None:
    """Take back the last decision about a mail."""
    from service import reviewing  # noqa: PLC0415

    rollcall = session.rollcall()
    tally = reviewing.undo(rollcall, mail, person())
    click.echo(f"{mail}: the last decision is undone; {', '.join(tally.outcomes)}.")
    for sentence in reviewing.letters_about(rollcall, reviewing.find(rollcall, mail)):
        click.echo(sentence)


def _to_come(name: str) -> click.Command:
    @click.argument("mail", metavar="ID")
    @click.option("--note", default="", help="Why, for the record.")
    def decision(mail: str, note: str) -> None:  # noqa: ARG001
        refuse(f"`review {name}` is to come; until then the mail stays in the list. Nothing was changed.")

    return click.command(name, help=f"To come: {name} a report by a person's word.")(decision)


for _name in ("accept", "return", "dismiss"):
    review.add_command(_to_come(_name))

COMMANDS = {"review": review}
