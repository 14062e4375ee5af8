"""A backup behind a passphrase: a stream of sealed pieces, each of which says where it stands and whether it is last.

The shape is that of age (age-encryption.org/v1, "Payload"), itself the STREAM construction: 64 KiB a piece under
ChaCha20-Poly1305 (RFC 8439), the nonce an 11-byte counter and one byte that marks the last piece, so that no piece can
be left out, repeated, put elsewhere or cut off at the end. The key is scrypt (RFC 7914) of the passphrase and a salt
of the file's own, which makes each nonce a new one. Nothing that was not verified is handed on.
"""

import hashlib
import io
import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

MAGIC = b"rollcall backup, sealed 1\n"
# One piece, as age has it.
PIECE = 64 * 1024
_TAG = 16
_SALT = 16
# 128 MiB and about half a second a guess (OWASP Password Storage Cheat Sheet: N=2^17, r=8, p=1).
_SCRYPT_COST, _SCRYPT_BLOCK, _SCRYPT_MEMORY = 2**17, 8, 192 * 1024 * 1024
# 12 characters of a password manager or five words: what is guessed at, is guessed at on the thief's own machines.
SHORTEST_PASSPHRASE = 12


class CannotOpenError(Exception):
    """The sealed file is not opened by this passphrase, or is not what was written."""


def _key(passphrase: str, salt: bytes) -> bytes:
    given = passphrase.encode("utf-8")
    return hashlib.scrypt(given, salt=salt, n=_SCRYPT_COST, r=_SCRYPT_BLOCK, p=1, maxmem=_SCRYPT_MEMORY, dklen=32)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


class Sealing(io.RawIOBase):
    """A file to write to; what is written goes sealed into `target`. `close` writes the last piece."""

    def __init__(self, target: BinaryIO, passphrase: str) -> None:
        """Write the head: the mark of such a file, and its salt."""
        self._target, self._left, self._number = target, bytearray(), 0
        salt = os.urandom(_SALT)
        self._cipher = ChaCha20Poly1305(_key(passphrase, salt))
        target.write(MAGIC + salt)

    def writable(self) -> bool:
        """Return that it can be written to."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Seal what makes whole pieces; the last one is kept until it is known whether it is the last."""
        self._left += data
        while len(self._left) > PIECE:
            self._seal(bytes(self._left[:PIECE]), last=False)
            del self._left[:PIECE]
        return len(data)

    def finish(self) -> None:
        """Seal what is left as the last piece."""
        self._seal(bytes(self._left), last=True)

    def _seal(self, piece: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, last=last), piece, None))
        self._number += 1


class Unsealing(io.RawIOBase):
    """A file to read from: what is in the sealed file `source`, each piece verified before it is handed on."""

    def __init__(self, source: BinaryIO, passphrase: str) -> None:
        """Read the head. Raises CannotOpenError where it is no such file."""
        self._source, self._ready, self._number, self._is_done = source, b"", 0, False
        head = source.read(len(MAGIC) + _SALT)
        if not head.startswith(MAGIC) or len(head) < len(MAGIC) + _SALT:
            raise CannotOpenError("it is no sealed backup")
        self._cipher = ChaCha20Poly1305(_key(passphrase, head[len(MAGIC) :]))
        self._next = source.read(PIECE + _TAG)

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill a buffer. Raises CannotOpenError at the first piece that is not what was written."""
        if not self._ready and not self._is_done:
            self._ready = self._open()
        taken = self._ready[: len(buffer)]
        buffer[: len(taken)] = taken
        self._ready = self._ready[len(taken) :]
        return len(taken)

    def _open(self) -> bytes:
        piece, self._next = self._next, self._source.read(PIECE + _TAG)
        self._is_done = not self._next
        try:
            opened = self._cipher.decrypt(_nonce(self._number, last=self._is_done), piece, None)
        except InvalidTag:
            why = (
                "the passphrase is another one, or the file was changed"
                if self._number == 0
                else "it was changed or cut"
            )
            raise CannotOpenError(why) from None
        self._number += 1
        return opened
