"""What every command shares: the configuration, the Rollcall opened on it, times as people write them, and printing."""

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import click

from service.config import Config, load

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")


class CannotRunError(Exception):
    """The command cannot run: exit status 2 and one sentence."""


def say(sentence: str) -> None:
    """Tell the person at the terminal, on standard error."""
    click.echo(sentence, err=True)


def finish(troubles: Sequence[str], *, could_not_run: bool = False) -> None:
    """Say what is wrong and leave with 2 where the command could not do its work, else with 1; 0 without troubles."""
    for trouble in troubles:
        say(trouble)
    if troubles:
        raise click.exceptions.Exit(2 if could_not_run else 1)


@dataclass(slots=True)
class Session:
    """One call of the command line."""

    config_path: Path
    environ: Mapping[str, str]
    debug: bool = False

    def config(self) -> Config:
        """Return the configuration. Raises OperatorError."""
        return load(self.config_path, self.environ)

    def rollcall(self, at: str | None = None) -> Any:
        """Return a Rollcall whose clock is the wall's, or stands at `at`."""
        from service import assemble  # noqa: PLC0415 - usage errors and --help need no database

        config = self.config()
        clock = assemble.fixed_clock(parse_time(at, config.office.zone)) if at else assemble.wall_clock
        opened = assemble.open_rollcall(config, clock)
        click.get_current_context().call_on_close(opened.store.close)
        return opened


def parse_time(text: str, zone: ZoneInfo) -> datetime:
    """Return an aware instant from ISO 8601 text; without an offset it is in the office's zone."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        advice = "write it as 2019-07-05, 2019-07-05T08:00 or 2019-07-05T08:00+07:00"
        if _DAY.match(text):
            refuse(f'"{text}" is no day of the calendar, or no hour of a day; {advice}.')
        refuse(f'"{text}" is not a time; {advice}.')
    return instant if instant.tzinfo else instant.replace(tzinfo=zone)


def refuse(sentence: str) -> NoReturn:
    """Leave with status 2 and a sentence."""
    raise CannotRunError(sentence)


def print_json(document: object) -> None:
    """Print one JSON document on standard output."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def print_table(rows: Iterable[Sequence[str]], header: Sequence[str]) -> None:
    """Print a table with aligned columns."""
    shown = [tuple(header), *(tuple(row) for row in rows)]
    widths = [max(len(row[place]) for row in shown) for place in range(len(header))]
    for row in shown:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


at_option = click.option(
    "--at", metavar="TIME", help="Act as of this instant (ISO 8601; without a zone, the office's)."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
