"""`python -m bench.corpora FOLDER`: every workbook of a folder read as mail's workbooks are, and by two others.

Each file is read in a process of its own within the limits of a reader. Workbooks of others are tried so; none of them
belongs into this tree. docs/reading.md says what came out.
"""

import argparse
import json
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench import cells, mailed
from forms import kinds
from forms.package import Unreadable
from intake import child
from tests.servers import libreoffice

SECONDS_MOST = 30
BATCH = 20
LIBREOFFICE_READS = ("xlsx", "xlsm", "xls", "xlsb", "ods", "csv", "html", "xml_spreadsheet")
SECOND = {"xlsx": cells.by_openpyxl, "xlsm": cells.by_openpyxl, "xls": cells.by_calamine}


@dataclass(slots=True)
class File:
    """What became of one file: `refused` is the reason, `broken` what ended its process; both empty: it was read."""

    path: Path
    kind: str
    refused: str = ""
    broken: str = ""
    seconds: float = 0.0
    megabytes: float = 0.0
    mine: cells.Cells = field(default_factory=dict)
    second: Counter[str] | None = None
    office: Counter[str] | None = None


def read_one(path: Path, answer: Path) -> None:
    """Read one file within the limits of a reader and write what is in it; run in a process of its own."""
    resource.setrlimit(resource.RLIMIT_AS, (child.MEMORY_BYTES, child.MEMORY_BYTES))
    data = path.read_bytes()
    before = time.perf_counter()
    refused, found = "", {}
    try:
        found = cells.ours(data)
    except Unreadable as error:
        refused = error.reason
    seconds = time.perf_counter() - before
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer.write_bytes(pickle.dumps((refused, seconds, megabytes, found)))


def read_all(folder: Path) -> list[File]:
    files = []
    with tempfile.TemporaryDirectory() as workplace:
        answer = Path(workplace) / "answer"
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            file = File(path, kinds.kind_of(path.read_bytes()))
            answer.unlink(missing_ok=True)
            command = [sys.executable, "-m", "bench.corpora", "--one", str(answer), str(path)]
            try:
                run = subprocess.run(command, capture_output=True, timeout=SECONDS_MOST, check=False)
            except subprocess.TimeoutExpired:
                file.broken = f"more than {SECONDS_MOST} s"
            else:
                file.broken = "" if answer.exists() else f"exit {run.returncode}: {run.stderr.decode()[-200:]}"
            if answer.exists():
                file.refused, file.seconds, file.megabytes, file.mine = pickle.loads(answer.read_bytes())
            files.append(file)
    return files


def compare_second(file: File) -> None:
    reader = SECOND.get(file.kind)
    if reader is None or file.refused or file.broken:
        return
    try:
        other = reader(file.path.read_bytes())
    except BaseException as error:  # whatever a reader of others does with a hostile file
        if isinstance(error, KeyboardInterrupt):
            raise
        return
    file.second = cells.compare(file.mine, other, recomputes=False)


def compare_office(files: Sequence[File]) -> None:
    """Compare with LibreOffice, a start for several files; where one of them ends it, each alone."""
    wanted = [file for file in files if file.kind in LIBREOFFICE_READS and not file.refused and not file.broken]
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        saved = _converted(batch)
        for number, file in enumerate(batch):
            converted = saved.get(f"{number:03}") or next(iter(_converted([file]).values()), None)
            if converted:
                file.office = cells.compare(file.mine, cells.by_openpyxl(converted), recomputes=True)


def _converted(files: Sequence[File]) -> dict[str, bytes]:
    named = {f"{number:03}.{_extension(file)}": file.path.read_bytes() for number, file in enumerate(files)}
    with tempfile.TemporaryDirectory() as workplace:
        try:
            return libreoffice.convert(named, "xlsx", Path(workplace) / "office")
        except subprocess.SubprocessError:
            return {}


def _extension(file: File) -> str:
    return {"xml_spreadsheet": "xml"}.get(file.kind, file.kind)


def lines(files: Sequence[File]) -> Iterator[str]:
    """Yield the report, in Markdown."""
    yield "| kind | files | read | refused | with the second reader | with LibreOffice |"
    yield "|---|---|---|---|---|---|"
    for kind in sorted({file.kind for file in files}):
        own = [file for file in files if file.kind == kind]
        refused = Counter(file.refused for file in own if file.refused)
        told = ", ".join(f"{count} {reason}" for reason, count in refused.items()) or "-"
        read = sum(not file.refused and not file.broken for file in own)
        shares = (_share([file.second for file in own]), _share([file.office for file in own]))
        yield f"| {kind} | {len(own)} | {read} | {told} | {shares[0]} | {shares[1]} |"
    yield ""
    yield "| difference | second reader | LibreOffice | |"
    yield "|---|---|---|---|"
    second, office = (_total([getattr(file, name) for file in files]) for name in ("second", "office"))
    for name, explained in cells.EXPLAINED.items():
        if second[name] or office[name]:
            yield f"| {name} | {second[name]:,} | {office[name]:,} | {explained} |"
    yield ""
    slowest = max(files, key=lambda file: file.seconds)
    largest = max(files, key=lambda file: file.megabytes)
    broken = [f"{file.path.name} ({file.broken})" for file in files if file.broken]
    yield f"Largest memory {largest.megabytes:.0f} MB ({largest.path.name}), slowest {slowest.seconds:.2f} s"
    yield f"({slowest.path.name}); crashed, hung or out of memory: {', '.join(broken) or 'none'}."


def _total(counters: Sequence[Counter[str] | None]) -> Counter[str]:
    total: Counter[str] = Counter()
    for each in counters:
        total.update(each or {})
    return total


def _share(counters: Sequence[Counter[str] | None]) -> str:
    total = _total(counters)
    cells_compared = total.total()
    return f"{100 * total['equal'] / cells_compared:.2f} % of {cells_compared:,}" if cells_compared else "-"


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m bench.corpora", description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    arguments.add_argument("--details", action="store_true", help="also print every file that differs")
    arguments.add_argument("--mailed", action="store_true", help="send every file in many ways, through the readers")
    asked = arguments.parse_args()
    if asked.mailed:
        print(*mailed.report(asked.folder), sep="\n", flush=True)
        return
    if asked.one:
        read_one(asked.folder, asked.one)
        return
    files = read_all(asked.folder)
    for file in files:
        compare_second(file)
    compare_office(files)
    print("\n".join(lines(files)))
    for file in files if asked.details else ():
        found = {name: dict(told - Counter({"equal": told["equal"]})) for name, told in _compared(file)}
        print(json.dumps([file.path.name, file.kind, file.refused, file.broken, found]))


def _compared(file: File) -> Iterator[tuple[str, Counter[str]]]:
    for name, told in (("second", file.second), ("office", file.office)):
        if told is not None:
            yield name, told


if __name__ == "__main__":
    main()
