"""`rollcall consolidate`: the workbook of all units in the shape of the form."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.session import Session, at_option, json_option, print_json, refuse, say

if TYPE_CHECKING:
    from service import consolidating

# Problems of the totals said on the terminal; all of them show with `rollcall form read`.
_PROBLEMS_SAID = 10


@click.command()
@click.argument("campaign", required=False)
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The .xlsx file to write."
)
@click.option(
    "--report", type=click.Path(path_type=Path, dir_okay=False),
    help="The .docx file to write a draft of the summary report into, from the same figures.",
)  # fmt: skip
@at_option
@json_option
@click.pass_obj
def consolidate(
    session: Session, campaign: str | None, output: Path, report: Path | None, at: str | None, as_json: bool
) -> None:
    """Write the workbook of all units: totals in the shape of the form, each figure with where it came from."""
    from service import choose, consolidating, drafting, shapes  # noqa: PLC0415

    for path in filter(None, (output, report)):
        if not path.resolve().parent.is_dir():
            option = "-o" if path == output else "--report"
            refuse(f"{path}: there is no folder {path.resolve().parent}; create it, or write {option} elsewhere.")
    rollcall = session.rollcall(at)
    loaded = rollcall.loaded()
    chosen = choose.one([campaign_ for campaign_, _ in loaded], campaign, rollcall.now())
    form = next(form for campaign_, form in loaded if campaign_.name == chosen.name)
    made = consolidating.make(rollcall, chosen, form)
    _write(output, made.data, "-o")
    if report is not None:
        _write(report, drafting.draft_of(rollcall, chosen, made.gathered).data, "--report")
    consolidating.remember(rollcall, chosen, made)
    if output.suffix.lower() != ".xlsx":
        say(f"{output.name} is an .xlsx workbook; name it {output.with_suffix('.xlsx').name} before it is opened.")
    if report is not None and report.suffix.lower() != ".docx":
        say(f"{report.name} is a .docx document; name it {report.with_suffix('.docx').name} before it is opened.")
    told, reading = made.consolidation, consolidating.read_back(form, made)
    if as_json:
        print_json(
            {
                "campaign": chosen.name,
                "at": shapes.instant(told.issued_at, rollcall.zone),
                "file": str(output),
                "draft": str(report) if report else None,
                "reports": len(told.reports),
                "unconfirmed": sum(report.unconfirmed for report in told.reports),
                "left_out": {"returned": made.not_in.returned, "held": made.not_in.held, "nil": made.not_in.nil},
                "missing": made.not_in.missing,
                "exempt": made.not_in.exempt,
                "changes": None if told.since is None else len(told.since.changes),
                "verdict": reading.verdict.value,
            }
        )
        return
    for problem in reading.problems[:_PROBLEMS_SAID] if told.reports else ():
        say(f"{problem.sheet}!{problem.cell} ({problem.code}) {problem.label}: {problem.message}")
    say(f"{output}: {_summed_up(len(told.reports), sum(report.unconfirmed for report in told.reports), made.not_in)}")
    if told.reports:
        say(f"Read as a report of its own, it is {reading.verdict.value}.")


def _write(path: Path, data: bytes, option: str) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        refuse(f"{path} cannot be written ({error.strerror}); close it where it is open, or write {option} elsewhere.")


def _summed_up(reports: int, warned: int, not_in: "consolidating.NotIn") -> str:
    """Return in one line what is in the workbook and what is not; what there is none of is not told."""
    counted = f"{_count(reports, 'report')} counted"
    if warned:
        counted += f" ({warned} with warnings that nobody confirmed)"
    told = (
        (not_in.returned, f"{_count(not_in.returned, 'unit')} left out, returned and not corrected yet"),
        (not_in.held, f"{_count(not_in.held, 'unit')} left out, held for a person"),
        (not_in.nil, f"{_count(not_in.nil, 'unit')} with nothing to report"),
        (not_in.missing, f"nothing received from {_count(not_in.missing, 'unit')} yet"),
        (not_in.exempt, f"{_count(not_in.exempt, 'unit')} exempt"),
        (not_in.newer, f"of {_count(not_in.newer, 'unit')} more came after the report that counts"),
    )
    return "; ".join((counted, *(sentence for count, sentence in told if count))) + "."


def _count(number: int, thing: str) -> str:
    return f"{number or 'no'} {thing}{'' if number == 1 else 's'}"


COMMANDS = {"consolidate": consolidate}
