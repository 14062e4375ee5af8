"""Whether a label that is nearly that of the form still means the same line (rule P21).

Likeness by letters is not enough: "Lớp dạy bóng, ..." is 97 % of "Lớp dạy bơi, ...". A letter too many or too few and
one word more or less are slips; another word in the place of one is another thing, and is asked about.
"""

from rapidfuzz.distance import Indel, Levenshtein

_NEGATIONS = frozenset(("khong", "chua", "ngoai", "tru", "dung", "ngung", "huy", "cu", "truoc", "sau"))
_SLIP = 1


def is_same(printed: str, declared: str, words: int = _SLIP) -> bool:
    """Say whether two folded labels, alike by their letters, differ by slips only.

    `words` is how many words more or less are a slip.
    """
    mine, theirs = printed.split(" "), declared.split(" ")
    changed = [each for each in Levenshtein.opcodes(mine, theirs) if each.tag != "equal"]
    more_or_less = 0
    for each in changed:
        ours = mine[each.src_start : each.src_end]
        others = theirs[each.dest_start : each.dest_end]
        if ours and others:
            if Indel.distance("".join(ours), "".join(others)) > _SLIP or any(
                word.isdigit() for word in (*ours, *others)
            ):
                return False
            continue
        more_or_less += len(ours) + len(others)
        if not _NEGATIONS.isdisjoint((*ours, *others)):
            return False
    return more_or_less <= words
