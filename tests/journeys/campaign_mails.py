"""Mails of units to an office with the small campaign of `rollcall init`: each kind, and what it means for the roll."""

import functools
import io
from datetime import date, datetime
from email.utils import format_datetime
from enum import Enum

import openpyxl

from service import first_files
from tests.intake import mails
from tests.journeys.office import ADDRESS

FOLDER = f"campaigns/{first_files.CAMPAIGN}"
YEAR_BEGINS = date(2019, 6, 3)
# Where the blank of that campaign has the line of the unit and its three figures.
UNIT, EVENTS, PEOPLE, WOMEN = "C6", "D13", "D14", "D15"


class Kind(Enum):
    """What a unit sends. The first two settle that it has reported, HELD ones a person must look at first."""

    VALID = "valid"
    NIL = "nil"
    ERRORS = "errors"
    UNREADABLE = "unreadable"
    QUESTION = "question"
    STRANGER = "stranger"

    @property
    def settles(self) -> bool:
        """Whether nothing is owed any more once it came in time."""
        return self in {Kind.VALID, Kind.NIL}

    @property
    def waits(self) -> bool:
        """Whether it waits for a person, who may say that nothing is to be done."""
        return self in {Kind.QUESTION, Kind.STRANGER}


@functools.cache
def files() -> dict[str, bytes]:
    """Return the files of the campaign, path to bytes."""
    return first_files.files(YEAR_BEGINS)


@functools.cache
def workbook(unit: str, seed: int, *, right: bool) -> bytes:
    """Return a filled workbook of the unit; one that is not right names more women than people."""
    book = openpyxl.load_workbook(io.BytesIO(files()[f"{FOLDER}/blank.xlsx"]))
    sheet = book.worksheets[0]
    people = 100 + seed
    for address, value in (
        (UNIT, unit),
        (EVENTS, 5 + seed % 7),
        (PEOPLE, people),
        (WOMEN, people // 2 if right else people + 1),
    ):
        sheet[address] = value
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def mail(kind: Kind, unit: str, sender: str, number: int, at: datetime) -> bytes:
    """Return a mail of a unit; `number` is one that no other mail has."""
    text = "Kính gửi quý Phòng, đơn vị xin gửi báo cáo ạ."
    attached = []
    match kind:
        case Kind.VALID | Kind.STRANGER:
            attached = [(f"bao cao {number}.xlsx", workbook(unit, number % 50, right=True))]
        case Kind.ERRORS:
            attached = [(f"bao cao {number}.xlsx", workbook(unit, number % 50, right=False))]
        case Kind.UNREADABLE:
            attached = [(f"bao cao {number}.xlsx", b"PK\x03\x04" + bytes(range(256)) * 4)]
        case Kind.NIL:
            text = "Đơn vị báo cáo: không phát sinh hoạt động nào trong kỳ báo cáo."
        case Kind.QUESTION:
            text = "Cho em hỏi mẫu báo cáo này điền cột kinh phí như thế nào ạ?"
    if kind is Kind.STRANGER:
        sender = f"canbo{number}@mail.example"
    return mails.mail(
        f"<{sender}>",
        f"Bao cao {number}",
        text,
        attached,
        To=ADDRESS,
        Date=format_datetime(at),
        Message_ID=f"<{number}.{at.timestamp():.0f}@unit.example>",
    )
