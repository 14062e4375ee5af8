"""An SMTP server that fails in a named way at a named step, a given number of times, and then behaves.

It speaks STARTTLS and AUTH PLAIN and wants both. Unlike the sink of aiosmtpd it can fail at each step, the greeting,
STARTTLS, AUTH and QUIT among them, and its journal tells which of its answers reached the client.
"""

import re
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from notifications.smtp import SmtpAccount
from tests.servers import ports
from tests.servers.certificates import Certificate
from tests.servers.listening import Listening, cut

SENDER = "phong.tebdg@office.example"
USER, PASSWORD = "phong", "mật khẩu-của phòng"

STEPS = ("banner", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "dot", "QUIT")
# What the server does instead of an answer; any other word in its place is a whole reply, such as "451 later".
HANG_UP, STALL, GARBAGE = "hang up", "stall", "garbage"
_NONSENSE = b"\x16\x03\x01 what?\xff\r\n"
_USUAL = {
    "banner": "220 scripted.example ESMTP",
    "EHLO": "250-scripted.example\r\n250-SIZE 40000000\r\n250-8BITMIME\r\n250-STARTTLS\r\n250 AUTH PLAIN",
    "STARTTLS": "220 2.0.0 go ahead",
    "AUTH": "235 2.7.0 welcome",
    "MAIL": "250 2.1.0 ok",
    "RCPT": "250 2.1.5 ok",
    "DATA": "354 go ahead",
    "dot": "250 2.0.0 kept",
    "RSET": "250 2.0.0 ok",
    "QUIT": "221 2.0.0 bye",
}


@dataclass
class Fault:
    """`what` is done at `step` the next `times` times, of letters to `to` only (empty: of all).

    At RCPT `to` is the address that is just named, a copy's among them; later the first address that was taken.

    `keeps`: at the dot, a letter whose line is cut, or that gets no answer, was taken all the same.
    """

    step: str
    what: str
    times: int = 1
    to: str = ""
    keeps: bool = False


@dataclass(frozen=True)
class Transaction:
    """A letter that the server took. `told`: its 250 went out. `copied_to`: addressees after the first."""

    connection: int
    mail_from: str
    rcpt_to: str
    data: bytes
    told: bool
    copied_to: tuple[str, ...] = ()


class ScriptedSmtp(Listening):
    """A server on loopback for a `with`. `faults` are met in their order, each until it is used up."""

    def __init__(self, certificate: Certificate, faults: Sequence[Fault] = ()) -> None:
        super().__init__()
        self.faults = list(faults)
        self.journal: list[Transaction] = []
        # Every step of every connection, in the order in which it came: (connection, step, what was answered).
        self.steps: list[tuple[int, str, str]] = []
        self._context = certificate.server_context()
        self._lock = threading.Lock()

    def account(self, **changes: Any) -> SmtpAccount:
        """Return the account for this server; `changes` replace fields."""
        fields = {"host": ports.LOOPBACK, "port": self.port, "security": "starttls", "sender": SENDER}
        return SmtpAccount(**{**fields, "user": USER, "password": PASSWORD, **changes})

    def count(self, step: str) -> int:
        """Return how often a client came to `step`."""
        return sum(came == step for _, came, _ in self.steps)

    def next_fault(self, step: str, to: str) -> Fault | None:
        """Use up and return what the script has for `step`, None for the usual answer."""
        with self._lock:
            for fault in self.faults:
                if fault.times > 0 and fault.step == step and fault.to in ("", to):
                    fault.times -= 1
                    return fault
        return None

    def is_well(self) -> bool:
        """Tell whether every fault is used up."""
        return all(fault.times == 0 for fault in self.faults)

    def serve(self, client: socket.socket, number: int) -> None:
        """Converse until the client goes or a fault ends it."""
        talk = _Conversation(self, client, number)
        with suppress(OSError):
            talk.run(self._shake_hands)
        cut(talk.line)

    def _shake_hands(self, line: socket.socket) -> socket.socket:
        wrapped = self._context.wrap_socket(line, server_side=True)
        self._open.append(wrapped)
        return wrapped


class _Done(OSError):  # noqa: N818 - named for what happened
    """The conversation is over."""


class _Conversation:
    """One connection, from its greeting to its end."""

    def __init__(self, server: ScriptedSmtp, line: socket.socket, number: int) -> None:
        self.line = line
        self._server = server
        self._number = number
        self._received = b""
        self._mail_from = self._named = ""
        # The addresses that were answered with success.
        self._rcpt_to: list[str] = []
        self._is_known = False

    def run(self, wrap: Callable[[socket.socket], socket.socket]) -> None:
        self._answer("banner")
        while True:
            command = self._read_to(b"\r\n").decode("utf-8", "replace")
            verb = command.partition(" ")[0].upper()
            if refusal := self._out_of_turn(verb):
                self._tell(refusal)
            elif verb == "STARTTLS":
                if self._answer("STARTTLS"):
                    self.line, self._received = wrap(self.line), b""
            elif verb == "AUTH":
                self._is_known = self._answer("AUTH")
            elif verb == "DATA":
                if self._answer("DATA"):
                    self._take_letter()
            elif verb in ("MAIL", "RCPT"):
                self._take_address(verb, command)
            else:
                self._answer(verb)
            if verb == "QUIT":
                raise _Done

    def _out_of_turn(self, verb: str) -> str:
        """Return the refusal of a command that has no place here, whatever the script says; empty for none."""
        if verb == "MAIL" and not self._is_known:
            return "530 5.7.0 sign in first"
        if verb == "DATA" and not self._rcpt_to:
            return "503 5.5.1 to whom?"
        return "" if verb in _USUAL else "500 5.5.2 what?"

    def _take_address(self, verb: str, command: str) -> None:
        self._named = command.partition("<")[2].partition(">")[0]
        if verb == "MAIL":
            self._mail_from, self._named, self._rcpt_to = self._named, "", []
            self._answer(verb)
        elif self._answer(verb):
            self._rcpt_to.append(self._named)

    def _tell(self, reply: str) -> None:
        self.line.sendall(f"{reply}\r\n".encode())

    def _take_letter(self) -> None:
        data = re.sub(rb"(?m)^\.", b"", self._read_to(b"\r\n.\r\n")) + b"\r\n"
        first, *others = self._rcpt_to
        fault = self._server.next_fault("dot", first)
        keeps = fault is None or (fault.keeps and not fault.what[:1].isdigit())
        told = False
        try:
            told = self._say("dot", fault)
        finally:
            if keeps:
                kept = Transaction(self._number, self._mail_from, first, data, told, tuple(others))
                self._server.journal.append(kept)

    def _answer(self, step: str) -> bool:
        """Answer `step`, return whether the client may go on."""
        about = self._named if step == "RCPT" or not self._rcpt_to else self._rcpt_to[0]
        return self._say(step, self._server.next_fault(step, about))

    def _say(self, step: str, fault: Fault | None) -> bool:
        self._server.steps.append((self._number, step, fault.what if fault else ""))
        if fault is None:
            self._tell(_USUAL[step])
            return True
        if fault.what == HANG_UP:
            raise _Done
        if fault.what == STALL:
            while self.line.recv(1 << 16):
                self._received = b""
            raise _Done
        self.line.sendall(_NONSENSE if fault.what == GARBAGE else f"{fault.what}\r\n".encode())
        if fault.what[:3] == "421":
            raise _Done
        return False

    def _read_to(self, end: bytes) -> bytes:
        while end not in self._received:
            chunk = self.line.recv(1 << 16)
            if not chunk:
                raise _Done
            self._received += chunk
        found, _, self._received = self._received.partition(end)
        return found
