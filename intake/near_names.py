"""What nearly is the name of a unit: its bare place, the initials of its place, a name with a slip of the finger.

None of these decides by itself: "CL" is Cao Lộc and Chi Lăng, "TĐ" Tràng Định and Tỉnh đoàn, and names of places
changed hands in 2025. They are believed where stronger evidence leaves them no choice.
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from rapidfuzz.distance import OSA

from forms import text
from intake import mentions
from roll import units

WITH_LEVEL = ("huyen ", "thanh pho ", "thi xa ", "thi tran ", "xa ", "phuong ", "quan ")
# Words of letters and files that look like the initials of a place.
_COMMON_INITIALS = frozenset(
    ["bc", "cv", "kh", "tb", "qd", "tt", "ld", "dt", "hd", "te", "tp", "vp", "xh", "ub", "th", "pl", "kt", "so"]
)
# What stands in full before initials: "Sở TC", "Ban DT".
_BODIES = frozenset({"so", "ban", "hoi", "bao", "dai"})
_INITIALS = re.compile(r"(?<!\w)[A-ZĐ]{2,4}(?!\w)")
# "LVT" for Lương Văn Tri; the initials of longer names are aliases that an office gives (SVHTTDL).
_SHORTEST_INITIALS, _LONGEST_INITIALS = 2, 4
# The body above: "xã Hồng Thái, huyện Bình Gia" is xã Hồng Thái to its own people.
_ABOVE = re.compile(r"^((?:xa|phuong|thi tran) .+?) (?:huyen|thi xa|thanh pho|quan)(?: .+)?$")
# A name of the address's own unit may be shorter than others for a slip in it: nothing else is compared with it.
_SHORTEST_OWN = 5
# A place of one word is no name to be told by: "Báo" of Báo Lạng Sơn.
_FEWEST_WORDS = 2
# Shorter names are too near to each other for a slip anywhere in them to be told from another name.
_SHORTEST_SLIPPED = 8


def without_level(bare: str) -> str:
    """Return a name without the word for its level: "cao loc" of "huyen cao loc"."""
    return next((bare.removeprefix(level) for level in WITH_LEVEL if bare.startswith(level)), bare)


class NearNames:
    """What nearly are the names of the units of a roster.

    `bared` takes the words for who writes off a folded name; `names` are the names so bared with their units.
    """

    def __init__(
        self,
        roster: Sequence[units.Unit],
        bared: Callable[[str], str],
        names: Mapping[str, set[str]],
        province: str,
    ) -> None:
        own = {unit.code: _ABOVE.sub(r"\1", bared(text.fold(unit.name))) for unit in roster}
        self._own = {code: frozenset(map(mentions.squeezed, (bare, without_level(bare)))) for code, bare in own.items()}
        for unit in roster:
            names_of = (unit.name, unit.short_name, *unit.aliases)
            self._own[unit.code] |= frozenset(mentions.squeezed(text.fold(name)) for name in names_of)
        self._levels = {code: bare.removesuffix(without_level(bare)) for code, bare in own.items()}
        self.places = _by_key((without_level(bare), code) for code, bare in own.items() if self._levels[code])
        self.places = {
            place: codes
            for place, codes in self.places.items()
            if place != province and len(place.split()) >= _FEWEST_WORDS
        }
        self._squeezed = _by_key(
            (mentions.squeezed(place), code) for place in self.places for code in self.places[place]
        )
        self._initials = _by_key((short, unit.code) for unit in roster for short in _initials(unit, bared))
        self._initials.pop(initials_of(province), None)
        whole = [(mentions.squeezed(bare), code) for bare, codes in names.items() for code in codes]
        whole += [
            (mentions.squeezed(text.fold(name)), unit.code) for unit in roster for name in (unit.name, unit.short_name)
        ]
        self._whole = _by_key(whole)
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for name in self._whole:
            self._by_length[len(name)].append(name)

    def place_or_initials(self, bare: str) -> set[str]:
        """Return the units whose bare place or initials a bared line is, at its level where it gives one: "h. CL"."""
        rest = without_level(bare)
        level = bare.removesuffix(rest)
        places = self._squeezed.get(mentions.squeezed(rest), set())
        found = places or self._initials.get(rest, set())
        return {code for code in found if not level or self._levels.get(code) == level}

    def of_place(self, bare: str) -> set[str]:
        """Return the units whose bare place a bared line is, none where it says a level."""
        return self._squeezed.get(mentions.squeezed(bare), set()) if without_level(bare) == bare else set()

    def slipped(self, *keys: str) -> set[str]:
        """Return the unit of which a key says all but one letter of a long whole name; of two units neither."""
        found = {code for key in keys for code in self.within_a_letter(key)}
        is_long = min(len(mentions.squeezed(key)) for key in keys) >= _SHORTEST_SLIPPED
        return found if len(found) == 1 and is_long else set()

    def is_own_with_a_slip(self, keys: Iterable[str], code: str) -> bool:
        """Say whether a key is a name of one unit, its place alone or an alias, but for one letter."""
        short = (mentions.squeezed(key) for key in keys)
        return any(
            OSA.distance(key, own, score_cutoff=1) <= 1
            for key in short
            if len(key) >= _SHORTEST_OWN
            for own in self._own.get(code, ())
        )

    def within_a_letter(self, key: str) -> set[str]:
        """Return the units whose whole names differ from a key in one letter at most: "xa baa son" is near to two."""
        short = mentions.squeezed(key)
        near = (
            whole
            for length in (len(short) - 1, len(short), len(short) + 1)
            for whole in self._by_length.get(length, ())
            if OSA.distance(short, whole, score_cutoff=1) <= 1
        )
        return {code for whole in near for code in self._whole[whole]}

    def abbreviated(self, words: str) -> tuple[str, ...]:
        """Return the units of whose names the initials, in capitals, stand in a text: "BC VQ 2019.xls", "BC Sở TC"."""
        folded = [text.fold(each) for each in _INITIALS.findall(words)]
        if folded:
            typed = text.fold(words).split()
            folded += [f"{one} {other}" for one, other in itertools.pairwise(typed) if one in _BODIES]
        return tuple(sorted({code for each in folded for code in self._initials.get(each, ())}))

    def has_level(self, code: str) -> bool:
        """Return whether a unit is named by its place and level, so that others of its place bear its name too."""
        return bool(self._levels.get(code))


def _by_key(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for key, code in pairs:
        found[key].add(code)
    return dict(found)


def initials_of(name: str) -> str:
    """Return the first letters of a folded name."""
    return "".join(word[0] for word in name.split())


def _initials(unit: units.Unit, bared: Callable[[str], str]) -> set[str]:
    """Return what a unit is called in short: "CL", "TĐ", "Sở TC"."""
    names = [without_level(bared(text.fold(name))) for name in (unit.name, unit.short_name)]
    short = {initials_of(name) for name in names}
    heads = ((head, initials_of(rest)) for head, _, rest in (name.partition(" ") for name in names) if head in _BODIES)
    in_part = {f"{head} {rest}" for head, rest in heads if _SHORTEST_INITIALS <= len(rest) <= _LONGEST_INITIALS}
    short |= {key for key in map(text.fold, unit.aliases) if key.isalpha() and len(key) == _SHORTEST_INITIALS}
    short -= _COMMON_INITIALS
    return in_part | {each for each in short if _SHORTEST_INITIALS <= len(each) <= _LONGEST_INITIALS}
