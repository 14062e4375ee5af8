"""A zip package whose members are not compressed: what a parser is handed once the members were unpacked and checked.

The standard library's writer takes six times as long, most of it for times, comments and places that nobody reads.
APPNOTE.TXT 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (its end).
"""

import struct
from dataclasses import dataclass, field

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION, _STORED = 20, 0
_FIRST_DAY = 0x21  # 1 January 1980, the first date that the format knows


@dataclass(slots=True)
class StoredZip:
    """A package in the making; `bytes` gives it."""

    _parts: list[bytes] = field(default_factory=list)
    _directory: list[bytes] = field(default_factory=list)
    _size: int = 0

    def add(self, name: bytes, flags: int, content: bytes, crc: int) -> None:
        """Add a member; `flags` say how its name is encoded, `crc` is the CRC-32 of its content."""
        size = len(content)
        header = _VERSION, flags, _STORED, 0, _FIRST_DAY, crc, size, size, len(name), 0
        self._directory += [_CENTRAL.pack(b"PK\x01\x02", _VERSION, *header, 0, 0, 0, 0, self._size), name]
        local = _LOCAL.pack(b"PK\x03\x04", *header)
        self._parts += [local, name, content]
        self._size += len(local) + len(name) + size

    def __bytes__(self) -> bytes:
        count, size = len(self._directory) // 2, sum(map(len, self._directory))
        end = _END.pack(b"PK\x05\x06", 0, 0, count, count, size, self._size, 0)
        return b"".join([*self._parts, *self._directory, end])
