"""A RAR archive and a winmail.dat, as units send them: written by the published formats, nothing compressed in them."""

import struct
import zlib
from collections.abc import Sequence

# RAR 3.93 technote: the marker, and the types of the headers that are needed here.
_MARKER = b"Rar!\x1a\x07\x00"
_ARCHIVE, _FILE, _END = 0x73, 0x74, 0x7B
_HAS_DATA, _UNICODE_NAME, _SKIPPED_IF_UNKNOWN = 0x8000, 0x0200, 0x4000
_STORED, _WINDOWS, _VERSION, _ARCHIVED = 0x30, 2, 20, 0x20
# 1 July 2019 in the time of DOS.
_WRITTEN = (39 << 25) | (7 << 21) | (1 << 16)

# [MS-OXTNEF] 2.1.3.2: tags of the attributes, type and name.
_SIGNATURE, _KEY = 0x223E9F78, 1
_VERSION_TAG, _CODE_PAGE_TAG, _BODY_TAG = 0x00089006, 0x00069007, 0x0002800C
_BEGIN_TAG, _TITLE_TAG, _DATA_TAG = 0x00069002, 0x00018010, 0x0006800F
_VIETNAMESE = 1258


def rar(members: Sequence[tuple[str, bytes]]) -> bytes:
    """Return a RAR 4 archive of (name, content), stored."""
    files = [_rar_file(name.encode(), content) for name, content in members]
    return b"".join((_MARKER, _rar_block(_ARCHIVE, 0, bytes(6)), *files, _rar_block(_END, _SKIPPED_IF_UNKNOWN, b"")))


def _rar_file(name: bytes, content: bytes) -> bytes:
    size, checksum = len(content), zlib.crc32(content)
    body = struct.pack("<IIBII", size, size, _WINDOWS, checksum, _WRITTEN)
    body += struct.pack("<BBHI", _VERSION, _STORED, len(name), _ARCHIVED) + name
    return _rar_block(_FILE, _HAS_DATA | _UNICODE_NAME, body) + content


def _rar_block(kind: int, flags: int, body: bytes) -> bytes:
    block = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(block) & 0xFFFF) + block


def winmail(text: str, files: Sequence[tuple[str, bytes]]) -> bytes:
    """Return a winmail.dat with the words of the mail and (name, content) of its files."""
    attributes = [
        _attribute(1, _VERSION_TAG, struct.pack("<I", 0x10000)),
        _attribute(1, _CODE_PAGE_TAG, struct.pack("<II", _VIETNAMESE, 0)),
        _attribute(1, _BODY_TAG, text.encode() + b"\0"),
    ]
    for name, content in files:
        attributes += [
            _attribute(2, _BEGIN_TAG, bytes(14)),
            _attribute(2, _TITLE_TAG, name.encode() + b"\0"),
            _attribute(2, _DATA_TAG, content),
        ]
    return struct.pack("<IH", _SIGNATURE, _KEY) + b"".join(attributes)


def _attribute(level: int, tag: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, tag, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)
