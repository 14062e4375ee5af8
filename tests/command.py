"""The command line called in this process: to start one of its own is the longest part of most tests."""

import contextlib
import io
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from service import cli


@dataclass
class Result:
    """What one call of the command line did."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return standard output as the JSON document it must be."""
        return json.loads(self.out)


def call(folder: Path, *arguments: str) -> Result:
    """Call `rollcall` in a folder, as its entry point does; return what it printed and the status it left with."""
    out, err = io.StringIO(), io.StringIO()
    with _standing_in(folder, out, err), pytest.raises(SystemExit) as left:
        cli.main(arguments)
    status = left.value.code
    assert isinstance(status, int)
    return Result(status, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def _standing_in(folder: Path, out: io.StringIO, err: io.StringIO) -> Iterator[None]:
    """Stand in a folder and write to streams; log to `err` as the command does where nobody has set logging up yet."""
    handler = logging.StreamHandler(err)
    handler.setLevel(logging.WARNING)
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            yield
    finally:
        root.removeHandler(handler)
