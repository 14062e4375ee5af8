"""`rollcall init`: a configuration and a first campaign to start from. Nothing that exists is ever overwritten."""

from datetime import datetime
from pathlib import Path

import click

from service.cli.session import refuse

_OWNER_ONLY = 0o700


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path, file_okay=False))
def init(folder: Path | None) -> None:
    """Write config.toml and a first campaign folder into DIR (default: here)."""
    from service import first_files  # noqa: PLC0415 - keeps `--help` quick

    place = folder or Path()
    today = datetime.now(first_files.ZONE).date()
    files = {place / name: data for name, data in first_files.files(today).items()}
    if existing := [str(path) for path in files if path.exists()]:
        refuse(f"Nothing was written, because there is already {', '.join(existing)}; name an empty folder.")
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.write(data)
        (place / first_files.SECRETS).mkdir(mode=_OWNER_ONLY, exist_ok=True)
    except OSError as error:
        refuse(f"{error.filename} cannot be written ({error.strerror}); name another folder.")
    for path in files:
        click.echo(f"wrote {path}")
    _say_next(place, first_files.SECRET, first_files.FOLDER)


def _say_next(place: Path, secret: str, campaign: str) -> None:
    config = place / "config.toml"
    option = "" if place == Path() else f" --config {config}"
    steps = (
        f"Put the mailbox's password, alone, into {place / secret} (and `chmod 600` it).",
        f"Write your office, its mailbox and its servers into {config}.",
        f"Change {place / campaign} to what you ask for: campaign.toml, form.toml, units.csv.",
        f"Run `rollcall{option} doctor`: it tries everything and says what to do about each fault.",
        f'Run `rollcall{option} run`. Letters go to staff only until you write mode = "units" below [letters].',
    )
    click.echo("Next:")
    for number, step in enumerate(steps, start=1):
        click.echo(f"  {number}. {step}")


COMMANDS: dict[str, click.Command] = {"init": init}
