"""A letter as bytes: RFC 5322 with CRLF, text and HTML beside each other, attachments, the marks of automatic mail.

The header fields are few and known, so they are written here from stdlib pieces; `email.message.EmailMessage` costs
about three milliseconds a letter. No value reaches a header with a control character in it (CVE-2024-6923,
CVE-2026-1299), an addressee is a bare address in a
field of its own (CVE-2025-1795), and every body part is base64 or quoted-printable: no
line passes 998 octets and no bare CR or LF leaves the house (RFC 5321 section 2.3.8).
"""

import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import utils
from urllib.parse import quote

from notifications.facts import Attachment, Thread
from notifications.words import one_line
from roll.letters import LetterKind

# RFC 2047 section 2: a line that holds an encoded word has at most 76 characters.
ENCODED_LINE = 76
# RFC 5322 section 2.1.1: lines should have at most 78 characters.
HEADER_LINE = 78
# RFC 2045 section 6.8: encoded lines of at most 76 characters.
BODY_LINE = 76
# A subject that every client shows whole has some 70 characters; ours name campaign, unit and receipt, an original's
# may be cut.
SUBJECT_LIMIT = 250
# RFC 5322 section 3.6.4 sets no bound; long threads would grow without end (libraries cut at about this many).
REFERENCES_LIMIT = 20
# An id must fit a header line of 998 octets (RFC 5322 section 2.1.1) with its name; no known program makes ids half
# as long.
MESSAGE_ID_LIMIT = 250
# RFC 5321 section 4.5.3.1: octets of a local part, of a domain.
LOCAL_PART_LIMIT = 64
DOMAIN_LIMIT = 255
# Longest file name that common file systems take, in characters.
FILE_NAME_LIMIT = 150

# Characters of at most four octets each, so that a piece always fits an encoded word after the longest field name.
LONGEST_PIECE = 8

_WORD_AND_SPACE = re.compile(r"[^ ]+ ?| ")
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]{1,200}@[!-;=?A-~]{1,200}>")
_DERIVED_ID = re.compile(r"<[0-9a-f]{32}@[!-;=?A-~]{1,200}>")
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*")
_CONTENT_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,80}")
_ANSWERS = (LetterKind.ACKNOWLEDGEMENT, LetterKind.RETURN, LetterKind.CONFIRM, LetterKind.RECEIPT)


class AddressError(ValueError):
    """The address cannot be written to without SMTPUTF8 or is none (RFC 5321 section 4.1.2); staff must be told."""


@dataclass(frozen=True, slots=True)
class Message:
    """Everything the bytes are made of. `date` is aware. `reply_to` and `cc` may be empty: answers go to `sender`.

    An empty `html` makes it a letter of plain text alone.
    """

    kind: LetterKind
    sender_name: str
    sender: str
    to: str
    subject: str
    date: datetime
    message_id: str
    language: str
    text: str
    html: str
    reply_to: str = ""
    cc: str = ""
    thread: Thread | None = None
    attachments: Sequence[Attachment] = field(default=())


def compose(message: Message) -> bytes:
    """Return `message` as RFC 5322 bytes with CRLF line ends. Raises AddressError for an unusable address."""
    shown = [attachment for attachment in message.attachments if _is_shown(attachment)]
    files = [attachment for attachment in message.attachments if not _is_shown(attachment)]
    body = _alternative(message, shown) if message.html else _text_part("plain", message.text)
    if files:
        body = _mixed(body, message, files)
    return ("\r\n".join(_headers(message)) + "\r\n" + body).encode("ascii")


def derive_message_id(key: str, domain: str, secret: bytes = b"") -> str:
    """Return the Message-ID of the letter `key`: always the same one, unguessable with a `secret`."""
    name = key.encode("utf-8", "replace")
    # Keyed BLAKE2 (RFC 7693 §2.9) is a MAC by itself, and 200 times as quick as the HMAC of the linked OpenSSL.
    digest = hashlib.blake2b(name, key=secret[:64]).digest() if secret else hashlib.sha256(name).digest()
    return f"<{digest[:16].hex()}@{_ascii_domain(domain)}>"


def is_derived_message_id(text: str) -> bool:
    """Tell whether `text` has the shape of the ids that `derive_message_id` gives, whoever's it is."""
    return _DERIVED_ID.fullmatch(text) is not None


def check_address(address: str) -> str:
    """Return `address` with its domain as A-labels (RFC 5891). Raises AddressError where no plain server takes it."""
    local, at, domain = address.rpartition("@")
    if not at or len(local) > LOCAL_PART_LIMIT or not _LOCAL_PART.fullmatch(local):
        raise AddressError(f"{one_line(address, 100)!r} is not an address that can be written to.")
    return f"{local}@{_ascii_domain(domain)}"


def can_be_written_to(address: str) -> bool:
    """Tell whether a plain server takes an address: units write from others too."""
    try:
        check_address(address)
    except AddressError:
        return False
    return True


def _ascii_domain(domain: str) -> str:
    try:
        name = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise AddressError(f"{one_line(domain, 100)!r} is not a domain.") from error
    if len(name) > DOMAIN_LIMIT or not _DOMAIN.fullmatch(name):
        raise AddressError(f"{one_line(domain, 100)!r} is not a domain.")
    return name


def _headers(message: Message) -> list[str]:
    sender = check_address(message.sender)
    lines = [
        _text_field("From", message.sender_name, f"<{sender}>"),
        f"To: {check_address(message.to)}",
        *([f"Cc: {check_address(message.cc)}"] if message.cc else []),
        _text_field("Subject", one_line(message.subject, SUBJECT_LIMIT)),
        f"Date: {utils.format_datetime(message.date)}",
        f"Message-ID: {message.message_id}",
    ]
    if message.reply_to and message.reply_to != message.sender:
        lines.append(f"Reply-To: {check_address(message.reply_to)}")
    lines += _threading(message.thread) + _marks(message.kind)
    # No standard, but kept by autoresponders and forwarders since procmail: a letter that comes back with it, under
    # whatever sender, is known as ours.
    lines.append(f"X-Loop: {check_address(message.reply_to or message.sender)}")
    lines += [f"Content-Language: {message.language}", "MIME-Version: 1.0"]
    return lines


def _threading(thread: Thread | None) -> list[str]:
    """Return In-Reply-To and References (RFC 5322 section 3.6.4): well-formed ids, the first and the latest ones."""
    if thread is None:
        return []
    parent = [thread.message_id] if is_message_id(thread.message_id) else []
    chain = [name for name in dict.fromkeys(thread.references) if is_message_id(name) and name not in parent] + parent
    if len(chain) > REFERENCES_LIMIT:
        chain = chain[:1] + chain[1 - REFERENCES_LIMIT :]
    lines = [f"In-Reply-To: {parent[0]}"] if parent else []
    return lines + (["References: " + "\r\n ".join(chain)] if chain else [])


def is_message_id(text: str) -> bool:
    """Tell whether `text` is one well-formed msg-id without folding or comments (RFC 5322 section 3.6.4)."""
    return len(text) <= MESSAGE_ID_LIMIT and _MESSAGE_ID.fullmatch(text) is not None


def _marks(kind: LetterKind) -> list[str]:
    """Return what tells other machines not to answer.

    Auto-Submitted is the standard mark (RFC 3834 section 5), X-Auto-Response-Suppress is what Exchange obeys (MS-
    OXCMAIL). RFC 3834 section 3.1.8 recommends no Precedence value, and providers rank "bulk" below personal mail: a
    receipt or a reminder is addressed to one office and must be seen, so only the digest, the same text to several of
    our own staff, carries it, for vacation programs that know nothing else.
    """
    auto = "auto-replied" if kind in _ANSWERS else "auto-generated"
    lines = [f"Auto-Submitted: {auto}", "X-Auto-Response-Suppress: All"]
    return [*lines, "Precedence: bulk"] if kind is LetterKind.DIGEST else lines


def _text_field(name: str, text: str, tail: str = "") -> str:
    """Return an unstructured field, or a display name with its address as `tail`, encoded and folded."""
    line = f"{name}:"
    shown = one_line(text, SUBJECT_LIMIT)
    plain = [] if tail else _plain_words(shown, HEADER_LINE - len(line) - 1)
    for word in (plain or _words(shown, len(line) + 1, phrase=bool(tail))) + ([tail] if tail else []):
        lone = line.rpartition("\n")[2]
        joint = " " if len(lone) + 1 + len(word) <= HEADER_LINE else "\r\n "
        line += joint + word
    return line


def _plain_words(text: str, room: int) -> list[str]:
    """Return the words of an unstructured field that can be folded between them as it is, else none.

    Filters count an encoded subject that need not be encoded against the letter.
    """
    words = text.split(" ")
    fits = text.isascii() and "=?" not in text and all(0 < len(word) <= room for word in words)
    return words if fits else []


def _words(text: str, taken: int, *, phrase: bool) -> list[str]:
    """Return `text` as header words: as it is where that is safe, else as encoded words of whole characters."""
    if text.isascii() and "=?" not in text and taken + len(text) <= HEADER_LINE:
        return ['"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'] if phrase else [text]
    words, chunk, room = list[str](), b"", _room(taken)
    for piece in _pieces(text):
        octets = piece.encode("utf-8", "replace")
        if len(chunk) + len(octets) > room and chunk:
            words.append(_encoded_word(chunk))
            chunk, room = b"", _room(1)
        chunk += octets
    return [*words, _encoded_word(chunk)]


def _pieces(text: str) -> list[str]:
    """Return `text` in pieces that may each end an encoded word.

    Pieces end after a space, so that readers that mishandle the joint break no word; a long word is cut.
    """
    return [
        word[start : start + LONGEST_PIECE]
        for word in _WORD_AND_SPACE.findall(text)
        for start in range(0, len(word), LONGEST_PIECE)
    ]


def _room(taken: int) -> int:
    """Return how many octets fit an encoded word on a line of which `taken` characters are used."""
    return (ENCODED_LINE - taken - len("=?utf-8?b??=")) // 4 * 3


def _encoded_word(octets: bytes) -> str:
    return f"=?utf-8?b?{binascii.b2a_base64(octets, newline=False).decode('ascii')}?="


def _boundary(message: Message, level: str) -> str:
    """Return a boundary that no part can hold: base64 has no "_", quoted-printable no "=_" (RFC 2045 section 6.7)."""
    return f"=_{level}_{message.message_id[1:25]}"


def _alternative(message: Message, shown: Sequence[Attachment]) -> str:
    """Return the multipart/alternative, text first (RFC 2046 section 5.1.4: the last one is the richest)."""
    boundary = _boundary(message, "alternative")
    html = _text_part("html", message.html)
    parts = [_text_part("plain", message.text), _related(html, message, shown) if shown else html]
    return f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n\r\n' + _joined(parts, boundary)


def _related(html: str, message: Message, shown: Sequence[Attachment]) -> str:
    """Return the HTML with the pictures that it shows (RFC 2387; `type` is its root's, section 3.1).

    It stands inside the alternative, not around it: the pictures belong to the HTML alone, so who reads the text sees
    no loose file (RFC 2046 section 5.1.4). Apple Mail and Thunderbird write it so themselves, and Gmail and Outlook,
    which write it the other way round, show both.
    """
    boundary = _boundary(message, "related")
    parts = [html, *(_part(each, "inline", f"Content-ID: <{each.content_id}>\r\n") for each in shown)]
    content_type = f'Content-Type: multipart/related; type="text/html";\r\n boundary="{boundary}"\r\n\r\n'
    return content_type + _joined(parts, boundary)


def _is_shown(attachment: Attachment) -> bool:
    """Tell whether the HTML shows it: it has a well-formed Content-ID (RFC 2045 section 7: the shape of a msg-id)."""
    return is_message_id(f"<{attachment.content_id}>")


def _mixed(body: str, message: Message, files: Sequence[Attachment]) -> str:
    boundary = _boundary(message, "mixed")
    parts = [body, *(_part(each, "attachment") for each in files)]
    return f'Content-Type: multipart/mixed;\r\n boundary="{boundary}"\r\n\r\n' + _joined(parts, boundary)


def _joined(parts: Sequence[str], boundary: str) -> str:
    return "".join(f"--{boundary}\r\n{part}" for part in parts) + f"--{boundary}--\r\n"


def _text_part(subtype: str, text: str) -> str:
    content_type = f"Content-Type: text/{subtype}; charset=utf-8\r\n"
    if text.isascii():
        printable = binascii.b2a_qp(text.encode("ascii"), istext=True).decode("ascii").replace("\n", "\r\n")
        return f"{content_type}Content-Transfer-Encoding: quoted-printable\r\n\r\n{printable}\r\n"
    octets = text.replace("\n", "\r\n").encode("utf-8", "replace")
    return f"{content_type}Content-Transfer-Encoding: base64\r\n\r\n{_base64_lines(octets)}"


def _base64_lines(octets: bytes) -> str:
    encoded = binascii.b2a_base64(octets, newline=False).decode("ascii")
    return "".join(f"{encoded[start : start + BODY_LINE]}\r\n" for start in range(0, len(encoded), BODY_LINE))


def _part(attachment: Attachment, disposition: str, more: str = "") -> str:
    """Return a file as a part: its name by RFC 2231 and, for older clients, as an encoded word.

    `disposition` is "attachment" or "inline" (RFC 2183), `more` are further header fields, each with its CRLF.
    """
    name = one_line(attachment.name, FILE_NAME_LIMIT).replace("/", "_").replace("\\", "_") or "attachment"
    known = _CONTENT_TYPE.fullmatch(attachment.content_type)
    content_type = attachment.content_type if known else "application/octet-stream"
    fallback = "\r\n ".join(_words(name, len(' name="') + 1, phrase=False)).replace('"', "'")
    return (
        f'Content-Type: {content_type};\r\n name="{fallback}"\r\n'
        f"Content-Disposition: {disposition};{_file_name_parameters(name)}\r\n"
        f"{more}Content-Transfer-Encoding: base64\r\n\r\n{_base64_lines(attachment.data)}"
    )


def _file_name_parameters(name: str) -> str:
    """Return the filename parameter, in numbered pieces where it is long (RFC 2231 sections 3 and 4.1)."""
    if name.isascii() and len(name) < HEADER_LINE - len(' filename=""') and not set(name) & set('"\\%'):
        return f'\r\n filename="{name}"'
    encoded = "utf-8''" + quote(name.encode("utf-8", "replace"), safe="")
    pieces = _cut_between_octets(encoded, HEADER_LINE - len(" filename*99*=;"))
    if len(pieces) == 1:
        return f"\r\n filename*={encoded}"
    return ";".join(f"\r\n filename*{index}*={piece}" for index, piece in enumerate(pieces))


def _cut_between_octets(encoded: str, room: int) -> list[str]:
    """Return `encoded` in pieces of at most `room` characters, never inside a %XX."""
    pieces = []
    while len(encoded) > room:
        end = room
        while "%" in encoded[end - 2 : end]:
            end -= 1
        pieces.append(encoded[:end])
        encoded = encoded[end:]
    return [*pieces, encoded]
