"""One question to a provider's endpoint: a form goes out, a JSON object comes back (RFC 6749 §3.2, §5).

TLS is verified and never given up; plain HTTP is for loopback alone. Nothing is redirected: the form holds secrets.
What comes back is a secret too: of an answer only the error code and its description are ever quoted, without the
values that were sent.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

from intake.mailbox_errors import quote
from roll import servers

# Seconds. A token endpoint answers within one; two waits of a pass must not outlast a probe of `doctor` (40 s).
ANSWER_SECONDS = 15.0
# Bytes. An answer holds two tokens of some kilobytes each (Exchange Online: up to about 3 KB).
LARGEST_ANSWER = 256 * 1024
# Errors that pass by themselves (RFC 6749 §4.1.2.1, RFC 8628 §3.5); every 5xx and 429 is one as well.
_PASSING = frozenset(
    {"temporarily_unavailable", "server_error", "slow_down", "rate_limit_exceeded", "internal_failure"}
)
_TOO_MANY, _FIRST_SERVER_ERROR = 429, 500
# Parameters that are no secret, so that an answer which repeats one need not be cut.
_NO_SECRET = frozenset({"grant_type", "client_id", "scope", "redirect_uri", "code_challenge_method"})
# Characters: a value this short would blot out plain words, and no secret is.
_SHORTEST_SECRET = 6


class RefusedError(Exception):
    """The provider says no. `code` is its error (RFC 6749 §5.2), `described` its words, without secrets."""

    def __init__(self, code: str, described: str) -> None:
        super().__init__(f"{code}: {described}" if described else code)
        self.code = code
        self.described = described


class UnreachableError(Exception):
    """No useful answer, or one that says: later."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def ask(url: str, form: Mapping[str, str], seconds: float = ANSWER_SECONDS) -> dict[str, Any]:
    """Return the answer to a form. Raises RefusedError and UnreachableError."""
    if not is_safe(url):
        raise UnreachableError("the address is not https")
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked by `is_safe`
        url, urlencode(form).encode("ascii"), {"Accept": "application/json", "User-Agent": "rollcall"}
    )
    try:
        with _opener(url).open(request, timeout=seconds) as answer:
            return _parsed(answer.read(LARGEST_ANSWER))
    except urllib.error.HTTPError as error:
        with error:
            raise _sorted(error, form) from None
    except urllib.error.URLError as error:
        raise UnreachableError(quote(str(error.reason))) from None
    except (OSError, HTTPException, ValueError) as error:
        raise UnreachableError(quote(str(error)) or type(error).__name__) from None


def is_safe(url: str) -> bool:
    """Tell whether secrets may go to an address: https, or plain to this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and servers.is_loopback(host)))


def _opener(url: str) -> urllib.request.OpenerDirector:
    """A proxy of the environment is used, as offices have one, but not to this machine."""
    direct = [urllib.request.ProxyHandler({})] if servers.is_loopback(urlsplit(url).hostname or "") else []
    return urllib.request.build_opener(_NoRedirect, *direct)


def _parsed(body: bytes) -> dict[str, Any]:
    answer = json.loads(body)
    if not isinstance(answer, dict):
        raise ValueError("the answer is no JSON object")  # noqa: TRY004 - told as every other garbled answer
    return answer


def _sorted(error: urllib.error.HTTPError, form: Mapping[str, str]) -> RefusedError | UnreachableError:
    try:
        answer = _parsed(error.read(LARGEST_ANSWER))
    except (OSError, HTTPException, ValueError):
        return UnreachableError(f"it answered {error.code}")
    code, described = (_without_secrets(answer.get(key), form) for key in ("error", "error_description"))
    if not code or code in _PASSING or error.code == _TOO_MANY or error.code >= _FIRST_SERVER_ERROR:
        return UnreachableError(f"it answered {error.code} {code}".strip())
    return RefusedError(code, described)


def _without_secrets(text: object, form: Mapping[str, str]) -> str:
    told = text if isinstance(text, str) else ""
    # Microsoft ends its description with numbers for its own support.
    told = told.partition("Trace ID:")[0]
    for name, value in form.items():
        if name not in _NO_SECRET and len(value) >= _SHORTEST_SECRET:
            told = told.replace(value, "***")
    return quote(told)
