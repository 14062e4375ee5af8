"""`rollcall consolidate`: the workbook of all units in the shape of the form."""

from pathlib import Path

import click

from service.cli.session import Session, at_option, json_option, print_json, refuse, say

# Problems of the totals said on the terminal; all of them show with `rollcall form read`.
_PROBLEMS_SAID = 10


@click.command()
@click.argument("campaign", required=False)
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The .xlsx file to write."
)
@at_option
@json_option
@click.pass_obj
def consolidate(session: Session, campaign: str | None, output: Path, at: str | None, as_json: bool) -> None:
    """Write the workbook of all units: totals in the shape of the form, each figure with where it came from."""
    from service import choose, consolidating, shapes  # noqa: PLC0415

    if not output.resolve().parent.is_dir():
        refuse(f"{output}: there is no folder {output.resolve().parent}; create it, or write -o elsewhere.")
    rollcall = session.rollcall(at)
    loaded = rollcall.loaded()
    chosen = choose.one([campaign_ for campaign_, _ in loaded], campaign, rollcall.now())
    form = next(form for campaign_, form in loaded if campaign_.name == chosen.name)
    made = consolidating.make(rollcall, chosen, form)
    try:
        output.write_bytes(made.data)
    except OSError as error:
        refuse(f"{output} cannot be written ({error.strerror}); close it where it is open, or write -o elsewhere.")
    consolidating.remember(rollcall, chosen, made)
    told, reading = made.consolidation, consolidating.read_back(form, made)
    if as_json:
        print_json(
            {
                "campaign": chosen.name,
                "at": shapes.instant(told.issued_at, rollcall.zone),
                "file": str(output),
                "reports": len(told.reports),
                "unconfirmed": sum(report.unconfirmed for report in told.reports),
                "missing": len(told.missing),
                "changes": None if told.since is None else len(told.since.changes),
                "verdict": reading.verdict.value,
            }
        )
        return
    for problem in reading.problems[:_PROBLEMS_SAID] if told.reports else ():
        say(f"{problem.sheet}!{problem.cell} ({problem.code}) {problem.label}: {problem.message}")
    say(f"{output}: the reports of {len(told.reports)} units; nothing received from {len(told.missing)} yet.")
    if told.reports:
        say(f"Read as a report of its own, it is {reading.verdict.value}.")


COMMANDS = {"consolidate": consolidate}
