"""Printing letters, as JSON or as a table: those of the outbox, and planned ones."""

from collections.abc import Mapping, Sequence

import click

from roll import letters
from service import assemble, shapes, wording
from service.cli.session import print_json, print_table
from storage import outbox


def stored(
    rollcall: assemble.Rollcall,
    ids: Sequence[int] | None,
    *,
    as_json: bool,
    wanted: Mapping[str, str | None] | None = None,
) -> None:
    """Print letters of the outbox (all of them for None), those alone that have what is `wanted` by its column."""
    asked = {column: text.strip().casefold() for column, text in (wanted or {}).items() if text}
    with rollcall.store.reading() as connection:
        rows = outbox.rows(connection, ids)
    chosen = [row for row in rows if all((getattr(row, each) or "").casefold() == asked[each] for each in asked)]
    show(rollcall, chosen, as_json=as_json)


def planned(rollcall: assemble.Rollcall, written: Sequence[letters.Letter], *, as_json: bool) -> None:
    """Print letters that are not in the outbox."""
    show(rollcall, [_row(letter) for letter in written], as_json=as_json)


def show(rollcall: assemble.Rollcall, rows: Sequence[outbox.LetterRow], *, as_json: bool) -> None:
    """Print rows of letters."""
    if as_json:
        print_json([shapes.letter(row, rollcall.zone) for row in rows])
        return
    words = wording.Words(rollcall.config.office.language, rollcall.zone)
    if not rows:
        click.echo(words.text("no_letter").format(at=words.moment(rollcall.now())))
        return
    print_table((words.letter_row(row) for row in rows), words.columns("letter_columns"))


def _row(letter: letters.Letter) -> outbox.LetterRow:
    return outbox.LetterRow(
        id=None,
        campaign=letter.campaign,
        unit=letter.unit,
        kind=letter.kind.value,
        step=letter.step,
        due_at=letter.due_at,
        to=letter.to,
        subject=letter.subject,
        state=letters.LetterState.PLANNED.value,
        message_id=letter.message_id,
        mail_id=letter.mail_id,
        sent_at=None,
        error="",
    )
