import email
from dataclasses import replace
from datetime import timedelta, timezone
from email import header, policy
from email.message import EmailMessage, MIMEPart

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import compose
from notifications.facts import Attachment, Thread
from roll.letters import LetterKind
from tests.notifications import samples

MESSAGE = compose.Message(
    kind=LetterKind.ACKNOWLEDGEMENT,
    sender_name="Sở Lao động - Thương binh và Xã hội tỉnh Lạng Sơn",
    sender="tiepnhan.bc@langson.example",
    to="unit@langson.example",
    subject="[Đã tiếp nhận] BC Tháng hành động vì trẻ em năm 2019 - huyện Cao Lộc (TN-2019-0123)",
    date=samples.at(7, 3, 15, 21),
    message_id="<0123456789abcdef0123456789abcdef@langson.example>",
    language="vi",
    text="Kính gửi: UBND huyện Cao Lộc\n\nTrân trọng.\n",
    html="<p>Kính gửi</p>\n",
)


def _parsed(message: compose.Message) -> EmailMessage:
    parsed = email.message_from_bytes(compose.compose(message), policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    assert not parsed.defects
    return parsed


def _lines(part: MIMEPart) -> str:
    return str(part.get_content()).replace("\r\n", "\n")


def _subject(message: compose.Message) -> str:
    raw = email.message_from_bytes(compose.compose(message), policy=policy.compat32)["Subject"]
    return str(header.make_header(header.decode_header(raw)))


def test_the_text_comes_first_and_both_bodies_are_whole() -> None:
    parsed = _parsed(MESSAGE)
    assert parsed.get_content_type() == "multipart/alternative"
    plain, html = parsed.iter_parts()
    assert plain.get_content_type() == "text/plain"
    assert _lines(plain) == MESSAGE.text
    assert _lines(html) == MESSAGE.html


def test_subject_and_sender_are_encoded_and_folded() -> None:
    raw = compose.compose(MESSAGE).partition(b"\r\n\r\n")[0]
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= compose.HEADER_LINE
    assert _subject(MESSAGE) == MESSAGE.subject
    assert _parsed(MESSAGE)["From"].addresses[0].addr_spec == MESSAGE.sender


@given(
    st.text(
        st.characters(blacklist_categories=("Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp", "Zs")), min_size=1, max_size=200
    )
)
def test_any_printable_subject_comes_back_as_it_was(subject: str) -> None:
    assert _subject(replace(MESSAGE, subject=subject)) == subject


def test_a_short_ascii_subject_is_left_readable() -> None:
    assert b"\r\nSubject: Reports (7)\r\n" in compose.compose(replace(MESSAGE, subject="Reports (7)"))


def test_a_long_ascii_subject_is_folded_between_its_words_and_left_readable() -> None:
    subject = (
        "[State of reporting] Action Month for Children 2019: 8/8 units have reported (as of 07:30 on 10 July 2019)"
    )
    raw = compose.compose(replace(MESSAGE, subject=subject)).partition(b"\r\n\r\n")[0]
    assert f"\r\nSubject: {subject}\r\n".encode() in raw.replace(b"\r\n ", b" ")
    assert max(map(len, raw.split(b"\r\n"))) <= compose.HEADER_LINE


@pytest.mark.parametrize("subject", ["a " + "x" * 90, "a  b " * 30, "=?utf-8?b?eA==?= " * 9])
def test_an_ascii_subject_that_would_not_come_back_as_it_was_is_encoded(subject: str) -> None:
    message = replace(MESSAGE, subject=subject.strip())
    assert b"\r\nSubject: =?utf-8?b?" in compose.compose(message)
    assert _subject(message) == subject.strip()


@pytest.mark.parametrize("mark", ["\r\n", "\n", "\r", "\x0b", "\x00", "\x1c", "\x85", "\u2028", "\u2029"])
def test_no_line_break_of_any_kind_reaches_a_header(mark: str) -> None:
    """CVE-2024-6923, CVE-2026-1299: the headers of the standard library take them."""
    poison = f"a{mark}Bcc: victim@evil.example"
    thread = Thread(poison, f"<a@b>{mark}", (f"<c@d{mark}>",))
    message = replace(
        MESSAGE, subject=poison, sender_name=poison, thread=thread, attachments=(Attachment(poison, poison, b""),)
    )
    parsed = email.message_from_bytes(compose.compose(message), policy=policy.compat32)
    assert "Bcc" not in parsed
    assert "In-Reply-To" not in parsed
    assert "References" not in parsed
    assert all("Bcc" not in part for part in parsed.walk())


def test_an_answer_is_threaded_to_its_mail() -> None:
    thread = Thread("x", "<three@x.example>", ("<one@x.example>", "<two@x.example>"))
    parsed = _parsed(replace(MESSAGE, thread=thread))
    assert parsed["In-Reply-To"] == "<three@x.example>"
    assert parsed["References"].split() == ["<one@x.example>", "<two@x.example>", "<three@x.example>"]


def test_long_threads_keep_their_root_and_their_latest_ids() -> None:
    ids = tuple(f"<{number}@x.example>" for number in range(60))
    kept = _parsed(replace(MESSAGE, thread=Thread("x", "<last@x.example>", ids)))["References"].split()
    assert len(kept) == compose.REFERENCES_LIMIT
    assert kept[0] == "<0@x.example>"
    assert kept[-2:] == ["<59@x.example>", "<last@x.example>"]


@pytest.mark.parametrize(
    "name", ["", "a@b", "<a b@c>", "<a@b> <c@d>", "<@>", "<" + "a" * 300 + "@b>", "<a@b\r\nX: y>", "<á@b>"]
)
def test_an_ill_formed_id_is_left_out(name: str) -> None:
    assert not compose.is_message_id(name)
    assert "In-Reply-To" not in _parsed(replace(MESSAGE, thread=Thread("x", name, (name,))))


@pytest.mark.parametrize("kind", list(LetterKind))
def test_every_letter_says_that_it_is_automatic(kind: LetterKind) -> None:
    parsed = _parsed(replace(MESSAGE, kind=kind))
    answers = (LetterKind.ACKNOWLEDGEMENT, LetterKind.RETURN, LetterKind.CONFIRM, LetterKind.RECEIPT)
    assert parsed["Auto-Submitted"] == ("auto-replied" if kind in answers else "auto-generated")
    assert parsed["X-Auto-Response-Suppress"] == "All"
    assert parsed["Precedence"] == ("bulk" if kind is LetterKind.DIGEST else None)
    assert parsed["Content-Language"] == "vi"


def test_the_date_is_the_given_instant_in_its_zone() -> None:
    assert _parsed(MESSAGE)["Date"] == "Wed, 03 Jul 2019 15:21:00 +0700"
    assert (
        _parsed(replace(MESSAGE, date=MESSAGE.date.astimezone(timezone(timedelta(0)))))["Date"].datetime == MESSAGE.date
    )


def test_the_same_key_gives_the_same_message_id() -> None:
    first = compose.derive_message_id("ack:1", "langson.example")
    assert first == compose.derive_message_id("ack:1", "langson.example")
    assert first != compose.derive_message_id("ack:2", "langson.example")
    assert first != compose.derive_message_id("ack:1", "langson.example", b"secret")
    assert compose.is_message_id(first)
    assert compose.compose(MESSAGE) == compose.compose(MESSAGE)


@pytest.mark.parametrize(
    "name",
    [
        "bieu mau.xlsx",
        "BC THÁNG HĐ VÌ TRẺ EM - CAO LỘC.xlsx",
        'a"b%c.xlsx',
        "Biểu mẫu báo cáo kết quả thực hiện Tháng hành động vì trẻ em năm 2019 của Ủy ban nhân dân huyện Cao Lộc.xlsx",
        "x" * 120 + ".xlsx",
    ],
)
def test_an_attachment_keeps_its_name_and_every_byte(name: str) -> None:
    data = bytes(range(256)) * 9
    message = replace(MESSAGE, attachments=(Attachment(name, samples.BLANK.content_type, data),))
    parsed = _parsed(message)
    assert parsed.get_content_type() == "multipart/mixed"
    (part,) = parsed.iter_attachments()
    assert part.get_filename() == name
    assert part.get_content() == data
    *_, old_reader = email.message_from_bytes(compose.compose(message), policy=policy.compat32).walk()
    fallback = old_reader.get_param("name")
    assert str(header.make_header(header.decode_header(str(fallback)))) == name.replace('"', "'")
    body = parsed.get_body(("plain",))
    assert body is not None
    assert _lines(body) == MESSAGE.text


def test_an_attachment_name_cannot_climb_out_of_a_folder() -> None:
    (part,) = _parsed(replace(MESSAGE, attachments=(Attachment("../..\\x.xlsx", "no type", b"x"),))).iter_attachments()
    assert part.get_filename() == ".._.._x.xlsx"
    assert part.get_content_type() == "application/octet-stream"


PICTURE = Attachment("tinh-hinh.png", "image/png", b"\x89PNG" * 50, "0123456789abcdef@chart")


def test_a_picture_that_the_html_shows_stands_beside_it_and_not_among_the_files() -> None:
    parsed = _parsed(replace(MESSAGE, attachments=(PICTURE, samples.BLANK)))
    assert parsed.get_content_type() == "multipart/mixed"
    (file,) = parsed.iter_attachments()
    assert file.get_filename() == samples.BLANK.name
    alternative, _ = parsed.iter_parts()
    assert alternative.get_content_type() == "multipart/alternative"
    plain, related = alternative.iter_parts()
    assert _lines(plain) == MESSAGE.text
    assert related["Content-Type"].params["type"] == "text/html"
    html, picture = related.iter_parts()
    assert _lines(html) == MESSAGE.html
    assert (picture["Content-ID"], picture.get_content_disposition()) == ("<0123456789abcdef@chart>", "inline")
    assert (picture.get_filename(), picture.get_content()) == (PICTURE.name, PICTURE.data)


def test_a_letter_with_a_picture_alone_has_no_files() -> None:
    message = replace(MESSAGE, attachments=(PICTURE,))
    parsed = _parsed(message)
    assert parsed.get_content_type() == "multipart/alternative"
    assert list(parsed.iter_attachments()) == []
    html = parsed.get_body(("html",))
    assert html is not None
    assert _lines(html) == MESSAGE.html
    data = compose.compose(message)
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= compose.HEADER_LINE


@pytest.mark.parametrize("content_id", ["x", "a@b>\r\nBcc: victim@evil.example", "á@b", "<a@b>", "a" * 300 + "@b"])
def test_a_picture_with_an_ill_formed_id_goes_as_a_file(content_id: str) -> None:
    data = compose.compose(replace(MESSAGE, attachments=(replace(PICTURE, content_id=content_id),)))
    parsed = email.message_from_bytes(data, policy=policy.default)
    assert [part.get_filename() for part in parsed.iter_attachments()] == [PICTURE.name]  # type: ignore[attr-defined]
    assert b"Content-ID" not in data
    assert b"Bcc" not in data


def test_an_ascii_body_is_left_readable() -> None:
    data = compose.compose(replace(MESSAGE, text="Dear Sir,\n\n" + "word " * 40 + "\n.\nFrom a=b\n", html="<p>x</p>"))
    assert b"Content-Transfer-Encoding: quoted-printable\r\n\r\nDear Sir,\r\n" in data
    assert max(map(len, data.split(b"\r\n"))) <= compose.HEADER_LINE
    body = next(email.message_from_bytes(data, policy=policy.default).iter_parts())  # type: ignore[attr-defined]
    assert _lines(body) == ("Dear Sir,\n\n" + "word " * 40 + "\n.\nFrom a=b\n")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a b@x.example",
        "người@x.example",
        "a@x.example\r\nBcc: b@y",
        "a@",
        "@x",
        "a@-x.example",
        "a@x..y",
        "a" * 65 + "@x",
    ],
)
def test_an_address_that_no_plain_server_takes_is_refused(address: str) -> None:
    with pytest.raises(compose.AddressError):
        compose.compose(replace(MESSAGE, to=address))


def test_a_domain_in_vietnamese_becomes_its_ascii_form() -> None:
    assert compose.check_address("a@tỉnh.example") == "a@" + "tỉnh".encode("idna").decode() + ".example"


def test_answers_go_to_the_mailbox_where_the_sender_is_another_address() -> None:
    assert "Reply-To" not in _parsed(replace(MESSAGE, reply_to=MESSAGE.sender))
    assert _parsed(replace(MESSAGE, reply_to="bc@langson.example"))["Reply-To"] == "bc@langson.example"


@pytest.mark.parametrize(
    ("address", "can_be"),
    [
        ("phong@unit.example", True),
        ("phong@đơnvị.example", True),
        ("phòng@unit.example", False),
        ("no address", False),
        (f"{'a' * 65}@unit.example", False),
        ("phong@" + ".".join(["a" * 60] * 5), False),
    ],
)
def test_whether_a_plain_server_takes_an_address_is_known_before_a_letter_is_written(
    address: str, *, can_be: bool
) -> None:
    assert compose.can_be_written_to(address) is can_be
