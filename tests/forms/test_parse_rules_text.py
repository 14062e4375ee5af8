"""The rules for text and its encodings, P35 to P44: each with the examples of its line. P43 is told with the values."""

import io
import unicodedata
import zipfile

import pytest

from forms import read, text
from tests.forms import workbooks
from tests.forms.found import UNIT, value_at
from tests.forms.taking import COUNT, TEXT, taken


@pytest.mark.parametrize(
    ("written", "meant"),
    [("Tr\xce em ngh\xcco \xae\xad\xeec t\xc6ng qu\xb5", "Trẻ em nghèo được tặng quà"),
     ("S\xeb Lao \xae\xe9ng - Th\xad\xacng binh v\xb5 X\xb7 h\xe9i", "Sở Lao động - Thương binh và Xã hội")],
)  # fmt: skip
def test_p35_tcvn3_is_unicode_by_its_font_and_by_its_content(written, meant):
    assert text.clean(written, ".VnTime") == meant
    assert taken(written, TEXT) == (meant, "P35", "")


def test_p36_a_capital_font_gives_capitals():
    assert text.clean("tr\xce em", ".VnTimeH") == "TRẺ EM"
    assert text.fold(text.clean("tr\xce em", ".VnTimeH")) == text.fold("trẻ em")


def test_p37_the_letters_of_tcvn3_that_cleaning_would_lose_are_kept():
    assert text.clean("\xae\xad\xeec ph\xaa duy\xd6t n\xa8m nay", ".VnTime") == "được phê duyệt năm nay"
    assert text.fold("\xae\xad\xeec") == "duoc"


def test_p38_vni_is_unicode_by_its_font():
    assert text.clean("Tieáng Vieät", "VNI-Times") == "Tiếng Việt"


@pytest.mark.parametrize("meant", ["Trẻ em được thăm, tặng quà", "Báo cáo tháng 6"])
def test_p39_decomposed_unicode_is_composed(meant):
    assert text.clean(unicodedata.normalize("NFD", meant)) == meant
    assert taken(unicodedata.normalize("NFD", meant), TEXT)[0] == meant


@pytest.mark.parametrize("typed", ["bc thang hanh dong", "ba1o ca1o", "bao caos"])
def test_p40_text_without_tones_is_matched_and_never_repaired(typed, reading):
    assert taken(typed, TEXT) == (typed, "", "")
    assert text.fold("BC Tháng hành động") == "bc thang hanh dong"
    assert value_at(reading({"B21": "bang ron, khau hieu, pa no, ap phich"}), "D21").name == "banners"


@pytest.mark.parametrize(
    ("one", "other"),
    [("hoà", "hòa"), ("Uỷ ban", "Ủy ban"), ("Quí", "Quý"), ("đ", "ð"), ("Đ", "Ð"), ("Lộc Bình", "LỘC BÌNH")],
)
def test_p41_spellings_of_one_word_have_one_key(one, other):
    assert text.fold(one).replace("i", "y") == text.fold(other).replace("i", "y")


@pytest.mark.parametrize("cell", ["\xa0320\xa0", "320\u200b", "\t320", "320\n", "320.", "320:"])
def test_p42_blanks_and_invisible_signs_around_a_figure_do_not_matter(cell):
    assert taken(cell, COUNT)[::2] == (320, "")


def test_p42_a_label_over_two_lines_with_a_colon_is_the_label(reading):
    result = reading({"B21": "Băng rôn,\xa0khẩu hiệu,\npa nô, áp phích :"})
    assert value_at(result, "D21").name == "banners"
    assert value_at(reading({"Bieu 02!B8": "Sân chơi\nthôn Nà Pài "}), "B8", "Bieu 02").raw == "Sân chơi\nthôn Nà Pài "


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRINGS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_STRINGS_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"


def _in_two_fonts(data, plain, first, second):
    """The workbook with one text as a shared string of two runs, the first in Unicode, the second in TCVN3."""
    strings = (
        f"<sst xmlns='{_MAIN}'><si><r><rPr><rFont val='Times New Roman'/></rPr><t xml:space='preserve'>{first}</t></r>"
        f"<r><rPr><rFont val='.VnTime'/></rPr><t>{second}</t></r></si></sst>"
    )
    replaced = {
        f't="inlineStr"><is><t>{plain}</t></is>': 't="s"><v>0</v>',
        "</Types>": f"<Override PartName='/xl/sharedStrings.xml' ContentType='{_STRINGS_TYPE}'/></Types>",
    }
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(written, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            for old, new in replaced.items():
                part = part.replace(old.encode(), new.encode())
            if name == "xl/_rels/workbook.xml.rels":
                related = (
                    f"<Relationship Id='rId99' Type='{_STRINGS_KIND}' Target='sharedStrings.xml'/></Relationships>"
                )
                part = part.replace(b"</Relationships>", related.encode())
            target.writestr(name, part)
        target.writestr("xl/sharedStrings.xml", strings)
    assert plain.encode() not in written.getvalue()
    return written.getvalue()


def test_p44_a_text_in_two_fonts_is_unicode_run_by_run_and_noted(form, prepared):
    data = workbooks.filled_2019(form, UNIT, 7, {"Bieu 02!B8": "DOI CHO NAY"})
    data = _in_two_fonts(data, "DOI CHO NAY", "Trẻ em nghèo ", "\xae\xad\xeec t\xc6ng qu\xb5")
    result = read.read_file(data, "a.xlsx", [prepared])
    work = value_at(result, "B8", "Bieu 02")
    assert (work.value, work.raw) == ("Trẻ em nghèo được tặng quà", "Trẻ em nghèo \xae\xad\xeec t\xc6ng qu\xb5")
    assert "P44 Bieu 02!B8" in result.notes


def test_p44_a_label_in_two_fonts_is_its_line(form, prepared):
    data = workbooks.filled_2019(form, UNIT, 7, {"B46": "DOI CHO NAY"})
    data = _in_two_fonts(data, "DOI CHO NAY", "Suất quà ", "\xae\xb7 trao")
    result = read.read_file(data, "a.xlsx", [prepared])
    assert (value_at(result, "D46").name, result.problems) == ("gift_parcels", ())
