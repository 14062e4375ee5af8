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
from roll import units

# Who writes for a district: its people's committee, that committee's office, its division of labour (domain rules 2.1).
_ON_BEHALF = re.compile(
    r"\b(?:(?:van phong |vp )?(?:hdnd (?:va )?)?(?:ubnd|u b n d|ub nd|uy ban nd|uy ban nhan dan)"
    r"|(?:phong |p ?)?(?:lao dong|ld) ?(?:thuong binh|tb) ?(?:va )?(?:xa hoi|xh)(?: ?(?:va )?(?:dan toc|dt))?"
    r"|(?:phong|p) (?:lao dong|ld)|(?:ten )?don vi(?: bao cao)?)\b"
)
_LONG_FORMS = (
    (re.compile(r"\bh(?= \w)"), "huyen"),
    (re.compile(r"\b(?:tp|t pho|tpho)\b"), "thanh pho"),
    (re.compile(r"\bvn\b"), "viet nam"),
)
# Words that say at what level a body stands. One of them alone is no name, and none is ever a misspelling of another.
_LEVELS = frozenset(
    ["", "tinh", "thanh pho", "thanh", "pho", "huyen", "quan", "thi xa", "thi tran", "thi", "xa", "phuong"]
)
_WITH_LEVEL = ("huyen ", "thanh pho ", "thi xa ", "thi tran ", "xa ", "phuong ", "quan ")
# Bodies below those that report: their reports are not the district's (domain rules 2.4, case 19).
# "Xã hội" of labour and insurance is no commune, "xã Hội Hoan" is one.
_LOWER_BODY = re.compile(
    r"\b(?:(?<!\bva )(?<!thuong binh )(?<!bao hiem )(?<!tb )xa|phuong|thi tran|tt|thon|khoi pho|to dan pho"
    r"|truong|thcs|thpt|tieu hoc|mam non|tram y te)\b"
)
# Where a place name follows such a word, the text does not speak of the unit of that name.
_ANOTHERS_PLACE = re.compile(r"\b(?:xa|phuong|thi tran|tt|thon|duong|pho|khach san|cho|ga|cau|truong|thcs|thpt)$")
# An alias shorter than this is an abbreviation such as "CL" (Cao Lộc, Chi Lăng): it never decides and never proposes.
_SHORTEST_ALIAS = 3
# What is left of a name without its level must still be a name: "Báo", "CA" are not.
_SHORTEST_NAME, _FEWEST_WORDS = 6, 2
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
            self._exact[_squeezed(key)].add(code)
            if _is_a_name(bare := self._bared(key)):
                self._exact[_squeezed(bare)].add(code)
                self._bare[bare].add(code)
        self._mentions = sorted(self._keys_to_mention(written), key=lambda pair: (-len(pair[0]), pair))

    def named(self, line: str) -> tuple[str, ...]:
        """Return the codes of the units that a whole line names: one, several where it is ambiguous, or none."""
        key = text.fold(line)
        known_place = key.removesuffix(f" {self._province}")
        for candidate in dict.fromkeys((key, known_place, self._within_the_province(key), self._bared(key))):
            if len(candidate) >= _SHORTEST_ALIAS and (found := self._exact.get(_squeezed(candidate))):
                return tuple(sorted(found))
        return tuple(sorted(self._misspelt(self._bared(key))))

    def mentioned(self, words: str) -> tuple[str, ...]:
        """Return the codes of the units whose names stand inside a text, the longest name first."""
        padded = f" {_long(text.fold(words))} "
        found: dict[str, None] = {}
        for key, code in self._mentions:
            if f" {key} " not in padded:
                continue
            before, _, _ = padded.partition(f" {key} ")
            if not _ANOTHERS_PLACE.search(before):
                found.setdefault(code)
            # What belongs to a longer name is not looked at again: its words may be another unit's name.
            padded = padded.replace(f" {key} ", " | ")
        return tuple(found)

    def _within_the_province(self, key: str) -> str:
        """Return a folded line without the name of the province, which goes without saying."""
        if not self._province:
            return key
        for addition in (f" tinh {self._province}", f" {self._province}"):
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
        if len(words) < _FEWEST_WORDS or len(bare) < _SHORTEST_NAME:
            return set()
        found = {
            code for name, codes in self._bare.items() if _differ_in_a_letter(words, name.split()) for code in codes
        }
        return found if len(found) == 1 else set()

    def _keys_to_mention(self, written: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        keys = {(_long(key), code) for code, key in written}
        keys |= {(bare, code) for bare, codes in self._bare.items() for code in codes if bare.startswith(_WITH_LEVEL)}
        bearers = Counter(key for key, _ in keys)
        return {(key, code) for key, code in keys if bearers[key] == 1 and _can_be_mentioned(key)}


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
    for pattern, long_form in _LONG_FORMS:
        key = pattern.sub(long_form, key)
    return key


def _squeezed(key: str) -> str:
    """Return a key without spaces, "và" and the choice between i and y: "Sở TT & TT", "sở TTTT" are one (2.3)."""
    return f" {key} ".replace(" va ", " ").replace(" ", "").replace("y", "i")


def _is_a_name(bare: str) -> bool:
    return bare not in _LEVELS and len(bare.split()) >= _FEWEST_WORDS and len(bare) >= _SHORTEST_NAME


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
