"""Archives made by 7zz itself, in a folder of the test: what it makes, people send."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from intake import seven_zip


def program() -> seven_zip.Program:
    """Return the 7zz that comes with Rollcall."""
    found = seven_zip.find()
    assert found is not None
    assert found.is_bundled
    return found


def packed(folder: Path, files: Mapping[str, bytes], *options: str, name: str = "made") -> dict[str, bytes]:
    """Return what 7zz makes of some files, by the names it gives: several where it cuts the archive into volumes."""
    source, target = folder / "source", folder / "target"
    target.mkdir(parents=True)
    for path, data in files.items():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_bytes(data)
    command = [program().path, "a", "-bso0", "-bsp0", *options, str(target / name), *files]
    subprocess.run(command, cwd=source, check=True, timeout=60)
    return {path.name: path.read_bytes() for path in sorted(target.iterdir())}
