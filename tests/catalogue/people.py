"""Cases H 155 to 158: what people send instead."""

from typing import Any

from tests.catalogue import office
from tests.catalogue.books import Cells, book, content, main_cells, packed, parts
from tests.catalogue.cases import Chapter
from tests.catalogue.office import report, sender
from tests.intake import mails

CHAPTER = Chapter()
VALID, ERRORS, WRONG = "A valid", "E errors", "E wrong_form"


def _columns(number: int, letters: str) -> dict[str, Cells]:
    """Return the workbook with the columns of its table in other places; "_" leaves one out."""
    sheets = content(number)
    moved: Cells = {}
    for place, value in sheets["Bieu 01"].items():
        letter, row = place[0], int(place[1:])
        target = letters["ABCDE".index(letter)] if row >= 10 else letter
        if target != "_":
            moved[f"{target}{row}"] = value
    return {**sheets, "Bieu 01": moved}


def _lower(number: int, rows: int) -> dict[str, Cells]:
    """Return the workbook with its table so many rows lower."""
    sheets = content(number)
    moved = {
        f"{place[0]}{int(place[1:]) + (rows if int(place[1:]) >= 10 else 0)}": value
        for place, value in sheets["Bieu 01"].items()
    }
    return {**sheets, "Bieu 01": moved}


def _sheets(number: int, sheets: dict[str, Cells]) -> bytes:
    return report(number, ("BC.xlsx", packed(parts(sheets))))


def _changed(changes: dict[str, Any]):
    return lambda number: report(number, ("BC.xlsx", book(number, changes)))


def _renamed(number: int) -> bytes:
    sheets = content(number)
    return _sheets(number, {"Sheet1": sheets["Bieu 01"], "Sheet2": sheets["Bieu 02"]})


def _other_form(number: int) -> bytes:
    return _sheets(
        number,
        {
            "Luong": {
                "A1": "BẢNG LƯƠNG",
                "A2": "STT",
                "B2": "Họ và tên",
                "C2": "Hệ số",
                "A3": 1,
                "B3": "Hoàng Văn A",
                "C3": 2.34,
            }
        },
    )


def _words(text: str, **fields: str):
    return lambda number: mails.mail(sender(number), text=text, **office.head(number) | fields)


def _chain(number: int) -> bytes:
    """Return a report that passes on three old ones."""
    words = mails.part("text/plain; charset=utf-8", "Em gửi báo cáo ạ.".encode())
    old = []
    for day in (1, 2, 3):
        data = book(number, {"D12": 2000 + day})
        earlier = report(number, (f"BC cu {day}.xlsx", data), **office.head(number, day))
        old.append(b"Content-Type: message/rfc822\r\n\r\n" + earlier + mails.CRLF)
    file = mails.attachment("BC.xlsx", book(number))
    return mails.head(sender(number), **office.head(number)) + mails.multipart([words, file, *old], boundary="outer")


def _table(number: int) -> bytes:
    cells = main_cells(f"Trạm y tế số {number}", number)
    rows = "".join(
        f"<tr><td>{cells.get(f'B{row}', '')}</td><td>{cells.get(f'D{row}', '')}</td></tr>" for row in range(10, 17)
    )
    page = f"<html><body><p>Em gửi báo cáo ạ.</p><table>{rows}</table></body></html>"
    return mails.head(sender(number), **office.head(number)) + mails.part("text/html; charset=utf-8", page.encode())


CHAPTER.add(155, "another form", "E", WRONG, _other_form)
CHAPTER.add(155, "last year's form", "E", WRONG, _changed({"A4": "BÁO CÁO HOẠT ĐỘNG TRẠM Y TẾ NĂM 2018"}))
CHAPTER.add(
    155, "renamed sheets", "E", VALID, _renamed, differs="Known by its labels (reading.md): nothing is in doubt."
)
CHAPTER.add(
    155,
    "a column put in",
    "E",
    VALID,
    lambda n: _sheets(n, _columns(n, "ABCEF")),
    differs="Columns are known by their headers.",
)
CHAPTER.add(
    155,
    "columns changed about",
    "E",
    VALID,
    lambda n: _sheets(n, _columns(n, "ABCED")),
    differs="Columns are known by their headers.",
)
CHAPTER.add(155, "a column left out", "E", ERRORS, lambda n: _sheets(n, _columns(n, "ABC_E")))
CHAPTER.add(
    155, "rows moved down", "E", VALID, lambda n: _sheets(n, _lower(n, 3)), differs="Lines are known by their labels."
)
CHAPTER.add(
    155,
    "a total below the table",
    "E",
    VALID,
    _changed({"B17": "Tổng cộng", "D17": 9999}),
    differs="A line that the form does not have is not taken for one of its own.",
)
CHAPTER.add(
    155, "money in another unit", "E", ERRORS, _changed({"E10": "Kinh phí (đồng)", "E11": 12500000, "E16": 4500000})
)
CHAPTER.add(
    156,
    "a scan alone",
    "E",
    "N signed_copy",
    lambda n: report(n, ("BC scan.pdf", b"%PDF-1.4\n%%EOF\n")),
    differs="A signed copy (contract.md); the receipt asks for the workbook.",
)
CHAPTER.add(
    156,
    "a photo of it",
    "E",
    "E picture_only",
    lambda n: report(n, ("IMG_0001.jpg", b"\xff\xd8\xff\xe0" + bytes(3000))),
)
CHAPTER.add(
    156,
    "a link to Drive",
    "E",
    "E cloud_link",
    _words("Em gửi báo cáo tại https://drive.google.com/file/d/1AbC/view ạ."),
)
CHAPTER.add(
    156, "a link to Zalo", "E", "E cloud_link", _words("Em gửi báo cáo qua https://f9-zpc.zdn.vn/12345/BC.xlsx ạ.")
)
CHAPTER.add(156, "words without a file", "E", "E no_attachment", _words("Em gửi báo cáo ạ."))
CHAPTER.add(156, "the table in the text", "E", "E no_attachment", _table)
CHAPTER.add(
    157,
    "a question",
    "S A",
    "S question",
    _words("Chị ơi, mục 2 tính theo Nghị định 56 hay sao ạ?", Subject="Hoi ve bieu mau"),
)
CHAPTER.add(
    157,
    "thanks",
    "S A",
    "N courtesy",
    _words("Cảm ơn chị nhiều ạ.", Subject="Re: cam on"),
    differs="Nothing waits for a person.",
)
CHAPTER.add(
    157,
    "a complaint",
    "S A",
    "S question",
    _words("Mẫu này quá phức tạp, đề nghị Sở xem xét lại.", Subject="Kien nghi"),
)
CHAPTER.add(157, "nothing to report", "S A", "S nil_report", _words("Báo cáo không phát sinh."))
CHAPTER.add(
    158,
    "a copy to all other units",
    "A",
    VALID,
    lambda n: report(n, Cc=", ".join(office.address(each) for each in range(1, 60))),
)
CHAPTER.add(158, "a chain with three old reports", "A", VALID, _chain)
