"""RAR archives for tests, version 4 and 5, by the technical notes that come with RAR; contents are stored.

What is encrypted is noise: nothing that reads it has the password.
"""

import random
import struct
import zlib
from collections.abc import Sequence

RAR4 = b"Rar!\x1a\x07\x00"
RAR5 = b"Rar!\x1a\x07\x01\x00"
# Archive flags of version 4: volume, solid, new names of volumes, encrypted headers, first volume.
VOLUME, SOLID, NEW_NAMES, SECRET_NAMES, FIRST_VOLUME = 0x1, 0x8, 0x10, 0x80, 0x100
# File flags of version 4.
FROM_VOLUME, TO_VOLUME, ENCRYPTED, SOLID_FILE, UNICODE, SALTED, DIRECTORY = 0x1, 0x2, 0x4, 0x10, 0x200, 0x400, 0xE0
# Of version 5: header flags, file flags, types of extra records, kinds of redirection.
FROM_VOLUME5, TO_VOLUME5 = 0x8, 0x10
IS_DIRECTORY, HAS_TIME, HAS_CHECKSUM = 0x1, 0x2, 0x4
ENCRYPTION, REDIRECTION = 1, 5
SYMLINK, HARD_LINK = 1, 4
UNIX, WINDOWS = 3, 2
A_FILE, A_LINK, A_FOLDER = 0o100644, 0o120777, 0o40755


def noise(size: int) -> bytes:
    """Return bytes that look encrypted, the same every time."""
    return random.Random(size).randbytes(size)


def block4(kind: int, flags: int, body: bytes, data: bytes = b"") -> bytes:
    """Return a block of version 4 with the data behind it."""
    head = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head + data


def file4(
    name: bytes, data: bytes, flags: int = 0, *, attributes: int = A_FILE, checksum: int | None = None, size: int = -1
) -> bytes:
    """Return a file of version 4; `size` and `checksum` are what it claims."""
    size = len(data) if size < 0 else size
    checksum = zlib.crc32(data) if checksum is None else checksum
    body = struct.pack("<IIBII", len(data), size, UNIX, checksum, 0x4EE10000)
    body += struct.pack("<BBHI", 29, 0x30, len(name), attributes) + name
    body += noise(8) if flags & SALTED else b""
    return block4(0x74, 0x8000 | flags, body, data)


def rar4(files: Sequence[bytes], flags: int = 0) -> bytes:
    """Return an archive of version 4 of such files."""
    return RAR4 + block4(0x73, flags, bytes(6)) + b"".join(files) + block4(0x7B, 0x4000, b"")


def rar4_with_secret_names() -> bytes:
    """Return an archive of version 4 whose headers are encrypted."""
    return RAR4 + block4(0x73, SECRET_NAMES, bytes(6)) + noise(400)


def number(value: int) -> bytes:
    """Return a number of variable length: seven bits a byte, the eighth says that more follow."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def block5(kind: int, flags: int, body: bytes, extra: bytes = b"", data: bytes | None = None) -> bytes:
    """Return a block of version 5 with the data behind it."""
    flags |= (1 if extra else 0) | (2 if data is not None else 0)
    head = number(kind) + number(flags)
    head += number(len(extra)) if extra else b""
    head += number(len(data)) if data is not None else b""
    head += body + extra
    head = number(len(head)) + head
    return struct.pack("<I", zlib.crc32(head)) + head + (data or b"")


def record(kind: int, body: bytes) -> bytes:
    """Return a record of a block's extra area."""
    return number(1 + len(body)) + number(kind) + body


def file5(
    name: bytes,
    data: bytes,
    flags: int = 0,
    *,
    attributes: int = A_FILE,
    extra: bytes = b"",
    checksum: int | None = None,
    size: int = -1,
) -> bytes:
    """Return a file of version 5; `size` and `checksum` are what it claims."""
    size = len(data) if size < 0 else size
    checksum = zlib.crc32(data) if checksum is None else checksum
    kind = HAS_CHECKSUM | (IS_DIRECTORY if attributes == A_FOLDER else 0)
    body = number(kind) + number(size) + number(attributes) + struct.pack("<I", checksum)
    body += number(0) + number(1) + number(len(name)) + name
    return block5(2, flags, body, extra, data)


def rar5(files: Sequence[bytes], *, volume: int = -1) -> bytes:
    """Return an archive of version 5 of such files; as a volume, where a number from 0 on is given."""
    flags = (1 if volume >= 0 else 0) | (2 if volume > 0 else 0)
    main = block5(1, 0, number(flags) + (number(volume) if volume > 0 else b""))
    return RAR5 + main + b"".join(files) + block5(5, 0, number(0))


def encryption() -> bytes:
    """Return the record that says that a file of version 5 is encrypted."""
    return record(ENCRYPTION, number(0) + number(0) + b"\x0f" + noise(32))


def redirection(kind: int, target: bytes) -> bytes:
    """Return the record that makes a file of version 5 a link."""
    return record(REDIRECTION, number(kind) + number(0) + number(len(target)) + target)


def rar5_with_secret_names() -> bytes:
    """Return an archive of version 5 whose headers are encrypted."""
    return RAR5 + block5(4, 0, number(0) + number(0) + b"\x0f" + noise(16)) + noise(400)
