"""`rollcall form`: forms and workbooks, without mailbox or database."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.session import finish, json_option, print_json, print_table, refuse
from service.cli.to_come import to_come

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms import form as forms_form
    from intake import readers
    from roll import reports

_file = click.Path(path_type=Path, dir_okay=False)


@click.group()
def form() -> None:
    """Make a blank workbook from a form, or read a filled one against it."""


@form.command()
@click.argument("form_file", metavar="FORM.toml", type=_file)
@click.option("-o", "--output", required=True, type=_file, metavar="FILE.xlsx", help="The workbook to write.")
def blank(form_file: Path, output: Path) -> None:
    """Write the blank workbook of a form: what the office sends out."""
    from forms import blank as blanks  # noqa: PLC0415 - keeps `--help` quick

    _write(output, blanks.blank(_load(form_file), blanks.BlankHeading()))


@form.command()
@click.argument("form_file", metavar="FORM.toml", type=_file)
@click.argument("workbook", metavar="WORKBOOK", type=_file)
@json_option
def read(form_file: Path, workbook: Path, as_json: bool) -> None:
    """Read a filled workbook against a form, as a mail's attachment is read: in a limited child process."""
    from service import shapes  # noqa: PLC0415

    asked = _load(form_file)
    data = _bytes_of(workbook)
    with _reader_of(workbook, asked) as one_reader:
        reading = one_reader.read_workbook(data, workbook.name)
    if as_json:
        print_json(shapes.reading(reading, asked))
    else:
        _print_reading(reading)


@form.command()
@click.argument("form_file", metavar="FORM.toml", type=_file)
@click.argument("workbook", metavar="WORKBOOK", type=_file)
@click.option("-o", "--output", required=True, type=_file, metavar="FILE", help="The marked copy to write.")
def mark(form_file: Path, workbook: Path, output: Path) -> None:
    """Write a copy of a filled workbook with every cell in question marked, and a first sheet that lists them.

    The copy of an .xlsm is one too; that of any other workbook is an .xlsx.
    """
    from forms import kinds  # noqa: PLC0415 - keeps `--help` quick

    asked = _load(form_file)
    data = _bytes_of(workbook)
    with _reader_of(workbook, asked) as one_reader:
        marked = one_reader.mark_workbook(data, workbook.name)
    if not marked.data:
        finish([f"{workbook} cannot be marked: {marked.why}."])
    kind = kinds.kind_of(marked.data)
    if output.suffix.lower() != f".{kind}":
        refuse(f"The marked copy of {workbook.name} is an .{kind}; give it a name that ends so with -o.")
    _write(output, marked.data)
    _print_reading(marked.reading)


@contextmanager
def _reader_of(workbook: Path, asked: "forms_form.Form") -> "Iterator[readers.Readers]":
    """Yield a limited child process that knows one form; a workbook that it cannot read ends the command."""
    from intake import readers  # noqa: PLC0415 - keeps `--help` quick

    with readers.Readers([asked], 1) as one_reader:
        try:
            yield one_reader
        except readers.ReadingFailedError as error:
            finish([f"{workbook} could not be read within the limits of a reader: {error.detail.splitlines()[-1]}."])


def _print_reading(reading: "reports.Reading") -> None:
    """Print the verdict, how much was read, and every problem with its place."""
    click.echo(f"{reading.verdict.value} ({reading.reason}){': ' + reading.detail if reading.detail else ''}")
    click.echo(f"form {reading.form or '-'} version {reading.version or '-'}")
    filled = sum(value.value is not None for value in reading.values)
    click.echo(f"{filled} values in {len(reading.values)} cells; {len(reading.problems)} problems")
    if reading.problems:
        rows = (
            (problem.severity.value, problem.code, _place(problem), _line(problem.message))
            for problem in reading.problems
        )
        print_table(rows, ("Severity", "Code", "Cell", "Problem"))


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        refuse(f"{path} cannot be written ({error.strerror}); name another file with -o.")


def _place(problem: "reports.Problem") -> str:
    return f"{problem.sheet}!{problem.cell}" if problem.cell else problem.sheet


def _line(text: str) -> str:
    """Return text from a workbook on one line, without the characters by which it could steer a terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


def _load(path: Path) -> "forms_form.Form":
    from forms import form as forms_form  # noqa: PLC0415

    return forms_form.load_form(_bytes_of(path), path.name)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        refuse(f"{path} cannot be read ({error.strerror}).")


form.add_command(to_come("form learn", "making a form from a blank workbook", "write form.toml by hand"))

COMMANDS: dict[str, click.Command] = {"form": form}
