"""`python -m bench.corpora FOLDER --mailed`: every file of a folder as units send files, through the readers of mails.

Each file comes as an attachment, in a zip, and under other files' names; what is a mail comes as one too. None may cost
a reader, pass a limit or end without contents. docs/limits.md says what came out.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from forms import form as forms_form
from forms import kinds
from intake import readers
from roll import mails as roll_mails
from tests.intake import known, mails

# Fewer than what a reader serves before it is replaced, so that another process is one that died.
CHUNK = 2 * 200
OTHER_NAMES = (".pdf", ".xlsx", ".xls", ".zip", ".eml", ".csv", ".docx", "")
WORKBOOKS = {"xlsx", "xlsm", "xls", "xlsb", "ods"}
# What says of a reading that the file could not be opened, rather than that it is no report.
CLOSED = {"unreadable", "hostile", "encrypted"}


@dataclass(slots=True)
class Found:
    """What became of the mails: `failed` names those without contents, `dead` counts readers that ended."""

    mails: int = 0
    dead: int = 0
    failed: list[str] = field(default_factory=list)
    megabytes: float = 0.0
    seconds: float = 0.0
    workbooks: Counter[str] = field(default_factory=Counter)


def made(folder: Path) -> Iterator[tuple[str, str, bytes]]:
    """Yield (what it is, kind of the file where it is attached as it is, raw mail) for every way of sending each."""
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        data, name = path.read_bytes(), path.name
        sender = f"<{known.CAO_LOC}>"
        yield f"{name} attached", kinds.kind_of(data), mails.mail(sender, attachments=[(name, data)])
        yield f"{name} zipped", "", mails.mail(sender, attachments=[("BC.zip", mails.zipped([(name, data)]))])
        for other in OTHER_NAMES:
            yield f"{name} as {other or 'nothing'}", "", mails.mail(sender, attachments=[(f"BC{other}", data)])
        yield f"{name} as the mail", "", data


def play(form: forms_form.Form, items: Sequence[tuple[str, str, bytes]], found: Found) -> None:
    """Read so many mails with two readers, and add what became of them."""
    with readers.Readers([form], 2) as two:
        list(two.read_all([(0, items[0][2]), (1, items[0][2])]))
        before = _processes()
        for number, read in two.read_all((number, raw) for number, (_, _, raw) in enumerate(items)):
            what, kind, _ = items[number]
            if isinstance(read, roll_mails.Contents):
                _count_workbook(read, kind, found)
            else:
                found.failed.append(f"{what}: {read.detail}")
        after = _processes()
        found.dead += len(before.keys() - after.keys())
        found.megabytes = max([found.megabytes, *after.values()])
    found.mails += len(items)


def _count_workbook(read: roll_mails.Contents, kind: str, found: Found) -> None:
    if kind in WORKBOOKS and read.readings:
        reason = read.readings[0].reason
        found.workbooks[reason if reason in CLOSED else "read"] += 1


def _processes() -> dict[int, float]:
    """Return the largest memory of each reader so far, in MB, by process number."""
    server = next(each for each in psutil.Process().children() if "intake" in " ".join(each.cmdline()))
    return {each.pid: _peak(each.pid) for each in server.children()}


def _peak(process: int) -> float:
    lines = Path(f"/proc/{process}/status").read_text("ascii").splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def report(folder: Path) -> Iterator[str]:
    """Play a folder and yield what came out, a line each."""
    form, found, items = known.form_2019(), Found(), list(made(folder))
    began = time.monotonic()
    for start in range(0, len(items), CHUNK):
        play(form, items[start : start + CHUNK], found)
    found.seconds = time.monotonic() - began
    read, all_of_them = found.workbooks["read"], found.workbooks.total()
    yield f"{found.mails:,} mails in {found.seconds:.0f} s; largest memory of a reader {found.megabytes:.0f} MB"
    yield f"readers that ended: {found.dead}; mails without contents: {len(found.failed)}"
    yield f"workbooks read: {read} of {all_of_them} ({100 * read / max(1, all_of_them):.1f} %), {dict(found.workbooks)}"
    yield from found.failed[:50]
