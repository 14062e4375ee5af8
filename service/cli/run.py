"""`rollcall run`: worker, schedule and staff page until SIGTERM or Ctrl-C; what is being done is finished first."""

import importlib.util
import logging
import secrets
import signal
import threading
from typing import Any

import click

from service.cli.session import Session, refuse, say

STOP_SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT})
# Seconds that requests to the staff page may still take when the program stops.
LAST_REQUESTS = 5.0
# Until the page has users of its own, whoever starts the program is told how to sign in.
PAGE_USER = "staff"
# 72 bits: not to be guessed over a network before the next start.
PASSWORD_BYTES = 9


@click.command()
@click.pass_obj
def run(session: Session) -> None:
    """Look at the mailbox every minute, remind and tell staff in time, serve the staff page. Stop it with Ctrl-C."""
    from service import schedule  # noqa: PLC0415 - keeps `--help` quick

    # Blocked and waited for, never caught: every thread and child inherits this, so a Ctrl-C, which reaches the whole
    # process group, or a service manager's SIGTERM to all processes ends no child in the middle of a mail.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    rollcall = session.rollcall()
    _log_with_times()
    page = _open_page(rollcall)
    jobs = schedule.Schedule(rollcall)
    jobs.start()
    say("Rollcall is running; stop it with Ctrl-C." if page is None else f"Rollcall is running; the page is {page[0]}.")
    signal.sigwait(STOP_SIGNALS)
    say("Stopping: what is being done is finished first.")
    jobs.stop()
    if page is not None:
        page[1].task_dispatcher.shutdown(timeout=LAST_REQUESTS)
    rollcall.store.close()
    say("Stopped.")


def _log_with_times() -> None:
    logging.getLogger("rollcall").setLevel(logging.INFO)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))


def _open_page(rollcall: Any) -> tuple[str, Any] | None:
    """Serve the staff page in a thread of its own; return its address and server, None where there is no page."""
    page = importlib.util.find_spec("service.web")
    if page is None or page.origin is None:
        return None
    import waitress  # type: ignore[import-untyped]  # noqa: PLC0415 - only `run` serves

    web = importlib.import_module("service.web")
    gate = importlib.import_module("service.web.gate")
    section = rollcall.config.web
    app, password = web.create_app(rollcall), secrets.token_urlsafe(PASSWORD_BYTES)
    gate.require_sign_in(app, PAGE_USER, password)
    try:
        server = waitress.create_server(app, host=section.host, port=section.port)
    except OSError as error:
        reason = error.strerror or error
        refuse(f"The page cannot be served at {section.host}:{section.port} ({reason}); correct [web] host and port.")
    threading.Thread(target=server.run, name="page", daemon=True).start()
    return f"http://{section.host}:{section.port}/ (user {PAGE_USER}, password {password}, new at each start)", server


COMMANDS: dict[str, click.Command] = {"run": run}
