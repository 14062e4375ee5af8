"""Consent: by a code, in a browser on this machine, in one elsewhere; what goes wrong on the way, and what is said."""

import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from roll.mistakes import OperatorError
from service.sign_in import client as clients
from service.sign_in import consent
from service.sign_in.client import Client
from tests.servers.oauth_server import CLIENT_ID, CLIENT_SECRET, OauthServer

USER = "baocao@office.example"


@pytest.fixture
def server() -> Iterator[OauthServer]:
    with OauthServer(USER) as server:
        yield server


@pytest.fixture
def client(server: OauthServer, tmp_path: Path) -> Client:
    return Client(
        user=USER,
        client_id=CLIENT_ID,
        token_url=server.url("token"),
        scope="mail",
        token_file=tmp_path / "tokens",
        authorize_url=server.url("authorize"),
        device_url=server.url("device"),
        secret=CLIENT_SECRET,
    )


class Person:
    """The person at the terminal: what is told is kept, and `does` is done with each address that is shown."""

    def __init__(self, does: Callable[[str], str] = str) -> None:
        self.told: list[str] = []
        self.slept: list[float] = []
        self._does, self._result = does, ""

    def desk(self) -> consent.Desk:
        return consent.Desk(self._hear, lambda _: self._result, self.slept.append)

    def _hear(self, sentence: str) -> None:
        self.told.append(sentence)
        if "/authorize?" in sentence:
            self._result = self._does(sentence)


def visit(address: str) -> int:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address, timeout=5) as page:
            assert "Có thể đóng trang này" in page.read().decode()
            return int(page.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def sentence_of(ask: Callable[[], object]) -> str:
    with pytest.raises(OperatorError) as caught:
        ask()
    (sentence,) = caught.value.problems
    assert "canary" not in sentence
    return str(sentence)


# By a code.


def test_a_code_is_shown_and_waited_for_at_the_pace_that_the_provider_names(
    server: OauthServer, client: Client
) -> None:
    server.pending, server.interval = 3, 7
    person = Person()

    tokens = consent.by_code(client, "main", person.desk())

    assert server.owner_of(tokens.access_token) == USER
    assert person.slept == [7, 7, 7, 7]
    assert person.told == [
        f"1. Open {server.url('link')} on any computer or telephone.",
        "2. Enter the code WDJB-MJHT",
        f"3. Sign in as {USER} and allow what is asked. This window waits, and says when it is done.",
    ]


def test_a_provider_that_says_slower_or_nothing_is_asked_less_often(server: OauthServer, client: Client) -> None:
    person = Person()
    server.script = [None, (400, {"error": "slow_down"}), (502, {}), b"<html>"]
    server.interval = 5
    consent.by_code(client, "main", person.desk())
    assert person.slept == [5, 10, 15, 20]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ({"error": "access_denied"}, "the consent was declined: run `rollcall mailbox login main`"),
        ({"error": "authorization_declined"}, "press Accept"),
        ({"error": "expired_token"}, "the code was not entered in time"),
        ({"error": "invalid_grant", "error_description": "AADSTS50105: not assigned"}, "Users and groups"),
        ({"error": "unforeseen"}, "check `client_id`"),
    ],
)
def test_a_code_that_comes_to_nothing_is_told(
    server: OauthServer, client: Client, error: dict[str, str], said: str
) -> None:
    server.script = [None, (400, error)]
    assert said in sentence_of(lambda: consent.by_code(client, "main", Person().desk()))


def test_a_code_that_nobody_enters_ends_in_time(server: OauthServer, client: Client) -> None:
    server.pending, server.interval = 1000, 300
    person = Person()
    assert "not entered in time" in sentence_of(lambda: consent.by_code(client, "main", person.desk()))
    assert sum(person.slept) == 900


def test_an_application_that_may_not_use_codes_is_told_what_to_switch_on(server: OauthServer, client: Client) -> None:
    described = "AADSTS7000218: The request body must contain the following parameter: 'client_assertion'."
    server.script = [None, (401, {"error": "invalid_client", "error_description": described})]
    told = sentence_of(lambda: consent.by_code(client, "main", Person().desk()))
    assert "set Allow public client flows to Yes" in told


def test_what_is_no_sign_in_by_code_is_told(server: OauthServer, client: Client) -> None:
    server.script = [b"{}"]
    assert "correct `device_url`" in sentence_of(lambda: consent.by_code(client, "main", Person().desk()))


def test_a_permission_that_does_not_last_is_told(server: OauthServer, client: Client) -> None:
    server.script = [None, b'{"access_token": "canary", "expires_in": 60}']
    assert "no refresh token" in sentence_of(lambda: consent.by_code(client, "main", Person().desk()))


# In a browser on this machine.


def test_consent_in_a_browser_comes_back_to_this_machine(server: OauthServer, client: Client) -> None:
    asked: list[dict[str, str]] = []

    def person_consents(address: str) -> str:
        back = server.consent(address)
        asked.extend(server._codes.values())
        assert visit(back.replace("state=", "state=another")) == 404
        assert visit(back.partition("?")[0] + "favicon.ico") == 404
        assert visit(back) == 200
        return ""

    person = Person(person_consents)
    tokens = consent.in_browser(replace(client, more=(("access_type", "offline"),)), "main", person.desk(), 10)

    assert server.owner_of(tokens.access_token) == USER
    (request,) = asked
    assert (request["code_challenge_method"], request["login_hint"], request["access_type"]) == (
        "S256",
        USER,
        "offline",
    )
    assert len(request["state"]) >= 43
    (question,) = server.asked
    assert len(question["code_verifier"]) >= 43
    assert question["redirect_uri"].startswith("http://127.0.0.1:")


def test_a_consent_that_is_declined_or_never_comes_is_told(server: OauthServer, client: Client) -> None:
    def person_declines(address: str) -> str:
        back = server.consent(address).replace("code=", "error=access_denied&x=")
        threading.Thread(target=visit, args=(back,)).start()
        return ""

    declined = Person(person_declines)
    assert "the consent was declined" in sentence_of(lambda: consent.in_browser(client, "main", declined.desk(), 10))
    assert "Nobody consented in time" in sentence_of(lambda: consent.in_browser(client, "main", Person().desk(), 0.1))


# In a browser elsewhere.


def test_the_last_address_of_a_browser_elsewhere_is_pasted(server: OauthServer, client: Client) -> None:
    tokens = consent.by_pasting(client, "main", Person(server.consent).desk())
    assert server.owner_of(tokens.access_token) == USER


def test_the_code_alone_may_be_pasted(server: OauthServer, client: Client) -> None:
    def copied(address: str) -> str:
        return f"  {server.consent(address).split('code=')[1].split('&')[0]} "

    assert consent.by_pasting(client, "main", Person(copied).desk()).refresh_token in server.refresh_tokens


def test_what_belongs_to_another_sign_in_is_not_taken(server: OauthServer, client: Client) -> None:
    def of_another(address: str) -> str:
        return server.consent(address).replace("state=", "state=another")

    told = sentence_of(lambda: consent.by_pasting(client, "main", Person(of_another).desk()))
    assert "not the answer to this sign-in" in told
    stolen = server.consent(f"{server.url('authorize')}?code_challenge=x&redirect_uri=http://127.0.0.1:49152/&state=y")
    code = stolen.split("code=")[1].split("&")[0]
    assert "invalid_grant" in sentence_of(
        lambda: consent.by_pasting(client, "main", Person(lambda _: code).desk())  # the verifier does not fit
    )
    assert "holds no code" in sentence_of(lambda: consent.by_pasting(client, "main", Person(lambda _: " ").desk()))


def test_what_is_known_of_the_providers_is_filled_in() -> None:
    bare = Client(user=USER, client_id="x", token_url="", scope="", token_file=Path("x"))
    google = clients.PRESETS[clients.GOOGLE].fill(bare, "common")
    assert (google.token_url, google.device_url) == ("https://oauth2.googleapis.com/token", "")
    microsoft = clients.PRESETS[clients.MICROSOFT].fill(replace(bare, scope="own"), "so.onmicrosoft.com")
    assert microsoft.device_url == "https://login.microsoftonline.com/so.onmicrosoft.com/oauth2/v2.0/devicecode"
    assert (microsoft.redirect_host, microsoft.scope) == ("localhost", "own")
