"""Sign-in to IMAP with an access token: at a Dovecot that asks a provider whose each token is."""

from collections.abc import Iterator

import pytest

from intake import mailbox
from intake.mailbox_errors import MailboxUnreachable, SignInRefused
from roll.access_tokens import NoAccessError
from tests.servers.dovecot import DovecotServer, require_dovecot
from tests.servers.meddler import Meddler
from tests.servers.oauth_server import OauthServer, Tokens

USER = "baocao"


@pytest.fixture(scope="module")
def provider() -> Iterator[OauthServer]:
    with OauthServer(USER) as server:
        yield server


@pytest.fixture(scope="module", params=["oauthbearer", "xoauth2"])
def by_token(request: pytest.FixtureRequest, provider: OauthServer) -> Iterator[DovecotServer]:
    require_dovecot()
    with DovecotServer(introspection=provider.url("introspect"), by_token=request.param) as server:
        yield server


def access_token(provider: OauthServer, user: str = USER) -> str:
    return str(provider.grant(user)["access_token"])


def signs_in(account: mailbox.MailboxAccount) -> bool:
    with mailbox.Mailbox(account, 15) as box:
        return box.folders() == ("INBOX", "Junk")


def test_a_token_opens_the_mailbox_of_its_owner(by_token: DovecotServer, provider: OauthServer) -> None:
    tokens = Tokens([access_token(provider)])
    assert signs_in(by_token.account(USER, password="", tokens=tokens)), by_token.log
    assert tokens.asked == []


def test_a_token_that_was_withdrawn_is_replaced_once(by_token: DovecotServer, provider: OauthServer) -> None:
    tokens = Tokens([access_token(provider), access_token(provider)])
    provider.withdraw(tokens.given[0])
    assert signs_in(by_token.account(USER, password="", tokens=tokens)), by_token.log
    assert tokens.asked == [tokens.given[0]]


def test_the_token_of_another_account_is_refused_with_what_to_do(
    by_token: DovecotServer, provider: OauthServer
) -> None:
    tokens = Tokens([access_token(provider, "another")])
    with pytest.raises(SignInRefused) as caught:
        signs_in(by_token.account(USER, password="", tokens=tokens))
    assert "rollcall mailbox login" in caught.value.sentence
    assert "canary" not in caught.value.sentence
    assert tokens.asked == tokens.given


def test_a_token_without_a_mailbox_behind_it_is_told_with_the_clicks(
    by_token: DovecotServer, provider: OauthServer
) -> None:
    """What Exchange Online says where the permission is missing: it takes the token and knows no mailbox."""

    def without_mailbox(said: bytes) -> bytes:
        return said.replace(b"OK List completed", b"BAD User is authenticated but not connected. (")

    with Meddler(by_token.port, on_answer=without_mailbox) as wire:
        account = by_token.account(USER, password="", tokens=Tokens([access_token(provider)]), port=wire.port)
        with pytest.raises(SignInRefused, match="Manage email apps, and ticks IMAP"):
            signs_in(account)


def test_a_server_without_sign_in_by_token_is_told(dovecot: DovecotServer) -> None:
    with pytest.raises(SignInRefused, match="offers no sign-in by OAuth2"):
        signs_in(dovecot.account("ai", password="", tokens=Tokens(["x"])))


def test_where_no_token_can_be_had_no_sign_in_is_tried(by_token: DovecotServer) -> None:
    over = Tokens([], error=NoAccessError("The permission has ended; consent again.", lasting=True))
    with pytest.raises(SignInRefused, match=r"^Mailbox main: The permission has ended; consent again\.$"):
        signs_in(by_token.account(USER, tokens=over))
    later = Tokens([], error=NoAccessError("The provider is down.", lasting=False))
    with pytest.raises(MailboxUnreachable, match="The provider is down; check"):
        signs_in(by_token.account(USER, tokens=later))
