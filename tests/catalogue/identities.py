"""Cases I 131 to 145: who sent it. Only what a registered address sends, and no server disowns, is credited."""

from tests.catalogue import office
from tests.catalogue.books import book
from tests.catalogue.cases import Chapter
from tests.catalogue.office import address, report
from tests.intake import mails

CHAPTER = Chapter()
VALID, STRANGER, UNCLEAR, ALIKE = "A valid", "S unknown_sender", "S no_single_sender", "S lookalike_sender"
SERVER = "Authentication-Results: mx.so.example"


def _stamped(number: int, *results: str, **fields: str) -> bytes:
    """Return a report above which servers wrote what they found, the topmost first."""
    return "".join(f"{result}\r\n" for result in results).encode() + report(number, **fields)


def _failed(number: int) -> bytes:
    return _stamped(number, f"{SERVER}; dmarc=fail header.from=y-te.example; spf=fail smtp.mailfrom=evil.example")


def _without_alignment(number: int) -> bytes:
    """Return a report of a domain that asks for nothing (p=none), sent by another domain's server."""
    return _stamped(
        number, f"{SERVER}; dmarc=fail (p=NONE) header.from=y-te.example; spf=pass smtp.mailfrom=evil.example"
    )


def _forged(number: int) -> bytes:
    own = f"{SERVER}; dmarc=fail header.from=y-te.example"
    return _stamped(number, own, f"{SERVER}; dmarc=pass header.from=y-te.example")


def _from(text: str, **fields: str):
    """Return a maker of reports with a From field of its own; "{}" is the unit's address."""
    return lambda n: mails.mail(
        text.format(address(n)), text="Em gửi báo cáo ạ.", attachments=[("BC.xlsx", book(n))], **office.head(n) | fields
    )


def _of(number: int, unit: int, **fields: str) -> bytes:
    """Return a mail of one unit that brings the report of another."""
    return report(number, ("BC.xlsx", book(unit)), **fields)


def _shared(number: int, *unit: int) -> bytes:
    """Return a mail of the address of units 602 and 603, with a workbook that names one of them, or none."""
    data = book(unit[0]) if unit else book(602, {"C6": None})
    return mails.mail(
        "<dung.chung@y-te.example>", text="Em gửi báo cáo ạ.", attachments=[("BC.xlsx", data)], **office.head(number)
    )


def _two_senders(number: int) -> list[bytes]:
    second = report(number, ("BC.xlsx", book(number, {"D12": 7777}))).replace(
        address(number).encode(), b"truong.tram601@y-te.example"
    )
    return [report(number), second.replace(f"<{number}.3@".encode(), b"<second@")]


CHAPTER.add(131, "a sender whose server failed him", "S", "S failed_authentication", _failed)
CHAPTER.add(132, "a domain without a policy, and no alignment", "S", "S failed_authentication", _without_alignment)
CHAPTER.add(133, "a forged verdict below the real one", "S", "S failed_authentication", _forged)
CHAPTER.add(134, "an address as the display name", "S", ALIKE, _from('"{}" <evil@giamao.example>'))
CHAPTER.add(135, "two addresses in one", "S", UNCLEAR, _from("{} <evil@giamao.example>"))
CHAPTER.add(135, "an address behind the brackets", "S", UNCLEAR, _from("<a@evil.example>{}"))
CHAPTER.add(135, "two brackets", "S", UNCLEAR, _from("<a@evil.example> <{}>"))
CHAPTER.add(
    136, "a domain with l for 1", "S", STRANGER, lambda n: report(n).replace(b"@y-te.example>", b"@y-1e.example>", 1)
)
CHAPTER.add(
    136,
    "a domain with a Cyrillic letter",
    "S",
    ALIKE,
    lambda n: report(n).replace(b"@y-te.example>", "@y-t\u0435.example>".encode(), 1),
)
CHAPTER.add(
    136,
    "a domain in punycode",
    "S",
    STRANGER,
    lambda n: report(n).replace(b"@y-te.example>", b"@xn--y-t-6cd.example>", 1),
)
CHAPTER.add(137, "answers wanted elsewhere", "A", VALID, lambda n: report(n, Reply_To="evil@giamao.example"))
CHAPTER.add(138, "a private address for a unit", "S", STRANGER, _from(f"Hoa <{office.STRANGER}>"))
CHAPTER.add(
    139,
    "an address in capitals",
    "A",
    VALID,
    lambda n: report(n).replace(f"<{address(n)}>".encode(), f"<{address(n).upper()}>".encode(), 1),
)
CHAPTER.add(
    139,
    "a tag where nobody passes over it",
    "A",
    STRANGER,
    lambda n: report(n).replace(f"<tram{n}@".encode(), f"<tram{n}+bc@".encode(), 1),
    differs="Only Gmail is known to pass over tags and dots (test_sender.py); elsewhere it is another box.",
)
CHAPTER.add(
    139,
    "dots, a tag and googlemail.com",
    "A",
    VALID,
    lambda n: mails.mail(
        "<Tram.Sau.Tram.Sau+bc@googlemail.com>", attachments=[("BC.xlsx", book(606))], **office.head(n)
    ),
    unit=606,
)
CHAPTER.add(
    140,
    "one address of two units, the workbook says which",
    "E",
    VALID,
    lambda n: _shared(n, 603),
    unit=603,
    differs="The content decides where it can; only where it cannot is a question left.",
)
CHAPTER.add(
    140,
    "one address of two units, neither named",
    "E",
    "S ambiguous_unit",
    _shared,
    unit=602,
    differs="contract.md: what may belong to several units is held, and none is missing; staff ask.",
)
CHAPTER.add(141, "two addresses of one unit, both send", "A D", (VALID, VALID), _two_senders, unit=601)
CHAPTER.add(142, "the unit in the file is another than the sender", "S", "S ambiguous_unit", lambda n: _of(n, 590))
CHAPTER.add(
    143,
    "a list that wrote its own address into From",
    "S",
    STRANGER,
    _from(
        "Tram qua danh sach <danhsach@list.example>",
        List_Id="<danhsach.list.example>",
        List_Unsubscribe="<mailto:x@list.example>",
    ),
)
CHAPTER.add(144, "our own address in From", "N", "N ourselves", _from(f"<{office.OURS}>"))
CHAPTER.add(
    145,
    "an answer to a letter that is none of ours",
    "S",
    VALID,
    lambda n: report(n, In_Reply_To="<0123456789abcdef0123456789abcdef@so.example>"),
    differs="A Message-ID that is none of ours counts for nothing; that of another unit's real letter is held "
    "(test_replies.py).",
)
