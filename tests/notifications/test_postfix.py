"""Every letter through a real Postfix, signed in to over TLS: what arrives is what was written, byte for byte."""

import email
from collections.abc import Iterator

import pytest

from notifications import smtp, smtp_errors
from notifications.smtp import Fate
from roll.letters import Letter
from tests.notifications import samples
from tests.servers.dovecot import DovecotServer
from tests.servers.postfix import SENDER, UNKNOWN, Delivered, PostfixServer, require_postfix

TO, COPY, GONE = "bao.cao@unit.example", "van.phong@unit.example", f"{UNKNOWN}@unit.example"


@pytest.fixture(scope="module")
def postfix(dovecot: DovecotServer) -> Iterator[PostfixServer]:
    require_postfix()
    with PostfixServer(dovecot) as server:
        yield server


@pytest.fixture(autouse=True)
def trusted(postfix: PostfixServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(postfix.certificate.authority))


@pytest.fixture
def sender(postfix: PostfixServer) -> Iterator[smtp.Sender]:
    with smtp.Sender(postfix.account(), timeout=10) as way_out:
        yield way_out


def addressees(letter: Letter) -> set[str]:
    return {address for address in (letter.to, letter.cc) if address}


def message_id(data: bytes) -> str:
    return str(email.message_from_bytes(data)["Message-ID"])


@pytest.mark.parametrize("language", samples.LANGUAGES)
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_every_letter_arrives_byte_for_byte(postfix: PostfixServer, language: str, security: str) -> None:
    letters = samples.letters(language).values()
    with smtp.Sender(postfix.account(security), timeout=10) as way_out:
        fates = {way_out.send(letter.to, letter.data, letter.cc).fate for letter in letters}
    assert fates == {Fate.SENT}
    arrived: dict[str, list[Delivered]] = {}
    for each in postfix.take(sum(len(addressees(letter)) for letter in letters)):
        arrived.setdefault(message_id(each.letter), []).append(each)
    assert set(arrived) == {letter.message_id for letter in letters}
    for letter in letters:
        copies = arrived[letter.message_id]
        assert {copy.trace[b"Delivered-To"].decode() for copy in copies} == addressees(letter)
        for copy in copies:
            assert copy.letter == letter.data.replace(b"\r\n", b"\n")
            assert copy.trace[b"Return-Path"] == f"<{SENDER}>".encode()
            assert b"with ESMTPSA" in copy.trace[b"Received"], "over TLS, signed in (RFC 3848)"


def test_dots_long_lines_and_eight_bits_arrive_as_they_are(postfix: PostfixServer, sender: smtp.Sender) -> None:
    names = b"From: a@office.example\r\nTo: b@unit.example\r\n"
    marks = b"Date: Wed, 03 Jul 2019 15:21:00 +0700\r\nMessage-ID: <1@office.example>\r\n"
    data = names + marks + b"\r\n.\r\n..\r\n.dot\r\nKinh g\xe1\xbb\xadi\r\n" + b"x" * 998 + b"\r\n\r\n"
    assert sender.send(TO, data).fate is Fate.SENT
    (arrived,) = postfix.take(1)
    assert arrived.letter == data.replace(b"\r\n", b"\n")


def test_a_copy_reaches_both_with_one_letter(postfix: PostfixServer, sender: smtp.Sender) -> None:
    letter = samples.letters("vi")["reminder-copied"]
    assert sender.send(TO, letter.data, COPY).copy is None
    assert {each.trace[b"Delivered-To"].decode() for each in postfix.take(2)} == {TO, COPY}


def test_a_copy_that_postfix_does_not_know_is_refused_and_the_first_arrives(
    postfix: PostfixServer, sender: smtp.Sender
) -> None:
    delivery = sender.send(TO, samples.letters("vi")["reminder-copied"].data, GONE)
    assert delivery.fate is Fate.SENT
    assert delivery.copy is not None
    assert delivery.copy.refuses_address
    assert delivery.copy.reason.startswith(f"550 5.1.1 <{GONE}>: Recipient address rejected: User unknown")
    (arrived,) = postfix.take(1)
    assert arrived.trace[b"Delivered-To"] == TO.encode()


def test_an_address_that_postfix_does_not_know_is_dead_and_the_next_letter_goes(
    postfix: PostfixServer, sender: smtp.Sender
) -> None:
    data = samples.letters("vi")["reminder-week"].data
    delivery = sender.send(GONE, data, COPY)
    assert (delivery.fate, delivery.refuses_address) == (Fate.PERMANENT, True)
    assert sender.send(TO, data).fate is Fate.SENT
    (arrived,) = postfix.take(1)
    assert arrived.trace[b"Delivered-To"] == TO.encode()


def test_a_letter_larger_than_postfix_takes_is_refused_before_it_travels(
    postfix: PostfixServer, sender: smtp.Sender
) -> None:
    large = b"Subject: x\r\n\r\n" + (b"0" * 78 + b"\r\n") * (41 * 1024 * 1024 // 80)
    delivery = sender.send(TO, large)
    assert (delivery.fate, delivery.pause) == (Fate.PERMANENT, False)
    assert delivery.reason.startswith("552 5.3.4 Message size exceeds fixed limit")
    assert postfix.logs("reject: MAIL from"), "by its announced size alone (RFC 1870)"


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_wrong_password_is_told_apart_from_a_server_that_is_down(postfix: PostfixServer, security: str) -> None:
    with pytest.raises(smtp_errors.SignInRefused, match=r"535 5\.7\.8"):
        smtp.Sender(postfix.account(security, password="sai"), timeout=10).check()
    smtp.Sender(postfix.account(security), timeout=10).check()
