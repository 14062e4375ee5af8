"""Cases Z 63 to 84: what an archive may be."""

import bz2
import gzip
import io
import lzma
import stat
import struct
import tarfile
import unicodedata
import zipfile
import zlib

from tests.catalogue import books
from tests.catalogue.books import book
from tests.catalogue.cases import Chapter
from tests.catalogue.office import report
from tests.intake.archives import rar_writer
from tests.intake.mails import zipped
from tests.journeys.packing import seven_zip

CHAPTER = Chapter()
VALID, HOSTILE, ENCRYPTED = "A valid", "Q hostile", "E encrypted"
BETTER = "It can be opened here, and is: the sender need not do anything."
_LOCAL, _DIRECTORY, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


def _sent(name: str, make):
    """Return a maker of reports that come in an archive; `make` gets the unit's workbook."""
    return lambda number: report(number, (name, make(book(number))))


def _zip(data: bytes, name: str = "BC.xlsx") -> bytes:
    return zipped([(name, data)])


def _many_zips(data: bytes, levels: int) -> bytes:
    for level in range(levels):
        data = _zip(data, f"{level}.zip" if level else "BC.xlsx")
    return data


def _like_42_zip(_: bytes) -> bytes:
    """Return sixteen zips in sixteen zips, at whose bottom lie noughts."""
    made = zipped([("0.dll", bytes(5_000_000))])
    for level in range(3):
        made = zipped([(f"lib {at}-{level}.zip", made) for at in range(16)])
    return made


def full_overlap(data: bytes, count: int = 2) -> bytes:
    """Return a zip of `count` members that are all the same bytes."""
    one = zipped([("aa.xlsx", data)])
    at, end = one.find(_DIRECTORY), one.find(_END)
    entries = [one[at:end].replace(b"aa.xlsx", b"a%x.xlsx" % number) for number in range(count)]
    tail = struct.pack("<HHII", count, count, sum(map(len, entries)), at)
    return one[:at] + b"".join(entries) + one[end : end + 8] + tail + b"\0\0"


def _header(name: bytes, packed: int, size: int, crc: int) -> bytes:
    return struct.pack("<4sHHHHHIIIHH", _LOCAL, 20, 0, 8, 0, 33, crc, packed, size, len(name), 0) + name


def _entry(name: bytes, packed: int, size: int, crc: int, at: int) -> bytes:
    head = struct.pack(
        "<4sHHHHHHIIIHHHHHII", _DIRECTORY, 20, 20, 0, 8, 0, 33, crc, packed, size, len(name), 0, 0, 0, 0, 0, at
    )
    return head + name


def _quoted_overlap(data: bytes) -> bytes:
    """Return a zip whose first member holds the second one's header as text, and both end in the same bytes."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    kernel = compressor.compress(data) + compressor.flush()
    second = _header(b"b.xlsx", len(kernel), len(data), zlib.crc32(data))
    quoted = b"\0" + struct.pack("<HH", len(second), len(second) ^ 0xFFFF) + second
    whole = second + data
    first = _header(b"a.xlsx", len(quoted) + len(kernel), len(whole), zlib.crc32(whole))
    body = first + quoted + kernel
    directory = _entry(b"a.xlsx", len(quoted) + len(kernel), len(whole), zlib.crc32(whole), 0)
    directory += _entry(b"b.xlsx", len(kernel), len(data), zlib.crc32(data), len(first) + 5)
    return body + directory + struct.pack("<4s4H2LH", _END, 0, 0, 2, 2, len(directory), len(body), 0)


def _bomb(number: int) -> bytes:
    """Return a workbook whose sheet shrinks to a thousandth."""
    return books.changed(number, "xl/worksheets/sheet1.xml", (b"</sheetData>", b"</sheetData>" + b" " * 60_000_000))


def _same_names(data: bytes) -> bytes:
    return zipped([("a.xlsx", data), ("b.xlsx", b"other")]).replace(b"b.xlsx", b"a.xlsx")


def _two_sheets_of_one_name(number: int) -> bytes:
    """Return a package with two parts called sheet1.xml."""
    made = books.parts(books.content(number))
    made["xl/worksheets/sheetX.xml"] = made["xl/worksheets/sheet1.xml"].replace(b"12.5", b"99.5")
    return books.packed(made).replace(b"sheetX.xml", b"sheet1.xml")


def _other_name_in_directory(data: bytes) -> bytes:
    made = _zip(data, "a.xlsx")
    return made[: made.find(_DIRECTORY)] + made[made.find(_DIRECTORY) :].replace(b"a.xlsx", b"b.xlsx")


def _zip64_elsewhere(data: bytes) -> bytes:
    """Return a zip whose zip64 end record is not where its locator says."""
    made = _zip(data)
    at, end = made.find(_DIRECTORY), made.find(_END)
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, end - at, at)
    return made[:end] + record + bytes(20) + struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1) + made[end:]


def _says_less(data: bytes) -> bytes:
    """Return a zip whose member is larger than header and directory say."""
    made, size = _zip(data), struct.pack("<I", len(data))
    return made.replace(size, struct.pack("<I", 100))


def _named(name: str):
    return lambda data: _zip(data, name)


def _link(target: str):
    def make(data: bytes) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("BC.xlsx", data)
            info = zipfile.ZipInfo("link.xlsx")
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, target)
        return buffer.getvalue()

    return make


def _tar(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("BC.xlsx")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def _zst(data: bytes) -> bytes:
    """Return a Zstandard frame of raw blocks (RFC 8878 §3.1.1)."""
    blocks = [data[at : at + 100_000] for at in range(0, len(data), 100_000)]
    written = b"".join(
        ((len(block) << 3) | (at == len(blocks) - 1)).to_bytes(3, "little") + block for at, block in enumerate(blocks)
    )
    return b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", len(data)) + written


def _in_names(raw: bytes):
    """Return a maker of zips whose member's name is given as bytes, without the flag of UTF-8."""
    return lambda data: _zip(data, "X" * len(raw)).replace(b"X" * len(raw), raw)


def _wrong_checksum(data: bytes) -> bytes:
    made = bytearray(zipped([("BC.xlsx", data)], zipfile.ZIP_STORED))
    made[200] ^= 0xFF
    return bytes(made)


def _rar4(data: bytes) -> bytes:
    return rar_writer.rar4([rar_writer.file4(b"BC.xlsx", data)])


def _rar5(data: bytes) -> bytes:
    return rar_writer.rar5([rar_writer.file5(b"BC.xlsx", data)])


def _first_volume(data: bytes) -> bytes:
    part = rar_writer.file5(b"BC.xlsx", data[:2000], rar_writer.TO_VOLUME5, size=len(data))
    return rar_writer.rar5([part], volume=0)


def _seven(kind: str, *options: str):
    return lambda data: seven_zip([("BC.xlsx", data)], kind, *options)


def add(number: int, title: str, asked: str, ends: str, make, name: str = "BC.zip", **options: str) -> None:
    """Add a case whose archive is made of the unit's workbook."""
    CHAPTER.add(number, title, asked, ends, _sent(name, make), **options)


add(63, "a zip with one workbook", "A", VALID, _zip)
add(64, "a zip in a zip", "A", VALID, lambda data: _many_zips(data, 2))
add(64, "a zip in a zip in a zip", "Q", HOSTILE, lambda data: _many_zips(data, 3))
add(65, "sixteen zips in sixteen zips", "Q", HOSTILE, _like_42_zip)
add(66, "members that are all the same bytes", "Q", HOSTILE, full_overlap)
add(67, "a member that quotes the next one's header", "Q", HOSTILE, _quoted_overlap)
CHAPTER.add(68, "a workbook that shrinks to a thousandth", "Q", HOSTILE, lambda n: report(n, ("BC.xlsx", _bomb(n))))
add(69, "100,000 empty members", "Q", HOSTILE, lambda _: zipped([(f"{at}", b"") for at in range(100_000)]))
add(70, "two members of one name", "Q", HOSTILE, _same_names)
CHAPTER.add(
    70,
    "two sheets of one name in a workbook",
    "Q",
    HOSTILE,
    lambda n: report(n, ("BC.xlsx", _two_sheets_of_one_name(n))),
)
add(71, "a directory that calls a member otherwise", "Q", HOSTILE, _other_name_in_directory)
add(72, "a zip64 end that is elsewhere", "Q", HOSTILE, _zip64_elsewhere)
add(73, "a member larger than it says", "Q", HOSTILE, _says_less)
for _says, _name in (("up and out", "../../BC.xlsx"), ("absolute", "/etc/BC.xlsx"), ("of a drive", "C:\\BC.xlsx")):
    add(74, f"a member's name {_says}", "Q", HOSTILE, _named(_name))
add(75, "a symbolic link to a file", "Q", HOSTILE, _link("/etc/passwd"))
add(75, "a symbolic link to ..", "Q", HOSTILE, _link(".."))
add(76, "a zip with a password, ZipCrypto", "E", ENCRYPTED, _seven("zip", "-pthang6", "-mem=ZipCrypto"))
add(76, "a zip with a password, AES", "E", ENCRYPTED, _seven("zip", "-pthang6", "-mem=AES256"))
add(77, "a 7z whose names are secret too", "E", ENCRYPTED, _seven("7z", "-pthang6", "-mhe=on"), "BC.7z")
add(77, "a rar 4 whose names are secret too", "E", ENCRYPTED, lambda _: rar_writer.rar4_with_secret_names(), "BC.rar")
add(77, "a rar 5 whose names are secret too", "E", ENCRYPTED, lambda _: rar_writer.rar5_with_secret_names(), "BC.rar")
add(78, "a rar 4", "A E", VALID, _rar4, "BC.rar")
add(78, "a rar 5", "A E", VALID, _rar5, "BC.rar")
add(78, "a 7z", "A E", VALID, _seven("7z"), "BC.7z")
add(79, "the first piece alone", "E", "E archive_volumes", _first_volume, "BC.part1.rar")
add(80, "a program that unpacks itself", "Q", HOSTILE, lambda data: b"MZ" + bytes(300) + _rar5(data), "BC.exe")
for _says, _raw in {
    "cp437": "b\u00e1o c\u00e1o.xlsx".encode("cp437"), "cp866": "отчёт.xlsx".encode("cp866"),
    "UTF-8 without its flag": "Báo cáo.xlsx".encode(),
    "decomposed UTF-8": unicodedata.normalize("NFD", "Báo cáo.xlsx").encode(),
}.items():  # fmt: skip
    add(81, f"a member's name in {_says}", "A", VALID, _in_names(_raw))
add(82, "junk behind the zip", "A Q", VALID, lambda data: _zip(data) + b"junk" * 50)
add(82, "junk before the zip", "A Q", "E unreadable", lambda data: b"junk" * 50 + _zip(data),
    differs="What does not begin as an archive is none: it is read as nothing, and the sender is told so.")  # fmt: skip
add(83, "gz", "E", VALID, gzip.compress, "BC.xlsx.gz", differs=BETTER)
add(83, "tar", "E", VALID, _tar, "BC.tar", differs=BETTER)
add(83, "tar.gz", "E", VALID, lambda data: gzip.compress(_tar(data)), "BC.tar.gz", differs=BETTER)
add(83, "bz2", "E", VALID, bz2.compress, "BC.xlsx.bz2", differs=BETTER)
add(83, "xz", "E", VALID, lzma.compress, "BC.xlsx.xz", differs=BETTER)
add(83, "zst", "E", VALID, _zst, "BC.xlsx.zst", differs=BETTER)
add(84, "a zip cut off", "E", "E unreadable", lambda data: _zip(data)[:-900])
add(84, "a zip with a wrong checksum", "E", "E unreadable", _wrong_checksum)
