"""Letters with a second addressee: one transaction for both, and what a refusal of either means for the other."""

from collections.abc import Iterator

import pytest

from notifications import smtp
from notifications.smtp import Delivery, Fate
from tests.servers.smtp_sink import HANG_UP, SmtpSink

DATA = b"Subject: x\r\n\r\nKinh g\xe1\xbb\xadi\r\n"
TO, COPY = "bao.cao@unit.example", "van.phong@unit.example"


@pytest.fixture
def sender(smtp_sink: SmtpSink) -> Iterator[smtp.Sender]:
    with smtp.Sender(smtp_sink.account(), timeout=1, dot_timeout=1) as way_out:
        yield way_out


def got(sink: SmtpSink) -> list[tuple[str, ...]]:
    return [letter.rcpt_to for letter in sink.letters]


def test_both_addressees_get_the_letter_in_one_transaction(smtp_sink: SmtpSink, sender: smtp.Sender) -> None:
    assert sender.send(TO, DATA, COPY) == Delivery(Fate.SENT, "2.0.0 kept")
    (letter,) = smtp_sink.letters
    assert (letter.rcpt_to, letter.data) == ((TO, COPY), DATA)


def test_a_letter_after_one_with_a_copy_goes_to_its_own_addressee_alone(
    smtp_sink: SmtpSink, sender: smtp.Sender
) -> None:
    sender.send(TO, DATA, COPY)
    sender.send("khac@unit.example", DATA)
    assert got(smtp_sink) == [(TO, COPY), ("khac@unit.example",)]


# RFC 5321 §4.2.1, RFC 3463: what the server says of the second address, its fate, and whether the address is dead.
REFUSED_COPIES = [
    ("550 5.1.1 nobody of that name", Fate.PERMANENT, True),
    ("552 5.2.2 box full", Fate.PERMANENT, False),
    ("451 4.4.0 later", Fate.TEMPORARY, False),
]


@pytest.mark.parametrize(("reply", "fate", "dead"), REFUSED_COPIES)
def test_a_refused_copy_does_not_keep_the_first_from_his_letter(
    smtp_sink: SmtpSink, sender: smtp.Sender, reply: str, fate: Fate, dead: bool
) -> None:
    smtp_sink.script("RCPT", "", reply, "")
    copy = Delivery(fate, reply, refuses_address=dead)
    assert sender.send(TO, DATA, COPY) == Delivery(Fate.SENT, "2.0.0 kept", copy=copy)
    assert sender.send(TO, DATA, COPY).copy is None
    assert (got(smtp_sink), smtp_sink.connections) == ([(TO,), (TO, COPY)], 1)


@pytest.mark.parametrize("reply", ["421 4.3.2 closing", "550 5.4.5 daily sending limit exceeded", "451 4.7.0 too fast"])
def test_a_copy_refused_for_the_sake_of_the_account_keeps_the_whole_letter_back(
    smtp_sink: SmtpSink, sender: smtp.Sender, reply: str
) -> None:
    smtp_sink.script("RCPT", "", reply, "")
    assert sender.send(TO, DATA, COPY) == Delivery(Fate.TEMPORARY, reply, pause=True)
    assert got(smtp_sink) == []
    assert sender.send(TO, DATA, COPY).fate is Fate.SENT
    assert got(smtp_sink) == [(TO, COPY)]


def test_a_line_that_breaks_at_the_copy_leaves_the_whole_letter_for_later(
    smtp_sink: SmtpSink, sender: smtp.Sender
) -> None:
    smtp_sink.script("RCPT", "", HANG_UP, "")
    delivery = sender.send(TO, DATA, COPY)
    assert (delivery.fate, delivery.broke, delivery.copy) == (Fate.TEMPORARY, True, None)
    assert got(smtp_sink) == []


def test_a_refused_first_addressee_takes_his_copy_with_him(smtp_sink: SmtpSink, sender: smtp.Sender) -> None:
    reply = "550 5.1.1 nobody of that name"
    smtp_sink.script("RCPT", reply, "")
    assert sender.send(TO, DATA, COPY) == Delivery(Fate.PERMANENT, reply, refuses_address=True)
    assert got(smtp_sink) == []


@pytest.mark.parametrize("reply", ["451 4.3.0 later", "554 5.7.1 looks like spam"])
def test_a_letter_refused_whole_says_nothing_of_its_copy(smtp_sink: SmtpSink, sender: smtp.Sender, reply: str) -> None:
    smtp_sink.script("DATA", reply, "")
    delivery = sender.send(TO, DATA, COPY)
    assert (delivery.reason, delivery.refuses_address, got(smtp_sink)) == (reply, False, [])


def test_a_copy_to_what_is_no_address_is_not_sent_by_halves(smtp_sink: SmtpSink, sender: smtp.Sender) -> None:
    delivery = sender.send(TO, DATA, "no-at-sign")
    assert delivery.fate is Fate.PERMANENT
    assert "has no @" in delivery.reason
    assert got(smtp_sink) == []
