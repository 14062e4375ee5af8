"""A look into the zip package of a workbook before any parser sees it: is it safe, and what does it hold that calamine does not tell?

calamine answers fast, but leaves error cells and formulas without a result empty, knows no fonts, and allocates the whole rectangle between
its outermost cells. These are found here in the XML as bytes; nothing of it is interpreted. ECMA-376 part 1 (parts, cells), APPNOTE.TXT 4.3 (zip).
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO

from forms import text

EXCEL_ROWS = 1_048_576
EXCEL_COLUMNS = 16_384


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a workbook is read. Each is far above what a filled form needs and far below what hurts a child of 512 MB.

    `members`: a form with pictures on every sheet has about 100. `unpacked`: 48 MB is a sheet of 1,048,576 formatted empty rows; calamine takes up
    to three times the text. `ratio`: deflate ends at 1032, sheets of equal rows stay under 100; counted only above `ratio_floor`. `rows`, `columns`: what is read of a
    sheet whose cells lie far apart; `area`: cells of the dense rectangle that calamine allocates, 24 bytes each. `sheets`: 45 communes with a sheet each, twice.
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


class Unreadable(Exception):  # noqa: N818 - the domain's word, a finding and not a failure of ours
    """A file that is not read. `reason`: encrypted, unreadable or hostile; `detail` a short phrase in Vietnamese for the letter."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(slots=True)
class Marks:
    """What calamine does not tell of a sheet, by (row, column) counted from 0.

    `errors` such as "#REF!"; `formulas` without a stored result, their text; `fonts` that are legacy; `percents` shown as per cent; `struck` out.
    `hidden` are row numbers. `far` says that the cells lie so far apart that the dense rectangle must not be allocated.
    """

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    fonts: dict[tuple[int, int], str] = field(default_factory=dict)
    percents: set[tuple[int, int]] = field(default_factory=set)
    struck: set[tuple[int, int]] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    far: bool = False


@dataclass(frozen=True, slots=True)
class Package:
    """What the look found: the marks by sheet name, and the text of the defined name MA_BIEU."""

    sheets: Mapping[str, Marks]
    form_code: str = ""


_CELL = re.compile(rb"<(?:[A-Za-z]\w{0,15}:)?c(?:\s([^<>]*))?>")
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_ROW = re.compile(rb"<(?:[A-Za-z]\w{0,15}:)?row\s([^<>]*)>")
_ROW_NUMBER = re.compile(rb'\br="([0-9]{1,7})"')
_FAR = re.compile(rb' r="(?:[A-Z]{3}[0-9]|[A-Z]{0,3}[0-9]{5})')
_SHARED_WITHOUT_RESULT = re.compile(rb"<f [^<>]*/>(?!<v>[^<])")
_WITHOUT_RESULT = (b"</f></c>", b"</f><v></v>", b"</f><v/>", b"</f><v />", b"</f>\n", b"</f>\r", b"</f> ", b":f>", b"<f/>")
_STYLE = re.compile(rb'\bs="([0-9]{1,6})"')
_VALUE = re.compile(rb"<(?:[A-Za-z]\w{0,15}:)?v(?:\s[^<>]*)?>([^<]*)</")
_FORMULA = re.compile(rb"<(?:[A-Za-z]\w{0,15}:)?f(?:\s[^<>]*)?(?:/>|>([^<]*)</)")
_DECLARED_SHEET = re.compile(rb"<(?:\w{1,16}:)?sheet\s([^<>]*)>")
_RELATION = re.compile(rb"<(?:\w{1,16}:)?Relationship\s([^<>]*)>")
_CODE = re.compile(rb'<(?:\w{1,16}:)?definedName\s[^<>]*\bname="MA_BIEU"[^<>]*>([^<]*)<')
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding=["']([\w.-]{1,40})["']""")
_PLAIN_ENCODINGS = (b"utf-8", b"utf8", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252", b"windows-1258")
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_LOCAL_HEADER_SIZE = 30
_ENCRYPTED_FLAG = 0x1


def hostile(detail: str) -> Unreadable:
    """Return the finding that a file is built to hurt."""
    return Unreadable("hostile", detail)


def damaged() -> Unreadable:
    """Return the finding that a file is cut off or broken."""
    return Unreadable("unreadable", "tệp bị hỏng hoặc chưa được tải lên đầy đủ")


def _open(data: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, struct.error, NotImplementedError) as error:
        raise damaged() from error


def _check_members(data: bytes, members: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(members) > limits.members:
        raise hostile("tệp chứa quá nhiều thành phần")
    if any(member.flag_bits & _ENCRYPTED_FLAG for member in members):
        raise Unreadable("encrypted", "tệp được đặt mật khẩu")
    if len({member.filename for member in members}) != len(members):
        raise hostile("tệp có thành phần trùng tên")
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if unpacked > limits.unpacked or (unpacked > limits.ratio_floor and unpacked > packed * limits.ratio):
        raise hostile("tệp giải nén ra quá lớn")
    _check_places(data, members)


def _check_places(data: bytes, members: list[zipfile.ZipInfo]) -> None:
    """Refuse members that share bytes (CVE-2024-0450) and local headers that name another file than the directory does."""
    end = 0
    for member in sorted(members, key=lambda each: each.header_offset):
        start = member.header_offset
        if start < end:
            raise hostile("tệp có thành phần chồng lên nhau")
        header = data[start : start + _LOCAL_HEADER_SIZE]
        if len(header) < _LOCAL_HEADER_SIZE:
            raise damaged()
        signature, name_size, extra_size = _LOCAL_HEADER.unpack(header)
        name_at = start + _LOCAL_HEADER_SIZE
        if signature != b"PK\x03\x04":
            raise damaged()
        if data[name_at : name_at + name_size] != member.orig_filename.encode("utf-8" if member.flag_bits & 0x800 else "cp437", "replace"):
            raise hostile("tên thành phần trong tệp không thống nhất")
        end = name_at + name_size + extra_size + member.compress_size
    if end > len(data):
        raise damaged()


def _unpack(data: bytes, member: zipfile.ZipInfo) -> bytes:
    """Return the member's bytes, never more than its declared size; more is hostile, fewer or other is damage."""
    name_size, extra_size = struct.unpack_from("<HH", data, member.header_offset + 26)
    start = member.header_offset + _LOCAL_HEADER_SIZE + name_size + extra_size
    packed = data[start : start + member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        unpacked = packed
    elif member.compress_type == zipfile.ZIP_DEFLATED:
        inflate = zlib.decompressobj(-15)
        try:
            unpacked = inflate.decompress(packed, member.file_size + 1)
        except zlib.error as error:
            raise damaged() from error
    else:
        raise damaged()
    if len(unpacked) > member.file_size:
        raise hostile("tệp giải nén ra lớn hơn kích thước đã ghi")
    if len(unpacked) < member.file_size or zlib.crc32(unpacked) != member.CRC:
        raise damaged()
    return unpacked


def _check_xml(xml: bytes) -> None:
    """Refuse document types and entities, also where the encoding hides them (CVE-2018-19277)."""
    declared = _XML_ENCODING.match(xml[3:] if xml.startswith(b"\xef\xbb\xbf") else xml)
    if xml[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in xml[:4]:
        xml = xml.replace(b"\0", b"")
    elif declared and declared[1].lower() not in _PLAIN_ENCODINGS:
        raise hostile("tệp dùng bảng mã lạ")
    if b"<!" in xml and (b"<!DOCTYPE" in xml or b"<!ENTITY" in xml):
        raise hostile("tệp có khai báo thực thể XML")


def _attribute(attributes: bytes, name: bytes) -> str:
    for quote in (b'"', b"'"):
        start = attributes.find(name + b"=" + quote)
        if start == 0 or (start > 0 and attributes[start - 1 : start] in b" \t\r\n:"):
            start += len(name) + 2
            return attributes[start : attributes.find(quote, start)].decode("utf-8", "replace")
    return ""


def _unescape(value: str) -> str:
    if "&" not in value:
        return value
    for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        value = value.replace(entity, letter)
    return value


def _sheet_parts(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Return the part of each sheet, by sheet name, from xl/workbook.xml and its relations."""
    targets = {}
    for match in _RELATION.finditer(parts.get("xl/_rels/workbook.xml.rels", b"")):
        target = _attribute(match[1], b"Target")
        targets[_attribute(match[1], b"Id")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    declared = _DECLARED_SHEET.finditer(parts.get("xl/workbook.xml", b""))
    return {_unescape(_attribute(match[1], b"name")): targets.get(_attribute(match[1], b"id"), "") for match in declared}


@dataclass(slots=True)
class _Styles:
    """Cell style numbers that matter: those shown as per cent, struck out, or in a legacy font."""

    percents: set[str] = field(default_factory=set)
    struck: set[str] = field(default_factory=set)
    fonts: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.percents or self.struck or self.fonts)


_CELL_FORMATS = re.compile(rb"<(?:\w{1,16}:)?cellXfs[^<>]*>(.*?)</(?:\w{1,16}:)?cellXfs>", re.DOTALL)
_FORMAT = re.compile(rb"<(?:\w{1,16}:)?xf\s([^<>]*)>")
_NUMBER_FORMAT = re.compile(rb"<(?:\w{1,16}:)?numFmt\s([^<>]*)>")
_FONTS = re.compile(rb"<(?:\w{1,16}:)?fonts[^<>]*>(.*?)</(?:\w{1,16}:)?fonts>", re.DOTALL)
_FONT_END = re.compile(rb"</(?:\w{1,16}:)?font>|<(?:\w{1,16}:)?font\s*/>")
_FONT_NAME = re.compile(rb"<(?:\w{1,16}:)?name\s([^<>]*)>")
_BUILT_IN_PERCENTS = ("9", "10")


def _read_styles(xml: bytes) -> _Styles:
    styles = _Styles()
    if not any(sign in xml for sign in (b'numFmtId="9"', b'numFmtId="10"', b"%", b".Vn", b".VN", b"VNI-", b"strike")):
        return styles
    formats = {_attribute(match[1], b"numFmtId"): _attribute(match[1], b"formatCode") for match in _NUMBER_FORMAT.finditer(xml)}
    percents = {key for key, code in formats.items() if "%" in code} | set(_BUILT_IN_PERCENTS)
    fonts_part = _FONTS.search(xml)
    fonts = _FONT_END.split(fonts_part[1]) if fonts_part else []
    cell_formats = _CELL_FORMATS.search(xml)
    for number, match in enumerate(_FORMAT.finditer(cell_formats[1] if cell_formats else b"")):
        if _attribute(match[1], b"numFmtId") in percents:
            styles.percents.add(str(number))
        font_id = _attribute(match[1], b"fontId")
        _note_font(styles, str(number), fonts[int(font_id)] if font_id.isdigit() and int(font_id) < len(fonts) else b"")
    return styles


def _note_font(styles: _Styles, number: str, font: bytes) -> None:
    if b"<strike/>" in font:
        styles.struck.add(number)
    name = _FONT_NAME.search(font)
    if name and text.is_legacy_font(_attribute(name[1], b"val")):
        styles.fonts[number] = _attribute(name[1], b"val")


def _place(attributes: bytes) -> tuple[int, int] | None:
    reference = _REFERENCE.search(attributes)
    if not reference:
        return None
    column = 0
    for letter in reference[1]:
        column = column * 26 + letter - 64
    return int(reference[2]) - 1, column - 1


def _is_far(xml: bytes, limits: Limits) -> bool:
    """Say whether the rectangle around the cells that hold something is larger than the limit.

    Cells without a reference take the place after the one before; a sheet that has them is judged by counting them.
    """
    cells = xml.count(b"<c ") + xml.count(b"<c>")
    named = xml.count(b'<c r="')
    if cells and cells == named and not _FAR.search(xml):
        return False
    row = column = lowest = rightmost = -1
    for match in re.finditer(rb"<(?:[A-Za-z]\w{0,15}:)?(row|c)(?:\s([^<>]*))?>", xml):
        attributes = match[2] or b""
        if match[1] == b"row":
            number = _ROW_NUMBER.search(attributes)
            row, column = (int(number[1]) - 1 if number else row + 1), -1
            continue
        place = _place(attributes)
        row, column = place or (row, column + 1)
        if not attributes.endswith(b"/"):
            lowest, rightmost = max(lowest, row), max(rightmost, column)
    return (lowest + 1) * (rightmost + 1) > limits.area


def _note_cell(marks: Marks, place: tuple[int, int], attributes: bytes, content: bytes) -> None:
    value = _VALUE.search(content)
    if b't="e"' in attributes:
        marks.errors[place] = value[1].decode("ascii", "replace") if value else "#VALUE!"
        return
    formula = _FORMULA.search(content)
    if formula and not (value and value[1]) and not (value and b't="str"' in attributes) and b"<is>" not in content:
        marks.formulas[place] = _unescape((formula[1] or b"").decode("utf-8", "replace"))


def _note_style(marks: Marks, place: tuple[int, int], attributes: bytes, styles: _Styles) -> None:
    found = _STYLE.search(attributes)
    number = found[1].decode("ascii") if found else "0"
    if number in styles.percents:
        marks.percents.add(place)
    if number in styles.struck:
        marks.struck.add(place)
    if number in styles.fonts:
        marks.fonts[place] = styles.fonts[number]


def _uses(xml: bytes, styles: _Styles) -> bool:
    numbers = styles.percents | styles.struck | set(styles.fonts)
    return "0" in numbers or any(b's="%s"' % number.encode() in xml for number in numbers)


def read_marks(xml: bytes, styles: _Styles, limits: Limits) -> Marks:
    """Return the marks of one sheet part."""
    marks = Marks(far=_is_far(xml, limits))
    if b" hidden=" in xml:
        for match in _ROW.finditer(xml):
            number = _ROW_NUMBER.search(match[1])
            if number and (b'hidden="1"' in match[1] or b'hidden="true"' in match[1]):
                marks.hidden.add(int(number[1]) - 1)
    styled = bool(styles) and _uses(xml, styles)
    if styled or b't="e"' in xml or _may_lack_results(xml):
        _read_cells(xml, styles, marks, styled)
    return marks


def _may_lack_results(xml: bytes) -> bool:
    if b"<f" not in xml and b":f" not in xml:
        return False
    return any(sign in xml for sign in _WITHOUT_RESULT) or _SHARED_WITHOUT_RESULT.search(xml) is not None


def _read_cells(xml: bytes, styles: _Styles, marks: Marks, styled: bool) -> None:
    end = len(xml)
    for match in _CELL.finditer(xml):
        attributes = match[1] or b""
        place = _place(attributes)
        if place is None or attributes.endswith(b"/"):
            continue
        stop = xml.find(b"</", match.end())
        while stop != -1 and not _CELL_END.match(xml, stop):
            stop = xml.find(b"</", stop + 2)
        _note_cell(marks, place, attributes, xml[match.end() : stop if stop != -1 else end])
        if styled:
            _note_style(marks, place, attributes, styles)


_CELL_END = re.compile(rb"</(?:[A-Za-z]\w{0,15}:)?c>")


def look(data: bytes, limits: Limits) -> Package:
    """Check the zip package `data` and return what calamine will not tell. Raises Unreadable: hostile, encrypted or damaged."""
    with _open(data) as archive:
        members = archive.infolist()
    _check_members(data, members, limits)
    by_name = {member.filename.lower().replace("\\", "/"): member for member in members}
    small = {name: _xml(data, by_name[name]) for name in _NEEDED_FIRST if name in by_name}
    styles = _read_styles(small.get("xl/styles.xml", b""))
    names = {part.lower(): name for name, part in _sheet_parts(small).items()}
    marks: dict[str, Marks] = {}
    for part, member in by_name.items():
        if part in small or part.startswith(_NOT_READ) or part.endswith(_NOT_READ_KINDS):
            continue
        # Every part that calamine may read is unpacked here once, so that its size is known to be what the directory says.
        xml = _xml(data, member)
        if b"sheetData" not in xml:
            continue
        found = read_marks(xml, styles, limits)
        if part in names:
            marks[names[part]] = found
        elif found.far:
            raise hostile("tệp có ô nằm quá xa bảng số liệu")
    code = _CODE.search(small.get("xl/workbook.xml", b""))
    return Package(marks, _unescape(code[1].decode("utf-8", "replace")).strip('"=') if code else "")


_NEEDED_FIRST = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml")
_NOT_READ = ("docprops/", "xl/theme/", "xl/media/", "xl/embeddings/", "xl/printersettings/", "pictures/", "thumbnails/")
_NOT_READ_KINDS = (".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", "vbaproject.bin", "/")


def _xml(data: bytes, member: zipfile.ZipInfo) -> bytes:
    unpacked = _unpack(data, member)
    if not member.filename.endswith(".bin"):
        _check_xml(unpacked)
    return unpacked
