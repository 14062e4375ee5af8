"""Cases M 46 to 62: what a mail may be: closed, forwarded, from a machine, very large."""

import binascii

from tests.catalogue import office
from tests.catalogue.books import book
from tests.catalogue.cases import Chapter
from tests.catalogue.mime_bodies import CRLF, VALID, WORDS, of_parts, the_file
from tests.catalogue.office import report, sender
from tests.intake import mails
from tests.intake.archives import test_signed_and_encrypted as signing
from tests.journeys import packing

CHAPTER = Chapter()
ENCRYPTED = (
    "A registered sender can help: he is asked to send it without encryption (contract.md: encrypted is returned)."
)


def _uuencoded(number: int) -> bytes:
    data = book(number)
    lines = b"".join(binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45))
    body = b"Em gui bao cao.\n\nbegin 644 BC.xlsx\n" + lines + b"`\nend\n"
    return mails.head(sender(number), **office.head(number)) + mails.part("text/plain; charset=utf-8", body)


def _yencoded(number: int) -> bytes:
    coded = bytes((byte + 42) % 256 for byte in book(number)[:3000])
    for byte in (0, 10, 13, 61):
        coded = coded.replace(bytes([byte]), b"=" + bytes([(byte + 64) % 256])) if byte != 61 else coded
    body = b"Em gui bao cao.\r\n=ybegin line=128 size=3000 name=BC.xlsx\r\n" + coded + b"\r\n=yend size=3000\r\n"
    return (
        mails.head(sender(number), **office.head(number))
        + b"Content-Type: text/plain\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + body
    )


def _forwarded(number: int, from_: str) -> bytes:
    inner = b"Content-Type: message/rfc822\r\n\r\n" + report(number) + CRLF
    head = mails.head(
        from_, "Fwd: Báo cáo", Message_ID=f"<fwd.{number}@mail.example>", Date=office.head(number)["Date"]
    )
    return head + mails.multipart([WORDS, inner], boundary="outer")


def _pgp(number: int) -> bytes:
    version = b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
    data = b"Content-Type: application/octet-stream; name=encrypted.asc\r\n\r\n"
    data += b"-----BEGIN PGP MESSAGE-----\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n"
    return of_parts(number, version, data, kind='encrypted; protocol="application/pgp-encrypted"')


def _smime(number: int, content_type: str, data: bytes) -> bytes:
    part = mails.part(content_type, data, Content_Disposition="attachment; filename=smime.p7m")
    return mails.head(sender(number), **office.head(number)) + part


def _signed(number: int) -> bytes:
    return _smime(number, signing.SIGNED, signing.signed(mails.multipart([WORDS, the_file(number)], boundary="inner")))


def _machine(number: int, kind: str, content: bytes, **fields: str) -> bytes:
    part = f"Content-Type: {kind}\r\n\r\n".encode() + content + CRLF
    return of_parts(
        number,
        WORDS,
        part,
        kind=fields.pop("multipart", "mixed"),
        Subject=mails.word(fields.pop("said", "Họp")),
        **fields,
    )


_INVITATION = (
    b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Hop giao ban\r\nEND:VEVENT\r\nEND:VCALENDAR"
)
_READ = b"Final-Recipient: rfc822; tram@y-te.example\r\nDisposition: manual-action/MDN-sent-manually; displayed"
_FAILED = (
    b"Reporting-MTA: dns; mx.y-te.example\r\n\r\n"
    b"Final-Recipient: rfc822; tram@y-te.example\r\nAction: failed\r\nStatus: 5.1.1"
)
_ELSEWHERE = b'Content-Type: message/external-body; access-type=URL; URL="http://a.example/BC.xlsx"\r\n\r\n'


def _thirty_files(number: int) -> bytes:
    """Return a mail of an address of two units with the form of each among 28 pictures."""
    pictures = [(f"anh {at}.jpg", b"\xff\xd8\xff\xe0" + bytes([at]) * 300) for at in range(28)]
    forms = [(f"BC tram {each}.xlsx", book(each)) for each in (604, 605)]
    files = [*pictures[:9], forms[0], *pictures[9:20], forms[1], *pictures[20:]]
    return mails.mail("Dung chung <hai.tram@y-te.example>", attachments=files, **office.head(number))


def _huge(number: int) -> bytes:
    photo = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 74_000
    return of_parts(
        number,
        WORDS,
        the_file(number),
        mails.part("image/jpeg", photo, Content_Disposition='attachment; filename="a.jpg"'),
    )


def _huge_html(number: int) -> bytes:
    page = b"Content-Type: text/html; charset=utf-8\r\n\r\n" + b"<p>Bao cao</p>\r\n" * 3_340_000
    return mails.head(sender(number), **office.head(number)) + page


CHAPTER.add(46, "uuencode in the text", "S", "S odd_mail", _uuencoded)
CHAPTER.add(47, "yEnc", "S", "S odd_mail", _yencoded)
CHAPTER.add(
    48,
    "winmail.dat with the workbook",
    "A",
    VALID,
    lambda n: report(n, ("winmail.dat", packing.tnef([("BC.xlsx", book(n))]))),
)
CHAPTER.add(49, "forwarded whole by a registered address", "A", VALID, lambda n: _forwarded(n, sender(n)))
CHAPTER.add(
    49, "forwarded whole by a stranger", "S", "S unknown_sender", lambda n: _forwarded(n, f"<{office.STRANGER}>")
)
CHAPTER.add(
    52,
    "message/external-body",
    "S",
    "S odd_mail",
    lambda n: of_parts(
        n,
        WORDS,
        _ELSEWHERE + b"Content-Type: application/octet-stream\r\n\r\n",
    ),
)
CHAPTER.add(
    52,
    "message/partial",
    "S",
    "S odd_mail",
    lambda n: of_parts(
        n,
        WORDS,
        b'Content-Type: message/partial; id="a@b"; number=1; total=3\r\n\r\nFrom: a@b.example\r\n\r\nUEsDB\r\n',
    ),
)
CHAPTER.add(
    53,
    "an encrypted S/MIME mail",
    "S",
    "E encrypted_mail",
    lambda n: _smime(n, signing.ENVELOPED, signing.enveloped()),
    differs=ENCRYPTED,
)
CHAPTER.add(53, "an encrypted PGP mail", "S", "E encrypted_mail", _pgp, differs=ENCRYPTED)
CHAPTER.add(54, "an opaque signed mail", "A S", VALID, _signed)
CHAPTER.add(57, "an invitation", "N", "N calendar", lambda n: _machine(n, "text/calendar; method=REQUEST", _INVITATION))
CHAPTER.add(
    57,
    "a read receipt",
    "N",
    "N receipt",
    lambda n: _machine(
        n,
        "message/disposition-notification",
        _READ,
        multipart="report; report-type=disposition-notification",
        said="Đã đọc",
    ),
)
CHAPTER.add(
    58,
    "a delivery report",
    "N",
    "N bounce",
    lambda n: _machine(
        n,
        "message/delivery-status",
        _FAILED,
        multipart="report; report-type=delivery-status",
        said="Undelivered Mail",
        Return_Path="<>",
    ),
)
CHAPTER.add(60, "30 files, two of them forms", "A", "A valid", _thirty_files, unit=604)
CHAPTER.add(61, "a mail of 26 MB", "A E", VALID, _huge)
CHAPTER.add(62, "HTML of 50 MB", "Q", "Q hostile", _huge_html)
