"""A person consents, once: by a code entered on any device, or in a browser whose answer comes back to this machine.

Both end in tokens that last (RFC 8628; RFC 6749 §4.1 with RFC 7636 and RFC 8252 §7.3). What a person has to do is told
through `tell`, in sentences for somebody who has never heard of OAuth2.
"""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from roll.mistakes import OperatorError
from service.sign_in import refusals, token_endpoint, token_file
from service.sign_in.client import Client
from service.sign_in.redirect import Redirect
from service.sign_in.token_file import Tokens

# Seconds between two questions where the provider names none (RFC 8628 §3.2), and what "slow_down" adds (§3.5).
USUAL_INTERVAL = 5.0
SLOWER_BY = 5.0
# Seconds that a code is good for where the provider names none; Microsoft's are good for 15 minutes.
USUAL_LIFE = 900.0
# Seconds that a person may take in the browser: a provider's own page gives up at about that.
CONSENT_SECONDS = 600.0
# Where the browser is sent when the answer is pasted: nobody listens there (the first dynamic port, RFC 6335 §6).
NOBODYS_PORT = 49152
# Bytes of chance in `state` and in the code verifier (RFC 7636 §4.1 recommends 32, which are 43 characters).
_CHANCE = 32
_BY_CODE = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass(frozen=True, slots=True)
class Desk:
    """The person at the terminal: `tell` shows a sentence, `ask` returns what is typed. `sleep` waits seconds."""

    tell: Callable[[str], None]
    ask: Callable[[str], str]
    sleep: Callable[[float], None] = time.sleep


def by_code(client: Client, name: str, desk: Desk) -> Tokens:
    """Get tokens by a code that the person enters on any device with a browser (RFC 8628). Raises OperatorError."""
    given = _asked(client, name, client.device_url, {**client.credentials(), "scope": client.scope})
    page = given.get("verification_uri") or given.get("verification_url")
    if not all(isinstance(text, str) and text for text in (page, given.get("user_code"), given.get("device_code"))):
        raise OperatorError([f"What answers at {client.device_url} is no sign-in by code; correct `device_url`."])
    desk.tell(f"1. Open {page} on any computer or telephone.")
    desk.tell(f"2. Enter the code {given['user_code']}")
    desk.tell(f"3. Sign in as {client.user} and allow what is asked. This window waits, and says when it is done.")
    form = {"grant_type": _BY_CODE, "device_code": given["device_code"], **client.credentials()}
    return _waited(client, name, form, _seconds(given, "expires_in", USUAL_LIFE), _pace(given, desk))


@dataclass(slots=True)
class _Pace:
    """How often is asked whether the person has consented."""

    seconds: float
    sleep: Callable[[float], None]
    waited: float = 0.0

    def wait(self) -> None:
        self.sleep(self.seconds)
        self.waited += self.seconds


def _pace(given: dict[str, Any], desk: Desk) -> _Pace:
    return _Pace(_seconds(given, "interval", USUAL_INTERVAL), desk.sleep)


def _seconds(given: dict[str, Any], key: str, usual: float) -> float:
    told = given.get(key)
    return float(told) if isinstance(told, int | float) and told > 0 else usual


def _waited(client: Client, name: str, form: dict[str, str], life: float, pace: _Pace) -> Tokens:
    while pace.waited < life:
        pace.wait()
        try:
            answer = token_endpoint.ask(client.token_url, form)
        except token_endpoint.RefusedError as refused:
            if refused.code != "authorization_pending":
                raise OperatorError([refusals.sentence(client, name, refused)]) from None
        except token_endpoint.UnreachableError:
            # Also "slow_down"; a line that is down is asked less often too (RFC 8628 §3.5).
            pace.seconds += SLOWER_BY
        else:
            return _lasting(client, answer)
    raise OperatorError([f"The code was not entered in time; run `rollcall mailbox login {name}` again."])


def in_browser(client: Client, name: str, desk: Desk, seconds: float = CONSENT_SECONDS) -> Tokens:
    """Get tokens by consent in a browser on this machine, which hands its answer back here (RFC 8252 §7.3).

    Raises OperatorError.
    """
    verifier, state = secrets.token_urlsafe(_CHANCE), secrets.token_urlsafe(_CHANCE)
    with Redirect(state) as redirect:
        back = f"http://{client.redirect_host}:{redirect.port}/"
        desk.tell("1. Open this address in a browser on this machine:")
        desk.tell(_address(client, verifier, state, back))
        desk.tell(f"2. Sign in as {client.user} and allow what is asked. This window waits, and says when it is done.")
        desk.tell(f"(No browser here? Stop with Ctrl+C and run `rollcall mailbox login {name} --paste`.)")
        answer = redirect.wait(seconds)
    if answer is None:
        raise OperatorError([f"Nobody consented in time; run `rollcall mailbox login {name}` again."])
    return _exchanged(client, name, _code_of(client, name, answer), (verifier, back))


def by_pasting(client: Client, name: str, desk: Desk) -> Tokens:
    """Get tokens by consent in a browser elsewhere, whose last address is pasted here. Raises OperatorError."""
    verifier, state = secrets.token_urlsafe(_CHANCE), secrets.token_urlsafe(_CHANCE)
    back = f"http://{client.redirect_host}:{NOBODYS_PORT}/"
    desk.tell("1. Open this address in a browser on any computer:")
    desk.tell(_address(client, verifier, state, back))
    desk.tell(f"2. Sign in as {client.user} and allow what is asked.")
    desk.tell(
        "3. The browser then says that it cannot open a page. That is as it should be: copy the whole address from"
    )
    desk.tell(f"   its address line (it begins with {back}) and paste it here.")
    pasted = desk.ask("Address").strip()
    answer = {key: values[0] for key, values in parse_qs(urlsplit(pasted).query).items()}
    if not answer:
        answer = {"code": pasted, "state": state}  # the code alone: the verifier still ties it to this request
    if answer.get("state") != state:
        raise OperatorError(
            [f"What was pasted is not the answer to this sign-in; run `rollcall mailbox login {name} --paste` again."]
        )
    return _exchanged(client, name, _code_of(client, name, answer), (verifier, back))


def _address(client: Client, verifier: str, state: str, back: str) -> str:
    """Return the address of the provider's page (RFC 6749 §4.1.1, RFC 7636 §4.3)."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode("ascii")
    asked = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": back,
        "scope": client.scope,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "login_hint": client.user,
        **dict(client.more),
    }
    return f"{client.authorize_url}{'&' if '?' in client.authorize_url else '?'}{urlencode(asked)}"


def _code_of(client: Client, name: str, answer: dict[str, str]) -> str:
    if answer.get("error"):
        refused = token_endpoint.RefusedError(answer["error"], answer.get("error_description", ""))
        raise OperatorError([refusals.sentence(client, name, refused)])
    if not answer.get("code"):
        raise OperatorError([f"The answer holds no code; run `rollcall mailbox login {name}` again."])
    return answer["code"]


def _exchanged(client: Client, name: str, code: str, proof: tuple[str, str]) -> Tokens:
    """Exchange a code for tokens (RFC 6749 §4.1.3); `proof` are the verifier and the address the code came back to."""
    verifier, back = proof
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
    return _lasting(client, _asked(client, name, client.token_url, {**form, **client.credentials()}))


def _asked(client: Client, name: str, url: str, form: dict[str, str]) -> dict[str, Any]:
    try:
        return token_endpoint.ask(url, form)
    except token_endpoint.RefusedError as refused:
        raise OperatorError([refusals.sentence(client, name, refused)]) from None
    except token_endpoint.UnreachableError as error:
        fault = f"The provider cannot be asked at {urlsplit(url).netloc}: {error}; check the network, then try again."
        raise OperatorError([fault]) from None


def _lasting(client: Client, answer: dict[str, Any]) -> Tokens:
    tokens = token_file.from_answer(answer, datetime.now(UTC))
    if tokens is None:
        fault = (
            f'The provider gave no permission that lasts for "{client.user}" (no refresh token): withdraw the '
            "application's access on the account's own page and consent again, or correct `scope` (Microsoft's needs "
            "offline_access)."
        )
        raise OperatorError([fault])
    return tokens
