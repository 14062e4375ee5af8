"""Lists of named children in Word documents: found in tables and in lines, and nothing else is."""

import io
import zipfile

import pytest

from forms import word_document

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def document(body: str) -> bytes:
    """Return a .docx with this body."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>')
    return buffer.getvalue()


def paragraph(*runs: str) -> str:
    return f"<w:p>{''.join(f'<w:r><w:t>{run}</w:t></w:r>' for run in runs)}</w:p>"


def table(*rows: tuple[str, ...]) -> str:
    cells = ("".join(f"<w:tc>{paragraph(*cell.split('|'))}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


CHILDREN = table(
    ("STT", "Họ và |tên", "Ngày, tháng, năm sinh", "Địa chỉ"),
    ("1", "Hoàng Thị Mẫu", "02/3/2012", "xã Gia Cát"),
    ("2", "Lý Văn Mẫu", "2013", "xã Gia Cát"),
)


@pytest.mark.parametrize(
    "body",
    [
        CHILDREN,
        paragraph("Danh sách kèm theo:") + CHILDREN,
        table(("Danh sách", ""), ("", "")) + CHILDREN,
        table(("Phụ lục", CHILDREN)),
        "".join(
            paragraph(f"{number}. {name}, sinh ngày {number}/3/2012, thôn A, xã Gia Cát")
            for number, name in enumerate(("Hoàng Thị Mẫu", "Lý Văn Mẫu", "Nông Thị Mẫu"), start=1)
        ),
    ],
)
def test_a_list_of_named_children_is_seen(body: str):
    assert word_document.lists_children(document(body))


@pytest.mark.parametrize(
    "body",
    [
        "",
        paragraph("UBND huyện Cao Lộc báo cáo: đã tặng 350 suất quà cho học sinh các trường."),
        table(("STT", "Tên nhà tài trợ", "Số tiền"), ("1", "Công ty Mẫu", "20 triệu đồng")),
        table(("STT", "Họ và tên", "Chức vụ"), ("1", "Hoàng Thị Mẫu", "Trưởng phòng")),
        table(("STT", "Họ và tên", "Năm sinh"), ("1", "", "")),
        paragraph("Cháu Hoàng Thị Mẫu, sinh năm 2012, được trao học bổng."),
        "".join(paragraph(f"Số học sinh nghèo năm {year}: {year}") for year in range(2015, 2019)),
    ],
)
def test_a_document_without_one_has_none(body: str):
    assert not word_document.lists_children(document(body))


def test_bytes_that_are_no_document_have_no_list():
    whole = document(CHILDREN)
    for data in (b"", b"PK\x03\x04", whole[:200], whole.replace(b"word/document.xml", b"word/documenx.xml")):
        assert not word_document.lists_children(data)


def test_a_document_with_entities_or_endless_nesting_is_not_read():
    nested = document("<w:tbl>" * 200 + CHILDREN + "</w:tbl>" * 200)
    assert not word_document.lists_children(nested)
    entities = document('<!DOCTYPE a [<!ENTITY x "y">]>' + CHILDREN)
    assert not word_document.lists_children(entities)


def test_a_document_larger_than_any_report_is_not_looked_at():
    filling = paragraph("x" * 1000) * (word_document.DOCUMENT_MOST // 1000)
    assert not word_document.lists_children(document(CHILDREN + filling))
