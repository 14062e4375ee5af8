"""The command line: `rollcall [--config PATH] COMMAND`. One file a command, imported when it is called.

Exit status: 0 done; 1 it ran and something is wrong, said in one sentence each; 2 it could not run. Data goes to
standard output, everything else to standard error. No traceback reaches a user without --debug.
"""

import importlib
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from roll.mistakes import OperatorError
from service import database_faults
from service.cli.session import CannotRunError, Session, say

# command -> the file it stands in; the names in order of the contract's table.
_COMMANDS = {
    "init": "init",
    "doctor": "doctor",
    "run": "run",
    "poll": "poll",
    "import": "import_",
    "send": "send",
    "status": "status",
    "messages": "messages",
    "replay": "replay",
    "review": "review",
    "letters": "letters",
    "pause": "pause",
    "resume": "pause",
    "remind": "remind",
    "digest": "digest",
    "plan": "plan",
    "consolidate": "consolidate",
    "export": "export",
    "form": "form",
    "campaign": "campaign",
    "units": "units",
    "audit": "audit",
    "forget": "forget",
    "mailbox": "mailbox",
    "user": "to_come",
    "db": "db",
    "backup": "backup",
    "restore": "restore",
}


class _Commands(click.Group):
    """The commands, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the contract's order."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command by name."""
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"service.cli.{_COMMANDS[cmd_name]}")
        commands: dict[str, click.Command] = module.COMMANDS
        return commands[cmd_name]


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    help="The configuration; default: $ROLLCALL_CONFIG, then ./config.toml.",
)
@click.option("--debug", is_flag=True, help="Show tracebacks and details.")
@click.version_option(package_name="rollcall-intake", prog_name="rollcall")
@click.pass_context
def rollcall(context: click.Context, config_path: Path | None, debug: bool) -> None:
    """Take in reports that units e-mail as workbooks, and keep the roll of who has reported."""
    logging.basicConfig(level=logging.DEBUG if debug else logging.WARNING, stream=sys.stderr, format="%(message)s")
    path = config_path or Path(os.environ.get("ROLLCALL_CONFIG") or "config.toml")
    context.obj = Session(path, dict(os.environ), debug=debug)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line, by default with the arguments of the process, and exit with its status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        # Without standalone mode click returns the status that a command left with.
        sys.exit(rollcall.main(arguments, prog_name="rollcall", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        say("Stopped.")
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except Exception as error:
        if "--debug" in arguments:
            raise
        sys.exit(_tell(error))


def _tell(error: Exception) -> int:
    """Say what went wrong in a sentence each; return the exit status."""
    if isinstance(error, (OperatorError, CannotRunError)):
        for sentence in getattr(error, "problems", None) or [str(error)]:
            say(sentence)
        return 2
    if told := database_faults.sentence_of(error):
        say(told)
        return 1
    say(f"Rollcall has a fault of its own ({type(error).__name__}: {error}). Nothing is lost; run it with --debug.")
    return 1
