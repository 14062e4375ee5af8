"""What a file is, by its content; its name plays no part (P01)."""

import re
import struct
import zipfile
import zlib
from io import BytesIO

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES = (
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x78\x9f\x3e\x22", "tnef"),
    (b"MSCF\0\0\0\0", "cab"),
    (b"MZ", "executable"),
    (b"\x7fELF", "executable"),
    (b"#!", "executable"),
    (b"\xcf\xfa\xed\xfe", "executable"),
    (b"\xca\xfe\xba\xbe", "executable"),
    (b"\x89PNG\r\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"{\\rtf", "doc"),
)
# BIFF2 to BIFF8 without a compound file around it: the BOF record [MS-XLS] 2.4.21.
BARE_XLS = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")
EXTENSIONS = {
    **{kind: kind for kind in ("xls", "xlsx", "xlsm", "xlsb", "ods", "csv")},
    "tsv": "csv",
    "txt": "csv",
    "htm": "html",
    "html": "html",
    "mht": "mhtml",
    "mhtml": "mhtml",
    "xml": "xml_spreadsheet",
}
"""What the end of a name says that a workbook is."""
_LOCK_FILE_SIZE = 165
_LOCK_NAME_MOST = 54
"""Excel's owner file.

One byte with the length of the name, the name in 54 bytes, then again in UTF-16; 165 bytes in all.
"""
_DIRECTORY_END = struct.Struct("<4s8xII")
_DIRECTORY_END_MOST = 22 + 65_535
"""APPNOTE.TXT 4.3.16: 22 bytes and a comment of at most 65,535."""
_PHOTOS = (b"heic", b"heix", b"mif1", b"avif")
# gzip (RFC 1952 §2.3.1), xz, Zstandard (RFC 8878 §3.1.1): one file, made smaller.
_COMPRESSED = (b"\x1f\x8b\x08", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd")
_BZIP2 = re.compile(rb"BZh[1-9](?:1AY&SY|\x17\x72\x45\x38\x50\x90)")
# The size of ARJ's header is at most 2,600 bytes; LHA names its method: "-lh5-".
_ARJ = re.compile(rb"\x60\xea.[\x00-\x0a]", re.DOTALL)
_LZH = re.compile(rb"..-l[hz][0-9s]-", re.DOTALL)
_HEAD = 4_096
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|table|meta)[\s>]", re.IGNORECASE)
_XML_SPREADSHEET = re.compile(r"<(?:\w{1,16}:)?Workbook[\s>]")
# How a web page in one file begins (RFC 2557): as Excel writes it, as browsers do.
_MHTML = re.compile(
    r"(?:mime-version|x-document-type|content-type|from: ?<saved by|snapshot-content-location)", re.IGNORECASE
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


def kind_of(data: bytes) -> str:
    """Return what `data` is, never raising.

    One of xlsx, xlsm, xlsb, xls, ods, docx, pptx, doc, zip, rar, 7z, gz, tar, cab, arj, lzh, tnef, pdf, image, html,
    xml, xml_spreadsheet, mhtml, calendar, csv, text, message, executable, encrypted, lock_file, empty, unknown.
    """
    if not data:
        return "empty"
    if data.startswith(b"PK"):
        return _kind_of_zip(data)
    if data.startswith(_OLE):
        return _kind_of_compound(data)
    known = next((kind for signature, kind in _SIGNATURES if data.startswith(signature)), "")
    return known or _kind_of_archive(data) or _kind_of_rest(data)


def _kind_of_archive(data: bytes) -> str:
    """Return the kind of an archive that no fixed bytes begin, empty for none."""
    if data.startswith(_COMPRESSED) or _BZIP2.match(data):
        return "gz"
    if _ARJ.match(data):
        return "arj"
    if _LZH.match(data):
        return "lzh"
    return "tar" if data[257:262] == b"ustar" else ""


def _kind_of_rest(data: bytes) -> str:
    if data.startswith(BARE_XLS):
        return "xls"
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if (data[:4], data[8:12]) == (b"RIFF", b"WEBP") or (data[4:8] == b"ftyp" and data[8:12] in _PHOTOS):
        return "image"
    if len(data) == _LOCK_FILE_SIZE and 0 < data[0] <= _LOCK_NAME_MOST:
        return "lock_file"
    return _kind_of_text(data)


def _directory_of(data: bytes) -> bytes:
    """Return the zip's central directory, empty where there is none."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - _DIRECTORY_END_MOST))
    if end < 0 or end + 20 > len(data):
        return b""
    _, size, _ = _DIRECTORY_END.unpack_from(data, end)
    return data[max(0, end - size) : end]


def _kind_of_zip(data: bytes) -> str:
    directory = _directory_of(data)
    if not directory:
        return "zip" if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")) else "unknown"
    if b"[Content_Types].xml" in directory:
        return _kind_of_office(data, directory)
    if b"mimetype" in directory and b"content.xml" in directory:
        return (
            "ods"
            if b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet" in data[:200] or _is_ods(data)
            else "unknown"
        )
    return "zip"


def _is_ods(data: bytes) -> bool:
    return _member(data, "mimetype").startswith(b"application/vnd.oasis.opendocument.spreadsheet")


def _kind_of_office(data: bytes, directory: bytes) -> str:
    names = directory.lower()
    if b"encryptedpackage" in names:
        return "encrypted"
    if b"xl/workbook.bin" in names:
        return "xlsb"
    if b"xl/workbook.xml" in names:
        return "xlsm" if b"xl/vbaproject.bin" in names else "xlsx"
    if b"word/document.xml" in names:
        return "docx"
    if b"ppt/presentation.xml" in names:
        return "pptx"
    types = _member(data, "[Content_Types].xml")
    return "xlsx" if b"spreadsheetml.sheet.main+xml" in types else "zip"


_MEMBER_MOST = 1_000_000
"""A list of content types is a few kilobytes."""


def _member(data: bytes, name: str) -> bytes:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive, archive.open(name) as member:
            return member.read(_MEMBER_MOST)
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        OSError,
        EOFError,
        RuntimeError,
        NotImplementedError,
        zlib.error,
        struct.error,
    ):
        return b""


def _kind_of_compound(data: bytes) -> str:
    """Tell by the names of the streams, UTF-16 in the directory ([MS-CFB] 2.6.1)."""
    found = _stream_kind(data, _STREAMS)
    # Some programs write the names in capitals; the search for those is for the few files that show none of the usual.
    return (
        found if found != "unknown" else _stream_kind(data.lower(), [(name.lower(), kind) for name, kind in _STREAMS])
    )


_STREAMS = [
    ("EncryptedPackage", "encrypted"),
    ("EncryptionInfo", "encrypted"),
    ("WordDocument", "doc"),
    ("PowerPoint Document", "doc"),
    ("__nameid_version1.0", "message"),
    ("Workbook", "xls"),
    ("Book", "xls"),
]


def _stream_kind(data: bytes, names: list[tuple[str, str]]) -> str:
    return next((kind for name, kind in names if name.encode("utf-16-le") in data), "unknown")


def _decoded(data: bytes) -> str | None:
    head = data[: _HEAD * 4]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace")
    decoded = head.decode("utf-8", "replace") if head.startswith(b"\xef\xbb\xbf") else head.decode("cp1252", "replace")
    return None if _CONTROL.search(decoded) else decoded


def _kind_of_text(data: bytes) -> str:
    decoded = _decoded(data)
    if decoded is None:
        return "unknown"
    head = decoded[:_HEAD].lstrip("\ufeff\xef\xbb\xbf \t\r\n")
    known = _kind_of_markup(head)
    if known:
        return known
    from forms import separated  # noqa: PLC0415 - hardly any file gets here

    return "csv" if separated.delimiter_of(decoded) else "text"


def _kind_of_markup(head: str) -> str:
    if head.startswith("BEGIN:VCALENDAR"):
        return "calendar"
    if _MHTML.match(head) and "multipart/related" in head.lower():
        return "mhtml"
    if _XML_SPREADSHEET.search(head) and "urn:schemas-microsoft-com:office:spreadsheet" in head:
        return "xml_spreadsheet"
    if _HTML.search(head):
        return "html"
    return "xml" if head.startswith("<?xml") else ""
