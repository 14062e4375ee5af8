"""An SMTP server that keeps what it gets, and can be told to refuse, to hang up or to fall silent at any step."""

import asyncio
import base64
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from notifications.smtp import SmtpAccount
from tests.servers import ports
from tests.servers.certificates import Certificate

SENDER = "phong.tebdg@office.example"
LIMIT = 40 * 1024 * 1024

# What the sink does instead of an answer, where a reply could stand in its script.
HANG_UP = "hang up"
STALL = "stall"
# As the answer to the letter: "250 ...", and the connection is cut before it could be said.
ACCEPT_AND_HANG_UP = "accept and hang up"

Step = Literal["EHLO", "AUTH", "MAIL", "RCPT", "DATA", "RSET"]


@dataclass(frozen=True)
class Letter:
    """One letter that the sink took: the envelope, and the bytes between DATA and the dot, dots unstuffed."""

    mail_from: str
    rcpt_to: tuple[str, ...]
    data: bytes


class SmtpSink:
    """A server on loopback from `start` to `stop`, or for a `with`.

    `replies` scripts a step: the first letter meets the first entry, and so on, an empty entry means the usual
    answer; the last entry stays. An entry is a whole reply ("451 4.7.1 later"), or HANG_UP, STALL,
    ACCEPT_AND_HANG_UP.
    """

    def __init__(
        self,
        security: Literal["tls", "starttls", "none"] = "none",
        certificate: Certificate | None = None,
        users: Mapping[str, str] | None = None,
        owner_of: Callable[[str], str | None] | None = None,
    ) -> None:
        """`users`: names with passwords that may sign in, and must; None: nobody is asked.

        `owner_of` says whose an access token is, None for one that is not good: then only XOAUTH2 is offered.
        """
        self.letters: list[Letter] = []
        self.connections = 0
        self.replies: defaultdict[str, list[str]] = defaultdict(list)
        self.port = ports.free_port()
        self._security, self._certificate, self._users = security, certificate, users
        self._owner_of = owner_of
        self._came = threading.Condition()
        self._controller: Controller | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen."""
        self._controller = self._make_controller()
        self._controller.start()
        self.connections = 0  # aiosmtpd tries its own port once

    def stop(self) -> None:
        """Stop listening; `letters` stay. Who is connected gets no answer any more."""
        controller, self._controller = self._controller, None
        if controller is not None:
            controller.stop()

    def script(self, step: Step, *replies: str) -> None:
        """Set what the coming letters meet at `step`."""
        self.replies[step] = list(replies)

    def account(self, **changes: Any) -> SmtpAccount:
        """Return the account for this sink; `changes` replace fields."""
        user, password = next(iter((self._users or {"": ""}).items()))
        fields = {"host": ports.LOOPBACK, "port": self.port, "security": self._security, "sender": SENDER}
        return SmtpAccount(**{**fields, "user": user, "password": password, **changes})

    def wait_for(self, count: int, seconds: float = 10.0) -> Sequence[Letter]:
        """Return the letters once there are `count`. Raises TimeoutError."""
        with self._came:
            if not self._came.wait_for(lambda: len(self.letters) >= count, seconds):
                raise TimeoutError(f"{len(self.letters)} letters came, not {count}")
        return tuple(self.letters)

    def take(self, letter: Letter) -> None:
        """Keep a letter."""
        with self._came:
            self.letters.append(letter)
            self._came.notify_all()

    @property
    def asks_for_sign_in(self) -> bool:
        """Whether letters are taken only from who signed in."""
        return self._users is not None or self._owner_of is not None

    def next_reply(self, step: str) -> str:
        """Return what the script says for this turn of `step`, empty for the usual answer."""
        script = self.replies[step]
        return script.pop(0) if len(script) > 1 else (script[0] if script else "")

    def _make_controller(self) -> Controller:
        context = self._certificate.server_context() if self._certificate else None
        settings: dict[str, Any] = {"data_size_limit": LIMIT, "enable_SMTPUTF8": False, "hostname": ports.LOOPBACK}
        if self._users is not None:
            settings |= {"authenticator": self._authenticate, "auth_require_tls": False}
        if self._owner_of is not None:
            settings |= {"auth_require_tls": False, "auth_exclude_mechanism": ["PLAIN", "LOGIN"]}
        if self._security == "starttls":
            settings |= {"tls_context": context, "require_starttls": True}
        implicit = context if self._security == "tls" else None
        handler = _Handler(self) if self._owner_of is None else _ByToken(self)
        return _Controller(handler, port=self.port, ssl_context=implicit, ready_timeout=15.0, **settings)

    def opens(self, said: bytes) -> bool:
        """Tell whether what was said by XOAUTH2 ("user=...", "auth=Bearer ...") opens the account."""
        fields = dict(field.split("=", 1) for field in said.decode().split("\x01") if "=" in field)
        owner = self._owner_of(fields.get("auth", "").removeprefix("Bearer ")) if self._owner_of else None
        return owner is not None and owner == fields.get("user")

    def _authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any) -> AuthResult:
        known = self._users or {}
        right = isinstance(data, LoginPassword) and known.get(data.login.decode()) == data.password.decode()
        return AuthResult(success=right, handled=False)


class _Controller(Controller):
    """aiosmtpd takes the host name of its greeting and the address to listen on under one name."""

    def factory(self) -> SMTP:
        self.handler.sink.connections += 1
        return super().factory()


class _Handler:
    def __init__(self, sink: SmtpSink) -> None:
        self.sink = sink

    async def handle_MAIL(  # noqa: N802 - aiosmtpd names them
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        reply = await self._scripted(server, "MAIL")
        if self.sink.asks_for_sign_in and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if not reply:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return reply or "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names them
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        reply = await self._scripted(server, "RCPT")
        if not reply or reply.startswith("25"):
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return reply or "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        planned = self.sink.next_reply("DATA")
        if not planned or planned == ACCEPT_AND_HANG_UP:
            content = envelope.content
            assert isinstance(content, bytes)
            self.sink.take(Letter(envelope.mail_from or "", tuple(envelope.rcpt_tos), content))
        return await self._act(server, HANG_UP if planned == ACCEPT_AND_HANG_UP else planned) or "250 2.0.0 kept"

    async def _scripted(self, server: SMTP, step: str) -> str:
        return await self._act(server, self.sink.next_reply(step))

    async def _act(self, server: SMTP, planned: str) -> str:
        if planned == HANG_UP:
            assert server.transport is not None
            server.transport.abort()
        if planned == STALL:
            await asyncio.sleep(3600)
        return planned


class _ByToken(_Handler):
    async def auth_XOAUTH2(self, server: SMTP, arguments: list[str]) -> AuthResult:  # noqa: N802 - aiosmtpd names them
        if self.sink.opens(base64.b64decode(arguments[1])):
            return AuthResult(success=True, auth_data=b"token")
        # developers.google.com, "OAuth 2.0 Mechanism", "Error Response": a report, an empty line, the refusal.
        await server.challenge_auth('{"status":"400","schemes":"bearer","scope":"https://mail.google.com/"}')
        reply = self.sink.next_reply("AUTH") or "535 5.7.8 Username and Password not accepted"
        await server.push(reply)
        return AuthResult(success=False, handled=True)
