"""Raw mails for the samples, written byte by byte: what real programs send is often not what a library would write."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.header import Header
from email.utils import format_datetime, parseaddr

CRLF = b"\r\n"
OUR_ADDRESS = "ptelangson@so.example"
# A mail takes about this long from the sender's program to the mailbox.
_UNDER_WAY = timedelta(seconds=40)
# RFC 2231, 3: long parameter values come in numbered pieces; so many octets fit into a line of 78 characters.
_PIECE = 20


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail to write. `sender` is `Name <address>`; `parts` are finished MIME parts.

    `fields` add or replace header fields. `sent_at` is what the sender's own clock says; left out, shortly before the
    receipt.
    """

    name: str
    sender: str
    subject: str
    text: str
    received_at: datetime
    parts: Sequence[bytes] = ()
    kind: str = "mixed"
    fields: Mapping[str, str] = field(default_factory=dict)
    sent_at: datetime | None = None


def mail(draft: Draft) -> bytes:
    """Return the raw bytes of a mail (RFC 5322, MIME)."""
    body = part("text/plain; charset=utf-8", draft.text.replace("\n", "\r\n").encode())
    entity = multipart([body, *draft.parts], draft.kind, f"=_{_digest(draft.name)}") if draft.parts else body
    return _head(draft) + entity


def _head(draft: Draft) -> bytes:
    display, address = parseaddr(draft.sender)
    sent_at = draft.sent_at or draft.received_at - _UNDER_WAY
    domain = address.partition("@")[2] or "mail.example"
    fields = {
        "Return-Path": f"<{address}>",
        "Received": f"from mail.{domain} by mx.so.example with ESMTPS; {format_datetime(draft.received_at)}",
        "From": f"{word(display)} <{address}>" if display else address,
        "To": OUR_ADDRESS,
        "Subject": word(draft.subject),
        "Date": format_datetime(sent_at),
        "Message-ID": message_id(draft.name),
        "MIME-Version": "1.0",
        **draft.fields,
    }
    return b"".join(f"{name}: {value}\r\n".encode() for name, value in fields.items() if value)


def message_id(name: str) -> str:
    """Return the Message-ID of the sample with this name."""
    return f"<{_digest(name)}@mail.example>"


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def word(text: str) -> str:
    """Return a header text as encoded words (RFC 2047) where it is not ASCII."""
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=75).encode(linesep="\r\n")


def part(content_type: str, body: bytes, disposition: str = "", **fields: str) -> bytes:
    """Return one MIME part in base64; `fields` are further header fields, "_" written as "-"."""
    head = [f"Content-Type: {content_type}", "Content-Transfer-Encoding: base64"]
    head += [f"Content-Disposition: {disposition}"] if disposition else []
    head += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\r\n".join(head).encode() + CRLF * 2 + base64.encodebytes(body).replace(b"\n", CRLF)


def multipart(parts: Sequence[bytes], kind: str, boundary: str) -> bytes:
    """Return a multipart entity: its Content-Type field and its body."""
    opening = f"--{boundary}\r\n".encode()
    body = b"".join(opening + one.removesuffix(CRLF) + CRLF for one in parts)
    return (
        f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
        + body
        + f"--{boundary}--\r\n".encode()
    )


def attachment(name: str, data: bytes, content_type: str = "application/octet-stream") -> bytes:
    """Return an attachment named as most programs do today (RFC 2231)."""
    return part(content_type, data, f"attachment; filename*=UTF-8''{_percent(name)}")


def attachment_in_pieces(name: str, data: bytes) -> bytes:
    """Return an attachment whose long name comes in numbered pieces (RFC 2231, 3)."""
    octets = [f"%{byte:02X}" for byte in name.encode()]
    pieces = ["".join(octets[start : start + _PIECE]) for start in range(0, len(octets), _PIECE)]
    pieces[0] = f"UTF-8''{pieces[0]}"
    named = [f" filename*{number}*={piece}" for number, piece in enumerate(pieces)]
    return part("application/octet-stream", data, ";\r\n".join(["attachment", *named]))


def attachment_in_words(name: str, data: bytes) -> bytes:
    """Return an attachment whose name is an encoded word in quotes: not allowed (RFC 2047, 5), and everywhere."""
    encoded = base64.b64encode(name.encode()).decode()
    return part(
        f'application/vnd.ms-excel; name="=?utf-8?B?{encoded}?="', data, f'attachment; filename="=?utf-8?B?{encoded}?="'
    )


def _percent(name: str) -> str:
    return "".join(f"%{byte:02X}" for byte in name.encode())


def inline_image(name: str, data: bytes) -> bytes:
    """Return a picture that the text shows: a signature, a logo."""
    return part(f'image/png; name="{name}"', data, f'inline; filename="{name}"', Content_ID=f"<{name}@mail.example>")


def attached_mail(raw: bytes) -> bytes:
    """Return a forwarded mail as a part of its own."""
    return b"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n" + raw
