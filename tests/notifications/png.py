"""Reads the pictures that we draw (PNG, 8 bits, with alpha, not interlaced), as far down as a test looks."""

import struct
import zlib
from dataclasses import dataclass

SIGNATURE = b"\x89PNG\r\n\x1a\n"
PIXEL = 4


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    packed: bytes

    def rows(self, count: int) -> list[bytes]:
        """Return the first `count` rows, four octets a pixel (PNG, third edition, chapter 9: filters)."""
        stride = self.width * PIXEL
        filtered = zlib.decompressobj().decompress(self.packed, count * (stride + 1))
        rows = [bytes(stride)]
        for start in range(0, count * (stride + 1), stride + 1):
            rows.append(_unfiltered(filtered[start], filtered[start + 1 : start + 1 + stride], rows[-1]))
        return rows[1:]


def opened(data: bytes) -> Picture:
    """Return the picture in `data`, each chunk's checksum verified."""
    assert data.startswith(SIGNATURE)
    chunks, at = dict[bytes, bytes](), len(SIGNATURE)
    while at < len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", data, at + 8 + length)[0] == zlib.crc32(name + body)
        chunks[name] = chunks.get(name, b"") + body
        at += 12 + length
    width, height, *form = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert form == [8, 6, 0, 0, 0]
    assert b"IEND" in chunks
    return Picture(width, height, chunks[b"IDAT"])


def _unfiltered(kind: int, row: bytes, above: bytes) -> bytes:
    if kind == 2:
        return bytes((value + up) & 255 for value, up in zip(row, above, strict=True))
    done = bytearray(PIXEL) + row
    over = bytes(PIXEL) + above
    for at in range(PIXEL, len(done)):
        left, up, corner = done[at - PIXEL], over[at], over[at - PIXEL]
        guess = (0, left, up, (left + up) // 2, _nearest(left, up, corner))[kind]
        done[at] = (done[at] + guess) & 255
    return bytes(done[PIXEL:])


def _nearest(left: int, up: int, corner: int) -> int:
    straight = left + up - corner
    return min((left, up, corner), key=lambda value: abs(straight - value))
