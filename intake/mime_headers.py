"""Header fields of a mail or a part: found, unfolded, decoded (RFC 5322 §2.2, 2047, 2231). Linear on any input."""

import binascii
import re
from dataclasses import dataclass
from functools import cached_property

import pybase64

from intake import charsets

# faults.md M 25, 26: a mail of 10,000 header fields is odd but readable, one of 100,000 is an attack.
MAX_FIELDS = 20_000
# faults.md M 27: one field of 1 MB is readable; what lies beyond four of them is not a header block.
MAX_HEADER_BYTES = 4_000_000
# A field value that later steps look at: 20 References of 10 kB each (faults.md M 14) still fit.
MAX_VALUE_BYTES = 65_536
# A decoded value as it is stored and shown: ten times the 998 characters of RFC 5322 §2.1.1.
MAX_VALUE_CHARACTERS = 10_000
# RFC 2231 §3 pieces and parameters of one field; a file name of 4 kB needs about 80. faults.md M 31 sends 20,000.
MAX_PARAMETERS = 1_000
# No program writes a longer section number (faults.md M 32).
MAX_SECTION_DIGITS = 9

_FIELD = re.compile(rb"([!-9;-~]{1,500})[ \t]*+:")
_END_OF_HEADERS = re.compile(rb"\n\r?\n")
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,64})\?([bBqQ])\?([^?]*)\?=")
_PARAMETER = re.compile(rb';\s*+([^\s=;"]++)\s*+=\s*+("[^"\\]*+(?:\\.[^"\\]*+)*+"?|[^;]*+)', re.DOTALL)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_LINE_BREAKS = re.compile("[\r\n\x85\u2028\u2029\t]+[ \t]*")


@dataclass(frozen=True, slots=True)
class Parameters:
    """A structured field: its value in lower case, its parameters decoded, and what was wrong with it."""

    value: str
    items: dict[str, str]
    conflicts: frozenset[str] = frozenset()
    too_many: bool = False


_NOTHING = Parameters("", {})


@dataclass(frozen=True)
class Fields:
    """The header fields of one entity, in order, as raw bytes. Names are in lower case."""

    items: tuple[tuple[str, bytes], ...] = ()
    flaws: tuple[str, ...] = ()
    dangers: tuple[str, ...] = ()
    body_start: int = 0

    @cached_property
    def _first(self) -> dict[str, bytes]:
        return dict(reversed(self.items))

    def raw(self, name: str) -> bytes:
        """Return the first field `name` as bytes, empty where there is none."""
        return self._first.get(name, b"")

    def all_raw(self, name: str) -> list[bytes]:
        """Return every field `name`, topmost first."""
        return [value for key, value in self.items if key == name]

    def text(self, name: str) -> str:
        """Return the first field `name` decoded."""
        return decode_value(self.raw(name))

    def structured(self, name: str) -> Parameters:
        """Return the first field `name` as value and parameters."""
        return parse_parameters(self.raw(name))


def read_fields(data: bytes, start: int, end: int) -> Fields:
    """Read the header block that begins at `start`. `body_start` of the result is where the body begins.

    A line that is no field is passed over where fields follow it; where the very first line is none, there is no
    header block. A leading line of an mbox ("From ...") is passed over too: attached mails begin with one now and
    then.
    """
    if data.startswith((b"From ", b">From "), start, end):
        start = data.find(b"\n", start, end) + 1 or end
    block_end, body_start = _block(data, start, end)
    if block_end - start > MAX_HEADER_BYTES:
        return Fields(dangers=("header_too_big",), body_start=body_start)
    if data.count(b"\n", start, block_end) > MAX_FIELDS and _count_fields(data[start:block_end]) > MAX_FIELDS:
        return Fields(dangers=("too_many_headers",), body_start=body_start)
    return _collect(data[start:block_end], start, body_start, complete=body_start > block_end)


def _block(data: bytes, start: int, end: int) -> tuple[int, int]:
    """Return where the header block ends and where the body starts; equal where no blank line was found."""
    if data.startswith((b"\n", b"\r\n"), start, end):
        return start, min(end, start + (1 if data[start] == ord("\n") else 2))
    found = _END_OF_HEADERS.search(data, start, end)
    return (found.start() + 1, found.end()) if found else (end, end)


def _count_fields(block: bytes) -> int:
    return sum(1 for line in block.split(b"\n") if line[:1] not in (b" ", b"\t"))


def _collect(block: bytes, start: int, body_start: int, *, complete: bool) -> Fields:
    items: list[tuple[str, list[bytes]]] = []
    flaws: set[str] = set()
    position = start
    for line in block.split(b"\n"):
        if line.startswith((b" ", b"\t")) and items:
            items[-1][1].append(line)
        elif field_match := _FIELD.match(line):
            items.append((field_match[1].decode("ascii").lower(), [line[field_match.end() :]]))
        elif line.strip():
            if not items or not complete:
                body_start = position
                break
            flaws.add("broken_header_line")
        position += len(line) + 1
    if not complete:
        flaws.add("no_blank_line")
    joined = tuple((name, b"\n".join(lines).strip()) for name, lines in items)
    return Fields(joined, tuple(sorted(flaws)), body_start=body_start)


def decode_value(raw: bytes, limit: int = MAX_VALUE_CHARACTERS) -> str:
    """Return a field value unfolded and decoded: NFC, one line, at most `limit` characters."""
    if not raw:
        return ""
    text, _ = charsets.decode(raw[:MAX_VALUE_BYTES])
    return one_line(decode_words(text))[:limit]


def one_line(text: str) -> str:
    """Return `text` without line breaks of any kind (Unicode's too) and without surrounding space."""
    return text.strip() if text.isprintable() else _LINE_BREAKS.sub(" ", text).strip()


def decode_words(text: str) -> str:
    """Return `text` with its encoded words decoded (RFC 2047), also where they stand illegally.

    Inside quotes and touching other text, that is. Adjacent words of one charset are joined as bytes first, since
    many programs cut a character in two.
    """
    if "=?" not in text:
        return text
    out: list[str] = []
    run: list[bytes] = []
    charset, last = "", 0
    for match in _ENCODED_WORD.finditer(text):
        between = text[last : match.start()]
        name = match[1].partition("*")[0].lower()
        if run and (between.strip() or name != charset):
            out.append(charsets.decode(b"".join(run), charset)[0])
            run = []
        if between.strip() or not last:
            out.append(between)
        run.append(_word_bytes(match[2], match[3]))
        charset, last = name, match.end()
    if run:
        out.append(charsets.decode(b"".join(run), charset)[0])
    return charsets.clean("".join([*out, text[last:]]))


def _word_bytes(encoding: str, payload: str) -> bytes:
    data = payload.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(data, header=True)
    return decode_base64(data)[0]


def decode_base64(data: bytes | memoryview) -> tuple[bytes, bool]:
    """Return base64 data decoded and whether it was whole. Junk is passed over, padding added (RFC 2045 §6.8)."""
    data = bytes(data)
    padding = data.find(b"=")
    # Nine times as fast as the standard library's; what follows padding it takes otherwise.
    is_at_end = padding < 0 or not data[padding:].strip(b"=\r\n")
    try:
        decoded = pybase64.b64decode(data) if is_at_end else binascii.a2b_base64(data)
    except binascii.Error:
        return _decode_broken_base64(data), False
    if not is_at_end and len(decoded) * 10 < len(data) * 6 and b"=" in data.rstrip(b"=\r\n \t-"):
        # A decoder stops at padding; a program that encodes piece by piece puts it in the middle too.
        return b"".join(_decode_broken_base64(piece) for piece in data.split(b"=") if piece.strip()), False
    return decoded, True


_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))


def _decode_broken_base64(data: bytes) -> bytes:
    digits = data.translate(None, _NOT_BASE64)
    if len(digits) % 4 == 1:
        digits = digits[:-1]
    return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))


def parse_parameters(raw: bytes) -> Parameters:
    """Return a field such as Content-Type as value and parameters, the pieces of RFC 2231 put together."""
    if not raw:
        return _NOTHING
    value = raw.partition(b";")[0].partition(b"(")[0].decode("ascii", "replace").strip().lower()
    plain: dict[str, bytes] = {}
    pieces: dict[str, dict[int, tuple[bytes, bool]]] = {}
    conflicts: set[str] = set()
    for count, match in enumerate(_PARAMETER.finditer(raw)):
        if count >= MAX_PARAMETERS:
            return Parameters(value, _decoded(plain, pieces), frozenset(conflicts), too_many=True)
        name, section, extended = _parameter_name(match[1])
        content = _unquote(match[2])
        if section is not None:
            pieces.setdefault(name, {}).setdefault(section, (content, extended))
        elif plain.setdefault(name, content) != content:
            conflicts.add(name)
    conflicts |= {name for name in pieces if name in plain and _joined(pieces[name]) != _text(plain[name])}
    return Parameters(value, _decoded(plain, pieces), frozenset(conflicts))


def _parameter_name(raw: bytes) -> tuple[str, int | None, bool]:
    """Return a parameter's name, its section (0 for `name*`, None where plain), and whether it is percent-encoded."""
    text = raw.decode("ascii", "replace").lower()
    extended = text.endswith("*")
    name, star, section = text.rstrip("*").partition("*")
    if not star:
        return name, 0 if extended else None, extended
    return (
        name,
        int(section) if section.isascii() and section.isdigit() and len(section) <= MAX_SECTION_DIGITS else 0,
        extended,
    )


def _unquote(raw: bytes) -> bytes:
    raw = raw.strip()
    if not raw.startswith(b'"'):
        return raw
    inner = raw[1:-1] if len(raw) > 1 and raw.endswith(b'"') else raw[1:]
    # A backslash before an ordinary letter is a path of Windows, not an escape.
    return _ESCAPED.sub(lambda match: match[1] if match[1] in b'"\\' else match[0], inner)


def _decoded(plain: dict[str, bytes], pieces: dict[str, dict[int, tuple[bytes, bool]]]) -> dict[str, str]:
    items = {name: _text(content) for name, content in plain.items()}
    items.update({name: _joined(sections) for name, sections in pieces.items()})
    return items


def _text(content: bytes) -> str:
    return decode_words(one_line(charsets.decode(content)[0]))


def _joined(sections: dict[int, tuple[bytes, bool]]) -> str:
    """Return RFC 2231 sections as one text. They are joined as bytes: a section may end inside a character."""
    charset, parts = "", []
    for position, index in enumerate(sorted(sections)):
        content, extended = sections[index]
        if extended and position == 0 and content.count(b"'") > 1:
            declared, _, content = content.split(b"'", 2)
            charset = declared.decode("ascii", "replace")
        parts.append(_percent_decoded(content) if extended else content)
    text = charsets.decode(b"".join(parts), charset)[0]
    return decode_words(_LINE_BREAKS.sub("" if charset else " ", text))


_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")


def _percent_decoded(content: bytes) -> bytes:
    return _PERCENT.sub(lambda match: bytes((int(match[1], 16),)), content)


def unfold(raw: bytes, limit: int = MAX_VALUE_BYTES) -> str:
    """Return a field as one line of text with its encoded words as they stand, at most `limit` bytes of it."""
    return one_line(charsets.decode(raw[:limit])[0]) if raw else ""
