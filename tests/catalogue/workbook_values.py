"""Cases W 109 and 113 to 128: what stands in a cell. Notation is normalised; no figure is ever guessed."""

import unicodedata

from tests.catalogue.books import Raw, book, changed, content, packed, parts
from tests.catalogue.cases import Chapter
from tests.catalogue.office import report

CHAPTER = Chapter()
VALID, ERRORS = "A valid", "E errors"
SHEET = "xl/worksheets/sheet1.xml"


def add(number: int, title: str, asked: str, ends: str, changes: dict[str, object], **options: object) -> None:
    """Add a case whose workbook differs from a sound one in some cells."""
    CHAPTER.add(number, title, asked, ends, lambda unit: report(unit, ("BC.xlsx", book(unit, changes))), **options)


def _with_gap(unit: int) -> bytes:
    """Return a list of works with 600 blank rows before its last one."""
    return report(unit, ("BC.xlsx", book(unit, {"Bieu 02!A609": 4, "Bieu 02!B609": "Nhà văn hóa", "Bieu 02!C609": 7})))


def _in_font(unit: int, font: str, text: str) -> bytes:
    """Return a workbook one of whose texts is written for a font of its own."""
    made = parts(content(unit, {"D15": text}))
    styles = made["xl/styles.xml"]
    styles = styles.replace(b'<fonts count="1">', b'<fonts count="2">').replace(
        b"</font></fonts>", f'</font><font><sz val="12"/><name val="{font}"/></font></fonts>'.encode()
    )
    look = b'<xf numFmtId="0" fontId="1" fillId="0" borderId="0" applyFont="1"/></cellXfs>'
    made["xl/styles.xml"] = styles.replace(b"</cellXfs>", look).replace(b'<cellXfs count="2">', b'<cellXfs count="3">')
    made[SHEET] = made[SHEET].replace(b'<c r="D15"', b'<c r="D15" s="2"')
    return report(unit, ("BC.xlsx", packed(made)))


def _decomposed(unit: int, form: str) -> bytes:
    """Return a workbook whose every text is written in a normal form of Unicode."""
    sheets = {
        name: {at: unicodedata.normalize(form, told) if isinstance(told, str) else told for at, told in cells.items()}
        for name, cells in content(unit).items()
    }  # fmt: skip
    return report(unit, ("BC.xlsx", packed(parts(sheets))))


def _circular(unit: int) -> bytes:
    return report(
        unit,
        (
            "BC.xlsx",
            changed(
                unit, SHEET, changes={"D11": Raw("|<f>D12</f><v>0</v>"), "D12": Raw("|<f>D11</f><v>0</v>"), "D13": 0}
            ),
        ),
    )


CHAPTER.add(109, "600 blank rows, then one more record", "A", VALID, _with_gap)
add(113, "a sum without a result", "E A", VALID, {"D12": "=SUM(D13:D13)", "D13": 300}, reads={"people": 300})
add(113, "a formula without a result", "E A", ERRORS, {"D12": "=VLOOKUP(1,Z1:Z9,1)"})
add(114, "a stale result", "E", VALID, {"D12": Raw("|<f>D13+1</f><v>5000</v>")}, reads={"people": 5000},
    differs="What Excel stored is what the sender saw; a figure that breaks a rule goes back.")  # fmt: skip
for _error in ("#REF!", "#N/A", "#DIV/0!"):
    add(114, f"a cell with {_error}", "E", ERRORS, {"D12": Raw(f"e|<f>A1/0</f><v>{_error}</v>")})
CHAPTER.add(115, "formulas that go round", "A E", VALID, _circular)
for _text, _end, _day in (
    ("31/12/2019", VALID, "2019-12-31"), ("12/31/2019", ERRORS, None), ("12.6.19", VALID, "2019-06-12"),
    ("29/02/2019", ERRORS, None), ("12/6/19", VALID, "2019-06-12"),
):  # fmt: skip
    add(119, f"a day written {_text}", "A E", _end, {"D14": _text}, reads={"held_on": _day} if _day else {})
add(119, "a day that is a bare serial", "A E", "A warnings", {"D14": 43628})
for _text, _number in (
    ("1.234.567", 1234567), ("1,234,567", 1234567), ("1\u00a0234\u00a0567", 1234567), ("1\u202f234\u202f567", 1234567),
):  # fmt: skip
    add(120, f"a number written {_text}", "A", VALID, {"D12": _text}, reads={"people": _number})
add(120, "a number written 1.234.567,89", "A", VALID, {"E16": "1.234.567,89"})
add(120, "a number written 1,234,567.89", "A", VALID, {"E16": "1,234,567.89"})
add(120, "1.234 alone, where whole numbers are asked", "E A", VALID, {"D12": "1.234"}, reads={"people": 1234})
for _text in ("1O0", "l00", "(1.000)", "x", "12,5%", "1.000 đồng"):
    add(121, f"a number written {_text}", "A E", ERRORS, {"D12": _text, "D13": 0})
for _text, _number in (("\uff11\uff10\uff10\uff10", 1000), ("-", 0), ("\u2013", 0), ("không", 0)):
    add(121, f"a number written {_text}", "A E", VALID, {"D12": _text, "D13": 0}, reads={"people": _number})
add(122, "a number kept as text", "A", VALID, {"D12": "1500"}, reads={"people": 1500})
for _text in ("NaN", "Inf", "1E309", "1234567890123456789"):
    add(123, f"a number stored as {_text}", "A E", ERRORS, {"D12": Raw(f"|<v>{_text}</v>"), "D13": 0})
add(123, "a sum of binary fractions", "A E", VALID, {"E16": 0.1 + 0.2})
CHAPTER.add(124, "texts composed", "A", VALID, lambda unit: _decomposed(unit, "NFC"))
CHAPTER.add(124, "texts decomposed", "A", VALID, lambda unit: _decomposed(unit, "NFD"))
CHAPTER.add(
    125,
    "a text in TCVN3",
    "A E",
    VALID,
    lambda unit: _in_font(unit, ".VnTime", "TiÕng ViÖt rÊt hay"),
    reads={"officer": "Tiếng Việt rất hay"},
)
CHAPTER.add(
    125,
    "a text in VNI",
    "A E",
    VALID,
    lambda unit: _in_font(unit, "VNI-Times", "Tieáng Vieät raát hay"),
    reads={"officer": "Tiếng Việt rất hay"},
)
add(126, "an emoji and _x000D_", "A", VALID, {"D15": "Hoàng \U0001f600 A_x000D_"})
add(126, "half a surrogate pair, as Excel writes it", "A", VALID, {"D15": "A_xD83D_B"})
add(126, "half a surrogate pair, as a reference", "A", "E unreadable",
    {"D15": Raw("inlineStr|<is><t>A&#xD83D;B</t></is>")},
    differs="No well-formed XML (XML 1.0, 2.2): Excel refuses the file too.")  # fmt: skip
add(126, "a NUL and a control character", "A", VALID, {"D15": Raw("inlineStr|<is><t>A\x01B\x00C</t></is>")})
for _text in ("=cmd|'/c calc'!A1", "+1+cmd", "@SUM", "-2+3"):
    add(
        127,
        f"a text that begins as a formula, {_text}",
        "A",
        VALID,
        {"D15": Raw(f"inlineStr|<is><t>{_text}</t></is>")},
        reads={"officer": _text},
    )
for _text in ("<script>alert(1)</script>", "{{7*7}}", "'; DROP TABLE mails"):
    add(128, f"a text that is code, {_text}", "A", VALID, {"D15": _text}, reads={"officer": _text})
