"""`rollcall export`: every current value with its provenance, as CSV or JSON."""

import csv
import io
import json
import re
import sys
from pathlib import Path

import click

from service.cli.session import Session, json_option, refuse

# A spreadsheet runs a cell that begins so as a formula; an apostrophe keeps it text (OWASP, CSV injection). Where the
# machine's list separator is ";", as in Vietnam, Excel begins a new cell there, inside quotes too.
_FORMULA_START = re.compile("(^|[;\t\r\n])(?=[=+@＝＋－＠\t\r\n-])")


@click.command()
@click.argument("campaign", required=False)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["csv", "json"]),
    default="csv",
    show_default=True,
    help="CSV opens in Excel; JSON keeps types.",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="A file; default: standard output."
)
@json_option
@click.pass_obj
def export(session: Session, campaign: str | None, kind: str, output: Path | None, as_json: bool) -> None:
    """Write every current value of a campaign with the mail, file, sheet and cell it came from."""
    from forms.labels import Labels  # noqa: PLC0415
    from service import choose, shapes  # noqa: PLC0415
    from storage import counted  # noqa: PLC0415

    rollcall = session.rollcall()
    loaded = rollcall.loaded()
    chosen = choose.one([campaign_ for campaign_, _ in loaded], campaign, rollcall.now())
    labels = Labels(next(form for campaign_, form in loaded if campaign_.name == chosen.name))
    with rollcall.store.reading() as connection:
        rows = [shapes.exported(row, labels, rollcall.zone) for row in counted.current_values(connection, chosen.name)]
    text = json.dumps(rows, ensure_ascii=False, indent=1) + "\n" if as_json or kind == "json" else _csv(rows)
    if output and not output.resolve().parent.is_dir():
        refuse(f"{output}: there is no folder {output.resolve().parent}; create it, or write -o elsewhere.")
    if output:
        # The byte order mark lets Excel see UTF-8.
        output.write_text(text, "utf-8" if as_json or kind == "json" else "utf-8-sig", newline="")
    else:
        sys.stdout.write(text)


_COLUMNS = (
    "unit", "version", "verdict", "received_at", "message", "file", "sheet", "cell", "row", "name", "label", "item",
    "column", "column_label", "raw", "value", "type",
)  # fmt: skip


def _csv(rows: list[dict[str, object]]) -> str:
    written = io.StringIO()
    writer = csv.DictWriter(written, _COLUMNS)
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _harmless(row.get(name)) for name in _COLUMNS})
    return written.getvalue()


def _harmless(value: object) -> object:
    return _FORMULA_START.sub(r"\1'", value) if isinstance(value, str) else value


COMMANDS = {"export": export}
