"""Workbooks with a password, opened with Excel's own or with one that the form knows ([MS-OFFCRYPTO]; [MS-XLS] 2.2.10).

Excel encrypts with "VelvetSweatshop" what a person only protected against changes: [MS-XLS] 2.4.191. What this costs
is bounded before anything is derived from a password.
"""

import io
import re
import struct
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from xml.parsers.expat import ExpatError

import msoffcrypto
import olefile
from msoffcrypto import exceptions
from msoffcrypto.format import common
from msoffcrypto.method.rc4 import DocumentRC4
from msoffcrypto.method.rc4_cryptoapi import DocumentRC4CryptoAPI
from msoffcrypto.method.xor_obfuscation import DocumentXOR

from forms import consistency

DEFAULT_PASSWORD = "VelvetSweatshop"  # noqa: S105 - known to everybody
SIZE_MOST = 16 * 1024 * 1024
"""Bytes of a workbook that is decrypted, which holds it in memory four times; a filled form has 25 KB."""
ROUNDS_MOST = 200_000
"""Rounds of hashing for a key: Excel, WPS and LibreOffice take 100,000, [MS-OFFCRYPTO] 2.3.4.10 allows 10,000,000."""
_INFO_MOST = 16 * 1024
"""Bytes of the description of an encryption; Excel's has 1,500."""
_XOR_PASSWORD_MOST = 15
_SPIN = re.compile(rb"""spinCount\s{0,9}=\s{0,9}["']([0-9]{1,8})["']""")
_AGILE = (4, 4)
_RECORD = struct.Struct("<HH")
_FILEPASS, _BOUNDSHEET = 0x002F, 0x0085
# BOF, FilePass, UsrExcl, FileLock, InterfaceHdr, RRDInfo, RRDHead: never encrypted ([MS-XLS] 2.2.10).
_PLAIN_RECORDS = frozenset((0x0809, 0x002F, 0x0194, 0x0195, 0x00E1, 0x0196, 0x0138))
_XOR, _RC4 = 0, 1
_XOR_FILEPASS_OLD = 4  # bytes, in Excel 5 and 95, which know one way only
_ROTATED = bytes((byte >> 5 | byte << 3) & 0xFF for byte in range(256))

_ERRORS = (
    exceptions.FileFormatError, exceptions.ParseError, exceptions.DecryptionError, struct.error, ValueError, KeyError,
    IndexError, TypeError, AttributeError, OSError, EOFError, AssertionError, OverflowError, NotImplementedError,
    RecursionError, ExpatError,
)  # fmt: skip


def open_package(data: bytes, passwords: Sequence[str]) -> tuple[bytes, str] | None:
    """Return the package inside an encrypted one (xlsx, xlsb), and the password; None where none of them fits."""
    return _open(data, passwords, _decrypt_package)


def open_xls(data: bytes, passwords: Sequence[str]) -> tuple[bytes, str] | None:
    """Return the records of an encrypted xls, without the compound file around them, and the password; None else."""
    return _open(data, passwords, _decrypt_xls)


def _open(
    data: bytes, passwords: Sequence[str], decrypt: Callable[[Any, bytes, str], bytes | None]
) -> tuple[bytes, str] | None:
    if len(data) > SIZE_MOST:
        return None
    try:
        ole = olefile.OleFileIO(io.BytesIO(data))
        for password in (DEFAULT_PASSWORD, *passwords[: consistency.PASSWORDS_MOST]):
            opened = decrypt(ole, data, password)
            if opened is not None:
                return opened, password
    except _ERRORS:
        # A description that cannot be understood opens with no password.
        return None
    return None


def _decrypt_package(ole: Any, data: bytes, password: str) -> bytes | None:
    with ole.openstream("EncryptionInfo") as stream:
        info = stream.read(_INFO_MOST + 1)
    if not _is_harmless(info):
        return None
    file = msoffcrypto.OfficeFile(io.BytesIO(data))
    try:
        file.load_key(password=password, verify_password=True)
    except exceptions.InvalidKeyError:
        return None
    opened = io.BytesIO()
    file.decrypt(opened)
    return opened.getvalue()


def _is_harmless(info: bytes) -> bool:
    """Say whether what describes the encryption costs no more than Excel's own; its XML is in plain UTF-8."""
    if len(info) > _INFO_MOST:
        return False
    if _RECORD.unpack_from(info) != _AGILE:
        return True  # its rounds are fixed
    xml = info[8:]
    if b"<!" in xml or b"\0" in xml or b"encoding" in xml.split(b"?>", 1)[0].lower().replace(b'encoding="utf-8"', b""):
        return False
    return all(int(match[1]) <= ROUNDS_MOST for match in _SPIN.finditer(xml))


def _decrypt_xls(ole: Any, _data: bytes, password: str) -> bytes | None:
    name = next((name for name in ("Workbook", "Book") if ole.exists(name)), "")
    with ole.openstream(name) as stream:
        records = stream.read()
    filepass = next(records[at : at + size] for kind, at, size in _records(records) if kind == _FILEPASS)
    key = _xls_key(filepass, password)
    return None if key is None else _with_plain_parts(records, key(records))


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield kind, place of the content, and its size, for every record of a stream."""
    at = 0
    while at + _RECORD.size <= len(stream):
        kind, size = _RECORD.unpack_from(stream, at)
        at += _RECORD.size
        yield kind, at, min(size, len(stream) - at)
        at += size


def _xls_key(filepass: bytes, password: str) -> Callable[[bytes], bytes] | None:
    """Return what decrypts a whole stream; None where the password is another."""
    kind = _XOR if len(filepass) == _XOR_FILEPASS_OLD else int.from_bytes(filepass[:2], "little")
    if kind == _XOR:
        return _xor_key(filepass[-4:], password)
    version = _RECORD.unpack_from(filepass, 2)
    described = io.BytesIO(filepass[6:])
    if version == (1, 1):
        salt, verifier, verified = described.read(16), described.read(16), described.read(16)
        if not DocumentRC4.verifypw(password, salt, verifier, verified):
            return None
        return lambda stream: bytes(DocumentRC4.decrypt(password, salt, io.BytesIO(stream), blocksize=1024).read())
    info = common._parse_header_RC4CryptoAPI(described)  # noqa: SLF001 - the one way to the library's own reading
    size = info["keySize"]
    if not DocumentRC4CryptoAPI.verifypw(
        password, info["salt"], size, info["encryptedVerifier"], info["encryptedVerifierHash"]
    ):
        return None
    return lambda stream: bytes(
        DocumentRC4CryptoAPI.decrypt(password, info["salt"], size, io.BytesIO(stream), blocksize=1024).read()
    )


def _xor_key(filepass: bytes, password: str) -> Callable[[bytes], bytes] | None:
    _, verifier = _RECORD.unpack(filepass)
    if len(password) > _XOR_PASSWORD_MOST or not password.isascii():
        return None
    if not DocumentXOR.verifypw(password, verifier):
        return None
    # Sixteen bytes, twice, so that any sixteen in a row can be taken from them.
    array = bytes(DocumentXOR.create_xor_array_method1(password)) * 2

    def decrypt(stream: bytes) -> bytes:
        opened = bytearray(stream)
        for _, at, size in _records(stream):
            start = (at + size) % 16
            mask = (array[start : start + 16] * (size // 16 + 1))[:size]
            mixed = int.from_bytes(stream[at : at + size], "little") ^ int.from_bytes(mask, "little")
            opened[at : at + size] = mixed.to_bytes(size, "little").translate(_ROTATED)
        return bytes(opened)

    return decrypt


def _with_plain_parts(stream: bytes, opened: bytes) -> bytes:
    """Return the decrypted stream with what was never encrypted as it was, and without the mark of a password."""
    result = bytearray(opened)
    for kind, at, size in _records(stream):
        head = at - _RECORD.size
        result[head:at] = stream[head:at] if kind != _FILEPASS else _RECORD.pack(0, size)
        if kind == _FILEPASS:
            result[at : at + size] = bytes(size)
        elif kind in _PLAIN_RECORDS:
            result[at : at + size] = stream[at : at + size]
        elif kind == _BOUNDSHEET:
            result[at : at + 4] = stream[at : at + 4]
    return bytes(result)
