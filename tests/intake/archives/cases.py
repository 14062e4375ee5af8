"""Archives as units send them, and as attackers do: what each is, and what must come of it."""

import io
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.forms import workbooks
from tests.intake import known, mails
from tests.intake.archives import old_writers, rar_writer
from tests.intake.archives.made import packed

UNIT = "UBND huyện Cao Lộc"
NAME = "BC Cao Lộc.xlsx"
PHOTO = b"\xff\xd8\xff\xe0" + bytes(200)
LETTER = b"{\\rtf1 Bao cao ket qua}"
PASSWORD = "-pthang6"
Maker = Callable[[Path], bytes]


@cache
def report() -> bytes:
    """Return a workbook that is in order."""
    return workbooks.filled_2019(known.form_2019(), UNIT, 5)


@dataclass(frozen=True, slots=True)
class Case:
    """An archive as it is attached, and how the mail ends: (outcome, reason or danger, letter)."""

    says: str
    file_name: str
    make: Maker
    ends: tuple[str, str, str]


def _with_photos(write: Callable[[bytes, bytes], bytes], separator: bytes = b"/") -> list[bytes]:
    photos = [write(b"anh" + separator + b"%d.jpg" % number, PHOTO + bytes([number])) for number in range(40)]
    return [*photos[:20], write(NAME.encode(), report()), write(b"Bao cao.doc", LETTER), *photos[20:]]


def _made(*options: str, name: str = "made", wanted: str = "", files: dict[str, bytes] | None = None) -> Maker:
    """Return a maker that lets 7zz pack the report with a letter; `wanted` is the end of the name to take."""

    def make(folder: Path) -> bytes:
        found = packed(folder, files or {NAME: report(), "Bao cao.doc": LETTER}, *options, name=name)
        return next(data for path, data in found.items() if path.endswith(wanted))

    return make


def _stream(kind: str) -> Maker:
    return _made(f"-t{kind}", name=f"BC.xlsx.{kind}", files={NAME: report()})


def _tar(_: Path, *, link: str = "", count: int = 0) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo(NAME)
        info.size = len(report())
        archive.addfile(info, io.BytesIO(report()))
        if link:
            info = tarfile.TarInfo("link.xlsx")
            info.type, info.linkname = tarfile.SYMTYPE, link
            archive.addfile(info)
        for number in range(count):
            archive.addfile(tarfile.TarInfo(f"{number}.xlsx"))
    return buffer.getvalue()


def _tar_gz(folder: Path) -> bytes:
    return next(iter(packed(folder, {"BC.tar": _tar(folder)}, "-tgzip", name="BC.tar.gz").values()))


def _zip_in_names(codec: str) -> Maker:
    raw = "BÁO CÁO.xlsx".encode(codec)

    def make(_: Path) -> bytes:
        return mails.zipped([("X" * len(raw), report())]).replace(b"X" * len(raw), raw)

    return make


def _last_piece(_: Path) -> bytes:
    """Return a zip whose end says that it is the third disk."""
    data = bytearray(mails.zipped([(NAME, report())]))
    end = data.rfind(b"PK\x05\x06")
    data[end + 4 : end + 8] = b"\x02\0\x02\0"
    return bytes(data)


def _full_overlap(_: Path) -> bytes:
    one = bytearray(mails.zipped([("a.xlsx", report())]))
    at, end = one.find(b"PK\x01\x02"), one.find(b"PK\x05\x06")
    entry = bytes(one[at:end])
    second = entry.replace(b"a.xlsx", b"b.xlsx")
    tail = bytearray(one[end:])
    tail[8:12] = b"\x02\0\x02\0"
    tail[12:16] = (2 * len(entry)).to_bytes(4, "little")
    return bytes(one[:end]) + second + bytes(tail)


ACCEPTED = ("accepted", "valid", "acknowledgement")
ENCRYPTED = ("returned", "encrypted", "receipt:archive_password")
VOLUMES = ("returned", "archive_volumes", "receipt:archive_volumes")
DAMAGED = ("returned", "unreadable", "receipt:archive_damaged")
UNREADABLE = ("returned", "unreadable", "receipt:unreadable")


def _hostile(danger: str) -> tuple[str, str, str]:
    return ("quarantined", danger, "")


_r4, _r5, _f4, _f5 = rar_writer.rar4, rar_writer.rar5, rar_writer.file4, rar_writer.file5
_TARGET = b"../../etc/passwd"


def _read() -> Iterator[Case]:
    """Yield archives that are read."""

    def case(says: str, file_name: str, make: Maker) -> Case:
        return Case(says, file_name, make, ACCEPTED)

    yield case("rar 4", "BC.rar", lambda _: _r4([_f4(b"BC.xlsx", report())]))
    yield case("rar 5", "BC.rar", lambda _: _r5([_f5(NAME.encode(), report())]))
    yield case("rar 4 with folders of Windows", "BC.rar", lambda _: _r4([_f4(b"thu muc\\con\\BC.xlsx", report())]))
    yield case(
        "rar 5 with a folder of its own",
        "BC.rar",
        lambda _: _r5([_f5(b"BC", b"", attributes=rar_writer.A_FOLDER), _f5(b"BC/BC.xlsx", report())]),
    )
    yield case("rar 4, UTF-8 name", "BC.rar", lambda _: _r4([_f4(NAME.encode(), report(), rar_writer.UNICODE)]))
    yield case("rar 4, cp1258 name", "BC.rar", lambda _: _r4([_f4("BÁO CÁO.xlsx".encode("cp1258"), report())]))
    yield case("rar 4, cp437 name", "BC.rar", lambda _: _r4([_f4("b\xe1o c\xe1o.xlsx".encode("cp437"), report())]))
    yield case(
        "rar 4, solid",
        "BC.rar",
        lambda _: _r4(
            [_f4(b"a.doc", LETTER), _f4(b"BC.xlsx", report(), rar_writer.SOLID_FILE)], flags=rar_writer.SOLID
        ),
    )
    yield case("rar 5, forty pictures beside it", "BC.rar", lambda _: _r5(_with_photos(_f5)))
    yield case("rar 4, forty pictures beside it", "BC.rar", lambda _: _r4(_with_photos(_f4, b"\\")))
    yield case("rar called zip", "BC.zip", lambda _: _r5([_f5(NAME.encode(), report())]))
    yield case("rar called xlsx", "BC.xlsx", lambda _: _r4([_f4(b"BC.xlsx", report())]))
    yield case("zip called rar", "BC.rar", lambda _: mails.zipped([(NAME, report())]))
    yield case("rar with junk behind it", "BC.rar", lambda _: _r5([_f5(b"BC.xlsx", report())]) + bytes(100))
    yield case(
        "rar with a damaged picture",
        "BC.rar",
        lambda _: _r5([_f5(b"1.jpg", PHOTO, checksum=1), _f5(b"BC.xlsx", report()), _f5(b"2.jpg", PHOTO)]),
    )
    yield case("7z", "BC.7z", _made("-t7z"))
    yield case("7z, solid", "BC.7z", _made("-t7z", "-ms=on", "-mx9", files={"a.doc": LETTER * 99, NAME: report()}))
    yield case("7z, stored", "BC.7z", _made("-t7z", "-mx0"))
    yield case("tar", "BC.tar", _tar)
    yield case("tar.gz", "BC.tar.gz", _tar_gz)
    yield case("gz", "BC.xlsx.gz", _stream("gzip"))
    yield case("bz2", "BC.xlsx.bz2", _stream("bzip2"))
    yield case("xz", "BC.xlsx.xz", _stream("xz"))
    yield case("zip by LZMA", "BC.zip", _made("-tzip", "-mm=LZMA"))
    yield case("zip by Deflate64", "BC.zip", _made("-tzip", "-mm=Deflate64"))
    yield case("zip, cp1258 name", "BC.zip", _zip_in_names("cp1258"))
    yield case("lzh", "BC.lzh", lambda _: old_writers.lzh(b"BC.xlsx", report()))
    yield case("cab under another name", "BC.dat", lambda _: old_writers.cab(b"BC.xlsx", report()))
    yield case("arj", "BC.arj", lambda _: old_writers.arj(b"BC.xlsx", report()))
    yield case("zip in rar", "BC.rar", lambda _: _r5([_f5(b"BC.zip", mails.zipped([(NAME, report())]))]))
    yield case("rar in zip", "BC.zip", lambda _: mails.zipped([("BC.rar", _r4([_f4(b"BC.xlsx", report())]))]))
    yield case(
        "mail in rar",
        "BC.rar",
        lambda _: _r5([_f5(b"BC.eml", mails.mail(f"<{known.CAO_LOC}>", attachments=[(NAME, report())]))]),
    )


def _returned() -> Iterator[Case]:
    """Yield archives that nobody here can open, and whose sender can help."""
    secret = rar_writer.ENCRYPTED | rar_writer.SALTED
    yield Case("rar 4 with a password", "BC.rar", lambda _: _r4([_f4(b"BC.xlsx", report(), secret)]), ENCRYPTED)
    yield Case(
        "rar 5 with a password",
        "BC.rar",
        lambda _: _r5([_f5(b"BC.xlsx", report(), extra=rar_writer.encryption())]),
        ENCRYPTED,
    )
    yield Case("rar 4, names secret", "BC.rar", lambda _: rar_writer.rar4_with_secret_names(), ENCRYPTED)
    yield Case("rar 5, names secret", "BC.rar", lambda _: rar_writer.rar5_with_secret_names(), ENCRYPTED)
    yield Case("7z with a password", "BC.7z", _made("-t7z", PASSWORD), ENCRYPTED)
    yield Case("7z, names secret", "BC.7z", _made("-t7z", PASSWORD, "-mhe=on"), ENCRYPTED)
    yield Case("zip with AES", "BC.zip", _made("-tzip", PASSWORD, "-mem=AES256"), ENCRYPTED)
    yield Case("zip with ZipCrypto", "BC.zip", _made("-tzip", PASSWORD, "-mem=ZipCrypto"), ENCRYPTED)
    flags = rar_writer.VOLUME | rar_writer.NEW_NAMES | rar_writer.FIRST_VOLUME
    yield Case(
        "rar 4, first piece",
        "BC.part1.rar",
        lambda _: _r4([_f4(b"BC.xlsx", report()[:9000], rar_writer.TO_VOLUME, size=len(report()))], flags),
        VOLUMES,
    )
    yield Case(
        "rar 5, first piece",
        "BC.part1.rar",
        lambda _: _r5([_f5(b"BC.xlsx", report()[:9000], rar_writer.TO_VOLUME5, size=len(report()))], volume=0),
        VOLUMES,
    )
    yield Case(
        "rar 5, second piece, renamed",
        "BC.rar",
        lambda _: _r5([_f5(b"BC.xlsx", report()[9000:], rar_writer.FROM_VOLUME5, size=len(report()))], volume=1),
        VOLUMES,
    )
    yield Case("7z, first piece", "BC.7z.001", _made("-t7z", "-mx0", "-v10k", wanted=".001"), VOLUMES)
    yield Case("7z, second piece", "BC.7z.002", _made("-t7z", "-mx0", "-v10k", wanted=".002"), VOLUMES)
    yield Case("zip, first piece", "BC.zip.001", _made("-tzip", "-mx0", "-v10k", wanted=".001"), VOLUMES)
    yield Case(
        "zip, first piece of WinZip", "BC.z01", lambda _: b"PK\x07\x08" + mails.zipped([("a", b"a")])[:-40], VOLUMES
    )
    yield Case("zip, last piece of WinZip", "BC.zip", _last_piece, VOLUMES)
    yield Case("rar cut off", "BC.rar", lambda _: _r5([_f5(b"BC.xlsx", report())])[:-9000], DAMAGED)
    yield Case("rar with a wrong checksum", "BC.rar", lambda _: _r4([_f4(b"BC.xlsx", report(), checksum=1)]), DAMAGED)
    yield Case("rar that is none", "BC.rar", lambda _: rar_writer.RAR5 + rar_writer.noise(300), DAMAGED)
    yield Case("7z cut off", "BC.7z", lambda folder: _made("-t7z")(folder)[:-900], DAMAGED)
    yield Case("gz cut off", "BC.xlsx.gz", lambda folder: _stream("gzip")(folder)[:-900], DAMAGED)
    yield Case("zip cut off", "BC.zip", lambda _: mails.zipped([(NAME, report())])[:-900], DAMAGED)
    yield Case("rar with nothing in it", "BC.rar", lambda _: _r5([]), UNREADABLE)
    yield Case("rar with a letter only", "BC.rar", lambda _: _r5([_f5(b"BC.doc", LETTER)]), UNREADABLE)


def _dangerous() -> Iterator[Case]:
    """Yield archives that were built to hurt."""

    def case(says: str, file_name: str, make: Maker, danger: str) -> Case:
        return Case(says, file_name, make, _hostile(danger))

    link = rar_writer.redirection(rar_writer.SYMLINK, _TARGET)
    hard = rar_writer.redirection(rar_writer.HARD_LINK, b"BC.xlsx")
    yield case(
        "rar 4, symbolic link",
        "BC.rar",
        lambda _: _r4([_f4(b"a.xlsx", _TARGET, attributes=rar_writer.A_LINK)]),
        "archive_link",
    )
    yield case("rar 5, symbolic link", "BC.rar", lambda _: _r5([_f5(b"a.xlsx", b"", extra=link)]), "archive_link")
    yield case(
        "rar 5, hard link",
        "BC.rar",
        lambda _: _r5([_f5(b"BC.xlsx", report()), _f5(b"b.xlsx", b"", extra=hard)]),
        "archive_link",
    )
    yield case("tar, symbolic link", "BC.tar", lambda folder: _tar(folder, link="/etc/passwd"), "archive_link")
    for says, name in (
        ("up and out", b"../../BC.xlsx"),
        ("an absolute name", b"/etc/BC.xlsx"),
        ("a drive", b"C:\\BC.xlsx"),
    ):
        yield case(f"rar 5, {says}", "BC.rar", lambda _, name=name: _r5([_f5(name, report())]), "archive_path")
    yield case("rar 4, up and out", "BC.rar", lambda _: _r4([_f4(b"..\\..\\BC.xlsx", report())]), "archive_path")
    yield case("rar 5, ten terabytes", "BC.rar", lambda _: _r5([_f5(b"a", b"x", size=10**13)]), "archive_bomb")
    yield case("7z, a thousand to one", "BC.7z", _made("-t7z", files={"a.txt": bytes(20_000_000)}), "archive_bomb")
    yield case("gz, a thousand to one", "a.gz", _made("-tgzip", files={"a.txt": bytes(20_000_000)}), "archive_bomb")
    yield case("tar, too many", "BC.tar", lambda folder: _tar(folder, count=1001), "archive_too_many_members")
    yield case(
        "rar 5, two of one name", "BC.rar", lambda _: _r5([_f5(b"a", b"1"), _f5(b"a", b"2")]), "archive_duplicate_names"
    )
    yield case("zip, members that overlap", "BC.zip", _full_overlap, "archive_overlap")
    yield case("a program that unpacks itself", "BC.exe", lambda _: b"MZ" + bytes(300) + _r5([]), "executable")
    yield case("a program in a rar", "BC.rar", lambda _: _r5([_f5(b"BC.xls", b"MZ" + bytes(300))]), "executable")
    yield case(
        "a program in a 7z with a password", "BC.7z", _made("-t7z", PASSWORD, files={"BC.scr": b"x"}), "executable"
    )
    yield case(
        "rar in rar in rar",
        "BC.rar",
        lambda _: _r5([_f5(b"b.rar", _r5([_f5(b"c.rar", _r5([_f5(b"d.xlsx", report())]))]))]),
        "archive_nested",
    )


CASES = (*_read(), *_returned(), *_dangerous())


def stored_zip(members: list[tuple[str, bytes]]) -> bytes:
    """Return a zip that compresses nothing."""
    return mails.zipped(members, zipfile.ZIP_STORED)
