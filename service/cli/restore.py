"""`rollcall restore FILE`: what a backup holds comes back; letters wait until a person looked."""

from datetime import UTC, datetime
from pathlib import Path

import click

from service.cli.backup import passphrase_of, passphrase_option
from service.cli.opening import person
from service.cli.session import Session, say


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--force", is_flag=True, help="Put a database and campaign folders that are there aside.")
@passphrase_option
@click.pass_obj
def restore(session: Session, file: Path, force: bool, passphrase_file: Path | None) -> None:
    """Bring FILE, a backup, back. All is checked first; nothing is deleted, and no letter goes out until resume."""
    from service import restoring  # noqa: PLC0415 - keeps `--help` quick

    wanted = restoring.Wanted(
        file.absolute(), passphrase_of(session, passphrase_file), force, datetime.now(UTC), person()
    )
    done = restoring.restore(session.config_path, session.environ, wanted)
    counts = done.manifest.counts
    click.echo(
        f"Restored as of {done.manifest.made_at}: {counts['mails']} mails, {counts['versions']} versions, "
        f"{counts['letters']} letters, of which {done.manifest.letters_waiting} had not gone out."
    )
    for kept in done.kept:
        say(f"Kept: {kept}")
    if done.config_written:
        say(f"{session.config_path} was written without secrets: put them back, then run `rollcall doctor`.")
        for each in done.manifest.left_out:
            say(f"Not in the backup: {each}.")
    say(
        "No letter goes out until `rollcall resume`: what was sent after the backup is not known to it, and would go "
        "out twice. Run `rollcall poll --no-send` and `rollcall audit`, compare `rollcall letters --state queued` with "
        "the Sent folder, cancel what went out already, then resume."
    )


COMMANDS: dict[str, click.Command] = {"restore": restore}
