"""Cases M 1 to 14 and 25 to 32: what a header may be."""

from tests.catalogue import office
from tests.catalogue.books import book
from tests.catalogue.cases import Chapter
from tests.catalogue.office import report, sender
from tests.intake import mails

CHAPTER = Chapter()
VALID = "A valid"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _with_field(number: int, field: bytes, **fields: str) -> bytes:
    """Return a report with one more header line, or many, above all others."""
    return field + b"\r\n" + report(number, **fields)


def _headers_only(number: int) -> bytes:
    return mails.head(sender(number), **office.head(number))


def _with_name_field(number: int, parameters: str) -> bytes:
    """Return a report whose attachment's Content-Type ends in `parameters`, without any Content-Disposition."""
    words = mails.part("text/plain; charset=utf-8", "Em gửi báo cáo ạ.".encode())
    file = mails.part(f"{XLSX}; {parameters}", book(number))
    return mails.head(sender(number), **office.head(number)) + mails.multipart([words, file])


def _with_disposition(number: int, parameters: str) -> bytes:
    words = mails.part("text/plain; charset=utf-8", "Em gửi báo cáo ạ.".encode())
    file = mails.part(XLSX, book(number), Content_Disposition=f"attachment; {parameters}")
    return mails.head(sender(number), **office.head(number)) + mails.multipart([words, file])


def _from(text: str):
    return lambda n: mails.mail(text.format(office.address(n)), attachments=[("BC.xlsx", book(n))], **office.head(n))


def _same_message_id(number: int) -> list[bytes]:
    """Return two mails of one Message-ID, the second with other figures."""
    second = report(number, ("BC.xlsx", book(number, {"D12": 5555})), text="Em gửi lại báo cáo ạ.")
    return [report(number), second]


CHAPTER.add(1, "a mail of no bytes", "Q", "Q hostile", lambda _: b"")
CHAPTER.add(2, "headers only, and no blank line", "S", "S odd_mail", _headers_only)
CHAPTER.add(3, "no From", "S", "S no_single_sender", lambda n: report(n).replace(b"From: ", b"X-From: ", 1))
CHAPTER.add(4, "From is <>", "N", "N bounce", _from("<>"))
CHAPTER.add(
    4, "From is empty", "N", "N bounce", lambda n: report(n).replace(f"From: {sender(n)}".encode(), b"From: ", 1)
)
CHAPTER.add(5, "two From fields", "S", "S no_single_sender", lambda n: _with_field(n, b"From: hoa@mail.example"))
CHAPTER.add(6, "two addresses in From", "S", "S no_single_sender", _from("<{}>, <hoa@mail.example>"))
CHAPTER.add(7, "From is a group", "S", "S no_single_sender", _from("undisclosed-recipients:;"))
CHAPTER.add(8, "To is one quote", "A", VALID, lambda n: report(n, To='"'))
CHAPTER.add(9, "To is a comment", "A", VALID, lambda n: report(n, To="(c):"))
CHAPTER.add(10, "Content-Type ends in name*", "A", VALID, lambda n: _with_name_field(n, "name*"))
CHAPTER.add(11, "Message-ID with brackets inside", "A", VALID, lambda n: report(n, Message_ID="<[x]>"))
CHAPTER.add(12, "no Message-ID", "A", VALID, lambda n: report(n, Message_ID=""))
CHAPTER.add(13, "one Message-ID, other content", "A", (VALID, VALID), _same_message_id)
CHAPTER.add(14, "a Message-ID of 10 kB", "A", VALID, lambda n: report(n, Message_ID=f"<{'a' * 10_000}@y-te.example>"))
CHAPTER.add(
    25, "100,000 header fields", "Q", "Q hostile", lambda n: _with_field(n, b"\r\n".join([b"X-A: b"] * 100_000))
)
CHAPTER.add(26, "10,000 header fields", "A", VALID, lambda n: _with_field(n, b"\r\n".join([b"X-A: b"] * 10_000)))
CHAPTER.add(27, "a header field of 1 MB", "A", VALID, lambda n: _with_field(n, b"X-A: " + b"b" * 1_000_000))
CHAPTER.add(
    28, "a Subject of 280 kB of encoded words", "A", VALID, lambda n: report(n, Subject="=?utf-8?q?a?=" * 20_000)
)
CHAPTER.add(29, "200 kB of ( in To", "S", "S odd_mail", lambda n: report(n, To="(" * 200_000))
CHAPTER.add(
    30,
    "20,000 addresses in To",
    "A",
    VALID,
    lambda n: report(n, To=", ".join(f"a{at}@b.example" for at in range(20_000))),
)
CHAPTER.add(31, "20,000 pieces of a file name", "S", "S odd_mail",
            lambda n: _with_disposition(n, "; ".join(f"filename*{at}=a" for at in range(20_000))))  # fmt: skip
CHAPTER.add(
    32, "piece 999,999,999 of a file name", "A", VALID, lambda n: _with_disposition(n, "filename*999999999*=a.xlsx")
)
