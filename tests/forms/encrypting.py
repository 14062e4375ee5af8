"""Workbooks encrypted in every way that Excel has known ([MS-OFFCRYPTO] 2.3), for tests."""

import hashlib
import io
import struct

import msoffcrypto
import olefile
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from msoffcrypto.format.ooxml import OOXMLFile
from msoffcrypto.method.ecma376_standard import ECMA376Standard
from msoffcrypto.method.rc4 import DocumentRC4
from msoffcrypto.method.rc4_cryptoapi import DocumentRC4CryptoAPI
from msoffcrypto.method.xor_obfuscation import DocumentXOR

from service.demo import sample_xls

SALT = bytes(range(16))
VERIFIER = bytes(range(16, 32))
PLAIN = (0x0809, 0x002F, 0x00E1)


def agile(package: bytes, password: str) -> bytes:
    """As Excel 2010 and later."""
    written = io.BytesIO()
    OOXMLFile(io.BytesIO(package)).encrypt(password, written)
    assert msoffcrypto.OfficeFile(io.BytesIO(written.getvalue())).is_encrypted()
    return written.getvalue()


def standard(package: bytes, password: str) -> bytes:
    """As Excel 2007: AES-128, 50,000 rounds of SHA-1."""
    key = ECMA376Standard.makekey_from_password(password, 0x660E, 0x8004, 0x18, 128, 16, SALT)

    def encrypt(plain: bytes) -> bytes:
        cipher = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
        return cipher.update(plain + bytes(-len(plain) % 16)) + cipher.finalize()

    provider = "Microsoft Enhanced RSA and AES Cryptographic Provider\0".encode("utf-16-le")
    header = struct.pack("<8I", 0x24, 0, 0x660E, 0x8004, 128, 0x18, 0, 0) + provider
    verifier = struct.pack("<I", 16) + SALT + encrypt(VERIFIER) + struct.pack("<I", 20)
    verifier += encrypt(hashlib.sha1(VERIFIER).digest())
    info = struct.pack("<HHII", 3, 2, 0x24, len(header)) + header + verifier
    # Streams shorter than a mini stream's cutoff are padded by the writer; what follows the description is not read.
    content = struct.pack("<Q", len(package)) + encrypt(package)
    return sample_xls.compound_file({"EncryptionInfo": info, "EncryptedPackage": content})


def _records(stream: bytes):
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, at + 4, size
        at += 4 + size


def _with_filepass(xls: bytes, filepass: bytes) -> bytes:
    """The records of an xls with one more after the first; the places of its sheets move on by as much."""
    stream = bytearray(olefile.OleFileIO(io.BytesIO(xls)).openstream("Workbook").read())
    record = struct.pack("<HH", 0x002F, len(filepass)) + filepass
    for kind, at, _ in list(_records(bytes(stream))):
        if kind == 0x0085:
            struct.pack_into("<I", stream, at, struct.unpack_from("<I", stream, at)[0] + len(record))
    end = 4 + struct.unpack_from("<H", stream, 2)[0]
    return bytes(stream[:end]) + record + bytes(stream[end:])


def _encrypted(stream: bytes, encrypted: bytes) -> bytes:
    result = bytearray(encrypted)
    for kind, at, size in _records(stream):
        result[at - 4 : at] = stream[at - 4 : at]
        kept = size if kind in PLAIN else 4 if kind == 0x0085 else 0
        result[at : at + kept] = stream[at : at + kept]
    return sample_xls.compound_file({"Workbook": bytes(result)})


def rc4(xls: bytes, password: str) -> bytes:
    """As Excel 97 and 2000."""
    both = VERIFIER + hashlib.md5(VERIFIER).digest()
    proof = DocumentRC4.decrypt(password, SALT, io.BytesIO(both), blocksize=512).read()
    stream = _with_filepass(xls, struct.pack("<HHH", 1, 1, 1) + SALT + proof)
    return _encrypted(stream, DocumentRC4.decrypt(password, SALT, io.BytesIO(stream), blocksize=1024).read())


def rc4_cryptoapi(xls: bytes, password: str) -> bytes:
    """As Excel 2002 and 2003."""
    both = VERIFIER + hashlib.sha1(VERIFIER).digest()
    proof = DocumentRC4CryptoAPI.decrypt(password, SALT, 128, io.BytesIO(both), blocksize=512).read()
    provider = "Microsoft Enhanced Cryptographic Provider v1.0\0".encode("utf-16-le")
    header = struct.pack("<8I", 4, 0, 0x6801, 0x8004, 128, 1, 0, 0) + provider
    info = struct.pack("<HHHII", 1, 2, 2, 4, len(header)) + header
    info += struct.pack("<I", 16) + SALT + proof[:16] + struct.pack("<I", 20) + proof[16:]
    stream = _with_filepass(xls, info)
    decrypted = DocumentRC4CryptoAPI.decrypt(password, SALT, 128, io.BytesIO(stream), blocksize=1024)
    return _encrypted(stream, decrypted.read())


def xor(xls: bytes, password: str) -> bytes:
    """As Excel 5 and 95, and later ones that had to."""
    key = DocumentXOR.create_xor_key_method1(password)
    verifier = next(number for number in range(65_536) if DocumentXOR.verifypw(password, number))
    stream = _with_filepass(xls, struct.pack("<HHH", 0, key, verifier))
    array = DocumentXOR.create_xor_array_method1(password)
    mixed = bytearray(stream)
    for _, at, size in _records(stream):
        for place in range(size):
            byte = stream[at + place]
            mixed[at + place] = ((byte << 5 | byte >> 3) & 0xFF) ^ array[(at + size + place) % 16]
    return _encrypted(stream, bytes(mixed))
