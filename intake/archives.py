"""An archive of any kind becomes its files, within the limits of one mail. In memory only; names are never paths.

Zips are read by our own code (zip_files), which looks closer than any program; rar, 7z and the rest, and what zip_files
cannot inflate, by 7zz (seven_zip), which lists first and unpacks only what the listing allows.
"""

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from intake import file_names, limited_program, part_remarks, seven_zip, tnef_files, zip_files, zip_volumes
from intake.zip_files import Budget, Damaged, Hostile, Member

# How pieces of a cut archive are called: by WinRAR now and before, by WinZip, by 7-Zip.
_PIECE = re.compile(r"\.(?:part\d{1,5}\.rar|r\d\d|z\d\d|\d{3})$", re.IGNORECASE)
# RAR 3.93 technote: the flags of the archive header, which follows the marker of 7 bytes.
_RAR4_FLAGS = slice(10, 12)
_RAR4_VOLUME, _RAR4_PASSWORD = 0x1, 0x80
# RAR 5.0 technote: header types, the flags of every header, and one of the archive's.
_RAR5_MAIN, _RAR5_ENCRYPTION = 1, 4
_RAR5_EXTRA, _RAR5_DATA, _RAR5_VOLUME = 0x1, 0x2, 0x1


class Closed(Exception):  # noqa: N818 - the domain's word: a finding, not a failure of ours
    """An archive that cannot be opened though nothing is hostile. `why` is one of intake.part_remarks."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def members(kind: str, data: bytes, name: str, budget: Budget, program: seven_zip.Program | None) -> list[Member]:
    """Return the files of an archive in the order of its directory. Raises Hostile, Closed or Damaged.

    `kind` is what its content is (forms.kinds), `program` what opens those that are no zip. `name` is the archive's: it
    names the one file of a compressed stream, and tells a piece of a cut archive from a damaged one.
    """
    if kind == "tnef":
        return tnef_files.members(data, budget)
    if _is_piece(kind, data, name):
        raise Closed(part_remarks.VOLUMES)
    if kind == "zip":
        found = zip_files.members(data, budget)
        return (
            found if all(member.problem != "method" for member in found) else _completed(found, data, budget, program)
        )
    if kind == "rar" and _has_secret_names(data):
        raise Closed(part_remarks.PASSWORD)
    with _within_time(budget) as seconds:
        return _opened(kind, data, name, budget, _able(program, data), seconds)


def is_lone_piece(name: str, data: bytes) -> bool:
    """Say whether a file that is nothing by its content is a further piece of a cut archive."""
    return _PIECE.search(name) is not None or zip_volumes.is_last(data)


def _is_piece(kind: str, data: bytes, name: str) -> bool:
    if kind == "rar":
        return _is_rar_volume(data)
    if kind == "zip":
        return (
            zip_volumes.is_first(data)
            or zip_volumes.is_last(data)
            or (_PIECE.search(name) is not None and not zip_volumes.has_end(data))
        )
    return kind == "7z" and _PIECE.search(name) is not None and _is_cut_7z(data)


def _is_cut_7z(data: bytes) -> bool:
    """Say whether a 7z ends before its directory (7zFormat.txt: offset and size of the header at 12 and 20)."""
    offset, size = int.from_bytes(data[12:20], "little"), int.from_bytes(data[20:28], "little")
    return 32 + offset + size > len(data)


def _is_rar_volume(data: bytes) -> bool:
    if data.startswith(b"Rar!\x1a\x07\x00"):
        return bool(int.from_bytes(data[_RAR4_FLAGS], "little") & _RAR4_VOLUME)
    kind, flags = _rar5_main(data)
    return kind == _RAR5_MAIN and bool(flags & _RAR5_VOLUME)


def _has_secret_names(data: bytes) -> bool:
    if data.startswith(b"Rar!\x1a\x07\x00"):
        return bool(int.from_bytes(data[_RAR4_FLAGS], "little") & _RAR4_PASSWORD)
    return _rar5_main(data)[0] == _RAR5_ENCRYPTION


def _rar5_main(data: bytes) -> tuple[int, int]:
    """Return the type of the first header of a RAR 5 and, of an archive header, the archive's flags."""
    numbers = _numbers(data[12:64])
    next(numbers)  # the header's size
    kind, flags = next(numbers), next(numbers)
    for flag in (_RAR5_EXTRA, _RAR5_DATA):
        if flags & flag:
            next(numbers)
    return kind, next(numbers)


def _numbers(data: bytes) -> Iterator[int]:
    """Yield the numbers of variable length at the beginning of `data`, noughts behind its end."""
    number = shift = 0
    for byte in data:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:  # noqa: PLR2004 - the highest bit says that more follows
            yield number
            number = shift = 0
    while True:
        yield 0


def _able(program: seven_zip.Program | None, data: bytes) -> seven_zip.Program:
    if program is None or not program.can_open(data):
        raise Closed(part_remarks.NO_PROGRAM)
    return program


@contextmanager
def _within_time(budget: Budget) -> Iterator[float]:
    """Yield the seconds that are left for the mail's archives; turn what 7zz met with into findings."""
    if budget.seconds <= 0:
        raise Hostile("archive_bomb")
    began = time.monotonic()
    try:
        yield budget.seconds
    except limited_program.TooSlowError as error:
        raise Hostile("archive_bomb") from error
    except limited_program.NotRunError as error:
        raise Closed(part_remarks.NO_PROGRAM) from error
    except seven_zip.PasswordError as error:
        raise Closed(part_remarks.PASSWORD) from error
    except seven_zip.NotAnArchiveError as error:
        raise Damaged from error
    except seven_zip.TooMuchError as error:
        raise Closed(part_remarks.TOO_DEMANDING) from error
    finally:
        budget.seconds -= time.monotonic() - began


def _opened(
    kind: str, data: bytes, name: str, budget: Budget, program: seven_zip.Program, seconds: float
) -> list[Member]:
    if kind == "gz":
        return [_stream(data, name, budget, program, seconds)]
    entries = seven_zip.entries(program, data, seconds)
    _check(entries, budget)
    files = [entry for entry in entries if not entry.is_folder]
    if any(entry.is_split for entry in files):
        raise Closed(part_remarks.VOLUMES)
    if any(entry.is_encrypted for entry in files):
        # The others as well: in a solid archive they cannot be told apart from what is encrypted.
        return [Member(entry.name, b"", "encrypted") for entry in files]
    _take_sizes(files, len(data), budget)
    taken = seven_zip.unpack(program, data, files, seconds) if files else seven_zip.Unpacked(())
    if taken.is_more:
        raise Hostile("archive_bomb")
    return [
        Member(entry.name, b"", "damaged") if content is None else Member(entry.name, content)
        for entry, content in zip(files, taken.members, strict=True)
    ]


def _check(entries: Sequence[seven_zip.Entry], budget: Budget) -> None:
    """Refuse too many members, links, names that lead out, and two of one name."""
    budget.take_members(len(entries))
    names = [entry.name for entry in entries if not entry.is_folder]
    zip_files.check_names([entry.name for entry in entries])
    if len(set(names)) != len(names):
        raise Hostile("archive_duplicate_names")
    if any(entry.is_link for entry in entries):
        raise Hostile("archive_link")


def _take_sizes(wanted: Sequence[seven_zip.Entry], packed: int, budget: Budget) -> None:
    """Take the sizes that an archive of `packed` bytes declares from the budget. Raises Hostile where they are too big.

    Members of a solid archive are packed together, so the ratio is that of the whole.
    """
    sizes = [entry.size or 0 for entry in wanted]
    for size in sizes:
        budget.take_bytes(size)
    if sum(sizes) > max(zip_files.RATIO_FLOOR, packed * zip_files.MAX_RATIO):
        raise Hostile("archive_bomb")


def _stream(data: bytes, name: str, budget: Budget, program: seven_zip.Program, seconds: float) -> Member:
    """Return the one file of a gz, bz2, xz or zst, named as it is without the extension."""
    budget.take_members(1)
    most = min(zip_files.MAX_MEMBER_BYTES, budget.total, max(zip_files.RATIO_FLOOR, len(data) * zip_files.MAX_RATIO))
    taken = seven_zip.unpack_stream(program, data, most, seconds)
    if taken.is_more:
        raise Hostile("archive_bomb")
    content = taken.members[0]
    budget.take_bytes(len(content or b""))
    inner = name.rpartition(".")[0] or name
    inner = f"{inner}.tar" if file_names.extension(name) == "tgz" else inner
    return Member(inner, content) if content is not None else Member(inner, b"", "damaged")


def _completed(found: Sequence[Member], data: bytes, budget: Budget, program: seven_zip.Program | None) -> list[Member]:
    """Return a zip's members, those of methods that zip_files does not know unpacked by 7zz, where it can be."""
    if program is None or not program.can_open(data):
        return list(found)
    with _within_time(budget) as seconds:
        files = [entry for entry in seven_zip.entries(program, data, seconds) if not entry.is_folder]
        if len(files) != len(found) or any(entry.is_encrypted or entry.is_link for entry in files):
            return list(found)
        _take_sizes(files, len(data), budget)
        taken = seven_zip.unpack(program, data, files, seconds)
    if taken.is_more:
        raise Hostile("archive_bomb")
    return [
        replace(member, data=content, problem="") if member.problem == "method" and content is not None else member
        for member, content in zip(found, taken.members, strict=True)
    ]
