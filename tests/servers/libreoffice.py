"""The real LibreOffice without a window: files converted, recalculated and saved as an office's own program does it."""

import shutil
import subprocess
from pathlib import Path

from tests.servers import required

NOT_INSTALLED = "LibreOffice is not installed: apt-get install libreoffice-calc"
NO_WRITER = "LibreOffice's program for texts is not installed: apt-get install libreoffice-writer"
TIME_MOST = 240
"""Seconds; the first start on a busy machine makes its profile and takes about 15."""
FILTERS = {
    "xlsx": "xlsx:Calc MS Excel 2007 XML",
    "xls": "xls:MS Excel 97",
    "ods": "ods:calc8",
    "pdf": "pdf:calc_pdf_Export",
    "writer_pdf": "pdf:writer_pdf_Export",
    "html": "html:HTML (StarCalc)",
    "csv": "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1",
}
"""The names of its export filters; csv as UTF-8, a file for each sheet."""


def require_libreoffice() -> None:
    """Skip where LibreOffice is not installed; where nothing may be skipped (CI=true), fail."""
    required.require(shutil.which("soffice") is not None, NOT_INSTALLED)


def require_writer() -> None:
    """The same where a document is opened: the part of LibreOffice that knows them is a package of its own."""
    program = shutil.which("soffice")
    required.require(program is not None and (Path(program).resolve().parent / "libswlo.so").exists(), NO_WRITER)


def convert(files: dict[str, bytes], kind: str, folder: Path) -> dict[str, bytes]:
    """Return `files` (by name with extension) opened, recalculated and saved as `kind`, by the name without extension.

    One start serves all of them. `folder` is empty and this call's own; it holds the profile too.
    """
    source, target = folder / "in", folder / "out"
    source.mkdir(parents=True)
    target.mkdir()
    for name, data in files.items():
        (source / name).write_bytes(data)
    names = [str(source / name) for name in files]
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = ["soffice", profile, "--headless", "--norestore", "--convert-to", FILTERS[kind]]
    subprocess.run(
        [*command, "--outdir", str(target), *names], check=True, capture_output=True, timeout=TIME_MOST,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    ending = FILTERS[kind].partition(":")[0]
    return {path.name.removesuffix(f".{ending}"): path.read_bytes() for path in sorted(target.iterdir())}
