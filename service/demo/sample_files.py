"""The files that units attach: reports in every dress, and what comes instead of a report.

Each function returns a `Piece`: called with the blank workbook and the time of the mail, it gives one MIME part.
"""

import csv
import html
import io
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from service.demo import sample_archives, sample_mails, sample_workbooks, sample_xls

Piece = Callable[[sample_workbooks.Blank, datetime], bytes]
Content = Callable[[sample_workbooks.Blank, datetime], bytes]


@dataclass(frozen=True, slots=True)
class Report:
    """One filled-in workbook: `unit` as its line says it, `seed` its figures, `changes` what is wrong with it."""

    unit: str
    seed: int
    changes: Mapping[str, Any] = field(default_factory=dict)
    sheets: Sequence[str] = ()

    def filling(self, at: datetime) -> sample_workbooks.Filling:
        """Return how the workbook is filled in on a day."""
        return sample_workbooks.Filling(
            self.unit,
            self.seed,
            district=self.unit.startswith(("UBND huyện", "UBND thành phố", "UBND xã")),
            written=at.date(),
            changes=self.changes,
            sheets=self.sheets,
        )

    def xlsx(self, blank: sample_workbooks.Blank, at: datetime) -> bytes:
        """Return the workbook as .xlsx."""
        return blank.xlsx(self.filling(at))

    def xls(self, blank: sample_workbooks.Blank, at: datetime) -> bytes:
        """Return the workbook as .xls."""
        return sample_xls.xls(blank.fill(self.filling(at)))


def xlsx(name: str, report: Report) -> Piece:
    """A report saved by a Excel of today."""
    return lambda blank, at: sample_mails.attachment(name, report.xlsx(blank, at))


def xls(name: str, report: Report) -> Piece:
    """A report saved by an older Excel, or by WPS under a name of its own."""
    return lambda blank, at: sample_mails.attachment(name, report.xls(blank, at))


def named_in_words(name: str, report: Report) -> Piece:
    """A report whose file name is an encoded word."""
    return lambda blank, at: sample_mails.attachment_in_words(name, report.xls(blank, at))


def named_in_pieces(name: str, report: Report) -> Piece:
    """A report whose file name comes in pieces."""
    return lambda blank, at: sample_mails.attachment_in_pieces(name, report.xlsx(blank, at))


def xlsm(name: str, report: Report) -> Piece:
    """A report in a workbook that may hold macros (this one holds an empty project)."""

    def make(blank: sample_workbooks.Blank, at: datetime) -> bytes:
        members = sample_workbooks.members_of(report.xlsx(blank, at))
        return sample_mails.attachment(name, sample_workbooks.zipped([*members, ("xl/vbaProject.bin", b"\0" * 64)]))

    return make


def macros(name: str) -> Piece:
    """A workbook that is no form and wants its macros run."""
    book = sample_workbooks.table("Sheet1", [["Bật nội dung (Enable content) để xem biểu mẫu"]])
    members = [*sample_workbooks.members_of(book), ("xl/vbaProject.bin", b"\0" * 64)]
    return fixed(name, sample_workbooks.zipped(members))


def zipped(name: str, *members: tuple[str, Content], codec: str = "utf-8") -> Piece:
    """A zip; its members' names are written in `codec`, unflagged where that is not UTF-8."""

    def make(blank: sample_workbooks.Blank, at: datetime) -> bytes:
        content = [(member, data(blank, at)) for member, data in members]
        return sample_mails.attachment(name, sample_workbooks.zipped_in(codec, content), "application/zip")

    return make


def rar_with_photos(name: str, report_name: str, report: Report) -> Piece:
    """A RAR with the report, its letter as a document, and forty pictures of what was done."""

    def make(blank: sample_workbooks.Blank, at: datetime) -> bytes:
        photos = [(f"anh\\anh hoat dong {number}.png", PICTURE) for number in range(1, 41)]
        letter = ("Bao cao.doc", b"{\\rtf1 Bao cao ket qua}")
        members = [*photos[:20], (report_name, report.xls(blank, at)), letter, *photos[20:]]
        return sample_mails.attachment(name, sample_archives.rar(members))

    return make


def winmail(text: str, report_name: str, report: Report) -> Piece:
    """What Outlook makes of a mail and its files where it takes the addressee for another Outlook."""

    def make(blank: sample_workbooks.Blank, at: datetime) -> bytes:
        data = sample_archives.winmail(text, [(report_name, report.xlsx(blank, at))])
        return sample_mails.attachment("winmail.dat", data, "application/ms-tnef")

    return make


def fixed(name: str, data: bytes, content_type: str = "application/octet-stream") -> Piece:
    """A file that is always the same."""
    return lambda _blank, _at: sample_mails.attachment(name, data, content_type)


def blank_form(name: str) -> Piece:
    """The office's own form, as it went out."""
    return lambda blank, _at: sample_mails.attachment(name, blank.data)


def picture_in_text(name: str) -> Piece:
    """A picture that the text shows, a signature or a logo."""
    return lambda _blank, _at: sample_mails.inline_image(name, PICTURE)


def last_years_form(name: str, report: Report) -> Piece:
    """The form of 2018 with its figures."""
    changed = {"A4": "KẾT QUẢ THỰC HIỆN THÁNG HÀNH ĐỘNG VÌ TRẺ EM NĂM 2018", "D10": "Mã biểu: THDTE-2018-v1"}

    def make(blank: sample_workbooks.Blank, at: datetime) -> bytes:
        book = blank.fill(replace(report, changes=changed | dict(report.changes)).filling(at))
        for page in book.worksheets[1:]:
            page["A1"] = "Mã biểu: THDTE-2018-v1"
        return sample_mails.attachment(name, sample_xls.xls(book))

    return make


def protected_workbook(name: str) -> Piece:
    """A workbook with a password."""
    return fixed(name, sample_xls.protected())


def lock_file(name: str, who: str) -> Piece:
    """What Excel leaves beside an open workbook: the user's name, once in bytes, once in UTF-16; 165 bytes in all."""
    data = (
        bytes([len(who)])
        + who.ljust(54).encode("ascii")
        + struct.pack("<H", len(who))
        + who.ljust(54).encode("utf-16-le")
    )
    return fixed(name, data)


def pdf(name: str) -> Piece:
    """A scan with signature and seal."""
    return fixed(name, b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n", "application/pdf")


def photo(name: str) -> Piece:
    """A photograph of the printed table."""
    return fixed(name, PICTURE, "image/jpeg")


def document(name: str) -> Piece:
    """A Word document with the table in it."""
    words = "Báo cáo kết quả Tháng hành động vì trẻ em"
    text = f'<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:body></w:document>'
    members = [("[Content_Types].xml", b"<Types/>"), ("word/document.xml", text.encode())]
    return fixed(name, sample_workbooks.zipped(members))


def other_report(name: str) -> Piece:
    """The report of six months on social affairs: another table altogether."""
    rows: list[list[object]] = [
        ["BÁO CÁO KẾT QUẢ CÔNG TÁC LAO ĐỘNG, NGƯỜI CÓ CÔNG VÀ XÃ HỘI 6 THÁNG ĐẦU NĂM 2019"],
        [],
        ["TT", "Chỉ tiêu", "ĐVT", "Kế hoạch năm", "Thực hiện 6 tháng"],
        *([number, f"Chỉ tiêu {number}", "người", number * 90, number * 47] for number in range(1, 30)),
    ]
    return lambda _blank, _at: sample_mails.attachment(name, sample_workbooks.table("6 thang", rows))


def named_children(name: str) -> Piece:
    """A list of children with birth dates: it has no place in this report."""
    rows: list[list[object]] = [
        ["DANH SÁCH TRẺ EM NHẬN HỌC BỔNG THÁNG HÀNH ĐỘNG VÌ TRẺ EM NĂM 2019"],
        ["STT", "Họ và tên", "Ngày sinh", "Dân tộc", "Địa chỉ"],
        *(
            [n, f"Trẻ Em Mẫu {_letters(n)}", f"{n % 28 + 1:02}/{n % 12 + 1:02}/2010", "Tày", "Xã mẫu"]
            for n in range(1, 46)
        ),
    ]
    return lambda _blank, _at: sample_mails.attachment(name, sample_workbooks.table("Danh sach", rows))


def _letters(number: int) -> str:
    return chr(ord("A") + number % 26)


def web_page(name: str, report: Report) -> Piece:
    """A report as a web system exports it: a web page under the name of a workbook, a table for each sheet."""

    def make(blank: sample_workbooks.Blank, at: datetime) -> bytes:
        tables = "".join(
            f"<table border='1'>{''.join(map(_table_row, page.iter_rows(values_only=True)))}</table>"
            for page in blank.fill(report.filling(at)).worksheets
        )
        page = f"<html><head><meta charset='utf-8'></head><body>{tables}</body></html>"
        return sample_mails.attachment(name, page.encode(), "application/vnd.ms-excel")

    return make


def _table_row(values: Sequence[object]) -> str:
    return f"<tr>{''.join(f'<td>{html.escape(_shown(value))}</td>' for value in values)}</tr>"


def separated_values(name: str, report: Report) -> Piece:
    """The first sheet of a report as text with semicolons, as Excel saves it on a Vietnamese system."""

    def make(blank: sample_workbooks.Blank, at: datetime) -> bytes:
        page = blank.fill(report.filling(at)).worksheets[0]
        written = io.StringIO()
        csv.writer(written, delimiter=";").writerows(map(_shown, row) for row in page.iter_rows(values_only=True))
        return sample_mails.attachment(name, written.getvalue().encode("utf-8-sig"), "text/csv")

    return make


def _shown(value: object) -> str:
    """Return what a cell shows on a Vietnamese system."""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return "" if value is None else str(value).replace(".", ",") if isinstance(value, float) else str(value)


def open_document(name: str) -> Piece:
    """A table of LibreOffice."""
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    names = "urn:oasis:names:tc:opendocument:xmlns"
    spaces = " ".join(f'xmlns:{name}="{names}:{name}:1.0"' for name in ("office", "table", "text"))
    cells = (
        '<table:table-cell office:value-type="string"><text:p>Trẻ em được thăm, tặng quà</text:p></table:table-cell>'
        '<table:table-cell office:value-type="float" office:value="120"><text:p>120</text:p></table:table-cell>'
    )
    content = (
        f'<office:document-content {spaces} office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="Bieu 01"><table:table-row>{cells}</table:table-row></table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = f'<manifest:manifest xmlns:manifest="{names}:manifest:1.0"/>'
    members = [("mimetype", kind), ("content.xml", content.encode()), ("META-INF/manifest.xml", manifest.encode())]
    return fixed(name, sample_workbooks.zipped(members))


def forwarded(name: str, sender: str, subject: str, *pieces: Piece, days_before: int = 3) -> Piece:
    """An earlier mail of the thread, attached whole with its own files."""

    def make(blank: sample_workbooks.Blank, at: datetime) -> bytes:
        earlier = at - timedelta(days=days_before)
        parts = [piece(blank, earlier) for piece in pieces]
        text = "Em gửi báo cáo của xã ạ."
        return sample_mails.attached_mail(
            sample_mails.mail(sample_mails.Draft(name, sender, subject, text, earlier, parts))
        )

    return make


def _png(width: int, height: int) -> bytes:
    """Return a plain grey picture (PNG, ISO/IEC 15948)."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    lines = zlib.compress((b"\0" + b"\xcc" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


PICTURE = _png(120, 40)
PROGRAM = b"MZ" + b"\x90" * 200
