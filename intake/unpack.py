"""The files of a mail, archives opened: what each is by its content. Names are never used as paths."""

import hashlib
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from forms import workbook
from intake import archives, file_names, message, mime_tree, part_remarks, seven_zip, signed_mail, zip_files
from roll import mails

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
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0"
_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")

WHY_NOT_READ = {
    "empty": part_remarks.EMPTY,
    "lock_file": part_remarks.LOCK_FILE,
    "executable": part_remarks.PROGRAM,
    "encrypted": part_remarks.WITH_PASSWORD,
    "signature": part_remarks.SIGNATURE,
    "encrypted_mail": part_remarks.ENCRYPTED_MAIL,
}
_WHY_MEMBER = {
    "encrypted": part_remarks.CLOSED_MEMBER,
    "method": part_remarks.UNKNOWN_METHOD,
    "damaged": part_remarks.DAMAGED_MEMBER,
}


@dataclass(frozen=True, slots=True)
class File:
    """One file of a mail. `path` names what it was found in: attached mail or archive, outermost first, joined by "/".

    `kind` is one of roll.mails.Part's; `why` says in a few English words why the file is not read, empty where
    nothing speaks against it. `data` is empty where the file could not be taken out of its archive; `is_member` tells
    that it lay in one.
    """

    name: str
    path: str
    kind: str
    data: bytes
    why: str = ""
    inline: bool = False
    declared_type: str = ""
    is_member: bool = False

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
    """What is still to be looked at, each with its depth, and what was found."""

    waiting: deque[tuple[File, int]]
    program: seven_zip.Program | None
    budget: zip_files.Budget = field(default_factory=zip_files.Budget)
    files: list[File] = field(default_factory=list)
    dangers: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Opened:
    """What an archive held, and what is to be said of it; a danger is both said and hostile."""

    inside: Sequence[File] = ()
    why: str = part_remarks.OPENED
    danger: str = ""


def unpack(leaves: Sequence[message.Leaf], program: seven_zip.Program | None = None) -> Unpacked:
    """Return the files of a mail's leaves, each archive directly followed by its members. Never raises.

    `program` opens archives that are no zip; without one they stay closed.
    """
    work = _Work(deque((_from_leaf(leaf), 0) for leaf in leaves), program)
    while work.waiting:
        file, depth = work.waiting.popleft()
        if file.kind in mails.ARCHIVE_KINDS or _is_member_mail(file):
            opened = _open(file, depth, work)
            work.dangers |= {opened.danger} if opened.danger else set()
            work.waiting.extendleft((member, _depth_in(file, member, depth)) for member in reversed(opened.inside))
            file = replace(file, why=opened.danger or opened.why)
        work.dangers |= {"executable"} if file.kind == "executable" else set()
        work.files.append(file)
    return Unpacked(tuple(work.files), tuple(sorted(work.dangers)))


def _from_leaf(leaf: message.Leaf) -> File:
    kind = _kind(leaf.name, leaf.data)
    if kind in ("unknown", "text", "html"):
        kind = _declared_kind(leaf.declared_type, kind)
    why = part_remarks.INLINE_PICTURE if kind == "image" and leaf.inline else _why(leaf.name, kind, leaf.data)
    return File(leaf.name, leaf.container, kind, leaf.data, why, leaf.inline, leaf.declared_type)


def _declared_kind(declared: str, kind: str) -> str:
    """Return the kind of content that only its declaration tells."""
    if declared == "text/calendar":
        return "calendar"
    if declared in signed_mail.SIGNATURE_TYPES:
        return "signature"
    if declared == signed_mail.ENCRYPTED_TYPE:
        return "encrypted_mail"
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


def _why(name: str, kind: str, data: bytes) -> str:
    """Return why a file is not read, empty where nothing speaks against it yet."""
    if kind == "unknown" and archives.is_lone_piece(name, data):
        return part_remarks.VOLUMES
    if kind == "message" and data.startswith(_COMPOUND_FILE):
        return part_remarks.SAVED_MAIL
    return WHY_NOT_READ.get(kind, "")


def _open(file: File, depth: int, work: _Work) -> _Opened:
    """Return what is inside an archive, or a mail in one, and what it turned out to be."""
    try:
        return _look_into(file, depth, work)
    except zip_files.Hostile as hostile:
        return _Opened(danger=hostile.code)
    except archives.Closed as closed:
        return _Opened(why=closed.why)
    except zip_files.Damaged:
        return _Opened(why=part_remarks.DAMAGED_ARCHIVE)


def _look_into(file: File, depth: int, work: _Work) -> _Opened:
    """Return what is inside. Raises what intake.archives raises."""
    if depth > MAX_NESTING:
        raise zip_files.Hostile("archive_nested")
    if file.kind not in mails.ARCHIVE_KINDS:
        return _open_mail(file, work)
    found = archives.members(file.kind, file.data, file.name, work.budget, work.program)
    inside = [_from_member(member, _path_in(file)) for member in found]
    if not inside:
        return _Opened(why=part_remarks.EMPTY_ARCHIVE)
    is_closed = all(member.problem == "encrypted" for member in found)
    return _Opened(inside, part_remarks.PASSWORD if is_closed else part_remarks.OPENED)


def _path_in(file: File) -> str:
    return "/".join(part for part in (file.path, file.name or part_remarks.NAMELESS) if part)


def _depth_in(file: File, member: File, depth: int) -> int:
    """Return how deep a member lies. What Outlook wraps a mail's files in is no archive; nor are .tar and .gz two."""
    is_wrapping = file.kind == "tnef" and not file.path
    return depth if is_wrapping or (file.kind, member.kind) == ("gz", "tar") else depth + 1


def _is_member_mail(file: File) -> bool:
    """Say whether a file is a mail that lay in an archive; those attached to the mail were opened with it."""
    return file.kind == "message" and file.is_member and not file.why


def _open_mail(file: File, work: _Work) -> _Opened:
    parsed = message.parse(file.data)
    work.dangers.update(parsed.dangers)
    path = _path_in(file)
    leaves = (
        replace(leaf, container="/".join(part for part in (path, leaf.container) if part)) for leaf in parsed.leaves
    )
    return _Opened([replace(_from_leaf(leaf), is_member=True) for leaf in leaves])


def _from_member(member: zip_files.Member, path: str) -> File:
    name = file_names.clean(member.name)
    if member.problem:
        kind = "executable" if file_names.extension(name) in EXECUTABLE_EXTENSIONS else "closed"
        return File(name, path, kind, b"", _WHY_MEMBER[member.problem], is_member=True)
    if member.name.startswith(_LITTER[0]) or name in _LITTER:
        return File(name, path, "unknown", member.data, part_remarks.LITTER, is_member=True)
    kind = _kind(name, member.data)
    if file_names.extension(name) == "eml" and mime_tree.looks_like_a_mail(member.data):
        return File(name, path, "message", member.data, is_member=True)
    return File(name, path, kind, member.data, _why(name, kind, member.data), is_member=True)
