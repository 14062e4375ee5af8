"""A look into the zip package of a workbook before any parser sees it.

Sizes, ratio, overlaps and document types are judged here (APPNOTE.TXT 4.3, zip; CVE-2024-0450, overlaps;
CVE-2018-19277, hidden document types), since calamine knows no limits of its own. What the sheets hold is in
forms.marks.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from types import ModuleType

from forms import beside, marks
from forms.marks import Marks
from forms.zip_writer import ZipWriter


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a workbook is read; each far above what a filled form needs, far below what hurts a child of 512 MB.

    `size`: the largest mail is 26 MB. `members`: a form with pictures on every sheet has about 100. `unpacked`: 48 MB
    is a sheet of 1,048,576 formatted empty rows; calamine takes up to three times the text. `ratio`: deflate ends at
    1032 (zlib.net), sheets of equal rows stay under 100; it counts above `ratio_floor` only. `rows`, `columns`: what is
    read of a sheet whose cells lie far apart. `area`: cells of the rectangle that calamine allocates, 24 bytes each.
    `sheets`: a district with a sheet for each of 45 communes, twice.
    """

    size: int = 64 * 1024 * 1024
    members: int = 2_000
    unpacked: int = 80 * 1024 * 1024
    ratio: int = 300
    ratio_floor: int = 8 * 1024 * 1024
    rows: int = 20_000
    columns: int = 300
    area: int = 4_000_000
    sheets: int = 100


class Unreadable(Exception):  # noqa: N818 - a finding in the domain's word, not a failure of ours
    """A file that is not read: `reason` is encrypted, unreadable or hostile, `detail` a short Vietnamese phrase."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class Unmarkable(Exception):  # noqa: N818 - a finding, as Unreadable
    """A workbook that is read and cannot be marked; its text says why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Package:
    """What the look found: the marks by sheet name, and the text of the defined name MA_BIEU.

    `two_fonts` are the texts with runs in a legacy font, as stored and in Unicode.
    `added_up` is how many units' reports it consolidates by its own word, 0 for a report of one unit.
    `content` is the package for the parser: the parts that were looked at, unpacked already where there is room for
    that, so that nothing is unpacked twice and what is read is what was checked. `merged` are the merged ranges of an
    ods, which calamine does not tell.
    """

    sheets: Mapping[str, Marks]
    content: bytes
    form_code: str = ""
    merged: Mapping[str, Sequence[tuple[tuple[int, int], tuple[int, int]]]] = field(default_factory=dict)
    two_fonts: Mapping[str, str] = field(default_factory=dict)
    added_up: int = 0


CONSOLIDATED = "ROLLCALL_CONSOLIDATED"
"""The defined name that holds how many units' reports a consolidated workbook adds up."""
ADDED_UP_MOST = 100_000
"""Units believed: more than a sheet has columns (16,384), or than there ever were communes in the country."""
STORED_MOST = 16 * 1024 * 1024
"""Bytes of all parts up to which they are handed on unpacked; a filled form has a tenth of one megabyte."""
UNMARKABLE = "cấu trúc của tệp không cho phép đánh dấu trực tiếp"
ENCRYPTED = "tệp được đặt mật khẩu"
_DECLARED_SHEET = re.compile(rb"<(?:\w{1,16}:)?sheet\s([^<>]*)>")
_RELATION = re.compile(rb"<(?:\w{1,16}:)?Relationship\s([^<>]*)>")
_DEFINED_NAME = re.compile(rb"<(?:\w{1,16}:)?definedName\s([^<>]*)>([^<]*)<")
_XML_ENCODING = re.compile(rb"""\s{0,99}<\?xml[^>]{0,200}?encoding=["']([\w.-]{1,40})["']""")
_PLAIN_ENCODINGS = (b"utf-8", b"utf8", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252", b"windows-1258")
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_LOCAL_HEADER_SIZE = 30
_ENCRYPTED_FLAG, _UTF8_FLAG = 0x1, 0x800
_READ_FIRST = (
    "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "meta-inf/manifest.xml", "xl/workbook.bin",
    "xl/_rels/workbook.bin.rels",
)  # fmt: skip
_NOT_READ = ("docprops/", "xl/theme/", "xl/media/", "xl/embeddings/", "xl/printersettings/", "pictures/", "thumbnails/")
_NOT_READ_KINDS = (".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", "vbaproject.bin", "/")


def hostile(detail: str) -> Unreadable:
    """Return the finding that a file is built to hurt."""
    return Unreadable("hostile", detail)


def damaged() -> Unreadable:
    """Return the finding that a file is cut off or broken."""
    return Unreadable("unreadable", "tệp bị hỏng hoặc chưa được tải lên đầy đủ")


def too_large() -> Unreadable:
    """Return the finding that a file is larger than is read, though nothing else speaks of an attack.

    Millions of blank cells with a look are made by one careless click; the sender can take them away.
    """
    return Unreadable(
        "unreadable", "tệp có quá nhiều ô, kể cả ô trống có định dạng; đề nghị xóa các dòng, cột thừa rồi lưu lại"
    )


def look(data: bytes, limits: Limits) -> Package:
    """Check the zip package `data` and return what calamine will not tell.

    Raises:
        Unreadable: hostile, encrypted or damaged.

    """
    members = _members(data)
    by_name = _check_members(data, members, limits)
    unpacked_first = {name: _unpack(data, by_name[name]) for name in _READ_FIRST if name in by_name}
    first = {name: _searchable_or_binary(by_name[name], xml) for name, xml in unpacked_first.items()}
    if b"encryption-data" in first.get("meta-inf/manifest.xml", b""):
        raise Unreadable("encrypted", ENCRYPTED)
    styles = marks.read_styles(first.get("xl/styles.xml", b""))
    binary = "xl/workbook.bin" in first
    parts_by_sheet = _binary().sheet_parts(first) if binary else sheet_parts(first)
    names = {part.lower(): name for name, part in parts_by_sheet.items()}
    seen = _Seen(names, styles, limits)
    stored = ZipWriter() if sum(member.file_size for member in members) <= STORED_MOST else None
    for part, member in by_name.items():
        if part.startswith(_NOT_READ) or part.endswith(_NOT_READ_KINDS):
            continue
        # Every part that calamine may read is unpacked here once, so that its size is known to be what is declared.
        unpacked = unpacked_first[part] if part in first else _unpack(data, member)
        if stored is not None:
            stored.store(member, unpacked)
        if part not in first:
            seen.take(part, member, unpacked)
    content = data if stored is None else bytes(stored)
    for name, found in beside.of_sheets(seen.others, parts_by_sheet).items():
        if name in seen.sheets:
            seen.sheets[name].remarks, seen.sheets[name].boxes = found.remarks, found.boxes
    two_fonts = beside.texts_in_two_fonts(seen.others.get("xl/sharedstrings.xml", b""))
    workbook = first.get("xl/workbook.xml", b"")
    code, added_up = _defined(workbook, "MA_BIEU"), _added_up(_defined(workbook, CONSOLIDATED))
    return Package(seen.sheets, content, code, seen.merged, two_fonts, added_up)


def part_of(data: bytes, name: str, most: int, limits: Limits) -> bytes:
    """Return one XML part of the package `data`, empty where there is none or it is larger than `most`.

    Raises Unreadable as `look` does.
    """
    member = _check_members(data, _members(data), limits).get(name)
    return b"" if member is None or member.file_size > most else _searchable(_unpack(data, member))


@dataclass(slots=True)
class _Seen:
    """What the parts of a package showed so far: marks and merged ranges by sheet, and parts to be looked at last."""

    names: Mapping[str, str]
    styles: marks.Styles
    limits: Limits
    sheets: dict[str, Marks] = field(default_factory=dict)
    merged: dict[str, Sequence[tuple[tuple[int, int], tuple[int, int]]]] = field(default_factory=dict)
    others: dict[str, bytes] = field(default_factory=dict)

    def take(self, part: str, member: zipfile.ZipInfo, unpacked: bytes) -> None:
        """Note what one part shows."""
        if part == "xl/sharedstrings.xml" or beside.is_part(part):
            self.others[part] = unpacked
        if part.startswith("xl/worksheets/") and part.endswith(".bin"):
            _keep_marks(self.sheets, self.names.get(part), _binary().read_marks(unpacked, self.limits.area))
        elif part == "content.xml":
            _keep_open_document(self.sheets, self.merged, _searchable(unpacked), self.limits)
        elif b"sheetData" in (xml := _searchable_or_binary(member, unpacked)):
            _keep_marks(self.sheets, self.names.get(part), marks.read_marks(xml, self.styles, self.limits.area))


def _binary() -> ModuleType:
    """Return the module for the sheets of an xlsb, which few workbooks have."""
    from forms import binary_sheets  # noqa: PLC0415

    return binary_sheets


def _keep_open_document(
    sheets: dict[str, Marks],
    merged: dict[str, Sequence[tuple[tuple[int, int], tuple[int, int]]]],
    xml: bytes,
    limits: Limits,
) -> None:
    from forms import open_document  # noqa: PLC0415 - for the few workbooks of LibreOffice

    for name, found in open_document.read_marks(xml, limits).items():
        sheets[name], merged[name] = found.marks, found.merged


def _keep_marks(sheets: dict[str, Marks], name: str | None, found: Marks) -> None:
    if name is not None:
        sheets[name] = found
    elif found.far:
        raise hostile("tệp có ô nằm quá xa bảng số liệu")


def _members(data: bytes) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, struct.error, NotImplementedError) as error:
        raise damaged() from error


def _check_members(data: bytes, members: list[zipfile.ZipInfo], limits: Limits) -> dict[str, zipfile.ZipInfo]:
    """Return the members by name in lower case, once their number, sizes, names and places are found harmless."""
    if len(members) > limits.members:
        raise hostile("tệp chứa quá nhiều thành phần")
    if any(member.flag_bits & _ENCRYPTED_FLAG for member in members):
        raise Unreadable("encrypted", ENCRYPTED)
    by_name = {member.filename.lower().replace("\\", "/"): member for member in members}
    if len(by_name) != len(members):
        raise hostile("tệp có thành phần trùng tên")
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if unpacked > limits.ratio_floor and unpacked > packed * limits.ratio:
        raise hostile("tệp giải nén ra quá lớn")
    if unpacked > limits.unpacked:
        raise too_large()
    _check_places(data, members)
    return by_name


def _check_places(data: bytes, members: list[zipfile.ZipInfo]) -> None:
    """Refuse members that share bytes and local headers that name another file than the directory does."""
    end = 0
    for member in sorted(members, key=lambda each: each.header_offset):
        start = member.header_offset
        if start < end:
            raise hostile("tệp có thành phần chồng lên nhau")
        header = data[start : start + _LOCAL_HEADER_SIZE]
        if len(header) < _LOCAL_HEADER_SIZE or header[:4] != b"PK\x03\x04":
            raise damaged()
        _, name_size, extra_size = _LOCAL_HEADER.unpack(header)
        name_at = start + _LOCAL_HEADER_SIZE
        encoding = "utf-8" if member.flag_bits & _UTF8_FLAG else "cp437"
        if data[name_at : name_at + name_size] != member.orig_filename.encode(encoding, "replace"):
            raise hostile("tên thành phần trong tệp không thống nhất")
        end = name_at + name_size + extra_size + member.compress_size
    if end > len(data):
        raise damaged()


def packed_bytes(data: bytes, member: zipfile.ZipInfo) -> bytes:
    """Return a member of the package `data` as it is packed there."""
    name_size, extra_size = struct.unpack_from("<HH", data, member.header_offset + 26)
    start = member.header_offset + _LOCAL_HEADER_SIZE + name_size + extra_size
    return data[start : start + member.compress_size]


def _unpack(data: bytes, member: zipfile.ZipInfo) -> bytes:
    """Return the member's bytes, never more than its declared size: more is hostile, fewer or other is damage."""
    unpacked = packed_bytes(data, member)
    if member.compress_type == zipfile.ZIP_DEFLATED:
        try:
            unpacked = zlib.decompressobj(-zlib.MAX_WBITS).decompress(unpacked, member.file_size + 1)
        except zlib.error as error:
            raise damaged() from error
    elif member.compress_type != zipfile.ZIP_STORED:
        raise damaged()
    if len(unpacked) > member.file_size:
        raise hostile("tệp giải nén ra lớn hơn kích thước đã ghi")
    if len(unpacked) < member.file_size or zlib.crc32(unpacked) != member.CRC:
        raise damaged()
    return unpacked


def _searchable(xml: bytes) -> bytes:
    """Return XML in UTF-8, since it is searched as bytes, whatever its encoding was. Raises Unreadable (hostile)."""
    if xml[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in xml[:4]:
        encoding = "utf-16-be" if xml[:1] in (b"\0", b"\xfe") else "utf-16-le"
        xml = xml.decode(encoding, "replace").encode("utf-8", "replace")
    else:
        _check_encoding(xml)
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise hostile("tệp có khai báo thực thể XML")
    return xml


def _searchable_or_binary(member: zipfile.ZipInfo, part: bytes) -> bytes:
    """Return a part as it is searched: as it is, where its name says that it is no XML."""
    return part if member.filename.endswith(".bin") else _searchable(part)


def _check_encoding(xml: bytes) -> None:
    """Refuse encodings that hide what the bytes say, UTF-7 before all."""
    declared = _XML_ENCODING.match(xml[3:300] if xml.startswith(b"\xef\xbb\xbf") else xml[:300])
    if declared and declared[1].lower() not in _PLAIN_ENCODINGS:
        raise hostile("tệp dùng bảng mã lạ")


def sheet_parts(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Return the part of each sheet, by sheet name, from xl/workbook.xml and its relations."""
    targets = {}
    for match in _RELATION.finditer(parts.get("xl/_rels/workbook.xml.rels", b"")):
        target = marks.attribute(match[1], b"Target")
        targets[marks.attribute(match[1], b"Id")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    declared = [match[1] for match in _DECLARED_SHEET.finditer(parts.get("xl/workbook.xml", b""))]
    return {
        marks.unescape(marks.attribute(each, b"name")): targets.get(marks.attribute(each, b"id"), "")
        for each in declared
    }


def _defined(workbook: bytes, name: str) -> str:
    """Return the text or number that a defined name stands for, empty where there is none."""
    if name.encode() not in workbook:
        return ""
    for match in _DEFINED_NAME.finditer(workbook):
        if marks.attribute(match[1], b"name") == name:
            return marks.unescape(match[2].decode("utf-8", "replace")).strip('"=')
    return ""


def _added_up(written: str) -> int:
    return min(int(written), ADDED_UP_MOST) if re.fullmatch(r"[0-9]{1,9}", written) else 0
