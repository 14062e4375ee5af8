"""`rollcall backup FILE`: everything in one file, made while Rollcall works."""

from pathlib import Path

import click

from service.cli.opening import person
from service.cli.session import Session, json_option, print_json, refuse, say

# Where no file is named: the passphrase itself, as for any other secret of a service.
PASSPHRASE_VARIABLE = "ROLLCALL_BACKUP_PASSPHRASE"  # noqa: S105 - a name, not a secret
passphrase_option = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"The file that holds the passphrase; default: ${PASSPHRASE_VARIABLE}; without either the file is not sealed.",
)


def passphrase_of(session: Session, file: Path | None) -> str:
    """Return the passphrase in a file, else that of the environment, else nothing."""
    if file is None:
        return session.environ.get(PASSPHRASE_VARIABLE, "")
    try:
        passphrase = file.read_text("utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        refuse(f"The file of the passphrase, {file}, cannot be read ({error}).")
    if not passphrase:
        refuse(f"The file of the passphrase, {file}, is empty; put the passphrase alone in it.")
    return passphrase


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace a file of this name.")
@passphrase_option
@json_option
@click.pass_obj
def backup(session: Session, file: Path, overwrite: bool, passphrase_file: Path | None, as_json: bool) -> None:
    """Copy database, campaign folders, working days and config.toml (without secrets) into FILE; then read it back."""
    from dataclasses import asdict  # noqa: PLC0415 - keeps `--help` quick

    from service import assemble, backing_up  # noqa: PLC0415
    from storage import database  # noqa: PLC0415

    config = session.config()
    store = database.Database(config.database.url)
    click.get_current_context().call_on_close(store.close)
    wanted = backing_up.Wanted(file.absolute(), overwrite, passphrase_of(session, passphrase_file))
    made = backing_up.back_up(assemble.Rollcall(config, store), session.config_path, wanted, person())
    if as_json:
        print_json({"file": str(file), "size": made.size, "sealed": bool(wanted.passphrase), **asdict(made.manifest)})
    else:
        counts = made.manifest.counts
        click.echo(
            f"{file}: {made.size} bytes, read back and whole; {counts['mails']} mails, {counts['versions']} versions, "
            f"{counts['letters']} letters."
        )
    for each in made.manifest.left_out:
        say(f"Not in the backup: {each}. Keep it elsewhere.")
    if not wanted.passphrase:
        say("The file holds the mails as they came and is not sealed: keep it where only you can read it.")


COMMANDS: dict[str, click.Command] = {"backup": backup}
