"""Where the parts of a mail lie (RFC 2046): every leaf is found, whatever it is called.

The bytes are gone over with an explicit stack. Ambiguity that two programs could read in two ways is a danger
(faults.md M 19, 20; IETF draft-chen-email-mime-ambiguity-defense); what is merely broken is a flaw, and read as far
as it goes.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from intake import file_names, mime_headers, signed_mail

# faults.md M 21-23: 100 levels are to be read, 1,000 are an attack.
MAX_DEPTH = 120
# faults.md M 24, 60: 30 attachments and 24 commune files are everyday, 100,000 parts are an attack.
MAX_PARTS = 2_000
# Each level of nesting reads its bytes once more; a mail of 40 MB, Gmail's limit after base64, in ten levels stays
# below.
MAX_SCANNED_BYTES = 512_000_000
# Where a boundary is looked for that the header does not name.
GUESS_WINDOW = 65_536
# Base64 holds no dash, so behind those of a part's header the next one is the delimiter. Finding one byte is forty
# times as fast as finding the marker, which is what remains for other content.
DASHES_TRIED = 100

_GUESSED_BOUNDARY = re.compile(rb"(?:\A|\n)--([^\r\n]{1,200})\r?\n(?=[Cc]ontent-)")
_MESSAGE_TYPES = ("message/rfc822", "message/global")
_IDENTITY = ("", "7bit", "8bit", "binary")


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of bytes that is a mail or a part, header first, and where it hangs; `is_mail`: an attached one."""

    data: bytes
    start: int
    end: int
    depth: int = 0
    default_type: str = "text/plain"
    alternative: int = -1
    container: str = ""
    is_mail: bool = False


@dataclass(frozen=True, slots=True)
class RawLeaf:
    """A part that holds no parts. `alternative` numbers the multipart/alternative it is a choice of, -1 for none."""

    fields: mime_headers.Fields
    content_type: str
    parameters: dict[str, str]
    disposition: str
    name: str
    data: bytes
    alternative: int
    container: str


@dataclass(slots=True)
class Tree:
    """All leaves of a mail in their order, and what was odd or hostile.

    `fields` is the header of the mail itself, `attached` are those of the mails in it, the outermost first.
    """

    fields: mime_headers.Fields = field(default_factory=mime_headers.Fields)
    attached: list[mime_headers.Fields] = field(default_factory=list)
    leaves: list[RawLeaf] = field(default_factory=list)
    flaws: set[str] = field(default_factory=set)
    dangers: set[str] = field(default_factory=set)
    parts: int = 0
    scanned: int = 0


def walk(data: bytes) -> Tree:
    """Return every leaf of the mail `data`, decoded. Never raises; stops with a danger at the limits above."""
    tree = Tree()
    stack = [Entity(data, 0, len(data))]
    while stack:
        entity = stack.pop()
        tree.parts += 1
        tree.scanned += entity.end - entity.start
        if _beyond_limits(tree, entity):
            break
        stack.extend(reversed(list(_open(tree, entity))))
    return tree


def _beyond_limits(tree: Tree, entity: Entity) -> bool:
    if tree.parts > MAX_PARTS:
        tree.dangers.add("too_many_parts")
    if entity.depth > MAX_DEPTH or tree.scanned > MAX_SCANNED_BYTES:
        tree.dangers.add("nested_too_deep")
    return bool(tree.dangers & {"too_many_parts", "nested_too_deep", "header_too_big", "too_many_headers"})


def _open(tree: Tree, entity: Entity) -> Iterator[Entity]:
    """Read one entity's header; yield the entities inside it, or add it to the tree as a leaf."""
    fields = mime_headers.read_fields(entity.data, entity.start, entity.end)
    tree.fields = fields if tree.parts == 1 else tree.fields
    tree.flaws.update(fields.flaws if tree.parts == 1 else ())
    tree.dangers.update(fields.dangers)
    tree.attached += [fields] if entity.is_mail else []
    content_type = fields.structured("content-type")
    _note_ambiguity(tree, fields, content_type)
    kind = content_type.value if "/" in content_type.value else entity.default_type
    if kind.startswith("multipart/"):
        yield from _open_multipart(tree, entity, fields, content_type, kind)
        return
    leaf = _leaf(tree, entity, fields, content_type, kind)
    if signed_mail.is_envelope(kind, leaf.name, leaf.data):
        yield from _open_envelope(tree, entity, leaf)
        return
    if kind in _MESSAGE_TYPES or (file_names.extension(leaf.name) == "eml" and looks_like_a_mail(leaf.data)):
        name = leaf.name or "message.eml"
        container = f"{entity.container}/{name}" if entity.container else name
        yield Entity(leaf.data, 0, len(leaf.data), entity.depth + 1, container=container, is_mail=True)
    else:
        tree.leaves.append(leaf)


def _open_envelope(tree: Tree, entity: Entity, leaf: RawLeaf) -> Iterator[Entity]:
    """Yield what was signed, as if it were the mail's own; the envelope stays as a leaf, as a signature."""
    try:
        content = signed_mail.signed_content(leaf.data)
    except signed_mail.Encrypted:
        tree.flaws.add("encrypted_mail")
        tree.leaves.append(replace(leaf, content_type=signed_mail.ENCRYPTED_TYPE))
        return
    tree.leaves.append(replace(leaf, content_type=signed_mail.SIGNATURE_TYPE) if content else leaf)
    if content:
        tree.flaws.add("signed_mail")
        depth = entity.depth + 1
        yield Entity(content, 0, len(content), depth, alternative=entity.alternative, container=entity.container)


def _note_ambiguity(tree: Tree, fields: mime_headers.Fields, content_type: mime_headers.Parameters) -> None:
    if len(fields.all_raw("content-type")) > 1:
        tree.dangers.add("two_content_types")
    if "boundary" in content_type.conflicts and content_type.value.startswith("multipart/"):
        tree.dangers.add("conflicting_boundaries")
    if len({value.lower() for value in fields.all_raw("content-transfer-encoding")}) > 1:
        tree.flaws.add("conflicting_transfer_encodings")
    if content_type.too_many:
        tree.flaws.add("too_many_parameters")


def _open_multipart(
    tree: Tree, entity: Entity, fields: mime_headers.Fields, content_type: mime_headers.Parameters, kind: str
) -> Iterator[Entity]:
    body = fields.body_start
    boundary = content_type.items.get("boundary", "").rstrip().encode("utf-8", "replace")
    spans, closed = _split(entity.data, body, entity.end, boundary) if "boundary" in content_type.items else ([], True)
    if not spans:
        guess = _GUESSED_BOUNDARY.search(entity.data[body : min(entity.end, body + GUESS_WINDOW)])
        if guess is None:
            tree.flaws.add("no_boundary_found")
            if entity.data[body : entity.end].strip():
                tree.leaves.append(_leaf(tree, entity, fields, mime_headers.Parameters("text/plain", {}), "text/plain"))
            return
        tree.flaws.add("guessed_boundary")
        spans, closed = _split(entity.data, body, entity.end, guess[1].rstrip())
    if not closed:
        tree.flaws.add("missing_closing_boundary")
    default = "message/rfc822" if kind == "multipart/digest" else "text/plain"
    alternative = tree.parts if kind == "multipart/alternative" else entity.alternative
    for start, end in spans:
        yield Entity(entity.data, start, end, entity.depth + 1, default, alternative, entity.container)


def _split(data: bytes, start: int, end: int, boundary: bytes) -> tuple[list[tuple[int, int]], bool]:
    """Return the spans between the lines of `boundary`, and whether the closing one was there (RFC 2046 §5.1.1)."""
    marker = b"--" + boundary
    spans: list[tuple[int, int]] = []
    opened = -1
    hit = start if data.startswith(marker, start, end) else _next_line(data, marker, start, end)
    while hit >= 0:
        line_end = data.find(b"\n", hit, end)
        line_end = end if line_end < 0 else line_end
        tail = data[hit + len(marker) : line_end].rstrip(b" \t\r")
        if tail in (b"", b"--"):
            if opened >= 0:
                spans.append((opened, max(opened, _without_line_end(data, hit))))
            opened = min(end, line_end + 1)
            if tail:
                return spans, True
            if len(spans) > MAX_PARTS:
                return spans, False
        hit = _next_line(data, marker, line_end, end)
    if opened >= 0:
        spans.append((opened, end))
    return spans, False


def _next_line(data: bytes, marker: bytes, start: int, end: int) -> int:
    """Return where the next line begins that starts with `marker`, -1 for none."""
    for _ in range(DASHES_TRIED):
        dash = data.find(b"-", start, end)
        if dash < 0:
            return -1
        if dash > 0 and data[dash - 1] == ord("\n") and data.startswith(marker, dash, end):
            return dash
        start = dash + 1
    found = data.find(b"\n" + marker, start - 1, end)
    return found + 1 if found >= 0 else -1


def _without_line_end(data: bytes, position: int) -> int:
    """Return where a part ends whose delimiter begins at `position`: the line end before belongs to it."""
    position -= 1
    return position - 1 if data[position - 1 : position] == b"\r" else position


def _leaf(
    tree: Tree, entity: Entity, fields: mime_headers.Fields, content_type: mime_headers.Parameters, kind: str
) -> RawLeaf:
    disposition = fields.structured("content-disposition")
    name = disposition.items.get("filename") or content_type.items.get("name", "")
    if disposition.too_many:
        tree.flaws.add("too_many_parameters")
    return RawLeaf(
        fields=fields,
        content_type=kind,
        parameters=content_type.items,
        disposition=disposition.value,
        name=file_names.clean(name[: mime_headers.MAX_VALUE_CHARACTERS]),
        data=_decoded(tree, fields, memoryview(entity.data)[fields.body_start : entity.end]),
        alternative=entity.alternative,
        container=entity.container,
    )


def _decoded(tree: Tree, fields: mime_headers.Fields, body: memoryview) -> bytes:
    encoding = (
        fields.raw("content-transfer-encoding").partition(b"(")[0].decode("ascii", "replace").strip(" \t;\"'").lower()
    )
    if encoding == "base64":
        data, whole = mime_headers.decode_base64(body)
        tree.flaws.update(() if whole else ("broken_base64",))
        return data
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body)
    if encoding not in _IDENTITY:
        tree.flaws.add("uuencoded" if "uue" in encoding else "unknown_transfer_encoding")
    return bytes(body)


_FIRST_FIELD = re.compile(rb"(?:From |[A-Za-z][A-Za-z-]{1,60}:)")


def looks_like_a_mail(data: bytes) -> bool:
    """Say whether bytes begin with a header field, as a saved mail does."""
    return _FIRST_FIELD.match(data.lstrip()[:100]) is not None
