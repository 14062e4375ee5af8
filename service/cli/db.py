"""`rollcall db upgrade`: bring the database to the schema of this program."""

import click

from service.cli.session import Session


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
@click.pass_obj
def upgrade(session: Session) -> None:
    """Bring the schema to the one that this program needs. A run that was killed is simply run again."""
    from service import doctor_database  # noqa: PLC0415 - keeps `--help` quick
    from storage import database  # noqa: PLC0415

    store = database.Database(session.config().database.url)
    found = doctor_database.schema_found(store)
    if found is None or found > database.CURRENT_SCHEMA:
        database.prepare(store)  # makes an empty database, refuses a newer one
    elif found < database.CURRENT_SCHEMA:
        database.upgrade(store)
    if found == database.CURRENT_SCHEMA:
        click.echo(f"The database has the schema {found} already; nothing was to be done.")
    else:
        click.echo(f"The database has the schema {database.CURRENT_SCHEMA} now (before: {found or 'none'}).")


COMMANDS: dict[str, click.Command] = {"db": db}
