"""Sending to a real SMTP server that is told to misbehave: what each answer means for the letter and for the others."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from notifications import smtp, smtp_errors
from notifications.smtp import Fate
from notifications.smtp_errors import SignInRefused, SmtpUnreachable, TlsRefused
from tests.servers import certificates
from tests.servers.meddler import Meddler
from tests.servers.smtp_sink import ACCEPT_AND_HANG_UP, HANG_UP, SENDER, STALL, SmtpSink
from tests.servers.tls_front import TlsFront

DATA = b"Subject: x\r\n\r\nKinh g\xe1\xbb\xadi\r\n.\r\n..\r\n.dot\r\n\r\n"
TO = "bao.cao@unit.example"
USERS = {"phong": "mật khẩu của phòng"}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> certificates.Certificate:
    certificates.require_openssl()
    return certificates.make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def trusted(certificate: certificates.Certificate, monkeypatch: pytest.MonkeyPatch) -> certificates.Certificate:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.authority))
    return certificate


@pytest.fixture
def sender(smtp_sink: SmtpSink) -> Iterator[smtp.Sender]:
    with smtp.Sender(smtp_sink.account(), timeout=1, dot_timeout=1) as way_out:
        yield way_out


def sentence_of(account: smtp.SmtpAccount, error: type[smtp_errors.SmtpError]) -> str:
    with pytest.raises(error) as caught:
        smtp.Sender(account, timeout=1).check()
    assert caught.type is error
    assert not account.password or account.password not in caught.value.sentence
    return caught.value.sentence


def test_a_letter_goes_out_byte_for_byte(smtp_sink: SmtpSink, sender: smtp.Sender) -> None:
    assert sender.send(TO, DATA).fate is Fate.SENT
    (letter,) = smtp_sink.letters
    assert (letter.mail_from, letter.rcpt_to, letter.data) == (SENDER, (TO,), DATA)


@pytest.mark.parametrize("data", [b".\r\n", b"..\r\n.\r\n", b"Subject: x\r\n\r\n\r\n.\r\n", b"a: b\r\n\r\nend"])
def test_dots_and_a_missing_last_line_end_survive(smtp_sink: SmtpSink, sender: smtp.Sender, data: bytes) -> None:
    assert sender.send(TO, data).fate is Fate.SENT
    assert smtp_sink.letters[0].data == (data if data.endswith(b"\r\n") else data + b"\r\n")


def test_many_letters_share_one_connection(smtp_sink: SmtpSink, sender: smtp.Sender) -> None:
    fates = {sender.send(f"unit{number}@unit.example", DATA).fate for number in range(30)}
    assert fates == {Fate.SENT}
    assert [letter.rcpt_to[0] for letter in smtp_sink.letters] == [f"unit{n}@unit.example" for n in range(30)]
    assert smtp_sink.connections == 1


# RFC 5321 §4.2.1, RFC 3463, RFC 4954; the last column: all letters wait.
REPLIES = [
    ("MAIL", "451 4.7.1 greylisted, come back", Fate.TEMPORARY, True),
    ("MAIL", "452 4.3.1 disk full", Fate.TEMPORARY, True),
    ("MAIL", "421 4.3.2 closing", Fate.TEMPORARY, True),
    ("MAIL", "550 5.7.1 this sender may not", Fate.TEMPORARY, True),
    ("MAIL", "530 5.7.0 sign in first", Fate.TEMPORARY, True),
    ("MAIL", "552 5.3.4 too large for us", Fate.PERMANENT, False),
    ("RCPT", "450 4.2.1 the box is busy", Fate.TEMPORARY, False),
    ("RCPT", "451 4.7.0 too fast", Fate.TEMPORARY, True),
    ("RCPT", "550 5.1.1 nobody of that name", Fate.PERMANENT, False),
    ("RCPT", "552 5.2.2 box full", Fate.PERMANENT, False),
    ("RCPT", "550 5.4.5 daily sending limit exceeded", Fate.TEMPORARY, True),
    ("RCPT", "550 no enhanced code", Fate.PERMANENT, False),
    ("DATA", "452 4.3.1 disk full", Fate.TEMPORARY, False),
    ("DATA", "554 5.7.1 looks like spam", Fate.PERMANENT, False),
    ("DATA", "554 5.7.0 content refused", Fate.PERMANENT, False),
    ("DATA", "552 5.7.0 rate limit", Fate.TEMPORARY, True),
    ("DATA", "550 5.4.5 daily sending limit exceeded", Fate.TEMPORARY, True),
    ("DATA", "421 4.4.2 closing", Fate.TEMPORARY, True),
]


@pytest.mark.parametrize(("step", "reply", "fate", "pause"), REPLIES)
def test_a_refusal_is_sorted_by_its_code(
    smtp_sink: SmtpSink, sender: smtp.Sender, step: str, reply: str, fate: Fate, pause: bool
) -> None:
    smtp_sink.script(step, reply, "")
    delivery = sender.send(TO, DATA)
    assert (delivery.fate, delivery.reason, delivery.pause) == (fate, reply, pause)
    assert smtp_sink.letters == []
    assert sender.send(TO, DATA).fate is Fate.SENT
    assert len(smtp_sink.letters) == 1


# Where the line breaks, or no reply can be read: before the final dot nothing was handed over, after it nobody knows.
# At MAIL nothing of the letter was said yet, and silence costs its whole time: both are not tried twice in a row.
BREAKS = [
    ("MAIL", HANG_UP, Fate.TEMPORARY, True, 0),
    ("MAIL", STALL, Fate.TEMPORARY, True, 0),
    ("MAIL", "not a reply", Fate.TEMPORARY, True, 0),
    ("MAIL", "354 go ahead", Fate.TEMPORARY, True, 0),
    ("RCPT", HANG_UP, Fate.TEMPORARY, False, 0),
    ("RCPT", STALL, Fate.TEMPORARY, True, 0),
    ("RCPT", "not a reply", Fate.TEMPORARY, False, 0),
    ("RCPT", "354 go ahead", Fate.TEMPORARY, False, 0),
    ("DATA", HANG_UP, Fate.AMBIGUOUS, False, 0),
    ("DATA", STALL, Fate.AMBIGUOUS, True, 0),
    ("DATA", "not a reply", Fate.AMBIGUOUS, False, 0),
    ("DATA", "354 go ahead", Fate.AMBIGUOUS, False, 0),
    ("DATA", ACCEPT_AND_HANG_UP, Fate.AMBIGUOUS, False, 1),
]


@pytest.mark.parametrize(("step", "event", "fate", "pause", "kept"), BREAKS)
def test_a_broken_line_is_sorted_by_where_it_broke(
    smtp_sink: SmtpSink, sender: smtp.Sender, step: str, event: str, fate: Fate, pause: bool, kept: int
) -> None:
    smtp_sink.script(step, event, "")
    delivery = sender.send(TO, DATA)
    assert (delivery.fate, delivery.pause, delivery.broke) == (fate, pause, step != "MAIL")
    assert len(smtp_sink.letters) == kept
    assert sender.send(TO, DATA).fate is Fate.SENT
    assert len(smtp_sink.letters) == kept + 1


@pytest.mark.parametrize("reply", ["250 2.0.0 kept", "251 will be forwarded", "200 ok"])
def test_any_answer_of_success_to_the_dot_is_success(smtp_sink: SmtpSink, sender: smtp.Sender, reply: str) -> None:
    """RFC 5321 §4.2.1: the first digit says it; a letter that was taken is not sent again for an odd code."""
    smtp_sink.script("DATA", reply)
    assert sender.send(TO, DATA).fate is Fate.SENT


def test_a_line_cut_within_the_letter_is_temporary(smtp_sink: SmtpSink) -> None:
    large = b"Subject: x\r\n\r\n" + b"0123456789\r\n" * 1_000_000

    def cut(chunk: bytes) -> bytes | None:
        return None if b"0123456789" in chunk else chunk

    with (
        Meddler(smtp_sink.port, on_command=cut) as wire,
        smtp.Sender(smtp_sink.account(port=wire.port), timeout=2, dot_timeout=2) as way_out,
    ):
        assert way_out.send(TO, large).fate is Fate.TEMPORARY
    assert smtp_sink.letters == []


@pytest.mark.parametrize("event", [HANG_UP, "421 4.4.2 idle for too long"])
def test_a_connection_that_idled_out_is_made_anew_and_the_letter_goes(
    smtp_sink: SmtpSink, sender: smtp.Sender, event: str
) -> None:
    assert sender.send(TO, DATA).fate is Fate.SENT
    smtp_sink.script("MAIL", event, "")
    assert sender.send(TO, DATA).fate is Fate.SENT
    assert (len(smtp_sink.letters), smtp_sink.connections) == (2, 2)


def test_a_server_that_is_gone_is_told_and_the_letter_is_not_lost_in_silence(smtp_sink: SmtpSink) -> None:
    with smtp.Sender(smtp_sink.account(), timeout=1) as way_out:
        assert way_out.send(TO, DATA).fate is Fate.SENT
        smtp_sink.stop()
        with pytest.raises(SmtpUnreachable, match="nothing listens there"):
            way_out.send(TO, DATA)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("tổ.trẻ.em@unit.example", "has letters outside ASCII before the @"),
        ("no-at-sign", "has no @"),
        ("a b@unit.example", "is not a mail address"),
        ("a@unit.example>\r\nRCPT TO:<b@unit.example", "is not a mail address"),
        ("a@unit.example\n", "is not a mail address"),
        ("<a@unit.example>", "is not a mail address"),
        ("@unit.example", "is not a mail address"),
        ("a@", "is not a mail address"),
        ("a@" + "x" * 64 + ".example", "is not a mail address"),
    ],
)
def test_an_address_that_cannot_be_written_to_is_permanent(
    smtp_sink: SmtpSink, sender: smtp.Sender, address: str, why: str
) -> None:
    delivery = sender.send(address, DATA)
    assert delivery.fate is Fate.PERMANENT
    assert why in delivery.reason
    assert "\n" not in delivery.reason
    assert smtp_sink.letters == []


def test_a_domain_with_accents_goes_as_a_labels(smtp_sink: SmtpSink, sender: smtp.Sender) -> None:
    assert sender.send("bao.cao@lạngsơn.example", DATA).fate is Fate.SENT
    assert smtp_sink.letters[0].rcpt_to == ("bao.cao@xn--lngsn-xob8703c.example",)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"a: b\n\nbody\r\n", "line ends that are not CRLF"),
        (b"a: b\r\n\r\n.\nMAIL FROM:<x@evil.example>\r\n", "line ends that are not CRLF"),
        (b"a: b\r\n\r\n.\rMAIL\r\n", "line ends that are not CRLF"),
        (b"a: b\r\n\r\nx\r\r\n", "line ends that are not CRLF"),
        (b"a: b\r\n\r\n" + b"x" * 999 + b"\r\n", "a line of more than 998 bytes"),
    ],
)
def test_a_letter_that_would_not_arrive_as_it_is_never_leaves(
    smtp_sink: SmtpSink, sender: smtp.Sender, data: bytes, why: str
) -> None:
    delivery = sender.send(TO, data)
    assert delivery.fate is Fate.PERMANENT
    assert why in delivery.reason
    assert smtp_sink.letters == []


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_letters_go_over_verified_tls_after_sign_in(trusted: certificates.Certificate, security: str) -> None:
    with SmtpSink(security, trusted, USERS) as sink, smtp.Sender(sink.account(), timeout=5) as way_out:
        assert way_out.send(TO, DATA).fate is Fate.SENT
    assert len(sink.letters) == 1


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_of_an_unknown_authority_is_refused(certificate: certificates.Certificate, security: str) -> None:
    with SmtpSink(security, certificate) as sink:
        sentence = sentence_of(sink.account(), TlsRefused)
    assert sentence == (
        f"The certificate of 127.0.0.1:{sink.port} is not to be trusted (self-signed certificate): check [smtp] "
        "`host`, or have the server's certificate put right; Rollcall does not send without."
    )


@pytest.mark.parametrize(
    ("names", "days", "why"), [("DNS:x.example", 30, "not valid for"), ("IP:127.0.0.1", -1, "expired")]
)
def test_a_certificate_for_another_name_or_time_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, smtp_sink: SmtpSink, names: str, days: int, why: str
) -> None:
    certificates.require_openssl()
    bad = certificates.make_certificate(tmp_path, names, days)
    monkeypatch.setenv("SSL_CERT_FILE", str(bad.authority))
    with TlsFront(bad) as front:
        assert why in sentence_of(smtp_sink.account(port=front.port, security="tls"), TlsRefused)


def test_tls_older_than_1_2_is_refused(trusted: certificates.Certificate, smtp_sink: SmtpSink) -> None:
    with TlsFront(trusted, ssl.TLSVersion.TLSv1_1) as front:
        sentence = sentence_of(smtp_sink.account(port=front.port, security="tls"), TlsRefused)
    assert sentence.startswith("There is no TLS at ")


def test_a_port_without_tls_is_told(smtp_sink: SmtpSink) -> None:
    assert sentence_of(smtp_sink.account(security="tls"), TlsRefused).startswith("There is no TLS at ")
    sentence = sentence_of(smtp_sink.account(security="starttls"), TlsRefused)
    assert sentence == (
        f'The server 127.0.0.1:{smtp_sink.port} does not take STARTTLS: set [smtp] `security` to "tls" and `port` to '
        "465, or ask who runs the server; Rollcall does not send without TLS."
    )


def test_a_plain_connection_is_for_this_machine_alone() -> None:
    account = smtp.SmtpAccount("smtp.office.example", 25, "none", SENDER)
    assert "would travel in the clear to smtp.office.example:25" in sentence_of(account, TlsRefused)


def test_a_wrong_password_is_told_with_what_to_do() -> None:
    with SmtpSink(users=USERS) as sink:
        sentence = sentence_of(sink.account(password="sai"), SignInRefused)
    assert sentence == (
        f'The server 127.0.0.1:{sink.port} refuses the sign-in of "phong" (535 5.7.8 Authentication credentials '
        "invalid): check [smtp] `user` and its password; an app password ends when the account's own password is "
        "changed."
    )


def test_a_server_that_offers_only_login_is_signed_in_to() -> None:
    with SmtpSink(users=USERS) as sink:
        with Meddler(sink.port, on_answer=lambda said: said.replace(b"AUTH LOGIN PLAIN", b"AUTH LOGIN")) as wire:
            smtp.Sender(sink.account(port=wire.port), timeout=2).check()
        with Meddler(sink.port, on_answer=lambda said: said.replace(b"AUTH LOGIN PLAIN", b"AUTH XOAUTH2")) as wire:
            sentence = sentence_of(sink.account(port=wire.port), SignInRefused)
    assert "offers no sign-in by password" in sentence


def test_a_sign_in_that_fails_for_now_is_no_wrong_password() -> None:
    def later(said: bytes) -> bytes:
        return b"454 4.7.0 try later\r\n" if said.startswith(b"235") else said

    with SmtpSink(users=USERS) as sink, Meddler(sink.port, on_answer=later) as wire:
        assert "it said 454 4.7.0 try later" in sentence_of(sink.account(port=wire.port), SmtpUnreachable)


def test_hosts_that_do_not_answer_are_told_apart(smtp_sink: SmtpSink, free_port: int) -> None:
    unknown = sentence_of(smtp_sink.account(host="smtp.invalid", security="tls"), SmtpUnreachable)
    assert unknown == (
        f"Letters cannot be sent through smtp.invalid:{smtp_sink.port}: the host name is not known; check [smtp] "
        "`host`, `port` and the network if this lasts, what is owed stays queued."
    )
    assert "nothing listens there" in sentence_of(smtp_sink.account(port=free_port), SmtpUnreachable)
    with Meddler(smtp_sink.port, on_answer=lambda _: b"") as wire:
        assert "no answer came in time" in sentence_of(smtp_sink.account(port=wire.port), SmtpUnreachable)
    with Meddler(smtp_sink.port, on_answer=lambda _: b"554 not you\r\n") as wire:
        assert "it said 554 not you" in sentence_of(smtp_sink.account(port=wire.port), SmtpUnreachable)


def test_a_check_sends_nothing(smtp_sink: SmtpSink) -> None:
    smtp.Sender(smtp_sink.account()).check()
    assert (smtp_sink.letters, smtp_sink.connections) == ([], 1)


def test_a_password_is_not_shown_with_its_account() -> None:
    assert USERS["phong"] not in repr(SmtpSink(users=USERS).account())
