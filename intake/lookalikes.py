"""Senders whose address is made to be taken for a registered one: another letter that looks the same, one letter off.

Compared are domains as people read them, after UTS 39 (confusables) as far as addresses of offices go, and the part
before the @ within one domain. A look-alike is shown to a person, never answered; two real bodies whose names lie so
near lose nothing but the automatic receipt.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from rapidfuzz.distance import OSA

from roll import mails

# Public providers are themselves, however near one lies to another (gmail.com, mail.com, ymail.com).
_PROVIDERS = frozenset({
    "aol.com", "email.com", "fastmail.com", "fpt.vn", "gmail.com", "gmx.com", "gmx.net", "googlemail.com",
    "hotmail.com", "hotmail.com.vn", "icloud.com", "live.com", "mail.com", "me.com", "msn.com", "outlook.com",
    "outlook.com.vn", "proton.me", "protonmail.com", "viettel.vn", "vnn.vn", "yahoo.com", "yahoo.com.vn", "yahoo.vn",
    "yandex.com", "ymail.com", "zoho.com",
})  # fmt: skip
# Letters beyond ASCII that are drawn as Latin ones (UTS 39, confusables.txt; Cyrillic, Greek, Armenian, dotless i).
_DRAWN_ALIKE = str.maketrans({
    "а": "a", "в": "b", "с": "c", "ԁ": "d", "е": "e", "һ": "h", "і": "i", "ј": "j", "к": "k", "ӏ": "l", "м": "m",
    "п": "n", "о": "o", "р": "p", "ԛ": "q", "г": "r", "ѕ": "s", "т": "t", "у": "y", "ѵ": "v", "ԝ": "w", "х": "x",
    "α": "a", "γ": "y", "ε": "e", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "τ": "t", "υ": "u", "χ": "x",
    "օ": "o", "ս": "u", "ո": "n", "ı": "i", "ɑ": "a", "ɡ": "g", "ł": "l", "ø": "o", "đ": "d",
})  # fmt: skip
# What is drawn alike in many typefaces: each written as the last of its kind.
_SAME_TO_THE_EYE = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"), ("3", "e"))
# The second labels under which countries give names away: "gov.vn" is nobody's.
_SECOND_LABELS = frozenset(
    {"ac", "biz", "com", "edu", "gob", "gov", "gouv", "health", "info", "int", "name", "net", "org"}
)
# Names shorter than this lie one letter from each other by chance ("vnpt", "vnpc").
_SHORTEST_NAME = 5
_COUNTRY_CODE = 2
_ADDRESS = re.compile(r"[^\s\"'(),:;<>\[\]]{1,64}@[^\s\"'(),:;<>@\[\]]{1,255}")
_PIECES = re.compile(r"[-.]")


def pretended(headers: mails.Headers, registered: Iterable[str]) -> str:
    """Return the registered address or domain that a mail pretends to come from, empty for none.

    Its sender is not registered, but his display name shows a registered address, or his own looks like one.
    """
    known = frozenset(address.lower() for address in registered)
    shown = unicodedata.normalize("NFKC", headers.from_name).lower()
    named = (found for found in _ADDRESS.findall(shown) if found in known)
    imitations = (found for sender in headers.from_addresses if (found := imitated(sender, known)))
    return next(named, "") or next(imitations, "")


def imitated(sender: str, registered: Collection[str]) -> str:
    """Return the registered address or domain that `sender` is made to look like, empty for none.

    `registered` are in lower case; an address of a unit whose days are over imitates nobody. Within a domain that units
    write from only the part before the @ is compared.
    """
    if sender.lower() in registered:
        return ""
    local, _, domain = sender.lower().rpartition("@")
    domains = {address.rpartition("@")[2] for address in registered}
    own = _organisation(domain)
    if own in {_organisation(known) for known in domains}:
        same = (address for address in registered if address.rpartition("@")[2] == domain)
        drawn = _skeleton(local)
        return next((each for each in sorted(same) if _skeleton(each.rpartition("@")[0]) == drawn), "")
    if own in _PROVIDERS:
        return ""
    return next((known for known in sorted(domains) if _looks_like(domain, own, _organisation(known))), "")


def _looks_like(domain: str, own: str, known: str) -> bool:
    """Whether a domain, of the organisation `own`, is made to be read as the organisation's `known`."""
    mine, theirs = _skeleton(own), _skeleton(known)
    if mine == theirs or _squeezed(mine) == _squeezed(theirs) or f".{known}." in f".{domain}.":
        return True
    name, known_name = mine.partition(".")[0], theirs.partition(".")[0]
    if len(known_name) < _SHORTEST_NAME:
        return False
    if known in _PROVIDERS:
        return name == known_name
    return known_name in _PIECES.split(mine) or OSA.distance(name, known_name, score_cutoff=1) == 1


@lru_cache(maxsize=4096)
def _organisation(domain: str) -> str:
    """Return the domain that somebody registered: the last two labels, three below a country's second labels."""
    labels = domain.lower().strip(".").split(".")
    is_second = len(labels) > 1 and len(labels[-1]) == _COUNTRY_CODE and labels[-2] in _SECOND_LABELS
    return ".".join(labels[-3 if is_second else -2 :])


@lru_cache(maxsize=4096)
def _skeleton(text: str) -> str:
    """Return what a text looks like: decoded, without accents, other scripts as the Latin letters they resemble."""
    shown = ".".join(_shown(label) for label in text.lower().split("."))
    plain = unicodedata.normalize("NFKD", shown).casefold().translate(_DRAWN_ALIKE)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    for drawn, read in _SAME_TO_THE_EYE:
        plain = plain.replace(drawn, read)
    return plain


def _shown(label: str) -> str:
    """Return a label as mail programs show it (RFC 3492), as it stands where it is no good punycode."""
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError):
        return label


def _squeezed(domain: str) -> str:
    return "".join(_pieces(domain))


def _pieces(domain: str) -> Iterator[str]:
    return (piece for piece in _PIECES.split(domain) if piece)
