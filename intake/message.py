"""The bytes of one mail read into headers, text and leaves. Any bytes give a Message, in bounded time."""

import re
from dataclasses import dataclass

from intake import addresses, charsets, html_text, machine_marks, mime_headers, mime_tree, quoting, tnef_files
from roll import mails

# What later steps look at in a body, new words and history each: ten pages of text.
MAX_TEXT_CHARACTERS = 20_000
# How many bytes of a body part are looked at. A body with inline pictures as data: links is larger than its words.
MAX_TEXT_BYTES = 400_000
# faults.md M 62: a text part of 50 MB is an attack; the largest body that Gmail takes is 25 MB with its attachments.
MAX_BODY_BYTES = 10_000_000
# RFC 5322 §2.1.1: a subject of one line. faults.md M 28 sends 280 kB of encoded words.
MAX_SUBJECT = 998
# References kept for threading (faults.md 2.2, 9).
MAX_REFERENCES = 20
# Mails in a mail whose senders are kept: a chain that was passed on attached has a handful (faults.md M 158 has three).
MAX_ATTACHED = 20

# Flaws that a person must look at before anything is answered (faults.md M 2, 3, 5-7, 29, 31, 46, 47, 52-54, I 134,
# 135).
HOLDING_FLAWS = frozenset(
    [
        "no_blank_line",
        "no_from",
        "two_from_fields",
        "two_from_addresses",
        "address_group",
        "ambiguous_address",
        "address_in_display_name",
        "broken_address",
        "nested_comments",
        "long_address_field",
        "too_many_parameters",
        "uuencoded",
        "yencoded",
        "external_body",
        "partial_message",
        "closed_envelope",
    ]
)

TNEF = b"\x78\x9f\x3e\x22"
"""How winmail.dat begins ([MS-OXTNEF] 2.1.3.1)."""
_BODY_TYPES = ("text/plain", "text/html")
_MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-", b"Rar!", b"7z\xbc\xaf", b"\xff\xd8\xff", b"\x89PNG", b"MZ\x90")
_REFERENCE = re.compile(r"<[^<>\s]{1,998}>")
_UUENCODED = re.compile(r"^begin [0-7]{3,4} \S[^\n]*\n[M-`!-L]", re.MULTILINE)
_FLAWED_TYPES = {
    "message/partial": "partial_message",
    "message/external-body": "external_body",
    # Those that could be looked into are listed as what they turned out to be (intake.mime_tree).
    "application/pkcs7-mime": "closed_envelope",
    "application/x-pkcs7-mime": "closed_envelope",
    "application/pgp-encrypted": "encrypted_mail",
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One attachment as it came. `container` names the attached mails around it, outermost first, joined by "/"."""

    name: str
    declared_type: str
    data: bytes
    inline: bool
    content_id: str
    container: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A mail taken apart. `text` is the new part of the body, `quoted` its history and the bodies of attached mails.

    `attached` are the headers of those mails, the outermost first.
    `flaws` say what was odd but survivable (those in HOLDING_FLAWS need a person), `dangers` what makes the mail
    hostile; both are codes in alphabetical order, explained in docs/reasons.md.
    """

    headers: mails.Headers
    text: str
    quoted: str
    leaves: tuple[Leaf, ...]
    flaws: tuple[str, ...]
    dangers: tuple[str, ...]
    attached: tuple[mails.AttachedMail, ...] = ()


def parse(raw: bytes) -> Message:
    """Read the mail `raw`, any bytes at all."""
    if not raw:
        return Message(mails.Headers(), "", "", (), (), ("empty_mail",))
    # RFC 5322 §2.3 knows no bare carriage returns; a mail of nothing else has them as its line ends.
    tree = mime_tree.walk(raw if b"\n" in raw else raw.replace(b"\r", b"\n"))
    headers, header_flaws = _headers(tree.fields)
    leaves, bodies = _sort(tree)
    text, quoted = _body_text(bodies, tree)
    if not text.strip() and not quoted.strip():
        text, quoted = _words_of_outlook(leaves)
    tree.flaws |= header_flaws
    attached = tuple(map(_attached, tree.attached[:MAX_ATTACHED]))
    flaws, dangers = tuple(sorted(tree.flaws)), tuple(sorted(tree.dangers))
    return Message(headers, text, quoted, tuple(leaves), flaws, dangers, attached)


def _attached(fields: mime_headers.Fields) -> mails.AttachedMail:
    senders, _ = _senders(fields)
    return mails.AttachedMail(
        senders.name, senders.items, mime_headers.decode_value(fields.raw("subject"), MAX_SUBJECT)
    )


def _headers(fields: mime_headers.Fields) -> tuple[mails.Headers, set[str]]:
    """Return the decoded headers and what is odd about the sender."""
    senders, flaws = _senders(fields)
    headers = mails.Headers(
        from_name=senders.name,
        from_addresses=senders.items,
        reply_to=addresses.parse(fields.raw("reply-to")).items,
        to=tuple(dict.fromkeys(item for name in ("to", "cc") for item in addresses.parse(fields.raw(name)).items)),
        subject=mime_headers.decode_value(fields.raw("subject"), MAX_SUBJECT),
        date=mime_headers.decode_value(fields.raw("date"), MAX_SUBJECT),
        message_id=mime_headers.decode_value(fields.raw("message-id"), MAX_SUBJECT),
        in_reply_to=mime_headers.decode_value(fields.raw("in-reply-to"), MAX_SUBJECT),
        references=tuple(_REFERENCE.findall(mime_headers.unfold(fields.raw("references"))))[-MAX_REFERENCES:],
        machine=_machine_fields(fields, senders),
        authentication_results=_every(fields, "authentication-results"),
        received=_every(fields, "received"),
    )
    flaws |= {"nested_comments"} & set(addresses.parse(fields.raw("to")).flaws)
    return headers, flaws


def _every(fields: mime_headers.Fields, name: str) -> tuple[str, ...]:
    # RFC 5321 §6.3: a hundred Received lines are a loop.
    return tuple(mime_headers.decode_value(value) for value in fields.all_raw(name)[:100])


def _senders(fields: mime_headers.Fields) -> tuple[addresses.Addresses, set[str]]:
    """Return what all From fields together say, and the flaws for which no address may be relied on."""
    found = [addresses.parse(value) for value in fields.all_raw("from")[: addresses.MAX_ADDRESSES]]
    items = tuple(dict.fromkeys(item for one in found for item in one.items))
    flaws = {flaw for one in found for flaw in one.flaws}
    if not found:
        flaws.add("no_from")
    if len(found) > 1:
        flaws.add("two_from_fields")
    if sum(len(one.items) for one in found) > 1 and len(items) > 1:
        flaws.add("two_from_addresses")
    return addresses.Addresses(items, next((one.name for one in found if one.name), "")), flaws


def _machine_fields(fields: mime_headers.Fields, senders: addresses.Addresses) -> tuple[tuple[str, str], ...]:
    """Return the fields by which machines say what they are; an empty From says so too (faults.md M 4)."""
    seen = [
        (name, mime_headers.decode_value(value, MAX_SUBJECT))
        for name, value in fields.items
        if name in machine_marks.MARKED_FIELDS
    ]
    sender = (
        [("from", "")] if not senders.items and fields.raw("from") in (b"", b"<>") and fields.all_raw("from") else []
    )
    return tuple(seen[:100] + sender)


def _sort(tree: mime_tree.Tree) -> tuple[list[Leaf], list[mime_tree.RawLeaf]]:
    """Tell bodies from attachments: a body is unnamed text, not disposed as an attachment, and really text."""
    leaves: list[Leaf] = []
    bodies: list[mime_tree.RawLeaf] = []
    for raw in tree.leaves:
        tree.flaws |= {_FLAWED_TYPES[raw.content_type]} if raw.content_type in _FLAWED_TYPES else set()
        if (
            raw.content_type in _BODY_TYPES
            and not raw.name
            and raw.disposition != "attachment"
            and not raw.data.startswith(_MAGIC)
        ):
            bodies.append(raw)
        elif raw.data or raw.name:
            leaves.append(_as_leaf(raw))
    return leaves, bodies


def _as_leaf(raw: mime_tree.RawLeaf) -> Leaf:
    content_id = raw.fields.text("content-id").strip("<> ")
    inline = raw.disposition == "inline" or (bool(content_id) and raw.disposition != "attachment")
    return Leaf(raw.name, raw.content_type, raw.data, inline, content_id, raw.container)


def _body_text(bodies: list[mime_tree.RawLeaf], tree: mime_tree.Tree) -> tuple[str, str]:
    """Return the sender's new words and the history, of text/plain where there is a choice and it says anything."""
    if any(len(body.data) > MAX_BODY_BYTES for body in bodies):
        tree.dangers.add("huge_text")
    spoken = {body.alternative for body in bodies if body.content_type == "text/plain" and body.data.strip()}
    new: list[str] = []
    history: list[str] = []
    for body in bodies:
        if body.content_type == "text/html" and body.alternative >= 0 and body.alternative in spoken:
            continue
        if sum(map(len, new)) + sum(map(len, history)) > 2 * MAX_TEXT_CHARACTERS:
            break
        text = _text_of(body, tree)
        said, quoted = ("", text) if body.container else quoting.separate(text)
        new.append(said)
        history.append(quoted)
    return _joined(new), _joined(history)


def _words_of_outlook(leaves: list[Leaf]) -> tuple[str, str]:
    """Return the new words and the history out of winmail.dat, for a mail whose body says nothing itself."""
    for leaf in leaves:
        if leaf.data.startswith(TNEF) and not leaf.container:
            text, is_html = tnef_files.words(leaf.data)
            if text:
                said, quoted = quoting.separate(html_text.to_text(text) if is_html else text)
                return _joined([said]), _joined([quoted])
    return "", ""


def _joined(texts: list[str]) -> str:
    return "\n".join(text for text in texts if text)[:MAX_TEXT_CHARACTERS]


def _text_of(body: mime_tree.RawLeaf, tree: mime_tree.Tree) -> str:
    text, fits = charsets.decode(_beginning(body.data), body.parameters.get("charset", ""))
    if not fits:
        tree.flaws.add("wrong_charset")
    if body.content_type == "text/html":
        text = html_text.to_text(text)
    _note_encoded_text(text, tree)
    return text[: 2 * MAX_TEXT_CHARACTERS]


def _beginning(data: bytes) -> bytes:
    """Return at most MAX_TEXT_BYTES of `data`, cut at a line end so that no character is cut in two."""
    if len(data) <= MAX_TEXT_BYTES:
        return data
    cut = data.rfind(b"\n", 0, MAX_TEXT_BYTES)
    return data[: cut if cut > 0 else MAX_TEXT_BYTES]


def _note_encoded_text(text: str, tree: mime_tree.Tree) -> None:
    """Note files and messages that hide in the text (faults.md M 46, 47, 53). They are not opened."""
    if "begin " in text and _UUENCODED.search(text):
        tree.flaws.add("uuencoded")
    if "=ybegin " in text:
        tree.flaws.add("yencoded")
    if "-----BEGIN PGP MESSAGE-----" in text:
        tree.flaws.add("encrypted_mail")
