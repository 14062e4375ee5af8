"""`rollcall review`: what waits for a person, proposal first; and the decisions that settle it."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from service.cli.opening import person
from service.cli.session import Session, json_option, print_json, print_table, refuse, say

if TYPE_CHECKING:
    from service import assemble, wording
    from service.tally import Tally
    from storage import overviews


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
    from service import shapes  # noqa: PLC0415
    from storage import overviews  # noqa: PLC0415

    rollcall = session.rollcall()
    with rollcall.store.reading() as connection:
        rows = sorted(
            overviews.waiting_for_a_person(connection), key=lambda row: (row.proposal is None, row.received_at)
        )
    if as_json:
        print_json([shapes.message(row, rollcall.zone) for row in rows])
        return
    _print_waiting(rollcall, rows)


def _print_waiting(rollcall: "assemble.Rollcall", rows: "Sequence[overviews.MailRow]") -> None:
    from service import suggesting, wording  # noqa: PLC0415

    words = wording.Words(rollcall.config.office.language, rollcall.zone)
    header = (*words.columns("mail_columns"), words.text("to_settle"))
    print_table(((*words.mail_row(row), suggesting.command(row)) for row in rows), header)


@review.command(hidden=True)
@click.argument("mail")
@json_option
@click.pass_obj
def show(session: Session, mail: str, as_json: bool) -> None:
    """Show one mail whole, with what is proposed and why, and the letter that would go."""
    from service import explaining, reviewing, shapes, wording  # noqa: PLC0415
    from storage import boards, overviews, registry  # noqa: PLC0415

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
    words = wording.Words(language, rollcall.zone)
    for line in words.mail_in_full(row, names=names):
        click.echo(line)
    if row.outcome in boards.WAITING:
        _show_what_would_come(rollcall, row, words)


def _show_what_would_come(rollcall: "assemble.Rollcall", row: "overviews.MailRow", words: "wording.Words") -> None:
    from service import considering, reviewing, suggesting  # noqa: PLC0415
    from service.cli.letters import lines_of  # noqa: PLC0415
    from storage import overviews  # noqa: PLC0415

    with rollcall.store.reading() as connection:
        replaced = reviewing.would_replace(connection, row, row.unit or row.proposal or "")
        sender = overviews.ledger(connection, replaced.mail_id)[0].sender if replaced else ""
    if replaced:
        at = words.moment(replaced.received_at)
        click.echo(words.text("replaces").format(receipt=replaced.receipt, sender=sender, at=at))
    click.echo(f"{words.text('to_settle')}: {suggesting.command(row)}")
    decision = suggesting.decision(row, person())
    if decision is None:
        return
    considered = considering.consider(rollcall, row.id, decision)
    if considered.refusal:
        return
    understood = considered.case.understood
    click.echo(f"  -> {words.outcome(understood.outcome.value)} - {words.reason(understood.reason)}")
    for letter in considered.owed:
        click.echo(f"  {letter.kind.value} -> {letter.to}: {letter.subject}")
        for line in lines_of(letter.data):
            click.echo(f"    {line}")


@review.command()
@click.argument("mail", metavar="ID", required=False)
@click.argument("unit", required=False)
@click.option("--remember", is_flag=True, help="The sender's address is this unit's from now on.")
@click.option("--note", default="", help="Why, for the record.")
@click.option("--proposed", is_flag=True, help="Assign every waiting mail to its proposal, where nothing contradicts.")
@click.option("--yes", is_flag=True, help="With --proposed: do not ask.")
@json_option
@click.pass_obj
def assign(
    session: Session,
    mail: str | None,
    unit: str | None,
    remember: bool,
    note: str,
    proposed: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Settle that a mail is a unit's."""
    from service import review_remarks, reviewing  # noqa: PLC0415

    if proposed:
        if mail:
            raise click.UsageError("--proposed takes every mail that has a proposal; leave ID and UNIT out.")
        _assign_proposed(session, remember=remember, note=note, yes=yes, as_json=as_json)
        return
    if not mail or not unit:
        raise click.UsageError("Say which mail and which unit: rollcall review assign ID UNIT.")
    rollcall = session.rollcall()
    tally = reviewing.assign(rollcall, mail, reviewing.Assignment(unit, person(), note, remember))
    row = _tell(rollcall, f"{mail} -> {unit}", mail, tally, as_json=as_json)
    against = [
        *review_remarks.contradictions(row, unit),
        *(review_remarks.shared_from_now_on(row, unit) if remember else ()),
    ]
    for sentence in (*against, *review_remarks.still_set_aside(row, unit)):
        say(sentence)
    if against:
        say(f"If that was a slip: rollcall review undo {mail}")


def _assign_proposed(session: Session, *, remember: bool, note: str, yes: bool, as_json: bool) -> None:
    from service import reviewing, shapes  # noqa: PLC0415

    rollcall = session.rollcall()
    rows = reviewing.proposed(rollcall)
    if rows and not as_json:
        _print_waiting(rollcall, rows)
    if rows and not yes:
        if as_json or not sys.stdin.isatty():
            refuse(f"{len(rows)} mails would be assigned; look at them with `rollcall review`, then add --yes.")
        click.confirm(f"Assign these {len(rows)} mails?", abort=True, err=True)
    by = person()
    assignments = [
        (
            row.id,
            reviewing.Assignment(
                row.proposal or "", by, note, remember and reviewing.may_be_taught(rollcall, row.sender)
            ),
        )
        for row in rows
    ]
    tally = reviewing.assign_all(rollcall, assignments)
    if as_json:
        print_json(shapes.tally(tally))
        return
    click.echo(f"{len(rows)} mails assigned. Letters queued: {tally.queued}.")


def _tell(rollcall: "assemble.Rollcall", what: str, mail: str, tally: "Tally", *, as_json: bool) -> "overviews.MailRow":
    """Say what a decision came to; return the mail as it is now."""
    from service import reviewing, shapes, wording  # noqa: PLC0415
    from storage import overviews  # noqa: PLC0415

    with rollcall.store.reading() as connection:
        row = overviews.ledger(connection, reviewing.find(rollcall, mail))[0]
    if as_json:
        print_json(shapes.tally(tally))
        return row
    words = wording.Words(rollcall.config.office.language, rollcall.zone)
    ends = f"{words.outcome(row.outcome)} - {words.reason(row.reason)}"
    click.echo(f"{what}: {ends}. Letters queued: {tally.queued}.")
    return row


def _rule(session: Session, kind: str, mail: str, note: str, *, as_json: bool) -> None:
    from service import reviewing  # noqa: PLC0415

    rollcall = session.rollcall()
    tally = reviewing.rule(rollcall, mail, reviewing.Ruling(kind, person(), note.strip()))
    _tell(rollcall, mail, mail, tally, as_json=as_json)


@review.command()
@click.argument("mail", metavar="ID")
@click.option("--note", default="", help="Why, for the record.")
@json_option
@click.pass_obj
def accept(session: Session, mail: str, note: str, as_json: bool) -> None:
    """Take a mail's report as it stands; of words alone, a nil report or a confirmation."""
    _rule(session, "accept", mail, note, as_json=as_json)


@review.command("return")
@click.argument("mail", metavar="ID")
@click.option("--note", default="", help="What the unit is to do, in at most 300 characters; it stands in the letter.")
@json_option
@click.pass_obj
def return_(session: Session, mail: str, note: str, as_json: bool) -> None:
    """Give a report back to its unit, with the problems found and your note."""
    _rule(session, "return", mail, note, as_json=as_json)


@review.command()
@click.argument("mail", metavar="ID")
@click.option("--note", default="", help="How it was settled, for the record.")
@json_option
@click.pass_obj
def dismiss(session: Session, mail: str, note: str, as_json: bool) -> None:
    """Settle that nothing is to be done about a mail (any more); no letter goes."""
    _rule(session, "dismiss", mail, note, as_json=as_json)


@review.command()
@click.argument("mail", metavar="ID")
@click.option("--note", default="", help="Why, for the record.")
@json_option
@click.pass_obj
def undo(session: Session, mail: str, note: str, as_json: bool) -> None:
    """Take back the last decision about a mail."""
    from service import reviewing  # noqa: PLC0415

    rollcall = session.rollcall()
    tally, about_letters = reviewing.undo(rollcall, mail, person(), note)
    _tell(rollcall, f"{mail}: the last decision is undone", mail, tally, as_json=as_json)
    for sentence in () if as_json else about_letters:
        click.echo(sentence)


COMMANDS = {"review": review}
