"""The mails that are measured: reports of registered units, each the campaign's own blank workbook filled in.

A workbook has about 300 values and 25 KB, as the offices' own have: the figures of tests.forms.workbooks, remarks
beside the lines and a page of explanations. Three in ten mails carry a scan of the signed report besides. Everything
follows from the seed, so that two runs measure the same bytes.
"""

import csv
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import openpyxl
from openpyxl.cell.cell import Cell

from forms import form as forms_form
from tests.forms import workbooks
from tests.intake import mails
from tests.journeys.office import CAMPAIGN, VIETNAM

# One mail in ten of these three carries a scan: a page at 200 dpi, compressed by the scanner, has about 300 KB.
SCANS = frozenset({2, 5, 8})
SCAN_BYTES = 300_000
# Every mail comes between the opening of the campaign and its deadline.
FIRST = datetime(2019, 6, 3, 7, 30, tzinfo=VIETNAM)
LAST = datetime(2019, 7, 4, 22, 0, tzinfo=VIETNAM)
_REMARKS = 14, 83
_CENTRES = (
    "Trung tâm Văn hóa",
    "Phòng Giáo dục",
    "Huyện đoàn",
    "Hội Phụ nữ",
    "Trạm Y tế",
    "Phòng Tư pháp",
    "Công an xã",
)
_DID = ("phối hợp tổ chức", "đã nghiệm thu", "lồng ghép với ngày hội", "giao các trường thực hiện", "vận động từ cơ sở")
_TOLD = ("số liệu đến hết ngày", "báo cáo ngày", "theo biên bản ngày", "kế hoạch ngày", "quyết định ngày")
_COMMUNES = (
    "Hợp Thành",
    "Gia Cát",
    "Tân Liên",
    "Công Sơn",
    "Mẫu Sơn",
    "Thụy Hùng",
    "Phú Xá",
    "Hồng Phong",
    "Yên Trạch",
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the roster as a sender: its name and its first registered address."""

    name: str
    address: str


def units() -> list[Unit]:
    """Return the units of the campaign's roster that have an address."""
    with (CAMPAIGN / "units.csv").open(encoding="utf-8") as file:
        return [Unit(row["name"], row["addresses"].split(";")[0]) for row in csv.DictReader(file) if row["addresses"]]


def make(count: int, form: forms_form.Form, seed: int = 2019) -> Iterator[tuple[bytes, datetime]]:
    """Yield `count` mails with the instants of their receipt, in the order of receipt."""
    chance = random.Random(seed)
    senders = units()
    filler = _Filler(form)
    for number in range(count):
        sender = senders[number % len(senders)]
        files = [(f"BC Tháng hành động vì trẻ em {number:03}.xlsx", filler.fill(sender.name, seed + number))]
        if number % 10 in SCANS:
            files.append((f"BC ký số {number:03}.pdf", _scan(chance)))
        raw = mails.mail(
            f"<{sender.address}>",
            f"Báo cáo Tháng hành động vì trẻ em năm 2019 - {sender.name}",
            "Kính gửi phòng TEBĐG, đơn vị gửi báo cáo kèm theo ạ. Xin cảm ơn!",
            attachments=files,
            Message_ID=f"<bc.{seed}.{number}@donvi.example>",
        )
        yield raw, FIRST + (LAST - FIRST) * number / count


class _Filler:
    """The campaign's blank workbook, opened once and filled again for each report."""

    def __init__(self, form: forms_form.Form) -> None:
        self._form = form
        self._book = openpyxl.load_workbook(CAMPAIGN / "blank.xlsx")

    def fill(self, unit: str, seed: int) -> bytes:
        content = workbooks.content_2019(self._form, unit, seed)
        chance = random.Random(seed)
        content["Bieu 01"] |= {f"F{row}": _remark(chance) for row in range(*_REMARKS)}
        content["Thuyet minh"] |= {f"C{row}": ". ".join(_remark(chance) for _ in range(15)) for row in (7, 8, 9)}
        for sheet, cells in content.items():
            for address, value in cells.items():
                cell = self._book[sheet][address]
                if isinstance(cell, Cell):  # the cells below the first one of a merged area take nothing
                    cell.value = value
        written = io.BytesIO()
        self._book.save(written)
        return written.getvalue()


def _remark(chance: random.Random) -> str:
    place, day = chance.choice(_COMMUNES), chance.randint(1, 30)
    return f"{chance.choice(_CENTRES)} {place} {chance.choice(_DID)}, {chance.choice(_TOLD)} {day}/6/2019"


def _scan(chance: random.Random) -> bytes:
    """Return a PDF file of one page that is one picture; what a scanner compressed cannot be compressed again."""
    head = (
        b"%PDF-1.4\n1 0 obj\n<< /Type /XObject /Subtype /Image /Width 1654 /Height 2339 /Filter /DCTDecode >>\nstream\n"
    )
    return head + chance.randbytes(SCAN_BYTES) + b"\nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
