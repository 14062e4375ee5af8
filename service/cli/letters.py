"""`rollcall letters`: what was and will be sent; one letter whole; a preview; a cancellation."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING

import click

from roll.letters import LetterKind, LetterState
from service.cli.opening import person, rollcall_without_campaigns, tell_if_paused
from service.cli.session import Session, at_option, finish, json_option, print_json, refuse, say

if TYPE_CHECKING:
    from storage import outbox

# A planned letter is none of the outbox.
_STORED = [state.value for state in LetterState if state is not LetterState.PLANNED]
_HEADERS = ("From", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "Auto-Submitted")


class _LetterId(click.ParamType[int]):
    """The id of a letter, as `letters` lists it."""

    name = "ID"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the id. Fails with what to do where it is none."""
        if not str(value).isdecimal():
            self.fail(f'There is no letter "{value}"; `rollcall letters` lists them by id.', param, ctx)
        return int(str(value))


class _Letters(click.Group):
    """`letters`, `letters ID`, and `letters preview` and `letters cancel`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take anything but a subcommand or --help as words of `letters list`."""
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Letters, subcommand_metavar="[ID] | list | preview KIND | cancel ID")
def letters() -> None:
    """List the letters that were and will be sent; with an ID, show one whole. `list` has what chooses among them."""


@letters.command("list")
@click.argument("letter_id", metavar="[ID]", type=_LetterId(), required=False)
@click.option("--campaign", metavar="CAMPAIGN", help="Only those of a campaign.")
@click.option("--unit", metavar="U", help="Only those to a unit, by its code.")
@click.option("--kind", type=click.Choice([kind.value for kind in LetterKind]), help="Only those of a kind.")
@click.option("--state", type=click.Choice(_STORED), help="Only those in a state.")
@json_option
@click.pass_obj
def list_letters(session: Session, /, letter_id: int | None, as_json: bool, **wanted: str | None) -> None:
    """List every letter, or those asked for, or show one."""
    from service.cli import letters_shown  # noqa: PLC0415 - keeps `--help` quick

    rollcall = rollcall_without_campaigns(session)
    if letter_id is None:
        letters_shown.stored(rollcall, None, as_json=as_json, wanted=wanted)
        tell_if_paused(rollcall)
        return
    row, data = _find(rollcall.store, letter_id)
    if as_json:
        letters_shown.show(rollcall, [row], as_json=True)
        return
    click.echo(f"{row.state}{': ' + row.error if row.error else ''}")
    for line in lines_of(data):
        click.echo(line)


@letters.command()
@click.argument("kind", type=click.Choice([kind.value for kind in LetterKind]))
@click.option("--unit", metavar="U", help="The code of the unit it would go to; not for a digest.")
@click.option("--campaign", metavar="CAMPAIGN", help="Where more than one is open.")
@click.option(
    "--example",
    metavar="[NAME]",
    is_flag=False,
    flag_value="",
    help="An example with invented facts instead, such as `receipt --example encrypted`; a wrong NAME lists all.",
)
@at_option
@json_option
@click.pass_obj
def preview(
    session: Session,
    kind: str,
    unit: str | None,
    campaign: str | None,
    example: str | None,
    at: str | None,
    as_json: bool,
) -> None:
    """Show a letter as it would be written to a unit. Nothing is queued."""
    from service import choose, letter_preview, situation  # noqa: PLC0415
    from service.cli import letters_shown  # noqa: PLC0415

    rollcall = session.rollcall(at)
    known = situation.load(rollcall)
    if kind == LetterKind.DIGEST.value and campaign is None and example is None:
        # One letter tells of all that are open, as it does when it goes out.
        shown = letter_preview.digest(known, choose.some(known.all_campaigns, None, rollcall.now()))
    else:
        chosen = choose.one(known.all_campaigns, campaign, rollcall.now())
        shown = letter_preview.preview(known, chosen, LetterKind(kind), unit, example)
    if as_json:
        letters_shown.planned(rollcall, [shown.letter], as_json=True)
    else:
        for line in lines_of(shown.letter.data):
            click.echo(line)
    for remark in shown.remarks:
        say(remark)


@letters.command()
@click.argument("letter_id", metavar="ID", type=_LetterId())
@json_option
@click.pass_obj
def cancel(session: Session, letter_id: int, as_json: bool) -> None:
    """Cancel a letter that is still queued."""
    from storage import decisions, outbox  # noqa: PLC0415

    rollcall = rollcall_without_campaigns(session)
    row, _ = _find(rollcall.store, letter_id)
    with rollcall.store.writing() as connection:
        was_queued = outbox.cancel(connection, letter_id)
        if was_queued:
            decisions.note(connection, rollcall.now(), person(), "cancel", f"letter {letter_id}")
    if as_json:
        print_json({"id": letter_id, "state": LetterState.CANCELLED.value if was_queued else row.state})
    elif was_queued:
        click.echo(f"Letter {letter_id} to {row.to} is cancelled.")
    if not was_queued:
        finish([f"Letter {letter_id} is {row.state}; only a queued letter can be cancelled."])


def _find(store: object, letter_id: int) -> "tuple[outbox.LetterRow, bytes]":
    from storage import database, outbox  # noqa: PLC0415

    assert isinstance(store, database.Database)
    with store.reading() as connection:
        rows = outbox.rows(connection, [letter_id])
        data = outbox.data_of(connection, letter_id)
    if not rows or data is None:
        refuse(f"There is no letter {letter_id}; `rollcall letters` lists them.")
    return rows[0], data


def lines_of(data: bytes) -> Iterator[str]:
    """Yield a letter as a person reads it: the headers, the text, the names of what is attached."""
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    for name in _HEADERS:
        if value := message.get(name):
            # The standard library leaves the blank between two encoded words of a display name (RFC 2047 §6.2).
            yield _harmless(f"{name}: {' '.join(str(value).split())}")
    body = message.get_body(("plain",))
    yield ""
    yield from map(_harmless, body.get_content().splitlines() if body else ())
    for attachment in message.iter_attachments():
        yield _harmless(f"[{attachment.get_filename() or attachment.get_content_type()}]")


def _harmless(line: str) -> str:
    """Return a line without the characters by which it could steer a terminal: letters quote what senders wrote."""
    return "".join(character if character.isprintable() else " " for character in line)


COMMANDS: dict[str, click.Command] = {"letters": letters}
