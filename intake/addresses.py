"""Address fields read strictly (RFC 5322 §3.4): what can be read in two ways is never taken for one address."""

import re
import unicodedata
from dataclasses import dataclass, field

from intake import mime_headers

# Only From decides anything (faults.md M 30 sends 20,000 To addresses); as many of the others are kept as are ever
# shown.
MAX_ADDRESSES = 100
# faults.md M 29: 200 kB of "(" in an address field. Nobody nests comments; three levels would be a curiosity.
MAX_COMMENT_DEPTH = 50

_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|<[^<>]*+>|\\.|[^"<>(),:;\\]++|.', re.DOTALL)
_ADDRESS = re.compile(r'(?:[^\s"(),:;<>@\[\]\\]++|"[^"\\\s]++")@(?:[^\s"(),:;<>@\[\]\\]++|\[[^\s\[\]]++\])')
# Bounded by RFC 5321 §4.5.3.1: a search for it must stay linear on a line of 64 kB without "@".
_LOOSE = re.compile(r"[^\s\"'(),:;<>@\[\]\\]{1,64}@[^\s\"'(),:;<>@\[\]\\]{1,255}")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Addresses:
    """What an address field holds: bare addresses in order, the first one's display name, and what is odd.

    Flaws: `ambiguous_address` (the addresses are then every one that some program might read),
    `address_in_display_name`, `address_group`, `nested_comments`, `broken_address`, `long_address_field`.
    """

    items: tuple[str, ...] = ()
    name: str = ""
    flaws: tuple[str, ...] = ()


@dataclass(slots=True)
class _Mailbox:
    """One comma-separated piece of the field while it is read."""

    words: list[str] = field(default_factory=list)
    angles: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)

    def add(self, piece: str) -> None:
        if piece.startswith("<") and piece.endswith(">") and len(piece) > 1:
            self.angles.append(piece[1:-1].strip())
        elif self.angles:
            self.after.extend([piece] if piece.strip() else [])
        else:
            self.words.append(piece)


def parse(raw: bytes) -> Addresses:
    """Read one address field before any encoded word in it is decoded: what is decoded is never syntax."""
    text = mime_headers.unfold(raw)
    pieces, flaws = _split(text)
    flaws |= {"long_address_field"} if len(raw) > mime_headers.MAX_VALUE_BYTES else set()
    found: list[str] = []
    name = ""
    for piece in pieces[:MAX_ADDRESSES]:
        display, addresses, flaw = _read(piece)
        name = name or display
        found.extend(address for address in addresses if address not in found)
        flaws |= {flaw} if flaw else set()
    if not found and text and "address_group" not in flaws:
        loose = () if text in ("<>", "") else tuple(_fold(match[0]) for match in _LOOSE.finditer(text))
        found = list(dict.fromkeys(loose))[:MAX_ADDRESSES]
        flaws |= {"broken_address"} if text != "<>" else set()
    return Addresses(tuple(found), name, tuple(sorted(flaws)))


def _split(text: str) -> tuple[list[_Mailbox], set[str]]:
    """Return the field's mailboxes, comments left out, and the flaws seen on the way."""
    pieces, flaws, depth = [_Mailbox()], set(), 0
    for match in _TOKEN.finditer(text):
        piece = match[0]
        if piece in "()":
            depth = max(0, depth + (1 if piece == "(" else -1))
            flaws |= {"nested_comments"} if depth > MAX_COMMENT_DEPTH else set()
        elif depth:
            continue
        elif piece in ",:;":
            flaws |= {"address_group"} if piece in ":;" else set()
            pieces.append(_Mailbox())
        else:
            pieces[-1].add(piece)
    return pieces, flaws


def _read(piece: _Mailbox) -> tuple[str, list[str], str]:
    """Return a mailbox's display name, the addresses it may mean, and the flaw that makes them more than one."""
    words = "".join(piece.words).strip()
    if not piece.angles:
        return ("", [_fold(words)], "") if _ADDRESS.fullmatch(words) else _loose(words)
    display = _display(words)
    address = piece.angles[0]
    if len(piece.angles) > 1 or piece.after or not _ADDRESS.fullmatch(address):
        return display, _candidates(words, *piece.angles, *piece.after), "ambiguous_address" if address else ""
    named = [_fold(match[0]) for match in _LOOSE.finditer(display)]
    if all(other == _fold(address) for other in named):
        return display, [_fold(address)], ""
    if "@" in re.sub(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', "", words):
        return display, _candidates(words, address), "ambiguous_address"
    return display, [_fold(address)], "address_in_display_name"


def _loose(words: str) -> tuple[str, list[str], str]:
    found = _candidates(words)
    return "", found, "ambiguous_address" if found else ""


def _candidates(*texts: str) -> list[str]:
    return [_fold(match[0]) for text in texts for match in _LOOSE.finditer(text)]


def _display(words: str) -> str:
    if words.startswith('"') and words.endswith('"') and len(words) > 1:
        words = re.sub(r"\\(.)", r"\1", words[1:-1])
    decoded = mime_headers.decode_words(words)
    return mime_headers.one_line(decoded.strip().strip('"'))[: mime_headers.MAX_VALUE_CHARACTERS]


def _fold(address: str) -> str:
    """Return an address with its domain in lower case, NFC. Its local part is another's business (RFC 5321 §2.4)."""
    address = _CONTROL.sub("", unicodedata.normalize("NFC", address))
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"
