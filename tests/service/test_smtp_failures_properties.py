"""Whatever a server does wrong, in whatever order: letters arrive or fail with a reason, and it is let alone."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roll.letters import LetterState
from service.sending import MOST_BREAKS
from tests.servers import certificates
from tests.servers.scripted_smtp import GARBAGE, HANG_UP, PASSWORD, STALL, STEPS, Fault, ScriptedSmtp
from tests.service.outward import FIRST, SECOND, THIRD, Outward, Round, open_outward

# Scripts that CI has time for, and those of `make soak`.
FEW, MANY = 25, 1500
BEFORE_ANY_LETTER = ("banner", "EHLO", "STARTTLS", "AUTH")
# What a server may say of one letter for good, of the account, or for now.
FOR_GOOD = ("550 5.1.1 no such user", "554 5.7.1 looks like spam", "550 no")
OF_ACCOUNT = ("550 5.4.5 Daily limit", "535 5.7.8 no good", "554 5.7.1 Relay access denied")
FOR_NOW = ("421 4.3.2 closing", "450 4.2.1 busy", "451 later", "452 4.3.1 disk full", "454 4.7.0 not now")


def faults(*ways: str) -> st.SearchStrategy[list[Fault]]:
    fault = st.builds(
        Fault,
        st.sampled_from(STEPS),
        st.sampled_from((*FOR_GOOD, *OF_ACCOUNT, *FOR_NOW, *ways)),
        times=st.integers(1, 3),
        to=st.sampled_from(("", FIRST, SECOND, THIRD)),
        keeps=st.booleans(),
    )
    return st.lists(fault, max_size=8)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[certificates.Certificate]:
    certificates.require_openssl()
    made = certificates.make_certificate(tmp_path_factory.mktemp("tls"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(made.authority))
        yield made


@settings(max_examples=FEW, deadline=None, suppress_health_check=list(HealthCheck))
@given(script=faults(HANG_UP, GARBAGE))
def test_letters_survive_any_script(certificate: certificates.Certificate, script: list[Fault]) -> None:
    play(certificate, script, timeout=10.0)


@pytest.mark.soak
@settings(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))
@given(script=faults(HANG_UP, GARBAGE))
def test_letters_survive_very_many_scripts(certificate: certificates.Certificate, script: list[Fault]) -> None:
    play(certificate, script, timeout=10.0)


@pytest.mark.soak
@settings(max_examples=MANY // 10, deadline=None, suppress_health_check=list(HealthCheck))
@given(script=faults(HANG_UP, GARBAGE, STALL, STALL))
def test_letters_survive_scripts_with_silence(certificate: certificates.Certificate, script: list[Fault]) -> None:
    play(certificate, script, timeout=1.0)


def play(certificate: certificates.Certificate, script: list[Fault], timeout: float) -> None:
    os.environ["SSL_CERT_FILE"] = str(certificate.authority)
    # The examples of a shrinking run begin anew each time: a fault counts itself down.
    copies = [Fault(each.step, each.what, each.times, each.to, each.keeps) for each in script]
    with tempfile.TemporaryDirectory() as folder, ScriptedSmtp(certificate, copies) as server:
        outward = open_outward(Path(folder), server, timeout)
        try:
            outward.send_until_settled()
            each_letter_arrived_or_failed_with_its_reason(outward)
            each_copy_is_whole_and_has_its_cause(outward)
            for each in outward.tried():
                the_server_is_let_alone(each)
            assert PASSWORD not in outward.said()
        finally:
            outward.rollcall.store.close()


def each_letter_arrived_or_failed_with_its_reason(outward: Outward) -> None:
    for letter in outward.letters:
        row = outward.row(letter)
        told = [copy for copy in outward.copies(letter) if copy.told]
        if row.state == LetterState.SENT.value:
            assert len(told) == 1, "once: only an answer that never came makes a letter go again"
        else:
            assert (row.state, told) == (LetterState.FAILED.value, [])
            assert row.error in FOR_GOOD


def each_copy_is_whole_and_has_its_cause(outward: Outward) -> None:
    copies = [copy for letter in outward.letters for copy in outward.copies(letter)]
    assert len(copies) == len(outward.server.journal)
    cut = [fault for _, step, fault in outward.server.steps if step == "dot" and fault in (HANG_UP, GARBAGE, STALL)]
    assert sum(not copy.told for copy in copies) <= len(cut)


def the_server_is_let_alone(each: Round) -> None:
    connections_refused = [step for _, step, fault in each.steps if fault and step in BEFORE_ANY_LETTER]
    assert len(connections_refused) <= 1, "who was refused does not knock again in the same round"
    if connections_refused:
        assert each.steps[-1][1] == connections_refused[0]
    broke = sum("the connection broke" in trouble for trouble in each.tally.troubles)
    assert broke <= MOST_BREAKS
    # One to begin with, one after each broken line, one where a refusal or a kept connection ended with the line.
    assert each.connections <= 1 + broke + each.tally.sent + each.tally.failed
    assert sum(step == "AUTH" for _, step, _ in each.steps) <= each.connections
