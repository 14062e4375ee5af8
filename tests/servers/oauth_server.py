"""A provider of OAuth2 on loopback: consent page, codes, tokens that end and rotate, and what a mail server asks of it.

Every answer of the token endpoint can be scripted; what is asked is kept. A mail server asks at /introspect whether a
token is good (RFC 7662).
"""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from roll.access_tokens import NoAccessError
from tests.servers import ports

CLIENT_ID = "rollcall-office"
CLIENT_SECRET = "canary-client-secret-1b2c"
# Every token of this server begins so: what must be found in no log.
CANARY = "canary-"


@dataclass
class Tokens:
    """Tokens as a list: the one in hand, and those that may take its place."""

    given: list[str]
    asked: list[str] = field(default_factory=list)
    error: NoAccessError | None = None

    def current(self) -> str:
        if self.error is not None:
            raise self.error
        return self.given[0]

    def instead_of(self, refused: str) -> str | None:
        self.asked.append(refused)
        return self.given[1] if len(self.given) > 1 else None


class OauthServer:
    """One provider, for a `with`. `user` is whose mailbox the tokens open.

    `script` holds what the token endpoint answers instead of doing its work, one entry each question: (status, JSON
    object), or None for its usual answer; `raw` likewise whole bodies.
    """

    def __init__(self, user: str = "", life: float = 3600.0, *, rotates: bool = True) -> None:
        self.user, self.life, self.rotates = user, life, rotates
        self.script: list[tuple[int, Mapping[str, Any]] | bytes | None] = []
        self.asked: list[dict[str, str]] = []
        self.pending, self.interval = 0, 0.01
        self.redirects_to = ""
        self.refresh_tokens: set[str] = set()
        self._good: dict[str, tuple[str, float]] = {}
        self._codes: dict[str, dict[str, str]] = {}
        self._count = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer((ports.LOOPBACK, 0), _page_of(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def url(self, page: str) -> str:
        """Return the address of a page."""
        return f"http://{ports.LOOPBACK}:{self._server.server_address[1]}/{page}"

    def keys(self, **changes: str) -> str:
        """Return the keys of a section of config.toml that signs in here."""
        keys = {
            "auth": "oauth2",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "token_url": self.url("token"),
            "authorize_url": self.url("authorize"),
            "device_url": self.url("device"),
            "scope": "mail",
            **changes,
        }
        return "".join(f'{key} = "{value}"\n' for key, value in keys.items() if value)

    def grant(self, user: str = "", life: float | None = None) -> dict[str, Any]:
        """Return an answer with new tokens (RFC 6749 §5.1)."""
        with self._lock:
            self._count += 1
            life = self.life if life is None else life
            access, refresh = f"{CANARY}access-{self._count}", f"{CANARY}refresh-{self._count}"
            self._good[access] = (user or self.user, time.monotonic() + life)
            self.refresh_tokens.add(refresh)
        return {"access_token": access, "refresh_token": refresh, "token_type": "Bearer", "expires_in": int(life)}

    def withdraw(self, access: str) -> None:
        """Let an access token be good no more, before its time."""
        self._good.pop(access, None)

    def owner_of(self, access: str) -> str | None:
        """Return whose mailbox a token opens, None where it is not good."""
        user, until = self._good.get(access, ("", 0.0))
        return user if time.monotonic() < until else None

    def consent(self, address: str) -> str:
        """Do what a person in a browser does at the address shown; return the address that the browser is sent to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        code = f"{CANARY}code-{len(self._codes)}"
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def answer(self, page: str, form: dict[str, str]) -> tuple[int, Mapping[str, Any] | bytes]:
        """Return the status and the JSON object for a question."""
        if page == "/introspect":
            user = self.owner_of(form.get("token", ""))
            return 200, {"active": user is not None, **({"username": user, "email": user} if user else {})}
        self.asked.append({"page": page, **form})
        scripted = self.script.pop(0) if self.script else None
        if isinstance(scripted, bytes):
            return 200, scripted
        if scripted is not None:
            return scripted
        if form.get("client_id") != CLIENT_ID or form.get("client_secret", CLIENT_SECRET) != CLIENT_SECRET:
            return 401, {"error": "invalid_client"}
        if page == "/device":
            shown = {"verification_uri": self.url("link"), "user_code": "WDJB-MJHT", "device_code": f"{CANARY}device"}
            return 200, {**shown, "expires_in": 900, "interval": self.interval}
        return self._tokens(form)

    def _tokens(self, form: dict[str, str]) -> tuple[int, Mapping[str, Any]]:
        kind = form.get("grant_type")
        if kind == "refresh_token":
            with self._lock:
                if form.get("refresh_token") not in self.refresh_tokens:
                    return 400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
                if self.rotates:
                    self.refresh_tokens.discard(form["refresh_token"])
            answer = self.grant()
            return 200, answer if self.rotates else {k: v for k, v in answer.items() if k != "refresh_token"}
        if kind == "authorization_code":
            return self._exchange(form)
        if self.pending:
            self.pending -= 1
            return 400, {"error": "authorization_pending"}
        return 200, self.grant()

    def _exchange(self, form: dict[str, str]) -> tuple[int, Mapping[str, Any]]:
        asked = self._codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or (challenge, form.get("redirect_uri")) != (asked["code_challenge"], asked["redirect_uri"]):
            return 400, {"error": "invalid_grant", "error_description": "Malformed auth code."}
        return 200, self.grant()


def _page_of(server: OauthServer) -> type[BaseHTTPRequestHandler]:
    class Page(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            form = {key: values[0] for key, values in parse_qs(body).items()}
            status, answer = server.answer(urlsplit(self.path).path, form)
            told = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            if server.redirects_to:
                self.send_header("Location", server.redirects_to)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Page
