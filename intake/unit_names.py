"""Every way of writing the names of units, told apart from the names of everybody else (domain rules 2.1 to 2.5, P72).

A line names a unit when nothing in it is left unexplained: what it says beyond the unit's name may only be words for
the body that writes on the unit's behalf, and the province. So "Xã Cao Lộc", "Công an huyện" and "Sở Y tế tỉnh Cao
Bằng" name nobody: a figure credited to the wrong body would be wrong in silence.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz.distance import OSA

from forms import text
from intake import mentions, near_names
from roll import units

# Who writes for a district: its people's committee, that committee's office, its division of labour (domain rules 2.1).
_ON_BEHALF = re.compile(
    r"\b(?:(?:van phong |vp )?(?:hdnd (?:va )?)?(?:ubnd|u b n d|ub nd|uy ban nd|uy ban nhan dan)"
    r"|(?:phong |p ?)?(?:lao dong|ld) ?(?:thuong binh|tb) ?(?:va )?(?:xa hoi|xh)(?: ?(?:va )?(?:dan toc|dt))?"
    r"|(?:phong|p) (?:lao dong|ld)|(?:ten )?don vi(?: bao cao)?)\b"
)
_LONG_FORMS = (
    (re.compile(r"\bh(?= \w)"), "huyen"),
    (re.compile(r"\bx(?= \w)"), "xa"),
    # "P. Kỳ Lừa" is a phường, "P. LĐTBXH" a phòng.
    (re.compile(r"\bp(?= (?!ld|lao dong)\w)"), "phuong"),
    # "TT Hữu Lũng" is a thị trấn where a line begins so; elsewhere TT is a trung tâm, or "TT & TT".
    (re.compile(r"(?:^|(?<=ubnd ))tt(?= (?!tt\b)\w)"), "thi tran"),
    (re.compile(r"\b(?:tp|t pho|tpho)\b"), "thanh pho"),
    (re.compile(r"\bvn\b"), "viet nam"),
)
_SHORT_WORDS = frozenset({"h", "x", "p", "t", "tp", "tpho", "tt", "vn"})
# What a line says of the report besides its unit (domain rules 2.3: stop words).
_OF_THE_REPORT = re.compile(
    r"\b(?:bao cao|bc|ket qua(?: thuc hien)?|thang hanh dong(?: vi tre em)?|thang hd(?: vi tre em)?|nam (?=20\d\d\b)"
    r"|20\d\d)\b"
)
# Words that say at what level a body stands. One of them alone is no name, and none is ever a misspelling of another.
_LEVELS = frozenset(
    ["", "tinh", "thanh pho", "thanh", "pho", "huyen", "quan", "thi xa", "thi tran", "thi", "xa", "phuong"]
)
# Bodies below those that report: their reports are not the district's (domain rules 2.4, case 19).
# "Xã hội" of labour and insurance is no commune, "xã Hội Hoan" is one.
_LOWER_BODY = re.compile(
    r"\b(?:(?<!\bva )(?<!thuong binh )(?<!bao hiem )(?<!tb )xa|phuong|thi tran|tt|thon|khoi pho|to dan pho"
    r"|truong|thcs|thpt|tieu hoc|mam non|tram y te)\b"
)
# What in a file's name says that a commune's figures are inside. "Các xã", "23 xã" are a district's own summary.
_COMMUNE_S_FILE = re.compile(r"\b(?<!cac )(?<!\d )(?:xa(?! hoi\b(?! hoan))|thi tran|tt|ubnd phuong) [a-z]{2}")
# Whole phrases for who writes, squeezed; a slip of the finger in one of them still is one.
_PHRASES_ON_BEHALF = (
    "ubnd", "uibannhandan", "vpubnd", "vanphongubnd", "hdndubnd", "phongldtbxh", "phongldtbxhdt", "pldtbxh",
    "pldtbxhdt",
    "phonglaodongthuongbinhxahoi", "phonglaodongthuongbinhxahoidantoc", "phonglaodong", "phongld", "donvi",
)  # fmt: skip
# "Phòng GD" is education, "phòng LĐ" labour; no two bodies differ in one letter of a name written out.
_SHORTEST_PHRASE = 10
# A part of a provincial body, or one of its people, squeezed.
_DIVISION = re.compile(r"vanphong|phong|ketoan|chuienvien")
# An alias shorter than this is an abbreviation such as "CL" (Cao Lộc, Chi Lăng): it never decides and never proposes.
_SHORTEST_ALIAS = 3
# What is left of a name without its level must still be a name: "Báo", "CA" are not.
_SHORTEST_NAME, _FEWEST_WORDS = 6, 2
# The longest name of the 2019 roster has 13 words.
_MOST_WORDS = 30
# A one-word alias found inside a text is an abbreviation; three letters stand there by chance.
_SHORTEST_MENTION = 4
# A misspelt word is taken for another only from this length on, at a distance of one letter (domain rule P21).
_SHORTEST_MISSPELT = 3
_VOWEL = re.compile(r"[aeiouy]")
_LEADERS = re.compile(r"[._…\-–—\s]+")


def filled_in(line: str) -> str:
    """Return a header line without blanks, empty where only the dotted leaders of the template stand (P31, P72)."""
    return "" if _LEADERS.fullmatch(line) else line.strip()


def is_of_a_lower_body(line: str) -> bool:
    """Return whether a line names a commune, a school or the like."""
    return _LOWER_BODY.search(text.fold(line)) is not None


class Names:
    """The names of the units of a roster."""

    def __init__(self, roster: Sequence[units.Unit]) -> None:
        written = [(unit.code, key) for unit in roster for key in _written(unit)]
        self._province = _province(key for _, key in written)
        self._exact: dict[str, set[str]] = defaultdict(set)
        self._bare: dict[str, set[str]] = defaultdict(set)
        for code, key in written:
            self._exact[mentions.squeezed(key)].add(code)
            if _is_a_name(bare := self._bared(key)):
                self._exact[mentions.squeezed(bare)].add(code)
                self._bare[bare].add(code)
        self._by_gap: dict[tuple[object, ...], list[str]] = defaultdict(list)
        for bare in self._bare:
            for gap in _with_a_gap(bare.split()):
                self._by_gap[gap].append(bare)
        self._near = near_names.NearNames(roster, self._bared, self._bare, self._province)
        self._has_communes = any(bare.startswith(("xa ", "phuong ")) for bare in self._bare)
        self._mentions = mentions.Mentions(self._keys_to_mention(written))

    def named(self, line: str) -> tuple[str, ...]:
        """Return the codes of the units that a whole line names: one, several where it is ambiguous, or none."""
        key = text.fold(line)
        known_place = key.removesuffix(f" {self._province}")
        short = " ".join(_OF_THE_REPORT.sub(" ", key).split())
        bare = self._bared(key)
        for candidate in dict.fromkeys(
            (key, known_place, self._within_the_province(key), bare, short, self._bared(short))
        ):
            if len(candidate) >= _SHORTEST_ALIAS and (found := self._exact.get(mentions.squeezed(candidate))):
                return tuple(sorted(found))
        return tuple(sorted(self._misspelt(bare)))

    def nearly_named(self, line: str) -> tuple[str, ...]:
        """Return the units whose bare place name or initials are all that a line says: "Cao Lộc", "H. CL", "TĐ".

        Such a line never decides by itself: "CL" is Cao Lộc and Chi Lăng, and names of places changed hands in 2025.
        Nor does one with a slip of the finger where it is not forgiven in a name: "UBBND huyện Cao Lộc", "xã Qan Sơn".
        """
        key = _long(text.fold(line))
        bare = self._bared(key)
        found = self._near.place_or_initials(bare) or self._near.slipped(key, bare) or self._slip_of_who_writes(key)
        return tuple(sorted(found))

    def of_place(self, line: str) -> tuple[str, ...]:
        """Return the units of the place that is all a line says: "Cao Lộc" is a district, its town, and a commune."""
        return tuple(sorted(self._near.of_place(self._bared(text.fold(line)))))

    def is_own_with_a_slip(self, line: str, code: str) -> bool:
        """Say whether a line is a unit's name but for one letter, and is no other unit's: for its own address alone."""
        # The line's own level stays, in full: "xã Cao Lộc", "X. Cao Lộc" is no slip for the district of that name.
        key = _long(text.fold(line))
        bare = self._bared(key)
        keys = dict.fromkeys((key, bare, self._within_the_province(key)))
        return self._near.is_own_with_a_slip(keys, code)

    def _slip_of_who_writes(self, key: str) -> set[str]:
        """Return the unit that a line names in full beside a slip in the words for who writes, or its own division.

        "Sở Y tế - Phòng KHTC" is Sở Y tế; "huyện Cao Lộc - Phòng Y tế" is another body than the district's committee.
        """
        long = _long(key)
        full = {each.unit for each in self._mentions.inside(long) if not each.is_bare}
        left = mentions.squeezed(self._mentions.left_over(long).replace("|", ""))
        if len(full) != 1 or not left:
            return set()
        if _DIVISION.match(left) and not any(map(self._near.has_level, full)):
            return full
        phrases = (*_PHRASES_ON_BEHALF, *([mentions.squeezed(f"tinh {self._province}")] if self._province else []))
        return full if any(_is_slip(left, phrase) for phrase in phrases) else set()

    def is_of_others(self, line: str) -> bool:
        """Return whether a line names a body below those of the roster: a commune, a school or the like."""
        left = self._mentions.left_over(_long(text.fold(line)))
        found = _LOWER_BODY.search(left)
        return found is not None and not (found.group().strip() in {"xa", "phuong"} and self._has_communes)

    def mentioned(self, words: str) -> tuple[str, ...]:
        """Return the codes of the units whose names stand inside a text, the longest name first."""
        return tuple(dict.fromkeys(each.unit for each in self.found_in(words)))

    def found_in(self, words: str) -> list[mentions.Mention]:
        """Return the units whose names stand inside a text, the longest name first, and how fully they stand there."""
        return self._mentions.inside(_long(text.fold(words)))

    def abbreviated(self, words: str) -> tuple[str, ...]:
        """Return the units of whose places the initials, in capitals, stand in a text: "BC VQ 2019.xls"."""
        return self._near.abbreviated(words)

    def is_of_a_commune(self, file_name: str, unit: str) -> bool:
        """Return whether a file's name says that it is a commune's, where the unit itself is none."""
        if any(unit in codes for bare, codes in self._bare.items() if bare.startswith(("xa ", "phuong "))):
            return False
        return _COMMUNE_S_FILE.search(self._mentions.left_over(_long(text.fold(file_name)))) is not None

    def _within_the_province(self, key: str) -> str:
        """Return a folded line without the name of the province, which goes without saying."""
        if not self._province:
            return key
        short = near_names.initials_of(self._province)
        for addition in (f" tinh {self._province}", f" {self._province}", f" tinh {short}", f" {short}"):
            shorter = key.removesuffix(addition)
            if shorter != key and _long(shorter) not in _LEVELS:
                return shorter
        return key.removeprefix(f"tinh {self._province} ")

    def _bared(self, key: str) -> str:
        """Return a folded line without the words for who writes on the unit's behalf, level words in full."""
        without = " ".join(_ON_BEHALF.sub(" ", key).split())
        inside = self._within_the_province(_long(without))
        return inside.removesuffix(" tinh") if inside.removesuffix(" tinh") not in _LEVELS else inside

    def _misspelt(self, bare: str) -> set[str]:
        """Return the units whose name differs in one letter of one word, where that is one unit's only."""
        words = bare.split()
        if not _FEWEST_WORDS <= len(words) <= _MOST_WORDS or len(bare) < _SHORTEST_NAME:
            return set()
        found = {
            code
            for gap in _with_a_gap(words)
            for name in self._by_gap.get(gap, ())
            if _differ_in_a_letter(words, name.split())
            for code in self._bare[name]
        }
        return found if len(found) == 1 and self._near.within_a_letter(bare) <= found else set()

    def _keys_to_mention(self, written: Iterable[tuple[str, str]]) -> dict[str, mentions.Mention]:
        """Return the names to look for in texts, with the unit of each; a name of two units is none."""
        keys = {(_long(key), code) for code, key in written}
        keys |= {
            (bare, code)
            for bare, codes in self._bare.items()
            for code in codes
            if bare.startswith(near_names.WITH_LEVEL)
        }
        places = {(place, code) for place, codes in self._near.places.items() for code in codes}
        bearers = Counter(key for key, _ in keys | places)
        return {
            key: mentions.Mention(code, is_bare=(key, code) in places)
            for key, code in keys | places
            if bearers[key] == 1 and _can_be_mentioned(key)
        }


def _is_slip(left: str, phrase: str) -> bool:
    """Say whether a squeezed text is a phrase but for one letter. Another letter in an abbreviation is another body."""
    is_another = len(left) == len(phrase) and sorted(left) != sorted(phrase) and len(phrase) < _SHORTEST_PHRASE
    return not is_another and OSA.distance(left, phrase, score_cutoff=1) <= 1


def _can_be_mentioned(key: str) -> bool:
    enough = _SHORTEST_NAME if " " in key else _SHORTEST_MENTION
    return len(key) >= enough and key not in _LEVELS


def _written(unit: units.Unit) -> Iterator[str]:
    for name in (unit.name, unit.short_name, unit.addressed_as, *unit.aliases):
        if len(key := text.fold(name)) >= _SHORTEST_ALIAS:
            yield key


def _province(keys: Iterable[str]) -> str:
    """Return the province's name as the roster itself says it ("Công an tỉnh Lạng Sơn"), empty where it does not."""
    found = Counter(tail for key in keys for _, tinh, tail in [key.rpartition(" tinh ")] if tinh)
    return max(found, key=lambda tail: (found[tail], tail), default="")


def _long(key: str) -> str:
    if _SHORT_WORDS.isdisjoint(key.split()):
        return key
    for pattern, long_form in _LONG_FORMS:
        key = pattern.sub(long_form, key)
    return key


def _is_a_name(bare: str) -> bool:
    return bare not in _LEVELS and len(bare.split()) >= _FEWEST_WORDS and len(bare) >= _SHORTEST_NAME


def _with_a_gap(words: Sequence[str]) -> Iterator[tuple[object, ...]]:
    """Yield a name with each of its words left out: names that differ in one word share one of these."""
    for place in range(min(len(words), _MOST_WORDS)):
        yield (place, *words[:place], *words[place + 1 :])


def _differ_in_a_letter(words: Sequence[str], name: Sequence[str]) -> bool:
    if len(words) != len(name):
        return False
    differing = [(one, other) for one, other in zip(words, name, strict=True) if one != other]
    return (
        len(differing) == 1
        and all(
            word not in _LEVELS and len(word) >= _SHORTEST_MISSPELT and _VOWEL.search(word) for word in differing[0]
        )
        and OSA.distance(*differing[0]) == 1
    )
