"""IMAP as it is, on a server that does what Dovecot will not: each refusal, break and lie at each command.

The numbers are those of the rows of the fault catalogue, section 2.1.
"""

import itertools
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from intake import mailbox, mailbox_errors
from service import patience
from tests.intake.reception import Reception
from tests.servers.scripted_imap import (
    GARBAGE,
    HALF,
    HANG_UP,
    NOON,
    RESET,
    STALL,
    STEPS,
    TRICKLE,
    ScriptedImap,
    letter,
)

LETTERS = [letter(number) for number in range(3)]
# Row 14, by RFC 5530 and Gmail.
FOR_NOW = (
    "NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)",
    "NO [ALERT] Too many simultaneous connections. (Failure)",
    "NO [UNAVAILABLE] Temporary authentication failure",
    "NO [INUSE] Mailbox in use",
    "NO [LIMIT] Rate limit hit",
    "* BYE Session expired, please login again.",
)
BREAKS = (HANG_UP, RESET, STALL, GARBAGE, HALF)


@pytest.fixture
def server() -> Iterator[ScriptedImap]:
    """A server with three mails."""
    with ScriptedImap() as scripted:
        for data in LETTERS:
            scripted.deliver(data, NOON)
        yield scripted


@pytest.fixture
def reception(server: ScriptedImap, tmp_path: Path) -> Reception:
    """An office with its mailbox there."""
    return Reception(tmp_path, (server.account(),))


def failure_of(server: ScriptedImap) -> mailbox_errors.MailboxError | None:
    """Return what a pass ends in, None where it brings every mail all the same."""
    try:
        assert taken(server) == LETTERS
    except mailbox_errors.MailboxError as error:
        return error
    return None


def taken(server: ScriptedImap, timeout: float = 0.2) -> list[bytes]:
    with mailbox.Mailbox(server.account(), timeout) as box:
        batches = [batch for folder in box.folders() for batch in box.batches(folder, None)]
    return [mail.data for batch in batches for mail in batch.mails]


@pytest.mark.parametrize("step", STEPS[1:-1])
@pytest.mark.parametrize("said", FOR_NOW, ids=lambda said: f"row 14 {said.split()[1].strip('[]')}")
def test_what_a_server_refuses_for_now_ends_the_pass_and_is_no_fault_of_ours(
    server: ScriptedImap, step: str, said: str
) -> None:
    """What is asked of no consequence for the mails may be refused; nothing else may, and nobody knocks again."""
    server.faults = [(step, said)]
    failure = failure_of(server)
    if failure is None:
        assert step in ("NOOP", "CAPABILITY")
    else:
        assert type(failure) is mailbox_errors.MailboxUnreachable
        assert "again at the next pass" in failure.sentence
    assert server.connections == 1
    server.faults = []
    assert taken(server) == LETTERS


@pytest.mark.parametrize("step", STEPS[:-1])
@pytest.mark.parametrize("how", BREAKS, ids=lambda how: f"row 12 {how}")
def test_a_line_that_breaks_at_any_step_ends_in_time_and_loses_no_mail(
    server: ScriptedImap, step: str, how: str
) -> None:
    server.faults = [(step, how)]
    assert type(failure_of(server)) in (type(None), mailbox_errors.MailboxUnreachable)
    assert server.connections <= 2
    server.faults = []
    assert taken(server) == LETTERS


@pytest.mark.parametrize("step", STEPS[1:-1])
def test_an_answer_of_one_byte_now_and_then_is_given_up_in_time(server: ScriptedImap, step: str) -> None:
    """Row 12, the network at 1 B/s: a socket's own timeout begins anew with each byte."""
    server.faults = [(step, TRICKLE)]
    began = time.monotonic()
    assert type(failure_of(server)) in (type(None), mailbox_errors.MailboxUnreachable)
    assert time.monotonic() - began < 5
    server.faults = []
    assert taken(server) == LETTERS


def test_new_mail_is_seen_by_looking_and_never_by_waiting_on_a_line(server: ScriptedImap, reception: Reception) -> None:
    """Row 12: no IDLE that could die unnoticed. Each pass asks anew, and leaves no line open."""
    reception.take_in()
    server.deliver(letter(9), NOON)
    assert reception.take_in(timedelta(minutes=1)).received == 1
    assert server.count("IDLE") == 0
    assert (server.connections, server.most_at_once) == (2, 1)
    assert server.count("LOGOUT") == 2


def test_a_mailbox_that_fails_is_tried_again_after_one_minute_and_in_the_end_once_an_hour(
    server: ScriptedImap, reception: Reception
) -> None:
    """Row 14: six hours of refusals are some dozen tries, never two within a minute."""
    clock = [0.0]
    reception.wait_between_tries(lambda: clock[0])
    server.faults = [("LOGIN", FOR_NOW[0])] * 500
    tried = []
    for minute in range(6 * 60):
        clock[0] = minute * 60.0
        before = server.connections
        reception.take_in(timedelta(minutes=1))
        tried += [minute] * (server.connections - before)
    gaps = [later - earlier for earlier, later in itertools.pairwise(tried)]
    assert 1 <= gaps[0] <= 2
    assert all(30 <= gap <= 61 for gap in gaps[5:])
    assert 9 <= len(tried) <= 18
    server.faults = []
    clock[0] += 3600
    assert reception.take_in().received == len(LETTERS)


def test_the_waits_of_many_offices_differ() -> None:
    """Row 14: jitter, or all who were thrown out together come back together."""
    waits = [patience.Patience(lambda: 0.0) for _ in range(50)]
    for each in waits:
        each.note(failed=True)
    assert len({each._until for each in waits}) > 40
    assert all(60 <= each._until <= 120 for each in waits)


def test_one_mailbox_that_fails_keeps_no_other_waiting(server: ScriptedImap, tmp_path: Path) -> None:
    """Row 14: and while it is left alone the pass stays incomplete, so that nobody is told that he did not report."""
    with ScriptedImap([("LOGIN", FOR_NOW[2])]) as broken:
        other = broken.account(name="other", address="other@office.example")
        reception = Reception(tmp_path, (other, server.account()))
        reception.wait_between_tries(lambda: 0.0)
        first, second = reception.take_in(), reception.take_in()
        assert broken.connections == 1
    assert (first.received, first.mailboxes_failed) == (3, 1)
    assert (second.complete, second.mailboxes_failed, second.troubles) == (False, 0, [])
    assert server.connections == 2
