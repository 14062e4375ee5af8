"""What stands above a learned table: the title, the form's code, lines to fill in, units of measure (P29 to P31)."""

import re
from dataclasses import dataclass, field

from forms import money, text
from forms.learning import words
from forms.learning.page import Page

_CODE = re.compile(r"[A-Za-zĐđ0-9][\w./&Đđ-]{1,40}")
_CODE_WITH_VERSION = re.compile(r"(?P<name>.{1,60}?)[-_ .]+v(?P<version>[0-9]{1,4}(?:\.[0-9]{1,3})?)", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:năm|year|năm học)?\s*((?:19|20)[0-9]{2})\b", re.IGNORECASE)
_UNIT_LINE = re.compile(r"\b(?:đơn vị tính|đvt|đơn vị|unit)s?\b([^:]{0,40}):\s*([^;()]{1,60})", re.IGNORECASE)
_TITLE_MOST = 250
"""Characters of a title; that of the 2019 form has 52."""
_SECOND_MOST = 160
"""Characters of its second row."""
_SHORT_TITLE = 3
"""Words of a title that goes on in the next row: "BÁO CÁO", "PHIẾU KHẢO SÁT"."""
_FIELD_LABEL_MOST = 60
"""Characters, as forms.headings has it."""
_LEADER = re.compile(r"[.…_]{2,}")
_LETTERHEAD = ("ten co quan", "bo phan", "co quan chu quan")
_NO_FIELD_BEGINNINGS = (
    *("don vi tinh", "dvt", "kem theo", "ban hanh", "phu luc", "bieu so", "mau so", "don vi nhan", "ngay nhan"),
    *("co quan nhan", "noi nhan", "thang nam", "quy nam", "received by", "returned to"),
)
_DATE_LINE = re.compile(r"(?i)ngày\s*[.…_\s]*\s*tháng|^\W*(?:tháng|quý|năm)\s*[.…_]")
_PERIODS = ("quy ", "thang ", "nam ", "6 thang", "9 thang", "nam hoc", "quarter", "year", "month")
_ANSWER_MOST = 60
"""Characters of an answer that a filled copy has behind the colon: names of units, persons."""
_UPPER_SHARE = 0.7
_TITLE_ENOUGH = 3.0
"""Signs of a title that must come together: capitals, bold and centred, say; each counts 1 or 2."""
_WIDE = 0.6
"""Share of the table over which a title is merged; unit and motto take half each."""


@dataclass(slots=True)
class Heading:
    """What was found above a table. `fields` are labels of lines to fill in, in reading order."""

    title: str = ""
    code: str = ""
    fields: list[str] = field(default_factory=list)
    units: list[tuple[str, str]] = field(default_factory=list)

    period_year: int | None = None


def year_of(title: str) -> int | None:
    """Return the year that a title names."""
    found = _YEAR.search(title)
    return int(found[1]) if found else None


def read(page: Page, first: int, last: int) -> Heading:
    """Return what rows `first` to `last` say; `last` is the row above the table's header."""
    heading = Heading()
    scored: list[tuple[float, int, str]] = []
    for row in range(first, last + 1):
        for column, said in page.texts(row):
            key = text.fold(said)
            if key.startswith(words.MOTTO) or not key:
                continue
            _note_code(heading, said, key)
            if heading.period_year is None and key.startswith(_PERIODS):
                heading.period_year = year_of(said)
            heading.units += [
                (text.fold(what), unit.strip(" ."))
                for what, unit in _UNIT_LINE.findall(said)
                if not _LEADER.search(unit)
            ]
            label = _field_label(said) or _label_beside_blank(page, row, column, said)
            if label:
                if label not in heading.fields:
                    heading.fields.append(label)
            elif len(said) <= _TITLE_MOST:
                scored.append((_title_score(page, row, column, said, key), row, said))
    heading.title = _title(scored)
    return heading


def split_code(code: str) -> tuple[str, str]:
    """Return name and version of a form code: "THDTE-2019-v1" is THDTE-2019, version 1."""
    match = _CODE_WITH_VERSION.fullmatch(code.strip())
    return (match["name"], match["version"]) if match else (code.strip(), "1")


def unit_in_brackets(label: str) -> str:
    """Return the unit of measure that a header names in brackets, money spelled out: "Kinh phí (tr.đ)"."""
    for said in re.findall(r"[(\[]([^()\[\]]{1,30})[)\]]", label):
        unit = spelled_unit(said)
        key = text.fold(said)
        is_money = key.endswith((" vnd", " usd", " eur", " dong"))
        if unit != said or is_money or key in _KNOWN_UNITS or key in money.MONEY_WORDS or "%" in said:
            return unit
    return "%" if "%" in label else ""


_KNOWN_UNITS = frozenset(
    (
        *(
            "nguoi",
            "ha",
            "tan",
            "kg",
            "m2",
            "km",
            "tre em",
            "hoc sinh",
            "ho",
            "usd",
            "vnd",
            "ta ha",
            "tan ha",
            "luot",
            "xa",
        ),
        *(
            "thon",
            "cuoc",
            "lop",
            "buoi",
            "suat",
            "con",
            "gio",
            "ngay",
            "thang",
            "persons",
            "person",
            "people",
            "tonnes",
        ),
        *("hectares", "em", "chau", "cai", "chiec", "dong", "m3", "lit", "truong", "co so", "cong trinh", "households"),
        *("children", "cases", "luot nguoi", "don vi", "mo hinh", "dien dan", "van ban", "bai", "tin"),
    )
)


def spelled_unit(said: str) -> str:
    """Return a unit of money by its full name, others as they are."""
    factor = money.MONEY_WORDS.get(text.fold(said).removeprefix("dvt ").removeprefix("don vi tinh "))
    names = {1: "đồng", 1_000: "nghìn đồng", 1_000_000: "triệu đồng", 1_000_000_000: "tỷ đồng"}
    return names[factor] if factor else text.collapse(re.sub(r"(?i)^(?:đvt|đơn vị tính)\s*:?\s*", "", said))


def _note_code(heading: Heading, said: str, key: str) -> None:
    if heading.code or not key.startswith(words.CODE_BEGINNINGS):
        return
    rest = said.partition(":")[2] if ":" in said else " ".join(said.split(" ")[2:])
    found = _CODE.search(rest)
    if found:
        heading.code = found[0].strip("./-")


def _field_label(said: str) -> str:
    """Return the label of a line to fill in, empty where the text is none: words, a colon, room for the answer."""
    label, colon, rest = said.partition(":")
    leader = _LEADER.search(said)
    if not colon and leader is not None:
        # "Tên đơn vị ..............": dots instead of a colon.
        label, rest = said[: leader.start()], said[leader.start() :]
    label, key = label.strip(" -*"), text.fold(label)
    numbered = key.startswith("so ") and "/" in rest
    letterhead = label.isupper() and (not colon or key.startswith(_LETTERHEAD))
    asks = (colon or leader is not None) and 0 < len(label) <= _FIELD_LABEL_MOST and not label.startswith("(")
    is_other = (
        key in words.NO_FIELD
        or spelled_unit(rest.strip(" ()")) != text.collapse(rest.strip(" ()"))
        or key.startswith((*words.CODE_BEGINNINGS, *_NO_FIELD_BEGINNINGS))
    )
    # A date to be completed, a sentence that explains: both have a colon or dots, and neither is a line to fill in.
    sentence = len(rest) > _ANSWER_MOST or (label[:1].isdigit() and rest.rstrip().endswith("."))
    told = _DATE_LINE.search(said) is not None or (sentence and not _LEADER.search(rest))
    return label if asks and not (numbered or letterhead or is_other or told) else ""


def _label_beside_blank(page: Page, row: int, column: int, said: str) -> str:
    """Return a label without a colon that stands left of an empty box, or begins as such lines do."""
    key = text.fold(said)
    right = page.area(row, column)[1][1] + 1
    beside = page.content(row, right)
    if said.isupper() or len(said) > _FIELD_LABEL_MOST or said.startswith("(") or key in words.NO_FIELD:
        return ""
    boxed = page.look(row, right).boxed or page.look(row, right).fill
    named = any(key == each for names in words.HEADER_NAMES.values() for each in names)
    asks = beside in ("", None) and (boxed or named) and not page.look(row, column).centred
    return said.strip(" *") if asks and not key.startswith((*_NO_FIELD_BEGINNINGS, *words.CODE_BEGINNINGS)) else ""


def _title_score(page: Page, row: int, column: int, said: str, key: str) -> float:
    if said.startswith(("(", "*", "-")) or len(said) < 6 or key.startswith(("ngay ", "kem theo", "ban hanh")):  # noqa: PLR2004
        return 0
    if re.match(r"(?i)số\s*[:.…]", said) or "ngay thang nam" in key or _LEADER.search(said):
        return 0
    look, (_, right) = page.look(row, column), page.area(row, column)[1]
    letters = [letter for letter in said if letter.isalpha()]
    upper = sum(letter.isupper() for letter in letters) / max(1, len(letters))
    wide = (right - column + 1) / max(1, page.width)
    score = (
        2.0 * (upper >= _UPPER_SHARE) + look.bold + look.centred + 2.0 * (wide >= _WIDE) + max(0, look.size - 11) / 2
    )
    score += 2.0 * key.startswith(words.TITLE_BEGINNINGS)
    if (
        key.startswith(("ubnd", "uy ban nhan dan", "so ", "phong ", "truong ", "cuc ", "bo ", "trung tam"))
        and wide < _WIDE
    ):
        score -= 3
    if key.startswith(words.CODE_BEGINNINGS):
        score -= 5
    return score


def _title(scored: list[tuple[float, int, str]]) -> str:
    """Return the text that looks most like a title, joined with the row beside it where one is short ("BÁO CÁO")."""
    if not scored:
        return ""
    best = max(scored, key=lambda each: (each[0], -each[1]))
    if best[0] < _TITLE_ENOUGH:
        return ""
    title, row = best[2], best[1]
    for score, below, said in scored:
        if (
            below == row + 1
            and score >= max(_TITLE_ENOUGH, best[0] - _TITLE_ENOUGH / 2)
            and len(title.split(" ")) <= _SHORT_TITLE
            and len(said) <= _SECOND_MOST
        ):
            return f"{title} {said}"
    for score, above, said in scored:
        begins = text.fold(said).startswith(words.TITLE_BEGINNINGS)
        if begins and above == row - 1 and score >= _TITLE_ENOUGH and len(said.split(" ")) <= _SHORT_TITLE:
            return f"{said} {title}"
    return title
