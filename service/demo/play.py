"""The demo from start to stop: servers, a fortnight of mails, the board, and the staff page until somebody stops it."""

import contextlib
import fcntl
import os
import secrets
import shutil
import signal
import socket
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import datetime
from pathlib import Path

import click
import waitress  # type: ignore[import-untyped]

from roll.outcomes import Outcome
from service import assemble, choose, schedule, web, wording
from service.cli import session
from service.demo import samples, stage
from service.demo.mailbox import LOOPBACK, DemoMailbox
from service.demo.sink import DemoSink
from service.tally import Tally
from service.web import gate
from storage import outbox, overviews

# Where the page is looked for first; another port where this one is taken.
_USUAL_PORT = 8080
_USER = "demo"
# Seconds that requests to the page may still take when the demo stops.
_LAST_REQUESTS = 2.0
_STOPPED, _BUSY = 130, 2


def play(folder: Path, stop_signals: AbstractSet[signal.Signals], *, once: bool) -> int:
    """Play the demo in `folder`, which is emptied first; return the exit status. The stop signals must be blocked."""
    with _alone(folder) as is_alone:
        if not is_alone:
            session.say(f"A demo is running in {folder} already; stop it with Ctrl-C, then start this one again.")
            return _BUSY
        with DemoMailbox(_USER, secrets.token_urlsafe(12)) as mailbox, DemoSink() as sink, _listen() as door:
            opened = stage.configure(folder, mailbox, sink, door.getsockname())
            rollcall = assemble.open_rollcall(opened, assemble.fixed_clock(stage.BEGINS))
            try:
                return _play(rollcall, mailbox, None if once else door, stop_signals)
            finally:
                rollcall.store.close()


def _play(
    rollcall: assemble.Rollcall,
    mailbox: DemoMailbox,
    door: socket.socket | None,
    stop_signals: AbstractSet[signal.Signals],
) -> int:
    """Play the days, show what came of them, and serve the page at `door`, if there is one."""
    tally = _play_days(rollcall, mailbox, stop_signals)
    if tally is None:
        session.say("Stopped.")
        return _STOPPED
    _show(rollcall, tally)
    if door is not None:
        return _serve(rollcall, door, stop_signals)
    return 1 if tally.troubles else 0


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Empty the folder and keep other demos out of it; tells whether it was free. The lock dies with the process."""
    folder.mkdir(exist_ok=True)
    lock = folder / "lock"
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        for left in folder.iterdir():
            if left.is_dir():
                shutil.rmtree(left)
            elif left != lock:
                left.unlink()
        yield True
    finally:
        os.close(descriptor)


def _listen() -> socket.socket:
    """Return the socket that the page will be served at, held from the start: nobody takes its port meanwhile."""
    with contextlib.suppress(OSError):
        return socket.create_server((LOOPBACK, _USUAL_PORT))
    return socket.create_server((LOOPBACK, 0))


def _play_days(
    rollcall: assemble.Rollcall, mailbox: DemoMailbox, stop_signals: AbstractSet[signal.Signals]
) -> Tally | None:
    """Play the fortnight; None where somebody stopped it."""
    session.say("Writing the sample mails ...")
    fortnight = stage.Fortnight(rollcall, mailbox, samples.all_samples(stage.form()), _tell)
    session.say("Playing the fortnight before 5 July 2019:")
    for _ in fortnight.rounds():
        if signal.sigpending() & stop_signals:
            return None
    for trouble in fortnight.tally.troubles:
        session.say(trouble)
    return fortnight.tally


def _tell(at: datetime, tally: Tally) -> None:
    session.say(f"  {at:%d/%m %H:%M}  {tally.received:3} mails in, {tally.sent:3} letters out")


def _show(rollcall: assemble.Rollcall, tally: Tally) -> None:
    """Print the board, what became of the mails, and where to look next."""
    words = wording.Words(rollcall.config.office.language, rollcall.zone)
    chosen = choose.one([campaign for campaign, _ in rollcall.loaded()], None, rollcall.now())
    with rollcall.store.reading() as connection:
        board = overviews.board_of(connection, chosen, rollcall.now())
        letters = outbox.rows(connection)
        ended = overviews.counts(connection)
    click.echo("")
    for line in words.heading(board, chosen):
        click.echo(line)
    click.echo("")
    session.print_table((words.board_row(unit) for unit in board.units), words.columns("board_columns"))
    click.echo(f"\n{tally.received} sample mails:")
    for outcome in reversed(Outcome):
        click.echo(f"  {ended.get(outcome.value, 0):3} {outcome.value} ({words.outcome(outcome.value)})")
    click.echo(f"{len(letters)} letters:")
    for kind, count in Counter(letter.kind for letter in letters).most_common():
        click.echo(f"  {count:3} {kind}")
    click.echo(_next_steps(rollcall.config.campaigns.path.parent))


def _next_steps(folder: Path) -> str:
    command = Path(sys.executable).with_name("rollcall")
    config = Path(os.path.relpath(folder)) / "config.toml"
    return f"""
Where to look next:
  {os.path.relpath(command)} --config {config} messages         every mail, and what became of it
  {os.path.relpath(command)} --config {config} messages 1       one mail, with the reasons
  {os.path.relpath(command)} --config {config} review           what waits for a person
  {os.path.relpath(command)} --config {config} letters          every letter
  {os.path.relpath(command)} --config {config} export           every figure, with the cell it came from
  {os.path.relpath(command)} --config {config} status --at 2019-07-05T09:30
  {os.path.relpath(command)} --config {config} plan --at 2019-07-05T09:30   what would go out from then on
The demo's clock stands in July 2019, that of these commands does not: give --at to status, plan, remind and digest."""


def _serve(rollcall: assemble.Rollcall, door: socket.socket, stop_signals: AbstractSet[signal.Signals]) -> int:
    """Serve the staff page and go on looking at the mailbox until Ctrl-C or SIGTERM."""
    password = secrets.token_urlsafe(12)
    app = web.create_app(rollcall)
    gate.require_sign_in(app, _USER, password)
    server = waitress.create_server(app, sockets=[door], ident=None)
    threading.Thread(target=server.run, name="page", daemon=True).start()
    jobs = schedule.Schedule(rollcall)
    jobs.start()
    host, port = door.getsockname()
    click.echo(f"\nThe staff page: http://{host}:{port}/   sign-in: {_USER} / {password}\nStop with Ctrl-C.")
    signal.sigwait(stop_signals)
    session.say("Stopping.")
    jobs.stop()
    server.task_dispatcher.shutdown(timeout=_LAST_REQUESTS)
    return 0
