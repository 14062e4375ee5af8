"""`rollcall consolidate`: the workbook of all units in the shape of the form."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.session import Session, at_option, json_option, print_json, refuse, say

if TYPE_CHECKING:
    from roll import campaigns, reports
    from service import consolidating

# Problems of the totals said on the terminal; all of them show with `rollcall form read`.
_PROBLEMS_SAID = 10


@click.command()
@click.argument("campaign", required=False)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False),
    help="The .xlsx file to write; may be left out with --report.",
)  # fmt: skip
@click.option(
    "--report", type=click.Path(path_type=Path, dir_okay=False),
    help="The .docx file to write a draft of the summary report into, from the same figures.",
)  # fmt: skip
@at_option
@json_option
@click.pass_obj
def consolidate(
    session: Session, campaign: str | None, output: Path | None, report: Path | None, at: str | None, as_json: bool
) -> None:
    """Write the workbook of all units: totals in the shape of the form, each figure with where it came from."""
    from service import choose, consolidating, drafting  # noqa: PLC0415

    _check_places(output, report)
    rollcall = session.rollcall(at)
    loaded = rollcall.loaded()
    chosen = choose.one([campaign_ for campaign_, _ in loaded], campaign, rollcall.now())
    form = next(form for campaign_, form in loaded if campaign_.name == chosen.name)
    made = consolidating.make(rollcall, chosen, form)
    if output is not None:
        _write(output, made.data, "-o")
        # A draft alone is no issue: the next workbook compares itself with the last that was given out.
        consolidating.remember(rollcall, chosen, made)
        _say_ending(output, "an .xlsx workbook", ".xlsx")
    if report is not None:
        _write(report, drafting.draft_of(rollcall, chosen, made.gathered).data, "--report")
        _say_ending(report, "a .docx document", ".docx")
    reading = consolidating.read_back(form, made)
    if as_json:
        files = {"file": str(output) if output else None, "draft": str(report) if report else None}
        print_json(_told(chosen, files, made, reading))
        return
    for problem in reading.problems[:_PROBLEMS_SAID] if made.consolidation.reports else ():
        say(f"{problem.sheet}!{problem.cell} ({problem.code}) {problem.label}: {problem.message}")
    say(f"{output or report}: {_summed_up(made)}")
    if made.consolidation.reports:
        say(f"Read as a report of its own, it is {reading.verdict.value}.")


def _check_places(output: Path | None, report: Path | None) -> None:
    """Refuse where nothing is asked for, or a folder to write into is missing."""
    if output is None and report is None:
        raise click.UsageError(
            "Say where to write the workbook (-o FILE.xlsx), the draft (--report FILE.docx), or both."
        )
    for path in filter(None, (output, report)):
        if not path.resolve().parent.is_dir():
            option = "-o" if path == output else "--report"
            refuse(f"{path}: there is no folder {path.resolve().parent}; create it, or write {option} elsewhere.")


def _told(
    chosen: "campaigns.Campaign", files: dict[str, str | None], made: "consolidating.Made", reading: "reports.Reading"
) -> dict[str, object]:
    """Return what is in the workbook, and what is not, as JSON has it."""
    from service import shapes  # noqa: PLC0415

    told = made.consolidation
    return {
        "campaign": chosen.name,
        "at": shapes.instant(told.issued_at, chosen.zone),
        **files,
        "reports": len(told.reports),
        "unconfirmed": sum(each.unconfirmed for each in told.reports),
        "left_out": {"returned": made.not_in.returned, "held": made.not_in.held, "nil": made.not_in.nil},
        "missing": made.not_in.missing,
        "exempt": made.not_in.exempt,
        "changes": None if told.since is None else len(told.since.changes),
        "verdict": reading.verdict.value,
    }


def _say_ending(path: Path, what: str, ending: str) -> None:
    """Tell of a file that is named as what it is not: no program would open it."""
    if path.suffix.lower() == ending:
        return
    rows = " For a list of values there is `rollcall export --format csv`." if path.suffix.lower() == ".csv" else ""
    say(f"{path.name} is {what}; name it {path.with_suffix(ending).name} before it is opened.{rows}")


def _write(path: Path, data: bytes, option: str) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        refuse(f"{path} cannot be written ({error.strerror}); close it where it is open, or write {option} elsewhere.")


def _summed_up(made: "consolidating.Made") -> str:
    """Return in one line what is in the workbook and what is not; what there is none of is not told."""
    not_in, reports = made.not_in, len(made.consolidation.reports)
    warned = sum(each.unconfirmed for each in made.consolidation.reports)
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
