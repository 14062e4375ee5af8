"""The office of the catalogue: a short form, and a unit for each case, so that none disturbs another."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from tests.catalogue import books
from tests.intake import mails
from tests.journeys.desk import Desk, open_desk
from tests.journeys.office import VIETNAM

UNITS = 620
OURS = "ptelangson@so.example"
STRANGER = "hoa.nguyen85@mail.example"
# A unit whose two addresses both report, and two units of one address: cases 140 and 141.
TWO_ADDRESSES = 601
SHARED = {602: "dung.chung@y-te.example", 603: "dung.chung@y-te.example",
          604: "hai.tram@y-te.example", 605: "hai.tram@y-te.example"}  # fmt: skip
# A unit at a provider that passes over dots and tags: case 139.
GMAIL = (606, "tramsautramsau@gmail.com")

# Units whose address is not the one of their number alone.
OTHERS = frozenset({TWO_ADDRESSES, *SHARED, GMAIL[0]})

_CAMPAIGN = """
name = "NAME"
title = "Báo cáo trạm y tế năm 2019"
opens = 2019-06-01
deadline_text = "trước ngày 05 tháng 7 năm 2019"
due_before = 2019-07-05
grace_until = 2019-07-06
closes = 2019-07-10
reminders = ["-3d"]
"""


def unit_name(number: int) -> str:
    """Return the name of a unit, which is also what stands on its unit line."""
    return f"Trạm y tế số {number}"


def address(number: int) -> str:
    """Return the registered address of a unit."""
    return f"tram{number}@y-te.example"


def at(day: int = 3, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    """Return an instant of July 2019 in the office's zone."""
    return datetime(2019, 7, day, hour, minute, second, tzinfo=VIETNAM)


def open_office(folder: Path, names: Sequence[str] = ("tram-y-te-2019",), units: int = UNITS) -> Desk:
    """Return an office with campaigns of one form; its mailbox's own server is named, so that its verdicts count."""
    for name in names:
        campaign = folder / "campaigns" / name
        campaign.mkdir(parents=True)
        (campaign / "campaign.toml").write_text(_CAMPAIGN.replace("NAME", name), "utf-8")
        (campaign / "form.toml").write_text(books.FORM, "utf-8")
        rows = map(_row, range(1, units + 1))
        (campaign / "units.csv").write_text("\n".join(["code,name,addresses", *rows]), "utf-8")
    return open_desk(folder, folder / "campaigns", 'authserv_id = "mx.so.example"')


def _row(number: int) -> str:
    addresses = [address(number)]
    if number == TWO_ADDRESSES:
        addresses.append("truong.tram601@y-te.example")
    if number == GMAIL[0]:
        addresses = [GMAIL[1]]
    if number in SHARED:
        addresses = [SHARED[number]]
    return f"T{number},{unit_name(number)},{';'.join(addresses)}"


def report(number: int, *files: tuple[str, bytes], text: str = "Em gửi báo cáo ạ.", **fields: str) -> bytes:
    """Return a mail of a unit, with its whole workbook unless other files are given."""
    return mails.mail(
        sender(number), text=text, attachments=files or [("BC.xlsx", books.book(number))], **head(number) | fields
    )


def sender(number: int) -> str:
    """Return what stands in From."""
    return f"Tram y te {number} <{address(number)}>"


def head(number: int, day: int = 3) -> dict[str, Any]:
    """Return the fields that differ from mail to mail."""
    written = at(day, 8) + timedelta(seconds=number)
    return {"Message_ID": f"<{number}.{day}@y-te.example>", "Date": format_datetime(written)}
