"""Names for lines, columns and header fields: small letters and digits of their labels, each once."""

import re
from collections.abc import Collection

from forms import consistency, text

WORDS_MOST = 6
"""Words of a label that its name keeps: enough to know the line by, short enough for an expression."""
LENGTH_MOST = 40
"""Characters of a name: two of them and a comparison stay on one line of a form.toml."""
_STOP = frozenset(
    ("trong", "do", "va", "cac", "cua", "cho", "the", "of", "and", "which", "a", "an", "to", "in", "o", "tai", "duoc")
)
_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")


def name_of(label: str, taken: Collection[str], fallback: str) -> str:
    """Return a name for `label` that none of `taken` is."""
    parts = [word for word in text.fold(_BRACKETS.sub(" ", label)).split(" ") if word and word not in _STOP]
    name = "_".join(parts[:WORDS_MOST])[:LENGTH_MOST].strip("_") or fallback
    if not name[0].isalpha():
        name = f"{fallback}_{name}"
    if not consistency.is_name(name):
        name = f"{fallback}_{name}"
    return unique(name, taken)


def unique(name: str, taken: Collection[str]) -> str:
    """Return `name`, with a number behind it where it is taken."""
    number, candidate = 2, name
    while candidate in taken:
        candidate, number = f"{name}_{number}", number + 1
    return candidate
