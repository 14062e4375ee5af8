"""`rollcall import`: mails and workbooks that come as files."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.opening import person
from service.cli.progress import progress
from service.cli.session import Session, finish, json_option, parse_time, print_json, print_table, refuse, say

if TYPE_CHECKING:
    from service import assemble, importing

# More are not listed one by one: `messages` has them all.
LISTED_MOST = 20


@click.command("import")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--answer", is_flag=True, help="Queue and send the letters that the mails cause.")
@click.option("--unit", default="", help="The unit's code: take the mail or workbook as this unit's.")
@click.option("--received", metavar="TIME", help="When it was received; else a mail's topmost Received, a file's time.")
@json_option
@click.pass_obj
def import_(
    session: Session, paths: tuple[Path, ...], answer: bool, unit: str, received: str | None, as_json: bool
) -> None:
    """Take in mails as .eml, mbox and Maildir, and folders of these; or a workbook handed in on a unit's behalf.

    Files are only read, never changed. Answers nobody unless told.
    """
    from service import importing, sending, shapes  # noqa: PLC0415
    from service.tally import Tally  # noqa: PLC0415

    rollcall = session.rollcall()
    if unit and not any(campaign.entry(unit) for campaign, _ in rollcall.loaded()):
        refuse(f'There is no unit "{unit}"; `rollcall units list` shows the codes.')
    tally = Tally()
    received_at = parse_time(received, rollcall.zone) if received else None
    how = importing.HandedIn(unit, received_at, answer, person())
    sources = importing.sources_at(paths, unit, told=bool(unit or received))
    with progress(sum(map(importing.size_of, sources)), "Reading") as watch:
        taken = importing.take_in(rollcall, sources, how, tally, watch)
    if answer:
        sending.send(rollcall, tally)
    if as_json:
        print_json(shapes.tally(tally))
    else:
        outcomes = ", ".join(f"{count} {outcome}" for outcome, count in sorted(tally.outcomes.items())) or "nothing new"
        click.echo(f"{tally.received} new, {tally.handled} handled ({outcomes}); {tally.queued} letters queued.")
        _list(rollcall, taken, unit)
        if not answer and tally.outcomes["returned"] + tally.outcomes["accepted"]:
            click.echo(
                "No unit was written to: `--answer` does so as files are taken in, `rollcall replay ID --answer` later."
            )
    finish(tally.troubles)


def _list(rollcall: "assemble.Rollcall", taken: "importing.TakenIn", unit: str) -> None:
    """Print what became of each file, and what in it speaks for another unit than the one it was handed in for."""
    from service import import_remarks, review_remarks, wording  # noqa: PLC0415
    from storage import inbox, overviews  # noqa: PLC0415

    words = wording.Words(rollcall.config.office.language, rollcall.zone)
    rows: list[overviews.MailRow] = []
    sentences: list[str] = []
    with rollcall.store.reading() as connection:
        if len(taken.receipts) + len(taken.corrected) <= LISTED_MOST:
            ids = [row.id for row in inbox.by_receipts(connection, taken.receipts)]
            rows = [overviews.ledger(connection, mail_id)[0] for mail_id in (*ids, *taken.corrected)]
        sentences += [import_remarks.of_corrected(row, taken, words) for row in rows if row.id in taken.corrected]
        known = taken.known if len(taken.known) <= LISTED_MOST else {}
        for mail_id, name in known.items():
            row = overviews.ledger(connection, mail_id)[0]
            sentences += [import_remarks.of_known(row, name, words), *import_remarks.remarks(connection, row, words)]
        sentences += [sentence for row in rows for sentence in import_remarks.remarks(connection, row, words)]
    if rows:
        print_table((words.mail_row(row) for row in rows), words.columns("mail_columns"))
    for sentence in sentences:
        click.echo(sentence)
    for row in rows:
        for sentence in review_remarks.contradictions(row, unit) if unit else []:
            say(f"{row.receipt}: {sentence} If that was a slip: rollcall review assign {row.id} UNIT")


COMMANDS = {"import": import_}
