"""How far a long command has come: a bar on standard error, where that is a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def progress(total: int, what: str) -> Iterator[Callable[[int], None]]:
    """Give what is to be told of each step, out of `total`; nothing is shown where nobody watches (contract)."""
    if not sys.stderr.isatty() or not total:
        yield _nothing
        return
    with click.progressbar(length=total, label=what, file=sys.stderr) as bar:
        yield bar.update


def _nothing(_: int) -> None:
    """Show nothing."""
