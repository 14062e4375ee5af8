"""Every letter as others read it: rspamd looks for faults of headers and MIME, Dovecot takes it apart.

Neither shares a line with what writes the letters or with the other tests, which read by Python's email package. Broken
letters show that both would notice.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import imapclient
import pytest

from roll.letters import LetterKind
from tests.notifications import samples, write_golden
from tests.servers.dovecot import DovecotServer
from tests.servers.rspamd import RspamdServer, require_rspamd

LETTERS = {
    f"{name}.{language}": letter for language in samples.LANGUAGES for name, letter in samples.letters(language).items()
}
GOOD = LETTERS["reminder-week.vi"]
# The samples are of 2019, and Vietnamese in base64 is half as long as in quoted-printable.
NO_FAULTS = {"DATE_IN_PAST", "MIME_BASE64_TEXT"}
ANSWERS = {LetterKind.ACKNOWLEDGEMENT, LetterKind.RETURN, LetterKind.CONFIRM, LetterKind.RECEIPT}
# RFC 5322 §3.3, without the obsolete forms; §3.6.4.
DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
    r"\d{2}:\d{2}:\d{2} [+-]\d{4}"
)
MESSAGE_ID = re.compile(r"<[a-z0-9.]+@[a-z0-9.-]+>", re.IGNORECASE)
# RFC 5322 §3.6: exactly one, at most one.
ONCE = ("date", "from", "message-id", "mime-version", "to", "subject", "auto-submitted", "content-type")
AT_MOST_ONCE = ("in-reply-to", "references", "cc", "reply-to", "sender")


def changed(old: str, new: str) -> bytes:
    """Return the good letter with one place of it broken."""
    broken = re.sub(old.encode(), new.encode(), GOOD.data, count=1, flags=re.MULTILINE)
    assert broken != GOOD.data
    return broken


# rspamd.

_FOLDED = r".*\r\n(?:[ \t].*\r\n)*"
FAULTS = [
    ("MISSING_DATE", changed(f"^Date:{_FOLDED}", "")),
    ("INVALID_DATE", changed("^Date: .*", "Date: 03/07/2019 15:21\r")),
    ("MISSING_MID", changed(f"^Message-ID:{_FOLDED}", "")),
    ("INVALID_MSGID", changed("^Message-ID: <[^@]*@[^>]*>", "Message-ID: <no-domain>")),
    ("MID_MISSING_BRACKETS", changed("^Message-ID: <(.*)>", r"Message-ID: \\1")),
    ("MISSING_FROM", changed(f"^From:{_FOLDED}", "")),
    ("FROM_NEEDS_ENCODING", changed(f"^From:{_FOLDED}", "From: Sở Lao động <a@office.example>\r\n")),
    ("MULTIPLE_FROM", changed("^To:", "From: <b@office.example>\r\nTo:")),
    ("MULTIPLE_UNIQUE_HEADERS", changed("^To:", "Subject: x\r\nTo:")),
    ("MISSING_TO", changed("^To:", "X-To:")),
    ("MISSING_SUBJECT", changed(f"^Subject:{_FOLDED}", "")),
    ("SUBJECT_NEEDS_ENCODING", changed(f"^Subject:{_FOLDED}", "Subject: Nhắc gửi báo cáo\r\n")),
    ("SUBJ_EXCESS_BASE64", changed(f"^Subject:{_FOLDED}", "Subject: =?utf-8?b?UmVwb3J0cw==?=\r\n")),
    ("MISSING_MIME_VERSION", changed(f"^MIME-Version:{_FOLDED}", "")),
    ("BROKEN_CONTENT_TYPE", changed("multipart/mixed", "multipart mixed")),
    ("R_BAD_CTE_7BIT", changed("base64\r\n\r\n", "7bit\r\n\r\nKính gửi\r\n")),
    ("BROKEN_HEADERS", changed("^To:", "this is no header\r\nTo:")),
    ("HEADER_TO_EMPTY_DELIMITER", changed("^To: ", "To:")),
    ("MIME_MA_MISSING_TEXT", changed("text/plain", "text/html")),
]


@pytest.fixture(scope="module")
def rspamd() -> Iterator[RspamdServer]:
    require_rspamd()
    with RspamdServer() as server:
        yield server


def test_rspamd_finds_no_fault_with_any_letter(rspamd: RspamdServer) -> None:
    found = {name: rspamd.complaints(letter.data) - NO_FAULTS for name, letter in LETTERS.items()}
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize(("fault", "broken"), FAULTS, ids=[fault for fault, _ in FAULTS])
def test_rspamd_finds_the_fault_of_a_broken_letter(rspamd: RspamdServer, fault: str, broken: bytes) -> None:
    assert fault in rspamd.complaints(broken)


# Dovecot.


@dataclass
class Taken:
    """One letter as Dovecot took it apart."""

    uid: int
    envelope: Any
    # Of each part that is no multipart: content type, disposition, and the bytes that it decodes to.
    leaves: list[tuple[str, str, bytes]]
    # In their order, unfolded, names in lower case.
    fields: list[tuple[str, str]]

    def field(self, name: str) -> str:
        (value,) = [value for found, value in self.fields if found == name]
        return value


def take_apart(client: imapclient.IMAPClient, uid: int) -> Taken:
    """Return what Dovecot makes of a letter. Raises ValueError where it cannot decode it."""
    answer = client.fetch([uid], ["ENVELOPE", "BODYSTRUCTURE", "BODY.PEEK[HEADER]"])[uid]
    leaves = []
    for section, kind, disposition in leaves_of(answer[b"BODYSTRUCTURE"]):
        # RFC 3516: the server decodes. imapclient does not know the literals in which that is answered.
        said, answers = client._imap.uid("FETCH", str(uid), f"(BINARY.PEEK[{section}])")
        if said != "OK":
            raise ValueError(f"part {section}: {answers}")
        (_, decoded), *_ = answers
        leaves.append((kind, disposition, decoded))
    lines = answer[b"BODY[HEADER]"].decode("ascii").replace("\r\n ", " ").split("\r\n")
    fields = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines if line)]
    return Taken(uid, answer[b"ENVELOPE"], leaves, fields)


def leaves_of(structure: Any, section: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield (section, content type, disposition) of every part that is no multipart (RFC 3501 §7.4.2)."""
    if isinstance(structure[0], list):
        for number, part in enumerate(structure[0], 1):
            yield from leaves_of(part, f"{section}.{number}" if section else str(number))
        return
    disposition = next((item[0].decode() for item in structure[7:] if isinstance(item, tuple) and item), "")
    yield section or "1", f"{structure[0].decode()}/{structure[1].decode()}".lower(), disposition.lower()


@pytest.fixture(scope="module")
def mailbox(dovecot: DovecotServer) -> Iterator[imapclient.IMAPClient]:
    """A mailbox with every letter, in their order."""
    user = f"user-{uuid4().hex[:12]}"
    dovecot.append_many(user, [(letter.data, letter.due_at) for letter in LETTERS.values()])
    with dovecot.client(user, "INBOX") as client:
        client.normalise_times = False
        yield client


@pytest.fixture(scope="module")
def taken(mailbox: imapclient.IMAPClient) -> dict[str, Taken]:
    found = [take_apart(mailbox, uid) for uid in mailbox.search("ALL")]
    return dict(zip(LETTERS, found, strict=True))


def address(found: Any) -> str:
    (only,) = found
    return f"{only.mailbox.decode()}@{only.host.decode()}"


def test_dovecot_reads_the_envelope_as_it_is_meant(taken: dict[str, Taken]) -> None:
    for name, letter in LETTERS.items():
        read = taken[name].envelope
        assert (address(read.from_), address(read.to)) == (samples.office("vi").address, letter.to), name
        assert (address(read.cc) if read.cc else "") == letter.cc, name
        assert read.message_id.decode() == letter.message_id, name
        assert read.date == letter.due_at, name


def test_dovecot_finds_each_letter_by_its_subject_and_all_by_who_wrote_them(
    mailbox: imapclient.IMAPClient, taken: dict[str, Taken]
) -> None:
    """Its search decodes headers (RFC 3501 §6.4.4)."""
    for name, letter in LETTERS.items():
        assert taken[name].uid in mailbox.search(["SUBJECT", letter.subject], "UTF-8"), name
        assert mailbox.search(["SUBJECT", letter.subject + "!"], "UTF-8") == [], name
    assert mailbox.search(["FROM", samples.office("vi").name], "UTF-8") == [each.uid for each in taken.values()]


def test_the_fields_are_those_of_rfc_5322(taken: dict[str, Taken]) -> None:
    for name, read in taken.items():
        names = [field for field, _ in read.fields]
        assert all(names.count(field) == 1 for field in ONCE), name
        assert all(names.count(field) <= 1 for field in AT_MOST_ONCE), name
        assert DATE.fullmatch(read.field("date")), name
        assert MESSAGE_ID.fullmatch(read.field("message-id")), name
        assert read.field("mime-version") == "1.0", name
        assert re.fullmatch(r"(?:\S+ )+<\S+@\S+>", read.field("from")), name
        assert re.fullmatch(r"\S+@\S+", read.field("to")), name


def test_an_answer_says_so_and_names_the_mail_that_it_answers(taken: dict[str, Taken]) -> None:
    """RFC 3834 §5 and §3.1.5; RFC 5322 §3.6.4."""
    answers = {name: read for name, read in taken.items() if LETTERS[name].kind in ANSWERS}
    for name, read in taken.items():
        names = [field for field, _ in read.fields]
        is_answer = name in answers
        assert read.field("auto-submitted") == ("auto-replied" if is_answer else "auto-generated"), name
        assert (("in-reply-to" in names), ("references" in names)) == (is_answer, is_answer), name
    for name, read in answers.items():
        assert read.envelope.in_reply_to == read.field("in-reply-to").encode() == b"<CAF1@mail.langson.example>", name
        assert read.field("references") == "<root@mail.langson.example> <CAF1@mail.langson.example>", name


def test_dovecot_decodes_the_bodies_and_the_files(taken: dict[str, Taken]) -> None:
    for name, read in taken.items():
        text = (write_golden.GOLDEN / f"{name}.txt").read_text("utf-8").partition("\n\n")[2]
        html = (write_golden.GOLDEN / f"{name}.html").read_text("utf-8")
        bodies = [("text/plain", "", text), ("text/html", "", html)]
        assert read.leaves[:2] == [
            (kind, shown, body.replace("\n", "\r\n").encode()) for kind, shown, body in bodies
        ], name
        for kind, disposition, decoded in read.leaves[2:]:
            if disposition == "inline":
                assert (kind, decoded[:4]) == ("image/png", b"\x89PNG"), name
            else:
                wanted = (samples.BLANK.content_type, "attachment", samples.BLANK.data)
                assert (kind, disposition, decoded) == wanted, name


OTHERWISE = {
    "another boundary": changed('boundary="=_mixed', 'boundary="=_other'),
    "no boundary": changed(r';\r\n boundary="=_mixed[^"]*"', ""),
    "text that is cut": changed(r"base64\r\n\r\n.*\r\n", "base64\r\n\r\n"),
}
UNDECODABLE = {
    "an unknown encoding": changed("Encoding: base64", "Encoding: base46"),
    "no base64": changed("base64\r\n\r\n", "base64\r\n\r\n!!!!"),
}


@pytest.mark.parametrize("what", OTHERWISE)
def test_dovecot_reads_something_else_in_a_broken_letter(
    dovecot: DovecotServer, mailbox_user: str, taken: dict[str, Taken], what: str
) -> None:
    uid = dovecot.append(mailbox_user, OTHERWISE[what], GOOD.due_at)
    with dovecot.client(mailbox_user, "INBOX") as client:
        assert take_apart(client, uid).leaves != taken["reminder-week.vi"].leaves


@pytest.mark.parametrize("what", UNDECODABLE)
def test_dovecot_says_so_where_it_cannot_decode(dovecot: DovecotServer, mailbox_user: str, what: str) -> None:
    uid = dovecot.append(mailbox_user, UNDECODABLE[what], GOOD.due_at)
    with dovecot.client(mailbox_user, "INBOX") as client, pytest.raises(ValueError, match=r"part 1\.1"):
        take_apart(client, uid)
