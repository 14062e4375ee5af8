"""Whether a compound file may be handed to calamine, which follows chains and believes lengths without end ([MS-CFB]).

Asked of an .xls that xlrd could not read. A chain that comes back to itself, or a length beyond the file, costs the
process: calamine asks for the memory at once, and a refusal of it cannot be caught.
"""

import struct
from collections.abc import Iterator

_HEADER = 512
# Below these stand sectors; above, what says free, end of chain, FAT and DIFAT ([MS-CFB] 2.1).
_SECTORS_MOST = 0xFFFFFFFA
_ENTRY, _LENGTH_AT, _START_AT, _KIND_AT = 128, 120, 116, 66
_STREAM, _ROOT = 2, 5
_IN_HEADER_MOST = 109
_SHARED_STRINGS = 0x00FC
# A shared string has a length and flags at least ([MS-XLS] 2.5.293).
_STRING_LEAST = 3
_MINI_MOST = 4096
# FORMULA, MULRK, LABELSST, NUMBER, LABEL, BOOLERR, RK ([MS-XLS] 2.3.1): each begins with its row and its column.
_CELLS = frozenset({0x0006, 0x00BD, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E})
# Cells of the rectangle that calamine allocates, as forms.package.Limits has it.
_AREA_MOST = 4_000_000


class _Endless(Exception):  # noqa: N818 - a finding, as forms.package.Unreadable
    """A chain that never ends, or a length beyond the file."""


def is_bounded(data: bytes) -> bool:
    """Say whether every chain of the compound file `data` ends, and nothing in it claims more than is there."""
    try:
        _look(data)
    except (_Endless, struct.error, IndexError):
        return False
    return True


def _look(data: bytes) -> None:
    shift = struct.unpack_from("<H", data, 30)[0]
    if shift not in (9, 12):
        raise _Endless
    size = 1 << shift
    counts = struct.unpack_from("<II16xI4xI", data, 40)
    if any(count * size > len(data) for count in counts):
        raise _Endless
    table = _table(data, size)
    directory = b"".join(_sectors(data, size, _chain(table, struct.unpack_from("<I", data, 48)[0])))
    small = b"".join(_sectors(data, size, _chain(table, struct.unpack_from("<I", data, 60)[0])))
    small_table = struct.unpack(f"<{len(small) // 4}I", small[: len(small) // 4 * 4])
    for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        _look_at_entry(data, size, directory[at : at + _ENTRY], table, small_table)


def _table(data: bytes, size: int) -> tuple[int, ...]:
    """Return the FAT: of each sector, the one that follows it."""
    listed = list(struct.unpack_from(f"<{_IN_HEADER_MOST}I", data, 76))
    following, seen = struct.unpack_from("<I", data, 68)[0], 0
    while following < _SECTORS_MOST:
        sector = data[(following + 1) * size : (following + 2) * size]
        *more, following = struct.unpack(f"<{size // 4}I", sector)
        listed += more
        seen += 1
        if seen * size > len(data):
            raise _Endless
    joined = b"".join(_sectors(data, size, (each for each in listed if each < _SECTORS_MOST)))
    return struct.unpack(f"<{len(joined) // 4}I", joined[: len(joined) // 4 * 4])


def _chain(table: tuple[int, ...], sector: int) -> Iterator[int]:
    """Yield the sectors of a chain. Raises _Endless where it is longer than there are sectors."""
    seen = 0
    while sector < _SECTORS_MOST:
        yield sector
        seen += 1
        if seen > len(table):
            raise _Endless
        if sector >= len(table):
            return
        sector = table[sector]


def _sectors(data: bytes, size: int, chain: Iterator[int]) -> Iterator[bytes]:
    return (data[(sector + 1) * size : (sector + 2) * size] for sector in chain)


def _look_at_entry(data: bytes, size: int, entry: bytes, table: tuple[int, ...], small_table: tuple[int, ...]) -> None:
    kind, start = entry[_KIND_AT], struct.unpack_from("<I", entry, _START_AT)[0]
    length = struct.unpack_from("<I" if size == _HEADER else "<Q", entry, _LENGTH_AT)[0]
    if length > len(data):
        raise _Endless
    if kind == _STREAM and length < _MINI_MOST:
        for _ in _chain(small_table, start):
            pass
    elif kind in (_STREAM, _ROOT):
        _look_at_records(b"".join(_sectors(data, size, _chain(table, start))), len(data))


def _look_at_records(stream: bytes, most: int) -> None:
    """Refuse more shared strings than the file has room for, and cells so far apart that calamine fills memory."""
    at = last_row = last_column = 0
    while at + 8 <= len(stream):
        kind, size, row, column = struct.unpack_from("<HHHH", stream, at)
        if kind in _CELLS:
            last_row, last_column = max(last_row, row), max(last_column, column)
            if (last_row + 1) * (last_column + 1) > _AREA_MOST:
                raise _Endless
        if kind == _SHARED_STRINGS and struct.unpack_from("<I", stream, at + 8)[0] * _STRING_LEAST > most:
            raise _Endless
        at += 4 + size
