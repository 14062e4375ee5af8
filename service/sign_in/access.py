"""The tokens of one account, renewed before they end: by one process at a time, and kept before they are used."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from roll.access_tokens import NoAccessError
from service.sign_in import refusals, token_endpoint, token_file
from service.sign_in.client import Client
from service.sign_in.token_file import Tokens

_log = logging.getLogger("rollcall")

# A token is renewed this long before it ends: longer than a large mailbox's first hand-shakes and a clock's error.
MARGIN = timedelta(minutes=5)
# Half a life for tokens that live less than twice the margin.
_SHARE_OF_LIFE = 2
# A token younger than this that a server refuses was not refused for its age: no new one is fetched for it, so that a
# mailbox which is switched off costs the provider no more than six questions an hour.
REFUSED_YOUNG = timedelta(minutes=10)
# After a provider could not be asked the next try is ever later, up to the longest wait of a pass (service.schedule).
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=10)
# The lock under which tokens are renewed (storage.database.Database.alone).
RENEWING = "sign-in"


@dataclass(slots=True)
class Access:
    """The access tokens of one account (roll.access_tokens.AccessTokens).

    `name` is what `mailbox login` is called with. `alone` opens the lock that keeps other processes from renewing;
    `now` tells the time, aware, UTC. `is_patient` False: a person waits, so a provider is asked even where it could not
    be asked a moment ago.
    """

    client: Client
    name: str
    alone: Callable[[str], AbstractContextManager[None]]
    now: Callable[[], datetime]
    is_patient: bool = True
    # Tokens that could not be written: they are the only ones that are good, so they are used, and written later.
    _unwritten: Tokens | None = field(default=None, repr=False)

    def current(self) -> str:
        """Return a token that is good for some minutes at least. Raises NoAccessError."""
        tokens = self._kept()
        if self._is_fresh(tokens):
            return tokens.access_token
        with self._renewing():
            tokens = self._kept()  # another process may have renewed them while we waited
            return tokens.access_token if self._is_fresh(tokens) else self._renew(tokens).access_token

    def instead_of(self, refused: str) -> str | None:
        """Return another token for one that was refused, None where its age cannot be why. Raises NoAccessError."""
        with self._renewing():
            tokens = self._kept()
            if tokens.access_token != refused:
                return tokens.access_token
            if self.now() - tokens.obtained_at < REFUSED_YOUNG:
                return None
            return self._renew(tokens, is_refused=True).access_token

    def keep(self, tokens: Tokens) -> None:
        """Keep what a person's consent gave; a renewal that is under way is waited for. Raises NoAccessError."""
        with self._renewing():
            try:
                token_file.write(self.client.token_file, tokens)
            except token_file.UnusableError as error:
                fault = f"{error}; give Rollcall's user the right to, or name another token_file"
                raise NoAccessError(self._told(fault), lasting=True) from error

    def _is_fresh(self, tokens: Tokens) -> bool:
        margin = min(MARGIN, (tokens.expires_at - tokens.obtained_at) / _SHARE_OF_LIFE)
        return self._unwritten is None and self.now() < tokens.expires_at - margin

    @contextmanager
    def _renewing(self) -> Iterator[None]:
        try:
            with self.alone(RENEWING):
                yield
        except OSError as error:
            raise NoAccessError(self._told(f"the database's folder cannot be used ({error})"), lasting=False) from error

    def _kept(self) -> Tokens:
        try:
            kept = token_file.read(self.client.token_file)
        except token_file.UnusableError as error:
            fault = f"{error}; give Rollcall's user the right to, or run `rollcall mailbox login {self.name}`"
            raise NoAccessError(self._told(fault), lasting=True) from error
        unwritten = self._unwritten
        if unwritten is not None and (kept is None or kept.obtained_at < unwritten.obtained_at):
            return unwritten
        if kept is None:
            fault = f"nobody has consented yet; run `rollcall mailbox login {self.name}`"
            raise NoAccessError(self._told(fault), lasting=True)
        self._unwritten = None
        return kept

    def _renew(self, tokens: Tokens, *, is_refused: bool = False) -> Tokens:
        """Return new tokens, written first; the old ones as long as they are good and no new ones can be had."""
        if tokens is self._unwritten and self.now() < tokens.expires_at and not is_refused:
            self._write(tokens)
            return tokens
        if tokens.over and self.is_patient:
            raise NoAccessError(tokens.over, lasting=True)
        is_good = self.now() < tokens.expires_at and not is_refused
        if self.is_patient and tokens.try_at is not None and self.now() < tokens.try_at:
            return self._without_new(tokens, "the provider could not be asked a moment ago", is_good=is_good)
        form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token, **self.client.credentials()}
        try:
            answer = token_endpoint.ask(self.client.token_url, form)
        except token_endpoint.RefusedError as refused:
            return self._refused(tokens, refused, is_good=is_good)
        except token_endpoint.UnreachableError as error:
            return self._without_new(self._failed(tokens), f"the provider cannot be asked: {error}", is_good=is_good)
        renewed = token_file.from_answer(answer, self.now(), tokens.refresh_token)
        if renewed is None:
            return self._without_new(self._failed(tokens), "the provider's answer holds no token", is_good=is_good)
        self._write(renewed)
        return renewed

    def _refused(self, tokens: Tokens, refused: token_endpoint.RefusedError, *, is_good: bool) -> Tokens:
        """Keep in mind what is over, so that nobody asks again for it; ask ever later for anything else."""
        told = refusals.sentence(self.client, self.name, refused)
        if refused.code in refusals.OVER:
            self._write(Tokens(tokens.refresh_token, "", tokens.obtained_at, tokens.obtained_at, over=told))
        else:
            failed = self._failed(tokens)
            if is_good:
                return failed
        raise NoAccessError(told, lasting=True)

    def _failed(self, tokens: Tokens) -> Tokens:
        # The exponent is bounded, so that a year of failures is no larger number.
        wait = min(FIRST_WAIT * 2 ** min(tokens.failures, 10), LONGEST_WAIT)
        failed = tokens.failed(self.now() + wait)
        self._write(failed)
        return failed

    def _without_new(self, tokens: Tokens, why: str, *, is_good: bool) -> Tokens:
        if is_good:
            return tokens
        advice = "check the network and `token_url` if this lasts, Rollcall tries again by itself"
        raise NoAccessError(self._told(f"{why}; {advice}"), lasting=False)

    def _write(self, tokens: Tokens) -> None:
        """Keep tokens. A full disk costs no sign-in: they are used from memory, and written at the next occasion."""
        try:
            token_file.write(self.client.token_file, tokens)
        except token_file.UnusableError as error:
            _log.warning("%s", self._told(f"{error}; make room or give Rollcall's user the right to"))
            self._unwritten = tokens
        else:
            self._unwritten = None

    def _told(self, why: str) -> str:
        return f'No sign-in for "{self.client.user}" by OAuth2: {why}.'
