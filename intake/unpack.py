"""The files of a mail, archives opened: what each is by its content. Names are never used as paths."""

import hashlib
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from forms import workbook
from intake import file_names, message, zip_files

# A zip in a zip happens (a folder of zipped communes), deeper nesting is an attack (faults.md Z 64, 65).
MAX_NESTING = 1
# What Excel leaves beside an open workbook has 165 bytes (domain.md, P04); LibreOffice's is shorter.
MAX_LOCK_FILE = 4_096
_LOCK_FILES = ("~$", ".~lock.")

# What Windows runs when it is opened; Gmail's own list (support.google.com/mail/answer/6590), documents left out.
EXECUTABLE_EXTENSIONS = frozenset(
    [
        "ade",
        "adp",
        "apk",
        "appx",
        "bat",
        "cab",
        "chm",
        "cmd",
        "com",
        "cpl",
        "dll",
        "exe",
        "hta",
        "ins",
        "isp",
        "jar",
        "js",
        "jse",
        "lib",
        "lnk",
        "mde",
        "msc",
        "msi",
        "msp",
        "mst",
        "pif",
        "ps1",
        "scr",
        "sct",
        "shb",
        "sys",
        "vb",
        "vbe",
        "vbs",
        "vxd",
        "wsc",
        "wsf",
        "wsh",
    ]
)
_EXECUTABLE_CONTENT = (
    b"MZ",
    b"\x7fELF",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"L\x00\x00\x00\x01\x14\x02\x00",
    b"#!/",
)
_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")

WHY_NOT_OPENED = {
    "rar": "RAR archive, not opened",
    "7z": "7-Zip archive, not opened",
    "tnef": "winmail.dat of Outlook, not opened",
    "gz": "compressed file, not opened",
    "encrypted": "password-protected",
    "empty": "0 bytes",
    "lock_file": "lock file of an open workbook",
    "executable": "a program",
}
_WHY_MEMBER = {
    "encrypted": "archive member with a password",
    "method": "compressed by a method that is not read",
    "damaged": "damaged",
}


@dataclass(frozen=True, slots=True)
class File:
    """One file of a mail. `path` names what it was found in: attached mail or archive, outermost first, joined by "/".

    `kind` is one of roll.mails.Part's; `why` says in a few English words why the file is not read, empty where
    nothing speaks against it. `data` is empty where the file could not be taken out of its archive.
    """

    name: str
    path: str
    kind: str
    data: bytes
    why: str = ""
    inline: bool = False
    declared_type: str = ""

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the content, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Unpacked:
    """All files of a mail in their order, and what makes it hostile: codes of docs/reasons.md, sorted."""

    files: tuple[File, ...]
    dangers: tuple[str, ...] = ()


@dataclass(slots=True)
class _Work:
    """What is still to be looked at, and what was found."""

    waiting: deque[tuple[File, int]]
    budget: zip_files.Budget = field(default_factory=zip_files.Budget)
    files: list[File] = field(default_factory=list)
    dangers: set[str] = field(default_factory=set)


def unpack(leaves: Sequence[message.Leaf]) -> Unpacked:
    """Return the files of a mail's leaves, each archive directly followed by its members. Never raises."""
    work = _Work(deque((_from_leaf(leaf), 0) for leaf in leaves))
    while work.waiting:
        file, depth = work.waiting.popleft()
        inside, danger = _open(file, depth, work.budget) if file.kind == "zip" else ([], "")
        work.dangers |= {danger} if danger else set()
        work.dangers |= {"executable"} if file.kind == "executable" else set()
        work.files.append(file if file.kind != "zip" else _archive(file, inside, danger))
        work.waiting.extendleft((member, depth + 1) for member in reversed(inside))
    return Unpacked(tuple(work.files), tuple(sorted(work.dangers)))


def _from_leaf(leaf: message.Leaf) -> File:
    kind = _kind(leaf.name, leaf.data)
    if kind in ("unknown", "text", "html"):
        kind = _declared_kind(leaf.declared_type, kind)
    why = "inline image" if kind == "image" and leaf.inline else WHY_NOT_OPENED.get(kind, "")
    return File(leaf.name, leaf.container, kind, leaf.data, why, leaf.inline, leaf.declared_type)


def _declared_kind(declared: str, kind: str) -> str:
    """Return the kind of content that only its declaration tells."""
    if declared == "text/calendar":
        return "calendar"
    return "message" if declared.startswith("message/") else kind


def _kind(name: str, data: bytes) -> str:
    """Return what a file is. Executables are told by content and by name: a script has no content of its own."""
    if not data:
        return "empty"
    if name.startswith(_LOCK_FILES) and len(data) <= MAX_LOCK_FILE:
        return "lock_file"
    if data.startswith(_EXECUTABLE_CONTENT) or file_names.extension(name) in EXECUTABLE_EXTENSIONS:
        return "executable"
    return workbook.kind_of(data)


def _open(file: File, depth: int, budget: zip_files.Budget) -> tuple[list[File], str]:
    """Return the files of an archive and the danger it turned out to be."""
    if depth > MAX_NESTING:
        return [], "archive_nested"
    try:
        found = zip_files.members(file.data, budget)
    except zip_files.Hostile as hostile:
        return [], hostile.code
    except zip_files.Damaged:
        return [], ""
    path = "/".join(part for part in (file.path, file.name or "archive.zip") if part)
    return [_from_member(member, path) for member in found], ""


def _from_member(member: zip_files.Member, path: str) -> File:
    name = file_names.clean(member.name)
    if member.problem:
        kind = "encrypted" if member.problem == "encrypted" else "unknown"
        kind = "executable" if file_names.extension(name) in EXECUTABLE_EXTENSIONS else kind
        return File(name, path, kind, b"", _WHY_MEMBER[member.problem])
    if member.name.startswith(_LITTER[0]) or name in _LITTER:
        return File(name, path, "unknown", member.data, "left by the sender's system")
    kind = _kind(name, member.data)
    return File(name, path, kind, member.data, WHY_NOT_OPENED.get(kind, ""))


def _archive(file: File, inside: Sequence[File], danger: str) -> File:
    why = danger or ("opened" if inside else "damaged or empty archive")
    return File(file.name, file.path, file.kind, file.data, why, file.inline, file.declared_type)
