"""`python -m service.demo [--once]`: the demo, as `make demo` starts it."""

import argparse
import signal
import sys
from pathlib import Path

# The folder that the demo writes, beside the place where it is started; .gitignore knows it.
FOLDER = Path(".demo")
STOP_SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT})


def main() -> int:
    """Run the demo; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="make demo", description="Rollcall on a mailbox of its own, with sample mails."
    )
    parser.add_argument("--once", action="store_true", help="handle every sample mail, print the board, and stop")
    once = parser.parse_args().once
    # Blocked and asked for, never caught: a Ctrl-C reaches the whole process group, and must end no reader in mid-mail.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    from service.demo import play  # noqa: PLC0415 - takes a second, in which a Ctrl-C would show a traceback

    return play.play(FOLDER.resolve(), STOP_SIGNALS, once=once)


if __name__ == "__main__":
    sys.exit(main())
