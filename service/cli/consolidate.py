"""`rollcall consolidate`: the workbook of all units in the shape of the form."""

from pathlib import Path

import click

from service.cli.session import Session, at_option, json_option, print_json, refuse, say


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
    output.write_bytes(made.data)
    consolidating.remember(rollcall, chosen, made)
    told = made.consolidation
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
            }
        )
        return
    say(f"{output}: the reports of {len(told.reports)} units; nothing received from {len(told.missing)} yet.")


COMMANDS = {"consolidate": consolidate}
