"""What Rollcall is measured against: the script that a capable developer writes in an afternoon for the same task.

It fetches new mails with imap_tools, keeps the raw bytes, knows the unit by the sender's address, reads the same cells
of the same workbooks with openpyxl, and stores mail, report and every value with its sheet, cell and raw text as
SQLAlchemy objects in SQLite, one commit a mail. It recognises no layout, checks nothing and answers nobody.

    python -m bench.plain_script PORT USER PASSWORD DATABASE UNITS_CSV
"""

import csv
import io
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import imap_tools
import openpyxl
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import ForeignKey, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

HEADER = ("C6", "C7", "E7", "C8", "E8", "C9", "E9")
TABLE_ROWS, TABLE_COLUMNS = range(14, 84), "DE"
LISTS = ("Bieu 02", "Bieu 03", "Bieu 04")
FIRST_RECORD, RECORD_COLUMNS = 8, "BCDEFGHIJ"
TEXTS = ("C7", "C8", "C9")


class Base(DeclarativeBase):
    pass


class Mail(Base):
    __tablename__ = "mail"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[int] = mapped_column(unique=True)
    sender: Mapped[str]
    subject: Mapped[str]
    received_at: Mapped[datetime]
    raw: Mapped[bytes]
    reports: Mapped[list["Report"]] = relationship(back_populates="mail")


class Report(Base):
    __tablename__ = "report"
    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("mail.id"))
    unit: Mapped[str]
    file_name: Mapped[str]
    mail: Mapped[Mail] = relationship(back_populates="reports")
    values: Mapped[list["Value"]] = relationship(back_populates="report")


class Value(Base):
    __tablename__ = "value"
    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    label: Mapped[str | None]
    sheet: Mapped[str]
    cell: Mapped[str]
    raw: Mapped[str]
    number: Mapped[float | None]
    text: Mapped[str | None]
    report: Mapped[Report] = relationship(back_populates="values")


def units_by_address(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8") as file:
        return {
            address.casefold(): row["code"] for row in csv.DictReader(file) for address in row["addresses"].split(";")
        }


def value_of(sheet: str, label: object, cell: object, address: str) -> Value:
    number = float(cell) if isinstance(cell, int | float) else None
    return Value(
        label=None if label is None else str(label),
        sheet=sheet,
        cell=address,
        raw=str(cell),
        number=number,
        text=None if number is not None else str(cell),
    )


def values_of(data: bytes) -> Iterator[Value]:
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    table, texts = book["Bieu 01"], book["Thuyet minh"]
    for address in HEADER:
        yield value_of(table.title, None, table[address].value, address)
    for row in TABLE_ROWS:
        for column in TABLE_COLUMNS:
            cell = table[f"{column}{row}"]
            if cell.value is not None:
                yield value_of(table.title, table[f"B{row}"].value, cell.value, cell.coordinate)
    for name in LISTS:
        yield from records_of(book[name])
    for address in TEXTS:
        yield value_of(texts.title, texts[f"B{address[1:]}"].value, texts[address].value, address)


def records_of(sheet: Worksheet) -> Iterator[Value]:
    for row in range(FIRST_RECORD, sheet.max_row + 1):
        if sheet[f"B{row}"].value in {None, "Cộng"}:
            break
        for column in RECORD_COLUMNS:
            cell = sheet[f"{column}{row}"]
            if cell.value is not None:
                yield value_of(sheet.title, sheet[f"{column}6"].value, cell.value, cell.coordinate)


def take_in(session: Session, message: imap_tools.MailMessage, units: dict[str, str]) -> None:
    mail = Mail(
        uid=int(message.uid or 0),
        sender=message.from_,
        subject=message.subject,
        received_at=message.date,
        raw=message.obj.as_bytes(),
    )
    for attachment in message.attachments:
        if attachment.filename.endswith(".xlsx"):
            report = Report(unit=units[message.from_.casefold()], file_name=attachment.filename)
            report.values.extend(values_of(attachment.payload))
            mail.reports.append(report)
    session.add(mail)
    session.commit()


def main() -> None:
    port, user, password, database, roster = sys.argv[1:]
    engine = create_engine(f"sqlite:///{database}")
    Base.metadata.create_all(engine)
    units = units_by_address(Path(roster))
    with (
        imap_tools.MailBoxUnencrypted("127.0.0.1", int(port)).login(user, password) as mailbox,
        Session(engine) as session,
    ):
        last = session.scalar(select(func.max(Mail.uid))) or 0
        for message in mailbox.fetch(imap_tools.AND(uid=f"{last + 1}:*"), mark_seen=False):
            if int(message.uid or 0) > last:
                take_in(session, message, units)


if __name__ == "__main__":
    main()
