"""`rollcall messages`: the ledger, complete and in order of receipt, or one mail whole with its reasons."""

import click

from service.cli.session import Session, json_option, print_json, print_table, refuse


@click.command()
@click.argument("mail", metavar="[ID]", required=False)
@click.option(
    "--outcome",
    type=click.Choice(["accepted", "returned", "held", "quarantined", "duplicate", "noted"]),
    help="Only the mails that ended so.",
)
@json_option
@click.pass_obj
def messages(session: Session, mail: str | None, outcome: str | None, as_json: bool) -> None:
    """List every mail and what became of it, or show one (by id or receipt number) with its reasons."""
    from service import explaining, receipt_times, shapes, versions, wording  # noqa: PLC0415
    from storage import inbox, overviews, registry  # noqa: PLC0415
    from storage import reports as stored_reports  # noqa: PLC0415

    rollcall = session.rollcall()
    with rollcall.store.reading() as connection:
        mail_id = inbox.find(connection, mail) if mail else None
        if mail and mail_id is None:
            refuse(f'There is no mail "{mail}"; `rollcall messages` lists them by id and receipt number.')
        rows = overviews.ledger(connection, mail_id, outcome)
        found = {
            report["id"]: stored_reports.problems_of(connection, report["id"])
            for report in (rows[0].reports if mail else ())
        }
        names = registry.names_of_units(connection) if mail else {}
        differing = versions.differences(rollcall, connection, rows[0]) if mail else {}
        entered = inbox.by_ids(connection, [mail_id]) if mail_id else []
        raw = inbox.raw(connection, entered[0].sha256) if entered else b""
    language = rollcall.config.office.language
    times = receipt_times.remark(raw, entered[0].received_at, rollcall.zone, language) if entered else []
    if as_json:
        if mail:
            explanation = [*explaining.explain(rows[0], language, names), *times]
            print_json([shapes.message_in_full(rows[0], rollcall.zone, found, explanation, differing)])
        else:
            print_json([shapes.message(row, rollcall.zone) for row in rows])
        return
    words = wording.Words(language, rollcall.zone)
    if mail:
        for line in (*words.mail_in_full(rows[0], found, names, differing), *times):
            click.echo(line)
        return
    print_table((words.mail_row(row) for row in rows), words.columns("mail_columns"))


COMMANDS = {"messages": messages}
