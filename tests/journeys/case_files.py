"""What the mails of the cases carry: each entry of `files` in a case becomes the bytes of one attachment."""

import email
import email.policy
import unicodedata
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import partial
from typing import Any

from bench.office import wire
from service.demo import sample_files, sample_workbooks
from tests.journeys import packing

Entry = Mapping[str, Any]
Blank = sample_workbooks.Blank

_PIECES: dict[str, Callable[[str, sample_files.Report], sample_files.Piece]] = {
    "xlsx": sample_files.xlsx,
    "xls": sample_files.xls,
    "xlsm": sample_files.xlsm,
    "web page": sample_files.web_page,
    "csv": sample_files.separated_values,
    "last year": sample_files.last_years_form,
}
_FIXED: dict[str, Callable[[str], sample_files.Piece]] = {
    "blank": sample_files.blank_form,
    "macros": sample_files.macros,
    "password": sample_files.protected_workbook,
    "lock file": partial(sample_files.lock_file, who="Phong LD"),
    "pdf": sample_files.pdf,
    "photo": sample_files.photo,
    "word": sample_files.document,
    "other report": sample_files.other_report,
    "named children": sample_files.named_children,
    "ods": sample_files.open_document,
}
_PLAIN = {
    "empty": b"",
    "picture": sample_files.PICTURE,
    "picture in text": sample_files.PICTURE,
    "program": sample_files.PROGRAM,
}
_PACKED: dict[str, Callable[[list[packing.Member]], bytes]] = {
    "rar": packing.rar,
    "winmail": packing.tnef,
    "7z": packing.seven_zip,
    "7z with password": lambda members: packing.seven_zip(members, "7z", "-pbi-mat", "-mhe=on"),
    "zip with password": lambda members: packing.seven_zip(members, "zip", "-pbi-mat"),
}


def parts(entry: Entry, blank: Blank, at: datetime, codec: str) -> list[bytes]:
    """Return the MIME parts of one entry of `files`, one for each of its `units`, else one."""
    if "units" in entry:
        return [
            _part({**entry, "unit": f"UBND xã {name}", "name": entry["name"].format(name)}, blank, at, codec)
            for name in entry["units"]
        ]
    return [_part(entry, blank, at, codec)]


def _part(entry: Entry, blank: Blank, at: datetime, codec: str) -> bytes:
    if entry["as"] == "mail":
        return wire.attached_mail(forwarded(entry, blank, at))
    data = content(entry, blank, at)
    if entry["as"] == "picture in text":
        name = entry["name"]
        return wire.part(f'image/png; name="{name}"', data, f'inline; filename="{name}"'.encode())
    kind = "application/ms-tnef" if entry["as"] == "winmail" else "application/octet-stream"
    return wire.attachment(entry["name"], data, entry.get("codec", codec), kind)


def forwarded(entry: Entry, blank: Blank, at: datetime) -> bytes:
    """Return an earlier mail that is attached whole."""
    shown, address = parseaddr(entry["from"])
    earlier = at - timedelta(days=entry.get("days_before", 3))
    inner = [part for each in entry.get("files", ()) for part in parts(each, blank, earlier, "utf-8")]
    key = f"{zlib.crc32(repr(entry).encode()):x}"
    text = entry.get("text", "Gửi chị báo cáo ạ.")
    return wire.mail(
        wire.Draft(
            key, address, shown, entry.get("subject", "BC"), text, earlier, parts=inner, authentication="",
            fields=dict(entry.get("fields", {})),
        )
    )  # fmt: skip


def content(entry: Entry, blank: Blank, at: datetime) -> bytes:
    """Return the bytes of one file."""
    name, kind = entry["name"], entry["as"]
    if kind in _PIECES:
        return _payload(_PIECES[kind](name, report(entry)), blank, at)
    if kind in _FIXED:
        return _payload(_FIXED[kind](name), blank, at)
    if kind == "damaged":
        return report(entry).xlsx(blank, at)[: entry.get("bytes", 3000)]
    if kind in _PLAIN:
        return _PLAIN[kind]
    members = [(each["name"], content(each, blank, at)) for each in entry["files"]]
    return sample_workbooks.zipped_in(entry.get("names", "utf-8"), members) if kind == "zip" else _PACKED[kind](members)


def report(entry: Entry) -> sample_files.Report:
    """Return how the workbook of an entry is filled in; without a `seed` of its own by the unit's name."""
    seed = entry.get("seed", zlib.crc32(entry.get("unit", "").encode()) % 700 + 1)
    unit = entry.get("line", entry.get("unit", ""))
    if entry.get("decomposed"):
        unit = unicodedata.normalize("NFD", unit)
    return sample_files.Report(unit, seed, dict(entry.get("changes", {})), tuple(entry.get("sheets", ())))


def _payload(piece: sample_files.Piece, blank: Blank, at: datetime) -> bytes:
    found = email.message_from_bytes(piece(blank, at), policy=email.policy.default).get_payload(decode=True)
    assert isinstance(found, bytes)
    return found
