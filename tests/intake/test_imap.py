"""Connecting and signing in: what is refused, in which words, and what is never given up."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import imapclient
import pytest

from intake import imap, mailbox, mailbox_errors
from intake.mailbox_errors import MailboxUnreachable, SignInRefused, TlsRefused
from tests.servers import certificates
from tests.servers.dovecot import PASSWORD, DovecotServer
from tests.servers.meddler import Meddler
from tests.servers.tls_front import TlsFront


@pytest.fixture
def trusted(dovecot: DovecotServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[DovecotServer]:
    """The shared Dovecot, its certificate trusted as an authority of this machine would be."""
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate.authority))
    return dovecot


def connect(account: mailbox.MailboxAccount, timeout: float = 2) -> tuple[str, ...]:
    with mailbox.Mailbox(account, timeout) as box:
        return box.folders()


def sentence_of(account: mailbox.MailboxAccount, error: type[mailbox_errors.MailboxError]) -> str:
    with pytest.raises(error) as caught:
        connect(account)
    assert caught.type is error
    assert PASSWORD not in caught.value.sentence
    return caught.value.sentence


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_verified_certificate_is_accepted(
    trusted: DovecotServer, mailbox_user: str, security: str, host: str
) -> None:
    port = trusted.tls_port if security == "tls" else trusted.port
    assert connect(trusted.account(mailbox_user, host=host, port=port, security=security)) == ("INBOX", "Junk")


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_of_an_unknown_authority_is_refused(
    dovecot: DovecotServer, mailbox_user: str, security: str
) -> None:
    port = dovecot.tls_port if security == "tls" else dovecot.port
    sentence = sentence_of(dovecot.account(mailbox_user, port=port, security=security), TlsRefused)
    assert sentence == (
        f"The certificate of 127.0.0.1:{port} is not to be trusted (self-signed certificate): check `host` of mailbox "
        "main, or have the server's certificate put right; Rollcall does not connect without."
    )


def test_a_certificate_for_another_name_is_refused(
    dovecot: DovecotServer, mailbox_user: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = certificates.make_certificate(tmp_path, "DNS:mail.other.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(other.authority))
    with TlsFront(other) as front:
        sentence = sentence_of(dovecot.account(mailbox_user, port=front.port, security="tls"), TlsRefused)
    assert "certificate is not valid for '127.0.0.1'" in sentence


def test_an_expired_certificate_is_refused(
    dovecot: DovecotServer, mailbox_user: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expired = certificates.make_certificate(tmp_path, days=-1)
    monkeypatch.setenv("SSL_CERT_FILE", str(expired.authority))
    with TlsFront(expired) as front:
        sentence = sentence_of(dovecot.account(mailbox_user, port=front.port, security="tls"), TlsRefused)
    assert "certificate has expired" in sentence


def test_tls_older_than_1_2_is_refused(dovecot: DovecotServer, mailbox_user: str, trusted: DovecotServer) -> None:
    with TlsFront(trusted.certificate, ssl.TLSVersion.TLSv1_1) as front:
        sentence = sentence_of(dovecot.account(mailbox_user, port=front.port, security="tls"), TlsRefused)
    assert sentence.startswith(f"There is no TLS at 127.0.0.1:{front.port}")


def test_a_port_without_tls_is_told_apart_from_a_dead_one(trusted: DovecotServer, mailbox_user: str) -> None:
    sentence = sentence_of(trusted.account(mailbox_user, security="tls"), TlsRefused)
    assert sentence.startswith(f"There is no TLS at 127.0.0.1:{trusted.port} (")
    assert '("tls" usually goes with 993, "starttls" with 143)' in sentence


def test_a_server_that_hides_starttls_gets_no_password(trusted: DovecotServer, mailbox_user: str) -> None:
    said: list[bytes] = []

    def listen(command: bytes) -> bytes:
        said.append(command)
        return command

    def strip(answer: bytes) -> bytes:
        return answer.replace(b"STARTTLS", b"XSTRTTLS")

    with Meddler(trusted.port, listen, strip) as wire:
        sentence = sentence_of(trusted.account(mailbox_user, port=wire.port, security="starttls"), TlsRefused)
    assert "does not take STARTTLS" in sentence
    assert not any(b"AUTHENTICATE" in command or b"LOGIN" in command for command in said)


def test_a_plain_connection_is_for_this_machine_alone() -> None:
    account = mailbox.MailboxAccount("main", "a@office.example", "imap.office.example", 143, "none", "a", PASSWORD)
    sentence = sentence_of(account, TlsRefused)
    assert sentence == (
        "Mailbox main would send its password in the clear to imap.office.example:143: set `security` to "
        '"tls" or "starttls" ("none" is for this machine alone).'
    )


def test_a_wrong_password_is_told_with_what_to_do(dovecot: DovecotServer, mailbox_user: str) -> None:
    account = dovecot.account(mailbox_user, password="wrong-one")
    sentence = sentence_of(account, SignInRefused)
    assert sentence == (
        f'The server 127.0.0.1:{dovecot.port} refuses the sign-in of "{mailbox_user}" to mailbox main '
        "([AUTHENTICATIONFAILED] Authentication failed): check `user` and its password; an app password ends when the "
        "account's own password is changed."
    )


@pytest.mark.parametrize("password", ["mật khẩu", 'quo"te\\', "two words", "", "a\r\nb LOGOUT"])
def test_any_password_reaches_the_server_as_it_is(dovecot: DovecotServer, mailbox_user: str, password: str) -> None:
    with pytest.raises(SignInRefused) as caught:
        connect(dovecot.account(mailbox_user, password=password))
    assert not password or password not in caught.value.sentence


def test_a_server_that_refuses_sign_ins_for_now_is_no_wrong_password(dovecot: DovecotServer, mailbox_user: str) -> None:
    def refuse(answer: bytes) -> bytes:
        tag = answer.rstrip().rsplit(b"\r\n", 1)[-1].split()[0]
        return tag + b" NO [UNAVAILABLE] try later\r\n" if b"Logged in" in answer else answer

    with Meddler(dovecot.port, on_answer=refuse) as wire:
        sentence = sentence_of(dovecot.account(mailbox_user, port=wire.port), MailboxUnreachable)
    assert "refuses for now ([UNAVAILABLE] try later)" in sentence


def test_an_unknown_host_is_told(dovecot: DovecotServer, mailbox_user: str) -> None:
    sentence = sentence_of(dovecot.account(mailbox_user, host="imap.invalid", security="tls"), MailboxUnreachable)
    assert sentence == (
        f"Mailbox main cannot be read at imap.invalid:{dovecot.port}: the host name is not known; check `host`, `port` "
        "and the network if this lasts, Rollcall tries again at the next pass."
    )


def test_a_dead_port_is_told(dovecot: DovecotServer, mailbox_user: str, free_port: int) -> None:
    sentence = sentence_of(dovecot.account(mailbox_user, port=free_port), MailboxUnreachable)
    assert f"127.0.0.1:{free_port}: nothing listens there; check" in sentence


def test_a_silent_server_does_not_hold_us_for_ever(dovecot: DovecotServer, mailbox_user: str) -> None:
    with Meddler(dovecot.port, on_answer=lambda answer: answer if b"OK [CAPABILITY" in answer else b"") as wire:
        sentence = sentence_of(dovecot.account(mailbox_user, port=wire.port), MailboxUnreachable)
    assert "no answer came in time" in sentence


@pytest.mark.parametrize("greeting", [b"* BYE too many connections\r\n", b"220 smtp here\r\n", b"\x00\xff\r\n"])
def test_a_strange_greeting_ends_in_a_sentence(dovecot: DovecotServer, mailbox_user: str, greeting: bytes) -> None:
    with Meddler(dovecot.port, on_answer=lambda _: greeting) as wire:
        sentence = sentence_of(dovecot.account(mailbox_user, port=wire.port), MailboxUnreachable)
    assert sentence.startswith(f"Mailbox main cannot be read at 127.0.0.1:{wire.port}: the connection failed (")


@pytest.mark.parametrize(
    ("truth", "lie"),
    [
        (b"UIDVALIDITY ", b"UIDVALIDITY x"),
        (b"* SEARCH 1", b"* SEARCH one"),
        (b"EXISTS", b"\xff\xfe"),
        (b"RFC822.SIZE", b")(((("),
        (b"* 1 FETCH", b"* 99999999999999999999 FETCH"),
    ],
)
def test_garbled_answers_end_in_a_sentence_or_a_vanished_mail(
    dovecot: DovecotServer, mailbox_user: str, truth: bytes, lie: bytes
) -> None:
    dovecot.append(mailbox_user, b"Subject: x\r\n\r\n", datetime(2019, 7, 4, tzinfo=UTC))
    accounted: list[int] = []
    sentence = ""
    with Meddler(dovecot.port, on_answer=lambda answer: answer.replace(truth, lie)) as wire:
        try:
            with mailbox.Mailbox(dovecot.account(mailbox_user, port=wire.port), timeout=2) as box:
                accounted = [
                    uid for b in box.batches("INBOX", None) for uid in (*b.vanished, *(m.uid for m in b.mails))
                ]
        except MailboxUnreachable as error:
            sentence = error.sentence
    assert accounted == [1] or "ailbox main" in sentence


def test_imapclient_is_made_lean(dovecot: DovecotServer, mailbox_user: str) -> None:
    """Guards the private attributes that make_lean touches: a fetch is 7.5 times slower as imapclient is shipped."""
    with imapclient.IMAPClient("127.0.0.1", dovecot.port, ssl=False) as as_shipped:
        assert as_shipped._imap.debug == 5
    connection = imap.Connection(dovecot.account(mailbox_user))
    assert connection._client._imap.debug == 0
    assert connection._client.normalise_times is False
    with pytest.raises(imapclient.exceptions.IMAPClientAbortError, match="literal of"):
        connection._client._imap.read(imap.MAX_LITERAL + 1)
    connection.close()


def test_a_password_is_not_shown_with_its_account(dovecot: DovecotServer) -> None:
    assert PASSWORD not in repr(dovecot.account("anna"))


def test_the_connection_is_used_only_inside_its_with(dovecot: DovecotServer) -> None:
    with pytest.raises(RuntimeError, match="inside its"):
        mailbox.Mailbox(dovecot.account("anna")).folders()
