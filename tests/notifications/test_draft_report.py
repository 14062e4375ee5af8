"""The draft report by itself: what stands in it, what it says of itself, hostile texts, many columns, two languages."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn

from notifications import draft_words
from notifications.draft_facts import (
    Doubt,
    DraftFacts,
    Line,
    ListCount,
    NotCounted,
    Passage,
    Section,
    SheetTotals,
    Total,
    TotalKind,
    UnitTexts,
)
from notifications.draft_report import draft_report
from notifications.words import whole_lines
from roll.board import Board, Standing
from roll.campaigns import Campaign
from roll.outcomes import State
from tests.notifications.samples import LANGUAGES, at, case, office
from tests.servers import libreoffice, open_xml_sdk

NOW = at(7, 5, 9, 30)
LONG = "Đề nghị tỉnh quan tâm. " * 2_200  # 50,600 characters
HOSTILE = {
    "a control": ("Nguồn lực\x00 còn\x08 hạn\x1b chế\ufffe", "Nguồn lực còn hạn chế"),
    "a lone surrogate": ("hạn \ud800chế", "hạn chế"),
    "an end of a run": ("a</w:t></w:r><w:p/>b &amp; c", "a</w:t></w:r><w:p/>b &amp; c"),
    "a formula": ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
    "a field": ('{ INCLUDETEXT "c:\\\\a" } {{ 7*7 }} ${x}', '{ INCLUDETEXT "c:\\\\a" } {{ 7*7 }} ${x}'),
    "a right-to-left override": ("báo cáo \u202excod.exe\u202c rồi", "báo cáo xcod.exe rồi"),
    "fifty thousand characters": (LONG, LONG.strip()),
    "one word as long": ("x" * 50_000, "x" * 50_000),
    "an emoji, a bullet of an old font": ("tốt \U0001fae8 \uf0b7", "tốt \U0001fae8 \uf0b7"),
}


def standing(code: str, state: State, kind: str = "district", **changes: object) -> Standing:
    given = {"obligation": "required", "on_time": None if state is State.MISSING else True, **changes}
    return Standing(code, f"UBND huyện {code}", f"huyện {code}", kind, state=state, **given)  # type: ignore[arg-type]


UNITS = (
    standing("A", State.VALID, signed_copy=True),
    standing("B", State.NEEDS_CONFIRM, on_time=False, late=True),
    standing("C", State.MISSING, phone="0205 3000 001", extended_until=at(7, 9)),
    standing("D", State.MISSING, signed_copy=True, overdue=True),
    standing("Y", State.NEEDS_FIX, "department", on_time=False),
    standing("Q", State.EXEMPT, "department", phone="0205 3000 002"),
    standing("O", State.NIL, "organisation", obligation="asked"),
    standing("P", State.MISSING, "organisation", obligation="asked"),
)
SHEET = SheetTotals(
    "Biểu 01",
    "KẾT QUẢ THỰC HIỆN",
    ("Kết quả / Số lượng", "Kết quả / Kinh phí"),
    (
        Section("I", "QUÀ TẶNG"),
        Line(
            "1.1",
            "Trẻ em được tặng quà",
            "trẻ em",
            (
                Total(TotalKind.SUM, 2, (12345,), unit="trẻ em", unconfirmed=True),
                Total(TotalKind.SUM, 1, (185.5,), unit="triệu đồng"),
            ),
            (0, 1),
        ),
        Line("1.2", "Tổ chức Lễ phát động", "", (Total(TotalKind.YES_NO, 2, (1, 1)), None)),
        Line("1.3", "Ngày tổ chức", "ngày", (Total(TotalKind.DAYS, 2, ("2019-06-01", "2019-06-15")), None)),
        Section("II", "TỶ LỆ"),
        Line("2.1", "Tỷ lệ", "%", (Total(TotalKind.RANGE, 2, (12.5, 40)), Total(TotalKind.SUM, 0, unit="triệu đồng"))),
        Line("2.2", "Xếp loại", "", (Total(TotalKind.CHOICES, 3, choices=(("Tốt", 2), ("Khá", 1))), None)),
        Line("2.3", "Ghi chú", "", (Total(TotalKind.TEXTS, 1), None)),
    ),
)


def facts(**changes: object) -> DraftFacts:
    given: dict[str, object] = {
        "board": Board("thang-hanh-dong-2019", "Tháng hành động", NOW, UNITS, unassigned=2),
        "form_title": "BIỂU TỔNG HỢP",
        "reports": 2,
        "sheets": (SHEET,),
        "lists": (ListCount("Biểu 02", "DANH SÁCH CÔNG TRÌNH", 1_234, 2),),
        "texts": (UnitTexts("UBND huyện A", (Passage("2. Khó khăn, vướng mắc", "Dòng một\nDòng hai"),)),),
        "doubts": (Doubt("UBND huyện B", "Biểu 01, D62", "bình quân 500 trẻ em/lớp; đề nghị kiểm tra."),),
        "not_counted": (NotCounted("Sở Y", "Đã gửi, chờ chỉnh sửa", "TN-2019-0007: còn nội dung cần chỉnh sửa"),),
        **changes,
    }
    return DraftFacts(**given)  # type: ignore[arg-type]


def campaign(language: str = "vi") -> Campaign:
    return replace(case(language).campaign, references=("1332/LĐTBXH-TE", "1415/VP-KGVX"), signed_copy=True)


def written(told: DraftFacts, language: str = "vi") -> bytes:
    return draft_report(office(language), campaign(language), told)


def opened(data: bytes) -> Document:
    return docx.Document(io.BytesIO(data))


def lines_of(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs if paragraph.text]


def rows_of(document: Document) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]


@pytest.fixture(scope="module")
def data() -> bytes:
    return written(facts())


@pytest.fixture(scope="module")
def document(data: bytes) -> Document:
    return opened(data)


# What it says of itself


def test_a_draft_says_on_every_page_that_it_is_one_and_bears_no_mark_of_an_official_document(
    document: Document, data: bytes
) -> None:
    lines = lines_of(document)
    assert "DỰ THẢO BÁO CÁO" in lines
    for section in document.sections:
        assert "không phải là văn bản hành chính" in section.footer.paragraphs[0].text
    first = document.sections[0]
    assert first.different_first_page_header_footer
    assert first.first_page_footer.paragraphs[0].text == first.footer.paragraphs[0].text
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        everything = b"".join(package.read(name) for name in package.namelist()).decode()
    assert not re.search(r"CỘNG H[ÒO]|Độc lập|Nơi nhận: - |Số: |\./\.", everything, re.IGNORECASE)


def test_title_office_grounds_and_instant_open_it(document: Document) -> None:
    lines = lines_of(document)
    title = lines.index("DỰ THẢO BÁO CÁO")
    assert lines[title + 1].startswith("Kết quả Tháng hành động")
    assert lines[title + 2] == "(Số liệu tính đến 09 giờ 30 phút, ngày 05/7/2019)"
    top = document.tables[0].rows[0].cells[0].text
    assert top == "SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI TỈNH LẠNG SƠN\nPHÒNG TRẺ EM - BÌNH ĐẲNG GIỚI"
    assert any(line.startswith("Căn cứ:") and "1332/LĐTBXH-TE; 1415/VP-KGVX" in line for line in lines)
    headings = [each.text for each in document.paragraphs if each.style and each.style.name == "Heading 1"]
    assert [heading.split(".")[0] for heading in headings] == ["I", "II", "III", "IV"]


def test_the_properties_name_the_office_and_the_instant_and_no_program(data: bytes, document: Document) -> None:
    properties = document.core_properties
    assert properties.author == office("vi").name
    assert properties.created == properties.modified
    assert properties.created.replace(tzinfo=None) == datetime(2019, 7, 5, 2, 30)  # type: ignore[union-attr]
    assert properties.title.startswith("DỰ THẢO BÁO CÁO: ")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = package.namelist()
        assert not any(b"python" in package.read(name).lower() for name in names)
        assert not {"docProps/app.xml", "docProps/thumbnail.jpeg"} & set(names)
        assert package.testzip() is None


def test_the_same_facts_give_the_same_bytes(data: bytes) -> None:
    assert written(facts()) == data


def test_it_is_set_as_the_decree_sets_a_document(document: Document) -> None:
    section = document.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)  # type: ignore[union-attr]
    assert 3.0 <= round(section.left_margin.cm, 1) <= 3.5  # type: ignore[union-attr]
    assert 1.5 <= round(section.right_margin.cm, 1) <= 2.0  # type: ignore[union-attr]
    normal = document.styles["Normal"]
    assert normal.font.size.pt == 13  # type: ignore[attr-defined]
    assert normal.paragraph_format.line_spacing == pytest.approx(1.2)  # type: ignore[attr-defined]
    fonts = {
        value
        for style in document.styles
        for each in style.element.iter(qn("w:rFonts"))
        for value in each.attrib.values()
    }
    assert fonts == {"Times New Roman"}


def test_the_header_of_every_table_comes_again_on_each_page_and_no_row_is_torn(document: Document) -> None:
    for table in document.tables[1:]:
        assert table.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert all(row._tr.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in table.rows)


# I. How reporting went


def test_reporting_is_counted_as_the_board_counts_it_in_all_and_by_group(document: Document) -> None:
    table = {row.cells[1].text: [cell.text for cell in row.cells[2:]] for row in document.tables[1].rows}
    assert table["Nội dung"] == ["Tổng số", "Huyện, thành phố", "Sở, ban, ngành"]
    totals = facts().board.totals()
    words = draft_words.catalogue("vi")
    for key in (
        "expected",
        "received",
        "valid",
        "needs_confirm",
        "needs_fix",
        "held",
        "nil",
        "missing",
        "late",
        "exempt",
    ):
        counts = [int(text) for text in table[words[f"count_{key}"]]]
        assert counts[0] == totals[key] == sum(counts[1:]), key
    when = [int(table[words[f"count_{key}"]][0]) for key in ("on_time", "in_grace", "late")]
    assert when == [1, 1, 1]
    assert sum(when) == totals["received"]
    assert table[words["count_signed"]] == ["2", "2", "0"]


def test_reporting_is_told_in_a_sentence_with_the_units_that_were_only_asked(document: Document) -> None:
    said = next(line for line in lines_of(document) if line.startswith("Tính đến"))
    assert "báo cáo của 3/5 đơn vị phải báo cáo (60%)" in said.replace(",0%", "%")
    assert "Chưa nhận được báo cáo của 02 đơn vị" in said
    assert "1/2 đơn vị được đề nghị" in said
    assert "chưa nộp" not in " ".join(lines_of(document)).casefold()


# II. Results


def test_every_line_stands_below_its_section_with_its_totals_and_how_many_gave_a_figure(document: Document) -> None:
    rows = rows_of(document)
    assert ["1.1", "Trẻ em được tặng quà", "trẻ em", "12.345 (*)", "185,5", "2; 1"] in rows
    assert ["1.2", "Tổ chức Lễ phát động", "", "Có: 1; Không: 1", "", "2"] in rows
    assert ["1.3", "Ngày tổ chức", "ngày", "01/6/2019 - 15/6/2019", "", "2"] in rows
    assert ["2.1", "Tỷ lệ", "%", "12,5 - 40", "-", "2; 0"] in rows
    assert ["2.2", "Xếp loại", "", "Tốt: 2; Khá: 1", "", "3"] in rows
    assert ["2.3", "Ghi chú", "", "(mục III)", "", "1"] in rows
    assert ["1", "Biểu 02. DANH SÁCH CÔNG TRÌNH", "1.234", "2"] in rows
    headings = [each.text for each in document.paragraphs if each.style and each.style.name == "Heading 3"]
    assert headings == ["Mục I. QUÀ TẶNG", "Mục II. TỶ LỆ"]
    assert rows.count(["STT", "Chỉ tiêu", "Đơn vị tính", "Kết quả", "Kết quả", "Số đơn vị"]) == 2
    main = next(line for line in lines_of(document) if line.startswith("- Trẻ em được tặng quà"))
    assert main.endswith("12.345 (*) trẻ em (02 đơn vị có số liệu); 185,5 triệu đồng (01 đơn vị có số liệu).")


@pytest.mark.parametrize("count", [1, 3, 4, 7, 20])
def test_however_many_columns_there_are_each_figure_stands_on_a_page(count: int) -> None:
    columns = tuple(f"Kết quả / Cột {number}" for number in range(count))
    totals = tuple(Total(TotalKind.SUM, 1, (1_000_000 + number + 0.5,)) for number in range(count))
    made = opened(written(facts(sheets=(SheetTotals("Biểu", "", columns, (Line("1", "Dòng", "cái", totals),)),))))
    shown = [text for row in rows_of(made) for text in row if text.endswith(",5")]
    assert shown == [f"1.000.{number:03},5" for number in range(count)]
    for table in made.tables[1:]:
        width = sum(column.width.cm for column in table.columns)  # type: ignore[union-attr]
        assert width <= (25.3 if count > 2 else 16.6)


def test_without_a_report_it_says_so_and_has_no_figures() -> None:
    board = Board("c", "t", NOW, (standing("A", State.MISSING),), 0)
    made = opened(written(facts(board=board, reports=0, texts=(), doubts=(), not_counted=())))
    lines = lines_of(made)
    assert "Chưa có báo cáo nào được tiếp nhận; chưa có số liệu để tổng hợp." in lines
    assert "Chưa có đơn vị nào ghi nội dung này trong báo cáo đã tiếp nhận." in lines
    assert not any("12.345" in text for row in rows_of(made) for text in row)
    nobody = replace(board, units=())
    assert "Không có đơn vị nào." in lines_of(opened(written(facts(board=nobody, reports=0))))


# III. What units wrote


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_text_breaks_nothing_and_nothing_of_it_is_lost_that_a_person_can_read(name: str) -> None:
    text, readable = HOSTILE[name]
    unit = UnitTexts(text, (Passage(text, text),))
    made = opened(written(facts(texts=(unit,), doubts=(Doubt(text, text, text),))))
    found = next(
        each.text
        for heading, each in zip(made.paragraphs[1:], made.paragraphs[2:], strict=False)
        if heading.style and heading.style.name == "Lead"
    )
    assert found == readable
    assert ["1", readable, readable, readable] in rows_of(made)


def test_lines_that_a_unit_wrote_stay_lines_and_stand_below_its_name_and_what_was_asked(document: Document) -> None:
    lines = lines_of(document)
    place = lines.index("1. UBND huyện A")
    assert lines[place : place + 4] == ["1. UBND huyện A", "2. Khó khăn, vướng mắc:", "Dòng một", "Dòng hai"]


def test_line_breaks_of_every_kind_end_a_line_and_blank_ones_go() -> None:
    assert whole_lines("a\r\n\r\n  b\u2028c\x85d\ve ") == ["a", "b", "c", "d", "e"]


# IV and the annex


def test_notes_say_what_was_not_confirmed_what_was_not_counted_and_what_waits(document: Document) -> None:
    rows = rows_of(document)
    assert ["1", "UBND huyện B", "Biểu 01, D62", "bình quân 500 trẻ em/lớp; đề nghị kiểm tra."] in rows
    assert ["1", "Sở Y", "Đã gửi, chờ chỉnh sửa", "TN-2019-0007: còn nội dung cần chỉnh sửa"] in rows
    assert any("Có 02 thư chưa xác định được đơn vị gửi" in line for line in lines_of(document))


def test_the_annex_names_from_whom_nothing_came_with_telephone_extension_and_exemption(document: Document) -> None:
    rows = [[cell.text for cell in row.cells] for row in document.tables[-1].rows]
    assert rows == [
        ["STT", "Đơn vị", "Điện thoại", "Ghi chú"],
        ["Huyện, thành phố (02)"] * 4,
        ["1", "UBND huyện C", "0205 3000 001", "được gia hạn đến hết ngày 08/7/2019"],
        ["2", "UBND huyện D", "", "đã có bản ký, chưa có bản mềm; quá hạn"],
        ["Không thuộc diện báo cáo, không tính vào số chưa nhận được (01)"] * 4,
        ["1", "UBND huyện Q", "0205 3000 002", "không thuộc diện báo cáo"],
    ]


# Languages and programs


def test_both_languages_have_the_same_phrases_with_the_same_places() -> None:
    def places(language: str) -> dict[str, set[str]]:
        return {key: set(re.findall(r"{\w+}", said)) for key, said in draft_words.catalogue(language).items()}

    assert places("vi") == places("en")


def test_an_english_draft_has_no_vietnamese_words_of_ours() -> None:
    english = opened(written(facts(), "en"))
    ours = " ".join(lines_of(english) + [text for row in rows_of(english) for text in row])
    ours += english.sections[0].footer.paragraphs[0].text
    assert "DRAFT REPORT" in ours
    assert ["1.1", "Trẻ em được tặng quà", "trẻ em", "12,345 (*)", "185.5", "2; 1"] in rows_of(english)
    vietnamese = draft_words.catalogue("vi")
    long_ones = [said for said in vietnamese.values() if len(said) > 8 and "{" not in said]
    assert [said for said in long_ones if said in ours] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_libreoffice_opens_it_and_prints_it(language: str, tmp_path: Path) -> None:
    libreoffice.require_writer()
    hostile = tuple(UnitTexts(name, (Passage(name, text),)) for name, (text, _) in HOSTILE.items())
    printed = libreoffice.convert({"du-thao.docx": written(facts(texts=hostile), language)}, "writer_pdf", tmp_path)
    assert printed["du-thao"].startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", printed["du-thao"])) > 20  # the long texts are whole


@pytest.mark.soak  # the validator takes 80 MB and a second
def test_word_opens_it_without_repairing_it() -> None:
    open_xml_sdk.require()
    hostile = tuple(UnitTexts(name, (Passage(name, text),)) for name, (text, _) in HOSTILE.items())
    columns = tuple(f"Kết quả / Cột {number}" for number in range(20))
    wide = SheetTotals("B", "", columns, (Line("1", "D", "c", tuple(Total(TotalKind.SUM, 1, (1,)) for _ in columns)),))
    assert open_xml_sdk.errors(written(facts(texts=hostile, sheets=(SHEET, wide))), "docx") == {}
