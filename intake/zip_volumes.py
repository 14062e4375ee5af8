"""Whether a zip is one piece of a zip that was cut into several (APPNOTE.TXT 8). Those are not put together."""

import struct

_END = struct.Struct("<4s4H2LH")
_END_MARK = b"PK\x05\x06"
# APPNOTE.TXT 4.3.16: 22 bytes and a comment of at most 65,535.
_END_WITHIN = 22 + 65_535
# What stands instead of a disk number in a zip64 (APPNOTE.TXT 4.4.1.4).
_IN_ZIP64 = 0xFFFF


def is_first(data: bytes) -> bool:
    """Say whether a zip begins with the mark of a cut one (APPNOTE.TXT 8.5.5)."""
    return data.startswith(b"PK\x07\x08")


def is_last(data: bytes) -> bool:
    """Say whether the end of a zip's directory stands on a disk that is not the first."""
    at = _end(data)
    return at >= 0 and _END.unpack_from(data, at)[1] not in (0, _IN_ZIP64)


def has_end(data: bytes) -> bool:
    """Say whether a zip has the end of its directory."""
    return _end(data) >= 0


def _end(data: bytes) -> int:
    at = data.rfind(_END_MARK, max(0, len(data) - _END_WITHIN))
    return at if at >= 0 and at + _END.size <= len(data) else -1
