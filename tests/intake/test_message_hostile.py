"""Any bytes give a message, in bounded time; well-formed mails are read as the standard library reads them."""

import email
import email.policy
import time
import unicodedata

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from intake import message


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=2000))
@example(b"\n")
@example(b"\r")
@example(b"From ")
@example(b"Content-Type: multipart/mixed; boundary=a\n\n--a\n--a--")
@example(b"Content-Type: multipart/mixed; boundary=a\n\n--a")
def test_any_bytes_give_a_message(raw):
    found = message.parse(raw)
    for text in (
        found.text,
        found.quoted,
        found.headers.subject,
        found.headers.from_name,
        *(leaf.name for leaf in found.leaves),
    ):
        text.encode()


PIECES = st.sampled_from(
    [
        b"Content-Type: multipart/mixed; boundary=a\r\n",
        b'Content-Type: multipart/related; boundary="b"\r\n',
        b"Content-Type: message/rfc822\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Disposition: attachment; filename*0*=utf-8''%C3; filename*1*=%A1\r\n",
        b"From: =?utf-8?b?w6E=?= <a@b.example>\r\n",
        b"\r\n",
        b"--a\r\n",
        b"--a--\r\n",
        b"--b\n",
        b"--b--",
        b"QUJD\r\n",
        b"<blockquote><",
        b"\x00\xff",
        b" folded\r\n",
    ]
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, max_size=60))
def test_any_order_of_mail_pieces_gives_a_message(pieces):
    assert message.parse(b"".join(pieces)).headers.to == ()


FILE_NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z", "M"], exclude_characters='/\\:"'),
    min_size=1,
    max_size=80,
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(FILE_NAMES, st.binary(min_size=1, max_size=300)), max_size=4),
    st.text(st.characters(codec="utf-8", exclude_categories=["C"], exclude_characters="<>"), max_size=200),
    st.booleans(),
)
def test_well_formed_mails_are_read_as_the_standard_library_reads_them(files, text, nested):
    made = email.message.EmailMessage()
    made["From"] = "a@unit.example"
    made.set_content(f"Kính gửi\n{text}\n")
    for name, data in files:
        made.add_attachment(data, maintype="application", subtype="octet-stream", filename=f"{name}.xlsx")
    if nested:
        outer = email.message.EmailMessage()
        outer["From"] = "b@unit.example"
        outer.set_content("x")
        outer.add_attachment(made)
        made = outer
    raw = made.as_bytes(policy=email.policy.SMTP)
    theirs = [
        (unicodedata.normalize("NFC", part.get_filename()), part.get_payload(decode=True))
        for part in email.message_from_bytes(raw, policy=email.policy.default).walk()
        if part.get_filename() and not part.is_multipart()
    ]
    assert [(leaf.name, leaf.data) for leaf in message.parse(raw).leaves] == theirs


@pytest.mark.parametrize(
    "raw",
    [
        b"From: " + b"a" * 60_000,
        b"From: " + b"<" * 60_000,
        b'From: "' + b"\\" * 60_000,
        b"From: " + b"=?utf-8?q?" * 10_000,
        b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a" * 500_000,
        b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--ab\n" * 500_000,
        b"Content-Type: x/y" + b";" * 500_000,
        b"Content-Type: x/y" + b';a="' * 100_000,
        b"Content-Type: x/y; a=" + b"\\" * 500_000,
        b"Content-Type: text/html\n\n" + b"<!--" * 500_000,
        b"Content-Type: text/html\n\n" + b"<a '" * 500_000,
        b"Content-Type: text/html\n\n" + b"<a '>' " * 300_000,
        b"Content-Type: text/html\n\n" + b"<a '" * 300_000 + b">",
        b"Content-Type: text/html\n\n" + b"</title x" * 300_000 + b">",
        b"Content-Type: text/html\n\n" + b"<title>" * 300_000,
        b"Content-Type: text/html\n\n" + b"<style></style " * 300_000,
        b"Content-Type: text/html\n\n" + b"<script>" * 500_000,
        b"Content-Type: text/html\n\n" + b"<blockquote>" * 500_000,
        b"Content-Type: text/html\n\n" + b"&" * 2_000_000,
        b"Content-Type: text/html\n\n&#" + b"9" * 100_000 + b"; &#x" + b"f" * 100_000,
        b"\n" + b"On 1 " * 500_000,
        b"\n" + b"On 1\n" * 500_000,
        b"\n" + b"From: x\n" * 500_000,
        b"\n" + b"----" * 500_000,
        b"\n" + b"begin 644 \n" * 300_000,
        b"Content-Transfer-Encoding: base64\n\n" + b"QQ==" * 500_000,
        b"a" * 3_000_000,
        b"\n " * 1_000_000,
    ],
    ids=lambda raw: repr(raw[:24]),
)
def test_hostile_repetition_takes_bounded_time(raw):
    started = time.perf_counter()
    message.parse(raw)
    assert time.perf_counter() - started < 2.0
