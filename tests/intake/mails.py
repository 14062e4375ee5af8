"""Raw mails for tests, built as text so that every byte is the test's own choice and nothing is mended by a library."""

import base64
import io
import zipfile
from collections.abc import Sequence
from email.header import Header

CRLF = b"\r\n"
BOUNDARY = "b1_7f3a"
Attachment = tuple[str, bytes]


def word(text: str) -> str:
    """Return `text` as an encoded word (RFC 2047) where it is not ASCII."""
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=10_000).encode()


def part(content_type: str, body: bytes, **fields: str) -> bytes:
    """Return one MIME part, base64; `fields` are further header fields, "_" written as "-"."""
    head = [f"Content-Type: {content_type}", "Content-Transfer-Encoding: base64"]
    head += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return (
        "\r\n".join(head).encode("utf-8", "surrogateescape") + CRLF * 2 + base64.encodebytes(body).replace(b"\n", CRLF)
    )


def attachment(name: str, data: bytes, content_type: str = "application/octet-stream") -> bytes:
    """Return an attachment with its name as most programs write it today (RFC 2231)."""
    percent = "".join(f"%{byte:02X}" for byte in name.encode())
    return part(content_type, data, Content_Disposition=f"attachment; filename*=UTF-8''{percent}")


def multipart(parts: Sequence[bytes], kind: str = "mixed", boundary: str = BOUNDARY) -> bytes:
    """Return a multipart entity: its Content-Type field and its body."""
    opening = f"--{boundary}\r\n".encode()
    body = b"".join(opening + one.removesuffix(CRLF) + CRLF for one in parts)
    return (
        f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
        + body
        + f"--{boundary}--\r\n".encode()
    )


def head(from_: str, subject: str = "Báo cáo", **options: str) -> bytes:
    """Return header lines. `options` add or replace fields, "_" written as "-"; an empty value leaves a field out."""
    fields = {
        "From": from_,
        "To": "ptelangson@so.example",
        "Subject": word(subject),
        "Date": "Thu, 04 Jul 2019 15:20:00 +0700",
        "Message-ID": "<20190704152000.1@unit.example>",
        "MIME-Version": "1.0",
        **{name.replace("_", "-"): value for name, value in options.items()},
    }
    return b"".join(
        f"{name}: {value}\r\n".encode("utf-8", "surrogateescape") for name, value in fields.items() if value
    )


def mail(
    from_: str = "Phong LDTBXH Cao Loc <caoloc@unit.example>",
    subject: str = "Báo cáo",
    text: str = "Em gửi báo cáo ạ.",
    attachments: Sequence[Attachment] = (),
    *,
    boundary: str = BOUNDARY,
    **options: str,
) -> bytes:
    """Return a whole mail: text, and attachments of (name, bytes). `options` are header fields as in `head`."""
    body = part("text/plain; charset=utf-8", text.encode())
    entity = (
        multipart([body, *(attachment(name, data) for name, data in attachments)], boundary=boundary)
        if attachments
        else body
    )
    return head(from_, subject, **options) + entity


def zipped(members: Sequence[Attachment], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of `members`, in their order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()
