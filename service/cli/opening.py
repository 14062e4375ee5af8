"""What commands share that need the database but no campaign, and whose hand it is that decides."""

import getpass
from typing import TYPE_CHECKING

import click

from service.cli.session import Session, parse_time, say

if TYPE_CHECKING:
    from service import assemble


def rollcall_without_campaigns(session: Session, at: str | None = None) -> "assemble.Rollcall":
    """Return a Rollcall on a database at the current schema; campaign folders are left alone.

    For what must work while a campaign folder has a mistake: stopping the letters, looking at them, applying a folder.
    Raises DatabaseUnusableError and OperatorError.
    """
    from service import assemble  # noqa: PLC0415 - usage errors and --help need no database
    from storage import database  # noqa: PLC0415

    config = session.config()
    clock = assemble.fixed_clock(parse_time(at, config.office.zone)) if at else assemble.wall_clock
    store = database.Database(config.database.url)
    click.get_current_context().call_on_close(store.close)
    database.prepare(store)
    return assemble.Rollcall(config, store, clock)


def tell_if_paused(rollcall: "assemble.Rollcall") -> None:
    """Remind whoever looks that nothing goes out: a pause is easily forgotten."""
    from service import calling_staff  # noqa: PLC0415
    from storage import brake  # noqa: PLC0415

    with rollcall.store.reading() as connection:
        stopped, addresses = calling_staff.stopped(connection), brake.stopped(connection)
    if stopped == "brake":
        say(
            "All sending was stopped automatically: many addresses answer by themselves, or more letters were to go "
            "out than mails can explain. `rollcall letters` lists them; `rollcall resume` starts sending again."
        )
    elif stopped == "restore":
        say(
            "All sending is paused since a backup was restored: what waits now may have gone out already between the "
            "backup and the restore. Compare `rollcall letters --state queued` with the mailbox's Sent folder, cancel "
            "what went out (`rollcall letters cancel ID`), then `rollcall resume`."
        )
    elif stopped:
        say("All sending is paused: letters are queued and none goes out. `rollcall resume` starts it again.")
    if addresses:
        say(
            f"Letters to {', '.join(addresses)} were stopped automatically: what answers by itself gets none. "
            "`rollcall letters` lists them; `rollcall resume` starts sending to them again."
        )


def tell_if_switched_off(rollcall: "assemble.Rollcall") -> bool:
    """Remind whoever looks that letters are written and none goes out; return whether it is so."""
    is_off = rollcall.config.letters.mode == "off"
    if is_off:
        say('Letters are switched off: [letters] mode is "off" in the configuration.')
    return is_off


def person() -> str:
    """Return who decides: the name of the operating system's user."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user may have no name (KeyError up to Python 3.12)
        return "unknown"
