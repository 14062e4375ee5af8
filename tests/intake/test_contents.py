"""Everything that lies in a mail is found, whatever it is called and wherever it lies, and said to be used or not."""

import io
import random
import zipfile
from datetime import date

import pytest
from openpyxl.utils import coordinate_to_tuple

from forms import kinds
from intake import contents, part_remarks
from roll.outcomes import Verdict
from tests.forms import encrypting, test_word_document, workbooks
from tests.intake import known, mails

UNIT = "UBND huyện Cao Lộc"
JPEG = b"\xff\xd8\xff\xe0" + bytes(200)


@pytest.fixture(scope="module")
def reader() -> contents.Reader:
    return contents.Reader([known.form_2019()])


@pytest.fixture(scope="module")
def report() -> bytes:
    return workbooks.filled_2019(known.form_2019(), UNIT, 5)


def zipped(members: list[tuple[str, bytes]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return packed.getvalue()


def mail(*attachments: tuple[str, bytes]) -> bytes:
    return mails.mail(f"<{known.CAO_LOC}>", "BC", "Em gửi ạ.", attachments=attachments)


@pytest.mark.parametrize("name", ["BC.xlsx", "AT00001.dat", "BC.xls", "anh.jpg", "", "Báo cáo.et"])
def test_a_workbook_is_read_whatever_its_name_says(reader: contents.Reader, report: bytes, name: str):
    inside = reader.read(mail((name, report)))
    assert [reading.header_text("unit") for reading in inside.readings] == [UNIT]
    assert (inside.parts[0].used, inside.parts[0].reading) == (True, 0)
    assert inside.parts[0].why == "read as THDTE-2019 version 1"


def test_a_workbook_that_the_text_shows_is_read(reader: contents.Reader, report: bytes):
    inline = mails.part("application/octet-stream", report, Content_Disposition='inline; filename="BC.xlsx"')
    text = mails.part("text/plain; charset=utf-8", "Em gửi ạ.".encode())
    inside = reader.read(mails.head(f"<{known.CAO_LOC}>") + mails.multipart([text, inline]))
    assert inside.parts[0].inline
    assert inside.readings[0].header_text("unit") == UNIT


def test_a_workbook_among_forty_photos_in_an_archive_is_read(reader: contents.Reader, report: bytes):
    photos = [(f"anh/{number}.jpg", JPEG + bytes([number])) for number in range(40)]
    inside = reader.read(mail(("BC.zip", zipped([*photos[:20], ("BC Cao Loc.xlsx", report), *photos[20:]]))))
    assert len(inside.parts) == 42
    assert [(part.name, part.path) for part in inside.parts if part.used] == [("BC Cao Loc.xlsx", "BC.zip")]
    assert inside.readings[0].verdict in {Verdict.VALID, Verdict.NEEDS_CONFIRM}


def test_a_workbook_in_an_attached_mail_is_read_and_its_place_is_told(reader: contents.Reader, report: bytes):
    inner = b"Content-Type: message/rfc822\r\n\r\n" + mail(("BC.xlsx", report))
    raw = mails.head(f"<{known.STRANGER}>", "Fwd: BC") + mails.multipart([inner], boundary="outer")
    inside = reader.read(raw)
    assert inside.headers.from_addresses == (known.STRANGER,)
    assert [(part.path, part.used) for part in inside.parts] == [("message.eml", True)]


def test_every_part_has_a_reason_why_it_was_not_used(reader: contents.Reader, report: bytes):
    inside = reader.read(mail(("BC.xlsx", report), ("BC.rar", b"Rar!\x1a\x07\x00" + bytes(50)), ("x.xlsx", b"")))
    assert [(part.kind, part.used, bool(part.why)) for part in inside.parts] == [
        ("xlsx", True, True),
        ("rar", False, True),
        ("empty", False, True),
    ]


def test_a_member_behind_a_password_is_told_as_such(reader: contents.Reader, report: bytes):
    data = bytearray(zipped([("BC.xlsx", report)]))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    inside = reader.read(mail(("BC.zip", bytes(data))))
    assert inside.readings == ()
    assert [(part.kind, part.why) for part in inside.parts] == [
        ("zip", part_remarks.PASSWORD),
        ("closed", part_remarks.CLOSED_MEMBER),
    ]


def test_workbooks_beyond_the_limit_are_named_as_not_read(reader: contents.Reader):
    csv = [(f"{number}.csv", f"a;b\r\n{number};2\r\n3;4\r\n5;6\r\n".encode()) for number in range(62)]
    inside = reader.read(mail(*csv))
    assert len(inside.readings) == contents.WORKBOOKS_READ
    assert [part.why for part in inside.parts if part.reading is None] == [
        "not read: the mail holds too many workbooks"
    ] * 2


@pytest.mark.parametrize("raw", [b"", b"\x00", b"\r\n\r\n", b"From: a@b.example", b"\xff" * 1000, b"PK\x03\x04" * 50])
def test_any_bytes_give_contents(reader: contents.Reader, raw: bytes):
    assert reader.read(raw).readings == ()
    assert reader.read_workbook(raw, "BC.xlsx").verdict in {Verdict.UNREADABLE, Verdict.HOSTILE, Verdict.WRONG_FORM}


def macros_in(workbook: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    return zipped([*members, ("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")])


WRONG = {"D42": 9_999_999}


@pytest.mark.parametrize("kind", ["xlsx", "xlsm", "xls"])
def test_a_workbook_to_be_corrected_goes_back_marked_as_xlsx_whatever_it_was(reader: contents.Reader, kind: str):
    report = workbooks.filled_2019(known.form_2019(), UNIT, 5, WRONG)
    data = {
        "xlsx": report, "xlsm": macros_in(report), "xls": workbooks.filled_2019_xls(known.form_2019(), UNIT, 5, WRONG),
    }[kind]  # fmt: skip
    inside = reader.read(mail((f"BC.{kind}", data), ("BC 2.xlsx", workbooks.filled_2019(known.form_2019(), UNIT, 5))))
    assert [part.kind for part in inside.parts] == [kind, "xlsx"]
    marked, valid = inside.marked
    assert kinds.kind_of(marked) == "xlsx"
    assert valid == b"", "there is nothing to mark"


def test_a_workbook_above_the_size_that_mail_servers_take_goes_back_without_a_copy(reader: contents.Reader):
    report = workbooks.filled_2019(known.form_2019(), UNIT, 5, WRONG)
    with zipfile.ZipFile(io.BytesIO(report)) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    photo = random.Random(1).randbytes(contents.MARKED_MOST)
    inside = reader.read(mail(("BC.xlsx", zipped([*members, ("xl/media/image1.jpg", photo)]))))
    assert inside.readings[0].verdict is Verdict.NEEDS_FIX
    assert inside.marked == (b"",)


def test_a_mail_with_more_workbooks_than_can_be_copied_in_time_is_read_all_the_same(reader: contents.Reader):
    rows = {f"{letter}{row}": "ghi chú" for row in range(100, 1100) for letter in "GHIJKLMNOPQRSTUVWXYZ"}
    large = workbooks.filled_2019_xls(known.form_2019(), UNIT, 5, WRONG | rows)
    inside = reader.read(mail(*((f"BC {number}.xls", large) for number in range(6))))
    assert [reading.verdict for reading in inside.readings] == [Verdict.NEEDS_FIX] * 6
    assert inside.marked[0]
    assert not inside.marked[5]


TABLE = "<table>" + "<tr><td>STT<td>Chỉ tiêu<td>12" * 6 + "</table>"
SEPARATED = "STT;Chỉ tiêu;Số\r\n1;Một;2\r\n2;Hai;3\r\n"


@pytest.mark.parametrize(
    ("name", "content", "read"),
    [
        ("BC.xls", TABLE, True), ("BC.csv", SEPARATED, True), ("BC.tsv", SEPARATED.replace(";", "\t"), True),
        ("thu.html", TABLE, False), ("ghi chu.txt", SEPARATED, False), ("chu ky.htm", "<html><p>Trân trọng</p>", False),
        ("BC.xls", "<html><p>Trân trọng</p>", True),
    ],
)  # fmt: skip
def test_a_text_or_a_web_page_that_is_not_the_form_counts_only_where_it_is_sent_as_a_table(
    reader: contents.Reader, name: str, content: str, read: bool
):
    inside = reader.read(mail((name, content.encode())))
    assert [reading.verdict in {Verdict.WRONG_FORM, Verdict.UNREADABLE} for reading in inside.readings] == [True] * read
    assert (inside.parts[0].used, bool(inside.parts[0].why)) == (False, True)


def test_the_form_as_a_web_page_is_read_whatever_it_is_called(reader: contents.Reader):
    content = workbooks.content_2019(known.form_2019(), UNIT, 5)
    tables = []
    for cells in content.values():
        grid: dict[int, dict[int, object]] = {}
        for address, value in cells.items():
            row, column = coordinate_to_tuple(address)
            grid.setdefault(row, {})[column] = f"{value:%d/%m/%Y}" if isinstance(value, date) else value
        lines = (
            "".join(f"<td>{str(grid.get(row, {}).get(column, '')).replace('.', ',')}" for column in range(1, 12))
            for row in range(1, max(grid) + 1)
        )
        tables.append(f"<table>{''.join(f'<tr>{line}' for line in lines)}</table>")
    for name in ("BC.xls", "BC.html"):
        inside = reader.read(mail((name, f"<html>{''.join(tables)}".encode())))
        assert [reading.header_text("unit") for reading in inside.readings] == [UNIT]
        assert inside.parts[0].used


def test_a_workbook_with_excels_own_password_is_read(reader: contents.Reader, report: bytes):
    inside = reader.read(mail(("BC.xlsx", encrypting.agile(report, "VelvetSweatshop"))))
    assert [reading.header_text("unit") for reading in inside.readings] == [UNIT]
    assert (inside.parts[0].kind, inside.parts[0].used) == ("encrypted", True)


CHILDREN = "STT,Họ và tên,Ngày sinh,Địa chỉ\n1,Hoàng Thị Mẫu,02/3/2012,xã Gia Cát\n2,Lý Văn Mẫu,2013,xã Gia Cát\n"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("Danh sách.docx", test_word_document.document(test_word_document.CHILDREN)),
        ("danh sach.csv", CHILDREN.encode()),
        ("danh sach.csv", CHILDREN.replace(",", ";").encode("utf-8-sig")),
    ],
)
def test_a_list_of_named_children_is_seen_beside_the_report(
    reader: contents.Reader, report: bytes, name: str, data: bytes
):
    inside = reader.read(mail(("BC.xlsx", report), (name, data)))
    listed = next(part for part in inside.parts if part.name == name)
    assert listed.reading is not None
    assert inside.readings[listed.reading].verdict is Verdict.PERSONAL_DATA
    assert (listed.used, listed.why != "") == (False, True)


def test_a_letter_in_a_document_beside_the_report_is_no_list(reader: contents.Reader, report: bytes):
    letter = test_word_document.document(test_word_document.paragraph("Kính gửi Sở, huyện gửi báo cáo ạ."))
    inside = reader.read(mail(("BC.xlsx", report), ("CV.docx", letter)))
    assert [reading.verdict for reading in inside.readings] == [Verdict.VALID]
