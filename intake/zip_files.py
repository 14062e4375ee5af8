"""A zip from outside, looked at before it is opened, and opened within limits (APPNOTE.TXT 4.3). In memory only.

The standard library reads the central directory; what it believes is checked here against the bytes (CVE-2024-0450,
CVE-2025-8291), and members are inflated with a bound of their own. Rule for junk around a zip: it must begin with a
member; what follows its end is passed over.
"""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from intake import charsets, file_names

# faults.md Z 69: 100,000 entries are an attack. A unit's zip with 24 commune files and 40 pictures has under a hundred.
MAX_MEMBERS = 1_000
# Room for MAX_MEMBERS entries with names of 400 bytes; zipfile reads the directory by its size, whatever count it
# states.
MAX_DIRECTORY_BYTES = 512_000
# One member, and all of them in a mail: as large as the largest mail that a provider takes (25 MB) and twice that.
MAX_MEMBER_BYTES = 30_000_000
MAX_TOTAL_BYTES = 60_000_000
# What unpacking all archives of a mail may take, so that the mail is read in its 30 seconds (intake.readers).
MAX_SECONDS = 15.0
# Workbooks shrink to a thirtieth, sheets of equal rows to a hundredth; deflate ends at 1,032. Small members are
# harmless at any ratio.
MAX_RATIO = 200
RATIO_FLOOR = 1_000_000

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
# A field of 32 bits that says: look into the zip64 record (APPNOTE.TXT 4.4.1.4).
_IN_ZIP64 = 0xFFFFFFFF
_ENCRYPTED, _DESCRIPTOR, _UTF8 = 0x1, 0x8, 0x800


class Hostile(Exception):  # noqa: N818 - the domain's word: a finding, not a failure of ours
    """A zip built to hurt or to be read in two ways. `code` is a danger of docs/reasons.md."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Damaged(Exception):  # noqa: N818 - a finding too
    """A zip that is cut off or broken."""


@dataclass(slots=True)
class Budget:
    """What one mail's archives may still unpack to, all together."""

    members: int = MAX_MEMBERS
    total: int = MAX_TOTAL_BYTES
    seconds: float = MAX_SECONDS

    def take_members(self, count: int) -> None:
        """Take so many members. Raises Hostile where that is more than may still come."""
        self.members -= count
        if self.members < 0:
            raise Hostile("archive_too_many_members")

    def take_bytes(self, size: int) -> None:
        """Take the bytes that one member declares. Raises Hostile where that is more than may still come."""
        self.total -= size
        if size > MAX_MEMBER_BYTES or self.total < 0:
            raise Hostile("archive_bomb")


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a zip. `data` is empty where `problem` says why it was not opened: encrypted, method or damaged."""

    name: str
    data: bytes
    problem: str = ""


def members(data: bytes, budget: Budget) -> list[Member]:
    """Return the files of the zip `data` in the order of its directory. Raises Hostile or Damaged."""
    _check_end(data)
    infos = _directory(data)
    budget.take_members(len(infos))
    _check_places(data, infos)
    _check_names(infos)
    return [_member(data, info, budget) for info in infos if not info.is_dir()]


def _check_end(data: bytes) -> None:
    """Refuse a directory that is too big, and a zip64 end record that is not where its locator says."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if at < 0 or at + _END.size > len(data):
        raise Damaged
    _, _, _, _, count, size, offset, _ = _END.unpack_from(data, at)
    if size > MAX_DIRECTORY_BYTES and size != _IN_ZIP64:
        raise Hostile("archive_too_many_members")
    locator = at - _LOCATOR.size
    if locator < 0 or data[locator : locator + 4] != b"PK\x06\x07":
        return
    end64 = _LOCATOR.unpack_from(data, locator)[2]
    if end64 + _END64.size != locator or data[end64 : end64 + 4] != b"PK\x06\x06":
        raise Hostile("archive_inconsistent")
    fields = _END64.unpack_from(data, end64)
    stated = zip((count, size, offset), (0xFFFF, _IN_ZIP64, _IN_ZIP64), fields[7:], strict=True)
    if fields[8] > MAX_DIRECTORY_BYTES or any(value not in (unset, wide) for value, unset, wide in stated):
        raise Hostile("archive_inconsistent")


def _directory(data: bytes) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, struct.error, NotImplementedError) as error:
        raise Damaged from error


def _check_places(data: bytes, infos: list[zipfile.ZipInfo]) -> None:
    """Refuse members that share bytes, and local headers that say something else than the directory."""
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        start = info.header_offset
        if start < end:
            raise Hostile("archive_overlap")
        if start + _LOCAL.size > len(data):
            raise Damaged
        signature, _, flags, method, _, _, crc, packed, size, name_size, extra_size = _LOCAL.unpack_from(data, start)
        if signature != b"PK\x03\x04":
            raise Damaged
        name_at = start + _LOCAL.size
        stated = info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8 else "cp437", "replace")
        if data[name_at : name_at + name_size] != stated or method != info.compress_type:
            raise Hostile("archive_inconsistent")
        numbers = ((crc, info.CRC), (packed, info.compress_size), (size, info.file_size))
        if not flags & _DESCRIPTOR and any(value not in (_IN_ZIP64, central) for value, central in numbers):
            raise Hostile("archive_inconsistent")
        end = name_at + name_size + extra_size + info.compress_size
    if end > len(data):
        raise Damaged


def _check_names(infos: list[zipfile.ZipInfo]) -> None:
    """Refuse two members of one name, links, and names that would lead out of a folder on a disk."""
    names = [_name(info) for info in infos]
    if len(set(names)) != len(names):
        raise Hostile("archive_duplicate_names")
    check_names(names)
    if any(stat.S_ISLNK(info.external_attr >> 16) for info in infos):
        raise Hostile("archive_link")


def check_names(names: Iterable[str]) -> None:
    """Refuse names that would lead out of a folder on a disk."""
    for name in names:
        steps = name.replace("\\", "/").split("/")
        if ".." in steps or steps[0] == "" or (len(steps[0]) > 1 and steps[0][1] == ":"):
            raise Hostile("archive_path")


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's name: UTF-8 where flagged or valid, else windows-1258, else cp437 (domain.md P11)."""
    if info.flag_bits & _UTF8:
        return charsets.clean(info.orig_filename)
    return file_names.from_archive(info.orig_filename.encode("cp437", "replace"))


def _member(data: bytes, info: zipfile.ZipInfo, budget: Budget) -> Member:
    name = _name(info)
    if info.flag_bits & _ENCRYPTED:
        return Member(name, b"", "encrypted")
    size = info.file_size
    budget.take_bytes(size)
    if size > RATIO_FLOOR and size > info.compress_size * MAX_RATIO:
        raise Hostile("archive_bomb")
    name_size, extra_size = struct.unpack_from("<HH", data, info.header_offset + 26)
    start = info.header_offset + _LOCAL.size + name_size + extra_size
    packed = data[start : start + info.compress_size]
    if info.compress_type == zipfile.ZIP_STORED:
        content = packed
    elif info.compress_type == zipfile.ZIP_DEFLATED:
        content = _inflate(packed, size)
    else:
        return Member(name, b"", "method")
    if len(content) > size:
        raise Hostile("archive_bomb")
    return Member(name, content) if zlib.crc32(content) == info.CRC else Member(name, b"", "damaged")


def _inflate(packed: bytes, size: int) -> bytes:
    """Return the member inflated, at most one byte more than it declares."""
    try:
        return zlib.decompressobj(-15).decompress(packed, size + 1)
    except zlib.error:
        return b""
