"""`rollcall campaign`: apply a campaign folder, list the campaigns, extend a unit's deadline, exempt a unit."""

from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.opening import person, rollcall_without_campaigns
from service.cli.session import Session, json_option, parse_time, print_json, print_table, refuse, say

if TYPE_CHECKING:
    from datetime import datetime

    from roll import campaigns
    from service import assemble


@click.group()
def campaign() -> None:
    """Apply and list campaigns; settle what holds for one unit."""


@campaign.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False))
@json_option
@click.pass_obj
def apply(session: Session, folder: Path, as_json: bool) -> None:
    """Read a campaign folder and make it hold; says what changed. Nothing of a folder with a mistake is applied."""
    from service import campaign_folders, campaign_templates, register_shapes  # noqa: PLC0415 - keeps `--help` quick
    from storage import registry  # noqa: PLC0415

    rollcall = rollcall_without_campaigns(session)
    source = campaign_folders.read_tried(folder.resolve(), rollcall.office())
    with rollcall.store.writing() as connection:
        loaded = registry.load(connection, rollcall.zone)
        digest = registry.digest_of(connection, source.campaign.name)
        before = next((pair for pair in loaded if pair[0].name == source.campaign.name), None)
        registry.apply(connection, source, rollcall.now())
        loaded = registry.load(connection, rollcall.zone)
    after = next(pair for pair in loaded if pair[0].name == source.campaign.name)
    told = register_shapes.changes(before, after)
    own = campaign_templates.read(folder)
    if own and digest != source.digest:
        told.append(f"Letters of its own, each tried and right: {', '.join(own)}.")
    if as_json:
        print_json({"campaign": source.campaign.name, "changes": told})
        return
    for sentence in told or [f"Campaign {source.campaign.name} stands as it was; nothing changed."]:
        click.echo(sentence)


@campaign.command("list")
@json_option
@click.pass_obj
def list_campaigns(session: Session, as_json: bool) -> None:
    """List the campaigns with their dates."""
    from service import register_shapes  # noqa: PLC0415

    rollcall = session.rollcall()
    known = [loaded for loaded, _ in rollcall.loaded()]
    if as_json:
        print_json([register_shapes.campaign(each, rollcall.now()) for each in known])
        return
    rows = (
        (
            each.name,
            each.title,
            f"{each.opens:%d/%m/%Y}",
            f"{each.due_before:%d/%m/%Y %H:%M}",
            f"{each.closes:%d/%m/%Y %H:%M}" if each.closes else "",
            "open" if each.is_open(rollcall.now()) else "",
            str(len(each.roster)),
        )
        for each in known
    )
    print_table(rows, ("Name", "Title", "Opens", "Due before", "Closes", "", "Units"))


@campaign.command()
@click.argument("name")
@click.argument("unit")
@click.argument("time", required=False)
@click.option("--undo", is_flag=True, help="Take the last extension back, without TIME: what held before holds again.")
@click.pass_obj
def extend(session: Session, name: str, unit: str, time: str | None, undo: bool) -> None:
    """Give a unit until TIME (exclusive; ISO 8601, a date means 00:00 of it in the office's zone)."""
    from service import reviewing, wording  # noqa: PLC0415
    from storage import decisions  # noqa: PLC0415

    if undo == bool(time):
        raise click.UsageError("Write TIME, until when the unit may report, or --undo without a time.")
    rollcall = session.rollcall()
    chosen = _campaign(rollcall, name)
    code = _code(chosen, unit)
    words = wording.Words(rollcall.config.office.language, rollcall.zone)
    if not time:
        until_before = _take_back_extension(rollcall, chosen, code)
        told = words.extended(until_before) if until_before else "its time is the campaign's again"
        click.echo(f"{code} ({chosen.name}): {told}. Reports that were taken in the meantime stay.")
        return
    until = parse_time(time, rollcall.zone)
    if until <= chosen.due_before:
        refuse(
            f"{until.isoformat(' ')} does not lie after the deadline of {name}, {chosen.due_before.isoformat(' ')}; "
            "an extension only lengthens."
        )
    _decide(rollcall, decisions.NewDecision(decisions.EXTEND, person(), None, name, code, until.astimezone(UTC)))
    click.echo(f"{code} ({chosen.name}): {words.extended(until)}.")
    again = reviewing.take_what_came_late(rollcall, chosen, code)
    if again.handled:
        click.echo(f"{again.handled} mails that came after the close are read again; {again.queued} letters queued.")


@campaign.command()
@click.argument("name")
@click.argument("unit")
@click.option("--why", required=True, metavar="TEXT", help="The reason, kept with the decision.")
@click.option("--undo", is_flag=True, help="Take the exemption back: the unit must report again.")
@click.pass_obj
def exempt(session: Session, name: str, unit: str, why: str, undo: bool) -> None:
    """Release a unit from reporting in a campaign: it is neither expected nor reminded."""
    from storage import decisions  # noqa: PLC0415

    if not why.strip():
        refuse("--why is blank; write the reason, it is kept with the decision.")
    rollcall = session.rollcall()
    chosen = _campaign(rollcall, name)
    code = _code(chosen, unit)
    if undo:
        _take_back_exemption(rollcall, chosen, code, why.strip())
        return
    _decide(rollcall, decisions.NewDecision(decisions.EXEMPT, person(), None, chosen.name, code, None, why.strip()))
    click.echo(f"{code} need not report in {chosen.name}. To take that back: the same command with --undo.")
    versions = _versions(rollcall, chosen, code)
    if versions:
        say(f"{code} has reported ({versions} versions): its figures stay on record, and in what is exported.")


@campaign.command("follow-up")
@click.argument("name")
@click.argument("step")
@click.option("--tell-higher", is_flag=True, help="The letters say that the office will report on who has not sent.")
@click.option("--undo", is_flag=True, help="Take the word back: what was not queued yet stays here.")
@click.pass_obj
def follow_up(session: Session, name: str, step: str, tell_higher: bool, undo: bool) -> None:
    """Let the follow-up letters of STEP (such as +3d) go out when they are due: an officer's word.

    The first follow-up after the deadline needs none; every further one waits for it.
    """
    from service import following_up  # noqa: PLC0415

    rollcall = session.rollcall()
    chosen = _campaign(rollcall, name)
    following_up.check(chosen, step)
    if undo:
        if not following_up.take_back(rollcall, chosen.name, step, person()):
            refuse(f"Nobody let the step {step} of {chosen.name} go out; there is nothing to take back.")
        click.echo(f"The letters of the step {step} of {chosen.name} wait for an officer's word again.")
        return
    with rollcall.store.writing() as connection:
        following_up.let_out(connection, chosen.name, step, person(), rollcall.now(), tells_higher=tell_higher)
    click.echo(f"The letters of the step {step} of {chosen.name} go out when they are due: see `rollcall plan`.")


def _take_back_extension(rollcall: "assemble.Rollcall", chosen: "campaigns.Campaign", code: str) -> "datetime | None":
    """Take a unit's last extension back; return until when the one before it goes, None where there was none."""
    from storage import decisions, reminders  # noqa: PLC0415

    with rollcall.store.writing() as connection:
        made = decisions.of_unit(connection, chosen.name, code, decisions.EXTEND)
        if not made:
            refuse(f"{code} has no extension in {chosen.name}; there is nothing to take back.")
        decisions.undo(connection, made[-1], person(), rollcall.now())
        # What waits to remind the unit counts the days to the end that held so far.
        reminders.cancel(connection, chosen.name, [code])
    return made[-2].until if len(made) > 1 else None


def _take_back_exemption(rollcall: "assemble.Rollcall", chosen: "campaigns.Campaign", code: str, why: str) -> None:
    from storage import decisions  # noqa: PLC0415

    with rollcall.store.writing() as connection:
        made = decisions.of_unit(connection, chosen.name, code, decisions.EXEMPT)
        for decision in made:
            decisions.undo(connection, decision, person(), rollcall.now(), why)
    if not made:
        refuse(f"{code} is not exempt in {chosen.name}; there is nothing to take back.")
    click.echo(f"{code} must report in {chosen.name} again.")


def _versions(rollcall: "assemble.Rollcall", chosen: "campaigns.Campaign", code: str) -> int:
    from storage import overviews  # noqa: PLC0415

    with rollcall.store.reading() as connection:
        board = overviews.board_of(connection, chosen, rollcall.now())
    return next((unit.versions for unit in board.units if unit.code == code), 0)


def _campaign(rollcall: "assemble.Rollcall", name: str) -> "campaigns.Campaign":
    from service import choose  # noqa: PLC0415

    return choose.one([loaded for loaded, _ in rollcall.loaded()], name, rollcall.now())


def _code(chosen: "campaigns.Campaign", unit: str) -> str:
    """Return the code of a unit of the roster, however its letters' case was written."""
    codes = [entry.unit.code for entry in chosen.roster]
    found = next((code for code in codes if code.casefold() == unit.strip().casefold()), None)
    if found is None:
        refuse(f'Campaign {chosen.name} has no unit "{unit}"; its units are: {", ".join(codes)}.')
    return found


def _decide(rollcall: "assemble.Rollcall", decision: object) -> None:
    """Write a decision, and cancel what waits to remind the unit: it was written before the decision."""
    from storage import decisions, reminders  # noqa: PLC0415

    assert isinstance(decision, decisions.NewDecision)
    with rollcall.store.writing() as connection:
        decisions.decide(connection, decision, rollcall.now())
        reminders.cancel(connection, decision.campaign or "", [decision.unit or ""])


COMMANDS: dict[str, click.Command] = {"campaign": campaign}
