"""Mails as bytes, with the habits of many programs: how subjects, names and texts are encoded."""

import base64
import quopri
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime

from bench.office import spelling

OUR_ADDRESS = "ptelangson@so.example"
SERVER = "mx.so.example"
Attachment = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail to write. `codec` is the habit of the sender's program; `fields` replace or add header fields."""

    key: str
    address: str
    shown: str
    subject: str
    text: str
    at: datetime
    codec: str = "utf-8"
    files: Sequence[Attachment] = ()
    parts: Sequence[bytes] = ()
    fields: dict[str, str] = field(default_factory=dict)
    authentication: str = "pass"
    html: bool = False
    kind: str = "mixed"


def mail(draft: Draft) -> bytes:
    """Return the raw bytes of a mail."""
    domain = draft.address.partition("@")[2]
    fields = {
        "Return-Path": f"<{draft.address}>",
        "Authentication-Results": _verdict(draft.authentication, domain),
        "Received": f"from mail.{domain} by {SERVER} with ESMTPS; {format_datetime(draft.at)}",
        "From": _named(draft.shown, draft.address, draft.codec),
        "To": OUR_ADDRESS,
        "Subject": header(draft.subject, draft.codec),
        "Date": format_datetime(draft.at - timedelta(seconds=40)),
        "Message-ID": message_id(draft.key),
        "MIME-Version": "1.0",
        **draft.fields,
    }
    head = b"".join(name.encode() + b": " + _bytes(value) + b"\r\n" for name, value in fields.items() if value)
    text = _text(draft)
    parts = [*draft.parts, *(attachment(name, data, draft.codec) for name, data in draft.files)]
    return head + (multipart([text, *parts], draft.key, draft.kind) if parts else text)


def message_id(key: str) -> str:
    """Return the Message-ID of a mail of the simulation."""
    return f"<{key}@thu.example>"


def _verdict(authentication: str, domain: str) -> str:
    said = {"pass": "pass", "fail": "fail"}.get(authentication)
    return f"{SERVER}; spf={said} smtp.mailfrom={domain}; dmarc={said} header.from={domain}" if said else ""


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape")


def _named(shown: str, address: str, codec: str) -> str:
    return f"{header(shown, codec, quoted=True)} <{address}>" if shown else address


def header(text: str, codec: str, *, quoted: bool = False) -> str:
    """Return a header text as a program of this habit writes it."""
    if text.isascii():
        return f'"{text}"' if quoted and not text.replace(" ", "").isalnum() else text
    if codec == "raw":
        return f'"{text}"' if quoted else text
    charset, data = _encoded(text, codec)
    if codec == "quoted":
        body = "".join(chr(byte) if chr(byte).isalnum() and byte < 128 else f"={byte:02X}" for byte in data)
        return f"=?{charset}?Q?{body}?="
    words = [data[start : start + 42] for start in range(0, len(data), 42)]
    # Octets of one letter may fall into two words here, as many programs have it (RFC 2047, 5 forbids it).
    return "\r\n ".join(f"=?{charset}?B?{base64.b64encode(word).decode()}?=" for word in words)


def _encoded(text: str, codec: str) -> tuple[str, bytes]:
    if codec == "cp1258":
        return "windows-1258", spelling.cp1258(text)
    if codec == "nfd":
        return "utf-8", unicodedata.normalize("NFD", text).encode()
    return "utf-8", (spelling.plain(text) if codec == "ascii" else text).encode()


def _text(draft: Draft) -> bytes:
    text = draft.text.replace("\n", "\r\n")
    kind = "text/plain"
    if draft.html:
        kind, text = "text/html", "<div>" + "</div><div>".join(draft.text.split("\n")) + "</div>"
    charset, data = _encoded(text, draft.codec)
    if draft.codec == "raw":
        return (
            f"Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n".encode() + data + b"\r\n"
        )
    if draft.codec == "quoted":
        encoded = quopri.encodestring(data).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        return (
            f"Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n".encode()
            + encoded
            + b"\r\n"
        )
    return part(f"{kind}; charset={charset}", data)


def part(content_type: str, data: bytes, disposition: bytes = b"") -> bytes:
    """Return one MIME part in base64."""
    head = f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: base64\r\n".encode()
    if disposition:
        head += b"Content-Disposition: " + disposition + b"\r\n"
    return head + b"\r\n" + base64.encodebytes(data).replace(b"\n", b"\r\n")


def attachment(name: str, data: bytes, codec: str, content_type: str = "application/octet-stream") -> bytes:
    """Return an attachment; its name as programs of this habit write it (RFC 2231, encoded words in quotes, raw)."""
    return part(content_type, data, b"attachment; " + _file_name(name, codec))


def _file_name(name: str, codec: str) -> bytes:
    if name.isascii():
        return f'filename="{name}"'.encode()
    charset, data = _encoded(name, codec)
    if codec == "raw":
        return b'filename="' + data + b'"'
    if codec == "quoted":
        return f'filename="{header(name, "quoted")}"'.encode()
    if codec == "ascii":
        return b'filename="' + data + b'"'
    percent = [f"%{byte:02X}" for byte in data]
    if codec == "utf-8" and len(percent) > 45:
        pieces = ["".join(percent[start : start + 18]) for start in range(0, len(percent), 18)]
        pieces[0] = f"UTF-8''{pieces[0]}"
        return ";\r\n ".join(f"filename*{number}*={piece}" for number, piece in enumerate(pieces)).encode()
    return f"filename*={charset}''{''.join(percent)}".encode()


def multipart(parts: Sequence[bytes], key: str, kind: str = "mixed") -> bytes:
    """Return a multipart entity with its Content-Type field."""
    boundary = f"=_{key}_{kind[:5]}"
    body = b"".join(f"--{boundary}\r\n".encode() + one.removesuffix(b"\r\n") + b"\r\n" for one in parts)
    return (
        f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
        + body
        + f"--{boundary}--\r\n".encode()
    )


def attached_mail(raw: bytes) -> bytes:
    """Return a forwarded mail as a part of its own."""
    return b"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n" + raw
