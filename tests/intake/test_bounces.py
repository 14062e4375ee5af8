"""What a bounce says: the addresses that failed, for good or for now, and which letter of ours came back."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake import bounces, contents, message
from roll import mails as roll_mails
from tests.intake import known, machine_samples, mails

READER = contents.Reader([])
UNIT = machine_samples.UNIT
OURS = "<0123456789abcdef0123456789abcdef@so.example>"
DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.langson.example>"


def bounce_of(raw: bytes) -> roll_mails.Bounce:
    found = READER.read(raw).bounce
    assert found is not None
    return found


def failures(raw: bytes) -> dict[str, bool]:
    return {failure.address: failure.permanent for failure in bounce_of(raw).failures}


def statuses(raw: bytes) -> dict[str, str]:
    return {failure.address: failure.status for failure in bounce_of(raw).failures}


def sample(name: str) -> bytes:
    return next(each.raw() for each in machine_samples.BOUNCES if each.name == name)


def plain(text: str, subject: str = "Mail delivery failed", **fields: str) -> bytes:
    return mails.head(DAEMON, subject, Return_Path="<>", **fields) + b"\r\n" + text.replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    ("name", "permanent"),
    [
        ("postfix", True),
        ("postfix, delayed", False),
        ("exchange online", True),
        ("exchange, vi", True),
        ("gmail", True),
        ("exim, in plain words", True),
    ],
)
def test_the_failed_address_is_found_and_whether_it_failed_for_good(name: str, permanent: bool) -> None:
    assert failures(sample(name)) == {UNIT: permanent}


@pytest.mark.parametrize(
    ("name", "status"),
    [("postfix", "5.1.1"), ("postfix, delayed", "4.4.1"), ("exchange, vi", "5.2.2"), ("exim, in plain words", "")],
)
def test_the_status_says_why_an_address_failed(name: str, status: str) -> None:
    assert statuses(sample(name)) == {UNIT: status}


# What servers write that know only the class of an error (Exim), the words of the next server, and what is told.
DIAGNOSED = [
    ("5.0.0", "smtp; 550 5.1.1 The email account that you tried to reach does not exist.", "5.1.1"),
    ("5.0.0", "smtp; 550-5.7.1 This message is likely unsolicited mail.\r\n 550 5.7.1 gsmtp", "5.7.1"),
    ("5.0.0", "smtp; 552 5.2.2 Mailbox of 5.1.1.1 full", "5.2.2"),
    ("5.0.0", "smtp; 550 No such user here", ""),
    ("5.0.0", "smtp; 554 message rejected", "5.0.0"),
    ("4.0.0", "smtp; 451 retry time exceeded", "4.0.0"),
    ("4.4.7", "smtp; 550 5.1.1 a host on the way", "4.4.7"),
    ("5.4.1 (gone)", "smtp; 550 5.1.1", "5.4.1"),
    ("5.0.0", "", ""),
    ("5.1.1.1", "", ""),
]


@pytest.mark.parametrize(("written", "words", "status"), DIAGNOSED)
def test_a_status_that_tells_only_its_class_gives_way_to_the_next_servers_words(
    written: str, words: str, status: str
) -> None:
    said = f"Status: {written}\r\nDiagnostic-Code: {words}".encode()
    assert statuses(sample("postfix").replace(b"Status: 5.1.1", said)) == {UNIT: status}


def test_each_of_several_addresses_has_its_own_status_also_where_its_domain_has_a_hyphen() -> None:
    other = "Box-A@lang-son.example"
    block = f"Status: 5.1.1\r\n\r\nFinal-Recipient: RFC822; <{other}>\r\nAction: failed\r\nStatus: 5.2.2"
    raw = sample("postfix").replace(b"Status: 5.1.1", block.encode())
    assert statuses(raw) == {UNIT: "5.1.1", other: "5.2.2"}


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("host mx.example [192.0.2.1]: 552 5.2.2 Mailbox full", "5.2.2"),
        ("550-5.1.1 no such user\n550 5.1.1 gsmtp", "5.1.1"),
        ("550 no such user at 5.1.1.7", ""),
        ("550 5.0.0 no such user", ""),
    ],
)
def test_a_status_in_a_report_that_only_people_can_read_is_found(said: str, status: str) -> None:
    text = f"A message that you sent could not be delivered.\n\n  <{UNIT}>\n    {said}\n\n--- original\n"
    assert statuses(plain(text)) == {UNIT: status}


def test_addresses_whose_domain_has_a_hyphen_are_found_in_free_text_too() -> None:
    text = "A message that you sent could not be delivered.\n\n  <a-b@lang-son.mail-2.example>\n\n--- original\n"
    assert failures(plain(text)) == {"a-b@lang-son.mail-2.example": True}


def test_the_address_is_found_where_header_fields_hold_raw_octets() -> None:
    written = "From: Hệ thống thư <mailer-daemon@x.example>\r\nX-To: Sở\r\nSubject: Thư lỗi ".encode()
    raw = sample("postfix").partition(b"To:")[2]
    raw = written + b"\r\nTo:" + raw
    assert failures(raw) == {UNIT: True}


def test_a_report_that_a_letter_arrived_is_no_failure() -> None:
    arrived = next(each.raw() for each in machine_samples.RECEIPTS if each.name == "delivered, postfix")
    assert replace(bounce_of(arrived), senders=()) == roll_mails.Bounce(delivered=True)


@pytest.mark.parametrize(
    "returned",
    [
        f"------ This is a copy of the message ------\n\nFrom: a@so.example\nMessage-ID: {OURS}\n",
        f"> From: a@so.example\n> Message-Id: {OURS}\n",
        f"Message-ID:\n {OURS}\n",
        f"MESSAGE-ID: {OURS}\n",
    ],
)
def test_the_letter_that_came_back_is_known_by_its_message_id(returned: str) -> None:
    assert bounce_of(plain(f"Sorry.\n\n{returned}")).message_ids == (OURS,)


def test_the_letter_is_found_where_the_report_only_answers_it() -> None:
    assert bounce_of(plain("Sorry.", In_Reply_To=OURS, References=OURS)).message_ids == (OURS,)


def test_the_reports_own_id_is_not_the_letters() -> None:
    assert bounce_of(plain("Sorry.", Message_ID=OURS)).message_ids == ()


def test_a_mail_that_bears_no_mark_of_a_bounce_is_not_looked_through() -> None:
    text = f"A message that you sent could not be delivered.\n\n  <{UNIT}>\n\n--- original\n"
    assert READER.read(mails.mail(f"<{UNIT}>", "BC", text)).bounce is None


@pytest.mark.parametrize(
    "hostile",
    [
        b"A message that you sent could not be delivered " + b"a" * 300_000,
        b"\r\n".join([b"Your message to <" + b"x@" * 200 + b">"] * 2_000),
        b"Content-Type: message/delivery-status\r\n" * 3_000,
        b"--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" * 2_000,
        "Địa chỉ hỏng: <đ@ễ.example>".encode(),
    ],
)
@pytest.mark.timeout(20)
def test_a_hostile_bounce_costs_little_and_ends_with_what_was_found(hostile: bytes) -> None:
    for kind in ("text/plain", "multipart/report; boundary=x"):
        raw = mails.head(DAEMON, "Mail delivery failed", Content_Type=kind) + b"\r\n" + hostile
        assert len(bounce_of(raw).failures) <= bounces.MAX_FAILURES


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read(body: bytes) -> None:
    raw = mails.head(DAEMON, "Mail delivery failed", Content_Type="multipart/report; boundary=x") + b"\r\n" + body
    found = bounces.read(raw, message.parse(raw))
    assert all("@" in failure.address for failure in found.failures)


# What a bounce amounts to.

LETTER = known.our_letter("reminder", UNIT, "H183", OURS, id=12)


def decided(raw: bytes, **changes: object) -> roll_mails.Understanding:
    return known.decided(READER.read(raw), **changes)


def told(understood: roll_mails.Understanding) -> dict[str, tuple[str, tuple[str, ...]]]:
    wanted = {"failed address", "address failing for now", "letter sent back"}
    return {piece.source: (piece.text, piece.units) for piece in understood.evidence if piece.source in wanted}


def test_a_bounce_of_a_letter_of_ours_names_the_address_the_unit_and_the_letter() -> None:
    raw = plain(f"A message that you sent could not be delivered\n\n<{UNIT}>\n\n---\nMessage-ID: {OURS}\n")
    understood = decided(raw, our_letters=(LETTER,))
    assert (understood.outcome.value, understood.reason, understood.detail) == ("noted", "bounce", UNIT)
    assert (understood.unit, understood.campaign, understood.answer) == ("H183", None, "")
    assert told(understood) == {
        "failed address": (UNIT, ("H183",)),
        "letter sent back": (f"12 (reminder) {UNIT}", ("H183",)),
    }


def test_a_bounce_that_quotes_no_letter_of_ours_is_told_by_the_registered_address_and_belongs_to_nobody() -> None:
    understood = decided(sample("postfix, delayed"), our_letters=(replace(LETTER, message_id="<else@so.example>"),))
    assert (understood.reason, understood.unit, understood.candidates) == ("bounce", None, ())
    assert told(understood) == {"address failing for now": (UNIT, ("H183",))}


def test_a_forged_bounce_in_a_units_name_changes_nothing_and_is_not_answered() -> None:
    forged = mails.mail(f"<{UNIT}>", "Undelivered Mail", f"<{UNIT}>: unknown", X_Failed_Recipients="x@y.example")
    understood = decided(forged)
    assert (understood.outcome.value, understood.reason) == ("noted", "bounce")
    assert (understood.unit, understood.campaign, understood.candidates, understood.reports) == (None, None, (), ())
    assert understood.answer == ""
