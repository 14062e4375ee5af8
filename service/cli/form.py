"""`rollcall form`: forms and workbooks, without mailbox or database."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.session import finish, json_option, print_json, print_table, refuse, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms import form as forms_form
    from intake import readers
    from roll import reports

_file = click.Path(path_type=Path, dir_okay=False)


@click.group()
def form() -> None:
    """Make a form from a blank workbook or a blank from a form; read or mark a filled one."""


@form.command()
@click.argument("blank_file", metavar="BLANK", type=_file)
@click.option("-o", "--output", required=True, type=_file, metavar="FORM.toml", help="The form to write.")
def learn(blank_file: Path, output: Path) -> None:
    """Make a form from the office's own blank workbook, with a remark wherever something was guessed."""
    from intake import readers  # noqa: PLC0415 - keeps `--help` quick

    data = _bytes_of(blank_file)
    _keep_apart(output, blank_file)
    with readers.Readers([], 1) as one_reader, _told_failures(blank_file):
        learned = one_reader.learn_workbook(data, blank_file.name)
    if not learned.toml:
        finish([f"{blank_file} gives no form: {learned.why}."])
    _keep_old(output, learned.toml.encode())
    _write(output, learned.toml.encode())
    _print_learned(output, learned)
    _tell_other_blank(output.parent, blank_file, data)


def _tell_other_blank(folder: Path, blank_file: Path, learned: bytes) -> None:
    """Say where the campaign folder's blank workbook is not the one that the form was learned from."""
    from service import campaign_folders  # noqa: PLC0415

    there = folder / campaign_folders.BLANK
    if there.is_file() and _bytes_of(there) != learned:
        say(f"{there} is another workbook; put {blank_file} in its place if it is what goes out to units.")


def _keep_old(path: Path, new: bytes) -> None:
    """Keep what somebody may have written by hand: a form that is replaced stays beside the new one."""
    if path.is_file() and path.read_bytes() != new:
        kept = path.with_name(f"{path.name}.bak")
        path.replace(kept)
        say(f"{path} was there already; it is kept as {kept}.")


def _print_learned(path: Path, learned: "reports.Learned") -> None:
    """Print what was found, sheet by sheet, and what to look at."""
    found = _load(path)
    click.echo(f"{found.title} ({found.code})")
    kinds = {"rows": "lines", "list": "list", "text": "questions"}
    rows = (
        (sheet.name, kinds[sheet.kind], str(sum(bool(row.name) for row in sheet.rows) or "-"), str(len(sheet.columns)))
        for sheet in found.sheets
    )
    print_table(rows, ("Sheet", "Kind", "Lines", "Columns"))
    click.echo(f"{len(found.header)} lines above the table, {len(found.checks)} checks that the blank states")
    for sentence in learned.left_out:
        click.echo(sentence)
    click.echo(f"{path} is written; {learned.guesses} remarks in it show what was guessed: look them through.")


@form.command()
@click.argument("form_file", metavar="FORM.toml", type=_file)
@click.option("-o", "--output", required=True, type=_file, metavar="FILE.xlsx", help="The workbook to write.")
def blank(form_file: Path, output: Path) -> None:
    """Write the blank workbook of a form: what the office sends out."""
    from forms import blank as blanks  # noqa: PLC0415 - keeps `--help` quick

    _keep_apart(output, form_file)
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
    _keep_apart(output, form_file, workbook)
    with _reader_of(workbook, asked) as one_reader:
        marked = one_reader.mark_workbook(data, workbook.name)
    if not marked.data:
        finish([f"{workbook} cannot be marked: {marked.why}."])
    kind = kinds.kind_of(marked.data)
    _write(output, marked.data)
    if output.suffix.lower() != f".{kind}":
        named = output.with_suffix(f".{kind}").name
        say(f"The marked copy of {workbook.name} is an .{kind} workbook; name it {named} before it is opened.")
    _print_reading(marked.reading)


@contextmanager
def _reader_of(workbook: Path, asked: "forms_form.Form") -> "Iterator[readers.Readers]":
    """Yield a limited child process that knows one form; a workbook that it cannot read ends the command."""
    from intake import readers  # noqa: PLC0415 - keeps `--help` quick

    with readers.Readers([asked], 1) as one_reader, _told_failures(workbook):
        yield one_reader


@contextmanager
def _told_failures(workbook: Path) -> "Iterator[None]":
    from intake import readers  # noqa: PLC0415

    try:
        yield
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


def _keep_apart(output: Path, *given: Path) -> None:
    """Refuse to write over a file that the command reads, by whatever path or link it is named."""
    for path in given:
        if output.exists() and path.exists() and output.samefile(path):
            refuse(f"{output} is {path} itself, which would be lost; name another file with -o.")


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


COMMANDS: dict[str, click.Command] = {"form": form}
