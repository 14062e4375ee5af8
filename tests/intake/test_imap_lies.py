"""Lies and injections on the line, and the network below it: refused, dead, cut, slow, without trustworthy TLS.

The numbers are those of the rows of the fault catalogue, section 2.1.
"""

import socket
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from intake import mailbox, mailbox_errors
from tests.intake.reception import Reception
from tests.servers import certificates, ports
from tests.servers.dovecot import DovecotServer
from tests.servers.scripted_imap import HANG_UP, NOON, ScriptedImap, letter
from tests.servers.tls_front import TlsFront


@pytest.fixture
def server() -> Iterator[ScriptedImap]:
    """A server with three mails."""
    with ScriptedImap() as scripted:
        for number in range(3):
            scripted.deliver(letter(number), NOON)
        yield scripted


def lie_about_the_second(announced: int) -> Callable[[bytes], bytes]:
    """Return what announces another length for the literal of UID 2, wherever it stands in an answer."""
    truth = b"UID 2 BODY[] {%d}" % len(letter(1))
    return lambda answer: answer.replace(truth, b"UID 2 BODY[] {%d}" % announced)


@pytest.mark.parametrize("announced", [0, 3, 5_000, 2_147_483_647, 9_999_999_999_999_999_999])
def test_a_literal_that_lies_costs_its_own_mail_alone_and_no_memory(
    server: ScriptedImap, tmp_path: Path, announced: int
) -> None:
    """Row 18: the mail is asked for again at each pass, and staff are told which it is."""
    server.faults = [("BODIES", lie_about_the_second(announced))] * 3
    reception = Reception(tmp_path, (server.account(),), read_timeout=0.3)
    told = reception.take_in().troubles
    if announced in (0, 3):
        server.faults = []
    assert letter(0) in reception.mails()
    assert letter(2) in reception.mails()
    assert told == [] or "UID 2" in told[0]
    server.faults = []
    reception.take_in_all()
    assert {letter(0), letter(1), letter(2)} <= set(reception.mails())


def test_an_answer_without_end_is_cut(server: ScriptedImap) -> None:
    """Row 18: a server that talks for ever fills no memory and holds no pass."""
    server.faults = [("LIST", lambda answer: b"* LIST () " + b"x" * 2_000_000 + b"\r\n" + answer)]
    with pytest.raises(mailbox_errors.MailboxUnreachable), mailbox.Mailbox(server.account(), 2) as box:
        box.folders()


@pytest.mark.parametrize("field", ["Message_ID", "Subject", "In_Reply_To"])
def test_no_text_of_a_mail_ever_comes_into_a_command(server: ScriptedImap, tmp_path: Path, field: str) -> None:
    """Row 19: imaplib sends line breaks within arguments as they are (CVE-2025-15366)."""
    server.deliver(letter(7, **{field: "<x@u.example>\r\n A9 DELETE INBOX"}), NOON)
    server.deliver(letter(8, **{field: '"INBOX" {3}\r\n (\\Deleted)'}), NOON, "Archive")
    reception = Reception(tmp_path, (server.account(),))
    reception.take_in()
    reception.take_in(timedelta(days=1))
    said = " ".join(command for _, command in server.commands)
    assert not [word for word in ("DELETE", "x@u.example", "Deleted") if word in said]


@pytest.mark.parametrize("name", ["INBOX\r\nA9 DELETE INBOX", 'x" (UIDNEXT)\r\nA9 NOOP', "x\n{5}", "\0"])
def test_a_folder_name_with_a_line_break_stays_one_argument(server: ScriptedImap, name: str) -> None:
    """Row 19: whether config.toml or the server gives it."""
    server.folders[name] = server.folders["INBOX"]
    with mailbox.Mailbox(server.account(), 1) as box:
        assert [mail.data for batch in box.batches(name, None) for mail in batch.mails] == [
            letter(number) for number in range(3)
        ]
    said = [command.split(" ")[1] for _, command in server.commands]
    assert not {"DELETE", "NOOP"} & set(said)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_server_of_the_office_s_own_authority_is_read_under_its_name_alone(
    dovecot: DovecotServer, mailbox_user: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    """Row 21, on Dovecot: trusted once its authority is; never without."""
    dovecot.append(mailbox_user, letter(1), NOON)
    port = dovecot.tls_port if security == "tls" else dovecot.port
    account = dovecot.account(mailbox_user, host="localhost", port=port, security=security)
    reception = Reception(tmp_path, (account,), read_timeout=10)
    assert "is not to be trusted" in reception.take_in().troubles[0]
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate.authority))
    assert reception.take_in().received == 1


@pytest.mark.parametrize(("names", "days"), [("DNS:mail.other.example", 30), (certificates.GOOD_NAMES, -1)])
def test_no_password_goes_out_under_a_certificate_that_is_wrong_however_often_it_is_tried(
    dovecot: DovecotServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: str, days: int
) -> None:
    """Row 21: another name, and expired; the answer is never a plain line."""
    wrong = certificates.make_certificate(tmp_path / "tls", names, days)
    monkeypatch.setenv("SSL_CERT_FILE", str(wrong.authority))
    with TlsFront(wrong) as front:
        reception = Reception(tmp_path, (dovecot.account("anna", port=front.port, security="tls"),))
        for _ in range(3):
            assert "is not to be trusted" in reception.take_in().troubles[0]
        assert front.accepted == 0


def refused() -> tuple[str, int]:
    return ports.LOOPBACK, ports.free_port()


def unknown() -> tuple[str, int]:
    return "imap.invalid", 993


@pytest.mark.parametrize("where", [refused, unknown])
def test_a_network_that_is_down_is_told_and_what_came_meanwhile_is_taken_in_afterwards(
    server: ScriptedImap, tmp_path: Path, where: Callable[[], tuple[str, int]]
) -> None:
    """Network: nothing listens, and no DNS."""
    host, port = where()
    security = "none" if host == ports.LOOPBACK else "tls"
    reception = Reception(tmp_path, (server.account(host=host, port=port, security=security),))
    done = reception.take_in()
    assert (done.complete, done.mailboxes_failed) == (False, 1)
    assert "cannot be read" in done.troubles[0]
    reception.accounts = (server.account(),)
    reception.open()
    assert reception.take_in().received == 3


def test_a_network_that_swallows_everything_holds_a_pass_no_longer_than_a_connect_may_take(tmp_path: Path) -> None:
    """Network: a black hole, here a listener whose queue is full, so that no handshake ends."""
    with socket.create_server((ports.LOOPBACK, 0), backlog=0) as hole:
        port = hole.getsockname()[1]
        crowd = [socket.socket() for _ in range(8)]
        for each in crowd:
            each.setblocking(False)
            each.connect_ex((ports.LOOPBACK, port))
        account = mailbox.MailboxAccount("main", "a@office.example", ports.LOOPBACK, port, "none", "a", "b")
        reception = Reception(tmp_path, (account,), read_timeout=0.5)
        began = time.monotonic()
        assert "no answer came in time" in reception.take_in().troubles[0]
        assert time.monotonic() - began < 3
        for each in crowd:
            each.close()


def test_no_line_is_open_while_a_mail_is_looked_into(server: ScriptedImap, tmp_path: Path) -> None:
    """Required of every pass: hours of parsing meet no server that hung up meanwhile."""
    reception = Reception(tmp_path, (server.account(),))
    server.faults = [("LOGOUT", HANG_UP)]
    assert reception.take_in().received == 3
    end = time.monotonic() + 5
    while server.now_open():
        assert time.monotonic() < end
        time.sleep(0.01)
