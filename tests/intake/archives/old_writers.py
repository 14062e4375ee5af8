"""Archives of programs of long ago, stored: LZH, CAB and ARJ, by their published formats."""

import binascii
import struct
import zlib

_TIME = 0x4EE10000


def lzh(name: bytes, data: bytes) -> bytes:
    """Return an LZH with one file (header of level 0, method -lh0-)."""
    checksum = _crc16(data)
    body = b"-lh0-" + struct.pack("<IIIBBB", len(data), len(data), _TIME, 0x20, 0, len(name)) + name
    body += struct.pack("<H", checksum)
    return bytes([len(body), sum(body) & 0xFF]) + body + data + b"\0"


def _crc16(data: bytes) -> int:
    """Return the CRC-16 of ARC, bits turned round."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


def cab(name: bytes, data: bytes) -> bytes:
    """Return a CAB with one file ([MS-CAB] 2, no compression)."""
    blocks = [data[at : at + 0x8000] for at in range(0, len(data), 0x8000)]
    file = struct.pack("<IIHHHH", len(data), 0, 0, 0x4EE1, 0, 0x20) + name + b"\0"
    start = 36 + 8 + len(file)
    content = b"".join(struct.pack("<IHH", 0, len(block), len(block)) + block for block in blocks)
    head = struct.pack("<4sIIIIIBBHHHHH", b"MSCF", 0, start + len(content), 0, 44, 0, 3, 1, 1, 1, 0, 0, 0)
    return head + struct.pack("<IHH", start, len(blocks), 0) + file + content


def arj(name: bytes, data: bytes) -> bytes:
    """Return an ARJ with one file (method 0)."""
    archive = _arj_header(2, b"BC.ARJ", 0, 0)
    return archive + _arj_header(0, name, len(data), zlib.crc32(data)) + data + b"\x60\xea\0\0"


def _arj_header(kind: int, name: bytes, size: int, checksum: int) -> bytes:
    basic = struct.pack("<BBBBBBBBIIIIHHH", 30, 11, 1, 0, 0, 0, kind, 0, _TIME, size, size, checksum, 0, 0x20, 0)
    basic += name + b"\0\0"
    return struct.pack("<HH", 0xEA60, len(basic)) + basic + struct.pack("<IH", binascii.crc32(basic), 0)
