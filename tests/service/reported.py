"""An office whose units' reports came as files: a real database, the command line as a process, no servers."""

import csv
import json
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from tests import command, databases
from tests.forms import found, workbooks
from tests.journeys.office import CAMPAIGN, JULY_3, form_2019, report_mail

# What a spreadsheet, a page or a template might run, as text in cells of a list: none of it may become more than text.
HOSTILE = (
    "=cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0", "+1+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0",
    "<script>alert(1)</script>", "{{ 7 * 7 }}${7*7}", 'x;=HYPERLINK("http://a.example")',
)  # fmt: skip
_CONFIG = """
[office]
name = "Sở Lao động - Thương binh và Xã hội tỉnh Lạng Sơn"
[[mailbox]]
name = "main"
address = "ptelangson@so.example"
host = "127.0.0.1"
port = 1
security = "none"
user = "x"
password = "x"
[smtp]
host = "127.0.0.1"
port = 1
security = "none"
from = "ptelangson@so.example"
[web]
public_url = "https://bao-cao.so.example"
"""


def units() -> list[dict[str, str]]:
    """Return the rows of the 2019 roster that have an address."""
    rows = csv.DictReader((CAMPAIGN / "units.csv").read_text("utf-8-sig").splitlines())
    return [row for row in rows if row["addresses"]]


def with_hostile_cells(data: bytes) -> bytes:
    """Return a filled workbook with hostile texts in its second list, and one of them in an answer."""

    def write(book: Workbook) -> None:
        for row, text in enumerate(HOSTILE, start=8):
            _set_text(book["Bieu 03"][f"B{row}"], text)
        _set_text(book["Thuyet minh"]["C7"], HOSTILE[0])

    return found.edited(data, write)


def _set_text(cell: Any, text: str) -> None:
    cell.value, cell.data_type = text, "s"


@dataclass
class ReportedOffice:
    """A folder with config.toml, the campaign, and a database that its commands keep."""

    folder: Path

    def __post_init__(self) -> None:
        """Write configuration and campaign."""
        shutil.copytree(CAMPAIGN, self.folder / "campaigns" / CAMPAIGN.name)
        (self.folder / "config.toml").write_text(_CONFIG + databases.section(self.folder / "rollcall.db"), "utf-8")

    def run(self, *arguments: str) -> str:
        """Call `rollcall`; return standard output."""
        done = command.call(self.folder, *arguments)
        assert done.status == 0, done.err
        return done.out

    def receive(self, reports: dict[str, bytes], received_at: datetime = JULY_3) -> None:
        """Let workbooks come by mail, by unit code, a minute after each other."""
        mails = self.folder / f"mails-{received_at:%d%H%M}"
        mails.mkdir()
        address = {unit["code"]: unit["addresses"].split(";")[0] for unit in units()}
        for number, (code, workbook) in enumerate(reports.items()):
            at = received_at + timedelta(minutes=number)
            mail = report_mail(f"<{address[code]}>", "BC", f"BC {code}.xlsx", workbook)
            head = f"Received: from a by b; {at:%a, %d %b %Y %H:%M:%S %z}\r\n".encode()
            (mails / f"{number:02}.eml").write_bytes(head + mail)
        self.run("import", str(mails))

    def consolidated(self, at: str) -> bytes:
        """Return the consolidated workbook as of an instant."""
        self.run("consolidate", "-o", "tong-hop.xlsx", "--at", at)
        return (self.folder / "tong-hop.xlsx").read_bytes()

    def exported(self) -> list[dict[str, Any]]:
        """Return `export --json`."""
        rows = json.loads(self.run("export", "--json"))
        assert isinstance(rows, list)
        return rows


def filled(code: str, seed: int, changes: dict[str, Any] | None = None) -> bytes:
    """Return a unit's filled workbook."""
    name = next(unit["name"] for unit in units() if unit["code"] == code)
    return workbooks.filled_2019(form_2019(), name, seed, changes)
