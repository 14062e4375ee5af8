"""Tokens: renewed early, kept before they are used, never lost to a second process, a crash or a full disk."""

import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from roll.access_tokens import NoAccessError
from service.sign_in import access, token_endpoint, token_file
from service.sign_in.client import GOOGLE, MICROSOFT, Client
from storage.database import Database
from tests.servers.oauth_server import CLIENT_ID, CLIENT_SECRET, OauthServer

USER = "baocao@office.example"
START = datetime(2026, 7, 1, 8, tzinfo=UTC)


class Office:
    """One account of a provider, on a clock that is moved by hand."""

    def __init__(self, folder: Path, server: OauthServer, provider: str = "") -> None:
        self.folder, self.server, self.at = folder, server, START
        self.file = folder / "secrets" / "main.tokens"
        self.store = Database(f"sqlite:///{folder / 'rollcall.db'}")
        self.client = Client(
            USER, CLIENT_ID, server.url("token"), "mail", self.file, provider=provider, secret=CLIENT_SECRET
        )

    def consent(self) -> None:
        tokens = token_file.from_answer(self.server.grant(), self.at)
        assert tokens is not None
        token_file.write(self.file, tokens)

    def access(self) -> access.Access:
        return access.Access(self.client, "main", self.store.alone, lambda: self.at)

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)

    @property
    def questions(self) -> int:
        return len(self.server.asked)

    def kept(self) -> token_file.Tokens:
        kept = token_file.read(self.file)
        assert kept is not None
        return kept

    def sentence(self, *, lasting: bool) -> str:
        with pytest.raises(NoAccessError) as caught:
            self.access().current()
        assert caught.value.lasting is lasting
        return caught.value.sentence


@pytest.fixture
def server() -> Iterator[OauthServer]:
    with OauthServer(USER) as server:
        yield server


@pytest.fixture
def office(tmp_path: Path, server: OauthServer) -> Office:
    office = Office(tmp_path, server)
    office.consent()
    return office


def test_a_token_is_renewed_five_minutes_before_it_ends_and_not_earlier(office: Office) -> None:
    first = office.access().current()
    office.pass_by(minutes=54, seconds=59)
    assert office.access().current() == first
    assert office.questions == 0

    office.pass_by(seconds=1)

    assert office.access().current() == office.kept().access_token != first
    assert office.questions == 1
    assert office.server.asked[0]["grant_type"] == "refresh_token"


def test_a_token_that_lives_shorter_than_the_margin_is_used_for_half_its_life(office: Office) -> None:
    office.server.life = 120
    office.consent()
    first = office.access().current()
    office.pass_by(seconds=59)
    assert office.access().current() == first
    office.pass_by(seconds=1)
    assert office.access().current() != first


def test_the_file_can_be_read_by_its_owner_alone_even_where_an_open_one_was_left_behind(office: Office) -> None:
    left = office.file.with_name("main.tokens.new")
    left.write_text("half")
    left.chmod(0o644)
    office.pass_by(hours=1)
    office.access().current()

    assert office.file.stat().st_mode & 0o777 == 0o600
    assert office.file.parent.stat().st_mode & 0o777 == 0o700
    assert not left.exists()


def test_a_rotated_refresh_token_is_kept_and_the_old_one_used_no_more(office: Office) -> None:
    before = office.kept().refresh_token
    for _ in range(3):
        office.pass_by(hours=1)
        office.access().current()

    used = [question["refresh_token"] for question in office.server.asked]
    assert used[0] == before
    assert len(set(used)) == 3
    assert office.kept().refresh_token in office.server.refresh_tokens


def test_a_provider_that_sends_no_new_refresh_token_leaves_the_old_one_in_force(office: Office) -> None:
    office.server.rotates = False
    before = office.kept().refresh_token
    office.pass_by(hours=1)
    office.access().current()
    assert office.kept().refresh_token == before


def test_two_processes_that_renew_at_once_ask_once_and_both_have_the_token(office: Office) -> None:
    office.pass_by(hours=1)
    found: list[str] = []
    # Each has a database of its own, as processes have: the lock is the file's.
    offices = [Office(office.folder, office.server) for _ in range(6)]
    for each in offices:
        each.at = office.at
    threads = [threading.Thread(target=lambda each=each: found.append(each.access().current())) for each in offices]  # type: ignore[misc]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert office.questions == 1
    assert found == [office.kept().access_token] * 6


def test_a_permission_that_has_ended_is_told_with_what_to_do_and_never_asked_for_again(office: Office) -> None:
    office.server.refresh_tokens.clear()
    office.pass_by(hours=1)

    told = office.sentence(lasting=True)

    assert "invalid_grant: Token has been expired or revoked" in told
    assert "run `rollcall mailbox login main` and consent again" in told
    office.pass_by(days=1)
    assert office.sentence(lasting=True) == told
    assert office.questions == 1
    office.consent()
    assert office.access().current() == office.kept().access_token


def test_a_person_who_waits_has_the_provider_asked_again(office: Office) -> None:
    refresh_token = office.kept().refresh_token
    office.server.refresh_tokens.clear()
    office.pass_by(hours=1)
    office.sentence(lasting=True)
    office.server.refresh_tokens.add(refresh_token)
    asked = office.access()
    asked.is_patient = False

    assert asked.current() == office.kept().access_token


def test_where_a_provider_cannot_be_asked_the_old_token_serves_to_its_end(office: Office) -> None:
    first = office.kept().access_token
    office.server.script = [(503, {})] * 9
    office.pass_by(minutes=56)
    assert office.access().current() == first
    office.pass_by(minutes=4)
    told = office.sentence(lasting=False)
    assert "the provider cannot be asked: it answered 503" in told
    assert "Rollcall tries again by itself" in told


def test_the_waits_between_two_tries_grow_to_ten_minutes_and_survive_a_restart(office: Office) -> None:
    office.server.script = [(503, {})] * 20
    office.pass_by(hours=1)
    tries = []
    for minute in range(60):
        before = office.questions
        office.sentence(lasting=False)  # each time by an access of its own, as after a restart
        tries += [minute] if office.questions > before else []
        office.pass_by(minutes=1)

    assert tries == [0, 1, 3, 7, 15, 25, 35, 45, 55]
    office.server.script = []
    office.pass_by(minutes=10)
    office.access().current()
    assert office.kept().failures == 0


def test_a_client_secret_that_has_ended_is_the_operators_and_is_asked_about_less_and_less(office: Office) -> None:
    expired = "AADSTS7000222: The provided client secret keys for app 'x' are expired. Trace ID: 1-2 Timestamp: 3"
    office.server.script = [(401, {"error": "invalid_client", "error_description": expired})]
    office.client = Client(
        USER, CLIENT_ID, office.server.url("token"), "mail", office.file, provider=MICROSOFT, secret=CLIENT_SECRET
    )
    office.pass_by(hours=1)

    told = office.sentence(lasting=True)

    assert "the client secret has expired: at entra.microsoft.com, App registrations" in told
    assert "Trace ID" not in told
    office.sentence(lasting=False)
    assert office.questions == 1
    office.pass_by(minutes=1)
    office.access().current()


def test_google_says_why_a_permission_of_an_application_in_testing_ends(tmp_path: Path, server: OauthServer) -> None:
    office = Office(tmp_path, server, GOOGLE)
    office.consent()
    server.refresh_tokens.clear()
    office.pass_by(hours=1)
    assert "after 7 days where the application is still in Testing" in office.sentence(lasting=True)


def test_a_token_that_was_withdrawn_is_replaced_once_and_a_young_one_not_at_all(office: Office) -> None:
    asked, first = office.access(), office.kept().access_token
    assert asked.instead_of(first) is None
    assert office.questions == 0

    office.pass_by(minutes=11)
    other = asked.instead_of(first)

    assert other == office.kept().access_token != first
    assert asked.instead_of(first) == other  # another process has it already: nobody is asked
    assert asked.instead_of(str(other)) is None
    assert office.questions == 1


def test_new_tokens_that_cannot_be_written_are_used_and_written_at_the_next_occasion(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    in_the_way = office.file.with_name("main.tokens.new")
    in_the_way.mkdir()  # what a full disk is to the program: the file cannot be opened for writing
    before = office.file.read_bytes()
    asked = office.access()
    office.pass_by(hours=1)

    renewed = asked.current()

    assert office.file.read_bytes() == before
    assert asked.current() == renewed
    assert "cannot be written" in caplog.text
    in_the_way.rmdir()
    assert asked.current() == renewed
    assert office.kept().access_token == renewed
    assert office.questions == 1


def test_a_crash_between_the_providers_answer_and_the_disk_costs_no_permission(office: Office) -> None:
    """Of a provider that leaves the old refresh token in force, as Google and Microsoft do."""
    office.server.rotates = False
    in_the_way = office.file.with_name("main.tokens.new")
    in_the_way.mkdir()
    office.pass_by(hours=1)
    lost = office.access().current()
    in_the_way.rmdir()

    assert office.access().current() != lost  # the next process knows nothing of it, and asks again
    assert office.questions == 2


def test_a_new_consent_waits_for_a_renewal_that_is_under_way(office: Office) -> None:
    office.pass_by(hours=1)
    consented = token_file.from_answer(office.server.grant(), office.at)
    assert consented is not None
    with office.store.alone(access.RENEWING):
        other = Office(office.folder, office.server)
        thread = threading.Thread(target=lambda: other.access().keep(consented))
        thread.start()
        thread.join(0.2)
        assert thread.is_alive()
    thread.join(10)
    assert office.access().current() == consented.access_token


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"x"', b'{"refresh_token": "x"}', b"\xff\xfe", b"null"])
def test_a_file_that_holds_no_tokens_is_told_with_what_to_do(office: Office, content: bytes) -> None:
    office.file.write_bytes(content)
    assert (
        "holds no tokens; give Rollcall's user the right to, or run `rollcall mailbox login main`"
        in office.sentence(lasting=True)
    )


def test_nobody_has_consented_yet(tmp_path: Path, server: OauthServer) -> None:
    assert Office(tmp_path, server).sentence(lasting=True) == (
        f'No sign-in for "{USER}" by OAuth2: nobody has consented yet; run `rollcall mailbox login main`.'
    )


@pytest.mark.parametrize(
    "answer",
    [b"", b"<html>proxy</html>", b"[1]", b"{}", b'{"access_token": 1}', b'{"access_token": ""}', b"x" * 300_000],
)
def test_an_answer_without_a_token_is_a_passing_fault(office: Office, answer: bytes) -> None:
    office.server.script = [answer]
    office.pass_by(hours=1)
    office.sentence(lasting=False)
    assert office.kept().failures == 1


@pytest.mark.parametrize("life", [None, "soon", 1e30, float("nan"), 1e9, -5])
def test_a_life_that_is_not_told_is_taken_for_short(life: object) -> None:
    tokens = token_file.from_answer({"access_token": "a", "refresh_token": "b", "expires_in": life}, START)
    assert tokens is not None
    assert tokens.expires_at <= START + (token_file.LONGEST_LIFE if life == 1e9 else token_file.UNTOLD_LIFE)


def test_a_provider_that_is_down_is_a_passing_fault(office: Office, free_port: int) -> None:
    office.client = Client(USER, CLIENT_ID, f"http://127.0.0.1:{free_port}/token", "mail", office.file)
    office.pass_by(hours=1)
    assert "Connection refused" in office.sentence(lasting=False)


def test_secrets_go_nowhere_without_tls_but_to_this_machine() -> None:
    assert token_endpoint.is_safe("https://login.example/token")
    assert token_endpoint.is_safe("http://[::1]:8080/token")
    for url in (
        "http://login.example/token",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "token",
        "https://",
        "http://[/",
    ):
        assert not token_endpoint.is_safe(url)
        with pytest.raises(token_endpoint.UnreachableError):
            token_endpoint.ask(url, {"client_secret": CLIENT_SECRET})


def test_an_endpoint_that_redirects_is_not_followed_with_the_secrets(office: Office) -> None:
    with OauthServer() as other:
        office.server.script = [(307, {})]
        office.server.redirects_to = other.url("token")
        office.pass_by(hours=1)
        office.sentence(lasting=False)
        assert other.asked == []


def test_what_a_provider_echoes_is_quoted_without_the_secrets(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    refresh_token = office.kept().refresh_token
    echo = f"bad {refresh_token} of {CLIENT_SECRET} in {office.client.client_id}"
    office.server.script = [(400, {"error": "invalid_grant", "error_description": echo})]
    office.pass_by(hours=1)

    told = office.sentence(lasting=True)

    assert "bad *** of ***" in told
    everything = told + caplog.text + repr(office.access()) + repr(office.kept()) + repr(office.client)
    assert "canary" not in everything
