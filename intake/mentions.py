"""Names of units found inside running texts: subjects, file names, signatures.

A text is walked once, word by word; only where a word begins a known name are the words after it looked at. So the
time grows with the text, not with the roster.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

# Letters by which the beginning of a name is told; longer ones would cost memory and save no look.
_BEGINNING = 6
# Words of a text that are looked at: what passes for a subject, a file name or a line of a letter is far shorter.
_MOST_WORDS = 400
# Where a place name follows such a word, the text does not speak of the unit of that name.
_ANOTHERS_PLACE = re.compile(r"\b(?:xa|phuong|thi tran|tt|thon|duong|pho|khach san|cho|ga|cau|truong|thcs|thpt)$")
# Nor where a bare place name follows the word for another level: "huyện Cao Lộc" is not xã Cao Lộc.
_OF_ANOTHER_LEVEL = re.compile(r"\b(?:huyen|thanh pho|thi xa|tinh)$")

_SPOKEN_TO = re.compile(r"\b(?:gui|voi|cung|den|toi|moi|dong)$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A unit that a text speaks of.

    `is_bare` where only the name of its place stands there; `is_of_others` where the text speaks to it or of it as of
    somebody else: "kính gửi ...", "phối hợp với ...".
    """

    unit: str
    is_bare: bool
    is_of_others: bool = False


def squeezed(key: str) -> str:
    """Return a folded key without spaces, "và" and the choice of i or y: "Sở TT & TT" and "sở TTTT" are one (2.3)."""
    return f" {key} ".replace(" va ", " ").replace(" ", "").replace("y", "i")


class Mentions:
    """The names to look for, each of one unit, by their folded keys."""

    def __init__(self, keys: Mapping[str, Mention]) -> None:
        self._names: dict[str, Mention] = {}
        self._single_words: set[str] = set()
        shared = set()
        for key, mention in keys.items():
            short = squeezed(key)
            if self._names.setdefault(short, mention).unit != mention.unit:
                shared.add(short)
            elif not mention.is_bare:
                self._names[short] = mention
            if " " not in key:
                self._single_words.add(short)
        for short in shared:
            del self._names[short]
        self._begins = {short[:length] for short in self._names for length in range(1, _BEGINNING + 1)}
        self._longest = max(map(len, self._names), default=0)

    def inside(self, folded: str) -> list[Mention]:
        """Return the units that a folded text speaks of, the longest name first, each once."""
        words = folded.split()[:_MOST_WORDS]
        taken = self._taken(words)
        spoken_to = _spoken_to(words, taken)
        found: dict[str, Mention] = {}
        for start, _, mention in taken:
            before = " ".join(words[max(0, start - 2) : start])
            of_another = _ANOTHERS_PLACE.search(before) or (mention.is_bare and _OF_ANOTHER_LEVEL.search(before))
            if not of_another and not (words[start] == "xa" and before.endswith("thi")):  # a thị xã is no xã
                found.setdefault(mention.unit, replace(mention, is_of_others=start in spoken_to))
        return list(found.values())

    def left_over(self, folded: str) -> str:
        """Return what of a folded text belongs to the full name of no unit."""
        words = folded.split()[:_MOST_WORDS]
        taken = {
            place for start, end, mention in self._taken(words) if not mention.is_bare for place in range(start, end)
        }
        return " ".join("|" if place in taken else word for place, word in enumerate(words))

    def _taken(self, words: Sequence[str]) -> list[tuple[int, int, Mention]]:
        """Return the names in a text that do not overlap, the longest first: words of one may be another's name."""
        taken: list[tuple[int, int, Mention]] = []
        found = list(self._all(words))
        for start, end, mention in sorted(found, key=lambda each: (each[0] - each[1], each[0])):
            if all(end <= other_start or other_end <= start for other_start, other_end, _ in taken):
                taken.append((start, end, mention))
        return taken

    def _all(self, words: Sequence[str]) -> Iterator[tuple[int, int, Mention]]:
        short = ["" if word == "va" else word.replace("y", "i") for word in words]
        begins, names, longest = self._begins, self._names, self._longest
        for start, first in enumerate(short):
            if first[:_BEGINNING] not in begins:
                continue
            run = ""
            for end in range(start, len(short)):
                run += short[end]
                if len(run) > longest or run[:_BEGINNING] not in begins:
                    break
                mention = names.get(run)
                if mention and short[end] and (start == end or run not in self._single_words):
                    yield start, end + 1, mention


def _spoken_to(words: Sequence[str], taken: Sequence[tuple[int, int, Mention]]) -> set[int]:
    """Return where those names begin that a text speaks to, and those listed after them: "với Sở Y tế, Sở Nội vụ"."""
    found: set[int] = set()
    listed_until = -1
    for start, end, _ in sorted(taken, key=lambda each: each[0]):
        between = " ".join(words[listed_until:start]) if 0 <= listed_until <= start else "-"
        if between in {"", "va"} or _SPOKEN_TO.search(" ".join(words[max(0, start - 1) : start])):
            found.add(start)
            listed_until = end
    return found
