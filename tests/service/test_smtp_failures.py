"""Letters survive every failure of SMTP: five ways to fail at nine steps, through the outbox and out of the house.

What is right in each of the 45 cases stands in one table, FATES.
"""

import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from roll.letters import LetterState
from service.schedule import EVERY, Schedule
from storage import failed_addresses
from storage.outbox import WAITS
from tests.servers import certificates
from tests.servers.scripted_smtp import GARBAGE, HANG_UP, PASSWORD, STALL, STEPS, USER, Fault, ScriptedSmtp
from tests.service.outward import FIRST, Outward, open_outward, plain_letter

# Fates. ALL: this is about the account or the server; every letter waits, none is blamed, and a round costs one
# connection. OTHERS_GO: the one letter waits, the others go in the same round. SAME: likewise, and what the server took
# without being able to say so comes again. FAILS: the one letter will never be taken, and staff see why. NOTHING: it
# does not matter. SILENCE: the one letter waits, and so do the others for this round: silence costs each its minutes.
ALL, OTHERS_GO, SAME, FAILS, NOTHING, SILENCE, SAME_SILENCE = (
    "all wait", "others go", "same again", "fails", "nothing", "silence", "same again after silence"
)  # fmt: skip
KINDS = ("4xx", "5xx", HANG_UP, STALL, GARBAGE)
FATES = {
    #            4xx        5xx     hang up    stall         garbage
    "banner":   (ALL,       ALL,    ALL,       ALL,          ALL),
    "EHLO":     (ALL,       ALL,    ALL,       ALL,          ALL),
    "STARTTLS": (ALL,       ALL,    ALL,       ALL,          ALL),
    "AUTH":     (ALL,       ALL,    ALL,       ALL,          ALL),
    "MAIL":     (ALL,       ALL,    ALL,       ALL,          ALL),
    "RCPT":     (OTHERS_GO, FAILS,  OTHERS_GO, SILENCE,      OTHERS_GO),
    "DATA":     (OTHERS_GO, FAILS,  OTHERS_GO, SILENCE,      OTHERS_GO),
    "dot":      (OTHERS_GO, FAILS,  SAME,      SAME_SILENCE, SAME),
    "QUIT":     (NOTHING,   NOTHING, NOTHING,  NOTHING,      NOTHING),
}  # fmt: skip
# The password as it travels, in an answer that quotes the command: some servers do.
ECHO = b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
REPLIES = {
    "4xx": {"banner": "421 4.3.2 busy", "AUTH": f"454 4.7.0 not now, {PASSWORD}", "dot": "451 4.3.0 later"},
    "5xx": {
        "banner": "554 5.3.2 not you",
        "AUTH": f"535 5.7.8 no good: {ECHO}",
        "MAIL": "550 5.7.1 may not send",
        "RCPT": "550 5.1.1 no such user",
        "dot": "554 5.7.1 looks like spam",
    },
}
OTHERWISE = {"4xx": "451 4.4.0 later", "5xx": "554 5.5.0 no"}
ABOUT_ONE = (OTHERS_GO, SAME, FAILS, SILENCE, SAME_SILENCE)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> certificates.Certificate:
    certificates.require_openssl()
    return certificates.make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(autouse=True)
def trusted(certificate: certificates.Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.authority))


@pytest.fixture
def server(certificate: certificates.Certificate) -> Iterator[ScriptedSmtp]:
    with ScriptedSmtp(certificate) as scripted:
        yield scripted


def fault_of(step: str, kind: str, fate: str) -> Fault:
    """Return the fault of one case: twice, but a refusal for good once, so that the second letter to him goes."""
    what = REPLIES.get(kind, {}).get(step, OTHERWISE.get(kind, kind))
    about_one = fate in ABOUT_ONE
    return Fault(step, what, 1 if fate in (FAILS, NOTHING) else 2, FIRST if about_one else "", keeps=True)


@pytest.mark.parametrize(("step", "kind"), [(step, kind) for step in STEPS for kind in KINDS])
def test_letters_survive(server: ScriptedSmtp, tmp_path: Path, step: str, kind: str) -> None:
    fate = FATES[step][KINDS.index(kind)]
    server.faults = [fault_of(step, kind, fate)]
    outward = open_outward(tmp_path, server, timeout=1.0 if kind == STALL else 10.0)
    try:
        outward.send_until_settled()
        nothing_is_lost_and_nothing_repeated_without_cause(outward)
        _CHECKS[fate](outward)
        assert server.is_well()
        assert all(secret not in outward.said() for secret in (PASSWORD, ECHO, b64encode(PASSWORD.encode()).decode()))
    finally:
        outward.rollcall.store.close()


def nothing_is_lost_and_nothing_repeated_without_cause(outward: Outward) -> None:
    states = {letter.key: outward.row(letter).state for letter in outward.letters}
    for letter in outward.letters:
        copies = outward.copies(letter)
        told = [copy for copy in copies if copy.told]
        assert len(told) == (states[letter.key] == LetterState.SENT.value)
        assert letter.message_id.encode() in letter.data
        assert states[letter.key] in (LetterState.SENT.value, LetterState.FAILED.value)
    # Every copy is the whole letter of somebody: none was cut, none mixed.
    assert len(outward.server.journal) == sum(len(outward.copies(letter)) for letter in outward.letters)
    for each in outward.rounds:
        assert sum(step == "AUTH" for _, step, _ in each.steps) <= each.connections


def all_wait_and_none_is_blamed(outward: Outward) -> None:
    first, second, *then = outward.tried()
    for each in (first, second):
        assert (each.connections, each.tally.sent, each.tally.way_out_shut) == (1, 0, True)
        assert len(each.tally.troubles) == 1
    assert sum(each.tally.sent for each in then) == 5
    assert all((each.connections, each.tally.troubles) == (1, []) for each in then)
    # At MAIL a letter was on the line, which waits its first two waits.
    assert then[-1].at - first.at <= sum(WAITS[:2], timedelta()) * 1.2 + 2 * EVERY


def the_others_go_at_once(outward: Outward) -> None:
    first, second, third = outward.tried()
    broken = first.tally.troubles[0].count("the connection broke")
    assert (first.tally.sent, first.tally.failed, first.connections) == (3, 1, 1 + broken)
    assert (second.tally.sent, second.tally.failed, second.connections) == (0, 1, 1)
    assert (third.tally.sent, third.tally.failed, third.connections) == (2, 0, 1)
    the_waits_are_kept(outward)


def the_waits_are_kept(outward: Outward) -> None:
    """As planned, jittered; and the schedule looks once a minute."""
    begun = [each.at for each in outward.tried() if any(fault for *_, fault in each.steps)]
    begun.append(outward.tried()[-1].at)
    broke = any("the connection broke" in each for each in outward.tried()[0].tally.troubles)
    for (earlier, later), planned in zip(pairwise(begun), WAITS[broke:], strict=False):
        assert planned * 0.8 <= later - earlier <= planned * 1.2 + EVERY


def what_was_taken_unsaid_comes_again_the_same(outward: Outward) -> None:
    the_others_go_at_once(outward)
    assert [copy.told for copy in outward.copies(outward.letters[0])] == [False, False, True]


def the_one_letter_fails_and_staff_see_why(outward: Outward) -> None:
    (only,) = outward.tried()
    assert (only.tally.sent, only.tally.failed, only.connections) == (4, 1, 1)
    row = outward.row(outward.letters[0])
    assert row.state == LetterState.FAILED.value
    assert re.match(r"5\d\d ", row.error.removeprefix(failed_addresses.REFUSED))
    assert row.error.removeprefix(failed_addresses.REFUSED) in only.tally.troubles[0]


def it_does_not_matter(outward: Outward) -> None:
    (only,) = outward.tried()
    assert (only.tally.sent, only.tally.failed, only.tally.troubles, only.connections) == (5, 0, [], 1)


def silence_ends_the_round(outward: Outward) -> None:
    first, second, *_, last = outward.tried()
    assert (first.tally.sent, first.connections, first.tally.way_out_shut) == (0, 1, True)
    assert second.taken[0].rcpt_to != FIRST, "the others a minute later"
    assert last.tally.sent == 2
    the_waits_are_kept(outward)
    assert sum("stall" in fault for each in outward.rounds for _, _, fault in each.steps) == 2


def what_was_taken_in_silence_comes_again(outward: Outward) -> None:
    silence_ends_the_round(outward)
    assert [copy.told for copy in outward.copies(outward.letters[0])] == [False, False, True]


_CHECKS = {
    ALL: all_wait_and_none_is_blamed,
    OTHERS_GO: the_others_go_at_once,
    SAME: what_was_taken_unsaid_comes_again_the_same,
    FAILS: the_one_letter_fails_and_staff_see_why,
    NOTHING: it_does_not_matter,
    SILENCE: silence_ends_the_round,
    SAME_SILENCE: what_was_taken_in_silence_comes_again,
}


# What a sweep of single faults does not show.


def test_a_line_that_breaks_for_every_letter_costs_two_connections_a_round(
    server: ScriptedSmtp, tmp_path: Path
) -> None:
    """The first break may be that letter's; the second is the server's."""
    server.faults = [Fault("RCPT", HANG_UP, 6)]
    letters = [plain_letter(number, f"u{number}@unit.example") for number in range(30)]
    outward = open_outward(tmp_path, server, letters=letters)
    outward.send_until_settled()
    assert [each.connections for each in outward.rounds[:3]] == [2, 2, 2]
    assert len(server.journal) == 30
    nothing_is_lost_and_nothing_repeated_without_cause(outward)


def test_after_a_week_without_a_server_a_letter_still_has_all_its_tries(server: ScriptedSmtp, tmp_path: Path) -> None:
    server.faults = [Fault("banner", "421 4.3.2 closed", 20), Fault("RCPT", "450 4.7.1 greylisted", 2)]
    letter = plain_letter(1, FIRST)
    outward = open_outward(tmp_path, server, letters=[letter])
    for _ in range(20):
        outward.send()
        outward.pass_time(timedelta(hours=9))
    assert outward.row(letter).tries == 0
    outward.send_until_settled()
    assert outward.row(letter).state == LetterState.SENT.value


def test_an_account_that_is_blocked_for_a_week_fails_no_letter(server: ScriptedSmtp, tmp_path: Path) -> None:
    server.faults = [
        Fault("dot", "550 5.4.5 Daily user sending limit exceeded", 100),
        Fault("RCPT", "450 4.7.1 greylisted", 2),
    ]
    outward = open_outward(tmp_path, server)
    for _ in range(100):
        assert outward.send().connections == 1
        outward.pass_time(timedelta(hours=2))
    assert {row.state for row in outward.rows()} == {LetterState.QUEUED.value}
    outward.send_until_settled()
    assert {row.state for row in outward.rows()} == {LetterState.SENT.value}


def test_a_running_schedule_does_not_knock_every_minute_with_a_refused_password(
    server: ScriptedSmtp, tmp_path: Path
) -> None:
    server.faults = [Fault("AUTH", "535 5.7.8 no good", 100)]
    outward = open_outward(tmp_path, server)
    schedule = Schedule(outward.rollcall)
    for _ in range(5):
        schedule.pass_over()
    assert server.count("AUTH") == 1
    outward.send()
    assert server.count("AUTH") == 2, "who sends by hand has put the password right and need not wait"
