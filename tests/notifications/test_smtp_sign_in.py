"""Sign-in to SMTP with an access token: at a server that takes XOAUTH2 alone."""

import base64
from collections.abc import Iterator

import pytest

from notifications import smtp
from notifications.smtp_errors import SignInRefused, SmtpUnreachable
from roll import access_tokens
from roll.access_tokens import NoAccessError
from tests.servers.oauth_server import OauthServer, Tokens
from tests.servers.smtp_sink import SENDER, SmtpSink

LETTER = b"Subject: x\r\n\r\nx\r\n"


@pytest.fixture
def provider() -> Iterator[OauthServer]:
    with OauthServer(SENDER) as server:
        yield server


def account(sink: SmtpSink, tokens: Tokens, **changes: object) -> smtp.SmtpAccount:
    return sink.account(user=SENDER, password="", tokens=tokens, **changes)


def test_a_token_lets_letters_out(provider: OauthServer) -> None:
    tokens = Tokens([provider.grant()["access_token"]])
    with SmtpSink(owner_of=provider.owner_of) as sink, smtp.Sender(account(sink, tokens)) as sender:
        assert sender.send("a@unit.example", LETTER).fate is smtp.Fate.SENT
        assert sender.send("b@unit.example", LETTER).fate is smtp.Fate.SENT
    assert (sink.connections, tokens.asked) == (1, [])


def test_a_token_that_was_withdrawn_is_replaced_once_on_a_new_connection(provider: OauthServer) -> None:
    tokens = Tokens([provider.grant()["access_token"], provider.grant()["access_token"]])
    provider.withdraw(tokens.given[0])
    with SmtpSink(owner_of=provider.owner_of) as sink, smtp.Sender(account(sink, tokens)) as sender:
        assert sender.send("a@unit.example", LETTER).fate is smtp.Fate.SENT
    assert (sink.connections, tokens.asked) == (2, tokens.given[:1])


@pytest.mark.parametrize("others", [[], ["worthless"]])
def test_a_token_that_stays_refused_is_told_without_showing_it(others: list[str]) -> None:
    tokens = Tokens(["canary-worthless", *others])
    with SmtpSink(owner_of=lambda _: None) as sink, pytest.raises(SignInRefused) as caught:
        smtp.Sender(account(sink, tokens)).check()
    assert sink.connections == 1 + len(others)
    assert "(535 5.7.8 Username and Password not accepted)" in caught.value.sentence
    assert "canary" not in caught.value.sentence


def test_what_only_an_administrator_can_mend_is_told_with_the_clicks() -> None:
    said = "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox."
    with SmtpSink(owner_of=lambda _: None) as sink:
        sink.script("AUTH", said)
        with pytest.raises(SignInRefused) as caught:
            smtp.Sender(account(sink, Tokens(["x"]))).check()
    assert "Manage email apps, ticks Authenticated SMTP and saves" in caught.value.sentence


def test_a_server_that_repeats_what_it_was_told_has_no_token_quoted() -> None:
    token = "canary-access"
    said = access_tokens.say(["XOAUTH2"], SENDER, token)
    assert said is not None
    echo = f"535 {said.encoded()[0]} {token}"
    with SmtpSink(owner_of=lambda _: None) as sink:
        sink.script("AUTH", echo)
        with pytest.raises(SignInRefused) as caught:
            smtp.Sender(account(sink, Tokens([token]))).check()
    assert "(535 *** ***)" in caught.value.sentence


def test_a_server_without_sign_in_by_token_is_told() -> None:
    with SmtpSink(users={SENDER: "x"}) as sink, pytest.raises(SignInRefused, match="offers no sign-in by OAuth2"):
        smtp.Sender(account(sink, Tokens(["x"]))).check()


def test_where_no_token_can_be_had_no_sign_in_is_tried() -> None:
    with SmtpSink(owner_of=lambda _: SENDER) as sink:
        over = Tokens([], error=NoAccessError("The permission has ended; consent again.", lasting=True))
        with pytest.raises(SignInRefused, match=r"^The permission has ended; consent again\.$"):
            smtp.Sender(account(sink, over)).check()
        later = Tokens([], error=NoAccessError("The provider is down.", lasting=False))
        with pytest.raises(SmtpUnreachable, match="The provider is down; check"):
            smtp.Sender(account(sink, later)).check()
        assert sink.connections == 0


def test_what_is_said_in_each_mechanism() -> None:
    """The example of RFC 7628 §4.1, with a name that has to be written otherwise (RFC 5801 §4); Google's example."""
    bearer = access_tokens.say(
        ["plain", "oauthbearer", "xoauth2"], "a=b,c@x.example", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="
    )
    assert bearer is not None
    assert (bearer.mechanism, bearer.first, bearer.to_error) == (
        "OAUTHBEARER",
        b"n,a=a=3Db=2Cc@x.example,\x01auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01",
        b"\x01",
    )
    ours = access_tokens.say(["XOAUTH2"], "someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg")
    assert ours is not None
    assert ours.encoded() == (
        "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ==",
        "",
    )
    assert base64.b64decode(bearer.encoded()[1]) == b"\x01"
    answers = bearer.answers()
    assert [answers(b""), answers(b"{}"), answers(b"")] == [bearer.first, b"\x01", b""]
    assert access_tokens.say(["PLAIN"], "a", "b") is None
