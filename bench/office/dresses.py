"""In what a report comes: alone, with a scan, in an archive, in a forwarded mail, under a wrong ending."""

import io
import random
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bench.office import wire
from tests.journeys import packing

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
_PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(60)
_DRESSES = (
    ("plain", 56), ("with scan", 10), ("zip", 6), ("rar", 3), ("winmail.dat", 2), ("forwarded in text", 6),
    ("forwarded as a part", 4), ("signature picture", 6), ("wrong ending", 4), ("twice the same file", 3),
)  # fmt: skip
DRESSES_DRAWN = tuple(name for name, weight in _DRESSES for _ in range(weight))


def dressed(
    dress: str, draft: wire.Draft, file: str, data: bytes, chance: random.Random, letter: str | None
) -> wire.Draft:
    """Return the draft with its workbook in this dress; `letter` is ours that it answers, quoted below."""
    name = f"{file}.xlsx"
    if letter:
        quoted = (
            "\n\nVào ngày, Sở đã viết:\n> Kính gửi: Quý đơn vị\n> Đề nghị kiểm tra, chỉnh sửa.\n> Trân trọng cảm ơn."
        )
        draft = replace(
            draft,
            subject=f"Re: {draft.subject}",
            text=f"Em gửi lại ạ.{quoted}",
            fields={"In-Reply-To": letter, "References": letter},
        )
    files: list[wire.Attachment] = [(name, data)]
    if dress == "with scan":
        files.insert(chance.randrange(2), (f"{file}.signed.pdf", PDF))
    elif dress == "zip":
        files = [(f"{file}.zip", zipped([(name, data), ("ảnh.png", _PICTURE)]))]
    elif dress == "rar":
        files = [(f"{file}.rar", packing.rar([(name, data)]))]
    elif dress == "winmail.dat":
        files = [("winmail.dat", packing.tnef([(name, data)]))]
    elif dress == "wrong ending":
        files = [(f"{file}.xls", data)]
    elif dress == "twice the same file":
        files.append((f"{file} (1).xlsx", data))
    elif dress == "forwarded in text":
        from_ = "From: Văn thư <vanthu@noibo.example>"
        below = f"{from_}\nDate: {draft.at:%d/%m/%Y}\nSubject: {draft.subject}\n\n"
        head = f"\n\n---------- Forwarded message ---------\n{below}"
        draft = replace(draft, subject=f"Fwd: {draft.subject}", text=f"{head}{draft.text}")
    if dress == "forwarded as a part":
        inner = replace(
            draft, key=f"{draft.key}i", files=files, at=draft.at - timedelta(hours=3), authentication="", fields={}
        )
        return replace(
            draft,
            subject=f"Fwd: {draft.subject}",
            text="Em chuyển tiếp ạ.",
            parts=[wire.attached_mail(wire.mail(inner))],
        )
    parts = (
        [wire.part('image/png; name="image001.png"', _PICTURE, b'inline; filename="image001.png"')]
        if dress == "signature picture"
        else []
    )
    return replace(draft, files=files, parts=parts)


def zipped(members: Sequence[wire.Attachment]) -> bytes:
    """Return a zip."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, data in members:
            archive.writestr(name, data)
    return written.getvalue()
